/* How wire/tcp_options reads, for the interpretation of wire/tcp: it reads what it was given and
 * leaves any options, which wp_tcp_options shows; it writes as it is. One driver includes it in the
 * place of wire/tcp_options.c. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PROOFS_TCP_OPTIONS_MODEL_H
#define STINT_PROOFS_TCP_OPTIONS_MODEL_H

#include "stint/wire/tcp_options.h"
#include "unknown.h"

#define stint_tcp_options_parse parse_options
#include "wire/tcp_options.c"
#undef stint_tcp_options_parse

static void any_options(struct stint_tcp_options *options)
{
    MAKE_UNKNOWN(*options);
    options->has_window_scale = unknown_bool();
    options->has_timestamps = unknown_bool();
    options->sack_permitted = unknown_bool();
    options->window_scale = (uint8_t)unknown_up_to(STINT_TCP_WINDOW_SCALE_LIMIT);
    options->sack_count = (uint8_t)unknown_up_to(STINT_TCP_SACK_BLOCKS);
}

enum stint_drop stint_tcp_options_parse(struct stint_view bytes, struct stint_tcp_options *options)
{
    read_ends(bytes);
    any_options(options);
    return unknown_bool() ? STINT_DROP_NONE : STINT_DROP_TCP_OPTION;
}

#endif

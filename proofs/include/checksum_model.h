/* What wire/checksum may do, for the interpretation of its callers: it reads and writes as its
 * header says, which eva_checksum shows, and any sum may come out. One driver includes it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PROOFS_CHECKSUM_MODEL_H
#define STINT_PROOFS_CHECKSUM_MODEL_H

#include "stint/wire/checksum.h"
#include "unknown.h"

static struct stint_checksum any_sum(void)
{
    struct stint_checksum checksum = {unknown32(), unknown_bool()};
    return checksum;
}

void stint_checksum_add(struct stint_checksum *checksum, struct stint_view bytes)
{
    read_ends(bytes);
    *checksum = any_sum();
}

void stint_checksum_add_header(struct stint_checksum *checksum, struct stint_view header)
{
    read_ends(header);
    *checksum = any_sum();
}

void stint_checksum_add_copy(struct stint_checksum *checksum, uint8_t *to, struct stint_view from)
{
    read_ends(from);
    if (from.length > 0) {
        to[0] = unknown8();
        to[from.length - 1] = unknown8();
    }
    *checksum = any_sum();
}

struct stint_checksum stint_checksum_pseudo_header(const struct stint_address *source,
    const struct stint_address *destination, uint8_t protocol, size_t length)
{
    read_ends(stint_view_of(source, sizeof *source));
    read_ends(stint_view_of(destination, sizeof *destination));
    return any_sum();
}

uint16_t stint_checksum_finish(const struct stint_checksum *checksum)
{
    read_ends(stint_view_of(checksum, sizeof checksum->sum));
    return unknown16();
}

uint16_t stint_checksum_of(struct stint_view bytes)
{
    read_ends(bytes);
    return unknown16();
}

#endif

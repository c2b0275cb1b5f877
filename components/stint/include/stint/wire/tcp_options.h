/* TCP options: MSS (RFC 9293 3.7.1), window scale and timestamps (RFC 7323), SACK (RFC 2018).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_TCP_OPTIONS_H
#define STINT_WIRE_TCP_OPTIONS_H

#include "stint/base/bytes.h"
#include "stint/base/drop.h"
#include "stint/wire/tcp_sequence.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_TCP_SACK_BLOCKS = 4,
    STINT_TCP_OPTIONS_LENGTH = 40,    /* all that fit in a header */
    STINT_TCP_TIMESTAMPS_LENGTH = 12, /* with the padding this stack sends */
    STINT_TCP_WINDOW_SCALE_LIMIT = 14,
};

/* Bytes begin <= sequence < end, received out of order. */
struct stint_tcp_sack_block {
    struct stint_sequence begin;
    struct stint_sequence end;
};

struct stint_tcp_options {
    uint32_t timestamp;            /* TSval, with has_timestamps */
    uint32_t timestamp_echo;       /* TSecr, with has_timestamps */
    uint16_t maximum_segment_size; /* 0: absent */
    uint8_t window_scale;          /* with has_window_scale; above 14 is read as 14 */
    uint8_t sack_count;            /* blocks in `sack` */
    bool has_window_scale;
    bool has_timestamps;
    bool sack_permitted;
    struct stint_tcp_sack_block sack[STINT_TCP_SACK_BLOCKS]; /* nothing beyond sack_count */
};

/* No options. */
/*@ requires \valid(options);
    assigns *options;
    ensures options->sack_count == 0 && options->window_scale == 0; */
static inline void stint_tcp_options_clear(struct stint_tcp_options *options)
{
    options->timestamp = 0;
    options->timestamp_echo = 0;
    options->maximum_segment_size = 0;
    options->window_scale = 0;
    options->sack_count = 0;
    options->has_window_scale = false;
    options->has_timestamps = false;
    options->sack_permitted = false;
}

/* Reads all options; unknown ones are skipped, an option of the wrong length for its kind is
 * ignored. Refused: a length of 0 or 1, or past the end. */
/*@ requires stint_is_readable(bytes) && \valid(options);
    requires \separated(options, bytes.bytes + (0 .. bytes.length - 1));
    assigns *options;
    ensures options->sack_count <= STINT_TCP_SACK_BLOCKS;
    ensures options->window_scale <= STINT_TCP_WINDOW_SCALE_LIMIT; */
enum stint_drop stint_tcp_options_parse(struct stint_view bytes, struct stint_tcp_options *options);

/* The length on the wire with padding: a multiple of 4, at most 40. */
size_t stint_tcp_options_length(const struct stint_tcp_options *options);

/* Stores the timestamps alone, padded, at `bytes`, of which there are STINT_TCP_TIMESTAMPS_LENGTH:
 * all that nearly every segment carries. */
void stint_tcp_timestamps_store(const struct stint_tcp_options *options, uint8_t *bytes);

/* Appends the options, padded; false when they do not fit in 40 bytes or in the writer. Fewer SACK
 * blocks are sent when not all fit beside the other options (three beside timestamps). */
bool stint_tcp_options_emit(const struct stint_tcp_options *options, struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif

/* TCP options: MSS (RFC 9293 3.7.1), window scale and timestamps (RFC 7323), SACK (RFC 2018).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/tcp_options.h"

enum option_kind {
    OPTION_END = 0,
    OPTION_NO_OPERATION = 1,
    OPTION_MAXIMUM_SEGMENT_SIZE = 2,
    OPTION_WINDOW_SCALE = 3,
    OPTION_SACK_PERMITTED = 4,
    OPTION_SACK = 5,
    OPTION_TIMESTAMPS = 8,
};

/* Kinds and lengths of options as words, with the NOPs that align what follows; values are added.
 */
enum {
    MAXIMUM_SEGMENT_SIZE = 0x02040000, /* 2, 4, and the size */
    WINDOW_SCALE = 0x01030300,         /* NOP, 3, 3, and the shift */
    PADDED_SACK_PERMITTED = 0x01010402,
    PADDED_SACK = 0x01010500, /* NOP, NOP, 5, and the length */
    PADDED_TIMESTAMPS = 0x0101080a,
    SACK_PERMITTED_AND_TIMESTAMPS = 0x0402080a,
};

/* Lengths on the wire, with kind and length octets and the padding that keeps words aligned. */
enum {
    MAXIMUM_SEGMENT_SIZE_LENGTH = 4,
    WINDOW_SCALE_LENGTH = 4,
    SACK_PERMITTED_LENGTH = 4, /* takes the place of the padding when timestamps follow */
    SACK_HEADER_LENGTH = 4,
    SACK_BLOCK_LENGTH = 8,
};

/*@ predicate options_are_bounded(struct stint_tcp_options *options) =
        options->sack_count <= STINT_TCP_SACK_BLOCKS &&
        options->window_scale <= STINT_TCP_WINDOW_SCALE_LIMIT;

    // What is asked of those who take the value of an option, and what holds behind them.
    predicate may_take(struct stint_view value, struct stint_tcp_options *options) =
        stint_is_readable(value) && \valid(options) && options_are_bounded(options) &&
        \separated(options, value.bytes + (0 .. value.length - 1)); */

/*@ requires may_take(value, options);
    assigns *options;
    ensures options_are_bounded(options); */
static void take_maximum_segment_size(struct stint_view value, struct stint_tcp_options *options)
{
    if (value.length == 2) {
        options->maximum_segment_size = stint_load16(value.bytes);
    }
}

/*@ requires may_take(value, options);
    assigns *options;
    ensures options_are_bounded(options); */
static void take_window_scale(struct stint_view value, struct stint_tcp_options *options)
{
    if (value.length == 1) {
        options->has_window_scale = true;
        /* RFC 7323 2.3: a shift above 14 must be used as 14. */
        options->window_scale = value.bytes[0] < STINT_TCP_WINDOW_SCALE_LIMIT
                                    ? value.bytes[0]
                                    : (uint8_t)STINT_TCP_WINDOW_SCALE_LIMIT;
    }
}

/*@ requires may_take(value, options);
    assigns *options;
    ensures options_are_bounded(options); */
static void take_timestamps(struct stint_view value, struct stint_tcp_options *options)
{
    if (value.length == 8) {
        options->has_timestamps = true;
        options->timestamp = stint_load32(value.bytes);
        options->timestamp_echo = stint_load32(value.bytes + 4);
    }
}

/*@ requires may_take(value, options);
    assigns *options;
    ensures options_are_bounded(options); */
static void take_sack(struct stint_view value, struct stint_tcp_options *options)
{
    const size_t count = value.length / SACK_BLOCK_LENGTH;
    if (count == 0 || count > STINT_TCP_SACK_BLOCKS || value.length % SACK_BLOCK_LENGTH != 0) {
        return;
    }
    /*@ loop invariant 0 <= i <= count;
        loop assigns i, options->sack[0 .. STINT_TCP_SACK_BLOCKS - 1];
        loop variant count - i; */
    for (size_t i = 0; i < count; i++) {
        const uint8_t *block = value.bytes + i * SACK_BLOCK_LENGTH;
        options->sack[i].begin = stint_sequence_of(stint_load32(block));
        options->sack[i].end = stint_sequence_of(stint_load32(block + 4));
    }
    options->sack_count = (uint8_t)count;
}

/*@ requires may_take(value, options);
    assigns *options;
    ensures options_are_bounded(options); */
static void take_option(uint8_t kind, struct stint_view value, struct stint_tcp_options *options)
{
    if (kind == OPTION_MAXIMUM_SEGMENT_SIZE) {
        take_maximum_segment_size(value, options);
    } else if (kind == OPTION_WINDOW_SCALE) {
        take_window_scale(value, options);
    } else if (kind == OPTION_SACK_PERMITTED) {
        options->sack_permitted = options->sack_permitted || value.length == 0;
    } else if (kind == OPTION_SACK) {
        take_sack(value, options);
    } else if (kind == OPTION_TIMESTAMPS) {
        take_timestamps(value, options);
    }
}

/* RFC 7323 appendix A: NOP, NOP, timestamps, as nearly every segment of a connection has. */
/*@ requires stint_is_readable(bytes);
    assigns \nothing;
    ensures \result ==> bytes.length == STINT_TCP_TIMESTAMPS_LENGTH; */
static bool is_padded_timestamps_only(struct stint_view bytes)
{
    return bytes.length == STINT_TCP_TIMESTAMPS_LENGTH &&
           stint_load32(bytes.bytes) == PADDED_TIMESTAMPS;
}

enum stint_drop stint_tcp_options_parse(struct stint_view bytes, struct stint_tcp_options *options)
{
    stint_tcp_options_clear(options);
    if (is_padded_timestamps_only(bytes)) {
        const struct stint_view value = {bytes.bytes + 4, 8};
        take_timestamps(value, options);
        return STINT_DROP_NONE;
    }
    struct stint_reader reader = stint_reader_over(bytes);
    /*@ loop invariant stint_reader_is_sound(&reader) && options_are_bounded(options);
        loop invariant \separated(options, reader.rest.bytes + (0 .. reader.rest.length - 1));
        loop assigns reader, *options;
        loop variant reader.rest.length; */
    while (reader.rest.length > 0) {
        const uint8_t kind = stint_reader_take8(&reader);
        if (kind == OPTION_END) {
            break;
        }
        if (kind == OPTION_NO_OPERATION) {
            continue;
        }
        const uint8_t length = stint_reader_take8(&reader);
        if (length < 2) {
            return STINT_DROP_TCP_OPTION;
        }
        const size_t value_length = (size_t)length - 2;
        const struct stint_view value = {stint_reader_take(&reader, value_length), value_length};
        if (reader.failed) {
            return STINT_DROP_TCP_OPTION;
        }
        take_option(kind, value, options);
    }
    return STINT_DROP_NONE;
}

/* What all options but SACK take. */
static size_t length_without_sack(const struct stint_tcp_options *options)
{
    size_t length = 0;
    if (options->maximum_segment_size != 0) {
        length += MAXIMUM_SEGMENT_SIZE_LENGTH;
    }
    if (options->has_timestamps) {
        length += STINT_TCP_TIMESTAMPS_LENGTH;
    } else if (options->sack_permitted) {
        length += SACK_PERMITTED_LENGTH;
    }
    if (options->has_window_scale) {
        length += WINDOW_SCALE_LENGTH;
    }
    return length;
}

/* What nearly every segment of a connection carries. */
static bool has_timestamps_only(const struct stint_tcp_options *options)
{
    return options->has_timestamps && options->sack_count == 0 &&
           options->maximum_segment_size == 0 && !options->sack_permitted &&
           !options->has_window_scale;
}

size_t stint_tcp_options_length(const struct stint_tcp_options *options)
{
    if (has_timestamps_only(options)) {
        return STINT_TCP_TIMESTAMPS_LENGTH;
    }
    const size_t length = length_without_sack(options);
    const size_t fitting =
        (STINT_TCP_OPTIONS_LENGTH - SACK_HEADER_LENGTH - length) / SACK_BLOCK_LENGTH;
    const size_t blocks = options->sack_count < fitting ? options->sack_count : fitting;
    return blocks > 0 ? length + SACK_HEADER_LENGTH + blocks * SACK_BLOCK_LENGTH : length;
}

/* As many blocks as there is room for. */
static void put_sack(struct stint_writer *writer, const struct stint_tcp_options *options)
{
    const size_t room = writer->whole.length - writer->used;
    if (room == 0) {
        return;
    }
    stint_writer_put32(writer, PADDED_SACK + (uint32_t)(room - 2));
    for (size_t i = 0; i < room / SACK_BLOCK_LENGTH; i++) {
        stint_writer_put32(writer, options->sack[i].begin.number);
        stint_writer_put32(writer, options->sack[i].end.number);
    }
}

void stint_tcp_timestamps_store(const struct stint_tcp_options *options, uint8_t *bytes)
{
    stint_store32(bytes, PADDED_TIMESTAMPS);
    stint_store32(bytes + 4, options->timestamp);
    stint_store32(bytes + 8, options->timestamp_echo);
}

bool stint_tcp_options_emit(const struct stint_tcp_options *options, struct stint_writer *writer)
{
    const size_t length = stint_tcp_options_length(options);
    if (length == 0) {
        return !writer->failed;
    }
    uint8_t *bytes = stint_writer_claim(writer, length);
    if (bytes == NULL) {
        return false;
    }
    if (has_timestamps_only(options)) {
        stint_tcp_timestamps_store(options, bytes);
        return true;
    }
    struct stint_writer inner = stint_writer_into(stint_span_of(bytes, length));
    if (options->maximum_segment_size != 0) {
        stint_writer_put32(&inner, (uint32_t)MAXIMUM_SEGMENT_SIZE + options->maximum_segment_size);
    }
    if (options->has_timestamps) {
        stint_writer_put32(&inner, options->sack_permitted ? (uint32_t)SACK_PERMITTED_AND_TIMESTAMPS
                                                           : (uint32_t)PADDED_TIMESTAMPS);
        stint_writer_put32(&inner, options->timestamp);
        stint_writer_put32(&inner, options->timestamp_echo);
    } else if (options->sack_permitted) {
        stint_writer_put32(&inner, PADDED_SACK_PERMITTED);
    }
    if (options->has_window_scale) {
        stint_writer_put32(&inner, (uint32_t)WINDOW_SCALE + options->window_scale);
    }
    put_sack(&inner, options);
    return !inner.failed && inner.used == length;
}

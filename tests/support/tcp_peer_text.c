/* Segments from text and to text.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/tcp_peer_text.h"

/* --- the stream: byte `position` of either direction --- */

static uint8_t pattern(uint32_t position)
{
    return (uint8_t)(position * 7u + position / 251u);
}

void tcp_peer_fill(uint8_t *bytes, uint32_t first, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bytes[i] = pattern(first + (uint32_t)i);
    }
}

void tcp_peer_assert_stream(struct stint_view bytes, uint32_t first)
{
    for (size_t i = 0; i < bytes.length; i++) {
        if (bytes.bytes[i] != pattern(first + (uint32_t)i)) {
            fail_msg("byte %u of the stream is not the one written", first + (unsigned)i);
        }
    }
}

/* --- text to segment --- */

static bool take_word(const char **text, const char *word)
{
    while (**text == ' ' || **text == ',' || **text == '<') {
        (*text)++;
    }
    const size_t length = strlen(word);
    if (strncmp(*text, word, length) != 0) {
        return false;
    }
    *text += length;
    return true;
}

static uint32_t take_number(const char **text)
{
    char *end = NULL;
    const long number = strtol(*text, &end, 10);
    if (end == *text) {
        fail_msg("a number is missing at \"%s\"", *text);
    }
    *text = end;
    return (uint32_t)number;
}

static void take_flags(const char **text, struct stint_tcp_segment *segment)
{
    for (; **text != ' ' && **text != '\0'; (*text)++) {
        switch (**text) {
        case 'F':
            segment->fin = true;
            break;
        case 'S':
            segment->syn = true;
            break;
        case 'R':
            segment->rst = true;
            break;
        case 'P':
            segment->psh = true;
            break;
        case 'U':
            segment->urg = true;
            break;
        case '.':
            segment->ack = true;
            break;
        case '-':
            break;
        default:
            fail_msg("unknown flag at \"%s\"", *text);
        }
    }
}

static void take_sack(
    const struct tcp_peer *peer, const char **text, struct stint_tcp_options *options)
{
    while (**text == ' ' && options->sack_count < STINT_TCP_SACK_BLOCKS) {
        struct stint_tcp_sack_block *block = &options->sack[options->sack_count++];
        block->begin = stint_sequence_of(peer->host_initial + take_number(text));
        (*text)++;
        block->end = stint_sequence_of(peer->host_initial + take_number(text));
    }
}

static void take_options(
    const struct tcp_peer *peer, const char **text, struct stint_tcp_options *options)
{
    if (take_word(text, "mss")) {
        options->maximum_segment_size = (uint16_t)take_number(text);
    }
    if (take_word(text, "ws")) {
        options->has_window_scale = true;
        options->window_scale = (uint8_t)take_number(text);
    }
    if (take_word(text, "sackok")) {
        options->sack_permitted = true;
    }
    if (take_word(text, "ts")) {
        options->has_timestamps = true;
        options->timestamp = take_number(text);
        options->timestamp_echo = peer->timestamp_seen;
        if (take_word(text, "echo")) {
            options->timestamp_echo = peer->timestamp_base + take_number(text);
        }
    }
    if (take_word(text, "sack")) {
        take_sack(peer, text, options);
    }
    if (!take_word(text, ">")) {
        fail_msg("unknown option at \"%s\"", *text);
    }
}

struct stint_tcp_segment tcp_peer_parse(struct tcp_peer *peer, const char *text)
{
    struct stint_tcp_segment segment = {
        .source_port = peer->flow.remote.port,
        .destination_port = peer->flow.local.port,
        .window = 65535,
    };
    take_flags(&text, &segment);
    const uint32_t sequence = take_number(&text);
    (void)take_word(&text, ":");
    const uint32_t length = take_number(&text) - sequence;
    assert_true(length <= sizeof peer->bytes);
    tcp_peer_fill(peer->bytes, sequence, length);
    segment.sequence = stint_sequence_of(peer->peer_initial + sequence);
    segment.payload[0] = stint_view_of(peer->bytes, length);
    if (take_word(&text, "ack")) {
        segment.acknowledgment = stint_sequence_of(peer->host_initial + take_number(&text));
    }
    if (take_word(&text, "win")) {
        segment.window = (uint16_t)take_number(&text);
    }
    if (take_word(&text, "urg")) {
        segment.urgent_pointer = (uint16_t)take_number(&text);
    }
    if (strchr(text, '<') != NULL || strchr(text, '>') != NULL) {
        take_options(peer, &text, &segment.options);
    }
    if (*text != '\0') {
        fail_msg("what is \"%s\"?", text);
    }
    return segment;
}

/* --- segment to text --- */

struct page {
    char *text; /* TCP_PEER_TEXT bytes */
    size_t used;
};

static void put(struct page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length =
        vsnprintf(page->text + page->used, TCP_PEER_TEXT - page->used, format, arguments);
    va_end(arguments);
    assert_true(length >= 0 && (size_t)length < TCP_PEER_TEXT - page->used);
    page->used += (size_t)length;
}

static void put_option(struct page *page, const char *format, long a, long b)
{
    put(page, strchr(page->text, '<') == NULL ? " <" : ", ");
    put(page, format, a, b);
}

static long relative(struct stint_sequence sequence, uint32_t initial)
{
    return (int32_t)(sequence.number - initial);
}

static void put_options(const struct tcp_peer *peer, const struct stint_tcp_options *options,
    const char *expected, struct page *page)
{
    if (options->maximum_segment_size != 0 && strstr(expected, "mss") != NULL) {
        put_option(page, "mss %ld", options->maximum_segment_size, 0);
    }
    if (options->has_window_scale && strchr(expected, '<') != NULL) {
        put_option(page, "ws %ld", options->window_scale, 0);
    }
    if (options->sack_permitted && strchr(expected, '<') != NULL) {
        put_option(page, "sackok", 0, 0);
    }
    if (options->has_timestamps && strstr(expected, "ts") != NULL) {
        put_option(page, "ts %ld echo %ld", (int32_t)(options->timestamp - peer->timestamp_base),
            (int32_t)options->timestamp_echo);
    }
    for (uint8_t i = 0; i < options->sack_count; i++) {
        const long begin = relative(options->sack[i].begin, peer->peer_initial);
        const long end = relative(options->sack[i].end, peer->peer_initial);
        if (i == 0) {
            put_option(page, "sack %ld:%ld", begin, end);
        } else {
            put(page, " %ld:%ld", begin, end);
        }
    }
    if (strchr(page->text, '<') != NULL) {
        put(page, ">");
    }
}

void tcp_peer_render(const struct tcp_peer *peer, const struct stint_tcp_segment *segment,
    const char *expected, char text[TCP_PEER_TEXT])
{
    struct page page = {.text = text};
    const long sequence = relative(segment->sequence, peer->host_initial);
    put(&page, "%s%s%s%s%s%s %ld:%ld", segment->fin ? "F" : "", segment->syn ? "S" : "",
        segment->rst ? "R" : "", segment->psh ? "P" : "", segment->urg ? "U" : "",
        segment->ack ? "." : "", sequence,
        sequence + (long)stint_tcp_segment_payload_length(segment));
    if (segment->ack) {
        put(&page, " ack %ld", relative(segment->acknowledgment, peer->peer_initial));
    }
    if (strstr(expected, "win") != NULL) {
        put(&page, " win %u", segment->window);
    }
    put_options(peer, &segment->options, expected, &page);
}

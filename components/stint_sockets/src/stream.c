/* Moving bytes through a connection: one try, as far as it goes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

#include <string.h>

/* --- the pieces of a message as one run of bytes --- */

struct cursor {
    const struct stint_span *piece;
    const struct stint_span *end;
    size_t offset; /* into *piece */
};

/* At `offset` bytes from the start of the message. */
static struct cursor cursor_at(const struct stint_message *message, size_t offset)
{
    struct cursor cursor = {message->pieces, message->pieces + message->piece_count, offset};
    while (cursor.piece < cursor.end && cursor.offset >= cursor.piece->length) {
        cursor.offset -= cursor.piece->length;
        cursor.piece++;
    }
    return cursor;
}

/* What is left of the piece under the cursor; empty at the end of the message. */
static struct stint_span cursor_rest(const struct cursor *cursor)
{
    return cursor->piece < cursor->end ? stint_span_without_first(*cursor->piece, cursor->offset)
                                       : stint_span_of(NULL, 0);
}

static void cursor_advance(struct cursor *cursor, size_t length)
{
    cursor->offset += length;
    while (cursor->piece < cursor->end && cursor->offset >= cursor->piece->length) {
        cursor->offset -= cursor->piece->length;
        cursor->piece++;
    }
}

size_t stint_message_length(const struct stint_message *message)
{
    size_t length = 0;
    for (size_t i = 0; i < message->piece_count; i++) {
        length += message->pieces[i].length;
    }
    return length;
}

/* --- sending --- */

/* The pending error, or EPIPE; after some bytes it stays pending for the next call. */
static enum stint_error refuse_to_send(
    const struct stint_sockets *sockets, struct stint_sockets_entry *entry, size_t moved)
{
    const enum stint_error error = moved > 0 ? STINT_EOK : stint_entry_take_error(sockets, entry);
    return error != STINT_EOK ? error : STINT_EPIPE;
}

/* STINT_MSG_MORE is a cork that the next send without it draws. */
static void cork_for_more(
    struct stint_sockets *sockets, struct stint_sockets_entry *entry, bool more)
{
    if (entry->more != more) {
        entry->more = more;
        stint_entry_apply_options(sockets, entry);
        stint_sockets_wake_poll_if_due(sockets); /* what was held back may go */
    }
}

static enum stint_result write_pieces(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_message *message, size_t *moved)
{
    struct stint_tcp *tcp = &sockets->config.stack->tcp;
    struct cursor cursor = cursor_at(message, *moved);
    for (struct stint_span rest = cursor_rest(&cursor); rest.length > 0;
         rest = cursor_rest(&cursor)) {
        size_t written = 0;
        const enum stint_result result =
            stint_tcp_write(tcp, entry->handle, stint_span_as_view(rest), &written);
        if (result != STINT_OK) {
            return result;
        }
        *moved += written;
        cursor_advance(&cursor, written);
    }
    return STINT_OK;
}

enum stint_error stint_stream_send(struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    const struct stint_message *message, unsigned flags, size_t *moved)
{
    if (entry->kind != STINT_ENTRY_CONNECTION) {
        return refuse_to_send(sockets, entry, *moved);
    }
    const struct stint_tcp_progress progress = stint_entry_progress(sockets, entry);
    if (stint_state_is_connecting(progress.state)) {
        return STINT_EAGAIN;
    }
    if (entry->shut_write || stint_state_is_over(progress.state)) {
        return refuse_to_send(sockets, entry, *moved);
    }
    cork_for_more(sockets, entry, (flags & STINT_MSG_MORE) != 0);
    const enum stint_result result = write_pieces(sockets, entry, message, moved);
    if (result == STINT_OK || result == STINT_WOULD_BLOCK || result == STINT_EXHAUSTED) {
        return stint_error_of_result(result);
    }
    return refuse_to_send(sockets, entry, *moved);
}

/* --- receiving --- */

static enum stint_result read_pieces(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_message *message, size_t *moved)
{
    struct stint_tcp *tcp = &sockets->config.stack->tcp;
    struct cursor cursor = cursor_at(message, *moved);
    for (struct stint_span rest = cursor_rest(&cursor); rest.length > 0;
         rest = cursor_rest(&cursor)) {
        size_t read = 0;
        const enum stint_result result = stint_tcp_read(tcp, entry->handle, rest, &read);
        if (result != STINT_OK) {
            return result;
        }
        *moved += read;
        cursor_advance(&cursor, read);
    }
    return STINT_OK;
}

/* Copies without taking; `*moved` counts the bytes of this try alone. */
static enum stint_result peek_pieces(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_message *message, size_t *moved)
{
    struct stint_ring_view ring;
    *moved = 0;
    const enum stint_result result =
        stint_tcp_readable(&sockets->config.stack->tcp, entry->handle, &ring);
    if (result != STINT_OK) {
        return result;
    }
    struct cursor cursor = cursor_at(message, 0);
    for (unsigned i = 0; i < 2; i++) {
        struct stint_view from = ring.piece[i];
        for (struct stint_span rest = cursor_rest(&cursor); rest.length > 0 && from.length > 0;
             rest = cursor_rest(&cursor)) {
            const struct stint_view part = stint_view_first(from, rest.length);
            memcpy(rest.bytes, part.bytes, part.length);
            *moved += part.length;
            from = stint_view_without_first(from, part.length);
            cursor_advance(&cursor, part.length);
        }
    }
    return STINT_OK;
}

/* How many bytes a call waits for. Half of the buffer is the most that a peek may wait for: the
 * peer's window may be closed before it is full. */
static size_t bytes_to_wait_for(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_message *message, unsigned flags)
{
    const size_t length = stint_message_length(message);
    if ((flags & STINT_MSG_WAITALL) == 0) {
        return length < 1 ? length : 1;
    }
    if ((flags & STINT_MSG_PEEK) == 0) {
        return length;
    }
    const size_t half = stint_entry_status(sockets, entry).receive_capacity / 2;
    return length < half ? length : half;
}

/* What a read is told that found nothing to read any more: the end, or why, once. */
static enum stint_error tell_end(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, enum stint_result result)
{
    if (result == STINT_END_OF_STREAM) {
        entry->end_told = true;
    }
    return entry->end_told ? STINT_EOK : stint_entry_take_error(sockets, entry);
}

enum stint_error stint_stream_receive(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, const struct stint_message *message, unsigned flags,
    size_t *moved)
{
    if (entry->kind != STINT_ENTRY_CONNECTION) {
        const enum stint_error error = stint_entry_take_error(sockets, entry);
        return error != STINT_EOK ? error : STINT_ENOTCONN;
    }
    const struct stint_tcp_progress progress = stint_entry_progress(sockets, entry);
    if (stint_state_is_connecting(progress.state)) {
        return STINT_EAGAIN;
    }
    const bool peek = (flags & STINT_MSG_PEEK) != 0;
    const enum stint_result result = peek ? peek_pieces(sockets, entry, message, moved)
                                          : read_pieces(sockets, entry, message, moved);
    if (result == STINT_OK || result == STINT_WOULD_BLOCK) {
        const bool enough = *moved >= bytes_to_wait_for(sockets, entry, message, flags);
        const bool all = entry->shut_read || (*moved > 0 && stint_state_is_at_end(progress.state));
        return enough || all ? STINT_EOK : STINT_EAGAIN;
    }
    return *moved > 0 ? STINT_EOK : tell_end(sockets, entry, result);
}

/* Sending and receiving: each call tries, sleeps until the entry is ready, and tries again.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

/* Bytes that were moved, however the call ended after them; or its error. */
static long outcome(size_t moved, enum stint_error error)
{
    return moved > 0 || error == STINT_EOK ? (long)moved : -(long)error;
}

static bool is_stream(const struct stint_sockets_entry *entry)
{
    return entry->type == STINT_STREAM;
}

/* After a try: what it made due is sent, who waited for what it changed wakes. */
static void tell(struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    enum stint_error error, bool moved)
{
    if (moved) {
        stint_sockets_wake_poll_if_due(sockets);
    }
    if (moved || error != STINT_EAGAIN) {
        stint_entry_changed(sockets, entry);
    }
}

/* --- sending --- */

static enum stint_error try_to_send(struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, const struct stint_message *message, unsigned flags,
    size_t *moved)
{
    return is_stream(entry) ? stint_stream_send(sockets, entry, message, flags, moved)
                            : stint_datagram_send(sockets, entry, message, moved);
}

static long send_message(struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    const struct stint_message *message, unsigned flags)
{
    const struct stint_instant deadline =
        stint_entry_deadline(sockets, entry, entry->send_timeout, flags);
    size_t moved = 0;
    for (;;) {
        const size_t before = moved;
        const enum stint_error error = try_to_send(sockets, entry, message, flags, &moved);
        tell(sockets, entry, error, error == STINT_EOK || moved > before);
        if (error != STINT_EAGAIN) {
            return outcome(moved, error);
        }
        const enum stint_error slept =
            stint_entry_sleep(sockets, entry, STINT_WAKES_WRITER, deadline);
        if (slept != STINT_EOK) {
            return outcome(moved, slept);
        }
    }
}

long stint_send_message(struct stint_sockets *sockets, int descriptor,
    const struct stint_message *message, unsigned flags)
{
    struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const long result =
        entry == NULL ? -(long)STINT_EBADF : send_message(sockets, entry, message, flags);
    stint_sockets_unlock(sockets);
    return result;
}

long stint_send(
    struct stint_sockets *sockets, int descriptor, struct stint_view bytes, unsigned flags)
{
    struct stint_span piece = {(uint8_t *)bytes.bytes, bytes.length}; /* only read from */
    const struct stint_message message = {.pieces = &piece, .piece_count = 1};
    return stint_send_message(sockets, descriptor, &message, flags);
}

/* --- receiving --- */

static enum stint_error try_to_receive(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, struct stint_message *message, unsigned flags, size_t *moved)
{
    return is_stream(entry) ? stint_stream_receive(sockets, entry, message, flags, moved)
                            : stint_datagram_receive(sockets, entry, message, flags, moved);
}

static long receive_message(struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    struct stint_message *message, unsigned flags)
{
    const struct stint_instant deadline =
        stint_entry_deadline(sockets, entry, entry->receive_timeout, flags);
    size_t moved = 0;
    for (;;) {
        const size_t before = moved;
        const enum stint_error error = try_to_receive(sockets, entry, message, flags, &moved);
        tell(sockets, entry, error, moved > before); /* a window may have opened */
        if (error != STINT_EAGAIN) {
            return outcome(moved, error);
        }
        const enum stint_error slept =
            stint_entry_sleep(sockets, entry, STINT_WAKES_READER, deadline);
        if (slept != STINT_EOK) {
            return outcome(moved, slept);
        }
    }
}

long stint_receive_message(
    struct stint_sockets *sockets, int descriptor, struct stint_message *message, unsigned flags)
{
    message->truncated = false;
    struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const long result =
        entry == NULL ? -(long)STINT_EBADF : receive_message(sockets, entry, message, flags);
    stint_sockets_unlock(sockets);
    return result;
}

long stint_receive(
    struct stint_sockets *sockets, int descriptor, struct stint_span into, unsigned flags)
{
    struct stint_message message = {.pieces = &into, .piece_count = 1};
    return stint_receive_message(sockets, descriptor, &message, flags);
}

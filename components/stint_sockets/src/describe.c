/* What a descriptor is: its family, type and mode, and how much there is to read.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

static int family_of(struct stint_sockets_entry *entry)
{
    return entry->family;
}

static int type_of(struct stint_sockets_entry *entry)
{
    return entry->type;
}

static int is_listening(struct stint_sockets_entry *entry)
{
    return entry->kind == STINT_ENTRY_LISTENER;
}

static int is_nonblocking(struct stint_sockets_entry *entry)
{
    return entry->nonblocking;
}

static int make_nonblocking(struct stint_sockets_entry *entry)
{
    entry->nonblocking = true;
    return 0;
}

static int make_blocking(struct stint_sockets_entry *entry)
{
    entry->nonblocking = false;
    return 0;
}

/* Of a datagram or echo socket: the length of the next one. */
static int next_datagram_bytes(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    const struct stint_datagrams *datagrams = stint_entry_datagrams(sockets, entry);
    struct stint_view payload;
    const bool waits =
        datagrams != NULL && stint_datagrams_front(&datagrams->received, &payload) != NULL;
    return waits ? (int)payload.length : 0;
}

static int readable_bytes(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    switch ((enum stint_entry_kind)entry->kind) {
    case STINT_ENTRY_STREAM:
        return 0;
    case STINT_ENTRY_CONNECTION:
        return (int)stint_entry_progress(sockets, entry).readable;
    case STINT_ENTRY_DATAGRAM:
    case STINT_ENTRY_ECHO:
        return next_datagram_bytes(sockets, entry);
    case STINT_ENTRY_LISTENER:
        return -STINT_EINVAL;
    case STINT_ENTRY_FREE:
    case STINT_ENTRY_LINGERING:
        return -STINT_EBADF;
    }
    return -STINT_EBADF;
}

/* One answer about one open descriptor, or EBADF. */
static int ask(struct stint_sockets *sockets, int descriptor,
    int (*question)(struct stint_sockets_entry *entry))
{
    struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const int answer = entry == NULL ? -STINT_EBADF : question(entry);
    stint_sockets_unlock(sockets);
    return answer;
}

int stint_set_nonblocking(struct stint_sockets *sockets, int descriptor, bool nonblocking)
{
    return ask(sockets, descriptor, nonblocking ? make_nonblocking : make_blocking);
}

int stint_is_nonblocking(struct stint_sockets *sockets, int descriptor)
{
    return ask(sockets, descriptor, is_nonblocking);
}

int stint_readable_bytes(struct stint_sockets *sockets, int descriptor)
{
    const struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const int bytes = entry == NULL ? -STINT_EBADF : readable_bytes(sockets, entry);
    stint_sockets_unlock(sockets);
    return bytes;
}

int stint_socket_family_of(struct stint_sockets *sockets, int descriptor)
{
    return ask(sockets, descriptor, family_of);
}

int stint_socket_type_of(struct stint_sockets *sockets, int descriptor)
{
    return ask(sockets, descriptor, type_of);
}

int stint_socket_is_listening(struct stint_sockets *sockets, int descriptor)
{
    return ask(sockets, descriptor, is_listening);
}

/* What a descriptor is ready for, as poll() of Linux has it, and the error that it holds.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

struct stint_tcp_progress stint_entry_progress(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    struct stint_tcp_progress progress;
    if (stint_tcp_get_progress(&sockets->config.stack->tcp, entry->handle, &progress) != STINT_OK) {
        progress = (struct stint_tcp_progress){.state = STINT_TCP_CLOSED};
    }
    return progress;
}

struct stint_tcp_status stint_entry_status(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    struct stint_tcp_status status;
    if (stint_tcp_get_status(&sockets->config.stack->tcp, entry->handle, &status) != STINT_OK) {
        status = (struct stint_tcp_status){.state = STINT_TCP_CLOSED};
    }
    return status;
}

bool stint_state_is_connecting(enum stint_tcp_state state)
{
    return state == STINT_TCP_SYN_SENT || state == STINT_TCP_SYN_RECEIVED;
}

bool stint_state_is_over(enum stint_tcp_state state)
{
    return state == STINT_TCP_CLOSED || state == STINT_TCP_TIME_WAIT;
}

bool stint_state_is_at_end(enum stint_tcp_state state)
{
    switch (state) {
    case STINT_TCP_SYN_SENT:
    case STINT_TCP_SYN_RECEIVED:
    case STINT_TCP_ESTABLISHED:
    case STINT_TCP_FIN_WAIT_1:
    case STINT_TCP_FIN_WAIT_2:
        return false;
    case STINT_TCP_CLOSED:
    case STINT_TCP_CLOSE_WAIT:
    case STINT_TCP_CLOSING:
    case STINT_TCP_LAST_ACK:
    case STINT_TCP_TIME_WAIT:
        return true;
    }
    return true;
}

static enum stint_error connection_error(
    const struct stint_sockets_entry *entry, const struct stint_tcp_progress *progress)
{
    if (entry->failure_told || progress->failure == STINT_OK) {
        return STINT_EOK;
    }
    /* Who was told the end of the stream has no reset to read any more, only writes that fail. */
    const bool after_end = entry->end_told && progress->failure == STINT_RESET;
    return after_end ? STINT_EPIPE : stint_error_of_result(progress->failure);
}

static unsigned connection_readiness(
    const struct stint_sockets_entry *entry, const struct stint_tcp_progress *progress)
{
    if (stint_state_is_connecting(progress->state)) {
        return 0;
    }
    const bool read_end = entry->shut_read || stint_state_is_at_end(progress->state);
    const bool write_end = entry->shut_write || stint_state_is_over(progress->state);
    unsigned readiness = 0;
    if (progress->readable > 0 || read_end) {
        readiness |= STINT_READABLE;
    }
    if (progress->can_write || write_end) {
        readiness |= STINT_WRITABLE;
    }
    if (read_end) {
        readiness |= STINT_READ_HANGUP;
    }
    if (read_end && write_end) {
        readiness |= STINT_HANGUP;
    }
    if (connection_error(entry, progress) != STINT_EOK) {
        readiness |= STINT_ERROR;
    }
    return readiness;
}

struct stint_datagrams *stint_entry_datagrams(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    struct stint_stack *stack = sockets->config.stack;
    if (entry->kind == STINT_ENTRY_ECHO) {
        struct stint_udp_socket *echo = stint_icmp_get(&stack->icmp, entry->handle);
        return echo == NULL ? NULL : &echo->datagrams;
    }
    struct stint_udp_socket *udp = stint_udp_get(&stack->udp, entry->handle);
    return udp == NULL ? NULL : &udp->datagrams;
}

/* `failure` is what an ICMP message brought. */
static unsigned datagram_readiness(const struct stint_sockets_entry *entry,
    const struct stint_datagrams *datagrams, enum stint_result failure)
{
    unsigned readiness = failure != STINT_OK ? STINT_ERROR : 0;
    if (!stint_packet_queue_is_empty(&datagrams->received) || entry->shut_read) {
        readiness |= STINT_READABLE;
    }
    /* Writable with half of the room free, as Linux has it: fewer wake-ups, and few vain ones. */
    if (datagrams->to_send.used <= datagrams->to_send.capacity / 2 || entry->shut_write) {
        readiness |= STINT_WRITABLE;
    }
    if (entry->shut_read) {
        readiness |= STINT_READ_HANGUP;
    }
    if (entry->shut_read && entry->shut_write) {
        readiness |= STINT_HANGUP;
    }
    return readiness;
}

static unsigned udp_readiness(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    const struct stint_udp_socket *udp = stint_udp_get(&sockets->config.stack->udp, entry->handle);
    return udp == NULL ? STINT_HANGUP : datagram_readiness(entry, &udp->datagrams, udp->failure);
}

static unsigned echo_readiness(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    const struct stint_datagrams *datagrams = stint_entry_datagrams(sockets, entry);
    return datagrams == NULL ? STINT_HANGUP : datagram_readiness(entry, datagrams, STINT_OK);
}

/* Ready, for a task in close(), when all that was sent has arrived or never will. */
static unsigned lingering_readiness(const struct stint_tcp_progress *progress)
{
    const bool delivered =
        progress->unacknowledged == 0 && !stint_state_is_connecting(progress->state);
    return delivered || stint_state_is_over(progress->state) ? STINT_HANGUP : 0;
}

unsigned stint_entry_readiness(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    struct stint_tcp_progress progress;
    unsigned readiness = entry->error != STINT_EOK ? STINT_ERROR : 0;
    switch ((enum stint_entry_kind)entry->kind) {
    case STINT_ENTRY_FREE:
        return STINT_NOT_OPEN;
    case STINT_ENTRY_STREAM:
        return readiness | STINT_WRITABLE | STINT_HANGUP;
    case STINT_ENTRY_LISTENER:
        if (stint_tcp_accept_count(&sockets->config.stack->tcp, entry->handle) > 0) {
            readiness |= STINT_READABLE;
        }
        return readiness;
    case STINT_ENTRY_CONNECTION:
        progress = stint_entry_progress(sockets, entry);
        return readiness | connection_readiness(entry, &progress);
    case STINT_ENTRY_DATAGRAM:
        return readiness | udp_readiness(sockets, entry);
    case STINT_ENTRY_ECHO:
        return readiness | echo_readiness(sockets, entry);
    case STINT_ENTRY_LINGERING:
        progress = stint_entry_progress(sockets, entry);
        return lingering_readiness(&progress);
    }
    return STINT_NOT_OPEN;
}

unsigned stint_readiness_of(struct stint_sockets *sockets, int descriptor)
{
    const struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const unsigned readiness =
        entry == NULL ? STINT_NOT_OPEN : stint_entry_readiness(sockets, entry);
    stint_sockets_unlock(sockets);
    return readiness;
}

/* The error that an ICMP message brought to a datagram socket. */
static enum stint_error take_udp_error(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    struct stint_udp_socket *udp = stint_udp_get(&sockets->config.stack->udp, entry->handle);
    if (udp == NULL) {
        return STINT_EOK;
    }
    const enum stint_error error = stint_error_of_result(udp->failure);
    udp->failure = STINT_OK;
    return error;
}

enum stint_error stint_entry_take_error(
    const struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    const enum stint_error own = (enum stint_error)entry->error;
    if (own != STINT_EOK) {
        entry->error = STINT_EOK;
        return own;
    }
    if (entry->kind == STINT_ENTRY_DATAGRAM) {
        return take_udp_error(sockets, entry);
    }
    if (entry->kind != STINT_ENTRY_CONNECTION) {
        return STINT_EOK;
    }
    const struct stint_tcp_progress progress = stint_entry_progress(sockets, entry);
    const enum stint_error error = connection_error(entry, &progress);
    entry->failure_told = entry->failure_told || error != STINT_EOK;
    return error;
}

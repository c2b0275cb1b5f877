/* Closing: shutdown of one direction, close in the background, with lingering, or by a reset.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

/* --- shutdown --- */

static bool ends_reading(enum stint_shutdown_how how)
{
    return how == STINT_SHUT_READ || how == STINT_SHUT_BOTH;
}

static bool ends_writing(enum stint_shutdown_how how)
{
    return how == STINT_SHUT_WRITE || how == STINT_SHUT_BOTH;
}

/* As on Linux, where it is how a program wakes its acceptor: the listener is a bound stream again,
 * and who waited in accept() is told EINVAL. */
static enum stint_error shut_listener(
    struct stint_sockets *sockets, struct stint_sockets_entry *entry, enum stint_shutdown_how how)
{
    if (ends_reading(how)) {
        (void)stint_tcp_listener_close(
            &sockets->config.stack->tcp, stint_sockets_now(sockets), entry->handle);
        entry->kind = STINT_ENTRY_STREAM;
    }
    return STINT_EOK;
}

/* A handshake that is shut down is given up. */
static void give_up_connecting(struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    (void)stint_tcp_abort(&sockets->config.stack->tcp, stint_sockets_now(sockets), entry->handle);
    entry->kind = STINT_ENTRY_STREAM;
    entry->connecting = false;
    entry->error = STINT_ECONNRESET;
}

static enum stint_error shut_connection(
    struct stint_sockets *sockets, struct stint_sockets_entry *entry, enum stint_shutdown_how how)
{
    const struct stint_tcp_progress progress = stint_entry_progress(sockets, entry);
    if (stint_state_is_connecting(progress.state)) {
        give_up_connecting(sockets, entry);
        return STINT_EOK;
    }
    entry->shut_read = entry->shut_read || ends_reading(how);
    if (ends_writing(how) && !entry->shut_write) {
        entry->shut_write = true;
        (void)stint_tcp_shutdown(&sockets->config.stack->tcp, entry->handle);
    }
    return stint_state_is_over(progress.state) ? STINT_ENOTCONN : STINT_EOK;
}

/* Marks it in any case, so that readers wake; but only what is connected can be shut down. */
static enum stint_error shut_datagrams(
    struct stint_sockets_entry *entry, enum stint_shutdown_how how)
{
    entry->shut_read = entry->shut_read || ends_reading(how);
    entry->shut_write = entry->shut_write || ends_writing(how);
    const bool connected = !stint_address_is_unspecified(&entry->remote.address);
    return connected ? STINT_EOK : STINT_ENOTCONN;
}

static enum stint_error shut_entry(
    struct stint_sockets *sockets, struct stint_sockets_entry *entry, enum stint_shutdown_how how)
{
    if (!ends_reading(how) && !ends_writing(how)) {
        return STINT_EINVAL;
    }
    switch ((enum stint_entry_kind)entry->kind) {
    case STINT_ENTRY_LISTENER:
        return shut_listener(sockets, entry, how);
    case STINT_ENTRY_CONNECTION:
        return shut_connection(sockets, entry, how);
    case STINT_ENTRY_DATAGRAM:
    case STINT_ENTRY_ECHO:
        return shut_datagrams(entry, how);
    case STINT_ENTRY_STREAM:
        return STINT_ENOTCONN;
    case STINT_ENTRY_FREE:
    case STINT_ENTRY_LINGERING:
        return STINT_EBADF;
    }
    return STINT_EBADF;
}

int stint_shutdown(struct stint_sockets *sockets, int descriptor, enum stint_shutdown_how how)
{
    struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    enum stint_error error = STINT_EBADF;
    if (entry != NULL) {
        error = shut_entry(sockets, entry, how);
        stint_entry_changed(sockets, entry);
        stint_sockets_wake_poll(sockets);
    }
    stint_sockets_unlock(sockets);
    return -(int)error;
}

/* --- close --- */

/* Waits until all that was sent has arrived, or never will; false when the time is over before. */
static bool linger(struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    const struct stint_instant deadline =
        stint_sockets_deadline(sockets, stint_seconds(entry->linger));
    entry->kind = STINT_ENTRY_LINGERING;
    (void)stint_tcp_shutdown(&sockets->config.stack->tcp, entry->handle);
    stint_sockets_wake_poll(sockets);
    while ((stint_entry_readiness(sockets, entry) & STINT_WAKES_LINGERER) == 0) {
        if (stint_entry_sleep(sockets, entry, STINT_WAKES_LINGERER, deadline) != STINT_EOK) {
            return false;
        }
    }
    return true;
}

/* True when the connection may end in its own time; false when it must be reset. */
static bool may_close_gracefully(struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    if (entry->linger < 0) {
        return true;
    }
    const struct stint_tcp_progress progress = stint_entry_progress(sockets, entry);
    if (entry->linger == 0) {
        return stint_state_is_over(progress.state);
    }
    /* What is not established has nothing to deliver; unread data makes the close a reset. */
    const bool delivers =
        !stint_state_is_connecting(progress.state) && !stint_state_is_over(progress.state);
    return !delivers || progress.readable > 0 || linger(sockets, entry);
}

static void close_connection(struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    struct stint_tcp *tcp = &sockets->config.stack->tcp;
    if (may_close_gracefully(sockets, entry)) {
        (void)stint_tcp_close(tcp, stint_sockets_now(sockets), entry->handle);
    } else {
        (void)stint_tcp_abort(tcp, stint_sockets_now(sockets), entry->handle);
    }
}

static void close_socket(struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    struct stint_stack *stack = sockets->config.stack;
    switch ((enum stint_entry_kind)entry->kind) {
    case STINT_ENTRY_LISTENER:
        (void)stint_tcp_listener_close(&stack->tcp, stint_sockets_now(sockets), entry->handle);
        return;
    case STINT_ENTRY_CONNECTION:
        close_connection(sockets, entry);
        return;
    case STINT_ENTRY_DATAGRAM:
        (void)stint_udp_close(&stack->udp, entry->handle);
        return;
    case STINT_ENTRY_ECHO:
        (void)stint_icmp_close(&stack->icmp, entry->handle);
        return;
    case STINT_ENTRY_FREE:
    case STINT_ENTRY_STREAM:
    case STINT_ENTRY_LINGERING:
        return;
    }
}

int stint_close(struct stint_sockets *sockets, int descriptor)
{
    struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    enum stint_error error = STINT_EBADF;
    if (entry != NULL) {
        error = STINT_EOK;
        stint_entry_depart(sockets, entry);
        close_socket(sockets, entry);
        stint_entry_release(sockets, entry);
        stint_sockets_wake_poll(sockets);
    }
    stint_sockets_unlock(sockets);
    return -(int)error;
}

/* Opening: socket, bind, listen, accept.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

/* --- socket --- */

static enum stint_entry_kind kind_of_type(enum stint_socket_type type)
{
    switch (type) {
    case STINT_STREAM:
        return STINT_ENTRY_STREAM;
    case STINT_DATAGRAM:
        return STINT_ENTRY_DATAGRAM;
    case STINT_ECHO:
        return STINT_ENTRY_ECHO;
    }
    return STINT_ENTRY_FREE;
}

/* Gives a datagram or echo entry its socket; a stream gets one when it listens or connects. */
static enum stint_result open_socket(
    const struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    struct stint_stack *stack = sockets->config.stack;
    const uintptr_t owner = stint_entry_owner(sockets, entry);
    if (entry->kind == STINT_ENTRY_DATAGRAM) {
        return stint_udp_open(&stack->udp, owner, &entry->handle);
    }
    if (entry->kind == STINT_ENTRY_ECHO) {
        return stint_icmp_open(&stack->icmp, owner, &entry->handle);
    }
    return STINT_OK;
}

static int open_entry(
    struct stint_sockets *sockets, enum stint_socket_family family, enum stint_socket_type type)
{
    const enum stint_entry_kind kind = kind_of_type(type);
    if (family != STINT_IPV4 &&
        (family != STINT_IPV6 || sockets->config.stack->config.ipv6 == NULL)) {
        return -STINT_EAFNOSUPPORT;
    }
    if (kind == STINT_ENTRY_FREE) {
        return -STINT_EPROTONOSUPPORT;
    }
    struct stint_sockets_entry *entry = stint_entry_open(sockets, kind, family, type);
    if (entry == NULL) {
        return -STINT_EMFILE;
    }
    const enum stint_result opened = open_socket(sockets, entry);
    if (opened != STINT_OK) {
        stint_entry_release(sockets, entry);
        return -(int)stint_error_of_result(opened);
    }
    entry->local.address = stint_entry_any(entry);
    stint_entry_apply_options(sockets, entry);
    stint_entry_changed(sockets, entry);
    return stint_entry_descriptor(sockets, entry);
}

int stint_socket(
    struct stint_sockets *sockets, enum stint_socket_family family, enum stint_socket_type type)
{
    stint_sockets_lock(sockets);
    const int result = open_entry(sockets, family, type);
    stint_sockets_unlock(sockets);
    return result;
}

/* --- bind --- */

static enum stint_error bind_stream(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, struct stint_endpoint local)
{
    if (entry->local.port != 0) {
        return STINT_EINVAL;
    }
    if (local.port == 0) {
        local.port = stint_stream_choose_port(sockets, &local.address);
    } else if (stint_stream_conflicts(sockets, entry, &local)) {
        return STINT_EADDRINUSE;
    }
    entry->local = local;
    return local.port != 0 ? STINT_EOK : STINT_EADDRINUSE;
}

static enum stint_error bind_entry(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, struct stint_endpoint local)
{
    const enum stint_error misfit = stint_endpoint_fit(entry, &local);
    if (misfit != STINT_EOK) {
        return misfit == STINT_ENETUNREACH ? STINT_EINVAL : misfit;
    }
    if (entry->ipv6_only && stint_address_is_unspecified(&local.address)) {
        local.address = stint_entry_any(entry);
    }
    const bool is_group = entry->kind == STINT_ENTRY_DATAGRAM && /* which it then hears alone */
                          stint_address_is_multicast(&local.address);
    if (!is_group && !stint_address_is_unspecified(&local.address) &&
        !stint_stack_has_address(sockets->config.stack, &local.address)) {
        return STINT_EADDRNOTAVAIL;
    }
    switch ((enum stint_entry_kind)entry->kind) {
    case STINT_ENTRY_STREAM:
        return bind_stream(sockets, entry, local);
    case STINT_ENTRY_DATAGRAM:
        return stint_datagram_bind(sockets, entry, &local);
    case STINT_ENTRY_ECHO:
        if (!stint_address_is_unspecified(&local.address)) {
            return STINT_EOPNOTSUPP; /* its address follows the route */
        }
        return stint_error_of_result(
            stint_icmp_set_identifier(&sockets->config.stack->icmp, entry->handle, local.port));
    case STINT_ENTRY_FREE:
    case STINT_ENTRY_LISTENER:
    case STINT_ENTRY_CONNECTION:
    case STINT_ENTRY_LINGERING:
        return STINT_EINVAL;
    }
    return STINT_EINVAL;
}

int stint_bind(struct stint_sockets *sockets, int descriptor, const struct stint_endpoint *local)
{
    struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const enum stint_error error = entry == NULL ? STINT_EBADF : bind_entry(sockets, entry, *local);
    stint_sockets_unlock(sockets);
    return -(int)error;
}

/* --- listen --- */

static enum stint_error begin_to_listen(
    struct stint_sockets *sockets, struct stint_sockets_entry *entry, int backlog)
{
    struct stint_endpoint local = entry->local;
    if (local.port == 0) {
        local.port = stint_stream_choose_port(sockets, &local.address);
    }
    if (local.port == 0) {
        return STINT_EADDRINUSE;
    }
    const uint16_t waiting = (uint16_t)(backlog < 1            ? 1
                                        : backlog > UINT16_MAX ? UINT16_MAX
                                                               : backlog);
    const enum stint_result result = stint_tcp_listen(&sockets->config.stack->tcp, &local, waiting,
        stint_entry_owner(sockets, entry), &entry->handle);
    if (result != STINT_OK) {
        return stint_error_of_result(result);
    }
    entry->local = local;
    entry->kind = STINT_ENTRY_LISTENER;
    entry->shut_read = false;
    stint_entry_changed(sockets, entry);
    return STINT_EOK;
}

static enum stint_error listen_on(
    struct stint_sockets *sockets, struct stint_sockets_entry *entry, int backlog)
{
    switch ((enum stint_entry_kind)entry->kind) {
    case STINT_ENTRY_STREAM:
        return begin_to_listen(sockets, entry, backlog);
    case STINT_ENTRY_LISTENER:
        return STINT_EOK; /* the backlog stays as it was first asked for */
    case STINT_ENTRY_DATAGRAM:
    case STINT_ENTRY_ECHO:
        return STINT_EOPNOTSUPP;
    case STINT_ENTRY_FREE:
    case STINT_ENTRY_CONNECTION:
    case STINT_ENTRY_LINGERING:
        return STINT_EINVAL;
    }
    return STINT_EINVAL;
}

int stint_listen(struct stint_sockets *sockets, int descriptor, int backlog)
{
    struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const enum stint_error error = entry == NULL ? STINT_EBADF : listen_on(sockets, entry, backlog);
    stint_sockets_unlock(sockets);
    return -(int)error;
}

/* --- accept --- */

/* A new entry with the listener's options; but whether it blocks is its own. */
static struct stint_sockets_entry *open_accepted(
    struct stint_sockets *sockets, const struct stint_sockets_entry *listener)
{
    struct stint_sockets_entry *entry = stint_entry_open(sockets, STINT_ENTRY_CONNECTION,
        (enum stint_socket_family)listener->family, (enum stint_socket_type)listener->type);
    if (entry != NULL) {
        entry->options = listener->options;
        entry->receive_timeout = listener->receive_timeout;
        entry->send_timeout = listener->send_timeout;
        entry->linger = listener->linger;
        entry->reuse_address = listener->reuse_address;
        entry->reuse_port = listener->reuse_port;
        entry->ipv6_only = listener->ipv6_only;
    }
    return entry;
}

/* Takes the oldest connection that is still one: who was reset in the queue is nobody's news. */
static enum stint_result take_accepted(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *listener, struct stint_sockets_entry *entry,
    struct stint_endpoint *remote)
{
    struct stint_tcp *tcp = &sockets->config.stack->tcp;
    for (;;) {
        const enum stint_result result = stint_tcp_accept(
            tcp, listener->handle, stint_entry_owner(sockets, entry), &entry->handle);
        if (result != STINT_OK) {
            return result;
        }
        const struct stint_tcp_status status = stint_entry_status(sockets, entry);
        if (status.failure == STINT_OK) {
            if (remote != NULL) {
                *remote = status.remote;
            }
            return STINT_OK;
        }
        (void)stint_tcp_close(tcp, stint_sockets_now(sockets), entry->handle);
    }
}

/* Tries once: a new descriptor, or an error. */
static int accept_once(struct stint_sockets *sockets, struct stint_sockets_entry *listener,
    struct stint_endpoint *remote)
{
    if (listener->kind != STINT_ENTRY_LISTENER) {
        return listener->type == STINT_STREAM ? -STINT_EINVAL : -STINT_EOPNOTSUPP;
    }
    if (stint_tcp_accept_count(&sockets->config.stack->tcp, listener->handle) == 0) {
        return -STINT_EAGAIN;
    }
    struct stint_sockets_entry *entry = open_accepted(sockets, listener);
    if (entry == NULL) {
        return -STINT_EMFILE;
    }
    const enum stint_result result = take_accepted(sockets, listener, entry, remote);
    if (result != STINT_OK) {
        stint_entry_release(sockets, entry);
        return -(int)stint_error_of_result(result);
    }
    stint_entry_apply_options(sockets, entry);
    stint_sockets_wake_poll_if_due(sockets); /* keep-alive has a deadline from now on */
    stint_entry_changed(sockets, entry);
    stint_entry_changed(sockets, listener);
    return stint_entry_descriptor(sockets, entry);
}

static int accept_from(struct stint_sockets *sockets, struct stint_sockets_entry *listener,
    struct stint_endpoint *remote)
{
    const struct stint_instant deadline =
        stint_entry_deadline(sockets, listener, listener->receive_timeout, 0);
    for (;;) {
        const int result = accept_once(sockets, listener, remote);
        if (result != -STINT_EAGAIN) {
            return result;
        }
        const enum stint_error slept =
            stint_entry_sleep(sockets, listener, STINT_WAKES_READER, deadline);
        if (slept != STINT_EOK) {
            return -(int)slept;
        }
    }
}

int stint_accept(struct stint_sockets *sockets, int descriptor, struct stint_endpoint *remote)
{
    struct stint_sockets_entry *listener = stint_entry_lock(sockets, descriptor);
    const int result = listener == NULL ? -STINT_EBADF : accept_from(sockets, listener, remote);
    stint_sockets_unlock(sockets);
    return result;
}

/* Connecting: at once or in the background, and how it ended.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * As on Linux, `connecting` stays set until a connect() has told the result: after one that was
 * answered EINPROGRESS, the next says 0 (once) or what went wrong, and only then EISCONN.
 */
#include "entry.h"

/* Without a route there is nothing to connect over: Linux says so before it sends. */
static enum stint_error error_of_connect(enum stint_result result)
{
    switch (result) {
    case STINT_UNREACHABLE:
        return STINT_ENETUNREACH;
    case STINT_ADDRESS_IN_USE: /* these two endpoints are connected already */
        return STINT_EADDRNOTAVAIL;
    case STINT_OK:
    case STINT_WOULD_BLOCK:
    case STINT_END_OF_STREAM:
    case STINT_INVALID:
    case STINT_BAD_HANDLE:
    case STINT_WRONG_STATE:
    case STINT_ADDRESS_NOT_LOCAL:
    case STINT_EXHAUSTED:
    case STINT_TOO_LONG:
    case STINT_REFUSED:
    case STINT_RESET:
    case STINT_TIMED_OUT:
    case STINT_ABORTED:
        return stint_error_of_result(result);
    }
    return STINT_EINVAL;
}

static enum stint_error check_remote(
    const struct stint_sockets *sockets, const struct stint_endpoint *remote)
{
    if (stint_address_is_multicast(&remote->address) ||
        stint_sockets_is_broadcast(sockets, &remote->address)) {
        return STINT_ENETUNREACH;
    }
    if (stint_address_is_unspecified(&remote->address) || remote->port == 0) {
        return STINT_ECONNREFUSED; /* nobody can listen there */
    }
    return STINT_EOK;
}

static enum stint_error begin(struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    const struct stint_endpoint *remote)
{
    const enum stint_error wrong = check_remote(sockets, remote);
    if (wrong != STINT_EOK) {
        return wrong;
    }
    const enum stint_result result =
        stint_stack_connect(sockets->config.stack, stint_sockets_now(sockets), &entry->local,
            remote, stint_entry_owner(sockets, entry), &entry->handle);
    if (result != STINT_OK) {
        return error_of_connect(result);
    }
    entry->kind = STINT_ENTRY_CONNECTION;
    entry->connecting = true;
    entry->failure_told = false;
    entry->end_told = false;
    entry->shut_read = false;
    entry->shut_write = false;
    entry->more = false;
    entry->error = STINT_EOK;
    stint_entry_apply_options(sockets, entry);
    stint_entry_changed(sockets, entry);
    stint_sockets_wake_poll(sockets);
    return STINT_EOK;
}

/* A connect() that failed leaves a socket as new, but for what was bound. */
static enum stint_error fail(struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    const enum stint_error error = stint_entry_take_error(sockets, entry);
    if (entry->kind == STINT_ENTRY_CONNECTION) {
        (void)stint_tcp_close(
            &sockets->config.stack->tcp, stint_sockets_now(sockets), entry->handle);
        entry->kind = STINT_ENTRY_STREAM;
        entry->connecting = false;
        stint_entry_changed(sockets, entry);
    }
    return error != STINT_EOK ? error : STINT_ECONNABORTED;
}

/* Waits for the end of the handshake; `unfinished` is the answer when it does not come in time. */
static enum stint_error finish(
    struct stint_sockets *sockets, struct stint_sockets_entry *entry, enum stint_error unfinished)
{
    const struct stint_instant deadline =
        stint_entry_deadline(sockets, entry, entry->send_timeout, 0);
    while (entry->kind == STINT_ENTRY_CONNECTION) {
        const struct stint_tcp_status status = stint_entry_status(sockets, entry);
        if (status.established && status.failure == STINT_OK) {
            entry->connecting = false;
            return STINT_EOK;
        }
        if (!stint_state_is_connecting(status.state)) {
            break;
        }
        const enum stint_error slept =
            stint_entry_sleep(sockets, entry, STINT_WAKES_WRITER, deadline);
        if (slept != STINT_EOK) {
            return slept == STINT_EAGAIN ? unfinished : slept;
        }
    }
    return fail(sockets, entry);
}

static enum stint_error connect_stream(struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, const struct stint_endpoint *remote)
{
    const enum stint_error begun = begin(sockets, entry, remote);
    return begun == STINT_EOK ? finish(sockets, entry, STINT_EINPROGRESS) : begun;
}

/* The peer of an echo socket, or none any more. */
static enum stint_error connect_echo(
    struct stint_sockets_entry *entry, const struct stint_endpoint *remote)
{
    entry->remote = *remote;
    return STINT_EOK;
}

static enum stint_error connect_entry(
    struct stint_sockets *sockets, struct stint_sockets_entry *entry, struct stint_endpoint remote)
{
    const enum stint_error misfit = stint_endpoint_fit(entry, &remote);
    if (misfit != STINT_EOK) {
        return misfit;
    }
    switch ((enum stint_entry_kind)entry->kind) {
    case STINT_ENTRY_STREAM:
        return connect_stream(sockets, entry, &remote);
    case STINT_ENTRY_CONNECTION:
        return entry->connecting ? finish(sockets, entry, STINT_EALREADY) : STINT_EISCONN;
    case STINT_ENTRY_LISTENER:
        return STINT_EISCONN;
    case STINT_ENTRY_DATAGRAM:
        return stint_datagram_connect(sockets, entry, &remote);
    case STINT_ENTRY_ECHO:
        return connect_echo(entry, &remote);
    case STINT_ENTRY_FREE:
    case STINT_ENTRY_LINGERING:
        return STINT_EBADF;
    }
    return STINT_EBADF;
}

int stint_connect(
    struct stint_sockets *sockets, int descriptor, const struct stint_endpoint *remote)
{
    struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const enum stint_error error =
        entry == NULL ? STINT_EBADF : connect_entry(sockets, entry, *remote);
    stint_sockets_unlock(sockets);
    return -(int)error;
}

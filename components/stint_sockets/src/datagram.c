/* Datagram and echo sockets: endpoints, one datagram out, one datagram in.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

#include <string.h>

enum {
    IPV4_AND_UDP_HEADERS = 20 + 8,
    IPV6_AND_UDP_HEADERS = 40 + 8,
    ECHO_SEQUENCE_LENGTH = 2,
};

/* --- endpoints --- */

enum stint_error stint_datagram_bind(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, const struct stint_endpoint *local)
{
    const enum stint_result result =
        stint_udp_bind(&sockets->config.stack->udp, entry->handle, local);
    return result == STINT_EXHAUSTED ? STINT_EADDRINUSE : stint_error_of_result(result);
}

/* A broadcast needs the option, anything else but a group a route. */
static enum stint_error check_destination(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_address *destination)
{
    if (stint_sockets_is_broadcast(sockets, destination)) {
        return entry->broadcast ? STINT_EOK : STINT_EACCES;
    }
    struct stint_address source;
    if (stint_address_is_multicast(destination) ||
        stint_stack_select_source(sockets->config.stack, destination, &source) == STINT_OK) {
        return STINT_EOK;
    }
    return STINT_ENETUNREACH;
}

/* Port 0 with an address fixes no peer, but the address to be spoken from is known then: programs
 * connect so to learn it. */
static enum stint_result connect_udp(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_endpoint *remote)
{
    struct stint_udp *udp = &sockets->config.stack->udp;
    const enum stint_result result = stint_udp_connect(udp, entry->handle, remote);
    if (result != STINT_OK || remote->port != 0 || stint_address_is_unspecified(&remote->address)) {
        return result;
    }
    const struct stint_endpoint any = {stint_entry_any(entry), 0};
    const enum stint_result bound = stint_udp_bind(udp, entry->handle, &any);
    return bound == STINT_WRONG_STATE ? STINT_OK : bound; /* it had a port already */
}

enum stint_error stint_datagram_connect(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, const struct stint_endpoint *remote)
{
    const bool dissolves = remote->port == 0 && stint_address_is_unspecified(&remote->address);
    const enum stint_error wrong =
        dissolves ? STINT_EOK : check_destination(sockets, entry, &remote->address);
    if (wrong != STINT_EOK) {
        return wrong;
    }
    const enum stint_result result = connect_udp(sockets, entry, remote);
    if (result == STINT_OK) {
        entry->remote = *remote;
    }
    return result == STINT_EXHAUSTED ? STINT_EAGAIN : stint_error_of_result(result);
}

/* --- sending --- */

/* The longest payload that some interface carries: there is no fragmentation. */
static size_t longest_payload(
    const struct stint_stack *stack, const struct stint_address *destination)
{
    const size_t headers =
        stint_address_is_ipv4(destination) ? IPV4_AND_UDP_HEADERS : IPV6_AND_UDP_HEADERS;
    size_t longest = 0;
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        const size_t mtu = stack->interfaces[i].config.mtu;
        const size_t payload = mtu > headers ? mtu - headers : 0;
        longest = payload > longest ? payload : longest;
    }
    return longest;
}

static void gather(struct stint_span into, const struct stint_message *message)
{
    for (size_t i = 0; i < message->piece_count; i++) {
        const struct stint_span piece = stint_span_first(message->pieces[i], into.length);
        if (piece.length > 0) {
            memcpy(into.bytes, piece.bytes, piece.length);
        }
        into = stint_span_without_first(into, piece.length);
    }
}

static enum stint_result send_udp(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_message *message, size_t length,
    const struct stint_endpoint *destination)
{
    struct stint_udp *udp = &sockets->config.stack->udp;
    struct stint_span room;
    const enum stint_result result =
        stint_udp_prepare(udp, entry->handle, destination, length, &room);
    if (result == STINT_OK) {
        gather(room, message);
        stint_udp_commit(udp, entry->handle, length);
    }
    return result;
}

/* An echo request comes in one piece. */
static enum stint_result send_echo(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_message *message, size_t length,
    const struct stint_address *destination)
{
    if (message->piece_count != 1 || length < ECHO_SEQUENCE_LENGTH) {
        return STINT_INVALID;
    }
    const struct stint_view request = stint_span_as_view(message->pieces[0]);
    return stint_icmp_send_echo(&sockets->config.stack->icmp, entry->handle, destination,
        stint_load16(request.bytes), stint_view_without_first(request, ECHO_SEQUENCE_LENGTH));
}

/* Where a message goes: to its peer, or to the one that connect() fixed. */
static enum stint_error destination_of(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_message *message,
    struct stint_endpoint *destination)
{
    const bool any_port = entry->kind == STINT_ENTRY_ECHO;
    *destination = message->peer != NULL ? *message->peer : entry->remote;
    if (message->peer == NULL && (stint_address_is_unspecified(&destination->address) ||
                                     (destination->port == 0 && !any_port))) {
        return STINT_EDESTADDRREQ;
    }
    const enum stint_error misfit = stint_endpoint_fit(entry, destination);
    if (misfit != STINT_EOK) {
        return misfit;
    }
    return destination->port != 0 || any_port
               ? check_destination(sockets, entry, &destination->address)
               : STINT_EINVAL;
}

enum stint_error stint_datagram_send(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, const struct stint_message *message, size_t *moved)
{
    const enum stint_error pending = stint_entry_take_error(sockets, entry);
    if (pending != STINT_EOK) {
        return pending;
    }
    if (entry->shut_write) {
        return STINT_EPIPE;
    }
    struct stint_endpoint destination;
    const enum stint_error wrong = destination_of(sockets, entry, message, &destination);
    if (wrong != STINT_EOK) {
        return wrong;
    }
    const size_t length = stint_message_length(message);
    if (length > longest_payload(sockets->config.stack, &destination.address)) {
        return STINT_EMSGSIZE;
    }
    const enum stint_result result =
        entry->kind == STINT_ENTRY_ECHO
            ? send_echo(sockets, entry, message, length, &destination.address)
            : send_udp(sockets, entry, message, length, &destination);
    *moved = result == STINT_OK ? length : 0;
    return stint_error_of_result(result);
}

/* --- receiving --- */

/* Copies as much as the pieces hold; how much that was. */
static size_t scatter(const struct stint_message *message, struct stint_view payload)
{
    size_t copied = 0;
    for (size_t i = 0; i < message->piece_count; i++) {
        const struct stint_view rest = stint_view_without_first(payload, copied);
        const struct stint_view part = stint_view_first(rest, message->pieces[i].length);
        if (part.length > 0) {
            memcpy(message->pieces[i].bytes, part.bytes, part.length);
        }
        copied += part.length;
    }
    return copied;
}

enum stint_error stint_datagram_receive(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, struct stint_message *message, unsigned flags, size_t *moved)
{
    const enum stint_error pending = stint_entry_take_error(sockets, entry);
    if (pending != STINT_EOK) {
        return pending;
    }
    struct stint_datagrams *datagrams = stint_entry_datagrams(sockets, entry);
    struct stint_view payload;
    const struct stint_datagram_info *info =
        datagrams == NULL ? NULL : stint_datagrams_front(&datagrams->received, &payload);
    if (info == NULL) {
        return entry->shut_read ? STINT_EOK : STINT_EAGAIN;
    }
    const size_t copied = scatter(message, payload);
    message->truncated = copied < payload.length;
    if (message->peer != NULL) {
        *message->peer = info->source;
    }
    if (message->info != NULL) {
        *message->info = *info;
    }
    *moved = (flags & STINT_MSG_TRUNC) != 0 ? payload.length : copied;
    if ((flags & STINT_MSG_PEEK) == 0) {
        stint_packet_queue_pop(&datagrams->received);
    }
    return STINT_EOK;
}

/* ICMP echo sockets: requests out, replies in, by identifier.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/icmp.h"

enum { SEQUENCE_LENGTH = 2 };

enum stint_result stint_icmp_init(struct stint_icmp *icmp, const struct stint_icmp_limits *limits,
    struct stint_random *random, struct stint_arena *arena, struct stint_carve *carve)
{
    const struct stint_udp_limits both = {limits->sockets, limits->buffer, limits->buffer};
    return stint_udp_init(&icmp->echoes, &both, random, arena, carve);
}

struct stint_udp_socket *stint_icmp_get(struct stint_icmp *icmp, struct stint_handle socket)
{
    return stint_udp_get(&icmp->echoes, socket);
}

enum stint_result stint_icmp_open(
    struct stint_icmp *icmp, uintptr_t owner, struct stint_handle *socket)
{
    static const struct stint_endpoint any_identifier = {{{0}}, 0};
    const enum stint_result result = stint_udp_open(&icmp->echoes, owner, socket);
    if (result != STINT_OK) {
        return result;
    }
    stint_icmp_get(icmp, *socket)->broadcast = true;
    return stint_udp_bind(&icmp->echoes, *socket, &any_identifier);
}

enum stint_result stint_icmp_set_identifier(
    struct stint_icmp *icmp, struct stint_handle socket, uint16_t identifier)
{
    struct stint_udp_socket *const record = stint_icmp_get(icmp, socket);
    if (record == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (identifier == 0) {
        return STINT_INVALID;
    }
    const struct stint_endpoint before = record->local;
    const struct stint_endpoint local = {before.address, identifier};
    record->local.port = 0;
    const enum stint_result result = stint_udp_bind(&icmp->echoes, socket, &local);
    if (result != STINT_OK) {
        record->local = before;
    }
    return result;
}

enum stint_result stint_icmp_close(struct stint_icmp *icmp, struct stint_handle socket)
{
    struct stint_udp_socket *const record = stint_icmp_get(icmp, socket);
    if (record != NULL) {
        stint_id_queue_remove(&icmp->echoes.ready, socket.index);
        stint_datagrams_give_back(&record->datagrams.to_send, icmp->echoes.arena);
    }
    return stint_udp_close(&icmp->echoes, socket);
}

enum stint_result stint_icmp_send_echo(struct stint_icmp *icmp, struct stint_handle socket,
    const struct stint_address *destination, uint16_t sequence, struct stint_view data)
{
    const struct stint_endpoint remote = {*destination, 1};
    const size_t length = data.length + SEQUENCE_LENGTH;
    struct stint_span room;
    if (length < data.length) {
        return STINT_TOO_LONG;
    }
    const enum stint_result result =
        stint_udp_prepare(&icmp->echoes, socket, &remote, length, &room);
    if (result != STINT_OK) {
        return result;
    }
    stint_store16(room.bytes, sequence);
    stint_datagrams_copy(data, stint_span_without_first(room, SEQUENCE_LENGTH));
    stint_udp_commit(&icmp->echoes, socket, length);
    return STINT_OK;
}

enum stint_result stint_icmp_receive_echo(struct stint_icmp *icmp, struct stint_handle socket,
    struct stint_span into, struct stint_datagram_info *info, uint16_t *sequence, size_t *length)
{
    const struct stint_datagram_info *front;
    struct stint_view data;
    const enum stint_result result = stint_udp_front(&icmp->echoes, socket, &front, &data);
    if (result != STINT_OK) {
        return result;
    }
    *sequence = stint_load16(data.bytes);
    *info = *front;
    data = stint_view_without_first(data, SEQUENCE_LENGTH);
    *length = data.length;
    stint_datagrams_copy(data, into);
    stint_packet_queue_pop(&icmp->echoes.sockets[socket.index].datagrams.received);
    return STINT_OK;
}

bool stint_icmp_next_event(struct stint_icmp *icmp, struct stint_socket_event *event)
{
    const bool changed = stint_udp_next_event(&icmp->echoes, event);
    event->kind = STINT_SOCKET_ICMP;
    return changed;
}

enum stint_drop stint_icmp_deliver(
    struct stint_icmp *icmp, const struct stint_datagram_info *info, struct stint_view payload)
{
    switch (stint_udp_deliver(&icmp->echoes, info, payload, false)) {
    case STINT_DROP_NONE:
        return STINT_DROP_NONE;
    case STINT_DROP_UDP_FULL:
        return STINT_DROP_ICMP_FULL;
    default:
        return STINT_DROP_ICMP_REPLY;
    }
}

bool stint_icmp_next_offer(const struct stint_icmp *icmp, struct stint_icmp_offer *offer)
{
    struct stint_udp_offer offered;
    if (!stint_udp_next_offer(&icmp->echoes, &offered)) {
        return false;
    }
    offer->info = offered.info;
    offer->sequence = stint_load16(offered.payload.bytes);
    offer->data = stint_view_without_first(offered.payload, SEQUENCE_LENGTH);
    return true;
}

void stint_icmp_sent(struct stint_icmp *icmp)
{
    stint_udp_sent(&icmp->echoes);
}

void stint_icmp_pass(struct stint_icmp *icmp)
{
    stint_udp_pass(&icmp->echoes);
}

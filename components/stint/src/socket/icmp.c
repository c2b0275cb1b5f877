/* ICMP echo sockets: requests out, replies in, by identifier.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A record is in `ready` exactly when it has requests to send, so that `free` and `ready` share
 * links.
 */
#include "stint/socket/icmp.h"

#include <string.h>

enum { SEQUENCE_LENGTH = 2, IDENTIFIER_COUNT = 65535 };

static bool limits_are_valid(const struct stint_icmp_limits *limits)
{
    return limits->sockets == 0 ||
           (limits->sockets < STINT_ID_END && limits->buffer >= STINT_DATAGRAMS_BUFFER_MINIMUM &&
               (limits->buffer & (limits->buffer - 1)) == 0);
}

enum stint_result stint_icmp_init(struct stint_icmp *icmp, const struct stint_icmp_limits *limits,
    struct stint_random *random, struct stint_arena *arena, struct stint_carve *carve)
{
    if (!limits_are_valid(limits)) {
        return STINT_INVALID;
    }
    *icmp = (struct stint_icmp){.limits = *limits, .random = random, .arena = arena};
    const uint16_t count = limits->sockets;
    icmp->sockets = stint_carve_array(carve, count, sizeof *icmp->sockets);
    uint16_t *const links = stint_carve_array(carve, count, sizeof *links);
    uint16_t *const changed_links = stint_carve_array(carve, count, sizeof *changed_links);
    stint_id_queue_init(&icmp->free, links);
    stint_id_queue_init(&icmp->ready, links);
    stint_id_queue_init(&icmp->changed, changed_links);
    if (carve->failed) {
        return STINT_EXHAUSTED;
    }
    if (changed_links == NULL) {
        return STINT_OK; /* no sockets, or only counting */
    }
    stint_id_links_init(links, count);
    stint_id_links_init(changed_links, count);
    for (uint16_t id = 0; id < count; id++) {
        stint_id_queue_push(&icmp->free, id);
    }
    return STINT_OK;
}

struct stint_icmp_socket *stint_icmp_get(struct stint_icmp *icmp, struct stint_handle socket)
{
    if (socket.index >= icmp->limits.sockets) {
        return NULL;
    }
    struct stint_icmp_socket *const record = &icmp->sockets[socket.index];
    return record->in_use && record->generation == socket.generation ? record : NULL;
}

/* The socket that owns an identifier, or STINT_ID_NONE. */
static uint16_t find(const struct stint_icmp *icmp, uint16_t identifier)
{
    for (uint16_t id = 0; id < icmp->limits.sockets; id++) {
        if (icmp->sockets[id].in_use && icmp->sockets[id].identifier == identifier) {
            return id;
        }
    }
    return STINT_ID_NONE;
}

/* An identifier from 1 up that nobody has: there are more of them than sockets. */
static uint16_t choose_identifier(const struct stint_icmp *icmp)
{
    uint32_t chosen = stint_random_below(icmp->random, IDENTIFIER_COUNT);
    while (find(icmp, (uint16_t)(1 + chosen)) != STINT_ID_NONE) {
        chosen = (chosen + 1) % IDENTIFIER_COUNT;
    }
    return (uint16_t)(1 + chosen);
}

enum stint_result stint_icmp_open(
    struct stint_icmp *icmp, uintptr_t owner, struct stint_handle *socket)
{
    struct stint_datagrams datagrams;
    if (icmp->free.length == 0 ||
        !stint_datagrams_open(&datagrams, icmp->arena, icmp->limits.buffer, icmp->limits.buffer)) {
        return STINT_EXHAUSTED;
    }
    const uint16_t identifier = choose_identifier(icmp);
    const uint16_t id = stint_id_queue_pop(&icmp->free);
    struct stint_icmp_socket *const record = &icmp->sockets[id];
    *record = (struct stint_icmp_socket){
        .identifier = identifier,
        .datagrams = datagrams,
        .owner = owner,
        .generation = stint_generation_next(record->generation),
        .in_use = true,
    };
    *socket = stint_handle_of(id, record->generation);
    return STINT_OK;
}

enum stint_result stint_icmp_close(struct stint_icmp *icmp, struct stint_handle socket)
{
    struct stint_icmp_socket *const record = stint_icmp_get(icmp, socket);
    if (record == NULL) {
        return STINT_BAD_HANDLE;
    }
    record->in_use = false;
    stint_id_queue_remove(&icmp->ready, socket.index);
    stint_id_queue_remove(&icmp->changed, socket.index);
    stint_datagrams_give_back(&record->datagrams.received, icmp->arena);
    stint_datagrams_give_back(&record->datagrams.to_send, icmp->arena);
    stint_id_queue_push(&icmp->free, socket.index);
    return STINT_OK;
}

enum stint_result stint_icmp_send_echo(struct stint_icmp *icmp, struct stint_handle socket,
    const struct stint_address *destination, uint16_t sequence, struct stint_view data)
{
    struct stint_icmp_socket *const record = stint_icmp_get(icmp, socket);
    if (record == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (stint_address_is_unspecified(destination)) {
        return STINT_INVALID;
    }
    struct stint_packet_queue *const queue = &record->datagrams.to_send;
    if (data.length > stint_datagrams_longest(queue) - SEQUENCE_LENGTH) {
        return STINT_TOO_LONG;
    }
    const struct stint_datagram_info info = {
        .source.port = record->identifier,
        .destination = {*destination, record->identifier},
        .time_to_live = record->time_to_live,
    };
    uint8_t prefix[SEQUENCE_LENGTH];
    stint_store16(prefix, sequence);
    if (!stint_datagrams_push(queue, &info, stint_view_of(prefix, sizeof prefix), data)) {
        return STINT_WOULD_BLOCK;
    }
    stint_id_queue_push(&icmp->ready, socket.index);
    return STINT_OK;
}

/* The oldest message of a queue: its sequence number and its data. */
static bool front(const struct stint_packet_queue *queue, struct stint_datagram_info *info,
    uint16_t *sequence, struct stint_view *data)
{
    struct stint_view payload;
    if (!stint_datagrams_front(queue, info, &payload)) {
        return false;
    }
    struct stint_reader reader = stint_reader_over(payload);
    *sequence = stint_reader_take16(&reader);
    *data = reader.rest;
    return true;
}

enum stint_result stint_icmp_receive_echo(struct stint_icmp *icmp, struct stint_handle socket,
    struct stint_span into, struct stint_datagram_info *info, uint16_t *sequence, size_t *length)
{
    struct stint_icmp_socket *const record = stint_icmp_get(icmp, socket);
    if (record == NULL) {
        return STINT_BAD_HANDLE;
    }
    struct stint_view data;
    if (!front(&record->datagrams.received, info, sequence, &data)) {
        return STINT_WOULD_BLOCK;
    }
    const struct stint_view copied = stint_view_first(data, into.length);
    if (copied.length > 0) {
        memcpy(into.bytes, copied.bytes, copied.length);
    }
    *length = data.length;
    stint_packet_queue_pop(&record->datagrams.received);
    return STINT_OK;
}

bool stint_icmp_next_event(struct stint_icmp *icmp, struct stint_socket_event *event)
{
    const uint16_t id = stint_id_queue_pop(&icmp->changed);
    if (id == STINT_ID_NONE) {
        return false;
    }
    const struct stint_icmp_socket *const record = &icmp->sockets[id];
    event->kind = STINT_SOCKET_ICMP;
    event->handle = stint_handle_of(id, record->generation);
    event->owner = record->owner;
    return true;
}

enum stint_drop stint_icmp_deliver(struct stint_icmp *icmp, const struct stint_datagram_info *info,
    uint16_t identifier, uint16_t sequence, struct stint_view data)
{
    const uint16_t id = find(icmp, identifier);
    if (id == STINT_ID_NONE) {
        return STINT_DROP_ICMP_REPLY;
    }
    struct stint_datagram_info complete = *info;
    complete.source.port = identifier;
    complete.destination.port = identifier;
    uint8_t prefix[SEQUENCE_LENGTH];
    stint_store16(prefix, sequence);
    struct stint_packet_queue *const queue = &icmp->sockets[id].datagrams.received;
    if (!stint_datagrams_push(queue, &complete, stint_view_of(prefix, sizeof prefix), data)) {
        return STINT_DROP_ICMP_FULL;
    }
    stint_id_queue_push(&icmp->changed, id);
    return STINT_DROP_NONE;
}

bool stint_icmp_next_offer(const struct stint_icmp *icmp, struct stint_icmp_offer *offer)
{
    const uint16_t id = icmp->ready.first;
    struct stint_datagram_info info;
    if (id == STINT_ID_NONE ||
        !front(&icmp->sockets[id].datagrams.to_send, &info, &offer->sequence, &offer->data)) {
        return false;
    }
    offer->destination = info.destination.address;
    offer->identifier = info.destination.port;
    offer->time_to_live = info.time_to_live;
    return true;
}

void stint_icmp_sent(struct stint_icmp *icmp)
{
    const uint16_t id = stint_id_queue_pop(&icmp->ready);
    if (id == STINT_ID_NONE) {
        return;
    }
    struct stint_packet_queue *const queue = &icmp->sockets[id].datagrams.to_send;
    stint_packet_queue_pop(queue);
    stint_id_queue_push(&icmp->changed, id);
    if (!stint_packet_queue_is_empty(queue)) {
        stint_id_queue_push(&icmp->ready, id);
    }
}

void stint_icmp_pass(struct stint_icmp *icmp)
{
    const uint16_t id = stint_id_queue_pop(&icmp->ready);
    if (id != STINT_ID_NONE) {
        stint_id_queue_push(&icmp->ready, id);
    }
}

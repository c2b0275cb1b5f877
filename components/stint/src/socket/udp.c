/* UDP sockets (RFC 768, RFC 1122 4.1): records, endpoints, datagrams of the application.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A record is free (in `free`), in use, or closed with datagrams still to be sent (in `ready`
 * only). A record is in `ready` exactly when it has datagrams to send, so that `free` and `ready`
 * share links.
 */
#include "stint/socket/udp.h"

/* RFC 6335 6: the dynamic ports. */
enum { PORT_FIRST = 49152, PORT_COUNT = 65536 - PORT_FIRST };

static bool buffer_is_valid(uint32_t length)
{
    return length >= STINT_DATAGRAMS_BUFFER_MINIMUM && (length & (length - 1)) == 0;
}

static bool limits_are_valid(const struct stint_udp_limits *limits)
{
    return limits->sockets == 0 ||
           (limits->sockets < STINT_ID_END && buffer_is_valid(limits->receive_buffer) &&
               buffer_is_valid(limits->send_buffer));
}

enum stint_result stint_udp_init(struct stint_udp *udp, const struct stint_udp_limits *limits,
    struct stint_random *random, struct stint_arena *arena, struct stint_carve *carve)
{
    if (!limits_are_valid(limits)) {
        return STINT_INVALID;
    }
    *udp = (struct stint_udp){.limits = *limits, .random = random, .arena = arena};
    const uint16_t count = limits->sockets;
    udp->sockets = stint_carve_array(carve, count, sizeof *udp->sockets);
    stint_id_queue_init(&udp->free, stint_id_links_carve(carve, count));
    stint_id_queue_init(&udp->ready, udp->free.links);
    stint_id_queue_init(&udp->changed, stint_id_links_carve(carve, count));
    stint_id_queue_fill(&udp->free, 0, count);
    return carve->failed ? STINT_EXHAUSTED : STINT_OK;
}

struct stint_udp_socket *stint_udp_get(struct stint_udp *udp, struct stint_handle socket)
{
    if (socket.index >= udp->limits.sockets) {
        return NULL;
    }
    struct stint_udp_socket *const record = &udp->sockets[socket.index];
    return record->in_use && record->generation == socket.generation ? record : NULL;
}

enum stint_result stint_udp_open(
    struct stint_udp *udp, uintptr_t owner, struct stint_handle *socket)
{
    struct stint_datagrams datagrams;
    if (udp->free.length == 0 || !stint_datagrams_open(&datagrams, udp->arena,
                                     udp->limits.receive_buffer, udp->limits.send_buffer)) {
        return STINT_EXHAUSTED;
    }
    const uint16_t id = stint_id_queue_pop(&udp->free);
    struct stint_udp_socket *const record = &udp->sockets[id];
    *record = (struct stint_udp_socket){
        .datagrams = datagrams,
        .owner = owner,
        .generation = stint_generation_next(record->generation),
        .in_use = true,
        .multicast_hops = 1, /* RFC 1112 6.1 */
    };
    *socket = stint_handle_of(id, record->generation);
    return STINT_OK;
}

static void free_record(struct stint_udp *udp, uint16_t id)
{
    stint_datagrams_give_back(&udp->sockets[id].datagrams.to_send, udp->arena);
    stint_id_queue_push(&udp->free, id);
}

enum stint_result stint_udp_close(struct stint_udp *udp, struct stint_handle socket)
{
    struct stint_udp_socket *const record = stint_udp_get(udp, socket);
    if (record == NULL) {
        return STINT_BAD_HANDLE;
    }
    record->in_use = false;
    udp->members_closed = udp->members_closed || record->memberships > 0;
    stint_id_queue_remove(&udp->changed, socket.index);
    stint_datagrams_give_back(&record->datagrams.received, udp->arena);
    if (stint_packet_queue_is_empty(&record->datagrams.to_send)) {
        free_record(udp, socket.index);
    }
    return STINT_OK;
}

/* --- endpoints --- */

/* True when a socket other than `except` stands in the way of binding to `local`. */
static bool endpoint_is_taken(const struct stint_udp *udp, const struct stint_udp_socket *except,
    const struct stint_endpoint *local, bool may_share)
{
    for (unsigned id = 0; id < udp->limits.sockets; id++) {
        const struct stint_udp_socket *const record = &udp->sockets[id];
        if (record->in_use && record != except && record->local.port == local->port &&
            stint_address_overlaps(&record->local.address, &local->address) &&
            !(may_share && record->reuse_address)) {
            return true;
        }
    }
    return false;
}

/* Binds to a port that nobody has: RFC 6056 3.3.1, a random one and then the next. */
static enum stint_result bind_to_free_port(
    struct stint_udp *udp, struct stint_udp_socket *record, const struct stint_address *address)
{
    struct stint_endpoint local = {*address, 0};
    const uint32_t start = stint_random_next(udp->random);
    for (uint32_t i = 0; i < PORT_COUNT; i++) {
        local.port = (uint16_t)(PORT_FIRST + (start + i) % PORT_COUNT);
        if (!endpoint_is_taken(udp, record, &local, false)) {
            record->local = local;
            return STINT_OK;
        }
    }
    return STINT_EXHAUSTED;
}

enum stint_result stint_udp_bind(
    struct stint_udp *udp, struct stint_handle socket, const struct stint_endpoint *local)
{
    struct stint_udp_socket *const record = stint_udp_get(udp, socket);
    if (record == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (record->local.port != 0) {
        return STINT_WRONG_STATE;
    }
    if (local->port == 0) {
        return bind_to_free_port(udp, record, &local->address);
    }
    if (endpoint_is_taken(udp, record, local, record->reuse_address)) {
        return STINT_ADDRESS_IN_USE;
    }
    record->local = *local;
    return STINT_OK;
}

static enum stint_result bind_if_unbound(struct stint_udp *udp, struct stint_udp_socket *record)
{
    return record->local.port != 0 ? STINT_OK
                                   : bind_to_free_port(udp, record, &record->local.address);
}

enum stint_result stint_udp_connect(
    struct stint_udp *udp, struct stint_handle socket, const struct stint_endpoint *remote)
{
    struct stint_udp_socket *const record = stint_udp_get(udp, socket);
    if (record == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (remote->port == 0) {
        record->remote = (struct stint_endpoint){0};
        record->failure = STINT_OK;
        return STINT_OK;
    }
    if (stint_address_is_unspecified(&remote->address)) {
        return STINT_INVALID;
    }
    const enum stint_result bound = bind_if_unbound(udp, record);
    if (bound == STINT_OK) {
        record->remote = *remote;
        record->failure = STINT_OK;
    }
    return bound;
}

/* --- datagrams of the application --- */

/* The socket of a handle, and the error that waits to be told; told once. */
static enum stint_result find(
    struct stint_udp *udp, struct stint_handle socket, struct stint_udp_socket **record)
{
    *record = stint_udp_get(udp, socket);
    if (*record == NULL) {
        return STINT_BAD_HANDLE;
    }
    const enum stint_result failure = (*record)->failure;
    (*record)->failure = STINT_OK;
    return failure;
}

static enum stint_result check_destination(
    const struct stint_udp_socket *record, const struct stint_endpoint *destination)
{
    if (destination->port == 0 || stint_address_is_unspecified(&destination->address)) {
        return STINT_INVALID;
    }
    const bool broadcast = stint_address_is_limited_broadcast(&destination->address);
    return broadcast && !record->broadcast ? STINT_WRONG_STATE : STINT_OK;
}

static enum stint_result reserve_datagram(struct stint_udp *udp, struct stint_udp_socket *record,
    const struct stint_endpoint *destination, size_t length, struct stint_span *payload)
{
    struct stint_packet_queue *const queue = &record->datagrams.to_send;
    if (length > stint_datagrams_longest(queue)) {
        return STINT_TOO_LONG;
    }
    const enum stint_result bound = bind_if_unbound(udp, record);
    if (bound != STINT_OK) {
        return bound;
    }
    struct stint_datagram_info info = {
        .source = record->local,
        .destination = *destination,
        .traffic_class = record->traffic_class,
        .time_to_live = record->time_to_live,
    };
    if (stint_address_is_multicast(&record->local.address)) {
        info.source.address = (struct stint_address){{0}}; /* groups are heard, not spoken from */
    }
    if (stint_address_is_multicast(&destination->address)) {
        info.time_to_live = record->multicast_hops;
        info.interface = record->multicast_interface;
        info.silent = record->multicast_silent;
    }
    const bool reserved = stint_datagrams_reserve(queue, &info, length, payload);
    return reserved ? STINT_OK : STINT_WOULD_BLOCK;
}

enum stint_result stint_udp_prepare(struct stint_udp *udp, struct stint_handle socket,
    const struct stint_endpoint *destination, size_t length, struct stint_span *payload)
{
    struct stint_udp_socket *record;
    const enum stint_result failure = find(udp, socket, &record);
    if (failure != STINT_OK) {
        return failure;
    }
    if (destination == NULL && !stint_udp_is_connected(record)) {
        return STINT_WRONG_STATE;
    }
    const struct stint_endpoint *const to = destination != NULL ? destination : &record->remote;
    const enum stint_result checked = check_destination(record, to);
    return checked != STINT_OK ? checked : reserve_datagram(udp, record, to, length, payload);
}

void stint_udp_commit(struct stint_udp *udp, struct stint_handle socket, size_t length)
{
    struct stint_udp_socket *const record = stint_udp_get(udp, socket);
    if (record != NULL) {
        stint_datagrams_commit(&record->datagrams.to_send, length);
        stint_id_queue_push(&udp->ready, socket.index);
    }
}

enum stint_result stint_udp_send(struct stint_udp *udp, struct stint_handle socket,
    const struct stint_endpoint *destination, struct stint_view payload)
{
    struct stint_span room;
    const enum stint_result result =
        stint_udp_prepare(udp, socket, destination, payload.length, &room);
    if (result != STINT_OK) {
        return result;
    }
    stint_datagrams_copy(payload, room);
    stint_udp_commit(udp, socket, payload.length);
    return STINT_OK;
}

enum stint_result stint_udp_front(struct stint_udp *udp, struct stint_handle socket,
    const struct stint_datagram_info **info, struct stint_view *payload)
{
    struct stint_udp_socket *record;
    const enum stint_result failure = find(udp, socket, &record);
    if (failure != STINT_OK) {
        return failure;
    }
    *info = stint_datagrams_front(&record->datagrams.received, payload);
    return *info == NULL ? STINT_WOULD_BLOCK : STINT_OK;
}

enum stint_result stint_udp_receive(struct stint_udp *udp, struct stint_handle socket,
    struct stint_span into, bool peek, struct stint_datagram_info *info, size_t *length)
{
    const struct stint_datagram_info *front;
    struct stint_view payload;
    const enum stint_result result = stint_udp_front(udp, socket, &front, &payload);
    if (result != STINT_OK) {
        return result;
    }
    *info = *front;
    *length = payload.length;
    stint_datagrams_copy(payload, into);
    if (!peek) {
        stint_packet_queue_pop(&udp->sockets[socket.index].datagrams.received);
    }
    return STINT_OK;
}

bool stint_udp_next_event(struct stint_udp *udp, struct stint_socket_event *event)
{
    const uint16_t id = stint_id_queue_pop(&udp->changed);
    if (id == STINT_ID_NONE) {
        return false;
    }
    const struct stint_udp_socket *const record = &udp->sockets[id];
    event->kind = STINT_SOCKET_UDP;
    event->handle = stint_handle_of(id, record->generation);
    event->owner = record->owner;
    return true;
}

/* --- datagrams to the network --- */

bool stint_udp_next_offer(const struct stint_udp *udp, struct stint_udp_offer *offer)
{
    const uint16_t id = udp->ready.first;
    if (id == STINT_ID_NONE) {
        return false;
    }
    const struct stint_udp_socket *const record = &udp->sockets[id];
    offer->info = stint_datagrams_front(&record->datagrams.to_send, &offer->payload);
    offer->broadcast = record->broadcast;
    return true;
}

void stint_udp_sent(struct stint_udp *udp)
{
    const uint16_t id = stint_id_queue_pop(&udp->ready);
    if (id == STINT_ID_NONE) {
        return;
    }
    struct stint_udp_socket *const record = &udp->sockets[id];
    stint_packet_queue_pop(&record->datagrams.to_send);
    udp->datagrams_sent++;
    if (record->in_use) {
        stint_id_queue_push(&udp->changed, id);
    }
    if (!stint_packet_queue_is_empty(&record->datagrams.to_send)) {
        stint_id_queue_push(&udp->ready, id);
    } else if (!record->in_use) {
        free_record(udp, id);
    }
}

void stint_udp_pass(struct stint_udp *udp)
{
    const uint16_t id = stint_id_queue_pop(&udp->ready);
    if (id != STINT_ID_NONE) {
        stint_id_queue_push(&udp->ready, id);
    }
}

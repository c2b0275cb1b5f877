/* TCP as a table of records: carving them at the start, taking and releasing them, telling owners.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

#include <string.h>

enum { SHARED_TIMERS = 2 }; /* of all half-open, and of all TIME_WAIT records */

static bool is_power_of_two(uint32_t number)
{
    return number != 0 && (number & (number - 1)) == 0;
}

static bool limits_can_work(const struct stint_tcp_limits *limits)
{
    const uint32_t records =
        (uint32_t)limits->connections + limits->half_open + limits->time_wait + SHARED_TIMERS;
    return limits->connections > 0 && records <= 65000 &&
           (uint32_t)limits->connections + limits->listeners <= 65000 &&
           is_power_of_two(limits->receive_buffer) && is_power_of_two(limits->send_buffer) &&
           limits->receive_buffer <= UINT32_C(1) << 30 &&
           limits->send_buffer <= UINT32_C(1) << 30 &&
           (limits->first_buffer == 0 || is_power_of_two(limits->first_buffer));
}

static void carve_timers(struct stint_timers *timers, uint16_t count, struct stint_carve *carve)
{
    struct stint_instant *deadlines = stint_carve_array(carve, count, sizeof(struct stint_instant));
    uint16_t *heap = stint_carve_array(carve, count, sizeof(uint16_t));
    uint16_t *positions = stint_carve_array(carve, count, sizeof(uint16_t));
    if (positions != NULL) {
        stint_timers_init(timers, deadlines, heap, positions, count);
    }
}

static void carve_lists(struct stint_tcp *tcp, struct stint_carve *carve)
{
    const struct stint_tcp_limits *limits = &tcp->limits;
    const unsigned active = (unsigned)limits->connections + limits->half_open;
    const unsigned sockets = (unsigned)limits->connections + limits->listeners;
    uint16_t *records = stint_id_links_carve(carve, active + limits->time_wait);
    stint_id_queue_init(&tcp->free_connections, records);
    stint_id_queue_init(&tcp->free_half_opens, records);
    stint_id_queue_init(&tcp->free_time_waits, records);
    stint_id_queue_init(&tcp->used_time_waits, records);
    stint_id_queue_init(&tcp->ready, stint_id_links_carve(carve, active));
    stint_id_queue_init(&tcp->changed, stint_id_links_carve(carve, sockets));
    stint_id_queue_init(&tcp->starved, stint_id_links_carve(carve, limits->connections));
    stint_id_queue_fill(&tcp->free_connections, 0, limits->connections);
    stint_id_queue_fill(&tcp->free_half_opens, limits->connections, limits->half_open);
    stint_id_queue_fill(&tcp->free_time_waits, active, limits->time_wait);
    for (unsigned i = 0; tcp->listeners != NULL && i < limits->listeners; i++) {
        stint_id_queue_init(&tcp->listeners[i].accepted, records);
    }
}

enum stint_result stint_tcp_init(struct stint_tcp *tcp, const struct stint_tcp_limits *limits,
    const struct stint_random *random, struct stint_arena *arena, struct stint_carve *carve)
{
    *tcp = (struct stint_tcp){.random = random, .arena = arena};
    tcp->limits = *limits;
    if (!limits_can_work(limits)) {
        return STINT_INVALID;
    }
    tcp->connections =
        stint_carve_array(carve, limits->connections, sizeof(struct stint_tcp_connection));
    tcp->half_opens =
        stint_carve_array(carve, limits->half_open, sizeof(struct stint_tcp_half_open));
    tcp->time_waits =
        stint_carve_array(carve, limits->time_wait, sizeof(struct stint_tcp_time_wait));
    tcp->listeners = stint_carve_array(carve, limits->listeners, sizeof(struct stint_tcp_listener));
    const uint32_t seed = (uint32_t)stint_random_hash(random, stint_view_of("demux", 5));
    const struct stint_tcp_demux_table tables[STINT_TCP_DEMUX_TABLES] = {
        {tcp->connections, limits->connections, sizeof(struct stint_tcp_connection)},
        {tcp->half_opens, limits->half_open, sizeof(struct stint_tcp_half_open)},
        {tcp->time_waits, limits->time_wait, sizeof(struct stint_tcp_time_wait)},
    };
    stint_tcp_demux_init(&tcp->demux, tables, seed, carve);
    carve_timers(&tcp->timers, (uint16_t)(limits->connections + SHARED_TIMERS), carve);
    carve_lists(tcp, carve);
    return carve->failed ? STINT_EXHAUSTED : STINT_OK;
}

uint16_t stint_tcp_record_of(
    const struct stint_tcp *tcp, const struct stint_tcp_connection *connection)
{
    return (uint16_t)(connection - tcp->connections);
}

uint16_t stint_tcp_half_open_record_of(
    const struct stint_tcp *tcp, const struct stint_tcp_half_open *half_open)
{
    return (uint16_t)(tcp->limits.connections + (half_open - tcp->half_opens));
}

uint16_t stint_tcp_time_wait_record_of(
    const struct stint_tcp *tcp, const struct stint_tcp_time_wait *time_wait)
{
    return (
        uint16_t)(tcp->limits.connections + tcp->limits.half_open + (time_wait - tcp->time_waits));
}

struct stint_tcp_connection *stint_tcp_connection_at(struct stint_tcp *tcp, uint16_t record)
{
    return record < tcp->limits.connections ? &tcp->connections[record] : NULL;
}

struct stint_tcp_half_open *stint_tcp_half_open_at(struct stint_tcp *tcp, uint16_t record)
{
    const uint32_t first = tcp->limits.connections;
    return record >= first && record < first + tcp->limits.half_open
               ? &tcp->half_opens[record - first]
               : NULL;
}

struct stint_tcp_time_wait *stint_tcp_time_wait_at(struct stint_tcp *tcp, uint16_t record)
{
    const uint32_t first = (uint32_t)tcp->limits.connections + tcp->limits.half_open;
    return record >= first && record < first + tcp->limits.time_wait
               ? &tcp->time_waits[record - first]
               : NULL;
}

struct stint_instant stint_tcp_tick_begins(uint16_t tick, struct stint_instant now)
{
    const uint64_t begun = (uint64_t)now.microseconds / STINT_TCP_TICK_US;
    const uint16_t ahead = (uint16_t)(tick - begun);
    return ahead == 0 || ahead > STINT_TCP_TICKS_AHEAD
               ? now
               : stint_instant_at((int64_t)((begun + ahead) * STINT_TCP_TICK_US));
}

struct stint_tcp_connection *stint_tcp_find(const struct stint_tcp *tcp, struct stint_handle handle)
{
    if (handle.index >= tcp->limits.connections) {
        return NULL;
    }
    struct stint_tcp_connection *connection = &tcp->connections[handle.index];
    return connection->in_use && !connection->orphan && connection->generation == handle.generation
               ? connection
               : NULL;
}

struct stint_tcp_connection *stint_tcp_connection_take(
    struct stint_tcp *tcp, struct stint_instant now, const struct stint_tcp_flow *flow)
{
    const uint16_t record = stint_id_queue_pop(&tcp->free_connections);
    if (record == STINT_ID_NONE) {
        return NULL;
    }
    struct stint_tcp_connection *connection = &tcp->connections[record];
    const uint16_t generation = stint_generation_next(connection->generation);
    *connection = (struct stint_tcp_connection){
        .generation = generation,
        .in_use = true,
        .listener = STINT_ID_NONE,
        .receive_order = stint_tcp_ring_order(stint_tcp_first_receive_buffer(tcp)),
        .keep_alive_count = STINT_TCP_KEEP_ALIVE_COUNT,
        .keep_alive_idle = 1000 * STINT_TCP_KEEP_ALIVE_IDLE_S,
        .keep_alive_interval = 1000 * STINT_TCP_KEEP_ALIVE_INTERVAL_S,
        .heard_at = now,
        .progress_at = now,
        .sent_at = now,
        .retransmit_at = stint_instant_never(),
        .acknowledge_at = stint_instant_never(),
        .linger_at = stint_instant_never(),
        .challenge_at = now,
    };
    connection->flow = *flow;
    connection->timestamp_offset = stint_tcp_timestamp_offset(tcp, flow);
    stint_tcp_demux_add(&tcp->demux, record);
    tcp->connections_in_use++;
    return connection;
}

void stint_tcp_connection_release(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    const uint16_t record = stint_tcp_record_of(tcp, connection);
    stint_tcp_demux_remove(&tcp->demux, record);
    stint_tcp_ring_release(tcp, &connection->sender.ring);
    stint_tcp_ring_release(tcp, &connection->receiver.ring);
    stint_id_queue_remove(&tcp->starved, record);
    stint_timers_set(&tcp->timers, record, stint_instant_never());
    if (connection->listener != STINT_ID_NONE) {
        stint_id_queue_remove(&tcp->listeners[connection->listener].accepted, record);
    }
    connection->in_use = false;
    connection->state = STINT_TCP_CLOSED;
    stint_id_queue_push(&tcp->free_connections, record);
    tcp->connections_in_use--;
}

void stint_tcp_connection_end(
    struct stint_tcp *tcp, struct stint_tcp_connection *connection, enum stint_result reason)
{
    if (connection->orphan || connection->listener != STINT_ID_NONE) {
        stint_tcp_connection_release(tcp, connection);
        return;
    }
    const uint16_t record = stint_tcp_record_of(tcp, connection);
    connection->state = STINT_TCP_CLOSED;
    connection->failure = (uint8_t)reason;
    stint_tcp_demux_remove(&tcp->demux, record);
    stint_tcp_ring_release(tcp, &connection->sender.ring);
    if (reason == STINT_RESET || connection->receiver.ring.length == 0) {
        stint_tcp_ring_release(tcp, &connection->receiver.ring);
    }
    stint_timers_set(&tcp->timers, record, stint_instant_never());
    stint_tcp_tell(tcp, connection);
}

void stint_tcp_make_ready(struct stint_tcp *tcp, const struct stint_tcp_connection *connection)
{
    stint_id_queue_push(&tcp->ready, stint_tcp_record_of(tcp, connection));
}

void stint_tcp_tell(struct stint_tcp *tcp, const struct stint_tcp_connection *connection)
{
    stint_id_queue_push(&tcp->changed, stint_tcp_record_of(tcp, connection));
}

void stint_tcp_tell_listener(struct stint_tcp *tcp, const struct stint_tcp_listener *listener)
{
    stint_id_queue_push(
        &tcp->changed, (uint16_t)(tcp->limits.connections + (listener - tcp->listeners)));
}

bool stint_tcp_next_event(struct stint_tcp *tcp, struct stint_socket_event *event)
{
    for (uint16_t id = stint_id_queue_pop(&tcp->changed); id != STINT_ID_NONE;
         id = stint_id_queue_pop(&tcp->changed)) {
        const struct stint_tcp_connection *connection = stint_tcp_connection_at(tcp, id);
        if (connection != NULL) {
            if (connection->in_use && !connection->orphan) {
                *event = (struct stint_socket_event){.kind = STINT_SOCKET_TCP,
                    .handle = stint_handle_of(id, connection->generation),
                    .owner = connection->owner};
                return true;
            }
            continue;
        }
        const uint16_t index = (uint16_t)(id - tcp->limits.connections);
        const struct stint_tcp_listener *listener = &tcp->listeners[index];
        if (listener->in_use) {
            *event = (struct stint_socket_event){.kind = STINT_SOCKET_TCP_LISTENER,
                .handle = stint_handle_of(index, listener->generation),
                .owner = listener->owner};
            return true;
        }
    }
    return false;
}

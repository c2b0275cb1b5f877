/* The page /api/stats: what the stack says about itself, as JSON. docs/api-stats.md names every
 * field. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "web/json.h"
#include "web/page.h"
#include "web/stats.h"

#include "stint/wire/address_text.h"
#include "stint_linux/platform.h"

#include <stdio.h>
#include <stdlib.h>

static void put_address(struct json *json, const char *key, const struct stint_address *address)
{
    char text[STINT_ADDRESS_TEXT_LENGTH];
    stint_address_format(address, text, sizeof text);
    json_string(json, key, text);
}

static void put_endpoint(struct json *json, const char *key, const struct stint_endpoint *endpoint)
{
    char address[STINT_ADDRESS_TEXT_LENGTH];
    char text[sizeof address + 10];
    if (stint_address_is_unspecified(&endpoint->address)) {
        snprintf(address, sizeof address, "*");
    } else {
        stint_address_format(&endpoint->address, address, sizeof address);
    }
    const bool bracketed = !stint_address_is_unspecified(&endpoint->address) &&
                           !stint_address_is_ipv4(&endpoint->address);
    snprintf(text, sizeof text, bracketed ? "[%s]:%u" : "%s:%u", address, (unsigned)endpoint->port);
    json_string(json, key, text);
}

static void put_device(struct json *json, const struct stats *stats)
{
    char text[STINT_ADDRESS_TEXT_LENGTH + 4];
    char hardware[STINT_HARDWARE_ADDRESS_TEXT_LENGTH];
    json_open_object(json, "interface");
    const size_t length = stint_address_format(&stats->address.address, text, sizeof text);
    const int bits = stint_address_is_ipv4(&stats->address.address)
                         ? stats->address.prefix_length - STINT_IPV4_MAPPED_BITS
                         : stats->address.prefix_length;
    snprintf(text + length, sizeof text - length, "/%d", bits);
    json_string(json, "address", text);
    if (!stint_address_is_unspecified(&stats->gateway)) {
        put_address(json, "gateway", &stats->gateway);
    }
    stint_hardware_address_format(&stats->hardware_address, hardware, sizeof hardware);
    json_string(json, "hardware_address", hardware);
    json_number(json, "mtu", stats->mtu);
    json_number(json, "frames_received", stats->interface.frames_received);
    json_number(json, "frames_sent", stats->interface.frames_sent);
    json_number(json, "bytes_received", stats->interface.bytes_received);
    json_number(json, "bytes_sent", stats->interface.bytes_sent);
    json_number(json, "device_full", stats->interface.device_full);
    json_close_object(json);
}

static const char *neighbor_state_name(uint8_t state)
{
    switch ((enum stint_neighbor_state)state) {
    case STINT_NEIGHBOR_FREE:
        return "free";
    case STINT_NEIGHBOR_INCOMPLETE:
        return "asked";
    case STINT_NEIGHBOR_REACHABLE:
        return "reachable";
    case STINT_NEIGHBOR_STALE:
        return "stale";
    case STINT_NEIGHBOR_PROBE:
        return "being checked";
    case STINT_NEIGHBOR_SILENT:
        return "silent";
    }
    return "unknown";
}

static void put_neighbors(struct json *json, const struct stats *stats)
{
    json_open_array(json, "neighbors");
    for (unsigned i = 0; i < stats->neighbor_count; i++) {
        const struct stint_neighbor *neighbor = &stats->neighbors[i];
        char hardware[STINT_HARDWARE_ADDRESS_TEXT_LENGTH];
        stint_hardware_address_format(&neighbor->hardware, hardware, sizeof hardware);
        json_open_object(json, NULL);
        put_address(json, "address", &neighbor->address);
        json_string(json, "hardware_address", hardware);
        json_string(json, "state", neighbor_state_name(neighbor->state));
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_connection(struct json *json, const struct stint_tcp_status *status)
{
    json_open_object(json, NULL);
    json_string(json, "state", stint_tcp_state_name(status->state));
    put_endpoint(json, "local", &status->local);
    put_endpoint(json, "remote", &status->remote);
    json_number(json, "receive_queue", status->readable);
    json_number(json, "send_queue", status->unacknowledged);
    json_number(json, "send_room", status->writable);
    json_number(json, "congestion_window", status->congestion_window);
    json_number(json, "peer_window", status->peer_window);
    json_number(json, "round_trip_us", (uint64_t)status->round_trip.microseconds);
    json_number(json, "retransmits", status->retransmits);
    json_boolean(json, "closed_by_owner", status->orphan);
    json_close_object(json);
}

static void put_sockets(struct json *json, const struct stats *stats)
{
    json_open_array(json, "listeners");
    for (unsigned i = 0; i < stats->listener_count; i++) {
        json_open_object(json, NULL);
        put_endpoint(json, "local", &stats->listeners[i].local);
        json_number(json, "waiting", stats->listeners[i].waiting);
        json_number(json, "backlog", stats->listeners[i].backlog);
        json_close_object(json);
    }
    json_close_array(json);
    json_open_array(json, "connections");
    for (unsigned i = 0; i < stats->connection_count; i++) {
        put_connection(json, &stats->connections[i]);
    }
    json_close_array(json);
    json_open_object(json, "connections_by_state");
    for (unsigned i = 0; i < STATS_STATES; i++) {
        if (stats->by_state[i] > 0) {
            json_number(json, stint_tcp_state_name((enum stint_tcp_state)i), stats->by_state[i]);
        }
    }
    json_close_object(json);
    json_open_array(json, "udp_sockets");
    for (unsigned i = 0; i < stats->datagram_socket_count; i++) {
        json_open_object(json, NULL);
        put_endpoint(json, "local", &stats->datagram_sockets[i].local);
        put_endpoint(json, "remote", &stats->datagram_sockets[i].remote);
        json_number(json, "receive_queue", stats->datagram_sockets[i].received);
        json_number(json, "send_queue", stats->datagram_sockets[i].to_send);
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_counters(struct json *json, const struct stats *stats)
{
    const struct stint_tcp_counters *tcp = &stats->tcp;
    json_open_object(json, "tcp");
    json_number(json, "segments_received", tcp->segments_received);
    json_number(json, "segments_sent", tcp->segments_sent);
    json_number(json, "segments_retransmitted", tcp->segments_retransmitted);
    json_number(json, "fast_retransmits", tcp->fast_retransmits);
    json_number(json, "retransmission_timeouts", tcp->retransmission_timeouts);
    json_number(json, "zero_window_probes", tcp->zero_window_probes);
    json_number(json, "active_opens", tcp->active_opens);
    json_number(json, "passive_opens", tcp->passive_opens);
    json_number(json, "failed_opens", tcp->failed_opens);
    json_number(json, "resets_received", tcp->resets_received);
    json_number(json, "resets_sent", tcp->resets_sent);
    json_number(json, "challenge_acks", tcp->challenge_acks);
    json_number(json, "cookies_sent", tcp->cookies_sent);
    json_number(json, "cookies_accepted", tcp->cookies_accepted);
    json_number(json, "time_wait_displaced", tcp->time_wait_displaced);
    json_close_object(json);
    json_open_object(json, "udp");
    json_number(json, "datagrams_received", stats->datagrams_received);
    json_number(json, "datagrams_sent", stats->datagrams_sent);
    json_close_object(json);
    json_number(json, "drops_total", stats_drop_total(stats));
    json_open_array(json, "drops");
    for (unsigned i = 0; i < STINT_DROP_COUNT; i++) {
        if (stats->drops[i] > 0) {
            json_open_object(json, NULL);
            json_string(json, "reason", stint_drop_name((enum stint_drop)i));
            json_string(json, "meaning", stint_drop_describe((enum stint_drop)i));
            json_number(json, "count", stats->drops[i]);
            json_close_object(json);
        }
    }
    json_close_array(json);
}

static void put_bound(struct json *json, const char *key, const struct stint_bound *bound)
{
    json_open_object(json, key);
    json_number(json, "limit", bound->limit);
    json_number(json, "in_use", bound->in_use);
    json_number(json, "high_water", bound->high_water);
    json_number(json, "refused", bound->refused);
    json_close_object(json);
}

static void put_memory(struct json *json, const struct stats *stats)
{
    json_open_object(json, "memory");
    json_number(json, "total_bytes", stats->memory);
    for (unsigned i = 0; i < STINT_BOUND_COUNT; i++) {
        put_bound(json, stint_bound_name((enum stint_bound_kind)i), &stats->bounds[i]);
    }
    put_bound(json, "descriptors", &stats->descriptors);
    json_close_object(json);
}

static void put_http(struct json *json, struct web_server *server)
{
    json_open_object(json, "http");
    json_number(json, "requests", atomic_load(&server->counters.requests));
    json_number(json, "bytes_sent", atomic_load(&server->counters.bytes_sent));
    json_number(json, "bytes_received", atomic_load(&server->counters.bytes_received));
    json_close_object(json);
}

static void put_document(struct json *json, struct web_server *server, const struct stats *stats)
{
    const struct stint_duration uptime = stint_instant_since(stint_linux_now(), server->started_at);
    json_open_object(json, NULL);
    json_string(json, "version", STINT_VERSION);
    json_number(json, "uptime_ms", (uint64_t)uptime.microseconds / 1000);
    put_device(json, stats);
    put_neighbors(json, stats);
    put_http(json, server);
    put_sockets(json, stats);
    put_counters(json, stats);
    put_memory(json, stats);
    json_close_object(json);
}

static enum MHD_Result answer(struct web_request *request)
{
    struct stats *stats = (struct stats *)malloc(sizeof *stats);
    if (stats == NULL) {
        return MHD_NO;
    }
    struct json json = {0};
    stats_take(stats, request->server->host);
    put_document(&json, request->server, stats);
    free(stats);
    if (json.failed) {
        free(json.text);
        return MHD_NO;
    }
    atomic_fetch_add(&request->server->counters.bytes_sent, json.length);
    return web_answer(request, MHD_HTTP_OK, "application/json",
        MHD_create_response_from_buffer(json.length, json.text, MHD_RESPMEM_MUST_FREE));
}

const struct web_page web_stats_page = {.path = "/api/stats", .answer = answer};

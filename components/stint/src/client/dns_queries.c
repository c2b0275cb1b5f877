/* Queries: each attempt from a port and with an identifier of its own, over the list of servers
 * (RFC 5452 4, 9). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "dns_internal.h"

enum {
    ROUNDS = 3, /* over the list of servers */
    FIRST_WAIT_MS = 1000,
    QUERY_LONGEST = STINT_DNS_HEADER_LENGTH + STINT_DNS_NAME_LIMIT + 4,
    IDENTIFIERS = 65536,
};

static struct stint_dns_known *known_of(
    const struct stint_dns_client *client, const struct stint_dns_query *query)
{
    return &client->records[query->record].known[query->family];
}

static struct stint_dns_question question_of(
    const struct stint_dns_client *client, const struct stint_dns_query *query)
{
    return (struct stint_dns_question){
        .name = dns_record_name(client, query->record),
        .identifier = query->identifier,
        .type = query->family == 0 ? STINT_DNS_A : STINT_DNS_AAAA,
    };
}

static void close_socket(struct stint_dns_client *client, struct stint_dns_query *query)
{
    if (!stint_handle_is_none(query->socket)) {
        (void)stint_udp_close(client->udp, query->socket);
        query->socket = (struct stint_handle){0};
    }
}

static void end(struct stint_dns_client *client, struct stint_dns_query *query,
    struct stint_instant until, enum stint_dns_outcome outcome)
{
    struct stint_dns_known *known = known_of(client, query);
    known->until = until;
    known->outcome = (uint8_t)outcome;
    close_socket(client, query);
    query->in_use = false;
    client->queries_under_way--;
}

static struct stint_instant after_seconds(struct stint_instant now, uint32_t seconds)
{
    return stint_instant_after(now, stint_seconds(seconds));
}

/* --- asking --- */

/* One datagram from a new port to the query's server. */
static enum stint_result send_query(struct stint_dns_client *client, struct stint_dns_query *query)
{
    uint8_t bytes[QUERY_LONGEST];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    const struct stint_endpoint *server = &client->servers[query->server];
    query->identifier = (uint16_t)stint_random_below(client->random, IDENTIFIERS);
    const struct stint_dns_question question = question_of(client, query);
    if (!stint_dns_query_emit(&question, &writer)) {
        return STINT_INVALID;
    }
    enum stint_result result = stint_udp_open(client->udp, UINTPTR_MAX, &query->socket);
    if (result == STINT_OK) {
        result = stint_udp_connect(client->udp, query->socket, server);
    }
    if (result == STINT_OK) {
        result = stint_udp_send(client->udp, query->socket, NULL, stint_writer_written(&writer));
    }
    return result;
}

static void attempt(
    struct stint_dns_client *client, struct stint_instant now, struct stint_dns_query *query)
{
    if (client->server_count == 0) {
        end(client, query, now, STINT_DNS_NO_SERVER);
        return;
    }
    if (send_query(client, query) != STINT_OK) {
        client->refused++;
        end(client, query, now, STINT_DNS_TOO_MANY);
        return;
    }
    client->queries_sent++;
    query->give_up_at =
        stint_instant_after(now, stint_milliseconds((int64_t)FIRST_WAIT_MS << query->round));
}

/* This server did not help: the next one, or the next round, or the end. What a server said counts
 * more than silence. */
static void advance(struct stint_dns_client *client, struct stint_instant now,
    struct stint_dns_query *query, enum stint_dns_outcome reason, bool may_repeat)
{
    close_socket(client, query);
    if (reason != STINT_DNS_SERVERS_SILENT || query->reason == STINT_DNS_ASKING) {
        query->reason = (uint8_t)reason;
    }
    query->server++;
    if (query->server >= client->server_count) {
        query->server = 0;
        query->round++;
    }
    if (query->round >= ROUNDS || (query->round > 0 && !may_repeat)) {
        end(client, query, after_seconds(now, STINT_DNS_CLIENT_FAILURE_S),
            (enum stint_dns_outcome)query->reason);
        return;
    }
    attempt(client, now, query);
}

void dns_query_begin(
    struct stint_dns_client *client, struct stint_instant now, uint16_t record, size_t family)
{
    struct stint_dns_known *known = &client->records[record].known[family];
    known->count = 0;
    for (uint16_t i = 0; i < client->limits.queries; i++) {
        struct stint_dns_query *query = &client->queries[i];
        if (!query->in_use) {
            *query = (struct stint_dns_query){
                .record = record,
                .family = (uint8_t)family,
                .reason = STINT_DNS_ASKING,
                .in_use = true,
            };
            client->queries_under_way++;
            known->outcome = STINT_DNS_ASKING;
            attempt(client, now, query);
            return;
        }
    }
    client->refused++;
    known->outcome = STINT_DNS_TOO_MANY;
    known->until = now;
}

void dns_queries_restart(struct stint_dns_client *client, struct stint_instant now)
{
    for (uint16_t i = 0; i < client->limits.queries; i++) {
        struct stint_dns_query *query = &client->queries[i];
        if (query->in_use) {
            close_socket(client, query);
            query->server = 0;
            query->round = 0;
            query->reason = STINT_DNS_ASKING;
            attempt(client, now, query);
        }
    }
}

/* --- answers --- */

/* Keeps the addresses; how long they hold, in seconds. */
static uint32_t take_addresses(struct stint_dns_client *client, const struct stint_dns_query *query,
    struct stint_dns_response *response)
{
    struct stint_dns_known *known = known_of(client, query);
    struct stint_address *addresses = dns_record_addresses(client, query->record, query->family);
    uint32_t shortest = STINT_DNS_TTL_LIMIT_S;
    uint32_t ttl_s;
    known->count = 0;
    while (known->count < client->limits.addresses &&
           stint_dns_address_next(response, &addresses[known->count], &ttl_s)) {
        shortest = ttl_s < shortest ? ttl_s : shortest;
        known->count++;
    }
    return response->is_truncated ? 0 : shortest;
}

/* There is none: for as long as the zone says so, and not remembered when it does not. */
static void take_none(struct stint_dns_client *client, struct stint_instant now,
    struct stint_dns_query *query, struct stint_dns_response *response)
{
    uint32_t ttl_s = 0;
    if (!stint_dns_negative_ttl(response, &ttl_s)) {
        ttl_s = 0;
    }
    ttl_s = ttl_s < STINT_DNS_CLIENT_NEGATIVE_S ? ttl_s : (uint32_t)STINT_DNS_CLIENT_NEGATIVE_S;
    end(client, query, after_seconds(now, ttl_s),
        response->status == STINT_DNS_NO_SUCH_NAME ? STINT_DNS_NAME_UNKNOWN : STINT_DNS_NO_ADDRESS);
}

static void take_response(struct stint_dns_client *client, struct stint_instant now,
    struct stint_dns_query *query, struct stint_dns_response *response)
{
    client->answers_taken++;
    if (response->status == STINT_DNS_SERVER_FAILURE) {
        advance(client, now, query, STINT_DNS_SERVERS_FAIL, true);
        return;
    }
    if (response->status != STINT_DNS_NO_ERROR && response->status != STINT_DNS_NO_SUCH_NAME) {
        advance(client, now, query, STINT_DNS_SERVERS_REFUSE, false);
        return;
    }
    const uint32_t ttl_s = take_addresses(client, query, response);
    if (known_of(client, query)->count > 0) {
        end(client, query, after_seconds(now, ttl_s), STINT_DNS_FOUND);
    } else if (response->is_truncated) {
        advance(client, now, query, STINT_DNS_ANSWER_TRUNCATED, false);
    } else {
        take_none(client, now, query, response);
    }
}

/* One datagram in place; true when it was an answer. What it is not is counted, and the query goes
 * on: a forger has one try for each datagram. */
static bool take_datagram(struct stint_dns_client *client, struct stint_instant now,
    struct stint_dns_query *query, const struct stint_datagram_info *info,
    struct stint_view payload)
{
    const struct stint_dns_question question = question_of(client, query);
    struct stint_dns_response response;
    enum stint_drop drop = STINT_DROP_DNS_QUESTION;
    if (stint_endpoint_equal(&info->source, &client->servers[query->server])) {
        drop = stint_dns_response_parse(payload, &question, &response);
    }
    if (drop != STINT_DROP_NONE) {
        client->drops[drop]++;
        return false;
    }
    take_response(client, now, query, &response);
    return true;
}

static void receive(
    struct stint_dns_client *client, struct stint_instant now, struct stint_dns_query *query)
{
    struct stint_udp_socket *socket = stint_udp_get(client->udp, query->socket);
    const struct stint_datagram_info *info;
    struct stint_view payload;
    while (socket != NULL &&
           (info = stint_datagrams_front(&socket->datagrams.received, &payload)) != NULL) {
        if (take_datagram(client, now, query, info, payload)) {
            return; /* the socket is closed */
        }
        stint_packet_queue_pop(&socket->datagrams.received);
    }
    if (socket == NULL || socket->failure != STINT_OK ||
        stint_instant_has_come(query->give_up_at, now)) {
        advance(client, now, query, STINT_DNS_SERVERS_SILENT, true);
    }
}

void stint_dns_client_poll(struct stint_dns_client *client, struct stint_instant now)
{
    for (uint16_t i = 0; client->queries_under_way > 0 && i < client->limits.queries; i++) {
        if (client->queries[i].in_use) {
            receive(client, now, &client->queries[i]);
        }
    }
}

struct stint_instant stint_dns_client_deadline(const struct stint_dns_client *client)
{
    struct stint_instant deadline = stint_instant_never();
    for (uint16_t i = 0; client->queries_under_way > 0 && i < client->limits.queries; i++) {
        if (client->queries[i].in_use) {
            deadline = stint_instant_earlier(deadline, client->queries[i].give_up_at);
        }
    }
    return deadline;
}

/* A DNS client over UDP sockets, and the servers that answer it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Include after cmocka.h.
 */
#ifndef SUPPORT_DNS_FIXTURE_H
#define SUPPORT_DNS_FIXTURE_H

#include "stint/client/dns.h"
#include "support/udp_fixture.h"

enum { DNS_MESSAGE_LENGTH = 512, DNS_FLAGS_ANSWER = 0x8180, DNS_FLAG_TRUNCATED = 0x0200 };

/* A query as it left. */
struct dns_sent {
    struct stint_endpoint to;
    struct stint_endpoint from;
    uint16_t identifier;
    uint16_t type;
    uint8_t bytes[DNS_MESSAGE_LENGTH];
    size_t length;
};

struct dns_fixture {
    struct udp_fixture net;
    struct stint_dns_client client;
    struct stint_instant now;
    uint32_t drops[STINT_DROP_COUNT];
    alignas(8) uint8_t memory[4096];
};

static inline void dns_fixture_start(struct dns_fixture *fixture, uint8_t servers)
{
    const struct stint_dns_client_limits limits = {
        .names = 3, .queries = 4, .addresses = 2, .name_length = 64};
    const struct stint_endpoint list[] = {at(53, 0), at(54, 0), at(55, 0)};
    memset(fixture, 0, sizeof *fixture);
    udp_fixture_set_up(&fixture->net);
    fixture->now = stint_instant_at(5000000);
    struct stint_carve carve =
        stint_carve_from(stint_span_of(fixture->memory, sizeof fixture->memory));
    assert_int_equal(stint_dns_client_init(&fixture->client, &limits, &fixture->net.udp,
                         &fixture->net.random, fixture->drops, &carve),
        STINT_OK);
    assert_int_equal(
        stint_dns_client_set_servers(&fixture->client, fixture->now, list, servers), STINT_OK);
}

static inline struct stint_dns_lookup dns_begin(
    struct dns_fixture *fixture, const char *name, enum stint_dns_families families)
{
    struct stint_dns_lookup lookup;
    stint_dns_client_begin(&fixture->client, fixture->now, &lookup, name, families);
    return lookup;
}

/* The next query that leaves; false when none does. */
static inline bool dns_next_query(struct dns_fixture *fixture, struct dns_sent *sent)
{
    struct stint_udp_offer offer;
    if (!stint_udp_next_offer(&fixture->net.udp, &offer)) {
        return false;
    }
    assert_in_range(offer.payload.length, 17, sizeof sent->bytes);
    *sent = (struct dns_sent){.to = offer.info->destination, .from = offer.info->source};
    sent->length = offer.payload.length;
    memcpy(sent->bytes, offer.payload.bytes, offer.payload.length);
    sent->identifier = stint_load16(sent->bytes);
    sent->type = stint_load16(sent->bytes + sent->length - 4);
    stint_udp_sent(&fixture->net.udp);
    return true;
}

static inline struct dns_sent dns_expect_query(
    struct dns_fixture *fixture, uint8_t server, uint16_t type)
{
    struct dns_sent sent = {0};
    assert_true(dns_next_query(fixture, &sent));
    const struct stint_endpoint to = at(server, STINT_DNS_PORT);
    assert_true(stint_endpoint_equal(&sent.to, &to));
    assert_int_equal(sent.type, type);
    return sent;
}

static inline void dns_expect_silence(struct dns_fixture *fixture)
{
    struct dns_sent sent;
    assert_false(dns_next_query(fixture, &sent));
}

/* --- answers: begun over the question of a query, records put after it --- */

static inline struct stint_writer dns_answer(const struct dns_sent *sent, struct stint_span into,
    uint16_t flags, uint16_t answers, uint16_t authorities)
{
    struct stint_writer writer = stint_writer_into(into);
    stint_writer_put(&writer, stint_view_of(sent->bytes, sent->length));
    stint_store16(into.bytes + 2, flags);
    stint_store16(into.bytes + 6, answers);
    stint_store16(into.bytes + 8, authorities);
    return writer;
}

static inline void dns_put_record(
    struct stint_writer *writer, uint16_t type, uint32_t ttl_s, const void *data, uint16_t length)
{
    stint_writer_put16(writer, 0xc00c); /* the name asked for */
    stint_writer_put16(writer, type);
    stint_writer_put16(writer, 1);
    stint_writer_put32(writer, ttl_s);
    stint_writer_put16(writer, length);
    stint_writer_put(writer, stint_view_of(data, length));
}

/* 10.9.9.`host` or fd00::`host`, whichever was asked for. */
static inline void dns_put_address(
    struct stint_writer *writer, const struct dns_sent *sent, uint8_t host, uint32_t ttl_s)
{
    const uint8_t ipv4[4] = {10, 9, 9, host};
    const uint8_t ipv6[16] = {0xfd, [15] = host};
    const bool is_ipv4 = sent->type == STINT_DNS_A;
    dns_put_record(writer, sent->type, ttl_s, is_ipv4 ? ipv4 : ipv6, is_ipv4 ? 4 : 16);
}

static inline void dns_put_soa(struct stint_writer *writer, uint32_t ttl_s, uint32_t minimum_s)
{
    uint8_t data[22] = {0};
    stint_store32(data + 18, minimum_s);
    dns_put_record(writer, STINT_DNS_SOA, ttl_s, data, sizeof data);
}

static inline enum stint_drop dns_arrive(struct dns_fixture *fixture, const struct dns_sent *sent,
    struct stint_endpoint from, struct stint_view message)
{
    const struct stint_endpoint to = at(9, sent->from.port);
    const enum stint_drop drop = udp_arrive(&fixture->net, from, to, message);
    stint_dns_client_poll(&fixture->client, fixture->now);
    return drop;
}

static inline void dns_reply(
    struct dns_fixture *fixture, const struct dns_sent *sent, const struct stint_writer *writer)
{
    assert_int_equal(
        dns_arrive(fixture, sent, sent->to, stint_writer_written(writer)), STINT_DROP_NONE);
}

static inline void dns_reply_address(
    struct dns_fixture *fixture, const struct dns_sent *sent, uint8_t host, uint32_t ttl_s)
{
    uint8_t bytes[DNS_MESSAGE_LENGTH];
    struct stint_writer writer =
        dns_answer(sent, stint_span_of(bytes, sizeof bytes), DNS_FLAGS_ANSWER, 1, 0);
    dns_put_address(&writer, sent, host, ttl_s);
    dns_reply(fixture, sent, &writer);
}

static inline void dns_reply_status(
    struct dns_fixture *fixture, const struct dns_sent *sent, unsigned status)
{
    uint8_t bytes[DNS_MESSAGE_LENGTH];
    const struct stint_writer writer = dns_answer(
        sent, stint_span_of(bytes, sizeof bytes), (uint16_t)(DNS_FLAGS_ANSWER + status), 0, 0);
    dns_reply(fixture, sent, &writer);
}

/* --- time and outcomes --- */

/* Goes to the deadline, which is this far away, and polls. */
static inline void dns_wait(struct dns_fixture *fixture, int64_t milliseconds)
{
    const struct stint_instant deadline = stint_dns_client_deadline(&fixture->client);
    assert_int_equal(stint_instant_since(deadline, fixture->now).microseconds, milliseconds * 1000);
    fixture->now = deadline;
    stint_dns_client_poll(&fixture->client, fixture->now);
}

static inline void dns_expect_outcome(const struct dns_fixture *fixture,
    const struct stint_dns_lookup *lookup, enum stint_dns_outcome outcome)
{
    assert_string_equal(
        stint_dns_outcome_describe(stint_dns_client_outcome(&fixture->client, lookup)),
        stint_dns_outcome_describe(outcome));
}

static inline size_t dns_count(
    const struct dns_fixture *fixture, const struct stint_dns_lookup *lookup)
{
    struct stint_address addresses[8];
    return stint_dns_client_addresses(&fixture->client, lookup, addresses, 8);
}

/* Every socket and query is back. */
static inline void dns_expect_idle(const struct dns_fixture *fixture)
{
    assert_int_equal(fixture->client.queries_under_way, 0);
    assert_int_equal(fixture->net.arena.in_use, 0);
    assert_true(stint_instant_is_never(stint_dns_client_deadline(&fixture->client)));
}

#endif

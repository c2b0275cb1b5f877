/* The table of flows: it finds what is in it and nothing else, and nobody can aim at a bucket.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/tcp_demux.h"
#include "stint/storage/id_queue.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/noise.h"

enum { RECORDS = 1024 };

static alignas(8) uint8_t memory[32 * RECORDS];

/* The flows of the first kind of records; there are none of the others. */
static struct stint_tcp_flow flows[RECORDS];

static struct stint_tcp_demux demux_of(uint16_t records, uint32_t seed)
{
    struct stint_carve carve = stint_carve_from(stint_span_of(memory, sizeof memory));
    struct stint_tcp_demux demux;
    const struct stint_tcp_demux_table tables[STINT_TCP_DEMUX_TABLES] = {
        {.records = flows, .count = records, .size = sizeof flows[0]}};
    stint_tcp_demux_init(&demux, tables, seed, &carve);
    assert_false(carve.failed);
    return demux;
}

/* A flow to port 80 of 10.0.0.1 from a peer that chooses its address and port. */
static struct stint_tcp_flow flow_from(uint32_t peer, uint16_t port)
{
    const struct stint_tcp_flow flow = {
        .local = {stint_address_ipv4(10, 0, 0, 1), 80},
        .remote = {stint_address_ipv4(
                       10, (uint8_t)(peer >> 16), (uint8_t)(peer >> 8), (uint8_t)peer),
            port},
    };
    return flow;
}

static unsigned longest_chain(const struct stint_tcp_demux *demux)
{
    unsigned longest = 0;
    for (unsigned bucket = 0; bucket < demux->bucket_count; bucket++) {
        unsigned length = 0;
        for (uint16_t record = demux->buckets[bucket]; record != STINT_ID_END;
             record = demux->links[record]) {
            length++;
        }
        longest = length > longest ? length : longest;
    }
    return longest;
}

static void records_are_found_while_they_are_in_the_table(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    struct stint_tcp_demux demux = demux_of(COUNT, 1);
    bool entered[COUNT] = {false};
    struct noise noise = {3};
    for (uint16_t i = 0; i < COUNT; i++) {
        flows[i] = flow_from(i, 1000);
    }
    for (unsigned step = 0; step < 100000; step++) {
        const uint16_t record = (uint16_t)noise_below(&noise, COUNT);
        if (noise_below(&noise, 2) == 0) {
            stint_tcp_demux_remove(&demux, record);
            entered[record] = false;
        } else if (!entered[record]) {
            stint_tcp_demux_add(&demux, record);
            entered[record] = true;
        }
        const uint16_t asked = (uint16_t)noise_below(&noise, COUNT);
        const struct stint_tcp_flow copy = flows[asked];
        assert_int_equal(
            stint_tcp_demux_find(&demux, &copy), entered[asked] ? asked : STINT_ID_NONE);
    }
}

static void records_of_every_kind_are_numbered_through(void **state)
{
    (void)state;
    struct {
        struct stint_tcp_flow flow;
        uint32_t more;
    } wide[2] = {{.flow = flow_from(100, 1)}, {.flow = flow_from(101, 1)}};
    struct stint_carve carve = stint_carve_from(stint_span_of(memory, sizeof memory));
    struct stint_tcp_demux demux;
    const struct stint_tcp_demux_table tables[STINT_TCP_DEMUX_TABLES] = {
        {flows, 3, sizeof flows[0]}, {NULL, 0, 1}, {wide, 2, sizeof wide[0]}};
    stint_tcp_demux_init(&demux, tables, 1, &carve);
    for (uint16_t i = 0; i < 5; i++) {
        if (i < 3) {
            flows[i] = flow_from(i, 1);
        }
        stint_tcp_demux_add(&demux, i);
    }
    for (uint16_t i = 0; i < 5; i++) {
        assert_int_equal(stint_tcp_demux_find(&demux, i < 3 ? &flows[i] : &wide[i - 3].flow), i);
    }
}

static void every_one_of_the_four_numbers_tells_flows_apart(void **state)
{
    (void)state;
    struct stint_tcp_demux demux = demux_of(1, 1);
    const struct stint_tcp_flow flow = flow_from(1, 1000);
    flows[0] = flow;
    stint_tcp_demux_add(&demux, 0);
    struct stint_tcp_flow others[4] = {flow, flow, flow, flow};
    others[0].local.address.octets[15] ^= 1;
    others[1].local.port ^= 1;
    others[2].remote.address.octets[0] ^= 1;
    others[3].remote.port ^= 1;
    assert_true(stint_tcp_flow_equal(&flow, &flow));
    for (unsigned i = 0; i < 4; i++) {
        assert_false(stint_tcp_flow_equal(&flow, &others[i]));
        assert_int_equal(stint_tcp_demux_find(&demux, &others[i]), STINT_ID_NONE);
    }
    assert_int_equal(stint_tcp_demux_find(&demux, &flow), 0);
}

static void the_table_has_a_bucket_for_each_record(void **state)
{
    (void)state;
    const struct {
        uint16_t records;
        uint16_t buckets;
    } cases[] = {{0, 8}, {1, 8}, {8, 8}, {9, 16}, {1000, 1024}, {1024, 1024}};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(demux_of(cases[i].records, 1).bucket_count, cases[i].buckets);
    }
    struct stint_carve counting = stint_carve_from(stint_span_of(NULL, 0));
    struct stint_tcp_demux demux;
    const struct stint_tcp_demux_table tables[STINT_TCP_DEMUX_TABLES] = {{flows, 65000, 1}};
    stint_tcp_demux_init(&demux, tables, 1, &counting);
    assert_int_equal(demux.bucket_count, 32768);
    assert_null(demux.buckets);
}

static void assert_spread(struct stint_tcp_flow (*flow_of)(uint16_t))
{
    struct stint_tcp_demux demux = demux_of(RECORDS, 0x5eed);
    for (uint16_t i = 0; i < RECORDS; i++) {
        flows[i] = flow_of(i);
        stint_tcp_demux_add(&demux, i);
    }
    /* With chance alone, 10 in one bucket happen once in 10,000 tables. */
    assert_in_range(longest_chain(&demux), 2, 9);
}

static struct stint_tcp_flow by_port(uint16_t i)
{
    return flow_from(7, (uint16_t)(32768 + i));
}

static struct stint_tcp_flow by_even_port(uint16_t i)
{
    return flow_from(7, (uint16_t)(2 * i));
}

static struct stint_tcp_flow by_port_in_steps_of_a_table(uint16_t i)
{
    return flow_from(i / 64u, (uint16_t)(i % 64 * RECORDS));
}

static struct stint_tcp_flow by_address(uint16_t i)
{
    return flow_from(i, 1000);
}

static struct stint_tcp_flow by_network(uint16_t i)
{
    return flow_from(i * 256u, 1000);
}

static struct stint_tcp_flow by_local_address(uint16_t i)
{
    struct stint_tcp_flow flow = flow_from(7, 1000);
    flow.local.address = stint_address_ipv4((uint8_t)(i / 256), (uint8_t)i, 0, 0);
    return flow;
}

static struct stint_tcp_flow by_ipv6_interface(uint16_t i)
{
    struct stint_tcp_flow flow = flow_from(0, 1000);
    flow.local.address = (struct stint_address){{0xfe, 0x80, [15] = 1}};
    flow.remote.address = (struct stint_address){{0xfe, 0x80, [8] = (uint8_t)(i / 256)}};
    flow.remote.address.octets[9] = (uint8_t)i;
    return flow;
}

static void neighboring_flows_are_spread_over_the_buckets(void **state)
{
    (void)state;
    assert_spread(by_port);
    assert_spread(by_even_port);
    assert_spread(by_port_in_steps_of_a_table);
    assert_spread(by_address);
    assert_spread(by_network);
    assert_spread(by_local_address);
    assert_spread(by_ipv6_interface);
}

static void flows_that_share_a_bucket_under_one_seed_do_not_under_another(void **state)
{
    (void)state;
    enum { AIMED = 64 };
    static struct stint_tcp_flow aimed[AIMED];
    struct stint_tcp_demux learnt = demux_of(RECORDS, 1);
    unsigned found = 0;
    for (uint32_t peer = 0; found < AIMED; peer++) {
        flows[0] = flow_from(peer, 1000);
        stint_tcp_demux_add(&learnt, 0);
        if (learnt.buckets[0] == 0) {
            aimed[found] = flows[0];
            found++;
        }
        stint_tcp_demux_remove(&learnt, 0);
    }
    for (uint32_t seed = 2; seed < 34; seed++) {
        struct stint_tcp_demux demux = demux_of(RECORDS, seed);
        for (uint16_t i = 0; i < AIMED; i++) {
            flows[i] = aimed[i];
            stint_tcp_demux_add(&demux, i);
        }
        assert_in_range(longest_chain(&demux), 1, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_found_while_they_are_in_the_table),
        cmocka_unit_test(records_of_every_kind_are_numbered_through),
        cmocka_unit_test(every_one_of_the_four_numbers_tells_flows_apart),
        cmocka_unit_test(the_table_has_a_bucket_for_each_record),
        cmocka_unit_test(neighboring_flows_are_spread_over_the_buckets),
        cmocka_unit_test(flows_that_share_a_bucket_under_one_seed_do_not_under_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

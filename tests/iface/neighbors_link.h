/* A link with a small table of neighbors, numbered hosts and stations, and a clock.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef IFACE_NEIGHBORS_LINK_H
#define IFACE_NEIGHBORS_LINK_H

#include "stint/iface/neighbors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { RECORDS = 8, FRAMES = 10, FRAME_SIZE = 64, HOLD_LIMIT = 3 };

struct link {
    struct stint_neighbors neighbors;
    struct stint_neighbor records[RECORDS];
    struct stint_frame_pool pool;
    uint16_t links[FRAMES];
    uint16_t held_lengths[FRAMES];
    uint8_t bytes[FRAMES * FRAME_SIZE];
    struct stint_instant now;
    uint32_t dropped;
};

static inline void set_up(struct link *link)
{
    memset(link, 0, sizeof *link);
    stint_frame_pool_init(&link->pool, stint_span_of(link->bytes, sizeof link->bytes), FRAME_SIZE,
        link->links, FRAMES);
    const struct stint_neighbors_config config = {
        .records = link->records,
        .record_count = RECORDS,
        .hold_limit = HOLD_LIMIT,
        .pool = &link->pool,
        .held_lengths = link->held_lengths,
    };
    stint_neighbors_init(&link->neighbors, &config);
    link->now = stint_instant_at(1000000);
}

/* Hosts are numbered from 10.0.0.1. */
static inline struct stint_address host(unsigned number)
{
    return stint_address_ipv4(
        10, (uint8_t)(number >> 14), (uint8_t)(number >> 7 & 127), (uint8_t)(1 + number % 128));
}

static inline struct stint_hardware_address station(unsigned number)
{
    const struct stint_hardware_address address = {
        {2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number}};
    return address;
}

static inline void wait_for(struct link *link, struct stint_duration duration)
{
    link->now = stint_instant_after(link->now, duration);
}

static inline enum stint_neighbor_answer resolve(struct link *link, unsigned number)
{
    const struct stint_address address = host(number);
    const struct stint_hardware_address expected = station(number);
    struct stint_hardware_address hardware;
    const enum stint_neighbor_answer answer =
        stint_neighbors_resolve(&link->neighbors, link->now, &address, &hardware);
    if (answer == STINT_NEIGHBOR_KNOWN) {
        assert_true(stint_hardware_address_equal(&hardware, &expected));
    }
    return answer;
}

static inline bool answer_from(struct link *link, unsigned number, unsigned from)
{
    const struct stint_address address = host(number);
    const struct stint_hardware_address hardware = station(from);
    return stint_neighbors_take_answer(&link->neighbors, link->now, &address, &hardware);
}

static inline void hear(struct link *link, unsigned number, unsigned from)
{
    const struct stint_address address = host(number);
    const struct stint_hardware_address hardware = station(from);
    stint_neighbors_hear(&link->neighbors, link->now, &address, &hardware);
}

static inline bool next_question(struct link *link, struct stint_neighbor_question *question)
{
    return stint_neighbors_next_question(&link->neighbors, link->now, question, &link->dropped);
}

/* Asks all that is due; how many questions that were. */
static inline unsigned ask(struct link *link)
{
    struct stint_neighbor_question question;
    unsigned count = 0;
    while (next_question(link, &question)) {
        count++;
    }
    return count;
}

static inline void make_known(struct link *link, unsigned number)
{
    assert_int_equal(resolve(link, number), STINT_NEIGHBOR_ASKED);
    ask(link);
    assert_true(answer_from(link, number, number));
}

/* One question is due, to `to`, and nothing else. */
static inline void assert_asks(struct link *link, unsigned number, struct stint_hardware_address to)
{
    struct stint_neighbor_question question;
    const struct stint_address address = host(number);
    assert_true(stint_instant_has_come(stint_neighbors_deadline(&link->neighbors), link->now));
    assert_true(next_question(link, &question));
    assert_true(stint_address_equal(&question.target, &address));
    assert_true(stint_hardware_address_equal(&question.to, &to));
    assert_false(next_question(link, &question));
}

static inline void assert_idle(const struct link *link)
{
    assert_true(stint_instant_is_never(stint_neighbors_deadline(&link->neighbors)));
}

static inline enum stint_drop hold(struct link *link, unsigned number, uint8_t mark)
{
    const uint8_t frame[20] = {0, 0, 0, 0, 0, 0, mark};
    const struct stint_address address = host(number);
    return stint_neighbors_hold(&link->neighbors, &address, stint_view_of(frame, sizeof frame));
}

static inline void assert_sends(struct link *link, unsigned number, uint8_t mark)
{
    const struct stint_view frame = stint_neighbors_next_to_send(&link->neighbors);
    assert_int_equal(frame.length, 20);
    assert_memory_equal(frame.bytes, station(number).octets, 6);
    assert_int_equal(frame.bytes[6], mark);
}

#endif

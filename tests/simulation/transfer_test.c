/* Whole transfers in virtual time, over good and bad networks.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/simulation.h"

/* Sends `bytes` from `from` over a network and expects all of it within `limit` of virtual time. */
static void expect_transfer(const struct simulation_options *options, unsigned from, uint64_t bytes,
    struct stint_duration limit)
{
    struct simulation *simulation = simulation_new(options);
    struct stint_handle ends[2];
    simulation_connect(simulation, 80, &ends[0], &ends[1]);
    struct simulated_transfer transfer = {
        .writer = ends[from], .reader = ends[1 - from], .to_send = bytes};
    const bool done = simulation_run_transfer(simulation, from, &transfer, limit);
    assert_int_equal(transfer.failure, STINT_OK);
    assert_int_equal(transfer.received, bytes);
    assert_true(done);
    const struct stint_stack *sender = &simulation->hosts[from].stack;
    print_message("%llu bytes in %.3f s, %u segments, %u sent again, %u timeouts, %u fast\n",
        (unsigned long long)bytes, (double)simulation->now.microseconds / 1e6,
        sender->tcp.counters.segments_sent, sender->tcp.counters.segments_retransmitted,
        sender->tcp.counters.retransmission_timeouts, sender->tcp.counters.fast_retransmits);
    free(simulation);
}

static void a_perfect_network_carries_every_byte(void **state)
{
    (void)state;
    const struct simulation_options options = {.seed = 1};
    expect_transfer(&options, 0, 10000000, stint_seconds(10));
    expect_transfer(&options, 1, 10000000, stint_seconds(10));
}

static void two_percent_loss_and_reordering_change_no_byte(void **state)
{
    (void)state;
    const struct stint_faulty_profile bad = {
        .loss = 20000,
        .duplication = 5000,
        .corruption = 2000,
        .reordering = 20000,
        .delay = stint_milliseconds(1),
        .reordering_delay = stint_milliseconds(3),
    };
    for (uint64_t seed = 1; seed <= 10; seed++) {
        const struct simulation_options options = {.seed = seed, .profile = {bad, bad}};
        expect_transfer(&options, (unsigned)(seed % 2), 2000000, stint_seconds(300));
    }
}

static void twenty_percent_loss_is_survived(void **state)
{
    (void)state;
    const struct stint_faulty_profile bad = {.loss = 200000, .delay = stint_milliseconds(5)};
    for (uint64_t seed = 1; seed <= 5; seed++) {
        const struct simulation_options options = {.seed = seed, .profile = {bad, bad}};
        expect_transfer(&options, (unsigned)(seed % 2), 100000, stint_seconds(3000));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_perfect_network_carries_every_byte),
        cmocka_unit_test(two_percent_loss_and_reordering_change_no_byte),
        cmocka_unit_test(twenty_percent_loss_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

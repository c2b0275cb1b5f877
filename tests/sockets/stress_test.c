/* Tests of many tasks that do everything to the same few descriptors at once: nothing breaks, and
 * nothing is left. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

enum { PORT = 7000, TASKS = 4, DESCRIPTORS = 8, ROUNDS = 20000 };

static int start_with_few_descriptors(void **state)
{
    *state = pair_start((struct pair_options){.descriptors = DESCRIPTORS, .tcp_buffer = 2048});
    return *state == NULL;
}

struct chaos {
    struct pair *pair;
    uint32_t random;
    pthread_t thread;
};

static uint32_t below(struct chaos *chaos, uint32_t bound)
{
    chaos->random = chaos->random * 1664525u + 1013904223u;
    return (chaos->random >> 8) % bound;
}

/* Opens something that never waits long. */
static void open_something(struct chaos *chaos, struct stint_sockets *sockets)
{
    const enum stint_socket_type type = below(chaos, 4) == 0 ? STINT_DATAGRAM : STINT_STREAM;
    const int descriptor = stint_socket(sockets, STINT_IPV4, type);
    (void)stint_set_option(sockets, descriptor, STINT_OPTION_RECEIVE_TIMEOUT, 2000);
    (void)stint_set_option(sockets, descriptor, STINT_OPTION_SEND_TIMEOUT, 2000);
    (void)stint_set_nonblocking(sockets, descriptor, below(chaos, 2) == 0);
}

static void select_something(struct chaos *chaos, struct stint_sockets *sockets)
{
    uint32_t word = 1u << below(chaos, DESCRIPTORS);
    struct stint_descriptor_set set = {&word, 1};
    struct stint_poll_entry entries[] = {
        {(int)below(chaos, DESCRIPTORS), STINT_READABLE, 0},
        {(int)below(chaos, DESCRIPTORS), STINT_WRITABLE, 0},
    };
    (void)stint_select(sockets, DESCRIPTORS, &set, NULL, NULL, stint_microseconds(500));
    (void)stint_poll(sockets, entries, 2, stint_microseconds(500));
}

static void name_something(struct chaos *chaos, struct stint_sockets *sockets, int descriptor)
{
    struct stint_endpoint name;
    int64_t value;
    (void)stint_local_endpoint(sockets, descriptor, &name);
    (void)stint_remote_endpoint(sockets, descriptor, &name);
    (void)stint_get_option(sockets, descriptor, STINT_OPTION_ERROR, &value);
    (void)stint_set_option(sockets, descriptor, STINT_OPTION_LINGER, (int64_t)below(chaos, 2) - 1);
    (void)stint_readable_bytes(sockets, descriptor);
}

static void do_something(struct chaos *chaos)
{
    struct pair_host *host = &chaos->pair->hosts[below(chaos, 2)];
    struct stint_sockets *sockets = &host->sockets;
    const int descriptor = (int)below(chaos, DESCRIPTORS);
    const struct stint_endpoint remote = pair_at(
        (uint8_t)(host == &chaos->pair->hosts[0] ? 2 : 1), (uint16_t)(PORT + below(chaos, 2)));
    const struct stint_endpoint local = pair_at(0, (uint16_t)(PORT + below(chaos, 2)));
    uint8_t bytes[3000] = {0};
    const size_t length = below(chaos, sizeof bytes);
    switch (below(chaos, 16)) {
    case 0:
    case 10:
    case 11:
    case 12:
        open_something(chaos, sockets);
        return;
    case 1:
        (void)stint_close(sockets, descriptor);
        return;
    case 2:
    case 13:
        (void)stint_connect(sockets, descriptor, &remote);
        return;
    case 3:
        (void)stint_bind(sockets, descriptor, &local);
        (void)stint_listen(sockets, descriptor, 2);
        return;
    case 4:
    case 14:
        (void)stint_accept(sockets, descriptor, NULL);
        return;
    case 5:
    case 15:
        (void)stint_send(sockets, descriptor, stint_view_of(bytes, length), below(chaos, 16));
        return;
    case 6:
        (void)receive_into(sockets, descriptor, bytes, length, below(chaos, 8));
        return;
    case 7:
        (void)stint_shutdown(sockets, descriptor, (enum stint_shutdown_how)below(chaos, 3));
        return;
    case 8:
        select_something(chaos, sockets);
        return;
    default:
        name_something(chaos, sockets, descriptor);
        return;
    }
}

static void *cause_chaos(void *context)
{
    struct chaos *chaos = (struct chaos *)context;
    for (unsigned i = 0; i < ROUNDS; i++) {
        do_something(chaos);
    }
    return NULL;
}

static void many_tasks_on_the_same_descriptors_leave_nothing_behind(void **state)
{
    struct pair *pair = *state;
    struct chaos chaos[TASKS];
    for (unsigned i = 0; i < TASKS; i++) {
        chaos[i] = (struct chaos){.pair = pair, .random = i + 1};
        assert_int_equal(pthread_create(&chaos[i].thread, NULL, cause_chaos, &chaos[i]), 0);
    }
    for (unsigned i = 0; i < TASKS; i++) {
        pthread_join(chaos[i].thread, NULL);
    }
    for (unsigned i = 0; i < 2; i++) {
        struct pair_host *host = &pair->hosts[i];
        for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
            (void)stint_set_option(&host->sockets, descriptor, STINT_OPTION_LINGER, 0);
            (void)stint_close(&host->sockets, descriptor);
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        struct pair_host *host = &pair->hosts[i];
        assert_true(pair_wait_for_no_connections(host));
        stint_sockets_lock(&host->sockets);
        assert_int_equal(host->sockets.open, 0);
        assert_null(host->sockets.first_selector);
        assert_int_equal(host->stack.arena.in_use, 0);
        stint_sockets_unlock(&host->sockets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_tasks_on_the_same_descriptors_leave_nothing_behind,
            start_with_few_descriptors, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

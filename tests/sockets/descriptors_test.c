/* Tests of descriptors: how many, of what kind, closed ones, and numbers that are used again.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

enum { PORT = 7000 };

static int start_with_three(void **state)
{
    *state = pair_start((struct pair_options){.descriptors = 3});
    return *state == NULL;
}

static void families_and_types_that_there_are_not_say_so(void **state)
{
    struct stint_sockets *sockets = near(*state);
    assert_int_equal(stint_socket(sockets, STINT_IPV6, STINT_STREAM), -STINT_EAFNOSUPPORT);
    assert_int_equal(
        stint_socket(sockets, (enum stint_socket_family)99, STINT_STREAM), -STINT_EAFNOSUPPORT);
    assert_int_equal(
        stint_socket(sockets, STINT_IPV4, (enum stint_socket_type)99), -STINT_EPROTONOSUPPORT);
    assert_int_equal(sockets->open, 0);
}

static void a_descriptor_knows_what_it_is(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const enum stint_socket_type types[] = {STINT_STREAM, STINT_DATAGRAM, STINT_ECHO};
    for (unsigned i = 0; i < 3; i++) {
        const int descriptor = stint_socket(sockets, STINT_IPV4, types[i]);
        assert_int_equal(stint_socket_family_of(sockets, descriptor), STINT_IPV4);
        assert_int_equal(stint_socket_type_of(sockets, descriptor), types[i]);
        assert_int_equal(stint_socket_is_listening(sockets, descriptor), 0);
        assert_int_equal(stint_is_nonblocking(sockets, descriptor), 0);
        assert_int_equal(stint_set_nonblocking(sockets, descriptor, true), 0);
        assert_int_equal(stint_is_nonblocking(sockets, descriptor), 1);
        assert_int_equal(stint_readable_bytes(sockets, descriptor), 0);
    }
    const int listener = new_listener(sockets, PORT);
    assert_int_equal(stint_socket_is_listening(sockets, listener), 1);
    assert_int_equal(stint_readable_bytes(sockets, listener), -STINT_EINVAL);
}

static void when_all_descriptors_are_open_the_next_says_so(void **state)
{
    struct stint_sockets *sockets = near(*state);
    int descriptor = -1;
    for (unsigned i = 0; i < 3; i++) {
        descriptor = new_stream(sockets);
    }
    assert_int_equal(stint_socket(sockets, STINT_IPV4, STINT_STREAM), -STINT_EMFILE);
    assert_int_equal(sockets->open_high_water, 3);
    assert_int_equal(stint_close(sockets, descriptor), 0);
    assert_int_equal(stint_socket(sockets, STINT_IPV4, STINT_STREAM), descriptor);
}

static void the_lowest_free_descriptor_is_the_next(void **state)
{
    struct stint_sockets *sockets = near(*state);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(new_stream(sockets), (int)i);
    }
    assert_int_equal(stint_close(sockets, 2), 0);
    assert_int_equal(stint_close(sockets, 0), 0);
    for (unsigned again = 0; again < 5; again++) {
        assert_int_equal(new_stream(sockets), 0);
        assert_int_equal(stint_close(sockets, 0), 0);
    }
}

static void an_accept_without_a_free_descriptor_leaves_the_connection_in_the_queue(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    const int spare[] = {new_stream(far(pair)), new_stream(far(pair))};
    const struct stint_endpoint remote = pair_at(2, PORT);
    assert_int_equal(stint_set_nonblocking(far(pair), listener, true), 0);
    assert_int_equal(stint_accept(far(pair), listener, NULL), -STINT_EAGAIN);
    assert_int_equal(stint_connect(near(pair), new_stream(near(pair)), &remote), 0);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], listener, STINT_READABLE));
    assert_int_equal(stint_accept(far(pair), listener, NULL), -STINT_EMFILE);
    assert_int_equal(stint_close(far(pair), spare[1]), 0);
    assert_int_equal(stint_accept(far(pair), listener, NULL), spare[1]);
}

static void when_the_stack_has_no_record_left_the_descriptor_goes_back(void **state)
{
    struct stint_sockets *sockets = near(*state);
    int last = 0;
    while (last >= 0) {
        last = stint_socket(sockets, STINT_IPV4, STINT_ECHO);
    }
    assert_int_equal(last, -STINT_ENOBUFS);
    assert_int_equal(sockets->open, 4);
}

static void every_call_refuses_what_is_not_open(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const int closed = new_stream(sockets);
    assert_int_equal(stint_close(sockets, closed), 0);
    const int table[] = {-1, closed, PAIR_DESCRIPTORS, INT32_MAX};
    for (unsigned i = 0; i < 4; i++) {
        const int bad = table[i];
        struct stint_endpoint endpoint = pair_at(1, PORT);
        uint8_t bytes[4] = {0};
        int64_t value;
        assert_int_equal(stint_close(sockets, bad), -STINT_EBADF);
        assert_int_equal(stint_bind(sockets, bad, &endpoint), -STINT_EBADF);
        assert_int_equal(stint_listen(sockets, bad, 1), -STINT_EBADF);
        assert_int_equal(stint_accept(sockets, bad, NULL), -STINT_EBADF);
        assert_int_equal(stint_connect(sockets, bad, &endpoint), -STINT_EBADF);
        assert_int_equal(stint_shutdown(sockets, bad, STINT_SHUT_BOTH), -STINT_EBADF);
        assert_int_equal(stint_local_endpoint(sockets, bad, &endpoint), -STINT_EBADF);
        assert_int_equal(stint_remote_endpoint(sockets, bad, &endpoint), -STINT_EBADF);
        assert_int_equal(stint_set_nonblocking(sockets, bad, true), -STINT_EBADF);
        assert_int_equal(stint_is_nonblocking(sockets, bad), -STINT_EBADF);
        assert_int_equal(stint_readable_bytes(sockets, bad), -STINT_EBADF);
        assert_int_equal(stint_socket_family_of(sockets, bad), -STINT_EBADF);
        assert_int_equal(stint_socket_type_of(sockets, bad), -STINT_EBADF);
        assert_int_equal(stint_socket_is_listening(sockets, bad), -STINT_EBADF);
        assert_int_equal(stint_send(sockets, bad, stint_view_of(bytes, 4), 0), -STINT_EBADF);
        assert_int_equal(receive_into(sockets, bad, bytes, 4, 0), -STINT_EBADF);
        assert_int_equal(stint_get_option(sockets, bad, STINT_OPTION_ERROR, &value), -STINT_EBADF);
        assert_int_equal(stint_set_option(sockets, bad, STINT_OPTION_NO_DELAY, 1), -STINT_EBADF);
        assert_int_equal(stint_readiness_of(sockets, bad), STINT_NOT_OPEN);
    }
}

static void calls_of_streams_refuse_datagrams(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const enum stint_socket_type types[] = {STINT_DATAGRAM, STINT_ECHO};
    for (unsigned i = 0; i < 2; i++) {
        const int descriptor = stint_socket(sockets, STINT_IPV4, types[i]);
        assert_int_equal(stint_listen(sockets, descriptor, 1), -STINT_EOPNOTSUPP);
        assert_int_equal(stint_accept(sockets, descriptor, NULL), -STINT_EOPNOTSUPP);
    }
}

static void a_stream_in_the_wrong_state_says_so(void **state)
{
    struct pair *pair = *state;
    struct stint_sockets *sockets = near(pair);
    uint8_t bytes[4] = {0};
    struct stint_endpoint name = pair_at(0, PORT);
    const int fresh = new_stream(sockets);
    assert_int_equal(stint_accept(sockets, fresh, NULL), -STINT_EINVAL);
    assert_int_equal(receive_into(sockets, fresh, bytes, 4, 0), -STINT_ENOTCONN);
    assert_int_equal(stint_send(sockets, fresh, stint_view_of(bytes, 4), 0), -STINT_EPIPE);
    assert_int_equal(stint_shutdown(sockets, fresh, STINT_SHUT_WRITE), -STINT_ENOTCONN);
    assert_int_equal(stint_shutdown(sockets, fresh, (enum stint_shutdown_how)7), -STINT_EINVAL);
    assert_int_equal(stint_remote_endpoint(sockets, fresh, &name), -STINT_ENOTCONN);

    const int listener = new_listener(sockets, PORT);
    assert_int_equal(stint_bind(sockets, listener, &name), -STINT_EINVAL);
    assert_int_equal(receive_into(sockets, listener, bytes, 4, 0), -STINT_ENOTCONN);
    assert_int_equal(stint_send(sockets, listener, stint_view_of(bytes, 4), 0), -STINT_EPIPE);
    assert_int_equal(stint_listen(sockets, listener, 4), 0);

    const struct ends ends = new_connection(pair);
    assert_int_equal(stint_bind(sockets, ends.near, &name), -STINT_EINVAL);
    assert_int_equal(stint_listen(sockets, ends.near, 4), -STINT_EINVAL);
    assert_int_equal(stint_accept(sockets, ends.near, NULL), -STINT_EINVAL);
}

static void who_slept_on_a_number_that_is_used_again_learns_that_its_own_was_closed(void **state)
{
    struct pair *pair = *state;
    struct pair_host *host = &pair->hosts[0];
    const int listener = new_listener(far(pair), PORT);
    const struct stint_endpoint remote = pair_at(2, PORT);
    const struct ends old = connect_to(pair, listener, PORT);
    uint8_t bytes[8];
    struct pair_task task = {.host = host,
        .descriptor = old.near,
        .bytes = stint_span_of(bytes, sizeof bytes),
        .call = pair_task_receive};
    pair_task_start(&task);
    assert_true(pair_wait_for_sleepers(host, 1));
    atomic_store(&host->held, true);
    assert_int_equal(stint_close(near(pair), old.near), 0);
    const int again = new_stream_numbered(near(pair), old.near);
    assert_int_equal(stint_set_nonblocking(near(pair), again, true), 0);
    assert_int_equal(stint_connect(near(pair), again, &remote), -STINT_EINPROGRESS);
    const int server = stint_accept(far(pair), listener, NULL);
    assert_int_equal(send_text(far(pair), server, "news"), 4);
    assert_true(pair_wait_for_readiness(host, again, STINT_READABLE));
    atomic_store(&host->held, false);
    assert_int_equal(pair_task_join(&task), -STINT_EBADF);
    assert_int_equal(receive_into(near(pair), again, bytes, sizeof bytes, 0), 4);
}

struct churn {
    struct pair *pair;
    atomic_bool stop;
    atomic_uint foreign; /* bytes that came to the wrong reader */
};

/* Reads whatever number 0 to 2 stands for, and never anything but its own byte. */
static void *read_any(void *context)
{
    struct churn *churn = (struct churn *)context;
    while (!atomic_load(&churn->stop)) {
        for (int descriptor = 0; descriptor < 3; descriptor++) {
            uint8_t byte = 0;
            const long got =
                receive_into(near(churn->pair), descriptor, &byte, 1, STINT_MSG_DONTWAIT);
            if (got == 1 && byte != 'x') {
                atomic_fetch_add(&churn->foreign, 1);
            }
        }
    }
    return NULL;
}

static void readers_survive_descriptors_that_come_and_go(void **state)
{
    struct churn churn = {.pair = *state};
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    pthread_t threads[2];
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, read_any, &churn), 0);
    }
    for (unsigned i = 0; i < 200; i++) {
        const struct ends ends = connect_to(pair, listener, PORT);
        assert_int_equal(send_text(far(pair), ends.far, "xx"), 2);
        assert_int_equal(stint_close(near(pair), ends.near), 0);
        assert_int_equal(stint_close(far(pair), ends.far), 0);
    }
    atomic_store(&churn.stop, true);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    assert_int_equal(atomic_load(&churn.foreign), 0);
}

static void an_instance_without_what_it_needs_does_not_start(void **state)
{
    struct pair *pair = *state;
    struct stint_sockets sockets;
    struct stint_sockets_config config = near(pair)->config;
    config.memory.length = stint_sockets_memory_needed(config.descriptors) - 1;
    assert_int_equal(stint_sockets_init(&sockets, &config), STINT_EXHAUSTED);
    config.descriptors = 0;
    assert_int_equal(stint_sockets_init(&sockets, &config), STINT_INVALID);
    config.descriptors = 65001;
    assert_int_equal(stint_sockets_init(&sockets, &config), STINT_INVALID);
    config = near(pair)->config;
    config.wait = NULL;
    assert_int_equal(stint_sockets_init(&sockets, &config), STINT_INVALID);
}

static void every_error_has_words_of_its_own(void **state)
{
    (void)state;
    for (int a = STINT_EOK; a <= STINT_EFAULT; a++) {
        assert_string_not_equal(stint_error_describe((enum stint_error)a), "unknown error");
        for (int b = STINT_EOK; b < a; b++) {
            assert_string_not_equal(stint_error_describe((enum stint_error)a),
                stint_error_describe((enum stint_error)b));
        }
    }
    assert_string_equal(stint_error_describe((enum stint_error)999), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(families_and_types_that_there_are_not_say_so),
        PAIR_TEST(a_descriptor_knows_what_it_is),
        cmocka_unit_test_setup_teardown(
            when_all_descriptors_are_open_the_next_says_so, start_with_three, stop),
        cmocka_unit_test_setup_teardown(
            the_lowest_free_descriptor_is_the_next, start_with_three, stop),
        cmocka_unit_test_setup_teardown(
            an_accept_without_a_free_descriptor_leaves_the_connection_in_the_queue,
            start_with_three, stop),
        PAIR_TEST(when_the_stack_has_no_record_left_the_descriptor_goes_back),
        PAIR_TEST(every_call_refuses_what_is_not_open),
        PAIR_TEST(calls_of_streams_refuse_datagrams),
        PAIR_TEST(a_stream_in_the_wrong_state_says_so),
        PAIR_TEST(who_slept_on_a_number_that_is_used_again_learns_that_its_own_was_closed),
        cmocka_unit_test_setup_teardown(
            readers_survive_descriptors_that_come_and_go, start_with_three, stop),
        PAIR_TEST(an_instance_without_what_it_needs_does_not_start),
        cmocka_unit_test(every_error_has_words_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

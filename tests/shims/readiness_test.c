/* What poll() says about a descriptor is true of the socket, at every turn of its life.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shims/bench.h"

enum {
    IN = POLLIN,
    OUT = POLLOUT,
    READ_END = POLLIN | POLLRDHUP,
    BOTH_ENDS = POLLIN | POLLRDHUP | POLLHUP,
};

static int pending_error(int fd)
{
    int error = -1;
    socklen_t length = sizeof(error);
    assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length), 0);
    return error;
}

static void a_connection_is_readable_as_long_as_data_lies_there(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 100);
    assert_int_equal(bench_readiness(connection.fd), OUT);
    bench_peer_send(bench, connection.peer, "hello");
    assert_int_equal(bench_await(connection.fd, IN | OUT), IN | OUT);
    char bytes[8];
    assert_int_equal(read(connection.fd, bytes, 4), 4);
    assert_int_equal(bench_readiness(connection.fd), IN | OUT);
    assert_int_equal(read(connection.fd, bytes, sizeof(bytes)), 1);
    assert_int_equal(bench_readiness(connection.fd), OUT);
    assert_int_equal(recv(connection.fd, bytes, sizeof(bytes), MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
    bench_disconnect(bench, connection);
}

static void a_peek_leaves_it_readable(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 101);
    bench_peer_send(bench, connection.peer, "hello");
    char bytes[8];
    assert_int_equal(recv(connection.fd, bytes, sizeof(bytes), MSG_PEEK), 5);
    assert_int_equal(bench_readiness(connection.fd), IN | OUT);
    assert_int_equal(recv(connection.fd, bytes, sizeof(bytes), 0), 5);
    assert_int_equal(bench_readiness(connection.fd), OUT);
    bench_disconnect(bench, connection);
}

static void the_peers_end_is_readable_for_ever(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 102);
    bench_peer_send(bench, connection.peer, "last");
    assert_int_equal(stint_shutdown(bench->peer, connection.peer, STINT_SHUT_WRITE), 0);
    assert_int_equal(bench_await(connection.fd, READ_END | OUT), READ_END | OUT);
    char bytes[8];
    assert_int_equal(read(connection.fd, bytes, sizeof(bytes)), 4);
    assert_int_equal(read(connection.fd, bytes, sizeof(bytes)), 0);
    assert_int_equal(bench_readiness(connection.fd), READ_END | OUT);
    assert_int_equal(shutdown(connection.fd, SHUT_WR), 0);
    assert_int_equal(bench_await(connection.fd, BOTH_ENDS | OUT), BOTH_ENDS | OUT);
    bench_disconnect(bench, connection);
}

static void a_reset_shows_an_error_until_it_is_told(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 103);
    assert_int_equal(stint_set_option(bench->peer, connection.peer, STINT_OPTION_LINGER, 0), 0);
    assert_int_equal(stint_close(bench->peer, connection.peer), 0);
    assert_int_equal(
        bench_await(connection.fd, BOTH_ENDS | OUT | POLLERR), BOTH_ENDS | OUT | POLLERR);
    assert_int_equal(pending_error(connection.fd), ECONNRESET);
    assert_int_equal(bench_readiness(connection.fd), BOTH_ENDS | OUT);
    assert_int_equal(close(connection.fd), 0);
}

static void a_full_connection_is_not_writable_until_the_peer_reads(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 104);
    const size_t filled = bench_fill(bench, connection.fd);
    assert_true(filled >= BENCH_BUFFER);
    assert_int_equal(bench_readiness(connection.fd), 0);
    uint8_t *bytes = malloc(filled);
    for (size_t got = 0; got < filled;) {
        const long more = stint_receive(
            bench->peer, connection.peer, stint_span_of(bytes + got, filled - got), 0);
        assert_true(more > 0);
        got += (size_t)more;
    }
    free(bytes);
    assert_int_equal(bench_await(connection.fd, OUT), OUT);
    bench_disconnect(bench, connection);
}

static void a_full_connection_still_becomes_readable(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 105);
    bench_fill(bench, connection.fd);
    bench_peer_send(bench, connection.peer, "x");
    assert_int_equal(bench_await(connection.fd, IN), IN);
    char byte = 0;
    assert_int_equal(read(connection.fd, &byte, 1), 1);
    assert_int_equal(bench_readiness(connection.fd), 0);
    bench_disconnect(bench, connection);
}

static void a_listener_is_readable_while_connections_wait(void **state)
{
    struct bench *bench = *state;
    const int listener = bench_listen(80);
    assert_int_equal(bench_readiness(listener), 0);
    const int first = bench_peer_connect(bench, 80);
    const int second = bench_peer_connect(bench, 80);
    assert_int_equal(bench_await(listener, IN), IN);
    const int one = accept(listener, NULL, NULL);
    assert_true(one >= 0);
    assert_int_equal(bench_await(listener, IN), IN);
    const int two = accept(listener, NULL, NULL);
    assert_true(two >= 0);
    assert_int_equal(bench_readiness(listener), 0);
    assert_int_equal(bench_readiness(two), OUT);
    assert_int_equal(close(one) + close(two) + close(listener), 0);
    stint_close(bench->peer, first);
    stint_close(bench->peer, second);
}

static void an_accepted_connection_shows_what_came_before(void **state)
{
    struct bench *bench = *state;
    const int listener = bench_listen(81);
    const int peer = bench_peer_connect(bench, 81);
    bench_peer_send(bench, peer, "early");
    assert_int_equal(stint_close(bench->peer, peer), 0);
    const int fd = accept(listener, NULL, NULL);
    assert_true(fd >= 0);
    assert_int_equal(bench_await(fd, READ_END | OUT), READ_END | OUT);
    char bytes[8];
    assert_int_equal(read(fd, bytes, sizeof(bytes)), 5);
    assert_int_equal(close(fd) + close(listener), 0);
}

static void a_fresh_stream_is_no_end(void **state)
{
    (void)state;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bench_readiness(fd) & (POLLERR | POLLRDHUP), 0);
    assert_int_equal(close(fd), 0);
}

static void a_handshake_ends_writable(void **state)
{
    struct bench *bench = *state;
    const int listener = bench_peer_listen(bench, 106);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const struct sockaddr_in address = bench_address(2, 106);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), -1);
    assert_int_equal(errno, EINPROGRESS);
    assert_int_equal(bench_await(fd, OUT), OUT);
    assert_int_equal(pending_error(fd), 0);
    assert_int_equal(close(fd), 0);
    stint_close(bench->peer, listener);
}

static void a_silent_peer_leaves_a_handshake_ready_for_nothing(void **state)
{
    (void)state;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const struct sockaddr_in address = bench_address(99, 1);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), -1);
    assert_int_equal(errno, EINPROGRESS);
    assert_int_equal(bench_readiness(fd), 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), -1);
    assert_int_equal(errno, EALREADY);
    assert_int_equal(close(fd), 0);
}

static void a_refused_connection_shows_an_error(void **state)
{
    (void)state;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const struct sockaddr_in address = bench_address(2, 107);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), -1);
    assert_int_equal(errno, EINPROGRESS);
    assert_int_equal(bench_await(fd, BOTH_ENDS | OUT | POLLERR), BOTH_ENDS | OUT | POLLERR);
    assert_int_equal(pending_error(fd), ECONNREFUSED);
    assert_int_equal(close(fd), 0);
}

static void a_datagram_socket_is_readable_while_datagrams_wait(void **state)
{
    struct bench *bench = *state;
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    const struct sockaddr_in local = bench_address(1, 53);
    assert_int_equal(bind(fd, (const struct sockaddr *)&local, sizeof(local)), 0);
    assert_int_equal(bench_readiness(fd), OUT);
    const int peer = bench_peer_datagrams(bench, 54);
    struct stint_endpoint remote = bench_endpoint(1, 53);
    assert_int_equal(stint_connect(bench->peer, peer, &remote), 0);
    bench_peer_send(bench, peer, "one");
    bench_peer_send(bench, peer, "two");
    assert_int_equal(bench_await(fd, IN | OUT), IN | OUT);
    char bytes[8];
    assert_int_equal(recv(fd, bytes, sizeof(bytes), 0), 3);
    assert_int_equal(recv(fd, bytes, sizeof(bytes), 0), 3);
    assert_int_equal(bench_readiness(fd), OUT);
    assert_int_equal(close(fd), 0);
    stint_close(bench->peer, peer);
}

static void readable_means_that_bytes_lie_there_whatever_the_order_of_calls(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 108);
    unsigned random = 1;
    long sent = 0;
    long got = 0;
    for (int step = 0; step < 2000; step++) {
        static uint8_t bytes[1400];
        random = random * 1103515245u + 12345u;
        const size_t length = random / 65536u % (sizeof(bytes) / 2) + 1;
        if ((random & 0x1000) != 0 && sent - got < BENCH_BUFFER / 2) {
            sent += stint_send(bench->peer, connection.peer, stint_view_of(bytes, length), 0);
        } else {
            /* Readers are a little faster, so that they often find nothing more. */
            const ssize_t more = recv(connection.fd, bytes, 2 * length, MSG_DONTWAIT);
            got += more > 0 ? more : 0;
        }
        int before = 0;
        int after = 0;
        assert_int_equal(ioctl(connection.fd, FIONREAD, &before), 0);
        const bool readable = (bench_readiness(connection.fd) & POLLIN) != 0;
        assert_int_equal(ioctl(connection.fd, FIONREAD, &after), 0);
        /* More may come in between, but nothing goes. */
        assert_true(readable || before == 0);
        assert_true(!readable || after > 0);
    }
    bench_disconnect(bench, connection);
}

#define ON_A_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_begin, bench_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_BENCH(a_connection_is_readable_as_long_as_data_lies_there),
        ON_A_BENCH(a_peek_leaves_it_readable),
        ON_A_BENCH(the_peers_end_is_readable_for_ever),
        ON_A_BENCH(a_reset_shows_an_error_until_it_is_told),
        ON_A_BENCH(a_full_connection_is_not_writable_until_the_peer_reads),
        ON_A_BENCH(a_full_connection_still_becomes_readable),
        ON_A_BENCH(a_listener_is_readable_while_connections_wait),
        ON_A_BENCH(an_accepted_connection_shows_what_came_before),
        ON_A_BENCH(a_fresh_stream_is_no_end),
        ON_A_BENCH(a_handshake_ends_writable),
        ON_A_BENCH(a_silent_peer_leaves_a_handshake_ready_for_nothing),
        ON_A_BENCH(a_refused_connection_shows_an_error),
        ON_A_BENCH(a_datagram_socket_is_readable_while_datagrams_wait),
        ON_A_BENCH(readable_means_that_bytes_lie_there_whatever_the_order_of_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

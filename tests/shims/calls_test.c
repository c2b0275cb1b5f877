/* Calls that move bytes, name ends and set options answer as Linux does.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "shims/bench.h"

/* What the peer has received, of `length` bytes to come. */
static const char *peer_received(struct bench *bench, int peer, size_t length)
{
    static uint8_t bytes[256];
    assert_true(length < sizeof(bytes));
    memset(bytes, 0, sizeof(bytes));
    for (size_t got = 0; got < length;) {
        const long more =
            stint_receive(bench->peer, peer, stint_span_of(bytes + got, length - got), 0);
        assert_true(more > 0);
        got += (size_t)more;
    }
    return (const char *)bytes;
}

static int option_of(int fd, int level, int name)
{
    int value = -1;
    socklen_t length = sizeof(value);
    assert_int_equal(getsockopt(fd, level, name, &value, &length), 0);
    return value;
}

static void both_ends_have_names(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 500);
    struct sockaddr_in name;
    socklen_t length = sizeof(name);
    assert_int_equal(getpeername(connection.fd, (struct sockaddr *)&name, &length), 0);
    const struct sockaddr_in peer = bench_address(2, 500);
    assert_memory_equal(&name, &peer, sizeof(name));
    assert_int_equal(getsockname(connection.fd, (struct sockaddr *)&name, &length), 0);
    assert_int_equal(name.sin_addr.s_addr, bench_address(1, 0).sin_addr.s_addr);
    assert_int_not_equal(name.sin_port, 0);
    bench_disconnect(bench, connection);
}

static void pieces_are_sent_and_received_in_order(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 501);
    char words[] = "onetwothree";
    struct iovec pieces[3] = {{words, 3}, {words + 3, 3}, {words + 6, 5}};
    assert_int_equal(writev(connection.fd, pieces, 3), 11);
    assert_string_equal(peer_received(bench, connection.peer, 11), "onetwothree");
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
    assert_int_equal(sendmsg(connection.fd, &message, 0), 6);
    assert_string_equal(peer_received(bench, connection.peer, 6), "onetwo");

    bench_peer_send(bench, connection.peer, "fourfive!!!");
    char left[5] = "";
    char right[8] = "";
    struct iovec into[2] = {{left, 4}, {right, 7}};
    assert_int_equal(recv(connection.fd, left, 1, MSG_PEEK), 1);
    assert_int_equal(readv(connection.fd, into, 2), 11);
    assert_string_equal(left, "four");
    assert_string_equal(right, "five!!!");
    bench_disconnect(bench, connection);
}

static void waiting_for_all_takes_several_arrivals(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 502);
    char bytes[16] = "";
    bench_peer_send(bench, connection.peer, "abc");
    assert_int_equal(bench_await(connection.fd, POLLIN | POLLOUT), POLLIN | POLLOUT);
    bench_peer_send(bench, connection.peer, "def");
    stint_shutdown(bench->peer, connection.peer, STINT_SHUT_WRITE);
    assert_int_equal(recv(connection.fd, bytes, 5, MSG_WAITALL), 5);
    assert_string_equal(bytes, "abcde");
    assert_int_equal(recv(connection.fd, bytes, 5, MSG_WAITALL), 1); /* cut short by the end */
    bench_disconnect(bench, connection);
}

static void a_file_is_sent_from_where_it_stands(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 503);
    FILE *file = tmpfile();
    assert_int_equal(pwrite(fileno(file), "0123456789", 10, 0), 10);
    assert_int_equal(lseek(fileno(file), 2, SEEK_SET), 2);
    assert_int_equal(sendfile(connection.fd, fileno(file), NULL, 3), 3);
    assert_string_equal(peer_received(bench, connection.peer, 3), "234");
    assert_int_equal(lseek(fileno(file), 0, SEEK_CUR), 5);
    off_t offset = 7;
    assert_int_equal(sendfile(connection.fd, fileno(file), &offset, 100), 3);
    assert_string_equal(peer_received(bench, connection.peer, 3), "789");
    assert_int_equal(offset, 10);
    assert_int_equal(lseek(fileno(file), 0, SEEK_CUR), 5);
    fclose(file);
    bench_disconnect(bench, connection);
}

static void datagrams_keep_their_bounds_and_senders(void **state)
{
    struct bench *bench = *state;
    const int peer = bench_peer_datagrams(bench, 504);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    const struct sockaddr_in to = bench_address(2, 504);
    assert_int_equal(sendto(fd, "ping", 4, 0, (const struct sockaddr *)&to, sizeof(to)), 4);
    struct sockaddr_in own;
    socklen_t length = sizeof(own);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &length), 0);
    assert_string_equal(peer_received(bench, peer, 4), "ping");

    const struct stint_endpoint back = bench_endpoint(1, ntohs(own.sin_port));
    assert_int_equal(stint_connect(bench->peer, peer, &back), 0);
    bench_peer_send(bench, peer, "a long answer");
    bench_peer_send(bench, peer, "second");
    char bytes[16] = "";
    struct sockaddr_in from = {0};
    struct iovec into = {bytes, 6};
    struct msghdr message = {
        .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &into, .msg_iovlen = 1};
    assert_int_equal(recvmsg(fd, &message, 0), 6);
    assert_int_equal(message.msg_flags & MSG_TRUNC, MSG_TRUNC);
    assert_memory_equal(&from, &to, sizeof(from));
    length = sizeof(from);
    assert_int_equal(recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &length), 6);
    assert_memory_equal(bytes, "second", 6);
    close(fd);
    stint_close(bench->peer, peer);
}

static void several_datagrams_go_in_one_call(void **state)
{
    struct bench *bench = *state;
    const int peer = bench_peer_datagrams(bench, 505);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    const struct sockaddr_in to = bench_address(2, 505);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
    char bytes[2][4] = {"one", "two"};
    struct iovec pieces[2] = {{bytes[0], 3}, {bytes[1], 3}};
    struct mmsghdr messages[2] = {{.msg_hdr = {.msg_iov = &pieces[0], .msg_iovlen = 1}},
        {.msg_hdr = {.msg_iov = &pieces[1], .msg_iovlen = 1}}};
    assert_int_equal(sendmmsg(fd, messages, 2, 0), 2);
    assert_string_equal(peer_received(bench, peer, 3), "one");
    assert_string_equal(peer_received(bench, peer, 3), "two");
    struct sockaddr_in own;
    socklen_t length = sizeof(own);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &length), 0);
    const struct stint_endpoint back = bench_endpoint(1, ntohs(own.sin_port));
    assert_int_equal(stint_connect(bench->peer, peer, &back), 0);
    bench_peer_send(bench, peer, "uno");
    assert_int_equal(recvmmsg(fd, messages, 2, MSG_WAITFORONE, NULL), 1);
    assert_int_equal(messages[0].msg_len, 3);
    assert_memory_equal(bytes[0], "uno", 3);
    close(fd);
    stint_close(bench->peer, peer);
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
    (void)number;
    signals++;
}

static void writing_after_the_end_raises_a_signal_unless_told_not_to(void **state)
{
    struct bench *bench = *state;
    struct sigaction action = {.sa_handler = count_signal};
    struct sigaction before;
    assert_int_equal(sigaction(SIGPIPE, &action, &before), 0);
    const struct bench_connection connection = bench_connect(bench, 506);
    assert_int_equal(shutdown(connection.fd, SHUT_WR), 0);
    signals = 0;
    assert_int_equal(send(connection.fd, "x", 1, MSG_NOSIGNAL), -1);
    assert_int_equal(errno, EPIPE);
    assert_int_equal(signals, 0);
    assert_int_equal(write(connection.fd, "x", 1), -1);
    assert_int_equal(errno, EPIPE);
    assert_int_equal(signals, 1);
    sigaction(SIGPIPE, &before, NULL);
    bench_disconnect(bench, connection);
}

struct bench_late {
    struct bench *bench;
    int peer;
};

/* Runs with the signal blocked, so that it interrupts the test's own thread. */
static void *send_late(void *context)
{
    const struct bench_late *late = context;
    usleep(150000);
    (void)stint_send(late->bench->peer, late->peer, stint_view_of("x", 1), 0);
    return NULL;
}

static void a_signal_interrupts_or_restarts_a_read_as_its_handler_says(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 507);
    const struct itimerval soon = {.it_value = {.tv_usec = 50000}};
    struct sigaction action = {.sa_handler = count_signal};
    char byte = 0;
    signals = 0;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    assert_int_equal(read(connection.fd, &byte, 1), -1);
    assert_int_equal(errno, EINTR);
    assert_int_equal(signals, 1);

    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    struct bench_late late = {bench, connection.peer};
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    pthread_t thread;
    pthread_sigmask(SIG_BLOCK, &alarm_only, NULL);
    assert_int_equal(pthread_create(&thread, NULL, send_late, &late), 0);
    pthread_sigmask(SIG_UNBLOCK, &alarm_only, NULL);
    assert_int_equal(read(connection.fd, &byte, 1), 1);
    pthread_join(thread, NULL);
    assert_int_equal(signals, 2);
    signal(SIGALRM, SIG_DFL);
    bench_disconnect(bench, connection);
}

static void a_receive_timeout_ends_a_read(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 508);
    const struct timeval timeout = {.tv_usec = 30000};
    struct timeval answer = {0};
    socklen_t length = sizeof(answer);
    assert_int_equal(
        setsockopt(connection.fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)), 0);
    assert_int_equal(getsockopt(connection.fd, SOL_SOCKET, SO_RCVTIMEO, &answer, &length), 0);
    assert_true(answer.tv_usec >= 30000);
    char byte = 0;
    assert_int_equal(read(connection.fd, &byte, 1), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(
        setsockopt(connection.fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)), 0);
    bench_fill(bench, connection.fd);
    assert_int_equal(write(connection.fd, &byte, 1), -1);
    assert_int_equal(errno, EAGAIN);
    bench_disconnect(bench, connection);
}

static void connecting_fails_with_what_happened(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 509);
    struct sockaddr_in address = bench_address(2, 509);
    const struct sockaddr *to = (const struct sockaddr *)&address;
    assert_int_equal(connect(connection.fd, to, sizeof(address)), -1);
    assert_int_equal(errno, EISCONN);
    assert_int_equal(connect(connection.fd, to, 4), -1);
    assert_int_equal(errno, EINVAL);
    bench_disconnect(bench, connection);

    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, to, sizeof(address)), -1);
    assert_int_equal(errno, ECONNREFUSED);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, to, sizeof(address)), -1);
    assert_int_equal(errno, ECONNREFUSED);       /* it is this stack's own, where nobody listens */
    address.sin_addr.s_addr = htonl(0xc6336401); /* 198.51.100.1 */
    assert_int_equal(connect(fd, to, sizeof(address)), -1);
    assert_int_equal(errno, ENETUNREACH);
    /* The same descriptor may try again. */
    const int listener = bench_peer_listen(bench, 510);
    address = bench_address(2, 510);
    assert_int_equal(connect(fd, to, sizeof(address)), 0);
    assert_int_equal(bench_readiness(fd), POLLOUT);
    const int peer = stint_accept(bench->peer, listener, NULL);
    bench_peer_send(bench, peer, "x");
    char byte = 0;
    assert_int_equal(read(fd, &byte, 1), 1);
    close(fd);
    stint_close(bench->peer, peer);
    stint_close(bench->peer, listener);
}

static void options_are_kept_and_facts_are_told(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 511);
    const int on = 1;
    const int seconds = 40;
    const struct linger linger = {.l_onoff = 1, .l_linger = 3};
    struct linger answer = {0};
    socklen_t length = sizeof(answer);
    const int fd = connection.fd;
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), 0);
    assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof(seconds)), 0);
    assert_int_equal(option_of(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
    assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_KEEPIDLE), 40);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
    assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_LINGER, &answer, &length), 0);
    assert_memory_equal(&answer, &linger, sizeof(linger));
    assert_int_equal(option_of(fd, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    assert_int_equal(option_of(fd, SOL_SOCKET, SO_DOMAIN), AF_INET);
    assert_int_equal(option_of(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
    assert_true(option_of(fd, SOL_SOCKET, SO_SNDBUF) >= BENCH_BUFFER);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on)), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5), -1);
    assert_int_equal(errno, ENOPROTOOPT);
    bench_disconnect(bench, connection);
}

#define ON_A_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_begin, bench_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_BENCH(both_ends_have_names),
        ON_A_BENCH(pieces_are_sent_and_received_in_order),
        ON_A_BENCH(waiting_for_all_takes_several_arrivals),
        ON_A_BENCH(a_file_is_sent_from_where_it_stands),
        ON_A_BENCH(datagrams_keep_their_bounds_and_senders),
        ON_A_BENCH(several_datagrams_go_in_one_call),
        ON_A_BENCH(writing_after_the_end_raises_a_signal_unless_told_not_to),
        ON_A_BENCH(a_signal_interrupts_or_restarts_a_read_as_its_handler_says),
        ON_A_BENCH(a_receive_timeout_ends_a_read),
        ON_A_BENCH(connecting_fails_with_what_happened),
        ON_A_BENCH(options_are_kept_and_facts_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

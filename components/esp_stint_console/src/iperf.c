/* iperf: the rate of a TCP stream, with iperf 2 at the other end.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "esp_timer.h"
#include "hosts.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PORT = 5001, BLOCK = 4096, MICROSECONDS = 1000000, SEND_SECONDS = 10, ACCEPT_SECONDS = 60 };

struct iperf {
    const char *command;
    struct stint_sockets *sockets;
    uint32_t port;
    uint32_t seconds; /* 0: as the role has it */
    uint8_t *block;
};

static int complain(const struct iperf *iperf, const char *what, long result)
{
    printf("%s: %s: %s\n", iperf->command, what, stint_error_describe((enum stint_error)(-result)));
    return 1;
}

static void report(int64_t began, uint64_t bytes)
{
    const uint64_t took = (uint64_t)(esp_timer_get_time() - began) + 1;
    const uint64_t hundredths = bytes * 800 / took; /* of Mbit/s: bits in a microsecond */
    printf("%" PRIu64 " bytes in %" PRIu64 ".%03u s: %" PRIu64 ".%02u Mbit/s\n", bytes,
        took / MICROSECONDS, (unsigned)(took % MICROSECONDS / 1000), hundredths / 100,
        (unsigned)(hundredths % 100));
}

/* --- sending --- */

/* Sends for so long; 0, or what ended it. */
static long send_all(struct iperf *iperf, int descriptor)
{
    const int64_t began = esp_timer_get_time();
    const int64_t end =
        began + (int64_t)(iperf->seconds == 0 ? SEND_SECONDS : iperf->seconds) * MICROSECONDS;
    uint64_t total = 0;
    long sent = 0;
    while (sent >= 0 && esp_timer_get_time() < end) {
        sent = stint_send(iperf->sockets, descriptor, stint_view_of(iperf->block, BLOCK), 0);
        total += sent > 0 ? (uint64_t)sent : 0;
    }
    report(began, total);
    return sent < 0 ? sent : 0;
}

/* A block of zeros, which is also what a client sends that asks for nothing special. */
static int run_client(struct iperf *iperf, const char *host)
{
    struct stint_endpoint remote = {.port = (uint16_t)iperf->port};
    if (host_find(iperf->command, iperf->sockets, host, STINT_DNS_BOTH, &remote.address, 1) == 0) {
        return 1;
    }
    const int descriptor = stint_socket(iperf->sockets, host_family(&remote.address), STINT_STREAM);
    if (descriptor < 0) {
        return complain(iperf, "socket", descriptor);
    }
    const long connected = stint_connect(iperf->sockets, descriptor, &remote);
    const long result = connected < 0 ? connected : send_all(iperf, descriptor);
    (void)stint_close(iperf->sockets, descriptor);
    return result < 0 ? complain(iperf, host_endpoint_text(&remote).text, result) : 0;
}

/* --- receiving --- */

static long receive_all(struct iperf *iperf, int descriptor)
{
    const int64_t began = esp_timer_get_time();
    uint64_t total = 0;
    long got;
    do {
        got = stint_receive(iperf->sockets, descriptor, stint_span_of(iperf->block, BLOCK), 0);
        total += got > 0 ? (uint64_t)got : 0;
    } while (got > 0);
    report(began, total);
    return got;
}

/* A listener of both families where there are two; a negated enum stint_error. */
static int open_listener(struct iperf *iperf)
{
    int descriptor = stint_socket(iperf->sockets, STINT_IPV6, STINT_STREAM);
    struct stint_endpoint local = {stint_address_any_ipv6(), (uint16_t)iperf->port};
    if (descriptor == -STINT_EAFNOSUPPORT) {
        descriptor = stint_socket(iperf->sockets, STINT_IPV4, STINT_STREAM);
        local.address = (struct stint_address){0};
    }
    if (descriptor < 0) {
        return descriptor;
    }
    const int64_t wait = iperf->seconds == 0 ? ACCEPT_SECONDS : iperf->seconds;
    (void)stint_set_option(iperf->sockets, descriptor, STINT_OPTION_REUSE_ADDRESS, 1);
    (void)stint_set_option(
        iperf->sockets, descriptor, STINT_OPTION_RECEIVE_TIMEOUT, wait * MICROSECONDS);
    int result = stint_bind(iperf->sockets, descriptor, &local);
    if (result >= 0) {
        result = stint_listen(iperf->sockets, descriptor, 1);
    }
    if (result < 0) {
        (void)stint_close(iperf->sockets, descriptor);
        return result;
    }
    return descriptor;
}

static int run_server(struct iperf *iperf)
{
    const int listener = open_listener(iperf);
    if (listener < 0) {
        return complain(iperf, "listen", listener);
    }
    printf("%s: waiting for a client on port %" PRIu32 "\n", iperf->command, iperf->port);
    struct stint_endpoint remote;
    const int descriptor = stint_accept(iperf->sockets, listener, &remote);
    (void)stint_close(iperf->sockets, listener);
    if (descriptor == -STINT_EAGAIN) {
        printf("%s: nobody has connected\n", iperf->command);
        return 1;
    }
    if (descriptor < 0) {
        return complain(iperf, "accept", descriptor);
    }
    printf("%s: %s is connected\n", iperf->command, host_endpoint_text(&remote).text);
    (void)stint_set_option(iperf->sockets, descriptor, STINT_OPTION_RECEIVE_TIMEOUT,
        (int64_t)ACCEPT_SECONDS * MICROSECONDS);
    const long result = receive_all(iperf, descriptor);
    (void)stint_close(iperf->sockets, descriptor);
    return result < 0 ? complain(iperf, "receive", result) : 0;
}

int command_iperf(int argc, char **argv)
{
    struct iperf iperf = {.command = argv[0], .port = PORT};
    bool server = false;
    const char *host = NULL;
    const struct option options[] = {
        {.letter = 's', .flag = &server},
        {.letter = 'c', .text = &host},
        {.letter = 'p', .number = &iperf.port, .least = 1, .most = UINT16_MAX},
        {.letter = 't', .number = &iperf.seconds, .least = 1, .most = 86400},
    };
    if (!arguments_read(argc, argv, options, sizeof(options) / sizeof(options[0]), NULL)) {
        return 1;
    }
    if (server == (host != NULL)) {
        printf("%s: either -s or -c HOST\n", argv[0]);
        return 1;
    }
    iperf.sockets = host_sockets(argv[0]);
    if (iperf.sockets == NULL) {
        return 1;
    }
    iperf.block = calloc(1, BLOCK);
    if (iperf.block == NULL) {
        printf("%s: there are no %d bytes of memory\n", argv[0], BLOCK);
        return 1;
    }
    const int result = server ? run_server(&iperf) : run_client(&iperf, host);
    free(iperf.block);
    return result;
}

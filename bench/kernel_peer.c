/* The kernel's end of bench/tap: sends, receives, or opens and closes connections as fast as it
 * can. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *     kernel_peer send|receive|connect ADDRESS PORT SECONDS     prints {"bytes": N, "connections":
 * N, "seconds": S} kernel_peer serve SENDPORT DISCARDPORT                    until it is ended: the
 * counterpart for a run without stint
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024 };

static char chunk[CHUNK];

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int connected(const struct sockaddr_in *to)
{
    const struct timeval patience = {.tv_sec = 2};
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (descriptor >= 0 && connect(descriptor, (const struct sockaddr *)to, sizeof *to) == 0) {
        return descriptor;
    }
    close(descriptor);
    return -1;
}

static ssize_t move(int descriptor, bool sends)
{
    return sends ? send(descriptor, chunk, sizeof chunk, MSG_NOSIGNAL)
                 : recv(descriptor, chunk, sizeof chunk, 0);
}

/* Moves bytes until `end`; how many. */
static uint64_t move_until(int descriptor, bool sends, double end)
{
    uint64_t bytes = 0;
    while (seconds_now() < end) {
        const ssize_t moved = move(descriptor, sends);
        if (moved <= 0) {
            break;
        }
        bytes += (uint64_t)moved;
    }
    return bytes;
}

/* One connection after another until `end`: connect, wait for the peer's FIN, close; how many. */
static uint64_t connect_until(const struct sockaddr_in *to, double end)
{
    uint64_t connections = 0;
    while (seconds_now() < end) {
        const int descriptor = connected(to);
        char byte;
        if (descriptor < 0) {
            break;
        }
        if (recv(descriptor, &byte, 1, 0) == 0) {
            connections++;
        }
        close(descriptor);
    }
    return connections;
}

static int measure(const char *what, const struct sockaddr_in *to, double seconds)
{
    uint64_t bytes = 0;
    uint64_t connections = 0;
    const double begin = seconds_now();
    double from = begin;
    if (strcmp(what, "connect") == 0) {
        connections = connect_until(to, begin + seconds);
    } else {
        const int descriptor = connected(to);
        if (descriptor < 0) {
            return fprintf(stderr, "kernel_peer: connect: %s\n", strerror(errno)), 1;
        }
        const bool sends = strcmp(what, "send") == 0;
        (void)move_until(descriptor, sends, begin + 0.3); /* the congestion window opens */
        from = seconds_now();
        bytes = move_until(descriptor, sends, from + seconds);
        close(descriptor);
    }
    printf("{\"bytes\": %" PRIu64 ", \"connections\": %" PRIu64 ", \"seconds\": %.3f}\n", bytes,
        connections, seconds_now() - from);
    return 0;
}

static int listener_at(uint16_t port)
{
    const int yes = 1;
    const struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(descriptor, (const struct sockaddr *)&here, sizeof here) != 0 ||
        listen(descriptor, 16) != 0) {
        exit(1);
    }
    return descriptor;
}

static void serve(uint16_t port, bool sends)
{
    const int listener = listener_at(port);
    for (;;) {
        const int descriptor = accept(listener, NULL, NULL);
        while (descriptor >= 0 && move(descriptor, sends) > 0) {
        }
        close(descriptor);
    }
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "serve") == 0) {
        const bool sends = fork() == 0;
        serve((uint16_t)atoi(argv[sends ? 2 : 3]), sends);
    }
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (argc != 5 || inet_pton(AF_INET, argv[2], &to.sin_addr) != 1) {
        return fprintf(stderr, "usage: kernel_peer send|receive|connect ADDRESS PORT SECONDS\n"), 2;
    }
    to.sin_port = htons((uint16_t)atoi(argv[3]));
    return measure(argv[1], &to, atof(argv[4]));
}

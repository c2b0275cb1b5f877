/* How much memory a stack takes under four connections whose buffers are all full, in lwIP's calls.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *     memory_on_lwip|memory_on_stint [MEMORY]      prints JSON: bytes in use at each moment
 *
 * Linked once with lwIP and once with stint, as tests/lwip is. First all is read as it comes. Then,
 * in each phase, those who send run until nobody can send more; memory is measured, and those who
 * receive take everything. MEMORY is in bytes, for stint, which is given its memory.
 */
#include "memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <lwip/sockets.h>

#include "network.h"

enum {
    CONNECTIONS = NETWORK_DESCRIPTORS,
    PORT = 5001,
    LENGTH = 1 << 20, /* bytes each way on each connection: more than all buffers between them */
    CHUNK = 4096,
    STEADY_MS = 1000, /* nothing moved for so long: all buffers are full */
};

/* One direction at one end of a connection. */
struct flow {
    pthread_t thread;
    int descriptor; /* the peer's where it is of the peer, else lwIP's */
    bool of_peer;
    bool sends;
    _Atomic size_t moved;
};

struct connection {
    int own;
    int peer;
};

static struct network network;
static struct connection connections[CONNECTIONS];

static long move(const struct flow *flow, uint8_t *bytes, size_t length)
{
    if (flow->of_peer && flow->sends) {
        return stint_send(network.peer, flow->descriptor, stint_view_of(bytes, length), 0);
    }
    if (flow->of_peer) {
        return stint_receive(network.peer, flow->descriptor, stint_span_of(bytes, length), 0);
    }
    return flow->sends ? lwip_send(flow->descriptor, bytes, length, 0)
                       : lwip_recv(flow->descriptor, bytes, length, 0);
}

static void *run(void *context)
{
    struct flow *flow = context;
    uint8_t chunk[CHUNK] = {0};
    while (flow->moved < LENGTH) {
        const size_t left = LENGTH - flow->moved;
        const long moved = move(flow, chunk, left < CHUNK ? left : CHUNK);
        if (moved <= 0) {
            network_fail("a connection has ended");
        }
        flow->moved += (size_t)moved;
    }
    return NULL;
}

static void start(struct flow *flow, const struct connection *connection, bool of_peer, bool sends)
{
    flow->descriptor = of_peer ? connection->peer : connection->own;
    flow->of_peer = of_peer;
    flow->sends = sends;
    flow->moved = 0;
    if (pthread_create(&flow->thread, NULL, run, flow) != 0) {
        network_fail("no thread");
    }
}

static void wait_until_nothing_moves(const struct flow *flows, int count)
{
    size_t before = 0;
    size_t moved = 0;
    do {
        before = moved;
        moved = 0;
        usleep(STEADY_MS * 1000);
        for (int i = 0; i < count; i++) {
            moved += flows[i].moved;
        }
    } while (moved == 0 || moved != before);
}

/* Sends on all connections in these directions, and takes everything: at once, or only when no
 * more can be sent. Gives the memory in use at that moment. */
static size_t transfer(bool down, bool up, bool at_once)
{
    static struct flow senders[2 * CONNECTIONS];
    static struct flow receivers[2 * CONNECTIONS];
    int count = 0;
    for (int i = 0; i < CONNECTIONS; i++) {
        if (down) {
            start(&senders[count++], &connections[i], true, true);
        }
        if (up) {
            start(&senders[count++], &connections[i], false, true);
        }
    }
    if (!at_once) {
        wait_until_nothing_moves(senders, count);
    }
    const size_t in_use = memory_use().in_use;
    for (int i = 0; i < count; i++) {
        const struct connection *connection = &connections[down && up ? i / 2 : i];
        start(&receivers[i], connection, !senders[i].of_peer, false);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(senders[i].thread, NULL);
        pthread_join(receivers[i].thread, NULL);
    }
    return in_use;
}

static void connect_all(void)
{
    const int listener = network_peer_listen(&network, PORT);
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr = {htonl(0x0a000002)}};
    for (int i = 0; i < CONNECTIONS; i++) {
        connections[i].own = lwip_socket(AF_INET, SOCK_STREAM, 0);
        if (lwip_connect(connections[i].own, (const struct sockaddr *)&to, sizeof to) != 0) {
            network_fail("no connection");
        }
        connections[i].peer = stint_accept(network.peer, listener, NULL);
    }
}

static void close_all(void)
{
    for (int i = 0; i < CONNECTIONS; i++) {
        lwip_close(connections[i].own);
        network_peer_close(&network, connections[i].peer);
    }
    usleep(STEADY_MS * 1000);
}

int main(int argc, char **argv)
{
    memory_prepare(argc > 1 ? strtoul(argv[1], NULL, 10) : 0);
    network_start(&network);
    printf("{\"started\": %zu, ", memory_use().in_use);
    connect_all();
    printf("\"connected\": %zu, ", memory_use().in_use);
    (void)transfer(true, true, true);
    printf("\"most_while_all_is_read\": %zu, ", memory_use().high_water);
    printf("\"downloads_full\": %zu, ", transfer(true, false, false));
    printf("\"uploads_full\": %zu, ", transfer(false, true, false));
    printf("\"both_full\": %zu, ", transfer(true, true, false));
    close_all();
    const struct memory_use end = memory_use();
    printf("\"high_water\": %zu, \"closed\": %zu, \"limit\": %zu}\n", end.high_water, end.in_use,
        end.limit);
    fflush(stdout);
    _exit(0); /* the threads of both stacks run until the end */
}

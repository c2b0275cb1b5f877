/* What select() costs over idle connections on a 32-bit RISC-V device, for qemu-system-riscv32 with
 * -icount: instructions, when nothing is ready and when the last socket is.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/loopback.h"
#include "stint_baremetal/wait_poll.h"
#include "stint_sockets/sockets.h"

#include <inttypes.h>
#include <stdio.h>

enum { MOST = 64, PORT = 80, MEMORY = 256 * 1024, MTU = 1500 };

static struct {
    struct stint_stack stack;
    struct stint_sockets sockets;
    struct stint_loopback loopback;
    struct stint_wait_poll wait;
    struct stint_handle peers[MOST];
    _Alignas(8) uint8_t of_stack[MEMORY];
    _Alignas(8) uint8_t of_sockets[MEMORY];
    _Alignas(8) uint8_t of_loopback[MEMORY];
} bench;

static uint32_t instructions(void)
{
    uint32_t number;
    __asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, minstret\n.option pop"
                     : "=r"(number)::"memory");
    return number;
}

/* Time stands still. */
static struct stint_instant now(void)
{
    return stint_instant_at(1000000);
}

static void poll_twice(void)
{
    (void)stint_sockets_poll(&bench.sockets, now());
    (void)stint_sockets_poll(&bench.sockets, now());
}

static bool start_stack(void)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1};
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(bench.of_stack, MEMORY);
    config.secret = stint_view_of(secret, sizeof secret);
    config.tcp.connections = 2 * MOST;
    bench.wait = (struct stint_wait_poll){.sockets = &bench.sockets, .now = now};
    const struct stint_sockets_config sockets = {
        .stack = &bench.stack,
        .wait = &stint_wait_poll_operations,
        .wait_context = &bench.wait,
        .descriptors = MOST + 1,
        .memory = stint_span_of(bench.of_sockets, MEMORY),
    };
    stint_loopback_init(&bench.loopback, stint_span_of(bench.of_loopback, MEMORY));
    return stint_stack_init(&bench.stack, &config) == STINT_OK &&
           stint_stack_attach_loopback(&bench.stack, &bench.loopback) == STINT_OK &&
           stint_sockets_init(&bench.sockets, &sockets) == STINT_OK;
}

/* A connection accepted as the descriptor `number`; its other end has none. */
static bool connect_one(int listener, int number)
{
    const struct stint_endpoint local = {.address = stint_address_ipv4(127, 0, 0, 1)};
    const struct stint_endpoint remote = {local.address, PORT};
    const bool begun = stint_tcp_connect(&bench.stack.tcp, now(), &local, &remote, MTU, 0,
                           &bench.peers[number]) == STINT_OK;
    poll_twice();
    poll_twice();
    return begun && stint_accept(&bench.sockets, listener, NULL) == number;
}

/* MOST connections, which have the first descriptors. */
static bool start(void)
{
    const struct stint_endpoint local = {.port = PORT};
    if (!start_stack()) {
        return false;
    }
    for (int i = 0; i < MOST; i++) { /* the listener gets the last one */
        if (stint_socket(&bench.sockets, STINT_IPV4, STINT_STREAM) != i) {
            return false;
        }
    }
    const int listener = stint_socket(&bench.sockets, STINT_IPV4, STINT_STREAM);
    bool done = stint_bind(&bench.sockets, listener, &local) == 0 &&
                stint_listen(&bench.sockets, listener, MOST) == 0 &&
                stint_set_nonblocking(&bench.sockets, listener, true) == 0;
    for (int i = 0; i < MOST && done; i++) {
        done = stint_close(&bench.sockets, i) == 0 && connect_one(listener, i);
    }
    return done;
}

/* Instructions of a select() that looks at the first `count` sockets and does not wait; 0 when it
 * does not find `ready` of them ready. */
static uint32_t look(int count, int ready)
{
    uint32_t words[MOST / 32];
    struct stint_descriptor_set none = {0};
    struct stint_descriptor_set readable = {words, MOST / 32};
    for (int i = 0; i < MOST; i++) {
        words[i / 32] = i % 32 == 0 ? 0 : words[i / 32];
        words[i / 32] |= i < count ? UINT32_C(1) << (i % 32) : 0;
    }
    const uint32_t begin = instructions();
    const int found =
        stint_select(&bench.sockets, count, &readable, &none, &none, stint_milliseconds(0));
    const uint32_t took = instructions() - begin;
    return found == ready ? took : 0;
}

/* The other end of a connection sends a byte. */
static bool send_to(int descriptor)
{
    size_t written = 0;
    (void)stint_tcp_write(
        &bench.stack.tcp, bench.peers[descriptor], stint_view_of("!", 1), &written);
    poll_twice();
    return written == 1;
}

int main(void)
{
    static const int counts[] = {4, MOST};
    uint32_t nothing[2];
    uint32_t last[2];
    if (!start()) {
        return 1;
    }
    for (unsigned i = 0; i < 2; i++) {
        nothing[i] = look(counts[i], 0);
        uint8_t byte;
        last[i] = send_to(counts[i] - 1) ? look(counts[i], 1) : 0;
        (void)stint_receive(
            &bench.sockets, counts[i] - 1, stint_span_of(&byte, 1), STINT_MSG_DONTWAIT);
    }
    printf("{\"nothing_ready\": {\"4\": %" PRIu32 ", \"64\": %" PRIu32
           "}, \"last_ready\": {\"4\": %" PRIu32 ", \"64\": %" PRIu32 "}}\n",
        nothing[0], nothing[1], last[0], last[1]);
    return nothing[0] != 0 && nothing[1] != 0 && last[0] != 0 && last[1] != 0 ? 0 : 1;
}

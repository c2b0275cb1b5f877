/* An echo server on 10.0.7.2 port 7: a whole device on a TAP, without an operating system's
 * network. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <poll.h>
#include <stdio.h>

#include "stint/stack/stack.h"
#include "stint_linux/platform.h"
#include "stint_linux/tap.h"

static _Alignas(8) uint8_t memory[64 * 1024]; /* all that the stack will ever use */

int main(void)
{
    uint8_t secret[STINT_SECRET_LENGTH];
    char message[160];
    struct stint_linux_tap tap;
    if (!stint_linux_entropy(stint_span_of(secret, sizeof secret)) ||
        !stint_linux_tap_open(&tap, "stint0", message, sizeof message)) {
        return fprintf(stderr, "echo: %s\n", message), 2;
    }
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(memory, sizeof memory);
    config.secret = stint_view_of(secret, sizeof secret);
    const struct stint_interface_config ethernet = {
        .device = stint_linux_tap_device(&tap), .hardware_address = {{2, 0, 0, 0, 7, 2}}};
    const struct stint_local_address address = {
        .address = stint_address_ipv4(10, 0, 7, 2), .prefix_length = 96 + 24};
    const struct stint_endpoint any = {.port = 7};

    struct stint_stack stack;
    struct stint_handle listener, peer = {0};
    uint8_t interface;
    if (stint_stack_init(&stack, &config) || stint_stack_attach(&stack, &ethernet, &interface) ||
        stint_stack_add_address(&stack, interface, &address) ||
        stint_tcp_listen(&stack.tcp, &any, 4, 0, &listener)) {
        return fprintf(stderr, "echo: the configuration cannot work\n"), 2;
    }
    for (;;) {
        const struct stint_instant now = stint_linux_now();
        const struct stint_instant next = stint_stack_poll(&stack, now);
        struct stint_tcp_status status;
        bool busy = true; /* something was done that only the next poll sends */
        if (stint_tcp_get_status(&stack.tcp, peer, &status) != STINT_OK) {
            busy = stint_tcp_accept(&stack.tcp, listener, 0, &peer) == STINT_OK;
        } else if (status.at_end) {
            stint_tcp_close(&stack.tcp, now, peer);
        } else if (status.readable > 0 && status.writable > 0) {
            uint8_t bytes[512];
            size_t length = status.writable < sizeof bytes ? status.writable : sizeof bytes;
            stint_tcp_read(&stack.tcp, peer, stint_span_of(bytes, length), &length);
            stint_tcp_write(&stack.tcp, peer, stint_view_of(bytes, length), &length);
        } else {
            busy = false;
        }
        if (!busy) {
            const int64_t wait = stint_instant_since(next, stint_linux_now()).microseconds / 1000;
            poll(&(struct pollfd){.fd = tap.descriptor, .events = POLLIN}, 1,
                stint_instant_is_never(next) ? -1 : (int)(wait < 0 ? 0 : wait + 1));
        }
    }
}

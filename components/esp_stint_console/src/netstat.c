/* netstat: every socket of the stack.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The lock is held for one socket at a time, not while its line is printed: what opens or closes
 * meanwhile may be there or not.
 */
#include "arguments.h"
#include "commands.h"
#include "hosts.h"
#include <inttypes.h>
#include <stdio.h>

static const struct stint_endpoint nobody;

static void print_line(const char *protocol, uint32_t to_read, uint32_t to_send,
    const struct stint_endpoint *local, const struct stint_endpoint *remote, const char *state)
{
    printf("%-5s %6" PRIu32 " %6" PRIu32 " %-28s %-28s %s\n", protocol, to_read, to_send,
        host_endpoint_text(local).text, host_endpoint_text(remote).text, state);
}

static void print_listeners(struct stint_sockets *sockets)
{
    uint16_t cursor = 0;
    for (;;) {
        struct stint_endpoint local;
        uint16_t waiting;
        uint16_t backlog;
        stint_sockets_lock(sockets);
        const bool found = stint_tcp_visit_listeners(
            &sockets->config.stack->tcp, &cursor, &local, &waiting, &backlog);
        stint_sockets_unlock(sockets);
        if (!found) {
            return;
        }
        print_line("tcp", waiting, backlog, &local, &nobody, "LISTEN");
    }
}

static void print_connections(struct stint_sockets *sockets)
{
    uint16_t cursor = 0;
    for (;;) {
        struct stint_tcp_status status;
        stint_sockets_lock(sockets);
        const bool found = stint_tcp_visit(&sockets->config.stack->tcp, &cursor, &status);
        stint_sockets_unlock(sockets);
        if (!found) {
            return;
        }
        print_line("tcp", status.readable, status.unacknowledged, &status.local, &status.remote,
            stint_tcp_state_name(status.state));
    }
}

static void print_datagram_sockets(
    struct stint_sockets *sockets, const struct stint_udp *table, const char *protocol)
{
    for (uint16_t i = 0; i < table->limits.sockets; i++) {
        stint_sockets_lock(sockets);
        const struct stint_udp_socket *const socket = &table->sockets[i];
        const bool in_use = socket->in_use;
        const struct stint_endpoint local = socket->local;
        const struct stint_endpoint remote = socket->remote;
        const uint32_t to_read = in_use ? socket->datagrams.received.used : 0;
        const uint32_t to_send = in_use ? socket->datagrams.to_send.used : 0;
        stint_sockets_unlock(sockets);
        if (in_use) {
            print_line(protocol, to_read, to_send, &local, &remote, "");
        }
    }
}

int command_netstat(int argc, char **argv)
{
    if (!arguments_read(argc, argv, NULL, 0, NULL)) {
        return 1;
    }
    struct stint_sockets *const sockets = host_sockets(argv[0]);
    if (sockets == NULL) {
        return 1;
    }
    printf("%-5s %6s %6s %-28s %-28s %s\n", "Proto", "Recv-Q", "Send-Q", "Local address",
        "Foreign address", "State");
    print_listeners(sockets);
    print_connections(sockets);
    print_datagram_sockets(sockets, &sockets->config.stack->udp, "udp");
    print_datagram_sockets(sockets, &sockets->config.stack->icmp.echoes, "icmp");
    return 0;
}

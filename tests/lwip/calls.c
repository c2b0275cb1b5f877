/* Makes socket calls by lwIP's names and says what each answered: linked with lwIP, and with stint.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct sockaddr_in calls_address(unsigned host, unsigned port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr = {host != 0 ? htonl(0x0a000000u + host) : 0},
    };
}

static int required(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(2);
    }
    return result;
}

int calls_socket(int type)
{
    return required(lwip_socket(AF_INET, type, 0), "socket");
}

int calls_bound(int type, unsigned port)
{
    const int fd = calls_socket(type);
    const struct sockaddr_in address = calls_address(0, port);
    const int on = 1;
    required(lwip_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), "setsockopt");
    required(lwip_bind(fd, (const struct sockaddr *)&address, sizeof(address)), "bind");
    return fd;
}

int calls_listener(unsigned port)
{
    const int fd = calls_bound(SOCK_STREAM, port);
    required(lwip_listen(fd, 4), "listen");
    return fd;
}

struct calls_connection calls_connect(struct network *network, unsigned port)
{
    const int listener = network_peer_listen(network, (uint16_t)port);
    const struct sockaddr_in address = calls_address(2, port);
    struct calls_connection connection = {calls_socket(SOCK_STREAM), -1};
    required(
        lwip_connect(connection.fd, (const struct sockaddr *)&address, sizeof(address)), "connect");
    connection.peer = stint_accept(network->peer, listener, NULL);
    network_peer_close(network, listener);
    return connection;
}

void calls_disconnect(struct network *network, struct calls_connection connection)
{
    lwip_close(connection.fd);
    network_peer_close(network, connection.peer);
    calls_pause(20);
}

void calls_await(int fd, short events)
{
    struct pollfd waited = {.fd = fd, .events = events};
    if (lwip_poll(&waited, 1, 5000) != 1) {
        fprintf(stderr, "waited in vain for %#x\n", (unsigned)events);
        exit(2);
    }
}

void calls_pause(unsigned milliseconds)
{
    const struct timespec pause = {.tv_nsec = (long)milliseconds * 1000000};
    nanosleep(&pause, NULL);
}

int main(void)
{
    static struct network network;
    void (*const groups[])(struct network *) = {
        calls_on_closed_descriptors,
        calls_that_open,
        calls_that_bind,
        calls_that_connect,
        calls_that_accept,
        calls_of_streams,
        calls_of_ends,
        calls_of_datagrams,
        calls_with_pieces,
        calls_about_options,
        calls_that_control,
        calls_that_wait,
        calls_about_text,
        calls_of_ipv6,
        calls_of_raw,
    };
    network_start(&network);
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        groups[i](&network);
    }
    exit(0);
}

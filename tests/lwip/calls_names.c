/* Calls that make sockets and give them names: open, bind, listen, connect, accept.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"

#include <string.h>

enum { NOT_OPEN = 4 }; /* no group leaves so many open */

void calls_on_closed_descriptors(struct network *network)
{
    (void)network;
    const int fd = NOT_OPEN;
    struct sockaddr_in address = calls_address(2, 80);
    struct sockaddr *const where = (struct sockaddr *)&address;
    socklen_t length = sizeof(address);
    char byte = 'x';
    int number = 0;
    struct iovec piece = {&byte, 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    said_result("closed/close", lwip_close(fd));
    said_result("closed/close -1", lwip_close(-1));
    said_result("closed/bind", lwip_bind(fd, where, length));
    said_result("closed/listen", lwip_listen(fd, 1));
    said_result("closed/accept", lwip_accept(fd, NULL, NULL));
    said_result("closed/connect", lwip_connect(fd, where, length));
    said_result("closed/shutdown", lwip_shutdown(fd, SHUT_RDWR));
    said_result("closed/getsockname", lwip_getsockname(fd, where, &length));
    said_result("closed/getpeername", lwip_getpeername(fd, where, &length));
    length = sizeof(number);
    said_result("closed/getsockopt", lwip_getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &length));
    said_result(
        "closed/setsockopt", lwip_setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &number, length));
    said_result("closed/send", lwip_send(fd, &byte, 1, 0));
    said_result("closed/sendto", lwip_sendto(fd, &byte, 1, 0, where, sizeof(address)));
    said_result("closed/sendmsg", lwip_sendmsg(fd, &message, 0));
    said_result("closed/write", lwip_write(fd, &byte, 1));
    said_result("closed/writev", lwip_writev(fd, &piece, 1));
    said_result("closed/recv", lwip_recv(fd, &byte, 1, 0));
    said_result("closed/recvfrom", lwip_recvfrom(fd, &byte, 1, 0, where, &length));
    said_result("closed/recvmsg", lwip_recvmsg(fd, &message, 0));
    said_result("closed/read", lwip_read(fd, &byte, 1));
    said_result("closed/readv", lwip_readv(fd, &piece, 1));
    said_result("closed/ioctl", lwip_ioctl(fd, FIONREAD, &number));
    said_result("closed/fcntl", lwip_fcntl(fd, F_GETFL, 0));
}

void calls_that_open(struct network *network)
{
    (void)network;
    static const struct {
        const char *key;
        int family;
        int type;
        int protocol;
    } tries[] = {
        {"open/stream", AF_INET, SOCK_STREAM, 0},
        {"open/stream of TCP", AF_INET, SOCK_STREAM, IPPROTO_TCP},
        {"open/stream of UDP", AF_INET, SOCK_STREAM, IPPROTO_UDP},
        {"open/datagram", AF_INET, SOCK_DGRAM, 0},
        {"open/datagram of UDP", AF_INET, SOCK_DGRAM, IPPROTO_UDP},
        {"open/datagram of TCP", AF_INET, SOCK_DGRAM, IPPROTO_TCP},
        {"open/raw ICMP", AF_INET, SOCK_RAW, IPPROTO_ICMP},
        {"open/no such type", AF_INET, 77, 0},
        {"open/no such family", 77, SOCK_STREAM, 0},
        {"open/IPv6 stream", AF_INET6, SOCK_STREAM, 0},
        {"open/IPv6 datagram", AF_INET6, SOCK_DGRAM, 0},
    };
    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        const int fd = said_descriptor(
            tries[i].key, lwip_socket(tries[i].family, tries[i].type, tries[i].protocol));
        if (fd >= 0) {
            lwip_close(fd);
        }
    }
    int many[NETWORK_DESCRIPTORS];
    for (int i = 0; i < NETWORK_DESCRIPTORS; i++) {
        many[i] = calls_socket(SOCK_DGRAM);
    }
    said_number("open/the first number", many[0]);
    for (int i = 0; i < NETWORK_DESCRIPTORS; i++) {
        said_result("open/close", lwip_close(many[i]));
    }
    said_result("open/close again", lwip_close(many[0]));
}

static void say_name(const char *key, int fd)
{
    struct sockaddr_in address;
    socklen_t length = sizeof(address);
    memset(&address, 0x55, sizeof(address));
    const int result = lwip_getsockname(fd, (struct sockaddr *)&address, &length);
    said_address(key, result, (const struct sockaddr *)&address, length);
}

static void bind_one(const char *key, int type, struct sockaddr_in address, socklen_t length)
{
    const int fd = calls_socket(type);
    said_result(key, lwip_bind(fd, (const struct sockaddr *)&address, length));
    lwip_close(fd);
}

void calls_that_bind(struct network *network)
{
    (void)network;
    struct sockaddr_in address = calls_address(1, 7000);
    const int fd = calls_socket(SOCK_STREAM);
    say_name("bind/name before, stream", fd);
    said_result("bind/our address", lwip_bind(fd, (struct sockaddr *)&address, sizeof(address)));
    say_name("bind/name after", fd);
    said_result("bind/again", lwip_bind(fd, (struct sockaddr *)&address, sizeof(address)));
    bind_one("bind/same port, stream", SOCK_STREAM, address, sizeof(address));
    said_result("bind/listen", lwip_listen(fd, 2));
    said_result("bind/listen again", lwip_listen(fd, 3));
    said_result("bind/of a listener", lwip_bind(fd, (struct sockaddr *)&address, sizeof(address)));
    bind_one("bind/port of a listener", SOCK_STREAM, address, sizeof(address));
    lwip_close(fd);
    const int other = calls_bound(SOCK_DGRAM, 7001);
    say_name("bind/name, any address", other);
    bind_one("bind/same port, datagrams", SOCK_DGRAM, calls_address(0, 7001), sizeof(address));
    said_result("bind/listen on datagrams", lwip_listen(other, 1));
    lwip_close(other);
    const int random = calls_bound(SOCK_DGRAM, 0);
    say_name("bind/port 0, datagrams", random);
    lwip_close(random);
    const int unbound = calls_socket(SOCK_STREAM);
    said_result("bind/listen without", lwip_listen(unbound, 1));
    say_name("bind/name of such a listener", unbound);
    lwip_close(unbound);
    bind_one("bind/not our address", SOCK_STREAM, calls_address(9, 7002), sizeof(address));
    bind_one("bind/too short", SOCK_STREAM, address, sizeof(address) - 1);
    address.sin_family = 77;
    bind_one("bind/no such family", SOCK_STREAM, address, sizeof(address));
}

static int connect_to(int fd, unsigned host, unsigned port)
{
    const struct sockaddr_in address = calls_address(host, port);
    return lwip_connect(fd, (const struct sockaddr *)&address, sizeof(address));
}

static void say_peer(const char *key, int fd)
{
    struct sockaddr_in address;
    socklen_t length = sizeof(address);
    const int result = lwip_getpeername(fd, (struct sockaddr *)&address, &length);
    said_address(key, result, (const struct sockaddr *)&address, length);
}

static void connect_datagrams(void)
{
    const int fd = calls_socket(SOCK_DGRAM);
    struct sockaddr_in nobody = {.sin_family = AF_UNSPEC};
    say_peer("connect/peer before, datagrams", fd);
    said_result("connect/datagrams", connect_to(fd, 2, 7100));
    say_peer("connect/peer, datagrams", fd);
    say_name("connect/name, datagrams", fd);
    said_result("connect/datagrams elsewhere", connect_to(fd, 2, 7101));
    say_peer("connect/peer elsewhere", fd);
    said_result(
        "connect/datagrams to nobody", lwip_connect(fd, (struct sockaddr *)&nobody, sizeof nobody));
    say_peer("connect/peer of nobody", fd);
    lwip_close(fd);
}

void calls_that_connect(struct network *network)
{
    const int listener = network_peer_listen(network, 7100);
    int fd = calls_socket(SOCK_STREAM);
    say_peer("connect/peer before", fd);
    said_result("connect/stream", connect_to(fd, 2, 7100));
    say_peer("connect/peer", fd);
    say_name("connect/name", fd);
    said_result("connect/again", connect_to(fd, 2, 7100));
    said_result("connect/listen when connected", lwip_listen(fd, 1));
    const struct sockaddr_in address = calls_address(1, 7200);
    said_result("connect/bind when connected",
        lwip_bind(fd, (const struct sockaddr *)&address, sizeof(address)));
    lwip_close(fd);
    fd = calls_socket(SOCK_STREAM);
    said_result("connect/refused", connect_to(fd, 2, 7999));
    lwip_close(fd);
    fd = calls_socket(SOCK_STREAM);
    int on = 1;
    socklen_t length = sizeof(on);
    lwip_ioctl(fd, FIONBIO, &on);
    said_result("connect/non-blocking", connect_to(fd, 2, 7100));
    calls_await(fd, POLLOUT);
    said_result("connect/its error", lwip_getsockopt(fd, SOL_SOCKET, SO_ERROR, &on, &length));
    said_number("connect/its error is", on);
    lwip_close(fd);
    fd = calls_socket(SOCK_STREAM);
    lwip_fcntl(fd, F_SETFL, O_NONBLOCK);
    said_result("connect/no route", connect_to(fd, 0x101, 80)); /* 10.0.1.1 */
    lwip_close(fd);
    network_peer_close(network, listener);
    connect_datagrams();
}

static void accept_names(int listener, struct network *network)
{
    struct sockaddr_in address;
    socklen_t length = sizeof(address) + 1;
    int peer = network_peer_connect(network, 7300);
    int fd = lwip_accept(listener, (struct sockaddr *)&address, &length);
    said_address("accept/whom", fd < 0 ? fd : 0, (const struct sockaddr *)&address, length);
    say_name("accept/name", fd);
    said_result("accept/its mode", lwip_fcntl(fd, F_GETFL, 0));
    lwip_close(fd);
    network_peer_close(network, peer);
    peer = network_peer_connect(network, 7300);
    length = 4;
    memset(&address, 0, sizeof(address));
    fd = said_descriptor(
        "accept/with little room", lwip_accept(listener, (struct sockaddr *)&address, &length));
    said_number("accept/room used", (long)length);
    lwip_close(fd);
    network_peer_close(network, peer);
    peer = network_peer_connect(network, 7300);
    fd = said_descriptor("accept/without asking whom", lwip_accept(listener, NULL, NULL));
    lwip_close(fd);
    network_peer_close(network, peer);
}

void calls_that_accept(struct network *network)
{
    const int stream = calls_socket(SOCK_STREAM);
    said_result("accept/not a listener", lwip_accept(stream, NULL, NULL));
    lwip_close(stream);
    const int datagrams = calls_socket(SOCK_DGRAM);
    said_result("accept/datagrams", lwip_accept(datagrams, NULL, NULL));
    lwip_close(datagrams);
    const int listener = calls_listener(7300);
    accept_names(listener, network);
    int on = 1;
    lwip_ioctl(listener, FIONBIO, &on);
    said_result("accept/nobody, non-blocking", lwip_accept(listener, NULL, NULL));
    on = 0;
    lwip_ioctl(listener, FIONBIO, &on);
    const struct timeval patience = {.tv_usec = 20000};
    lwip_setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    said_result("accept/nobody in time", lwip_accept(listener, NULL, NULL));
    char byte;
    said_result("accept/recv of a listener", lwip_recv(listener, &byte, 1, MSG_DONTWAIT));
    said_result("accept/send of a listener", lwip_send(listener, "x", 1, MSG_DONTWAIT));
    lwip_close(listener);
}

/* Calls about sockets: options, control, waiting, text.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

const char *lwip_if_indextoname(unsigned index, char *name);
unsigned lwip_if_nametoindex(const char *name);

struct option_try {
    const char *name;
    int level;
    int option;
    int value; /* to be set */
};

static const struct option_try numbers[] = {
    {"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 1},
    {"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 1},
    {"SO_BROADCAST", SOL_SOCKET, SO_BROADCAST, 1},
    {"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, 8192},
    {"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, 8192},
    {"SO_TYPE", SOL_SOCKET, SO_TYPE, 1},
    {"SO_ERROR", SOL_SOCKET, SO_ERROR, 1},
    {"SO_ACCEPTCONN", SOL_SOCKET, SO_ACCEPTCONN, 1},
    {"SO_DONTROUTE", SOL_SOCKET, SO_DONTROUTE, 1},
    {"option 12345", SOL_SOCKET, 12345, 1},
    {"IP_TTL", IPPROTO_IP, IP_TTL, 33},
    {"IP_TOS", IPPROTO_IP, IP_TOS, 0x10},
    {"IP option 12345", IPPROTO_IP, 12345, 1},
    {"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1},
    {"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, 30},
    {"TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, 5},
    {"TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, 3},
    {"TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG, 500},
    {"a level 12345", 12345, 1, 1},
};

static void try_number(const char *of, int fd, const struct option_try *tried)
{
    char key[100];
    int value = -1;
    socklen_t length = sizeof(value);
    const int first = lwip_getsockopt(fd, tried->level, tried->option, &value, &length);
    snprintf(key, sizeof(key), "option/%s of %s", tried->name, of);
    said_result(key, first < 0 ? first : value);
    snprintf(key, sizeof(key), "option/set %s of %s", tried->name, of);
    const int set = lwip_setsockopt(fd, tried->level, tried->option, &tried->value, sizeof(int));
    said_result(key, set);
    if (set == 0) {
        snprintf(key, sizeof(key), "option/%s of %s when set", tried->name, of);
        lwip_getsockopt(fd, tried->level, tried->option, &value, &length);
        said_number(key, value);
    }
}

static void try_interfaces(int fd)
{
    struct ifreq interface = {.ifr_name = "xy9"};
    socklen_t length = sizeof(interface);
    said_result("option/set SO_BINDTODEVICE to no such",
        lwip_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, &interface, sizeof(interface)));
    strcpy(interface.ifr_name, "st0");
    said_result("option/set SO_BINDTODEVICE to st0",
        lwip_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, &interface, sizeof(interface)));
    said_result("option/set SO_BINDTODEVICE with little",
        lwip_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, &interface, 3));
    said_result("option/SO_BINDTODEVICE",
        lwip_getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, &interface, &length));
    interface.ifr_name[0] = '\0';
    said_result("option/set SO_BINDTODEVICE to any",
        lwip_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, &interface, sizeof(interface)));
}

static void try_structures(int fd)
{
    struct timeval time = {1, 500000};
    struct linger linger = {1, 5};
    socklen_t length = sizeof(time);
    said_result("option/set SO_RCVTIMEO",
        lwip_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)));
    time.tv_sec = 0;
    said_result("option/SO_RCVTIMEO", lwip_getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, &length));
    said_number("option/its seconds", time.tv_sec);
    said_number("option/its microseconds", time.tv_usec);
    said_result("option/SO_SNDTIMEO", lwip_getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, &length));
    said_number("option/SO_SNDTIMEO at first", time.tv_sec * 1000000 + time.tv_usec);
    time.tv_sec = -1;
    said_result("option/set SO_RCVTIMEO below 0",
        lwip_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)));
    said_result("option/set SO_LINGER",
        lwip_setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
    length = sizeof(linger);
    lwip_getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &length);
    said_number("option/SO_LINGER", linger.l_onoff * 100 + linger.l_linger);
    linger.l_linger = -1;
    said_result("option/set SO_LINGER below 0",
        lwip_setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
    linger.l_onoff = 0;
    lwip_setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    lwip_getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &length);
    said_number("option/SO_LINGER off", linger.l_onoff * 100 + linger.l_linger);
}

void calls_about_options(struct network *network)
{
    (void)network;
    const struct {
        const char *name;
        int fd;
    } sockets[] = {
        {"a stream", calls_socket(SOCK_STREAM)},
        {"datagrams", calls_socket(SOCK_DGRAM)},
        {"a listener", calls_listener(7700)},
    };
    int value = 1;
    socklen_t length = 2;
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < sizeof(numbers) / sizeof(numbers[0]); j++) {
            try_number(sockets[i].name, sockets[i].fd, &numbers[j]);
        }
    }
    const int fd = sockets[0].fd;
    try_structures(fd);
    try_interfaces(fd);
    said_result("option/get with little room",
        lwip_getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, &length));
    said_result("option/set of little", lwip_setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, 2));
    said_result("option/set of nothing", lwip_setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, NULL, 4));
    said_result(
        "option/get into nothing", lwip_getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, NULL, &length));
    for (size_t i = 0; i < 3; i++) {
        lwip_close(sockets[i].fd);
    }
}

void calls_that_control(struct network *network)
{
    int number = -1;
    const int listener = calls_listener(7701);
    said_result("control/FIONREAD of a listener", lwip_ioctl(listener, FIONREAD, &number));
    said_number("control/of a listener", number);
    lwip_close(listener);
    const struct calls_connection connection = calls_connect(network, 7702);
    const int fd = connection.fd;
    said_result("control/F_GETFL", lwip_fcntl(fd, F_GETFL, 0));
    said_result("control/F_SETFL", lwip_fcntl(fd, F_SETFL, O_NONBLOCK));
    said_result("control/F_GETFL non-blocking", lwip_fcntl(fd, F_GETFL, 0));
    said_result("control/F_SETFL of another flag", lwip_fcntl(fd, F_SETFL, O_APPEND));
    number = 0;
    said_result("control/FIONBIO off", lwip_ioctl(fd, FIONBIO, &number));
    said_result("control/F_GETFL blocking", lwip_fcntl(fd, F_GETFL, 0));
    said_result("control/F_GETFD", lwip_fcntl(fd, F_GETFD, 0));
    said_result("control/a command 12345", lwip_fcntl(fd, 12345, 0));
    said_result("control/an ioctl 12345", lwip_ioctl(fd, 12345, &number));
    said_result("control/FIONREAD into nothing", lwip_ioctl(fd, FIONREAD, NULL));
    said_result("control/FIONREAD", lwip_ioctl(fd, FIONREAD, &number));
    said_number("control/bytes at first", number);
    network_peer_send(network, connection.peer, "0123456789");
    calls_await(fd, POLLIN);
    lwip_ioctl(fd, FIONREAD, &number);
    said_number("control/bytes", number);
    char byte;
    lwip_recv(fd, &byte, 1, 0);
    lwip_ioctl(fd, FIONREAD, &number);
    said_number("control/bytes left", number);
    calls_disconnect(network, connection);
}

static void look(const char *key, int fd, int events)
{
    struct pollfd looked = {.fd = fd, .events = (short)events};
    const int result = lwip_poll(&looked, 1, 0);
    char text[100];
    snprintf(text, sizeof(text), "%d%s%s%s%s%s", result, looked.revents & POLLIN ? " IN" : "",
        looked.revents & POLLOUT ? " OUT" : "", looked.revents & POLLERR ? " ERR" : "",
        looked.revents & POLLHUP ? " HUP" : "", looked.revents & POLLNVAL ? " NVAL" : "");
    said_text(key, text);
}

void calls_that_wait(struct network *network)
{
    const int both = POLLIN | POLLOUT;
    const int listener = calls_listener(7800);
    look("poll/a listener", listener, both);
    const int peer = network_peer_connect(network, 7800);
    calls_await(listener, POLLIN);
    look("poll/a listener with somebody", listener, both);
    network_peer_close(network, peer);
    lwip_close(listener);
    const int fresh = calls_socket(SOCK_STREAM);
    look("poll/a fresh stream", fresh, both);
    lwip_close(fresh);
    look("poll/a closed number", fresh, both);
    look("poll/number -1", -1, both);
    const int datagrams = calls_socket(SOCK_DGRAM);
    look("poll/datagrams", datagrams, both);
    lwip_close(datagrams);
    struct calls_connection connection = calls_connect(network, 7801);
    look("poll/a connection", connection.fd, both);
    look("poll/a connection, IN", connection.fd, POLLIN);
    network_peer_send(network, connection.peer, "x");
    calls_await(connection.fd, POLLIN);
    look("poll/with bytes", connection.fd, both);
    stint_shutdown(network->peer, connection.peer, STINT_SHUT_WRITE);
    calls_pause(20);
    char byte;
    lwip_recv(connection.fd, &byte, 1, 0);
    look("poll/at the end", connection.fd, both);
    calls_disconnect(network, connection);
    connection = calls_connect(network, 7802);
    network_peer_reset(network, connection.peer);
    calls_pause(20);
    look("poll/after a reset", connection.fd, both);
    lwip_close(connection.fd);
    struct pollfd nothing;
    said_result("poll/nothing, in no time", lwip_poll(NULL, 0, 0));
    said_result("poll/nothing, in a while", lwip_poll(NULL, 0, 10));
    said_result("poll/none of some", lwip_poll(&nothing, 0, 0));
}

static void read_text(int family, const char *text)
{
    unsigned char octets[16];
    char key[100];
    char again[60] = "";
    memset(octets, 0xee, sizeof(octets));
    const int result = lwip_inet_pton(family, text, octets);
    snprintf(key, sizeof(key), "text/pton '%s'", text);
    said_result(key, result);
    if (result == 1) {
        snprintf(key, sizeof(key), "text/ntop of '%s'", text);
        said_text(key, lwip_inet_ntop(family, octets, again, sizeof(again)));
    }
}

void calls_about_text(struct network *network)
{
    (void)network;
    static const char *const v4[] = {"10.0.0.1", "255.255.255.255", "0.0.0.0", "10.1", "10.0.0.256",
        "0x0a.0.0.1", "010.0.0.1", "", "10.0.0.1 ", "a"};
    static const char *const v6[] = {"::", "::1", "fe80::1", "2001:DB8::A:B", "1:2:3:4:5:6:7:8",
        "::ffff:10.0.0.1", "1:2", ":::", "10.0.0.1"};
    for (size_t i = 0; i < sizeof(v4) / sizeof(v4[0]); i++) {
        read_text(AF_INET, v4[i]);
    }
    for (size_t i = 0; i < sizeof(v6) / sizeof(v6[0]); i++) {
        read_text(AF_INET6, v6[i]);
    }
    char text[60];
    char name[IF_NAMESIZE] = "";
    const unsigned char octets[4] = {10, 0, 0, 1};
    said_result(
        "text/ntop with little room", lwip_inet_ntop(AF_INET, octets, text, 8) == NULL ? -1 : 0);
    said_result("text/ntop of another family",
        lwip_inet_ntop(77, octets, text, sizeof(text)) == NULL ? -1 : 0);
    said_result("text/pton of another family", lwip_inet_pton(77, "10.0.0.1", text));
    said_number("interface/index of st0", lwip_if_nametoindex("st0"));
    said_number("interface/index of no such", lwip_if_nametoindex("xy9"));
    said_text("interface/name of 1", lwip_if_indextoname(1, name) != NULL ? name : "none");
    said_text("interface/name of 7", lwip_if_indextoname(7, name) != NULL ? name : "none");
}

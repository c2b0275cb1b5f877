/* Calls on AF_INET6 sockets, which are for IPv4 too unless IPV6_V6ONLY says otherwise.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"

#include <string.h>

/* fd00::`host`, or :: of 0, or ::ffff:10.0.0.`host` when it is mapped. */
static struct sockaddr_in6 at(uint8_t host, unsigned port, bool is_mapped)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    const struct stint_endpoint endpoint =
        is_mapped ? network_endpoint(host, 0) : network_endpoint_ipv6(host, 0);
    if (host != 0) {
        memcpy(&address.sin6_addr, endpoint.address.octets, sizeof(endpoint.address.octets));
    }
    return address;
}

static void say_names(const char *own_key, const char *peer_key, int fd)
{
    struct sockaddr_in6 address = {0};
    socklen_t length = sizeof(address);
    int result = lwip_getsockname(fd, (struct sockaddr *)&address, &length);
    said_address(own_key, result, (const struct sockaddr *)&address, length);
    length = sizeof(address);
    result = lwip_getpeername(fd, (struct sockaddr *)&address, &length);
    said_address(peer_key, result, (const struct sockaddr *)&address, length);
}

static int bind_to(int fd, uint8_t host, unsigned port, bool is_mapped)
{
    const struct sockaddr_in6 address = at(host, port, is_mapped);
    return lwip_bind(fd, (const struct sockaddr *)&address, sizeof(address));
}

static int connect_to(int fd, uint8_t host, unsigned port, bool is_mapped)
{
    const struct sockaddr_in6 address = at(host, port, is_mapped);
    return lwip_connect(fd, (const struct sockaddr *)&address, sizeof(address));
}

static void say_option(const char *key, int fd)
{
    int value = 77;
    socklen_t length = sizeof(value);
    said_result(key, lwip_getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &value, &length));
    said_number("ipv6/the option's value", value);
}

static void name_one(void)
{
    const int on = 1;
    const int fd = lwip_socket(AF_INET6, SOCK_STREAM, 0);
    const int ipv4 = calls_socket(SOCK_STREAM);
    say_names("ipv6/name before", "ipv6/peer before", fd);
    say_option("ipv6/get IPV6_V6ONLY", fd);
    said_result(
        "ipv6/set IPV6_V6ONLY", lwip_setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)));
    said_result("ipv6/set IPV6_V6ONLY of IPv4",
        lwip_setsockopt(ipv4, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)));
    said_result("ipv6/bind", bind_to(fd, 1, 7900, false));
    say_names("ipv6/name after", "ipv6/peer after", fd);
    said_result("ipv6/bind IPv4 to an IPv6 address", bind_to(ipv4, 1, 7901, false));
    said_result("ipv6/connect IPv4 to an IPv6 address", connect_to(ipv4, 2, 7902, false));
    lwip_close(ipv4);
    lwip_close(fd);
}

static void bind_others(void)
{
    const struct sockaddr_in6 address = at(1, 7903, false);
    int fd = lwip_socket(AF_INET6, SOCK_STREAM, 0);
    said_result("ipv6/bind, too short",
        lwip_bind(fd, (const struct sockaddr *)&address, sizeof(struct sockaddr_in)));
    said_result("ipv6/bind to an address of nobody", bind_to(fd, 9, 7903, false));
    lwip_close(fd);
    fd = lwip_socket(AF_INET6, SOCK_STREAM, 0);
    said_result("ipv6/bind to a mapped address", bind_to(fd, 1, 7904, true));
    say_names("ipv6/name, mapped", "ipv6/peer, mapped", fd);
    lwip_close(fd);
}

static void connect_both(struct network *network)
{
    for (int mapped = 0; mapped < 2; mapped++) {
        const struct stint_endpoint there =
            mapped ? network_endpoint(2, 7910) : network_endpoint_ipv6(2, 7910);
        const int listener = network_peer_socket_at(network, STINT_STREAM, there);
        const int fd = lwip_socket(AF_INET6, SOCK_STREAM, 0);
        char bytes[8] = "";
        stint_listen(network->peer, listener, 1);
        said_result(
            mapped ? "ipv6/connect mapped" : "ipv6/connect", connect_to(fd, 2, 7910, mapped != 0));
        say_names(mapped ? "ipv6/name, connected mapped" : "ipv6/name, connected",
            mapped ? "ipv6/peer, connected mapped" : "ipv6/peer, connected", fd);
        const int peer = stint_accept(network->peer, listener, NULL);
        network_peer_send(network, peer, "hello");
        said_bytes(mapped ? "ipv6/recv, mapped" : "ipv6/recv",
            lwip_recv(fd, bytes, sizeof(bytes), 0), bytes);
        lwip_close(fd);
        network_peer_close(network, peer);
        network_peer_close(network, listener);
    }
}

/* A listener for both families, and who calls it. */
static void accept_both(struct network *network)
{
    const int listener = lwip_socket(AF_INET6, SOCK_STREAM, 0);
    said_result("ipv6/bind to any", bind_to(listener, 0, 7920, false));
    said_result("ipv6/listen", lwip_listen(listener, 2));
    say_names("ipv6/name of a listener", "ipv6/peer of a listener", listener);
    for (int ipv4 = 0; ipv4 < 2; ipv4++) {
        struct sockaddr_in6 address = {0};
        socklen_t length = sizeof(address);
        const int peer = network_peer_connect_to(
            network, ipv4 ? network_endpoint(1, 7920) : network_endpoint_ipv6(1, 7920));
        const int fd = lwip_accept(listener, (struct sockaddr *)&address, &length);
        said_address(ipv4 ? "ipv6/accept of IPv4" : "ipv6/accept", fd < 0 ? fd : 0,
            (const struct sockaddr *)&address, length);
        say_names(ipv4 ? "ipv6/name, accepted of IPv4" : "ipv6/name, accepted",
            ipv4 ? "ipv6/peer, accepted of IPv4" : "ipv6/peer, accepted", fd);
        lwip_close(fd);
        network_peer_close(network, peer);
    }
    lwip_close(listener);
}

static void exchange_datagrams(struct network *network)
{
    const int fd = lwip_socket(AF_INET6, SOCK_DGRAM, 0);
    said_result("ipv6/bind datagrams", bind_to(fd, 0, 7930, false));
    for (int ipv4 = 0; ipv4 < 2; ipv4++) {
        struct stint_endpoint from =
            ipv4 ? network_endpoint(2, 7931) : network_endpoint_ipv6(2, 7931);
        struct stint_endpoint to =
            ipv4 ? network_endpoint(1, 7930) : network_endpoint_ipv6(1, 7930);
        struct sockaddr_in6 address = at(2, 7931, ipv4 != 0);
        socklen_t length = sizeof(address);
        char bytes[8] = "datagram";
        const int peer = network_peer_socket_at(network, STINT_DATAGRAM, from);
        struct stint_span piece = stint_span_of(bytes, 4);
        const struct stint_message message = {.peer = &to, .pieces = &piece, .piece_count = 1};
        said_result(ipv4 ? "ipv6/sendto mapped" : "ipv6/sendto",
            lwip_sendto(fd, "abc", 3, 0, (const struct sockaddr *)&address, sizeof(address)));
        said_bytes(ipv4 ? "ipv6/the peer hears, mapped" : "ipv6/the peer hears",
            stint_receive(network->peer, peer, stint_span_of(bytes + 4, 3), 0), bytes + 4);
        stint_send_message(network->peer, peer, &message, 0);
        memset(&address, 0, sizeof(address));
        const long result =
            lwip_recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&address, &length);
        said_address(ipv4 ? "ipv6/recvfrom of IPv4" : "ipv6/recvfrom", (int)result,
            (const struct sockaddr *)&address, length);
        network_peer_close(network, peer);
    }
    lwip_close(fd);
}

void calls_of_ipv6(struct network *network)
{
    name_one();
    bind_others();
    connect_both(network);
    accept_both(network);
    exchange_datagrams(network);
}

/* Calls on SOCK_RAW sockets of ICMP and ICMPv6, as ping programs make them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"

#include "stint/wire/checksum.h"
#include <stdio.h>
#include <string.h>

enum { MESSAGE = 16, IDENTIFIER = 0x1234, TRIES = 20 };

/* What differs between the families. */
struct family {
    const char *name;
    int family;
    int protocol;
    uint8_t request;
    uint8_t reply;
    size_t header;
    size_t protocol_at; /* in the IP header */
    size_t hops_at;
};

static const struct family families[] = {
    {"IPv4", AF_INET, IPPROTO_ICMP, 8, 0, 20, 9, 8},
    {"IPv6", AF_INET6, IPPROTO_ICMPV6, 128, 129, 40, 6, 7},
};

static const char *keyed(const struct family *family, const char *what)
{
    static char key[64];
    snprintf(key, sizeof(key), "raw/%s, %s", what, family->name);
    return key;
}

static void make_request(const struct family *family, uint8_t message[MESSAGE], uint16_t sequence)
{
    memcpy(message + 8, "abcdefgh", 8);
    message[0] = family->request;
    message[1] = 0;
    stint_store16(message + 2, 0);
    stint_store16(message + 4, IDENTIFIER);
    stint_store16(message + 6, sequence);
    if (family->family == AF_INET) {
        stint_store16(message + 2, stint_checksum_of(stint_view_of(message, MESSAGE)));
    }
}

static long send_request(const struct family *family, int fd, const uint8_t *message)
{
    const struct sockaddr_in to = calls_address(2, 0);
    struct sockaddr_in6 to6 = {.sin6_family = AF_INET6};
    const struct stint_endpoint peer = network_endpoint_ipv6(2, 0);
    memcpy(&to6.sin6_addr, peer.address.octets, sizeof(peer.address.octets));
    return family->family == AF_INET
               ? lwip_sendto(fd, message, MESSAGE, 0, (const struct sockaddr *)&to, sizeof(to))
               : lwip_sendto(fd, message, MESSAGE, 0, (const struct sockaddr *)&to6, sizeof(to6));
}

/* The next reply: lwIP brings other messages too. */
static long receive_reply(const struct family *family, int fd, uint8_t *packet, size_t length)
{
    long result = 0;
    for (int i = 0; i < TRIES; i++) {
        struct sockaddr_storage from;
        socklen_t from_length = sizeof(from);
        memset(packet, 0, length);
        result = lwip_recvfrom(fd, packet, length, 0, (struct sockaddr *)&from, &from_length);
        if (result < (long)family->header || packet[family->header] == family->reply) {
            break;
        }
    }
    return result;
}

static void say_reply(const struct family *family, const uint8_t *packet, long result)
{
    const uint8_t *const icmp = packet + family->header;
    said_result(keyed(family, "reply"), result);
    said_number(keyed(family, "version"), packet[0] / 16);
    said_number(keyed(family, "hops"), packet[family->hops_at]);
    said_number(keyed(family, "protocol"), packet[family->protocol_at]);
    said_number(
        keyed(family, "last octet of the source"), packet[family->family == AF_INET ? 15 : 23]);
    said_number(keyed(family, "last octet of the destination"), packet[family->header - 1]);
    said_number(keyed(family, "type"), icmp[0]);
    said_number(keyed(family, "code"), icmp[1]);
    said_number(keyed(family, "identifier"), stint_load16(icmp + 4));
    said_number(keyed(family, "sequence"), stint_load16(icmp + 6));
    said_bytes(keyed(family, "data"), 8, icmp + 8);
}

static void ping(const struct family *family)
{
    const struct timeval patience = {.tv_sec = 10};
    const int hops = 7;
    uint8_t message[MESSAGE];
    uint8_t packet[64];
    int type = 0;
    socklen_t length = sizeof(type);
    const int fd = said_descriptor(
        keyed(family, "socket"), lwip_socket(family->family, SOCK_RAW, family->protocol));
    said_result(keyed(family, "set SO_RCVTIMEO"),
        lwip_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)));
    said_result(
        keyed(family, "get SO_TYPE"), lwip_getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length));
    said_number(keyed(family, "the type"), type);
    make_request(family, message, 1);
    said_result(keyed(family, "sendto"), send_request(family, fd, message));
    say_reply(family, packet, receive_reply(family, fd, packet, sizeof(packet)));
    if (family->family == AF_INET) {
        said_number(
            "raw/checksum of the header", stint_checksum_of(stint_view_of(packet, family->header)));
        said_number("raw/checksum of the message",
            stint_checksum_of(stint_view_of(packet + family->header, MESSAGE)));
    }
    said_result(
        keyed(family, "set IP_TTL"), lwip_setsockopt(fd, IPPROTO_IP, IP_TTL, &hops, sizeof(hops)));
    make_request(family, message, 2);
    said_result(keyed(family, "sendto again"), send_request(family, fd, message));
    said_result(keyed(family, "a part of the reply"),
        receive_reply(family, fd, packet, family->header + 10));
    said_bytes(keyed(family, "its end"), 2, packet + family->header + 8);
    lwip_close(fd);
}

static void send_others(void)
{
    uint8_t message[MESSAGE];
    const int fd = lwip_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    make_request(&families[0], message, 1);
    message[0] = 13; /* a timestamp request */
    said_result("raw/sendto what is no echo", send_request(&families[0], fd, message));
    lwip_close(fd);
    const int other = said_descriptor("raw/socket of OSPF", lwip_socket(AF_INET, SOCK_RAW, 89));
    if (other >= 0) {
        lwip_close(other);
    }
}

void calls_of_raw(struct network *network)
{
    (void)network;
    ping(&families[0]);
    ping(&families[1]);
    send_others();
}

/* DHCP for IPv4 over Ethernet (RFC 2131, RFC 2132, RFC 3396, RFC 3442).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_DHCPV4_H
#define STINT_WIRE_DHCPV4_H

#include "stint/base/drop.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_DHCPV4_SERVER_PORT = 67,
    STINT_DHCPV4_CLIENT_PORT = 68,
    STINT_DHCPV4_MINIMUM_LENGTH = 300, /* of what is sent: BOOTP relays ask for it */

    /* Of what a message says more than once, this many are kept. */
    STINT_DHCPV4_ROUTERS = 2,
    STINT_DHCPV4_DNS_SERVERS = 3,
    STINT_DHCPV4_NTP_SERVERS = 2,
    STINT_DHCPV4_ROUTES = 8,
};

enum stint_dhcpv4_type {
    STINT_DHCPV4_DISCOVER = 1,
    STINT_DHCPV4_OFFER = 2,
    STINT_DHCPV4_REQUEST = 3,
    STINT_DHCPV4_DECLINE = 4,
    STINT_DHCPV4_ACK = 5,
    STINT_DHCPV4_NAK = 6,
    STINT_DHCPV4_RELEASE = 7,
    STINT_DHCPV4_INFORM = 8,
};

enum stint_dhcpv4_option {
    STINT_DHCPV4_SUBNET_MASK = 1,
    STINT_DHCPV4_ROUTER = 3,
    STINT_DHCPV4_DNS_SERVER = 6,
    STINT_DHCPV4_HOST_NAME = 12,
    STINT_DHCPV4_DOMAIN_NAME = 15,
    STINT_DHCPV4_INTERFACE_MTU = 26,
    STINT_DHCPV4_BROADCAST_ADDRESS = 28,
    STINT_DHCPV4_NTP_SERVER = 42,
    STINT_DHCPV4_REQUESTED_ADDRESS = 50,
    STINT_DHCPV4_LEASE_TIME = 51,
    STINT_DHCPV4_OVERLOAD = 52,
    STINT_DHCPV4_MESSAGE_TYPE = 53,
    STINT_DHCPV4_SERVER_IDENTIFIER = 54,
    STINT_DHCPV4_PARAMETERS = 55,
    STINT_DHCPV4_MAXIMUM_SIZE = 57,
    STINT_DHCPV4_RENEWAL_TIME = 58,
    STINT_DHCPV4_REBINDING_TIME = 59,
    STINT_DHCPV4_CLIENT_IDENTIFIER = 61,
    STINT_DHCPV4_CLASSLESS_ROUTES = 121,
};

/* The fields in which a message has options: its own, and `file` and `sname` when overloaded. */
struct stint_dhcpv4_areas {
    struct stint_view area[3];
};

struct stint_dhcpv4_route {
    struct stint_prefix destination; /* bits past the prefix are 0 */
    struct stint_address router;     /* none: the destination is on this link */
};

/* A message; zero members are absent. IPv4 addresses only. Times are in seconds, UINT32_MAX is
 * forever. */
struct stint_dhcpv4_message {
    enum stint_dhcpv4_type type;
    uint32_t transaction;
    uint32_t lease_s;
    uint32_t renewal_s;
    uint32_t rebinding_s;
    uint16_t elapsed_s; /* since the client began */
    uint16_t mtu;       /* of the interface; at least 68 */
    uint16_t maximum_size;
    bool wants_broadcast;  /* the client cannot receive what is sent to an address it has not yet */
    uint8_t subnet_length; /* 1 to 32 */
    uint8_t router_count;
    uint8_t dns_server_count;
    uint8_t ntp_server_count;
    uint8_t route_count;
    struct stint_hardware_address client_hardware;
    struct stint_address client;    /* ciaddr */
    struct stint_address yours;     /* yiaddr */
    struct stint_address relay;     /* giaddr */
    struct stint_address requested; /* option 50 */
    struct stint_address server;    /* server identifier, option 54 */
    struct stint_address broadcast;
    struct stint_address routers[STINT_DHCPV4_ROUTERS]; /* none when there are routes (RFC 3442) */
    struct stint_address dns_servers[STINT_DHCPV4_DNS_SERVERS];
    struct stint_address ntp_servers[STINT_DHCPV4_NTP_SERVERS];
    struct stint_dhcpv4_route routes[STINT_DHCPV4_ROUTES];
    /* Written only; what a parsed message has of these, stint_dhcpv4_option_copy() tells. */
    struct stint_view client_identifier; /* 2 to 255 octets */
    struct stint_view host_name;         /* 1 to 255 octets, without NUL */
    struct stint_view domain_name;
};

/* Reads the fields and options of a message; `areas` is borrowed from `bytes`. Options may be
 * split and lie in overloaded fields. One whose length or content is wrong for its code is as good
 * as absent; refused is a message that is short, not about Ethernet, without cookie or a type that
 * matches its direction, or with an option past the end of its field. Which members a type must
 * have is for the caller to see. */
/*@ requires stint_is_readable(bytes) && \valid(message) && \valid(areas);
    requires \separated(message, areas, bytes.bytes + (0 .. bytes.length - 1));
    assigns *message, *areas;
    ensures \result == STINT_DROP_NONE ==>
        (\forall integer i; 0 <= i < 3 ==> stint_is_readable(areas->area[i])); */
enum stint_drop stint_dhcpv4_message_parse(struct stint_view bytes,
    struct stint_dhcpv4_message *message, struct stint_dhcpv4_areas *areas);

/* Copies the parts of an option, joined (RFC 3396), to `buffer`. How long they are together: more
 * than there is room for means that they did not fit; 0 that there are none. */
/*@ requires \valid_read(areas) && stint_is_writable(buffer);
    requires \forall integer i; 0 <= i < 3 ==> stint_is_readable(areas->area[i]) &&
        \separated(buffer.bytes + (0 .. buffer.length - 1),
            areas->area[i].bytes + (0 .. areas->area[i].length - 1));
    requires \separated(buffer.bytes + (0 .. buffer.length - 1), areas);
    assigns buffer.bytes[0 .. buffer.length - 1]; */
size_t stint_dhcpv4_option_copy(
    const struct stint_dhcpv4_areas *areas, uint8_t option, struct stint_span buffer);

/* Appends the message, at least 300 bytes; what is absent is not written. DISCOVER, REQUEST and
 * INFORM ask for the options above. False when it does not fit, or a view or a count is too long.
 */
bool stint_dhcpv4_message_emit(
    const struct stint_dhcpv4_message *message, struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif

/* Neighbor discovery for IPv6 over Ethernet (RFC 4861, RFC 4191, RFC 8106).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Each parser takes the IPv6 header and the ICMPv6 message that came under it, whose type the
 * caller has looked at, and validates all that RFC 4861 asks for: hop limit 255, code 0, lengths,
 * every option's length, and what the message's addresses must be. Who gets a value may use it.
 */
#ifndef STINT_WIRE_NDP_H
#define STINT_WIRE_NDP_H

#include "stint/wire/icmpv6.h"
#include "stint/wire/ipv6.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_NDP_HOP_LIMIT = 255,   /* of every message: no router has passed it on */
    STINT_NDP_OPTION_LIMIT = 32, /* more options than this are refused */
};

enum stint_ndp_option_type {
    STINT_NDP_SOURCE_LINK_ADDRESS = 1,
    STINT_NDP_TARGET_LINK_ADDRESS = 2,
    STINT_NDP_PREFIX_INFORMATION = 3,
    STINT_NDP_REDIRECTED_HEADER = 4,
    STINT_NDP_MTU = 5,
    STINT_NDP_ROUTE_INFORMATION = 24,
    STINT_NDP_DNS_SERVERS = 25,
    STINT_NDP_DNS_SEARCH_LIST = 31,
};

/* Of a router or a route (RFC 4191 2.1). */
enum stint_ndp_preference {
    STINT_NDP_PREFERENCE_LOW = -1,
    STINT_NDP_PREFERENCE_MEDIUM = 0,
    STINT_NDP_PREFERENCE_HIGH = 1,
};

/* Neighbor solicitations and advertisements. */
struct stint_ndp_neighbor {
    struct stint_address target;
    struct stint_hardware_address link_address; /* the sender's, or the target's */
    bool has_link_address;
    bool is_router; /* the three flags of an advertisement */
    bool is_solicited;
    bool overrides;
};

struct stint_ndp_router_solicitation {
    struct stint_hardware_address link_address;
    bool has_link_address;
};

struct stint_ndp_router_advertisement {
    struct stint_view options;  /* checked: for stint_ndp_option_next() */
    uint32_t reachable_ms;      /* 0: not said */
    uint32_t retransmit_ms;     /* 0: not said */
    uint16_t router_lifetime_s; /* 0: no default router */
    uint8_t hop_limit;          /* 0: not said */
    bool is_managed;            /* addresses by DHCPv6 */
    bool has_other;             /* other configuration by DHCPv6 */
    enum stint_ndp_preference preference;
};

struct stint_ndp_redirect {
    struct stint_address target;      /* the better first hop; equals `destination` on this link */
    struct stint_address destination; /* whose first hop it is */
    struct stint_view options;        /* checked; the quoted packet is among them */
};

/* One option; which members mean something, its type says. */
struct stint_ndp_option {
    uint8_t type;                               /* one of enum stint_ndp_option_type */
    uint8_t prefix_length;                      /* prefix and route information: at most 128 */
    bool on_link;                               /* prefix information */
    bool is_autonomous;                         /* prefix information */
    enum stint_ndp_preference preference;       /* route information */
    struct stint_hardware_address link_address; /* source and target link address */
    uint32_t mtu;
    uint32_t lifetime_s;           /* valid lifetime; UINT32_MAX: forever */
    uint32_t preferred_lifetime_s; /* prefix information: at most the valid lifetime */
    struct stint_address address;  /* prefix and route information: bits past the length are 0 */
    struct stint_view list; /* DNS servers: 16 octets each; search list: names as RFC 1035 3.1;
                               redirected header: the quoted packet */
};

/*@ requires \valid_read(header) && stint_icmpv6_is_readable(message) && \valid(neighbor);
    requires \separated(neighbor, header, message,
        message->data.bytes + (0 .. message->data.length - 1));
    assigns *neighbor; */
enum stint_drop stint_ndp_neighbor_parse(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message, struct stint_ndp_neighbor *neighbor);

/*@ requires \valid_read(header) && stint_icmpv6_is_readable(message) && \valid(solicitation);
    requires \separated(solicitation, header, message,
        message->data.bytes + (0 .. message->data.length - 1));
    assigns *solicitation; */
enum stint_drop stint_ndp_router_solicitation_parse(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message, struct stint_ndp_router_solicitation *solicitation);

/*@ requires \valid_read(header) && stint_icmpv6_is_readable(message) && \valid(advertisement);
    requires \separated(advertisement, header, message,
        message->data.bytes + (0 .. message->data.length - 1));
    assigns *advertisement;
    ensures \result == STINT_DROP_NONE ==> stint_is_readable(advertisement->options); */
enum stint_drop stint_ndp_router_advertisement_parse(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message,
    struct stint_ndp_router_advertisement *advertisement);

/* That it comes from the router in use now is for the caller to see (RFC 4861 8.1). */
/*@ requires \valid_read(header) && stint_icmpv6_is_readable(message) && \valid(redirect);
    requires \separated(redirect, header, message,
        message->data.bytes + (0 .. message->data.length - 1));
    assigns *redirect;
    ensures \result == STINT_DROP_NONE ==> stint_is_readable(redirect->options); */
enum stint_drop stint_ndp_redirect_parse(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message, struct stint_ndp_redirect *redirect);

/* Takes the next option that is known and right from `options`; false at the end. Unknown options,
 * and those whose length or content is wrong for their type, are skipped (RFC 4861 4.6). */
/*@ requires \valid(options) && \valid(option) && \separated(options, option);
    requires stint_is_readable(*options);
    requires \separated(options, options->bytes + (0 .. options->length - 1));
    requires \separated(option, options->bytes + (0 .. options->length - 1));
    assigns *options, *option;
    ensures stint_is_readable(*options);
    ensures \result ==> options->length < \old(options->length);
    ensures options->length > 0 ==>
        options->bytes == \old(options->bytes) + (\old(options->length) - options->length); */
bool stint_ndp_option_next(struct stint_view *options, struct stint_ndp_option *option);

/* Append a whole ICMPv6 message with its checksum; the IPv6 header is to have hop limit 255. An
 * advertisement's flags are written for STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT as `type` only. False
 * when it does not fit. */
bool stint_ndp_neighbor_emit(const struct stint_ndp_neighbor *neighbor, enum stint_icmpv6_type type,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_writer *writer);

bool stint_ndp_router_solicitation_emit(const struct stint_ndp_router_solicitation *solicitation,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif

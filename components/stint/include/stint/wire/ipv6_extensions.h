/* IPv6 extension headers (RFC 8200 4, RFC 5095, RFC 6946, RFC 8504 5.3).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The chain from the IPv6 header to the upper layer is walked over at most 8 headers of at most 16
 * options. Routing headers are not followed: one with segments left is refused, whatever its type.
 */
#ifndef STINT_WIRE_IPV6_EXTENSIONS_H
#define STINT_WIRE_IPV6_EXTENSIONS_H

#include "stint/base/bytes.h"
#include "stint/base/drop.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_IPV6_EXTENSION_LIMIT = 8,
    STINT_IPV6_OPTION_LIMIT = 16, /* in one header, padding among them */
    STINT_IPV6_FRAGMENT_HEADER_LENGTH = 8,
    STINT_IPV6_ROUTER_ALERT_LENGTH = 8, /* of a hop-by-hop header with nothing else */
};

enum stint_ipv6_next_header {
    STINT_NEXT_HEADER_HOP_BY_HOP = 0,
    STINT_NEXT_HEADER_ROUTING = 43,
    STINT_NEXT_HEADER_FRAGMENT = 44,
    STINT_NEXT_HEADER_NONE = 59,
    STINT_NEXT_HEADER_DESTINATION = 60,
};

/* Whether the sender of a refused packet is told by a Parameter Problem (RFC 4443 3.4). */
enum stint_ipv6_answer {
    STINT_IPV6_ANSWER_NEVER,
    STINT_IPV6_ANSWER_UNICAST, /* unless the packet was sent to a multicast group */
    STINT_IPV6_ANSWER_ALWAYS,  /* multicast too (RFC 4443 2.4 e.3) */
};

/* The codes of a Parameter Problem. */
enum stint_ipv6_problem {
    STINT_IPV6_PROBLEM_FIELD = 0,
    STINT_IPV6_PROBLEM_NEXT_HEADER = 1,
    STINT_IPV6_PROBLEM_OPTION = 2,
};

struct stint_ipv6_chain {
    struct stint_view payload; /* the upper layer's, or the fragment's */
    uint32_t identification;   /* of a fragment */
    uint16_t fragment_offset;  /* bytes, a multiple of 8 */
    uint16_t pointer;          /* the octet of the packet that is the problem; when the walk
                                  succeeds, that which names `protocol` */
    uint16_t headers_length;   /* of the extension headers that were walked over */
    uint8_t protocol;          /* what `payload` is: anything that is no extension header */
    bool is_fragment;          /* one that must be reassembled: `payload` is a part only */
    bool more_fragments;
    bool router_alert;
    enum stint_ipv6_answer answer;   /* of a refused packet */
    enum stint_ipv6_problem problem; /* with an answer */
};

/* Walks over the extension headers of `payload`, the first of which is `next_header`, up to the
 * upper layer or to a fragment; a packet that is a fragment in name only (RFC 6946) is walked on.
 * Offsets count from the beginning of the IPv6 header, which lies right before `payload`.
 *
 * STINT_NEXT_HEADER_NONE as `protocol` means that nothing follows. Who does not know `protocol`
 * answers STINT_IPV6_PROBLEM_NEXT_HEADER with `pointer`. */
/*@ requires stint_is_readable(payload) && \valid(chain);
    requires \separated(chain, payload.bytes + (0 .. payload.length - 1));
    assigns *chain;
    ensures \result == STINT_DROP_NONE ==> stint_is_readable(chain->payload); */
enum stint_drop stint_ipv6_chain_parse(
    struct stint_view payload, uint8_t next_header, struct stint_ipv6_chain *chain);

/* The same for the packet that an ICMPv6 error quotes, which may be cut off after the headers. */
/*@ requires stint_is_readable(payload) && \valid(chain);
    requires \separated(chain, payload.bytes + (0 .. payload.length - 1));
    assigns *chain;
    ensures \result == STINT_DROP_NONE ==> stint_is_readable(chain->payload); */
enum stint_drop stint_ipv6_chain_parse_quote(
    struct stint_view payload, uint8_t next_header, struct stint_ipv6_chain *chain);

/* Appends a fragment header: `protocol`, `fragment_offset`, `more_fragments`, `identification`. */
/*@ requires \valid_read(chain) && stint_writer_is_sound(writer);
    requires \separated(chain, writer, writer->whole.bytes + (0 .. writer->whole.length - 1));
    assigns *writer, writer->whole.bytes[0 .. writer->whole.length - 1];
    ensures stint_writer_is_sound(writer); */
bool stint_ipv6_fragment_header_emit(
    const struct stint_ipv6_chain *chain, struct stint_writer *writer);

/* Appends a hop-by-hop header with the router alert of MLD (RFC 2711); false when it does not fit.
 */
/*@ requires stint_writer_is_sound(writer);
    assigns *writer, writer->whole.bytes[0 .. writer->whole.length - 1];
    ensures stint_writer_is_sound(writer); */
bool stint_ipv6_router_alert_emit(uint8_t next_header, struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif

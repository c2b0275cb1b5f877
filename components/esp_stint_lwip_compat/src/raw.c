/* Raw sockets of ICMP and ICMPv6 over stint's echo sockets: what those leave out of a message is
 * read from requests, and written before replies. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "raw.h"

#include "stint/wire/checksum.h"
#include "stint/wire/icmpv4.h"
#include "stint/wire/icmpv6.h"
#include "stint/wire/ipv4.h"
#include "stint/wire/ipv6.h"
#include <string.h>

enum { HEAD_AT_MOST = STINT_IPV6_HEADER_LENGTH + LWIP_RAW_REQUEST_HEAD };

static bool is_ipv4(int descriptor)
{
    return lwip_family_of(descriptor) == AF_INET;
}

/* --- requests --- */

static int take_identifier(int descriptor, uint16_t identifier)
{
    struct stint_endpoint local = {0};
    const int result = stint_local_endpoint(lwip_sockets(), descriptor, &local);
    if (result < 0 || local.port == identifier) {
        return (int)stint_platform_result(result);
    }
    local = (struct stint_endpoint){.port = identifier};
    return (int)stint_platform_result(stint_bind(lwip_sockets(), descriptor, &local));
}

int lwip_raw_request(int descriptor, struct pieces *pieces)
{
    const uint8_t request = is_ipv4(descriptor) ? (uint8_t)STINT_ICMPV4_ECHO_REQUEST
                                                : (uint8_t)STINT_ICMPV6_ECHO_REQUEST;
    const struct stint_span message = pieces->spans[0];
    if (pieces->count != 1) {
        return -EMSGSIZE;
    }
    if (message.length < STINT_ICMPV4_HEADER_LENGTH || message.bytes[0] != request ||
        message.bytes[1] != 0) {
        return -EINVAL;
    }
    pieces_of(
        pieces, message.bytes + LWIP_RAW_REQUEST_HEAD, message.length - LWIP_RAW_REQUEST_HEAD);
    return take_identifier(descriptor, stint_load16(message.bytes + 4));
}

/* --- replies --- */

static void put_ipv4(
    const struct stint_datagram_info *info, size_t length, struct stint_writer *writer)
{
    const struct stint_ipv4_header header = {
        .source = info->source.address,
        .destination = info->destination.address,
        .payload_length = (uint16_t)length,
        .protocol = STINT_PROTOCOL_ICMPV4,
        .time_to_live = info->time_to_live,
        .traffic_class = info->traffic_class,
    };
    (void)stint_ipv4_header_emit(&header, writer);
}

static void put_ipv6(
    const struct stint_datagram_info *info, size_t length, struct stint_writer *writer)
{
    const struct stint_ipv6_header header = {
        .source = info->source.address,
        .destination = info->destination.address,
        .payload_length = (uint16_t)length,
        .next_header = STINT_PROTOCOL_ICMPV6,
        .hop_limit = info->time_to_live,
        .traffic_class = info->traffic_class,
    };
    (void)stint_ipv6_header_emit(&header, writer);
}

/* The headers of a reply whose sequence number and data are `rest`: as much of `length` bytes as
 * was read. The checksum of a part is none. */
static void write_head(int descriptor, const struct stint_datagram_info *info,
    struct stint_view rest, size_t length, struct stint_span head)
{
    struct stint_writer writer = stint_writer_into(head);
    struct stint_checksum checksum = {0};
    if (is_ipv4(descriptor)) {
        put_ipv4(info, length, &writer);
    } else {
        put_ipv6(info, length, &writer);
        checksum = stint_checksum_pseudo_header(
            &info->source.address, &info->destination.address, STINT_PROTOCOL_ICMPV6, length);
    }
    uint8_t *const icmp = head.bytes + head.length - LWIP_RAW_REQUEST_HEAD;
    icmp[0] =
        is_ipv4(descriptor) ? (uint8_t)STINT_ICMPV4_ECHO_REPLY : (uint8_t)STINT_ICMPV6_ECHO_REPLY;
    icmp[1] = 0;
    stint_store16(icmp + 2, 0);
    stint_store16(icmp + 4, info->destination.port);
    stint_checksum_add(&checksum, stint_view_of(icmp, LWIP_RAW_REQUEST_HEAD));
    stint_checksum_add(&checksum, rest);
    if (rest.length + LWIP_RAW_REQUEST_HEAD == length) {
        stint_store16(icmp + 2, stint_checksum_finish(&checksum));
    }
}

long lwip_raw_receive(int descriptor, struct stint_span into, struct stint_endpoint *sender,
    unsigned flags, bool *truncated)
{
    uint8_t head[HEAD_AT_MOST];
    const size_t length =
        (is_ipv4(descriptor) ? (size_t)STINT_IPV4_HEADER_LENGTH : STINT_IPV6_HEADER_LENGTH) +
        LWIP_RAW_REQUEST_HEAD;
    const size_t head_room = into.length < length ? into.length : length;
    struct stint_span rest = stint_span_without_first(into, head_room);
    struct stint_datagram_info info = {0};
    struct stint_message message = {
        .peer = sender, .pieces = &rest, .piece_count = 1, .info = &info};
    const long result =
        stint_receive_message(lwip_sockets(), descriptor, &message, flags | STINT_MSG_TRUNC);
    if (result < 0) {
        return result;
    }
    const struct stint_view copied = stint_view_first(stint_span_as_view(rest), (size_t)result);
    write_head(descriptor, &info, copied, LWIP_RAW_REQUEST_HEAD + (size_t)result,
        stint_span_of(head, length));
    if (head_room > 0) {
        memcpy(into.bytes, head, head_room);
    }
    *truncated = message.truncated || head_room < length;
    return (flags & STINT_MSG_TRUNC) != 0 ? (long)length + result
                                          : (long)(head_room + copied.length);
}

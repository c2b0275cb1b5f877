/* ICMP for IPv6 (RFC 4443).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/icmpv6.h"

#include "stint/wire/checksum.h"
#include "stint/wire/ipv4.h"

enum stint_drop stint_icmpv6_message_parse(struct stint_view bytes,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_icmpv6_message *message)
{
    struct stint_reader reader = stint_reader_over(bytes);
    const uint8_t *header = stint_reader_take(&reader, STINT_ICMPV6_HEADER_LENGTH);
    if (header == NULL) {
        return STINT_DROP_ICMP_SHORT;
    }
    struct stint_checksum checksum =
        stint_checksum_pseudo_header(source, destination, STINT_PROTOCOL_ICMPV6, bytes.length);
    stint_checksum_add(&checksum, bytes);
    if (stint_checksum_finish(&checksum) != 0) {
        return STINT_DROP_ICMP_CHECKSUM;
    }
    message->type = header[0];
    message->code = header[1];
    message->parameter = stint_load32(header + 4);
    message->data = reader.rest;
    return STINT_DROP_NONE;
}

size_t stint_icmpv6_message_length(const struct stint_icmpv6_message *message)
{
    return STINT_ICMPV6_HEADER_LENGTH + message->data.length;
}

bool stint_icmpv6_message_emit(const struct stint_icmpv6_message *message,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_writer *writer)
{
    if (message->data.length > SIZE_MAX - STINT_ICMPV6_HEADER_LENGTH) {
        return false;
    }
    const size_t length = stint_icmpv6_message_length(message);
    uint8_t *header = stint_writer_claim(writer, length);
    if (header == NULL) {
        return false;
    }
    header[0] = message->type;
    header[1] = message->code;
    stint_store16(header + 2, 0);
    stint_store32(header + 4, message->parameter);

    struct stint_checksum checksum =
        stint_checksum_pseudo_header(source, destination, STINT_PROTOCOL_ICMPV6, length);
    stint_checksum_add(&checksum, stint_view_of(header, STINT_ICMPV6_HEADER_LENGTH));
    stint_checksum_add_copy(&checksum, header + STINT_ICMPV6_HEADER_LENGTH, message->data);
    stint_store16(header + 2, stint_checksum_finish(&checksum));
    return true;
}

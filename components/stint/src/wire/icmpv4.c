/* ICMP for IPv4 (RFC 792, RFC 1122 3.2.2, RFC 1191).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/icmpv4.h"

#include "stint/wire/checksum.h"

enum stint_drop stint_icmpv4_message_parse(
    struct stint_view bytes, struct stint_icmpv4_message *message)
{
    struct stint_reader reader = stint_reader_over(bytes);
    const uint8_t *header = stint_reader_take(&reader, STINT_ICMPV4_HEADER_LENGTH);
    if (header == NULL) {
        return STINT_DROP_ICMP_SHORT;
    }
    if (stint_checksum_of(bytes) != 0) {
        return STINT_DROP_ICMP_CHECKSUM;
    }
    message->type = header[0];
    message->code = header[1];
    message->identifier = stint_load16(header + 4);
    message->sequence = stint_load16(header + 6);
    message->data = reader.rest;
    return STINT_DROP_NONE;
}

size_t stint_icmpv4_message_length(const struct stint_icmpv4_message *message)
{
    return STINT_ICMPV4_HEADER_LENGTH + message->data.length;
}

bool stint_icmpv4_message_emit(
    const struct stint_icmpv4_message *message, struct stint_writer *writer)
{
    if (message->data.length > SIZE_MAX - STINT_ICMPV4_HEADER_LENGTH) {
        return false;
    }
    uint8_t *header = stint_writer_claim(writer, stint_icmpv4_message_length(message));
    if (header == NULL) {
        return false;
    }
    header[0] = message->type;
    header[1] = message->code;
    stint_store16(header + 2, 0);
    stint_store16(header + 4, message->identifier);
    stint_store16(header + 6, message->sequence);

    struct stint_checksum checksum = {0, false};
    stint_checksum_add(&checksum, stint_view_of(header, STINT_ICMPV4_HEADER_LENGTH));
    stint_checksum_add_copy(&checksum, header + STINT_ICMPV4_HEADER_LENGTH, message->data);
    stint_store16(header + 2, stint_checksum_finish(&checksum));
    return true;
}

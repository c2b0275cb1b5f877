/* TCP segments (RFC 9293 3.1).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_TCP_H
#define STINT_WIRE_TCP_H

#include "stint/wire/address.h"
#include "stint/wire/tcp_options.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_TCP_HEADER_LENGTH = 20 };

struct stint_tcp_segment {
    uint16_t source_port;
    uint16_t destination_port;
    struct stint_sequence sequence;
    struct stint_sequence acknowledgment;
    uint16_t window; /* as on the wire: not scaled */
    uint16_t urgent_pointer;
    bool fin;
    bool syn;
    bool rst;
    bool psh;
    bool ack;
    bool urg;
    bool ece;
    bool cwr;
    struct stint_tcp_options options;
    bool landed;                  /* received: the payload lies at the end of its stream already */
    struct stint_view payload[2]; /* one after the other; a received segment uses the first only */
};

/* Bytes of payload. */
static inline size_t stint_tcp_segment_payload_length(const struct stint_tcp_segment *segment)
{
    return segment->payload[0].length + segment->payload[1].length;
}

/* Length in sequence space: payload, SYN and FIN. */
static inline uint32_t stint_tcp_segment_length(const struct stint_tcp_segment *segment)
{
    return (uint32_t)stint_tcp_segment_payload_length(segment) + (segment->syn ? 1u : 0u) +
           (segment->fin ? 1u : 0u);
}

/* Reads header and options of `bytes`, the whole payload of an IP packet, and leaves the checksum
 * to one of the next two. */
enum stint_drop stint_tcp_segment_read(struct stint_view bytes, struct stint_tcp_segment *segment);

/* True when the checksum over `bytes` is right. */
bool stint_tcp_segment_is_intact(struct stint_view bytes, const struct stint_address *source,
    const struct stint_address *destination);

/* The same, copying the payload of the segment that was read from `bytes` in the same pass: first
 * to `first`, what does not fit there to `second`. */
bool stint_tcp_segment_land(struct stint_view bytes, const struct stint_address *source,
    const struct stint_address *destination, const struct stint_tcp_segment *segment,
    struct stint_span first, struct stint_span second);

/* Reads header and options and checks the checksum over `bytes`, the whole payload of an IP packet.
 */
enum stint_drop stint_tcp_segment_parse(struct stint_view bytes, const struct stint_address *source,
    const struct stint_address *destination, struct stint_tcp_segment *segment);

/* Bytes of header with options, that is, without payload. */
size_t stint_tcp_segment_header_length(const struct stint_tcp_segment *segment);

/* Appends header, options and payload with the checksum, the payload copied and summed in one pass;
 * false when it does not fit. */
bool stint_tcp_segment_emit(const struct stint_tcp_segment *segment,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif

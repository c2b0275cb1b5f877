/* The Internet checksum (RFC 1071), over bytes, over several pieces, and while copying.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_CHECKSUM_H
#define STINT_WIRE_CHECKSUM_H

#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A running sum over pieces of any length, odd ones too: {0} is the sum of nothing. */
struct stint_checksum {
    uint32_t sum; /* of the stream's pairs of octets so far, as this machine loads them: a number
                     that counts modulo 65535, and is 0 only when all are 0 */
    bool odd;     /* an odd number of bytes was added so far */
};

void stint_checksum_add(struct stint_checksum *checksum, struct stint_view bytes);

/* The same for a header: a multiple of 4 bytes, few, at an even place of the stream. */
void stint_checksum_add_header(struct stint_checksum *checksum, struct stint_view header);

/* Copies `from` to `to` (at least as long, not overlapping) and adds it: in one pass over words
 * when both lie alike to a multiple of 4. */
void stint_checksum_add_copy(struct stint_checksum *checksum, uint8_t *to, struct stint_view from);

/* Adds a 16-bit number; only after an even number of bytes. */
void stint_checksum_add16(struct stint_checksum *checksum, uint16_t number);

/* The pseudo-header of TCP, UDP (RFC 9293 3.1, RFC 768) and, for IPv6, ICMPv6 (RFC 8200 8.1).
 * `length` is that of the upper layer's header and data. The family is that of the destination. */
struct stint_checksum stint_checksum_pseudo_header(const struct stint_address *source,
    const struct stint_address *destination, uint8_t protocol, size_t length);

/* The value for a header's checksum field: the complement of the folded sum. Over bytes that
 * contain a right checksum it is 0. */
uint16_t stint_checksum_finish(const struct stint_checksum *checksum);

/* The checksum of one piece. */
uint16_t stint_checksum_of(struct stint_view bytes);

#ifdef __cplusplus
}
#endif

#endif

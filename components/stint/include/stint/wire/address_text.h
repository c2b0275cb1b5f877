/* Addresses as text: what people type and read.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Text is ended by a NUL when it fits; lengths do not count it. IPv6 text follows RFC 5952.
 */
#ifndef STINT_WIRE_ADDRESS_TEXT_H
#define STINT_WIRE_ADDRESS_TEXT_H

#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_ADDRESS_TEXT_LENGTH = 46,          /* the longest IPv6 text with its NUL */
    STINT_HARDWARE_ADDRESS_TEXT_LENGTH = 18, /* "02:00:00:00:00:01" with its NUL */
};

/* Writes the address as text with a NUL. Its length without the NUL, or 0 when `text` is too small.
 */
size_t stint_address_format(const struct stint_address *address, char *text, size_t capacity);
size_t stint_hardware_address_format(
    const struct stint_hardware_address *address, char *text, size_t capacity);

/* Reads the whole of a NUL-terminated text; false, and nothing changed, when it is not an address.
 * IPv4 must be four decimal numbers (no octal, no short forms). */
/*@ requires stint_is_text(text) && \valid(address);
    assigns *address;
    ensures !\result ==> *address == \old(*address); */
bool stint_address_parse(const char *text, struct stint_address *address);
/*@ requires stint_is_text(text) && \valid(address);
    assigns *address;
    ensures !\result ==> *address == \old(*address); */
bool stint_hardware_address_parse(const char *text, struct stint_hardware_address *address);

/* Reads "192.168.1.2/24": address and prefix length (in 0..128 terms, so 120 here). */
/*@ requires stint_is_text(text) && \valid(prefix);
    assigns *prefix;
    ensures !\result ==> *prefix == \old(*prefix); */
bool stint_prefix_parse(const char *text, struct stint_prefix *prefix);

#ifdef __cplusplus
}
#endif

#endif

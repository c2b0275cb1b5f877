/* What functions of wire/address may do, for proofs about their callers: they look at the addresses
 * that they are given and touch nothing else, which eva_address shows.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PROOFS_ADDRESS_CONTRACTS_H
#define STINT_PROOFS_ADDRESS_CONTRACTS_H

#include "stint/wire/address.h"

/*@ requires \valid_read(a) && \valid_read(b);
    assigns \nothing; */
bool stint_address_equal(const struct stint_address *a, const struct stint_address *b);

/*@ requires \valid_read(address);
    assigns \nothing; */
bool stint_address_is_ipv4(const struct stint_address *address);

/*@ requires \valid_read(address);
    assigns \nothing; */
bool stint_address_is_unspecified(const struct stint_address *address);

/*@ requires \valid_read(address);
    assigns \nothing; */
bool stint_address_is_multicast(const struct stint_address *address);

/*@ requires \valid_read(address);
    assigns \nothing; */
bool stint_address_is_link_local(const struct stint_address *address);

/*@ requires \valid_read(octets + (0 .. 3));
    assigns \nothing; */
struct stint_address stint_address_from_ipv4(const uint8_t *octets);

/*@ requires \valid_read(octets + (0 .. 15));
    assigns \nothing; */
struct stint_address stint_address_from_ipv6(const uint8_t *octets);

/*@ assigns \nothing; */
struct stint_prefix stint_prefix_ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint8_t length);

#endif

/* Proof of the records of wire/dns: whatever a peer sends, they are read inside their message, and
 * every walk over them ends. What takes names as text is not looked at.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -wp-no-split
 * functions: names_equal clamp_ttl read_record at_most begin_walk next_record follow_alias
 * functions: records_are_acceptable stint_dns_address_next stint_dns_negative_ttl
 */
#include "address_contracts.h"
#include "wire/dns.c"

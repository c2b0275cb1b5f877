/* Proof of wire/dns: whatever a name says and a peer sends, a query is written into its room, a
 * response is read inside its message, and every walk over either ends.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -wp-no-split
 * proves: src/wire/dns.c
 */
#include "address_contracts.h"
#include "wire/dns.c"

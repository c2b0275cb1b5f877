/* Proof of wire/dhcpv4: whatever a peer sends, fields and options are read inside what was given.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -wp-no-split
 * proves: src/wire/dhcpv4.c
 */
#include "address_contracts.h"
#include "wire/dhcpv4.c"

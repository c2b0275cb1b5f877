/* Proof of wire/ndp: whatever a peer sends, messages are read inside what was given.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -wp-no-split
 * proves: src/wire/ndp.c
 * trusts: put_link_address stint_ndp_neighbor_emit stint_ndp_router_solicitation_emit
 */
#include "address_contracts.h"
#include "wire/ndp.c"

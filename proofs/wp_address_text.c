/* Proof of how wire/address_text reads: whatever a NUL-terminated text says, it is read no further
 * than to its end, and every loop ends. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -wp-no-split
 * proves: src/wire/address_text_parse.c
 */
#include "address_contracts.h"
#include "wire/address_text_parse.c"

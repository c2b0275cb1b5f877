/* Proof of wire/dns_name: whatever a peer sends, names are read inside their message, and every
 * walk ends. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -wp-no-split
 * proves: src/wire/dns_name.c
 */
#include "wire/dns_name.c"

/* Proof of wire/ipv6_extensions: whatever a peer sends, headers and options are read inside what
 * was given, and the walk ends. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -wp-no-split
 * proves: src/wire/ipv6_extensions.c
 */
#include "wire/ipv6_extensions.c"

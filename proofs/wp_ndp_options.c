/* Proof of wire/ndp_options: whatever a peer sends, options are read inside what was given.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -wp-no-split
 * proves: src/wire/ndp_options.c
 */
#include "wire/ndp_options.c"

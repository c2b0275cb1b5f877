/* Proof of wire/tcp_options: whatever a peer sends, options are read inside what was given and hold
 * no more blocks than there are places. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * functions: stint_tcp_options_clear stint_tcp_options_parse is_padded_timestamps_only
 * functions: take_option take_maximum_segment_size take_window_scale take_timestamps take_sack
 */
#include "facts.h"
#include "wire/tcp_options.c"

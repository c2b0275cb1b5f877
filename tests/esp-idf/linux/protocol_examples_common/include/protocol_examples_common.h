/* What ESP-IDF's examples call to come into the network.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PROTOCOL_EXAMPLES_COMMON_H
#define STINT_PROTOCOL_EXAMPLES_COMMON_H

#include "esp_err.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Ethernet on the TAP that $STINT_TAP names; returns with an address of a DHCP server. */
esp_err_t example_connect(void);

#ifdef __cplusplus
}
#endif

#endif

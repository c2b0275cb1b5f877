/* Placement of functions and data, which a host does not have.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_ATTR_H
#define STINT_HARNESS_ESP_ATTR_H

#define IRAM_ATTR
#define DRAM_ATTR
#define EXT_RAM_BSS_ATTR

#endif

/* The version of ESP-IDF that the harness stands for: 5.3 or 6.0, chosen by the build.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_IDF_VERSION_H
#define STINT_HARNESS_ESP_IDF_VERSION_H

#ifndef HARNESS_IDF_VERSION_MAJOR
#define HARNESS_IDF_VERSION_MAJOR 6
#define HARNESS_IDF_VERSION_MINOR 0
#endif

#define ESP_IDF_VERSION_MAJOR                    HARNESS_IDF_VERSION_MAJOR
#define ESP_IDF_VERSION_MINOR                    HARNESS_IDF_VERSION_MINOR
#define ESP_IDF_VERSION_PATCH                    0
#define ESP_IDF_VERSION_VAL(major, minor, patch) (((major) << 16) | ((minor) << 8) | (patch))
#define ESP_IDF_VERSION                                                                            \
    ESP_IDF_VERSION_VAL(ESP_IDF_VERSION_MAJOR, ESP_IDF_VERSION_MINOR, ESP_IDF_VERSION_PATCH)

#endif

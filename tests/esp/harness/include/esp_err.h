/* Error codes of ESP-IDF, as far as they are used here.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_ERR_H
#define STINT_HARNESS_ESP_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int esp_err_t;

#define ESP_OK                   0
#define ESP_FAIL                 (-1)
#define ESP_ERR_NO_MEM           0x101
#define ESP_ERR_INVALID_ARG      0x102
#define ESP_ERR_INVALID_STATE    0x103
#define ESP_ERR_INVALID_SIZE     0x104
#define ESP_ERR_NOT_FOUND        0x105
#define ESP_ERR_NOT_SUPPORTED    0x106
#define ESP_ERR_TIMEOUT          0x107
#define ESP_ERR_INVALID_RESPONSE 0x108
#define ESP_ERR_INVALID_MAC      0x10b
#define ESP_ERR_NOT_FINISHED     0x10c
#define ESP_ERR_NOT_ALLOWED      0x10d
#define ESP_ERR_WIFI_BASE        0x3000
#define ESP_ERR_ESP_NETIF_BASE   0x5000

const char *esp_err_to_name(esp_err_t code);
void _esp_error_check_failed(esp_err_t code, const char *file, int line, const char *expression);

#define ESP_ERROR_CHECK(x)                                                                         \
    do {                                                                                           \
        const esp_err_t checked_ = (x);                                                            \
        if (checked_ != ESP_OK) {                                                                  \
            _esp_error_check_failed(checked_, __FILE__, __LINE__, #x);                             \
        }                                                                                          \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif

/* Addresses as esp_netif has them: IPv4 as a word in network order.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_NETIF_IP_ADDR_H
#define STINT_HARNESS_ESP_NETIF_IP_ADDR_H

#include "esp_idf_version.h"
#include "sdkconfig.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define esp_netif_htonl(x)                                                                         \
    ((((x)&0x000000ffU) << 24) | (((x)&0x0000ff00U) << 8) | (((x)&0x00ff0000U) >> 8) |             \
        (((x)&0xff000000U) >> 24))
#define ESP_IP4TOUINT32(a, b, c, d)                                                                \
    (((uint32_t)(a) << 24) | ((uint32_t)(b) << 16) | ((uint32_t)(c) << 8) | (uint32_t)(d))
#define ESP_IP4TOADDR(a, b, c, d) esp_netif_htonl(ESP_IP4TOUINT32(a, b, c, d))

#define IPSTR                                 "%d.%d.%d.%d"
#define esp_ip4_addr_get_byte(address, index) (((const uint8_t *)(&(address)->addr))[index])
#define IP2STR(address)                                                                            \
    esp_ip4_addr_get_byte(address, 0), esp_ip4_addr_get_byte(address, 1),                          \
        esp_ip4_addr_get_byte(address, 2), esp_ip4_addr_get_byte(address, 3)

#define IPV6STR "%04x:%04x:%04x:%04x:%04x:%04x:%04x:%04x"
#define esp_ip6_addr_get_block(address, index)                                                     \
    ((unsigned)(esp_netif_htonl((address).addr[(index) / 2]) >> ((index) % 2 == 0 ? 16 : 0)) &     \
        0xffffU)
#define IPV62STR(address)                                                                          \
    esp_ip6_addr_get_block(address, 0), esp_ip6_addr_get_block(address, 1),                        \
        esp_ip6_addr_get_block(address, 2), esp_ip6_addr_get_block(address, 3),                    \
        esp_ip6_addr_get_block(address, 4), esp_ip6_addr_get_block(address, 5),                    \
        esp_ip6_addr_get_block(address, 6), esp_ip6_addr_get_block(address, 7)

#define ESP_IPADDR_TYPE_V4  0U
#define ESP_IPADDR_TYPE_V6  6U
#define ESP_IPADDR_TYPE_ANY 46U

typedef struct esp_ip6_addr {
    uint32_t addr[4];
    uint8_t zone;
} esp_ip6_addr_t;

typedef struct esp_ip4_addr {
    uint32_t addr;
} esp_ip4_addr_t;

typedef struct _ip_addr {
    union {
        esp_ip6_addr_t ip6;
        esp_ip4_addr_t ip4;
    } u_addr;
    uint8_t type;
} esp_ip_addr_t;

typedef enum {
    ESP_IP6_ADDR_IS_UNKNOWN,
    ESP_IP6_ADDR_IS_GLOBAL,
    ESP_IP6_ADDR_IS_LINK_LOCAL,
    ESP_IP6_ADDR_IS_SITE_LOCAL,
    ESP_IP6_ADDR_IS_UNIQUE_LOCAL,
    ESP_IP6_ADDR_IS_IPV4_MAPPED_IPV6
} esp_ip6_addr_type_t;

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
esp_ip6_addr_type_t esp_netif_ip6_get_addr_type(const esp_ip6_addr_t *ip6_addr);
#else
esp_ip6_addr_type_t esp_netif_ip6_get_addr_type(esp_ip6_addr_t *ip6_addr);
#endif

#ifdef __cplusplus
}
#endif

#endif

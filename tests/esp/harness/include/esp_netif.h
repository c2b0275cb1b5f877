/* Interfaces: what applications, drivers and ESP-IDF's own handlers call, and a network stack
 * provides. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The harness provides the nine esp_netif_action_*, IP_EVENT, the list of interfaces and the
 * default configurations, as ESP-IDF does for a custom implementation.
 */
#ifndef STINT_HARNESS_ESP_NETIF_H
#define STINT_HARNESS_ESP_NETIF_H

#include "esp_netif_defaults.h"
#include "esp_netif_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- the implementation's --- */

esp_err_t esp_netif_init(void);
esp_err_t esp_netif_deinit(void);
esp_netif_t *esp_netif_new(const esp_netif_config_t *config);
void esp_netif_destroy(esp_netif_t *esp_netif);
esp_err_t esp_netif_set_driver_config(
    esp_netif_t *esp_netif, const esp_netif_driver_ifconfig_t *driver_config);
esp_err_t esp_netif_attach(esp_netif_t *esp_netif, esp_netif_iodriver_handle driver_handle);
esp_err_t esp_netif_receive(esp_netif_t *esp_netif, void *buffer, size_t len, void *eb);
esp_err_t esp_netif_tx_rx_event_enable(esp_netif_t *esp_netif);
esp_err_t esp_netif_tx_rx_event_disable(esp_netif_t *esp_netif);
esp_err_t esp_netif_set_default_netif(esp_netif_t *esp_netif);
esp_netif_t *esp_netif_get_default_netif(void);
esp_err_t esp_netif_join_ip6_multicast_group(esp_netif_t *esp_netif, const esp_ip6_addr_t *addr);
esp_err_t esp_netif_leave_ip6_multicast_group(esp_netif_t *esp_netif, const esp_ip6_addr_t *addr);
esp_err_t esp_netif_set_mac(esp_netif_t *esp_netif, uint8_t mac[]);
esp_err_t esp_netif_get_mac(esp_netif_t *esp_netif, uint8_t mac[]);
esp_err_t esp_netif_set_hostname(esp_netif_t *esp_netif, const char *hostname);
esp_err_t esp_netif_get_hostname(esp_netif_t *esp_netif, const char **hostname);
bool esp_netif_is_netif_up(esp_netif_t *esp_netif);
esp_err_t esp_netif_get_ip_info(esp_netif_t *esp_netif, esp_netif_ip_info_t *ip_info);
esp_err_t esp_netif_get_old_ip_info(esp_netif_t *esp_netif, esp_netif_ip_info_t *ip_info);
esp_err_t esp_netif_set_ip_info(esp_netif_t *esp_netif, const esp_netif_ip_info_t *ip_info);
esp_err_t esp_netif_set_old_ip_info(esp_netif_t *esp_netif, const esp_netif_ip_info_t *ip_info);
int esp_netif_get_netif_impl_index(esp_netif_t *esp_netif);
esp_err_t esp_netif_get_netif_impl_name(esp_netif_t *esp_netif, char *name);
esp_err_t esp_netif_set_mtu(esp_netif_t *esp_netif, uint16_t mtu);
esp_err_t esp_netif_get_mtu(esp_netif_t *esp_netif, uint16_t *mtu);
esp_err_t esp_netif_napt_enable(esp_netif_t *esp_netif);
esp_err_t esp_netif_napt_disable(esp_netif_t *esp_netif);
esp_err_t esp_netif_dhcps_option(esp_netif_t *esp_netif, esp_netif_dhcp_option_mode_t opt_op,
    esp_netif_dhcp_option_id_t opt_id, void *opt_val, uint32_t opt_len);
esp_err_t esp_netif_dhcpc_option(esp_netif_t *esp_netif, esp_netif_dhcp_option_mode_t opt_op,
    esp_netif_dhcp_option_id_t opt_id, void *opt_val, uint32_t opt_len);
esp_err_t esp_netif_dhcpc_start(esp_netif_t *esp_netif);
esp_err_t esp_netif_dhcpc_stop(esp_netif_t *esp_netif);
esp_err_t esp_netif_dhcpc_get_status(esp_netif_t *esp_netif, esp_netif_dhcp_status_t *status);
esp_err_t esp_netif_dhcps_get_status(esp_netif_t *esp_netif, esp_netif_dhcp_status_t *status);
esp_err_t esp_netif_dhcps_start(esp_netif_t *esp_netif);
esp_err_t esp_netif_dhcps_stop(esp_netif_t *esp_netif);
esp_err_t esp_netif_dhcps_get_clients_by_mac(
    esp_netif_t *esp_netif, int num, esp_netif_pair_mac_ip_t *mac_ip_pair);
esp_err_t esp_netif_arp_get_client_by_mac(
    esp_netif_t *esp_netif, esp_netif_pair_mac_ip_t *mac_ip_pair);
esp_err_t esp_netif_set_dns_info(
    esp_netif_t *esp_netif, esp_netif_dns_type_t type, esp_netif_dns_info_t *dns);
esp_err_t esp_netif_get_dns_info(
    esp_netif_t *esp_netif, esp_netif_dns_type_t type, esp_netif_dns_info_t *dns);
esp_err_t esp_netif_create_ip6_linklocal(esp_netif_t *esp_netif);
esp_err_t esp_netif_get_ip6_linklocal(esp_netif_t *esp_netif, esp_ip6_addr_t *if_ip6);
esp_err_t esp_netif_get_ip6_global(esp_netif_t *esp_netif, esp_ip6_addr_t *if_ip6);
int esp_netif_get_all_ip6(esp_netif_t *esp_netif, esp_ip6_addr_t if_ip6[]);
int esp_netif_get_all_preferred_ip6(esp_netif_t *esp_netif, esp_ip6_addr_t if_ip6[]);
esp_err_t esp_netif_add_ip6_address(
    esp_netif_t *esp_netif, const esp_ip6_addr_t addr, bool preferred);
esp_err_t esp_netif_remove_ip6_address(esp_netif_t *esp_netif, const esp_ip6_addr_t *addr);
void esp_netif_set_ip4_addr(esp_ip4_addr_t *addr, uint8_t a, uint8_t b, uint8_t c, uint8_t d);
char *esp_ip4addr_ntoa(const esp_ip4_addr_t *addr, char *buf, int buflen);
uint32_t esp_ip4addr_aton(const char *addr);
esp_err_t esp_netif_str_to_ip4(const char *src, esp_ip4_addr_t *dst);
esp_err_t esp_netif_str_to_ip6(const char *src, esp_ip6_addr_t *dst);
esp_netif_iodriver_handle esp_netif_get_io_driver(esp_netif_t *esp_netif);
esp_netif_t *esp_netif_get_handle_from_ifkey(const char *if_key);
esp_netif_flags_t esp_netif_get_flags(esp_netif_t *esp_netif);
const char *esp_netif_get_ifkey(esp_netif_t *esp_netif);
const char *esp_netif_get_desc(esp_netif_t *esp_netif);
int esp_netif_get_route_prio(esp_netif_t *esp_netif);
int esp_netif_set_route_prio(esp_netif_t *esp_netif, int route_prio);
int32_t esp_netif_get_event_id(esp_netif_t *esp_netif, esp_netif_ip_event_type_t event_type);
typedef bool (*esp_netif_find_predicate_t)(esp_netif_t *netif, void *ctx);
esp_netif_t *esp_netif_find_if(esp_netif_find_predicate_t fn, void *ctx);
void esp_netif_netstack_buf_ref(void *netstack_buf);
void esp_netif_netstack_buf_free(void *netstack_buf);
typedef esp_err_t (*esp_netif_callback_fn)(void *ctx);
esp_err_t esp_netif_tcpip_exec(esp_netif_callback_fn fn, void *ctx);
#if ESP_IDF_VERSION < ESP_IDF_VERSION_VAL(6, 0, 0)
esp_netif_t *esp_netif_next(esp_netif_t *esp_netif);
#endif

/* --- ESP-IDF's own, whatever the implementation --- */

void esp_netif_action_start(void *esp_netif, esp_event_base_t base, int32_t event_id, void *data);
void esp_netif_action_stop(void *esp_netif, esp_event_base_t base, int32_t event_id, void *data);
void esp_netif_action_connected(
    void *esp_netif, esp_event_base_t base, int32_t event_id, void *data);
void esp_netif_action_disconnected(
    void *esp_netif, esp_event_base_t base, int32_t event_id, void *data);
void esp_netif_action_got_ip(void *esp_netif, esp_event_base_t base, int32_t event_id, void *data);
esp_netif_t *esp_netif_next_unsafe(esp_netif_t *esp_netif);
size_t esp_netif_get_nr_of_ifs(void);

#ifdef __cplusplus
}
#endif

#endif

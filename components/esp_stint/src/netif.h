/* Interfaces as ESP-IDF sees them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * An interface exists from esp_netif_new(), is started (has a link of the stack) with its driver,
 * and is up (has its addresses) while there is a connection. Calls come from any task; netif_lock()
 * holds each whole, and is taken before the lock of the sockets layer.
 */
#ifndef ESP_STINT_NETIF_H
#define ESP_STINT_NETIF_H

#include "esp_idf_version.h"
#include "esp_netif.h"
#include "link.h"
#include "stint/base/time.h"

enum {
#ifdef CONFIG_LWIP_IPV6_NUM_ADDRESSES
    /* Applications have arrays of this size for esp_netif_get_all_ip6(). */
    NETIF_IP6_ADDRESSES = CONFIG_LWIP_IPV6_NUM_ADDRESSES,
#else
    NETIF_IP6_ADDRESSES = 3,
#endif
    NETIF_IP6_GROUPS = 4, /* joined without a socket; as many as lwIP's default */
};

struct netif_dhcps; /* netif_dhcps.c */

/* An IPv6 address as applications see it; the first is link-local. */
struct netif_ip6 {
    struct stint_address address; /* unspecified: free */
    bool preferred;               /* not only for conversations under way */
    bool by_application;
    bool untold; /* IP_EVENT_GOT_IP6 is due */
};

struct esp_netif_obj {
    char *if_key;
    char *if_desc;
    char *hostname; /* NULL: CONFIG_ESP_STINT_HOSTNAME */
    esp_netif_flags_t flags;
    int route_prio;
    uint32_t get_ip_event;
    uint32_t lost_ip_event;
    uint16_t mtu; /* 0: 1500 */
    uint8_t mac[6];
    bool up;
    bool has_address; /* `applied` is the stack's */
    bool by_server;   /* a DHCP server gave it: the stack put it there and takes it away itself */
    esp_netif_iodriver_handle io_driver;
    esp_netif_driver_ifconfig_t driver;
    struct link *_Atomic link; /* NULL: not started; drivers look */
    esp_netif_ip_info_t ip_info;
    esp_netif_ip_info_t old_ip_info; /* as last told by an event */
    esp_netif_ip_info_t applied;
    esp_netif_dns_info_t dns[ESP_NETIF_DNS_MAX];
    struct netif_dhcps *dhcps;            /* NULL: of an interface without DHCP server */
    bool names_server[ESP_NETIF_DNS_MAX]; /* that of `dns` is the application's, not DHCP's */
    struct netif_ip6 ip6[NETIF_IP6_ADDRESSES];
    struct stint_address ip6_groups[NETIF_IP6_GROUPS]; /* unspecified: free */
    bool autoconfigures;                               /* IPv6 addresses come with the link */
    esp_netif_dhcp_status_t dhcpc_status;
    esp_netif_dhcp_status_t dhcps_status;
    struct stint_instant lost_at; /* when LOST_IP is told unless an address comes; never: no */
};

/* --- private functions of ESP-IDF's esp_netif, which its own sources call (esp_netif_private.h),
 * and functions that these have for an implementation --- */

esp_err_t esp_netif_start(esp_netif_t *esp_netif);
esp_err_t esp_netif_stop(esp_netif_t *esp_netif);
esp_err_t esp_netif_up(esp_netif_t *esp_netif);
esp_err_t esp_netif_down(esp_netif_t *esp_netif);
bool esp_netif_is_valid_static_ip(esp_netif_ip_info_t *ip_info);
esp_err_t esp_netif_add_to_list_unsafe(esp_netif_t *netif);
esp_err_t esp_netif_remove_from_list_unsafe(esp_netif_t *netif);
bool esp_netif_is_netif_listed(esp_netif_t *esp_netif);
esp_netif_t *esp_netif_get_handle_from_ifkey_unsafe(const char *if_key);

/* --- between our own sources, all with the lock held --- */

void netif_lock(void);
void netif_unlock(void);

/* Gives the stack this address instead of the present one (all zero: none). */
void netif_apply_address(esp_netif_t *netif, const esp_netif_ip_info_t *info);

/* The interface has an address by the application: takes it and tells everybody. */
void netif_got_address(esp_netif_t *netif, const esp_netif_ip_info_t *info);

/* The stack has, or has no more (all zero), an address that a server gave: tells everybody. */
void netif_server_gave(esp_netif_t *netif, const esp_netif_ip_info_t *info);

/* The address is gone for now: unless another comes in time, LOST_IP is told. `renew` begins the
 * time anew. */
void netif_begin_to_lose(esp_netif_t *netif, bool renew);

/* Something about which interface is the default may have changed. */
void netif_choose_default(void);

/* Forgets what pointed to an interface that goes. */
void netif_forget_default(const esp_netif_t *netif);

/* What is due in time; returns when to be called again. Takes the lock itself. */
struct stint_instant netif_do_what_is_due(struct stint_instant now);

/* Before and after the stack runs. */
esp_err_t netif_begin(void);
void netif_end(void);

/* The interface has no name servers until somebody names one anew. Not with the lock of the sockets
 * layer held. */
void netif_forget_servers(esp_netif_t *netif);

#endif

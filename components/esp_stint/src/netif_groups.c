/* Multicast groups that applications join for an interface, without a socket: each join is one more
 * user of the group, as a socket's is. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "netif_groups.h"

#include "instance.h"
#include "netif_ipv6.h"

enum {
#if defined(CONFIG_ESP_STINT_IPV6) && defined(CONFIG_ESP_STINT_MULTICAST)
    WITH_GROUPS = 1,
#else
    WITH_GROUPS = 0,
#endif
};

/* An unspecified address finds a free place. */
static struct stint_address *find(esp_netif_t *netif, const struct stint_address *group)
{
    for (unsigned i = 0; i < NETIF_IP6_GROUPS; i++) {
        if (stint_address_equal(&netif->ip6_groups[i], group)) {
            return &netif->ip6_groups[i];
        }
    }
    return NULL;
}

static struct stint_groups *groups_of(const struct link *link)
{
    return &instance_stack()->interfaces[link->interface].groups;
}

static bool join(esp_netif_t *netif, const struct stint_address *group)
{
    const struct stint_address nobody = {{0}};
    struct stint_address *const place = find(netif, &nobody);
    const struct link *const link = netif->link;
    if (place == NULL || link == NULL || stint_address_is_ipv4(group)) {
        return false;
    }
    instance_lock();
    const bool joined = stint_groups_join(groups_of(link), instance_now(), group) == STINT_OK;
    instance_unlock();
    if (joined) {
        *place = *group;
    }
    return joined;
}

static void give_back(const esp_netif_t *netif, struct stint_address *place)
{
    instance_lock();
    (void)stint_groups_leave(groups_of(netif->link), instance_now(), place);
    instance_unlock();
    *place = (struct stint_address){{0}};
}

static bool leave(esp_netif_t *netif, const struct stint_address *group)
{
    struct stint_address *const place =
        stint_address_is_unspecified(group) ? NULL : find(netif, group);
    if (place != NULL) {
        give_back(netif, place);
    }
    return place != NULL;
}

void netif_groups_end(esp_netif_t *netif)
{
    for (unsigned i = 0; i < NETIF_IP6_GROUPS; i++) {
        if (!stint_address_is_unspecified(&netif->ip6_groups[i])) {
            give_back(netif, &netif->ip6_groups[i]);
        }
    }
}

/* --- what applications ask --- */

static esp_err_t change(esp_netif_t *netif, const esp_ip6_addr_t *address,
    bool (*how)(esp_netif_t *netif, const struct stint_address *group))
{
    if (!WITH_GROUPS) {
        return ESP_ERR_NOT_SUPPORTED;
    }
    if (netif == NULL || address == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    const struct stint_address group = netif_ipv6_address(address);
    netif_lock();
    const bool done = how(netif, &group);
    netif_unlock();
    instance_wake();
    return done ? ESP_OK : ESP_ERR_ESP_NETIF_MLD6_FAILED;
}

esp_err_t esp_netif_join_ip6_multicast_group(esp_netif_t *esp_netif, const esp_ip6_addr_t *addr)
{
    return change(esp_netif, addr, join);
}

esp_err_t esp_netif_leave_ip6_multicast_group(esp_netif_t *esp_netif, const esp_ip6_addr_t *addr)
{
    return change(esp_netif, addr, leave);
}

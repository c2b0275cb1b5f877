/* Which client has which address of the pool.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "dhcpv4_server_internal.h"

enum { LONGEST_SUBNET = 30, LONGEST_POOL = 65536, SHORTEST_LEASE_S = 60 };

/* --- the pool --- */

static uint32_t number_of(const struct stint_address *address)
{
    return stint_load32(stint_address_ipv4_octets(address));
}

static uint32_t pool_size(const struct stint_dhcpv4_server_config *config)
{
    return number_of(&config->last) - number_of(&config->first) + 1;
}

struct stint_address stint_dhcpv4_grant_address_of(
    const struct stint_dhcpv4_server *server, uint16_t index)
{
    uint8_t octets[4];
    stint_store32(octets, number_of(&server->config.first) + index);
    return stint_address_from_ipv4(octets);
}

bool stint_dhcpv4_grant_index_of(
    const struct stint_dhcpv4_server *server, const struct stint_address *address, uint16_t *index)
{
    if (!stint_address_is_ipv4(address) || stint_address_is_unspecified(address) ||
        stint_address_equal(address, &server->config.address)) {
        return false;
    }
    const uint32_t offset = number_of(address) - number_of(&server->config.first);
    *index = (uint16_t)offset;
    return offset < pool_size(&server->config);
}

static bool config_is_good(const struct stint_dhcpv4_server_config *config)
{
    if (!stint_address_is_ipv4(&config->address) || !stint_address_is_ipv4(&config->first) ||
        !stint_address_is_ipv4(&config->last) || config->subnet_length == 0 ||
        config->subnet_length > LONGEST_SUBNET) {
        return false;
    }
    const uint32_t hosts = UINT32_MAX >> config->subnet_length; /* all ones: broadcast */
    const uint32_t subnet = number_of(&config->address) & ~hosts;
    const uint32_t first = number_of(&config->first);
    const uint32_t last = number_of(&config->last);
    return first > subnet && last < (subnet | hosts) && first <= last &&
           last - first < LONGEST_POOL && config->grant_count > 0 &&
           config->lease_s >= SHORTEST_LEASE_S &&
           config->dns_server_count <= STINT_DHCPV4_DNS_SERVERS;
}

enum stint_result stint_dhcpv4_server_init(
    struct stint_dhcpv4_server *server, const struct stint_dhcpv4_server_config *config)
{
    if (!config_is_good(config)) {
        return STINT_INVALID;
    }
    *server = (struct stint_dhcpv4_server){.config = *config};
    for (unsigned i = 0; i < config->grant_count; i++) {
        struct stint_dhcpv4_grant *grant = &config->grants[i];
        grant->owed = 0;
        grant->untold = false;
        if (grant->index >= pool_size(config)) {
            *grant = (struct stint_dhcpv4_grant){0};
        }
    }
    return STINT_OK;
}

/* --- grants --- */

bool stint_dhcpv4_grant_has_lapsed(const struct stint_dhcpv4_grant *grant, struct stint_instant now)
{
    return grant->state == STINT_DHCPV4_GRANT_FREE || stint_instant_has_come(grant->until, now);
}

struct stint_dhcpv4_grant *stint_dhcpv4_grant_find(
    const struct stint_dhcpv4_server *server, const struct stint_hardware_address *hardware)
{
    for (unsigned i = 0; i < server->config.grant_count; i++) {
        struct stint_dhcpv4_grant *grant = &server->config.grants[i];
        const bool has_client =
            grant->state == STINT_DHCPV4_GRANT_OFFERED || grant->state == STINT_DHCPV4_GRANT_BOUND;
        if (has_client && stint_hardware_address_equal(&grant->hardware, hardware)) {
            return grant;
        }
    }
    return NULL;
}

/* Who has, or had last, the address. */
static struct stint_dhcpv4_grant *find_holder(
    const struct stint_dhcpv4_server *server, uint16_t index)
{
    for (unsigned i = 0; i < server->config.grant_count; i++) {
        struct stint_dhcpv4_grant *grant = &server->config.grants[i];
        if (grant->state != STINT_DHCPV4_GRANT_FREE && grant->index == index) {
            return grant;
        }
    }
    return NULL;
}

/* A place to write a new grant into: a free one, else the one that lapsed longest ago. */
static struct stint_dhcpv4_grant *find_place(
    const struct stint_dhcpv4_server *server, struct stint_instant now)
{
    struct stint_dhcpv4_grant *place = NULL;
    for (unsigned i = 0; i < server->config.grant_count; i++) {
        struct stint_dhcpv4_grant *grant = &server->config.grants[i];
        if (grant->state == STINT_DHCPV4_GRANT_FREE) {
            return grant;
        }
        if (stint_dhcpv4_grant_has_lapsed(grant, now) &&
            (place == NULL || stint_instant_is_before(grant->until, place->until))) {
            place = grant;
        }
    }
    return place;
}

/* RFC 2131 4.3.1: an address that nobody ever had, while there is one; else that of the place,
 * which lapsed longest ago. */
static bool choose_index(const struct stint_dhcpv4_server *server,
    const struct stint_dhcpv4_grant *place, uint16_t *index)
{
    const uint32_t count = pool_size(&server->config);
    for (uint32_t i = 0; i < count && i <= server->config.grant_count; i++) {
        const struct stint_address address = stint_dhcpv4_grant_address_of(server, (uint16_t)i);
        if (stint_dhcpv4_grant_index_of(server, &address, index) &&
            find_holder(server, *index) == NULL) {
            return true;
        }
    }
    *index = place->index;
    return place->state != STINT_DHCPV4_GRANT_FREE;
}

struct stint_dhcpv4_grant *stint_dhcpv4_grant_of_address(struct stint_dhcpv4_server *server,
    struct stint_instant now, const struct stint_hardware_address *hardware, uint16_t index)
{
    struct stint_dhcpv4_grant *holder = find_holder(server, index);
    struct stint_dhcpv4_grant *place = holder != NULL ? holder : find_place(server, now);
    if (place == NULL || !stint_dhcpv4_grant_has_lapsed(place, now)) {
        return NULL;
    }
    *place = (struct stint_dhcpv4_grant){.hardware = *hardware, .index = index};
    return place;
}

struct stint_dhcpv4_grant *stint_dhcpv4_grant_any(struct stint_dhcpv4_server *server,
    struct stint_instant now, const struct stint_dhcpv4_message *message)
{
    struct stint_dhcpv4_grant *grant = stint_dhcpv4_grant_find(server, &message->client_hardware);
    uint16_t index = 0;
    if (grant == NULL && stint_dhcpv4_grant_index_of(server, &message->requested, &index)) {
        grant = stint_dhcpv4_grant_of_address(server, now, &message->client_hardware, index);
    }
    if (grant == NULL) {
        const struct stint_dhcpv4_grant *place = find_place(server, now);
        if (place != NULL && choose_index(server, place, &index)) {
            grant = stint_dhcpv4_grant_of_address(server, now, &message->client_hardware, index);
        }
    }
    return grant;
}

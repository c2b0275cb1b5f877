/* Reading leases from messages, and writing what a client tells.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "dhcpv4_lease_internal.h"

#include <string.h>

enum {
    LARGEST_MESSAGE = 1500 - 28, /* that we take without reassembly */
    LEAST_LEASE_S = 60,          /* a shorter one is taken as this: no server drowns us */
};

/* --- leases --- */

bool stint_dhcpv4_lease_is_possible(const struct stint_dhcpv4_message *message)
{
    const struct stint_address *address = &message->yours;
    return !stint_address_is_unspecified(address) && !stint_address_is_multicast(address) &&
           !stint_address_is_loopback(address) && !stint_address_is_reserved(address) &&
           !stint_address_is_limited_broadcast(address) && message->lease_s > 0 &&
           !stint_address_is_unspecified(&message->server);
}

/* RFC 791 3.2: what a server means that names no mask. */
static uint8_t natural_length(const struct stint_address *address)
{
    const uint8_t first = stint_address_ipv4_octets(address)[0];
    if (first < 128) {
        return 8;
    }
    return first < 192 ? 16 : 24;
}

static struct stint_instant end_of(struct stint_instant begin, uint32_t seconds)
{
    return seconds == UINT32_MAX ? stint_instant_never()
                                 : stint_instant_after(begin, stint_seconds(seconds));
}

/* RFC 2131 4.4.5: half and seven eighths, where the server says nothing that makes sense. */
static void take_times(struct stint_dhcpv4_lease *lease, struct stint_instant asked_at,
    const struct stint_dhcpv4_message *message)
{
    const uint32_t total = message->lease_s < LEAST_LEASE_S ? LEAST_LEASE_S : message->lease_s;
    uint32_t renewal = message->renewal_s;
    uint32_t rebinding = message->rebinding_s;
    if (rebinding == 0 || rebinding >= total) {
        rebinding = total == UINT32_MAX ? UINT32_MAX : total - total / 8;
    }
    if (renewal == 0 || renewal >= rebinding) {
        renewal = total == UINT32_MAX ? UINT32_MAX : total / 2;
        renewal = renewal < rebinding ? renewal : rebinding;
    }
    lease->renew_at = end_of(asked_at, renewal);
    lease->rebind_at = end_of(asked_at, rebinding);
    lease->expires_at = end_of(asked_at, total);
}

void stint_dhcpv4_lease_take(struct stint_dhcpv4_lease *lease, struct stint_instant asked_at,
    const struct stint_dhcpv4_message *message)
{
    memset(lease, 0, sizeof *lease);
    lease->address = message->yours;
    lease->server = message->server;
    lease->subnet_length =
        message->subnet_length > 0 ? message->subnet_length : natural_length(&message->yours);
    lease->mtu = message->mtu;
    lease->router_count = message->router_count;
    lease->dns_server_count = message->dns_server_count;
    lease->ntp_server_count = message->ntp_server_count;
    lease->route_count = message->route_count;
    memcpy(lease->routers, message->routers, sizeof lease->routers);
    memcpy(lease->dns_servers, message->dns_servers, sizeof lease->dns_servers);
    memcpy(lease->ntp_servers, message->ntp_servers, sizeof lease->ntp_servers);
    memcpy(lease->routes, message->routes, sizeof lease->routes);
    take_times(lease, asked_at, message);
}

static bool addresses_equal(
    const struct stint_address *a, const struct stint_address *b, unsigned count)
{
    unsigned i = 0;
    while (i < count && stint_address_equal(&a[i], &b[i])) {
        i++;
    }
    return i == count;
}

static bool routes_equal(const struct stint_dhcpv4_lease *a, const struct stint_dhcpv4_lease *b)
{
    unsigned i = 0;
    while (
        i < a->route_count && a->routes[i].destination.length == b->routes[i].destination.length &&
        stint_address_equal(&a->routes[i].destination.address, &b->routes[i].destination.address) &&
        stint_address_equal(&a->routes[i].router, &b->routes[i].router)) {
        i++;
    }
    return i == a->route_count;
}

bool stint_dhcpv4_lease_means_the_same(
    const struct stint_dhcpv4_lease *a, const struct stint_dhcpv4_lease *b)
{
    return stint_address_equal(&a->address, &b->address) && a->subnet_length == b->subnet_length &&
           a->mtu == b->mtu && a->router_count == b->router_count &&
           a->dns_server_count == b->dns_server_count &&
           a->ntp_server_count == b->ntp_server_count && a->route_count == b->route_count &&
           addresses_equal(a->routers, b->routers, a->router_count) &&
           addresses_equal(a->dns_servers, b->dns_servers, a->dns_server_count) &&
           addresses_equal(a->ntp_servers, b->ntp_servers, a->ntp_server_count) &&
           routes_equal(a, b);
}

/* --- messages --- */

static enum stint_dhcpv4_type type_due(const struct stint_dhcpv4_client *client)
{
    if (client->releasing) {
        return STINT_DHCPV4_RELEASE;
    }
    if (client->declining) {
        return STINT_DHCPV4_DECLINE;
    }
    return client->state == STINT_DHCPV4_SELECTING ? STINT_DHCPV4_DISCOVER : STINT_DHCPV4_REQUEST;
}

/* RFC 2131 table 5: which state names which address where. */
void stint_dhcpv4_client_message(const struct stint_dhcpv4_client *client, struct stint_instant now,
    struct stint_dhcpv4_message *message)
{
    const struct stint_dhcpv4_lease *lease = &client->lease;
    const bool has_address = client->releasing || client->state == STINT_DHCPV4_RENEWING ||
                             client->state == STINT_DHCPV4_REBINDING;
    const int64_t elapsed = stint_instant_since(now, client->began_at).microseconds / 1000000;
    memset(message, 0, sizeof *message);
    message->type = type_due(client);
    message->transaction = client->transaction;
    message->elapsed_s = elapsed < UINT16_MAX ? (uint16_t)elapsed : UINT16_MAX;
    message->client_hardware = client->hardware_address;
    message->wants_broadcast = !has_address;
    if (has_address) {
        message->client = lease->address;
    } else if (client->state != STINT_DHCPV4_SELECTING) {
        message->requested = lease->address;
    }
    if (client->releasing || client->declining || client->state == STINT_DHCPV4_REQUESTING) {
        message->server = lease->server;
    }
    if (!client->releasing && !client->declining) {
        message->maximum_size = LARGEST_MESSAGE;
        message->host_name = client->host_name;
    }
}

const char *stint_dhcpv4_state_name(enum stint_dhcpv4_state state)
{
    switch (state) {
    case STINT_DHCPV4_STOPPED:
        return "STOPPED";
    case STINT_DHCPV4_INIT:
        return "INIT";
    case STINT_DHCPV4_SELECTING:
        return "SELECTING";
    case STINT_DHCPV4_REQUESTING:
        return "REQUESTING";
    case STINT_DHCPV4_REBOOTING:
        return "REBOOTING";
    case STINT_DHCPV4_CHECKING:
        return "CHECKING";
    case STINT_DHCPV4_BOUND:
        return "BOUND";
    case STINT_DHCPV4_RENEWING:
        return "RENEWING";
    case STINT_DHCPV4_REBINDING:
        return "REBINDING";
    }
    return "?";
}

/* Hosts as people name them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "hosts.h"

#include "esp_stint.h"
#include "stint_sockets/resolve.h"
#include <stdio.h>

struct host_text host_address_text(const struct stint_address *address)
{
    struct host_text text = {"*"};
    if (!stint_address_is_unspecified(address)) {
        (void)stint_address_format(address, text.text, sizeof(text.text));
    }
    return text;
}

struct host_text host_endpoint_text(const struct stint_endpoint *endpoint)
{
    const struct host_text address = host_address_text(&endpoint->address);
    const bool bracketed = !stint_address_is_unspecified(&endpoint->address) &&
                           !stint_address_is_ipv4(&endpoint->address);
    const char *const format = bracketed ? "[%s]:" : "%s:";
    struct host_text text;
    const int length = snprintf(text.text, sizeof(text.text), format, address.text);
    char *const port = text.text + length;
    const size_t room = sizeof(text.text) - (size_t)length;
    if (endpoint->port == 0) {
        (void)snprintf(port, room, "*");
    } else {
        (void)snprintf(port, room, "%u", (unsigned)endpoint->port);
    }
    return text;
}

enum stint_dns_families host_families(bool only_ipv4, bool only_ipv6)
{
    if (only_ipv4 == only_ipv6) {
        return STINT_DNS_BOTH;
    }
    return only_ipv4 ? STINT_DNS_IPV4 : STINT_DNS_IPV6;
}

struct stint_sockets *host_sockets(const char *command)
{
    struct stint_sockets *const sockets = esp_stint_sockets();
    if (sockets == NULL) {
        printf("%s: the stack does not run; esp_netif_init() or esp_stint_init() starts it\n",
            command);
    }
    return sockets;
}

size_t host_find(const char *command, struct stint_sockets *sockets, const char *host,
    enum stint_dns_families families, struct stint_address *addresses, size_t capacity)
{
    if (stint_address_parse(host, &addresses[0])) {
        const bool wanted =
            (families & (stint_address_is_ipv4(&addresses[0]) ? STINT_DNS_IPV4 : STINT_DNS_IPV6)) !=
            0;
        if (!wanted) {
            printf("%s: %s is an address of the other family\n", command, host);
        }
        return wanted;
    }
    size_t count = 0;
    const enum stint_dns_outcome outcome =
        stint_resolve(sockets, host, families, addresses, capacity, &count);
    if (outcome != STINT_DNS_FOUND) {
        printf("%s: %s: %s\n", command, host, stint_dns_outcome_describe(outcome));
    }
    return count;
}

enum stint_socket_family host_family(const struct stint_address *address)
{
    return stint_address_is_ipv4(address) ? STINT_IPV4 : STINT_IPV6;
}

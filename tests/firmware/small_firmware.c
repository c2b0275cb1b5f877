/* A device without an operating system that asks for its address (DHCP) and for a name (DNS), and
 * serves the same as the one with a fixed address. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * It is the configuration `small` of tools/sizes: what is static here is all the RAM it takes.
 */
#include "device.h"
#include "stint/client/dns.h"
#include "stint/stack/dhcpv4_service.h"
#include "stint_baremetal/machine.h"
#include "text.h"

enum { NAMES_MEMORY = 512, SAID = 96, IPV4_OCTETS = 4 };

static const char looked_up[] = "peer.test";

static _Alignas(8) uint8_t names_memory[NAMES_MEMORY];
static struct stint_dhcpv4_service dhcp;
static struct stint_dns_client names;

static void put_address(struct text *text, const struct stint_address *address)
{
    const uint8_t *octets = address->octets + sizeof address->octets - IPV4_OCTETS;
    for (unsigned i = 0; i < IPV4_OCTETS; i++) {
        text_put_pair(text, i == 0 ? "" : ".", octets[i]);
    }
}

static void wait_for_lease(void)
{
    struct stint_instant next = device_poll();
    while (!dhcp.client.configured) {
        stint_machine_sleep(next);
        next = device_poll();
    }
}

static bool start_names(struct stint_stack *stack)
{
    const struct stint_dns_client_limits limits = {
        .names = 2, .queries = 1, .addresses = 2, .name_length = 64};
    const struct stint_dhcpv4_lease *lease = &dhcp.client.lease;
    struct stint_carve carve = stint_carve_from(stint_span_of(names_memory, sizeof names_memory));
    struct stint_endpoint servers[STINT_DHCPV4_DNS_SERVERS] = {0};
    for (unsigned i = 0; i < lease->dns_server_count; i++) {
        servers[i].address = lease->dns_servers[i];
    }
    return stint_dns_client_init(
               &names, &limits, &stack->udp, &stack->random, stack->drops, &carve) == STINT_OK &&
           stint_dns_client_set_servers(
               &names, stint_machine_now(), servers, lease->dns_server_count) == STINT_OK;
}

/* Looks the peer's name up; an unspecified address when it has none. */
static struct stint_address look_up(const struct stint_stack *stack)
{
    struct stint_dns_lookup lookup;
    struct stint_address address = {0};
    stint_dns_client_begin(&names, stint_machine_now(), &lookup, looked_up, STINT_DNS_IPV4);
    while (stint_dns_client_outcome(&names, &lookup) == STINT_DNS_ASKING) {
        const struct stint_instant next = device_poll();
        stint_dns_client_poll(&names, stint_machine_now());
        if (stack->udp.ready.length == 0) { /* nothing that the next poll would send */
            stint_machine_sleep(stint_instant_earlier(next, stint_dns_client_deadline(&names)));
        }
    }
    (void)stint_dns_client_addresses(&names, &lookup, &address, 1);
    stint_dns_client_end(&names, &lookup);
    return address;
}

int main(void)
{
    struct stint_stack *stack = device_start(NULL);
    if (stack == NULL || stint_dhcpv4_service_start(&dhcp, stack, stint_machine_now(), 0,
                             stint_view_of("small", sizeof "small" - 1)) != STINT_OK) {
        stint_machine_print("failed: entropy, network or memory is missing\n");
        return 1;
    }
    wait_for_lease();
    char bytes[SAID];
    struct text said = text_in(bytes, sizeof bytes);
    text_put(&said, "ready ");
    put_address(&said, &dhcp.client.lease.address);
    if (start_names(stack)) {
        const struct stint_address peer = look_up(stack);
        text_put(&said, ", peer.test is ");
        put_address(&said, &peer);
    }
    text_put(&said, "\n");
    stint_machine_print(said.bytes);
    device_serve();
}

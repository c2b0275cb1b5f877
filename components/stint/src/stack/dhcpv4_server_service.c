/* What a DHCP server answers, sent on an interface.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/dhcpv4_server_service.h"

#include "stack_internal.h"

enum { MESSAGE_ROOM = 576 }; /* RFC 2131 2: what every client takes */

static struct stint_dhcpv4_server_service *dhcp_of(struct stint_service *service)
{
    return (struct stint_dhcpv4_server_service *)(void *)service; /* its first member */
}

/* False when the device is full. No neighbor is asked: the client's message told where it is. */
static bool send_answer(const struct stint_dhcpv4_server_service *dhcp, struct stint_stack *stack,
    struct stint_instant now, const struct stint_dhcpv4_answer *answer)
{
    uint8_t bytes[MESSAGE_ROOM];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    (void)stint_dhcpv4_message_emit(&answer->message, &writer);
    const struct stint_udp_datagram datagram = {
        .source_port = STINT_DHCPV4_SERVER_PORT,
        .destination_port = STINT_DHCPV4_CLIENT_PORT,
        .payload = stint_writer_written(&writer),
    };
    struct stint_outgoing outgoing = {
        .header = {
            .source = dhcp->server.config.address,
            .destination = answer->destination,
            .protocol = STINT_PROTOCOL_UDP,
            .payload_length = (uint16_t)(STINT_UDP_HEADER_LENGTH + datagram.payload.length),
        }};
    if (stint_egress_begin_on(stack, now, &outgoing, dhcp->service.interface, &answer->hardware) !=
        STINT_EGRESS_READY) {
        return false;
    }
    (void)stint_udp_datagram_emit(
        &datagram, &outgoing.header.source, &outgoing.header.destination, &outgoing.writer);
    stint_egress_finish(stack, now, &outgoing);
    return true;
}

static struct stint_instant run(
    struct stint_service *service, struct stint_stack *stack, struct stint_instant now)
{
    struct stint_dhcpv4_server_service *dhcp = dhcp_of(service);
    struct stint_dhcpv4_answer answer;
    while (stint_dhcpv4_server_next(&dhcp->server, &answer) &&
           send_answer(dhcp, stack, now, &answer)) {
        stint_dhcpv4_server_done(&dhcp->server, &answer);
    }
    return stint_instant_never(); /* a device that is full tells when it has room */
}

static bool take_udp(struct stint_service *service, struct stint_instant now,
    const struct stint_udp_datagram *datagram)
{
    struct stint_dhcpv4_message message;
    struct stint_dhcpv4_areas areas;
    if (datagram->destination_port != STINT_DHCPV4_SERVER_PORT ||
        datagram->source_port != STINT_DHCPV4_CLIENT_PORT) {
        return false;
    }
    if (stint_dhcpv4_message_parse(datagram->payload, &message, &areas) == STINT_DROP_NONE) {
        (void)stint_dhcpv4_server_take(&dhcp_of(service)->server, now, &message);
    }
    return true;
}

enum stint_result stint_dhcpv4_server_service_start(struct stint_dhcpv4_server_service *dhcp,
    struct stint_stack *stack, uint8_t interface, const struct stint_dhcpv4_server_config *config)
{
    static const struct stint_service_operations operations = {.run = run, .take_udp = take_udp};
    if (interface >= stack->interface_count ||
        stint_dhcpv4_server_init(&dhcp->server, config) != STINT_OK) {
        return STINT_INVALID;
    }
    dhcp->service = (struct stint_service){.operations = &operations, .interface = interface};
    stint_stack_add_service(stack, &dhcp->service);
    return STINT_OK;
}

void stint_dhcpv4_server_service_stop(
    struct stint_dhcpv4_server_service *dhcp, struct stint_stack *stack)
{
    stint_stack_remove_service(stack, &dhcp->service);
}

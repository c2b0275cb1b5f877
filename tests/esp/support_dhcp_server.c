/* A DHCP server with one address to give.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "dhcp_server.h"

#include "stint/wire/dhcpv4.h"
#include "stint/wire/ethernet.h"
#include "stint/wire/ipv4.h"
#include "stint/wire/udp.h"
#include <string.h>

enum { LEASE_S = 86400, HOST_NAME_OPTION = 12, CLIENT_PORT = 68, SERVER_PORT = 67, UDP = 17 };

static const struct stint_hardware_address hardware = {{2, 0, 0, 0, 0, 1}};

static void write_packet(struct stint_view message, struct stint_writer *writer)
{
    const struct stint_ethernet_header ethernet = {
        .destination = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
        .source = hardware,
        .ethertype = STINT_ETHERTYPE_IPV4,
    };
    const struct stint_ipv4_header ipv4 = {
        .source = stint_address_ipv4(192, 0, 2, 1),
        .destination = stint_address_ipv4(255, 255, 255, 255),
        .payload_length = (uint16_t)(8 + message.length),
        .protocol = UDP,
        .time_to_live = 64,
    };
    const struct stint_udp_datagram datagram = {
        .source_port = SERVER_PORT, .destination_port = CLIENT_PORT, .payload = message};
    stint_ethernet_header_emit(&ethernet, writer);
    stint_ipv4_header_emit(&ipv4, writer);
    stint_udp_datagram_emit(&datagram, &ipv4.source, &ipv4.destination, writer);
}

static void answer(const struct dhcp_server *server, const struct stint_dhcpv4_message *question)
{
    const struct stint_dhcpv4_message message = {
        .type = question->type == STINT_DHCPV4_DISCOVER ? STINT_DHCPV4_OFFER : STINT_DHCPV4_ACK,
        .transaction = question->transaction,
        .client_hardware = question->client_hardware,
        .yours = stint_address_ipv4(192, 0, 2, 50),
        .server = stint_address_ipv4(192, 0, 2, 1),
        .lease_s = LEASE_S,
        .subnet_length = 24,
        .routers = {stint_address_ipv4(192, 0, 2, 1)},
        .router_count = 1,
        .dns_servers = {stint_address_ipv4(192, 0, 2, 1)},
        .dns_server_count = 1,
    };
    uint8_t bytes[576];
    uint8_t frame[700];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof(bytes)));
    struct stint_writer packet = stint_writer_into(stint_span_of(frame, sizeof(frame)));
    stint_dhcpv4_message_emit(&message, &writer);
    write_packet(stint_writer_written(&writer), &packet);
    responder_send(&server->responder, stint_writer_written(&packet));
}

static void take_message(struct dhcp_server *server, struct stint_view bytes)
{
    struct stint_dhcpv4_message message;
    struct stint_dhcpv4_areas areas;
    if (stint_dhcpv4_message_parse(bytes, &message, &areas) != STINT_DROP_NONE) {
        return;
    }
    if (message.type == STINT_DHCPV4_DISCOVER) {
        server->discovers++;
    } else if (message.type == STINT_DHCPV4_REQUEST) {
        memset(server->host_name, 0, sizeof(server->host_name));
        stint_dhcpv4_option_copy(&areas, HOST_NAME_OPTION,
            stint_span_of(server->host_name, sizeof(server->host_name) - 1));
        server->requests++;
    } else {
        return;
    }
    answer(server, &message);
}

static void take_frame(struct responder *responder, struct stint_view frame)
{
    struct dhcp_server *const server = (struct dhcp_server *)responder; /* its first member */
    struct stint_ethernet_header ethernet;
    struct stint_ipv4_header ipv4;
    struct stint_udp_datagram datagram;
    struct stint_view payload;
    if (stint_ethernet_header_parse(frame, &ethernet, &payload) == STINT_DROP_NONE &&
        ethernet.ethertype == STINT_ETHERTYPE_IPV4 &&
        stint_ipv4_header_parse(payload, &ipv4, &payload) == STINT_DROP_NONE &&
        ipv4.protocol == UDP &&
        stint_udp_datagram_parse(payload, &ipv4.source, &ipv4.destination, &datagram) ==
            STINT_DROP_NONE &&
        datagram.destination_port == SERVER_PORT) {
        take_message(server, datagram.payload);
    }
}

void dhcp_server_start(struct dhcp_server *server, struct harness_wire *wire)
{
    memset(server, 0, sizeof(*server));
    responder_start(&server->responder, wire, take_frame);
}

void dhcp_server_stop(struct dhcp_server *server)
{
    responder_stop(&server->responder);
}

/* DHCP for IPv4 over Ethernet: writing (RFC 2131, RFC 2132, RFC 3442).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/dhcpv4.h"

#include <string.h>

enum {
    FIXED_LENGTH = 240, /* BOOTP's fields and the cookie */
    COOKIE_AT = 236,
    COOKIE = 0x63825363,
    OPERATION_REQUEST = 1,
    OPERATION_REPLY = 2,
    HARDWARE_ETHERNET = 1,
    HARDWARE_LENGTH = 6,
    WANTS_BROADCAST = 0x8000,
    OPTION_END = 255,
    LONGEST_OPTION = 255,
    ADDRESS_LENGTH = 4,
};

/* RFC 3442: routes are asked for before routers. */
static const uint8_t parameters[] = {STINT_DHCPV4_SUBNET_MASK, STINT_DHCPV4_CLASSLESS_ROUTES,
    STINT_DHCPV4_ROUTER, STINT_DHCPV4_DNS_SERVER, STINT_DHCPV4_DOMAIN_NAME,
    STINT_DHCPV4_INTERFACE_MTU, STINT_DHCPV4_BROADCAST_ADDRESS, STINT_DHCPV4_NTP_SERVER,
    STINT_DHCPV4_LEASE_TIME, STINT_DHCPV4_RENEWAL_TIME, STINT_DHCPV4_REBINDING_TIME};

static void put_header(struct stint_writer *writer, uint8_t option, size_t length)
{
    stint_writer_put8(writer, option);
    stint_writer_put8(writer, (uint8_t)length);
}

static void put_bytes(struct stint_writer *writer, uint8_t option, struct stint_view bytes)
{
    if (bytes.length > 0) {
        put_header(writer, option, bytes.length);
        stint_writer_put(writer, bytes);
    }
}

static void put_number32(struct stint_writer *writer, uint8_t option, uint32_t number)
{
    if (number != 0) {
        put_header(writer, option, 4);
        stint_writer_put32(writer, number);
    }
}

static void put_number16(struct stint_writer *writer, uint8_t option, uint16_t number)
{
    if (number != 0) {
        put_header(writer, option, 2);
        stint_writer_put16(writer, number);
    }
}

/* Addresses, when there are any. */
static void put_addresses(struct stint_writer *writer, uint8_t option,
    const struct stint_address *addresses, size_t count)
{
    if (count == 0) {
        return;
    }
    put_header(writer, option, count * ADDRESS_LENGTH);
    for (size_t i = 0; i < count; i++) {
        stint_writer_put(
            writer, stint_view_of(stint_address_ipv4_octets(&addresses[i]), ADDRESS_LENGTH));
    }
}

static void put_address(
    struct stint_writer *writer, uint8_t option, const struct stint_address *address)
{
    put_addresses(writer, option, address, stint_address_is_unspecified(address) ? 0 : 1);
}

static uint8_t bits_of(const struct stint_dhcpv4_route *route)
{
    return (uint8_t)(route->destination.length - STINT_IPV4_MAPPED_BITS);
}

static void put_routes(struct stint_writer *writer, const struct stint_dhcpv4_message *message)
{
    size_t length = 0;
    for (size_t i = 0; i < message->route_count; i++) {
        length += 1u + (bits_of(&message->routes[i]) + 7u) / 8u + ADDRESS_LENGTH;
    }
    if (length == 0) {
        return;
    }
    put_header(writer, STINT_DHCPV4_CLASSLESS_ROUTES, length);
    for (size_t i = 0; i < message->route_count; i++) {
        const struct stint_dhcpv4_route *route = &message->routes[i];
        const uint8_t bits = bits_of(route);
        stint_writer_put8(writer, bits);
        stint_writer_put(
            writer, stint_view_of(
                        stint_address_ipv4_octets(&route->destination.address), (bits + 7u) / 8u));
        stint_writer_put(
            writer, stint_view_of(stint_address_ipv4_octets(&route->router), ADDRESS_LENGTH));
    }
}

static bool is_reply(enum stint_dhcpv4_type type)
{
    return type == STINT_DHCPV4_OFFER || type == STINT_DHCPV4_ACK || type == STINT_DHCPV4_NAK;
}

static bool asks_for_parameters(enum stint_dhcpv4_type type)
{
    return type == STINT_DHCPV4_DISCOVER || type == STINT_DHCPV4_REQUEST ||
           type == STINT_DHCPV4_INFORM;
}

static void put_options(struct stint_writer *writer, const struct stint_dhcpv4_message *message)
{
    put_header(writer, STINT_DHCPV4_MESSAGE_TYPE, 1);
    stint_writer_put8(writer, (uint8_t)message->type);
    put_bytes(writer, STINT_DHCPV4_CLIENT_IDENTIFIER, message->client_identifier);
    put_address(writer, STINT_DHCPV4_REQUESTED_ADDRESS, &message->requested);
    put_address(writer, STINT_DHCPV4_SERVER_IDENTIFIER, &message->server);
    put_number32(writer, STINT_DHCPV4_LEASE_TIME, message->lease_s);
    put_number32(writer, STINT_DHCPV4_RENEWAL_TIME, message->renewal_s);
    put_number32(writer, STINT_DHCPV4_REBINDING_TIME, message->rebinding_s);
    if (message->subnet_length > 0) {
        put_number32(writer, STINT_DHCPV4_SUBNET_MASK,
            UINT32_MAX - (uint32_t)(UINT64_C(0xffffffff) >> message->subnet_length));
    }
    put_address(writer, STINT_DHCPV4_BROADCAST_ADDRESS, &message->broadcast);
    put_routes(writer, message);
    put_addresses(writer, STINT_DHCPV4_ROUTER, message->routers, message->router_count);
    put_addresses(writer, STINT_DHCPV4_DNS_SERVER, message->dns_servers, message->dns_server_count);
    put_addresses(writer, STINT_DHCPV4_NTP_SERVER, message->ntp_servers, message->ntp_server_count);
    put_number16(writer, STINT_DHCPV4_INTERFACE_MTU, message->mtu);
    put_number16(writer, STINT_DHCPV4_MAXIMUM_SIZE, message->maximum_size);
    put_bytes(writer, STINT_DHCPV4_HOST_NAME, message->host_name);
    put_bytes(writer, STINT_DHCPV4_DOMAIN_NAME, message->domain_name);
    if (asks_for_parameters(message->type)) {
        put_bytes(writer, STINT_DHCPV4_PARAMETERS, stint_view_of(parameters, sizeof parameters));
    }
    stint_writer_put8(writer, OPTION_END);
}

static void store_address(uint8_t *octets, const struct stint_address *address)
{
    memcpy(octets, stint_address_ipv4_octets(address), ADDRESS_LENGTH);
}

static void put_fields(struct stint_writer *writer, const struct stint_dhcpv4_message *message)
{
    uint8_t *fields = stint_writer_claim(writer, FIXED_LENGTH);
    if (fields == NULL) {
        return;
    }
    memset(fields, 0, FIXED_LENGTH);
    fields[0] = is_reply(message->type) ? OPERATION_REPLY : OPERATION_REQUEST;
    fields[1] = HARDWARE_ETHERNET;
    fields[2] = HARDWARE_LENGTH;
    stint_store32(fields + 4, message->transaction);
    stint_store16(fields + 8, message->elapsed_s);
    stint_store16(fields + 10, message->wants_broadcast ? WANTS_BROADCAST : 0);
    store_address(fields + 12, &message->client);
    store_address(fields + 16, &message->yours);
    store_address(fields + 24, &message->relay);
    memcpy(fields + 28, message->client_hardware.octets, HARDWARE_LENGTH);
    stint_store32(fields + COOKIE_AT, COOKIE);
}

static bool fits_its_octets(const struct stint_dhcpv4_message *message)
{
    if (message->route_count > STINT_DHCPV4_ROUTES) {
        return false;
    }
    for (size_t i = 0; i < message->route_count; i++) {
        if (message->routes[i].destination.length < STINT_IPV4_MAPPED_BITS ||
            message->routes[i].destination.length > 128) {
            return false;
        }
    }
    return message->client_identifier.length <= LONGEST_OPTION &&
           message->host_name.length <= LONGEST_OPTION &&
           message->domain_name.length <= LONGEST_OPTION && message->subnet_length <= 32 &&
           message->router_count <= STINT_DHCPV4_ROUTERS &&
           message->dns_server_count <= STINT_DHCPV4_DNS_SERVERS &&
           message->ntp_server_count <= STINT_DHCPV4_NTP_SERVERS;
}

bool stint_dhcpv4_message_emit(
    const struct stint_dhcpv4_message *message, struct stint_writer *writer)
{
    if (!fits_its_octets(message)) {
        return false;
    }
    const size_t before = writer->used;
    put_fields(writer, message);
    put_options(writer, message);
    while (!writer->failed && writer->used - before < STINT_DHCPV4_MINIMUM_LENGTH) {
        stint_writer_put8(writer, 0);
    }
    return !writer->failed;
}

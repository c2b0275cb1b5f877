/* Fuzzes the parsers of DHCP, DNS and IGMP, and the DHCP server: what parses keeps their promises.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The first byte picks the parser: DHCP, a name, a DNS response to "a.example", or IGMP, whose
 * checksum is made right first. Of 5 the rest is what clients say to a DHCP server, eight bytes a
 * message.
 */
#include "stint/client/dhcpv4_server.h"
#include "stint/wire/checksum.h"
#include "stint/wire/dhcpv4.h"
#include "stint/wire/dns.h"
#include "stint/wire/igmp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *law)
{
    if (!holds) {
        fprintf(stderr, "broken: %s\n", law);
        abort();
    }
}

#define REQUIRE(law) require(law, #law)

static void try_dhcpv4(struct stint_view bytes)
{
    static uint8_t written[2][1024];
    struct stint_dhcpv4_message a;
    struct stint_dhcpv4_message b;
    struct stint_dhcpv4_areas areas;
    if (stint_dhcpv4_message_parse(bytes, &a, &areas) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(a.route_count == 0 || a.router_count == 0);
    uint8_t name[16];
    (void)stint_dhcpv4_option_copy(
        &areas, STINT_DHCPV4_HOST_NAME, stint_span_of(name, sizeof name));
    /* Written, read and written again, it says the same. */
    struct stint_writer first = stint_writer_into(stint_span_of(written[0], sizeof written[0]));
    struct stint_writer second = stint_writer_into(stint_span_of(written[1], sizeof written[1]));
    REQUIRE(stint_dhcpv4_message_emit(&a, &first));
    REQUIRE(
        stint_dhcpv4_message_parse(stint_writer_written(&first), &b, &areas) == STINT_DROP_NONE);
    REQUIRE(stint_dhcpv4_message_emit(&b, &second));
    REQUIRE(stint_view_equal(stint_writer_written(&first), stint_writer_written(&second)));
}

/* --- the DHCP server --- */

enum { CLIENTS = 3, POOL_FIRST = 1, POOL_LAST = 5, MESSAGE = 8 };

static struct stint_address on_link(uint8_t host)
{
    return host == 0 ? (struct stint_address){{0}} : stint_address_ipv4(192, 168, 4, host);
}

/* Of eight bytes: type and flags, client, three addresses, seconds that passed. */
static struct stint_dhcpv4_message message_of(const uint8_t *bytes)
{
    return (struct stint_dhcpv4_message){
        .type = (enum stint_dhcpv4_type)(1 + bytes[0] % 8),
        .transaction = bytes[7],
        .wants_broadcast = (bytes[0] & 0x10) != 0,
        .client_hardware = {{2, 0, 0, 0, 0, (uint8_t)(bytes[1] % (CLIENTS + 2))}},
        .requested = on_link(bytes[2] % 8),
        .client = on_link(bytes[3] % 8),
        .server = on_link(bytes[4] % 3),
    };
}

/* Nobody has what another has, and nobody has two. */
static void require_order(const struct stint_dhcpv4_server *server)
{
    const struct stint_dhcpv4_grant *grants = server->config.grants;
    for (unsigned i = 0; i < CLIENTS; i++) {
        for (unsigned j = 0; j < i; j++) {
            if (grants[i].state != 0 && grants[j].state != 0) {
                REQUIRE(grants[i].index != grants[j].index);
                REQUIRE(grants[i].state == STINT_DHCPV4_GRANT_DECLINED ||
                        grants[j].state == STINT_DHCPV4_GRANT_DECLINED ||
                        !stint_hardware_address_equal(&grants[i].hardware, &grants[j].hardware));
            }
        }
        REQUIRE(grants[i].state == 0 || grants[i].index <= POOL_LAST - POOL_FIRST);
    }
}

static void take_answers(struct stint_dhcpv4_server *server, struct stint_instant now)
{
    struct stint_dhcpv4_answer answer;
    struct stint_hardware_address hardware;
    struct stint_address address;
    struct stint_address had;
    uint8_t bytes[STINT_DHCPV4_MINIMUM_LENGTH];
    for (unsigned i = 0; stint_dhcpv4_server_next(server, &answer); i++) {
        struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
        REQUIRE(i <= CLIENTS);
        REQUIRE(stint_dhcpv4_message_emit(&answer.message, &writer));
        REQUIRE(!stint_address_equal(&answer.message.yours, &server->config.address));
        REQUIRE(!stint_address_is_unspecified(&answer.destination));
        stint_dhcpv4_server_done(server, &answer);
    }
    while (stint_dhcpv4_server_next_client(server, &hardware, &address)) {
        REQUIRE(!stint_dhcpv4_server_find(server, now, &hardware, &had) ||
                stint_address_equal(&had, &address));
    }
}

static void try_server(struct stint_view bytes)
{
    struct stint_dhcpv4_grant grants[CLIENTS] = {{.state = 0}};
    struct stint_dhcpv4_server server;
    struct stint_instant now = stint_instant_at(1000000);
    const struct stint_dhcpv4_server_config config = {.address = on_link(1),
        .first = on_link(POOL_FIRST),
        .last = on_link(POOL_LAST),
        .subnet_length = 24,
        .grant_count = CLIENTS,
        .lease_s = 600,
        .grants = grants};
    REQUIRE(stint_dhcpv4_server_init(&server, &config) == STINT_OK);
    for (size_t at = 0; at + MESSAGE <= bytes.length; at += MESSAGE) {
        const struct stint_dhcpv4_message message = message_of(bytes.bytes + at);
        now = stint_instant_after(now, stint_seconds(5 * bytes.bytes[at + 6]));
        (void)stint_dhcpv4_server_take(&server, now, &message);
        require_order(&server);
        if ((bytes.bytes[at] & 0x20) == 0) {
            take_answers(&server, now);
        }
    }
}

/* --- names --- */

static void try_name(struct stint_view bytes)
{
    static uint8_t written[STINT_DNS_HEADER_LENGTH + STINT_DNS_NAME_LIMIT + 4];
    char text[STINT_DNS_NAME_TEXT_LENGTH];
    char again[STINT_DNS_NAME_TEXT_LENGTH];
    const size_t at = bytes.bytes[0];
    const size_t length = stint_dns_name_format(bytes, at, stint_span_of(text, sizeof text));
    if (length == 0) {
        return;
    }
    REQUIRE(strlen(text) == length);
    const struct stint_dns_question question = {text, 1, STINT_DNS_A};
    struct stint_writer writer = stint_writer_into(stint_span_of(written, sizeof written));
    REQUIRE(stint_dns_query_emit(&question, &writer));
    REQUIRE(stint_dns_name_format(stint_writer_written(&writer), STINT_DNS_HEADER_LENGTH,
                stint_span_of(again, sizeof again)) == length);
    REQUIRE(strcmp(text, again) == 0);
}

static void try_dns(struct stint_view bytes, uint16_t type)
{
    const struct stint_dns_question question = {"a.example", 0x1234, type};
    struct stint_dns_response response;
    if (stint_dns_response_parse(bytes, &question, &response) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(response.name_at >= STINT_DNS_HEADER_LENGTH && response.name_at < bytes.length);
    struct stint_address address;
    uint32_t ttl_s = 0;
    size_t count = 0;
    while (stint_dns_address_next(&response, &address, &ttl_s)) {
        REQUIRE(ttl_s <= STINT_DNS_TTL_LIMIT_S && ++count <= STINT_DNS_RECORD_LIMIT);
        REQUIRE(stint_address_is_ipv4(&address) == (type == STINT_DNS_A));
    }
    REQUIRE(!stint_dns_negative_ttl(&response, &ttl_s) || ttl_s <= STINT_DNS_TTL_LIMIT_S);
}

static void try_igmp(struct stint_span bytes)
{
    static const struct stint_address source = {{[10] = 0xff, 0xff, 10, 0, 0, 1}};
    uint8_t written[STINT_IGMP_PACKET_LENGTH];
    struct stint_igmp_message a;
    struct stint_igmp_message b;
    if (bytes.length >= 4) {
        stint_store16(bytes.bytes + 2, 0);
        stint_store16(bytes.bytes + 2, stint_checksum_of(stint_span_as_view(bytes)));
    }
    if (stint_igmp_message_parse(stint_span_as_view(bytes), &a) != STINT_DROP_NONE) {
        return;
    }
    struct stint_writer writer = stint_writer_into(stint_span_of(written, sizeof written));
    REQUIRE(stint_igmp_packet_emit(&a, &source, &writer) == (a.version < 3));
    if (a.version < 3) {
        const struct stint_view again = stint_view_of(written + 24, 8);
        REQUIRE(stint_igmp_message_parse(again, &b) == STINT_DROP_NONE);
        REQUIRE(a.type == b.type && a.version == b.version);
        REQUIRE(a.maximum_response_ds == b.maximum_response_ds);
        REQUIRE(stint_address_equal(&a.group, &b.group));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > LONGEST) {
        return 0;
    }
    /* A copy of exactly this length lets the sanitizer see a read past it. */
    const size_t length = size - 1;
    uint8_t *copy = malloc(length);
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data + 1, length);
    const struct stint_view bytes = stint_view_of(copy, length);
    const unsigned parser = data[0] == 5 ? 5u : data[0] % 5u;
    if (parser == 5) {
        try_server(bytes);
    } else if (parser == 0) {
        try_dhcpv4(bytes);
    } else if (parser == 1) {
        try_name(bytes);
    } else if (parser == 4) {
        try_igmp(stint_span_of(copy, length));
    } else {
        try_dns(bytes, parser == 2 ? STINT_DNS_A : STINT_DNS_AAAA);
    }
    free(copy);
    return 0;
}

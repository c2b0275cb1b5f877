/* Fuzzes a host that configures itself: neighbor discovery, routers and DHCP servers that say what
 * they like, links that come and go. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The input is a list of steps. Messages come with right checksums, and DHCP answers with the
 * number that the host waits for, so that what lies behind is reached.
 */
#include "stack_laws.h"

#include "stint/base/bytes.h"
#include "stint/stack/dhcpv4_service.h"
#include "stint/stack/ipv6.h"
#include "stint/stack/slaac_service.h"
#include "stint/wire/ethernet.h"
#include "stint/wire/ipv4.h"

enum {
    FRAME = 1600,
    MEMORY = 64 * 1024,
    LONGEST = 1200, /* of a message */
    RUNS = 200,     /* polls at one instant: more is a loop */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    struct stint_stack stack;
    struct stint_dhcpv4_service dhcp;
    struct stint_slaac_service slaac;
    struct stint_instant now;
    bool full;
    bool up;
    size_t arrived; /* length of `incoming` */
    uint8_t incoming[FRAME];
    uint8_t outgoing[FRAME];
    _Alignas(8) uint8_t memory[MEMORY];
} host;

static const struct stint_hardware_address hardware = {{2, 0, 0, 0, 0, 1}};
static const struct stint_hardware_address other = {{2, 0, 0, 0, 1, 2}};
static const struct stint_hardware_address group = {{0x33, 0x33}};
static const struct stint_address router = {{0xfe, 0x80, [15] = 1}};

/* --- the device --- */

static struct stint_view receive(void *context, struct stint_instant now)
{
    (void)context;
    (void)now;
    return stint_view_of(host.incoming, host.arrived);
}

static void receive_done(void *context)
{
    (void)context;
    host.arrived = 0;
}

static struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    (void)context;
    (void)now;
    return host.full ? stint_span_of(NULL, 0) : stint_span_of(host.outgoing, length);
}

static void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    (void)context;
    (void)now;
    REQUIRE(length <= STINT_DEVICE_FRAME_LENGTH);
}

static struct stint_instant service(void *context, struct stint_instant now)
{
    (void)context;
    (void)now;
    return stint_instant_never();
}

static const struct stint_device_operations operations = {
    receive, receive_done, transmit, transmit_commit, service};

/* --- laws --- */

static void require_laws(void)
{
    const struct stint_addresses *addresses = &host.stack.interfaces[0].addresses;
    REQUIRE(addresses->used <= 1 + STINT_SLAAC_ADDRESSES);
    REQUIRE(host.stack.routes.used <= 4);
    for (unsigned i = 0; i < addresses->used; i++) {
        REQUIRE(stint_addresses_host_may_have(&addresses->entries[i].address));
        REQUIRE(!stint_slaac_is_tentative(&host.slaac.slaac, &addresses->entries[i].address));
    }
    REQUIRE(host.slaac.slaac.mtu >= STINT_IPV6_MINIMUM_MTU && host.slaac.slaac.mtu <= 1500);
}

static void poll_stack(void)
{
    unsigned runs = 0;
    struct stint_instant next;
    do {
        next = stint_stack_poll(&host.stack, host.now);
        REQUIRE(runs < RUNS);
        runs++;
    } while (stint_instant_has_come(next, host.now) && !host.full);
    require_laws();
}

/* --- frames --- */

static struct stint_writer begin(const struct stint_hardware_address *to, uint16_t ethertype)
{
    struct stint_writer writer = stint_writer_into(stint_span_of(host.incoming, FRAME));
    const struct stint_ethernet_header header = {
        .destination = *to, .source = other, .ethertype = ethertype};
    (void)stint_ethernet_header_emit(&header, &writer);
    return writer;
}

static void arrive(const struct stint_writer *writer)
{
    host.arrived = writer->failed ? 0 : writer->used;
    poll_stack();
}

static struct stint_view take_body(struct stint_reader *input)
{
    size_t length = stint_reader_take8(input) * 4u;
    length = length < input->rest.length ? length : input->rest.length;
    length = length < LONGEST ? length : LONGEST;
    return stint_view_of(stint_reader_take(input, length), length);
}

/* An address of the host's that is in use or being checked, or one that says nothing. */
static struct stint_address address_of(uint8_t choice)
{
    static const struct stint_address nobody = {{0}};
    if (choice % 8 < STINT_SLAAC_ADDRESSES) {
        return host.slaac.slaac.addresses[choice % 8].address;
    }
    return choice % 8 == 4 ? router : nobody;
}

static void put_message(const struct stint_icmpv6_message *message,
    const struct stint_hardware_address *to, const struct stint_address *source,
    const struct stint_address *destination, uint8_t hop_limit)
{
    struct stint_writer writer = begin(to, STINT_ETHERTYPE_IPV6);
    const struct stint_ipv6_header header = {
        .source = *source,
        .destination = *destination,
        .payload_length = (uint16_t)stint_icmpv6_message_length(message),
        .next_header = 58,
        .hop_limit = hop_limit,
    };
    (void)stint_ipv6_header_emit(&header, &writer);
    (void)stint_icmpv6_message_emit(message, source, destination, &writer);
    arrive(&writer);
}

/* A router that is right in form: its prefix, its times, its name server, and whatever follows. */
static void send_advertisement(struct stint_reader *input)
{
    static const uint32_t times[] = {0, 1, 60, 7200, 7201, 86400, 0xfffffffe, 0xffffffff};
    const uint8_t choice = stint_reader_take8(input);
    const uint8_t which = stint_reader_take8(input);
    const struct stint_address all = stint_address_link_group(1);
    uint8_t body[8 + 32 + 24 + LONGEST] = {0};
    uint8_t *prefix = body + 8;
    prefix[0] = 3;
    prefix[1] = 4;
    prefix[2] = which < 240 ? 64 : which;
    prefix[3] = (uint8_t)((choice & 3u) << 6);
    stint_store32(prefix + 4, times[choice / 4 % 8]);
    stint_store32(prefix + 8, times[choice / 32]);
    prefix[16] = 0x20;
    prefix[17] = 0x01;
    prefix[23] = which % 8;
    uint8_t *servers = prefix + 32;
    servers[0] = 25;
    servers[1] = 3;
    stint_store32(servers + 4, times[which % 8]);
    servers[8] = 0xfc;
    servers[23] = which / 32;
    const struct stint_view more = take_body(input);
    for (size_t i = 0; i < more.length; i++) {
        body[8 + 32 + 24 + i] = more.bytes[i];
    }
    const struct stint_icmpv6_message message = {
        .type = 134,
        .parameter = times[which / 8 % 8] % 65536u,
        .data = stint_view_of(body, 8 + 32 + 24 + more.length / 8 * 8),
    };
    put_message(&message, &group, &router, &all, 255);
}

static void send_icmp(struct stint_reader *input)
{
    static const uint8_t types[] = {134, 134, 135, 136, 128, 1, 2, 137};
    const uint8_t choice = stint_reader_take8(input);
    const uint8_t where = stint_reader_take8(input);
    const struct stint_address target = address_of(where);
    const struct stint_address destination = where >= 128  ? address_of(where / 8)
                                             : where >= 64 ? stint_address_link_group(1)
                                                           : stint_address_solicited_node(&target);
    const struct stint_address source = (choice & 8) != 0 ? address_of(5) : router;
    struct stint_icmpv6_message message = {
        .type = types[choice % 8], .parameter = choice * 0x01010101u};
    uint8_t body[16 + LONGEST];
    struct stint_writer data = stint_writer_into(stint_span_of(body, sizeof body));
    if (message.type == 135 || message.type == 136) {
        stint_writer_put(&data, stint_view_of(target.octets, sizeof target.octets));
    }
    stint_writer_put(&data, take_body(input));
    message.data = stint_writer_written(&data);
    put_message(&message, where >= 128 ? &hardware : &group, &source, &destination,
        (choice & 16) != 0 ? 64 : 255);
}

/* A DHCP message: what the fuzzer says, with the fields that the host checks put right. */
static void send_dhcp(struct stint_reader *input)
{
    uint8_t bytes[LONGEST] = {2, 1, 6};
    struct stint_writer message = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    const struct stint_dhcpv4_client *client = &host.dhcp.client;
    const uint8_t choice = stint_reader_take8(input);
    struct stint_dhcpv4_message fields = {
        .type = (choice & 1) != 0 ? STINT_DHCPV4_ACK : STINT_DHCPV4_OFFER,
        .transaction = client->transaction,
        .client_hardware = hardware,
        .yours = (choice & 2) != 0 ? client->lease.address : stint_address_ipv4(10, 0, choice, 7),
        .server = stint_address_ipv4(10, 0, 0, 1),
        .lease_s = (choice & 4) != 0 ? 3600 : 1u << (choice / 8),
    };
    if ((choice & 0xe0) == 0xe0) {
        fields.type = STINT_DHCPV4_NAK;
    }
    (void)stint_dhcpv4_message_emit(&fields, &message);
    const struct stint_view options = take_body(input);
    size_t end = message.used;
    while (end > 240 && bytes[end - 1] == 0) {
        end--;
    }
    for (size_t i = 0; i < options.length && end - 1 + i < sizeof bytes; i++) {
        bytes[end - 1 + i] = options.bytes[i]; /* over the end mark */
    }
    const size_t length = end + options.length < sizeof bytes ? end + options.length : sizeof bytes;
    const struct stint_udp_datagram datagram = {
        .source_port = 67,
        .destination_port = 68,
        .payload = stint_view_of(bytes, length < 300 ? 300 : length),
    };
    const struct stint_ipv4_header header = {
        .source = stint_address_ipv4(10, 0, 0, 1),
        .destination = stint_address_ipv4(255, 255, 255, 255),
        .payload_length = (uint16_t)(8 + datagram.payload.length),
        .protocol = STINT_PROTOCOL_UDP,
        .time_to_live = 64,
    };
    struct stint_writer writer = begin(&stint_hardware_address_broadcast, STINT_ETHERTYPE_IPV4);
    (void)stint_ipv4_header_emit(&header, &writer);
    (void)stint_udp_datagram_emit(&datagram, &header.source, &header.destination, &writer);
    arrive(&writer);
}

static void send_arp(struct stint_reader *input)
{
    const uint8_t choice = stint_reader_take8(input);
    const struct stint_arp_packet packet = {
        .operation = (choice & 1) != 0 ? STINT_ARP_REQUEST : STINT_ARP_REPLY,
        .sender_hardware = other,
        .sender =
            (choice & 2) != 0 ? host.dhcp.client.lease.address : stint_address_ipv4(0, 0, 0, 0),
        .target = host.dhcp.client.lease.address,
    };
    struct stint_writer writer = begin(&stint_hardware_address_broadcast, STINT_ETHERTYPE_ARP);
    (void)stint_arp_packet_emit(&packet, &writer);
    arrive(&writer);
}

static void send_raw(struct stint_reader *input)
{
    struct stint_writer writer = begin(&hardware, STINT_ETHERTYPE_IPV6);
    stint_writer_put(&writer, take_body(input));
    arrive(&writer);
}

/* --- the run --- */

static void start(void)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3};
    memset(&host, 0, sizeof host);
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = laws_lend(host.memory, sizeof host.memory);
    config.secret = stint_view_of(secret, sizeof secret);
    config.tcp = (struct stint_tcp_limits){2, 2, 2, 1, 1024, 1024, 1024};
    config.ipv6 = &stint_ipv6;
    config.addresses = 1 + STINT_SLAAC_ADDRESSES;
    config.neighbors = 4;
    config.held_frames = 2;
    host.now = stint_instant_at(1000000);
    host.up = true;
    uint8_t number;
    const struct stint_interface_config interface = {
        .device = {&operations, NULL}, .hardware_address = hardware};
    REQUIRE(stint_stack_init(&host.stack, &config) == STINT_OK);
    REQUIRE(stint_stack_attach(&host.stack, &interface, &number) == STINT_OK);
    REQUIRE(stint_dhcpv4_service_start(
                &host.dhcp, &host.stack, host.now, number, stint_view_of("fuzz", 4)) == STINT_OK);
    REQUIRE(stint_slaac_service_start(&host.slaac, &host.stack, host.now, number) == STINT_OK);
    poll_stack();
}

static void take_step(struct stint_reader *input)
{
    static void (*const makers[])(struct stint_reader *) = {
        send_icmp, send_advertisement, send_dhcp, send_dhcp, send_arp, send_raw};
    const uint8_t step = stint_reader_take8(input);
    if (step < 180) {
        makers[step % 6](input);
    } else if (step < 184) {
        host.up = !host.up;
        stint_stack_set_link(&host.stack, host.now, 0, host.up);
        poll_stack();
    } else if (step < 186) {
        host.full = !host.full;
    } else if (step < 188) {
        stint_dhcpv4_service_release(&host.dhcp, host.now);
        poll_stack();
    } else { /* a millisecond to twelve days */
        host.now = stint_instant_after(host.now, stint_microseconds(INT64_C(1000) << (step % 31)));
        poll_stack();
    }
}

/* A link that is gone leaves nothing behind, and asks for nothing. */
static void lose_link(void)
{
    host.full = false;
    stint_stack_set_link(&host.stack, host.now, 0, true);
    stint_stack_set_link(&host.stack, host.now, 0, false);
    struct stint_instant next = stint_stack_poll(&host.stack, host.now);
    for (unsigned i = 0; stint_instant_has_come(next, host.now); i++) {
        REQUIRE(i < RUNS);
        next = stint_stack_poll(&host.stack, host.now);
    }
    REQUIRE(host.stack.interfaces[0].addresses.used == 0);
    REQUIRE(host.stack.routes.used == 0);
    REQUIRE(host.stack.arena.in_use == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stint_reader input = stint_reader_over(stint_view_of(data, size));
    start();
    while (input.rest.length > 0 && !input.failed) {
        take_step(&input);
    }
    lose_link();
    return 0;
}

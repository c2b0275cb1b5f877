/* A stack with IPv6 whose one link the test holds: packets in, the first frame out, in virtual
 * time. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Include after cmocka.h, stdlib.h and string.h.
 */
#ifndef SUPPORT_IPV6_LINK_H
#define SUPPORT_IPV6_LINK_H

#include "stint/stack/ipv6.h"
#include "stint/stack/slaac_service.h"
#include "stint/wire/ethernet.h"
#include "stint/wire/ndp.h"

enum { FRAME = 1600, MEMORY = 128 * 1024, ROOM = 1500 };

struct link {
    struct stint_stack stack;
    struct stint_slaac_service slaac;
    struct stint_instant now;
    size_t arrived;
    size_t sent; /* length of the first frame sent since something arrived; 0: none */
    uint8_t incoming[FRAME];
    uint8_t outgoing[FRAME];
    uint8_t first[FRAME]; /* the frame of `sent` */
    _Alignas(8) uint8_t memory[MEMORY];
};

static const struct stint_hardware_address ours = {{2, 0, 0, 0, 0, 1}};
static const struct stint_hardware_address theirs = {{2, 0, 0, 0, 1, 7}};
static const struct stint_address own = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}};
static const struct stint_address peer = {{0x20, 0x01, 0x0d, 0xb8, [15] = 7}};
static const struct stint_address router = {{0xfe, 0x80, [15] = 9}};

/* --- the device --- */

static inline struct stint_view receive(void *context, struct stint_instant now)
{
    struct link *link = context;
    (void)now;
    return stint_view_of(link->incoming, link->arrived);
}

static inline void receive_done(void *context)
{
    struct link *link = context;
    link->arrived = 0;
}

static inline struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    struct link *link = context;
    (void)now;
    return stint_span_of(link->outgoing, length);
}

static inline void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    struct link *link = context;
    (void)now;
    if (link->sent == 0) {
        memcpy(link->first, link->outgoing, length);
        link->sent = length;
    }
}

static inline struct stint_instant service(void *context, struct stint_instant now)
{
    (void)context;
    (void)now;
    return stint_instant_never();
}

static inline struct link *link_new_with(
    const struct stint_ipv6_support *ipv6, const struct stint_group_protocol *mld)
{
    static const struct stint_device_operations operations = {
        receive, receive_done, transmit, transmit_commit, service};
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3};
    struct link *link = calloc(1, sizeof *link);
    assert_non_null(link);
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(link->memory, sizeof link->memory);
    config.secret = stint_view_of(secret, sizeof secret);
    config.ipv6 = ipv6;
    config.mld = mld;
    config.addresses = 6;
    link->now = stint_instant_at(1000000);
    const struct stint_interface_config interface = {
        .device = {&operations, link}, .hardware_address = ours};
    uint8_t number = 0;
    assert_int_equal(stint_stack_init(&link->stack, &config), STINT_OK);
    assert_int_equal(stint_stack_attach(&link->stack, &interface, &number), STINT_OK);
    return link;
}

static inline struct link *link_new(const struct stint_ipv6_support *ipv6)
{
    return link_new_with(ipv6, NULL);
}

static inline struct link *link_with_address(void)
{
    const struct stint_local_address address = {.address = own, .prefix_length = 64};
    struct link *link = link_new(&stint_ipv6);
    assert_int_equal(stint_stack_add_address(&link->stack, 0, &address), STINT_OK);
    return link;
}

/* --- packets --- */

static inline struct stint_ipv6_header header_from(const struct stint_address *source)
{
    return (struct stint_ipv6_header){
        .source = *source, .destination = own, .next_header = 58, .hop_limit = 255};
}

/* A packet arrives whose payload is `payload`; the drop reason it was counted under is `reason`. */
static inline void arrives(struct link *link, struct stint_ipv6_header header,
    struct stint_view payload, enum stint_drop reason)
{
    struct stint_writer writer = stint_writer_into(stint_span_of(link->incoming, FRAME));
    const bool to_group = header.destination.octets[0] == 0xff;
    const struct stint_ethernet_header ethernet = {
        .destination = to_group ? stint_hardware_address_of_group(&header.destination) : ours,
        .source = theirs,
        .ethertype = STINT_ETHERTYPE_IPV6,
    };
    header.payload_length = (uint16_t)payload.length;
    assert_true(stint_ethernet_header_emit(&ethernet, &writer));
    assert_true(stint_ipv6_header_emit(&header, &writer));
    stint_writer_put(&writer, payload);
    const uint32_t before = link->stack.drops[reason];
    link->arrived = writer.used;
    link->sent = 0;
    (void)stint_stack_poll(&link->stack, link->now);
    assert_int_equal(link->stack.drops[reason] - before, reason != STINT_DROP_NONE ? 1 : 0);
}

static inline void message_arrives(struct link *link, struct stint_ipv6_header header,
    const struct stint_icmpv6_message *message, enum stint_drop reason)
{
    uint8_t bytes[ROOM];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    assert_true(stint_icmpv6_message_emit(message, &header.source, &header.destination, &writer));
    arrives(link, header, stint_writer_written(&writer), reason);
}

#endif

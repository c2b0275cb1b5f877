/* Neighbor discovery for IPv6 over Ethernet (RFC 4861, RFC 4191).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/ndp.h"

#include <string.h>

enum {
    OPTION_UNIT = 8, /* octets that an option's length counts */
    LINK_ADDRESS_LENGTH = 8,
    ADDRESS_LENGTH = 16,

    /* What follows the first 8 octets of a message, without options. */
    NEIGHBOR_LENGTH = 16,
    ADVERTISEMENT_LENGTH = 8,
    REDIRECT_LENGTH = 32,
};

/* Flags in the first word of an advertisement. */
#define NEIGHBOR_IS_ROUTER    UINT32_C(0x80000000)
#define NEIGHBOR_IS_SOLICITED UINT32_C(0x40000000)
#define NEIGHBOR_OVERRIDES    UINT32_C(0x20000000)
#define ROUTER_IS_MANAGED     UINT32_C(0x00800000)
#define ROUTER_HAS_OTHER      UINT32_C(0x00400000)

/* RFC 4861 4.6: no option has length 0, and all lie in `options`. */
/*@ requires stint_is_readable(options);
    assigns \nothing; */
static bool options_are_acceptable(struct stint_view options)
{
    struct stint_reader reader = stint_reader_over(options);
    /*@ loop invariant stint_reader_is_sound(&reader);
        loop assigns count, reader;
        loop variant reader.rest.length; */
    for (size_t count = 0; reader.rest.length > 0; count++) {
        const uint8_t *option = stint_reader_take(&reader, OPTION_UNIT);
        const size_t length = option != NULL ? (size_t)OPTION_UNIT * option[1] : 0;
        if (length == 0 || count == STINT_NDP_OPTION_LIMIT) {
            return false;
        }
        stint_reader_take(&reader, length - OPTION_UNIT);
        if (reader.failed) {
            return false;
        }
    }
    return true;
}

/* What every message must be: from this link, of code 0, with `length` octets before options. */
/*@ requires \valid_read(header) && stint_icmpv6_is_readable(message);
    assigns \nothing;
    ensures \result == STINT_DROP_NONE ==> message->data.length >= length; */
static enum stint_drop judge(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message, size_t length)
{
    if (header->hop_limit != STINT_NDP_HOP_LIMIT || message->code != 0) {
        return STINT_DROP_NDP_HOP_LIMIT;
    }
    if (message->data.length < length ||
        !options_are_acceptable(stint_view_without_first(message->data, length))) {
        return STINT_DROP_NDP_MALFORMED;
    }
    return STINT_DROP_NONE;
}

/* The first link address of this type among options that are acceptable. */
/*@ requires stint_is_readable(options) && \valid(address);
    requires \separated(address, options.bytes + (0 .. options.length - 1));
    assigns *address; */
static bool find_link_address(
    struct stint_view options, uint8_t type, struct stint_hardware_address *address)
{
    struct stint_ndp_option option;
    /*@ loop invariant stint_is_readable(options);
        loop invariant \separated(address, options.bytes + (0 .. options.length - 1));
        loop assigns options, option;
        loop variant options.length; */
    while (stint_ndp_option_next(&options, &option)) {
        if (option.type == type) {
            *address = option.link_address;
            return true;
        }
    }
    return false;
}

/*@ requires \valid_read(address);
    assigns \nothing; */
static bool is_solicited_node_group(const struct stint_address *address)
{
    static const uint8_t prefix[13] = {0xff, 0x02, [11] = 1, 0xff};
    return memcmp(address->octets, prefix, sizeof prefix) == 0;
}

/* RFC 4861 7.1.1: duplicate address detection asks from :: and has no link address yet. */
/*@ requires \valid_read(header) && \valid_read(neighbor);
    assigns \nothing; */
static bool solicitation_is_plausible(
    const struct stint_ipv6_header *header, const struct stint_ndp_neighbor *neighbor)
{
    return !stint_address_is_unspecified(&header->source) ||
           (is_solicited_node_group(&header->destination) && !neighbor->has_link_address);
}

/* RFC 4861 7.1.2: nobody has solicited what is sent to a group. */
/*@ requires \valid_read(header) && \valid_read(neighbor);
    assigns \nothing; */
static bool advertisement_is_plausible(
    const struct stint_ipv6_header *header, const struct stint_ndp_neighbor *neighbor)
{
    return !stint_address_is_multicast(&header->destination) || !neighbor->is_solicited;
}

/* A target is an address that a host can have on this link. */
/*@ requires \valid_read(target);
    assigns \nothing; */
static bool can_be_target(const struct stint_address *target)
{
    return !stint_address_is_multicast(target) && !stint_address_is_ipv4(target) &&
           !stint_address_is_unspecified(target);
}

enum stint_drop stint_ndp_neighbor_parse(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message, struct stint_ndp_neighbor *neighbor)
{
    const enum stint_drop refused = judge(header, message, NEIGHBOR_LENGTH);
    if (refused != STINT_DROP_NONE) {
        return refused;
    }
    const bool is_advertisement = message->type == STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT;
    const uint32_t flags = is_advertisement ? message->parameter : 0;
    memcpy(neighbor->target.octets, message->data.bytes, ADDRESS_LENGTH);
    neighbor->is_router = (flags & NEIGHBOR_IS_ROUTER) != 0;
    neighbor->is_solicited = (flags & NEIGHBOR_IS_SOLICITED) != 0;
    neighbor->overrides = (flags & NEIGHBOR_OVERRIDES) != 0;
    neighbor->has_link_address =
        find_link_address(stint_view_without_first(message->data, NEIGHBOR_LENGTH),
            is_advertisement ? STINT_NDP_TARGET_LINK_ADDRESS : STINT_NDP_SOURCE_LINK_ADDRESS,
            &neighbor->link_address);
    const bool plausible = is_advertisement ? advertisement_is_plausible(header, neighbor)
                                            : solicitation_is_plausible(header, neighbor);
    return plausible && can_be_target(&neighbor->target) ? STINT_DROP_NONE : STINT_DROP_NDP_ADDRESS;
}

enum stint_drop stint_ndp_router_solicitation_parse(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message, struct stint_ndp_router_solicitation *solicitation)
{
    const enum stint_drop refused = judge(header, message, 0);
    if (refused != STINT_DROP_NONE) {
        return refused;
    }
    solicitation->has_link_address = find_link_address(
        message->data, STINT_NDP_SOURCE_LINK_ADDRESS, &solicitation->link_address);
    /* RFC 4861 6.1.1 */
    return solicitation->has_link_address && stint_address_is_unspecified(&header->source)
               ? STINT_DROP_NDP_ADDRESS
               : STINT_DROP_NONE;
}

/* RFC 4191 2.1, 2.2: two bits; the reserved value counts as medium. */
/*@ assigns \nothing; */
static enum stint_ndp_preference preference_of(unsigned bits)
{
    if (bits == 1) {
        return STINT_NDP_PREFERENCE_HIGH;
    }
    return bits == 3 ? STINT_NDP_PREFERENCE_LOW : STINT_NDP_PREFERENCE_MEDIUM;
}

enum stint_drop stint_ndp_router_advertisement_parse(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message,
    struct stint_ndp_router_advertisement *advertisement)
{
    const enum stint_drop refused = judge(header, message, ADVERTISEMENT_LENGTH);
    if (refused != STINT_DROP_NONE) {
        return refused;
    }
    if (!stint_address_is_link_local(&header->source)) {
        return STINT_DROP_NDP_ADDRESS; /* RFC 4861 6.1.2 */
    }
    const uint32_t first = message->parameter;
    advertisement->hop_limit = (uint8_t)(first / 0x1000000u);
    advertisement->is_managed = (first & ROUTER_IS_MANAGED) != 0;
    advertisement->has_other = (first & ROUTER_HAS_OTHER) != 0;
    advertisement->preference = preference_of(first / 0x80000u % 4u);
    advertisement->router_lifetime_s = (uint16_t)(first % 65536u);
    advertisement->reachable_ms = stint_load32(message->data.bytes);
    advertisement->retransmit_ms = stint_load32(message->data.bytes + 4);
    advertisement->options = stint_view_without_first(message->data, ADVERTISEMENT_LENGTH);
    return STINT_DROP_NONE;
}

enum stint_drop stint_ndp_redirect_parse(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message, struct stint_ndp_redirect *redirect)
{
    const enum stint_drop refused = judge(header, message, REDIRECT_LENGTH);
    if (refused != STINT_DROP_NONE) {
        return refused;
    }
    memcpy(redirect->target.octets, message->data.bytes, ADDRESS_LENGTH);
    memcpy(redirect->destination.octets, message->data.bytes + 16, ADDRESS_LENGTH);
    redirect->options = stint_view_without_first(message->data, REDIRECT_LENGTH);
    /* RFC 4861 8.1: the target is a router's link-local address or the destination itself. */
    const bool plausible = stint_address_is_link_local(&header->source) &&
                           can_be_target(&redirect->destination) &&
                           (stint_address_is_link_local(&redirect->target) ||
                               stint_address_equal(&redirect->target, &redirect->destination));
    return plausible ? STINT_DROP_NONE : STINT_DROP_NDP_ADDRESS;
}

/* Appends octets to `bytes` at `used`: a link address option, when there is one. */
static size_t put_link_address(
    uint8_t *option, uint8_t type, bool has_address, const struct stint_hardware_address *address)
{
    if (!has_address) {
        return 0;
    }
    option[0] = type;
    option[1] = 1;
    memcpy(option + 2, address->octets, sizeof address->octets);
    return LINK_ADDRESS_LENGTH;
}

bool stint_ndp_neighbor_emit(const struct stint_ndp_neighbor *neighbor, enum stint_icmpv6_type type,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_writer *writer)
{
    const bool is_advertisement = type == STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT;
    uint8_t data[NEIGHBOR_LENGTH + LINK_ADDRESS_LENGTH];
    memcpy(data, neighbor->target.octets, ADDRESS_LENGTH);
    const size_t option = put_link_address(data + NEIGHBOR_LENGTH,
        is_advertisement ? STINT_NDP_TARGET_LINK_ADDRESS : STINT_NDP_SOURCE_LINK_ADDRESS,
        neighbor->has_link_address, &neighbor->link_address);
    struct stint_icmpv6_message message = {
        .type = (uint8_t)type, .data = stint_view_of(data, NEIGHBOR_LENGTH + option)};
    if (is_advertisement) {
        message.parameter = (neighbor->is_router ? NEIGHBOR_IS_ROUTER : 0) +
                            (neighbor->is_solicited ? NEIGHBOR_IS_SOLICITED : 0) +
                            (neighbor->overrides ? NEIGHBOR_OVERRIDES : 0);
    }
    return stint_icmpv6_message_emit(&message, source, destination, writer);
}

bool stint_ndp_router_solicitation_emit(const struct stint_ndp_router_solicitation *solicitation,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_writer *writer)
{
    uint8_t option[LINK_ADDRESS_LENGTH];
    const size_t length = put_link_address(option, STINT_NDP_SOURCE_LINK_ADDRESS,
        solicitation->has_link_address, &solicitation->link_address);
    const struct stint_icmpv6_message message = {
        .type = STINT_ICMPV6_ROUTER_SOLICITATION, .data = stint_view_of(option, length)};
    return stint_icmpv6_message_emit(&message, source, destination, writer);
}

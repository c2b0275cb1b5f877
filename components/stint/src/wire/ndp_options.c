/* Options of neighbor discovery (RFC 4861 4.6, RFC 4191 2.3, RFC 8106 5).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/ndp.h"

#include <string.h>

enum {
    OPTION_UNIT = 8,

    /* Lengths of whole options. */
    LINK_ADDRESS_LENGTH = 8,
    MTU_LENGTH = 8,
    PREFIX_LENGTH = 32,
    REDIRECTED_HEADER = 8, /* before the quoted packet */
    LIST_HEADER = 8,       /* before servers or names */
    ADDRESS_LENGTH = 16,

    LONGEST_PREFIX = 128,
    ON_LINK = 0x80,
    AUTONOMOUS = 0x40,
};

/*@ // What is asked of those who take an option from its bytes: they write to nothing else.
    predicate may_take(struct stint_ndp_option *option, struct stint_view bytes) =
        stint_is_readable(bytes) && \valid(option) &&
        \separated(option, bytes.bytes + (0 .. bytes.length - 1)); */

/* An address of which `octets` are there, without the bits past the prefix. */
/*@ requires may_take(option, octets);
    assigns *option; */
static bool take_prefix(struct stint_ndp_option *option, uint8_t length, struct stint_view octets)
{
    const size_t needed = (length + 7u) / 8u;
    if (length > LONGEST_PREFIX || needed > octets.length) {
        return false;
    }
    option->prefix_length = length;
    if (needed > 0) {
        memcpy(option->address.octets, octets.bytes, needed);
    }
    if (length % 8u != 0) {
        uint8_t *last = &option->address.octets[needed - 1];
        *last &= (uint8_t)(0xff00u >> length % 8u);
    }
    return true;
}

/*@ requires may_take(option, bytes) && bytes.length >= OPTION_UNIT;
    assigns *option; */
static bool take_prefix_information(struct stint_ndp_option *option, struct stint_view bytes)
{
    if (bytes.length != PREFIX_LENGTH) {
        return false;
    }
    option->on_link = (bytes.bytes[3] & ON_LINK) != 0;
    option->is_autonomous = (bytes.bytes[3] & AUTONOMOUS) != 0;
    option->lifetime_s = stint_load32(bytes.bytes + 4);
    option->preferred_lifetime_s = stint_load32(bytes.bytes + 8);
    return option->preferred_lifetime_s <= option->lifetime_s &&
           take_prefix(option, bytes.bytes[2], stint_view_of(bytes.bytes + 16, ADDRESS_LENGTH));
}

/*@ requires may_take(option, bytes) && bytes.length >= OPTION_UNIT;
    assigns *option; */
static bool take_route_information(struct stint_ndp_option *option, struct stint_view bytes)
{
    const unsigned preference = bytes.bytes[3] / 8u % 4u;
    /* RFC 4191 2.3: the reserved preference makes the option void. */
    if (bytes.length > LIST_HEADER + ADDRESS_LENGTH || preference == 2) {
        return false;
    }
    option->preference = preference == 1   ? STINT_NDP_PREFERENCE_HIGH
                         : preference == 3 ? STINT_NDP_PREFERENCE_LOW
                                           : STINT_NDP_PREFERENCE_MEDIUM;
    option->lifetime_s = stint_load32(bytes.bytes + 4);
    return take_prefix(option, bytes.bytes[2], stint_view_without_first(bytes, LIST_HEADER));
}

/* Servers are whole addresses; of names, the encoding is checked by whoever reads them. */
/*@ requires may_take(option, bytes) && bytes.length >= OPTION_UNIT;
    assigns *option; */
static bool take_list(struct stint_ndp_option *option, struct stint_view bytes)
{
    option->lifetime_s = stint_load32(bytes.bytes + 4);
    option->list = stint_view_without_first(bytes, LIST_HEADER);
    return option->list.length > 0 &&
           (option->type == STINT_NDP_DNS_SEARCH_LIST || option->list.length % ADDRESS_LENGTH == 0);
}

/* What `bytes`, a whole option of at least one unit, says; false when it is to be skipped. */
/*@ requires may_take(option, bytes) && bytes.length >= OPTION_UNIT;
    assigns *option; */
static bool take_option(struct stint_ndp_option *option, struct stint_view bytes)
{
    static const struct stint_ndp_option empty = {0};
    *option = empty;
    option->type = bytes.bytes[0];
    switch (option->type) {
    case STINT_NDP_SOURCE_LINK_ADDRESS:
    case STINT_NDP_TARGET_LINK_ADDRESS:
        memcpy(option->link_address.octets, bytes.bytes + 2, sizeof option->link_address.octets);
        return bytes.length == LINK_ADDRESS_LENGTH;
    case STINT_NDP_PREFIX_INFORMATION:
        return take_prefix_information(option, bytes);
    case STINT_NDP_REDIRECTED_HEADER:
        option->list = stint_view_without_first(bytes, REDIRECTED_HEADER);
        return true;
    case STINT_NDP_MTU:
        option->mtu = stint_load32(bytes.bytes + 4);
        return bytes.length == MTU_LENGTH && option->mtu >= STINT_IPV6_MINIMUM_MTU;
    case STINT_NDP_ROUTE_INFORMATION:
        return take_route_information(option, bytes);
    case STINT_NDP_DNS_SERVERS:
    case STINT_NDP_DNS_SEARCH_LIST:
        return take_list(option, bytes);
    default:
        return false;
    }
}

bool stint_ndp_option_next(struct stint_view *options, struct stint_ndp_option *option)
{
    struct stint_reader reader = stint_reader_over(*options);
    /*@ loop invariant stint_reader_is_sound(&reader) && stint_is_readable(*options);
        loop invariant may_take(option, reader.rest) && \separated(options, &reader);
        loop invariant \separated(options, reader.rest.bytes + (0 .. reader.rest.length - 1));
        loop invariant reader.rest.length <= \at(options->length, Pre);
        loop invariant reader.rest.length > 0 ==> reader.rest.bytes ==
            \at(options->bytes, Pre) + (\at(options->length, Pre) - reader.rest.length);
        loop assigns reader, *options, *option;
        loop variant reader.rest.length; */
    while (reader.rest.length > 0) {
        const uint8_t *bytes = stint_reader_take(&reader, OPTION_UNIT);
        const size_t length = bytes != NULL ? (size_t)OPTION_UNIT * bytes[1] : 0;
        if (length == 0) {
            break;
        }
        stint_reader_take(&reader, length - OPTION_UNIT);
        if (reader.failed) {
            break;
        }
        *options = reader.rest;
        if (take_option(option, stint_view_of(bytes, length))) {
            return true;
        }
    }
    *options = stint_view_of(NULL, 0);
    return false;
}

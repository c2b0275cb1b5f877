/* IPv6 extension headers (RFC 8200 4, RFC 5095, RFC 6946, RFC 8504 5.3).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/ipv6_extensions.h"

#include "stint/wire/ipv6.h"
#include <string.h>

enum {
    OPTION_PAD1 = 0,
    OPTION_PADN = 1,
    OPTION_ROUTER_ALERT = 5,

    /* What to do about an unknown option, by its two highest bits (RFC 8200 4.2). */
    ACTION_SKIP = 0,
    ACTION_DISCARD = 1,
    ACTION_ANSWER_ALWAYS = 2,

    PAYLOAD_LENGTH_AT = 4, /* in the IPv6 header */
    NEXT_HEADER_AT = 6,
    UNIT = 8, /* lengths and fragment offsets are counted in these */
    LONGEST_PAYLOAD = 65535,
};

/*@ requires \valid(chain);
    assigns chain->answer, chain->problem, chain->pointer;
    ensures \result == reason; */
static enum stint_drop refuse(struct stint_ipv6_chain *chain, enum stint_drop reason,
    enum stint_ipv6_problem problem, size_t pointer)
{
    chain->answer = STINT_IPV6_ANSWER_UNICAST;
    chain->problem = problem;
    chain->pointer = (uint16_t)pointer;
    return reason;
}

/* Offset in the packet of the octet that the reader takes next. */
/*@ requires \valid_read(reader);
    assigns \nothing; */
static size_t offset_of(struct stint_view payload, const struct stint_reader *reader)
{
    return STINT_IPV6_HEADER_LENGTH + payload.length - reader->rest.length;
}

/*@ requires \valid(chain);
    assigns *chain; */
static enum stint_drop judge_unknown_option(
    struct stint_ipv6_chain *chain, uint8_t kind, size_t pointer)
{
    const unsigned action = kind / 64u;
    if (action == ACTION_SKIP) {
        return STINT_DROP_NONE;
    }
    if (action == ACTION_DISCARD) {
        return STINT_DROP_IPV6_OPTION;
    }
    refuse(chain, STINT_DROP_IPV6_OPTION, STINT_IPV6_PROBLEM_OPTION, pointer);
    if (action == ACTION_ANSWER_ALWAYS) {
        chain->answer = STINT_IPV6_ANSWER_ALWAYS;
    }
    return STINT_DROP_IPV6_OPTION;
}

/* `options` is what a header of options holds, the first of which lies at `offset`. */
/*@ requires \valid(chain) && stint_is_readable(options);
    requires \separated(chain, options.bytes + (0 .. options.length - 1));
    assigns *chain; */
static enum stint_drop take_options(
    struct stint_ipv6_chain *chain, bool hop_by_hop, struct stint_view options, size_t offset)
{
    struct stint_reader reader = stint_reader_over(options);
    /*@ loop invariant stint_reader_is_sound(&reader) && !reader.failed;
        loop invariant \separated(chain, reader.rest.bytes + (0 .. reader.rest.length - 1));
        loop assigns count, reader, *chain;
        loop variant reader.rest.length; */
    for (size_t count = 0; reader.rest.length > 0; count++) {
        const size_t pointer = offset + options.length - reader.rest.length;
        const uint8_t kind = stint_reader_take8(&reader);
        if (count == STINT_IPV6_OPTION_LIMIT) {
            return STINT_DROP_IPV6_OPTION;
        }
        if (kind == OPTION_PAD1) {
            continue;
        }
        const uint8_t length = stint_reader_take8(&reader);
        stint_reader_take(&reader, length);
        if (reader.failed) {
            return refuse(chain, STINT_DROP_IPV6_OPTION, STINT_IPV6_PROBLEM_FIELD, pointer + 1);
        }
        if (hop_by_hop && kind == OPTION_ROUTER_ALERT && length == 2) {
            chain->router_alert = true;
        } else if (kind != OPTION_PADN) {
            const enum stint_drop refused = judge_unknown_option(chain, kind, pointer);
            if (refused != STINT_DROP_NONE) {
                return refused;
            }
        }
    }
    return STINT_DROP_NONE;
}

/*@ requires \valid(chain) && \valid_read(header + (0 .. UNIT - 1));
    requires \separated(chain, header + (0 .. UNIT - 1));
    assigns *chain; */
static enum stint_drop take_fragment(struct stint_ipv6_chain *chain, const uint8_t *header)
{
    const uint16_t offset = stint_load16(header + 2);
    chain->fragment_offset = (uint16_t)(offset / UNIT * UNIT);
    chain->more_fragments = offset % 2u == 1;
    chain->identification = stint_load32(header + 4);
    /* RFC 6946: a fragment of which there is only one is a whole packet. */
    chain->is_fragment = chain->fragment_offset != 0 || chain->more_fragments;
    return STINT_DROP_NONE;
}

/* One header of the kind `chain->protocol`, which becomes what this header says comes next. */
/*@ requires \valid(chain) && stint_reader_is_sound(reader) && \separated(chain, reader);
    requires \separated(chain, reader->rest.bytes + (0 .. reader->rest.length - 1));
    assigns *chain, *reader;
    ensures stint_reader_is_sound(reader);
    ensures \separated(chain, reader->rest.bytes + (0 .. reader->rest.length - 1)); */
static enum stint_drop take_extension(
    struct stint_ipv6_chain *chain, struct stint_view payload, struct stint_reader *reader)
{
    const uint8_t kind = chain->protocol;
    const size_t offset = offset_of(payload, reader);
    const uint8_t *header = stint_reader_take(reader, UNIT);
    if (header == NULL) {
        return STINT_DROP_IPV6_EXTENSION;
    }
    /* But for fragments, the second octet counts the units after the first. */
    const size_t more = kind == STINT_NEXT_HEADER_FRAGMENT ? 0 : (size_t)UNIT * header[1];
    stint_reader_take(reader, more);
    if (reader->failed) {
        return STINT_DROP_IPV6_EXTENSION;
    }
    chain->protocol = header[0];
    chain->pointer = (uint16_t)offset;
    if (kind == STINT_NEXT_HEADER_FRAGMENT) {
        return take_fragment(chain, header);
    }
    if (kind != STINT_NEXT_HEADER_ROUTING) {
        return take_options(chain, kind == STINT_NEXT_HEADER_HOP_BY_HOP,
            stint_view_of(header + 2, UNIT - 2 + more), offset + 2);
    }
    /* RFC 5095, RFC 8200 4.4: an unknown type is ignored when it leads nowhere. */
    return header[3] == 0
               ? STINT_DROP_NONE
               : refuse(chain, STINT_DROP_IPV6_ROUTING, STINT_IPV6_PROBLEM_FIELD, offset + 2);
}

/*@ assigns \nothing; */
static bool is_extension(uint8_t protocol)
{
    return protocol == STINT_NEXT_HEADER_HOP_BY_HOP || protocol == STINT_NEXT_HEADER_DESTINATION ||
           protocol == STINT_NEXT_HEADER_ROUTING || protocol == STINT_NEXT_HEADER_FRAGMENT;
}

enum stint_drop stint_ipv6_chain_parse_quote(
    struct stint_view payload, uint8_t next_header, struct stint_ipv6_chain *chain)
{
    static const struct stint_ipv6_chain empty = {.pointer = NEXT_HEADER_AT};
    *chain = empty;
    chain->protocol = next_header;
    struct stint_reader reader = stint_reader_over(payload);
    /*@ loop invariant stint_reader_is_sound(&reader) && count <= STINT_IPV6_EXTENSION_LIMIT;
        loop invariant \separated(chain, reader.rest.bytes + (0 .. reader.rest.length - 1));
        loop assigns count, reader, *chain;
        loop variant STINT_IPV6_EXTENSION_LIMIT - count; */
    for (size_t count = 0; is_extension(chain->protocol) && !chain->is_fragment; count++) {
        if (chain->protocol == STINT_NEXT_HEADER_HOP_BY_HOP && count > 0) {
            break; /* RFC 8200 4.1: at the beginning only; elsewhere it is unknown */
        }
        if (count == STINT_IPV6_EXTENSION_LIMIT) {
            return STINT_DROP_IPV6_EXTENSION;
        }
        const enum stint_drop refused = take_extension(chain, payload, &reader);
        if (refused != STINT_DROP_NONE) {
            return refused;
        }
    }
    chain->headers_length = (uint16_t)(payload.length - reader.rest.length);
    chain->payload = reader.rest;
    if (chain->protocol == STINT_NEXT_HEADER_HOP_BY_HOP) {
        return refuse(
            chain, STINT_DROP_IPV6_NEXT_HEADER, STINT_IPV6_PROBLEM_NEXT_HEADER, chain->pointer);
    }
    return STINT_DROP_NONE;
}

/* RFC 8200 4.5: all fragments but the last are whole units, and none ends past the longest packet.
 */
/*@ requires \valid(chain);
    assigns chain->answer, chain->problem, chain->pointer; */
static enum stint_drop judge_fragment(struct stint_ipv6_chain *chain)
{
    const size_t before = chain->headers_length - (size_t)STINT_IPV6_FRAGMENT_HEADER_LENGTH;
    if (chain->more_fragments && chain->payload.length % UNIT != 0) {
        return refuse(chain, STINT_DROP_IPV6_FRAGMENT, STINT_IPV6_PROBLEM_FIELD, PAYLOAD_LENGTH_AT);
    }
    if (before + chain->fragment_offset + chain->payload.length > LONGEST_PAYLOAD) {
        return refuse(chain, STINT_DROP_IPV6_FRAGMENT, STINT_IPV6_PROBLEM_FIELD,
            STINT_IPV6_HEADER_LENGTH + before + 2);
    }
    return STINT_DROP_NONE;
}

enum stint_drop stint_ipv6_chain_parse(
    struct stint_view payload, uint8_t next_header, struct stint_ipv6_chain *chain)
{
    const enum stint_drop refused = stint_ipv6_chain_parse_quote(payload, next_header, chain);
    if (refused != STINT_DROP_NONE || !chain->is_fragment) {
        return refused;
    }
    return judge_fragment(chain);
}

bool stint_ipv6_fragment_header_emit(
    const struct stint_ipv6_chain *chain, struct stint_writer *writer)
{
    uint8_t *header = stint_writer_claim(writer, STINT_IPV6_FRAGMENT_HEADER_LENGTH);
    if (header == NULL) {
        return false;
    }
    header[0] = chain->protocol;
    header[1] = 0;
    stint_store16(header + 2,
        (uint16_t)(chain->fragment_offset / UNIT * UNIT + (chain->more_fragments ? 1u : 0u)));
    stint_store32(header + 4, chain->identification);
    return true;
}

bool stint_ipv6_router_alert_emit(uint8_t next_header, struct stint_writer *writer)
{
    static const uint8_t alert[STINT_IPV6_ROUTER_ALERT_LENGTH] = {
        0, 0, OPTION_ROUTER_ALERT, 2, 0, 0, OPTION_PADN, 0};
    uint8_t *header = stint_writer_claim(writer, sizeof alert);
    if (header == NULL) {
        return false;
    }
    memcpy(header, alert, sizeof alert);
    header[0] = next_header;
    return true;
}

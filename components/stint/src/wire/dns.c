/* DNS: a query and its response (RFC 1035, RFC 3596, RFC 2181, RFC 2308).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/dns.h"

#include "dns_internal.h"
#include <string.h>

enum {
    FLAG_RESPONSE = 0x8000,
    FLAG_TRUNCATED = 0x0200,
    FLAG_RECURSION_DESIRED = 0x0100,
    OPERATION_UNIT = 0x0800, /* the operation code, 0 for a query, counts these */
    OPERATIONS = 16,
    STATUSES = 16,
    CLASS_INTERNET = 1,
    RECORD_FIXED = 10, /* type, class, TTL and length, after the name */
    SOA_NUMBERS = 20,  /* five numbers after an SOA's two names, the last of which is the minimum */
    LARGEST_MESSAGE = 65535,
};

/* A record: offsets into the message. */
struct record {
    uint32_t ttl_s;
    uint16_t type; /* 0 for another class than the Internet's */
    size_t name_at;
    size_t data_at;
    struct stint_view data;
};

/*@ predicate response_is_sound(struct stint_dns_response *response) =
        \valid(response) && stint_is_readable(response->message) &&
        response->message.length <= LARGEST_MESSAGE &&
        \separated(response, response->message.bytes + (0 .. response->message.length - 1));

    predicate record_lies_in(struct record *record, struct stint_view message) =
        stint_is_readable(record->data) &&
        record->data_at + record->data.length <= message.length; */

/*@ // What is left of a text, or of a part of it, is its end.
    predicate is_end_of(struct stint_view rest, struct stint_view text) =
        stint_is_readable(rest) && rest.length <= text.length &&
        (rest.length > 0 ==> rest.bytes == text.bytes + (text.length - rest.length)); */

/* A name as text, of which as much is looked at as tells that it is too long. */
/*@ requires stint_is_text(name);
    assigns \nothing;
    ensures stint_is_readable(\result) && \result.length <= STINT_DNS_NAME_LIMIT;
    ensures \result.bytes == (const uint8_t *)name; */
static struct stint_view text_of_name(const char *name)
{
    return stint_view_of_text(name, STINT_DNS_NAME_LIMIT);
}

/* Takes the next label of a name as text; empty at its end. */
/*@ requires \valid(text) && stint_is_readable(*text);
    assigns *text;
    ensures is_end_of(*text, \old(*text));
    ensures stint_is_readable(\result) && \result.length <= \old(text->length);
    ensures \result.bytes == \old(text->bytes); */
static struct stint_view next_label_of_text(struct stint_view *text)
{
    size_t length = 0;
    /*@ loop invariant length <= text->length;
        loop assigns length;
        loop variant text->length - length; */
    while (length < text->length && text->bytes[length] != '.') {
        length++;
    }
    const struct stint_view label = stint_view_of(text->bytes, length);
    const bool has_dot = length > 0 && length < text->length;
    *text = stint_view_without_first(*text, has_dot ? length + 1 : length);
    return label;
}

/*@ predicate is_apart(struct stint_view text, struct stint_writer *writer) =
        \separated(text.bytes + (0 .. text.length - 1), writer,
            writer->whole.bytes + (0 .. writer->whole.length - 1)); */

/*@ requires stint_writer_is_sound(writer) && stint_is_readable(label) && is_apart(label, writer);
    assigns *writer, writer->whole.bytes[0 .. writer->whole.length - 1];
    ensures stint_writer_is_sound(writer) && writer->whole == \old(writer->whole); */
static void put_label(struct stint_writer *writer, struct stint_view label)
{
    stint_writer_put8(writer, (uint8_t)label.length);
    stint_writer_put(writer, label);
}

/* False when the name cannot be, or has no room. */
/*@ requires stint_writer_is_sound(writer) && stint_is_readable(text) && is_apart(text, writer);
    assigns *writer, writer->whole.bytes[0 .. writer->whole.length - 1];
    ensures stint_writer_is_sound(writer) && writer->whole == \old(writer->whole); */
static bool put_name(struct stint_writer *writer, struct stint_view text)
{
    struct stint_view rest = text;
    struct stint_view label = next_label_of_text(&rest);
    if (label.length == 0) {
        return false;
    }
    size_t used = 1; /* octets of the name, its end included */
    /*@ loop invariant stint_writer_is_sound(writer) && writer->whole == \at(writer->whole, Pre);
        loop invariant is_end_of(rest, text) && is_apart(text, writer);
        loop invariant stint_is_readable(label) && label.length <= text.length;
        loop invariant label.length > 0 ==> \exists integer at; 0 <= at &&
            at + label.length <= text.length && label.bytes == text.bytes + at;
        loop invariant used <= STINT_DNS_NAME_LIMIT;
        loop assigns rest, label, used, *writer, \at(writer->whole.bytes, Pre)
            [0 .. \at(writer->whole.length, Pre) - 1];
        loop variant STINT_DNS_NAME_LIMIT - used; */
    while (label.length > 0) {
        if (label.length > STINT_DNS_LABEL_LIMIT ||
            used + 1 + label.length > STINT_DNS_NAME_LIMIT) {
            return false;
        }
        used += 1 + label.length;
        put_label(writer, label);
        label = next_label_of_text(&rest);
    }
    stint_writer_put8(writer, 0);
    return rest.length == 0 && !writer->failed;
}

bool stint_dns_query_emit(const struct stint_dns_question *question, struct stint_writer *writer)
{
    stint_writer_put16(writer, question->identifier);
    stint_writer_put16(writer, FLAG_RECURSION_DESIRED);
    stint_writer_put16(writer, 1);
    stint_writer_put16(writer, 0);
    stint_writer_put32(writer, 0);
    if (!put_name(writer, text_of_name(question->name))) {
        return false;
    }
    stint_writer_put16(writer, question->type);
    stint_writer_put16(writer, CLASS_INTERNET);
    return !writer->failed;
}

/* True when the name at `at` is what the text says. */
/*@ requires stint_is_readable(message) && stint_is_readable(text);
    assigns \nothing; */
static bool name_is(struct stint_view message, size_t at, struct stint_view text)
{
    struct dns_labels labels = dns_labels_at(message, at);
    struct stint_view rest = text;
    struct stint_view label;
    /*@ loop invariant dns_labels_are_sound(&labels) && labels.message == message;
        loop invariant is_end_of(rest, text);
        loop assigns labels, label, rest;
        loop variant STINT_DNS_NAME_LIMIT - labels.used; */
    while (dns_label_next(&labels, &label)) {
        if (!dns_labels_equal(label, next_label_of_text(&rest))) {
            return false;
        }
        if (label.length == 0) {
            return rest.length == 0;
        }
    }
    return false;
}

/*@ requires stint_is_readable(message);
    assigns \nothing; */
static bool names_equal(struct stint_view message, size_t a_at, size_t b_at)
{
    struct dns_labels a = dns_labels_at(message, a_at);
    struct dns_labels b = dns_labels_at(message, b_at);
    struct stint_view a_label;
    struct stint_view b_label;
    /*@ loop invariant dns_labels_are_sound(&a) && dns_labels_are_sound(&b);
        loop invariant a.message == message && b.message == message;
        loop assigns a, b, a_label, b_label;
        loop variant STINT_DNS_NAME_LIMIT - a.used; */
    while (dns_label_next(&a, &a_label) && dns_label_next(&b, &b_label)) {
        if (!dns_labels_equal(a_label, b_label)) {
            return false;
        }
        if (a_label.length == 0) {
            return true;
        }
    }
    return false;
}

/* RFC 2181 8: the highest bit says 0. */
/*@ assigns \nothing; */
static uint32_t clamp_ttl(uint32_t ttl)
{
    if (ttl > INT32_MAX) {
        return 0;
    }
    return ttl < STINT_DNS_TTL_LIMIT_S ? ttl : (uint32_t)STINT_DNS_TTL_LIMIT_S;
}

/* Reads the record at `at`. Where the next one begins, or 0 when it cannot be. */
/*@ requires stint_is_readable(message) && \valid(record);
    requires \separated(record, message.bytes + (0 .. message.length - 1));
    assigns *record;
    ensures \result != 0 ==> record_lies_in(record, message); */
static size_t read_record(struct stint_view message, size_t at, struct record *record)
{
    const size_t fixed_at = dns_name_end(message, at);
    if (fixed_at == 0) {
        return 0;
    }
    struct stint_reader reader = stint_reader_over(stint_view_without_first(message, fixed_at));
    const uint8_t *fixed = stint_reader_take(&reader, RECORD_FIXED);
    if (fixed == NULL) {
        return 0;
    }
    const size_t length = stint_load16(fixed + 8);
    const uint8_t *data = stint_reader_take(&reader, length);
    record->type = stint_load16(fixed + 2) == CLASS_INTERNET ? stint_load16(fixed) : (uint16_t)0;
    record->ttl_s = clamp_ttl(stint_load32(fixed + 4));
    record->name_at = at;
    record->data_at = fixed_at + RECORD_FIXED;
    record->data = stint_view_of(data, length);
    return reader.failed ? 0 : record->data_at + length;
}

/*@ assigns \nothing; */
static uint16_t at_most(size_t number, size_t limit)
{
    return (uint16_t)(number < limit ? number : limit);
}

/*@ requires \valid(response);
    assigns response->next_at, response->taken; */
static void begin_walk(struct stint_dns_response *response)
{
    response->next_at = response->first_at;
    response->taken = 0;
}

/* Takes the next record of the walk: false after `limit` records. */
/*@ requires response_is_sound(response) && \valid(record) && \separated(record, response,
        response->message.bytes + (0 .. response->message.length - 1));
    assigns *record, response->next_at, response->taken;
    ensures \result ==> record_lies_in(record, response->message);
    ensures \result ==> \old(response->taken) < limit &&
        response->taken == \old(response->taken) + 1; */
static bool next_record(struct stint_dns_response *response, size_t limit, struct record *record)
{
    if (response->taken >= limit || response->taken >= response->records) {
        return false;
    }
    const size_t next = read_record(response->message, response->next_at, record);
    if (next == 0) {
        return false;
    }
    response->next_at = (uint16_t)next;
    response->taken++;
    return true;
}

/* One step along the aliases; false when `name_at` has none. */
/*@ requires response_is_sound(response);
    assigns response->next_at, response->taken, response->name_at, response->ttl_s; */
static bool follow_alias(struct stint_dns_response *response)
{
    struct record record;
    begin_walk(response);
    /*@ loop assigns record, response->next_at, response->taken;
        loop variant response->answers - response->taken; */
    while (next_record(response, response->answers, &record)) {
        if (record.type == STINT_DNS_CNAME &&
            names_equal(response->message, record.name_at, response->name_at) &&
            dns_name_end(response->message, record.data_at) ==
                record.data_at + record.data.length) {
            response->name_at = (uint16_t)record.data_at;
            response->ttl_s = record.ttl_s < response->ttl_s ? record.ttl_s : response->ttl_s;
            return true;
        }
    }
    return false;
}

/* All records of the answer and the authority section can be read; of a truncated response, those
 * that cannot are not there. */
/*@ requires response_is_sound(response);
    assigns response->next_at, response->taken, response->records, response->answers; */
static bool records_are_acceptable(struct stint_dns_response *response)
{
    struct record record;
    begin_walk(response);
    /*@ loop assigns record, response->next_at, response->taken;
        loop variant response->records - response->taken; */
    while (next_record(response, response->records, &record)) {
    }
    if (response->is_truncated) {
        response->records = response->taken;
        response->answers = at_most(response->answers, response->taken);
    }
    return response->taken == response->records;
}

/* Where the records begin, after the question that was asked; 0 when it was another. */
/*@ requires stint_is_readable(message) && \valid_read(question) && stint_is_text(question->name);
    assigns \nothing; */
static size_t end_of_question(struct stint_view message, const struct stint_dns_question *question)
{
    const size_t at = dns_name_end(message, STINT_DNS_HEADER_LENGTH);
    struct stint_reader reader = stint_reader_over(stint_view_without_first(message, at));
    const uint16_t type = stint_reader_take16(&reader);
    const uint16_t class_asked = stint_reader_take16(&reader);
    if (at == 0 || reader.failed || type != question->type || class_asked != CLASS_INTERNET ||
        !name_is(message, STINT_DNS_HEADER_LENGTH, text_of_name(question->name))) {
        return 0;
    }
    return at + 4;
}

enum stint_drop stint_dns_response_parse(struct stint_view message,
    const struct stint_dns_question *question, struct stint_dns_response *response)
{
    if (message.length < STINT_DNS_HEADER_LENGTH || message.length > LARGEST_MESSAGE) {
        return STINT_DROP_DNS_MALFORMED;
    }
    const uint16_t flags = stint_load16(message.bytes + 2);
    if (flags < FLAG_RESPONSE || flags / OPERATION_UNIT % OPERATIONS != 0) {
        return STINT_DROP_DNS_MALFORMED;
    }
    if (stint_load16(message.bytes) != question->identifier ||
        stint_load16(message.bytes + 4) != 1) {
        return STINT_DROP_DNS_QUESTION;
    }
    const size_t records_at = end_of_question(message, question);
    if (records_at == 0) {
        return STINT_DROP_DNS_QUESTION;
    }
    const size_t answers = stint_load16(message.bytes + 6);
    const size_t authorities = stint_load16(message.bytes + 8);
    response->message = message;
    response->ttl_s = STINT_DNS_TTL_LIMIT_S;
    response->type = question->type;
    response->name_at = STINT_DNS_HEADER_LENGTH;
    response->first_at = (uint16_t)records_at;
    response->status = (uint8_t)(flags % STATUSES);
    response->is_truncated = flags / FLAG_TRUNCATED % 2u == 1;
    response->answers = at_most(answers, STINT_DNS_RECORD_LIMIT);
    response->records = at_most(answers + authorities, STINT_DNS_RECORD_LIMIT);
    if (!records_are_acceptable(response)) {
        return STINT_DROP_DNS_MALFORMED;
    }
    /*@ loop invariant response_is_sound(response);
        loop assigns i, response->next_at, response->taken, response->name_at, response->ttl_s;
        loop variant STINT_DNS_ALIAS_LIMIT - i; */
    for (size_t i = 0; i < STINT_DNS_ALIAS_LIMIT && follow_alias(response); i++) {
    }
    begin_walk(response);
    return STINT_DROP_NONE;
}

bool stint_dns_address_next(
    struct stint_dns_response *response, struct stint_address *address, uint32_t *ttl_s)
{
    struct record record;
    const size_t length = response->type == STINT_DNS_A ? 4 : 16;
    /*@ loop assigns record, *address, response->next_at, response->taken;
        loop variant response->answers - response->taken; */
    while (next_record(response, response->answers, &record)) {
        if (record.type != response->type || record.data.length != length ||
            !names_equal(response->message, record.name_at, response->name_at)) {
            continue;
        }
        *address = length == 4 ? stint_address_from_ipv4(record.data.bytes)
                               : stint_address_from_ipv6(record.data.bytes);
        /* An AAAA that looks like IPv4 would be taken for it. */
        if (length == 16 && stint_address_is_ipv4(address)) {
            continue;
        }
        *ttl_s = record.ttl_s < response->ttl_s ? record.ttl_s : response->ttl_s;
        return true;
    }
    return false;
}

bool stint_dns_negative_ttl(struct stint_dns_response *response, uint32_t *ttl_s)
{
    struct record record;
    begin_walk(response);
    /*@ loop assigns record, response->next_at, response->taken;
        loop variant response->records - response->taken; */
    while (next_record(response, response->records, &record)) {
        if (record.type != STINT_DNS_SOA || response->taken <= response->answers) {
            continue;
        }
        const size_t contact_at = dns_name_end(response->message, record.data_at);
        const size_t numbers_at = contact_at == 0 ? 0 : dns_name_end(response->message, contact_at);
        if (numbers_at == 0 || numbers_at + SOA_NUMBERS != record.data_at + record.data.length) {
            continue;
        }
        const uint32_t minimum =
            clamp_ttl(stint_load32(record.data.bytes + record.data.length - 4));
        *ttl_s = minimum < record.ttl_s ? minimum : record.ttl_s;
        return true;
    }
    return false;
}

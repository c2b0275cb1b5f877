/* Names of DNS (RFC 1035 3.1, 4.1.4, RFC 4343).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "dns_internal.h"

#include <string.h>

enum {
    POINTER = 0xc0, /* the two highest bits of a pointer; no others but none are known */
    POINTER_TARGETS = 0x4000,
};

struct dns_labels dns_labels_at(struct stint_view message, size_t at)
{
    struct dns_labels labels = {message, at, at, 0, 0};
    return labels;
}

/* Goes to where a pointer leads: before where the labels began that lead here, so that every walk
 * ends. */
/*@ requires dns_labels_are_sound(labels);
    assigns *labels;
    ensures labels->message == \old(labels->message) && labels->used == \old(labels->used);
    ensures \result ==> labels->floor < \old(labels->floor);
    ensures \result ==> \old(labels->at) + 2 <= labels->message.length;
    ensures \result ==> labels->end == (\old(labels->end) == 0 ? \old(labels->at) + 2
                                                               : \old(labels->end)); */
static bool follow_pointer(struct dns_labels *labels)
{
    struct stint_reader reader =
        stint_reader_over(stint_view_without_first(labels->message, labels->at));
    const size_t target = stint_reader_take16(&reader) % POINTER_TARGETS;
    if (reader.failed || target >= labels->floor) {
        return false;
    }
    if (labels->end == 0) {
        labels->end = labels->at + 2;
    }
    labels->at = target;
    labels->floor = target;
    return true;
}

/*@ predicate label_is_ahead(struct stint_reader *reader, struct stint_view message) =
        reader->rest.length > 0 ==> reader->rest.length < message.length &&
            reader->rest.bytes == message.bytes + (message.length - reader->rest.length); */

bool dns_label_next(struct dns_labels *labels, struct stint_view *label)
{
    uint8_t length = POINTER;
    struct stint_reader reader;
    /*@ loop invariant dns_labels_are_sound(labels) && labels->used == \at(labels->used, Pre);
        loop invariant labels->message == \at(labels->message, Pre);
        loop invariant \at(labels->end, Pre) != 0 ==> labels->end == \at(labels->end, Pre);
        loop invariant \at(labels->end, Pre) == 0 && labels->end == 0 ==>
            labels->at == \at(labels->at, Pre);
        loop invariant \at(labels->end, Pre) == 0 && labels->end != 0 ==>
            \at(labels->at, Pre) + 2 == labels->end && labels->end <= labels->message.length;
        loop invariant length != POINTER ==> stint_reader_is_sound(&reader) &&
            label_is_ahead(&reader, labels->message);
        loop invariant length != POINTER && !reader.failed ==>
            labels->at + 1 + reader.rest.length == labels->message.length;
        loop assigns length, reader, *labels;
        loop variant labels->floor + (length == POINTER ? 1 : 0); */
    while (length == POINTER) {
        reader = stint_reader_over(stint_view_without_first(labels->message, labels->at));
        length = stint_reader_take8(&reader);
        if (length >= POINTER) {
            if (!follow_pointer(labels)) {
                return false;
            }
            length = POINTER;
        }
    }
    const uint8_t *octets = stint_reader_take(&reader, length);
    labels->at += 1u + length;
    labels->used += 1u + length;
    if (reader.failed || length > STINT_DNS_LABEL_LIMIT || labels->used > STINT_DNS_NAME_LIMIT) {
        return false;
    }
    if (length == 0 && labels->end == 0) {
        labels->end = labels->at;
    }
    *label = stint_view_of(octets, length);
    return true;
}

size_t dns_name_end(struct stint_view message, size_t at)
{
    struct dns_labels labels = dns_labels_at(message, at);
    struct stint_view label;
    /*@ loop invariant dns_labels_are_sound(&labels);
        loop invariant labels.message == message;
        loop invariant labels.end == 0 ? at <= labels.at : at < labels.end <= message.length;
        loop assigns labels, label;
        loop variant STINT_DNS_NAME_LIMIT - labels.used; */
    while (dns_label_next(&labels, &label)) {
        if (label.length == 0) {
            return labels.end;
        }
    }
    return 0;
}

/*@ assigns \nothing; */
static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
}

bool dns_labels_equal(struct stint_view a, struct stint_view b)
{
    if (a.length != b.length) {
        return false;
    }
    /*@ loop assigns i;
        loop variant a.length - i; */
    for (size_t i = 0; i < a.length; i++) {
        if (lower(a.bytes[i]) != lower(b.bytes[i])) {
            return false;
        }
    }
    return true;
}

/*@ requires stint_is_readable(label);
    assigns \nothing; */
static bool is_plain(struct stint_view label)
{
    /*@ loop assigns i;
        loop variant label.length - i; */
    for (size_t i = 0; i < label.length; i++) {
        const uint8_t octet = lower(label.bytes[i]);
        if (!(octet >= 'a' && octet <= 'z') && !(octet >= '0' && octet <= '9') && octet != '-' &&
            octet != '_') {
            return false;
        }
    }
    return true;
}

size_t stint_dns_name_format(struct stint_view message, size_t name_at, struct stint_span text)
{
    struct stint_writer writer = stint_writer_into(text);
    struct dns_labels labels = dns_labels_at(message, name_at);
    struct stint_view label;
    /*@ loop invariant dns_labels_are_sound(&labels);
        loop invariant labels.message == message;
        loop invariant stint_writer_is_sound(&writer) && writer.whole == text;
        loop assigns labels, label, writer, text.bytes[0 .. text.length - 1];
        loop variant STINT_DNS_NAME_LIMIT - labels.used; */
    while (dns_label_next(&labels, &label) && is_plain(label)) {
        if (label.length == 0) {
            stint_writer_put8(&writer, 0);
            return writer.failed ? 0 : writer.used - 1;
        }
        if (writer.used > 0) {
            stint_writer_put8(&writer, '.');
        }
        stint_writer_put(&writer, label);
    }
    return 0;
}

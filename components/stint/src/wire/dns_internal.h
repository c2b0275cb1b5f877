/* Names within a DNS message: walked label by label (RFC 1035 3.1, 4.1.4).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_DNS_INTERNAL_H
#define STINT_WIRE_DNS_INTERNAL_H

#include "stint/wire/dns.h"

/* A walk over the labels of a name. */
struct dns_labels {
    struct stint_view message;
    size_t at;    /* of the next label */
    size_t floor; /* pointers lead before this */
    size_t end;   /* after the name where it stands; 0 until a pointer or the root is seen */
    size_t used;  /* octets of the name so far */
};

/*@ predicate dns_labels_are_sound(struct dns_labels *labels) =
        \valid(labels) && stint_is_readable(labels->message) &&
        labels->used <= STINT_DNS_NAME_LIMIT &&
        \separated(labels, labels->message.bytes + (0 .. labels->message.length - 1)); */

/*@ assigns \nothing;
    ensures \result.message == message && \result.used == 0;
    ensures \result.at == at && \result.end == 0; */
struct dns_labels dns_labels_at(struct stint_view message, size_t at);

/* The next label, empty at the root. False when the name cannot be. */
/*@ requires dns_labels_are_sound(labels) && \valid(label);
    requires \separated(label, labels, labels->message.bytes + (0 .. labels->message.length - 1));
    assigns *labels, *label;
    ensures labels->message == \old(labels->message);
    ensures \result ==> stint_is_readable(*label) && label->length <= STINT_DNS_LABEL_LIMIT;
    ensures \result ==> \old(labels->used) < labels->used <= STINT_DNS_NAME_LIMIT;
    ensures \result && \old(labels->end) != 0 ==> labels->end == \old(labels->end);
    ensures \result && \old(labels->end) == 0 ==>
        \old(labels->at) < (labels->end == 0 ? labels->at : labels->end) <= labels->message.length;
    ensures \result && label->length > 0 ==> \exists integer at;
        0 <= at && at + label->length <= labels->message.length &&
        label->bytes == labels->message.bytes + at; */
bool dns_label_next(struct dns_labels *labels, struct stint_view *label);

/* Walks to the end: where what follows the name begins, or 0 when the name cannot be. */
/*@ requires stint_is_readable(message);
    assigns \nothing;
    ensures \result == 0 || at < \result <= message.length; */
size_t dns_name_end(struct stint_view message, size_t at);

/* Octets are compared as ASCII letters are, without their case (RFC 4343). */
/*@ requires stint_is_readable(a) && stint_is_readable(b);
    assigns \nothing; */
bool dns_labels_equal(struct stint_view a, struct stint_view b);

#endif

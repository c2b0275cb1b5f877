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

struct dns_labels dns_labels_at(struct stint_view message, size_t at);

/* The next label, empty at the root. False when the name cannot be. */
bool dns_label_next(struct dns_labels *labels, struct stint_view *label);

/* Walks to the end: where what follows the name begins, or 0 when the name cannot be. */
size_t dns_name_end(struct stint_view message, size_t at);

/* Octets are compared as ASCII letters are, without their case (RFC 4343). */
bool dns_labels_equal(struct stint_view a, struct stint_view b);

#endif

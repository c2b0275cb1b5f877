/* DNS: a query and its response (RFC 1035, RFC 3596, RFC 2181, RFC 2308).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A response is not unpacked: its names stay where they are, as offsets into it, and its records
 * are walked one by one. Compression pointers must lead backwards, so that no name is endless.
 */
#ifndef STINT_WIRE_DNS_H
#define STINT_WIRE_DNS_H

#include "stint/base/drop.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_DNS_PORT = 53,
    STINT_DNS_HEADER_LENGTH = 12,
    STINT_DNS_NAME_LIMIT = 255, /* octets of a name on the wire */
    STINT_DNS_LABEL_LIMIT = 63,
    STINT_DNS_NAME_TEXT_LENGTH = 254, /* the longest name as text with its NUL */
    STINT_DNS_ALIAS_LIMIT = 8,        /* CNAMEs that are followed */
    STINT_DNS_RECORD_LIMIT = 64,      /* records of a response that are looked at */
    STINT_DNS_TTL_LIMIT_S = 86400,    /* longer times to live are cut to a day */
};

enum stint_dns_type {
    STINT_DNS_A = 1,
    STINT_DNS_CNAME = 5,
    STINT_DNS_SOA = 6,
    STINT_DNS_AAAA = 28,
};

enum stint_dns_status {
    STINT_DNS_NO_ERROR = 0,
    STINT_DNS_FORMAT_ERROR = 1,
    STINT_DNS_SERVER_FAILURE = 2,
    STINT_DNS_NO_SUCH_NAME = 3,
    STINT_DNS_NOT_IMPLEMENTED = 4,
    STINT_DNS_REFUSED = 5,
};

struct stint_dns_question {
    const char *name; /* NUL-terminated, with or without a dot at its end */
    uint16_t identifier;
    uint16_t type; /* STINT_DNS_A or STINT_DNS_AAAA */
};

/* A response and where a walk over it has come. */
struct stint_dns_response {
    struct stint_view message;
    uint32_t ttl_s;    /* how long the aliases hold that lead to `name_at` */
    uint16_t type;     /* asked for */
    uint16_t name_at;  /* the name whose addresses are the answer */
    uint16_t first_at; /* the first record */
    uint16_t next_at;  /* the next record of the walk */
    uint16_t taken;    /* records taken by the walk */
    uint16_t answers;  /* records in the answer section */
    uint16_t records;  /* in the answer and the authority section, at most 64 */
    uint8_t status;    /* one of enum stint_dns_status, or another */
    bool is_truncated; /* to be asked again over TCP */
};

/* Appends a recursive query; false when it does not fit or the name cannot be: empty, a label that
 * is empty or above 63 octets, or more than 255 octets. */
/*@ requires \valid_read(question) && stint_is_text(question->name);
    requires stint_writer_is_sound(writer) && \separated(question, writer,
        writer->whole.bytes + (0 .. writer->whole.length - 1));
    requires \separated((const uint8_t *)question->name + (0 .. STINT_DNS_NAME_LIMIT - 1), writer,
        writer->whole.bytes + (0 .. writer->whole.length - 1));
    assigns *writer, writer->whole.bytes[0 .. writer->whole.length - 1];
    ensures stint_writer_is_sound(writer); */
bool stint_dns_query_emit(const struct stint_dns_question *question, struct stint_writer *writer);

/* Reads a response's header and question and follows its aliases. Refused: what is no response to a
 * standard query, another question than the one asked (STINT_DROP_DNS_QUESTION), or a record or
 * name that cannot be. A truncated response may end anywhere: of it, the records that are whole are
 * read, and the walks below see no others. */
/*@ requires stint_is_readable(message) && \valid_read(question) && stint_is_text(question->name);
    requires \valid(response) && \separated(response, question,
        message.bytes + (0 .. message.length - 1));
    assigns *response;
    ensures \result == STINT_DROP_NONE ==> response->message == message &&
        message.length <= 65535; */
enum stint_drop stint_dns_response_parse(struct stint_view message,
    const struct stint_dns_question *question, struct stint_dns_response *response);

/* The next address of the answer, of the type asked for, and how long it and the aliases before it
 * hold, in seconds; false at the end. */
/*@ requires \valid(response) && stint_is_readable(response->message) && \valid(address) &&
        \valid(ttl_s) && response->message.length <= 65535;
    requires \separated(response, address, ttl_s,
        response->message.bytes + (0 .. response->message.length - 1));
    assigns *address, *ttl_s, response->next_at, response->taken; */
bool stint_dns_address_next(
    struct stint_dns_response *response, struct stint_address *address, uint32_t *ttl_s);

/* How long it holds that there is no answer, by the SOA of the authority section (RFC 2308 5);
 * false when nothing says so. Begins a walk anew. */
/*@ requires \valid(response) && stint_is_readable(response->message) && \valid(ttl_s) &&
        response->message.length <= 65535;
    requires \separated(response, ttl_s,
        response->message.bytes + (0 .. response->message.length - 1));
    assigns *ttl_s, response->next_at, response->taken; */
bool stint_dns_negative_ttl(struct stint_dns_response *response, uint32_t *ttl_s);

/* Writes the name at `name_at` as text with a NUL: its length without it, 0 when it is no name or
 * does not fit. Octets that are no letters, digits, '-' or '_' are refused. */
/*@ requires stint_is_readable(message) && stint_is_writable(text);
    requires text.bytes == \null ==> text.length == 0;
    requires \separated(text.bytes + (0 .. text.length - 1),
        message.bytes + (0 .. message.length - 1));
    assigns text.bytes[0 .. text.length - 1]; */
size_t stint_dns_name_format(struct stint_view message, size_t name_at, struct stint_span text);

#ifdef __cplusplus
}
#endif

#endif

/* DNS resolver: which addresses a name has, asked of servers and remembered (RFC 1035, RFC 2308,
 * RFC 5452, RFC 6761). SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * It owns one UDP socket for each query under way, and asks recursive servers: aliases are followed
 * within an answer only. There is no TCP: of a truncated answer the addresses that are whole are
 * used and not remembered, and without one the lookup fails. No call blocks: begin a lookup, call
 * stint_dns_client_poll() after each poll of the stack, and look at the outcome.
 */
#ifndef STINT_CLIENT_DNS_H
#define STINT_CLIENT_DNS_H

#include "stint/base/time.h"
#include "stint/socket/udp.h"
#include "stint/storage/carve.h"
#include "stint/wire/dns.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_DNS_CLIENT_SERVERS = 4,
    STINT_DNS_CLIENT_NEGATIVE_S = 3600, /* "there is none" is remembered no longer */
    STINT_DNS_CLIENT_FAILURE_S = 1, /* RFC 9520: servers that fail are not asked at once again */
};

/* Which addresses are looked for. */
enum stint_dns_families {
    STINT_DNS_IPV4 = 1,
    STINT_DNS_IPV6 = 2,
    STINT_DNS_BOTH = 3,
};

/* What became of a lookup; of two families' outcomes the found one counts, or else the later in
 * this list. */
enum stint_dns_outcome {
    STINT_DNS_FOUND,
    STINT_DNS_NAME_UNKNOWN,     /* nobody has this name */
    STINT_DNS_NO_ADDRESS,       /* the name is known, without an address of the family */
    STINT_DNS_NAME_INVALID,     /* not a host's name, or longer than the limit */
    STINT_DNS_NAME_NOT_ASKED,   /* a name that servers must not be asked for: .local and others */
    STINT_DNS_ANSWER_TRUNCATED, /* no address in what fits a datagram */
    STINT_DNS_SERVERS_REFUSE,   /* the last server said so, or that it cannot do this */
    STINT_DNS_SERVERS_FAIL,     /* the last server said so */
    STINT_DNS_SERVERS_SILENT, /* none answered in time, or the network says it cannot be reached */
    STINT_DNS_NO_SERVER,      /* none is set */
    STINT_DNS_TOO_MANY,       /* every record, query, socket or port is taken; retry later */
    STINT_DNS_ASKING,         /* under way */
};

struct stint_dns_client_limits {
    uint16_t names;      /* remembered, those that are asked for included */
    uint16_t queries;    /* under way at a time; two for a name of both families */
    uint8_t addresses;   /* remembered of a name and family */
    uint8_t name_length; /* the longest name's characters and a NUL, at most 254 */
};

struct stint_dns_known {
    struct stint_instant until; /* not a moment longer */
    uint8_t outcome;            /* enum stint_dns_outcome */
    uint8_t count;              /* addresses */
};

struct stint_dns_record {
    struct stint_instant used_at;
    uint16_t holds; /* lookups that may still read it */
    bool in_use;
    struct stint_dns_known known[2]; /* IPv4, IPv6 */
};

struct stint_dns_query {
    struct stint_instant give_up_at; /* this server, this time */
    struct stint_handle socket;
    uint16_t identifier;
    uint16_t record;
    uint8_t family; /* 0: IPv4, 1: IPv6 */
    uint8_t server;
    uint8_t round;  /* how often the list was gone through */
    uint8_t reason; /* enum stint_dns_outcome, if nobody does better */
    bool in_use;
};

struct stint_dns_client {
    struct stint_dns_client_limits limits;
    struct stint_udp *udp;       /* borrowed */
    struct stint_random *random; /* borrowed */
    uint32_t *drops;             /* borrowed: a counter for each enum stint_drop */
    struct stint_dns_record *records;
    struct stint_address *addresses;
    char *names;
    struct stint_dns_query *queries;
    uint16_t queries_under_way;
    uint8_t server_count;
    struct stint_endpoint servers[STINT_DNS_CLIENT_SERVERS];
    uint32_t queries_sent;
    uint32_t answers_taken;
    uint32_t answers_remembered; /* lookups that nobody had to be asked for */
    uint32_t refused;            /* lookups that found every record or query taken */
};

/* One caller's interest in a name. It is the caller's memory, and begins and ends with the two
 * calls below. */
struct stint_dns_lookup {
    struct stint_address own[2]; /* of a name that nobody is asked for */
    uint16_t record;
    uint8_t own_count;
    uint8_t families; /* enum stint_dns_families */
    uint8_t reason;   /* enum stint_dns_outcome of a lookup without record */
    bool has_record;
};

/* Carves what the limits ask for (pass a counting carve to learn how much). `udp`, `random` and
 * `drops` are borrowed. STINT_INVALID: a limit of 0, or names that could not be; STINT_EXHAUSTED:
 * the memory does not suffice. */
enum stint_result stint_dns_client_init(struct stint_dns_client *client,
    const struct stint_dns_client_limits *limits, struct stint_udp *udp,
    struct stint_random *random, uint32_t *drops, struct stint_carve *carve);

/* True for a host's address: whom alone queries are sent to. */
bool stint_dns_client_may_ask(const struct stint_address *server);

/* The servers to ask, best first; port 0: 53. What is remembered is forgotten, queries under way
 * begin again. STINT_INVALID, and nothing changed: more than 4, or no host's address. */
enum stint_result stint_dns_client_set_servers(struct stint_dns_client *client,
    struct stint_instant now, const struct stint_endpoint *servers, size_t count);

/* Begins to look a name up, with or without a dot at its end; it is not kept. An address as text is
 * its own answer. */
void stint_dns_client_begin(struct stint_dns_client *client, struct stint_instant now,
    struct stint_dns_lookup *lookup, const char *name, enum stint_dns_families families);

/* The caller has what it wanted, or wants it no more: then the answer is remembered all the same.
 */
void stint_dns_client_end(struct stint_dns_client *client, struct stint_dns_lookup *lookup);

enum stint_dns_outcome stint_dns_client_outcome(
    const struct stint_dns_client *client, const struct stint_dns_lookup *lookup);

/* The addresses that were found, IPv4 first, at most `capacity`. */
size_t stint_dns_client_addresses(const struct stint_dns_client *client,
    const struct stint_dns_lookup *lookup, struct stint_address *addresses, size_t capacity);

/* Takes what arrived and asks again where time is up. What it sends leaves with the next poll of
 * the stack. Costs nothing while no query is under way. */
void stint_dns_client_poll(struct stint_dns_client *client, struct stint_instant now);

/* When stint_dns_client_poll() has something to do though nothing arrived. */
struct stint_instant stint_dns_client_deadline(const struct stint_dns_client *client);

/* A sentence for messages: "nobody has this name". */
const char *stint_dns_outcome_describe(enum stint_dns_outcome outcome);

#ifdef __cplusplus
}
#endif

#endif

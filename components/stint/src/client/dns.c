/* Lookups: what a caller wants to know, and what is known of it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/client/dns.h"

#include "dns_internal.h"

#include <string.h>

enum { LEAST_NAME_LENGTH = 2 };

enum stint_result stint_dns_client_init(struct stint_dns_client *client,
    const struct stint_dns_client_limits *limits, struct stint_udp *udp,
    struct stint_random *random, uint32_t *drops, struct stint_carve *carve)
{
    if (limits->names == 0 || limits->queries == 0 || limits->addresses == 0 ||
        limits->name_length < LEAST_NAME_LENGTH ||
        limits->name_length > STINT_DNS_NAME_TEXT_LENGTH) {
        return STINT_INVALID;
    }
    const size_t names = limits->names;
    *client = (struct stint_dns_client){
        .limits = *limits,
        .udp = udp,
        .random = random,
        .records = (struct stint_dns_record *)stint_carve_array(
            carve, names, sizeof(struct stint_dns_record)),
        .addresses = (struct stint_address *)stint_carve_array(
            carve, names * DNS_FAMILIES * limits->addresses, sizeof(struct stint_address)),
        .names = (char *)stint_carve_array(carve, names, limits->name_length),
        .queries = (struct stint_dns_query *)stint_carve_array(
            carve, limits->queries, sizeof(struct stint_dns_query)),
    };
    client->drops = drops;
    return carve->failed ? STINT_EXHAUSTED : STINT_OK;
}

bool stint_dns_client_may_ask(const struct stint_address *server)
{
    return !stint_address_is_unspecified(server) && !stint_address_is_multicast(server) &&
           !stint_address_is_limited_broadcast(server) && !stint_address_is_reserved(server);
}

enum stint_result stint_dns_client_set_servers(struct stint_dns_client *client,
    struct stint_instant now, const struct stint_endpoint *servers, size_t count)
{
    if (count > STINT_DNS_CLIENT_SERVERS) {
        return STINT_INVALID;
    }
    for (size_t i = 0; i < count; i++) {
        if (!stint_dns_client_may_ask(&servers[i].address)) {
            return STINT_INVALID;
        }
    }
    for (size_t i = 0; i < count; i++) {
        const uint16_t port = servers[i].port != 0 ? servers[i].port : (uint16_t)STINT_DNS_PORT;
        client->servers[i] = (struct stint_endpoint){servers[i].address, port};
    }
    client->server_count = (uint8_t)count;
    dns_records_forget(client);
    dns_queries_restart(client, now);
    return STINT_OK;
}

/* --- lookups --- */

static bool wants(const struct stint_dns_lookup *lookup, size_t family)
{
    return (lookup->families & (1u << family)) != 0;
}

/* Asks for what is not known, or not any more. */
static void ask(struct stint_dns_client *client, struct stint_instant now,
    const struct stint_dns_lookup *lookup)
{
    const struct stint_dns_record *record = &client->records[lookup->record];
    bool asked = false;
    for (size_t family = 0; family < DNS_FAMILIES; family++) {
        const struct stint_dns_known *known = &record->known[family];
        const bool is_under_way = known->outcome == STINT_DNS_ASKING;
        if (!wants(lookup, family) || is_under_way || !stint_instant_has_come(known->until, now)) {
            asked = asked || (wants(lookup, family) && is_under_way);
            continue;
        }
        dns_query_begin(client, now, lookup->record, family);
        asked = true;
    }
    client->answers_remembered += asked ? 0 : 1;
}

/* Whoever else still holds an answer that is asked for anew waits for the new one. */
void stint_dns_client_begin(struct stint_dns_client *client, struct stint_instant now,
    struct stint_dns_lookup *lookup, const char *name, enum stint_dns_families families)
{
    char plain[STINT_DNS_NAME_TEXT_LENGTH];
    *lookup = (struct stint_dns_lookup){.families = (uint8_t)families};
    lookup->reason =
        (uint8_t)dns_name_settle(name, stint_span_of(plain, client->limits.name_length), lookup);
    if (lookup->reason != STINT_DNS_ASKING) {
        return;
    }
    if (!dns_record_find(client, now, plain, &lookup->record)) {
        client->refused++;
        lookup->reason = STINT_DNS_TOO_MANY;
        return;
    }
    lookup->has_record = true;
    client->records[lookup->record].holds++;
    ask(client, now, lookup);
}

void stint_dns_client_end(struct stint_dns_client *client, struct stint_dns_lookup *lookup)
{
    if (lookup->has_record) {
        client->records[lookup->record].holds--;
        lookup->has_record = false;
        lookup->reason = STINT_DNS_NAME_INVALID;
    }
}

enum stint_dns_outcome stint_dns_client_outcome(
    const struct stint_dns_client *client, const struct stint_dns_lookup *lookup)
{
    if (!lookup->has_record) {
        return (enum stint_dns_outcome)lookup->reason;
    }
    const struct stint_dns_record *record = &client->records[lookup->record];
    uint8_t outcome = STINT_DNS_FOUND;
    bool found = false;
    for (size_t family = 0; family < DNS_FAMILIES; family++) {
        if (wants(lookup, family)) {
            const uint8_t its = record->known[family].outcome;
            found = found || its == STINT_DNS_FOUND;
            outcome = its > outcome ? its : outcome;
        }
    }
    if (outcome == STINT_DNS_ASKING) {
        return STINT_DNS_ASKING;
    }
    return found ? STINT_DNS_FOUND : (enum stint_dns_outcome)outcome;
}

static size_t copy_addresses(
    struct stint_address *to, size_t capacity, const struct stint_address *from, size_t count)
{
    const size_t copied = count < capacity ? count : capacity;
    if (copied > 0) {
        memcpy(to, from, copied * sizeof *to);
    }
    return copied;
}

size_t stint_dns_client_addresses(const struct stint_dns_client *client,
    const struct stint_dns_lookup *lookup, struct stint_address *addresses, size_t capacity)
{
    if (!lookup->has_record) {
        return copy_addresses(addresses, capacity, lookup->own, lookup->own_count);
    }
    size_t count = 0;
    for (size_t family = 0; family < DNS_FAMILIES; family++) {
        const struct stint_dns_known *known = &client->records[lookup->record].known[family];
        if (wants(lookup, family) && known->outcome == STINT_DNS_FOUND) {
            count += copy_addresses(addresses + count, capacity - count,
                dns_record_addresses(client, lookup->record, family), known->count);
        }
    }
    return count;
}

const char *stint_dns_outcome_describe(enum stint_dns_outcome outcome)
{
    switch (outcome) {
    case STINT_DNS_FOUND:
        return "found";
    case STINT_DNS_NAME_UNKNOWN:
        return "nobody has this name";
    case STINT_DNS_NO_ADDRESS:
        return "the name has no address of this family";
    case STINT_DNS_NAME_INVALID:
        return "no host can have this name";
    case STINT_DNS_NAME_NOT_ASKED:
        return "servers must not be asked for this name";
    case STINT_DNS_ANSWER_TRUNCATED:
        return "the answer does not fit a datagram";
    case STINT_DNS_SERVERS_REFUSE:
        return "the name servers refuse to answer";
    case STINT_DNS_SERVERS_FAIL:
        return "the name servers cannot answer now";
    case STINT_DNS_SERVERS_SILENT:
        return "no name server answers";
    case STINT_DNS_NO_SERVER:
        return "no name server is set";
    case STINT_DNS_TOO_MANY:
        return "too many names are being asked for";
    case STINT_DNS_ASKING:
        return "being asked for";
    }
    return "?";
}

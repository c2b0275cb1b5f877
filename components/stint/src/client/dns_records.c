/* What is known of names, and for how long.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "dns_internal.h"

#include <string.h>

char *dns_record_name(const struct stint_dns_client *client, uint16_t record)
{
    return client->names + (size_t)record * client->limits.name_length;
}

struct stint_address *dns_record_addresses(
    const struct stint_dns_client *client, uint16_t record, size_t family)
{
    return client->addresses + ((size_t)record * DNS_FAMILIES + family) * client->limits.addresses;
}

static bool is_being_asked_for(const struct stint_dns_record *record)
{
    return record->known[0].outcome == STINT_DNS_ASKING ||
           record->known[1].outcome == STINT_DNS_ASKING;
}

static bool may_be_forgotten(const struct stint_dns_record *record)
{
    return record->holds == 0 && !is_being_asked_for(record);
}

/* What nobody has asked for yet is known no longer than since ever. */
static void forget(struct stint_dns_record *record)
{
    *record = (struct stint_dns_record){.in_use = false};
    for (size_t family = 0; family < DNS_FAMILIES; family++) {
        record->known[family].until = stint_instant_at(INT64_MIN);
        record->known[family].outcome = STINT_DNS_NO_ADDRESS;
    }
}

/* A free record, or the one that was used longest ago; false when there is none. */
static bool choose(struct stint_dns_client *client, uint16_t *chosen)
{
    bool found = false;
    for (uint16_t i = 0; i < client->limits.names; i++) {
        const struct stint_dns_record *record = &client->records[i];
        if (!record->in_use) {
            *chosen = i;
            return true;
        }
        if (may_be_forgotten(record) && (!found || stint_instant_is_before(record->used_at,
                                                       client->records[*chosen].used_at))) {
            *chosen = i;
            found = true;
        }
    }
    return found;
}

static bool is_same_text(const char *a, const char *b)
{
    const size_t length = strlen(a);
    return length == strlen(b) && memcmp(a, b, length) == 0;
}

static bool find_known(const struct stint_dns_client *client, const char *name, uint16_t *record)
{
    for (uint16_t i = 0; i < client->limits.names; i++) {
        if (client->records[i].in_use && is_same_text(dns_record_name(client, i), name)) {
            *record = i;
            return true;
        }
    }
    return false;
}

bool dns_record_find(
    struct stint_dns_client *client, struct stint_instant now, const char *name, uint16_t *record)
{
    if (!find_known(client, name, record)) {
        if (!choose(client, record)) {
            return false;
        }
        forget(&client->records[*record]);
        client->records[*record].in_use = true;
        memcpy(dns_record_name(client, *record), name, strlen(name) + 1);
    }
    client->records[*record].used_at = now;
    return true;
}

void dns_records_forget(struct stint_dns_client *client)
{
    for (uint16_t i = 0; i < client->limits.names; i++) {
        struct stint_dns_record *record = &client->records[i];
        if (may_be_forgotten(record)) {
            forget(record);
            continue;
        }
        for (size_t family = 0; family < DNS_FAMILIES; family++) {
            record->known[family].until = stint_instant_at(INT64_MIN);
        }
    }
}

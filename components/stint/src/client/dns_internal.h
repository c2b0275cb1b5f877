/* The parts of the DNS resolver that know of each other: records, names, queries.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_CLIENT_DNS_INTERNAL_H
#define STINT_CLIENT_DNS_INTERNAL_H

#include "stint/client/dns.h"

enum { DNS_FAMILIES = 2 };

/* --- names (dns_names.c) --- */

/* What can be said of a name without asking: FOUND with the lookup's own addresses, why not, or
 * ASKING with the name as it is asked for in `plain`: in small letters, without a dot at its end.
 */
enum stint_dns_outcome dns_name_settle(
    const char *name, struct stint_span plain, struct stint_dns_lookup *lookup);

/* --- records (dns_records.c) --- */

char *dns_record_name(const struct stint_dns_client *client, uint16_t record);
struct stint_address *dns_record_addresses(
    const struct stint_dns_client *client, uint16_t record, size_t family);

/* The record of a name, a new one if need be; false when all are held or asked for. */
bool dns_record_find(
    struct stint_dns_client *client, struct stint_instant now, const char *name, uint16_t *record);

/* Forgets all that is not being asked for. */
void dns_records_forget(struct stint_dns_client *client);

/* --- queries (dns_queries.c) --- */

/* Asks the first server for one family; what becomes of it is written into the record. */
void dns_query_begin(
    struct stint_dns_client *client, struct stint_instant now, uint16_t record, size_t family);

/* Every query goes to the first server again, as if just begun. */
void dns_queries_restart(struct stint_dns_client *client, struct stint_instant now);

#endif

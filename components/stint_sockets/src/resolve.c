/* Tasks that wait for the addresses of a name, and whom the instance asks for them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_sockets/resolve.h"

#include "entry.h"

/* A task inside stint_resolve(). The poll hands it what was found: an answer may hold for no time
 * at all, and others may ask again before the task runs. */
struct stint_resolving {
    struct stint_waiter waiter;
    struct stint_resolving *next;
    struct stint_dns_lookup lookup;
    struct stint_address *addresses;
    size_t capacity;
    size_t count;
    enum stint_dns_outcome outcome;
};

/* --- servers --- */

/* A server that is there already is not asked twice. */
static void add(struct stint_resolver_servers *servers, struct stint_endpoint server)
{
    bool is_new = servers->count < STINT_DNS_CLIENT_SERVERS;
    for (size_t i = 0; i < servers->count; i++) {
        is_new = is_new && !stint_endpoint_equal(&servers->endpoints[i], &server);
    }
    if (is_new) {
        servers->endpoints[servers->count] = server;
        servers->count++;
    }
}

static bool are_the_clients(
    const struct stint_resolver_servers *servers, const struct stint_dns_client *client)
{
    bool equal = servers->count == client->server_count;
    for (size_t i = 0; equal && i < servers->count; i++) {
        equal = stint_endpoint_equal(&servers->endpoints[i], &client->servers[i]);
    }
    return equal;
}

/* Hands the client who is to be asked now. It begins anew with other servers: not without need. */
static void gather_servers(
    struct stint_resolver *resolver, const struct stint_stack *stack, struct stint_instant now)
{
    struct stint_resolver_servers servers = resolver->given;
    struct stint_address learnt[STINT_DNS_CLIENT_SERVERS];
    const size_t count = stint_stack_name_servers(stack, learnt, STINT_DNS_CLIENT_SERVERS);
    for (size_t i = 0; i < count; i++) {
        if (stint_dns_client_may_ask(&learnt[i])) {
            add(&servers, (struct stint_endpoint){learnt[i], STINT_DNS_PORT});
        }
    }
    resolver->configurations = stack->configurations;
    if (!are_the_clients(&servers, &resolver->client)) {
        (void)stint_dns_client_set_servers(
            &resolver->client, now, servers.endpoints, servers.count);
    }
}

static enum stint_result read_servers(
    const struct stint_endpoint *servers, size_t count, struct stint_resolver_servers *read)
{
    *read = (struct stint_resolver_servers){.count = 0};
    if (count > STINT_DNS_CLIENT_SERVERS) {
        return STINT_INVALID;
    }
    for (size_t i = 0; i < count; i++) {
        if (!stint_dns_client_may_ask(&servers[i].address)) {
            return STINT_INVALID;
        }
        const uint16_t port = servers[i].port != 0 ? servers[i].port : (uint16_t)STINT_DNS_PORT;
        add(read, (struct stint_endpoint){servers[i].address, port});
    }
    return STINT_OK;
}

enum stint_result stint_resolver_set_servers(
    struct stint_sockets *sockets, const struct stint_endpoint *servers, size_t count)
{
    struct stint_resolver_servers given;
    const enum stint_result result = read_servers(servers, count, &given);
    if (result != STINT_OK) {
        return result;
    }
    stint_sockets_lock(sockets);
    struct stint_resolver *resolver = sockets->resolver;
    if (resolver != NULL) {
        resolver->given = given;
        gather_servers(resolver, sockets->config.stack, stint_sockets_now(sockets));
        stint_sockets_wake_poll(sockets);
    }
    stint_sockets_unlock(sockets);
    return resolver != NULL ? STINT_OK : STINT_WRONG_STATE;
}

bool stint_resolver_has_servers(struct stint_sockets *sockets)
{
    stint_sockets_lock(sockets);
    const bool has = sockets->resolver != NULL && sockets->resolver->client.server_count > 0;
    stint_sockets_unlock(sockets);
    return has;
}

/* --- the poll --- */

/* Looks whether it is known by now. */
static bool is_settled(const struct stint_resolver *resolver, struct stint_resolving *resolving)
{
    resolving->outcome = stint_dns_client_outcome(&resolver->client, &resolving->lookup);
    if (resolving->outcome == STINT_DNS_FOUND) {
        resolving->count = stint_dns_client_addresses(
            &resolver->client, &resolving->lookup, resolving->addresses, resolving->capacity);
    }
    return resolving->outcome != STINT_DNS_ASKING;
}

static void wake_settled(struct stint_sockets *sockets, struct stint_resolver *resolver)
{
    struct stint_resolving **link = &resolver->first_resolving;
    while (*link != NULL) {
        struct stint_resolving *resolving = *link;
        if (is_settled(resolver, resolving)) {
            *link = resolving->next;
            stint_sockets_signal(sockets, &resolving->waiter);
        } else {
            link = &resolving->next;
        }
    }
}

/* Takes answers, asks again and wakes who waited. A query leaves with the next poll of the stack:
 * at once, but only when there is a new one; the device tells when it has room for the others. */
static struct stint_instant poll(struct stint_sockets *sockets, struct stint_instant now)
{
    struct stint_resolver *resolver = sockets->resolver;
    const struct stint_stack *stack = sockets->config.stack;
    const uint32_t sent_before = resolver->client.queries_sent;
    if (resolver->configurations != stack->configurations) {
        gather_servers(resolver, stack, now);
    }
    stint_dns_client_poll(&resolver->client, now);
    wake_settled(sockets, resolver);
    return resolver->client.queries_sent != sent_before
               ? now
               : stint_dns_client_deadline(&resolver->client);
}

/* --- starting --- */

size_t stint_resolver_memory_needed(const struct stint_dns_client_limits *limits)
{
    struct stint_dns_client client;
    struct stint_carve counting = stint_carve_from(stint_span_of(NULL, 0));
    const enum stint_result result =
        stint_dns_client_init(&client, limits, NULL, NULL, NULL, &counting);
    return result == STINT_INVALID ? 0 : counting.used;
}

static enum stint_result start(struct stint_resolver *resolver, struct stint_sockets *sockets,
    const struct stint_dns_client_limits *limits, struct stint_span memory)
{
    struct stint_stack *stack = sockets->config.stack;
    struct stint_carve carve = stint_carve_from(memory);
    *resolver = (struct stint_resolver){.first_resolving = NULL};
    const enum stint_result result = stint_dns_client_init(
        &resolver->client, limits, &stack->udp, &stack->random, stack->drops, &carve);
    if (result == STINT_OK) {
        gather_servers(resolver, stack, stint_sockets_now(sockets));
        sockets->resolver = resolver;
        sockets->poll_resolver = poll;
    }
    return result;
}

enum stint_result stint_resolver_start(struct stint_resolver *resolver,
    struct stint_sockets *sockets, const struct stint_dns_client_limits *limits,
    struct stint_span memory)
{
    if (memory.bytes == NULL) {
        return STINT_INVALID;
    }
    stint_sockets_lock(sockets);
    const enum stint_result result =
        sockets->resolver != NULL ? STINT_WRONG_STATE : start(resolver, sockets, limits, memory);
    stint_sockets_unlock(sockets);
    return result;
}

/* --- addresses of this host --- */

unsigned stint_resolver_own_families(struct stint_sockets *sockets)
{
    const struct stint_stack *stack = sockets->config.stack;
    unsigned families = 0;
    stint_sockets_lock(sockets);
    for (unsigned i = 0; i < stack->interface_count; i++) {
        const struct stint_addresses *own = &stack->interfaces[i].addresses;
        const bool is_loopback = i + 1 == stack->loopback;
        for (unsigned j = 0; j < own->used && !is_loopback; j++) {
            const bool is_ipv4 = stint_address_is_ipv4(&own->entries[j].address);
            families |= (unsigned)(is_ipv4 ? STINT_DNS_IPV4 : STINT_DNS_IPV6);
        }
    }
    stint_sockets_unlock(sockets);
    return families;
}

/* --- the order of addresses (RFC 6724 6, rules 1 and 6 as far as they tell them apart) --- */

static int rank(const struct stint_sockets *sockets, const struct stint_address *address)
{
    struct stint_address source;
    const bool reachable =
        stint_stack_select_source(sockets->config.stack, address, &source) == STINT_OK;
    return (reachable ? 0 : 2) + (stint_address_is_ipv4(address) ? 1 : 0);
}

static void sort(const struct stint_sockets *sockets, struct stint_address *addresses, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct stint_address address = addresses[i];
        const int its = rank(sockets, &address);
        size_t at = i;
        for (; at > 0 && rank(sockets, &addresses[at - 1]) > its; at--) {
            addresses[at] = addresses[at - 1];
        }
        addresses[at] = address;
    }
}

/* --- asking --- */

/* Asleep until the poll has settled it. */
static void wait(struct stint_sockets *sockets, struct stint_resolving *resolving)
{
    resolving->next = sockets->resolver->first_resolving;
    sockets->resolver->first_resolving = resolving;
    stint_sockets_wake_poll(sockets);
    while (resolving->outcome == STINT_DNS_ASKING) {
        (void)stint_sockets_sleep(sockets, &resolving->waiter, stint_instant_never(), NULL);
    }
}

enum stint_dns_outcome stint_resolve(struct stint_sockets *sockets, const char *name,
    enum stint_dns_families families, struct stint_address *addresses, size_t capacity,
    size_t *count)
{
    struct stint_resolving resolving = {
        .addresses = addresses, .capacity = capacity, .outcome = STINT_DNS_NO_SERVER};
    stint_sockets_lock(sockets);
    if (sockets->resolver != NULL) {
        struct stint_dns_client *client = &sockets->resolver->client;
        stint_dns_client_begin(
            client, stint_sockets_now(sockets), &resolving.lookup, name, families);
        if (!is_settled(sockets->resolver, &resolving)) {
            wait(sockets, &resolving);
        }
        stint_dns_client_end(client, &resolving.lookup);
        sort(sockets, addresses, resolving.count);
    }
    stint_sockets_unlock(sockets);
    *count = resolving.count;
    return resolving.outcome;
}

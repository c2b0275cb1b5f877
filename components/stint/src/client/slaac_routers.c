/* What routers advertise: prefixes, themselves, name servers, each for a while.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "slaac_internal.h"

enum {
    TWO_HOURS_S = 7200,
    IDENTIFIER_PREFIX_LENGTH = 64, /* RFC 4862 5.5.3 d: with an identifier of 64 bits */
    SERVER_OCTETS = 16,
};

static struct stint_instant end_of(struct stint_instant now, uint32_t lifetime_s)
{
    return lifetime_s == UINT32_MAX ? stint_instant_never()
                                    : stint_instant_after(now, stint_seconds(lifetime_s));
}

/* --- prefixes --- */

static struct stint_slaac_address *find_address(
    struct stint_slaac *slaac, const struct stint_address *prefix)
{
    const struct stint_prefix network = {*prefix, IDENTIFIER_PREFIX_LENGTH};
    for (unsigned i = 1; i < STINT_SLAAC_ADDRESSES; i++) {
        struct stint_slaac_address *record = &slaac->addresses[i];
        if (record->state != STINT_SLAAC_FREE &&
            stint_prefix_contains(&network, &record->address)) {
            return record;
        }
    }
    return NULL;
}

/* A record that nobody was told of, or NULL. */
static struct stint_slaac_address *find_free(struct stint_slaac *slaac)
{
    for (unsigned i = 1; i < STINT_SLAAC_ADDRESSES; i++) {
        struct stint_slaac_address *record = &slaac->addresses[i];
        if (record->state == STINT_SLAAC_FREE && record->told == STINT_SLAAC_FREE) {
            return record;
        }
    }
    return NULL;
}

/* RFC 4862 5.5.3 e: an advertisement that nobody signed ends an address within two hours at the
 * earliest. */
static void renew(struct stint_instant now, struct stint_slaac_address *record,
    const struct stint_ndp_option *prefix)
{
    const struct stint_instant two_hours = stint_instant_after(now, stint_seconds(TWO_HOURS_S));
    const struct stint_instant proposed = end_of(now, prefix->lifetime_s);
    if (prefix->lifetime_s > TWO_HOURS_S ||
        stint_instant_is_before(record->valid_until, proposed)) {
        record->valid_until = proposed;
    } else if (stint_instant_is_before(two_hours, record->valid_until)) {
        record->valid_until = two_hours;
    }
    record->preferred_until = end_of(now, prefix->preferred_lifetime_s);
    if (record->state != STINT_SLAAC_TENTATIVE) {
        record->state = prefix->preferred_lifetime_s > 0 ? (uint8_t)STINT_SLAAC_PREFERRED
                                                         : (uint8_t)STINT_SLAAC_DEPRECATED;
    }
}

static void take_prefix(
    struct stint_slaac *slaac, struct stint_instant now, const struct stint_ndp_option *prefix)
{
    if (!prefix->is_autonomous || prefix->prefix_length != IDENTIFIER_PREFIX_LENGTH ||
        prefix->preferred_lifetime_s > prefix->lifetime_s ||
        stint_address_is_link_local(&prefix->address) ||
        stint_address_is_multicast(&prefix->address)) {
        return;
    }
    struct stint_slaac_address *record = find_address(slaac, &prefix->address);
    if (record != NULL) {
        renew(now, record, prefix);
        return;
    }
    record = find_free(slaac);
    if (record == NULL || prefix->lifetime_s == 0) {
        return;
    }
    record->prefix_length = prefix->on_link ? IDENTIFIER_PREFIX_LENGTH : 128;
    record->preferred_until = end_of(now, prefix->preferred_lifetime_s);
    record->valid_until = end_of(now, prefix->lifetime_s);
    stint_slaac_begin_address(slaac, now, record, &prefix->address);
}

/* --- routers --- */

static struct stint_slaac_router *find_router(
    struct stint_slaac *slaac, const struct stint_address *address)
{
    for (unsigned i = 0; i < STINT_SLAAC_ROUTERS; i++) {
        if (stint_address_equal(&slaac->routers[i].address, address)) {
            return &slaac->routers[i];
        }
    }
    return NULL;
}

static void take_router(struct stint_slaac *slaac, struct stint_instant now,
    const struct stint_address *source, const struct stint_ndp_router_advertisement *advertisement)
{
    static const struct stint_address none = {{0}};
    struct stint_slaac_router *router = find_router(slaac, source);
    if (router == NULL && advertisement->router_lifetime_s > 0) {
        router = find_router(slaac, &none); /* more routers than records: the first ones stay */
    }
    if (router == NULL) {
        return;
    }
    *router = (struct stint_slaac_router){0};
    if (advertisement->router_lifetime_s > 0) {
        router->address = *source;
        router->until = end_of(now, advertisement->router_lifetime_s);
        router->preference = (int8_t)advertisement->preference;
    }
}

const struct stint_slaac_router *stint_slaac_best_router(const struct stint_slaac *slaac)
{
    const struct stint_slaac_router *best = NULL;
    for (unsigned i = 0; i < STINT_SLAAC_ROUTERS; i++) {
        const struct stint_slaac_router *router = &slaac->routers[i];
        if (stint_address_is_unspecified(&router->address)) {
            continue;
        }
        const bool better =
            best == NULL || (best->failed && !router->failed) ||
            (best->failed == router->failed && router->preference > best->preference);
        best = better ? router : best;
    }
    return best;
}

void stint_slaac_router_failed(struct stint_slaac *slaac, const struct stint_address *router)
{
    struct stint_slaac_router *record = find_router(slaac, router);
    if (record == NULL || stint_address_is_unspecified(router)) {
        return;
    }
    record->failed = true;
    const struct stint_slaac_router *best = stint_slaac_best_router(slaac);
    if (best->failed) { /* all have: each gets another turn */
        for (unsigned i = 0; i < STINT_SLAAC_ROUTERS; i++) {
            slaac->routers[i].failed = &slaac->routers[i] == record;
        }
    }
}

/* --- name servers --- */

static struct stint_slaac_server *find_server(
    struct stint_slaac *slaac, const struct stint_address *address)
{
    for (unsigned i = 0; i < STINT_SLAAC_SERVERS; i++) {
        if (stint_address_equal(&slaac->servers[i].address, address)) {
            return &slaac->servers[i];
        }
    }
    return NULL;
}

static void take_server(struct stint_slaac *slaac, struct stint_instant now,
    const struct stint_address *address, uint32_t lifetime_s)
{
    static const struct stint_address none = {{0}};
    if (stint_address_is_unspecified(address) || stint_address_is_multicast(address)) {
        return;
    }
    struct stint_slaac_server *server = find_server(slaac, address);
    if (server != NULL && lifetime_s == 0) {
        *server = (struct stint_slaac_server){0};
        slaac->servers_changed = true;
        return;
    }
    if (server == NULL) {
        server = find_server(slaac, &none);
        if (server == NULL || lifetime_s == 0) {
            return;
        }
        server->address = *address;
        slaac->servers_changed = true;
    }
    server->until = end_of(now, lifetime_s);
}

static void take_servers(
    struct stint_slaac *slaac, struct stint_instant now, const struct stint_ndp_option *option)
{
    for (size_t at = 0; at + SERVER_OCTETS <= option->list.length; at += SERVER_OCTETS) {
        const struct stint_address server =
            stint_address_from_ipv6(stint_view_without_first(option->list, at).bytes);
        take_server(slaac, now, &server, option->lifetime_s);
    }
}

/* --- advertisements --- */

static void take_option(
    struct stint_slaac *slaac, struct stint_instant now, const struct stint_ndp_option *option)
{
    switch (option->type) {
    case STINT_NDP_PREFIX_INFORMATION:
        take_prefix(slaac, now, option);
        break;
    case STINT_NDP_MTU:
        if (option->mtu >= STINT_IPV6_MINIMUM_MTU && option->mtu <= slaac->link_mtu) {
            slaac->mtu = (uint16_t)option->mtu;
        }
        break;
    case STINT_NDP_DNS_SERVERS:
        take_servers(slaac, now, option);
        break;
    default: /* link addresses are for the neighbor table; the rest is not used */
        break;
    }
}

void stint_slaac_take_advertisement(struct stint_slaac *slaac, struct stint_instant now,
    const struct stint_address *source, const struct stint_ndp_router_advertisement *advertisement)
{
    if (!slaac->running) {
        return;
    }
    slaac->solicit_at = stint_instant_never(); /* RFC 7559 2.1: a router has spoken */
    if (advertisement->hop_limit > 0) {
        slaac->hop_limit = advertisement->hop_limit;
    }
    take_router(slaac, now, source, advertisement);
    struct stint_view options = advertisement->options;
    struct stint_ndp_option option;
    while (stint_ndp_option_next(&options, &option)) {
        take_option(slaac, now, &option);
    }
}

/* --- time --- */

void stint_slaac_expire(struct stint_slaac *slaac, struct stint_instant now)
{
    for (unsigned i = 0; i < STINT_SLAAC_ADDRESSES; i++) {
        struct stint_slaac_address *record = &slaac->addresses[i];
        if (record->state != STINT_SLAAC_FREE && stint_instant_has_come(record->valid_until, now)) {
            record->state = STINT_SLAAC_FREE;
        } else if (record->state == STINT_SLAAC_PREFERRED &&
                   stint_instant_has_come(record->preferred_until, now)) {
            record->state = STINT_SLAAC_DEPRECATED;
        }
    }
    for (unsigned i = 0; i < STINT_SLAAC_ROUTERS; i++) {
        struct stint_slaac_router *router = &slaac->routers[i];
        if (!stint_address_is_unspecified(&router->address) &&
            stint_instant_has_come(router->until, now)) {
            *router = (struct stint_slaac_router){0};
        }
    }
    for (unsigned i = 0; i < STINT_SLAAC_SERVERS; i++) {
        struct stint_slaac_server *server = &slaac->servers[i];
        if (!stint_address_is_unspecified(&server->address) &&
            stint_instant_has_come(server->until, now)) {
            *server = (struct stint_slaac_server){0};
            slaac->servers_changed = true;
        }
    }
}

struct stint_instant stint_slaac_expiry(const struct stint_slaac *slaac)
{
    struct stint_instant first = stint_instant_never();
    for (unsigned i = 0; i < STINT_SLAAC_ADDRESSES; i++) {
        const struct stint_slaac_address *record = &slaac->addresses[i];
        if (record->state != STINT_SLAAC_FREE) {
            first = stint_instant_earlier(first, record->valid_until);
        }
        if (record->state == STINT_SLAAC_PREFERRED) {
            first = stint_instant_earlier(first, record->preferred_until);
        }
    }
    for (unsigned i = 0; i < STINT_SLAAC_ROUTERS; i++) {
        if (!stint_address_is_unspecified(&slaac->routers[i].address)) {
            first = stint_instant_earlier(first, slaac->routers[i].until);
        }
    }
    for (unsigned i = 0; i < STINT_SLAAC_SERVERS; i++) {
        if (!stint_address_is_unspecified(&slaac->servers[i].address)) {
            first = stint_instant_earlier(first, slaac->servers[i].until);
        }
    }
    return first;
}

/* Addresses that an interface gives itself, and the steps that follow.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/client/slaac.h"

#include "slaac_internal.h"

#include <string.h>

enum {
    FIRST_DELAY_MS = 1000,   /* RFC 4861 10: a random part of it, lest all speak at once */
    PROBE_MS = 1000,         /* RFC 4861 10, RetransTimer: how long an owner has to object */
    SOLICIT_FIRST_MS = 4000, /* RFC 7559 2.1 */
    SOLICIT_LONGEST_MS = 3600000,
    PREFIX_OCTETS = 8,
};

static struct stint_instant soon(struct stint_slaac *slaac, struct stint_instant now)
{
    return stint_instant_after(
        now, stint_milliseconds(stint_random_below(slaac->random, FIRST_DELAY_MS)));
}

/* --- identifiers --- */

/* RFC 4291 appendix A: made from the hardware address. */
static void put_hardware_identifier(const struct stint_slaac *slaac, uint8_t *identifier)
{
    const uint8_t *octets = slaac->hardware_address.octets;
    memcpy(identifier, octets, 3);
    identifier[0] ^= 2;
    identifier[3] = 0xff;
    identifier[4] = 0xfe;
    memcpy(identifier + 5, octets + 3, 3);
}

/* RFC 7217: made from a secret; for whoever finds the first choice taken. */
static void put_opaque_identifier(
    const struct stint_slaac *slaac, const uint8_t *prefix, uint8_t attempt, uint8_t *identifier)
{
    uint8_t seed[PREFIX_OCTETS + sizeof slaac->hardware_address.octets + 1];
    memcpy(seed, prefix, PREFIX_OCTETS);
    memcpy(seed + PREFIX_OCTETS, slaac->hardware_address.octets,
        sizeof slaac->hardware_address.octets);
    seed[sizeof seed - 1] = attempt;
    const uint64_t hash = stint_random_hash(slaac->random, stint_view_of(seed, sizeof seed));
    for (unsigned i = 0; i < 8; i++) {
        identifier[i] = (uint8_t)(hash >> (8 * i));
    }
}

static void begin_check(
    struct stint_slaac *slaac, struct stint_instant now, struct stint_slaac_address *record)
{
    uint8_t *octets = record->address.octets;
    if (record->attempts == 0) {
        put_hardware_identifier(slaac, octets + PREFIX_OCTETS);
    } else {
        put_opaque_identifier(slaac, octets, record->attempts, octets + PREFIX_OCTETS);
    }
    record->state = STINT_SLAAC_TENTATIVE;
    record->probed = false;
    record->check_at = soon(slaac, now);
}

void stint_slaac_begin_address(struct stint_slaac *slaac, struct stint_instant now,
    struct stint_slaac_address *record, const struct stint_address *prefix)
{
    memcpy(record->address.octets, prefix->octets, PREFIX_OCTETS);
    record->attempts = 0;
    begin_check(slaac, now, record);
}

/* --- the link --- */

void stint_slaac_init(struct stint_slaac *slaac, const struct stint_hardware_address *address,
    uint16_t link_mtu, struct stint_random *random)
{
    memset(slaac, 0, sizeof *slaac);
    slaac->random = random;
    slaac->hardware_address = *address;
    slaac->link_mtu = link_mtu;
    slaac->mtu = link_mtu;
    slaac->solicit_at = stint_instant_never();
}

void stint_slaac_stop(struct stint_slaac *slaac)
{
    slaac->running = false;
    slaac->solicit_at = stint_instant_never();
    slaac->mtu = slaac->link_mtu;
    slaac->hop_limit = 0;
    for (unsigned i = 0; i < STINT_SLAAC_ADDRESSES; i++) {
        slaac->addresses[i].state = STINT_SLAAC_FREE;
    }
    for (unsigned i = 0; i < STINT_SLAAC_ROUTERS; i++) {
        slaac->routers[i] = (struct stint_slaac_router){0};
    }
    for (unsigned i = 0; i < STINT_SLAAC_SERVERS; i++) {
        const bool was_used = !stint_address_is_unspecified(&slaac->servers[i].address);
        slaac->servers_changed = slaac->servers_changed || was_used;
        slaac->servers[i] = (struct stint_slaac_server){0};
    }
}

void stint_slaac_start(struct stint_slaac *slaac, struct stint_instant now)
{
    static const struct stint_address link_local = {{0xfe, 0x80}};
    struct stint_slaac_address *record = &slaac->addresses[0];
    stint_slaac_stop(slaac);
    slaac->running = true;
    slaac->solicit_ms = 0;
    record->prefix_length = 64;
    record->preferred_until = stint_instant_never();
    record->valid_until = stint_instant_never();
    stint_slaac_begin_address(slaac, now, record, &link_local);
}

/* --- duplicates --- */

/* The number of the record in which the address is checked; STINT_SLAAC_ADDRESSES: none. */
static unsigned find_tentative(const struct stint_slaac *slaac, const struct stint_address *address)
{
    unsigned i = 0;
    while (i < STINT_SLAAC_ADDRESSES &&
           !(slaac->addresses[i].state == STINT_SLAAC_TENTATIVE &&
               stint_address_equal(&slaac->addresses[i].address, address))) {
        i++;
    }
    return i;
}

bool stint_slaac_is_tentative(const struct stint_slaac *slaac, const struct stint_address *address)
{
    return find_tentative(slaac, address) < STINT_SLAAC_ADDRESSES;
}

bool stint_slaac_take_conflict(
    struct stint_slaac *slaac, struct stint_instant now, const struct stint_address *target)
{
    const unsigned found = find_tentative(slaac, target);
    if (found == STINT_SLAAC_ADDRESSES) {
        return false;
    }
    struct stint_slaac_address *record = &slaac->addresses[found];
    slaac->duplicates++;
    record->attempts++;
    if (record->attempts <= STINT_SLAAC_ATTEMPTS) {
        begin_check(slaac, now, record);
    } else {
        record->state = STINT_SLAAC_FREE;
    }
    return true;
}

/* Nobody objected. */
static void accept(
    struct stint_slaac *slaac, struct stint_instant now, struct stint_slaac_address *record)
{
    record->state = stint_instant_has_come(record->preferred_until, now)
                        ? (uint8_t)STINT_SLAAC_DEPRECATED
                        : (uint8_t)STINT_SLAAC_PREFERRED;
    if (record == &slaac->addresses[0]) {
        slaac->solicit_at = now;
    }
}

/* --- steps --- */

static uint8_t wanted_state(const struct stint_slaac_address *record)
{
    return record->state == STINT_SLAAC_TENTATIVE ? (uint8_t)STINT_SLAAC_FREE : record->state;
}

static bool next_of_address(struct stint_slaac *slaac, struct stint_instant now,
    struct stint_slaac_address *record, struct stint_slaac_step *step)
{
    if (record->state == STINT_SLAAC_TENTATIVE && record->probed &&
        stint_instant_has_come(record->check_at, now)) {
        accept(slaac, now, record);
    }
    step->address = record->address;
    step->prefix_length = record->prefix_length;
    step->deprecated = record->state == STINT_SLAAC_DEPRECATED;
    if (record->told != wanted_state(record)) {
        step->kind = wanted_state(record) == STINT_SLAAC_FREE ? STINT_SLAAC_REMOVE_ADDRESS
                                                              : STINT_SLAAC_SET_ADDRESS;
        return true;
    }
    step->kind = STINT_SLAAC_PROBE;
    return record->state == STINT_SLAAC_TENTATIVE && stint_instant_has_come(record->check_at, now);
}

static bool next_of_router(const struct stint_slaac *slaac, struct stint_slaac_step *step)
{
    const struct stint_slaac_router *best = stint_slaac_best_router(slaac);
    if (best != NULL && stint_address_equal(&best->address, &slaac->router_told)) {
        return false;
    }
    if (!stint_address_is_unspecified(&slaac->router_told)) {
        step->kind = STINT_SLAAC_REMOVE_ROUTER;
        step->address = slaac->router_told;
        return true;
    }
    if (best == NULL) {
        return false;
    }
    step->kind = STINT_SLAAC_SET_ROUTER;
    step->address = best->address;
    return true;
}

bool stint_slaac_next(
    struct stint_slaac *slaac, struct stint_instant now, struct stint_slaac_step *step)
{
    stint_slaac_expire(slaac, now);
    for (unsigned i = 0; i < STINT_SLAAC_ADDRESSES; i++) {
        if (next_of_address(slaac, now, &slaac->addresses[i], step)) {
            return true;
        }
    }
    if (next_of_router(slaac, step)) {
        return true;
    }
    if (slaac->servers_changed) {
        step->kind = STINT_SLAAC_SERVERS_CHANGED;
        return true;
    }
    if (slaac->running && stint_instant_has_come(slaac->solicit_at, now)) {
        step->kind = STINT_SLAAC_SOLICIT_ROUTERS;
        step->address = slaac->addresses[0].told != STINT_SLAAC_FREE ? slaac->addresses[0].address
                                                                     : (struct stint_address){{0}};
        return true;
    }
    return false;
}

/* RFC 7559: ever more rarely, a tenth more or less at random, until a router speaks. */
static void solicited(struct stint_slaac *slaac, struct stint_instant now)
{
    slaac->solicit_ms = slaac->solicit_ms == 0 ? SOLICIT_FIRST_MS : 2 * slaac->solicit_ms;
    if (slaac->solicit_ms > SOLICIT_LONGEST_MS) {
        slaac->solicit_ms = SOLICIT_LONGEST_MS;
    }
    const uint32_t tenth = slaac->solicit_ms / 10;
    const uint32_t wait =
        slaac->solicit_ms - tenth + stint_random_below(slaac->random, 2 * tenth + 1);
    slaac->solicit_at = stint_instant_after(now, stint_milliseconds(wait));
}

/* Of the record with this address; another one may have taken its place meanwhile. */
static void done_with_address(
    struct stint_slaac *slaac, struct stint_instant now, const struct stint_slaac_step *step)
{
    for (unsigned i = 0; i < STINT_SLAAC_ADDRESSES; i++) {
        struct stint_slaac_address *record = &slaac->addresses[i];
        if (!stint_address_equal(&record->address, &step->address)) {
            continue;
        }
        if (step->kind == STINT_SLAAC_PROBE) {
            record->probed = true;
            record->check_at = stint_instant_after(now, stint_milliseconds(PROBE_MS));
        } else {
            record->told = wanted_state(record);
        }
        return;
    }
}

void stint_slaac_done(
    struct stint_slaac *slaac, struct stint_instant now, const struct stint_slaac_step *step)
{
    switch (step->kind) {
    case STINT_SLAAC_SOLICIT_ROUTERS:
        solicited(slaac, now);
        return;
    case STINT_SLAAC_PROBE:
    case STINT_SLAAC_SET_ADDRESS:
    case STINT_SLAAC_REMOVE_ADDRESS:
        done_with_address(slaac, now, step);
        return;
    case STINT_SLAAC_SET_ROUTER:
        slaac->router_told = step->address;
        return;
    case STINT_SLAAC_REMOVE_ROUTER:
        slaac->router_told = (struct stint_address){{0}};
        return;
    case STINT_SLAAC_SERVERS_CHANGED:
        slaac->servers_changed = false;
        return;
    }
}

struct stint_instant stint_slaac_deadline(const struct stint_slaac *slaac)
{
    struct stint_instant deadline =
        stint_instant_earlier(slaac->solicit_at, stint_slaac_expiry(slaac));
    for (unsigned i = 0; i < STINT_SLAAC_ADDRESSES; i++) {
        const struct stint_slaac_address *record = &slaac->addresses[i];
        if (record->told != wanted_state(record)) {
            return stint_instant_at(0);
        }
        if (record->state == STINT_SLAAC_TENTATIVE) {
            deadline = stint_instant_earlier(deadline, record->check_at);
        }
    }
    struct stint_slaac_step step;
    return slaac->servers_changed || next_of_router(slaac, &step) ? stint_instant_at(0) : deadline;
}

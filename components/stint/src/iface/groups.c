/* Memberships and their timers: the states of RFC 2236 6 and RFC 2710 5, which are the same.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A record whose group is left stays, without users, until the routers were told.
 */
#include "stint/iface/groups.h"

enum {
    UNASKED_WITHIN_MS = 10000, /* RFC 2236 8.10, RFC 2710 7.10: Unsolicited Report Interval */
    SHORTEST_MS = 100,         /* the unit of IGMP */
    V1_ROUTER_SECONDS = 400,   /* RFC 2236 8.12 */
};

void stint_groups_init(struct stint_groups *groups, struct stint_group *records, uint8_t count,
    struct stint_random *random)
{
    *groups = (struct stint_groups){
        .random = random,
        .records = records,
        .count = count,
        .deadline = stint_instant_never(),
        .v1_until = stint_instant_at(INT64_MIN),
    };
}

static bool is_same_family(const struct stint_address *a, const struct stint_address *b)
{
    return stint_address_is_ipv4(a) == stint_address_is_ipv4(b);
}

/* 224.0.0.1, ff02::1, and what never leaves the host: RFC 2236 6, RFC 2710 5. */
static bool is_never_reported(const struct stint_address *group)
{
    enum { SCOPE = 0x0f, OF_INTERFACE = 1 };
    const struct stint_address all_nodes = stint_address_link_group(STINT_GROUP_ALL_NODES);
    const struct stint_address all_hosts = stint_address_ipv4(224, 0, 0, 1);
    return stint_address_is_ipv4(group) ? stint_address_equal(group, &all_hosts)
                                        : stint_address_equal(group, &all_nodes) ||
                                              (group->octets[1] & SCOPE) <= OF_INTERFACE;
}

static bool is_free(const struct stint_group *record)
{
    return stint_address_is_unspecified(&record->address);
}

static bool is_member(const struct stint_group *record)
{
    return record->users > 0 || record->solicited;
}

static struct stint_group *find(
    const struct stint_groups *groups, const struct stint_address *group)
{
    for (unsigned i = 0; i < groups->count; i++) {
        if (stint_address_equal(&groups->records[i].address, group)) {
            return &groups->records[i];
        }
    }
    return NULL;
}

/* --- timers --- */

static void set_timer(
    struct stint_groups *groups, struct stint_group *record, struct stint_instant when)
{
    record->report_at = when;
    groups->deadline = stint_instant_earlier(groups->deadline, when);
}

static void update_deadline(struct stint_groups *groups)
{
    groups->deadline = stint_instant_never();
    for (unsigned i = 0; i < groups->count; i++) {
        if (!is_free(&groups->records[i])) {
            groups->deadline =
                stint_instant_earlier(groups->deadline, groups->records[i].report_at);
        }
    }
}

static struct stint_instant at_random(
    struct stint_groups *groups, struct stint_instant now, uint32_t within_ms)
{
    return stint_instant_after(
        now, stint_milliseconds(1 + stint_random_below(groups->random, within_ms)));
}

static void report_unasked(
    struct stint_groups *groups, struct stint_instant now, struct stint_group *record)
{
    if (!is_never_reported(&record->address)) {
        record->unasked = STINT_GROUPS_ROBUSTNESS;
        set_timer(groups, record, now);
    }
}

/* --- membership --- */

static struct stint_group *take_record(
    struct stint_groups *groups, const struct stint_address *group)
{
    for (unsigned i = 0; i < groups->count; i++) {
        struct stint_group *record = &groups->records[i];
        if (is_free(record)) {
            *record = (struct stint_group){.address = *group, .report_at = stint_instant_never()};
            groups->used++;
            groups->most = groups->used > groups->most ? groups->used : groups->most;
            return record;
        }
    }
    groups->refused++;
    return NULL;
}

static void free_record(struct stint_groups *groups, struct stint_group *record)
{
    *record = (struct stint_group){0};
    groups->used--;
    update_deadline(groups);
}

/* The record of a group that is about to have a member, reported when it had none. */
static struct stint_group *enter(
    struct stint_groups *groups, struct stint_instant now, const struct stint_address *group)
{
    struct stint_group *record = find(groups, group);
    if (record == NULL) {
        record = take_record(groups, group);
    }
    if (record != NULL && !is_member(record)) {
        report_unasked(groups, now, record);
    }
    return record;
}

static bool only_v1_is_understood(
    const struct stint_groups *groups, struct stint_instant now, const struct stint_group *record)
{
    return stint_address_is_ipv4(&record->address) &&
           stint_instant_is_before(now, groups->v1_until);
}

/* RFC 2236 3: who loses the last member says so, if nobody else has reported since. */
static void give_up(
    struct stint_groups *groups, struct stint_instant now, struct stint_group *record)
{
    if (is_member(record)) {
        return;
    }
    if (record->reported_last && !only_v1_is_understood(groups, now, record)) {
        record->unasked = 0;
        set_timer(groups, record, now);
    } else {
        free_record(groups, record);
    }
}

enum stint_result stint_groups_join(
    struct stint_groups *groups, struct stint_instant now, const struct stint_address *group)
{
    if (!stint_address_is_multicast(group)) {
        return STINT_INVALID;
    }
    struct stint_group *record = enter(groups, now, group);
    if (record == NULL || record->users == UINT16_MAX) {
        return STINT_EXHAUSTED;
    }
    record->users++;
    return STINT_OK;
}

bool stint_groups_leave(
    struct stint_groups *groups, struct stint_instant now, const struct stint_address *group)
{
    struct stint_group *record = find(groups, group);
    if (record == NULL || record->users == 0) {
        return false;
    }
    record->users--;
    give_up(groups, now, record);
    return true;
}

void stint_groups_doubt_solicited(struct stint_groups *groups)
{
    for (unsigned i = 0; i < groups->count; i++) {
        groups->records[i].doubted = groups->records[i].solicited;
    }
}

void stint_groups_solicit(
    struct stint_groups *groups, struct stint_instant now, const struct stint_address *address)
{
    const struct stint_address group = stint_address_solicited_node(address);
    struct stint_group *record = stint_address_is_ipv4(address) ? NULL : enter(groups, now, &group);
    if (record != NULL) {
        record->solicited = true;
        record->doubted = false;
    }
}

void stint_groups_leave_doubted(struct stint_groups *groups, struct stint_instant now)
{
    for (unsigned i = 0; i < groups->count; i++) {
        struct stint_group *record = &groups->records[i];
        if (record->doubted) {
            record->solicited = false;
            record->doubted = false;
            give_up(groups, now, record);
        }
    }
}

bool stint_groups_contain(const struct stint_groups *groups, const struct stint_address *group)
{
    const struct stint_address all_nodes = stint_address_link_group(STINT_GROUP_ALL_NODES);
    const struct stint_address all_hosts = stint_address_ipv4(224, 0, 0, 1);
    const struct stint_group *record = find(groups, group);
    return (record != NULL && is_member(record)) || stint_address_equal(group, &all_nodes) ||
           stint_address_equal(group, &all_hosts);
}

void stint_groups_announce(struct stint_groups *groups, struct stint_instant now)
{
    for (unsigned i = 0; i < groups->count; i++) {
        if (!is_free(&groups->records[i]) && is_member(&groups->records[i])) {
            report_unasked(groups, now, &groups->records[i]);
        }
    }
}

/* --- what is heard --- */

static bool is_asked(const struct stint_group *record, const struct stint_address *group)
{
    return is_same_family(&record->address, group) &&
           (stint_address_is_unspecified(group) || stint_address_equal(&record->address, group));
}

/* RFC 2236 3: a timer that runs out before is left alone. */
void stint_groups_take_query(struct stint_groups *groups, struct stint_instant now,
    const struct stint_address *group, struct stint_duration within)
{
    const struct stint_duration longest =
        stint_duration_longer(within, stint_milliseconds(SHORTEST_MS));
    const struct stint_instant end = stint_instant_after(now, longest);
    for (unsigned i = 0; i < groups->count; i++) {
        struct stint_group *record = &groups->records[i];
        if (!is_free(record) && is_member(record) && is_asked(record, group) &&
            !is_never_reported(&record->address) &&
            stint_instant_is_before(end, record->report_at)) {
            set_timer(
                groups, record, at_random(groups, now, (uint32_t)(longest.microseconds / 1000)));
        }
    }
}

void stint_groups_take_v1_router(struct stint_groups *groups, struct stint_instant now)
{
    groups->v1_until = stint_instant_after(now, stint_seconds(V1_ROUTER_SECONDS));
}

void stint_groups_take_report(struct stint_groups *groups, const struct stint_address *group)
{
    struct stint_group *record = find(groups, group);
    if (record != NULL && is_member(record) && !stint_instant_is_never(record->report_at)) {
        record->reported_last = false;
        record->unasked = 0;
        record->report_at = stint_instant_never();
        update_deadline(groups);
    }
}

/* --- what is to be sent --- */

bool stint_groups_next(
    const struct stint_groups *groups, struct stint_instant now, struct stint_groups_step *step)
{
    if (!stint_instant_has_come(groups->deadline, now)) {
        return false;
    }
    for (unsigned i = 0; i < groups->count; i++) {
        const struct stint_group *record = &groups->records[i];
        if (is_free(record) || !stint_instant_has_come(record->report_at, now)) {
            continue;
        }
        step->group = record->address;
        step->kind = !is_member(record)                           ? STINT_GROUPS_LEAVE
                     : only_v1_is_understood(groups, now, record) ? STINT_GROUPS_V1_REPORT
                                                                  : STINT_GROUPS_REPORT;
        return true;
    }
    return false;
}

void stint_groups_done(
    struct stint_groups *groups, struct stint_instant now, const struct stint_groups_step *step)
{
    struct stint_group *record = find(groups, &step->group);
    if (record == NULL) {
        return;
    }
    if (step->kind == STINT_GROUPS_LEAVE) {
        free_record(groups, record);
        return;
    }
    record->reported_last = true;
    record->unasked = record->unasked > 0 ? (uint8_t)(record->unasked - 1) : (uint8_t)0;
    record->report_at =
        record->unasked > 0 ? at_random(groups, now, UNASKED_WITHIN_MS) : stint_instant_never();
    update_deadline(groups);
}

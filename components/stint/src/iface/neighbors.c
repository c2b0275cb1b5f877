/* Neighbor records: found by the last one found, then one after another.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Only an incomplete record and one that is checked have a deadline that wakes the stack: their
 * next question. That a record has gone stale, or that a silent one may be asked again, is noticed
 * when it is used. `next_deadline` and `ready` are exact whenever a function returns.
 */
#include "neighbors_internal.h"

#include "stint/iface/addresses.h"
#include <string.h>

/* Earlier than every instant: records that nobody has used yet make room first. */
static struct stint_instant never_used(void)
{
    return stint_instant_at(INT64_MIN);
}

static bool is_asking(const struct stint_neighbor *record)
{
    return record->state == STINT_NEIGHBOR_INCOMPLETE || record->state == STINT_NEIGHBOR_PROBE;
}

/* What no station can have is never learnt (L12). */
static bool may_be_learnt(
    const struct stint_address *address, const struct stint_hardware_address *hardware)
{
    return stint_addresses_host_may_have(address) && !stint_hardware_address_is_group(hardware) &&
           !stint_hardware_address_is_zero(hardware);
}

static bool is_record_of(const struct stint_neighbor *record, const struct stint_address *address)
{
    return record->state != STINT_NEIGHBOR_FREE && stint_address_equal(&record->address, address);
}

struct stint_neighbor *stint_neighbors_find(
    struct stint_neighbors *neighbors, const struct stint_address *address)
{
    struct stint_neighbor *const records = neighbors->config.records;
    if (neighbors->last_found < neighbors->config.record_count &&
        is_record_of(&records[neighbors->last_found], address)) {
        return &records[neighbors->last_found];
    }
    for (uint16_t i = 0; i < neighbors->config.record_count; i++) {
        if (is_record_of(&records[i], address)) {
            neighbors->last_found = i;
            return &records[i];
        }
    }
    return NULL;
}

static void recompute_deadline(struct stint_neighbors *neighbors)
{
    neighbors->next_deadline = stint_instant_never();
    for (unsigned i = 0; i < neighbors->config.record_count; i++) {
        const struct stint_neighbor *const record = &neighbors->config.records[i];
        if (is_asking(record)) {
            neighbors->next_deadline =
                stint_instant_earlier(neighbors->next_deadline, record->deadline);
        }
    }
}

/* The first question is due at once: the deadline of the table can only come nearer. */
static void begin_asking(struct stint_neighbors *neighbors, struct stint_neighbor *record,
    enum stint_neighbor_state state, struct stint_instant now)
{
    record->state = (uint8_t)state;
    record->attempts = 0;
    record->deadline = now;
    neighbors->next_deadline = stint_instant_earlier(neighbors->next_deadline, now);
}

/* From here on the record's held frames can be sent. */
static void learn(struct stint_neighbors *neighbors, struct stint_neighbor *record,
    enum stint_neighbor_state state, const struct stint_hardware_address *hardware)
{
    if (!stint_neighbor_is_known(record)) {
        neighbors->ready = (uint16_t)(neighbors->ready + record->held_count);
    }
    record->state = (uint8_t)state;
    record->hardware = *hardware;
    recompute_deadline(neighbors);
}

static void clear(struct stint_neighbor *record)
{
    memset(record, 0, sizeof *record);
    record->deadline = stint_instant_never();
    record->used_at = never_used();
    record->held_first = STINT_FRAME_NONE;
    record->held_last = STINT_FRAME_NONE;
}

void stint_neighbors_init(
    struct stint_neighbors *neighbors, const struct stint_neighbors_config *config)
{
    neighbors->config = *config;
    neighbors->most = 0;
    neighbors->last_found = 0;
    neighbors->sending = 0;
    neighbors->ready = 0;
    neighbors->next_deadline = stint_instant_never();
    for (unsigned i = 0; i < config->record_count; i++) {
        clear(&config->records[i]);
    }
}

static struct stint_neighbor *find_free(struct stint_neighbors *neighbors)
{
    for (uint16_t i = 0; i < neighbors->config.record_count; i++) {
        if (neighbors->config.records[i].state == STINT_NEIGHBOR_FREE) {
            if (i >= neighbors->most) { /* all before it are in use */
                neighbors->most = (uint16_t)(i + 1);
            }
            return &neighbors->config.records[i];
        }
    }
    return NULL;
}

static bool may_be_displaced(const struct stint_neighbor *record, struct stint_instant now)
{
    const struct stint_instant kept_until =
        stint_instant_after(record->used_at, stint_seconds(STINT_NEIGHBOR_KEEP_S));
    return record->held_count == 0 && stint_instant_has_come(kept_until, now);
}

/* Nobody answered the first question: more of a stranger's claim than a neighbor. */
static bool is_unanswered(const struct stint_neighbor *record)
{
    return record->state == STINT_NEIGHBOR_INCOMPLETE && record->attempts > 1 &&
           record->held_count == 0;
}

/* The record that was unused for longest, cleared; NULL when all are in use. */
static struct stint_neighbor *displace(struct stint_neighbors *neighbors, struct stint_instant now)
{
    struct stint_neighbor *oldest = NULL;
    for (unsigned i = 0; i < neighbors->config.record_count; i++) {
        struct stint_neighbor *const record = &neighbors->config.records[i];
        if (may_be_displaced(record, now) &&
            (oldest == NULL || stint_instant_is_before(record->used_at, oldest->used_at))) {
            oldest = record;
        }
    }
    if (oldest != NULL) {
        clear(oldest);
        recompute_deadline(neighbors);
    }
    return oldest;
}

static struct stint_neighbor *displace_unanswered(struct stint_neighbors *neighbors)
{
    for (unsigned i = 0; i < neighbors->config.record_count; i++) {
        struct stint_neighbor *const record = &neighbors->config.records[i];
        if (is_unanswered(record) || record->state == STINT_NEIGHBOR_SILENT) {
            clear(record);
            recompute_deadline(neighbors);
            return record;
        }
    }
    return NULL;
}

static enum stint_neighbor_answer begin_new(struct stint_neighbors *neighbors,
    struct stint_instant now, const struct stint_address *address)
{
    struct stint_neighbor *record = find_free(neighbors);
    if (record == NULL) {
        record = displace(neighbors, now);
    }
    if (record == NULL) {
        return STINT_NEIGHBOR_NO_RECORD;
    }
    record->address = *address;
    record->used_at = now;
    begin_asking(neighbors, record, STINT_NEIGHBOR_INCOMPLETE, now);
    return STINT_NEIGHBOR_ASKED;
}

enum stint_neighbor_answer stint_neighbors_resolve(struct stint_neighbors *neighbors,
    struct stint_instant now, const struct stint_address *address,
    struct stint_hardware_address *hardware)
{
    struct stint_neighbor *const record = stint_neighbors_find(neighbors, address);
    if (record == NULL) {
        return begin_new(neighbors, now, address);
    }
    switch ((enum stint_neighbor_state)record->state) {
    case STINT_NEIGHBOR_REACHABLE:
        if (stint_instant_has_come(record->deadline, now)) {
            begin_asking(neighbors, record, STINT_NEIGHBOR_PROBE, now);
        }
        break;
    case STINT_NEIGHBOR_STALE:
        begin_asking(neighbors, record, STINT_NEIGHBOR_PROBE, now);
        break;
    case STINT_NEIGHBOR_PROBE:
        break;
    case STINT_NEIGHBOR_SILENT:
        if (!stint_instant_has_come(record->deadline, now)) {
            return STINT_NEIGHBOR_UNKNOWN;
        }
        begin_asking(neighbors, record, STINT_NEIGHBOR_INCOMPLETE, now);
        record->used_at = now;
        return STINT_NEIGHBOR_ASKED;
    case STINT_NEIGHBOR_INCOMPLETE:
    case STINT_NEIGHBOR_FREE: /* never found */
        record->used_at = now;
        return STINT_NEIGHBOR_ASKED;
    }
    record->used_at = now;
    *hardware = record->hardware;
    return STINT_NEIGHBOR_KNOWN;
}

void stint_neighbors_hear(struct stint_neighbors *neighbors, struct stint_instant now,
    const struct stint_address *address, const struct stint_hardware_address *hardware)
{
    (void)now;
    if (!may_be_learnt(address, hardware)) {
        return;
    }
    struct stint_neighbor *record = stint_neighbors_find(neighbors, address);
    if (record == NULL) {
        record = find_free(neighbors);
        if (record == NULL) {
            record = displace_unanswered(neighbors);
        }
        if (record == NULL) {
            return;
        }
        record->address = *address;
        learn(neighbors, record, STINT_NEIGHBOR_STALE, hardware);
    } else if (!stint_neighbor_is_known(record)) {
        learn(neighbors, record, STINT_NEIGHBOR_STALE, hardware);
    } else if (record->state == STINT_NEIGHBOR_REACHABLE &&
               !stint_hardware_address_equal(&record->hardware, hardware)) {
        record->state = STINT_NEIGHBOR_STALE;
    }
}

bool stint_neighbors_take_answer(struct stint_neighbors *neighbors, struct stint_instant now,
    const struct stint_address *address, const struct stint_hardware_address *hardware)
{
    struct stint_neighbor *const record = stint_neighbors_find(neighbors, address);
    if (record == NULL || !may_be_learnt(address, hardware) || !is_asking(record) ||
        record->attempts == 0) {
        return false;
    }
    if (record->state == STINT_NEIGHBOR_PROBE &&
        !stint_hardware_address_equal(&record->hardware, hardware)) {
        return false;
    }
    record->deadline = stint_instant_after(now, stint_seconds(STINT_NEIGHBOR_REACHABLE_S));
    learn(neighbors, record, STINT_NEIGHBOR_REACHABLE, hardware);
    return true;
}

/* After the last unanswered question: who was asked alone may have moved, so everybody is asked;
 * when everybody was asked, nobody is there. */
static void give_up(struct stint_neighbors *neighbors, struct stint_neighbor *record,
    struct stint_instant now, uint32_t *dropped)
{
    if (record->state == STINT_NEIGHBOR_PROBE) {
        neighbors->ready = (uint16_t)(neighbors->ready - record->held_count);
        begin_asking(neighbors, record, STINT_NEIGHBOR_INCOMPLETE, now);
        return;
    }
    *dropped += stint_neighbors_drop_held(neighbors, record);
    record->state = STINT_NEIGHBOR_SILENT;
    record->deadline = stint_instant_after(now, stint_seconds(STINT_NEIGHBOR_SILENT_S));
    record->used_at = never_used();
}

static void ask(struct stint_neighbor *record, struct stint_instant now,
    struct stint_neighbor_question *question)
{
    record->attempts++;
    record->deadline = stint_instant_after(now, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    question->target = record->address;
    question->to = record->state == STINT_NEIGHBOR_PROBE ? record->hardware
                                                         : stint_hardware_address_broadcast();
}

bool stint_neighbors_next_question(struct stint_neighbors *neighbors, struct stint_instant now,
    struct stint_neighbor_question *question, uint32_t *dropped)
{
    if (!stint_instant_has_come(neighbors->next_deadline, now)) {
        return false;
    }
    bool asked = false;
    for (unsigned i = 0; i < neighbors->config.record_count && !asked; i++) {
        struct stint_neighbor *const record = &neighbors->config.records[i];
        const bool is_due = is_asking(record) && stint_instant_has_come(record->deadline, now);
        if (is_due && record->attempts == STINT_NEIGHBOR_ATTEMPTS) {
            give_up(neighbors, record, now, dropped);
        }
        if (is_due && is_asking(record)) {
            if (record->state == STINT_NEIGHBOR_INCOMPLETE && record->attempts > 0) {
                *dropped +=
                    stint_neighbors_drop_held(neighbors, record); /* others may need the frames */
            }
            ask(record, now, question);
            asked = true;
        }
    }
    recompute_deadline(neighbors);
    return asked;
}

void stint_neighbors_not_asked(
    struct stint_neighbors *neighbors, const struct stint_address *target)
{
    struct stint_neighbor *const record = stint_neighbors_find(neighbors, target);
    if (record != NULL && record->attempts > 0) {
        record->attempts--;
    }
}

struct stint_instant stint_neighbors_deadline(const struct stint_neighbors *neighbors)
{
    return neighbors->next_deadline;
}

uint32_t stint_neighbors_forget_all(struct stint_neighbors *neighbors)
{
    uint32_t dropped = 0;
    for (unsigned i = 0; i < neighbors->config.record_count; i++) {
        dropped += stint_neighbors_drop_held(neighbors, &neighbors->config.records[i]);
    }
    const struct stint_neighbors_config config = neighbors->config;
    stint_neighbors_init(neighbors, &config);
    return dropped;
}

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
    const unsigned count = neighbors->config.record_count;
    unsigned index = neighbors->last_found;
    for (unsigned tried = 0; tried < count; tried++) {
        struct stint_neighbor *const record = &neighbors->config.records[index];
        if (is_record_of(record, address)) {
            neighbors->last_found = (uint16_t)index;
            return record;
        }
        index = index + 1 < count ? index + 1 : 0;
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
    neighbors->silenced = 0;
    neighbors->next_deadline = stint_instant_never();
    for (unsigned i = 0; i < config->record_count; i++) {
        clear(&config->records[i]);
    }
}

static bool may_be_displaced(const struct stint_neighbor *record, struct stint_instant now)
{
    const struct stint_instant kept_until =
        stint_instant_after(record->used_at, stint_seconds(STINT_NEIGHBOR_KEEP_S));
    return record->held_count == 0 && stint_instant_has_come(kept_until, now);
}

/* Nobody answered the first question: more of a stranger's claim than a neighbor. */
static bool is_unanswered(const struct stint_neighbor *record, struct stint_instant now)
{
    (void)now;
    return record->state == STINT_NEIGHBOR_SILENT ||
           (record->state == STINT_NEIGHBOR_INCOMPLETE && record->attempts > 1 &&
               record->held_count == 0);
}

/* A free record, or of those that may go the one unused for longest. */
static struct stint_neighbor *find_place(struct stint_neighbors *neighbors,
    struct stint_instant now, bool (*may_go)(const struct stint_neighbor *, struct stint_instant))
{
    struct stint_neighbor *oldest = NULL;
    for (unsigned i = 0; i < neighbors->config.record_count; i++) {
        struct stint_neighbor *const record = &neighbors->config.records[i];
        if (record->state == STINT_NEIGHBOR_FREE) {
            if (i >= neighbors->most) { /* all before it are in use */
                neighbors->most = (uint16_t)(i + 1);
            }
            return record;
        }
        if (may_go(record, now) &&
            (oldest == NULL || stint_instant_is_before(record->used_at, oldest->used_at))) {
            oldest = record;
        }
    }
    return oldest;
}

/* A record for `address`; NULL when all are in use. */
static struct stint_neighbor *make_record(struct stint_neighbors *neighbors,
    struct stint_instant now, const struct stint_address *address,
    bool (*may_go)(const struct stint_neighbor *, struct stint_instant))
{
    struct stint_neighbor *const record = find_place(neighbors, now, may_go);
    if (record != NULL) {
        clear(record);
        recompute_deadline(neighbors);
        record->address = *address;
    }
    return record;
}

enum stint_neighbor_answer stint_neighbors_find_out(struct stint_neighbors *neighbors,
    struct stint_instant now, const struct stint_address *address,
    struct stint_hardware_address *hardware)
{
    struct stint_neighbor *record = stint_neighbors_find(neighbors, address);
    if (record == NULL) {
        record = make_record(neighbors, now, address, may_be_displaced);
        if (record == NULL) {
            return STINT_NEIGHBOR_NO_RECORD;
        }
        begin_asking(neighbors, record, STINT_NEIGHBOR_INCOMPLETE, now);
    }
    const bool is_over = stint_instant_has_come(record->deadline, now);
    if (record->state == STINT_NEIGHBOR_SILENT) {
        if (!is_over) {
            return STINT_NEIGHBOR_UNKNOWN;
        }
        begin_asking(neighbors, record, STINT_NEIGHBOR_INCOMPLETE, now);
    }
    record->used_at = now;
    if (!stint_neighbor_is_known(record)) {
        return STINT_NEIGHBOR_ASKED;
    }
    if (record->state == STINT_NEIGHBOR_STALE ||
        (record->state == STINT_NEIGHBOR_REACHABLE && is_over)) {
        begin_asking(neighbors, record, STINT_NEIGHBOR_PROBE, now);
    }
    stint_copy_hardware_address(hardware->octets, record->hardware.octets);
    return STINT_NEIGHBOR_KNOWN;
}

bool stint_neighbors_look_up(struct stint_neighbors *neighbors, const struct stint_address *address,
    struct stint_hardware_address *hardware)
{
    const struct stint_neighbor *record = stint_neighbors_find(neighbors, address);
    const bool known = record != NULL && stint_neighbor_is_known(record);
    if (known) {
        *hardware = record->hardware;
    }
    return known;
}

bool stint_neighbors_is_silent(
    struct stint_neighbors *neighbors, const struct stint_address *address)
{
    const struct stint_neighbor *record = stint_neighbors_find(neighbors, address);
    return record != NULL && record->state == STINT_NEIGHBOR_SILENT;
}

void stint_neighbors_hear(struct stint_neighbors *neighbors, struct stint_instant now,
    const struct stint_address *address, const struct stint_hardware_address *hardware)
{
    if (!may_be_learnt(address, hardware)) {
        return;
    }
    struct stint_neighbor *record = stint_neighbors_find(neighbors, address);
    if (record == NULL) {
        record = make_record(neighbors, now, address, is_unanswered);
        if (record == NULL) {
            return;
        }
    }
    if (!stint_neighbor_is_known(record)) {
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
static void give_up(
    struct stint_neighbors *neighbors, struct stint_neighbor *record, struct stint_instant now)
{
    if (record->state == STINT_NEIGHBOR_PROBE) {
        neighbors->ready = (uint16_t)(neighbors->ready - record->held_count);
        begin_asking(neighbors, record, STINT_NEIGHBOR_INCOMPLETE, now);
        return;
    }
    record->state = STINT_NEIGHBOR_SILENT;
    record->deadline = stint_instant_after(now, stint_seconds(STINT_NEIGHBOR_SILENT_S));
    record->used_at = never_used();
    neighbors->silenced++;
}

static void ask(struct stint_neighbor *record, struct stint_instant now,
    struct stint_neighbor_question *question)
{
    record->attempts++;
    record->deadline = stint_instant_after(now, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    question->target = record->address;
    question->to =
        record->state == STINT_NEIGHBOR_PROBE ? record->hardware : stint_hardware_address_broadcast;
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
        if (!is_asking(record) || !stint_instant_has_come(record->deadline, now)) {
            continue;
        }
        if (record->state == STINT_NEIGHBOR_INCOMPLETE && record->attempts > 0) {
            /* others may need the frames */
            *dropped += stint_neighbors_drop_held(neighbors, record);
        }
        if (record->attempts == STINT_NEIGHBOR_ATTEMPTS) {
            give_up(neighbors, record, now);
        }
        if (is_asking(record)) {
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

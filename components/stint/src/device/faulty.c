/* A network that loses, doubles, damages, delays and disorders frames, as a seed decides.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * One frame of the pool is always left to be lent, so that the sender is never held back: what does
 * not fit is lost, as in a real network. sent + duplicated is always delivered + lost + overflowed
 * + waiting.
 */
#include "stint/device/faulty.h"

#include <string.h>

enum {
    MILLION = 1000000,
    FRAME_GAP_LENGTH = 24, /* preamble 8, FCS 4, gap 12: bytes that take time on the line */
};

static bool chance(struct stint_faulty *faulty, uint32_t per_million)
{
    return per_million != 0 && stint_random_below(&faulty->random, MILLION) < per_million;
}

static bool is_before(const struct stint_faulty_frame *a, const struct stint_faulty_frame *b)
{
    if (a->due.microseconds != b->due.microseconds) {
        return stint_instant_is_before(a->due, b->due);
    }
    return a->order - b->order > UINT32_MAX / 2; /* sent earlier, though numbers wrap */
}

/* Puts a frame into the heap; there must be room. */
static void push(struct stint_faulty *faulty, struct stint_faulty_frame frame)
{
    uint32_t position = faulty->waiting_count;
    faulty->waiting_count++;
    while (position > 0 && is_before(&frame, &faulty->waiting[(position - 1) / 2])) {
        faulty->waiting[position] = faulty->waiting[(position - 1) / 2];
        position = (position - 1) / 2;
    }
    faulty->waiting[position] = frame;
}

/* Takes the frame that is due first out of the heap; there must be one. */
static void pop(struct stint_faulty *faulty)
{
    faulty->waiting_count--;
    const uint32_t count = faulty->waiting_count;
    const struct stint_faulty_frame last = faulty->waiting[count];
    uint32_t position = 0;
    for (uint32_t child = 1; child < count; child = 2 * position + 1) {
        if (child + 1 < count && is_before(&faulty->waiting[child + 1], &faulty->waiting[child])) {
            child++;
        }
        if (!is_before(&faulty->waiting[child], &last)) {
            break;
        }
        faulty->waiting[position] = faulty->waiting[child];
        position = child;
    }
    faulty->waiting[position] = last;
}

/* Frames that the line has not begun to send. This counts them all: a limit is for tests. */
static uint32_t waiting_for_line(const struct stint_faulty *faulty, struct stint_instant now)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < faulty->waiting_count; i++) {
        if (stint_instant_is_before(now, faulty->waiting[i].begins)) {
            count++;
        }
    }
    return count;
}

static bool has_room(const struct stint_faulty *faulty, struct stint_instant now)
{
    return faulty->profile.queue_limit == 0 ||
           waiting_for_line(faulty, now) < faulty->profile.queue_limit;
}

/* Keeps the line busy for one more frame, from when it is free. The part of a microsecond that is
 * left over counts for the next frame, so that the rate is exact. */
static void occupy_line(struct stint_faulty *faulty, size_t length)
{
    const uint64_t rate = faulty->profile.bits_per_second;
    const uint64_t scaled =
        (uint64_t)(length + FRAME_GAP_LENGTH) * 8 * MILLION + faulty->line_remainder;
    faulty->line_free_at.microseconds += (int64_t)(scaled / rate);
    faulty->line_remainder = (uint32_t)(scaled % rate);
}

/* When the line begins to send a frame that arrives now; the line is then occupied. */
static struct stint_instant line_begins(
    struct stint_faulty *faulty, struct stint_instant now, size_t length)
{
    if (stint_instant_is_before(faulty->line_free_at, now)) {
        faulty->line_free_at = now;
        faulty->line_remainder = 0;
    }
    const struct stint_instant begins = faulty->line_free_at;
    if (faulty->profile.bits_per_second != 0) {
        occupy_line(faulty, length);
    }
    return begins;
}

static struct stint_duration extra_delay(struct stint_faulty *faulty)
{
    int64_t extra = faulty->profile.delay.microseconds;
    if (faulty->profile.jitter.microseconds != 0) {
        const uint32_t bound = (uint32_t)faulty->profile.jitter.microseconds + 1;
        extra += stint_random_below(&faulty->random, bound);
    }
    if (chance(faulty, faulty->profile.reordering)) {
        extra += faulty->profile.reordering_delay.microseconds;
        faulty->counters.reordered++;
    }
    return stint_microseconds(extra);
}

static void corrupt(struct stint_faulty *faulty, uint16_t frame, size_t length)
{
    if (!chance(faulty, faulty->profile.corruption)) {
        return;
    }
    const uint32_t bit = stint_random_below(&faulty->random, (uint32_t)length * 8);
    uint8_t *const bytes = stint_frame_pool_span(&faulty->pool, frame).bytes;
    bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ (1u << bit % 8));
    faulty->counters.corrupted++;
}

/* Sends a frame of the pool on its way, or loses it when the line's queue or the pool is full. */
static void enqueue(
    struct stint_faulty *faulty, struct stint_instant now, uint16_t frame, size_t length)
{
    const bool pool_is_full = faulty->pool.in_use == faulty->pool.frame_count;
    if (pool_is_full || !has_room(faulty, now)) {
        stint_frame_pool_give(&faulty->pool, frame);
        faulty->counters.overflowed++;
        return;
    }
    corrupt(faulty, frame, length);
    struct stint_faulty_frame waiting;
    waiting.begins = line_begins(faulty, now, length);
    waiting.due = stint_instant_after(faulty->line_free_at, extra_delay(faulty));
    waiting.order = faulty->next_order;
    waiting.frame = frame;
    waiting.length = (uint16_t)length;
    faulty->next_order++;
    push(faulty, waiting);
}

/* A copy of the frame goes its own way; without a free frame it is lost. */
static void duplicate(
    struct stint_faulty *faulty, struct stint_instant now, uint16_t frame, size_t length)
{
    faulty->counters.duplicated++;
    const uint16_t copy = stint_frame_pool_take(&faulty->pool);
    if (copy == STINT_FRAME_NONE) {
        faulty->counters.overflowed++;
        return;
    }
    memcpy(stint_frame_pool_span(&faulty->pool, copy).bytes,
        stint_frame_pool_span(&faulty->pool, frame).bytes, length);
    enqueue(faulty, now, copy, length);
}

/* Hands what is due to the inner device while that has room; true when it had room for all. */
static bool deliver(struct stint_faulty *faulty, struct stint_instant now)
{
    while (faulty->waiting_count > 0 && stint_instant_has_come(faulty->waiting[0].due, now)) {
        const struct stint_faulty_frame first = faulty->waiting[0];
        const struct stint_span room = stint_device_transmit(&faulty->inner, now, first.length);
        if (room.length == 0) {
            return false;
        }
        memcpy(room.bytes, stint_frame_pool_span(&faulty->pool, first.frame).bytes, first.length);
        stint_device_transmit_commit(&faulty->inner, now, first.length);
        pop(faulty);
        stint_frame_pool_give(&faulty->pool, first.frame);
        faulty->counters.delivered++;
    }
    return true;
}

static struct stint_view receive(void *context, struct stint_instant now)
{
    const struct stint_faulty *const faulty = context;
    return stint_device_receive(&faulty->inner, now);
}

static void receive_done(void *context)
{
    const struct stint_faulty *const faulty = context;
    stint_device_receive_done(&faulty->inner);
}

static struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    struct stint_faulty *const faulty = context;
    (void)now;
    if (length > faulty->pool.frame_size) {
        return stint_span_of(NULL, 0);
    }
    if (faulty->reserved == STINT_FRAME_NONE) {
        faulty->reserved = stint_frame_pool_take(&faulty->pool);
    }
    if (faulty->reserved == STINT_FRAME_NONE) {
        return stint_span_of(NULL, 0);
    }
    return stint_span_first(stint_frame_pool_span(&faulty->pool, faulty->reserved), length);
}

static void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    struct stint_faulty *const faulty = context;
    const uint16_t frame = faulty->reserved;
    faulty->reserved = STINT_FRAME_NONE;
    faulty->counters.sent++;
    if (chance(faulty, faulty->profile.loss)) {
        stint_frame_pool_give(&faulty->pool, frame);
        faulty->counters.lost++;
        return;
    }
    if (chance(faulty, faulty->profile.duplication)) {
        duplicate(faulty, now, frame, length);
    }
    enqueue(faulty, now, frame, length);
    deliver(faulty, now);
}

static struct stint_instant service(void *context, struct stint_instant now)
{
    struct stint_faulty *const faulty = context;
    const bool all_delivered = deliver(faulty, now);
    const struct stint_instant inner = stint_device_service(&faulty->inner, now);
    if (!all_delivered) {
        return now;
    }
    return faulty->waiting_count == 0 ? inner
                                      : stint_instant_earlier(inner, faulty->waiting[0].due);
}

static const struct stint_device_operations operations = {
    receive, receive_done, transmit, transmit_commit, service};

static void seed_random(struct stint_random *random, uint64_t seed)
{
    uint8_t secret[STINT_SECRET_LENGTH];
    for (unsigned i = 0; i < sizeof secret; i++) {
        secret[i] = i < 8 ? (uint8_t)(seed >> (8 * i) & 0xff) : (uint8_t)i;
    }
    (void)stint_random_init(random, stint_view_of(secret, sizeof secret));
}

void stint_faulty_init(struct stint_faulty *faulty, const struct stint_faulty_config *config)
{
    memset(faulty, 0, sizeof *faulty);
    faulty->inner = config->inner;
    faulty->profile = config->profile;
    faulty->waiting = config->waiting;
    faulty->reserved = STINT_FRAME_NONE;
    faulty->line_free_at = stint_instant_at(INT64_MIN);
    stint_frame_pool_init(&faulty->pool, config->storage, STINT_DEVICE_FRAME_LENGTH, config->links,
        config->waiting_count);
    seed_random(&faulty->random, config->seed);
}

struct stint_device stint_faulty_device(struct stint_faulty *faulty)
{
    const struct stint_device device = {&operations, faulty};
    return device;
}

/* Interpretation of storage/packet_queue: 48 bytes through every sequence of reservations, commits
 * and pops, however long: the states are followed until no new one comes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "unknown.h"

#include "storage/packet_queue.c"

enum { CAPACITY = 48, PACKETS_MAX = 3, LENGTHS = 4 };

/* The lengths that the packets should have, oldest first. */
struct model {
    size_t lengths[PACKETS_MAX];
    uint32_t count;
};

/* Both ends of what rounds up to 8, all that fits, and one byte more. */
static size_t unknown_packet_length(void)
{
    const size_t lengths[LENGTHS] = {1, 8, 9, 41};
    const size_t choice = unknown_up_to(LENGTHS - 1);
    /*@ split choice; */
    return lengths[choice];
}

/* What comes out is what went in first, and its bytes are there: the ends say its length. */
static void pop(struct stint_packet_queue *queue, struct model *model)
{
    const struct stint_view front = stint_packet_queue_front(queue);
    stint_packet_queue_pop(queue);
    if (model->count == 0) {
        /*@ assert front.length == 0; */
        return;
    }
    /*@ assert front.length == model->lengths[0]; */
    /*@ assert front.bytes[0] == front.length && front.bytes[front.length - 1] == front.length; */
    for (uint32_t i = 0; i + 1 < model->count; i++) {
        model->lengths[i] = model->lengths[i + 1];
    }
    model->count--;
    model->lengths[model->count] = 0;
}

/* Between the two a packet may be popped, and fewer bytes may be committed. */
static void reserve_and_commit(struct stint_packet_queue *queue, struct model *model)
{
    const size_t length = unknown_packet_length();
    const struct stint_span room = stint_packet_queue_reserve(queue, length);
    if (room.length == 0) {
        return;
    }
    /*@ assert room.length == length && model->count < PACKETS_MAX; */
    if (unknown_bool()) {
        pop(queue, model);
    }
    const size_t committed = unknown_bool() ? length : (size_t)1;
    Frama_C_make_unknown((char *)room.bytes, length);
    room.bytes[0] = (uint8_t)committed;
    room.bytes[committed - 1] = (uint8_t)committed;
    stint_packet_queue_commit(queue, committed);
    model->lengths[model->count] = committed;
    model->count++;
}

/* All bytes but the lengths and the packets' ends are as good as unknown. */
static void forget_remains(struct stint_packet_queue *queue)
{
    bool kept[CAPACITY] = {false};
    uint32_t begin = queue->head;
    for (uint32_t i = 0; i < queue->count; i++) {
        uint32_t length = stint_load32(queue->bytes + begin);
        for (uint32_t byte = 0; byte < 4; byte++) {
            kept[begin + byte] = true;
        }
        if (length == SKIPPED) {
            begin = 0;
            length = stint_load32(queue->bytes);
            for (uint32_t byte = 0; byte < 4; byte++) {
                kept[byte] = true;
            }
        }
        kept[begin + STINT_PACKET_QUEUE_OVERHEAD] = true;
        kept[begin + STINT_PACKET_QUEUE_OVERHEAD + length - 1] = true;
        begin = wrapped(queue, begin + record_size(length));
    }
    for (uint32_t i = 0; i < CAPACITY; i++) {
        if (!kept[i]) {
            queue->bytes[i] = unknown8();
        }
    }
    queue->reserved = unknown32();
}

static void explore(void)
{
    struct model model = {{0, 0, 0}, 0};
    struct stint_packet_queue queue;
    stint_packet_queue_init(&queue, stint_span_of(unknown_bytes(CAPACITY), CAPACITY));
    while (unknown_bool()) {
        if (unknown_bool()) {
            pop(&queue, &model);
        } else {
            reserve_and_commit(&queue, &model);
        }
        /*@ assert queue.count == model.count && (queue.used == 0) == (queue.count == 0); */
        forget_remains(&queue);
    }
}

int main(void)
{
    explore();
    Frama_C_show_each_end();
    return 0;
}

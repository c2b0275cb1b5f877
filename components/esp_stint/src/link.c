/* A driver as a device of the stack.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "link.h"

#include "placement.h"
#include "taps.h"
#include <string.h>

/* When a driver without room is asked again. */
enum { RETRY_MILLISECONDS = 1, BEFORE_FRAME = 2, SHORTEST_FRAME = 14, ADDRESS_LENGTH = 6 };

static HOT void give_back(const struct link *link, const struct frame *frame)
{
    if (link->driver.driver_free_rx_buffer != NULL) {
        link->driver.driver_free_rx_buffer(link->driver.handle, frame->token);
    }
}

/* --- receiving --- */

HOT bool link_frame_arrived(struct link *link, struct frame frame)
{
    if (!atomic_load_explicit(&link->up, memory_order_acquire)) {
        atomic_fetch_add_explicit(&link->counters.rx_down, 1, memory_order_relaxed);
        give_back(link, &frame);
        return false;
    }
    if (!frame_queue_push(&link->received, frame)) {
        atomic_fetch_add_explicit(&link->counters.rx_no_room, 1, memory_order_relaxed);
        give_back(link, &frame);
        return false;
    }
    return true;
}

static HOT void drop_front(struct link *link)
{
    give_back(link, frame_queue_front(&link->received));
    frame_queue_pop(&link->received);
}

/* True when the frame is not for the stack. */
static HOT bool is_diverted(struct link *link, const struct frame *frame)
{
    if (frame->length < SHORTEST_FRAME || frame->length > LINK_FRAME_LENGTH) {
        link->counters.rx_length++;
        return true;
    }
    return taps_take(link->netif, stint_view_of(frame->bytes, frame->length));
}

static HOT struct stint_view receive(void *context, struct stint_instant now)
{
    (void)now;
    struct link *const link = context;
    const struct frame *frame = frame_queue_front(&link->received);
    while (frame != NULL && is_diverted(link, frame)) {
        drop_front(link);
        frame = frame_queue_front(&link->received);
    }
    return frame != NULL ? stint_view_of(frame->bytes, frame->length) : stint_view_of(NULL, 0);
}

static HOT void receive_done(void *context)
{
    drop_front(context);
}

/* --- sending --- */

static HOT uint8_t *start_of(struct link_sending *sending)
{
    return sending->bytes + BEFORE_FRAME;
}

static HOT bool has_waiting(const struct link *link)
{
    for (unsigned i = 0; i < LINK_TX_FRAMES; i++) {
        if (link->sending[i].waits) {
            return true;
        }
    }
    return false;
}

/* True when an older frame waits for the same station: this one must not overtake it. */
static HOT bool must_queue(struct link *link, struct link_sending *sending)
{
    for (unsigned i = 0; i < LINK_TX_FRAMES; i++) {
        struct link_sending *const other = &link->sending[i];
        if (other != sending && other->waits && (int32_t)(other->order - sending->order) < 0 &&
            memcmp(start_of(other), start_of(sending), ADDRESS_LENGTH) == 0) {
            return true;
        }
    }
    return false;
}

static HOT esp_err_t hand_over(struct link *link, struct link_sending *sending)
{
    const esp_netif_driver_ifconfig_t *const driver = &link->driver;
    if (driver->transmit != NULL) {
        return driver->transmit(driver->handle, start_of(sending), sending->length);
    }
    return driver->transmit_wrap == NULL
               ? ESP_ERR_INVALID_STATE
               : driver->transmit_wrap(driver->handle, start_of(sending), sending->length, NULL);
}

/* --- stations that sleep: the driver has no room for them while it has for others --- */

static HOT struct stint_hardware_address *find_slow(struct link *link, const uint8_t *station)
{
    for (unsigned i = 0; i < LINK_SLOW_STATIONS; i++) {
        if (memcmp(link->slow[i].octets, station, ADDRESS_LENGTH) == 0) {
            return &link->slow[i];
        }
    }
    return NULL;
}

static HOT void note_slow(struct link *link, const uint8_t *station)
{
    if (find_slow(link, station) == NULL) {
        memcpy(link->slow[link->next_slow].octets, station, ADDRESS_LENGTH);
        link->next_slow = (uint8_t)((link->next_slow + 1) % LINK_SLOW_STATIONS);
    }
}

/* The driver took a frame: its station is awake, and those for which older ones still wait are
 * not. */
static HOT void note_taken(struct link *link, struct link_sending *taken)
{
    struct stint_hardware_address *const slow = find_slow(link, start_of(taken));
    if (slow != NULL) {
        memset(slow, 0, sizeof(*slow));
    }
    for (unsigned i = 0; i < LINK_TX_FRAMES; i++) {
        struct link_sending *const other = &link->sending[i];
        if (other != taken && other->waits && (int32_t)(other->order - taken->order) < 0) {
            note_slow(link, start_of(other));
        }
    }
}

/* Offers a frame to the driver; it waits when there is no room. */
static HOT void offer(struct link *link, struct stint_instant now, struct link_sending *sending)
{
    const bool queues = must_queue(link, sending);
    const esp_err_t result = queues ? ESP_ERR_NO_MEM : hand_over(link, sending);
    if (result == ESP_ERR_NO_MEM || result == ESP_ERR_TIMEOUT) {
        if (!sending->waits) {
            sending->waits = true;
            sending->give_up_at =
                stint_instant_after(now, stint_milliseconds(CONFIG_ESP_STINT_TX_WAIT_MS));
            link->counters.tx_waited++;
        } else if (stint_instant_has_come(sending->give_up_at, now)) {
            sending->waits = false;
            link->counters.tx_timed_out++;
        }
        return;
    }
    sending->waits = false;
    link->counters.tx_failed += result != ESP_OK;
    if (result == ESP_OK) {
        note_taken(link, sending);
    }
}

/* The oldest frame that waits and is younger than `order`. */
static HOT struct link_sending *next_waiting(struct link *link, const struct link_sending *after)
{
    struct link_sending *next = NULL;
    for (unsigned i = 0; i < LINK_TX_FRAMES; i++) {
        struct link_sending *const sending = &link->sending[i];
        const bool younger = after == NULL || (int32_t)(sending->order - after->order) > 0;
        if (sending->waits && younger &&
            (next == NULL || (int32_t)(sending->order - next->order) < 0)) {
            next = sending;
        }
    }
    return next;
}

/* A place for a frame: a free one, else that of the oldest frame for a station that sleeps still.
 */
static HOT uint8_t find_place(struct link *link, struct stint_instant now)
{
    for (unsigned i = 0; i < LINK_TX_FRAMES; i++) {
        if (!link->sending[i].waits) {
            return (uint8_t)i;
        }
    }
    for (struct link_sending *waiting = next_waiting(link, NULL); waiting != NULL;
         waiting = next_waiting(link, waiting)) {
        if (find_slow(link, start_of(waiting)) != NULL) {
            offer(link, now, waiting);
            link->counters.tx_displaced += waiting->waits;
            waiting->waits = false;
            return (uint8_t)(waiting - link->sending);
        }
    }
    return LINK_TX_FRAMES;
}

static HOT struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    struct link *const link = context;
    link->lent = length <= LINK_FRAME_LENGTH ? find_place(link, now) : (uint8_t)LINK_TX_FRAMES;
    return link->lent < LINK_TX_FRAMES ? stint_span_of(start_of(&link->sending[link->lent]), length)
                                       : stint_span_of(NULL, 0);
}

static HOT void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    struct link *const link = context;
    if (link->lent == LINK_TX_FRAMES || length == 0) {
        return;
    }
    struct link_sending *const sending = &link->sending[link->lent];
    link->lent = LINK_TX_FRAMES;
    sending->length = (uint16_t)length;
    sending->order = link->next_order++;
    if (atomic_load_explicit(&link->up, memory_order_relaxed)) {
        offer(link, now, sending);
    } else {
        link->counters.tx_failed++;
    }
}

static HOT struct stint_instant service(void *context, struct stint_instant now)
{
    struct link *const link = context;
    for (struct link_sending *sending = next_waiting(link, NULL); sending != NULL;
         sending = next_waiting(link, sending)) {
        offer(link, now, sending);
    }
    const uint32_t length = frame_queue_length(&link->received);
    if (length > link->counters.rx_high_water) {
        link->counters.rx_high_water = length;
    }
    if (frame_queue_front(&link->received) != NULL) {
        return now;
    }
    return has_waiting(link) ? stint_instant_after(now, stint_milliseconds(RETRY_MILLISECONDS))
                             : stint_instant_never();
}

static const struct stint_device_operations operations = {
    .receive = receive,
    .receive_done = receive_done,
    .transmit = transmit,
    .transmit_commit = transmit_commit,
    .service = service,
};

struct stint_device link_device(struct link *link)
{
    return (struct stint_device){.operations = &operations, .context = link};
}

bool link_send(struct link *link, struct stint_instant now, struct stint_view bytes)
{
    const struct stint_span room = transmit(link, now, bytes.length);
    if (room.bytes == NULL) {
        return false;
    }
    memcpy(room.bytes, bytes.bytes, bytes.length);
    transmit_commit(link, now, bytes.length);
    return true;
}

void link_init(struct link *link)
{
    memset(link, 0, sizeof(*link));
    link->lent = LINK_TX_FRAMES;
    frame_queue_init(&link->received, link->cells, LINK_RX_FRAMES);
}

void link_drain(struct link *link)
{
    while (frame_queue_front(&link->received) != NULL) {
        drop_front(link);
    }
    for (unsigned i = 0; i < LINK_TX_FRAMES; i++) {
        link->sending[i].waits = false;
    }
    memset(link->slow, 0, sizeof(link->slow));
}

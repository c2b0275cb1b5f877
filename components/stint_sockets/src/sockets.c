/* An instance of the sockets layer: its entries, how tasks wait on them, and the poll that wakes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

#include "stint/storage/carve.h"

enum {
    DESCRIPTORS_MAXIMUM = 65000,
    KEEP_ALIVE_IDLE_S = 7200,
    KEEP_ALIVE_INTERVAL_S = 75,
    KEEP_ALIVE_COUNT = 9,
};

/* --- the instance --- */

static struct stint_sockets_entry *carve_entries(struct stint_carve *carve, uint16_t descriptors)
{
    return (struct stint_sockets_entry *)stint_carve_array(
        carve, descriptors, sizeof(struct stint_sockets_entry));
}

size_t stint_sockets_memory_needed(uint16_t descriptors)
{
    struct stint_carve carve = stint_carve_from(stint_span_of(NULL, 0));
    (void)carve_entries(&carve, descriptors);
    return carve.used;
}

enum stint_result stint_sockets_init(
    struct stint_sockets *sockets, const struct stint_sockets_config *config)
{
    if (config->stack == NULL || config->wait == NULL || config->descriptors == 0 ||
        config->descriptors > DESCRIPTORS_MAXIMUM || config->memory.bytes == NULL) {
        return STINT_INVALID;
    }
    *sockets = (struct stint_sockets){.config = *config};
    struct stint_carve carve = stint_carve_from(config->memory);
    sockets->entries = carve_entries(&carve, config->descriptors);
    return carve.failed ? STINT_EXHAUSTED : STINT_OK;
}

void stint_sockets_lock(struct stint_sockets *sockets)
{
    sockets->config.wait->lock(sockets->config.wait_context);
}

/* Takes back what stint_sockets_wake_poll() asked for; the caller wakes the poll. */
static bool take_wake(struct stint_sockets *sockets)
{
    const bool wanted = sockets->poll_is_wanted;
    sockets->poll_is_wanted = false;
    return wanted;
}

void stint_sockets_unlock(struct stint_sockets *sockets)
{
    const struct stint_wait_operations *wait = sockets->config.wait;
    const bool wake = take_wake(sockets);
    wait->unlock(sockets->config.wait_context);
    if (wake) { /* not before: a poll task that comes at once would wait for the lock */
        wait->wake_poll(sockets->config.wait_context);
    }
}

struct stint_instant stint_sockets_now(const struct stint_sockets *sockets)
{
    return sockets->config.wait->now(sockets->config.wait_context);
}

void stint_sockets_wake_poll(struct stint_sockets *sockets)
{
    sockets->poll_is_wanted = true;
}

void stint_sockets_wake_poll_if_due(struct stint_sockets *sockets)
{
    const struct stint_stack *stack = sockets->config.stack;
    if (stack->tcp.ready.length > 0 || stack->udp.ready.length > 0 ||
        stack->icmp.echoes.ready.length > 0) {
        stint_sockets_wake_poll(sockets);
    }
}

/* --- entries --- */

struct stint_sockets_entry *stint_entry_find(const struct stint_sockets *sockets, int descriptor)
{
    if (descriptor < 0 || descriptor >= sockets->config.descriptors) {
        return NULL;
    }
    struct stint_sockets_entry *entry = &sockets->entries[descriptor];
    const bool open = entry->kind != STINT_ENTRY_FREE && entry->kind != STINT_ENTRY_LINGERING;
    return open ? entry : NULL;
}

struct stint_sockets_entry *stint_entry_lock(struct stint_sockets *sockets, int descriptor)
{
    stint_sockets_lock(sockets);
    return stint_entry_find(sockets, descriptor);
}

int stint_entry_descriptor(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    return (int)(entry - sockets->entries);
}

uintptr_t stint_entry_owner(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    return (uintptr_t)stint_entry_descriptor(sockets, entry) + 1;
}

/* The lowest number, as POSIX has it: a caller whose own numbers reach less far than the
 * descriptors do (lwIP's, an fd_set) is out of them only when that many are open. */
static struct stint_sockets_entry *take_lowest_free(struct stint_sockets *sockets)
{
    while (sockets->none_free_below < sockets->config.descriptors) {
        struct stint_sockets_entry *entry = &sockets->entries[sockets->none_free_below++];
        if (entry->kind == STINT_ENTRY_FREE) {
            return entry;
        }
    }
    return NULL;
}

struct stint_sockets_entry *stint_entry_open(struct stint_sockets *sockets,
    enum stint_entry_kind kind, enum stint_socket_family family, enum stint_socket_type type)
{
    struct stint_sockets_entry *entry = take_lowest_free(sockets);
    if (entry == NULL) {
        return NULL;
    }
    *entry = (struct stint_sockets_entry){
        .sleepers = entry->sleepers,
        .selected = entry->selected,
        .generation = entry->generation,
        .options =
            {
                .keep_alive_idle = stint_seconds(KEEP_ALIVE_IDLE_S),
                .keep_alive_interval = stint_seconds(KEEP_ALIVE_INTERVAL_S),
                .keep_alive_count = KEEP_ALIVE_COUNT,
            },
        .linger = -1,
        .multicast_hops = STINT_MULTICAST_HOPS_DEFAULT,
        .multicast_loop = true,
        .kind = (uint8_t)kind,
        .family = (uint8_t)family,
        .type = (uint8_t)type,
    };
    sockets->open++;
    if (sockets->open > sockets->open_high_water) {
        sockets->open_high_water = sockets->open;
    }
    return entry;
}

void stint_entry_release(struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    entry->kind = STINT_ENTRY_FREE;
    sockets->open--;
    const uint16_t descriptor = (uint16_t)stint_entry_descriptor(sockets, entry);
    if (descriptor < sockets->none_free_below) {
        sockets->none_free_below = descriptor;
    }
}

/* --- waiting --- */

struct stint_instant stint_sockets_deadline(
    const struct stint_sockets *sockets, struct stint_duration timeout)
{
    if (timeout.microseconds == 0) {
        return stint_instant_at(INT64_MIN);
    }
    const struct stint_instant now = stint_sockets_now(sockets);
    const struct stint_duration longest = stint_instant_since(stint_instant_never(), now);
    const bool ends = timeout.microseconds > 0 && stint_duration_is_shorter(timeout, longest);
    return ends ? stint_instant_after(now, timeout) : stint_instant_never();
}

struct stint_instant stint_entry_deadline(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, struct stint_duration timeout, unsigned flags)
{
    if (entry->nonblocking || (flags & STINT_MSG_DONTWAIT) != 0) {
        return stint_sockets_deadline(sockets, stint_microseconds(0));
    }
    const bool ends = timeout.microseconds > 0;
    return ends ? stint_sockets_deadline(sockets, timeout) : stint_instant_never();
}

void stint_sockets_signal(const struct stint_sockets *sockets, struct stint_waiter *waiter)
{
    if (!waiter->signalled) {
        waiter->signalled = true;
        sockets->config.wait->signal(sockets->config.wait_context, waiter);
    }
}

static bool deadline_has_come(const struct stint_sockets *sockets, struct stint_instant deadline)
{
    return !stint_instant_is_never(deadline) &&
           stint_instant_has_come(deadline, stint_sockets_now(sockets));
}

bool stint_sockets_sleep(struct stint_sockets *sockets, struct stint_waiter *waiter,
    struct stint_instant deadline, const volatile bool *stop)
{
    const struct stint_wait_operations *wait = sockets->config.wait;
    void *context = sockets->config.wait_context;
    waiter->signalled = false;
    wait->prepare(context, waiter);
    if (take_wake(sockets)) {
        wait->wake_poll(context);
    }
    while (
        !waiter->signalled && (stop == NULL || !*stop) && !deadline_has_come(sockets, deadline)) {
        wait->sleep(context, waiter, deadline);
    }
    wait->release(context, waiter);
    return waiter->signalled;
}

static void withdraw(struct stint_sockets_entry *entry, const struct stint_sockets_sleeper *sleeper)
{
    struct stint_sockets_sleeper **link = &entry->sleepers;
    while (*link != sleeper) {
        link = &(*link)->next;
    }
    *link = sleeper->next;
}

enum stint_error stint_entry_sleep(struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    unsigned wanted, struct stint_instant deadline)
{
    if (deadline_has_come(sockets, deadline)) {
        return STINT_EAGAIN;
    }
    const uint32_t generation = entry->generation;
    struct stint_sockets_sleeper sleeper = {.next = entry->sleepers, .wanted = wanted};
    entry->sleepers = &sleeper;
    const bool signalled = stint_sockets_sleep(sockets, &sleeper.waiter, deadline, NULL);
    withdraw(entry, &sleeper);
    if (entry->generation != generation) {
        return STINT_EBADF;
    }
    return signalled ? STINT_EOK : STINT_EAGAIN;
}

static void signal_sleepers(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, unsigned readiness)
{
    for (struct stint_sockets_sleeper *sleeper = entry->sleepers; sleeper != NULL;
         sleeper = sleeper->next) {
        if ((sleeper->wanted & readiness) != 0) {
            stint_sockets_signal(sockets, &sleeper->waiter);
        }
    }
}

void stint_entry_changed(struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    const struct stint_sockets_config *config = &sockets->config;
    if (entry->sleepers == NULL && entry->selected == 0 && config->readiness_changed == NULL) {
        return;
    }
    const int descriptor = stint_entry_descriptor(sockets, entry);
    const unsigned readiness = stint_entry_readiness(sockets, entry);
    signal_sleepers(sockets, entry, readiness);
    if (entry->kind == STINT_ENTRY_LINGERING) {
        return;
    }
    if (entry->selected > 0) {
        stint_selectors_wake(sockets, descriptor, readiness);
    }
    if (config->readiness_changed != NULL) {
        config->readiness_changed(config->readiness_context, descriptor, readiness);
    }
}

void stint_entry_depart(struct stint_sockets *sockets, struct stint_sockets_entry *entry)
{
    const struct stint_sockets_config *config = &sockets->config;
    const int descriptor = stint_entry_descriptor(sockets, entry);
    entry->generation++;
    signal_sleepers(sockets, entry, ~0u);
    if (entry->selected > 0) {
        stint_selectors_close(sockets, descriptor);
    }
    if (config->readiness_changed != NULL) {
        config->readiness_changed(config->readiness_context, descriptor, STINT_NOT_OPEN);
    }
}

/* --- the poll --- */

/* True when a socket of kind `socket` is what an entry of kind `entry` stands for. */
static bool kinds_match(enum stint_entry_kind entry, enum stint_socket_kind socket)
{
    switch (socket) {
    case STINT_SOCKET_TCP:
        return entry == STINT_ENTRY_CONNECTION || entry == STINT_ENTRY_LINGERING;
    case STINT_SOCKET_TCP_LISTENER:
        return entry == STINT_ENTRY_LISTENER;
    case STINT_SOCKET_UDP:
        return entry == STINT_ENTRY_DATAGRAM;
    case STINT_SOCKET_ICMP:
        return entry == STINT_ENTRY_ECHO;
    }
    return false;
}

static void dispatch(struct stint_sockets *sockets, const struct stint_socket_event *event)
{
    if (event->owner == 0 || event->owner > sockets->config.descriptors) {
        return;
    }
    struct stint_sockets_entry *entry = &sockets->entries[event->owner - 1];
    if (kinds_match((enum stint_entry_kind)entry->kind, event->kind) &&
        stint_handle_equal(entry->handle, event->handle)) {
        stint_entry_changed(sockets, entry);
    }
}

struct stint_instant stint_sockets_poll(struct stint_sockets *sockets, struct stint_instant now)
{
    stint_sockets_lock(sockets);
    struct stint_instant next = stint_stack_poll(sockets->config.stack, now);
    struct stint_socket_event event;
    while (stint_stack_next_event(sockets->config.stack, &event)) {
        dispatch(sockets, &event);
    }
    if (sockets->poll_resolver != NULL) {
        next = stint_instant_earlier(next, sockets->poll_resolver(sockets, now));
    }
    stint_sockets_unlock(sockets);
    return next;
}

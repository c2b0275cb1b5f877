/* Two hosts joined by a cable, polled by a thread of their own: where socket calls may block.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _POSIX_C_SOURCE 200809L

#include "support/pair.h"

#include "stint/stack/groups.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_MS = 10000 };

static void pause_a_little(void)
{
    const struct timespec millisecond = {0, 1000000};
    nanosleep(&millisecond, NULL);
}

/* --- the wait port: that of POSIX threads, counted --- */

static struct pair_host *host_of(void *context)
{
    return (struct pair_host *)context;
}

static void lock(void *context)
{
    stint_wait_posix_operations.lock(&host_of(context)->wait);
    atomic_store(&host_of(context)->owner, (uintptr_t)pthread_self());
}

static void unlock(void *context)
{
    atomic_store(&host_of(context)->owner, 0);
    stint_wait_posix_operations.unlock(&host_of(context)->wait);
}

static struct stint_instant now(void *context)
{
    return stint_wait_posix_operations.now(&host_of(context)->wait);
}

static void prepare(void *context, struct stint_waiter *waiter)
{
    stint_wait_posix_operations.prepare(&host_of(context)->wait, waiter);
}

static void release(void *context, struct stint_waiter *waiter)
{
    stint_wait_posix_operations.release(&host_of(context)->wait, waiter);
}

static void sleep_until(void *context, struct stint_waiter *waiter, struct stint_instant until)
{
    struct pair_host *host = host_of(context);
    atomic_fetch_add(&host->sleeps, 1);
    atomic_fetch_add(&host->sleeping, 1);
    stint_wait_posix_operations.sleep(&host->wait, waiter, until);
    while (atomic_load(&host->held)) {
        unlock(context);
        pause_a_little();
        lock(context);
    }
    atomic_fetch_sub(&host->sleeping, 1);
}

static void signal_waiter(void *context, struct stint_waiter *waiter)
{
    atomic_fetch_add(&host_of(context)->wakes, 1);
    stint_wait_posix_operations.signal(&host_of(context)->wait, waiter);
}

static void wake_poll(void *context)
{
    atomic_fetch_add(&host_of(context)->calls_polled, 1);
    if (atomic_load(&host_of(context)->owner) == (uintptr_t)pthread_self()) {
        atomic_fetch_add(&host_of(context)->polled_under_lock, 1);
    }
    stint_wait_posix_operations.wake_poll(&host_of(context)->wait);
}

static const struct stint_wait_operations counted = {
    lock, unlock, now, prepare, release, sleep_until, signal_waiter, wake_poll};

static void readiness_changed(void *context, int descriptor, unsigned readiness)
{
    atomic_store(&host_of(context)->told[descriptor], readiness);
}

/* --- the poll thread --- */

static void wake(void *context)
{
    struct pair *pair = (struct pair *)context;
    pthread_mutex_lock(&pair->mutex);
    pair->woken = true;
    pthread_cond_signal(&pair->news);
    pthread_mutex_unlock(&pair->mutex);
}

static bool frames_are_on_their_way(const struct pair *pair)
{
    return !stint_packet_queue_is_empty(&pair->cable.ends[0].incoming) ||
           !stint_packet_queue_is_empty(&pair->cable.ends[1].incoming);
}

static void lose_frames(struct pair *pair)
{
    for (unsigned i = 0; i < 2; i++) {
        while (!stint_packet_queue_is_empty(&pair->cable.ends[i].incoming)) {
            stint_packet_queue_pop(&pair->cable.ends[i].incoming);
        }
    }
}

/* One round of polls; when the next is due. */
static struct stint_instant poll_both(struct pair *pair)
{
    const bool busy = frames_are_on_their_way(pair);
    struct stint_instant next = stint_instant_never();
    for (unsigned i = 0; i < 2; i++) {
        const struct stint_instant due =
            stint_sockets_poll(&pair->hosts[i].sockets, stint_wait_posix_now());
        next = stint_instant_earlier(next, due);
    }
    if (atomic_load(&pair->cut)) {
        lose_frames(pair);
    }
    atomic_fetch_add(&pair->polls, 1);
    return busy || frames_are_on_their_way(pair) ? stint_instant_at(0) : next;
}

static struct timespec timespec_of(struct stint_instant instant)
{
    struct timespec result;
    result.tv_sec = (time_t)(instant.microseconds / 1000000);
    result.tv_nsec = (long)(instant.microseconds % 1000000) * 1000;
    return result;
}

static void sleep_until_news(struct pair *pair, struct stint_instant next)
{
    const struct timespec deadline = timespec_of(next);
    int waited = 0;
    while (!pair->woken && !pair->stopping && waited == 0 && next.microseconds > 0) {
        waited = stint_instant_is_never(next)
                     ? pthread_cond_wait(&pair->news, &pair->mutex)
                     : pthread_cond_timedwait(&pair->news, &pair->mutex, &deadline);
    }
    pair->woken = false;
}

static void *poll_for_ever(void *context)
{
    struct pair *pair = (struct pair *)context;
    pthread_mutex_lock(&pair->mutex);
    while (!pair->stopping) {
        pthread_mutex_unlock(&pair->mutex);
        const struct stint_instant next = poll_both(pair);
        pthread_mutex_lock(&pair->mutex);
        sleep_until_news(pair, next);
    }
    pthread_mutex_unlock(&pair->mutex);
    return NULL;
}

/* --- hosts --- */

static struct stint_stack_config stack_config(
    const struct pair_host *host, const struct pair_options *options, const uint8_t *secret)
{
    struct stint_stack_config config = stint_stack_config_default();
    const uint32_t tcp = options->tcp_buffer != 0 ? options->tcp_buffer : 16384;
    const uint32_t udp = options->udp_buffer != 0 ? options->udp_buffer : 8192;
    config.memory = stint_span_of(host->memory, PAIR_MEMORY);
    config.secret = stint_view_of(secret, STINT_SECRET_LENGTH);
    config.tcp.connections = 96;
    config.tcp.half_open = 96;
    config.tcp.time_wait = 16;
    config.tcp.listeners = 8;
    config.tcp.receive_buffer = tcp;
    config.tcp.send_buffer = tcp;
    config.udp.sockets = 80;
    config.udp.receive_buffer = udp;
    config.udp.send_buffer = udp;
    config.icmp.sockets = 4;
    config.igmp = &stint_igmp;
    return config;
}

static bool start_stack(
    struct pair *pair, struct pair_host *host, uint8_t number, const struct pair_options *options)
{
    static uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3, 4, 5};
    secret[0]++;
    const struct stint_stack_config config = stack_config(host, options, secret);
    const struct stint_interface_config interface = {
        .device = stint_cable_device(&pair->cable, number - 1u),
        .hardware_address = {{2, 0, 0, 0, 0, number}},
    };
    const struct stint_local_address address = {
        .address = stint_address_ipv4(10, 0, 0, number), .prefix_length = 120};
    uint8_t attached;
    return stint_stack_init(&host->stack, &config) == STINT_OK &&
           stint_stack_attach(&host->stack, &interface, &attached) == STINT_OK &&
           stint_stack_add_address(&host->stack, attached, &address) == STINT_OK;
}

static bool start_host(struct pair *pair, uint8_t number, const struct pair_options *options)
{
    struct pair_host *host = &pair->hosts[number - 1];
    const uint16_t descriptors =
        options->descriptors != 0 ? options->descriptors : (uint16_t)PAIR_DESCRIPTORS;
    const size_t needed = stint_sockets_memory_needed(descriptors);
    host->pair = pair;
    host->memory = (uint8_t *)malloc(PAIR_MEMORY);
    host->sockets_memory = (uint8_t *)malloc(needed);
    const struct stint_sockets_config config = {
        .stack = &host->stack,
        .wait = &counted,
        .wait_context = host,
        .descriptors = descriptors,
        .memory = stint_span_of(host->sockets_memory, needed),
        .readiness_changed = readiness_changed,
        .readiness_context = host,
    };
    return start_stack(pair, host, number, options) &&
           stint_wait_posix_init(&host->wait, wake, pair) &&
           stint_sockets_init(&host->sockets, &config) == STINT_OK;
}

struct pair *pair_start(struct pair_options options)
{
    struct pair *pair = (struct pair *)calloc(1, sizeof *pair);
    pair->wires[0] = (uint8_t *)malloc(PAIR_CABLE);
    pair->wires[1] = (uint8_t *)malloc(PAIR_CABLE);
    stint_cable_init(&pair->cable, stint_span_of(pair->wires[0], PAIR_CABLE),
        stint_span_of(pair->wires[1], PAIR_CABLE));
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pair->news, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&pair->mutex, NULL);
    if (!start_host(pair, 1, &options) || !start_host(pair, 2, &options) ||
        pthread_create(&pair->poller, NULL, poll_for_ever, pair) != 0) {
        return NULL;
    }
    return pair;
}

void pair_stop(struct pair *pair)
{
    pthread_mutex_lock(&pair->mutex);
    pair->stopping = true;
    pthread_cond_signal(&pair->news);
    pthread_mutex_unlock(&pair->mutex);
    pthread_join(pair->poller, NULL);
    for (unsigned i = 0; i < 2; i++) {
        stint_wait_posix_destroy(&pair->hosts[i].wait);
        free(pair->hosts[i].memory);
        free(pair->hosts[i].sockets_memory);
        free(pair->wires[i]);
    }
    pthread_mutex_destroy(&pair->mutex);
    pthread_cond_destroy(&pair->news);
    free(pair);
}

struct stint_endpoint pair_at(uint8_t host, uint16_t port)
{
    struct stint_endpoint endpoint = {{{0}}, port};
    if (host != 0) {
        endpoint.address = stint_address_ipv4(10, 0, 0, host);
    }
    return endpoint;
}

/* --- waiting for states --- */

bool pair_wait_for_sleepers(struct pair_host *host, unsigned count)
{
    for (unsigned i = 0; i < PATIENCE_MS; i++) {
        if (atomic_load(&host->sleeping) >= count) {
            return true;
        }
        pause_a_little();
    }
    return false;
}

bool pair_wait_for_sleeps(struct pair_host *host, unsigned count)
{
    for (unsigned i = 0; i < PATIENCE_MS; i++) {
        if (atomic_load(&host->sleeps) >= count) {
            return true;
        }
        pause_a_little();
    }
    return false;
}

bool pair_wait_for_readiness(struct pair_host *host, int descriptor, unsigned wanted)
{
    for (unsigned i = 0; i < PATIENCE_MS; i++) {
        if ((stint_readiness_of(&host->sockets, descriptor) & wanted) == wanted) {
            return true;
        }
        pause_a_little();
    }
    return false;
}

static bool has_connections(struct pair_host *host)
{
    stint_sockets_lock(&host->sockets);
    const bool has =
        host->stack.tcp.connections_in_use > 0 || host->stack.tcp.half_opens_in_use > 0;
    stint_sockets_unlock(&host->sockets);
    return has;
}

bool pair_wait_for_no_connections(struct pair_host *host)
{
    for (unsigned i = 0; i < PATIENCE_MS; i++) {
        if (!has_connections(host)) {
            return true;
        }
        pause_a_little();
    }
    return false;
}

int64_t pair_elapsed(struct stint_instant start)
{
    return stint_instant_since(stint_wait_posix_now(), start).microseconds;
}

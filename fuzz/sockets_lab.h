/* Two hosts with sockets, joined by a cable, in one thread: a world for fuzzers of socket calls.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The wait port checks who calls it. Polls happen when they were asked for and only then, so that
 * work that nobody announced stays undone and breaks a law. While a call sleeps, `meanwhile` is
 * what the other tasks do.
 */
#ifndef FUZZ_SOCKETS_LAB_H
#define FUZZ_SOCKETS_LAB_H

#include "stack_laws.h"
#include "stint/device/cable.h"
#include "stint_sockets/sockets.h"

enum { HOSTS = 2, DESCRIPTORS = 6, SLEEPERS = 8, MEMORY = 48 * 1024, CABLE = 32 * 1024 };

/* A call under way: what would end its sleep. */
struct call {
    struct host *host;
    int descriptor;
    unsigned awaited; /* enum stint_readiness; 0: something that no law asks for */
    uint32_t generation;
};

/* What the application knows of a descriptor. */
struct known {
    uint32_t generation; /* counts what has had the number */
    uint32_t sent;       /* bytes of the stream */
    uint32_t received;
    bool sending; /* a call is under way */
    bool receiving;
    unsigned told; /* the readiness that was told last and not found wrong since */
};

struct host {
    struct world *world;
    struct stint_stack stack;
    struct stint_sockets sockets;
    struct known known[DESCRIPTORS];
    struct stint_waiter *sleepers[SLEEPERS];
    unsigned sleeper_count;
    bool locked;
    bool poll_called;
    struct stint_instant poll_at;
    _Alignas(8) uint8_t memory[MEMORY];
    _Alignas(8) uint8_t sockets_memory[4096];
};

struct world {
    struct stint_instant now;
    struct host hosts[HOSTS];
    struct stint_cable cable;
    bool cut; /* frames are lost */
    struct call *call;
    void (*meanwhile)(struct host *host, struct stint_instant until);
    uint8_t wires[HOSTS][CABLE];
};

/* --- the wait port --- */

static inline void port_lock(void *context)
{
    struct host *host = context;
    REQUIRE(!host->locked);
    host->locked = true;
}

static inline void port_unlock(void *context)
{
    struct host *host = context;
    REQUIRE(host->locked);
    host->locked = false;
}

static inline struct stint_instant port_now(void *context)
{
    const struct host *host = context;
    return host->world->now;
}

static inline void port_prepare(void *context, struct stint_waiter *waiter)
{
    struct host *host = context;
    REQUIRE(host->locked && host->sleeper_count < SLEEPERS);
    waiter->native = host->world->call;
    host->sleepers[host->sleeper_count] = waiter;
    host->sleeper_count++;
}

static inline void port_release(void *context, struct stint_waiter *waiter)
{
    struct host *host = context;
    REQUIRE(host->locked && host->sleeper_count > 0);
    host->sleeper_count--;
    REQUIRE(host->sleepers[host->sleeper_count] == waiter);
}

static inline void port_sleep(
    void *context, struct stint_waiter *waiter, struct stint_instant until)
{
    struct host *host = context;
    REQUIRE(host->sleepers[host->sleeper_count - 1] == waiter);
    port_unlock(host);
    if (!waiter->signalled) {
        host->world->meanwhile(host, until);
    }
    port_lock(host);
}

static inline void port_signal(void *context, struct stint_waiter *waiter)
{
    const struct host *host = context;
    bool sleeps = false;
    for (unsigned i = 0; i < host->sleeper_count; i++) {
        sleeps = sleeps || host->sleepers[i] == waiter;
    }
    REQUIRE(host->locked && sleeps && waiter->signalled);
}

static inline void port_wake_poll(void *context)
{
    struct host *host = context;
    host->poll_called = true;
}

static inline void port_tell(void *context, int descriptor, unsigned readiness)
{
    struct host *host = context;
    REQUIRE(host->locked && descriptor >= 0 && descriptor < DESCRIPTORS);
    host->known[descriptor].told = readiness;
}

/* --- laws --- */

static inline void require_told(struct host *host)
{
    unsigned open = 0;
    for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
        struct known *known = &host->known[descriptor];
        const unsigned ready = stint_readiness_of(&host->sockets, descriptor);
        open += (ready & STINT_NOT_OPEN) == 0;
        REQUIRE((ready & STINT_NOT_OPEN) == 0 || ready == STINT_NOT_OPEN);
        REQUIRE((ready & ~known->told) == 0); /* or who waits for it would wait for ever */
        known->told = ready;
    }
    const struct stint_sockets *sockets = &host->sockets;
    REQUIRE(sockets->open <= DESCRIPTORS);
    REQUIRE(open <= sockets->open && (open == sockets->open || host->sleeper_count > 0));
    REQUIRE(host->sleeper_count > 0 || sockets->first_selector == NULL);
}

static inline void require_woken(struct host *host)
{
    for (unsigned i = 0; i < host->sleeper_count; i++) {
        const struct call *call = host->sleepers[i]->native;
        if (call->awaited != 0 && host->known[call->descriptor].generation == call->generation) {
            const unsigned ready = stint_readiness_of(&host->sockets, call->descriptor);
            REQUIRE((ready & call->awaited) == 0 || host->sleepers[i]->signalled);
        }
    }
}

static inline void require_laws(struct world *world)
{
    for (unsigned i = 0; i < HOSTS; i++) {
        struct host *host = &world->hosts[i];
        REQUIRE(!host->locked);
        laws_require_all(&host->stack);
        REQUIRE(host->stack.tcp.ready.length == 0); /* or who sent did not call for a poll */
        REQUIRE(host->stack.udp.ready.length == 0);
        REQUIRE(host->stack.icmp.echoes.ready.length == 0);
        require_told(host);
        require_woken(host);
    }
}

/* --- polls and time --- */

static inline bool poll_is_due(struct world *world, unsigned i)
{
    const struct host *host = &world->hosts[i];
    return host->poll_called || stint_instant_has_come(host->poll_at, world->now) ||
           !stint_packet_queue_is_empty(&world->cable.ends[i].incoming);
}

static inline void lose_frames(struct world *world)
{
    for (unsigned i = 0; i < HOSTS && world->cut; i++) {
        while (!stint_packet_queue_is_empty(&world->cable.ends[i].incoming)) {
            stint_packet_queue_pop(&world->cable.ends[i].incoming);
        }
    }
}

/* Polls until nothing is left to do now. */
static inline void run(struct world *world)
{
    for (unsigned i = 0; poll_is_due(world, 0) || poll_is_due(world, 1); i++) {
        struct host *host = &world->hosts[i % HOSTS];
        REQUIRE(i < 2000); /* or it would never end */
        if (poll_is_due(world, i % HOSTS)) {
            host->poll_called = false;
            host->poll_at = stint_sockets_poll(&host->sockets, world->now);
            lose_frames(world);
        }
    }
    require_laws(world);
}

static inline struct stint_instant next_poll(const struct world *world)
{
    return stint_instant_earlier(world->hosts[0].poll_at, world->hosts[1].poll_at);
}

static inline void pass_until(struct world *world, struct stint_instant instant)
{
    if (!stint_instant_has_come(instant, world->now)) {
        world->now = instant;
    }
    run(world);
}

/* --- hosts --- */

static inline void start_stack(struct world *world, struct host *host, uint8_t number)
{
    const uint8_t secret[STINT_SECRET_LENGTH] = {number, 2, 3};
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = laws_lend(host->memory, sizeof host->memory);
    config.secret = stint_view_of(secret, sizeof secret);
    config.tcp = (struct stint_tcp_limits){5, 3, 2, 2, 4096, 4096, 1024};
    config.udp = (struct stint_udp_limits){2, 1024, 1024};
    config.neighbors = 4;
    config.held_frames = 4;
    config.poll_budget = 8;
    const struct stint_interface_config interface = {
        .device = stint_cable_device(&world->cable, number - 1u),
        .hardware_address = {{2, 0, 0, 0, 0, number}}};
    const struct stint_local_address address = {.address = stint_address_ipv4(10, 0, 0, number),
        .prefix_length = STINT_IPV4_MAPPED_BITS + 24};
    uint8_t attached;
    REQUIRE(stint_stack_init(&host->stack, &config) == STINT_OK);
    REQUIRE(stint_stack_attach(&host->stack, &interface, &attached) == STINT_OK);
    REQUIRE(stint_stack_add_address(&host->stack, attached, &address) == STINT_OK);
}

static inline void start_host(struct world *world, uint8_t number)
{
    static const struct stint_wait_operations port = {port_lock, port_unlock, port_now,
        port_prepare, port_release, port_sleep, port_signal, port_wake_poll};
    struct host *host = &world->hosts[number - 1];
    host->world = world;
    host->poll_called = true;
    for (unsigned i = 0; i < DESCRIPTORS; i++) {
        host->known[i].told = STINT_NOT_OPEN;
    }
    start_stack(world, host, number);
    const struct stint_sockets_config config = {.stack = &host->stack,
        .wait = &port,
        .wait_context = host,
        .descriptors = DESCRIPTORS,
        .memory = laws_lend(host->sockets_memory, sizeof host->sockets_memory),
        .readiness_changed = port_tell,
        .readiness_context = host};
    REQUIRE(stint_sockets_init(&host->sockets, &config) == STINT_OK);
}

static inline void start_world(
    struct world *world, void (*meanwhile)(struct host *host, struct stint_instant until))
{
    memset(world, 0, sizeof *world);
    world->now = stint_instant_at(1000000);
    world->meanwhile = meanwhile;
    stint_cable_init(
        &world->cable, laws_lend(world->wires[0], CABLE), laws_lend(world->wires[1], CABLE));
    start_host(world, 1);
    start_host(world, 2);
    run(world);
}

#endif

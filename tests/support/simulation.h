/* Two hosts on a cable in virtual time: the laboratory of the TCP tests and simulations.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_TESTS_SUPPORT_SIMULATION_H
#define STINT_TESTS_SUPPORT_SIMULATION_H

#include "stint/device/cable.h"
#include "stint/device/faulty.h"
#include "stint/stack/stack.h"

enum {
    SIMULATION_MEMORY = 4 << 20,
    SIMULATION_WAITING = 1024, /* frames that may be on their way in each direction */
    SIMULATION_CABLE = 1 << 20,
};

struct simulated_host {
    struct stint_stack stack;
    struct stint_faulty faulty;     /* mistreats what this host sends */
    struct stint_endpoint endpoint; /* its address; the port is for the test's use */
    struct stint_instant poll_at;
    uint32_t polls;
    _Alignas(16) uint8_t memory[SIMULATION_MEMORY];
    uint8_t frames[SIMULATION_WAITING * STINT_DEVICE_FRAME_LENGTH];
    uint16_t links[SIMULATION_WAITING];
    struct stint_faulty_frame waiting[SIMULATION_WAITING];
    _Alignas(16) uint8_t incoming[SIMULATION_CABLE];
};

struct simulation {
    struct stint_instant now;
    struct stint_cable cable;
    struct simulated_host hosts[2]; /* 10.0.0.1 and 10.0.0.2 */
};

struct simulation_options {
    struct stint_faulty_profile profile[2]; /* of what each host sends */
    uint64_t seed;
    uint32_t buffer;                /* TCP bytes each way; 0: 65536 */
    int64_t start;                  /* microseconds of the first instant */
    struct stint_tcp_limits tcp[2]; /* where a number is not 0, it replaces the default */
    size_t memory;                  /* of each host; 0: SIMULATION_MEMORY */
};

/* A new simulation, to be freed with free(). Fails the test when it cannot be set up. */
struct simulation *simulation_new(const struct simulation_options *options);

/* Polls both hosts until neither has anything to do at this instant. */
void simulation_settle(struct simulation *simulation);

/* Moves time to the next deadline of either host, at most to `until`, and settles. False when
 * `until` was reached. */
bool simulation_step(struct simulation *simulation, struct stint_instant until);

/* Lets `duration` pass. */
void simulation_pass(struct simulation *simulation, struct stint_duration duration);

/* Host 1 listens on `port`, host 0 connects to it, and the handshake is completed. */
void simulation_connect(struct simulation *simulation, uint16_t port, struct stint_handle *client,
    struct stint_handle *server);

struct stint_tcp_status simulation_status(
    const struct simulated_host *host, struct stint_handle handle);

/* Byte `offset` of the stream that the transfer tests send. */
uint8_t simulation_pattern(uint64_t offset);

/* One end of a transfer: writes the pattern as far as the socket takes it, or reads and checks it.
 */
struct simulated_transfer {
    struct stint_handle writer;
    struct stint_handle reader;
    uint64_t to_send;
    uint64_t sent;
    uint64_t received;
    bool ended;                /* the reader saw the end of the stream */
    enum stint_result failure; /* of either end */
};

/* Writes and reads what is possible now between host `from` and the other; shuts down after the
 * last byte. */
void simulation_transfer(
    struct simulation *simulation, unsigned from, struct simulated_transfer *transfer);

/* Runs one transfer to its end or for at most `limit`. True when every byte arrived and the stream
 * ended. */
bool simulation_run_transfer(struct simulation *simulation, unsigned from,
    struct simulated_transfer *transfer, struct stint_duration limit);

#endif

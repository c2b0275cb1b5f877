/* A stint host on a TAP, with a recording of what passes when one is asked for: what every command
 * that joins a network has. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_APPS_STATION_H
#define STINT_APPS_STATION_H

#include "stint_linux/host.h"

enum { STATION_MESSAGE_LENGTH = 256 };

struct station_options {
    const char *tap;
    struct stint_local_address address;
    struct stint_address gateway;                   /* unspecified: none */
    struct stint_address dns_server;                /* unspecified: nobody is asked for names */
    struct stint_hardware_address hardware_address; /* zero: made from the names */
    bool slaac;                                     /* IPv6 addresses as routers advertise */
    bool dhcp;                                      /* an IPv4 address from a server */
    const char *pcap;                               /* NULL: nothing is recorded */
    /* For the host; may be NULL. */
    void (*readiness_changed)(void *context, int descriptor, unsigned readiness);
};

struct station {
    struct stint_linux_runner runner;
    struct stint_linux_host host;
    struct stint_linux_tap tap;
    struct stint_linux_pcap_file pcap;
    struct stint_recording recording;
    bool recorded;
    pthread_t opener;
};

/* True when what cannot be done without is there; otherwise complains. */
bool station_options_are_complete(const char *command, const struct station_options *options);

/* Opens and starts it. On failure false, and a line in `message` (STATION_MESSAGE_LENGTH bytes)
 * says what to mend. The station must not move. */
bool station_open(struct station *station, const struct station_options *options, char *message);

/* Sleeps until every address that was asked for is there; false when the end is asked for before.
 * From the thread that opened the station. */
bool station_await_addresses(struct station *station);

/* Prints "ready" and the station's addresses on a line. */
void station_announce(struct station *station);

void station_close(struct station *station);

/* A locally administered hardware address that follows from the TAP's name and the IP address, so
 * that a restart keeps it and neighbors stay right. */
struct stint_hardware_address station_hardware_address(
    const char *tap, const struct stint_address *address);

#endif

/* DHCP server for IPv4 on one link: grants addresses of a pool by hardware address (RFC 2131 4.3).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Pure state: what arrives goes in, answers come out one at a time. Whoever sends an answer says so
 * by stint_dhcpv4_server_done(); what could not be sent (a full device) comes again. It speaks for
 * the link alone: it refuses what it does not know, and serves no relays.
 */
#ifndef STINT_CLIENT_DHCPV4_SERVER_H
#define STINT_CLIENT_DHCPV4_SERVER_H

#include "stint/base/result.h"
#include "stint/base/time.h"
#include "stint/wire/dhcpv4.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_DHCPV4_OFFER_S = 30,      /* how long an offer stands */
    STINT_DHCPV4_DECLINED_S = 3600, /* how long an address that somebody has is left alone */
};

enum stint_dhcpv4_grant_state {
    STINT_DHCPV4_GRANT_FREE,
    STINT_DHCPV4_GRANT_OFFERED,
    STINT_DHCPV4_GRANT_BOUND, /* after `until` it is remembered as long as nobody needs the place */
    STINT_DHCPV4_GRANT_DECLINED, /* nobody's: somebody has the address without having asked */
};

/* An address and who has it; zero is free. */
struct stint_dhcpv4_grant {
    struct stint_hardware_address hardware;
    uint8_t state;  /* enum stint_dhcpv4_grant_state */
    uint8_t owed;   /* an OFFER or ACK that is still to be sent; 0: none */
    uint16_t index; /* the address, counted from the first of the pool */
    bool wants_broadcast;
    bool has_address; /* the answer can be sent to it */
    bool untold;      /* the owner is to be told that the client has its address */
    uint32_t transaction;
    struct stint_instant until;
};

/* IPv4 addresses only. */
struct stint_dhcpv4_server_config {
    struct stint_address address; /* of this host on the link: how clients know the server */
    struct stint_address first;   /* of the pool; `address` may lie in it and is left out */
    struct stint_address last;    /* at most 65,535 further */
    struct stint_address router;  /* unspecified: none is told */
    struct stint_address dns_servers[STINT_DHCPV4_DNS_SERVERS];
    uint8_t dns_server_count;
    uint8_t subnet_length;             /* 1 to 30 */
    uint16_t grant_count;              /* clients at once */
    uint32_t lease_s;                  /* at least 60; UINT32_MAX: forever */
    struct stint_dhcpv4_grant *grants; /* borrowed for the server's life: zero, or as an earlier
                                          server with the same pool left them */
};

/* What no grant is about: a refusal, or an answer to INFORM. One is owed at most, the last. */
struct stint_dhcpv4_stray_answer {
    uint8_t type; /* 0: none */
    bool wants_broadcast;
    uint32_t transaction;
    struct stint_hardware_address hardware;
    struct stint_address client; /* of INFORM */
};

struct stint_dhcpv4_server {
    struct stint_dhcpv4_server_config config;
    struct stint_dhcpv4_stray_answer stray;
};

/* An answer to be sent from port 67 to port 68 of `destination` in a frame to `hardware`. */
struct stint_dhcpv4_answer {
    struct stint_dhcpv4_message message;
    struct stint_address destination;
    struct stint_hardware_address hardware;
};

/* STINT_INVALID: the pool is not within the server's subnet, or nothing to grant. */
enum stint_result stint_dhcpv4_server_init(
    struct stint_dhcpv4_server *server, const struct stint_dhcpv4_server_config *config);

/* A message of a client. False when it is not for us, or there is nothing to say: no address is
 * left, or another server was chosen. */
bool stint_dhcpv4_server_take(struct stint_dhcpv4_server *server, struct stint_instant now,
    const struct stint_dhcpv4_message *message);

/* The next answer to be sent; false when none is owed. */
bool stint_dhcpv4_server_next(
    const struct stint_dhcpv4_server *server, struct stint_dhcpv4_answer *answer);

/* The answer was sent. */
void stint_dhcpv4_server_done(
    struct stint_dhcpv4_server *server, const struct stint_dhcpv4_answer *answer);

/* A client that was told that it has its address, each time that it was told; false when there is
 * none more. */
bool stint_dhcpv4_server_next_client(struct stint_dhcpv4_server *server,
    struct stint_hardware_address *hardware, struct stint_address *address);

/* The address that a client has now; false when it has none. */
bool stint_dhcpv4_server_find(const struct stint_dhcpv4_server *server, struct stint_instant now,
    const struct stint_hardware_address *hardware, struct stint_address *address);

#ifdef __cplusplus
}
#endif

#endif

/* DHCP client for IPv4: gets, checks, keeps and gives back an address (RFC 2131, RFC 5227).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Pure state: what arrives goes in, what is to be done comes out one step at a time. Whoever does
 * it says so by stint_dhcpv4_client_done(); what could not be done (a full device) comes again.
 */
#ifndef STINT_CLIENT_DHCPV4_H
#define STINT_CLIENT_DHCPV4_H

#include "stint/base/random.h"
#include "stint/base/time.h"
#include "stint/wire/dhcpv4.h"

#ifdef __cplusplus
extern "C" {
#endif

/* RFC 2131 4.4, and CHECKING between an ACK and the use of its address. */
enum stint_dhcpv4_state {
    STINT_DHCPV4_STOPPED,
    STINT_DHCPV4_INIT, /* waits before it begins */
    STINT_DHCPV4_SELECTING,
    STINT_DHCPV4_REQUESTING,
    STINT_DHCPV4_REBOOTING, /* asks for the address it had before the link was lost */
    STINT_DHCPV4_CHECKING,  /* nobody else may have the address: asked by ARP */
    STINT_DHCPV4_BOUND,
    STINT_DHCPV4_RENEWING,
    STINT_DHCPV4_REBINDING,
};

/* What a server granted, all at once. */
struct stint_dhcpv4_lease {
    struct stint_address address; /* unspecified: no lease */
    struct stint_address server;
    uint8_t subnet_length; /* 1 to 32 */
    uint8_t router_count;
    uint8_t dns_server_count;
    uint8_t ntp_server_count;
    uint8_t route_count;
    uint16_t mtu; /* 0: not said */
    struct stint_address routers[STINT_DHCPV4_ROUTERS];
    struct stint_address dns_servers[STINT_DHCPV4_DNS_SERVERS];
    struct stint_address ntp_servers[STINT_DHCPV4_NTP_SERVERS];
    struct stint_dhcpv4_route routes[STINT_DHCPV4_ROUTES];
    struct stint_instant renew_at;  /* T1 */
    struct stint_instant rebind_at; /* T2 */
    struct stint_instant expires_at;
};

struct stint_dhcpv4_client {
    struct stint_random *random; /* borrowed */
    struct stint_hardware_address hardware_address;
    struct stint_view host_name; /* borrowed; empty: none is told */
    uint8_t state;               /* enum stint_dhcpv4_state */
    uint8_t attempts;            /* messages, or probes, sent in this state */
    bool configured;             /* the owner uses the lease */
    bool lease_changed;          /* the owner is to be told */
    bool declining;              /* a DECLINE is due */
    bool releasing;              /* a RELEASE is due */
    uint32_t transaction;
    struct stint_instant began_at;
    struct stint_instant next_at;    /* the next message, probe or change of state */
    struct stint_dhcpv4_lease lease; /* the one in use, asked for, or last had */
};

/* Stopped. `host_name` (at most 255 octets) is borrowed for the client's life. */
void stint_dhcpv4_client_init(struct stint_dhcpv4_client *client,
    const struct stint_hardware_address *address, struct stint_view host_name,
    struct stint_random *random);

/* The link is there: asks for the address it had while its lease lasts, for any other one
 * otherwise. */
void stint_dhcpv4_client_start(struct stint_dhcpv4_client *client, struct stint_instant now);

/* The link is gone: the address is not used any more, its lease is remembered. */
void stint_dhcpv4_client_stop(struct stint_dhcpv4_client *client);

/* Gives the address back to its server, then stops. */
void stint_dhcpv4_client_release(struct stint_dhcpv4_client *client, struct stint_instant now);

/* --- what arrives --- */

/* A message of a server. False when it is none of ours, or not what is waited for. */
bool stint_dhcpv4_client_take(struct stint_dhcpv4_client *client, struct stint_instant now,
    const struct stint_dhcpv4_message *message);

/* Somebody else answers for, or probes for, `address`. True when it is the one being checked: it is
 * declined. */
bool stint_dhcpv4_client_take_conflict(struct stint_dhcpv4_client *client, struct stint_instant now,
    const struct stint_address *address);

/* --- what is to be done --- */

enum stint_dhcpv4_kind {
    STINT_DHCPV4_SEND,        /* stint_dhcpv4_client_message() from `source` to `destination` */
    STINT_DHCPV4_PROBE,       /* ask by ARP, from no address, who has lease.address */
    STINT_DHCPV4_CONFIGURE,   /* use `lease`, in place of what was used before */
    STINT_DHCPV4_UNCONFIGURE, /* use what was configured no more */
};

struct stint_dhcpv4_step {
    enum stint_dhcpv4_kind kind;
    struct stint_address source; /* unspecified: 0.0.0.0 itself */
    struct stint_address destination;
};

/* The next step that is due; false when there is none. */
bool stint_dhcpv4_client_next(
    struct stint_dhcpv4_client *client, struct stint_instant now, struct stint_dhcpv4_step *step);

/* The message of a step to send; its views are borrowed from the client. */
void stint_dhcpv4_client_message(const struct stint_dhcpv4_client *client, struct stint_instant now,
    struct stint_dhcpv4_message *message);

/* The step was done. */
void stint_dhcpv4_client_done(struct stint_dhcpv4_client *client, struct stint_instant now,
    const struct stint_dhcpv4_step *step);

/* When stint_dhcpv4_client_next() has something to say; never when only what arrives can change
 * that. */
struct stint_instant stint_dhcpv4_client_deadline(const struct stint_dhcpv4_client *client);

/* "SELECTING" and so on. */
const char *stint_dhcpv4_state_name(enum stint_dhcpv4_state state);

#ifdef __cplusplus
}
#endif

#endif

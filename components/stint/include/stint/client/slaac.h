/* IPv6 addresses without a server: a link-local one, one for each advertised prefix, each checked
 * for duplicates; routers and name servers (RFC 4862, RFC 4861 6.3, RFC 7559, RFC 8106).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Pure state: what is heard goes in, what is to be done comes out one step at a time. Whoever does
 * it says so by stint_slaac_done(); what could not be done (a full device) comes again.
 */
#ifndef STINT_CLIENT_SLAAC_H
#define STINT_CLIENT_SLAAC_H

#include "stint/base/random.h"
#include "stint/base/time.h"
#include "stint/wire/ndp.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_SLAAC_ADDRESSES = 4, /* the link-local one, and three for prefixes */
    STINT_SLAAC_ROUTERS = 3,
    STINT_SLAAC_SERVERS = 3,  /* name servers */
    STINT_SLAAC_ATTEMPTS = 3, /* other identifiers to try when one is taken */
};

enum stint_slaac_state {
    STINT_SLAAC_FREE,
    STINT_SLAAC_TENTATIVE, /* nobody else may have it: being asked */
    STINT_SLAAC_PREFERRED,
    STINT_SLAAC_DEPRECATED, /* for conversations under way only */
};

struct stint_slaac_address {
    struct stint_address address;
    uint8_t prefix_length; /* 64, or 128 where the prefix is not said to be on this link */
    uint8_t state;         /* enum stint_slaac_state */
    uint8_t told;          /* the state that the owner was told of */
    uint8_t attempts;      /* identifiers that were taken already */
    bool probed;
    struct stint_instant check_at; /* the next step of the check for duplicates */
    struct stint_instant preferred_until;
    struct stint_instant valid_until;
};

struct stint_slaac_router {
    struct stint_address address; /* unspecified: free */
    struct stint_instant until;
    int8_t preference; /* enum stint_ndp_preference */
    bool failed;       /* does not answer; others come first */
};

struct stint_slaac_server {
    struct stint_address address; /* unspecified: free */
    struct stint_instant until;
};

struct stint_slaac {
    struct stint_random *random; /* borrowed */
    struct stint_hardware_address hardware_address;
    uint16_t link_mtu; /* bytes of an IPv6 packet on this link, whatever routers say */
    uint16_t mtu;      /* as a router says, at most link_mtu; link_mtu when none says */
    uint8_t hop_limit; /* as a router says; 0: none does */
    bool running;
    bool servers_changed;
    uint16_t duplicates; /* addresses that somebody else had */
    struct stint_slaac_address addresses[STINT_SLAAC_ADDRESSES]; /* the first is link-local */
    struct stint_slaac_router routers[STINT_SLAAC_ROUTERS];
    struct stint_address router_told; /* the default router that the owner knows */
    struct stint_slaac_server servers[STINT_SLAAC_SERVERS];
    struct stint_instant solicit_at;
    uint32_t solicit_ms; /* until the next solicitation but one; 0: the first is yet to go */
};

/* Not running. `link_mtu` is at least 1280. */
void stint_slaac_init(struct stint_slaac *slaac, const struct stint_hardware_address *address,
    uint16_t link_mtu, struct stint_random *random);

/* The link is there: begins with the link-local address and asks for routers. Called again, it
 * begins anew: the link may be another one. */
void stint_slaac_start(struct stint_slaac *slaac, struct stint_instant now);

/* The link is gone: the steps that follow take everything back. */
void stint_slaac_stop(struct stint_slaac *slaac);

/* --- what is heard --- */

/* A checked advertisement from the router `source` (RFC 4861 6.3.4, RFC 4862 5.5.3). */
void stint_slaac_take_advertisement(struct stint_slaac *slaac, struct stint_instant now,
    const struct stint_address *source, const struct stint_ndp_router_advertisement *advertisement);

/* Somebody else probes for, or has, `target` (RFC 4862 5.4.3, 5.4.4). True when it is an address of
 * ours that is still being checked: another one is tried in its place. */
bool stint_slaac_take_conflict(
    struct stint_slaac *slaac, struct stint_instant now, const struct stint_address *target);

/* A router does not answer: the next one takes over while there is one (RFC 4861 6.3.6). */
void stint_slaac_router_failed(struct stint_slaac *slaac, const struct stint_address *router);

/* True when the address is being checked: nobody may speak from it yet. */
bool stint_slaac_is_tentative(const struct stint_slaac *slaac, const struct stint_address *address);

/* --- what is to be done --- */

enum stint_slaac_kind {
    STINT_SLAAC_SOLICIT_ROUTERS, /* from `address`, which may be unspecified */
    STINT_SLAAC_PROBE,           /* ask from :: whether somebody has `address` */
    STINT_SLAAC_SET_ADDRESS,     /* it is ours, with its prefix length, or changed */
    STINT_SLAAC_REMOVE_ADDRESS,
    STINT_SLAAC_SET_ROUTER,      /* `address` is the default router from now on */
    STINT_SLAAC_REMOVE_ROUTER,   /* `address` is the default router no more */
    STINT_SLAAC_SERVERS_CHANGED, /* the name servers are others now */
};

struct stint_slaac_step {
    enum stint_slaac_kind kind;
    struct stint_address address;
    uint8_t prefix_length; /* of SET_ADDRESS */
    bool deprecated;       /* of SET_ADDRESS */
};

/* The next step that is due; false when there is none. */
bool stint_slaac_next(
    struct stint_slaac *slaac, struct stint_instant now, struct stint_slaac_step *step);

/* The step was done. */
void stint_slaac_done(
    struct stint_slaac *slaac, struct stint_instant now, const struct stint_slaac_step *step);

/* When stint_slaac_next() has something to say; never when only what is heard can change that. */
struct stint_instant stint_slaac_deadline(const struct stint_slaac *slaac);

#ifdef __cplusplus
}
#endif

#endif

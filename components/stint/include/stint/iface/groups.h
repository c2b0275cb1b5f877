/* The multicast groups that an interface listens to, and what it tells the routers of its link
 * about them: the host's side of IGMPv2 (RFC 2236) and MLDv1 (RFC 2710).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Pure state, both families in one table: joins and what is heard go in, reports come out one step
 * at a time. Whoever sends one says so by stint_groups_done(); what could not be sent (a full
 * device) comes again.
 */
#ifndef STINT_IFACE_GROUPS_H
#define STINT_IFACE_GROUPS_H

#include "stint/base/random.h"
#include "stint/base/time.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_GROUPS_ROBUSTNESS = 2 }; /* how often a new membership is reported unasked */

struct stint_group {
    struct stint_address address; /* unspecified: free */
    struct stint_instant report_at;
    uint16_t users;     /* joins that were not taken back; 0: about to be left */
    uint8_t unasked;    /* reports that are still to be sent, whoever asks */
    bool solicited;     /* joined for addresses of ours (RFC 4861 7.2.1), beside the users */
    bool doubted;       /* perhaps no longer */
    bool reported_last; /* by us and by no other: who leaves then says so */
};

struct stint_groups {
    struct stint_random *random; /* borrowed */
    struct stint_group *records; /* borrowed */
    uint8_t count;
    uint8_t used;
    uint8_t most;                  /* ever used */
    bool changed;                  /* the owner's note: addresses or the link are others */
    uint32_t refused;              /* joins without a free record */
    struct stint_instant deadline; /* of the next step */
    struct stint_instant v1_until; /* a router of RFC 1112 is there until then */
};

/* No group yet. */
void stint_groups_init(struct stint_groups *groups, struct stint_group *records, uint8_t count,
    struct stint_random *random);

/* --- membership --- */

/* One more user of a multicast group. STINT_INVALID: no group; STINT_EXHAUSTED: no record. */
enum stint_result stint_groups_join(
    struct stint_groups *groups, struct stint_instant now, const struct stint_address *group);

/* One user less. False when the group has none. */
bool stint_groups_leave(
    struct stint_groups *groups, struct stint_instant now, const struct stint_address *group);

/* The groups of solicited nodes follow the addresses of the interface: first all are doubted, then
 * each address solicits its own (IPv4's have none), and what is still doubted is left. */
void stint_groups_doubt_solicited(struct stint_groups *groups);
void stint_groups_solicit(
    struct stint_groups *groups, struct stint_instant now, const struct stint_address *address);
void stint_groups_leave_doubted(struct stint_groups *groups, struct stint_instant now);

/* True when what is sent to the group is for us: it has users, or is the group of all nodes. */
bool stint_groups_contain(const struct stint_groups *groups, const struct stint_address *group);

/* Every membership is reported anew: the link came up, or there is another address to speak from
 * (RFC 3590 5). */
void stint_groups_announce(struct stint_groups *groups, struct stint_instant now);

/* --- what is heard --- */

/* A query for a group, or for all of a family: 0.0.0.0 or ::. Reports go at random times within
 * `within`, which counts as 100 ms when it is less (a flood of queries must not make one of
 * reports). */
void stint_groups_take_query(struct stint_groups *groups, struct stint_instant now,
    const struct stint_address *group, struct stint_duration within);

/* The query was one of RFC 1112: its router understands reports of version 1 only, and no leaves
 * (RFC 2236 4). */
void stint_groups_take_v1_router(struct stint_groups *groups, struct stint_instant now);

/* Another listener reported the group: we need not. */
void stint_groups_take_report(struct stint_groups *groups, const struct stint_address *group);

/* --- what is to be sent --- */

enum stint_groups_kind {
    STINT_GROUPS_REPORT,
    STINT_GROUPS_V1_REPORT,
    STINT_GROUPS_LEAVE,
};

struct stint_groups_step {
    enum stint_groups_kind kind;
    struct stint_address group;
};

/* The next message that is due; false when there is none. */
bool stint_groups_next(
    const struct stint_groups *groups, struct stint_instant now, struct stint_groups_step *step);

/* It was sent, or cannot be: there is nobody to speak to. */
void stint_groups_done(
    struct stint_groups *groups, struct stint_instant now, const struct stint_groups_step *step);

#ifdef __cplusplus
}
#endif

#endif

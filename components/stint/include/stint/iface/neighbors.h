/* Which hardware address answers for which IP address (RFC 826, RFC 1122 2.3.2, states as in RFC
 * 4861 7.3). SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A record is learnt only from an answer to a question of ours or from somebody who speaks to us;
 * it goes stale after a while, is then used and checked by asking that station alone; when it stays
 * silent everybody is asked, and when nobody answers either it is not asked again for a while. When
 * every record is taken, the one unused for longest makes room for one that is needed, but never
 * one that was used within the last STINT_NEIGHBOR_KEEP_S seconds (C1: spoofed neighbors cannot
 * push out the gateway); a record whose question stays unanswered makes room for who speaks to us.
 * Frames that wait for an answer are held in a pool, at most `hold_limit` for each neighbor and no
 * longer than to the second question: others may need them, and who sent them tries again.
 *
 * Which addresses are ours and which are broadcast here is the caller's knowledge: he gives neither
 * to stint_neighbors_hear() nor to stint_neighbors_take_answer() (L12). What no station may have is
 * refused here.
 */
#ifndef STINT_IFACE_NEIGHBORS_H
#define STINT_IFACE_NEIGHBORS_H

#include "stint/base/drop.h"
#include "stint/base/time.h"
#include "stint/storage/frame_pool.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_NEIGHBOR_ATTEMPTS = 3,     /* questions before a neighbor counts as silent */
    STINT_NEIGHBOR_RETRY_MS = 1000,  /* between two questions */
    STINT_NEIGHBOR_REACHABLE_S = 30, /* how long an answer is believed without checking */
    STINT_NEIGHBOR_KEEP_S = 60,      /* a record used within this time is never displaced */
    STINT_NEIGHBOR_SILENT_S = 5, /* how long a silent neighbor is not asked again: long enough that
                                    the third SYN, after 7 s, meets the silence and tells */
};

enum stint_neighbor_state {
    STINT_NEIGHBOR_FREE,
    STINT_NEIGHBOR_INCOMPLETE, /* asked, no answer yet */
    STINT_NEIGHBOR_REACHABLE,
    STINT_NEIGHBOR_STALE,  /* known, but not checked lately; the next use begins a check */
    STINT_NEIGHBOR_PROBE,  /* known, in use, and being checked */
    STINT_NEIGHBOR_SILENT, /* did not answer */
};

struct stint_neighbor {
    struct stint_address address;
    struct stint_hardware_address hardware;
    uint8_t state; /* enum stint_neighbor_state */
    uint8_t attempts;
    struct stint_instant deadline; /* of the state */
    struct stint_instant used_at;
    uint16_t held_first; /* frames in the pool, linked; STINT_FRAME_NONE when there are none */
    uint16_t held_last;
    uint8_t held_count;
};

struct stint_neighbors_config {
    struct stint_neighbor *records; /* record_count, borrowed for the table's life */
    uint16_t record_count;
    uint8_t hold_limit;            /* frames that may wait for one neighbor, at least 1 */
    struct stint_frame_pool *pool; /* for frames that wait; may be shared between interfaces */
    uint16_t *held_lengths;        /* by frame of the pool; shared with it */
};

struct stint_neighbors {
    struct stint_neighbors_config config;
    uint16_t most;       /* records ever in use at once */
    uint16_t last_found; /* the record that the last question found: most questions repeat */
    uint16_t sending;    /* the record whose frame stint_neighbors_next_to_send() gave last */
    uint16_t ready;      /* held frames whose neighbor is known */
    uint16_t silenced;   /* grows when a neighbor falls silent */
    struct stint_instant next_deadline;
};

void stint_neighbors_init(
    struct stint_neighbors *neighbors, const struct stint_neighbors_config *config);

enum stint_neighbor_answer {
    STINT_NEIGHBOR_KNOWN,     /* `hardware` is set */
    STINT_NEIGHBOR_ASKED,     /* a question is due or under way: the frame may be held */
    STINT_NEIGHBOR_UNKNOWN,   /* silent lately: the frame cannot be sent */
    STINT_NEIGHBOR_NO_RECORD, /* every record is in use: the frame cannot be sent */
};

/* Asks for the hardware address of an on-link IP address, beginning to find it out when it is not
 * known. */
enum stint_neighbor_answer stint_neighbors_resolve(struct stint_neighbors *neighbors,
    struct stint_instant now, const struct stint_address *address,
    struct stint_hardware_address *hardware);

/* The hardware address of a known neighbor, without asking for it; false when it is not known. */
bool stint_neighbors_look_up(struct stint_neighbors *neighbors, const struct stint_address *address,
    struct stint_hardware_address *hardware);

/* True when the neighbor did not answer, and has not spoken since. */
bool stint_neighbors_is_silent(
    struct stint_neighbors *neighbors, const struct stint_address *address);

/* Copies a frame (with room for its destination hardware address in the first 6 bytes) to wait for
 * the answer of `address`. STINT_DROP_NONE when it was taken. */
enum stint_drop stint_neighbors_hold(struct stint_neighbors *neighbors,
    const struct stint_address *address, struct stint_view frame);

/* `address` spoke to us with `hardware` (an ARP request for us, for instance): a record is made
 * when one is free, and an incomplete or silent one is completed, to be checked when it is used. A
 * known one is not changed to another hardware address; it becomes stale, to be checked. */
void stint_neighbors_hear(struct stint_neighbors *neighbors, struct stint_instant now,
    const struct stint_address *address, const struct stint_hardware_address *hardware);

/* `address` answered with `hardware`: taken only when a question of ours is open, and the answer to
 * a check only from the station that was asked. False when it was not. */
bool stint_neighbors_take_answer(struct stint_neighbors *neighbors, struct stint_instant now,
    const struct stint_address *address, const struct stint_hardware_address *hardware);

struct stint_neighbor_question {
    struct stint_address target;
    struct stint_hardware_address to; /* broadcast, or the station whose record is checked */
};

/* The next question that is due, which counts as asked at `now`; false when none is. Neighbors that
 * stayed silent for STINT_NEIGHBOR_ATTEMPTS questions become silent here, and their frames are
 * dropped: `*dropped` grows by their number. */
bool stint_neighbors_next_question(struct stint_neighbors *neighbors, struct stint_instant now,
    struct stint_neighbor_question *question, uint32_t *dropped);

/* The question about `target` could not be sent: it does not count, and is asked again after its
 * interval. */
void stint_neighbors_not_asked(
    struct stint_neighbors *neighbors, const struct stint_address *target);

/* A held frame whose neighbor has answered, its destination filled in; empty when there is none. It
 * stays held until stint_neighbors_sent(), so that a full device loses nothing. */
struct stint_view stint_neighbors_next_to_send(struct stint_neighbors *neighbors);

/* The frame of the last stint_neighbors_next_to_send() was sent. */
void stint_neighbors_sent(struct stint_neighbors *neighbors);

/* When stint_neighbors_next_question() has something to do; never when nothing is pending. */
struct stint_instant stint_neighbors_deadline(const struct stint_neighbors *neighbors);

/* Forgets everything, held frames included: the link was lost. Returns how many frames were
 * dropped. */
uint32_t stint_neighbors_forget_all(struct stint_neighbors *neighbors);

#ifdef __cplusplus
}
#endif

#endif

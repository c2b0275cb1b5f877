/* What the parts of TCP share among themselves: records and their numbering, timers, ready lists.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Records are numbered: connections first, then half-open ones, then TIME_WAIT ones. Connections
 * have a timer each, under their number; the others share one for each kind.
 */
#ifndef STINT_SOCKET_TCP_INTERNAL_H
#define STINT_SOCKET_TCP_INTERNAL_H

#include "stint/socket/tcp.h"
#include "stint/socket/tcp_receive.h"
#include "stint/socket/tcp_send.h"

enum {
    STINT_TCP_DELAYED_ACK_MS = 40,  /* RFC 9293 3.8.6.3: below 500 */
    STINT_TCP_TIME_WAIT_S = 60,     /* twice the maximum segment lifetime, as Linux has it */
    STINT_TCP_FIN_WAIT_2_S = 60,    /* how long an orphan waits for the peer's FIN */
    STINT_TCP_CHALLENGE_MS = 100,   /* between two challenge ACKs of a connection (RFC 5961 7) */
    STINT_TCP_USER_TIMEOUT_S = 120, /* RFC 9293 3.8.3: R2 of at least 100 s */
    STINT_TCP_SYN_ATTEMPTS = 7,     /* SYNs of an active open: gives up after 127 s */
    STINT_TCP_SYN_ACK_ATTEMPTS = 6, /* SYN-ACKs of a half-open record: 63 s */
    STINT_TCP_ORPHAN_PROBES = 8,    /* window probes of an orphan before it is reset */
    STINT_TCP_KEEP_ALIVE_IDLE_S = 7200, /* RFC 9293 3.8.4 */
    STINT_TCP_KEEP_ALIVE_INTERVAL_S = 75,
    STINT_TCP_KEEP_ALIVE_COUNT = 9,
    STINT_TCP_SEGMENT_DEFAULT = 536, /* RFC 9293 3.7.1: of a peer that names none */
    STINT_TCP_SEGMENT_MINIMUM = 88,  /* a smaller MSS is read as this (CVE-2019-11479) */
    STINT_TCP_DUPLICATES = 3,        /* RFC 5681 3.2 */
};

/* --- records and their numbers --- */

uint16_t stint_tcp_record_of(
    const struct stint_tcp *tcp, const struct stint_tcp_connection *connection);
uint16_t stint_tcp_half_open_record_of(
    const struct stint_tcp *tcp, const struct stint_tcp_half_open *half_open);
uint16_t stint_tcp_time_wait_record_of(
    const struct stint_tcp *tcp, const struct stint_tcp_time_wait *time_wait);

/* The record with this number, NULL when the number is of another kind. */
struct stint_tcp_connection *stint_tcp_connection_at(struct stint_tcp *tcp, uint16_t record);
struct stint_tcp_half_open *stint_tcp_half_open_at(struct stint_tcp *tcp, uint16_t record);
struct stint_tcp_time_wait *stint_tcp_time_wait_at(struct stint_tcp *tcp, uint16_t record);

/* The one timer of all half-open records: when the first of them is due. */
static inline uint16_t stint_tcp_half_open_timer(const struct stint_tcp *tcp)
{
    return tcp->limits.connections;
}

/* The timer of the oldest TIME_WAIT record. */
static inline uint16_t stint_tcp_time_wait_timer(const struct stint_tcp *tcp)
{
    return (uint16_t)(tcp->limits.connections + 1);
}

/* The deadlines of small records, in 16 bits: ticks of 16,384 us, which wrap after 18 minutes. All
 * lie at most 2 minutes ahead when they are set: what seems to lie further ahead is long past. */
enum {
    STINT_TCP_TICK_US = 16384,
    STINT_TCP_TICKS_AHEAD = 120 * 1000000 / STINT_TCP_TICK_US,
};

/* The first tick at or after `instant`. */
static inline uint16_t stint_tcp_tick_of(struct stint_instant instant)
{
    const uint64_t microseconds = (uint64_t)instant.microseconds + STINT_TCP_TICK_US - 1;
    return (uint16_t)(microseconds / STINT_TCP_TICK_US);
}

/* When a tick begins that lies ahead; `now` when it has begun. */
struct stint_instant stint_tcp_tick_begins(uint16_t tick, struct stint_instant now);

/* The connection of a handle, NULL when it is stale. */
struct stint_tcp_connection *stint_tcp_find(
    const struct stint_tcp *tcp, struct stint_handle handle);

/* A fresh connection for a flow, entered in the table; NULL when all are taken. */
struct stint_tcp_connection *stint_tcp_connection_take(
    struct stint_tcp *tcp, struct stint_instant now, const struct stint_tcp_flow *flow);

/* Frees the record and all it holds. */
void stint_tcp_connection_release(struct stint_tcp *tcp, struct stint_tcp_connection *connection);

/* The connection ended for `reason` (STINT_OK: as it should). An orphan and one that nobody has
 * accepted is released, another stays for its owner to learn of it. */
void stint_tcp_connection_end(
    struct stint_tcp *tcp, struct stint_tcp_connection *connection, enum stint_result reason);

/* --- rings (tcp_rings.c) --- */

/* Bytes with which the rings of a connection begin, and the window of its SYN, never scaled. */
uint32_t stint_tcp_first_receive_buffer(const struct stint_tcp *tcp);
uint32_t stint_tcp_first_send_buffer(const struct stint_tcp *tcp);
uint16_t stint_tcp_first_window(const struct stint_tcp *tcp);

/* The smallest order with 2^order >= capacity. */
uint8_t stint_tcp_ring_order(uint32_t capacity);

/* Bytes up to which the peer is let ahead of the reader. */
static inline uint32_t stint_tcp_receive_capacity(const struct stint_tcp_connection *connection)
{
    return UINT32_C(1) << connection->receive_order;
}

/* Gives back what the ring holds. */
void stint_tcp_ring_release(struct stint_tcp *tcp, struct stint_ring *ring);

/* Makes sure that the ring has storage, of `capacity` bytes or of what can be spared; false when
 * the arena has none. */
bool stint_tcp_ring_prepare(struct stint_tcp *tcp, struct stint_ring *ring, uint32_t capacity);

/* The same for the receive ring, whose capacity from then on is what there was. */
bool stint_tcp_prepare_to_receive(struct stint_tcp *tcp, struct stint_tcp_connection *connection);

/* Doubles a full send ring when the peer and the network would take more than it holds; false when
 * it stays as it is. */
bool stint_tcp_grow_to_send(struct stint_tcp *tcp, struct stint_tcp_connection *connection);

/* After a read: doubles the receive capacity when the peer filled its window and the reader keeps
 * up. */
void stint_tcp_size_to_receive(struct stint_tcp *tcp, struct stint_tcp_connection *connection);

/* --- lists and timers --- */

/* The connection may have something to send. */
void stint_tcp_make_ready(struct stint_tcp *tcp, const struct stint_tcp_connection *connection);

/* Something about the connection, or the listener, changed for its owner. */
void stint_tcp_tell(struct stint_tcp *tcp, const struct stint_tcp_connection *connection);
void stint_tcp_tell_listener(struct stint_tcp *tcp, const struct stint_tcp_listener *listener);

/* Sets the connection's timer to the earliest of its deadlines. */
void stint_tcp_arm(struct stint_tcp *tcp, const struct stint_tcp_connection *connection);

/* When the next keep-alive probe is due, never when none is wanted. */
struct stint_instant stint_tcp_keep_alive_at(const struct stint_tcp_connection *connection);

/* --- names and numbers of a connection --- */

/* A keyed hash of the flow, and of two numbers more, for one purpose. */
uint32_t stint_tcp_hash(const struct stint_tcp *tcp, const struct stint_tcp_flow *flow,
    uint32_t purpose, uint32_t first, uint32_t second);

/* RFC 6528: the clock plus a keyed hash of the flow. */
struct stint_sequence stint_tcp_initial_sequence(
    const struct stint_tcp *tcp, struct stint_instant now, const struct stint_tcp_flow *flow);

/* RFC 7323 5.4: the timestamp clock begins anywhere, for each flow anew. */
uint32_t stint_tcp_timestamp_offset(const struct stint_tcp *tcp, const struct stint_tcp_flow *flow);

/* The timestamp clock ticks every 1,024 us: between 1 ms and 1 s (RFC 7323 5.4), and no division.
 */
enum { STINT_TCP_TIMESTAMP_US = 1024 };
static inline uint32_t stint_tcp_timestamp(struct stint_instant now, uint32_t offset)
{
    return (uint32_t)((uint64_t)now.microseconds / STINT_TCP_TIMESTAMP_US) + offset;
}

/* The window scale that the receive buffer asks for. */
uint8_t stint_tcp_window_scale(const struct stint_tcp *tcp);

/* The largest payload that a packet of `mtu` bytes carries in this flow, before options. */
uint16_t stint_tcp_segment_for_mtu(const struct stint_tcp_flow *flow, uint16_t mtu);

/* What our SYN and the peer's together agree on. */
struct stint_tcp_agreement stint_tcp_agree(const struct stint_tcp *tcp,
    const struct stint_tcp_flow *flow, const struct stint_tcp_options *theirs, uint16_t mtu);

/* Payload bytes of a full segment, options taken off. */
uint16_t stint_tcp_full_segment(const struct stint_tcp_connection *connection);

/* --- the receive window --- */

/* The right edge to advertise now: moved only by a worthwhile step (RFC 9293 3.8.6.2.2). */
struct stint_sequence stint_tcp_window_edge(const struct stint_tcp_connection *connection);

/* The window field that advertises `edge`, rounded up to the scale where there is room for it: a
 * rounded-down one would take back bytes that were promised. */
uint16_t stint_tcp_window_field(
    const struct stint_tcp_connection *connection, struct stint_sequence edge);

/* --- sequence space of what is sent --- */

/* Where our FIN stands, or would stand. */
static inline struct stint_sequence stint_tcp_fin_sequence(
    const struct stint_tcp_connection *connection)
{
    return stint_sequence_after(connection->sender.unacknowledged, connection->sender.ring.length);
}

/* Our FIN is queued or sent, and not acknowledged. */
static inline bool stint_tcp_owes_fin(const struct stint_tcp_connection *connection)
{
    return connection->state == STINT_TCP_FIN_WAIT_1 || connection->state == STINT_TCP_CLOSING ||
           connection->state == STINT_TCP_LAST_ACK;
}

/* The handshake of this connection is under way. */
static inline bool stint_tcp_is_opening(const struct stint_tcp_connection *connection)
{
    return connection->state == STINT_TCP_SYN_SENT || connection->state == STINT_TCP_SYN_RECEIVED;
}

/* Sent, and not acknowledged. */
static inline uint32_t stint_tcp_outstanding(const struct stint_tcp_connection *connection)
{
    return stint_sequence_distance(connection->sender.unacknowledged, connection->sender.next);
}

/* Arms the retransmission or probe timer when something waits for the peer and it is off; turns it
 * off when nothing waits. */
void stint_tcp_schedule(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection);

/* True when a segment of what is queued could go now, as windows and Nagle have it (tcp_send.c). */
bool stint_tcp_can_send_text(const struct stint_tcp_connection *connection);

/* --- parts of receiving --- */

/* A segment for a listener, a half-open, a TIME_WAIT record, a connection. */
enum stint_drop stint_tcp_receive_listen(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_reply *reply);
enum stint_drop stint_tcp_receive_half_open(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_half_open *half_open, const struct stint_tcp_segment *segment,
    struct stint_tcp_reply *reply);
enum stint_drop stint_tcp_receive_time_wait(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_time_wait *time_wait, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_reply *reply);
enum stint_drop stint_tcp_receive_connection(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment,
    struct stint_tcp_reply *reply);

/* An ACK of what is known (tcp_answer.c). */
void stint_tcp_reply_acknowledgment(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_ends *ends, bool timestamps, uint16_t window,
    struct stint_tcp_reply *reply);

/* The reset that answers a segment of no connection (RFC 9293 3.10.7.1). */
void stint_tcp_reply_reset(struct stint_tcp *tcp, const struct stint_tcp_flow *flow,
    const struct stint_tcp_segment *segment, struct stint_tcp_reply *reply);

/* Takes the acknowledgment and window of an acceptable segment (tcp_acknowledge.c). */
void stint_tcp_take_acknowledgment(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment);

/* Takes payload and FIN of an acceptable segment (tcp_text.c). */
enum stint_drop stint_tcp_take_text(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment);

/* Takes the payload of a segment that has landed: `length` bytes, next in order, without a FIN. */
void stint_tcp_take_landed(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, uint32_t length);

/* An ACK is due at once. */
void stint_tcp_acknowledge_now(struct stint_tcp *tcp, struct stint_tcp_connection *connection);

/* A challenge ACK, unless the last was sent a moment ago (RFC 5961). */
void stint_tcp_challenge(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection);

/* --- recovery (RFC 6582), the seam for better ones --- */

/* New data up to `segment->acknowledgment` was acknowledged: `acknowledged` bytes. Called before
 * UNA moves. */
void stint_tcp_recovery_acknowledged(struct stint_tcp *tcp, struct stint_tcp_connection *connection,
    struct stint_sequence acknowledgment);

/* A duplicate acknowledgment came. */
void stint_tcp_recovery_duplicate(struct stint_tcp *tcp, struct stint_tcp_connection *connection);

/* The retransmission timer expired: everything outstanding is taken for lost. */
void stint_tcp_recovery_timeout(struct stint_tcp_connection *connection);

/* Bytes that may be outstanding as far as congestion goes. */
uint32_t stint_tcp_recovery_window(const struct stint_tcp_connection *connection);

/* --- waiting states --- */

/* Enters TIME_WAIT. The connection keeps its record while its owner has it, and until its last ACK
 * is sent. */
void stint_tcp_enter_time_wait(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection);

/* Nobody needs the whole connection any more: what must be remembered goes into a TIME_WAIT record.
 */
void stint_tcp_time_wait_leave_record(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection);

/* Frees TIME_WAIT records whose time is over, and arms the timer for the next. */
void stint_tcp_expire_time_waits(struct stint_tcp *tcp, struct stint_instant now);

void stint_tcp_half_open_release(struct stint_tcp *tcp, struct stint_tcp_half_open *half_open);

/* --- handshakes on the passive side (tcp_half_open.c) --- */

/* Begins one for a SYN to a listener; false when every record is taken. */
bool stint_tcp_half_open_begin(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_listener *listener, const struct stint_tcp_flow *flow,
    const struct stint_tcp_segment *segment, uint16_t mtu);

/* The SYN-ACK of a record that is in the ready list; false when the record has gone. */
bool stint_tcp_half_open_offer(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_half_open *half_open, struct stint_tcp_segment *segment);

/* A device took the SYN-ACK. */
void stint_tcp_half_open_sent(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_half_open *half_open);

/* Sends again what is due, or gives up. */
void stint_tcp_expire_half_opens(struct stint_tcp *tcp, struct stint_instant now);

/* The listener for a local endpoint: one bound to the address before one bound to any; NULL when
 * nobody listens. */
struct stint_tcp_listener *stint_tcp_listener_for(
    struct stint_tcp *tcp, const struct stint_endpoint *local);

/* What a completed handshake says. */
struct stint_tcp_handshake {
    struct stint_tcp_ends ends; /* both one past the SYN */
    struct stint_tcp_agreement agreement;
    uint16_t path_mtu;
};

/* True when a connection can be made and queued for the listener. */
bool stint_tcp_can_establish(
    const struct stint_tcp *tcp, const struct stint_tcp_listener *listener);

/* Makes the connection and queues it for the listener; only when it can be made. */
struct stint_tcp_connection *stint_tcp_establish(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_listener *listener, const struct stint_tcp_handshake *handshake);

/* --- SYN cookies (tcp_cookies.c, RFC 4987 3.6) --- */

/* Answers a SYN without remembering anything. */
void stint_tcp_cookie_send(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_reply *reply);

/* True while records are so scarce that cookies stand in for them: one unanswered SYN-ACK is then
 * enough to give a record up. */
bool stint_tcp_cookies_are_needed(const struct stint_tcp *tcp, struct stint_instant now);

/* True when the segment acknowledges a cookie of the last minutes: the handshake it completes. */
bool stint_tcp_cookie_check(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_handshake *handshake);

/* --- SYNs --- */

/* Our SYN: what we can do. */
void stint_tcp_make_syn(const struct stint_tcp *tcp, const struct stint_tcp_flow *flow,
    struct stint_sequence initial, uint32_t timestamp, uint16_t mtu,
    struct stint_tcp_segment *segment);

/* Makes it the answer to a SYN: what was agreed. */
void stint_tcp_make_syn_ack(struct stint_tcp_segment *segment, struct stint_sequence expected,
    const struct stint_tcp_agreement *agreement, uint32_t recent_timestamp);

/* The SYN or SYN-ACK that a connection owes. */
void stint_tcp_offer_syn(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_connection *connection, struct stint_tcp_segment *segment);

/* --- SACK (tcp_sack.c) --- */

/* The blocks that lie beyond the next byte expected, that of the latest segment first. */
void stint_tcp_report_sack(
    const struct stint_tcp_receiver *receiver, struct stint_tcp_options *options);

#endif

/* TCP sockets (RFC 9293): listen, connect, accept, read, write, close. This is the page an
 * application reads. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * All calls name a socket by its handle; a stale handle is STINT_BAD_HANDLE. No call blocks and
 * none sends: what a call makes due is sent by the next poll, so poll after writing. Ports are in
 * host order.
 */
#ifndef STINT_SOCKET_TCP_H
#define STINT_SOCKET_TCP_H

#include "stint/base/random.h"
#include "stint/base/result.h"
#include "stint/socket/event.h"
#include "stint/socket/tcp_connection.h"
#include "stint/storage/arena.h"
#include "stint/storage/carve.h"
#include "stint/storage/id_queue.h"
#include "stint/storage/timers.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How many of each there are, and how large they may become. */
struct stint_tcp_limits {
    uint16_t connections;
    uint16_t half_open; /* handshakes under way on the passive side */
    uint16_t time_wait; /* remembered closed connections; the oldest makes room */
    uint16_t listeners;
    uint32_t receive_buffer; /* bytes to which a connection's may grow, a power of two */
    uint32_t send_buffer;    /* likewise; a segment is at most half of it */
    uint32_t first_buffer;   /* bytes with which both begin, a power of two; 0: 8192 */
};

/* What happened, beside the drop reasons that the stack counts. */
struct stint_tcp_counters {
    uint32_t active_opens;
    uint32_t passive_opens;
    uint32_t failed_opens;
    uint32_t resets_received;
    uint32_t resets_sent;
    uint32_t segments_received;
    uint32_t segments_sent;
    uint32_t segments_retransmitted;
    uint32_t retransmission_timeouts;
    uint32_t fast_retransmits;
    uint32_t zero_window_probes;
    uint32_t challenge_acks;
    uint32_t cookies_sent; /* SYN-ACKs of listeners whose records were all taken */
    uint32_t cookies_accepted;
    uint32_t time_wait_displaced;
};

struct stint_tcp {
    struct stint_tcp_limits limits;
    const struct stint_random *random; /* keyed hashes */
    struct stint_arena *arena;         /* for the rings of connections */
    struct stint_tcp_connection *connections;
    struct stint_tcp_half_open *half_opens;
    struct stint_tcp_time_wait *time_waits;
    struct stint_tcp_listener *listeners;
    struct stint_tcp_demux demux;
    struct stint_timers timers;             /* by record number */
    struct stint_id_queue free_connections; /* by record number; these four share their links */
    struct stint_id_queue free_half_opens;
    struct stint_id_queue free_time_waits;
    struct stint_id_queue used_time_waits; /* oldest first */
    struct stint_id_queue ready;           /* records with something to send, perhaps */
    struct stint_id_queue changed;         /* connections and listeners with an event */
    struct stint_id_queue starved;         /* connections whose write found no memory for a ring */
    struct stint_tcp_counters counters;
    uint16_t connections_in_use;
    uint16_t half_opens_in_use;
    struct stint_instant cookies_until; /* an ACK without a record may be that of a cookie */
    uint16_t next_port;                 /* RFC 6056 3.3.3: counter of the port search */
};

/* Carves what the limits ask for. `random` and `arena` are borrowed. STINT_INVALID for limits that
 * cannot work, STINT_EXHAUSTED when the memory does not suffice. */
enum stint_result stint_tcp_init(struct stint_tcp *tcp, const struct stint_tcp_limits *limits,
    const struct stint_random *random, struct stint_arena *arena, struct stint_carve *carve);

/* --- opening --- */

/* Listens on `local` (address unspecified: any of ours, of the families that stint_address_covers()
 * says). At most `backlog` connections (1 or more)
 * wait to be accepted, handshakes under way included. STINT_ADDRESS_IN_USE, STINT_EXHAUSTED. */
enum stint_result stint_tcp_listen(struct stint_tcp *tcp, const struct stint_endpoint *local,
    uint16_t backlog, uintptr_t owner, struct stint_handle *handle);

/* Takes the oldest established connection off the listener's queue. STINT_WOULD_BLOCK when there is
 * none. */
enum stint_result stint_tcp_accept(struct stint_tcp *tcp, struct stint_handle handle,
    uintptr_t owner, struct stint_handle *accepted);

/* Connections waiting in a listener's queue; 0 for a stale handle. */
uint16_t stint_tcp_accept_count(const struct stint_tcp *tcp, struct stint_handle handle);

/* Stops listening; connections not yet accepted are reset. */
enum stint_result stint_tcp_listener_close(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_handle handle);

/* Begins a connection from `local` (address set by the caller, port 0: one is chosen, RFC 6056) to
 * `remote`; `mtu` is that of the path. It is established when stint_tcp_status() says so.
 * STINT_EXHAUSTED: no record or no port; STINT_ADDRESS_IN_USE: these endpoints are connected, or
 * were a moment ago. */
enum stint_result stint_tcp_connect(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_endpoint *local, const struct stint_endpoint *remote, uint16_t mtu,
    uintptr_t owner, struct stint_handle *handle);

/* True when some TCP socket has this local address and port (an unspecified address matches any).
 */
bool stint_tcp_port_is_used(const struct stint_tcp *tcp, const struct stint_endpoint *local);

/* --- the stream --- */

/* Queues as much of `bytes` as there is room for. STINT_WOULD_BLOCK when there is none;
 * STINT_WRONG_STATE after shutdown or before the connection is established; what ended the
 * connection when it has failed. */
enum stint_result stint_tcp_write(
    struct stint_tcp *tcp, struct stint_handle handle, struct stint_view bytes, size_t *written);

/* Reads what has arrived in order. STINT_WOULD_BLOCK, STINT_END_OF_STREAM, or what ended the
 * connection once all that came before is read (a reset discards it). */
enum stint_result stint_tcp_read(
    struct stint_tcp *tcp, struct stint_handle handle, struct stint_span into, size_t *read);

/* The same without taking anything off. */
enum stint_result stint_tcp_peek(
    const struct stint_tcp *tcp, struct stint_handle handle, struct stint_span into, size_t *read);

/* --- the stream, in place --- */

/* The room at the end of what is queued, to be filled and then taken in by stint_tcp_put(); void
 * after the next call about this connection and the next poll. Results as stint_tcp_write(). */
enum stint_result stint_tcp_room(
    struct stint_tcp *tcp, struct stint_handle handle, struct stint_ring_span *room);

/* Queues the first `length` bytes of the room; STINT_INVALID when there is less. */
enum stint_result stint_tcp_put(struct stint_tcp *tcp, struct stint_handle handle, size_t length);

/* All bytes that can be read, where they lie, until stint_tcp_take() or the next poll. Results as
 * stint_tcp_read(). */
enum stint_result stint_tcp_readable(
    const struct stint_tcp *tcp, struct stint_handle handle, struct stint_ring_view *bytes);

/* Takes the first `length` of them off; STINT_INVALID when there are fewer. */
enum stint_result stint_tcp_take(struct stint_tcp *tcp, struct stint_handle handle, size_t length);

/* --- closing --- */

/* No more will be written: FIN follows what is queued. Reading goes on. */
enum stint_result stint_tcp_shutdown(struct stint_tcp *tcp, struct stint_handle handle);

/* Done with the socket: the handle is void at once, what is queued is still sent and the connection
 * closed in the background. Unread data makes it a reset (RFC 1122 4.2.2.13). */
enum stint_result stint_tcp_close(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_handle handle);

/* Resets the connection and voids the handle at once. */
enum stint_result stint_tcp_abort(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_handle handle);

/* --- options --- */

/* Durations are kept to the millisecond, up to 49 days. */
struct stint_tcp_options_set {
    bool no_delay; /* no Nagle (RFC 9293 3.7.4) */
    bool cork;     /* send only full segments, until cleared */
    bool keep_alive;
    struct stint_duration keep_alive_idle;     /* before the first probe; default 2 h */
    struct stint_duration keep_alive_interval; /* between probes; default 75 s */
    uint8_t keep_alive_count;           /* unanswered probes that end the connection; default 9 */
    struct stint_duration user_timeout; /* longest time that sent data may stay unacknowledged; 0:
                                           the default of 120 s */
    uint8_t traffic_class;
    uint8_t time_to_live; /* 0: the stack's default */
};

enum stint_result stint_tcp_get_options(
    const struct stint_tcp *tcp, struct stint_handle handle, struct stint_tcp_options_set *options);
enum stint_result stint_tcp_set_options(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_handle handle, const struct stint_tcp_options_set *options);

/* Gives the socket to another owner (the value that its events carry). */
enum stint_result stint_tcp_set_owner(
    struct stint_tcp *tcp, struct stint_handle handle, uintptr_t owner);

/* --- looking --- */

struct stint_tcp_status {
    enum stint_tcp_state state;
    struct stint_endpoint local;
    struct stint_endpoint remote;
    bool established; /* the handshake is complete (now or earlier) */
    bool at_end;      /* the peer's FIN came and everything was read, or the connection ended */
    bool can_write;   /* stint_tcp_write() would take something, or fail at once */
    bool orphan;      /* closed by its owner, still ending */
    enum stint_result failure; /* what ended it: STINT_OK while nothing did */
    uint32_t readable;         /* bytes */
    uint32_t receive_capacity; /* bytes that may be readable at most, as things stand */
    uint32_t writable;         /* bytes of room */
    uint32_t
        unacknowledged; /* bytes queued or sent that the peer has not acknowledged, FIN included */
    uint32_t congestion_window;
    uint32_t peer_window;
    struct stint_duration round_trip; /* smoothed; 0 when unknown */
    uint32_t retransmits;
};

/* What of the status decides whether a call waits; asked for often, so it costs little. */
struct stint_tcp_progress {
    enum stint_tcp_state state;
    enum stint_result failure;
    bool can_write;
    uint32_t readable;
    uint32_t unacknowledged;
};

enum stint_result stint_tcp_get_progress(
    const struct stint_tcp *tcp, struct stint_handle handle, struct stint_tcp_progress *progress);

enum stint_result stint_tcp_get_status(
    const struct stint_tcp *tcp, struct stint_handle handle, struct stint_tcp_status *status);

/* For reports: walks over every connection record, then half-open, then TIME_WAIT ones. `*cursor`
 * starts at 0; false at the end. */
bool stint_tcp_visit(
    const struct stint_tcp *tcp, uint16_t *cursor, struct stint_tcp_status *status);

/* For reports: walks over the listeners, from `*cursor` 0; false at the end. */
bool stint_tcp_visit_listeners(const struct stint_tcp *tcp, uint16_t *cursor,
    struct stint_endpoint *local, uint16_t *waiting, uint16_t *backlog);

/* The next socket about which something changed; false when there is none. */
bool stint_tcp_next_event(struct stint_tcp *tcp, struct stint_socket_event *event);

/* --- for the stack: see socket/tcp_receive.h, tcp_send.h, tcp_timers.h --- */

#ifdef __cplusplus
}
#endif

#endif

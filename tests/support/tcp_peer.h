/* The other end of a TCP connection, in virtual time: scenarios that read like packetdrill's.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Segments are text: flags, sequence:end, then what is there of "ack", "win" and "<options>":
 *
 *     peer_sends(peer, "P. 1:101 ack 1 win 8000 <ts 7, sack 5:10 20:30>");
 *     host_sends(peer, "S. 0:0 ack 1 win 8192 <mss 1460, ws 0, sackok, ts 0 echo 7>");
 *
 * Flags are F S R P U in this order and "." for ACK. Numbers count from the initial sequence number
 * of whoever sends the byte (the SYN is 0, the first byte 1). Timestamps of the host count
 * milliseconds since the start, those of the peer are as written; "echo" is the host's clock in
 * what the peer sends and, when left out, the last one it saw.
 *
 * What the text of host_sends() leaves out of "win" and "<options>" is not compared, except that
 * SACK blocks always are. Payload follows a pattern that both sides check.
 *
 * Include after cmocka.h.
 */
#ifndef SUPPORT_TCP_PEER_H
#define SUPPORT_TCP_PEER_H

#include "stint/socket/tcp.h"
#include "stint/socket/tcp_receive.h"
#include "stint/socket/tcp_send.h"
#include "stint/socket/tcp_timers.h"

#include <stdalign.h>

enum {
    TCP_PEER_RECORDS = 64 * 1024,
    TCP_PEER_UNIT = 1024,
    TCP_PEER_UNITS = 4096,
    TCP_PEER_BYTES = 1 << 20, /* longest text read or written in one go */
};

struct tcp_peer {
    struct stint_tcp tcp; /* the host under test */
    struct stint_arena arena;
    struct stint_random random;
    struct stint_instant start;
    struct stint_instant now;
    struct stint_tcp_flow flow; /* seen from the host */
    struct stint_handle listener;
    struct stint_handle socket;
    uint16_t mtu;
    uint32_t host_initial;   /* as the host's last SYN said */
    uint32_t peer_initial;   /* the peer's own choice */
    uint32_t timestamp_base; /* of the host's clock at the start */
    uint32_t timestamp_seen; /* the last the host sent */
    uint32_t written;        /* bytes of the stream that the host's owner wrote */
    uint32_t read;
    struct stint_tcp_reply reply;
    struct stint_tcp_segment sent;           /* the last segment of the host */
    struct stint_span taken[TCP_PEER_UNITS]; /* by others */
    uint32_t taken_count;
    uint8_t bytes[TCP_PEER_BYTES];
    struct stint_arena_unit units[TCP_PEER_UNITS];
    alignas(16) uint8_t records[TCP_PEER_RECORDS];
    alignas(16) uint8_t buffers[TCP_PEER_UNITS * TCP_PEER_UNIT];
};

/* A host 10.0.0.1 and a peer 10.0.0.2:4000 that have not met. Zeros in `limits` become 4
 * connections, 4 half-open, 4 TIME_WAIT, 2 listeners and buffers of 8192 bytes that begin as large
 * as they may become; NULL: all zeros. */
struct tcp_peer *peer_new(const struct stint_tcp_limits *limits);

/* The test is over: the host lets go of all it has, the peer stays silent, and within five minutes
 * no record, no buffer and no timer is in use. Frees the peer. */
void peer_end(struct tcp_peer *peer);

/* A segment of the peer arrives; what became of it. */
enum stint_drop peer_sends(struct tcp_peer *peer, const char *text);

/* The same with the expectation that it is taken. */
void peer_tells(struct tcp_peer *peer, const char *text);

/* From now on the peer is another one, on this port, with its own initial sequence number. */
void peer_becomes(struct tcp_peer *peer, uint16_t port);

/* The host sends this, now or after so many milliseconds of silence. */
void host_sends(struct tcp_peer *peer, const char *text);
void host_sends_after(struct tcp_peer *peer, int64_t milliseconds, const char *text);

/* The same for what small records do: they count time in ticks, and round up. */
enum { RECORD_TICK_MS = 17 };
void host_sends_a_tick_after(struct tcp_peer *peer, int64_t milliseconds, const char *text);

void host_is_silent(struct tcp_peer *peer);
void host_is_silent_for(struct tcp_peer *peer, int64_t milliseconds);

/* Time passes, whatever the host sends meanwhile is lost; how many segments that was. */
unsigned time_passes(struct tcp_peer *peer, int64_t milliseconds);

/* --- the owner of the host's sockets --- */

/* Listens on port 80; the peer connects to it. */
void host_listens(struct tcp_peer *peer, uint16_t backlog);
void host_accepts(struct tcp_peer *peer);

/* Connects from port 50000; nothing is sent yet. */
void host_connects(struct tcp_peer *peer);

void host_writes(struct tcp_peer *peer, uint32_t length);
void host_reads(struct tcp_peer *peer, uint32_t length);

/* What reading says when there is nothing to read, and writing when nothing is taken. */
enum stint_result host_read_result(struct tcp_peer *peer);
enum stint_result host_write_result(struct tcp_peer *peer);

/* Others take the host's memory for buffers, all but `left` bytes, and give it back. */
void memory_is_taken(struct tcp_peer *peer, uint32_t left);
void memory_is_given_back(struct tcp_peer *peer);

void host_closes(struct tcp_peer *peer);
void host_shuts_down(struct tcp_peer *peer);
void host_aborts(struct tcp_peer *peer);

/* Options of the socket, to be changed in place and then set. */
struct stint_tcp_options_set host_options(struct tcp_peer *peer);
void host_sets(struct tcp_peer *peer, const struct stint_tcp_options_set *options);

/* --- beginnings --- */

/* The host connects, the peer answers 100 ms later with `syn_ack` ("S. 0:0 ack 1 ..."): 300 ms
 * of retransmission timeout. */
void host_is_connected(struct tcp_peer *peer, const char *syn_ack);

/* The peer connects with `syn` ("S 0:0 ..."), its ACK says `window`, and the host accepts. */
void peer_is_connected(struct tcp_peer *peer, const char *syn, uint16_t window);

/* --- looking --- */

struct stint_tcp_status peer_status(struct tcp_peer *peer);

/* The state of the connection with the peer, whoever owns it; CLOSED when there is no record. */
void host_is_in(struct tcp_peer *peer, enum stint_tcp_state state);

#endif

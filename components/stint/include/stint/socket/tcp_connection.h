/* The records of TCP: what is remembered of a connection, of a handshake, of a closed connection,
 * of a listener. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_SOCKET_TCP_CONNECTION_H
#define STINT_SOCKET_TCP_CONNECTION_H

#include "stint/base/result.h"
#include "stint/base/time.h"
#include "stint/socket/congestion.h"
#include "stint/socket/tcp_demux.h"
#include "stint/socket/tcp_round_trip.h"
#include "stint/storage/assembler.h"
#include "stint/storage/id_queue.h"
#include "stint/storage/ring.h"
#include "stint/wire/tcp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* RFC 9293 3.3.2. LISTEN is a listener, SYN-RECEIVED after a passive open a half-open record. */
enum stint_tcp_state {
    STINT_TCP_CLOSED,
    STINT_TCP_SYN_SENT,
    STINT_TCP_SYN_RECEIVED,
    STINT_TCP_ESTABLISHED,
    STINT_TCP_FIN_WAIT_1,
    STINT_TCP_FIN_WAIT_2,
    STINT_TCP_CLOSE_WAIT,
    STINT_TCP_CLOSING,
    STINT_TCP_LAST_ACK,
    STINT_TCP_TIME_WAIT,
};

/* "ESTABLISHED" and so on. */
const char *stint_tcp_state_name(enum stint_tcp_state state);

/* What both ends agreed on in the handshake. */
struct stint_tcp_agreement {
    uint16_t segment;             /* largest payload to send, before options */
    uint8_t send_window_scale;    /* of windows the peer advertises */
    uint8_t receive_window_scale; /* of windows we advertise */
    bool window_scale;
    bool timestamps;
    bool sack;
};

/* Sending (RFC 9293 3.3.1). Sequence space: acknowledged | unacknowledged | queued, in that order.
 */
struct stint_tcp_sender {
    struct stint_ring ring;                /* from `unacknowledged` on: sent and queued bytes */
    struct stint_sequence unacknowledged;  /* SND.UNA */
    struct stint_sequence next;            /* SND.NXT: one past the highest ever sent */
    struct stint_sequence cursor;          /* what is sent next: behind `next` while going back */
    struct stint_sequence window_sequence; /* SND.WL1 */
    struct stint_sequence window_acknowledgment; /* SND.WL2 */
    uint32_t window;                             /* SND.WND, scaled */
    uint32_t window_maximum;                     /* largest ever advertised */
    struct stint_sequence
        recover;              /* RFC 6582: end of what was outstanding when loss was detected */
    uint8_t duplicates;       /* duplicate acknowledgments in a row */
    uint8_t retransmits;      /* timeouts in a row without progress */
    uint8_t probes;           /* window or keep-alive probes in a row without an answer */
    bool recovering;          /* in fast recovery */
    bool retransmit_first;    /* the segment at `unacknowledged` is due again */
    bool probe;               /* a window or keep-alive probe is due */
    bool fin_queued;          /* FIN follows the last byte of the ring */
    bool reset;               /* RST is due, after which the record is free */
    uint32_t recovery_credit; /* bytes that duplicate acknowledgments say have left the network */
};

/* Receiving (RFC 9293 3.3.1). */
struct stint_tcp_receiver {
    struct stint_ring ring;       /* bytes in order, not yet read; beyond its end, out of order */
    struct stint_sequence next;   /* RCV.NXT */
    struct stint_sequence edge;   /* RCV.NXT + RCV.WND as last advertised: never moves back */
    struct stint_sequence latest; /* in the range that grew last: reported first (RFC 2018 4) */
    struct stint_sequence last_acknowledged; /* Last.ACK.sent of RFC 7323 */
    struct stint_sequence fin;               /* the peer's FIN, when fin_known */
    uint32_t recent_timestamp;               /* TS.Recent */
    uint16_t full_segment; /* the longest payload seen: what the peer calls a full segment */
    uint16_t segments_unacknowledged; /* full segments since the last ACK was sent */
    uint8_t acknowledgments_due; /* how many ACKs go out now: duplicates are counted by the peer */
    bool delayed;                /* an ACK is due when the delay ends */
    bool fin_known;
    bool fin_received;                /* FIN is in order: nothing follows `next` */
    struct stint_assembler assembler; /* which bytes beyond the ring's end are there */
};

struct stint_tcp_connection {
    struct stint_tcp_flow flow;
    struct stint_tcp_sender sender;
    struct stint_tcp_receiver receiver;
    struct stint_tcp_agreement agreement;
    struct stint_tcp_round_trip round_trip;
    struct stint_congestion congestion;
    uintptr_t owner;
    uint32_t timestamp_offset; /* RFC 7323 5.4 */
    uint32_t retransmitted;    /* segments, for reports */
    uint16_t generation;
    uint16_t path_mtu;
    uint16_t listener;  /* whose accept queue it waits in, or STINT_ID_NONE */
    uint8_t state;      /* enum stint_tcp_state */
    uint8_t failure;    /* enum stint_result: what ended it */
    uint8_t soft_error; /* enum stint_result: what ICMP reported, told when it ends in a timeout */
    bool in_use;
    bool orphan; /* closed by its owner */
    bool no_delay;
    bool cork;
    bool keep_alive;
    uint8_t keep_alive_count;
    uint8_t traffic_class;
    uint8_t time_to_live;
    uint8_t receive_order;    /* what is not read yet holds at most 2^receive_order bytes */
    bool window_filled;       /* the peer sent all that its window allowed, since the last growth */
    uint32_t keep_alive_idle; /* milliseconds, like the next two */
    uint32_t keep_alive_interval;
    uint32_t user_timeout;               /* 0: the default */
    struct stint_instant heard_at;       /* the last segment from the peer */
    struct stint_instant progress_at;    /* since when sent data has waited for an acknowledgment */
    struct stint_instant sent_at;        /* the last data sent */
    struct stint_instant retransmit_at;  /* retransmission or window probe */
    struct stint_instant acknowledge_at; /* delayed ACK */
    struct stint_instant linger_at;      /* the end of FIN_WAIT_2, TIME_WAIT, or of an orphan */
    struct stint_instant challenge_at;   /* no further challenge ACK before */
};

/* Where the streams of a flow stand, as far as an ACK says it. */
struct stint_tcp_ends {
    struct stint_tcp_flow flow;
    struct stint_sequence send_next;    /* SND.NXT */
    struct stint_sequence receive_next; /* RCV.NXT */
    uint32_t recent_timestamp;          /* TS.Recent */
};

/* A handshake on the passive side: no buffers, no socket, and nothing that can be found again. */
struct stint_tcp_half_open {
    struct stint_tcp_ends ends; /* both one past the SYN */
    uint16_t retransmit_at;     /* ticks (tcp_internal.h) */
    uint16_t segment;           /* agreed on */
    uint16_t path_mtu;
    uint8_t send_window_scale;
    unsigned attempts : 4; /* SYN-ACKs sent */
    bool window_scale : 1;
    bool timestamps : 1;
    bool sack : 1;
    bool in_use : 1;
};

/* A closed connection that must still answer (RFC 9293 3.6.1, RFC 6191). */
struct stint_tcp_time_wait {
    struct stint_tcp_ends ends;
    uint16_t expires_at; /* ticks (tcp_internal.h) */
    uint16_t window;
    bool timestamps;
    bool in_use;
};

struct stint_tcp_listener {
    struct stint_endpoint local;
    struct stint_id_queue accepted; /* connections to be accepted, over links of the TCP instance */
    uintptr_t owner;
    uint16_t generation;
    uint16_t backlog;
    uint16_t half_open; /* handshakes under way */
    bool in_use;
};

#ifdef __cplusplus
}
#endif

#endif

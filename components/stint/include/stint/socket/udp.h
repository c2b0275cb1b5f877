/* UDP sockets (RFC 768, RFC 1122 4.1).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * No call blocks and none sends: a datagram is queued and sent by the next poll.
 */
#ifndef STINT_SOCKET_UDP_H
#define STINT_SOCKET_UDP_H

#include "stint/base/drop.h"
#include "stint/base/random.h"
#include "stint/base/result.h"
#include "stint/socket/datagrams.h"
#include "stint/socket/event.h"
#include "stint/storage/arena.h"
#include "stint/storage/carve.h"
#include "stint/storage/id_queue.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_udp_limits {
    uint16_t sockets;
    uint32_t receive_buffer; /* bytes for each socket, a power of two */
    uint32_t send_buffer;    /* bytes for each socket, a power of two */
};

struct stint_udp_socket {
    struct stint_endpoint local;  /* port 0: not bound */
    struct stint_endpoint remote; /* port 0: not connected */
    struct stint_datagrams datagrams;
    uintptr_t owner;
    enum stint_result failure; /* an ICMP error for a connected socket, until it is told */
    uint16_t generation;       /* 0: never used */
    bool in_use; /* has an owner; a closed socket is kept until what it had queued is sent */
    bool reuse_address;
    bool broadcast;        /* may send to broadcast addresses */
    bool multicast_silent; /* what it sends to groups is not for sockets of this stack */
    uint8_t traffic_class;
    uint8_t time_to_live;        /* 0: the stack's default */
    uint8_t multicast_hops;      /* time to live of what it sends to groups; 1 at first, never 0 */
    uint8_t multicast_interface; /* 1 + the interface over which that goes; 0: by the route */
    uint16_t memberships;        /* groups that it joined: the stack's count */
};

static inline bool stint_udp_is_connected(const struct stint_udp_socket *socket)
{
    return socket->remote.port != 0;
}

struct stint_udp {
    struct stint_udp_limits limits;
    struct stint_random *random; /* ports */
    struct stint_arena *arena;
    struct stint_udp_socket *sockets;
    struct stint_id_queue free;
    struct stint_id_queue ready;   /* sockets with datagrams to send */
    struct stint_id_queue changed; /* sockets with an event */
    bool members_closed;           /* a socket that was in groups is gone: the stack leaves them */
    uint32_t datagrams_received;
    uint32_t datagrams_sent;
};

/* Carves what the limits ask for; `random` and `arena` are borrowed. STINT_INVALID for limits that
 * cannot work, STINT_EXHAUSTED when the memory does not suffice. */
enum stint_result stint_udp_init(struct stint_udp *udp, const struct stint_udp_limits *limits,
    struct stint_random *random, struct stint_arena *arena, struct stint_carve *carve);

/* A socket, not bound yet. STINT_EXHAUSTED: no record or no memory for its buffers. */
enum stint_result stint_udp_open(
    struct stint_udp *udp, uintptr_t owner, struct stint_handle *socket);

/* Binds to a local endpoint: an unspecified address means any of ours
 * (stint_address_covers() says of which families), port 0 a random free one (RFC
 * 6056). STINT_ADDRESS_IN_USE unless both sockets allow reuse; STINT_WRONG_STATE when it is bound;
 * STINT_EXHAUSTED when no port is free. */
enum stint_result stint_udp_bind(
    struct stint_udp *udp, struct stint_handle socket, const struct stint_endpoint *local);

/* Fixes the peer: only its datagrams are received, and it is where stint_udp_send() goes without a
 * destination. Port 0 dissolves. An unbound socket gets a port; the bound address is kept.
 * STINT_INVALID: no address; STINT_EXHAUSTED: no port is free. */
enum stint_result stint_udp_connect(
    struct stint_udp *udp, struct stint_handle socket, const struct stint_endpoint *remote);

/* Queues a datagram to `destination`, or to the connected peer when it is NULL. STINT_WOULD_BLOCK:
 * the queue is full; STINT_TOO_LONG: it could never fit; STINT_WRONG_STATE: no destination, or
 * 255.255.255.255 without the broadcast option; STINT_INVALID: a destination without address or
 * port; STINT_EXHAUSTED: an unbound socket, and no port is free; and the ICMP error of an earlier
 * datagram, once. */
enum stint_result stint_udp_send(struct stint_udp *udp, struct stint_handle socket,
    const struct stint_endpoint *destination, struct stint_view payload);

/* The same in two steps, for a payload that is put together in place: room for `length` bytes, with
 * the results of stint_udp_send(), and then the datagram taken in as the room was filled. Nothing
 * else may be done with the socket in between. */
enum stint_result stint_udp_prepare(struct stint_udp *udp, struct stint_handle socket,
    const struct stint_endpoint *destination, size_t length, struct stint_span *payload);
void stint_udp_commit(struct stint_udp *udp, struct stint_handle socket, size_t length);

/* Takes the oldest datagram. `*length` is its full length, which may exceed what was copied into
 * `into` (the rest is lost). With `peek` it stays queued. STINT_WOULD_BLOCK, or an ICMP error,
 * once. */
enum stint_result stint_udp_receive(struct stint_udp *udp, struct stint_handle socket,
    struct stint_span into, bool peek, struct stint_datagram_info *info, size_t *length);

/* The socket's record, to look at and to set its options (reuse_address, broadcast, traffic_class,
 * time_to_live, multicast_hops, multicast_interface, multicast_silent, owner); NULL for a stale
 * handle. */
struct stint_udp_socket *stint_udp_get(struct stint_udp *udp, struct stint_handle socket);

/* The handle is void at once. Datagrams still queued to be sent are, and then the rest of the
 * memory goes back. */
enum stint_result stint_udp_close(struct stint_udp *udp, struct stint_handle socket);

/* The oldest datagram, in place until stint_packet_queue_pop() of the queue or the next poll.
 * Results as stint_udp_receive(). */
enum stint_result stint_udp_front(struct stint_udp *udp, struct stint_handle socket,
    const struct stint_datagram_info **info, struct stint_view *payload);

/* The socket about which something changed longest ago: a datagram or an error arrived, or there is
 * more room to send. False when there is none. */
bool stint_udp_next_event(struct stint_udp *udp, struct stint_socket_event *event);

/* --- for the stack --- */

/* Delivers a datagram that arrived: to the socket that matches most closely (connected, then bound
 * to the address, then to the port), or with a group or broadcast destination to every one that
 * matches. STINT_DROP_UDP_PORT, STINT_DROP_UDP_FULL. */
enum stint_drop stint_udp_deliver(struct stint_udp *udp, const struct stint_datagram_info *info,
    struct stint_view payload, bool to_group);

/* An ICMP error about a datagram from `local` to `remote`. True when it concerns a connected
 * socket, which was told. */
bool stint_udp_take_error(struct stint_udp *udp, const struct stint_endpoint *local,
    const struct stint_endpoint *remote, enum stint_result error);

/* What a socket offers to send, borrowed until stint_udp_sent(). */
struct stint_udp_offer {
    const struct stint_datagram_info *info; /* source address unspecified: the stack chooses */
    struct stint_view payload;
    bool broadcast; /* may go to a broadcast address */
};

/* The oldest datagram of the socket that has waited longest; false when there is none. */
bool stint_udp_next_offer(const struct stint_udp *udp, struct stint_udp_offer *offer);

/* The offered datagram was taken by a device (or dropped for a reason that was counted); the next
 * socket has its turn. */
void stint_udp_sent(struct stint_udp *udp);

/* The offered datagram cannot be sent now: the next socket has its turn, this one comes again. */
void stint_udp_pass(struct stint_udp *udp);

#ifdef __cplusplus
}
#endif

#endif

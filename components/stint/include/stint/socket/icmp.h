/* ICMP echo sockets: what ping needs (RFC 792).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A socket owns an identifier. Beside that it is a datagram socket like those of UDP, in a table of
 * its own: its port is the identifier, its payload the sequence number and the data.
 */
#ifndef STINT_SOCKET_ICMP_H
#define STINT_SOCKET_ICMP_H

#include "stint/socket/udp.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_icmp_limits {
    uint16_t sockets;
    uint32_t buffer; /* bytes for each direction of each socket, a power of two */
};

struct stint_icmp {
    struct stint_udp echoes;
};

/* Carves what the limits ask for; `random` and `arena` are borrowed. STINT_INVALID for limits that
 * cannot work, STINT_EXHAUSTED when the memory does not suffice. */
enum stint_result stint_icmp_init(struct stint_icmp *icmp, const struct stint_icmp_limits *limits,
    struct stint_random *random, struct stint_arena *arena, struct stint_carve *carve);

/* A socket with a random identifier that no other has. STINT_EXHAUSTED: no record or no memory for
 * its buffers. */
enum stint_result stint_icmp_open(
    struct stint_icmp *icmp, uintptr_t owner, struct stint_handle *socket);

/* Takes another identifier, from 1 up. STINT_ADDRESS_IN_USE: another socket has it. */
enum stint_result stint_icmp_set_identifier(
    struct stint_icmp *icmp, struct stint_handle socket, uint16_t identifier);

/* Queues an echo request. STINT_WOULD_BLOCK, STINT_TOO_LONG, STINT_INVALID: no destination. */
enum stint_result stint_icmp_send_echo(struct stint_icmp *icmp, struct stint_handle socket,
    const struct stint_address *destination, uint16_t sequence, struct stint_view data);

/* Takes the oldest echo reply. `*length` is the full length of its data, which may exceed what was
 * copied into `into` (the rest is lost). STINT_WOULD_BLOCK. */
enum stint_result stint_icmp_receive_echo(struct stint_icmp *icmp, struct stint_handle socket,
    struct stint_span into, struct stint_datagram_info *info, uint16_t *sequence, size_t *length);

/* The socket's record, to look at (local.port is the identifier) and to set its options
 * (time_to_live, owner); NULL for a stale handle. */
struct stint_udp_socket *stint_icmp_get(struct stint_icmp *icmp, struct stint_handle socket);

/* Requests still queued are dropped. */
enum stint_result stint_icmp_close(struct stint_icmp *icmp, struct stint_handle socket);

/* As stint_udp_next_event(). */
bool stint_icmp_next_event(struct stint_icmp *icmp, struct stint_socket_event *event);

/* --- for the stack --- */

/* Delivers an echo reply: the ports of `info` are its identifier, `payload` is what follows the
 * identifier. STINT_DROP_ICMP_REPLY, STINT_DROP_ICMP_FULL. */
enum stint_drop stint_icmp_deliver(
    struct stint_icmp *icmp, const struct stint_datagram_info *info, struct stint_view payload);

struct stint_icmp_offer {
    const struct stint_datagram_info *info; /* borrowed, as the data, until stint_icmp_sent() */
    uint16_t sequence;
    struct stint_view data;
};

/* Offer, sent, pass: as in socket/udp.h. */
bool stint_icmp_next_offer(const struct stint_icmp *icmp, struct stint_icmp_offer *offer);
void stint_icmp_sent(struct stint_icmp *icmp);
void stint_icmp_pass(struct stint_icmp *icmp);

#ifdef __cplusplus
}
#endif

#endif

/* What a descriptor stands for, and how tasks wait for it: private to the sockets layer.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Every function here is called with the lock held, and only those named sleep give it up.
 */
#ifndef STINT_STINT_SOCKETS_ENTRY_H
#define STINT_STINT_SOCKETS_ENTRY_H

#include "stint_sockets/sockets.h"

enum stint_entry_kind {
    STINT_ENTRY_FREE,
    STINT_ENTRY_STREAM, /* a stream without a TCP socket yet, or no more: perhaps bound */
    STINT_ENTRY_LISTENER,
    STINT_ENTRY_CONNECTION, /* from connect() or accept() on, whatever becomes of it */
    STINT_ENTRY_DATAGRAM,
    STINT_ENTRY_ECHO,
    STINT_ENTRY_LINGERING, /* a connection whose descriptor is closed: a task waits in close() */
};

/* A task inside a blocking call, in the list of the entry that it waits for. */
struct stint_sockets_sleeper {
    struct stint_waiter waiter;
    struct stint_sockets_sleeper *next;
    unsigned wanted; /* enum stint_readiness: wakes it */
};

/* The list of sleepers and the count of selectors belong to the number, not to what it stands for:
 * they outlive a close, so that whoever slept can withdraw. */
struct stint_sockets_entry {
    struct stint_sockets_sleeper *sleepers;
    uint32_t selected;          /* how often tasks inside stint_poll() name this descriptor */
    uint32_t generation;        /* counts the closes: tells who slept that its descriptor is gone */
    struct stint_handle handle; /* of the stack's socket */
    struct stint_endpoint local;           /* of a stream: what bind() fixed; port 0: not bound */
    struct stint_endpoint remote;          /* of a datagram or echo socket: what connect() fixed */
    struct stint_tcp_options_set options;  /* of every kind, as far as it has them */
    struct stint_duration receive_timeout; /* 0: none */
    struct stint_duration send_timeout;
    int32_t linger;    /* seconds, -1: off */
    uint8_t kind;      /* enum stint_entry_kind */
    uint8_t family;    /* enum stint_socket_family */
    uint8_t type;      /* enum stint_socket_type */
    uint8_t interface; /* STINT_OPTION_INTERFACE */
    uint8_t multicast_hops;
    uint8_t multicast_interface;
    uint8_t error; /* enum stint_error that is pending and that the stack does not know of */
    bool nonblocking;
    bool reuse_address;
    bool reuse_port;
    bool broadcast;
    bool multicast_loop;
    bool ipv6_only;
    bool shut_read;
    bool shut_write;
    bool connecting;   /* connect() has not yet said how it ended */
    bool failure_told; /* what ended the connection was told to the application */
    bool end_told;     /* a read has said that the stream is at its end */
    bool more;         /* corked by STINT_MSG_MORE */
};

/* --- entries (sockets.c) --- */

/* The entry of an open descriptor, or NULL. */
struct stint_sockets_entry *stint_entry_find(const struct stint_sockets *sockets, int descriptor);

/* Takes the lock, which the caller gives up in any case, and finds. */
struct stint_sockets_entry *stint_entry_lock(struct stint_sockets *sockets, int descriptor);

int stint_entry_descriptor(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry);

/* The owner value of the entry's socket. */
uintptr_t stint_entry_owner(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry);

/* A new entry with default options, or NULL when all are in use. */
struct stint_sockets_entry *stint_entry_open(struct stint_sockets *sockets,
    enum stint_entry_kind kind, enum stint_socket_family family, enum stint_socket_type type);

/* Tells everybody who waits for the descriptor that it is closed; from now on nobody finds it. */
void stint_entry_depart(struct stint_sockets *sockets, struct stint_sockets_entry *entry);

/* Gives the number back, after stint_entry_depart() or when nobody has seen it yet. */
void stint_entry_release(struct stint_sockets *sockets, struct stint_sockets_entry *entry);

/* The readiness may have changed: wakes who waited for it. */
void stint_entry_changed(struct stint_sockets *sockets, struct stint_sockets_entry *entry);

/* --- waiting (sockets.c) --- */

/* What wakes a task that waits to read, to write, and for all that was queued to arrive. */
enum {
    STINT_WAKES_READER = STINT_READABLE | STINT_READ_HANGUP | STINT_HANGUP | STINT_ERROR,
    STINT_WAKES_WRITER = STINT_WRITABLE | STINT_HANGUP | STINT_ERROR,
    STINT_WAKES_LINGERER = STINT_HANGUP,
};

/* When a call that began now gives up: never for a timeout below 0, at once for 0. */
struct stint_instant stint_sockets_deadline(
    const struct stint_sockets *sockets, struct stint_duration timeout);

/* The same for a blocking call, where a timeout of 0 is none. */
struct stint_instant stint_entry_deadline(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, struct stint_duration timeout, unsigned flags);

/* Sleeps until the readiness changes to one of `wanted`. EAGAIN: the deadline has come. EBADF: the
 * descriptor was closed, the entry is no longer the caller's. Try first and then sleep: no change
 * is missed, because the lock is held in between. */
enum stint_error stint_entry_sleep(struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    unsigned wanted, struct stint_instant deadline);

/* Sleeps until signalled (true), until the deadline, or until `*stop`; `stop` may be NULL. */
bool stint_sockets_sleep(struct stint_sockets *sockets, struct stint_waiter *waiter,
    struct stint_instant deadline, const volatile bool *stop);
void stint_sockets_signal(const struct stint_sockets *sockets, struct stint_waiter *waiter);

struct stint_instant stint_sockets_now(const struct stint_sockets *sockets);

/* Calls for a poll once the lock is given up: in any case, or when a call has left the stack
 * something to send. */
void stint_sockets_wake_poll(struct stint_sockets *sockets);
void stint_sockets_wake_poll_if_due(struct stint_sockets *sockets);

/* --- readiness and pending errors (readiness.c) --- */

unsigned stint_entry_readiness(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry);

/* How far a connection is; closed, and all zero, when the stack knows it no more. */
struct stint_tcp_progress stint_entry_progress(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry);

/* The same with all there is to know. */
struct stint_tcp_status stint_entry_status(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry);

/* True while the handshake goes on, when the peer will send nothing more, and when the connection
 * has come to its end both ways. */
bool stint_state_is_connecting(enum stint_tcp_state state);
bool stint_state_is_at_end(enum stint_tcp_state state);
bool stint_state_is_over(enum stint_tcp_state state);

/* The pending error, which is told once: from now on there is none. */
enum stint_error stint_entry_take_error(
    const struct stint_sockets *sockets, struct stint_sockets_entry *entry);

/* --- tasks inside stint_poll() and stint_select() (select.c) --- */

/* Wakes those that named the descriptor and asked for this readiness. */
void stint_selectors_wake(const struct stint_sockets *sockets, int descriptor, unsigned readiness);

/* Tells those that named the descriptor that it is closed. */
void stint_selectors_close(const struct stint_sockets *sockets, int descriptor);

/* --- addresses (names.c) --- */

/* Any address that a socket of this family may have: what it is bound to when nobody says. */
struct stint_address stint_entry_any(const struct stint_sockets_entry *entry);

/* 0, or why the socket cannot speak to or from the address: EAFNOSUPPORT when it is none of this
 * family, ENETUNREACH when it is IPv4's and the socket for IPv6 only. An unspecified one becomes
 * the family's own. */
enum stint_error stint_endpoint_fit(
    const struct stint_sockets_entry *entry, struct stint_endpoint *endpoint);

/* A local port for a stream that nobody else uses; 0 when there is none. */
uint16_t stint_stream_choose_port(
    const struct stint_sockets *sockets, const struct stint_address *local);

/* True when a stream must not have this local endpoint, seen what others have. */
bool stint_stream_conflicts(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_endpoint *local);

/* True for 255.255.255.255 and for the broadcast address of one of our subnets. */
bool stint_sockets_is_broadcast(
    const struct stint_sockets *sockets, const struct stint_address *address);

/* --- groups and interfaces (groups.c) --- */

enum { STINT_MULTICAST_HOPS_DEFAULT = 1 }; /* RFC 3493 5.2 */

/* 0: any. ENODEV; EOPNOTSUPP: there are several. */
enum stint_error stint_entry_set_interface(
    const struct stint_sockets *sockets, struct stint_sockets_entry *entry, int64_t value);

/* 0: by the route. ENODEV. */
enum stint_error stint_entry_set_multicast_interface(
    const struct stint_sockets *sockets, struct stint_sockets_entry *entry, int64_t interface);

/* --- options (options.c) --- */

/* Hands the entry's options to its connection, datagram or echo socket. */
void stint_entry_apply_options(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry);

/* --- moving bytes (stream.c, datagram.c): each tries once --- */

/* EOK: done. EAGAIN: there is more to do once the entry is ready. `*moved` counts the bytes of all
 * tries of one call. */
enum stint_error stint_stream_send(struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    const struct stint_message *message, unsigned flags, size_t *moved);
enum stint_error stint_stream_receive(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, const struct stint_message *message, unsigned flags,
    size_t *moved);

enum stint_error stint_datagram_send(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, const struct stint_message *message, size_t *moved);
enum stint_error stint_datagram_receive(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, struct stint_message *message, unsigned flags,
    size_t *moved);

enum stint_error stint_datagram_bind(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, const struct stint_endpoint *local);
enum stint_error stint_datagram_connect(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, const struct stint_endpoint *remote);

/* The queues of a datagram or echo socket. */
struct stint_datagrams *stint_entry_datagrams(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry);

/* Bytes of all pieces. */
size_t stint_message_length(const struct stint_message *message);

/* --- errors (errors.c) --- */

enum stint_error stint_error_of_result(enum stint_result result);

#endif

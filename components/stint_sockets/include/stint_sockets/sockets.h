/* BSD sockets over a stint stack: descriptors, blocking and non-blocking calls, from any task.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Descriptors are small numbers from 0 up, belonging to one instance. Every call returns a result
 * of 0 or more, or a negated enum stint_error. The one lock of the layer is taken by every call; a
 * blocked call sleeps until its condition or its deadline and never polls. close() from another
 * task wakes every waiter of the descriptor with STINT_EBADF. Addresses are struct stint_endpoint;
 * a shim knows its own sockaddr. A socket of IPv6 is one of IPv4 too, whose addresses are mapped
 * (RFC 3493 3.7), until STINT_OPTION_IPV6_ONLY says otherwise.
 */
#ifndef STINT_STINT_SOCKETS_SOCKETS_H
#define STINT_STINT_SOCKETS_SOCKETS_H

#include "stint/stack/stack.h"
#include "stint_sockets/errors.h"
#include "stint_sockets/wait.h"

#ifdef __cplusplus
extern "C" {
#endif

enum stint_socket_type {
    STINT_STREAM = 1,
    STINT_DATAGRAM,
    STINT_ECHO, /* ICMP echo: a message begins with a 16-bit sequence in network order, and is sent
                   in one piece; connect() fixes where to */
};

enum stint_socket_family {
    STINT_IPV4 = 4,
    STINT_IPV6 = 6,
};

/* What a descriptor is ready for. */
enum stint_readiness {
    STINT_READABLE = 1,    /* a read or an accept would not block */
    STINT_WRITABLE = 2,    /* a write would not block */
    STINT_READ_HANGUP = 4, /* the peer will send nothing more, or reading was shut down */
    STINT_HANGUP = 8,      /* both directions are at their end */
    STINT_ERROR = 16,      /* an error is pending: SO_ERROR tells and clears it */
    STINT_NOT_OPEN = 32,   /* not an open descriptor */
};

struct stint_sockets_entry;    /* private; see stint_sockets_memory_needed() */
struct stint_sockets_selector; /* private; on the stack of a task inside stint_poll() */
struct stint_resolver;         /* see resolve.h */

struct stint_sockets_config {
    struct stint_stack *stack; /* from now on touched only through this instance */
    const struct stint_wait_operations *wait;
    void *wait_context;
    uint16_t descriptors;     /* how many may be open, at most 65,000 */
    struct stint_span memory; /* stint_sockets_memory_needed() bytes, aligned to 8 */
    /* Optional: called with the lock held whenever the readiness of a descriptor may have changed
     * (a platform that mirrors it). */
    void (*readiness_changed)(void *context, int descriptor, unsigned readiness);
    void *readiness_context;
};

struct stint_sockets {
    struct stint_sockets_config config;
    struct stint_sockets_entry *entries;
    uint16_t none_free_below; /* descriptors */
    struct stint_sockets_selector *first_selector;
    struct stint_resolver *resolver; /* NULL: nobody asks for names */
    struct stint_instant (*poll_resolver)(struct stint_sockets *sockets, struct stint_instant now);
    uint16_t open;
    uint16_t open_high_water;
    bool poll_is_wanted; /* who gives up the lock next wakes it */
};

size_t stint_sockets_memory_needed(uint16_t descriptors);
enum stint_result stint_sockets_init(
    struct stint_sockets *sockets, const struct stint_sockets_config *config);

/* One poll of the stack under the lock, and the waking of whoever waited for what it brought.
 * Returns when to be called again. Called by one task only: the poll task. */
struct stint_instant stint_sockets_poll(struct stint_sockets *sockets, struct stint_instant now);

/* For code that must look at the stack itself, between the two (reports, tests). */
void stint_sockets_lock(struct stint_sockets *sockets);
void stint_sockets_unlock(struct stint_sockets *sockets);

/* --- descriptors --- */

/* A new descriptor. EAFNOSUPPORT, EPROTONOSUPPORT, EMFILE, ENOBUFS. */
int stint_socket(
    struct stint_sockets *sockets, enum stint_socket_family family, enum stint_socket_type type);

/* Whoever waits for the descriptor is told EBADF. What was sent still arrives, in the background,
 * or with STINT_OPTION_LINGER before the call returns; what did not in that time is reset. */
int stint_close(struct stint_sockets *sockets, int descriptor);

/* Port 0: a random one. EADDRNOTAVAIL for an address that is not ours. EADDRINUSE: another listens
 * there; without STINT_OPTION_REUSE_ADDRESS also when connections have the port, closed ones that
 * are remembered included. The port of STINT_ECHO is its identifier, from 1 up, and it has no
 * address of its own (EOPNOTSUPP). */
int stint_bind(struct stint_sockets *sockets, int descriptor, const struct stint_endpoint *local);

/* Binds to a random port when that was not done. A backlog below 1 is 1; listening again changes
 * nothing. */
int stint_listen(struct stint_sockets *sockets, int descriptor, int backlog);

/* A new descriptor for the oldest waiting connection; `remote` may be NULL. */
int stint_accept(struct stint_sockets *sockets, int descriptor, struct stint_endpoint *remote);

/* Connects; a blocking descriptor waits, a non-blocking one answers EINPROGRESS and becomes
 * writable. The next call tells once how it ended, and after a failure the descriptor is as new. A
 * datagram descriptor fixes its peer; an unspecified address with port 0 dissolves it. */
int stint_connect(
    struct stint_sockets *sockets, int descriptor, const struct stint_endpoint *remote);

/* Of a listener: STINT_SHUT_READ ends listening, who waits in accept is told EINVAL. A connect that
 * is under way is given up. */
enum stint_shutdown_how { STINT_SHUT_READ, STINT_SHUT_WRITE, STINT_SHUT_BOTH };
int stint_shutdown(struct stint_sockets *sockets, int descriptor, enum stint_shutdown_how how);

int stint_local_endpoint(
    struct stint_sockets *sockets, int descriptor, struct stint_endpoint *local);
int stint_remote_endpoint(
    struct stint_sockets *sockets, int descriptor, struct stint_endpoint *remote);
int stint_set_nonblocking(struct stint_sockets *sockets, int descriptor, bool nonblocking);

/* 1 or 0, or EBADF. */
int stint_is_nonblocking(struct stint_sockets *sockets, int descriptor);

/* Bytes that a read would give at once. */
int stint_readable_bytes(struct stint_sockets *sockets, int descriptor);

/* Family (enum stint_socket_family), type (enum stint_socket_type) of a descriptor; 1 from
 * is_listening for a listener. */
int stint_socket_family_of(struct stint_sockets *sockets, int descriptor);
int stint_socket_type_of(struct stint_sockets *sockets, int descriptor);
int stint_socket_is_listening(struct stint_sockets *sockets, int descriptor);

/* --- data --- */

enum stint_message_flags {
    STINT_MSG_DONTWAIT = 1,
    STINT_MSG_PEEK = 2,
    STINT_MSG_WAITALL = 4,
    STINT_MSG_MORE = 8,
    STINT_MSG_TRUNC = 16, /* receiving a datagram: return its full length */
};

/* A message in pieces, as sendmsg() and recvmsg() have it. */
struct stint_message {
    struct stint_endpoint *peer; /* may be NULL; received: set to the sender */
    struct stint_span *pieces;   /* sent: only read from */
    size_t piece_count;
    bool truncated;                   /* received: the datagram was longer than the pieces */
    struct stint_datagram_info *info; /* may be NULL; received: what else is known of a datagram */
};

/* Bytes sent; a stream may take fewer only when non-blocking or when interrupted by an error after
 * some. */
long stint_send_message(struct stint_sockets *sockets, int descriptor,
    const struct stint_message *message, unsigned flags);

/* Bytes received, 0 at the end of a stream. */
long stint_receive_message(
    struct stint_sockets *sockets, int descriptor, struct stint_message *message, unsigned flags);

long stint_send(
    struct stint_sockets *sockets, int descriptor, struct stint_view bytes, unsigned flags);
long stint_receive(
    struct stint_sockets *sockets, int descriptor, struct stint_span into, unsigned flags);

/* --- options --- */

enum stint_option {
    STINT_OPTION_REUSE_ADDRESS,   /* 0 or 1 */
    STINT_OPTION_REUSE_PORT,      /* 0 or 1; datagram sockets share a port as with REUSE_ADDRESS */
    STINT_OPTION_KEEP_ALIVE,      /* 0 or 1 */
    STINT_OPTION_KEEP_ALIVE_IDLE, /* seconds */
    STINT_OPTION_KEEP_ALIVE_INTERVAL, /* seconds */
    STINT_OPTION_KEEP_ALIVE_COUNT,
    STINT_OPTION_USER_TIMEOUT,    /* milliseconds */
    STINT_OPTION_NO_DELAY,        /* 0 or 1 */
    STINT_OPTION_CORK,            /* 0 or 1 */
    STINT_OPTION_MAXIMUM_SEGMENT, /* read only: bytes */
    STINT_OPTION_LINGER,          /* seconds, or -1 for off */
    STINT_OPTION_RECEIVE_TIMEOUT, /* microseconds; 0: none */
    STINT_OPTION_SEND_TIMEOUT,    /* microseconds; 0: none */
    STINT_OPTION_RECEIVE_BUFFER,  /* bytes; a hint, answers what is in force */
    STINT_OPTION_SEND_BUFFER,     /* bytes; a hint, answers what is in force */
    STINT_OPTION_ERROR,           /* read only: the pending enum stint_error, which is cleared */
    STINT_OPTION_BROADCAST,       /* 0 or 1 */
    STINT_OPTION_TRAFFIC_CLASS,   /* 0 to 255; -1: 0, the default */
    STINT_OPTION_TIME_TO_LIVE,    /* 1 to 255; -1: the default of the stack */
    STINT_OPTION_IPV6_ONLY,       /* 0 or 1; STINT_IPV6 alone, before it is bound */
    STINT_OPTION_INTERFACE,       /* 0: any, or 1 + the number of the only one to use. ENODEV: there
                                     is no such; EOPNOTSUPP: there are several, and a choice among
                                     them is not offered */
    /* Of what datagram sockets send to groups. */
    STINT_OPTION_MULTICAST_HOPS,      /* 1 to 255; -1: 1, the default */
    STINT_OPTION_MULTICAST_LOOP,      /* 0 or 1: members on this host hear it; 1 at first */
    STINT_OPTION_MULTICAST_INTERFACE, /* 0: by the route, or 1 + the number of one. ENODEV */
};

int stint_get_option(
    struct stint_sockets *sockets, int descriptor, enum stint_option option, int64_t *value);
int stint_set_option(
    struct stint_sockets *sockets, int descriptor, enum stint_option option, int64_t value);

/* --- groups (stint/stack/groups.h) --- */

/* Makes a datagram socket a member of a multicast group on an interface (1 + its number; 0: that of
 * the route to the group) until it leaves or is closed. EINVAL: no group, or none of a protocol
 * that the stack was given; EADDRINUSE: it is a member already; ENOBUFS: the stack's bound; ENODEV:
 * no such interface; ENOPROTOOPT: a stream. */
int stint_join_group(struct stint_sockets *sockets, int descriptor, unsigned interface,
    const struct stint_address *group);

/* EADDRNOTAVAIL: it is no member. */
int stint_leave_group(struct stint_sockets *sockets, int descriptor, unsigned interface,
    const struct stint_address *group);

/* 1 + the number of the interface that has the address; 0 when none has. */
unsigned stint_interface_of_address(
    struct stint_sockets *sockets, const struct stint_address *address);

/* An address of a family that an interface has (1 + its number); unspecified when it has none. */
struct stint_address stint_address_of_interface(
    struct stint_sockets *sockets, unsigned interface, enum stint_socket_family family);

/* --- waiting for several --- */

struct stint_poll_entry {
    int descriptor;  /* negative: ignored */
    unsigned wanted; /* enum stint_readiness */
    unsigned ready;  /* answer: of `wanted`, and HANGUP, ERROR, NOT_OPEN in any case */
};

/* Waits until at least one entry is ready or `timeout` has passed (negative: for ever, 0: only
 * looks). How many are ready. Costs no wake-up while nothing happens to the named descriptors. */
int stint_poll(struct stint_sockets *sockets, struct stint_poll_entry *entries, size_t count,
    struct stint_duration timeout);

/* The readiness of one descriptor now. */
unsigned stint_readiness_of(struct stint_sockets *sockets, int descriptor);

/* Sets of descriptors as select() has them: bit d of word d / 32. */
struct stint_descriptor_set {
    uint32_t *words;
    size_t word_count;
};

/* select(): each set may have no words. On return the sets hold what is ready. Uses no memory but
 * the sets: any number of descriptors. EBADF when a set names a closed one. */
int stint_select(struct stint_sockets *sockets, int descriptor_count,
    struct stint_descriptor_set *readable, struct stint_descriptor_set *writable,
    struct stint_descriptor_set *exceptional, struct stint_duration timeout);

/* As stint_select(), but ends at once, with what is ready by then or 0, when `*stop` is true: to be
 * set by another task or an interrupt, which then wakes the sleeping task by the means of its wait
 * port (see wait_freertos.h). */
int stint_select_until_stopped(struct stint_sockets *sockets, int descriptor_count,
    struct stint_descriptor_set *readable, struct stint_descriptor_set *writable,
    struct stint_descriptor_set *exceptional, struct stint_duration timeout,
    const volatile bool *stop);

#ifdef __cplusplus
}
#endif

#endif

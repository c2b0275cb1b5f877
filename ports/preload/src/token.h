/* The kernel descriptor under a socket: one end of a local socket pair, whose readiness follows the
 * stint socket's. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The program holds the inside end, so that the kernel's own poll, select and epoll just work; the
 * outside end is ours:
 *   readable     bytes lie in the inside end
 *   writable     one byte of the inside end lies in the outside end; a second makes it full
 *   read hangup  the outside end is shut down for writing
 *   hangup       ... and for reading
 *   error        the outside end is closed with that byte unread
 *
 * More readiness needs the outside end only and comes from any thread. Less needs the inside end,
 * and it comes from the program's own calls on it. Everything here is called with the sockets lock
 * held.
 */
#ifndef STINT_PRELOAD_TOKEN_H
#define STINT_PRELOAD_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

struct token {
    int outside;      /* -1: none, or closed to show an error */
    uint8_t bytes;    /* that make it readable */
    bool in_use;      /* the fields below mean something */
    bool may_hang_up; /* it has been connected: a fresh stream is no end of one */
    bool full;        /* not writable */
    bool read_ended;
    bool hung_up;
    bool failed;
};

/* The two ends of a new token; `inside` has the flags SOCK_NONBLOCK and SOCK_CLOEXEC of `flags`.
 * 0 or a negated errno. */
int token_make_ends(int flags, int *inside, int *outside);

/* Outside ends get numbers from here on, to leave the low ones to the program. */
void token_choose_outside_numbers(void);

void token_open(struct token *token, int outside, bool may_hang_up);

/* The outside end, which the caller closes; the token is not in use any more. */
int token_take(struct token *token);

/* Shows more readiness (enum stint_readiness). With `arrival` bytes have come: edge-triggered
 * epoll shall see it even when it was readable before. */
void token_add(struct token *token, unsigned readiness, bool arrival);

/* Shows that it is not readable, or not writable: what is added from here on is an edge. */
void token_begin_edges(struct token *token, bool readable, bool writable, int inside);

/* Shows less readiness; `inside` is a descriptor of the inside end. */
void token_remove(struct token *token, unsigned readiness, int inside);

/* Wakes whoever sleeps on the inside end. */
void token_wake(const struct token *token);

#endif

/* The kernel descriptor under a socket, whose readiness follows the stint socket's.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "token.h"

#include "calls.h"
#include "stint_sockets/sockets.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>

enum {
    BYTES_AT_MOST = 8, /* edges that an edge-triggered reader can miss at once */
    HIGHEST_OUTSIDE_NUMBER = 65536,
};

static int lowest_outside_number = 3;

void token_choose_outside_numbers(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return;
    }
    const rlim_t before = limit.rlim_cur;
    if (before > HIGHEST_OUTSIDE_NUMBER) {
        lowest_outside_number = HIGHEST_OUTSIDE_NUMBER;
        return;
    }
    /* When it may be, the program keeps all its numbers and ours come above them. */
    limit.rlim_cur = before * 2 < limit.rlim_max ? before * 2 : limit.rlim_max;
    const bool raised = limit.rlim_cur > before && setrlimit(RLIMIT_NOFILE, &limit) == 0;
    lowest_outside_number = (int)(raised ? before : before / 2);
}

int token_make_ends(int flags, int *inside, int *outside)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | flags, 0, ends) != 0) {
        return -errno;
    }
    const int high = stint_real.fcntl(ends[1], F_DUPFD_CLOEXEC, lowest_outside_number);
    const int error = errno;
    stint_real.close(ends[1]);
    if (high < 0) {
        stint_real.close(ends[0]);
        return error == EINVAL ? -EMFILE : -error;
    }
    /* The kernel's smallest send buffer: two bytes, each in a buffer of its own, fill it for
     * poll(), and one does not. */
    const int least = 1;
    stint_real.setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &least, sizeof(least));
    stint_real.send(ends[0], "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    *inside = ends[0];
    *outside = high;
    return 0;
}

void token_open(struct token *token, int outside, bool may_hang_up)
{
    memset(token, 0, sizeof(*token));
    token->outside = outside;
    token->may_hang_up = may_hang_up;
    token->in_use = true;
}

int token_take(struct token *token)
{
    const int outside = token->outside;
    token->outside = -1;
    token->in_use = false;
    return outside;
}

static void add_end(struct token *token, unsigned readiness)
{
    if ((readiness & STINT_HANGUP) != 0 && (readiness & STINT_ERROR) != 0) {
        stint_real.close(token->outside);
        token->outside = -1;
        token->hung_up = true;
        token->failed = true;
    } else if ((readiness & STINT_HANGUP) != 0 && !token->hung_up) {
        stint_real.shutdown(token->outside, SHUT_RDWR);
        token->hung_up = true;
    } else if ((readiness & STINT_READ_HANGUP) != 0 && !token->read_ended) {
        stint_real.shutdown(token->outside, SHUT_WR);
        token->read_ended = true;
    }
}

static void add_byte(struct token *token, bool arrival)
{
    const bool shown = token->read_ended || token->hung_up; /* an end is readable for ever */
    if (!shown && (token->bytes == 0 || (arrival && token->bytes < BYTES_AT_MOST))) {
        stint_real.send(token->outside, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
        token->bytes++;
    }
}

static void add_room(struct token *token)
{
    if (token->full) {
        char byte = 0;
        stint_real.recv(token->outside, &byte, 1, MSG_DONTWAIT);
        token->full = false;
    }
}

void token_add(struct token *token, unsigned readiness, bool arrival)
{
    if (!token->in_use || token->outside < 0) {
        return;
    }
    /* The end first: that the stream is readable, and that it has ended, is one event. */
    if (token->may_hang_up) {
        add_end(token, readiness);
    }
    if (token->outside < 0) {
        return;
    }
    if ((readiness & (STINT_READABLE | STINT_ERROR)) != 0) {
        add_byte(token, arrival);
    }
    if ((readiness & STINT_WRITABLE) != 0) {
        add_room(token);
    }
}

static void take_bytes(struct token *token, int inside)
{
    if (token->bytes > 0) {
        char bytes[BYTES_AT_MOST];
        stint_real.recv(inside, bytes, sizeof(bytes), MSG_DONTWAIT);
        token->bytes = 0;
    }
}

static void fill(struct token *token, int inside)
{
    if (!token->full && !token->hung_up) {
        stint_real.send(inside, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
        token->full = true;
    }
}

void token_begin_edges(struct token *token, bool readable, bool writable, int inside)
{
    if (token->in_use && readable) {
        take_bytes(token, inside);
    }
    if (token->in_use && writable) {
        fill(token, inside);
    }
}

void token_remove(struct token *token, unsigned readiness, int inside)
{
    if (!token->in_use) {
        return;
    }
    if ((readiness & (STINT_READABLE | STINT_ERROR)) == 0) {
        take_bytes(token, inside);
    }
    if ((readiness & STINT_WRITABLE) == 0) {
        fill(token, inside);
    }
    if ((readiness & STINT_ERROR) == 0 && token->failed) {
        int error = 0;
        socklen_t length = sizeof(error);
        stint_real.getsockopt(inside, SOL_SOCKET, SO_ERROR, &error, &length);
        token->failed = false;
    }
}

void token_wake(const struct token *token)
{
    if (token->outside >= 0) {
        stint_real.shutdown(token->outside, SHUT_RDWR);
    }
}

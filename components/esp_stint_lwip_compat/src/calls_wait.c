/* Waiting for several: select and poll.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls_wait.h"

#include "calls.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The numbers from LWIP_SOCKET_OFFSET to FD_SETSIZE as bits of stint's descriptors. */
enum { SET_WORDS = (FD_SETSIZE - LWIP_SOCKET_OFFSET + 31) / 32 };

struct set {
    uint32_t words[SET_WORDS];
};

/* --- select --- */

static bool contains(const struct set *set, int descriptor)
{
    return (set->words[descriptor / 32] >> ((unsigned)descriptor % 32) & 1u) != 0;
}

/* False when the platform's set names a number that is not a socket's. */
static bool set_read(struct set *set, const fd_set *from, int limit)
{
    memset(set, 0, sizeof(*set));
    for (int fd = 0; from != NULL && fd < limit; fd++) {
        if (!FD_ISSET(fd, from)) {
            continue;
        }
        if (fd < LWIP_SOCKET_OFFSET) {
            return false;
        }
        const int descriptor = lwip_descriptor_of(fd);
        set->words[descriptor / 32] |= UINT32_C(1) << ((unsigned)descriptor % 32);
    }
    return true;
}

static void set_write(const struct set *set, fd_set *into, int limit)
{
    for (int fd = LWIP_SOCKET_OFFSET; into != NULL && fd < limit; fd++) {
        if (!contains(set, lwip_descriptor_of(fd))) {
            FD_CLR(fd, into);
        }
    }
}

/* NULL: for ever. */
static struct stint_duration duration_of(const struct timeval *timeout)
{
    if (timeout == NULL) {
        return stint_microseconds(-1);
    }
    const int64_t microseconds = (int64_t)timeout->tv_sec * 1000000 + timeout->tv_usec;
    return stint_microseconds(microseconds > 0 ? microseconds : 0);
}

int lwip_select_until_stopped(int limit, fd_set *readable, fd_set *writable, fd_set *exceptional,
    struct timeval *timeout, const volatile bool *stop)
{
    struct set sets[3];
    struct stint_descriptor_set neutral[3];
    fd_set *const given[3] = {readable, writable, exceptional};
    if (lwip_sockets() == NULL) {
        return (int)lwip_answer(-ENETDOWN);
    }
    if (limit < 0 || limit > FD_SETSIZE) {
        return (int)lwip_answer(-EINVAL);
    }
    for (unsigned i = 0; i < 3; i++) {
        if (!set_read(&sets[i], given[i], limit)) {
            return (int)lwip_answer(-EBADF);
        }
        neutral[i] = (struct stint_descriptor_set){sets[i].words, SET_WORDS};
    }
    const int count = limit > LWIP_SOCKET_OFFSET ? limit - LWIP_SOCKET_OFFSET : 0;
    const int ready = stint_select_until_stopped(
        lwip_sockets(), count, &neutral[0], &neutral[1], &neutral[2], duration_of(timeout), stop);
    for (unsigned i = 0; i < 3 && ready >= 0; i++) {
        set_write(&sets[i], given[i], limit);
    }
    return (int)lwip_answer_stint(ready);
}

int __wrap_lwip_select(
    int limit, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout)
{
    return lwip_select_until_stopped(limit, readable, writable, exceptional, timeout, NULL);
}

/* --- poll --- */

enum { POLLED_WITHOUT_HEAP = 8 };

static unsigned wanted_of(short events)
{
    return ((events & POLLIN) != 0 ? (unsigned)STINT_READABLE : 0) |
           ((events & POLLOUT) != 0 ? (unsigned)STINT_WRITABLE : 0);
}

static short events_of(unsigned ready)
{
    const int events = ((ready & STINT_READABLE) != 0 ? POLLIN : 0) |
                       ((ready & STINT_WRITABLE) != 0 ? POLLOUT : 0) |
                       ((ready & STINT_ERROR) != 0 ? POLLERR : 0) |
                       ((ready & STINT_HANGUP) != 0 ? POLLHUP : 0) |
                       ((ready & STINT_NOT_OPEN) != 0 ? POLLNVAL : 0);
    return (short)events;
}

static int poll_entries(
    struct pollfd *entries, size_t count, int milliseconds, struct stint_poll_entry *neutral)
{
    for (size_t i = 0; i < count; i++) {
        /* A number below the sockets' is none that is open; a negative one is passed over. */
        const int descriptor = lwip_descriptor_of(entries[i].fd);
        neutral[i] = (struct stint_poll_entry){
            .descriptor = descriptor < 0 && entries[i].fd >= 0 ? INT_MAX : descriptor,
            .wanted = wanted_of(entries[i].events),
        };
    }
    const int ready = stint_poll(lwip_sockets(), neutral, count,
        milliseconds < 0 ? stint_microseconds(-1) : stint_milliseconds(milliseconds));
    for (size_t i = 0; i < count; i++) {
        entries[i].revents = events_of(neutral[i].ready);
    }
    return ready;
}

int __wrap_lwip_poll(struct pollfd *entries, nfds_t count, int milliseconds)
{
    struct stint_poll_entry few[POLLED_WITHOUT_HEAP];
    if (lwip_sockets() == NULL) {
        return (int)lwip_answer(-ENETDOWN);
    }
    if ((entries == NULL) != (count == 0)) {
        return (int)lwip_answer(-EINVAL);
    }
    if (count <= POLLED_WITHOUT_HEAP) {
        return (int)lwip_answer_stint(poll_entries(entries, count, milliseconds, few));
    }
    struct stint_poll_entry *many = calloc(count, sizeof(*many));
    if (many == NULL) {
        return (int)lwip_answer(-ENOMEM);
    }
    const int ready = poll_entries(entries, count, milliseconds, many);
    free(many);
    return (int)lwip_answer_stint(ready);
}

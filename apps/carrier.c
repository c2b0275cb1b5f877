/* Carrying one connection.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "carrier.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static void reset_kernel(int kernel)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(kernel, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(kernel);
}

bool carrier_begin(struct carrier *carrier, struct stint_stack *stack, struct stint_instant now,
    int kernel, const struct stint_endpoint *target)
{
    *carrier = (struct carrier){.kernel = kernel};
    if (stint_stack_connect(stack, now, NULL, target, (uintptr_t)carrier, &carrier->device) !=
        STINT_OK) {
        reset_kernel(kernel);
        carrier->kernel = -1;
        return false;
    }
    return true;
}

void carrier_take_kernel_events(struct carrier *carrier, uint32_t events)
{
    carrier->kernel_readable |= (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) != 0;
    carrier->kernel_writable |= (events & (EPOLLOUT | EPOLLHUP)) != 0;
    carrier->kernel_failed |= (events & EPOLLERR) != 0;
}

void carrier_abort(struct carrier *carrier, struct stint_tcp *tcp, struct stint_instant now)
{
    stint_tcp_abort(tcp, now, carrier->device);
    reset_kernel(carrier->kernel);
    carrier->kernel = -1;
}

/* What a kernel call that moved nothing means: false when the client's side has failed. */
static bool may_go_on(void)
{
    return errno == EAGAIN || errno == EINTR;
}

/* From the client into the device's send buffer, as far as that has room. False when either side
 * failed. */
static bool move_up(struct carrier *carrier, struct stint_tcp *tcp)
{
    while (carrier->kernel_readable && !carrier->kernel_ended) {
        struct stint_ring_span room;
        const enum stint_result result = stint_tcp_room(tcp, carrier->device, &room);
        if (result == STINT_WOULD_BLOCK || result == STINT_EXHAUSTED) {
            return true;
        }
        if (result != STINT_OK) {
            return false;
        }
        const struct iovec pieces[2] = {
            {room.piece[0].bytes, room.piece[0].length},
            {room.piece[1].bytes, room.piece[1].length},
        };
        const ssize_t length = readv(carrier->kernel, pieces, 2);
        if (length < 0) {
            carrier->kernel_readable = false;
            return may_go_on();
        }
        carrier->kernel_ended = length == 0;
        const enum stint_result moved = length == 0
                                            ? stint_tcp_shutdown(tcp, carrier->device)
                                            : stint_tcp_put(tcp, carrier->device, (size_t)length);
        if (moved != STINT_OK) {
            return false;
        }
    }
    return true;
}

/* From the device's receive buffer to the client, as far as its socket has room. False when either
 * side failed. */
static bool move_down(struct carrier *carrier, struct stint_tcp *tcp)
{
    while (carrier->kernel_writable && !carrier->device_ended) {
        struct stint_ring_view bytes;
        const enum stint_result result = stint_tcp_readable(tcp, carrier->device, &bytes);
        if (result == STINT_WOULD_BLOCK) {
            return true;
        }
        if (result == STINT_END_OF_STREAM) {
            carrier->device_ended = true;
            return shutdown(carrier->kernel, SHUT_WR) == 0;
        }
        if (result != STINT_OK) {
            return false;
        }
        /* The kernel only reads from them. */
        struct iovec pieces[2] = {
            {(void *)(uintptr_t)bytes.piece[0].bytes, bytes.piece[0].length},
            {(void *)(uintptr_t)bytes.piece[1].bytes, bytes.piece[1].length},
        };
        const struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
        const ssize_t taken = sendmsg(carrier->kernel, &message, MSG_NOSIGNAL);
        if (taken < 0) {
            carrier->kernel_writable = false;
            return may_go_on();
        }
        stint_tcp_take(tcp, carrier->device, (size_t)taken);
    }
    return true;
}

void carrier_move(struct carrier *carrier, struct stint_tcp *tcp, struct stint_instant now)
{
    struct stint_tcp_status status;
    if (carrier->kernel_failed || stint_tcp_get_status(tcp, carrier->device, &status) != STINT_OK ||
        status.failure != STINT_OK) {
        carrier_abort(carrier, tcp, now);
        return;
    }
    if (!status.established) {
        return;
    }
    if (!move_up(carrier, tcp) || !move_down(carrier, tcp)) {
        carrier_abort(carrier, tcp, now);
        return;
    }
    if (carrier->kernel_ended && carrier->device_ended) {
        close(carrier->kernel);
        carrier->kernel = -1;
        stint_tcp_close(tcp, now, carrier->device);
    }
}

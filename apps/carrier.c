/* Carrying one connection.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "carrier.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 32 * 1024 };

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

/* From the client to the device, as far as the device has room. False when the client's side
 * failed. */
static bool move_up(struct carrier *carrier, struct stint_tcp *tcp, uint32_t room)
{
    uint8_t chunk[CHUNK];
    while (carrier->kernel_readable && !carrier->kernel_ended && room > 0) {
        const ssize_t length =
            recv(carrier->kernel, chunk, room < sizeof chunk ? room : sizeof chunk, MSG_DONTWAIT);
        if (length == 0) {
            carrier->kernel_ended = true;
            stint_tcp_shutdown(tcp, carrier->device);
        } else if (length < 0) {
            carrier->kernel_readable = false;
            return errno == EAGAIN || errno == EINTR;
        } else {
            size_t written = 0;
            stint_tcp_write(tcp, carrier->device, stint_view_of(chunk, (size_t)length), &written);
            if (written < (size_t)length) {
                return false;
            }
            room -= (uint32_t)written;
        }
    }
    return true;
}

/* From the device to the client, as far as the client's socket has room. False when either side
 * failed. */
static bool move_down(struct carrier *carrier, struct stint_tcp *tcp)
{
    uint8_t chunk[CHUNK];
    while (carrier->kernel_writable && !carrier->device_ended) {
        size_t length = 0;
        const enum stint_result result =
            stint_tcp_peek(tcp, carrier->device, stint_span_of(chunk, sizeof chunk), &length);
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
        const ssize_t taken = send(carrier->kernel, chunk, length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (taken < 0) {
            carrier->kernel_writable = false;
            return errno == EAGAIN || errno == EINTR;
        }
        stint_tcp_read(tcp, carrier->device, stint_span_of(chunk, (size_t)taken), &length);
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
    if (!move_up(carrier, tcp, status.writable) || !move_down(carrier, tcp)) {
        carrier_abort(carrier, tcp, now);
        return;
    }
    if (carrier->kernel_ended && carrier->device_ended) {
        close(carrier->kernel);
        carrier->kernel = -1;
        stint_tcp_close(tcp, now, carrier->device);
    }
}

/* Sending: every call becomes one message in pieces.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"
#include "lwip_address.h"
#include "pieces.h"
#include "raw.h"

static unsigned neutral_flags(int flags)
{
    return ((flags & MSG_MORE) != 0 ? (unsigned)STINT_MSG_MORE : 0) |
           ((flags & MSG_DONTWAIT) != 0 ? (unsigned)STINT_MSG_DONTWAIT : 0);
}

static long send_request(
    int descriptor, struct pieces *pieces, struct stint_message *message, unsigned flags)
{
    const int error = lwip_raw_request(descriptor, pieces);
    if (error != 0) {
        return error;
    }
    const long sent = stint_send_message(lwip_sockets(), descriptor, message, flags);
    return sent < 0 ? stint_platform_result(sent) : sent + LWIP_RAW_REQUEST_HEAD;
}

/* The address is a datagram's: a stream has its peer. */
static long send_pieces(
    int fd, struct pieces *pieces, int flags, const struct sockaddr *address, socklen_t length)
{
    struct stint_endpoint destination;
    struct stint_message message = {.pieces = pieces->spans, .piece_count = pieces->count};
    const int descriptor = lwip_descriptor_of(fd);
    const int type = stint_socket_type_of(lwip_sockets(), descriptor);
    if (type < 0) {
        return stint_platform_result(type);
    }
    if (type != STINT_STREAM && address != NULL) {
        const int error = lwip_address_read(address, length, &destination);
        if (error != 0) {
            return error;
        }
        message.peer = &destination;
    }
    if (type == STINT_ECHO) {
        return send_request(descriptor, pieces, &message, neutral_flags(flags));
    }
    return stint_platform_result(
        stint_send_message(lwip_sockets(), descriptor, &message, neutral_flags(flags)));
}

ssize_t __wrap_lwip_sendto(int fd, const void *bytes, size_t length, int flags,
    const struct sockaddr *address, socklen_t address_length)
{
    struct pieces pieces;
    if (lwip_sockets() == NULL) {
        return lwip_answer(-ENETDOWN);
    }
    pieces_of(&pieces, bytes, length);
    return lwip_answer(send_pieces(fd, &pieces, flags, address, address_length));
}

ssize_t __wrap_lwip_send(int fd, const void *bytes, size_t length, int flags)
{
    return __wrap_lwip_sendto(fd, bytes, length, flags, NULL, 0);
}

ssize_t __wrap_lwip_write(int fd, const void *bytes, size_t length)
{
    return __wrap_lwip_sendto(fd, bytes, length, 0, NULL, 0);
}

ssize_t __wrap_lwip_sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct pieces pieces;
    if (lwip_sockets() == NULL) {
        return lwip_answer(-ENETDOWN);
    }
    if (message == NULL) {
        return lwip_answer(-EINVAL);
    }
    if ((flags & ~(MSG_DONTWAIT | MSG_MORE | MSG_NOSIGNAL)) != 0) {
        return lwip_answer(-EOPNOTSUPP);
    }
    const int error = pieces_from(&pieces, message->msg_iov, (size_t)message->msg_iovlen);
    return lwip_answer(
        error != 0 ? error
                   : send_pieces(fd, &pieces, flags, message->msg_name, message->msg_namelen));
}

ssize_t __wrap_lwip_writev(int fd, const struct iovec *vectors, int count)
{
    const struct msghdr message = {
        .msg_iov = (struct iovec *)(uintptr_t)vectors, /* only read from */
        .msg_iovlen = pieces_count_of(count),
    };
    return __wrap_lwip_sendmsg(fd, &message, 0);
}

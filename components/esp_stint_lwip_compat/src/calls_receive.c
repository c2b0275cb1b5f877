/* Receiving: every call becomes one message in pieces.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"
#include "lwip_address.h"
#include "pieces.h"
#include "raw.h"

static unsigned neutral_flags(int flags)
{
    return ((flags & MSG_PEEK) != 0 ? (unsigned)STINT_MSG_PEEK : 0) |
           ((flags & MSG_DONTWAIT) != 0 ? (unsigned)STINT_MSG_DONTWAIT : 0) |
           ((flags & MSG_WAITALL) != 0 ? (unsigned)STINT_MSG_WAITALL : 0);
}

static bool is_stream(int descriptor)
{
    return stint_socket_type_of(lwip_sockets(), descriptor) == STINT_STREAM;
}

/* The message of a raw socket lies in one piece. */
static long receive_message(int descriptor, struct stint_message *message, unsigned flags)
{
    if (!lwip_is_raw(descriptor)) {
        return stint_receive_message(lwip_sockets(), descriptor, message, flags);
    }
    return message->piece_count != 1 ? -(long)STINT_EMSGSIZE
                                     : lwip_raw_receive(descriptor, message->pieces[0],
                                           message->peer, flags, &message->truncated);
}

/* Who sent it: of a stream, as lwIP has it, the peer of the connection. */
static void tell_sender(int descriptor, const struct stint_endpoint *sender,
    struct sockaddr *address, socklen_t *length)
{
    struct stint_endpoint peer = {0};
    if (address == NULL) {
        return;
    }
    if (is_stream(descriptor)) {
        (void)stint_remote_endpoint(lwip_sockets(), descriptor, &peer);
        sender = &peer;
    }
    lwip_address_write(sender, lwip_family_of(descriptor), address, length);
}

ssize_t __wrap_lwip_recvfrom(int fd, void *bytes, size_t length, int flags,
    struct sockaddr *address, socklen_t *address_length)
{
    if (lwip_sockets() == NULL) {
        return lwip_answer(-ENETDOWN);
    }
    const int descriptor = lwip_descriptor_of(fd);
    struct stint_endpoint sender = {0};
    struct stint_span piece = {(uint8_t *)bytes, length};
    struct stint_message message = {.peer = &sender, .pieces = &piece, .piece_count = 1};
    const long result = receive_message(descriptor, &message, neutral_flags(flags));
    if (result >= 0) {
        tell_sender(descriptor, &sender, address, address_length);
    }
    return lwip_answer_stint(result);
}

ssize_t __wrap_lwip_recv(int fd, void *bytes, size_t length, int flags)
{
    return __wrap_lwip_recvfrom(fd, bytes, length, flags, NULL, NULL);
}

ssize_t __wrap_lwip_read(int fd, void *bytes, size_t length)
{
    return __wrap_lwip_recvfrom(fd, bytes, length, 0, NULL, NULL);
}

/* A datagram's whole length is told, as lwIP does, with MSG_TRUNC when the pieces were short. */
static long receive_pieces(int descriptor, struct msghdr *message, int flags)
{
    struct pieces pieces;
    struct stint_endpoint sender = {0};
    const int error = pieces_from(&pieces, message->msg_iov, (size_t)message->msg_iovlen);
    if (error != 0) {
        return error;
    }
    struct stint_message neutral = {
        .peer = &sender, .pieces = pieces.spans, .piece_count = pieces.count};
    const long result =
        receive_message(descriptor, &neutral, neutral_flags(flags) | STINT_MSG_TRUNC);
    if (result >= 0) {
        message->msg_flags = neutral.truncated ? MSG_TRUNC : 0;
        message->msg_controllen = 0;
        if (!is_stream(descriptor)) {
            tell_sender(descriptor, &sender, message->msg_name, &message->msg_namelen);
        }
    }
    return stint_platform_result(result);
}

ssize_t __wrap_lwip_recvmsg(int fd, struct msghdr *message, int flags)
{
    if (lwip_sockets() == NULL) {
        return lwip_answer(-ENETDOWN);
    }
    if (message == NULL) {
        return lwip_answer(-EINVAL);
    }
    if ((flags & ~(MSG_PEEK | MSG_DONTWAIT | MSG_WAITALL)) != 0) {
        return lwip_answer(-EOPNOTSUPP);
    }
    return lwip_answer(receive_pieces(lwip_descriptor_of(fd), message, flags));
}

ssize_t __wrap_lwip_readv(int fd, const struct iovec *vectors, int count)
{
    struct msghdr message = {
        .msg_iov = (struct iovec *)(uintptr_t)vectors, /* only read from */
        .msg_iovlen = pieces_count_of(count),
    };
    return __wrap_lwip_recvmsg(fd, &message, 0);
}

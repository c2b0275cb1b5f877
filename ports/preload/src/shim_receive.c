/* Receiving: every call becomes one message in pieces.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "blocking.h"
#include "calls.h"
#include "linux_address.h"
#include "pieces.h"
#include "shim_echo.h"
#include "stint_sockets/platform_errno.h"
#include "table.h"
#include <errno.h>

struct received {
    struct stint_endpoint sender;
    bool has_sender; /* a datagram's */
    bool truncated;
};

static unsigned stint_flags_of(int flags)
{
    return STINT_MSG_DONTWAIT | ((flags & MSG_PEEK) != 0 ? (unsigned)STINT_MSG_PEEK : 0) |
           ((flags & MSG_TRUNC) != 0 ? (unsigned)STINT_MSG_TRUNC : 0);
}

/* Receives once, or until the pieces are full with MSG_WAITALL on a stream. */
static long receive_whole(
    int fd, int descriptor, struct pieces *pieces, int flags, struct received *received)
{
    if ((flags & MSG_OOB) != 0) {
        return -EINVAL;
    }
    if ((flags & MSG_ERRQUEUE) != 0) {
        return -EAGAIN; /* nothing is ever queued there */
    }
    const bool stream = stint_socket_type_of(shim_sockets(), descriptor) == STINT_STREAM;
    const bool all = stream && (flags & MSG_WAITALL) != 0 && (flags & MSG_PEEK) == 0;
    received->has_sender = !stream;
    long got = 0;
    for (;;) {
        struct stint_message message = {
            .peer = &received->sender,
            .pieces = pieces->spans,
            .piece_count = pieces->count,
        };
        const long result = stint_platform_result(
            stint_receive_message(shim_sockets(), descriptor, &message, stint_flags_of(flags)));
        received->truncated = message.truncated;
        if ((result < 0 || (stream && result < (long)pieces->length)) && (flags & MSG_PEEK) == 0) {
            shim_note_short_read();
        }
        if (result >= 0) {
            got += result;
            if (!all || result == 0 || (size_t)result >= pieces->length) {
                return got;
            }
            pieces_skip(pieces, (size_t)result);
            continue;
        }
        int failure = (int)result;
        if (failure == -EAGAIN && (flags & MSG_DONTWAIT) == 0) {
            failure = shim_wait_readable(fd, descriptor);
        }
        if (failure != 0) {
            return got > 0 ? got : failure;
        }
    }
}

static long receive_pieces(
    int fd, int descriptor, struct pieces *pieces, int flags, struct received *received)
{
    if (!shim_is_echo(descriptor)) {
        return receive_whole(fd, descriptor, pieces, flags, received);
    }
    uint8_t *head = shim_reserve_head(pieces);
    if (head == NULL) {
        return -EINVAL;
    }
    return shim_write_head(
        descriptor, head, receive_whole(fd, descriptor, pieces, flags & ~MSG_TRUNC, received));
}

ssize_t shim_recvfrom(int fd, void *bytes, size_t length, int flags, struct sockaddr *address,
    socklen_t *address_length)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.recvfrom(fd, bytes, length, flags, address, address_length);
    }
    struct pieces pieces;
    struct received received = {0};
    pieces_of(&pieces, bytes, length);
    const long result = receive_pieces(fd, descriptor, &pieces, flags, &received);
    if (result >= 0 && address != NULL && address_length != NULL) {
        if (received.has_sender) {
            linux_address_write(&received.sender, shim_family(descriptor), address, address_length);
        } else {
            *address_length = 0;
        }
    }
    return shim_answer(fd, descriptor, result);
}

ssize_t shim_recv(int fd, void *bytes, size_t length, int flags)
{
    return shim_recvfrom(fd, bytes, length, flags, NULL, NULL);
}

ssize_t shim_recvmsg(int fd, struct msghdr *message, int flags)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.recvmsg(fd, message, flags);
    }
    struct pieces pieces;
    struct received received = {0};
    long result = -EMSGSIZE;
    if (pieces_from(&pieces, message->msg_iov, message->msg_iovlen)) {
        result = receive_pieces(fd, descriptor, &pieces, flags, &received);
    }
    if (result >= 0) {
        message->msg_flags = received.truncated ? MSG_TRUNC : 0;
        message->msg_controllen = 0;
        if (received.has_sender && message->msg_name != NULL) {
            linux_address_write(&received.sender, shim_family(descriptor), message->msg_name,
                &message->msg_namelen);
        } else {
            message->msg_namelen = 0;
        }
    }
    return shim_answer(fd, descriptor, result);
}

int shim_recvmmsg(
    int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.recvmmsg(fd, messages, count, flags, timeout);
    }
    /* As on Linux, the timeout would end only a call that something arrives for: left out. */
    unsigned got = 0;
    for (; got < count; got++) {
        const bool wait = got == 0 || (flags & MSG_WAITFORONE) == 0;
        const int each = (flags & ~MSG_WAITFORONE) | (wait ? 0 : MSG_DONTWAIT);
        const ssize_t length = shim_recvmsg(fd, &messages[got].msg_hdr, each);
        if (length < 0) {
            break;
        }
        messages[got].msg_len = (unsigned)length;
    }
    const bool failed = got == 0 && count > 0;
    return (int)shim_answer(fd, descriptor, failed ? -errno : (long)got);
}

ssize_t shim_read(int fd, void *bytes, size_t length)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.read(fd, bytes, length);
    }
    struct pieces pieces;
    struct received received = {0};
    pieces_of(&pieces, bytes, length);
    return shim_answer(fd, descriptor, receive_pieces(fd, descriptor, &pieces, 0, &received));
}

ssize_t shim_readv(int fd, const struct iovec *vectors, int count)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.readv(fd, vectors, count);
    }
    struct pieces pieces;
    struct received received = {0};
    long result = -EINVAL;
    if (count >= 0 && pieces_from(&pieces, vectors, (size_t)count)) {
        result = receive_pieces(fd, descriptor, &pieces, 0, &received);
    }
    return shim_answer(fd, descriptor, result);
}

/* --- the fortified forms: the real ones end the program when `room` is too small --- */

ssize_t shim___read_chk(int fd, void *bytes, size_t length, size_t room)
{
    return length > room ? stint_real.__read_chk(fd, bytes, length, room)
                         : shim_read(fd, bytes, length);
}

ssize_t shim___recv_chk(int fd, void *bytes, size_t length, size_t room, int flags)
{
    return length > room ? stint_real.__recv_chk(fd, bytes, length, room, flags)
                         : shim_recv(fd, bytes, length, flags);
}

ssize_t shim___recvfrom_chk(int fd, void *bytes, size_t length, size_t room, int flags,
    struct sockaddr *address, socklen_t *address_length)
{
    return length > room
               ? stint_real.__recvfrom_chk(fd, bytes, length, room, flags, address, address_length)
               : shim_recvfrom(fd, bytes, length, flags, address, address_length);
}

/* Sending: every call becomes one message in pieces.
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
#include <limits.h>
#include <signal.h>
#include <unistd.h>

/* Sends once, or all of a stream's bytes when the descriptor blocks. */
static long send_whole(int fd, int descriptor, struct pieces *pieces,
    const struct stint_endpoint *destination, int flags)
{
    struct stint_endpoint peer = {0};
    if (destination != NULL) {
        peer = *destination;
    }
    const unsigned stint_flags = (flags & MSG_MORE) != 0 ? STINT_MSG_MORE : 0;
    long sent = 0;
    for (;;) {
        const struct stint_message message = {
            .peer = destination != NULL ? &peer : NULL,
            .pieces = pieces->spans,
            .piece_count = pieces->count,
        };
        const long result = stint_platform_result(stint_send_message(
            shim_sockets(), descriptor, &message, stint_flags | STINT_MSG_DONTWAIT));
        if (result >= 0) {
            sent += result;
            if ((size_t)result >= pieces->length) {
                return sent;
            }
            pieces_skip(pieces, (size_t)result);
            continue;
        }
        int failure = (int)result;
        if (failure == -EAGAIN) {
            shim_note_short_write();
        }
        if (failure == -EAGAIN && (flags & MSG_DONTWAIT) == 0) {
            failure = shim_wait_writable(fd, descriptor);
        }
        if (failure != 0) {
            return sent > 0 ? sent : failure;
        }
    }
}

static long send_pieces(int fd, int descriptor, struct pieces *pieces,
    const struct stint_endpoint *destination, int flags)
{
    if (!shim_is_echo(descriptor)) {
        return send_whole(fd, descriptor, pieces, destination, flags);
    }
    const int error = shim_behead_request(descriptor, pieces);
    const long sent = error != 0 ? error : send_whole(fd, descriptor, pieces, destination, flags);
    return sent >= 0 ? sent + SHIM_ECHO_HEAD : sent;
}

static long answer_send(int fd, int descriptor, long result, int flags)
{
    const bool stream = stint_socket_type_of(shim_sockets(), descriptor) == STINT_STREAM;
    const long answer = shim_answer(fd, descriptor, result);
    if (result == -EPIPE && stream && (flags & MSG_NOSIGNAL) == 0) {
        raise(SIGPIPE);
        errno = EPIPE;
    }
    return answer;
}

static long send_to(int fd, int descriptor, struct pieces *pieces, int flags,
    const struct sockaddr *address, socklen_t length)
{
    struct stint_endpoint destination;
    if ((flags & MSG_OOB) != 0) {
        return -EOPNOTSUPP;
    }
    const bool stream = stint_socket_type_of(shim_sockets(), descriptor) == STINT_STREAM;
    if (address == NULL || length == 0 || stream) {
        return send_pieces(fd, descriptor, pieces, NULL, flags);
    }
    const int error = shim_read_address(descriptor, address, length, &destination);
    return error != 0 ? error : send_pieces(fd, descriptor, pieces, &destination, flags);
}

ssize_t shim_sendto(int fd, const void *bytes, size_t length, int flags,
    const struct sockaddr *address, socklen_t address_length)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.sendto(fd, bytes, length, flags, address, address_length);
    }
    struct pieces pieces;
    pieces_of(&pieces, bytes, length);
    const long result = send_to(fd, descriptor, &pieces, flags, address, address_length);
    return answer_send(fd, descriptor, result, flags);
}

ssize_t shim_send(int fd, const void *bytes, size_t length, int flags)
{
    return shim_sendto(fd, bytes, length, flags, NULL, 0);
}

ssize_t shim_sendmsg(int fd, const struct msghdr *message, int flags)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.sendmsg(fd, message, flags);
    }
    struct pieces pieces;
    long result = -EMSGSIZE;
    if (pieces_from(&pieces, message->msg_iov, message->msg_iovlen)) {
        result = send_to(fd, descriptor, &pieces, flags, message->msg_name, message->msg_namelen);
    }
    return answer_send(fd, descriptor, result, flags);
}

int shim_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.sendmmsg(fd, messages, count, flags);
    }
    unsigned sent = 0;
    for (; sent < count; sent++) {
        const ssize_t length = shim_sendmsg(fd, &messages[sent].msg_hdr, flags);
        if (length < 0) {
            break;
        }
        messages[sent].msg_len = (unsigned)length;
    }
    const bool failed = sent == 0 && count > 0;
    return (int)shim_answer(fd, descriptor, failed ? -errno : (long)sent);
}

ssize_t shim_write(int fd, const void *bytes, size_t length)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.write(fd, bytes, length);
    }
    struct pieces pieces;
    pieces_of(&pieces, bytes, length);
    return answer_send(fd, descriptor, send_pieces(fd, descriptor, &pieces, NULL, 0), 0);
}

ssize_t shim_writev(int fd, const struct iovec *vectors, int count)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.writev(fd, vectors, count);
    }
    struct pieces pieces;
    long result = -EINVAL;
    if (count >= 0 && pieces_from(&pieces, vectors, (size_t)count)) {
        result = send_pieces(fd, descriptor, &pieces, NULL, 0);
    }
    return answer_send(fd, descriptor, result, 0);
}

/* --- sendfile --- */

/* Copies from `*position` of the file until `count` bytes, the end of the file or a failure. */
static long copy_file(int fd, int descriptor, int file, int64_t *position, size_t count)
{
    uint8_t bytes[16384];
    long sent = 0;
    while ((size_t)sent < count) {
        const size_t left = count - (size_t)sent;
        const size_t chunk = left < sizeof(bytes) ? left : sizeof(bytes);
        const ssize_t got = pread(file, bytes, chunk, (off_t)*position);
        if (got <= 0) {
            return sent > 0 ? sent : got < 0 ? -errno : 0;
        }
        struct pieces pieces;
        pieces_of(&pieces, bytes, (size_t)got);
        const long result = send_pieces(fd, descriptor, &pieces, NULL, 0);
        if (result < 0) {
            return sent > 0 ? sent : result;
        }
        sent += result;
        *position += result;
        if (result < got) {
            return sent;
        }
    }
    return sent;
}

ssize_t shim_sendfile64(int fd, int file, int64_t *offset, size_t count)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.sendfile64(fd, file, offset, count);
    }
    int64_t position = offset != NULL ? *offset : lseek(file, 0, SEEK_CUR);
    const long result = position < 0 ? -EINVAL : copy_file(fd, descriptor, file, &position, count);
    if (result >= 0 && offset != NULL) {
        *offset = position;
    } else if (result >= 0) {
        lseek(file, (off_t)position, SEEK_SET);
    }
    return answer_send(fd, descriptor, result, 0);
}

ssize_t shim_sendfile(int fd, int file, off_t *offset, size_t count)
{
    int64_t position = offset != NULL ? *offset : 0;
    const ssize_t sent = shim_sendfile64(fd, file, offset != NULL ? &position : NULL, count);
    if (offset != NULL) {
        *offset = (off_t)position;
    }
    return sent;
}

/* How a call of the program waits: it sleeps in the kernel, on the token.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "blocking.h"

#include "calls.h"
#include "table.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>

int shim_wait_readable(int fd, int descriptor)
{
    shim_settle(fd, descriptor);
    char byte = 0;
    if (stint_real.recv(fd, &byte, 1, MSG_PEEK) < 0) {
        return shim_names(fd, descriptor) ? -errno : -EBADF;
    }
    return shim_names(fd, descriptor) ? 0 : -EBADF;
}

/* poll() ends with EINTR after every handler; send() only after those without SA_RESTART. Which one
 * ran is not told: as long as the program has no other, it was one with. */
static bool calls_are_restarted(void)
{
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL &&
            action.sa_handler != SIG_IGN && (action.sa_flags & SA_RESTART) == 0) {
            return false;
        }
    }
    return true;
}

static int send_timeout_milliseconds(int fd)
{
    struct timeval timeout = {0};
    socklen_t length = sizeof(timeout);
    stint_real.getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, &length);
    if (timeout.tv_sec == 0 && timeout.tv_usec == 0) {
        return -1;
    }
    const long long milliseconds = timeout.tv_sec * 1000LL + (timeout.tv_usec + 999) / 1000;
    return milliseconds < 1000000000 ? (int)milliseconds : 1000000000;
}

int shim_wait_writable(int fd, int descriptor)
{
    shim_settle(fd, descriptor);
    if ((stint_real.fcntl(fd, F_GETFL) & O_NONBLOCK) != 0) {
        return -EAGAIN;
    }
    struct pollfd waited = {.fd = fd, .events = POLLOUT};
    const int ready = poll(&waited, 1, send_timeout_milliseconds(fd));
    if (!shim_names(fd, descriptor)) {
        return -EBADF;
    }
    if (ready < 0) {
        return errno == EINTR && calls_are_restarted() ? 0 : -errno;
    }
    return ready == 0 ? -EAGAIN : 0;
}

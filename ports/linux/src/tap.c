/* A TAP device of the Linux kernel as a stint device.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_linux/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* How long until a frame that the kernel had no room for is tried again. */
enum { RETRY_MILLISECONDS = 1 };

static bool explain_open(int error, char *message, size_t capacity)
{
    switch (error) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
        snprintf(message, capacity,
            "/dev/net/tun is missing: load it with 'modprobe tun', or in a container pass "
            "--device /dev/net/tun");
        break;
    case EACCES:
    case EPERM:
        snprintf(message, capacity,
            "/dev/net/tun: no permission: run as root, or let your user have it: chmod a+rw "
            "/dev/net/tun");
        break;
    default:
        snprintf(message, capacity, "/dev/net/tun: %s", strerror(error));
        break;
    }
    return false;
}

static bool explain_attach(int error, const char *name, char *message, size_t capacity)
{
    switch (error) {
    case EPERM:
    case EACCES:
        snprintf(message, capacity,
            "%s: no permission: run as root, or create it for your user: ip tuntap add dev %s mode "
            "tap user $USER",
            name, name);
        break;
    case EBUSY:
        snprintf(message, capacity,
            "%s: in use by another program: end that one, or take another TAP: ip tuntap list",
            name);
        break;
    case EINVAL:
        snprintf(message, capacity,
            "%s: exists and is no TAP device: take another name, or: ip link delete %s", name,
            name);
        break;
    default:
        snprintf(
            message, capacity, "%s: cannot be opened as a TAP device: %s", name, strerror(error));
        break;
    }
    return false;
}

bool stint_linux_tap_open(
    struct stint_linux_tap *tap, const char *name, char *message, size_t capacity)
{
    memset(tap, 0, sizeof(*tap));
    tap->descriptor = -1;
    const size_t length = strlen(name);
    if (length == 0 || length >= sizeof(tap->name)) {
        snprintf(message, capacity, "'%s': the name of a TAP device has 1 to 15 characters", name);
        return false;
    }
    const int descriptor = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return explain_open(errno, message, capacity);
    }
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    memcpy(request.ifr_name, name, length);
    if (ioctl(descriptor, TUNSETIFF, &request) < 0) {
        const int error = errno;
        close(descriptor);
        return explain_attach(error, name, message, capacity);
    }
    tap->descriptor = descriptor;
    memcpy(tap->name, name, length);
    return true;
}

void stint_linux_tap_close(struct stint_linux_tap *tap)
{
    if (tap->descriptor >= 0) {
        close(tap->descriptor);
        tap->descriptor = -1;
    }
}

static void read_ahead(struct stint_linux_tap *tap)
{
    while (tap->received_length == 0) {
        const ssize_t length = read(tap->descriptor, tap->received, sizeof(tap->received));
        if (length < 0 && errno == EINTR) {
            continue;
        }
        if (length <= 0) {
            return;
        }
        if ((size_t)length == sizeof(tap->received)) {
            tap->counters.oversized++; /* the kernel cut it without saying so */
            continue;
        }
        tap->received_length = (uint16_t)length;
    }
}

static struct stint_view tap_receive(void *context, struct stint_instant now)
{
    (void)now;
    struct stint_linux_tap *tap = context;
    read_ahead(tap);
    return stint_view_of(tap->received, tap->received_length);
}

static void tap_receive_done(void *context)
{
    struct stint_linux_tap *tap = context;
    tap->received_length = 0;
}

/* Hands the frame in `sending` to the kernel; keeps it when there is no room. */
static void send_frame(struct stint_linux_tap *tap, size_t length)
{
    ssize_t sent = -1;
    do {
        sent = write(tap->descriptor, tap->sending, length);
    } while (sent < 0 && errno == EINTR);
    const bool no_room = sent < 0 && (errno == EAGAIN || errno == ENOBUFS);
    tap->waiting_length = no_room ? (uint16_t)length : 0;
    if (sent < 0 && !no_room) {
        tap->counters.write_errors++;
    }
}

static void send_waiting(struct stint_linux_tap *tap)
{
    if (tap->waiting_length > 0) {
        send_frame(tap, tap->waiting_length);
    }
}

static struct stint_span tap_transmit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    struct stint_linux_tap *tap = context;
    send_waiting(tap);
    if (tap->waiting_length > 0 || length > sizeof(tap->sending)) {
        return stint_span_of(NULL, 0);
    }
    return stint_span_of(tap->sending, length);
}

static void tap_transmit_commit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    send_frame(context, length);
}

static struct stint_instant tap_service(void *context, struct stint_instant now)
{
    struct stint_linux_tap *tap = context;
    send_waiting(tap);
    if (tap->received_length > 0) {
        return now;
    }
    return tap->waiting_length > 0
               ? stint_instant_after(now, stint_milliseconds(RETRY_MILLISECONDS))
               : stint_instant_never();
}

static const struct stint_device_operations tap_operations = {
    .receive = tap_receive,
    .receive_done = tap_receive_done,
    .transmit = tap_transmit,
    .transmit_commit = tap_transmit_commit,
    .service = tap_service,
};

struct stint_device stint_linux_tap_device(struct stint_linux_tap *tap)
{
    return (struct stint_device){.operations = &tap_operations, .context = tap};
}

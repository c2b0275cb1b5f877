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
    tap->ring.descriptor = -1;
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
    for (unsigned i = 0; i < STINT_LINUX_TAP_BATCH; i++) {
        tap->sends[i].bytes = tap->sending[i];
    }
    (void)stint_linux_io_ring_open(&tap->ring); /* otherwise frames are written one by one */
    return true;
}

void stint_linux_tap_close(struct stint_linux_tap *tap)
{
    stint_linux_io_ring_close(&tap->ring);
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

static void write_one_by_one(struct stint_linux_tap *tap)
{
    for (unsigned i = 0; i < tap->sending_count; i++) {
        struct stint_linux_write *const sent = &tap->sends[i];
        ssize_t length = -1;
        do {
            length = write(tap->descriptor, sent->bytes, sent->length);
        } while (length < 0 && errno == EINTR);
        sent->result = length < 0 ? -errno : (int32_t)length;
    }
}

static void write_all(struct stint_linux_tap *tap)
{
    if (tap->sending_count < 2 || !stint_linux_io_ring_is_open(&tap->ring)) {
        write_one_by_one(tap);
        return;
    }
    const bool entered =
        stint_linux_io_ring_write(&tap->ring, tap->descriptor, tap->sends, tap->sending_count);
    if (!entered) {
        stint_linux_io_ring_close(&tap->ring); /* what is left goes without it, soon */
    } else if (tap->sends[0].result == -EOPNOTSUPP) {
        /* A kernel whose TAPs cannot be asked not to wait. */
        stint_linux_io_ring_close(&tap->ring);
        write_one_by_one(tap);
    }
}

/* Hands the committed frames to the kernel; keeps those for which it has no room. */
static void send_batch(struct stint_linux_tap *tap)
{
    write_all(tap);
    uint16_t kept = 0;
    for (unsigned i = 0; i < tap->sending_count; i++) {
        const struct stint_linux_write sent = tap->sends[i];
        if (sent.result == -EAGAIN || sent.result == -ENOBUFS) {
            tap->sends[i] = tap->sends[kept];
            tap->sends[kept++] = sent;
        } else if (sent.result < 0) {
            tap->counters.write_errors++;
        }
    }
    tap->sending_count = kept;
}

static struct stint_span tap_transmit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    struct stint_linux_tap *tap = context;
    if (tap->sending_count == STINT_LINUX_TAP_BATCH) {
        send_batch(tap);
    }
    if (tap->sending_count == STINT_LINUX_TAP_BATCH || length > STINT_LINUX_TAP_FRAME) {
        return stint_span_of(NULL, 0);
    }
    return stint_span_of(tap->sends[tap->sending_count].bytes, length);
}

static void tap_transmit_commit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    struct stint_linux_tap *tap = context;
    tap->sends[tap->sending_count++].length = (uint32_t)length;
}

static struct stint_instant tap_service(void *context, struct stint_instant now)
{
    struct stint_linux_tap *tap = context;
    send_batch(tap);
    if (tap->received_length > 0) {
        return now;
    }
    return tap->sending_count > 0 ? stint_instant_after(now, stint_milliseconds(RETRY_MILLISECONDS))
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

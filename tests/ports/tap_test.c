/* A TAP carries frames both ways, and says what is wrong when it cannot be had.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * requires: namespaces tap
 */
#define _GNU_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stint_linux/platform.h"
#include "stint_linux/tap.h"

/* A local experimental EtherType: nobody else's frames are mistaken for ours. */
enum { EXPERIMENTAL = 0x88b5, FRAME_LENGTH = 60 };

struct bench {
    struct stint_linux_tap tap;
    struct stint_device device;
    int kernel; /* a packet socket on the kernel's side */
};

static void bring_up(const char *name)
{
    const int control = socket(AF_UNIX, SOCK_DGRAM, 0);
    struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
    strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
    assert_int_equal(ioctl(control, SIOCSIFFLAGS, &request), 0);
    close(control);
}

static void begin(struct bench *bench, const char *name)
{
    char message[200] = "";
    if (!stint_linux_tap_open(&bench->tap, name, message, sizeof(message))) {
        fail_msg("%s", message);
    }
    bench->device = stint_linux_tap_device(&bench->tap);
    bring_up(name);
    bench->kernel = socket(AF_PACKET, SOCK_RAW, htons(EXPERIMENTAL));
    assert_true(bench->kernel >= 0);
    const struct sockaddr_ll local = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(EXPERIMENTAL),
        .sll_ifindex = (int)if_nametoindex(name),
    };
    assert_int_equal(bind(bench->kernel, (const struct sockaddr *)&local, sizeof(local)), 0);
}

static void end(struct bench *bench)
{
    close(bench->kernel);
    stint_linux_tap_close(&bench->tap);
}

static void fill_frame(uint8_t *frame, uint8_t mark)
{
    memset(frame, mark, FRAME_LENGTH);
    memset(frame, 0xff, 6);
    memcpy(frame + 6, "\x02\x00\x00\x00\x00\x09", 6);
    stint_store16(frame + 12, EXPERIMENTAL);
}

/* The next frame of our EtherType, skipping what the kernel says by itself. */
static struct stint_view next_received(struct bench *bench)
{
    for (;;) {
        const struct stint_view frame = stint_device_receive(&bench->device, stint_linux_now());
        if (frame.length >= 14 && stint_load16(frame.bytes + 12) == EXPERIMENTAL) {
            return frame;
        }
        if (frame.length > 0) {
            stint_device_receive_done(&bench->device);
            continue;
        }
        struct pollfd waited = {.fd = bench->tap.descriptor, .events = POLLIN};
        assert_int_equal(poll(&waited, 1, 5000), 1);
    }
}

static void send_marked(struct bench *bench, uint8_t mark)
{
    uint8_t frame[FRAME_LENGTH];
    fill_frame(frame, mark);
    const struct stint_span room =
        stint_device_transmit(&bench->device, stint_linux_now(), sizeof(frame));
    assert_int_equal(room.length, sizeof(frame));
    memcpy(room.bytes, frame, sizeof(frame));
    stint_device_transmit_commit(&bench->device, stint_linux_now(), sizeof(frame));
}

static void expect_marked(struct bench *bench, uint8_t mark)
{
    uint8_t frame[FRAME_LENGTH];
    fill_frame(frame, mark);
    uint8_t seen[2048];
    struct pollfd waited = {.fd = bench->kernel, .events = POLLIN};
    assert_int_equal(poll(&waited, 1, 5000), 1);
    assert_int_equal(recv(bench->kernel, seen, sizeof(seen), 0), sizeof(frame));
    assert_memory_equal(seen, frame, sizeof(frame));
}

static void a_frame_sent_reaches_the_kernel(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench, "stint-send");
    send_marked(&bench, 0x11);
    const struct stint_instant now = stint_linux_now();
    assert_true(stint_instant_is_never(stint_device_service(&bench.device, now)));
    expect_marked(&bench, 0x11);
    end(&bench);
}

/* More than a batch holds: the first leave when there is no room, the others with service(). */
static void send_more_than_a_batch(struct bench *bench)
{
    enum { FRAMES = STINT_LINUX_TAP_BATCH + STINT_LINUX_TAP_BATCH / 2 };
    for (unsigned mark = 0; mark < FRAMES; mark++) {
        send_marked(bench, (uint8_t)mark);
    }
    (void)stint_device_service(&bench->device, stint_linux_now());
    for (unsigned mark = 0; mark < FRAMES; mark++) {
        expect_marked(bench, (uint8_t)mark);
    }
    assert_int_equal(bench->tap.counters.write_errors, 0);
}

static void many_frames_reach_the_kernel_in_order(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench, "stint-batch");
    send_more_than_a_batch(&bench);
    end(&bench);
}

static void without_io_uring_they_do_too(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench, "stint-single");
    stint_linux_io_ring_close(&bench.tap.ring);
    send_more_than_a_batch(&bench);
    end(&bench);
}

/* As a sandbox would that is entered after the TAP was opened. */
static void when_io_uring_is_taken_away_they_do_too(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench, "stint-taken");
    if (stint_linux_io_ring_is_open(&bench.tap.ring)) {
        (void)dup2(STDIN_FILENO, bench.tap.ring.descriptor);
    }
    send_marked(&bench, 1);
    send_marked(&bench, 2);
    const struct stint_instant now = stint_linux_now();
    (void)stint_device_service(&bench.device, now);
    assert_true(stint_instant_is_never(stint_device_service(&bench.device, now)));
    expect_marked(&bench, 1);
    expect_marked(&bench, 2);
    end(&bench);
}

static void frames_of_the_kernel_are_received_in_order(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench, "stint-recv");
    uint8_t frame[FRAME_LENGTH];
    for (uint8_t mark = 1; mark <= 3; mark++) {
        fill_frame(frame, mark);
        assert_int_equal(send(bench.kernel, frame, sizeof(frame), 0), sizeof(frame));
    }
    for (uint8_t mark = 1; mark <= 3; mark++) {
        fill_frame(frame, mark);
        const struct stint_view received = next_received(&bench);
        assert_int_equal(received.length, sizeof(frame));
        assert_memory_equal(received.bytes, frame, sizeof(frame));
        /* Until it is given back, the same frame is lent, and service() says that it waits. */
        const struct stint_instant now = stint_linux_now();
        assert_ptr_equal(stint_device_receive(&bench.device, now).bytes, received.bytes);
        assert_int_equal(stint_device_service(&bench.device, now).microseconds, now.microseconds);
        stint_device_receive_done(&bench.device);
    }
    end(&bench);
}

/* A socket whose buffer is small takes the TAP's place: the kernel empties a TAP at once. */
static void frames_without_room_wait_and_leave_in_order(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench, "stint-full");
    int ends[2];
    const int bytes = 4096;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    assert_int_equal(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)), 0);
    assert_true(dup2(ends[0], bench.tap.descriptor) >= 0);
    for (unsigned mark = 0; mark < STINT_LINUX_TAP_BATCH; mark++) {
        send_marked(&bench, (uint8_t)mark);
    }
    const struct stint_instant now = stint_linux_now();
    const struct stint_instant next = stint_device_service(&bench.device, now);
    assert_int_equal(stint_instant_since(next, now).microseconds, 1000);
    for (unsigned mark = 0; mark < 2 * STINT_LINUX_TAP_BATCH; mark++) {
        uint8_t expected[FRAME_LENGTH];
        uint8_t seen[FRAME_LENGTH];
        fill_frame(expected, (uint8_t)mark);
        assert_int_equal(recv(ends[1], seen, sizeof(seen), 0), sizeof(seen));
        assert_memory_equal(seen, expected, sizeof(seen));
        (void)stint_device_service(&bench.device, now);
        if (mark < STINT_LINUX_TAP_BATCH) {
            send_marked(&bench, (uint8_t)(mark + STINT_LINUX_TAP_BATCH));
        }
    }
    assert_true(stint_instant_is_never(stint_device_service(&bench.device, now)));
    close(ends[0]);
    close(ends[1]);
    end(&bench);
}

static void a_frame_for_a_kernel_side_that_is_down_is_counted(void **state)
{
    (void)state;
    struct stint_linux_tap tap;
    char message[200];
    assert_true(stint_linux_tap_open(&tap, "stint-down", message, sizeof(message)));
    const struct stint_device device = stint_linux_tap_device(&tap);
    const struct stint_instant now = stint_linux_now();
    const struct stint_span room = stint_device_transmit(&device, now, FRAME_LENGTH);
    fill_frame(room.bytes, 1);
    stint_device_transmit_commit(&device, now, FRAME_LENGTH);
    assert_true(stint_instant_is_never(stint_device_service(&device, now)));
    assert_int_equal(tap.counters.write_errors, 1);
    stint_linux_tap_close(&tap);
}

static void refused_with(const char *name, const char *expected)
{
    struct stint_linux_tap tap;
    char message[200] = "";
    assert_false(stint_linux_tap_open(&tap, name, message, sizeof(message)));
    assert_non_null(strstr(message, expected));
    assert_null(strchr(message, '\n'));
}

static void a_tap_in_use_is_named_so(void **state)
{
    (void)state;
    struct stint_linux_tap tap;
    char message[200];
    assert_true(stint_linux_tap_open(&tap, "stint-busy", message, sizeof(message)));
    refused_with("stint-busy", "stint-busy: in use by another program");
    stint_linux_tap_close(&tap);
}

static void a_name_that_cannot_be_is_refused(void **state)
{
    (void)state;
    refused_with("", "1 to 15 characters");
    refused_with("a-name-far-too-long", "1 to 15 characters");
    refused_with("lo", "exists and is no TAP");
}

static void missing_permission_teaches_how_to_get_it(void **state)
{
    (void)state;
    const pid_t child = fork();
    if (child == 0) {
        struct stint_linux_tap tap;
        char message[200] = "";
        const bool refused = setuid(65534) != 0 ||
                             (!stint_linux_tap_open(&tap, "stint-perm", message, sizeof(message)) &&
                                 strstr(message, "no permission: run as root") != NULL);
        _exit(refused ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_sent_reaches_the_kernel),
        cmocka_unit_test(many_frames_reach_the_kernel_in_order),
        cmocka_unit_test(without_io_uring_they_do_too),
        cmocka_unit_test(when_io_uring_is_taken_away_they_do_too),
        cmocka_unit_test(frames_without_room_wait_and_leave_in_order),
        cmocka_unit_test(frames_of_the_kernel_are_received_in_order),
        cmocka_unit_test(a_frame_for_a_kernel_side_that_is_down_is_counted),
        cmocka_unit_test(a_tap_in_use_is_named_so),
        cmocka_unit_test(a_name_that_cannot_be_is_refused),
        cmocka_unit_test(missing_permission_teaches_how_to_get_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

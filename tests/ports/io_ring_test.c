/* Many writes in one call of the kernel end as as many calls would.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stint_linux/io_ring.h"

enum { HERE, THERE, ENDS };

struct pair {
    struct stint_linux_io_ring ring;
    int ends[ENDS]; /* of packets, so that no two writes run together */
};

/* Where the kernel has no io_uring, or forbids it, there is nothing to test. */
static void begin(struct pair *pair)
{
    if (!stint_linux_io_ring_open(&pair->ring)) {
        assert_false(stint_linux_io_ring_is_open(&pair->ring));
        skip();
    }
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair->ends), 0);
}

static void end(struct pair *pair)
{
    close(pair->ends[HERE]);
    close(pair->ends[THERE]);
    stint_linux_io_ring_close(&pair->ring);
    assert_false(stint_linux_io_ring_is_open(&pair->ring));
    stint_linux_io_ring_close(&pair->ring);
}

static void writes_are_done_in_their_order(void **state)
{
    (void)state;
    struct pair pair;
    begin(&pair);
    uint8_t bytes[STINT_LINUX_IO_RING_ENTRIES];
    struct stint_linux_write writes[STINT_LINUX_IO_RING_ENTRIES];
    /* Three rounds, of which none begins where the ring does. */
    for (unsigned round = 0; round < 3; round++) {
        const unsigned count = STINT_LINUX_IO_RING_ENTRIES - round;
        for (unsigned i = 0; i < count; i++) {
            bytes[i] = (uint8_t)(i + round);
            writes[i] = (struct stint_linux_write){.bytes = &bytes[i], .length = 1};
        }
        assert_true(stint_linux_io_ring_write(&pair.ring, pair.ends[HERE], writes, count));
        for (unsigned i = 0; i < count; i++) {
            uint8_t seen = 0xff;
            assert_int_equal(writes[i].result, 1);
            assert_int_equal(read(pair.ends[THERE], &seen, 1), 1);
            assert_int_equal(seen, (uint8_t)(i + round));
        }
    }
    end(&pair);
}

static void a_write_that_would_wait_ends_with_again(void **state)
{
    (void)state;
    struct pair pair;
    begin(&pair);
    uint8_t byte = 0;
    struct stint_linux_write writes[2];
    unsigned written = 0;
    do {
        writes[0] = writes[1] = (struct stint_linux_write){.bytes = &byte, .length = 1};
        assert_true(stint_linux_io_ring_write(&pair.ring, pair.ends[HERE], writes, 2));
        written += (writes[0].result == 1 ? 1U : 0U) + (writes[1].result == 1 ? 1U : 0U);
        assert_true(written < 100000);
    } while (writes[1].result == 1);
    assert_int_equal(writes[1].result, -EAGAIN);
    for (unsigned i = 0; i < written; i++) {
        assert_int_equal(recv(pair.ends[THERE], &byte, 1, MSG_DONTWAIT), 1);
    }
    assert_int_equal(recv(pair.ends[THERE], &byte, 1, MSG_DONTWAIT), -1);
    end(&pair);
}

static void a_write_that_fails_stops_no_other(void **state)
{
    (void)state;
    struct pair pair;
    begin(&pair);
    struct stint_linux_write writes[3] = {
        {.bytes = (uint8_t *)"a", .length = 1},
        {.bytes = NULL, .length = 1},
        {.bytes = (uint8_t *)"b", .length = 1},
    };
    assert_true(stint_linux_io_ring_write(&pair.ring, pair.ends[HERE], writes, 3));
    assert_int_equal(writes[0].result, 1);
    assert_int_equal(writes[1].result, -EFAULT);
    assert_int_equal(writes[2].result, 1);
    end(&pair);
}

static void what_the_kernel_refused_is_said_to_be_undone(void **state)
{
    (void)state;
    struct pair pair;
    begin(&pair);
    struct stint_linux_write write = {.bytes = (uint8_t *)"a", .length = 1};
    assert_true(dup2(pair.ends[THERE], pair.ring.descriptor) >= 0);
    assert_false(stint_linux_io_ring_write(&pair.ring, pair.ends[HERE], &write, 1));
    assert_int_equal(write.result, -EAGAIN);
    end(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_are_done_in_their_order),
        cmocka_unit_test(a_write_that_would_wait_ends_with_again),
        cmocka_unit_test(a_write_that_fails_stops_no_other),
        cmocka_unit_test(what_the_kernel_refused_is_said_to_be_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

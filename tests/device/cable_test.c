/* The cable: what is sent at one end arrives at the other, whole and in order.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/device/cable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct stint_instant now = {5};

struct wire {
    struct stint_cable cable;
    uint8_t storage[2][4096];
    struct stint_device ends[2];
};

static void set_up(struct wire *wire)
{
    stint_cable_init(&wire->cable, stint_span_of(wire->storage[0], sizeof wire->storage[0]),
        stint_span_of(wire->storage[1], sizeof wire->storage[1]));
    wire->ends[0] = stint_cable_device(&wire->cable, 0);
    wire->ends[1] = stint_cable_device(&wire->cable, 1);
}

static bool send(const struct stint_device *device, const char *text)
{
    const size_t length = strlen(text);
    const struct stint_span room = stint_device_transmit(device, now, STINT_DEVICE_FRAME_LENGTH);
    if (room.length == 0) {
        return false;
    }
    memcpy(room.bytes, text, length);
    stint_device_transmit_commit(device, now, length);
    return true;
}

static void assert_receives(const struct stint_device *device, const char *text)
{
    const struct stint_view frame = stint_device_receive(device, now);
    assert_int_equal(frame.length, strlen(text));
    assert_memory_equal(frame.bytes, text, frame.length);
    stint_device_receive_done(device);
}

static void frames_arrive_at_the_other_end_in_order(void **state)
{
    (void)state;
    struct wire wire;
    set_up(&wire);
    assert_true(send(&wire.ends[0], "first"));
    assert_true(send(&wire.ends[1], "the other way"));
    assert_true(send(&wire.ends[0], "second"));
    assert_receives(&wire.ends[1], "first");
    assert_receives(&wire.ends[1], "second");
    assert_receives(&wire.ends[0], "the other way");
    assert_int_equal(stint_device_receive(&wire.ends[0], now).length, 0);
    assert_int_equal(stint_device_receive(&wire.ends[1], now).length, 0);
}

static void an_end_asks_to_be_called_while_frames_wait_for_it(void **state)
{
    (void)state;
    struct wire wire;
    set_up(&wire);
    send(&wire.ends[0], "frame");
    assert_true(stint_instant_is_never(stint_device_service(&wire.ends[0], now)));
    assert_int_equal(stint_device_service(&wire.ends[1], now).microseconds, now.microseconds);
    assert_receives(&wire.ends[1], "frame");
    assert_true(stint_instant_is_never(stint_device_service(&wire.ends[1], now)));
}

static void a_full_cable_has_no_room_until_a_frame_is_received(void **state)
{
    (void)state;
    struct wire wire;
    set_up(&wire);
    char large[STINT_DEVICE_FRAME_LENGTH + 1];
    memset(large, 'x', STINT_DEVICE_FRAME_LENGTH);
    large[STINT_DEVICE_FRAME_LENGTH] = 0;
    assert_true(send(&wire.ends[0], large));
    assert_true(send(&wire.ends[0], large));
    assert_false(send(&wire.ends[0], "no room"));
    assert_receives(&wire.ends[1], large);
    assert_true(send(&wire.ends[0], "room"));
    assert_receives(&wire.ends[1], large);
    assert_receives(&wire.ends[1], "room");
}

static void a_lent_frame_stays_until_it_is_done(void **state)
{
    (void)state;
    struct wire wire;
    set_up(&wire);
    send(&wire.ends[0], "lent");
    const struct stint_view lent = stint_device_receive(&wire.ends[1], now);
    send(&wire.ends[0], "another");
    send(&wire.ends[1], "answer");
    assert_memory_equal(lent.bytes, "lent", 4);
    assert_receives(&wire.ends[1], "lent");
    assert_receives(&wire.ends[1], "another");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_arrive_at_the_other_end_in_order),
        cmocka_unit_test(an_end_asks_to_be_called_while_frames_wait_for_it),
        cmocka_unit_test(a_full_cable_has_no_room_until_a_frame_is_received),
        cmocka_unit_test(a_lent_frame_stays_until_it_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

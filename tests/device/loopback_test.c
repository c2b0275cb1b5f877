/* The loopback: what is sent comes back, whole and in order.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/device/loopback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct stint_instant now = {5};

static bool send(const struct stint_device *device, const char *text)
{
    const size_t length = strlen(text);
    const struct stint_span room = stint_device_transmit(device, now, length);
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

static void what_is_sent_comes_back_in_order(void **state)
{
    (void)state;
    uint8_t storage[256];
    struct stint_loopback loopback;
    stint_loopback_init(&loopback, stint_span_of(storage, sizeof storage));
    const struct stint_device device = stint_loopback_device(&loopback);
    assert_true(stint_instant_is_never(stint_device_service(&device, now)));
    assert_true(send(&device, "one"));
    assert_true(send(&device, "two"));
    assert_int_equal(stint_device_service(&device, now).microseconds, now.microseconds);
    assert_receives(&device, "one");
    assert_receives(&device, "two");
    assert_int_equal(stint_device_receive(&device, now).length, 0);
}

static void an_answer_may_be_sent_while_the_frame_it_answers_is_lent(void **state)
{
    (void)state;
    uint8_t storage[64];
    struct stint_loopback loopback;
    stint_loopback_init(&loopback, stint_span_of(storage, sizeof storage));
    const struct stint_device device = stint_loopback_device(&loopback);
    assert_true(send(&device, "question 00"));
    for (unsigned i = 0; i < 20; i++) {
        const struct stint_view lent = stint_device_receive(&device, now);
        const struct stint_span room = stint_device_transmit(&device, now, lent.length);
        assert_int_equal(room.length, lent.length);
        memcpy(room.bytes, lent.bytes, lent.length);
        stint_device_receive_done(&device); /* before the commit */
        stint_device_transmit_commit(&device, now, room.length);
    }
    assert_receives(&device, "question 00");
}

static void a_full_loopback_has_no_room(void **state)
{
    (void)state;
    uint8_t storage[32];
    struct stint_loopback loopback;
    stint_loopback_init(&loopback, stint_span_of(storage, sizeof storage));
    const struct stint_device device = stint_loopback_device(&loopback);
    assert_true(send(&device, "sixteen bytes..."));
    assert_false(send(&device, "more"));
    assert_receives(&device, "sixteen bytes...");
    assert_true(send(&device, "more"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_comes_back_in_order),
        cmocka_unit_test(an_answer_may_be_sent_while_the_frame_it_answers_is_lent),
        cmocka_unit_test(a_full_loopback_has_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

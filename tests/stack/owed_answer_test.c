/* The ARP answer that a full device could not take.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/wire.h"

static void an_answer_that_finds_no_room_leaves_when_there_is_some(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    struct wire_seen seen;
    wire_introduce(wire, WIRE_HOST);
    wire->devices[0].room = 0;
    const struct wire_frame question = wire_question(WIRE_HOST);
    assert_int_equal(wire_take(wire, &question), STINT_DROP_NONE);
    assert_int_equal(wire_take(wire, &question), STINT_DROP_NONE);
    wire_expect_nothing(wire);
    wire->devices[0].room = WIRE_ENDLESS;
    wire_poll(wire);
    assert_true(wire_next(wire, &seen));
    assert_int_equal(seen.ethernet.ethertype, STINT_ETHERTYPE_ARP);
    assert_int_equal(seen.arp.operation, STINT_ARP_REPLY);
    wire_expect_nothing(wire); /* once, however often it was asked for */
    free(wire);
}

static void an_answer_leaves_before_what_sockets_offer(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    struct wire_seen seen;
    struct stint_handle socket;
    const struct stint_endpoint peer = {wire_address(WIRE_HOST), 9};
    wire_introduce(wire, WIRE_HOST);
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    assert_int_equal(stint_udp_send(&wire->stack.udp, socket, &peer, wire_text("later")), STINT_OK);
    wire->devices[0].room = 0;
    const struct wire_frame question = wire_question(WIRE_HOST);
    assert_int_equal(wire_take(wire, &question), STINT_DROP_NONE);
    wire->devices[0].room = WIRE_ENDLESS;
    wire_poll(wire);
    assert_true(wire_next(wire, &seen));
    assert_int_equal(seen.ethernet.ethertype, STINT_ETHERTYPE_ARP);
    wire_expect_udp(wire, "later");
    free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_that_finds_no_room_leaves_when_there_is_some),
        cmocka_unit_test(an_answer_leaves_before_what_sockets_offer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

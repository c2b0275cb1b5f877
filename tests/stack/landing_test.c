/* Payload that is copied to its place while its checksum is summed: a corrupt segment leaves
 * nothing behind. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stint/socket/tcp_receive.h"
#include "support/simulation.h"

static void a_corrupt_segment_holds_no_buffer_and_changes_nothing(void **state)
{
    (void)state;
    const struct simulation_options options = {.seed = 1};
    struct simulation *simulation = simulation_new(&options);
    struct stint_handle writer;
    struct stint_handle reader;
    simulation_connect(simulation, 80, &writer, &reader);
    struct stint_tcp *tcp = &simulation->hosts[1].stack.tcp;
    struct stint_tcp_connection *connection = &tcp->connections[0];
    const struct stint_tcp_flow flow = connection->flow;
    const struct stint_tcp_receiver before = connection->receiver;
    const uint32_t in_use = simulation->hosts[1].stack.arena.in_use;

    const uint8_t bytes[100] = {1};
    const struct stint_tcp_segment segment = {
        .sequence = before.next,
        .ack = true,
        .payload = {stint_view_of(bytes, sizeof bytes)},
    };
    struct stint_ring_span landing;
    assert_true(stint_tcp_find_landing(tcp, &flow, &segment, &landing));
    assert_in_range(landing.piece[0].length + landing.piece[1].length, sizeof bytes, 1 << 20);
    stint_tcp_miss_landing(tcp);
    assert_int_equal(simulation->hosts[1].stack.arena.in_use, in_use);
    assert_int_equal(connection->receiver.ring.length, 0);
    assert_int_equal(connection->receiver.ring.capacity, before.ring.capacity);
    assert_int_equal(connection->receiver.next.number, before.next.number);
    free(simulation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_corrupt_segment_holds_no_buffer_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

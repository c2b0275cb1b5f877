/* What a stack says of its bounds: limits as configured, what is in use, the most there ever was.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stint/stack/bounds.h"

enum { MEMORY = 128 * 1024 };

struct machine {
    struct stint_stack stack;
    _Alignas(8) uint8_t memory[MEMORY];
};

static void *machine_new(void)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3};
    struct machine *machine = calloc(1, sizeof *machine);
    assert_non_null(machine);
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(machine->memory, sizeof machine->memory);
    config.secret = stint_view_of(secret, sizeof secret);
    config.udp.sockets = 3;
    config.tcp.listeners = 2;
    assert_int_equal(stint_stack_init(&machine->stack, &config), STINT_OK);
    return machine;
}

static void expect(const struct machine *machine, enum stint_bound_kind kind, uint32_t in_use,
    uint32_t high_water, uint32_t refused)
{
    const struct stint_bound bound = stint_stack_bound(&machine->stack, kind);
    assert_int_equal(bound.in_use, in_use);
    assert_int_equal(bound.high_water, high_water);
    assert_int_equal(bound.refused, refused);
}

static void nothing_is_in_use_at_the_start(void **state)
{
    (void)state;
    struct machine *machine = machine_new();
    for (unsigned kind = 0; kind < STINT_BOUND_COUNT; kind++) {
        expect(machine, (enum stint_bound_kind)kind, 0, 0, 0);
        assert_true(stint_stack_bound(&machine->stack, (enum stint_bound_kind)kind).limit > 0 ||
                    kind == STINT_BOUND_NEIGHBORS || kind == STINT_BOUND_ADDRESSES ||
                    kind == STINT_BOUND_GROUPS || kind == STINT_BOUND_MEMBERSHIPS);
    }
    free(machine);
}

static void every_bound_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (unsigned a = 0; a < STINT_BOUND_COUNT; a++) {
        const char *name = stint_bound_name((enum stint_bound_kind)a);
        assert_string_not_equal(name, "?");
        for (unsigned b = 0; b < a; b++) {
            assert_string_not_equal(name, stint_bound_name((enum stint_bound_kind)b));
        }
    }
}

static void records_of_a_pool_are_counted(void **state)
{
    (void)state;
    struct machine *machine = machine_new();
    struct stint_udp *udp = &machine->stack.udp;
    struct stint_handle sockets[3];
    struct stint_handle more;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(stint_udp_open(udp, 0, &sockets[i]), STINT_OK);
    }
    assert_int_equal(stint_udp_open(udp, 0, &more), STINT_EXHAUSTED);
    expect(machine, STINT_BOUND_UDP_SOCKETS, 3, 3, 0);
    assert_int_equal(stint_udp_close(udp, sockets[0]), STINT_OK);
    assert_int_equal(stint_udp_close(udp, sockets[1]), STINT_OK);
    expect(machine, STINT_BOUND_UDP_SOCKETS, 1, 3, 0);
    const struct stint_bound buffers = stint_stack_bound(&machine->stack, STINT_BOUND_BUFFER_BYTES);
    assert_int_equal(buffers.in_use, 2 * 4096);
    assert_int_equal(buffers.high_water, 3 * 2 * 4096);
    free(machine);
}

static void listeners_are_counted_though_they_come_and_go(void **state)
{
    (void)state;
    struct machine *machine = machine_new();
    struct stint_tcp *tcp = &machine->stack.tcp;
    struct stint_handle listener;
    for (unsigned i = 0; i < 5; i++) {
        const struct stint_endpoint local = {.port = (uint16_t)(80 + i)};
        assert_int_equal(stint_tcp_listen(tcp, &local, 1, 0, &listener), STINT_OK);
        expect(machine, STINT_BOUND_LISTENERS, 1, 1, 0);
        assert_int_equal(stint_tcp_listener_close(tcp, stint_instant_at(0), listener), STINT_OK);
    }
    expect(machine, STINT_BOUND_LISTENERS, 0, 1, 0);
    free(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_in_use_at_the_start),
        cmocka_unit_test(every_bound_has_a_name_of_its_own),
        cmocka_unit_test(records_of_a_pool_are_counted),
        cmocka_unit_test(listeners_are_counted_though_they_come_and_go),
    };
    return cmocka_run_group_tests_name("stack/bounds", tests, NULL, NULL);
}

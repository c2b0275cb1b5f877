/* Starting a stack: what it needs, to the byte; what it refuses; that two know nothing of each
 * other. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/noise.h"
#include "support/wire.h"

static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3};

static struct stint_stack_config config_with_secret(void)
{
    struct stint_stack_config config = stint_stack_config_default();
    config.secret = stint_view_of(secret, sizeof secret);
    return config;
}

/* Starts a stack in exactly `length` bytes, so that a sanitizer sees one too many. */
static enum stint_result start_in(
    struct stint_stack *stack, struct stint_stack_config config, size_t length, void **memory)
{
    *memory = malloc(length > 0 ? length : 1);
    assert_non_null(*memory);
    config.memory = stint_span_of(*memory, length);
    return stint_stack_init(stack, &config);
}

static void expect_exact_need(const struct stint_stack_config *config)
{
    struct stint_stack stack;
    void *memory;
    const size_t needed = stint_stack_memory_needed(config);
    assert_true(needed > 0);
    assert_int_equal(start_in(&stack, *config, needed, &memory), STINT_OK);
    assert_int_equal(stint_arena_free(&stack.arena), 0);
    free(memory);
    assert_int_equal(start_in(&stack, *config, needed - 1, &memory), STINT_EXHAUSTED);
    free(memory);
}

static void the_memory_needed_is_exact(void **state)
{
    (void)state;
    struct stint_stack_config config = config_with_secret();
    expect_exact_need(&config);
    struct noise noise = {99};
    for (unsigned i = 0; i < 200; i++) {
        config.interfaces = (uint8_t)(1 + noise_below(&noise, 4));
        config.addresses = (uint8_t)(1 + noise_below(&noise, 5));
        config.routes = (uint8_t)noise_below(&noise, 6);
        config.neighbors = (uint16_t)(1 + noise_below(&noise, 70));
        config.held_frames = (uint16_t)noise_below(&noise, 9);
        config.tcp.connections = (uint16_t)(1 + noise_below(&noise, 40));
        config.tcp.half_open = (uint16_t)noise_below(&noise, 40);
        config.tcp.time_wait = (uint16_t)noise_below(&noise, 40);
        config.tcp.listeners = (uint16_t)noise_below(&noise, 9);
        config.udp.sockets = (uint16_t)noise_below(&noise, 9);
        config.icmp.sockets = (uint16_t)noise_below(&noise, 4);
        expect_exact_need(&config);
    }
}

static void every_byte_beyond_the_need_may_become_buffers(void **state)
{
    (void)state;
    const struct stint_stack_config config = config_with_secret();
    const size_t needed = stint_stack_memory_needed(&config);
    uint32_t before = 0;
    for (size_t more = 0; more < 20000; more += 7) {
        struct stint_stack stack;
        void *memory;
        assert_int_equal(start_in(&stack, config, needed + more, &memory), STINT_OK);
        const uint32_t buffers = stint_arena_free(&stack.arena);
        assert_true(buffers >= before);
        assert_true(buffers + 2 * 512 + buffers / 64 > more || more < 1024);
        before = buffers;
        free(memory);
    }
    for (size_t units = 1; units < 40; units++) { /* exactly so many units with their records */
        struct stint_stack stack;
        void *memory;
        const size_t padding = (8 - needed % 8) % 8;
        const size_t more = padding + units * (512 + sizeof(struct stint_arena_unit));
        assert_int_equal(start_in(&stack, config, needed + more, &memory), STINT_OK);
        assert_in_range(stint_arena_free(&stack.arena), (units - 1) * 512, units * 512);
        const uint8_t *const end = (const uint8_t *)memory + needed + more;
        const uint32_t buffers = stint_arena_free(&stack.arena);
        assert_true(buffers == 0 || stack.arena.bytes + buffers <= end);
        free(memory);
    }
}

static void much_memory_is_used_too(void **state)
{
    (void)state;
    const struct stint_stack_config config = config_with_secret();
    const size_t sizes[] = {30u << 20, 34u << 20, 70u << 20, 130u << 20};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct stint_stack stack;
        void *memory;
        assert_int_equal(start_in(&stack, config, sizes[i], &memory), STINT_OK);
        assert_in_range(stint_arena_free(&stack.arena), sizes[i] / 2 - sizes[i] / 16, sizes[i]);
        free(memory);
    }
}

static void unaligned_memory_works(void **state)
{
    (void)state;
    struct stint_stack_config config = config_with_secret();
    uint8_t *memory = malloc(200000);
    assert_non_null(memory);
    for (unsigned skip = 0; skip < 8; skip++) {
        struct stint_stack stack;
        config.memory = stint_span_of(memory + skip, 150001);
        assert_int_equal(stint_stack_init(&stack, &config), STINT_OK);
        assert_true(stint_arena_free(&stack.arena) > 0);
    }
    free(memory);
}

static void a_secret_that_is_none_is_refused(void **state)
{
    (void)state;
    static const uint8_t zeros[STINT_SECRET_LENGTH] = {0};
    struct stint_stack stack;
    uint8_t memory[64];
    struct stint_stack_config config = config_with_secret();
    config.memory = stint_span_of(memory, sizeof memory);
    config.secret = stint_view_of(zeros, sizeof zeros);
    assert_int_equal(stint_stack_init(&stack, &config), STINT_INVALID);
    config.secret = stint_view_of(secret, sizeof secret - 1);
    assert_int_equal(stint_stack_init(&stack, &config), STINT_INVALID);
    config.secret = stint_view_of(NULL, 0);
    assert_int_equal(stint_stack_init(&stack, &config), STINT_INVALID);
}

static void limits_that_cannot_work_are_refused(void **state)
{
    (void)state;
    struct stint_stack_config broken[12];
    for (unsigned i = 0; i < 12; i++) {
        broken[i] = config_with_secret();
    }
    broken[0].interfaces = 0;
    broken[1].addresses = 0;
    broken[2].neighbors = 0;
    broken[3].tcp.connections = 0;
    broken[4].tcp.receive_buffer = 10000;
    broken[5].tcp.send_buffer = 0;
    broken[6].tcp.time_wait = 65535;
    broken[7].tcp.receive_buffer = UINT32_C(1) << 31;
    broken[8].udp.receive_buffer = 1000;
    broken[9].udp.send_buffer = 0;
    broken[10].icmp.buffer = 100;
    broken[11].udp.sockets = 65535;
    uint8_t *memory = malloc(1u << 24);
    assert_non_null(memory);
    for (unsigned i = 0; i < 12; i++) {
        struct stint_stack stack;
        broken[i].memory = stint_span_of(memory, 1u << 24);
        if (stint_stack_init(&stack, &broken[i]) != STINT_INVALID) {
            fail_msg("configuration %u was not refused", i);
        }
        assert_int_equal(stint_stack_memory_needed(&broken[i]), 0);
    }
    free(memory);
}

static void a_stack_without_memory_does_not_start(void **state)
{
    (void)state;
    struct stint_stack stack;
    const struct stint_stack_config config = config_with_secret();
    assert_int_equal(stint_stack_init(&stack, &config), STINT_EXHAUSTED);
}

static void interfaces_that_cannot_work_are_refused(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    uint8_t number = 77;
    struct stint_stack_config config = config_with_secret();
    static uint8_t memory[1 << 18];
    config.memory = stint_span_of(memory, sizeof memory);
    struct stint_stack stack;
    assert_int_equal(stint_stack_init(&stack, &config), STINT_OK);
    assert_true(stint_instant_is_never(stint_stack_poll(&stack, wire->now)));
    const struct stint_interface_config good = {
        .device = wire->stack.interfaces[0].config.device, .hardware_address = {{2}}};
    struct stint_interface_config broken[6] = {good, good, good, good, good, good};
    broken[0].device.operations = NULL;
    broken[1].hardware_address = (struct stint_hardware_address){{0}};
    broken[2].hardware_address = (struct stint_hardware_address){{1}};
    broken[3].hardware_address = stint_hardware_address_broadcast;
    broken[4].mtu = 575;
    broken[5].mtu = 1501;
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(stint_stack_attach(&stack, &broken[i], &number), STINT_INVALID);
    }
    assert_int_equal(number, 77);
    const struct stint_local_address address = {.address = wire_address(1), .prefix_length = 120};
    assert_int_equal(stint_stack_add_address(&stack, 0, &address), STINT_INVALID);
    assert_int_equal(stint_stack_attach(&stack, &good, &number), STINT_OK);
    assert_int_equal(stack.interfaces[0].config.mtu, 1500);
    assert_int_equal(stint_stack_attach(&stack, &good, &number), STINT_EXHAUSTED);
    assert_int_equal(stint_stack_add_address(&stack, 0, &address), STINT_OK);
    free(wire);
}

static void an_address_that_is_taken_away_is_no_longer_ours(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_address ours = wire_address(1);
    struct stint_address source;
    wire_introduce(wire, WIRE_HOST);
    const struct stint_address host = wire_address(WIRE_HOST);
    assert_int_equal(stint_stack_select_source(&wire->stack, &host, &source), STINT_OK);
    assert_true(stint_stack_remove_address(&wire->stack, 0, &ours));
    assert_false(stint_stack_remove_address(&wire->stack, 0, &ours));
    assert_false(stint_stack_remove_address(&wire->stack, 200, &ours));
    assert_false(stint_stack_has_address(&wire->stack, &ours));
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct stint_tcp_segment syn = {.source_port = 1, .destination_port = 80, .syn = true};
    const struct wire_frame frame = wire_tcp(&envelope, &syn);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_IPV4_DESTINATION);
    free(wire);
}

static void a_route_that_is_removed_is_not_taken(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_route route = {
        .prefix = stint_routes_default_ipv4(), .gateway = wire_address(WIRE_HOST)};
    const struct stint_address far = stint_address_ipv4(192, 0, 2, 1);
    struct stint_address source;
    assert_int_equal(stint_stack_add_route(&wire->stack, &route), STINT_OK);
    assert_int_equal(stint_stack_select_source(&wire->stack, &far, &source), STINT_OK);
    assert_true(stint_stack_remove_route(&wire->stack, &route));
    assert_false(stint_stack_remove_route(&wire->stack, &route));
    assert_int_equal(stint_stack_select_source(&wire->stack, &far, &source), STINT_UNREACHABLE);
    free(wire);
}

static void two_stacks_know_nothing_of_each_other(void **state)
{
    (void)state;
    const struct wire_options options = {.seed = 9};
    struct wire *first = wire_new(NULL);
    struct wire *second = wire_new(&options);
    struct wire *before = malloc(sizeof *before);
    assert_non_null(before);
    const struct stint_endpoint local = {.port = 80};
    struct stint_handle listener;
    assert_int_equal(stint_tcp_listen(&first->stack.tcp, &local, 4, 0, &listener), STINT_OK);
    memcpy(before, first, sizeof *before);
    wire_introduce(second, WIRE_HOST);
    assert_int_equal(stint_tcp_listen(&second->stack.tcp, &local, 4, 0, &listener), STINT_OK);
    for (uint16_t port = 1; port < 200; port++) {
        const struct wire_envelope envelope = wire_from(WIRE_HOST);
        const struct stint_tcp_segment syn = {
            .source_port = port, .destination_port = (uint16_t)(79 + port % 3), .syn = true};
        const struct wire_frame frame = wire_tcp(&envelope, &syn);
        (void)wire_take(second, &frame);
    }
    wire_pass(second, stint_seconds(100));
    assert_memory_equal(before, first, sizeof *before); /* not a byte */
    wire_introduce(first, WIRE_HOST);
    assert_int_equal(wire_drops(first), 0);
    free(before);
    free(second);
    free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_memory_needed_is_exact),
        cmocka_unit_test(every_byte_beyond_the_need_may_become_buffers),
        cmocka_unit_test(much_memory_is_used_too),
        cmocka_unit_test(unaligned_memory_works),
        cmocka_unit_test(a_secret_that_is_none_is_refused),
        cmocka_unit_test(limits_that_cannot_work_are_refused),
        cmocka_unit_test(a_stack_without_memory_does_not_start),
        cmocka_unit_test(interfaces_that_cannot_work_are_refused),
        cmocka_unit_test(an_address_that_is_taken_away_is_no_longer_ours),
        cmocka_unit_test(a_route_that_is_removed_is_not_taken),
        cmocka_unit_test(two_stacks_know_nothing_of_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

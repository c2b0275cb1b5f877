/* The Internet checksum against a plain one, at every alignment, length and split.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

enum { LONGEST = 300 };

/* RFC 1071 1: pairs of octets as 16-bit numbers, the last one padded with zero. */
static uint16_t plain_checksum(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        sum += i % 2 == 0 ? bytes[i] * 256u : bytes[i];
        sum = sum % 65536u + sum / 65536u;
    }
    return (uint16_t)(0xffffu - sum);
}

static void known_sums_come_out(void **state)
{
    (void)state;
    uint8_t bytes[64];
    const struct stint_span span = stint_span_of(bytes, sizeof bytes);
    /* RFC 1071 3 */
    assert_int_equal(stint_checksum_of(test_hex("0001 f203 f4f5 f6f7", span)), 0x220d);
    /* An IPv4 header without and with its checksum. */
    assert_int_equal(stint_checksum_of(test_hex("4500 0073 0000 4000 4011 0000"
                                                "c0a8 0001 c0a8 00c7",
                         span)),
        0xb861);
    assert_int_equal(stint_checksum_of(test_hex("4500 0073 0000 4000 4011 b861"
                                                "c0a8 0001 c0a8 00c7",
                         span)),
        0);
    assert_int_equal(stint_checksum_of(stint_view_of(NULL, 0)), 0xffff);
}

static void every_alignment_and_length_sums_as_plainly(void **state)
{
    (void)state;
    struct noise noise = {1};
    alignas(8) uint8_t bytes[LONGEST + 8];
    noise_fill(&noise, bytes, sizeof bytes);
    for (size_t at = 0; at < 8; at++) {
        for (size_t length = 0; length <= LONGEST; length++) {
            assert_int_equal(stint_checksum_of(stint_view_of(bytes + at, length)),
                plain_checksum(bytes + at, length));
        }
    }
}

static void nothing_past_the_end_is_read(void **state)
{
    (void)state;
    struct noise noise = {2};
    uint8_t bytes[80];
    noise_fill(&noise, bytes, sizeof bytes);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        const struct stint_span copy = test_exact_copy(stint_view_of(bytes, length));
        for (size_t at = 0; at <= length && at < 8; at++) {
            assert_int_equal(stint_checksum_of(stint_view_of(copy.bytes + at, length - at)),
                plain_checksum(bytes + at, length - at));
        }
        test_release(copy);
    }
}

static void the_largest_sums_carry_right(void **state)
{
    (void)state;
    static uint8_t bytes[65535];
    memset(bytes, 0xff, sizeof bytes);
    for (size_t length = 65500; length <= sizeof bytes; length++) {
        assert_int_equal(
            stint_checksum_of(stint_view_of(bytes, length)), plain_checksum(bytes, length));
    }
    struct stint_checksum checksum = {UINT32_MAX, false};
    stint_checksum_add(&checksum, stint_view_of(bytes, sizeof bytes));
    stint_checksum_add16(&checksum, 0xff);
    assert_int_equal(stint_checksum_finish(&checksum), 0);
}

static void any_split_into_pieces_sums_as_the_whole(void **state)
{
    (void)state;
    struct noise noise = {3};
    alignas(8) uint8_t bytes[LONGEST + 8];
    for (int round = 0; round < 5000; round++) {
        noise_fill(&noise, bytes, sizeof bytes);
        const size_t at = noise_below(&noise, 8);
        const size_t length = noise_below(&noise, LONGEST + 1);
        struct stint_checksum checksum = {0, false};
        size_t done = 0;
        while (done < length) {
            const uint32_t left = (uint32_t)(length - done);
            const uint32_t most = noise_below(&noise, 4) == 0 ? left : 9;
            const size_t piece = noise_below(&noise, (most < left ? most : left) + 1);
            stint_checksum_add(&checksum, stint_view_of(bytes + at + done, piece));
            done += piece;
        }
        assert_int_equal(stint_checksum_finish(&checksum), plain_checksum(bytes + at, length));
    }
}

static void copying_copies_all_and_nothing_else_and_sums_the_same(void **state)
{
    (void)state;
    struct noise noise = {4};
    alignas(8) uint8_t from[LONGEST + 8];
    alignas(8) uint8_t to[LONGEST + 16];
    noise_fill(&noise, from, sizeof from);
    for (size_t from_at = 0; from_at < 8; from_at++) {
        for (size_t to_at = 0; to_at < 8; to_at++) {
            for (size_t length = 0; length <= LONGEST; length++) {
                memset(to, 0xa5, sizeof to);
                struct stint_checksum checksum = {0, false};
                const struct stint_view piece = stint_view_of(from + from_at, length);
                stint_checksum_add_copy(&checksum, to + 4 + to_at, piece);
                assert_int_equal(
                    stint_checksum_finish(&checksum), plain_checksum(from + from_at, length));
                assert_memory_equal(to + 4 + to_at, from + from_at, length);
                assert_int_equal(to[3 + to_at], 0xa5);
                assert_int_equal(to[4 + to_at + length], 0xa5);
            }
        }
    }
}

static void pieces_may_be_summed_and_copied_in_turn(void **state)
{
    (void)state;
    struct noise noise = {5};
    uint8_t from[LONGEST];
    uint8_t to[LONGEST];
    for (int round = 0; round < 3000; round++) {
        noise_fill(&noise, from, sizeof from);
        const size_t first = noise_below(&noise, LONGEST + 1);
        const size_t second = noise_below(&noise, (uint32_t)(LONGEST - first) + 1);
        struct stint_checksum checksum = {0, false};
        stint_checksum_add_copy(&checksum, to, stint_view_of(from, first));
        stint_checksum_add_copy(&checksum, to + first, stint_view_of(from + first, second));
        stint_checksum_add(
            &checksum, stint_view_of(from + first + second, LONGEST - first - second));
        assert_int_equal(stint_checksum_finish(&checksum), plain_checksum(from, LONGEST));
        assert_memory_equal(to, from, first + second);
    }
}

static void a_number_sums_as_its_two_octets(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0xfe, 0xdc, 0xba, 0x98};
    struct stint_checksum checksum = {0, false};
    stint_checksum_add16(&checksum, 0xfedc);
    stint_checksum_add16(&checksum, 0xba98);
    assert_int_equal(stint_checksum_finish(&checksum), plain_checksum(bytes, sizeof bytes));
}

static void many_pieces_never_overflow(void **state)
{
    (void)state;
    const uint8_t bytes[2] = {0xff, 0xfe};
    struct stint_checksum checksum = {0, false};
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 200000; i++) {
        stint_checksum_add(&checksum, stint_view_of(bytes, sizeof bytes));
        sum += 0xfffe;
        sum = sum % 65536u + sum / 65536u;
    }
    assert_int_equal(stint_checksum_finish(&checksum), 0xffff - sum);
}

static void nothing_adds_nothing_in_any_place(void **state)
{
    (void)state;
    const uint8_t byte = 0x12;
    struct stint_checksum checksum = {0, false};
    for (int round = 0; round < 2; round++) {
        const uint16_t before = stint_checksum_finish(&checksum);
        stint_checksum_add(&checksum, stint_view_of(NULL, 0));
        stint_checksum_add_copy(&checksum, NULL, stint_view_of(NULL, 0));
        assert_int_equal(stint_checksum_finish(&checksum), before);
        stint_checksum_add(&checksum, stint_view_of(&byte, 1));
    }
    assert_int_equal(stint_checksum_finish(&checksum), 0xffff - 0x1212);
}

/* Every word of the octets 00, 01 and ff: sums on both sides of every carry. */
static void words_at_the_edge_of_a_carry_sum_right(void **state)
{
    (void)state;
    alignas(8) uint8_t bytes[72] = {0};
    for (unsigned pattern = 0; pattern < 6561; pattern++) {
        static const uint8_t octets[3] = {0x00, 0x01, 0xff};
        unsigned left = pattern;
        for (size_t i = 0; i < 8; i++) {
            bytes[i] = octets[left % 3];
            left /= 3;
        }
        assert_int_equal(stint_checksum_of(stint_view_of(bytes, sizeof bytes)),
            plain_checksum(bytes, sizeof bytes));
    }
}

static void a_carry_of_a_carry_is_not_lost(void **state)
{
    (void)state;
    const struct stint_checksum carries = {UINT32_C(0x101ffff), false};
    assert_int_equal(stint_checksum_finish(&carries), 0xffff - 0x0101);
    const struct stint_checksum all_ones = {UINT32_MAX, false};
    assert_int_equal(stint_checksum_finish(&all_ones), 0);
}

static void the_ipv4_pseudo_header_is_twelve_octets(void **state)
{
    (void)state;
    uint8_t bytes[12];
    const struct stint_view plain =
        test_hex("0a00020f 0a000202 00 06 1234", stint_span_of(bytes, sizeof bytes));
    const struct stint_address source = stint_address_ipv4(10, 0, 2, 15);
    const struct stint_address destination = stint_address_ipv4(10, 0, 2, 2);
    const struct stint_checksum checksum =
        stint_checksum_pseudo_header(&source, &destination, 6, 0x1234);
    assert_int_equal(stint_checksum_finish(&checksum), plain_checksum(plain.bytes, plain.length));
}

static void the_ipv6_pseudo_header_is_forty_octets(void **state)
{
    (void)state;
    struct noise noise = {6};
    uint8_t bytes[40] = {0};
    struct stint_address source;
    struct stint_address destination;
    noise_fill(&noise, source.octets, 16);
    noise_fill(&noise, destination.octets, 16);
    memcpy(bytes, source.octets, 16);
    memcpy(bytes + 16, destination.octets, 16);
    stint_store32(bytes + 32, UINT32_C(0x00012345));
    bytes[39] = 58;
    const struct stint_checksum checksum =
        stint_checksum_pseudo_header(&source, &destination, 58, UINT32_C(0x00012345));
    assert_int_equal(stint_checksum_finish(&checksum), plain_checksum(bytes, sizeof bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_sums_come_out),
        cmocka_unit_test(every_alignment_and_length_sums_as_plainly),
        cmocka_unit_test(nothing_past_the_end_is_read),
        cmocka_unit_test(the_largest_sums_carry_right),
        cmocka_unit_test(any_split_into_pieces_sums_as_the_whole),
        cmocka_unit_test(copying_copies_all_and_nothing_else_and_sums_the_same),
        cmocka_unit_test(pieces_may_be_summed_and_copied_in_turn),
        cmocka_unit_test(a_number_sums_as_its_two_octets),
        cmocka_unit_test(many_pieces_never_overflow),
        cmocka_unit_test(nothing_adds_nothing_in_any_place),
        cmocka_unit_test(words_at_the_edge_of_a_carry_sum_right),
        cmocka_unit_test(a_carry_of_a_carry_is_not_lost),
        cmocka_unit_test(the_ipv4_pseudo_header_is_twelve_octets),
        cmocka_unit_test(the_ipv6_pseudo_header_is_forty_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Recordings: read back as pcapng.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/device/recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "stint/device/loopback.h"

enum { INBOUND = 1, OUTBOUND = 2, HEADERS_LENGTH = 28 + 20 };

struct file {
    uint8_t bytes[16384];
    size_t length;
    unsigned blocks;
};

struct desk {
    struct stint_loopback loopback;
    struct stint_recording recording;
    struct stint_device device;
    uint8_t storage[8192];
    struct file file;
};

static void append(void *context, struct stint_view block)
{
    struct file *const file = context;
    assert_true(file->length + block.length <= sizeof file->bytes);
    memcpy(file->bytes + file->length, block.bytes, block.length);
    file->length += block.length;
    file->blocks++;
}

static void set_up(struct desk *desk, int64_t epoch_offset)
{
    memset(desk, 0, sizeof *desk);
    const struct stint_recording_sink sink = {append, &desk->file};
    stint_loopback_init(&desk->loopback, stint_span_of(desk->storage, sizeof desk->storage));
    stint_recording_init(
        &desk->recording, stint_loopback_device(&desk->loopback), sink, epoch_offset);
    desk->device = stint_recording_device(&desk->recording);
}

static void send(struct desk *desk, int64_t time, const uint8_t *bytes, size_t length)
{
    const struct stint_span room =
        stint_device_transmit(&desk->device, stint_instant_at(time), length + 10);
    assert_int_equal(room.length, length + 10);
    memcpy(room.bytes, bytes, length);
    stint_device_transmit_commit(&desk->device, stint_instant_at(time), length);
}

static struct stint_reader packets_of(const struct desk *desk)
{
    return stint_reader_over(
        stint_view_of(desk->file.bytes + HEADERS_LENGTH, desk->file.length - HEADERS_LENGTH));
}

/* Reads one enhanced packet block (4.3 of the draft) that holds just this. */
static void assert_packet(struct stint_reader *reader, uint64_t time, const uint8_t *bytes,
    size_t length, uint32_t direction)
{
    const size_t before = reader->rest.length;
    assert_int_equal(stint_reader_take32(reader), 6);
    const uint32_t block_length = stint_reader_take32(reader);
    assert_int_equal(block_length % 4, 0);
    assert_int_equal(stint_reader_take32(reader), 0);
    assert_int_equal(stint_reader_take32(reader), time >> 32);
    assert_int_equal(stint_reader_take32(reader), time & UINT32_MAX);
    assert_int_equal(stint_reader_take32(reader), length);
    assert_int_equal(stint_reader_take32(reader), length);
    assert_memory_equal(stint_reader_take(reader, length), bytes, length);
    while ((before - reader->rest.length) % 4 != 0) {
        assert_int_equal(stint_reader_take8(reader), 0);
    }
    assert_int_equal(stint_reader_take16(reader), 2);
    assert_int_equal(stint_reader_take16(reader), 4);
    assert_int_equal(stint_reader_take32(reader), direction);
    assert_int_equal(stint_reader_take32(reader), 0);
    assert_int_equal(stint_reader_take32(reader), block_length);
    assert_int_equal(before - reader->rest.length, block_length);
    assert_false(reader->failed);
}

static void a_recording_begins_with_its_section_and_its_interface(void **state)
{
    (void)state;
    struct desk desk;
    set_up(&desk, 0);
    const uint8_t expected[HEADERS_LENGTH] = {0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c,
        0x4d, 0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 28, 0, 0, 0, 1,
        0, 0, 0, 20, 0, 1, 0, 0, 0, 0, 0x05, 0xec, 0, 0, 0, 20};
    assert_int_equal(desk.file.blocks, 2);
    assert_int_equal(desk.file.length, sizeof expected);
    assert_memory_equal(desk.file.bytes, expected, sizeof expected);
}

static void frames_are_recorded_with_time_and_direction(void **state)
{
    (void)state;
    struct desk desk;
    const int64_t epoch = 1700000000000000;
    set_up(&desk, epoch);
    const uint8_t bytes[70] = {1, 2, 3, [69] = 9};
    for (size_t length = 60; length < 65; length++) {
        const int64_t time = (int64_t)length;
        send(&desk, time, bytes, length);
        assert_int_equal(
            stint_device_receive(&desk.device, stint_instant_at(time + 1000)).length, length);
        stint_device_receive_done(&desk.device);
    }
    struct stint_reader reader = packets_of(&desk);
    for (size_t length = 60; length < 65; length++) {
        const uint64_t time = (uint64_t)epoch + length;
        assert_packet(&reader, time, bytes, length, OUTBOUND);
        assert_packet(&reader, time + 1000, bytes, length, INBOUND);
    }
    assert_int_equal(reader.rest.length, 0);
    assert_int_equal(desk.file.blocks, 2 + 10);
}

static void a_frame_that_is_looked_at_twice_is_recorded_once(void **state)
{
    (void)state;
    struct desk desk;
    set_up(&desk, 0);
    const uint8_t bytes[60] = {1};
    const struct stint_instant now = stint_instant_at(1);
    assert_int_equal(stint_device_receive(&desk.device, now).length, 0);
    send(&desk, 1, bytes, sizeof bytes);
    send(&desk, 1, bytes, sizeof bytes);
    assert_int_equal(desk.file.blocks, 4);
    stint_device_receive(&desk.device, now);
    stint_device_receive(&desk.device, now);
    stint_device_receive_done(&desk.device);
    assert_int_equal(desk.file.blocks, 5);
    stint_device_receive(&desk.device, now);
    assert_int_equal(desk.file.blocks, 6);
}

static void what_is_given_up_or_finds_no_room_is_not_recorded(void **state)
{
    (void)state;
    struct desk desk;
    set_up(&desk, 0);
    const struct stint_instant now = stint_instant_at(1);
    assert_int_equal(stint_device_transmit(&desk.device, now, 1000).length, 1000);
    assert_int_equal(stint_device_transmit(&desk.device, now, 9000).length, 0);
    assert_int_equal(desk.file.blocks, 2);
}

static void a_longer_frame_is_recorded_in_part(void **state)
{
    (void)state;
    struct desk desk;
    set_up(&desk, 0);
    const uint8_t bytes[4000] = {0};
    send(&desk, 1, bytes, sizeof bytes);
    struct stint_reader reader = packets_of(&desk);
    stint_reader_take(&reader, 20);
    assert_int_equal(stint_reader_take32(&reader), STINT_RECORDING_FRAME_LENGTH);
    assert_int_equal(stint_reader_take32(&reader), sizeof bytes);
    assert_int_equal(desk.file.length, HEADERS_LENGTH + STINT_RECORDING_BLOCK_LENGTH);
}

static void the_inner_device_says_when_to_call_again(void **state)
{
    (void)state;
    struct desk desk;
    set_up(&desk, 0);
    const uint8_t bytes[60] = {1};
    const struct stint_instant now = stint_instant_at(1);
    assert_true(stint_instant_is_never(stint_device_service(&desk.device, now)));
    send(&desk, 1, bytes, sizeof bytes);
    assert_int_equal(stint_device_service(&desk.device, now).microseconds, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recording_begins_with_its_section_and_its_interface),
        cmocka_unit_test(frames_are_recorded_with_time_and_direction),
        cmocka_unit_test(a_frame_that_is_looked_at_twice_is_recorded_once),
        cmocka_unit_test(what_is_given_up_or_finds_no_room_is_not_recorded),
        cmocka_unit_test(a_longer_frame_is_recorded_in_part),
        cmocka_unit_test(the_inner_device_says_when_to_call_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

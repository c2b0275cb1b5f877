/* Frames that pass, written as pcapng in network order (the section header says so).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/device/recording.h"

/* Section numbers are those of draft-ietf-opsawg-pcapng-02. */
enum {
    SECTION_HEADER = 0x0a0d0d0a,   /* 4.1 */
    SECTION_HEADER_LENGTH = 28,    /* without options */
    BYTE_ORDER_MAGIC = 0x1a2b3c4d, /* 4.1 */
    VERSION_MAJOR = 1,
    VERSION_MINOR = 0,
    INTERFACE_DESCRIPTION = 1,         /* 4.2 */
    INTERFACE_DESCRIPTION_LENGTH = 20, /* without options: times are in microseconds */
    LINKTYPE_ETHERNET = 1,
    ENHANCED_PACKET = 6,                    /* 4.3 */
    ENHANCED_PACKET_OVERHEAD = 28 + 12 + 4, /* header, flags and end of options, length again */
    OPTION_END = 0,                         /* 3.5 */
    OPTION_FLAGS = 2,                       /* 4.3.1 */
    OPTION_FLAGS_LENGTH = 4,
};

enum direction {
    INBOUND = 1, /* 4.3.1 */
    OUTBOUND = 2,
};

static void write_block(struct stint_recording *recording, const struct stint_writer *writer)
{
    recording->sink.write(recording->sink.context, stint_writer_written(writer));
}

static void write_section_header(struct stint_recording *recording)
{
    struct stint_writer writer =
        stint_writer_into(stint_span_of(recording->block, sizeof recording->block));
    stint_writer_put32(&writer, SECTION_HEADER);
    stint_writer_put32(&writer, SECTION_HEADER_LENGTH);
    stint_writer_put32(&writer, BYTE_ORDER_MAGIC);
    stint_writer_put16(&writer, VERSION_MAJOR);
    stint_writer_put16(&writer, VERSION_MINOR);
    stint_writer_put32(&writer, UINT32_MAX); /* the section's length is not known: -1 */
    stint_writer_put32(&writer, UINT32_MAX);
    stint_writer_put32(&writer, SECTION_HEADER_LENGTH);
    write_block(recording, &writer);
}

static void write_interface_description(struct stint_recording *recording)
{
    struct stint_writer writer =
        stint_writer_into(stint_span_of(recording->block, sizeof recording->block));
    stint_writer_put32(&writer, INTERFACE_DESCRIPTION);
    stint_writer_put32(&writer, INTERFACE_DESCRIPTION_LENGTH);
    stint_writer_put16(&writer, LINKTYPE_ETHERNET);
    stint_writer_put16(&writer, 0);
    stint_writer_put32(&writer, STINT_RECORDING_FRAME_LENGTH);
    stint_writer_put32(&writer, INTERFACE_DESCRIPTION_LENGTH);
    write_block(recording, &writer);
}

static void write_packet(struct stint_recording *recording, struct stint_instant now,
    struct stint_view frame, enum direction direction)
{
    const struct stint_view captured = stint_view_first(frame, STINT_RECORDING_FRAME_LENGTH);
    const uint32_t padded = ((uint32_t)captured.length + 3) / 4 * 4;
    const uint32_t block_length = ENHANCED_PACKET_OVERHEAD + padded;
    const uint64_t time = (uint64_t)(now.microseconds + recording->epoch_offset);
    struct stint_writer writer =
        stint_writer_into(stint_span_of(recording->block, sizeof recording->block));
    stint_writer_put32(&writer, ENHANCED_PACKET);
    stint_writer_put32(&writer, block_length);
    stint_writer_put32(&writer, 0); /* the first interface */
    stint_writer_put32(&writer, (uint32_t)(time >> 32));
    stint_writer_put32(&writer, (uint32_t)(time & UINT32_MAX));
    stint_writer_put32(&writer, (uint32_t)captured.length);
    stint_writer_put32(&writer, (uint32_t)frame.length);
    stint_writer_put(&writer, captured);
    for (size_t length = captured.length; length < padded; length++) {
        stint_writer_put8(&writer, 0);
    }
    stint_writer_put16(&writer, OPTION_FLAGS);
    stint_writer_put16(&writer, OPTION_FLAGS_LENGTH);
    stint_writer_put32(&writer, direction);
    stint_writer_put16(&writer, OPTION_END);
    stint_writer_put16(&writer, 0);
    stint_writer_put32(&writer, block_length);
    write_block(recording, &writer);
}

static struct stint_view receive(void *context, struct stint_instant now)
{
    struct stint_recording *const recording = context;
    const struct stint_view frame = stint_device_receive(&recording->inner, now);
    if (frame.length != 0 && !recording->lent) {
        write_packet(recording, now, frame, INBOUND);
        recording->lent = true;
    }
    return frame;
}

static void receive_done(void *context)
{
    struct stint_recording *const recording = context;
    recording->lent = false;
    stint_device_receive_done(&recording->inner);
}

static struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    struct stint_recording *const recording = context;
    recording->reserved = stint_device_transmit(&recording->inner, now, length);
    return recording->reserved;
}

static void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    struct stint_recording *const recording = context;
    const struct stint_view frame = stint_span_as_view(recording->reserved);
    write_packet(recording, now, stint_view_first(frame, length), OUTBOUND);
    stint_device_transmit_commit(&recording->inner, now, length);
}

static struct stint_instant service(void *context, struct stint_instant now)
{
    const struct stint_recording *const recording = context;
    return stint_device_service(&recording->inner, now);
}

static const struct stint_device_operations operations = {
    receive, receive_done, transmit, transmit_commit, service};

void stint_recording_init(struct stint_recording *recording, struct stint_device inner,
    struct stint_recording_sink sink, int64_t epoch_offset)
{
    recording->inner = inner;
    recording->sink = sink;
    recording->epoch_offset = epoch_offset;
    recording->reserved = stint_span_of(NULL, 0);
    recording->lent = false;
    write_section_header(recording);
    write_interface_description(recording);
}

struct stint_device stint_recording_device(struct stint_recording *recording)
{
    const struct stint_device device = {&operations, recording};
    return device;
}

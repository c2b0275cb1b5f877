/* Unknown input for the interpreter: bytes of which nothing is known but how many there are.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PROOFS_UNKNOWN_H
#define STINT_PROOFS_UNKNOWN_H

#include "__fc_builtin.h"
#include "stint/base/bytes.h"
#include <stdlib.h>

/* Tells tools/prove that the end of a driver was reached. */
void Frama_C_show_each_end(void);

/* Memory of exactly `length` unknown bytes: one byte before or after it is an alarm. */
static inline uint8_t *unknown_bytes(size_t length)
{
    uint8_t *bytes = malloc(length);
    if (length > 0) {
        Frama_C_make_unknown((char *)bytes, length);
    }
    return bytes;
}

#define MAKE_UNKNOWN(object) Frama_C_make_unknown((char *)&(object), sizeof(object))

static inline struct stint_view unknown_view(size_t length)
{
    return stint_view_of(unknown_bytes(length), length);
}

/* Reads the first byte and the last one: a view of what is not there is an alarm. */
static inline void read_ends(struct stint_view view)
{
    if (view.length > 0) {
        volatile uint8_t seen = view.bytes[0];
        seen = view.bytes[view.length - 1];
    }
}

/* A writer into exactly `room` bytes. */
static inline struct stint_writer writer_with_room(size_t room)
{
    return stint_writer_into(stint_span_of(unknown_bytes(room), room));
}

/* What was written is there, and no more than there was room for. */
static inline void close_writer(struct stint_writer *writer)
{
    read_ends(stint_writer_written(writer));
    free(writer->whole.bytes);
}

static inline void forget(const uint8_t *bytes)
{
    free((void *)bytes);
}

static inline uint8_t unknown8(void)
{
    return (uint8_t)Frama_C_unsigned_int_interval(0, 0xff);
}

static inline uint16_t unknown16(void)
{
    return (uint16_t)Frama_C_unsigned_int_interval(0, 0xffff);
}

static inline uint32_t unknown32(void)
{
    return Frama_C_unsigned_int_interval(0, 0xffffffff);
}

static inline size_t unknown_up_to(size_t largest)
{
    return Frama_C_size_t_interval(0, largest);
}

/* Any length up to 71, or the largest. A driver splits it: each is followed on its own. */
static inline size_t unknown_length(size_t largest)
{
    const size_t length = unknown_up_to(72);
    return length < 72 ? length : largest;
}

static inline bool unknown_bool(void)
{
    return Frama_C_interval(0, 1) == 1;
}

#endif

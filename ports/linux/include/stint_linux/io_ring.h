/* Many writes to one descriptor in one call of the kernel (io_uring).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Nothing is waited for: what cannot be done at once ends with -EAGAIN. Nothing is in flight after
 * a call, so buffers may go when it has returned.
 */
#ifndef STINT_STINT_LINUX_IO_RING_H
#define STINT_STINT_LINUX_IO_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_LINUX_IO_RING_ENTRIES = 64 };

struct stint_linux_io_ring {
    int descriptor; /* -1: closed */
    uint32_t *submission_tail;
    uint32_t *completion_head;
    uint32_t *completion_tail;
    uint32_t submission_mask;
    uint32_t completion_mask;
    void *submissions; /* struct io_uring_sqe [] */
    void *completions; /* struct io_uring_cqe [] */
    void *rings;       /* both, mapped */
    size_t rings_size;
    size_t submissions_size;
};

struct stint_linux_write {
    uint8_t *bytes; /* borrowed for the call */
    uint32_t length;
    int32_t result; /* what write() would return, or -errno */
};

/* False when the kernel has no io_uring, or forbids it to this process. */
bool stint_linux_io_ring_open(struct stint_linux_io_ring *ring);
/* Closes an open one; nothing happens to a closed one. */
void stint_linux_io_ring_close(struct stint_linux_io_ring *ring);

static inline bool stint_linux_io_ring_is_open(const struct stint_linux_io_ring *ring)
{
    return ring->descriptor >= 0;
}

/* Does `count` writes (at most STINT_LINUX_IO_RING_ENTRIES) in their order, every one even when
 * one before it failed. On false the kernel refused the call; results of what it did not do are
 * -EAGAIN. */
bool stint_linux_io_ring_write(struct stint_linux_io_ring *ring, int descriptor,
    struct stint_linux_write *writes, unsigned count);

#ifdef __cplusplus
}
#endif

#endif

/* Many writes to one descriptor in one call of the kernel (io_uring).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_linux/io_ring.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int ring_setup(unsigned entries, struct io_uring_params *parameters)
{
    return (int)syscall(SYS_io_uring_setup, entries, parameters);
}

static int ring_enter(int descriptor, unsigned submitted, unsigned completed)
{
    const unsigned flags = completed > 0 ? IORING_ENTER_GETEVENTS : 0;
    return (int)syscall(SYS_io_uring_enter, descriptor, submitted, completed, flags, NULL, 0);
}

static void *map(const struct stint_linux_io_ring *ring, size_t size, uint64_t offset)
{
    void *const mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
        ring->descriptor, (off_t)offset);
    return mapped == MAP_FAILED ? NULL : mapped;
}

static void locate(struct stint_linux_io_ring *ring, const struct io_uring_params *parameters)
{
    uint8_t *const base = ring->rings;
    ring->submission_tail = (uint32_t *)(base + parameters->sq_off.tail);
    ring->completion_head = (uint32_t *)(base + parameters->cq_off.head);
    ring->completion_tail = (uint32_t *)(base + parameters->cq_off.tail);
    ring->submission_mask = *(uint32_t *)(base + parameters->sq_off.ring_mask);
    ring->completion_mask = *(uint32_t *)(base + parameters->cq_off.ring_mask);
    ring->completions = base + parameters->cq_off.cqes;
    /* Submissions are used in the order in which they lie. */
    uint32_t *const order = (uint32_t *)(base + parameters->sq_off.array);
    for (uint32_t i = 0; i < parameters->sq_entries; i++) {
        order[i] = i;
    }
}

bool stint_linux_io_ring_open(struct stint_linux_io_ring *ring)
{
    memset(ring, 0, sizeof(*ring));
    struct io_uring_params parameters;
    memset(&parameters, 0, sizeof(parameters));
    ring->descriptor = ring_setup(STINT_LINUX_IO_RING_ENTRIES, &parameters);
    if (ring->descriptor < 0) {
        return false;
    }
    const uint32_t needed = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP;
    ring->rings_size = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
    ring->submissions_size = parameters.sq_entries * sizeof(struct io_uring_sqe);
    if ((parameters.features & needed) == needed) {
        ring->rings = map(ring, ring->rings_size, IORING_OFF_SQ_RING);
        ring->submissions = map(ring, ring->submissions_size, IORING_OFF_SQES);
    }
    if (ring->rings == NULL || ring->submissions == NULL) {
        stint_linux_io_ring_close(ring);
        return false;
    }
    locate(ring, &parameters);
    return true;
}

void stint_linux_io_ring_close(struct stint_linux_io_ring *ring)
{
    if (ring->submissions != NULL) {
        munmap(ring->submissions, ring->submissions_size);
    }
    if (ring->rings != NULL) {
        munmap(ring->rings, ring->rings_size);
    }
    if (ring->descriptor >= 0) {
        close(ring->descriptor);
    }
    *ring = (struct stint_linux_io_ring){.descriptor = -1};
}

static void submit(struct stint_linux_io_ring *ring, int descriptor,
    struct stint_linux_write *writes, unsigned count)
{
    struct io_uring_sqe *const submissions = ring->submissions;
    const uint32_t tail = *ring->submission_tail;
    for (unsigned i = 0; i < count; i++) {
        writes[i].result = -EAGAIN;
        submissions[(tail + i) & ring->submission_mask] = (struct io_uring_sqe){
            .opcode = IORING_OP_WRITE,
            .fd = descriptor,
            .addr = (uint64_t)(uintptr_t)writes[i].bytes,
            .len = writes[i].length,
            .rw_flags = RWF_NOWAIT,
            .user_data = i,
        };
    }
    __atomic_store_n(ring->submission_tail, tail + count, __ATOMIC_RELEASE);
}

static unsigned reap(struct stint_linux_io_ring *ring, struct stint_linux_write *writes)
{
    const struct io_uring_cqe *const completions = ring->completions;
    const uint32_t head = *ring->completion_head;
    const uint32_t tail = __atomic_load_n(ring->completion_tail, __ATOMIC_ACQUIRE);
    for (uint32_t at = head; at != tail; at++) {
        const struct io_uring_cqe *const completion = &completions[at & ring->completion_mask];
        writes[completion->user_data].result = completion->res;
    }
    __atomic_store_n(ring->completion_head, tail, __ATOMIC_RELEASE);
    return tail - head;
}

bool stint_linux_io_ring_write(struct stint_linux_io_ring *ring, int descriptor,
    struct stint_linux_write *writes, unsigned count)
{
    submit(ring, descriptor, writes, count);
    unsigned entered = 0;
    unsigned done = 0;
    while (done < count) {
        const int taken = ring_enter(ring->descriptor, count - entered, entered > done);
        if (taken < 0 && errno != EINTR) {
            /* Takes back what the kernel has not taken. */
            __atomic_store_n(ring->submission_tail, *ring->submission_tail - (count - entered),
                __ATOMIC_RELEASE);
            return false;
        }
        entered += taken > 0 ? (unsigned)taken : 0;
        done += reap(ring, writes);
    }
    return true;
}

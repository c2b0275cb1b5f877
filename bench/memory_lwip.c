/* How much memory lwIP has in use: what liblwip takes of malloc(), whoever in it asks.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Debian's lwIP has neither a heap nor pools of its own (MEM_LIBC_MALLOC, MEMP_MEM_MALLOC): its
 * packets, segments, control blocks, mailboxes and semaphores all come from here. A block counts as
 * malloc() has rounded it.
 */
#define _GNU_SOURCE
#include "memory.h"

#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* glibc's own, behind the names that are defined here. */
void *__libc_malloc(size_t length);
void *__libc_calloc(size_t count, size_t length);
void __libc_free(void *block);

static struct {
    uintptr_t begin;
    uintptr_t end;
} code_of_lwip;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct memory_use use;

static bool is_of_lwip(const void *caller)
{
    return (uintptr_t)caller >= code_of_lwip.begin && (uintptr_t)caller < code_of_lwip.end;
}

static void *count(const void *caller, void *block)
{
    if (block != NULL && is_of_lwip(caller)) {
        pthread_mutex_lock(&mutex);
        use.in_use += malloc_usable_size(block);
        use.high_water = use.in_use > use.high_water ? use.in_use : use.high_water;
        pthread_mutex_unlock(&mutex);
    }
    return block;
}

void *malloc(size_t length)
{
    return count(__builtin_return_address(0), __libc_malloc(length));
}

void *calloc(size_t number, size_t length)
{
    return count(__builtin_return_address(0), __libc_calloc(number, length));
}

void free(void *block)
{
    if (block != NULL && is_of_lwip(__builtin_return_address(0))) {
        pthread_mutex_lock(&mutex);
        use.in_use -= malloc_usable_size(block);
        pthread_mutex_unlock(&mutex);
    }
    __libc_free(block);
}

static int find_lwip(struct dl_phdr_info *library, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    if (strstr(library->dlpi_name, "liblwip") == NULL) {
        return 0;
    }
    for (int i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
            code_of_lwip.begin = library->dlpi_addr + part->p_vaddr;
            code_of_lwip.end = code_of_lwip.begin + part->p_memsz;
        }
    }
    return 1;
}

void memory_prepare(size_t bytes)
{
    (void)bytes;
    dl_iterate_phdr(find_lwip, NULL);
}

struct memory_use memory_use(void)
{
    pthread_mutex_lock(&mutex);
    const struct memory_use now = use;
    pthread_mutex_unlock(&mutex);
    return now;
}

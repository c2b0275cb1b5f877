/* select() over sockets mixed with descriptors of other drivers, which may end the wait.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The VFS asks for the calling task's token, hands it to the other drivers, calls vfs_select() with
 * the sockets, and looks at the other drivers afterwards. A driver that fires sets the token's stop
 * flag and gives the semaphore that the task sleeps on. A token that comes when the select is over
 * is forgotten by the next one.
 */
#include "calls_wait.h"
#include "esp_attr.h"
#include "sdkconfig.h"
#include "stint_sockets/wait_freertos.h"
#include "vfs_calls.h"

#if CONFIG_VFS_SELECT_IN_RAM
#define VFS_FROM_ISR IRAM_ATTR
#else
#define VFS_FROM_ISR
#endif

/* Of tasks that got none: they sleep by ticks, and look at its flag. */
static struct stint_wait_task without_memory;
static StaticSemaphore_t without_memory_semaphore;

static struct stint_wait_task *token_of_task(void)
{
    struct stint_wait_task *const task = stint_wait_freertos_task();
    return task != NULL ? task : &without_memory;
}

void *vfs_select_semaphore(void)
{
    struct stint_wait_task *const token = token_of_task();
    if (token->semaphore == NULL) {
        token->semaphore = xSemaphoreCreateBinaryStatic(&without_memory_semaphore);
    }
    token->stop = false;
    return &token->semaphore;
}

int vfs_select(
    int limit, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout)
{
    return lwip_select_until_stopped(
        limit, readable, writable, exceptional, timeout, &token_of_task()->stop);
}

/* The semaphore is the first member of its token. */
void vfs_stop_select(void *semaphore)
{
    struct stint_wait_task *const token = (struct stint_wait_task *)semaphore;
    token->stop = true;
    xSemaphoreGive(token->semaphore);
}

void VFS_FROM_ISR vfs_stop_select_from_isr(void *semaphore, BaseType_t *woken)
{
    struct stint_wait_task *const token = (struct stint_wait_task *)semaphore;
    token->stop = true;
    xSemaphoreGiveFromISR(token->semaphore, woken);
}

/* select() over the descriptors of several drivers, sockets among them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Descriptors that were registered as a range are sockets: the first one's driver waits for all,
 * the other drivers are told a semaphore that ends the wait. Without sockets the semaphore is our
 * own.
 */
#include "freertos/semphr.h"
#include "harness.h"
#include "vfs.h"
#include <errno.h>
#include <string.h>

/* The sets of a call. One that the caller did not give is empty. */
struct sets {
    fd_set set[3]; /* read, write, error */
    bool any;
};

struct selection {
    struct sets local[VFS_DRIVERS]; /* with the drivers' own numbers */
    void *arguments[VFS_DRIVERS];
    bool started[VFS_DRIVERS];
    struct vfs_select socket;
    esp_vfs_select_sem_t semaphore;
};

static bool is_set(int fd, const fd_set *set)
{
    return set != NULL && FD_ISSET(fd, set);
}

/* Moves what belongs to drivers into their sets; sockets stay. */
static void divide(struct selection *selection, int nfds, fd_set *global[3])
{
    for (int fd = 0; fd < nfds; fd++) {
        struct vfs_descriptor descriptor;
        if (!is_set(fd, global[0]) && !is_set(fd, global[1]) && !is_set(fd, global[2])) {
            continue;
        }
        const struct vfs_driver *const driver = vfs_find(fd, &descriptor);
        if (driver == NULL) {
            continue;
        }
        if (descriptor.permanent) {
            if (selection->socket.socket_select == NULL) {
                vfs_select_of(driver, &selection->socket);
                selection->semaphore.sem = selection->socket.semaphore();
            }
            continue;
        }
        struct sets *const local = &selection->local[descriptor.driver - 1];
        local->any = true;
        for (unsigned i = 0; i < 3; i++) {
            if (is_set(fd, global[i])) {
                FD_SET(descriptor.local, &local->set[i]);
                FD_CLR(fd, global[i]);
            }
        }
    }
}

static bool start_drivers(struct selection *selection, int nfds)
{
    for (int i = 0; i < VFS_DRIVERS; i++) {
        struct vfs_select select;
        struct sets *const local = &selection->local[i];
        if (!local->any || !vfs_select_of(vfs_driver_at(i), &select) || select.start == NULL) {
            continue;
        }
        if (select.start(nfds, &local->set[0], &local->set[1], &local->set[2], selection->semaphore,
                &selection->arguments[i]) != ESP_OK) {
            return false;
        }
        selection->started[i] = true;
    }
    return true;
}

static void end_drivers(struct selection *selection)
{
    for (int i = 0; i < VFS_DRIVERS; i++) {
        struct vfs_select select;
        if (selection->started[i] && vfs_select_of(vfs_driver_at(i), &select)) {
            select.end(selection->arguments[i]);
        }
    }
}

/* Sleeps on our own semaphore, at least as long as the timeout says. */
static void wait_locally(SemaphoreHandle_t semaphore, const struct timeval *timeout)
{
    TickType_t ticks = portMAX_DELAY;
    if (timeout != NULL) {
        const uint64_t milliseconds =
            (uint64_t)timeout->tv_sec * 1000 + (uint64_t)timeout->tv_usec / 1000;
        ticks = (TickType_t)((milliseconds + portTICK_PERIOD_MS - 1) / portTICK_PERIOD_MS + 1);
    }
    xSemaphoreTake(semaphore, ticks);
}

/* Sets in the caller's sets what the drivers left in theirs; how many. */
static int collect(const struct selection *selection, int nfds, fd_set *global[3])
{
    int count = 0;
    for (int fd = 0; fd < MAX_FDS && fd < nfds; fd++) {
        struct vfs_descriptor descriptor;
        if (vfs_find(fd, &descriptor) == NULL || descriptor.permanent ||
            !selection->local[descriptor.driver - 1].any) {
            continue;
        }
        for (unsigned i = 0; i < 3; i++) {
            if (global[i] != NULL &&
                FD_ISSET(descriptor.local, &selection->local[descriptor.driver - 1].set[i])) {
                FD_SET(fd, global[i]);
                count++;
            }
        }
    }
    return count;
}

static int wait_and_collect(
    struct selection *selection, int nfds, fd_set *global[3], struct timeval *timeout)
{
    int result = 0;
    if (selection->socket.socket_select != NULL) {
        result = selection->socket.socket_select(nfds, global[0], global[1], global[2], timeout);
    } else {
        for (unsigned i = 0; i < 3; i++) {
            if (global[i] != NULL) {
                FD_ZERO(global[i]);
            }
        }
        wait_locally(selection->semaphore.sem, timeout);
    }
    const int error = errno;
    end_drivers(selection);
    errno = error;
    return result < 0 ? result : result + collect(selection, nfds, global);
}

int esp_vfs_select(
    int nfds, fd_set *readfds, fd_set *writefds, fd_set *errorfds, struct timeval *timeout)
{
    if (nfds < 0 || nfds > MAX_FDS) {
        errno = EINVAL;
        return -1;
    }
    struct selection selection;
    memset(&selection, 0, sizeof(selection));
    fd_set *global[3] = {readfds, writefds, errorfds};
    divide(&selection, nfds, global);
    const bool sockets = selection.socket.socket_select != NULL;
    if (!sockets) {
        selection.semaphore.is_sem_local = true;
        selection.semaphore.sem = xSemaphoreCreateBinary();
    }
    int result = -1;
    if (start_drivers(&selection, nfds)) {
        result = wait_and_collect(&selection, nfds, global, timeout);
    } else {
        end_drivers(&selection);
        errno = EINTR;
    }
    const int error = errno;
    if (sockets) {
        /* Both a socket and another driver may have fired: no token is left for the next call. */
        xSemaphoreTake(*(SemaphoreHandle_t *)selection.semaphore.sem, 0);
    } else {
        vSemaphoreDelete(selection.semaphore.sem);
    }
    errno = error;
    return result;
}

/* The first driver that knows how to end a wait for sockets. */
static bool find_stop(struct vfs_select *select)
{
    for (int i = 0; i < VFS_DRIVERS; i++) {
        if (vfs_select_of(vfs_driver_at(i), select) && select->stop != NULL) {
            return true;
        }
    }
    return false;
}

void esp_vfs_select_triggered(esp_vfs_select_sem_t sem)
{
    struct vfs_select select;
    if (sem.is_sem_local) {
        xSemaphoreGive(sem.sem);
    } else if (find_stop(&select)) {
        select.stop(sem.sem);
    }
}

void esp_vfs_select_triggered_isr(esp_vfs_select_sem_t sem, BaseType_t *woken)
{
    struct vfs_select select;
    if (sem.is_sem_local) {
        xSemaphoreGiveFromISR(sem.sem, woken);
    } else if (find_stop(&select) && select.stop_isr != NULL) {
        select.stop_isr(sem.sem, woken);
    }
}

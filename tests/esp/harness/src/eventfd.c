/* Event descriptors over the virtual file system.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_vfs_eventfd.h"

#include "esp_vfs.h"
#include "harness.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A select() that waits for an event. */
struct watch {
    struct watch *next;
    int event;
    bool reads;
    bool writes;
    fd_set *readfds;
    esp_vfs_select_sem_t semaphore;
};

struct event {
    bool used;
    uint64_t value;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static esp_vfs_id_t id = -1;
static size_t event_count;
static struct event *events;
static struct watch *watches;

static bool is_open(int fd)
{
    if (fd < 0 || (size_t)fd >= event_count || !events[fd].used) {
        errno = EBADF;
        return false;
    }
    return true;
}

static ssize_t write_event(void *context, int fd, const void *data, size_t size)
{
    (void)context;
    if (data == NULL || size != sizeof(uint64_t)) {
        errno = EINVAL;
        return -1;
    }
    pthread_mutex_lock(&mutex);
    const bool open = is_open(fd);
    if (open) {
        uint64_t more;
        memcpy(&more, data, sizeof(more));
        events[fd].value += more;
        for (const struct watch *watch = watches; watch != NULL; watch = watch->next) {
            if (watch->event == fd && watch->reads) {
                BaseType_t woken = pdFALSE;
                if (xPortInIsrContext()) {
                    esp_vfs_select_triggered_isr(watch->semaphore, &woken);
                } else {
                    esp_vfs_select_triggered(watch->semaphore);
                }
            }
        }
    }
    pthread_mutex_unlock(&mutex);
    return open ? (ssize_t)size : -1;
}

static ssize_t read_event(void *context, int fd, void *data, size_t size)
{
    (void)context;
    if (data == NULL || size != sizeof(uint64_t)) {
        errno = EINVAL;
        return -1;
    }
    pthread_mutex_lock(&mutex);
    const bool open = is_open(fd);
    if (open) {
        memcpy(data, &events[fd].value, sizeof(uint64_t));
        events[fd].value = 0;
    }
    pthread_mutex_unlock(&mutex);
    return open ? (ssize_t)size : -1;
}

static int close_event(void *context, int fd)
{
    (void)context;
    pthread_mutex_lock(&mutex);
    const bool open = is_open(fd);
    if (open) {
        memset(&events[fd], 0, sizeof(events[fd]));
    }
    pthread_mutex_unlock(&mutex);
    return open ? 0 : -1;
}

static esp_err_t start_select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds,
    esp_vfs_select_sem_t sem, void **end_select_args)
{
    (void)nfds;
    FD_ZERO(exceptfds);
    bool ready = false;
    struct watch *mine = NULL;
    pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < event_count; i++) {
        const int fd = (int)i;
        const bool reads = FD_ISSET(fd, readfds) != 0;
        const bool writes = FD_ISSET(fd, writefds) != 0;
        if (!events[i].used || (!reads && !writes)) {
            continue;
        }
        struct watch *const watch = calloc(1, sizeof(*watch));
        *watch = (struct watch){watches, fd, reads, writes, readfds, sem};
        watches = watch;
        mine = watch;
        FD_CLR(fd, readfds);
        ready = ready || writes || (reads && events[i].value != 0);
    }
    pthread_mutex_unlock(&mutex);
    *end_select_args = mine != NULL ? readfds : NULL;
    if (ready) {
        esp_vfs_select_triggered(sem);
    }
    return ESP_OK;
}

static esp_err_t end_select(void *end_select_args)
{
    pthread_mutex_lock(&mutex);
    for (struct watch **link = &watches; *link != NULL;) {
        struct watch *const watch = *link;
        if (watch->readfds != end_select_args) {
            link = &watch->next;
            continue;
        }
        if (watch->reads && events[watch->event].value != 0) {
            FD_SET(watch->event, watch->readfds);
        }
        *link = watch->next;
        free(watch);
    }
    pthread_mutex_unlock(&mutex);
    return ESP_OK;
}

static const esp_vfs_select_ops_t select_operations = {
    .start_select = start_select,
    .end_select = end_select,
};

static const esp_vfs_fs_ops_t operations = {
    .write_p = write_event,
    .read_p = read_event,
    .close_p = close_event,
    .select = &select_operations,
};

esp_err_t esp_vfs_eventfd_register(const esp_vfs_eventfd_config_t *config)
{
    if (config == NULL || config->max_fds == 0) {
        return ESP_ERR_INVALID_ARG;
    }
    if (id != -1) {
        return ESP_ERR_INVALID_STATE;
    }
    event_count = config->max_fds;
    events = calloc(event_count, sizeof(*events));
    return esp_vfs_register_fs_with_id(&operations, ESP_VFS_FLAG_CONTEXT_PTR, NULL, &id);
}

esp_err_t esp_vfs_eventfd_unregister(void)
{
    if (id == -1) {
        return ESP_ERR_INVALID_STATE;
    }
    esp_vfs_unregister_with_id(id);
    id = -1;
    free(events);
    events = NULL;
    event_count = 0;
    return ESP_OK;
}

int harness_eventfd(unsigned initial, int flags)
{
    (void)flags;
    int fd = -1;
    errno = ENOMEM;
    for (size_t i = 0; i < event_count && fd < 0; i++) {
        if (!events[i].used) {
            events[i] = (struct event){.used = true, .value = initial};
            if (esp_vfs_register_fd_with_local_fd(id, (int)i, false, &fd) != ESP_OK) {
                events[i].used = false;
                return -1;
            }
        }
    }
    return fd;
}

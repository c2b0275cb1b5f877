/* The harness's virtual file system: select() over sockets, event descriptors, and both mixed.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "esp_private/socket.h"
#include "esp_vfs_eventfd.h"
#include "freertos/task.h"
#include "harness.h"
#include <errno.h>
#include <sys/select.h>
#include <unistd.h>

enum { FIRST_SOCKET = 1008, SOCKETS = 8 };

/* A driver of sockets that are readable when the test says so. */
static SemaphoreHandle_t semaphore;
static uint32_t readable;
static unsigned closed;

static int is_readable(int fd)
{
    return (__atomic_load_n(&readable, __ATOMIC_SEQ_CST) >> (fd - FIRST_SOCKET)) & 1;
}

static int socket_select(
    int nfds, fd_set *readfds, fd_set *writefds, fd_set *errorfds, struct timeval *timeout)
{
    (void)writefds;
    (void)errorfds;
    xSemaphoreTake(semaphore, timeout == NULL ? portMAX_DELAY : 10);
    int count = 0;
    for (int fd = FIRST_SOCKET; fd < nfds; fd++) {
        if (FD_ISSET(fd, readfds) && is_readable(fd)) {
            count++;
        } else {
            FD_CLR(fd, readfds);
        }
    }
    return count;
}

static void *select_semaphore(void)
{
    return &semaphore;
}

static void stop_select(void *sem)
{
    xSemaphoreGive(*(SemaphoreHandle_t *)sem);
}

static void stop_select_isr(void *sem, BaseType_t *woken)
{
    xSemaphoreGiveFromISR(*(SemaphoreHandle_t *)sem, woken);
}

static ssize_t read_socket(void *context, int fd, void *into, size_t size)
{
    (void)context;
    (void)size;
    *(int *)into = fd;
    return sizeof(fd);
}

static int close_socket(void *context, int fd)
{
    (void)fd;
    (*(unsigned *)context)++;
    return 0;
}

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
static const esp_vfs_select_ops_t select_operations = {
    .socket_select = socket_select,
    .get_socket_select_semaphore = select_semaphore,
    .stop_socket_select = stop_select,
    .stop_socket_select_isr = stop_select_isr,
};

static const esp_vfs_fs_ops_t operations = {
    .read_p = read_socket,
    .close_p = close_socket,
    .select = &select_operations,
};

static esp_err_t register_sockets(void)
{
    return esp_vfs_register_fd_range(
        &operations, ESP_VFS_FLAG_CONTEXT_PTR, &closed, FIRST_SOCKET, FIRST_SOCKET + SOCKETS);
}
#else
static const esp_vfs_t operations = {
    .flags = ESP_VFS_FLAG_CONTEXT_PTR,
    .read_p = read_socket,
    .close_p = close_socket,
    .socket_select = socket_select,
    .get_socket_select_semaphore = select_semaphore,
    .stop_socket_select = stop_select,
    .stop_socket_select_isr = stop_select_isr,
};

static esp_err_t register_sockets(void)
{
    return esp_vfs_register_fd_range(&operations, &closed, FIRST_SOCKET, FIRST_SOCKET + SOCKETS);
}
#endif

static int begin(void **state)
{
    (void)state;
    semaphore = xSemaphoreCreateBinary();
    readable = 0;
    closed = 0;
    const esp_vfs_eventfd_config_t config = ESP_VFS_EVENTD_CONFIG_DEFAULT();
    return esp_vfs_eventfd_register(&config) != ESP_OK || register_sockets() != ESP_OK;
}

static int end(void **state)
{
    (void)state;
    harness_vfs_unregister_range(FIRST_SOCKET, FIRST_SOCKET + SOCKETS);
    esp_vfs_eventfd_unregister();
    vSemaphoreDelete(semaphore);
    return harness_objects_alive() != 0;
}

static void add_one(int event)
{
    const uint64_t one = 1;
    assert_int_equal(write(event, &one, sizeof(one)), sizeof(one));
}

static void a_range_that_is_taken_is_refused(void **state)
{
    (void)state;
    assert_int_equal(register_sockets(), ESP_ERR_INVALID_ARG);
}

static void calls_reach_the_driver_with_its_context(void **state)
{
    (void)state;
    int told = 0;
    assert_int_equal(read(FIRST_SOCKET + 3, &told, sizeof(told)), sizeof(told));
    assert_int_equal(told, FIRST_SOCKET + 3);
    assert_int_equal(close(FIRST_SOCKET + 3), 0);
    assert_int_equal(closed, 1);
    assert_int_equal(write(FIRST_SOCKET, &told, sizeof(told)), -1);
    assert_int_equal(errno, ENOSYS);
    assert_int_equal(close(FIRST_SOCKET - 1), -1);
    assert_int_equal(errno, EBADF);
}

static void select_waits_for_an_event_alone(void **state)
{
    (void)state;
    const int event = eventfd(0, 0);
    assert_true(event >= 0);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(event, &set);
    struct timeval soon = {.tv_usec = 20000};
    assert_int_equal(select(event + 1, &set, NULL, NULL, &soon), 0);
    assert_false(FD_ISSET(event, &set));
    FD_SET(event, &set);
    add_one(event);
    assert_int_equal(select(event + 1, &set, NULL, NULL, NULL), 1);
    assert_true(FD_ISSET(event, &set));
    uint64_t value = 0;
    assert_int_equal(read(event, &value, sizeof(value)), sizeof(value));
    assert_int_equal(value, 1);
    assert_int_equal(close(event), 0);
}

static void write_in_isr(void *argument)
{
    add_one(*(int *)argument);
}

static void write_later(void *argument)
{
    vTaskDelay(3);
    harness_run_in_isr(write_in_isr, argument);
    vTaskDelete(NULL);
}

static void an_interrupt_ends_a_wait_for_sockets(void **state)
{
    (void)state;
    int event = eventfd(0, EFD_SUPPORT_ISR);
    xTaskCreate(write_later, "later", 2048, &event, 5, NULL);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(FIRST_SOCKET, &set);
    FD_SET(event, &set);
    assert_int_equal(select(FIRST_SOCKET + 1, &set, NULL, NULL, NULL), 1);
    assert_true(FD_ISSET(event, &set));
    assert_false(FD_ISSET(FIRST_SOCKET, &set));
    while (harness_tasks_alive() != 0) {
        vTaskDelay(1);
    }
    close(event);
}

static void sockets_and_events_are_counted_together(void **state)
{
    (void)state;
    const int event = eventfd(1, 0);
    __atomic_store_n(&readable, 2, __ATOMIC_SEQ_CST);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(FIRST_SOCKET, &set);
    FD_SET(FIRST_SOCKET + 1, &set);
    FD_SET(event, &set);
    assert_int_equal(select(FIRST_SOCKET + 2, &set, NULL, NULL, NULL), 2);
    assert_true(FD_ISSET(event, &set));
    assert_true(FD_ISSET(FIRST_SOCKET + 1, &set));
    assert_false(FD_ISSET(FIRST_SOCKET, &set));
    assert_int_equal(uxSemaphoreGetCount(semaphore), 0);
    close(event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_range_that_is_taken_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(calls_reach_the_driver_with_its_context, begin, end),
        cmocka_unit_test_setup_teardown(select_waits_for_an_event_alone, begin, end),
        cmocka_unit_test_setup_teardown(an_interrupt_ends_a_wait_for_sockets, begin, end),
        cmocka_unit_test_setup_teardown(sockets_and_events_are_counted_together, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of the socket VFS: the C library's calls on sockets, and select() over sockets and events.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network_freertos.h"

#include "esp_vfs_eventfd.h"
#include "freertos/task.h"
#include "harness.h"
#include "network.h"
#include "stint_sockets/wait_freertos.h"
#include <errno.h>
#include <fcntl.h>
#include <lwip/sockets.h>
#include <sys/stat.h>
#include <unistd.h>

void esp_vfs_lwip_sockets_register(void);

enum { TASK_STACK = 4096, PRIORITY = 5, MANY = 14 };

static struct network network;

static int start(void **state)
{
    (void)state;
    const esp_vfs_eventfd_config_t config = ESP_VFS_EVENTD_CONFIG_DEFAULT();
    esp_vfs_lwip_sockets_register(); /* as lwIP's initialisation would */
    network_start(&network);
    return esp_vfs_eventfd_register(&config) != ESP_OK;
}

struct ends {
    int fd;
    int peer;
};

static struct ends new_connection(void)
{
    static uint16_t port = 7000;
    struct ends ends = {lwip_socket(AF_INET, SOCK_STREAM, 0), -1};
    const int listener = network_peer_listen(&network, ++port);
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = __builtin_bswap16(port),
        .sin_addr = {__builtin_bswap32(0x0a000002)},
    };
    assert_int_equal(lwip_connect(ends.fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    ends.peer = stint_accept(network.peer, listener, NULL);
    network_peer_close(&network, listener);
    return ends;
}

static void end_connection(struct ends ends)
{
    assert_int_equal(close(ends.fd), 0);
    network_peer_close(&network, ends.peer);
}

static void await_tasks(void)
{
    while (harness_tasks_alive() != 0) {
        vTaskDelay(1);
    }
}

static fd_set set_of(int first, int second)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(first, &set);
    if (second >= 0) {
        FD_SET(second, &set);
    }
    return set;
}

static void add_one(int event)
{
    const uint64_t one = 1;
    assert_int_equal(write(event, &one, sizeof(one)), sizeof(one));
}

/* --- the C library's calls --- */

static void calls_of_the_c_library_reach_sockets(void **state)
{
    (void)state;
    const struct ends ends = new_connection();
    char bytes[8] = "";
    assert_int_equal(write(ends.fd, "hello", 5), 5);
    assert_int_equal(stint_receive(network.peer, ends.peer, stint_span_of((uint8_t *)bytes, 5),
                         STINT_MSG_WAITALL),
        5);
    assert_memory_equal(bytes, "hello", 5);
    network_peer_send(&network, ends.peer, "you");
    assert_int_equal(read(ends.fd, bytes, sizeof(bytes)), 3);
    assert_int_equal(fcntl(ends.fd, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(fcntl(ends.fd, F_GETFL, 0), O_RDWR | O_NONBLOCK);
    assert_int_equal(read(ends.fd, bytes, sizeof(bytes)), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(fcntl(ends.fd, F_GETFD, 0), 0);
    end_connection(ends);
    assert_int_equal(fcntl(ends.fd, F_GETFD, 0), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(close(ends.fd), -1);
    assert_int_equal(errno, EBADF);
}

int ioctl(int fd, unsigned long command, ...);

static void ioctl_reaches_sockets(void **state)
{
    (void)state;
    const struct ends ends = new_connection();
    int value = 1;
    assert_int_equal(ioctl(ends.fd, (unsigned long)FIONBIO, &value), 0);
    assert_int_equal(fcntl(ends.fd, F_GETFL, 0), O_RDWR | O_NONBLOCK);
    assert_int_equal(ioctl(ends.fd, (unsigned long)FIONREAD, &value), 0);
    assert_int_equal(value, 0);
    end_connection(ends);
}

/* --- select() --- */

static void select_tells_which_socket_and_which_event(void **state)
{
    (void)state;
    const struct ends ends = new_connection();
    const int event = eventfd(0, 0);
    fd_set set = set_of(ends.fd, event);
    struct timeval soon = {.tv_usec = 30000};
    assert_int_equal(select(ends.fd + 1, &set, NULL, NULL, &soon), 0);
    assert_false(FD_ISSET(ends.fd, &set) || FD_ISSET(event, &set));
    network_peer_send(&network, ends.peer, "x");
    set = set_of(ends.fd, event);
    assert_int_equal(select(ends.fd + 1, &set, NULL, NULL, NULL), 1);
    assert_true(FD_ISSET(ends.fd, &set));
    add_one(event);
    set = set_of(ends.fd, event);
    assert_int_equal(select(ends.fd + 1, &set, NULL, NULL, NULL), 2);
    assert_true(FD_ISSET(ends.fd, &set) && FD_ISSET(event, &set));
    close(event);
    end_connection(ends);
}

static void write_in_isr(void *argument)
{
    add_one(*(int *)argument);
}

static void write_later(void *argument)
{
    vTaskDelay(3);
    add_one(*(int *)argument);
    vTaskDelete(NULL);
}

static void interrupt_later(void *argument)
{
    vTaskDelay(3);
    harness_run_in_isr(write_in_isr, argument);
    vTaskDelete(NULL);
}

static void ends_a_wait(TaskFunction_t later, int flags)
{
    const struct ends ends = new_connection();
    int event = eventfd(0, flags);
    fd_set set = set_of(ends.fd, event);
    xTaskCreate(later, "later", TASK_STACK, &event, PRIORITY, NULL);
    assert_int_equal(select(ends.fd + 1, &set, NULL, NULL, NULL), 1);
    assert_true(FD_ISSET(event, &set));
    assert_false(FD_ISSET(ends.fd, &set));
    await_tasks();
    close(event);
    end_connection(ends);
}

static void another_task_ends_a_wait_for_sockets(void **state)
{
    (void)state;
    ends_a_wait(write_later, 0);
}

static void an_interrupt_ends_a_wait_for_sockets(void **state)
{
    (void)state;
    ends_a_wait(interrupt_later, EFD_SUPPORT_ISR);
}

static void send_later(void *argument)
{
    vTaskDelay(3);
    network_peer_send(&network, *(int *)argument, "x");
    vTaskDelete(NULL);
}

static void a_wait_over_many_sockets_sleeps_once_until_one_is_ready(void **state)
{
    (void)state;
    struct ends ends = new_connection();
    int idle[MANY];
    fd_set set = set_of(ends.fd, -1);
    int limit = ends.fd + 1;
    for (int i = 0; i < MANY; i++) {
        idle[i] = lwip_socket(AF_INET, SOCK_DGRAM, 0);
        assert_true(idle[i] >= 0);
        FD_SET(idle[i], &set);
        limit = idle[i] >= limit ? idle[i] + 1 : limit;
    }
    const unsigned before = network_sleeps();
    xTaskCreate(send_later, "later", TASK_STACK, &ends.peer, PRIORITY, NULL);
    assert_int_equal(select(limit, &set, NULL, NULL, NULL), 1);
    assert_true(FD_ISSET(ends.fd, &set));
    assert_int_equal(network_sleeps() - before, 1);
    await_tasks();
    for (int i = 0; i < MANY; i++) {
        close(idle[i]);
    }
    end_connection(ends);
}

static void close_later(void *argument)
{
    vTaskDelay(3);
    close(*(int *)argument);
    vTaskDelete(NULL);
}

static void a_socket_that_is_closed_meanwhile_is_ebadf(void **state)
{
    (void)state;
    struct ends ends = new_connection();
    const int event = eventfd(0, 0);
    fd_set set = set_of(ends.fd, event);
    xTaskCreate(close_later, "later", TASK_STACK, &ends.fd, PRIORITY, NULL);
    assert_int_equal(select(ends.fd + 1, &set, NULL, NULL, NULL), -1);
    assert_int_equal(errno, EBADF);
    await_tasks();
    set = set_of(ends.fd, -1);
    assert_int_equal(select(ends.fd + 1, &set, NULL, NULL, NULL), -1);
    assert_int_equal(errno, EBADF);
    close(event);
    network_peer_close(&network, ends.peer);
}

static void a_token_that_comes_late_does_not_end_the_next_wait(void **state)
{
    (void)state;
    const struct ends ends = new_connection();
    const int event = eventfd(1, 0);
    fd_set set = set_of(ends.fd, event);
    struct timeval soon = {.tv_usec = 50000};
    struct stint_wait_task *const token = stint_wait_freertos_task();
    assert_int_equal(select(ends.fd + 1, &set, NULL, NULL, NULL), 1);
    assert_int_equal(uxSemaphoreGetCount(token->semaphore), 0);
    token->stop = true; /* a driver that was slow to learn that the select is over */
    xSemaphoreGive(token->semaphore);
    set = set_of(ends.fd, -1);
    const TickType_t begin = xTaskGetTickCount();
    assert_int_equal(select(ends.fd + 1, &set, NULL, NULL, &soon), 0);
    assert_true(xTaskGetTickCount() - begin >= 5 * configTICK_RATE_HZ / 100);
    close(event);
    end_connection(ends);
}

struct selecting {
    int socket;
    int event;
    volatile int result;
    volatile TickType_t took;
};

static void select_in_a_task(void *argument)
{
    struct selecting *const selecting = argument;
    fd_set set = set_of(selecting->socket, selecting->event);
    struct timeval patience = {.tv_usec = 100000};
    const TickType_t begin = xTaskGetTickCount();
    selecting->result = select(selecting->socket + 1, &set, NULL, NULL, &patience);
    selecting->took = xTaskGetTickCount() - begin;
    vTaskDelete(NULL);
}

static void each_task_has_a_wait_of_its_own(void **state)
{
    (void)state;
    const struct ends ends = new_connection();
    const unsigned objects = harness_objects_alive();
    struct selecting tasks[2] = {
        {.socket = ends.fd, .event = eventfd(0, 0)}, {.socket = ends.fd, .event = eventfd(0, 0)}};
    for (unsigned i = 0; i < 2; i++) {
        xTaskCreate(select_in_a_task, "select", TASK_STACK, &tasks[i], PRIORITY, NULL);
    }
    vTaskDelay(3);
    add_one(tasks[0].event);
    await_tasks();
    assert_int_equal(tasks[0].result, 1);
    assert_in_range(tasks[0].took, 1, 8);
    assert_int_equal(tasks[1].result, 0);
    assert_in_range(tasks[1].took, 10, 30);
    close(tasks[0].event);
    close(tasks[1].event);
    for (int i = 0; i < 100 && harness_objects_alive() != objects; i++) {
        vTaskDelay(1); /* a thread's semaphore goes with the thread */
    }
    assert_int_equal(harness_objects_alive(), objects);
    end_connection(ends);
}

static void receive_in_a_task(void *argument)
{
    struct selecting *const selecting = argument;
    char byte;
    selecting->result = (int)lwip_recv(selecting->socket, &byte, 1, 0);
    selecting->took = (TickType_t)errno;
    vTaskDelete(NULL);
}

static void a_close_wakes_who_waits_in_recv(void **state)
{
    (void)state;
    const struct ends ends = new_connection();
    struct selecting task = {.socket = ends.fd};
    xTaskCreate(receive_in_a_task, "recv", TASK_STACK, &task, PRIORITY, NULL);
    vTaskDelay(3);
    end_connection(ends);
    await_tasks();
    assert_int_equal(task.result, -1);
    assert_int_equal(task.took, EBADF);
}

static void a_timeout_of_recv_is_never_short(void **state)
{
    (void)state;
    const struct ends ends = new_connection();
    const struct timeval patience = {.tv_usec = 25000};
    char byte;
    lwip_setsockopt(ends.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    const TickType_t begin = xTaskGetTickCount();
    assert_int_equal(lwip_recv(ends.fd, &byte, 1, 0), -1);
    assert_int_equal(errno, EAGAIN);
    assert_in_range(xTaskGetTickCount() - begin, 2, 10);
    end_connection(ends);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_of_the_c_library_reach_sockets),
        cmocka_unit_test(ioctl_reaches_sockets),
        cmocka_unit_test(select_tells_which_socket_and_which_event),
        cmocka_unit_test(another_task_ends_a_wait_for_sockets),
        cmocka_unit_test(an_interrupt_ends_a_wait_for_sockets),
        cmocka_unit_test(a_wait_over_many_sockets_sleeps_once_until_one_is_ready),
        cmocka_unit_test(a_socket_that_is_closed_meanwhile_is_ebadf),
        cmocka_unit_test(a_token_that_comes_late_does_not_end_the_next_wait),
        cmocka_unit_test(each_task_has_a_wait_of_its_own),
        cmocka_unit_test(a_close_wakes_who_waits_in_recv),
        cmocka_unit_test(a_timeout_of_recv_is_never_short),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}

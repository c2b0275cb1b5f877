/* A small HTTP server in one task, as esp_http_server is built: select() over a listener, sessions
 * and a control socket, a UDP pair on 127.0.0.1 by which other tasks hand answers over to it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "board.h"

#include "esp_event.h"
#include "esp_netif.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include <lwip/sockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PORT = 80,
    CONTROL_PORT = 32768,
    SESSIONS = 7, /* as HTTPD_DEFAULT_CONFIG() */
    BACKLOG = 5,
    REQUEST = 512,
    BLOCK = 1024,
    PERIOD = 251, /* the byte at position i of an answer is i modulo this prime */
    SEND_TIMEOUT_S = 2,
    WORKS = 16,
    TASK_STACK = 4096,
    PRIORITY = 5,
    NONE = -1,
};

struct session {
    int fd; /* NONE: free */
    unsigned length;
    char request[REQUEST];
};

/* What another task is asked to prepare, and hands back by the control socket. */
struct work {
    unsigned session;
    int fd;
    unsigned long bytes;
};

static struct session sessions[SESSIONS];
static int listener;
static int control; /* the server's end */
static int sender;  /* the worker's end */
static QueueHandle_t works;

/* --- answers --- */

static bool send_all(int fd, const void *bytes, size_t length)
{
    for (size_t sent = 0; sent < length;) {
        const ssize_t step = send(fd, (const char *)bytes + sent, length - sent, 0);
        if (step <= 0) {
            return false;
        }
        sent += (size_t)step;
    }
    return true;
}

static bool send_pattern(int fd, unsigned long length)
{
    char text[160];
    uint8_t block[BLOCK];
    const int head = snprintf(text, sizeof(text),
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %lu\r\n"
        "Connection: close\r\n\r\n",
        length);
    bool whole = send_all(fd, text, (size_t)head);
    for (unsigned long sent = 0; whole && sent < length;) {
        const unsigned long step = length - sent < BLOCK ? length - sent : BLOCK;
        for (unsigned long i = 0; i < step; i++) {
            block[i] = (uint8_t)((sent + i) % PERIOD);
        }
        whole = send_all(fd, block, step);
        sent += step;
    }
    return whole;
}

static void end_session(struct session *session)
{
    close(session->fd);
    session->fd = NONE;
    session->length = 0;
}

/* --- work for another task --- */

static void prepare(void *argument)
{
    (void)argument;
    const struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_port = htons(CONTROL_PORT),
        .sin_addr = {.s_addr = PP_HTONL(INADDR_LOOPBACK)}};
    struct work work;
    while (xQueueReceive(works, &work, portMAX_DELAY)) {
        const ssize_t sent =
            sendto(sender, &work, sizeof(work), 0, (const struct sockaddr *)&to, sizeof(to));
        ESP_ERROR_CHECK(sent == sizeof(work) ? ESP_OK : ESP_FAIL);
    }
}

static void finish_work(void)
{
    struct work work;
    if (recv(control, &work, sizeof(work), 0) == sizeof(work) && work.session < SESSIONS &&
        sessions[work.session].fd == work.fd) {
        (void)send_pattern(work.fd, work.bytes);
        end_session(&sessions[work.session]);
    }
}

/* --- requests --- */

/* /dl/N is answered at once, /later/N by way of the other task. */
static void answer(struct session *session)
{
    static const char missing[] =
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    unsigned long bytes = 0;
    if (sscanf(session->request, "GET /later/%lu ", &bytes) == 1) {
        const struct work work = {(unsigned)(session - sessions), session->fd, bytes};
        xQueueSend(works, &work, portMAX_DELAY);
        return;
    }
    if (sscanf(session->request, "GET /dl/%lu ", &bytes) != 1) {
        (void)send_all(session->fd, missing, sizeof(missing) - 1);
    } else if (!send_pattern(session->fd, bytes)) {
        printf("gave a client up\n");
    }
    end_session(session);
}

static void read_request(struct session *session)
{
    const size_t room = sizeof(session->request) - 1 - session->length;
    const ssize_t got = recv(session->fd, session->request + session->length, room, 0);
    if (got <= 0) {
        end_session(session);
        return;
    }
    session->length += (unsigned)got;
    session->request[session->length] = '\0';
    if (strstr(session->request, "\r\n\r\n") != NULL) {
        answer(session);
    }
}

static struct session *free_session(void)
{
    for (unsigned i = 0; i < SESSIONS; i++) {
        if (sessions[i].fd == NONE) {
            return &sessions[i];
        }
    }
    return NULL;
}

static void take_session(struct session *session)
{
    const struct timeval timeout = {.tv_sec = SEND_TIMEOUT_S};
    session->fd = accept(listener, NULL, NULL);
    if (session->fd >= 0) {
        setsockopt(session->fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
    }
}

/* --- the loop --- */

static int add(fd_set *set, int fd, int limit)
{
    FD_SET(fd, set);
    return fd >= limit ? fd + 1 : limit;
}

static void serve_once(void)
{
    struct session *const room = free_session();
    fd_set readable;
    FD_ZERO(&readable);
    int limit = add(&readable, control, 0);
    limit = room != NULL ? add(&readable, listener, limit) : limit;
    for (unsigned i = 0; i < SESSIONS; i++) {
        limit = sessions[i].fd != NONE ? add(&readable, sessions[i].fd, limit) : limit;
    }
    ESP_ERROR_CHECK(select(limit, &readable, NULL, NULL, NULL) > 0 ? ESP_OK : ESP_FAIL);
    if (FD_ISSET(control, &readable)) {
        finish_work();
    }
    for (unsigned i = 0; i < SESSIONS; i++) {
        if (sessions[i].fd != NONE && FD_ISSET(sessions[i].fd, &readable)) {
            read_request(&sessions[i]);
        }
    }
    if (room != NULL && FD_ISSET(listener, &readable)) {
        take_session(room);
    }
}

static int open_socket(int type, uint16_t port, uint32_t address)
{
    const struct sockaddr_in local = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = address}};
    const int fd = socket(AF_INET, type, 0);
    const int bound = bind(fd, (const struct sockaddr *)&local, sizeof(local));
    ESP_ERROR_CHECK(bound == 0 ? ESP_OK : ESP_FAIL);
    return fd;
}

void app_main(void)
{
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(example_connect());
    for (unsigned i = 0; i < SESSIONS; i++) {
        sessions[i].fd = NONE;
    }
    works = xQueueCreate(WORKS, sizeof(struct work));
    control = open_socket(SOCK_DGRAM, CONTROL_PORT, PP_HTONL(INADDR_LOOPBACK));
    sender = open_socket(SOCK_DGRAM, 0, PP_HTONL(INADDR_LOOPBACK));
    listener = open_socket(SOCK_STREAM, PORT, PP_HTONL(INADDR_ANY));
    ESP_ERROR_CHECK(listen(listener, BACKLOG) == 0 ? ESP_OK : ESP_FAIL);
    xTaskCreate(prepare, "worker", TASK_STACK, NULL, PRIORITY, NULL);
    printf("ready\n");
    for (;;) {
        serve_once();
    }
}

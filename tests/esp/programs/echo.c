/* An application that knows only ESP-IDF's interfaces: it tells its addresses and answers whatever
 * it hears, by one select() over TCP, UDP and an event descriptor.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "board.h"

#include "esp_event.h"
#include "esp_netif.h"
#include "esp_vfs_eventfd.h"
#include <lwip/sockets.h>
#include <stdio.h>
#include <unistd.h>

enum { PORT = 7, CONNECTIONS = 4, NONE = -1 };

static int news; /* an event descriptor: addresses that came and went */
static int listener;
static int datagrams;
static int connections[CONNECTIONS] = {NONE, NONE, NONE, NONE};

static void on_address(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    const uint64_t one = 1;
    (void)argument;
    (void)base;
    if (id == IP_EVENT_ETH_GOT_IP || id == IP_EVENT_STA_GOT_IP) {
        const ip_event_got_ip_t *const event = data;
        printf("address " IPSTR "\n", IP2STR(&event->ip_info.ip));
    } else if (id == IP_EVENT_GOT_IP6) {
        const ip_event_got_ip6_t *const event = data;
        printf("address " IPV6STR "\n", IPV62STR(event->ip6_info.ip));
    } else {
        return;
    }
    ESP_ERROR_CHECK(write(news, &one, sizeof(one)) == sizeof(one) ? ESP_OK : ESP_FAIL);
}

/* --- sockets --- */

static int open_socket(int type)
{
    const struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
    const int fd = socket(AF_INET6, type, 0);
    const int bound = bind(fd, (const struct sockaddr *)&any, sizeof(any));
    ESP_ERROR_CHECK(bound == 0 ? ESP_OK : ESP_FAIL);
    return fd;
}

static void take_connection(void)
{
    const int fd = accept(listener, NULL, NULL);
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        if (connections[i] == NONE) {
            connections[i] = fd;
            return;
        }
    }
    close(fd);
}

static bool send_all(int fd, const char *bytes, ssize_t length)
{
    for (ssize_t sent = 0; sent < length;) {
        const ssize_t step = send(fd, bytes + sent, (size_t)(length - sent), 0);
        if (step <= 0) {
            return false;
        }
        sent += step;
    }
    return true;
}

static void answer_connection(int *connection)
{
    char bytes[1024];
    const ssize_t got = recv(*connection, bytes, sizeof(bytes), 0);
    if (got <= 0 || !send_all(*connection, bytes, got)) {
        close(*connection);
        *connection = NONE;
    }
}

static void answer_datagram(void)
{
    char bytes[1024];
    struct sockaddr_storage from;
    socklen_t length = sizeof(from);
    const ssize_t got =
        recvfrom(datagrams, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &length);
    if (got >= 0) {
        sendto(datagrams, bytes, (size_t)got, 0, (const struct sockaddr *)&from, length);
    }
}

static void count_news(void)
{
    uint64_t count = 0;
    if (read(news, &count, sizeof(count)) == sizeof(count)) {
        printf("heard of %u\n", (unsigned)count);
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
    fd_set readable;
    FD_ZERO(&readable);
    int limit = add(&readable, news, 0);
    limit = add(&readable, listener, limit);
    limit = add(&readable, datagrams, limit);
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        limit = connections[i] != NONE ? add(&readable, connections[i], limit) : limit;
    }
    ESP_ERROR_CHECK(select(limit, &readable, NULL, NULL, NULL) > 0 ? ESP_OK : ESP_FAIL);
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        if (connections[i] != NONE && FD_ISSET(connections[i], &readable)) {
            answer_connection(&connections[i]);
        }
    }
    if (FD_ISSET(news, &readable)) {
        count_news();
    }
    if (FD_ISSET(listener, &readable)) {
        take_connection();
    }
    if (FD_ISSET(datagrams, &readable)) {
        answer_datagram();
    }
}

void app_main(void)
{
    const esp_vfs_eventfd_config_t config = ESP_VFS_EVENTD_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_vfs_eventfd_register(&config));
    news = eventfd(0, 0);
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(esp_event_handler_register(IP_EVENT, ESP_EVENT_ANY_ID, on_address, NULL));
    ESP_ERROR_CHECK(example_connect());
    listener = open_socket(SOCK_STREAM);
    ESP_ERROR_CHECK(listen(listener, CONNECTIONS) == 0 ? ESP_OK : ESP_FAIL);
    datagrams = open_socket(SOCK_DGRAM);
    printf("ready\n");
    for (;;) {
        serve_once();
    }
}

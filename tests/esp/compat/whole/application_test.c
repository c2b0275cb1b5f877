/* An application on esp_stint: lwIP's calls are stint's without anything being attached.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "esp_eth.h"
#include "esp_netif.h"
#include "esp_stint.h"
#include "freertos/task.h"
#include "harness.h"
#include "peer.h"
#include "support/dns_server.h"
#include <errno.h>
#include <lwip/if_api.h>
#include <lwip/netdb.h>
#include <lwip/sockets.h>
#include <unistd.h>

enum { PORT = 7, TOTAL = 100000, TASK_STACK = 4096, PRIORITY = 5 };

static struct peer peer;
int h_errno; /* lwIP's; the program that links none has its own */

/* Serves one connection by the C library's calls, and ends with it. */
static void echo(void *argument)
{
    const int listener = *(const int *)argument;
    char bytes[1000];
    const int fd = lwip_accept(listener, NULL, NULL);
    for (ssize_t got = read(fd, bytes, sizeof(bytes)); got > 0;
         got = read(fd, bytes, sizeof(bytes))) {
        for (ssize_t sent = 0; sent < got;) {
            const ssize_t wrote = write(fd, bytes + sent, (size_t)(got - sent));
            sent = wrote > 0 ? sent + wrote : got;
        }
    }
    close(fd);
    vTaskDelete(NULL);
}

static int listen_on(uint16_t port)
{
    const struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(port)};
    const int listener = lwip_socket(AF_INET, SOCK_STREAM, 0);
    assert_true(listener >= LWIP_SOCKET_OFFSET);
    assert_int_equal(lwip_bind(listener, (const struct sockaddr *)&local, sizeof(local)), 0);
    assert_int_equal(lwip_listen(listener, 2), 0);
    return listener;
}

static void sockets_are_there_as_soon_as_esp_stint_runs(void **state)
{
    (void)state;
    esp_eth_handle_t eth = NULL;
    esp_netif_ip_info_t address;
    esp_netif_set_ip4_addr(&address.ip, 192, 0, 2, 2);
    esp_netif_set_ip4_addr(&address.netmask, 255, 255, 255, 0);
    esp_netif_set_ip4_addr(&address.gw, 192, 0, 2, 1);
    assert_int_equal(lwip_socket(AF_INET, SOCK_STREAM, 0), -1);
    assert_int_equal(errno, ENETDOWN);
    peer_start(&peer);
    const esp_eth_config_t config = ETH_DEFAULT_CONFIG(&peer.wire, NULL);
    assert_int_equal(esp_eth_driver_install(&config, &eth), ESP_OK);
    assert_int_equal(esp_stint_init(), ESP_OK);
    assert_int_equal(esp_stint_attach_eth(eth, &address), ESP_OK);
    assert_int_equal(esp_stint_wait_for_ip(500), ESP_OK);

    int listener = listen_on(PORT);
    xTaskCreate(echo, "echo", TASK_STACK, &listener, PRIORITY, NULL);
    const int descriptor = peer_connect(&peer, 2, PORT);
    assert_true(descriptor >= 0);
    assert_int_equal(peer_echo(&peer, descriptor, TOTAL), TOTAL);
    stint_close(&peer.host.sockets, descriptor);
    assert_int_equal(close(listener), 0);
}

/* What esp_http_server has to wake its task: a pair of UDP sockets on this device. */
static int bind_to_ourselves(struct sockaddr_in *local)
{
    socklen_t length = sizeof(*local);
    *local = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr = {.s_addr = __builtin_bswap32(INADDR_LOOPBACK)}};
    const int fd = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(lwip_bind(fd, (const struct sockaddr *)local, sizeof(*local)), 0);
    assert_int_equal(lwip_getsockname(fd, (struct sockaddr *)local, &length), 0);
    return fd;
}

static void a_control_message_to_ourselves_ends_a_select(void **state)
{
    (void)state;
    static const char message[] = "stop";
    char got[sizeof(message)] = "";
    struct sockaddr_in control;
    struct sockaddr_in sender;
    const int to = bind_to_ourselves(&control);
    const int from = bind_to_ourselves(&sender);
    struct sockaddr_in source = {0};
    socklen_t length = sizeof(source);
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(to, &readable);
    struct timeval at_once = {0};
    assert_int_equal(select(to + 1, &readable, NULL, NULL, &at_once), 0);
    assert_int_equal(lwip_sendto(from, message, sizeof(message), 0,
                         (const struct sockaddr *)&control, sizeof(control)),
        sizeof(message));
    FD_SET(to, &readable);
    assert_int_equal(select(to + 1, &readable, NULL, NULL, NULL), 1);
    assert_true(FD_ISSET(to, &readable));
    assert_int_equal(
        lwip_recvfrom(to, got, sizeof(got), 0, (struct sockaddr *)&source, &length), sizeof(got));
    assert_string_equal(got, message);
    assert_int_equal(source.sin_port, sender.sin_port);
    assert_int_equal(source.sin_addr.s_addr, sender.sin_addr.s_addr);
    assert_int_equal(close(from), 0);
    assert_int_equal(close(to), 0);
}

static void interfaces_are_called_as_esp_netif_calls_them(void **state)
{
    (void)state;
    char name[6] = "";
    char same[6] = "";
    esp_netif_t *const netif = esp_netif_next_unsafe(NULL);
    assert_int_equal(esp_netif_get_netif_impl_name(netif, name), ESP_OK);
    assert_int_equal(lwip_if_nametoindex(name), (unsigned)esp_netif_get_netif_impl_index(netif));
    assert_string_equal(lwip_if_indextoname(lwip_if_nametoindex(name), same), name);
}

static void names_are_asked_of_the_servers_that_applications_name(void **state)
{
    (void)state;
    static struct dns_server server;
    esp_netif_t *const netif = esp_netif_next_unsafe(NULL);
    esp_netif_dns_info_t dns = {.ip = {.type = ESP_IPADDR_TYPE_V4}};
    struct addrinfo *found = NULL;
    assert_int_equal(lwip_getaddrinfo("four.test", "80", NULL, &found), EAI_FAIL);
    dns_server_start(&server, &peer.host.sockets);
    dns.ip.u_addr.ip4.addr = ESP_IP4TOADDR(192, 0, 2, 1);
    assert_int_equal(esp_netif_set_dns_info(netif, ESP_NETIF_DNS_BACKUP, &dns), ESP_OK);
    assert_int_equal(lwip_getaddrinfo("four.test", "80", NULL, &found), 0);
    const struct sockaddr_in *address = (const struct sockaddr_in *)(void *)found->ai_addr;
    assert_int_equal(address->sin_addr.s_addr, ESP_IP4TOADDR(10, 9, 9, 1));
    assert_null(found->ai_next);
    lwip_freeaddrinfo(found);
    dns.ip.u_addr.ip4.addr = 0;
    assert_int_equal(esp_netif_set_dns_info(netif, ESP_NETIF_DNS_BACKUP, &dns), ESP_OK);
    assert_int_equal(lwip_getaddrinfo("both.test", "80", NULL, &found), EAI_FAIL);
    dns_server_stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sockets_are_there_as_soon_as_esp_stint_runs),
        cmocka_unit_test(a_control_message_to_ourselves_ends_a_select),
        cmocka_unit_test(interfaces_are_called_as_esp_netif_calls_them),
        cmocka_unit_test(names_are_asked_of_the_servers_that_applications_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

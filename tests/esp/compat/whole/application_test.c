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
#include <errno.h>
#include <lwip/if_api.h>
#include <lwip/sockets.h>
#include <unistd.h>

enum { PORT = 7, TOTAL = 100000, TASK_STACK = 4096, PRIORITY = 5 };

static struct peer peer;

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sockets_are_there_as_soon_as_esp_stint_runs),
        cmocka_unit_test(interfaces_are_called_as_esp_netif_calls_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

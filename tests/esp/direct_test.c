/* The direct bring-up: three calls to an address, its events, its end.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "esp_eth.h"
#include "esp_event.h"
#include "esp_stint.h"
#include "freertos/task.h"
#include "harness.h"
#include "peer.h"
#include <string.h>

enum { EVENTS = 16 };

static struct peer peer;
static esp_eth_handle_t eth;
static enum esp_stint_event events[EVENTS];
static unsigned event_count;

static void on_event(void *argument, enum esp_stint_event event, esp_netif_t *netif)
{
    assert_ptr_equal(argument, &peer);
    assert_non_null(netif);
    if (event_count < EVENTS) {
        events[event_count] = event;
        __atomic_add_fetch(&event_count, 1, __ATOMIC_SEQ_CST);
    }
}

static void await_events(unsigned count)
{
    for (unsigned i = 0; i < 300 && __atomic_load_n(&event_count, __ATOMIC_SEQ_CST) < count; i++) {
        vTaskDelay(1);
    }
    assert_int_equal(event_count, count);
}

static const esp_netif_ip_info_t address = {
    .ip = {.addr = ESP_IP4TOADDR(192, 0, 2, 2)},
    .netmask = {.addr = ESP_IP4TOADDR(255, 255, 255, 0)},
    .gw = {.addr = ESP_IP4TOADDR(192, 0, 2, 1)},
};

static int begin(void **state)
{
    (void)state;
    event_count = 0;
    peer_start(&peer);
    const esp_eth_config_t config = ETH_DEFAULT_CONFIG(&peer.wire, NULL);
    esp_stint_on_event(on_event, &peer);
    return esp_eth_driver_install(&config, &eth) != ESP_OK || esp_stint_init() != ESP_OK;
}

static int end(void **state)
{
    (void)state;
    ESP_ERROR_CHECK(esp_stint_deinit());
    ESP_ERROR_CHECK(esp_eth_driver_uninstall(eth));
    ESP_ERROR_CHECK(esp_event_loop_delete_default());
    peer_stop(&peer);
    return 0;
}

static void three_calls_bring_an_address(void **state)
{
    (void)state;
    esp_ip4_addr_t found;
    assert_int_equal(esp_stint_get_ipv4(&found), ESP_ERR_NOT_FOUND);
    assert_int_equal(esp_stint_wait_for_ip(2), ESP_ERR_TIMEOUT);
    assert_int_equal(esp_stint_attach_eth(eth, &address), ESP_OK);
    assert_int_equal(esp_stint_attach_eth(eth, &address), ESP_ERR_INVALID_STATE);
    assert_int_equal(esp_stint_wait_for_ip(pdMS_TO_TICKS(5000)), ESP_OK);
    assert_int_equal(esp_stint_get_ipv4(&found), ESP_OK);
    assert_int_equal(found.addr, address.ip.addr);
    assert_int_equal(esp_stint_get_netmask(&found), ESP_OK);
    assert_int_equal(found.addr, address.netmask.addr);
    assert_int_equal(esp_stint_get_gateway(&found), ESP_OK);
    assert_int_equal(found.addr, address.gw.addr);
}

static void links_and_addresses_are_told(void **state)
{
    (void)state;
    assert_int_equal(esp_stint_attach_eth(eth, &address), ESP_OK);
    await_events(2);
    harness_wire_set_up(&peer.wire, false);
    await_events(3);
    for (unsigned i = 0; i < 1000 && esp_stint_wait_for_ip(1) == ESP_OK; i++) {
        vTaskDelay(1); /* the event is told before the address is gone */
    }
    assert_int_equal(esp_stint_wait_for_ip(1), ESP_ERR_TIMEOUT);
    harness_wire_set_up(&peer.wire, true);
    await_events(5);
    static const enum esp_stint_event wanted[] = {ESP_STINT_LINK_UP, ESP_STINT_GOT_IP,
        ESP_STINT_LINK_DOWN, ESP_STINT_LINK_UP, ESP_STINT_GOT_IP};
    assert_memory_equal(events, wanted, sizeof(wanted));
}

static void a_driver_comes_and_goes_while_the_stack_stays(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(esp_stint_attach_eth(eth, &address), ESP_OK);
        assert_int_equal(esp_stint_wait_for_ip(pdMS_TO_TICKS(5000)), ESP_OK);
        assert_int_equal(esp_stint_detach_eth(), ESP_OK);
        assert_int_equal(esp_stint_detach_eth(), ESP_ERR_INVALID_STATE);
    }
    assert_int_equal(esp_stint_init(), ESP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(three_calls_bring_an_address, begin, end),
        cmocka_unit_test_setup_teardown(links_and_addresses_are_told, begin, end),
        cmocka_unit_test_setup_teardown(a_driver_comes_and_goes_while_the_stack_stays, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* An Ethernet interface that asks a DHCP server: its events, its data, links that come and go.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * timeout: 180
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dhcp_server.h"
#include "esp_eth.h"
#include "esp_event.h"
#include "esp_netif.h"
#include "esp_stint.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include "harness.h"
#include <string.h>

static struct harness_wire wire;
static struct dhcp_server server;
static esp_eth_handle_t eth;
static QueueHandle_t got_ips;
static unsigned lost; /* IP_EVENT_ETH_LOST_IP that came */

static void on_got_ip(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    (void)base;
    (void)id;
    xQueueSend(got_ips, data, 0);
}

static void on_lost_ip(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    (void)base;
    (void)id;
    (void)data;
    __atomic_add_fetch(&lost, 1, __ATOMIC_SEQ_CST);
}

static int begin(void **state)
{
    (void)state;
    lost = 0;
    static const uint8_t mac[6] = {2, 0, 0, 0, 0, 2};
    harness_wire_open(&wire, mac);
    dhcp_server_start(&server, &wire);
    got_ips = xQueueCreate(4, sizeof(ip_event_got_ip_t));
    const esp_eth_config_t config = ETH_DEFAULT_CONFIG(&wire, NULL);
    ESP_ERROR_CHECK(esp_eth_driver_install(&config, &eth));
    ESP_ERROR_CHECK(esp_stint_init());
    esp_event_handler_register(IP_EVENT, IP_EVENT_ETH_GOT_IP, on_got_ip, NULL);
    esp_event_handler_register(IP_EVENT, IP_EVENT_ETH_LOST_IP, on_lost_ip, NULL);
    return esp_stint_attach_eth(eth, NULL) != ESP_OK;
}

static int end(void **state)
{
    (void)state;
    ESP_ERROR_CHECK(esp_stint_deinit());
    ESP_ERROR_CHECK(esp_eth_driver_uninstall(eth));
    ESP_ERROR_CHECK(esp_event_loop_delete_default());
    vQueueDelete(got_ips);
    dhcp_server_stop(&server);
    harness_wire_close(&wire);
    return 0;
}

static ip_event_got_ip_t await_ip(void)
{
    ip_event_got_ip_t event;
    assert_true(xQueueReceive(got_ips, &event, pdMS_TO_TICKS(25000)));
    return event;
}

static void a_server_gives_address_gateway_and_name_servers(void **state)
{
    (void)state;
    const ip_event_got_ip_t event = await_ip();
    assert_true(event.ip_changed);
    assert_int_equal(event.ip_info.ip.addr, ESP_IP4TOADDR(192, 0, 2, 50));
    assert_int_equal(event.ip_info.netmask.addr, ESP_IP4TOADDR(255, 255, 255, 0));
    assert_int_equal(event.ip_info.gw.addr, ESP_IP4TOADDR(192, 0, 2, 1));
    assert_int_equal(esp_stint_wait_for_ip(0), ESP_OK);
    assert_ptr_equal(esp_netif_get_default_netif(), event.esp_netif);
    esp_netif_ip_info_t info;
    assert_int_equal(esp_netif_get_ip_info(event.esp_netif, &info), ESP_OK);
    assert_memory_equal(&info, &event.ip_info, sizeof(info));
    esp_netif_dns_info_t dns;
    assert_int_equal(esp_netif_get_dns_info(event.esp_netif, ESP_NETIF_DNS_MAIN, &dns), ESP_OK);
    assert_int_equal(dns.ip.u_addr.ip4.addr, ESP_IP4TOADDR(192, 0, 2, 1));
    esp_netif_dhcp_status_t status;
    assert_int_equal(esp_netif_dhcpc_get_status(event.esp_netif, &status), ESP_OK);
    assert_int_equal(status, ESP_NETIF_DHCP_STARTED);
    assert_string_equal(server.host_name, CONFIG_ESP_STINT_HOSTNAME);
    assert_int_equal(
        esp_netif_set_ip_info(event.esp_netif, &info), ESP_ERR_ESP_NETIF_DHCP_NOT_STOPPED);
}

static void pull_link(esp_netif_t *netif)
{
    harness_wire_set_up(&wire, false);
    while (esp_netif_is_netif_up(netif)) {
        vTaskDelay(1);
    }
}

static void the_same_address_is_asked_for_after_the_link_was_pulled(void **state)
{
    (void)state;
    const ip_event_got_ip_t first = await_ip();
    const unsigned discovers = server.discovers;
    pull_link(first.esp_netif);
    assert_int_equal(esp_stint_wait_for_ip(0), ESP_ERR_TIMEOUT);
    harness_wire_set_up(&wire, true);
    const ip_event_got_ip_t second = await_ip();
    assert_false(second.ip_changed);
    assert_memory_equal(&second.ip_info, &first.ip_info, sizeof(first.ip_info));
    assert_int_equal(server.discovers, discovers);
}

/* Lets time pass, and the stack see it. */
static void pass(int64_t seconds)
{
    harness_skip_time(seconds * 1000000);
    for (unsigned i = 0; i < 2; i++) { /* the first poll may have begun before */
        assert_int_equal(esp_stint_wait_for_progress(pdMS_TO_TICKS(25000)), ESP_OK);
    }
}

static void set_main_server(esp_netif_t *netif, uint32_t address)
{
    esp_netif_dns_info_t dns = {.ip = {.type = ESP_IPADDR_TYPE_V4}};
    dns.ip.u_addr.ip4.addr = address;
    assert_int_equal(esp_netif_set_dns_info(netif, ESP_NETIF_DNS_MAIN, &dns), ESP_OK);
}

static uint32_t main_server_after_a_while(esp_netif_t *netif)
{
    esp_netif_dns_info_t dns;
    pass(60);
    assert_int_equal(esp_netif_get_dns_info(netif, ESP_NETIF_DNS_MAIN, &dns), ESP_OK);
    return dns.ip.u_addr.ip4.addr;
}

static void a_name_server_of_the_application_stays_until_it_is_taken_back(void **state)
{
    (void)state;
    esp_netif_t *const netif = await_ip().esp_netif;
    set_main_server(netif, ESP_IP4TOADDR(192, 0, 2, 9));
    assert_int_equal(main_server_after_a_while(netif), ESP_IP4TOADDR(192, 0, 2, 9));
    set_main_server(netif, 0);
    assert_int_equal(main_server_after_a_while(netif), ESP_IP4TOADDR(192, 0, 2, 1));
}

static esp_ip4_addr_t old_address(esp_netif_t *netif)
{
    esp_netif_ip_info_t old;
    assert_int_equal(esp_netif_get_old_ip_info(netif, &old), ESP_OK);
    return old.ip;
}

static void the_loss_of_an_address_is_told_after_two_minutes(void **state)
{
    (void)state;
    const ip_event_got_ip_t event = await_ip();
    pull_link(event.esp_netif);
    pass(CONFIG_ESP_NETIF_IP_LOST_TIMER_INTERVAL / 2);
    assert_int_equal(old_address(event.esp_netif).addr, event.ip_info.ip.addr);
    assert_int_equal(__atomic_load_n(&lost, __ATOMIC_SEQ_CST), 0);
    pass(CONFIG_ESP_NETIF_IP_LOST_TIMER_INTERVAL / 2 + 1);
    assert_int_equal(old_address(event.esp_netif).addr, 0);
    for (unsigned i = 0; i < 2500 && __atomic_load_n(&lost, __ATOMIC_SEQ_CST) == 0; i++) {
        vTaskDelay(1);
    }
    assert_int_equal(__atomic_load_n(&lost, __ATOMIC_SEQ_CST), 1);
    pass(CONFIG_ESP_NETIF_IP_LOST_TIMER_INTERVAL + 1);
    harness_wire_set_up(&wire, true);
    assert_true(await_ip().ip_changed);
    assert_int_equal(__atomic_load_n(&lost, __ATOMIC_SEQ_CST), 1);
}

static void an_address_that_comes_back_in_time_was_never_lost(void **state)
{
    (void)state;
    const ip_event_got_ip_t event = await_ip();
    pull_link(event.esp_netif);
    pass(CONFIG_ESP_NETIF_IP_LOST_TIMER_INTERVAL / 2);
    harness_wire_set_up(&wire, true);
    assert_false(await_ip().ip_changed);
    pass(CONFIG_ESP_NETIF_IP_LOST_TIMER_INTERVAL + 1);
    assert_int_equal(old_address(event.esp_netif).addr, event.ip_info.ip.addr);
    assert_int_equal(__atomic_load_n(&lost, __ATOMIC_SEQ_CST), 0);
}

static uint32_t polls(void)
{
    struct esp_stint_stats stats;
    assert_int_equal(esp_stint_get_stats(&stats), ESP_OK);
    return stats.polls;
}

/* With a lease of a day and no IPv6 router to be found. A tick after each step the stack sleeps
 * again; were it late, two wake-ups would count as one. */
static void an_idle_device_wakes_at_most_twice_a_minute(void **state)
{
    enum { HOUR_S = 3600, STEP_S = 10, MOST = 120 };
    (void)state;
    (void)await_ip();
    const uint32_t before = polls();
    for (unsigned passed = 0; passed < HOUR_S; passed += STEP_S) {
        harness_skip_time((int64_t)STEP_S * 1000000);
        vTaskDelay(1);
    }
    const uint32_t woken = polls() - before;
    print_message("%u wake-ups in an hour\n", (unsigned)woken);
    assert_in_range(woken, 1, MOST);
}

static void a_static_address_takes_the_place_of_a_lease(void **state)
{
    (void)state;
    esp_netif_t *const netif = await_ip().esp_netif;
    assert_int_equal(esp_netif_dhcpc_stop(netif), ESP_OK);
    assert_int_equal(esp_stint_wait_for_ip(0), ESP_ERR_TIMEOUT);
    esp_netif_ip_info_t info = {
        .ip = {.addr = ESP_IP4TOADDR(192, 0, 2, 2)},
        .netmask = {.addr = ESP_IP4TOADDR(255, 255, 255, 0)},
    };
    assert_int_equal(esp_netif_set_ip_info(netif, &info), ESP_OK);
    const ip_event_got_ip_t event = await_ip();
    assert_true(event.ip_changed);
    assert_int_equal(event.ip_info.ip.addr, info.ip.addr);
    const struct stint_address leased = stint_address_ipv4(192, 0, 2, 50);
    stint_sockets_lock(esp_stint_sockets());
    const bool has_both = stint_stack_has_address(esp_stint_sockets()->config.stack, &leased);
    stint_sockets_unlock(esp_stint_sockets());
    assert_false(has_both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_server_gives_address_gateway_and_name_servers, begin, end),
        cmocka_unit_test_setup_teardown(
            the_same_address_is_asked_for_after_the_link_was_pulled, begin, end),
        cmocka_unit_test_setup_teardown(
            a_name_server_of_the_application_stays_until_it_is_taken_back, begin, end),
        cmocka_unit_test_setup_teardown(
            the_loss_of_an_address_is_told_after_two_minutes, begin, end),
        cmocka_unit_test_setup_teardown(
            an_address_that_comes_back_in_time_was_never_lost, begin, end),
        cmocka_unit_test_setup_teardown(an_idle_device_wakes_at_most_twice_a_minute, begin, end),
        cmocka_unit_test_setup_teardown(a_static_address_takes_the_place_of_a_lease, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

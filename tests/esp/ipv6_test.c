/* An Ethernet interface with IPv6: addresses with its link, from routers and from the application,
 * their events, name servers. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "esp_eth.h"
#include "esp_event.h"
#include "esp_netif.h"
#include "esp_stint.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include "harness.h"
#include "responder.h"
#include <string.h>

enum { PLACES = CONFIG_LWIP_IPV6_NUM_ADDRESSES, TRIES = 1000, STEP_US = 100000 };

static struct harness_wire wire;
static struct responder router;
static esp_eth_handle_t eth;
static QueueHandle_t got_ips;
static unsigned told; /* by the callback of the direct bring-up */

static const esp_netif_ip_info_t ipv4 = {
    .ip = {.addr = ESP_IP4TOADDR(192, 0, 2, 2)},
    .netmask = {.addr = ESP_IP4TOADDR(255, 255, 255, 0)},
    .gw = {.addr = ESP_IP4TOADDR(192, 0, 2, 1)},
};

static void on_got_ip6(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    (void)base;
    (void)id;
    xQueueSend(got_ips, data, 0);
}

static void on_event(void *argument, enum esp_stint_event event, esp_netif_t *netif)
{
    (void)argument;
    (void)netif;
    if (event == ESP_STINT_GOT_IP6) {
        __atomic_add_fetch(&told, 1, __ATOMIC_SEQ_CST);
    }
}

/* What the router of the link hears of a group: reports and leaves (RFC 2710). */
static const char *const group_text = "ff02::4242";
static unsigned reports;
static unsigned leaves;

static void count_group(struct responder *responder, struct stint_view frame)
{
    enum { TYPE = 62, GROUP = 70, LENGTH = 86, REPORT = 131, DONE = 132 };
    static const uint8_t group[16] = {0xff, 2, [14] = 0x42, 0x42};
    if (frame.length >= LENGTH && memcmp(frame.bytes + GROUP, group, sizeof(group)) == 0) {
        __atomic_add_fetch(&reports, frame.bytes[TYPE] == REPORT, __ATOMIC_SEQ_CST);
        __atomic_add_fetch(&leaves, frame.bytes[TYPE] == DONE, __ATOMIC_SEQ_CST);
    }
    router_take(responder, frame);
}

static void await_count(const unsigned *count)
{
    for (unsigned i = 0; i < TRIES && __atomic_load_n(count, __ATOMIC_SEQ_CST) == 0; i++) {
        vTaskDelay(1);
    }
    assert_int_not_equal(__atomic_load_n(count, __ATOMIC_SEQ_CST), 0);
}

static int begin(void **state)
{
    (void)state;
    static const uint8_t mac[6] = {2, 0, 0, 0, 0, 2};
    told = 0;
    reports = 0;
    leaves = 0;
    harness_wire_open(&wire, mac);
    responder_start(&router, &wire, count_group);
    got_ips = xQueueCreate(8, sizeof(ip_event_got_ip6_t));
    const esp_eth_config_t config = ETH_DEFAULT_CONFIG(&wire, NULL);
    ESP_ERROR_CHECK(esp_eth_driver_install(&config, &eth));
    ESP_ERROR_CHECK(esp_stint_init());
    esp_stint_on_event(on_event, NULL);
    esp_event_handler_register(IP_EVENT, IP_EVENT_GOT_IP6, on_got_ip6, NULL);
    return esp_stint_attach_eth(eth, &ipv4) != ESP_OK;
}

static int end(void **state)
{
    (void)state;
    ESP_ERROR_CHECK(esp_stint_deinit());
    ESP_ERROR_CHECK(esp_eth_driver_uninstall(eth));
    ESP_ERROR_CHECK(esp_event_loop_delete_default());
    vQueueDelete(got_ips);
    responder_stop(&router);
    harness_wire_close(&wire);
    return 0;
}

/* What the stack waits for in seconds comes in ticks. */
static ip_event_got_ip6_t await_address(void)
{
    ip_event_got_ip6_t event = {.ip_index = -1};
    for (unsigned i = 0; i < TRIES && !xQueueReceive(got_ips, &event, 1); i++) {
        harness_skip_time(STEP_US);
        esp_stint_kick();
    }
    assert_int_not_equal(event.ip_index, -1);
    return event;
}

static void assert_is(const esp_ip6_addr_t *address, const char *text)
{
    esp_ip6_addr_t wanted;
    assert_int_equal(esp_netif_str_to_ip6(text, &wanted), ESP_OK);
    assert_memory_equal(address->addr, wanted.addr, sizeof(wanted.addr));
}

static void addresses_come_with_the_link_and_with_a_router(void **state)
{
    (void)state;
    const ip_event_got_ip6_t first = await_address();
    assert_is(&first.ip6_info.ip, "fe80::ff:fe00:2");
    assert_int_equal(first.ip_index, 0);
    assert_int_equal(first.ip6_info.ip.zone, esp_netif_get_netif_impl_index(first.esp_netif));
    esp_netif_t *const netif = first.esp_netif;
    assert_ptr_equal(netif, esp_netif_get_handle_from_ifkey("ETH_DEF"));
    esp_ip6_addr_t address;
    assert_int_equal(esp_netif_get_ip6_linklocal(netif, &address), ESP_OK);
    assert_is(&address, "fe80::ff:fe00:2");

    const ip_event_got_ip6_t second = await_address();
    assert_is(&second.ip6_info.ip, "2001:db8:1:0:0:ff:fe00:2");
    assert_int_equal(second.ip_index, 1);
    assert_int_equal(second.ip6_info.ip.zone, 0);
    assert_int_equal(esp_netif_get_ip6_global(netif, &address), ESP_OK);
    assert_is(&address, "2001:db8:1:0:0:ff:fe00:2");
    esp_ip6_addr_t all[PLACES];
    assert_int_equal(esp_netif_get_all_ip6(netif, all), 2);
    assert_is(&all[0], "fe80::ff:fe00:2");
    assert_is(&all[1], "2001:db8:1:0:0:ff:fe00:2");
    assert_int_equal(esp_netif_get_all_preferred_ip6(netif, all), 2);
    assert_int_equal(esp_stint_get_ipv6(&address), ESP_OK);
    assert_is(&address, "2001:db8:1:0:0:ff:fe00:2");
    for (unsigned i = 0; i < TRIES && __atomic_load_n(&told, __ATOMIC_SEQ_CST) < 2; i++) {
        vTaskDelay(1);
    }
    assert_int_equal(told, 2);
}

static void name_servers_of_routers_stand_where_nobody_else_named_one(void **state)
{
    (void)state;
    await_address();
    esp_netif_t *const netif = await_address().esp_netif;
    esp_netif_dns_info_t dns;
    assert_int_equal(esp_netif_get_dns_info(netif, ESP_NETIF_DNS_MAIN, &dns), ESP_OK);
    assert_int_equal(dns.ip.type, ESP_IPADDR_TYPE_V6);
    assert_is(&dns.ip.u_addr.ip6, "2001:db8:1::53");
    esp_netif_dns_info_t own = {.ip = {.type = ESP_IPADDR_TYPE_V4}};
    own.ip.u_addr.ip4.addr = ESP_IP4TOADDR(192, 0, 2, 53);
    assert_int_equal(esp_netif_set_dns_info(netif, ESP_NETIF_DNS_MAIN, &own), ESP_OK);
    assert_int_equal(esp_netif_get_dns_info(netif, ESP_NETIF_DNS_MAIN, &dns), ESP_OK);
    assert_int_equal(dns.ip.u_addr.ip4.addr, own.ip.u_addr.ip4.addr);
    assert_int_equal(esp_netif_get_dns_info(netif, ESP_NETIF_DNS_BACKUP, &dns), ESP_OK);
    assert_is(&dns.ip.u_addr.ip6, "2001:db8:1::53");
}

static void a_lost_link_takes_addresses_and_brings_them_back(void **state)
{
    (void)state;
    await_address();
    esp_netif_t *const netif = await_address().esp_netif;
    esp_ip6_addr_t all[PLACES];
    harness_wire_set_up(&wire, false);
    while (esp_netif_is_netif_up(netif)) {
        vTaskDelay(1);
    }
    while (esp_netif_get_all_ip6(netif, all) != 0) {
        vTaskDelay(1);
    }
    assert_int_equal(esp_netif_get_ip6_linklocal(netif, all), ESP_FAIL);
    assert_int_equal(esp_netif_create_ip6_linklocal(netif), ESP_FAIL);
    harness_wire_set_up(&wire, true);
    const ip_event_got_ip6_t first = await_address();
    assert_is(&first.ip6_info.ip, "fe80::ff:fe00:2");
    const ip_event_got_ip6_t second = await_address();
    assert_is(&second.ip6_info.ip, "2001:db8:1:0:0:ff:fe00:2");
    assert_int_equal(esp_netif_create_ip6_linklocal(netif), ESP_OK);
    assert_int_equal(esp_netif_get_all_ip6(netif, all), 2);
}

static void an_application_gives_and_takes_addresses(void **state)
{
    (void)state;
    esp_netif_t *const netif = await_address().esp_netif;
    await_address();
    esp_ip6_addr_t own;
    esp_ip6_addr_t all[PLACES];
    assert_int_equal(esp_netif_str_to_ip6("2001:db8:2::7", &own), ESP_OK);
    assert_int_equal(esp_netif_add_ip6_address(netif, own, false), ESP_OK);
    const ip_event_got_ip6_t event = await_address();
    assert_is(&event.ip6_info.ip, "2001:db8:2::7");
    assert_int_equal(event.ip_index, 2);
    assert_int_equal(esp_netif_get_all_ip6(netif, all), 3);
    assert_int_equal(esp_netif_get_all_preferred_ip6(netif, all), 2);
    const struct stint_address address = {{0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 7}};
    stint_sockets_lock(esp_stint_sockets());
    const bool has = stint_stack_has_address(esp_stint_sockets()->config.stack, &address);
    stint_sockets_unlock(esp_stint_sockets());
    assert_true(has);
    esp_ip6_addr_t one_more = own;
    one_more.addr[0] = all[0].addr[0];
    assert_int_equal(
        esp_netif_add_ip6_address(netif, one_more, true), ESP_ERR_ESP_NETIF_IP6_ADDR_FAILED);
    assert_int_equal(esp_netif_remove_ip6_address(netif, &own), ESP_OK);
    assert_int_equal(esp_netif_remove_ip6_address(netif, &own), ESP_ERR_ESP_NETIF_IP6_ADDR_FAILED);
    assert_int_equal(esp_netif_get_all_ip6(netif, all), 2);
}

static bool hears(const struct stint_address *group)
{
    stint_sockets_lock(esp_stint_sockets());
    const struct stint_stack *const stack = esp_stint_sockets()->config.stack;
    bool found = false;
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        found = found || stint_groups_contain(&stack->interfaces[i].groups, group);
    }
    stint_sockets_unlock(esp_stint_sockets());
    return found;
}

static void an_application_joins_groups_without_a_socket(void **state)
{
    (void)state;
    static const struct stint_address address = {{0xff, 2, [14] = 0x42, 0x42}};
    esp_netif_t *const netif = await_address().esp_netif;
    esp_ip6_addr_t group;
    esp_ip6_addr_t none = {.zone = 0};
    assert_int_equal(esp_netif_str_to_ip6(group_text, &group), ESP_OK);
    assert_int_equal(
        esp_netif_leave_ip6_multicast_group(netif, &group), ESP_ERR_ESP_NETIF_MLD6_FAILED);
    assert_int_equal(
        esp_netif_leave_ip6_multicast_group(netif, &none), ESP_ERR_ESP_NETIF_MLD6_FAILED);
    assert_int_equal(
        esp_netif_join_ip6_multicast_group(netif, &none), ESP_ERR_ESP_NETIF_MLD6_FAILED);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(esp_netif_join_ip6_multicast_group(netif, &group), ESP_OK);
    }
    await_count(&reports);
    assert_int_equal(esp_netif_leave_ip6_multicast_group(netif, &group), ESP_OK);
    assert_true(hears(&address));
    assert_int_equal(leaves, 0);
    assert_int_equal(esp_netif_leave_ip6_multicast_group(netif, &group), ESP_OK);
    assert_false(hears(&address));
    await_count(&leaves);
}

static void groups_are_left_with_the_interface(void **state)
{
    (void)state;
    static const struct stint_address address = {{0xff, 2, [14] = 0x42, 0x42}};
    esp_netif_t *const netif = await_address().esp_netif;
    esp_ip6_addr_t group;
    assert_int_equal(esp_netif_str_to_ip6(group_text, &group), ESP_OK);
    assert_int_equal(esp_netif_join_ip6_multicast_group(netif, &group), ESP_OK);
    assert_true(hears(&address));
    assert_int_equal(esp_stint_detach_eth(), ESP_OK);
    assert_false(hears(&address));
    assert_int_equal(esp_stint_attach_eth(eth, &ipv4), ESP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(addresses_come_with_the_link_and_with_a_router, begin, end),
        cmocka_unit_test_setup_teardown(
            name_servers_of_routers_stand_where_nobody_else_named_one, begin, end),
        cmocka_unit_test_setup_teardown(
            a_lost_link_takes_addresses_and_brings_them_back, begin, end),
        cmocka_unit_test_setup_teardown(an_application_gives_and_takes_addresses, begin, end),
        cmocka_unit_test_setup_teardown(an_application_joins_groups_without_a_socket, begin, end),
        cmocka_unit_test_setup_teardown(groups_are_left_with_the_interface, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

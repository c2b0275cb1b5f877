/* An interface that gives addresses: its options, its clients, its events.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
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
#include "stations.h"
#include <string.h>

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
enum { ASSIGNED = IP_EVENT_ASSIGNED_IP_TO_CLIENT };
typedef ip_event_assigned_ip_to_client_t assigned_t;
#else
enum { ASSIGNED = IP_EVENT_AP_STAIPASSIGNED };
typedef ip_event_ap_staipassigned_t assigned_t;
#endif

enum { PATIENCE_TICKS = 3000 };

/* As <apps/dhcpserver/dhcpserver.h> has it. */
struct lease_pool {
    bool enable;
    esp_ip4_addr_t start_ip;
    esp_ip4_addr_t end_ip;
};

static struct harness_wire wire;
static struct stations stations;
static esp_eth_handle_t eth;
static esp_eth_netif_glue_handle_t glue;
static esp_netif_t *netif;
static QueueHandle_t assigned;

static void on_assigned(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    (void)base;
    (void)id;
    xQueueSend(assigned, data, 0);
}

static int begin(void **state)
{
    (void)state;
    static const uint8_t mac[6] = {2, 0, 0, 0, 0, 2};
    harness_wire_open(&wire, mac);
    assigned = xQueueCreate(4 * STATIONS, sizeof(assigned_t));
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_handler_register(IP_EVENT, ASSIGNED, on_assigned, NULL));
    const esp_netif_config_t netif_config = ESP_NETIF_DEFAULT_WIFI_AP();
    netif = esp_netif_new(&netif_config);
    const esp_eth_config_t config = ETH_DEFAULT_CONFIG(&wire, NULL);
    ESP_ERROR_CHECK(esp_eth_driver_install(&config, &eth));
    glue = esp_eth_new_netif_glue(eth);
    ESP_ERROR_CHECK(esp_netif_attach(netif, glue));
    stations_start(&stations, &wire);
    return 0;
}

static int end(void **state)
{
    (void)state;
    esp_eth_stop(eth);
    ESP_ERROR_CHECK(esp_eth_del_netif_glue(glue));
    esp_netif_destroy(netif);
    ESP_ERROR_CHECK(esp_eth_driver_uninstall(eth));
    ESP_ERROR_CHECK(esp_event_loop_delete_default());
    ESP_ERROR_CHECK(esp_netif_deinit());
    vQueueDelete(assigned);
    stations_stop(&stations);
    harness_wire_close(&wire);
    return 0;
}

/* Until each station has its address and the application was told of it. */
static void await_stations(void)
{
    for (unsigned n = 0; n < STATIONS; n++) {
        for (unsigned i = 0; i < PATIENCE_TICKS; i++) {
            const struct stint_address address = stations_address(&stations, n);
            if (!stint_address_is_unspecified(&address)) {
                break;
            }
            vTaskDelay(1);
        }
        const struct stint_address address = stations_address(&stations, n);
        assert_false(stint_address_is_unspecified(&address));
    }
}

static uint8_t host_of(unsigned n)
{
    const struct stint_address address = stations_address(&stations, n);
    return stint_address_ipv4_octets(&address)[3];
}

static void eight_stations_get_addresses_and_the_application_hears_of_each(void **state)
{
    (void)state;
    assert_int_equal(esp_eth_start(eth), ESP_OK);
    await_stations();
    esp_netif_dhcp_status_t status;
    assert_int_equal(esp_netif_dhcps_get_status(netif, &status), ESP_OK);
    assert_int_equal(status, ESP_NETIF_DHCP_STARTED);
    assert_int_equal(esp_netif_dhcps_start(netif), ESP_ERR_ESP_NETIF_DHCP_ALREADY_STARTED);
    unsigned told = 0;
    while (told != (1U << STATIONS) - 1) {
        assigned_t event;
        assert_true(xQueueReceive(assigned, &event, PATIENCE_TICKS));
        assert_ptr_equal(event.esp_netif, netif);
        const unsigned n = event.mac[5];
        assert_in_range(n, 0, STATIONS - 1);
        assert_int_equal(event.ip.addr, ESP_IP4TOADDR(192, 168, 4, host_of(n)));
        told |= 1U << n;
    }
    esp_netif_pair_mac_ip_t pairs[STATIONS + 1] = {{.mac = {0}}};
    for (unsigned n = 0; n <= STATIONS; n++) {
        const uint8_t mac[6] = {2, 0, 0, 0, 1, (uint8_t)n};
        memcpy(pairs[n].mac, mac, sizeof(mac));
    }
    assert_int_equal(esp_netif_dhcps_get_clients_by_mac(netif, STATIONS + 1, pairs), ESP_OK);
    uint64_t seen = 0;
    for (unsigned n = 0; n < STATIONS; n++) {
        assert_int_equal(pairs[n].ip.addr, ESP_IP4TOADDR(192, 168, 4, host_of(n)));
        assert_in_range(host_of(n), 2, 1 + STATIONS);
        assert_int_equal(seen & (1ULL << host_of(n)), 0);
        seen |= 1ULL << host_of(n);
    }
    assert_int_equal(pairs[STATIONS].ip.addr, 0);
}

static void a_pool_of_the_applications_is_kept_to(void **state)
{
    (void)state;
    struct lease_pool pool = {
        .enable = true,
        .start_ip = {.addr = ESP_IP4TOADDR(192, 168, 4, 100)},
        .end_ip = {.addr = ESP_IP4TOADDR(192, 168, 4, 107)},
    };
    struct lease_pool other = pool;
    uint32_t minutes = 30;
    assert_int_equal(esp_netif_dhcps_option(netif, ESP_NETIF_OP_SET, ESP_NETIF_REQUESTED_IP_ADDRESS,
                         &pool, sizeof(pool)),
        ESP_OK);
    assert_int_equal(esp_netif_dhcps_option(netif, ESP_NETIF_OP_SET,
                         ESP_NETIF_IP_ADDRESS_LEASE_TIME, &minutes, sizeof(minutes)),
        ESP_OK);
    other.start_ip.addr = ESP_IP4TOADDR(192, 168, 5, 100);
    assert_int_equal(esp_netif_dhcps_option(netif, ESP_NETIF_OP_SET, ESP_NETIF_REQUESTED_IP_ADDRESS,
                         &other, sizeof(other)),
        ESP_ERR_ESP_NETIF_INVALID_PARAMS);
    assert_int_equal(esp_netif_dhcps_option(netif, ESP_NETIF_OP_GET, ESP_NETIF_REQUESTED_IP_ADDRESS,
                         &other, sizeof(other)),
        ESP_OK);
    assert_int_equal(other.start_ip.addr, pool.start_ip.addr);
    assert_int_equal(esp_eth_start(eth), ESP_OK);
    await_stations();
    for (unsigned n = 0; n < STATIONS; n++) {
        assert_in_range(host_of(n), 100, 107);
    }
    assert_int_equal(esp_netif_dhcps_option(netif, ESP_NETIF_OP_SET,
                         ESP_NETIF_IP_ADDRESS_LEASE_TIME, &minutes, sizeof(minutes)),
        ESP_ERR_ESP_NETIF_DHCP_ALREADY_STARTED);
}

static void a_server_that_was_stopped_stays_so_until_it_is_started(void **state)
{
    (void)state;
    esp_netif_dhcp_status_t status;
    assert_int_equal(esp_netif_dhcps_stop(netif), ESP_OK);
    assert_int_equal(esp_netif_dhcps_stop(netif), ESP_ERR_ESP_NETIF_DHCP_ALREADY_STOPPED);
    esp_netif_ip_info_t info = {
        .ip = {.addr = ESP_IP4TOADDR(10, 9, 8, 200)},
        .gw = {.addr = ESP_IP4TOADDR(10, 9, 8, 200)},
        .netmask = {.addr = ESP_IP4TOADDR(255, 255, 255, 0)},
    };
    assert_int_equal(esp_netif_set_ip_info(netif, &info), ESP_OK);
    assert_int_equal(esp_eth_start(eth), ESP_OK);
    while (!esp_netif_is_netif_up(netif)) {
        vTaskDelay(1);
    }
    assert_int_equal(esp_netif_dhcps_get_status(netif, &status), ESP_OK);
    assert_int_equal(status, ESP_NETIF_DHCP_STOPPED);
    assert_int_equal(esp_netif_dhcps_start(netif), ESP_OK);
    await_stations();
    for (unsigned n = 0; n < STATIONS; n++) {
        const struct stint_address address = stations_address(&stations, n);
        assert_int_equal(stint_address_ipv4_octets(&address)[1], 9);
        assert_in_range(host_of(n), 1, 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            eight_stations_get_addresses_and_the_application_hears_of_each, begin, end),
        cmocka_unit_test_setup_teardown(a_pool_of_the_applications_is_kept_to, begin, end),
        cmocka_unit_test_setup_teardown(
            a_server_that_was_stopped_stays_so_until_it_is_started, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

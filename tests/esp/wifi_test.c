/* Wi-Fi, brought up by the calls that ESP-IDF has for it: a station, an access point with eight
 * clients, one of which sleeps. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * timeout: 180
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dhcp_server.h"
#include "esp_event.h"
#include "esp_netif.h"
#include "esp_stint.h"
#include "esp_wifi.h"
#include "freertos/queue.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "harness.h"
#include "stations.h"
#include <string.h>

enum {
    PATIENCE_TICKS = 3000,
    STEP_US = 50000,
    PORT = 7,
    SLEEPER = 3,
    ROUNDS = 5,
    FOR_THE_SLEEPER = 3
};

static struct harness_wire air;
static struct dhcp_server server;
static struct stations stations;
static esp_netif_t *netif;
static QueueHandle_t got_ips;

/* --- the application --- */

static void on_event(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    if (base == WIFI_EVENT && id == WIFI_EVENT_STA_START) {
        esp_wifi_connect();
    } else if (base == IP_EVENT && id == IP_EVENT_STA_GOT_IP) {
        xQueueSend(got_ips, data, 0);
    }
}

static void begin_wifi(wifi_mode_t mode)
{
    static const uint8_t mac[6] = {2, 0, 0, 0, 0, 2};
    harness_wire_open(&air, mac);
    got_ips = xQueueCreate(4, sizeof(ip_event_got_ip_t));
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    netif = mode == WIFI_MODE_STA ? esp_netif_create_default_wifi_sta()
                                  : esp_netif_create_default_wifi_ap();
    const wifi_init_config_t init = WIFI_INIT_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_wifi_init(&init));
    harness_wifi_set_air(mode == WIFI_MODE_STA ? WIFI_IF_STA : WIFI_IF_AP, &air);
    ESP_ERROR_CHECK(esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_event, NULL));
    ESP_ERROR_CHECK(esp_event_handler_register(IP_EVENT, ESP_EVENT_ANY_ID, on_event, NULL));
    ESP_ERROR_CHECK(esp_wifi_set_mode(mode));
    wifi_config_t config = {.sta = {.ssid = "reeds", .password = "calidris minuta"}};
    ESP_ERROR_CHECK(esp_wifi_set_config(mode == WIFI_MODE_STA ? WIFI_IF_STA : WIFI_IF_AP, &config));
    ESP_ERROR_CHECK(esp_wifi_start());
}

static void end_wifi(void)
{
    ESP_ERROR_CHECK(esp_wifi_stop());
    ESP_ERROR_CHECK(esp_wifi_deinit());
    esp_netif_destroy_default_wifi(netif);
    ESP_ERROR_CHECK(esp_event_loop_delete_default());
    ESP_ERROR_CHECK(esp_netif_deinit());
    vQueueDelete(got_ips);
    harness_wire_close(&air);
}

/* --- a station --- */

static int begin_station(void **state)
{
    (void)state;
    begin_wifi(WIFI_MODE_STA);
    dhcp_server_start(&server, &air);
    return 0;
}

static int end_station(void **state)
{
    (void)state;
    dhcp_server_stop(&server);
    end_wifi();
    return 0;
}

static ip_event_got_ip_t await_ip(void)
{
    ip_event_got_ip_t event = {.esp_netif = NULL};
    for (unsigned i = 0; i < PATIENCE_TICKS && !xQueueReceive(got_ips, &event, 1); i++) {
        harness_skip_time(STEP_US); /* what the client waits for in seconds comes in ticks */
        esp_stint_kick();
    }
    assert_non_null(event.esp_netif);
    return event;
}

static void a_station_gets_its_address_from_the_access_point(void **state)
{
    (void)state;
    const ip_event_got_ip_t event = await_ip();
    assert_ptr_equal(event.esp_netif, netif);
    assert_ptr_equal(event.esp_netif, esp_netif_get_handle_from_ifkey("WIFI_STA_DEF"));
    assert_int_equal(event.ip_info.ip.addr, ESP_IP4TOADDR(192, 0, 2, 50));
    uint8_t mac[6];
    assert_int_equal(esp_netif_get_mac(netif, mac), ESP_OK);
    assert_memory_equal(mac, air.mac, sizeof(mac));
}

static void a_station_out_of_reach_gets_its_address_again(void **state)
{
    (void)state;
    const ip_event_got_ip_t first = await_ip();
    harness_wire_set_up(&air, false);
    while (esp_netif_is_netif_up(netif)) {
        vTaskDelay(1);
    }
    assert_int_equal(esp_stint_wait_for_ip(0), ESP_ERR_TIMEOUT);
    harness_wire_set_up(&air, true);
    const ip_event_got_ip_t second = await_ip();
    assert_false(second.ip_changed);
    assert_int_equal(second.ip_info.ip.addr, first.ip_info.ip.addr);
}

/* --- an access point --- */

static struct {
    SemaphoreHandle_t ended;
    int socket;
    bool busy; /* something for the sleeper goes before every answer */
} echo;

static void say(struct stint_endpoint *to, uint8_t *text, size_t length)
{
    struct stint_span piece = stint_span_of(text, length);
    const struct stint_message message = {.peer = to, .pieces = &piece, .piece_count = 1};
    (void)stint_send_message(esp_stint_sockets(), echo.socket, &message, 0);
}

static void answer(void *argument)
{
    (void)argument;
    uint8_t bytes[64];
    struct stint_endpoint from;
    struct stint_endpoint sleeper = {stations_address(&stations, SLEEPER), PORT};
    struct stint_span piece = stint_span_of(bytes, sizeof(bytes));
    struct stint_message message = {.peer = &from, .pieces = &piece, .piece_count = 1};
    while (stint_receive_message(esp_stint_sockets(), echo.socket, &message, 0) >= 0) {
        for (unsigned i = 0; i < FOR_THE_SLEEPER && echo.busy; i++) {
            say(&sleeper, bytes, sizeof(bytes));
        }
        say(&from, bytes, 1);
    }
    xSemaphoreGive(echo.ended);
    vTaskDelete(NULL);
}

static int begin_access_point(void **state)
{
    (void)state;
    begin_wifi(WIFI_MODE_AP);
    stations_start(&stations, &air);
    echo.busy = false;
    echo.ended = xSemaphoreCreateBinary();
    for (unsigned n = 0; n < STATIONS; n++) {
        struct stint_address address = stations_address(&stations, n);
        for (unsigned i = 0; i < PATIENCE_TICKS && stint_address_is_unspecified(&address); i++) {
            vTaskDelay(1);
            address = stations_address(&stations, n);
        }
        if (stint_address_is_unspecified(&address)) {
            return -1;
        }
    }
    const struct stint_endpoint local = {stint_address_ipv4(0, 0, 0, 0), PORT};
    echo.socket = stint_socket(esp_stint_sockets(), STINT_IPV4, STINT_DATAGRAM);
    stint_bind(esp_stint_sockets(), echo.socket, &local);
    return 0;
}

static int end_access_point(void **state)
{
    (void)state;
    stint_close(esp_stint_sockets(), echo.socket);
    const bool ended = xSemaphoreTake(echo.ended, PATIENCE_TICKS);
    vSemaphoreDelete(echo.ended);
    stations_stop(&stations);
    end_wifi();
    return ended ? 0 : -1;
}

/* A datagram may be lost on a busy machine; a station then says it again, as applications do. */
static void converse(unsigned n)
{
    for (unsigned i = 0; i < PATIENCE_TICKS; i++) {
        if (i % 100 == 0) {
            stations_say_hello(&stations, n);
        }
        if (stations_heard(&stations, n) > 0) {
            return;
        }
        vTaskDelay(1);
    }
    fail_msg("station %u hears nothing", n);
}

static void an_access_point_speaks_with_eight_clients(void **state)
{
    (void)state;
    xTaskCreate(answer, "echo", 4096, NULL, 5, NULL);
    for (unsigned n = 0; n < STATIONS; n++) {
        converse(n);
    }
    struct esp_stint_interface_stats stats;
    assert_int_equal(esp_stint_get_interface_stats(netif, &stats), ESP_OK);
    assert_int_equal(stats.tx_failed, 0);
    assert_int_equal(stats.tx_waited, 0);
}

static void a_client_that_sleeps_does_not_keep_others_from_their_answers(void **state)
{
    (void)state;
    const uint8_t sleeper[6] = {2, 0, 0, 0, 1, SLEEPER};
    xTaskCreate(answer, "echo", 4096, NULL, 5, NULL);
    converse(SLEEPER); /* its hardware address is known from now on */
    harness_wire_set_sleeper(&air, sleeper);
    echo.busy = true;
    for (unsigned i = 0; i < ROUNDS * STATIONS; i++) {
        if (i % STATIONS != SLEEPER) {
            converse(i % STATIONS);
        }
    }
    assert_int_equal(stations_heard(&stations, SLEEPER), 0);
    struct esp_stint_interface_stats stats;
    assert_int_equal(esp_stint_get_interface_stats(netif, &stats), ESP_OK);
    assert_true(stats.tx_displaced > 0);
    assert_int_equal(stats.tx_failed, 0);
    harness_wire_set_sleeper(&air, NULL);
    converse(SLEEPER);
}

static void nothing_is_left_of_it(void **state)
{
    (void)state;
    begin_station(NULL);
    await_ip();
    end_station(NULL);
    const unsigned after_one = harness_objects_alive();
    for (unsigned i = 0; i < 5; i++) {
        begin_station(NULL);
        await_ip();
        end_station(NULL);
    }
    assert_int_equal(harness_objects_alive(), after_one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_station_gets_its_address_from_the_access_point, begin_station, end_station),
        cmocka_unit_test_setup_teardown(
            a_station_out_of_reach_gets_its_address_again, begin_station, end_station),
        cmocka_unit_test_setup_teardown(
            an_access_point_speaks_with_eight_clients, begin_access_point, end_access_point),
        cmocka_unit_test_setup_teardown(
            a_client_that_sleeps_does_not_keep_others_from_their_answers, begin_access_point,
            end_access_point),
        cmocka_unit_test(nothing_is_left_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* An application that knows only ESP-IDF's interfaces, on a wire: events in order, its address, an
 * echo, links that come and go, drivers without buffers, ending and beginning again.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * timeout: 120
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
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "harness.h"
#include "peer.h"
#include <stdio.h>
#include <string.h>

enum { PORT = 7, EVENTS = 32 };

/* --- the application --- */

struct application {
    esp_eth_handle_t eth;
    esp_netif_t *netif;
    esp_eth_netif_glue_handle_t glue;
    SemaphoreHandle_t got_ip;
    SemaphoreHandle_t echo_ended;
    int listener;
    char events[EVENTS][24]; /* names, in order */
    unsigned event_count;
    ip_event_got_ip_t last;
};

static struct peer peer;
static struct application app;

static void note(const char *name)
{
    if (app.event_count < EVENTS) {
        snprintf(app.events[app.event_count], sizeof(app.events[0]), "%s", name);
        __atomic_add_fetch(&app.event_count, 1, __ATOMIC_RELEASE);
    }
}

static void on_eth(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    (void)base;
    (void)data;
    static const char *const names[] = {"start", "stop", "connected", "disconnected"};
    note(names[id]);
}

static void on_ip(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    (void)base;
    switch (id) {
    case IP_EVENT_ETH_GOT_IP:
        app.last = *(const ip_event_got_ip_t *)data;
        note(app.last.ip_changed ? "got ip" : "same ip");
        xSemaphoreGive(app.got_ip);
        break;
    case IP_EVENT_ETH_LOST_IP:
        note("lost ip");
        break;
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
    case IP_EVENT_NETIF_UP:
        note("up");
        break;
    case IP_EVENT_NETIF_DOWN:
        note("down");
        break;
#endif
    default:
        note("?");
        break;
    }
}

static void give_static_address(esp_netif_t *netif)
{
    esp_netif_ip_info_t info;
    esp_netif_set_ip4_addr(&info.ip, 192, 0, 2, 2);
    esp_netif_set_ip4_addr(&info.netmask, 255, 255, 255, 0);
    esp_netif_set_ip4_addr(&info.gw, 192, 0, 2, 1);
    ESP_ERROR_CHECK(esp_netif_dhcpc_stop(netif));
    ESP_ERROR_CHECK(esp_netif_set_ip_info(netif, &info));
}

static void begin_application(void)
{
    memset(&app, 0, sizeof(app));
    app.got_ip = xSemaphoreCreateBinary();
    app.echo_ended = xSemaphoreCreateBinary();
    app.listener = -1;
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    const esp_netif_config_t netif_config = ESP_NETIF_DEFAULT_ETH();
    app.netif = esp_netif_new(&netif_config);
    give_static_address(app.netif);
    const esp_eth_config_t eth_config = ETH_DEFAULT_CONFIG(&peer.wire, NULL);
    ESP_ERROR_CHECK(esp_eth_driver_install(&eth_config, &app.eth));
    app.glue = esp_eth_new_netif_glue(app.eth);
    ESP_ERROR_CHECK(esp_netif_attach(app.netif, app.glue));
    ESP_ERROR_CHECK(esp_event_handler_register(ETH_EVENT, ESP_EVENT_ANY_ID, on_eth, NULL));
    ESP_ERROR_CHECK(esp_event_handler_register(IP_EVENT, ESP_EVENT_ANY_ID, on_ip, NULL));
    ESP_ERROR_CHECK(esp_eth_start(app.eth));
}

static void end_application(void)
{
    ESP_ERROR_CHECK(esp_eth_stop(app.eth));
    ESP_ERROR_CHECK(esp_eth_del_netif_glue(app.glue));
    esp_netif_destroy(app.netif);
    ESP_ERROR_CHECK(esp_eth_driver_uninstall(app.eth));
    ESP_ERROR_CHECK(esp_event_loop_delete_default());
    ESP_ERROR_CHECK(esp_netif_deinit());
    vSemaphoreDelete(app.got_ip);
    vSemaphoreDelete(app.echo_ended);
}

/* Echoes one connection after another until the listener is closed. */
static void echo(void *argument)
{
    (void)argument;
    struct stint_sockets *const sockets = esp_stint_sockets();
    uint8_t bytes[512];
    for (;;) {
        const int connection = stint_accept(sockets, app.listener, NULL);
        if (connection < 0) {
            break;
        }
        long got = 1;
        while (got > 0) {
            got = stint_receive(sockets, connection, stint_span_of(bytes, sizeof(bytes)), 0);
            if (got > 0) {
                stint_send(sockets, connection, stint_view_of(bytes, (size_t)got), 0);
            }
        }
        stint_close(sockets, connection);
    }
    xSemaphoreGive(app.echo_ended);
    vTaskDelete(NULL);
}

static void begin_echo(void)
{
    struct stint_sockets *const sockets = esp_stint_sockets();
    app.listener = stint_socket(sockets, STINT_IPV4, STINT_STREAM);
    const struct stint_endpoint local = {stint_address_ipv4(0, 0, 0, 0), PORT};
    assert_int_equal(stint_bind(sockets, app.listener, &local), 0);
    assert_int_equal(stint_listen(sockets, app.listener, 4), 0);
    xTaskCreate(echo, "echo", 4096, NULL, 5, NULL);
}

static void end_echo(void)
{
    stint_close(esp_stint_sockets(), app.listener);
    assert_true(xSemaphoreTake(app.echo_ended, pdMS_TO_TICKS(5000)));
}

/* --- tests --- */

static void await_ip(void)
{
    assert_true(xSemaphoreTake(app.got_ip, pdMS_TO_TICKS(5000)));
}

static void await_events(unsigned count)
{
    for (unsigned i = 0; i < 500 && __atomic_load_n(&app.event_count, __ATOMIC_ACQUIRE) < count;
         i++) {
        vTaskDelay(1);
    }
    assert_int_equal(app.event_count, count);
}

static void expect_events(const char *const *names, unsigned count)
{
    await_events(count);
    for (unsigned i = 0; i < count; i++) {
        assert_string_equal(app.events[i], names[i]);
    }
}

static int begin(void **state)
{
    (void)state;
    peer_start(&peer);
    begin_application();
    return 0;
}

static int end(void **state)
{
    (void)state;
    end_application();
    peer_stop(&peer);
    return 0;
}

static void events_come_in_order_with_their_data(void **state)
{
    (void)state;
    await_ip();
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
    static const char *const names[] = {"start", "connected", "up", "got ip"};
#else
    static const char *const names[] = {"start", "connected", "got ip"};
#endif
    expect_events(names, sizeof(names) / sizeof(names[0]));
    assert_ptr_equal(app.last.esp_netif, app.netif);
    assert_int_equal(app.last.ip_info.ip.addr, ESP_IP4TOADDR(192, 0, 2, 2));
    assert_int_equal(app.last.ip_info.netmask.addr, ESP_IP4TOADDR(255, 255, 255, 0));
    assert_int_equal(app.last.ip_info.gw.addr, ESP_IP4TOADDR(192, 0, 2, 1));
    esp_netif_ip_info_t info;
    assert_int_equal(esp_netif_get_ip_info(app.netif, &info), ESP_OK);
    assert_int_equal(info.ip.addr, ESP_IP4TOADDR(192, 0, 2, 2));
    assert_ptr_equal(esp_netif_get_default_netif(), app.netif);
    assert_ptr_equal(esp_netif_get_handle_from_ifkey("ETH_DEF"), app.netif);
}

static void bytes_are_echoed(void **state)
{
    (void)state;
    await_ip();
    begin_echo();
    const int connection = peer_connect(&peer, 2, PORT);
    assert_true(connection >= 0);
    assert_int_equal(peer_echo(&peer, connection, 1000000), 1000000);
    stint_close(&peer.host.sockets, connection);
    end_echo();
    struct esp_stint_interface_stats stats;
    assert_int_equal(esp_stint_get_interface_stats(app.netif, &stats), ESP_OK);
    assert_true(stats.rx_bytes > 1000000);
    assert_int_equal(stats.rx_dropped_no_room, 0);
    assert_int_equal(stats.tx_failed, 0);
}

static void a_connection_outlives_a_link_that_was_pulled(void **state)
{
    (void)state;
    await_ip();
    begin_echo();
    const int connection = peer_connect(&peer, 2, PORT);
    assert_int_equal(peer_echo(&peer, connection, 10000), 10000);
    harness_wire_set_up(&peer.wire, false);
    while (esp_netif_is_netif_up(app.netif)) {
        vTaskDelay(1);
    }
    harness_wire_set_up(&peer.wire, true);
    await_ip();
    assert_false(app.last.ip_changed);
    assert_int_equal(peer_echo(&peer, connection, 10000), 10000);
    stint_close(&peer.host.sockets, connection);
    end_echo();
}

static void a_frame_waits_for_a_driver_without_room(void **state)
{
    (void)state;
    await_ip();
    begin_echo();
    const int connection = peer_connect(&peer, 2, PORT);
    assert_int_equal(peer_echo(&peer, connection, 100), 100);
    harness_wire_refuse(&peer.wire, 3);
    assert_int_equal(peer_echo(&peer, connection, 100), 100);
    struct esp_stint_interface_stats stats;
    esp_stint_get_interface_stats(app.netif, &stats);
    assert_true(stats.tx_waited >= 1);
    assert_int_equal(stats.tx_timed_out, 0);
    assert_int_equal(stats.tx_failed, 0);
    assert_int_equal(peer.wire.refused, 3);
    stint_close(&peer.host.sockets, connection);
    end_echo();
}

static void an_address_is_changed_while_up(void **state)
{
    (void)state;
    await_ip();
    esp_netif_ip_info_t info = app.last.ip_info;
    esp_netif_set_ip4_addr(&info.ip, 192, 0, 2, 3);
    assert_int_equal(esp_netif_set_ip_info(app.netif, &info), ESP_OK);
    await_ip();
    assert_true(app.last.ip_changed);
    assert_int_equal(app.last.ip_info.ip.addr, info.ip.addr);
    assert_int_equal(esp_netif_set_ip_info(app.netif, &info), ESP_OK);
    await_ip();
    assert_false(app.last.ip_changed);
    begin_echo();
    const int connection = peer_connect(&peer, 3, PORT);
    assert_int_equal(peer_echo(&peer, connection, 1000), 1000);
    stint_close(&peer.host.sockets, connection);
    end_echo();
}

static void asking_a_server_gives_the_static_address_up(void **state)
{
    (void)state;
    await_ip();
    assert_int_equal(esp_netif_dhcpc_stop(app.netif), ESP_ERR_ESP_NETIF_DHCP_ALREADY_STOPPED);
    assert_int_equal(esp_netif_dhcpc_start(app.netif), ESP_OK);
    assert_int_equal(esp_netif_dhcpc_start(app.netif), ESP_ERR_ESP_NETIF_DHCP_ALREADY_STARTED);
    assert_int_equal(esp_stint_wait_for_ip(0), ESP_ERR_TIMEOUT);
    assert_int_equal(
        esp_netif_set_ip_info(app.netif, &app.last.ip_info), ESP_ERR_ESP_NETIF_DHCP_NOT_STOPPED);
}

static void it_ends_and_begins_a_hundred_times(void **state)
{
    (void)state;
    const unsigned objects = harness_objects_alive();
    for (unsigned i = 0; i < 100; i++) {
        peer_start(&peer);
        begin_application();
        await_ip();
        if (i % 10 == 0) {
            begin_echo();
            const int connection = peer_connect(&peer, 2, PORT);
            assert_int_equal(peer_echo(&peer, connection, 2000), 2000);
            stint_close(&peer.host.sockets, connection);
            end_echo();
        }
        end_application();
        peer_stop(&peer);
    }
    for (unsigned i = 0; i < 200 && harness_tasks_alive() != 0; i++) {
        vTaskDelay(1);
    }
    assert_int_equal(harness_tasks_alive(), 0);
    assert_in_range(harness_objects_alive(), 0, objects + 1); /* the semaphore of this task */
    assert_int_equal(esp_netif_get_nr_of_ifs(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_come_in_order_with_their_data, begin, end),
        cmocka_unit_test_setup_teardown(bytes_are_echoed, begin, end),
        cmocka_unit_test_setup_teardown(a_connection_outlives_a_link_that_was_pulled, begin, end),
        cmocka_unit_test_setup_teardown(a_frame_waits_for_a_driver_without_room, begin, end),
        cmocka_unit_test_setup_teardown(an_address_is_changed_while_up, begin, end),
        cmocka_unit_test_setup_teardown(asking_a_server_gives_the_static_address_up, begin, end),
        cmocka_unit_test(it_ends_and_begins_a_hundred_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

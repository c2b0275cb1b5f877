/* A driver of one's own, as Wi-Fi is one: buffers named by tokens, transmit that takes a buffer of
 * the stack, no room at times; taps and frames below IP; waking and sleeping.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "esp_event.h"
#include "esp_netif.h"
#include "esp_stint.h"
#include "freertos/task.h"
#include "harness.h"
#include <string.h>

enum { TOKENS = 256, FRAME = 60, ETHERTYPE = 0x88b5 };

/* The functions of the driver's side that ESP-IDF keeps to itself. */
esp_err_t esp_netif_start(esp_netif_t *esp_netif);
esp_err_t esp_netif_stop(esp_netif_t *esp_netif);

static struct {
    esp_netif_driver_base_t base;
    uint8_t buffers[TOKENS][FRAME];
    unsigned lent[TOKENS]; /* how often the stack has it: 0 or 1 */
    unsigned given_back;
    unsigned transmitted;
    unsigned refuse; /* how many are still to be refused */
    esp_err_t refusal;
    uint8_t sleeper;     /* the station for which there is never room; 0: none */
    uint8_t last[FRAME]; /* what was transmitted last, its beginning */
    uint8_t marks[8];    /* what send_to() marked each with */
} driver;

static esp_netif_t *netif;

static esp_err_t transmit(void *handle, void *buffer, size_t length, void *netstack_buffer)
{
    (void)netstack_buffer;
    assert_ptr_equal(handle, &driver);
    if (__atomic_load_n(&driver.refuse, __ATOMIC_SEQ_CST) > 0) {
        __atomic_sub_fetch(&driver.refuse, 1, __ATOMIC_SEQ_CST);
        return driver.refusal;
    }
    if (driver.sleeper != 0 && ((const uint8_t *)buffer)[5] == driver.sleeper) {
        return ESP_ERR_NO_MEM;
    }
    memcpy(driver.last, buffer, length < FRAME ? length : FRAME);
    driver.marks[driver.transmitted % sizeof(driver.marks)] = driver.last[FRAME - 1];
    __atomic_add_fetch(&driver.transmitted, 1, __ATOMIC_SEQ_CST);
    return ESP_OK;
}

static void free_buffer(void *handle, void *token)
{
    assert_ptr_equal(handle, &driver);
    unsigned *const lent = token;
    assert_int_equal(__atomic_sub_fetch(lent, 1, __ATOMIC_SEQ_CST), 0);
    __atomic_add_fetch(&driver.given_back, 1, __ATOMIC_SEQ_CST);
}

static esp_err_t post_attach(esp_netif_t *attached, esp_netif_iodriver_handle handle)
{
    const esp_netif_driver_ifconfig_t config = {
        .handle = handle,
        .transmit_wrap = transmit,
        .driver_free_rx_buffer = free_buffer,
    };
    uint8_t mac[6] = {2, 0, 0, 0, 0, 2};
    esp_netif_set_mac(attached, mac);
    return esp_netif_set_driver_config(attached, &config);
}

static int begin(void **state)
{
    (void)state;
    memset(&driver, 0, sizeof(driver));
    driver.refusal = ESP_ERR_NO_MEM;
    driver.base.post_attach = post_attach;
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(esp_netif_init());
    /* Without client for addresses: the driver sees no frames but the test's. */
    esp_netif_inherent_config_t base = _g_esp_netif_inherent_sta_config;
    base.flags = ESP_NETIF_FLAG_EVENT_IP_MODIFIED;
    const esp_netif_config_t config = {
        .base = &base, .stack = _g_esp_netif_netstack_default_wifi_sta};
    netif = esp_netif_new(&config);
    ESP_ERROR_CHECK(esp_netif_attach(netif, &driver));
    esp_netif_ip_info_t info = {.gw = {.addr = 0}};
    esp_netif_set_ip4_addr(&info.ip, 192, 0, 2, 2);
    esp_netif_set_ip4_addr(&info.netmask, 255, 255, 255, 0);
    ESP_ERROR_CHECK(esp_netif_set_ip_info(netif, &info));
    esp_netif_action_start(netif, NULL, 0, NULL);
    esp_netif_action_connected(netif, NULL, 0, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    esp_netif_destroy(netif);
    ESP_ERROR_CHECK(esp_netif_deinit());
    ESP_ERROR_CHECK(esp_event_loop_delete_default());
    return 0;
}

/* A frame of the test's EtherType, or an ARP request from 192.0.2.1 for 192.0.2.2. */
static void fill(uint8_t *frame, uint16_t ethertype)
{
    static const uint8_t arp[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 6, 0, 1,
        8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2};
    memset(frame, 0, FRAME);
    memcpy(frame, arp, sizeof(arp));
    frame[12] = (uint8_t)(ethertype >> 8);
    frame[13] = (uint8_t)ethertype;
}

static esp_err_t lend(unsigned index, uint16_t ethertype)
{
    fill(driver.buffers[index], ethertype);
    assert_int_equal(__atomic_add_fetch(&driver.lent[index], 1, __ATOMIC_SEQ_CST), 1);
    return esp_netif_receive(netif, driver.buffers[index], FRAME, &driver.lent[index]);
}

static void await(const unsigned *value, unsigned wanted)
{
    for (unsigned i = 0; i < 3000 && __atomic_load_n(value, __ATOMIC_SEQ_CST) < wanted; i++) {
        vTaskDelay(1);
    }
    assert_int_equal(__atomic_load_n(value, __ATOMIC_SEQ_CST), wanted);
}

static struct esp_stint_interface_stats stats_of(void)
{
    struct esp_stint_interface_stats stats;
    assert_int_equal(esp_stint_get_interface_stats(netif, &stats), ESP_OK);
    return stats;
}

static void every_buffer_goes_back_by_its_token(void **state)
{
    (void)state;
    assert_int_equal(lend(0, 0x0806), ESP_OK);
    await(&driver.given_back, 1);
    await(&driver.transmitted, 1);
    assert_int_equal(driver.last[21], 2); /* the answer */
    assert_memory_equal(driver.last, "\x02\0\0\0\0\x01", 6);
}

static void what_comes_while_it_is_down_goes_back_and_is_counted(void **state)
{
    (void)state;
    esp_netif_action_disconnected(netif, NULL, 0, NULL);
    assert_int_equal(lend(0, 0x0806), ESP_ERR_NO_MEM);
    assert_int_equal(driver.given_back, 1);
    assert_int_equal(stats_of().rx_dropped_down, 1);
    esp_netif_action_stop(netif, NULL, 0, NULL);
    assert_int_equal(lend(1, 0x0806), ESP_ERR_ESP_NETIF_IF_NOT_READY);
    assert_int_equal(driver.given_back, 2);
}

static void a_flood_overflows_the_queue_and_loses_no_buffer(void **state)
{
    (void)state;
    /* The poll task is kept out while frames come. */
    stint_sockets_lock(esp_stint_sockets());
    unsigned refused = 0;
    for (unsigned i = 0; i < 200; i++) {
        refused += lend(i, ETHERTYPE) != ESP_OK;
    }
    stint_sockets_unlock(esp_stint_sockets());
    await(&driver.given_back, 200);
    assert_true(refused >= 200 - (1 << CONFIG_ESP_STINT_RX_FRAMES_EXPONENT) - 1);
    assert_int_equal(stats_of().rx_dropped_no_room, refused);
    assert_int_equal(stats_of().rx_high_water, 1 << CONFIG_ESP_STINT_RX_FRAMES_EXPONENT);
}

struct tapped {
    unsigned frames;
    int64_t received_at;
};

static void on_frame(
    void *argument, esp_netif_t *from, const uint8_t *frame, size_t length, int64_t received_at)
{
    struct tapped *const tapped = argument;
    assert_ptr_equal(from, netif);
    assert_int_equal(length, FRAME);
    assert_int_equal(frame[12], ETHERTYPE >> 8);
    tapped->received_at = received_at;
    __atomic_add_fetch(&tapped->frames, 1, __ATOMIC_SEQ_CST);
}

static void a_tap_gets_its_ethertype_and_the_stack_the_rest(void **state)
{
    (void)state;
    struct tapped tapped = {0};
    assert_int_equal(esp_stint_l2_tap(netif, ETHERTYPE, on_frame, &tapped), ESP_OK);
    lend(0, ETHERTYPE);
    lend(1, 0x0806);
    await(&tapped.frames, 1);
    await(&driver.transmitted, 1);
    assert_true(tapped.received_at > 0);
    assert_int_equal(esp_stint_l2_tap(netif, ETHERTYPE, NULL, NULL), ESP_OK);
    assert_int_equal(esp_stint_l2_tap(netif, ETHERTYPE, NULL, NULL), ESP_ERR_NOT_FOUND);
    lend(2, ETHERTYPE);
    await(&driver.given_back, 3);
    assert_int_equal(tapped.frames, 1);
}

static esp_err_t try_to_send(uint8_t station, uint8_t mark)
{
    uint8_t frame[FRAME];
    fill(frame, ETHERTYPE);
    memset(frame, 0, 6);
    frame[5] = station;
    frame[FRAME - 1] = mark;
    return esp_stint_l2_send(netif, frame, sizeof(frame));
}

static void send_to(uint8_t station, uint8_t mark)
{
    assert_int_equal(try_to_send(station, mark), ESP_OK);
}

static void a_waiting_frame_holds_up_only_its_own_station(void **state)
{
    (void)state;
    __atomic_store_n(&driver.refuse, 1, __ATOMIC_SEQ_CST);
    send_to(7, 1);
    send_to(9, 2);
    await(&driver.transmitted, 2);
    assert_int_equal(driver.marks[0] + driver.marks[1], 3);
    assert_int_equal(stats_of().tx_waited, 1);
    assert_int_equal(stats_of().tx_timed_out, 0);
}

static void a_station_that_sleeps_keeps_no_frame_of_others_waiting(void **state)
{
    (void)state;
    driver.sleeper = 7;
    send_to(7, 1);
    send_to(9, 2);
    for (unsigned i = 0; i < 20; i++) {
        send_to(7, 1);
        send_to(7, 1);
        send_to(9, 2);
    }
    assert_int_equal(driver.transmitted, 21);
    assert_true(stats_of().tx_displaced > 0);
    assert_int_equal(stats_of().tx_failed, 0);
}

static void a_driver_without_room_for_anybody_is_waited_for(void **state)
{
    (void)state;
    __atomic_store_n(&driver.refuse, 1000000, __ATOMIC_SEQ_CST);
    unsigned full = 0;
    for (unsigned i = 0; i < 100; i++) {
        full += try_to_send(i % 2 == 0 ? 7 : 9, 1) == ESP_ERR_NO_MEM;
    }
    assert_true(full > 0);
    assert_int_equal(stats_of().tx_displaced, 0);
    __atomic_store_n(&driver.refuse, 0, __ATOMIC_SEQ_CST);
}

static void frames_to_one_station_keep_their_order(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 50; round++) {
        driver.transmitted = 0;
        __atomic_store_n(&driver.refuse, 1, __ATOMIC_SEQ_CST);
        send_to(7, 1);
        send_to(7, 2);
        await(&driver.transmitted, 2);
        assert_int_equal(driver.marks[0], 1);
        assert_int_equal(driver.marks[1], 2);
    }
}

static void a_frame_waits_no_longer_than_configured(void **state)
{
    (void)state;
    __atomic_store_n(&driver.refuse, 1000000, __ATOMIC_SEQ_CST);
    send_to(7, 1);
    for (unsigned i = 0; i < 100 && stats_of().tx_timed_out == 0; i++) {
        vTaskDelay(1);
    }
    assert_int_equal(stats_of().tx_timed_out, 1);
    __atomic_store_n(&driver.refuse, 0, __ATOMIC_SEQ_CST);
    send_to(8, 2);
    await(&driver.transmitted, 1);
}

static void another_error_of_the_driver_is_no_reason_to_wait(void **state)
{
    (void)state;
    driver.refusal = ESP_FAIL;
    __atomic_store_n(&driver.refuse, 1, __ATOMIC_SEQ_CST);
    send_to(7, 1);
    assert_int_equal(stats_of().tx_failed, 1);
    assert_int_equal(stats_of().tx_waited, 0);
}

static void receive_in_isr(void *argument)
{
    (void)argument;
    lend(0, 0x0806);
}

static uint32_t polls(void)
{
    struct esp_stint_stats stats;
    assert_int_equal(esp_stint_get_stats(&stats), ESP_OK);
    return stats.polls;
}

static void an_interrupt_wakes_a_stack_that_slept(void **state)
{
    (void)state;
    vTaskDelay(10);
    const uint32_t before = polls();
    vTaskDelay(30);
    assert_int_equal(polls(), before);
    harness_run_in_isr(receive_in_isr, NULL);
    await(&driver.transmitted, 1);
    assert_true(polls() > before);
    assert_int_equal(esp_stint_wait_for_progress(pdMS_TO_TICKS(2000)), ESP_OK);
}

static void addresses_are_read_and_written(void **state)
{
    (void)state;
    esp_ip4_addr_t address;
    char text[16];
    assert_int_equal(esp_stint_get_ipv4(&address), ESP_OK);
    assert_string_equal(esp_ip4addr_ntoa(&address, text, sizeof(text)), "192.0.2.2");
    assert_int_equal(esp_netif_str_to_ip4("10.0.0.255", &address), ESP_OK);
    assert_int_equal(address.addr, ESP_IP4TOADDR(10, 0, 0, 255));
    assert_int_not_equal(esp_netif_str_to_ip4("10.0.0.256", &address), ESP_OK);
    assert_int_not_equal(esp_netif_str_to_ip4("10.0.0.", &address), ESP_OK);
    esp_ip6_addr_t six;
    assert_int_equal(esp_netif_str_to_ip6("fe80::1:2", &six), ESP_OK);
    assert_int_equal(six.addr[0], ESP_IP4TOADDR(0xfe, 0x80, 0, 0));
    assert_int_equal(six.addr[3], ESP_IP4TOADDR(0, 1, 0, 2));
    assert_int_equal(esp_netif_ip6_get_addr_type(&six), ESP_IP6_ADDR_IS_LINK_LOCAL);
    assert_int_not_equal(esp_netif_str_to_ip6("1:2:3:4:5:6:7", &six), ESP_OK);
    assert_int_not_equal(esp_netif_str_to_ip6("1::2::3", &six), ESP_OK);
    assert_int_not_equal(esp_netif_str_to_ip6("1:", &six), ESP_OK);
    assert_int_equal(esp_netif_str_to_ip6("::", &six), ESP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_buffer_goes_back_by_its_token, begin, end),
        cmocka_unit_test_setup_teardown(
            what_comes_while_it_is_down_goes_back_and_is_counted, begin, end),
        cmocka_unit_test_setup_teardown(
            a_flood_overflows_the_queue_and_loses_no_buffer, begin, end),
        cmocka_unit_test_setup_teardown(
            a_tap_gets_its_ethertype_and_the_stack_the_rest, begin, end),
        cmocka_unit_test_setup_teardown(a_waiting_frame_holds_up_only_its_own_station, begin, end),
        cmocka_unit_test_setup_teardown(
            a_station_that_sleeps_keeps_no_frame_of_others_waiting, begin, end),
        cmocka_unit_test_setup_teardown(
            a_driver_without_room_for_anybody_is_waited_for, begin, end),
        cmocka_unit_test_setup_teardown(a_frame_waits_no_longer_than_configured, begin, end),
        cmocka_unit_test_setup_teardown(
            another_error_of_the_driver_is_no_reason_to_wait, begin, end),
        cmocka_unit_test_setup_teardown(frames_to_one_station_keep_their_order, begin, end),
        cmocka_unit_test_setup_teardown(an_interrupt_wakes_a_stack_that_slept, begin, end),
        cmocka_unit_test_setup_teardown(addresses_are_read_and_written, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

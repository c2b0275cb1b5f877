/* The commands for esp_console, against a peer at the other end of the wire.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "esp_console.h"
#include "esp_eth.h"
#include "esp_event.h"
#include "esp_stint.h"
#include "esp_stint_console.h"
#include "peer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = 1000000, PORT = 5001, STREAM = 300000 };

static struct peer peer;
static esp_eth_handle_t eth;
static char *said; /* by the last command */

static const esp_netif_ip_info_t address = {
    .ip = {.addr = ESP_IP4TOADDR(192, 0, 2, 2)},
    .netmask = {.addr = ESP_IP4TOADDR(255, 255, 255, 0)},
    .gw = {.addr = ESP_IP4TOADDR(192, 0, 2, 1)},
};

static int begin(void **state)
{
    (void)state;
    peer_start(&peer);
    const esp_eth_config_t config = ETH_DEFAULT_CONFIG(&peer.wire, NULL);
    ESP_ERROR_CHECK(esp_eth_driver_install(&config, &eth));
    ESP_ERROR_CHECK(esp_stint_console_register());
    ESP_ERROR_CHECK(esp_stint_init());
    ESP_ERROR_CHECK(esp_stint_attach_eth(eth, &address));
    return esp_stint_wait_for_ip(pdMS_TO_TICKS(60000)) != ESP_OK;
}

static int end(void **state)
{
    (void)state;
    free(said);
    said = NULL;
    ESP_ERROR_CHECK(esp_stint_deinit());
    ESP_ERROR_CHECK(esp_eth_driver_uninstall(eth));
    ESP_ERROR_CHECK(esp_event_loop_delete_default());
    peer_stop(&peer);
    return 0;
}

/* What the command returns; what it prints is in `said`. */
static int run(const char *line)
{
    FILE *const out = stdout;
    size_t length;
    int result = -1;
    free(said);
    said = NULL;
    stdout = open_memstream(&said, &length);
    const esp_err_t found = esp_console_run(line, &result);
    fclose(stdout);
    stdout = out;
    assert_int_equal(found, ESP_OK);
    return result;
}

static void assert_said(const char *text)
{
    if (strstr(said, text) == NULL) {
        fail_msg("'%s' is not in what was printed:\n%s", text, said);
    }
}

static void ifconfig_shows_addresses_and_frames(void **state)
{
    (void)state;
    assert_int_equal(run("ping -c 1 -W 60 192.0.2.1"), 0);
    assert_int_equal(run("ifconfig"), 0);
    assert_said(": up, default");
    assert_said("ether 02:00:00:00:00:02\n");
    assert_said("inet 192.0.2.2  netmask 255.255.255.0  gateway 192.0.2.1  static");
    assert_said("    rx ");
    assert_null(strstr(said, "rx 0 frames"));
    assert_null(strstr(said, "tx 0 frames"));
    assert_int_equal(run("ifconfig wlan7"), 1);
    assert_said("ifconfig: there is no wlan7");
}

static void ping_counts_answers(void **state)
{
    (void)state;
    assert_int_equal(run("ping -c 3 -i 0 -s 100 -W 60 192.0.2.1"), 0);
    assert_said(
        "PING 192.0.2.1 (192.0.2.1): 100 data bytes\n100 bytes from 192.0.2.1: icmp_seq=1 ttl=64");
    assert_said("icmp_seq=3");
    assert_said("3 packets transmitted, 3 received, 0% packet loss");
    assert_said("round trip min/avg/max = ");
    assert_int_equal(run("ping -c 1 -W 60 127.0.0.1"), 0);
    assert_int_equal(run("ping -c 1 -W 60 ::1"), 0);
    assert_said("56 bytes from ::1: icmp_seq=1");
}

static void ping_says_that_nobody_answers(void **state)
{
    (void)state;
    assert_int_equal(run("ping -c 1 -W 1 192.0.2.77"), 1);
    assert_said("icmp_seq=1\n1 packets transmitted, 0 received, 100% packet loss");
    assert_null(strstr(said, "round trip"));
}

static void netstat_lists_sockets_with_what_waits(void **state)
{
    (void)state;
    struct stint_sockets *const ours = esp_stint_sockets();
    const struct stint_endpoint local = {stint_address_any_ipv6(), 80};
    const int listener = stint_socket(ours, STINT_IPV6, STINT_STREAM);
    assert_int_equal(stint_bind(ours, listener, &local), 0);
    assert_int_equal(stint_listen(ours, listener, 3), 0);
    const int client = peer_connect(&peer, 2, 80);
    const int served = stint_accept(ours, listener, NULL);
    assert_int_equal(
        stint_send(&peer.host.sockets, client, stint_view_of((const uint8_t *)"hello", 5), 0), 5);
    struct stint_poll_entry entry = {.descriptor = served, .wanted = STINT_READABLE};
    assert_int_equal(stint_poll(ours, &entry, 1, (struct stint_duration){60LL * SECOND}), 1);
    assert_int_equal(run("netstat"), 0);
    assert_said(
        "tcp        0      3 *:80                         *:*                          LISTEN\n");
    assert_said("tcp        5      0 192.0.2.2:80                 192.0.2.1:");
    assert_said(" ESTABLISHED\n");
    stint_close(&peer.host.sockets, client);
    stint_close(ours, served);
    stint_close(ours, listener);
}

static void nslookup_says_why_it_finds_nothing(void **state)
{
    (void)state;
    assert_int_equal(run("nslookup 192.0.2.9"), 0);
    assert_said("192.0.2.9 has address 192.0.2.9\n");
    assert_int_equal(run("nslookup -6 192.0.2.9"), 1);
    assert_said("nslookup: 192.0.2.9 is an address of the other family");
    assert_int_equal(run("nslookup nobody.example"), 1);
    assert_said("nslookup: nobody.example: ");
    assert_int_equal(run("nslookup"), 1);
    assert_said("nslookup: which name?");
}

/* Takes one connection and all that comes over it; how much, at `argument`. */
static void *serve(void *argument)
{
    struct stint_sockets *const theirs = &peer.host.sockets;
    const int listener = *(const int *)argument;
    const int connection = stint_accept(theirs, listener, NULL);
    static uint8_t bytes[4096];
    static long total;
    total = 0;
    for (long got = 1; got > 0; total += got > 0 ? got : 0) {
        got = stint_receive(theirs, connection, stint_span_of(bytes, sizeof(bytes)), 0);
    }
    stint_close(theirs, connection);
    return &total;
}

static void iperf_sends_a_stream(void **state)
{
    (void)state;
    struct stint_sockets *const theirs = &peer.host.sockets;
    const struct stint_endpoint local = {stint_address_any_ipv6(), PORT};
    int listener = stint_socket(theirs, STINT_IPV6, STINT_STREAM);
    assert_int_equal(stint_bind(theirs, listener, &local), 0);
    assert_int_equal(stint_listen(theirs, listener, 1), 0);
    pthread_t server;
    void *total;
    assert_int_equal(pthread_create(&server, NULL, serve, &listener), 0);
    const int result = run("iperf -c 192.0.2.1 -t 1");
    pthread_join(server, &total);
    stint_close(theirs, listener);
    assert_int_equal(result, 0);
    unsigned long long bytes = 0;
    assert_int_equal(sscanf(said, "%llu bytes in ", &bytes), 1);
    assert_true(bytes > 0);
    assert_int_equal(bytes, *(long *)total);
    assert_int_equal(run("iperf -c 192.0.2.1 -p 5002"), 1);
    assert_said("iperf: 192.0.2.1:5002: connection refused");
}

/* Connects as soon as somebody listens, and sends. */
static void *connect_and_send(void *argument)
{
    struct stint_sockets *const theirs = &peer.host.sockets;
    static const uint8_t bytes[STREAM];
    int connection = peer_connect(&peer, 2, PORT);
    for (unsigned tries = 0; connection < 0 && tries < 600; tries++) {
        vTaskDelay(pdMS_TO_TICKS(100));
        connection = peer_connect(&peer, 2, PORT);
    }
    (void)stint_send(theirs, connection, stint_view_of(bytes, sizeof(bytes)), 0);
    stint_close(theirs, connection);
    return argument;
}

static void iperf_receives_a_stream(void **state)
{
    (void)state;
    pthread_t client;
    assert_int_equal(pthread_create(&client, NULL, connect_and_send, NULL), 0);
    const int result = run("iperf -s");
    pthread_join(client, NULL);
    assert_int_equal(result, 0);
    assert_said("iperf: waiting for a client on port 5001\niperf: 192.0.2.1:");
    assert_said("\n300000 bytes in ");
    assert_int_equal(run("iperf -s -t 1"), 1);
    assert_said("iperf: nobody has connected");
    assert_int_equal(run("iperf"), 1);
    assert_said("iperf: either -s or -c HOST");
}

static void stint_shows_bounds_and_drops(void **state)
{
    (void)state;
    assert_int_equal(run("stint"), 0);
    assert_said("buffer_bytes");
    assert_said("dropped: ");
    char line[80];
    snprintf(line, sizeof(line), "descriptors        %8d        0", CONFIG_ESP_STINT_SOCKETS);
    assert_said(line);
}

static void wrong_arguments_are_named(void **state)
{
    (void)state;
    assert_int_equal(run("ping -c 0 192.0.2.1"), 1);
    assert_said("ping: -c takes a number from 1 to 65535, not '0'");
    assert_int_equal(run("ping -c 3x 192.0.2.1"), 1);
    assert_int_equal(run("ping -c"), 1);
    assert_said("ping: something must follow -c");
    assert_int_equal(run("ping -x 192.0.2.1"), 1);
    assert_said("ping: '-x' is not understood; see: help ping");
    assert_int_equal(run("ping 192.0.2.1 192.0.2.2"), 1);
    assert_said("ping: '192.0.2.2' is not understood");
    assert_int_equal(run("netstat all"), 1);
}

static void without_a_stack_commands_say_so(void **state)
{
    (void)state;
    ESP_ERROR_CHECK(esp_stint_console_register());
    static const char *const lines[] = {
        "ifconfig", "netstat", "ping 192.0.2.1", "nslookup a.example", "iperf -s", "stint"};
    for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_int_equal(run(lines[i]), 1);
        assert_said(": the stack does not run; ");
    }
    free(said);
    said = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ifconfig_shows_addresses_and_frames, begin, end),
        cmocka_unit_test_setup_teardown(ping_counts_answers, begin, end),
        cmocka_unit_test_setup_teardown(ping_says_that_nobody_answers, begin, end),
        cmocka_unit_test_setup_teardown(netstat_lists_sockets_with_what_waits, begin, end),
        cmocka_unit_test_setup_teardown(nslookup_says_why_it_finds_nothing, begin, end),
        cmocka_unit_test_setup_teardown(iperf_sends_a_stream, begin, end),
        cmocka_unit_test_setup_teardown(iperf_receives_a_stream, begin, end),
        cmocka_unit_test_setup_teardown(stint_shows_bounds_and_drops, begin, end),
        cmocka_unit_test_setup_teardown(wrong_arguments_are_named, begin, end),
        cmocka_unit_test(without_a_stack_commands_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

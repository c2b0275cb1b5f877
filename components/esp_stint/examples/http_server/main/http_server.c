/* esp_http_server over stint: a status page, /dl/N and /api/stats.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_event.h"
#include "esp_http_server.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_stint.h"
#include "esp_timer.h"
#include "nvs_flash.h"
#include "protocol_examples_common.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The byte at position i of /dl/N is i modulo this prime: a piece in the wrong place shows. */
enum { PERIOD = 251, BLOCK = 4096 };

static const char *const TAG = "http_server";

static const char status_page[] =
    "<!doctype html><html lang=en><meta charset=utf-8><title>stint device</title>"
    "<h1>stint device</h1><pre id=stats>waiting</pre><p><a href=/dl/4194304>4 MiB</a>"
    "<script>const show=async()=>{try{const answer=await fetch('/api/stats');"
    "stats.textContent=JSON.stringify(await answer.json(),null,1)}catch(error){"
    "stats.textContent=error}setTimeout(show,1000)};show()</script>";

static esp_err_t answer_status(httpd_req_t *request)
{
    return httpd_resp_send(request, status_page, HTTPD_RESP_USE_STRLEN);
}

static esp_err_t send_block(httpd_req_t *request, size_t position, size_t length)
{
    static char bytes[BLOCK]; /* one task serves all requests */
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (char)((position + i) % PERIOD);
    }
    return httpd_resp_send_chunk(request, bytes, (ssize_t)length);
}

static esp_err_t answer_download(httpd_req_t *request)
{
    char *end;
    const char *const digits = request->uri + strlen("/dl/");
    const unsigned long length = strtoul(digits, &end, 10);
    if (end == digits || *end != '\0') {
        return httpd_resp_send_err(request, HTTPD_400_BAD_REQUEST, "/dl/N gives N bytes");
    }
    httpd_resp_set_type(request, "application/octet-stream");
    for (unsigned long sent = 0; sent < length;) {
        const unsigned long left = length - sent;
        const size_t step = left < BLOCK ? left : BLOCK;
        if (send_block(request, sent, step) != ESP_OK) {
            return ESP_FAIL;
        }
        sent += step;
    }
    return httpd_resp_send_chunk(request, NULL, 0);
}

static unsigned sum_of_drops(const struct esp_stint_stats *stats)
{
    unsigned sum = 0;
    for (unsigned reason = 0; reason < STINT_DROP_COUNT; reason++) {
        sum += stats->drops[reason];
    }
    return sum;
}

static esp_err_t answer_stats(httpd_req_t *request)
{
    struct esp_stint_stats stats = {0};
    struct esp_stint_interface_stats interface = {0};
    char text[384];
    esp_stint_get_stats(&stats);
    esp_stint_get_interface_stats(esp_netif_get_default_netif(), &interface);
    snprintf(text, sizeof(text),
        "{\"uptime_ms\":%" PRId64 ",\"interface\":{\"frames_received\":%" PRIu32
        ",\"frames_sent\":%" PRIu32 ",\"bytes_received\":%" PRIu64 ",\"bytes_sent\":%" PRIu64
        "},\"sockets\":{\"in_use\":%" PRIu32 ",\"high_water\":%" PRIu32 "},\"polls\":%" PRIu32
        ",\"drops_total\":%u}\n",
        esp_timer_get_time() / 1000, interface.rx_frames, interface.tx_frames, interface.rx_bytes,
        interface.tx_bytes, stats.sockets_open, stats.sockets_high_water, stats.polls,
        sum_of_drops(&stats));
    httpd_resp_set_type(request, "application/json");
    return httpd_resp_send(request, text, HTTPD_RESP_USE_STRLEN);
}

static void serve(void)
{
    static const httpd_uri_t pages[] = {
        {.uri = "/", .method = HTTP_GET, .handler = answer_status},
        {.uri = "/dl/*", .method = HTTP_GET, .handler = answer_download},
        {.uri = "/api/stats", .method = HTTP_GET, .handler = answer_stats},
    };
    httpd_config_t config = HTTPD_DEFAULT_CONFIG();
    config.uri_match_fn = httpd_uri_match_wildcard;
    config.lru_purge_enable = true;
    httpd_handle_t server;
    ESP_ERROR_CHECK(httpd_start(&server, &config));
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        ESP_ERROR_CHECK(httpd_register_uri_handler(server, &pages[i]));
    }
    ESP_LOGI(TAG, "serving on port %u", (unsigned)config.server_port);
}

void app_main(void)
{
    ESP_ERROR_CHECK(nvs_flash_init());
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(example_connect()); /* Wi-Fi or Ethernet, as menuconfig says */
    serve();
}

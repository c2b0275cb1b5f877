/* What `iperf -c ADDRESS` (version 2, TCP) measures against: bytes are received and counted.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_timer.h"
#include "lwip/sockets.h"
#include "nvs_flash.h"
#include "protocol_examples_common.h"

#include <unistd.h>

enum { PORT = 5001, BLOCK = 8192 };

static const char *const TAG = "iperf";

static int64_t receive_all(int connection)
{
    static char bytes[BLOCK];
    int64_t total = 0;
    for (ssize_t got = recv(connection, bytes, sizeof(bytes), 0); got > 0;
         got = recv(connection, bytes, sizeof(bytes), 0)) {
        total += got;
    }
    return total;
}

static void measure(int connection)
{
    const int64_t begin = esp_timer_get_time();
    const int64_t total = receive_all(connection);
    const int64_t microseconds = esp_timer_get_time() - begin;
    ESP_LOGI(TAG, "%lld bytes in %lld ms: %.2f Mbit/s", (long long)total,
        (long long)(microseconds / 1000), 8.0 * (double)total / (double)(microseconds + 1));
    close(connection);
}

static int listen_on(uint16_t port)
{
    const struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(port)};
    const int listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (listener < 0 || bind(listener, (const struct sockaddr *)&local, sizeof(local)) != 0 ||
        listen(listener, 1) != 0) {
        ESP_LOGE(TAG, "port %u: errno %d", (unsigned)port, errno);
        abort();
    }
    return listener;
}

void app_main(void)
{
    ESP_ERROR_CHECK(nvs_flash_init());
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(example_connect()); /* Wi-Fi or Ethernet, as menuconfig says */
    const int listener = listen_on(PORT);
    ESP_LOGI(TAG, "iperf -c ADDRESS, port %d", PORT);
    for (;;) {
        const int connection = accept(listener, NULL, NULL);
        if (connection >= 0) {
            measure(connection);
        }
    }
}

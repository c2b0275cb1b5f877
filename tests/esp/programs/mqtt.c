/* An MQTT client (Eclipse Paho's): answers questions with themselves, at least once each, and
 * connects again whenever its broker is gone. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "board.h"

#include "esp_event.h"
#include "esp_netif.h"
#include "freertos/task.h"
#include <MQTTClient.h>
#include <stdio.h>

enum { KEEP_ALIVE_S = 2, CONNECT_S = 5, RECEIVE_MS = 200, ANSWER_MS = 10000, AGAIN_TICKS = 20 };

static const int at_least_once = 1;
static bool subscribed; /* as the broker's session knows */

static void require(const char *what, int result)
{
    if (result != MQTTCLIENT_SUCCESS) {
        printf("%s: %d\n", what, result);
        ESP_ERROR_CHECK(ESP_FAIL);
    }
}

/* The session outlives connections: the broker keeps the subscription, and questions until the
 * client is there again. What the client had not seen acknowledged leaves first, and nothing else
 * meanwhile. */
static bool connect_once(MQTTClient client)
{
    MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer;
    options.keepAliveInterval = KEEP_ALIVE_S;
    options.cleansession = 0;
    options.connectTimeout = CONNECT_S;
    if (MQTTClient_connect(client, &options) != MQTTCLIENT_SUCCESS) {
        return false;
    }
    subscribed = options.returned.sessionPresent && subscribed;
    if (!subscribed) {
        const int result = MQTTClient_subscribe(client, "reeds/questions", at_least_once);
        subscribed = result == MQTTCLIENT_SUCCESS;
    }
    return subscribed;
}

static void connect_at_last(MQTTClient client)
{
    while (!connect_once(client)) {
        vTaskDelay(AGAIN_TICKS);
    }
    printf("connected\n");
}

static void answer_until_lost(MQTTClient client)
{
    while (MQTTClient_isConnected(client)) {
        char *topic = NULL;
        int topic_length = 0;
        MQTTClient_message *message = NULL;
        MQTTClient_deliveryToken token;
        (void)MQTTClient_receive(client, &topic, &topic_length, &message, RECEIVE_MS);
        if (message != NULL) {
            if (MQTTClient_publish(client, "reeds/answers", message->payloadlen, message->payload,
                    at_least_once, 0, &token) == MQTTCLIENT_SUCCESS) {
                (void)MQTTClient_waitForCompletion(client, token, ANSWER_MS);
            }
            MQTTClient_freeMessage(&message);
            MQTTClient_free(topic);
        }
    }
    printf("lost\n");
}

void app_main(void)
{
    MQTTClient client;
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(example_connect());
    require("create", MQTTClient_create(&client, "tcp://reeds.test:1883", "minuta",
                          MQTTCLIENT_PERSISTENCE_NONE, NULL));
    for (;;) {
        connect_at_last(client);
        answer_until_lost(client);
    }
}

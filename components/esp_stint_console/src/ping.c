/* ping: asks a host for echoes and tells how long each took (RFC 792, RFC 4443 4.1).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "hosts.h"
#include "stint/base/bytes.h"
#include <inttypes.h>
#include <stdio.h>

enum { SEQUENCE = 2, DATA_MOST = 400, MICROSECONDS = 1000000 };

struct ping {
    uint32_t count;
    uint32_t interval; /* seconds */
    uint32_t size;     /* bytes of data */
    uint32_t wait;     /* seconds */
    struct stint_sockets *sockets;
    int descriptor;
    uint32_t received;
    int64_t shortest; /* microseconds */
    int64_t longest;
    int64_t sum;
};

static long send_request(struct ping *ping, uint16_t sequence)
{
    uint8_t message[SEQUENCE + DATA_MOST];
    stint_store16(message, sequence);
    for (uint32_t i = 0; i < ping->size; i++) {
        message[SEQUENCE + i] = (uint8_t)i;
    }
    return stint_send(
        ping->sockets, ping->descriptor, stint_view_of(message, SEQUENCE + ping->size), 0);
}

static void note_answer(struct ping *ping, uint16_t sequence,
    const struct stint_datagram_info *info, long length, int64_t took)
{
    printf("%ld bytes from %s: icmp_seq=%u ttl=%u time=%" PRId64 ".%03u ms\n", length,
        host_address_text(&info->source.address).text, (unsigned)sequence,
        (unsigned)info->time_to_live, took / 1000, (unsigned)(took % 1000));
    ping->shortest = ping->received == 0 || took < ping->shortest ? took : ping->shortest;
    ping->longest = took > ping->longest ? took : ping->longest;
    ping->sum += took;
    ping->received++;
}

/* Waits for the answer with this number; the late ones of others are passed over. A negated enum
 * stint_error. */
static long await_answer(struct ping *ping, uint16_t sequence, int64_t began)
{
    uint8_t answer[SEQUENCE + DATA_MOST];
    struct stint_span piece = stint_span_of(answer, sizeof(answer));
    struct stint_datagram_info info;
    struct stint_message message = {.pieces = &piece, .piece_count = 1, .info = &info};
    const int64_t end = began + (int64_t)ping->wait * MICROSECONDS;
    for (;;) {
        const int64_t left = end - esp_timer_get_time();
        if (left <= 0) {
            return -STINT_EAGAIN;
        }
        (void)stint_set_option(ping->sockets, ping->descriptor, STINT_OPTION_RECEIVE_TIMEOUT, left);
        const long length = stint_receive_message(ping->sockets, ping->descriptor, &message, 0);
        if (length < 0) {
            return length;
        }
        if (length >= SEQUENCE && stint_load16(answer) == sequence) {
            note_answer(ping, sequence, &info, length - SEQUENCE, esp_timer_get_time() - began);
            return 0;
        }
    }
}

static void ask(struct ping *ping, uint16_t sequence)
{
    const int64_t began = esp_timer_get_time();
    const long sent = send_request(ping, sequence);
    const long result = sent < 0 ? sent : await_answer(ping, sequence, began);
    if (result == -STINT_EAGAIN) {
        printf("no answer: icmp_seq=%u\n", (unsigned)sequence);
    } else if (result < 0) {
        printf("%s: icmp_seq=%u\n", stint_error_describe((enum stint_error)(-result)),
            (unsigned)sequence);
    }
}

static uint32_t percent(uint32_t part, uint32_t whole)
{
    return whole == 0 ? 0 : part * 100 / whole;
}

static void ask_all(struct ping *ping)
{
    for (uint32_t i = 1; i <= ping->count; i++) {
        const int64_t began = esp_timer_get_time();
        ask(ping, (uint16_t)i);
        const int64_t rest = began + (int64_t)ping->interval * MICROSECONDS - esp_timer_get_time();
        if (i < ping->count && rest > 0) {
            vTaskDelay(pdMS_TO_TICKS(rest / 1000));
        }
    }
    printf("%" PRIu32 " packets transmitted, %" PRIu32 " received, %" PRIu32 "%% packet loss\n",
        ping->count, ping->received, percent(ping->count - ping->received, ping->count));
    if (ping->received > 0) {
        const int64_t average = ping->sum / ping->received;
        printf("round trip min/avg/max = %" PRId64 ".%03u/%" PRId64 ".%03u/%" PRId64 ".%03u ms\n",
            ping->shortest / 1000, (unsigned)(ping->shortest % 1000), average / 1000,
            (unsigned)(average % 1000), ping->longest / 1000, (unsigned)(ping->longest % 1000));
    }
}

/* Opens the socket that asks this address: its descriptor, or a negated enum stint_error. */
static int open_socket(struct stint_sockets *sockets, const struct stint_address *address)
{
    const struct stint_endpoint remote = {.address = *address};
    const int descriptor = stint_socket(sockets, host_family(address), STINT_ECHO);
    const int result = descriptor < 0 ? 0 : stint_connect(sockets, descriptor, &remote);
    if (result < 0) {
        (void)stint_close(sockets, descriptor);
        return result;
    }
    return descriptor;
}

static int run(
    struct ping *ping, const char *command, const char *host, enum stint_dns_families families)
{
    struct stint_address address;
    ping->sockets = host_sockets(command);
    if (ping->sockets == NULL ||
        host_find(command, ping->sockets, host, families, &address, 1) == 0) {
        return 1;
    }
    const struct host_text text = host_address_text(&address);
    ping->descriptor = open_socket(ping->sockets, &address);
    if (ping->descriptor < 0) {
        printf("%s: %s: %s\n", command, text.text,
            stint_error_describe((enum stint_error)(-ping->descriptor)));
        return 1;
    }
    printf("PING %s (%s): %" PRIu32 " data bytes\n", host, text.text, ping->size);
    ask_all(ping);
    (void)stint_close(ping->sockets, ping->descriptor);
    return ping->received == 0;
}

int command_ping(int argc, char **argv)
{
    struct ping ping = {.count = 5, .interval = 1, .size = 56, .wait = 2};
    bool only_ipv4 = false;
    bool only_ipv6 = false;
    const struct option options[] = {
        {.letter = '4', .flag = &only_ipv4},
        {.letter = '6', .flag = &only_ipv6},
        {.letter = 'c', .number = &ping.count, .least = 1, .most = UINT16_MAX},
        {.letter = 'i', .number = &ping.interval, .least = 0, .most = 3600},
        {.letter = 's', .number = &ping.size, .least = 0, .most = DATA_MOST},
        {.letter = 'W', .number = &ping.wait, .least = 1, .most = 3600},
    };
    const char *host;
    if (!arguments_read(argc, argv, options, sizeof(options) / sizeof(options[0]), &host)) {
        return 1;
    }
    if (host == NULL) {
        printf("%s: which host?\n", argv[0]);
        return 1;
    }
    return run(&ping, argv[0], host, host_families(only_ipv4, only_ipv6));
}

/* stint ping: ICMP echo from a stint host.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "complain.h"
#include "ending.h"
#include "station.h"

#include "stint/wire/address_text.h"
#include "stint_linux/platform.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "stint ping --tap NAME --address A/L [--gateway A] [-c N] DESTINATION\n"
    "\n"
    "Sends ICMP echo requests from a stint host on the TAP device NAME, one each second,\n"
    "until Ctrl-C or N of them. Exit code 0 when an answer came, 1 when none did.\n"
    "\n"
    "  -c N             ends after N requests\n"
    "  -i SECONDS       between two requests; 1 when missing\n"
    "  -W SECONDS       how long to wait for answers after the last; 2 when missing\n"
    "\n"
    "Example, as root:\n"
    "  ip tuntap add stint0 mode tap; ip address add 10.0.0.1/24 dev stint0\n"
    "  ip link set stint0 up; stint ping --tap stint0 --address 10.0.0.2/24 -c 3 10.0.0.1\n";

/* A request: sequence (the socket's own), the time it was sent, and a pattern: 56 bytes of data as
 * ping has it. */
enum { SEQUENCE = 2, TIME = 8, DATA = 56, REQUEST = SEQUENCE + DATA };

struct ping {
    struct station station;
    struct stint_endpoint destination;
    struct stint_duration interval;
    struct stint_duration patience;
    uint32_t count; /* 0: until it is ended */
    int socket;
    pthread_t receiver;
    pthread_t sender;
    uint32_t sent;
    _Atomic uint32_t received;
    struct stint_duration shortest;
    struct stint_duration longest;
    struct stint_duration sum;
};

static void take_reply(struct ping *ping, const struct stint_endpoint *from, const uint8_t *reply,
    size_t length, struct stint_instant now)
{
    char address[STINT_ADDRESS_TEXT_LENGTH];
    if (length != REQUEST) {
        return;
    }
    struct stint_instant sent_at;
    memcpy(&sent_at.microseconds, reply + SEQUENCE, TIME);
    const struct stint_duration time = stint_instant_since(now, sent_at);
    if (ping->received == 0) {
        ping->shortest = time;
    }
    ping->shortest = stint_duration_shorter(ping->shortest, time);
    ping->longest = stint_duration_longer(ping->longest, time);
    ping->sum.microseconds += time.microseconds;
    stint_address_format(&from->address, address, sizeof address);
    printf("%d bytes from %s: icmp_seq=%u time=%.3f ms\n", DATA + 8, address,
        (unsigned)stint_load16(reply), (double)time.microseconds / 1000);
    ping->received++;
    if (ping->received == ping->count) {
        ending_nudge(ping->sender);
    }
}

/* Until the socket is closed under it. */
static void *receive(void *context)
{
    struct ping *ping = (struct ping *)context;
    uint8_t reply[REQUEST + 1];
    for (;;) {
        struct stint_endpoint from = {0};
        struct stint_span piece = stint_span_of(reply, sizeof reply);
        struct stint_message message = {.peer = &from, .pieces = &piece, .piece_count = 1};
        const long length =
            stint_receive_message(&ping->station.host.sockets, ping->socket, &message, 0);
        if (length == -STINT_EBADF) {
            return NULL;
        }
        if (length > 0) {
            take_reply(ping, &from, reply, (size_t)length, stint_linux_now());
        }
    }
}

static void send_request(struct ping *ping)
{
    uint8_t request[REQUEST];
    const struct stint_instant now = stint_linux_now();
    stint_store16(request, (uint16_t)++ping->sent);
    memcpy(request + SEQUENCE, &now.microseconds, TIME);
    for (size_t i = SEQUENCE + TIME; i < REQUEST; i++) {
        request[i] = (uint8_t)i;
    }
    struct stint_span piece = stint_span_of(request, sizeof request);
    const struct stint_message message = {
        .peer = &ping->destination, .pieces = &piece, .piece_count = 1};
    const long result =
        stint_send_message(&ping->station.host.sockets, ping->socket, &message, STINT_MSG_DONTWAIT);
    if (result < 0) {
        printf("icmp_seq=%" PRIu32 " not sent: %s\n", ping->sent,
            stint_error_describe((enum stint_error) - result));
    }
}

static void send_requests(struct ping *ping)
{
    struct stint_instant next = stint_linux_now();
    bool asked_to_end = false;
    while (!asked_to_end && (ping->count == 0 || ping->sent < ping->count)) {
        send_request(ping);
        const bool last = ping->sent == ping->count;
        next = last ? stint_instant_after(stint_linux_now(), ping->patience)
                    : stint_instant_after(next, ping->interval);
        while (!asked_to_end && stint_instant_is_before(stint_linux_now(), next) &&
               (ping->count == 0 || ping->received < ping->count)) {
            asked_to_end = ending_wait_for(stint_instant_since(next, stint_linux_now()));
        }
    }
}

static void report(const struct ping *ping, const char *destination)
{
    const uint32_t received = ping->received;
    const double lost = received < ping->sent ? 100.0 * (ping->sent - received) / ping->sent : 0.0;
    printf("\n--- %s ping statistics ---\n", destination);
    printf("%" PRIu32 " packets transmitted, %" PRIu32 " received, %.0f%% packet loss\n",
        ping->sent, received, lost);
    if (received > 0) {
        printf("rtt min/avg/max = %.3f/%.3f/%.3f ms\n", (double)ping->shortest.microseconds / 1000,
            (double)ping->sum.microseconds / received / 1000,
            (double)ping->longest.microseconds / 1000);
    }
}

static int ping_destination(struct ping *ping, const char *destination)
{
    struct stint_sockets *sockets = &ping->station.host.sockets;
    ping->socket = stint_socket(sockets, STINT_IPV4, STINT_ECHO);
    if (ping->socket < 0) {
        return complain(
            "no echo socket: %s", stint_error_describe((enum stint_error) - ping->socket));
    }
    ping->sender = pthread_self();
    if (pthread_create(&ping->receiver, NULL, receive, ping) != 0) {
        return complain("cannot start a thread");
    }
    printf("PING %s: %d data bytes\n", destination, DATA);
    send_requests(ping);
    stint_close(sockets, ping->socket);
    pthread_join(ping->receiver, NULL);
    report(ping, destination);
    return ping->received > 0 ? ENDED_WELL : ENDED_IN_FAILURE;
}

int command_ping(int argc, char **argv)
{
    static struct ping ping = {.interval = {1000000}, .patience = {2000000}};
    struct station_options options = {0};
    const struct argument known[] = {
        {"--tap", &argument_text, &options.tap},
        {"--address", &argument_local_address, &options.address},
        {"--gateway", &argument_address, &options.gateway},
        {"--pcap", &argument_text, &options.pcap},
        {"-c", &argument_count, &ping.count},
        {"-i", &argument_seconds, &ping.interval},
        {"-W", &argument_seconds, &ping.patience},
    };
    int operands = 0;
    switch (arguments_read("ping", known, sizeof known / sizeof known[0], argc, argv, &operands)) {
    case ARGUMENTS_HELP:
        fputs(help, stdout);
        return ENDED_WELL;
    case ARGUMENTS_REFUSED:
        return ENDED_UNABLE;
    case ARGUMENTS_READ:
        break;
    }
    if (!station_options_are_complete("ping", &options)) {
        return ENDED_UNABLE;
    }
    if (operands >= argc || !argument_address.read(argv[operands], &ping.destination.address)) {
        return complain("ping needs a destination: %s", argument_address.description);
    }
    if (!arguments_end("ping", argc, argv, operands + 1)) {
        return ENDED_UNABLE;
    }
    char message[STATION_MESSAGE_LENGTH];
    ending_prepare();
    if (!station_open(&ping.station, &options, message)) {
        return complain("%s", message);
    }
    const int code = ping_destination(&ping, argv[operands]);
    station_close(&ping.station);
    return code;
}

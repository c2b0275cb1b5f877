/* stint demo: a device whose web server runs on stint, open in a browser.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "complain.h"
#include "ending.h"
#include "lab.h"
#include "station.h"
#include "web/server.h"
#include "web/stats.h"

#include "stint/wire/address_text.h"
#include "stint_wrap/wrap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { HTTP_PORT = 80 };

static const char help[] =
    "stint demo [--port 8080] [--tap NAME] [--address A/L]\n"
    "\n"
    "A virtual device whose web server is libmicrohttpd, unmodified, over stint. Without\n"
    "--tap it needs no rights: the device sits on an Ethernet inside this process, and a\n"
    "second stint, the gateway, carries connections of 127.0.0.1:PORT to it.\n"
    "Ctrl-C ends it with a summary.\n"
    "\n"
    "  --port PORT      the gateway's port on 127.0.0.1; 0: any that is free\n"
    "  --tap NAME       put the device on this TAP instead\n"
    "  --address A/L    the device's address; 10.0.0.2/24 when missing\n"
    "\n"
    "Its pages: /  what the device is doing, live    /dl/N  N bytes\n"
    "           /api/stats  the same as JSON         /up    takes a POST, answers its SHA-256\n"
    "                                                /echo  answers a POST's body\n"
    "\n"
    "Example:\n"
    "  stint demo &\n"
    "  curl -o /dev/null http://127.0.0.1:8080/dl/100000000\n";

struct demo_options {
    struct station_options station;
    uint16_t port;
};

static void print_summary(const struct web_server *web, struct stint_linux_host *host)
{
    struct stats *stats = (struct stats *)malloc(sizeof *stats);
    if (stats == NULL) {
        return;
    }
    stats_take(stats, host);
    printf("\n%" PRIu64 " requests, %" PRIu64 " bytes sent and %" PRIu64 " received in pages\n",
        atomic_load(&web->counters.requests), atomic_load(&web->counters.bytes_sent),
        atomic_load(&web->counters.bytes_received));
    printf("%" PRIu32 " frames received, %" PRIu32 " sent, %" PRIu64 " dropped\n",
        stats->interface.frames_received, stats->interface.frames_sent, stats_drop_total(stats));
    for (unsigned i = 0; i < STINT_DROP_COUNT; i++) {
        if (stats->drops[i] > 0) {
            printf(
                "  %10" PRIu32 "  %s\n", stats->drops[i], stint_drop_describe((enum stint_drop)i));
        }
    }
    printf("memory: %zu bytes in all; at most in use:\n", stats->memory);
    for (unsigned i = 0; i < STINT_BOUND_COUNT; i++) {
        const struct stint_bound *bound = &stats->bounds[i];
        printf("  %10" PRIu32 " of %10" PRIu32 "  %s, refused %" PRIu32 "\n", bound->high_water,
            bound->limit, stint_bound_name((enum stint_bound_kind)i), bound->refused);
    }
    free(stats);
}

/* Serves on `host` until the end is asked for. */
static int serve(struct stint_linux_host *host, const char *where)
{
    static struct web_server web;
    char message[STATION_MESSAGE_LENGTH];
    if (!stint_wrap_attach(host)) {
        return complain("out of memory");
    }
    if (!web_server_start(&web, host, HTTP_PORT, message, sizeof message)) {
        stint_wrap_detach();
        return complain("%s", message);
    }
    printf("Open %s\nCtrl-C ends it.\n", where);
    ending_wait();
    web_server_stop(&web);
    stint_wrap_detach();
    print_summary(&web, host);
    return ENDED_WELL;
}

static int demonstrate_in_lab(const struct demo_options *options)
{
    static struct lab lab;
    char message[STATION_MESSAGE_LENGTH];
    char where[64];
    if (!lab_open(&lab, &options->station.address, options->port, message, sizeof message)) {
        return complain("%s", message);
    }
    snprintf(where, sizeof where, "http://127.0.0.1:%u/", (unsigned)lab.port);
    const int code = serve(&lab.device, where);
    lab_close(&lab);
    return code;
}

static int demonstrate_on_tap(const struct demo_options *options)
{
    static struct station station;
    char message[STATION_MESSAGE_LENGTH];
    char address[STINT_ADDRESS_TEXT_LENGTH];
    char where[sizeof address + 16];
    struct station_options station_options = options->station;
    station_options.readiness_changed = stint_wrap_readiness_changed;
    if (!station_open(&station, &station_options, message)) {
        return complain("%s", message);
    }
    stint_address_format(&options->station.address.address, address, sizeof address);
    snprintf(where, sizeof where, "http://%s/", address);
    const int code = serve(&station.host, where);
    station_close(&station);
    return code;
}

int command_demo(int argc, char **argv)
{
    struct demo_options options = {
        .station.address = {.address = stint_address_ipv4(10, 0, 0, 2),
            .prefix_length = STINT_IPV4_MAPPED_BITS + 24},
        .port = 8080,
    };
    const struct argument known[] = {
        {"--port", &argument_port, &options.port},
        {"--tap", &argument_text, &options.station.tap},
        {"--address", &argument_local_address, &options.station.address},
    };
    int operands = 0;
    switch (arguments_read("demo", known, sizeof known / sizeof known[0], argc, argv, &operands)) {
    case ARGUMENTS_HELP:
        fputs(help, stdout);
        return ENDED_WELL;
    case ARGUMENTS_REFUSED:
        return ENDED_UNABLE;
    case ARGUMENTS_READ:
        break;
    }
    if (!arguments_end("demo", argc, argv, operands)) {
        return ENDED_UNABLE;
    }
    ending_prepare();
    return options.station.tap == NULL ? demonstrate_in_lab(&options)
                                       : demonstrate_on_tap(&options);
}

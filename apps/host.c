/* stint host: a host on a TAP that answers whatever a test or a person sends it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "complain.h"
#include "ending.h"
#include "services.h"
#include "station.h"
#include "web/server.h"

#include "stint_wrap/wrap.h"
#include <stdio.h>

enum { HTTP_PORT = 80 };

static const char help[] =
    "stint host --tap NAME [--address A/L [--gateway A]] [--dhcp] [--slaac]\n"
    "           [--mac M] [--pcap FILE]\n"
    "\n"
    "A host on the TAP device NAME. It answers ping, serves echo (7), discard (9) and\n"
    "chargen (19) over TCP and UDP, and HTTP on port 80: /, /api/stats, /dl/N, /up, /echo.\n"
    "When it answers it prints a line: `ready` and its addresses. Ctrl-C ends it.\n"
    "\n"
    "  --tap NAME       the TAP; made when it is missing and you may\n"
    "  --address A/L    the host's address and the length of its network\n"
    "  --dhcp           an address from a DHCP server\n"
    "  --slaac          IPv6 addresses as routers advertise\n"
    "  --gateway A      where what is not on the network goes\n"
    "  --mac M          its hardware address; made from NAME and A when missing\n"
    "  --pcap FILE      records every frame, for Wireshark\n"
    "\n"
    "Example, as root:\n"
    "  stint host --tap stint0 --address 10.0.0.2/24 &\n"
    "  ip address add 10.0.0.1/24 dev stint0; ip link set stint0 up\n"
    "  ping 10.0.0.2; curl http://10.0.0.2/api/stats\n";

static int serve(struct station *station)
{
    static struct services services;
    static struct web_server web;
    char message[STATION_MESSAGE_LENGTH];
    if (!services_start(&services, message, sizeof message)) {
        return complain("%s", message);
    }
    if (!web_server_start(&web, &station->host, HTTP_PORT, message, sizeof message)) {
        services_stop(&services);
        return complain("%s", message);
    }
    if (station_await_addresses(station)) {
        station_announce(station);
        ending_wait();
    }
    web_server_stop(&web);
    services_stop(&services);
    return ENDED_WELL;
}

int command_host(int argc, char **argv)
{
    struct station_options options = {.readiness_changed = stint_wrap_readiness_changed};
    const struct argument known[] = {
        {"--tap", &argument_text, &options.tap},
        {"--address", &argument_local_address, &options.address},
        {"--dhcp", &argument_flag, &options.dhcp},
        {"--slaac", &argument_flag, &options.slaac},
        {"--gateway", &argument_address, &options.gateway},
        {"--mac", &argument_hardware_address, &options.hardware_address},
        {"--pcap", &argument_text, &options.pcap},
    };
    int operands = 0;
    switch (arguments_read("host", known, sizeof known / sizeof known[0], argc, argv, &operands)) {
    case ARGUMENTS_HELP:
        fputs(help, stdout);
        return ENDED_WELL;
    case ARGUMENTS_REFUSED:
        return ENDED_UNABLE;
    case ARGUMENTS_READ:
        break;
    }
    if (!station_options_are_complete("host", &options) ||
        !arguments_end("host", argc, argv, operands)) {
        return ENDED_UNABLE;
    }
    static struct station station;
    char message[STATION_MESSAGE_LENGTH];
    ending_prepare();
    if (!station_open(&station, &options, message)) {
        return complain("%s", message);
    }
    int code = ENDED_UNABLE;
    if (stint_wrap_attach(&station.host)) {
        code = serve(&station);
        stint_wrap_detach();
    } else {
        complain("out of memory");
    }
    station_close(&station);
    return code;
}

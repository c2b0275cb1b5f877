/* What esp_console is told of the commands.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_stint_console.h"

#include "commands.h"
#include "esp_console.h"

static const esp_console_cmd_t commands[] = {
    {
        .command = "ifconfig",
        .help = "Interfaces: their addresses, name servers, frames sent, received and lost",
        .hint = "[INTERFACE]",
        .func = command_ifconfig,
    },
    {
        .command = "netstat",
        .help = "Listeners, TCP connections and UDP sockets, with the bytes that wait in them",
        .func = command_netstat,
    },
    {
        .command = "ping",
        .help = "Asks a host for echoes: -c how many (5), -i seconds between them (1), -s bytes of "
                "data (56), -W seconds to wait for each (2)",
        .hint = "[-4|-6] [-c COUNT] [-i SECONDS] [-s BYTES] [-W SECONDS] HOST",
        .func = command_ping,
    },
    {
        .command = "nslookup",
        .help = "The addresses of a name",
        .hint = "[-4|-6] NAME",
        .func = command_nslookup,
    },
    {
        .command = "iperf",
        .help = "The rate of a TCP stream, with iperf 2 at the other end: sends to a server for -t "
                "seconds (10), or with -s receives from the client that connects within them (60)",
        .hint = "-c HOST | -s [-p PORT] [-t SECONDS]",
        .func = command_iperf,
    },
    {
        .command = "stint",
        .help = "The stack: every bound of its memory, what TCP did, and frames dropped by reason",
        .func = command_stint,
    },
};

esp_err_t esp_stint_console_register(void)
{
    esp_err_t result = ESP_OK;
    for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]) && result == ESP_OK; i++) {
        result = esp_console_cmd_register(&commands[i]);
    }
    return result;
}

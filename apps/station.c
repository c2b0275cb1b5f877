/* Assembling a station: TAP, recording, host, runner.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "station.h"

#include "complain.h"
#include "ending.h"

#include "stint/wire/address_text.h"

#include "stint_linux/platform.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LONG_S = 3600 };

struct stint_hardware_address station_hardware_address(
    const char *tap, const struct stint_address *address)
{
    /* FNV-1a: not for secrecy, only to tell stations of one network apart. */
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *at = tap; *at != '\0'; at++) {
        hash = (hash ^ (uint8_t)*at) * 0x100000001b3u;
    }
    for (size_t i = 0; i < sizeof address->octets; i++) {
        hash = (hash ^ address->octets[i]) * 0x100000001b3u;
    }
    struct stint_hardware_address hardware = {{0x02}};
    for (size_t i = 1; i < sizeof hardware.octets; i++) {
        hardware.octets[i] = (uint8_t)(hash >> (8 * i));
    }
    return hardware;
}

bool station_options_are_complete(const char *command, const struct station_options *options)
{
    const bool addressed = !stint_address_is_unspecified(&options->address.address);
    if (options->tap == NULL || (!addressed && !options->dhcp && !options->slaac)) {
        complain("%s needs %s; `stint %s --help` shows an example", command,
            options->tap == NULL ? "a TAP device: --tap NAME" : "an address: --address A/L",
            command);
        return false;
    }
    return true;
}

static bool start_recording(struct station *station, const char *path, char *message)
{
    if (!stint_linux_pcap_open(&station->pcap, path)) {
        snprintf(message, STATION_MESSAGE_LENGTH,
            "cannot write %s: %s; name a file in a folder that you may write to", path,
            strerror(errno));
        return false;
    }
    stint_recording_init(&station->recording, stint_linux_tap_device(&station->tap),
        stint_linux_pcap_sink(&station->pcap), stint_linux_epoch_offset());
    station->recorded = true;
    return true;
}

static void configuration_changed(void *context)
{
    const struct station *station = context;
    ending_nudge(station->opener);
}

bool station_await_addresses(struct station *station)
{
    bool ended = false;
    while (!ended && !stint_linux_host_is_configured(&station->host)) {
        ended = ending_wait_for(stint_seconds(LONG_S));
    }
    return !ended;
}

void station_announce(struct station *station)
{
    fputs("ready", stdout);
    stint_sockets_lock(&station->host.sockets);
    const struct stint_addresses *addresses =
        &station->host.stack.interfaces[station->host.interface].addresses;
    for (unsigned i = 0; i < addresses->used; i++) {
        char text[STINT_ADDRESS_TEXT_LENGTH];
        (void)stint_address_format(&addresses->entries[i].address, text, sizeof text);
        printf(" %s", text);
    }
    stint_sockets_unlock(&station->host.sockets);
    putchar('\n');
    fflush(stdout);
}

static bool start_host(
    struct station *station, const struct station_options *options, char *message)
{
    struct stint_linux_host_options host = {
        .stack = stint_linux_host_stack_config(),
        .device = station->recorded ? stint_recording_device(&station->recording)
                                    : stint_linux_tap_device(&station->tap),
        .device_descriptor = station->tap.descriptor,
        .hardware_address = options->hardware_address,
        .address = options->address,
        .gateway = options->gateway,
        .dhcp = options->dhcp,
        .slaac = options->slaac,
        .host_name = "stint",
        .configuration_changed = configuration_changed,
        .configuration_context = station,
        .readiness_changed = options->readiness_changed,
    };
    if (stint_hardware_address_is_zero(&host.hardware_address)) {
        host.hardware_address = station_hardware_address(options->tap, &options->address.address);
    }
    if (!stint_linux_host_init(
            &station->host, &station->runner, &host, message, STATION_MESSAGE_LENGTH)) {
        return false;
    }
    if (!stint_linux_runner_start(&station->runner)) {
        stint_linux_host_destroy(&station->host);
        snprintf(message, STATION_MESSAGE_LENGTH, "cannot start a thread: %s", strerror(errno));
        return false;
    }
    return true;
}

bool station_open(struct station *station, const struct station_options *options, char *message)
{
    memset(station, 0, sizeof *station);
    station->opener = pthread_self();
    if (!stint_linux_tap_open(&station->tap, options->tap, message, STATION_MESSAGE_LENGTH)) {
        return false;
    }
    if (options->pcap != NULL && !start_recording(station, options->pcap, message)) {
        stint_linux_tap_close(&station->tap);
        return false;
    }
    if (!stint_linux_runner_init(&station->runner)) {
        snprintf(message, STATION_MESSAGE_LENGTH, "cannot make an eventfd: %s", strerror(errno));
    } else if (start_host(station, options, message)) {
        return true;
    } else {
        stint_linux_runner_stop(&station->runner);
    }
    if (station->recorded) {
        stint_linux_pcap_close(&station->pcap);
    }
    stint_linux_tap_close(&station->tap);
    return false;
}

void station_close(struct station *station)
{
    stint_linux_runner_stop(&station->runner);
    stint_linux_host_destroy(&station->host);
    if (station->recorded) {
        stint_linux_pcap_close(&station->pcap);
    }
    stint_linux_tap_close(&station->tap);
}

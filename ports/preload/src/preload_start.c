/* The preloaded form: finds the C library's functions, and builds a host from the environment when
 * the program opens its first internet socket. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *   STINT_TAP=NAME             the TAP device to be on
 *   STINT_ADDRESS=A.B.C.D/LEN  our address
 *   STINT_GATEWAY=A.B.C.D      the way to everybody else; optional
 *   STINT_DNS=A.B.C.D          whom getaddrinfo() asks; the C library's resolver otherwise
 *   STINT_MAC=xx:xx:xx:xx:xx:xx  our hardware address; derived from the address otherwise
 *   STINT_PCAP=FILE            records every frame; optional
 */
#define _GNU_SOURCE 1

#include "preload.h"

#include "calls.h"
#include "stint/wire/address_text.h"
#include "stint_linux/pcap_file.h"
#include "stint_linux/platform.h"
#include "stint_linux/tap.h"
#include "stint_wrap/wrap.h"
#include "table.h"
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct stint_real_calls stint_real;

static struct {
    struct stint_linux_runner runner;
    struct stint_linux_host host;
    struct stint_linux_tap tap;
    struct stint_linux_pcap_file pcap;
    struct stint_recording recording;
    bool running;
} preload;

/* --- the C library's own --- */

static void find_real_calls(void)
{
    /* ISO C has no conversion between object and function pointers; POSIX says that this works. */
#define FIND(name)                                *(void **)(void *)&stint_real.name = dlsym(RTLD_NEXT, #name);
#define CALL(result, name, parameters, arguments) FIND(name)
#define VARIADIC(name, type)                      FIND(name)
#include "wrapped_calls.def"
#undef CALL
#undef VARIADIC
#undef FIND
}

void preload_find_real_calls(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_real_calls);
}

/* --- the host --- */

/* Ends the program: nothing it could do without its network would be what it was started for. */
__attribute__((format(printf, 1, 2))) static void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("stint: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    fflush(stderr);
    _exit(2);
}

static void read_addresses(struct stint_linux_host_options *options)
{
    const char *text = getenv("STINT_ADDRESS");
    struct stint_prefix prefix;
    if (text == NULL) {
        give_up("STINT_ADDRESS is not set: for example STINT_ADDRESS=192.168.69.2/24");
    }
    if (!stint_prefix_parse(text, &prefix)) {
        give_up("STINT_ADDRESS=%s: expected an address and the length of its prefix, such as "
                "192.168.69.2/24",
            text);
    }
    options->address =
        (struct stint_local_address){.address = prefix.address, .prefix_length = prefix.length};
    text = getenv("STINT_GATEWAY");
    if (text != NULL && !stint_address_parse(text, &options->gateway)) {
        give_up("STINT_GATEWAY=%s: expected an address, such as 192.168.69.1", text);
    }
    text = getenv("STINT_DNS");
    if (text != NULL && !stint_address_parse(text, &options->dns_server)) {
        give_up("STINT_DNS=%s: expected the address of a name server, such as 192.168.69.1", text);
    }
}

static void read_hardware_address(struct stint_linux_host_options *options)
{
    const char *text = getenv("STINT_MAC");
    if (text == NULL) {
        /* Locally administered, and the same in every run: the neighbors' caches stay right. */
        memcpy(options->hardware_address.octets, "\x02\x53", 2);
        memcpy(options->hardware_address.octets + 2,
            stint_address_ipv4_octets(&options->address.address), 4);
        return;
    }
    if (!stint_hardware_address_parse(text, &options->hardware_address) ||
        stint_hardware_address_is_group(&options->hardware_address)) {
        give_up(
            "STINT_MAC=%s: expected the address of one station, such as 02:00:00:00:00:01", text);
    }
}

static void open_device(struct stint_linux_host_options *options)
{
    char message[200];
    const char *name = getenv("STINT_TAP");
    if (name == NULL) {
        give_up("STINT_TAP is not set: name the TAP device to use, such as STINT_TAP=tap0");
    }
    if (!stint_linux_tap_open(&preload.tap, name, message, sizeof(message))) {
        give_up("%s", message);
    }
    options->device = stint_linux_tap_device(&preload.tap);
    options->device_descriptor = preload.tap.descriptor;
    const char *path = getenv("STINT_PCAP");
    if (path == NULL) {
        return;
    }
    if (!stint_linux_pcap_open(&preload.pcap, path)) {
        give_up("STINT_PCAP=%s: cannot be written: %s", path, strerror(errno));
    }
    stint_recording_init(&preload.recording, options->device, stint_linux_pcap_sink(&preload.pcap),
        stint_linux_epoch_offset());
    options->device = stint_recording_device(&preload.recording);
}

/* A child has no thread for the stack; the device must be free again when the parent is gone. */
static void let_go_of_device(void)
{
    stint_linux_tap_close(&preload.tap);
}

static void start(void)
{
    char message[200];
    struct stint_linux_host_options options = {
        .stack = stint_linux_host_stack_config(),
        .readiness_changed = stint_wrap_readiness_changed,
    };
    read_addresses(&options);
    read_hardware_address(&options);
    open_device(&options);
    if (!stint_linux_runner_init(&preload.runner)) {
        give_up("no event descriptor: %s", strerror(errno));
    }
    if (!stint_linux_host_init(
            &preload.host, &preload.runner, &options, message, sizeof(message))) {
        give_up("%s", message);
    }
    if (!stint_wrap_attach(&preload.host) || pthread_atfork(NULL, NULL, let_go_of_device) != 0) {
        give_up("no memory for the table of sockets");
    }
    if (!stint_linux_runner_start(&preload.runner)) {
        give_up("no thread for the stack: %s", strerror(errno));
    }
    preload.running = true;
}

__attribute__((constructor)) static void begin(void)
{
    preload_find_real_calls();
    shim_start = start;
}

/* At exit() everything that was written must still leave; _exit() and signals cannot be helped. The
 * host stays in memory: threads of the program may still be about. */
__attribute__((destructor)) static void end(void)
{
    if (!preload.running || shim_is_a_child()) {
        return;
    }
    stint_wrap_detach();
    stint_linux_runner_stop(&preload.runner);
    stint_linux_pcap_close(&preload.pcap);
}

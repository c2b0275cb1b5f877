/* stint run: a program on stint, by preloading the shim.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "complain.h"
#include "station.h"

#include "stint/wire/address_text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "stint run --tap NAME --address A/L [--gateway A] [--dns A] -- PROGRAM [ARGUMENT…]\n"
    "\n"
    "Runs PROGRAM with its sockets on stint, on the TAP device NAME, instead of the\n"
    "kernel's TCP/IP. The program is not changed; it must be dynamically linked.\n"
    "The exit code is the program's. With --dns, getaddrinfo() asks that name server over\n"
    "stint; without, the kernel's.\n"
    "\n"
    "Example, as root:\n"
    "  ip tuntap add stint0 mode tap; ip address add 10.0.0.1/24 dev stint0\n"
    "  ip link set stint0 up; python3 -m http.server --bind 10.0.0.1 8000 &\n"
    "  stint run --tap stint0 --address 10.0.0.2/24 -- curl http://10.0.0.1:8000/\n";

static const char library[] = "libstint-preload.so";

/* The shim lies beside this program, or in lib/ beside its folder. */
static bool find_library(char *path, size_t capacity)
{
    static const char *const places[] = {"", "../lib/"};
    char self[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) {
        return false;
    }
    self[length] = '\0';
    char *name = strrchr(self, '/');
    name[1] = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const int written = snprintf(path, capacity, "%s%s%s", self, places[i], library);
        if (written > 0 && (size_t)written < capacity && access(path, R_OK) == 0) {
            return true;
        }
    }
    return false;
}

static void set_address(const char *name, const struct stint_address *address, const char *suffix)
{
    char text[STINT_ADDRESS_TEXT_LENGTH + 8];
    const size_t length = stint_address_format(address, text, sizeof text);
    snprintf(text + length, sizeof text - length, "%s", suffix);
    setenv(name, text, 1);
}

static bool set_environment(const struct station_options *options)
{
    char path[PATH_MAX];
    if (!find_library(path, sizeof path)) {
        complain("%s lies neither beside this program nor in ../lib; build or install it", library);
        return false;
    }
    char length[8];
    snprintf(length, sizeof length, "/%d",
        stint_address_is_ipv4(&options->address.address)
            ? options->address.prefix_length - STINT_IPV4_MAPPED_BITS
            : options->address.prefix_length);
    setenv("STINT_TAP", options->tap, 1);
    set_address("STINT_ADDRESS", &options->address.address, length);
    unsetenv("STINT_GATEWAY");
    if (!stint_address_is_unspecified(&options->gateway)) {
        set_address("STINT_GATEWAY", &options->gateway, "");
    }
    unsetenv("STINT_DNS");
    if (!stint_address_is_unspecified(&options->dns_server)) {
        set_address("STINT_DNS", &options->dns_server, "");
    }
    const char *others = getenv("LD_PRELOAD");
    char preload[2 * PATH_MAX];
    snprintf(preload, sizeof preload, "%s%s%s", path, others != NULL ? ":" : "",
        others != NULL ? others : "");
    setenv("LD_PRELOAD", preload, 1);
    return true;
}

/* So that what is wrong is said here, and not by a library in the middle of a program. */
static bool tap_can_be_opened(const char *name)
{
    struct stint_linux_tap tap;
    char message[STATION_MESSAGE_LENGTH];
    if (!stint_linux_tap_open(&tap, name, message, sizeof message)) {
        complain("%s", message);
        return false;
    }
    stint_linux_tap_close(&tap);
    return true;
}

int command_run(int argc, char **argv)
{
    struct station_options options = {0};
    const struct argument known[] = {
        {"--tap", &argument_text, &options.tap},
        {"--address", &argument_local_address, &options.address},
        {"--gateway", &argument_address, &options.gateway},
        {"--dns", &argument_address, &options.dns_server},
    };
    int operands = 0;
    switch (arguments_read("run", known, sizeof known / sizeof known[0], argc, argv, &operands)) {
    case ARGUMENTS_HELP:
        fputs(help, stdout);
        return ENDED_WELL;
    case ARGUMENTS_REFUSED:
        return ENDED_UNABLE;
    case ARGUMENTS_READ:
        break;
    }
    if (!station_options_are_complete("run", &options)) {
        return ENDED_UNABLE;
    }
    if (operands >= argc) {
        return complain("run needs a program, for example: -- curl http://10.0.0.1/");
    }
    if (!tap_can_be_opened(options.tap) || !set_environment(&options)) {
        return ENDED_UNABLE;
    }
    execvp(argv[operands], argv + operands);
    return complain("%s cannot be run: %s", argv[operands], strerror(errno));
}

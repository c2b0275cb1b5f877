/* stint(1): a TCP/IP stack in user space, at work.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "commands.h"
#include "complain.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static const char help[] =
    "stint: a TCP/IP stack in user space, at work\n"
    "\n"
    "  stint demo    a device with a web server, open in your browser; needs no rights\n"
    "  stint host    a host on a TAP: ping, echo, discard, chargen, HTTP\n"
    "  stint run     any program, on stint instead of the kernel's TCP/IP\n"
    "  stint ping    ICMP echo from stint to another host\n"
    "  stint perf    how much TCP one core carries\n"
    "  stint relay   two TAPs joined by a cable that loses, delays and reorders\n"
    "\n"
    "`stint COMMAND --help` explains each with an example. Begin with: stint demo\n"
    "\n"
    "Exit codes: 0 it worked, 1 it did not, 2 bad arguments or not permitted here.\n";

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
    {"demo", command_demo},
    {"host", command_host},
    {"run", command_run},
    {"ping", command_ping},
    {"perf", command_perf},
    {"relay", command_relay},
};

/* Every socket is a descriptor of the process too: take as many as the user may have. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    const rlim_t wanted = 65536;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 2) {
        fputs(help, stderr);
        return ENDED_UNABLE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        fputs(help, stdout);
        return ENDED_WELL;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("stint " STINT_VERSION);
        return ENDED_WELL;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            raise_descriptor_limit();
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    return complain("there is no command %s; `stint --help` lists them", argv[1]);
}

/* stint perf: how much TCP one core carries, two stacks joined by a cable in one process.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "complain.h"
#include "perf_pair.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char help[] =
    "stint perf [--json] [--megabytes N] [--buffer N] [--budget N] [--mode MODE]\n"
    "\n"
    "Two stacks on a cable in this process send N megabytes to each other, first one way, then\n"
    "the other, over one TCP connection with segments of 1500-byte packets. Both ends and the\n"
    "frames between them cost the one core that is counted.\n"
    "\n"
    "  --mode copied    the application copies into and out of the rings\n"
    "  --mode in-place  the application uses the rings where they lie, and touches no byte\n"
    "  --mode both      one after the other; so when missing\n"
    "  --megabytes N    each way; 2000 when missing\n"
    "  --buffer N       bytes of each ring, a power of two up to 1048576; 262144 when missing\n"
    "  --budget N       frames that one poll takes; 64 when missing\n"
    "  --json           the result as JSON\n"
    "\n"
    "Example: stint perf --json\n";

struct options {
    const char *mode;
    uint32_t megabytes;
    uint32_t buffer;
    uint32_t budget;
    bool json;
};

struct result {
    uint64_t bytes;
    double cpu_seconds;
    uint32_t frames[2]; /* sent by each end */
    uint32_t sent_again;
};

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool measure(const struct options *options, bool in_place, struct result *result)
{
    const struct perf_pair_options pair_options = {
        .buffer = options->buffer, .budget = (uint16_t)options->budget, .in_place = in_place};
    struct perf_pair *pair = perf_pair_open(&pair_options);
    if (pair == NULL) {
        return false;
    }
    const uint64_t each_way = (uint64_t)options->megabytes * 1000000;
    const double begin = cpu_seconds();
    const bool done = perf_pair_send(pair, 0, each_way) && perf_pair_send(pair, 1, each_way);
    *result = (struct result){.bytes = 2 * each_way, .cpu_seconds = cpu_seconds() - begin};
    for (unsigned i = 0; i < 2; i++) {
        result->frames[i] = pair->stacks[i].interfaces[0].counters.frames_sent;
        result->sent_again += pair->stacks[i].tcp.counters.segments_retransmitted;
    }
    perf_pair_close(pair);
    return done;
}

static double gigabits(const struct result *result)
{
    return (double)result->bytes * 8 / result->cpu_seconds / 1e9;
}

static void print_json(const char *name, const struct result *result)
{
    printf("\"%s\": {\"gbit_per_cpu_second\": %.2f, \"bytes\": %" PRIu64
           ", \"cpu_seconds\": %.3f, \"frames\": [%" PRIu32 ", %" PRIu32
           "], \"segments_retransmitted\": %" PRIu32 "}",
        name, gigabits(result), result->bytes, result->cpu_seconds, result->frames[0],
        result->frames[1], result->sent_again);
}

static void print_text(const char *name, const struct result *result)
{
    printf("%-9s %6.2f Gbit per CPU-second  (%.1f GB in %.2f s, %" PRIu32 " and %" PRIu32
           " frames, %" PRIu32 " segments sent again)\n",
        name, gigabits(result), (double)result->bytes / 1e9, result->cpu_seconds, result->frames[0],
        result->frames[1], result->sent_again);
}

static int run(const struct options *options)
{
    static const char *const names[] = {"copied", "in_place"};
    static const char *const modes[] = {"copied", "in-place"};
    bool first = true;
    if (options->json) {
        printf("{");
    }
    for (unsigned i = 0; i < 2; i++) {
        struct result result;
        if (strcmp(options->mode, "both") != 0 && strcmp(options->mode, modes[i]) != 0) {
            continue;
        }
        if (!measure(options, i == 1, &result)) {
            return complain("the two stacks could not be set up; is --buffer a power of two?");
        }
        if (options->json) {
            printf("%s", first ? "" : ", ");
            print_json(names[i], &result);
        } else {
            print_text(names[i], &result);
        }
        first = false;
    }
    if (options->json) {
        printf("}\n");
    }
    return ENDED_WELL;
}

static bool is_mode(const char *mode)
{
    return strcmp(mode, "both") == 0 || strcmp(mode, "copied") == 0 ||
           strcmp(mode, "in-place") == 0;
}

/* Takes the flag `--json` out of the arguments: it has no value. */
static bool take_json_flag(int *argc, char **argv)
{
    bool found = false;
    int kept = 0;
    for (int i = 0; i < *argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            found = true;
        } else {
            argv[kept++] = argv[i];
        }
    }
    *argc = kept;
    return found;
}

int command_perf(int argc, char **argv)
{
    struct options options = {.mode = "both", .megabytes = 2000, .buffer = 262144, .budget = 64};
    const struct argument known[] = {
        {"--mode", &argument_text, &options.mode},
        {"--megabytes", &argument_count, &options.megabytes},
        {"--buffer", &argument_count, &options.buffer},
        {"--budget", &argument_count, &options.budget},
    };
    int operands = 0;
    options.json = take_json_flag(&argc, argv);
    switch (arguments_read("perf", known, sizeof known / sizeof known[0], argc, argv, &operands)) {
    case ARGUMENTS_HELP:
        fputs(help, stdout);
        return ENDED_WELL;
    case ARGUMENTS_REFUSED:
        return ENDED_UNABLE;
    case ARGUMENTS_READ:
        break;
    }
    if (!arguments_end("perf", argc, argv, operands)) {
        return ENDED_UNABLE;
    }
    if (!is_mode(options.mode)) {
        return complain("perf: --mode is copied, in-place or both, not '%s'", options.mode);
    }
    if (options.megabytes == 0 || options.budget == 0 || options.budget > UINT16_MAX) {
        return complain("perf: --megabytes and --budget begin at 1");
    }
    return run(&options);
}

/* stint relay: two TAPs joined by a cable that mistreats what passes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "complain.h"
#include "ending.h"

#include "stint/device/faulty.h"
#include "stint_linux/platform.h"
#include "stint_linux/runner.h"
#include "stint_linux/tap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "stint relay --tap NAME --tap NAME [--loss P] [--reorder P] [--delay T] …\n"
    "\n"
    "Carries frames between two TAP devices, both ways, and mistreats them on the way.\n"
    "The same seed and the same frames at the same times meet the same fate. It prints\n"
    "`ready` on a line, ends with Ctrl-C, and says then what it did to each direction.\n"
    "\n"
    "  --loss P         share of the frames that is lost: 2%\n"
    "  --duplicate P    … that comes twice\n"
    "  --corrupt P      … in which one bit is flipped\n"
    "  --reorder P      … that is held back by 2 ms more\n"
    "  --delay T        every frame: 20ms\n"
    "  --jitter T       up to so much more: 5ms\n"
    "  --rate R         bits per second: 100M\n"
    "  --queue N        frames that may wait for the rate\n"
    "  --seed N         of the chances\n"
    "\n"
    "Example, as root: stint relay --tap left --tap right --loss 2% --reorder 5%\n";

enum { WAITING = 8192, BURST = 256 };

struct direction {
    struct stint_linux_tap *from;
    struct stint_faulty faulty; /* over the TAP where frames go to */
    void *storage;
    uint16_t *links;
    struct stint_faulty_frame *waiting;
};

static struct stint_instant poll_direction(void *context, struct stint_instant now)
{
    struct direction *direction = (struct direction *)context;
    const struct stint_device in = stint_linux_tap_device(direction->from);
    const struct stint_device out = stint_faulty_device(&direction->faulty);
    bool more = true;
    for (unsigned i = 0; i < BURST && more; i++) {
        const struct stint_view frame = stint_device_receive(&in, now);
        more = frame.length > 0;
        if (more) {
            const struct stint_span room = stint_device_transmit(&out, now, frame.length);
            if (room.length >= frame.length) {
                memcpy(room.bytes, frame.bytes, frame.length);
                stint_device_transmit_commit(&out, now, frame.length);
            }
            stint_device_receive_done(&in);
        }
    }
    const struct stint_instant next = stint_device_service(&out, now);
    return more ? now : next;
}

static bool direction_init(struct direction *direction, struct stint_linux_tap *from,
    struct stint_linux_tap *to, const struct stint_faulty_profile *profile, uint64_t seed)
{
    direction->from = from;
    direction->storage = malloc((size_t)WAITING * STINT_DEVICE_FRAME_LENGTH);
    direction->links = (uint16_t *)calloc(WAITING, sizeof *direction->links);
    direction->waiting = (struct stint_faulty_frame *)calloc(WAITING, sizeof *direction->waiting);
    if (direction->storage == NULL || direction->links == NULL || direction->waiting == NULL) {
        return false;
    }
    const struct stint_faulty_config config = {
        .inner = stint_linux_tap_device(to),
        .profile = *profile,
        .seed = seed,
        .storage = stint_span_of(direction->storage, (size_t)WAITING * STINT_DEVICE_FRAME_LENGTH),
        .links = direction->links,
        .waiting = direction->waiting,
        .waiting_count = WAITING,
    };
    stint_faulty_init(&direction->faulty, &config);
    return true;
}

static void report(const struct direction *direction)
{
    const struct stint_faulty_counters *counters = &direction->faulty.counters;
    printf("from %s: %" PRIu32 " frames, %" PRIu32 " delivered, %" PRIu32 " lost, %" PRIu32
           " duplicated, %" PRIu32 " corrupted, %" PRIu32 " reordered, %" PRIu32 " overflowed\n",
        direction->from->name, counters->sent, counters->delivered, counters->lost,
        counters->duplicated, counters->corrupted, counters->reordered, counters->overflowed);
}

static void direction_destroy(struct direction *direction)
{
    free(direction->storage);
    free(direction->links);
    free(direction->waiting);
}

/* --tap is given twice. */
struct tap_names {
    const char *names[2];
    unsigned count;
};

static bool read_tap(const char *text, void *value)
{
    struct tap_names *taps = (struct tap_names *)value;
    if (taps->count == 2) {
        return false;
    }
    taps->names[taps->count++] = text;
    return true;
}

static const struct argument_kind argument_tap = {read_tap, "the names of two TAPs, not more"};

struct relay_options {
    struct tap_names taps;
    struct stint_faulty_profile profile;
    uint32_t seed;
};

static int carry(struct direction *directions)
{
    struct stint_linux_runner runner;
    if (!stint_linux_runner_init(&runner)) {
        return complain("cannot make an eventfd");
    }
    for (unsigned i = 0; i < 2; i++) {
        const struct stint_linux_task task = {.poll = poll_direction,
            .context = &directions[i],
            .descriptor = directions[i].from->descriptor};
        stint_linux_runner_add(&runner, task);
    }
    int code = ENDED_WELL;
    if (stint_linux_runner_start(&runner)) {
        puts("ready");
        ending_wait();
    } else {
        code = complain("cannot start a thread");
    }
    stint_linux_runner_stop(&runner);
    return code;
}

static int relay(const struct relay_options *options)
{
    static struct stint_linux_tap taps[2];
    static struct direction directions[2];
    char message[256];
    for (unsigned i = 0; i < 2; i++) {
        if (!stint_linux_tap_open(&taps[i], options->taps.names[i], message, sizeof message)) {
            return complain("%s", message);
        }
    }
    int code = ENDED_UNABLE;
    if (direction_init(&directions[0], &taps[0], &taps[1], &options->profile, options->seed) &&
        direction_init(
            &directions[1], &taps[1], &taps[0], &options->profile, options->seed + 1ull)) {
        code = carry(directions);
        report(&directions[0]);
        report(&directions[1]);
    } else {
        complain("out of memory");
    }
    for (unsigned i = 0; i < 2; i++) {
        direction_destroy(&directions[i]);
        stint_linux_tap_close(&taps[i]);
    }
    return code;
}

int command_relay(int argc, char **argv)
{
    struct relay_options options = {.seed = 1};
    struct stint_faulty_profile *profile = &options.profile;
    profile->reordering_delay = stint_milliseconds(2);
    const struct argument known[] = {
        {"--tap", &argument_tap, &options.taps},
        {"--loss", &argument_share, &profile->loss},
        {"--duplicate", &argument_share, &profile->duplication},
        {"--corrupt", &argument_share, &profile->corruption},
        {"--reorder", &argument_share, &profile->reordering},
        {"--delay", &argument_milliseconds, &profile->delay},
        {"--jitter", &argument_milliseconds, &profile->jitter},
        {"--rate", &argument_rate, &profile->bits_per_second},
        {"--queue", &argument_count, &profile->queue_limit},
        {"--seed", &argument_count, &options.seed},
    };
    int operands = 0;
    switch (arguments_read("relay", known, sizeof known / sizeof known[0], argc, argv, &operands)) {
    case ARGUMENTS_HELP:
        fputs(help, stdout);
        return ENDED_WELL;
    case ARGUMENTS_REFUSED:
        return ENDED_UNABLE;
    case ARGUMENTS_READ:
        break;
    }
    if (!arguments_end("relay", argc, argv, operands)) {
        return ENDED_UNABLE;
    }
    if (options.taps.count != 2) {
        return complain("relay joins two TAPs: --tap NAME --tap NAME");
    }
    ending_prepare();
    return relay(&options);
}

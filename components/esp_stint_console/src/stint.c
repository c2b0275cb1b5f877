/* stint: every bound of the stack's memory, what TCP did, frames dropped by reason.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "esp_stint.h"
#include "hosts.h"
#include "stint/stack/bounds.h"
#include <inttypes.h>
#include <stdio.h>

static void print_bound(const char *name, const struct stint_bound *bound)
{
    printf("%-18s %8" PRIu32 " %8" PRIu32 " %8" PRIu32 " %8" PRIu32 "\n", name, bound->limit,
        bound->in_use, bound->high_water, bound->refused);
}

static void print_bounds(struct stint_sockets *sockets, const struct stint_stack *stack)
{
    printf("%-18s %8s %8s %8s %8s\n", "memory", "limit", "in use", "most", "refused");
    for (enum stint_bound_kind kind = 0; kind < STINT_BOUND_COUNT; kind++) {
        stint_sockets_lock(sockets);
        const struct stint_bound bound = stint_stack_bound(stack, kind);
        stint_sockets_unlock(sockets);
        print_bound(stint_bound_name(kind), &bound);
    }
    const struct stint_bound descriptors = {
        .limit = sockets->config.descriptors,
        .in_use = sockets->open,
        .high_water = sockets->open_high_water,
    };
    print_bound("descriptors", &descriptors);
}

static void print_tcp(struct stint_sockets *sockets, const struct stint_stack *stack)
{
    stint_sockets_lock(sockets);
    const struct stint_tcp_counters tcp = stack->tcp.counters;
    stint_sockets_unlock(sockets);
    printf("tcp: %" PRIu32 " connects, %" PRIu32 " accepts, %" PRIu32 " failed; segments: %" PRIu32
           " received, %" PRIu32 " sent, %" PRIu32 " sent again (%" PRIu32 " timeouts, %" PRIu32
           " fast); resets: %" PRIu32 " received, %" PRIu32 " sent; SYN cookies: %" PRIu32
           " sent, %" PRIu32 " returned\n",
        tcp.active_opens, tcp.passive_opens, tcp.failed_opens, tcp.segments_received,
        tcp.segments_sent, tcp.segments_retransmitted, tcp.retransmission_timeouts,
        tcp.fast_retransmits, tcp.resets_received, tcp.resets_sent, tcp.cookies_sent,
        tcp.cookies_accepted);
}

static void print_drops(const uint32_t drops[STINT_DROP_COUNT])
{
    bool some = false;
    for (enum stint_drop reason = 0; reason < STINT_DROP_COUNT; reason++) {
        if (drops[reason] != 0) {
            printf("dropped: %8" PRIu32 "  %s\n", drops[reason], stint_drop_describe(reason));
            some = true;
        }
    }
    if (!some) {
        printf("dropped: nothing\n");
    }
}

int command_stint(int argc, char **argv)
{
    if (!arguments_read(argc, argv, NULL, 0, NULL)) {
        return 1;
    }
    struct stint_sockets *const sockets = host_sockets(argv[0]);
    struct esp_stint_stats stats;
    if (sockets == NULL || esp_stint_get_stats(&stats) != ESP_OK) {
        return 1;
    }
    print_bounds(sockets, sockets->config.stack);
    print_tcp(sockets, sockets->config.stack);
    printf("polls: %" PRIu32 "\n", stats.polls);
    print_drops(stats.drops);
    return 0;
}

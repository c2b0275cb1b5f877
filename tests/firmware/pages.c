/* What the firmware says of itself. SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "pages.h"

#include "stint_baremetal/machine.h"

enum { MICROSECONDS_PER_SECOND = 1000000 };

static uint32_t uptime_seconds(void)
{
    return (uint32_t)(stint_machine_now().microseconds / MICROSECONDS_PER_SECOND);
}

void page_status(struct text *text, struct stint_sockets *sockets)
{
    const struct stint_interface_counters *counters =
        &sockets->config.stack->interfaces[0].counters;
    const struct stint_machine_memory memory = stint_machine_memory_use();
    text_put(text, "<!doctype html><title>stint firmware</title><h1>stint on ");
    text_put(text, stint_machine_name());
    text_put_pair(text, "</h1><table><tr><td>up<td>", uptime_seconds());
    text_put_pair(text, " s<tr><td>frames received<td>", counters->frames_received);
    text_put_pair(text, "<tr><td>frames sent<td>", counters->frames_sent);
    text_put_pair(text, "<tr><td>open sockets<td>", sockets->open);
    text_put_pair(text, "<tr><td>static RAM<td>", memory.static_bytes);
    text_put_pair(text, "<tr><td>stack used at most<td>", memory.stack_high_water);
    text_put_pair(text, " of ", memory.stack_bytes);
    text_put(text, "</table>\n");
}

static void put_memory(struct text *text, const struct stint_stack *stack)
{
    const struct stint_machine_memory memory = stint_machine_memory_use();
    text_put_pair(text, ",\"memory\":{\"static\":", memory.static_bytes);
    text_put_pair(text, ",\"stack\":", memory.stack_bytes);
    text_put_pair(text, ",\"stack_high_water\":", memory.stack_high_water);
    text_put_pair(
        text, ",\"buffers\":", (uint64_t)stack->arena.unit_size * stack->arena.unit_count);
    text_put_pair(text, ",\"buffers_high_water\":", stack->arena.high_water);
    text_put(text, "}");
}

static void put_tcp(struct text *text, const struct stint_tcp_counters *tcp)
{
    text_put_pair(text, ",\"tcp\":{\"segments_received\":", tcp->segments_received);
    text_put_pair(text, ",\"segments_sent\":", tcp->segments_sent);
    text_put_pair(text, ",\"segments_retransmitted\":", tcp->segments_retransmitted);
    text_put_pair(text, ",\"fast_retransmits\":", tcp->fast_retransmits);
    text_put_pair(text, ",\"retransmission_timeouts\":", tcp->retransmission_timeouts);
    text_put(text, "}");
}

/* Those that happened, by the number of their reason (enum stint_drop). */
static void put_drops(struct text *text, const struct stint_stack *stack)
{
    const char *before = "\"";
    text_put(text, ",\"drops\":{");
    for (unsigned reason = 0; reason < STINT_DROP_COUNT; reason++) {
        if (stack->drops[reason] > 0) {
            text_put_pair(text, before, reason);
            text_put_pair(text, "\":", stack->drops[reason]);
            before = ",\"";
        }
    }
    text_put(text, "}");
}

void page_stats(struct text *text, struct stint_sockets *sockets)
{
    const struct stint_stack *stack = sockets->config.stack;
    const struct stint_interface_counters *counters = &stack->interfaces[0].counters;
    text_put(text, "{\"machine\":\"");
    text_put(text, stint_machine_name());
    text_put_pair(text, "\",\"instructions\":", stint_machine_instructions());
    text_put_pair(text, ",\"device_drops\":", stint_machine_network_drops());
    text_put_pair(text, ",\"frames\":{\"received\":", counters->frames_received);
    text_put_pair(text, ",\"sent\":", counters->frames_sent);
    text_put_pair(text, ",\"device_full\":", counters->device_full);
    text_put(text, "}");
    put_memory(text, stack);
    put_tcp(text, &stack->tcp.counters);
    put_drops(text, stack);
    text_put(text, "}\n");
}

/* Reading off what each bounded table and pool of a stack holds.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/bounds.h"

#include "stack_internal.h"

const char *stint_bound_name(enum stint_bound_kind kind)
{
    switch (kind) {
    case STINT_BOUND_BUFFER_BYTES:
        return "buffer_bytes";
    case STINT_BOUND_CONNECTIONS:
        return "connections";
    case STINT_BOUND_HALF_OPEN:
        return "half_open";
    case STINT_BOUND_TIME_WAIT:
        return "time_wait";
    case STINT_BOUND_LISTENERS:
        return "listeners";
    case STINT_BOUND_UDP_SOCKETS:
        return "udp_sockets";
    case STINT_BOUND_ICMP_SOCKETS:
        return "icmp_sockets";
    case STINT_BOUND_NEIGHBORS:
        return "neighbors";
    case STINT_BOUND_HELD_FRAMES:
        return "held_frames";
    case STINT_BOUND_ADDRESSES:
        return "addresses";
    case STINT_BOUND_GROUPS:
        return "groups";
    case STINT_BOUND_MEMBERSHIPS:
        return "memberships";
    case STINT_BOUND_ROUTES:
        return "routes";
    case STINT_BOUND_INTERFACES:
        return "interfaces";
    case STINT_BOUND_COUNT:
        break;
    }
    return "?";
}

static struct stint_bound buffer_bytes(const struct stint_arena *arena)
{
    return (struct stint_bound){
        .limit = arena->unit_count * arena->unit_size,
        .in_use = arena->in_use,
        .high_water = arena->high_water,
        .refused = arena->refused,
    };
}

/* Records that are taken off a queue of free ones. */
static struct stint_bound of_queue(uint16_t limit, const struct stint_id_queue *unused)
{
    return (struct stint_bound){
        .limit = limit,
        .in_use = (uint32_t)limit - unused->length,
        .high_water = unused->fewest < limit ? (uint32_t)limit - unused->fewest : 0,
        .refused = unused->vain,
    };
}

static struct stint_bound time_waits(const struct stint_tcp *tcp)
{
    struct stint_bound bound = of_queue(tcp->limits.time_wait, &tcp->free_time_waits);
    bound.refused = tcp->counters.time_wait_displaced;
    return bound;
}

/* A listener takes the first free record: one that was ever used had all before it in use. */
static struct stint_bound listeners(const struct stint_tcp *tcp)
{
    struct stint_bound bound = {.limit = tcp->limits.listeners};
    for (uint16_t i = 0; i < tcp->limits.listeners; i++) {
        bound.in_use += tcp->listeners[i].in_use ? 1 : 0;
        bound.high_water += tcp->listeners[i].generation != 0 ? 1 : 0;
    }
    return bound;
}

static struct stint_bound held_frames(const struct stint_frame_pool *held)
{
    return (struct stint_bound){
        .limit = held->frame_count,
        .in_use = held->in_use,
        .high_water = held->high_water,
        .refused = held->refused,
    };
}

static struct stint_bound neighbors(const struct stint_stack *stack)
{
    struct stint_bound bound = {.refused = stack->drops[STINT_DROP_NEIGHBOR_TABLE]};
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        const struct stint_neighbors *table = &stack->interfaces[i].neighbors;
        bound.limit += table->config.record_count;
        bound.high_water += table->most;
        for (uint16_t j = 0; j < table->config.record_count; j++) {
            bound.in_use += table->config.records[j].state != STINT_NEIGHBOR_FREE ? 1 : 0;
        }
    }
    return bound;
}

static struct stint_bound addresses(const struct stint_stack *stack)
{
    struct stint_bound bound = {0};
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        bound.limit += stack->interfaces[i].addresses.count;
        bound.in_use += stack->interfaces[i].addresses.used;
        bound.high_water += stack->interfaces[i].addresses.most;
    }
    return bound;
}

static struct stint_bound groups(const struct stint_stack *stack)
{
    struct stint_bound bound = {0};
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        const struct stint_groups *table = &stack->interfaces[i].groups;
        bound.limit += table->count;
        bound.in_use += table->used;
        bound.high_water += table->most;
        bound.refused += table->refused;
    }
    return bound;
}

struct stint_bound stint_stack_bound(const struct stint_stack *stack, enum stint_bound_kind kind)
{
    switch (kind) {
    case STINT_BOUND_BUFFER_BYTES:
        return buffer_bytes(&stack->arena);
    case STINT_BOUND_CONNECTIONS:
        return of_queue(stack->tcp.limits.connections, &stack->tcp.free_connections);
    case STINT_BOUND_HALF_OPEN:
        return of_queue(stack->tcp.limits.half_open, &stack->tcp.free_half_opens);
    case STINT_BOUND_TIME_WAIT:
        return time_waits(&stack->tcp);
    case STINT_BOUND_LISTENERS:
        return listeners(&stack->tcp);
    case STINT_BOUND_UDP_SOCKETS:
        return of_queue(stack->udp.limits.sockets, &stack->udp.free);
    case STINT_BOUND_ICMP_SOCKETS:
        return of_queue(stack->icmp.echoes.limits.sockets, &stack->icmp.echoes.free);
    case STINT_BOUND_NEIGHBORS:
        return neighbors(stack);
    case STINT_BOUND_HELD_FRAMES:
        return held_frames(&stack->held);
    case STINT_BOUND_ADDRESSES:
        return addresses(stack);
    case STINT_BOUND_GROUPS:
        return groups(stack);
    case STINT_BOUND_MEMBERSHIPS:
        return (struct stint_bound){
            .limit = stint_stack_memberships(stack) != NULL ? stack->config.memberships : 0,
            .in_use = stack->memberships_in_use,
            .high_water = stack->memberships_most,
        };
    case STINT_BOUND_ROUTES:
        return (struct stint_bound){
            .limit = stack->routes.count,
            .in_use = stack->routes.used,
            .high_water = stack->routes.most,
        };
    case STINT_BOUND_INTERFACES:
        return (struct stint_bound){
            .limit = stack->config.interfaces,
            .in_use = stack->interface_count,
            .high_water = stack->interface_count,
        };
    case STINT_BOUND_COUNT:
        break;
    }
    return (struct stint_bound){0};
}

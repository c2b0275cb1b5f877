/* Starting a stack: its memory is carved, its interfaces, addresses and routes are set.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/stack.h"

#include "stack_internal.h"

enum {
    ARENA_UNIT = 512,    /* bytes, and twice that until all memory is used */
    ARENA_UNITS = 65534, /* at most */
    HOLD_LIMIT = 3,      /* frames that may wait for one neighbor */
    DEFAULT_BUDGET = 64,
};

struct stint_stack_config stint_stack_config_default(void)
{
    return (struct stint_stack_config){
        .tcp = {.connections = 16,
            .half_open = 16,
            .time_wait = 32,
            .listeners = 4,
            .receive_buffer = 16384,
            .send_buffer = 16384},
        .udp = {.sockets = 8, .receive_buffer = 4096, .send_buffer = 4096},
        .icmp = {.sockets = 1, .buffer = 2048},
        .interfaces = 1,
        .addresses = 2,
        .routes = 4,
        .neighbors = 16,
        .held_frames = 6,
        .groups = 8,
        .memberships = 8,
    };
}

static bool config_can_work(const struct stint_stack_config *config)
{
    return config->interfaces > 0 && config->addresses > 0 && config->neighbors > 0 &&
           (config->ipv6 != NULL || config->mld == NULL);
}

static void carve_interfaces(struct stint_stack *stack, struct stint_carve *carve)
{
    const struct stint_stack_config *config = &stack->config;
    stack->interfaces =
        stint_carve_array(carve, config->interfaces, sizeof(struct stint_interface));
    for (uint8_t i = 0; i < config->interfaces; i++) {
        struct stint_local_address *addresses =
            stint_carve_array(carve, config->addresses, sizeof(struct stint_local_address));
        struct stint_neighbor *records =
            stint_carve_array(carve, config->neighbors, sizeof(struct stint_neighbor));
        if (records == NULL) {
            continue;
        }
        const struct stint_neighbors_config neighbors = {
            .records = records,
            .record_count = config->neighbors,
            .hold_limit = HOLD_LIMIT,
            .pool = &stack->held,
            .held_lengths = stack->held_lengths,
        };
        stint_addresses_init(&stack->interfaces[i].addresses, addresses, config->addresses);
        stint_neighbors_init(&stack->interfaces[i].neighbors, &neighbors);
    }
}

static void carve_held_frames(struct stint_stack *stack, struct stint_carve *carve)
{
    const uint16_t count = stack->config.held_frames;
    const size_t length = (size_t)count * STINT_DEVICE_FRAME_LENGTH;
    uint8_t *frames = stint_carve_array(carve, length, 1);
    uint16_t *links = stint_carve_array(carve, count, sizeof(uint16_t));
    stack->held_lengths = stint_carve_array(carve, count, sizeof(uint16_t));
    if (stack->held_lengths != NULL || count == 0) {
        stint_frame_pool_init(
            &stack->held, stint_span_of(frames, length), STINT_DEVICE_FRAME_LENGTH, links, count);
    }
}

static void carve_routes(struct stint_stack *stack, struct stint_carve *carve)
{
    struct stint_route *routes =
        stint_carve_array(carve, stack->config.routes, sizeof(struct stint_route));
    stint_routes_init(&stack->routes, routes, routes == NULL ? (uint8_t)0 : stack->config.routes);
}

/* All records; what is left becomes the arena. */
static enum stint_result carve_records(struct stint_stack *stack, struct stint_carve *carve)
{
    const struct stint_stack_config *config = &stack->config;
    carve_held_frames(stack, carve);
    carve_interfaces(stack, carve);
    if (stint_stack_memberships(stack) != NULL) {
        stint_stack_memberships(stack)->carve(stack, carve);
    }
    carve_routes(stack, carve);
    enum stint_result result =
        stint_tcp_init(&stack->tcp, &config->tcp, &stack->random, &stack->arena, carve);
    if (result == STINT_OK) {
        result = stint_udp_init(&stack->udp, &config->udp, &stack->random, &stack->arena, carve);
    }
    if (result == STINT_OK) {
        result = stint_icmp_init(&stack->icmp, &config->icmp, &stack->random, &stack->arena, carve);
    }
    return carve->failed ? STINT_EXHAUSTED : result;
}

/* Bytes of the arena's book-keeping before its units. */
static size_t arena_records_length(size_t units)
{
    return (units * sizeof(struct stint_arena_unit) + 7) / 8 * 8;
}

/* The rest of the memory, in units with their book-keeping before them. */
static void make_arena(struct stint_stack *stack, struct stint_carve *carve)
{
    const struct stint_span rest = stint_carve_rest(carve);
    uint32_t unit = ARENA_UNIT;
    while (rest.length / (unit + sizeof(struct stint_arena_unit)) > ARENA_UNITS) {
        unit *= 2;
    }
    size_t count = rest.length / (unit + sizeof(struct stint_arena_unit));
    count = count < ARENA_UNITS ? count : ARENA_UNITS;
    if (arena_records_length(count) + count * unit > rest.length) {
        count--; /* the padding of the book-keeping took the last one's place */
    }
    if (count == 0) {
        stint_arena_init(&stack->arena, stint_span_of(NULL, 0), unit, NULL, 0);
        return;
    }
    struct stint_arena_unit *units = (struct stint_arena_unit *)(void *)rest.bytes;
    const size_t records = arena_records_length(count);
    stint_arena_init(&stack->arena, stint_span_of(rest.bytes + records, count * unit), unit, units,
        (uint16_t)count);
}

size_t stint_stack_memory_needed(const struct stint_stack_config *config)
{
    struct stint_stack counted = {.config = *config};
    struct stint_carve carve = stint_carve_from(stint_span_of(NULL, 0));
    const bool can_work = config_can_work(config) && carve_records(&counted, &carve) == STINT_OK;
    return can_work ? carve.used : 0;
}

enum stint_result stint_stack_init(
    struct stint_stack *stack, const struct stint_stack_config *config)
{
    *stack = (struct stint_stack){.config = *config};
    if (!config_can_work(config)) {
        return STINT_INVALID;
    }
    if (stack->config.poll_budget == 0) {
        stack->config.poll_budget = DEFAULT_BUDGET;
    }
    if (stack->config.time_to_live == 0) {
        stack->config.time_to_live = STINT_STACK_TIME_TO_LIVE;
    }
    enum stint_result result = stint_random_init(&stack->random, config->secret);
    if (result != STINT_OK) {
        return result;
    }
    if (config->memory.bytes == NULL) {
        return STINT_EXHAUSTED;
    }
    struct stint_carve carve = stint_carve_from(config->memory);
    result = carve_records(stack, &carve);
    if (result == STINT_OK) {
        make_arena(stack, &carve);
    }
    return result;
}

enum stint_result stint_stack_attach(
    struct stint_stack *stack, const struct stint_interface_config *config, uint8_t *interface)
{
    if (config->device.operations == NULL ||
        stint_hardware_address_is_group(&config->hardware_address) ||
        stint_hardware_address_is_zero(&config->hardware_address) ||
        (config->mtu != 0 && config->mtu < STINT_IPV4_MINIMUM_MTU) ||
        config->mtu > STINT_DEVICE_FRAME_LENGTH - 14) {
        return STINT_INVALID;
    }
    if (stack->interface_count == stack->config.interfaces) {
        return STINT_EXHAUSTED;
    }
    *interface = stack->interface_count;
    stack->interface_count++;
    struct stint_interface *attached = &stack->interfaces[*interface];
    attached->config = *config;
    if (attached->config.mtu == 0) {
        attached->config.mtu = STINT_DEVICE_FRAME_LENGTH - 14;
    }
    return STINT_OK;
}

enum stint_result stint_stack_add_address(
    struct stint_stack *stack, uint8_t interface, const struct stint_local_address *address)
{
    if (interface >= stack->interface_count ||
        (stack->config.ipv6 == NULL && !stint_address_is_ipv4(&address->address))) {
        return STINT_INVALID;
    }
    stint_stack_forget_paths(stack);
    stack->interfaces[interface].groups.changed = true;
    return stint_addresses_add(&stack->interfaces[interface].addresses, address);
}

bool stint_stack_remove_address(
    struct stint_stack *stack, uint8_t interface, const struct stint_address *address)
{
    stint_stack_forget_paths(stack);
    if (interface >= stack->interface_count) {
        return false;
    }
    stack->interfaces[interface].groups.changed = true;
    return stint_addresses_remove(&stack->interfaces[interface].addresses, address);
}

bool stint_stack_remove_route(struct stint_stack *stack, const struct stint_route *route)
{
    stint_stack_forget_paths(stack);
    return stint_routes_remove(&stack->routes, route);
}

enum stint_result stint_stack_add_route(struct stint_stack *stack, const struct stint_route *route)
{
    stint_stack_forget_paths(stack);
    return route->interface < stack->interface_count ? stint_routes_add(&stack->routes, route)
                                                     : STINT_INVALID;
}

enum stint_result stint_stack_set_gateway(
    struct stint_stack *stack, const struct stint_address *gateway)
{
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        if (stint_addresses_is_on_link(&stack->interfaces[i].addresses, gateway)) {
            const struct stint_route route = {
                .prefix = stint_routes_default_ipv4(),
                .gateway = *gateway,
                .interface = i,
            };
            return stint_stack_add_route(stack, &route);
        }
    }
    return STINT_UNREACHABLE;
}

bool stint_stack_has_address(const struct stint_stack *stack, const struct stint_address *address)
{
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        if (stint_addresses_contain(&stack->interfaces[i].addresses, address)) {
            return true;
        }
    }
    return stack->loopback != 0 && stint_address_is_loopback(address);
}

bool stint_stack_is_to_ourselves(
    const struct stint_stack *stack, const struct stint_ipv4_header *header)
{
    return stint_stack_has_address(stack, &header->source) &&
           stint_stack_has_address(stack, &header->destination);
}

bool stint_stack_is_broadcast(const struct stint_stack *stack, const struct stint_address *address)
{
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        if (stint_addresses_is_broadcast(&stack->interfaces[i].addresses, address)) {
            return true;
        }
    }
    return false;
}

enum stint_result stint_stack_select_source(const struct stint_stack *stack,
    const struct stint_address *destination, struct stint_address *source)
{
    struct stint_path path;
    if (!stint_stack_find_path(stack, destination, &path)) {
        return STINT_UNREACHABLE;
    }
    *source = path.source;
    return STINT_OK;
}

enum stint_result stint_stack_connect(struct stint_stack *stack, struct stint_instant now,
    const struct stint_endpoint *local, const struct stint_endpoint *remote, uintptr_t owner,
    struct stint_handle *connection)
{
    struct stint_path path;
    if (!stint_stack_find_path(stack, &remote->address, &path) || path.to_group) {
        return STINT_UNREACHABLE;
    }
    struct stint_endpoint from = {.address = path.source};
    if (local != NULL) {
        from.port = local->port;
        if (!stint_address_is_unspecified(&local->address)) {
            from.address = local->address;
        }
    }
    if (!stint_stack_has_address(stack, &from.address)) {
        return STINT_ADDRESS_NOT_LOCAL;
    }
    const uint16_t mtu = stint_interface_mtu(&stack->interfaces[path.interface], &remote->address);
    return stint_tcp_connect(&stack->tcp, now, &from, remote, mtu, owner, connection);
}

bool stint_stack_next_event(struct stint_stack *stack, struct stint_socket_event *event)
{
    return stint_tcp_next_event(&stack->tcp, event) || stint_udp_next_event(&stack->udp, event) ||
           stint_icmp_next_event(&stack->icmp, event);
}

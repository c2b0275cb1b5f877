/* Options of sockets: kept by the entry, so that a listener hands them on and a stream has them
 * before it connects. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

enum {
    KEEP_ALIVE_SECONDS_MAXIMUM = 32767, /* as on Linux */
    KEEP_ALIVE_COUNT_MAXIMUM = 127,
    TIME_TO_LIVE_DEFAULT = 64,
    TIME_TO_LIVE_OF_STACK = 0,      /* as the record of a socket says it */
    SEGMENT_BEFORE_HANDSHAKE = 536, /* RFC 9293 3.7.1 */
};

/* --- handing them down --- */

static void apply_to_connection(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    struct stint_tcp_options_set options = entry->options;
    options.cork = options.cork || entry->more;
    (void)stint_tcp_set_options(
        &sockets->config.stack->tcp, stint_sockets_now(sockets), entry->handle, &options);
}

static void apply_to_udp(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    struct stint_udp_socket *udp = stint_udp_get(&sockets->config.stack->udp, entry->handle);
    if (udp != NULL) {
        udp->reuse_address = entry->reuse_address || entry->reuse_port;
        udp->broadcast = entry->broadcast;
        udp->traffic_class = entry->options.traffic_class;
        udp->time_to_live = entry->options.time_to_live;
        udp->multicast_hops = entry->multicast_hops;
        udp->multicast_interface = entry->multicast_interface;
        udp->multicast_silent = !entry->multicast_loop;
        if (udp->local.port == 0) {
            udp->local.address = stint_entry_any(entry);
        }
    }
}

static void apply_to_echo(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    struct stint_udp_socket *echo = stint_icmp_get(&sockets->config.stack->icmp, entry->handle);
    if (echo != NULL) {
        echo->time_to_live = entry->options.time_to_live;
    }
}

void stint_entry_apply_options(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    switch ((enum stint_entry_kind)entry->kind) {
    case STINT_ENTRY_CONNECTION:
        apply_to_connection(sockets, entry);
        return;
    case STINT_ENTRY_DATAGRAM:
        apply_to_udp(sockets, entry);
        return;
    case STINT_ENTRY_ECHO:
        apply_to_echo(sockets, entry);
        return;
    case STINT_ENTRY_FREE:
    case STINT_ENTRY_STREAM:
    case STINT_ENTRY_LISTENER:
    case STINT_ENTRY_LINGERING:
        return;
    }
}

/* --- set --- */

/* True for options of TCP, which no other type has. */
static bool is_of_streams(enum stint_option option)
{
    switch (option) {
    case STINT_OPTION_KEEP_ALIVE_IDLE:
    case STINT_OPTION_KEEP_ALIVE_INTERVAL:
    case STINT_OPTION_KEEP_ALIVE_COUNT:
    case STINT_OPTION_USER_TIMEOUT:
    case STINT_OPTION_NO_DELAY:
    case STINT_OPTION_CORK:
    case STINT_OPTION_MAXIMUM_SEGMENT:
        return true;
    case STINT_OPTION_REUSE_ADDRESS:
    case STINT_OPTION_REUSE_PORT:
    case STINT_OPTION_KEEP_ALIVE:
    case STINT_OPTION_LINGER:
    case STINT_OPTION_RECEIVE_TIMEOUT:
    case STINT_OPTION_SEND_TIMEOUT:
    case STINT_OPTION_RECEIVE_BUFFER:
    case STINT_OPTION_SEND_BUFFER:
    case STINT_OPTION_ERROR:
    case STINT_OPTION_BROADCAST:
    case STINT_OPTION_TRAFFIC_CLASS:
    case STINT_OPTION_TIME_TO_LIVE:
    case STINT_OPTION_IPV6_ONLY:
    case STINT_OPTION_INTERFACE:
    case STINT_OPTION_MULTICAST_HOPS:
    case STINT_OPTION_MULTICAST_LOOP:
    case STINT_OPTION_MULTICAST_INTERFACE:
        return false;
    }
    return false;
}

static bool is_of_datagrams(enum stint_option option)
{
    return option == STINT_OPTION_MULTICAST_HOPS || option == STINT_OPTION_MULTICAST_LOOP ||
           option == STINT_OPTION_MULTICAST_INTERFACE;
}

static bool fits(const struct stint_sockets_entry *entry, enum stint_option option)
{
    return entry->type == STINT_STREAM ? !is_of_datagrams(option) : !is_of_streams(option);
}

static enum stint_error set_flag(bool *flag, int64_t value)
{
    *flag = value != 0;
    return STINT_EOK;
}

static enum stint_error set_octet(uint8_t *octet, int64_t value, int64_t least, int64_t most)
{
    if (value < least || value > most) {
        return STINT_EINVAL;
    }
    *octet = (uint8_t)value;
    return STINT_EOK;
}

/* RFC 3493 5.1: -1 asks for the default again. */
static enum stint_error set_octet_or_default(
    uint8_t *octet, int64_t value, int64_t least, uint8_t by_default)
{
    if (value == -1) {
        *octet = by_default;
        return STINT_EOK;
    }
    return set_octet(octet, value, least, 255);
}

/* `unit` is how many microseconds one of `value` stands for. */
static enum stint_error set_duration(
    struct stint_duration *duration, int64_t value, int64_t unit, int64_t least, int64_t most)
{
    if (value < least || value > most) {
        return STINT_EINVAL;
    }
    *duration = stint_microseconds(value * unit);
    return STINT_EOK;
}

static enum stint_error set_linger(struct stint_sockets_entry *entry, int64_t value)
{
    entry->linger = value < 0 ? -1 : value > INT32_MAX ? INT32_MAX : (int32_t)value;
    return STINT_EOK;
}

static bool is_bound(const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    const struct stint_udp_socket *udp =
        entry->kind == STINT_ENTRY_DATAGRAM
            ? stint_udp_get(&sockets->config.stack->udp, entry->handle)
            : NULL;
    return udp != NULL ? udp->local.port != 0
                       : entry->kind != STINT_ENTRY_STREAM || entry->local.port != 0;
}

/* RFC 3493 5.3; as on Linux, only before the socket has a name. */
static enum stint_error set_ipv6_only(
    const struct stint_sockets *sockets, struct stint_sockets_entry *entry, int64_t value)
{
    if (entry->family != STINT_IPV6) {
        return STINT_ENOPROTOOPT;
    }
    if (is_bound(sockets, entry)) {
        return STINT_EINVAL;
    }
    entry->ipv6_only = value != 0;
    entry->local.address = stint_entry_any(entry);
    return STINT_EOK;
}

static enum stint_error set_value(
    struct stint_sockets_entry *entry, enum stint_option option, int64_t value)
{
    struct stint_tcp_options_set *options = &entry->options;
    switch (option) {
    case STINT_OPTION_REUSE_ADDRESS:
        return set_flag(&entry->reuse_address, value);
    case STINT_OPTION_REUSE_PORT:
        return set_flag(&entry->reuse_port, value);
    case STINT_OPTION_BROADCAST:
        return set_flag(&entry->broadcast, value);
    case STINT_OPTION_KEEP_ALIVE:
        return set_flag(&options->keep_alive, value);
    case STINT_OPTION_NO_DELAY:
        return set_flag(&options->no_delay, value);
    case STINT_OPTION_CORK:
        return set_flag(&options->cork, value);
    case STINT_OPTION_KEEP_ALIVE_IDLE:
        return set_duration(
            &options->keep_alive_idle, value, 1000000, 1, KEEP_ALIVE_SECONDS_MAXIMUM);
    case STINT_OPTION_KEEP_ALIVE_INTERVAL:
        return set_duration(
            &options->keep_alive_interval, value, 1000000, 1, KEEP_ALIVE_SECONDS_MAXIMUM);
    case STINT_OPTION_KEEP_ALIVE_COUNT:
        return set_octet(&options->keep_alive_count, value, 1, KEEP_ALIVE_COUNT_MAXIMUM);
    case STINT_OPTION_USER_TIMEOUT:
        return set_duration(&options->user_timeout, value, 1000, 0, INT32_MAX);
    case STINT_OPTION_RECEIVE_TIMEOUT:
        return set_duration(&entry->receive_timeout, value, 1, 0, INT64_MAX);
    case STINT_OPTION_SEND_TIMEOUT:
        return set_duration(&entry->send_timeout, value, 1, 0, INT64_MAX);
    case STINT_OPTION_LINGER:
        return set_linger(entry, value);
    case STINT_OPTION_TRAFFIC_CLASS:
        return set_octet_or_default(&options->traffic_class, value, 0, 0);
    case STINT_OPTION_TIME_TO_LIVE:
        return set_octet_or_default(&options->time_to_live, value, 1, TIME_TO_LIVE_OF_STACK);
    case STINT_OPTION_MULTICAST_HOPS:
        return set_octet_or_default(&entry->multicast_hops, value, 1, STINT_MULTICAST_HOPS_DEFAULT);
    case STINT_OPTION_MULTICAST_LOOP:
        return set_flag(&entry->multicast_loop, value);
    case STINT_OPTION_RECEIVE_BUFFER:
    case STINT_OPTION_SEND_BUFFER:
        return value < 0 ? STINT_EINVAL : STINT_EOK;
    case STINT_OPTION_MAXIMUM_SEGMENT:
    case STINT_OPTION_ERROR:
    case STINT_OPTION_IPV6_ONLY: /* see set_with_stack() */
    case STINT_OPTION_INTERFACE:
    case STINT_OPTION_MULTICAST_INTERFACE:
        return STINT_ENOPROTOOPT;
    }
    return STINT_ENOPROTOOPT;
}

static enum stint_error set_with_stack(const struct stint_sockets *sockets,
    struct stint_sockets_entry *entry, enum stint_option option, int64_t value)
{
    return option == STINT_OPTION_INTERFACE   ? stint_entry_set_interface(sockets, entry, value)
           : option == STINT_OPTION_IPV6_ONLY ? set_ipv6_only(sockets, entry, value)
           : option == STINT_OPTION_MULTICAST_INTERFACE
               ? stint_entry_set_multicast_interface(sockets, entry, value)
               : set_value(entry, option, value);
}

static enum stint_error set_option(struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    enum stint_option option, int64_t value)
{
    if (!fits(entry, option)) {
        return STINT_ENOPROTOOPT;
    }
    const enum stint_error error = set_with_stack(sockets, entry, option, value);
    if (error == STINT_EOK) {
        stint_entry_apply_options(sockets, entry);
    }
    if (error == STINT_EOK && entry->kind == STINT_ENTRY_CONNECTION) {
        stint_sockets_wake_poll(sockets); /* keep-alive has a new deadline, a cork is drawn */
    }
    return error;
}

int stint_set_option(
    struct stint_sockets *sockets, int descriptor, enum stint_option option, int64_t value)
{
    struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const enum stint_error error =
        entry == NULL ? STINT_EBADF : set_option(sockets, entry, option, value);
    stint_sockets_unlock(sockets);
    return -(int)error;
}

/* --- get --- */

static int64_t seconds_of(struct stint_duration duration)
{
    return duration.microseconds / 1000000;
}

static int64_t maximum_segment(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    if (entry->kind != STINT_ENTRY_CONNECTION || !stint_entry_status(sockets, entry).established) {
        return SEGMENT_BEFORE_HANDSHAKE;
    }
    return sockets->config.stack->tcp.connections[entry->handle.index].agreement.segment;
}

static int64_t time_to_live(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    const uint8_t of_stack = sockets->config.stack->config.time_to_live;
    const uint8_t own = entry->options.time_to_live;
    return own != 0 ? own : of_stack != 0 ? of_stack : TIME_TO_LIVE_DEFAULT;
}

static int64_t buffer_in_force(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry, bool receiving)
{
    const struct stint_stack *stack = sockets->config.stack;
    if (entry->type == STINT_STREAM) {
        return receiving ? stack->tcp.limits.receive_buffer : stack->tcp.limits.send_buffer;
    }
    if (entry->type == STINT_DATAGRAM) {
        return receiving ? stack->udp.limits.receive_buffer : stack->udp.limits.send_buffer;
    }
    return stack->icmp.echoes.limits.send_buffer;
}

static int64_t value_of(const struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    enum stint_option option)
{
    const struct stint_tcp_options_set *options = &entry->options;
    switch (option) {
    case STINT_OPTION_REUSE_ADDRESS:
        return entry->reuse_address;
    case STINT_OPTION_REUSE_PORT:
        return entry->reuse_port;
    case STINT_OPTION_BROADCAST:
        return entry->broadcast;
    case STINT_OPTION_KEEP_ALIVE:
        return options->keep_alive;
    case STINT_OPTION_NO_DELAY:
        return options->no_delay;
    case STINT_OPTION_CORK:
        return options->cork;
    case STINT_OPTION_KEEP_ALIVE_IDLE:
        return seconds_of(options->keep_alive_idle);
    case STINT_OPTION_KEEP_ALIVE_INTERVAL:
        return seconds_of(options->keep_alive_interval);
    case STINT_OPTION_KEEP_ALIVE_COUNT:
        return options->keep_alive_count;
    case STINT_OPTION_USER_TIMEOUT:
        return options->user_timeout.microseconds / 1000;
    case STINT_OPTION_MAXIMUM_SEGMENT:
        return maximum_segment(sockets, entry);
    case STINT_OPTION_LINGER:
        return entry->linger;
    case STINT_OPTION_RECEIVE_TIMEOUT:
        return entry->receive_timeout.microseconds;
    case STINT_OPTION_SEND_TIMEOUT:
        return entry->send_timeout.microseconds;
    case STINT_OPTION_RECEIVE_BUFFER:
        return buffer_in_force(sockets, entry, true);
    case STINT_OPTION_SEND_BUFFER:
        return buffer_in_force(sockets, entry, false);
    case STINT_OPTION_ERROR:
        return stint_entry_take_error(sockets, entry);
    case STINT_OPTION_TRAFFIC_CLASS:
        return options->traffic_class;
    case STINT_OPTION_TIME_TO_LIVE:
        return time_to_live(sockets, entry);
    case STINT_OPTION_IPV6_ONLY:
        return entry->ipv6_only;
    case STINT_OPTION_INTERFACE:
        return entry->interface;
    case STINT_OPTION_MULTICAST_HOPS:
        return entry->multicast_hops;
    case STINT_OPTION_MULTICAST_LOOP:
        return entry->multicast_loop;
    case STINT_OPTION_MULTICAST_INTERFACE:
        return entry->multicast_interface;
    }
    return 0;
}

static enum stint_error get_option(struct stint_sockets *sockets, struct stint_sockets_entry *entry,
    enum stint_option option, int64_t *value)
{
    if ((option == STINT_OPTION_IPV6_ONLY && entry->family != STINT_IPV6) || !fits(entry, option)) {
        return STINT_ENOPROTOOPT;
    }
    *value = value_of(sockets, entry, option);
    if (option == STINT_OPTION_ERROR) {
        stint_entry_changed(sockets, entry);
    }
    return STINT_EOK;
}

int stint_get_option(
    struct stint_sockets *sockets, int descriptor, enum stint_option option, int64_t *value)
{
    struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const enum stint_error error =
        entry == NULL ? STINT_EBADF : get_option(sockets, entry, option, value);
    stint_sockets_unlock(sockets);
    return -(int)error;
}

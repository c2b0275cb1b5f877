/* getsockopt and setsockopt.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"
#include "lwip_groups.h"
#include "lwip_options.h"

#include <string.h>

/* A value of an option in lwIP's form. */
union option_value {
    int number;
    struct timeval timeout;
    struct linger linger;
    struct ifreq interface;
    uint8_t octet;
    struct in_addr address;
    union lwip_membership membership;
};

static socklen_t size_of(enum lwip_option_kind kind)
{
    switch (kind) {
    case LWIP_OPTION_TIMEOUT:
        return sizeof(struct timeval);
    case LWIP_OPTION_LINGER:
        return sizeof(struct linger);
    case LWIP_OPTION_INTERFACE:
        return sizeof(struct ifreq);
    case LWIP_OPTION_OCTET:
        return sizeof(uint8_t);
    case LWIP_OPTION_JOIN:
    case LWIP_OPTION_LEAVE:
        return sizeof(struct ip_mreq);
    case LWIP_OPTION_JOIN_IPV6:
    case LWIP_OPTION_LEAVE_IPV6:
        return LWIP_MEMBERSHIP_IPV6_LENGTH;
    case LWIP_OPTION_MULTICAST_INTERFACE:
        return sizeof(struct in_addr);
    case LWIP_OPTION_UNKNOWN:
    case LWIP_OPTION_NUMBER:
    case LWIP_OPTION_FLAG:
    case LWIP_OPTION_MILLISECONDS:
    case LWIP_OPTION_ERROR:
    case LWIP_OPTION_TYPE:
    case LWIP_OPTION_LISTENS:
        return sizeof(int);
    }
    return sizeof(int);
}

static long check_open(int descriptor)
{
    const int type = stint_socket_type_of(lwip_sockets(), descriptor);
    return type < 0 ? stint_platform_result(type) : 0;
}

/* ENOPROTOOPT for what there is not; of TCP's options a listener has none. */
static long check_known(int descriptor, const struct lwip_option *option)
{
    if (option->level == IPPROTO_TCP &&
        stint_socket_is_listening(lwip_sockets(), descriptor) == 1) {
        return -EINVAL;
    }
    return option->kind == LWIP_OPTION_UNKNOWN ? -ENOPROTOOPT : 0;
}

/* --- get --- */

static int type_of(int descriptor)
{
    switch ((enum stint_socket_type)stint_socket_type_of(lwip_sockets(), descriptor)) {
    case STINT_STREAM:
        return SOCK_STREAM;
    case STINT_DATAGRAM:
        return SOCK_DGRAM;
    case STINT_ECHO:
        return SOCK_RAW;
    }
    return SOCK_RAW;
}

/* Of the kinds that stint's options do not have. */
static long fact_of(int descriptor, const struct lwip_option *option, union option_value *value)
{
    value->number = type_of(descriptor);
    if (option->kind == LWIP_OPTION_LISTENS && value->number != SOCK_STREAM) {
        return -ENOPROTOOPT;
    }
    if (option->kind == LWIP_OPTION_LISTENS) {
        value->number = stint_socket_is_listening(lwip_sockets(), descriptor);
    }
    return 0;
}

static void shape(const struct lwip_option *option, int64_t neutral, union option_value *value)
{
    switch (option->kind) {
    case LWIP_OPTION_TIMEOUT:
        value->timeout = (struct timeval){
            .tv_sec = (time_t)(neutral / 1000000),
            .tv_usec = (suseconds_t)(neutral % 1000000),
        };
        return;
    case LWIP_OPTION_LINGER:
        value->linger = (struct linger){
            .l_onoff = neutral >= 0,
            .l_linger = neutral >= 0 ? (int)neutral : 0,
        };
        return;
    case LWIP_OPTION_ERROR:
        value->number = stint_platform_errno((enum stint_error)neutral);
        return;
    case LWIP_OPTION_MILLISECONDS:
        value->number = (int)(neutral * 1000);
        return;
    case LWIP_OPTION_OCTET:
        value->octet = (uint8_t)neutral;
        return;
    case LWIP_OPTION_MULTICAST_INTERFACE:
        lwip_write_interface((unsigned)neutral, &value->address);
        return;
    case LWIP_OPTION_JOIN:
    case LWIP_OPTION_LEAVE:
    case LWIP_OPTION_JOIN_IPV6:
    case LWIP_OPTION_LEAVE_IPV6:
    case LWIP_OPTION_UNKNOWN:
    case LWIP_OPTION_NUMBER:
    case LWIP_OPTION_FLAG:
    case LWIP_OPTION_TYPE:
    case LWIP_OPTION_LISTENS:
    case LWIP_OPTION_INTERFACE:
        value->number = (int)neutral;
        return;
    }
}

static long get_value(int descriptor, const struct lwip_option *option, union option_value *value)
{
    if (option->kind == LWIP_OPTION_TYPE || option->kind == LWIP_OPTION_LISTENS) {
        return fact_of(descriptor, option, value);
    }
    int64_t neutral = 0;
    const int result = stint_get_option(lwip_sockets(), descriptor, option->option, &neutral);
    shape(option, neutral, value);
    return stint_platform_result(result);
}

static bool changes_membership(enum lwip_option_kind kind)
{
    return kind == LWIP_OPTION_JOIN || kind == LWIP_OPTION_LEAVE || kind == LWIP_OPTION_JOIN_IPV6 ||
           kind == LWIP_OPTION_LEAVE_IPV6;
}

static bool is_only_set(enum lwip_option_kind kind)
{
    return kind == LWIP_OPTION_INTERFACE || changes_membership(kind);
}

static long get_option(
    int descriptor, const struct lwip_option *option, void *into, socklen_t *length)
{
    union option_value value;
    const socklen_t size = size_of(option->kind);
    long result = check_open(descriptor);
    if (result != 0) {
        return result;
    }
    if (into == NULL || length == NULL) {
        return -EFAULT;
    }
    result = check_known(descriptor, option);
    if (result == 0 && is_only_set(option->kind)) {
        result = -ENOPROTOOPT;
    }
    if (result == 0 && *length < size) {
        result = -EINVAL;
    }
    if (result == 0) {
        result = get_value(descriptor, option, &value);
    }
    if (result == 0) {
        memcpy(into, &value, size);
        *length = size;
    }
    return result;
}

int __wrap_lwip_getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
    if (lwip_sockets() == NULL) {
        return (int)lwip_answer(-ENETDOWN);
    }
    const struct lwip_option option = lwip_option_find(level, name);
    return (int)lwip_answer(get_option(lwip_descriptor_of(fd), &option, value, length));
}

/* --- set --- */

/* No name: any; an unknown one is a number that stint does not know either. */
static int64_t interface_of(const char *name)
{
    const unsigned known = name[0] != '\0' ? lwip_interface_of_name(name) : 0;
    return name[0] != '\0' && known == 0 ? INT64_MAX : (int64_t)known;
}

/* What stint is given; `*wrong` for what cannot be. */
static int64_t neutral_of(
    const struct lwip_option *option, const union option_value *value, bool *wrong)
{
    switch (option->kind) {
    case LWIP_OPTION_TIMEOUT:
        return (int64_t)value->timeout.tv_sec * 1000000 + value->timeout.tv_usec;
    case LWIP_OPTION_LINGER:
        *wrong = value->linger.l_onoff != 0 && value->linger.l_linger < 0;
        return value->linger.l_onoff != 0 ? value->linger.l_linger : -1;
    case LWIP_OPTION_FLAG:
        return value->number != 0;
    case LWIP_OPTION_MILLISECONDS:
        return ((int64_t)value->number + 999) / 1000;
    case LWIP_OPTION_INTERFACE:
        return interface_of(value->interface.ifr_name);
    case LWIP_OPTION_OCTET:
        return value->octet;
    case LWIP_OPTION_MULTICAST_INTERFACE:
        return lwip_interface_of_address(&value->address);
    case LWIP_OPTION_JOIN:
    case LWIP_OPTION_LEAVE:
    case LWIP_OPTION_JOIN_IPV6:
    case LWIP_OPTION_LEAVE_IPV6:
    case LWIP_OPTION_UNKNOWN:
    case LWIP_OPTION_NUMBER:
    case LWIP_OPTION_ERROR:
    case LWIP_OPTION_TYPE:
    case LWIP_OPTION_LISTENS:
        return value->number;
    }
    return value->number;
}

static bool may_be_set(enum lwip_option_kind kind)
{
    return kind != LWIP_OPTION_ERROR && kind != LWIP_OPTION_TYPE && kind != LWIP_OPTION_LISTENS;
}

static long set_option(
    int descriptor, const struct lwip_option *option, const void *from, socklen_t length)
{
    union option_value value = {0};
    bool wrong = false;
    const socklen_t size = size_of(option->kind);
    long result = check_open(descriptor);
    if (result != 0) {
        return result;
    }
    if (from == NULL) {
        return -EFAULT;
    }
    result = check_known(descriptor, option);
    if (result != 0 || !may_be_set(option->kind)) {
        return result != 0 ? result : -ENOPROTOOPT;
    }
    if (length < size) {
        return -EINVAL;
    }
    memcpy(&value, from, size);
    if (changes_membership(option->kind)) {
        return lwip_change_membership(descriptor, option->kind, &value.membership);
    }
    const int64_t neutral = neutral_of(option, &value, &wrong);
    return wrong ? -EINVAL
                 : stint_platform_result(
                       stint_set_option(lwip_sockets(), descriptor, option->option, neutral));
}

int __wrap_lwip_setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
    if (lwip_sockets() == NULL) {
        return (int)lwip_answer(-ENETDOWN);
    }
    const struct lwip_option option = lwip_option_find(level, name);
    return (int)lwip_answer(set_option(lwip_descriptor_of(fd), &option, value, length));
}

/* getsockopt and setsockopt.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "calls.h"
#include "linux_options.h"
#include "shim_echo.h"
#include "shim_groups.h"
#include "stint_sockets/platform_errno.h"
#include "table.h"
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

/* Writes what fits, as Linux does. */
static long give(const void *answer, socklen_t size, void *value, socklen_t *length)
{
    if (value == NULL || length == NULL) {
        return -EFAULT;
    }
    *length = *length < size ? *length : size;
    memcpy(value, answer, *length);
    return 0;
}

static bool option_fits(int descriptor, int level)
{
    return level != IPPROTO_IPV6 || shim_family(descriptor) == AF_INET6;
}

static long fact(int descriptor, int name, int *answer)
{
    struct stint_sockets *sockets = shim_sockets();
    const bool stream = stint_socket_type_of(sockets, descriptor) == STINT_STREAM;
    switch (name) {
    case SO_TYPE:
        *answer = stream ? SOCK_STREAM : SOCK_DGRAM;
        return 0;
    case SO_PROTOCOL:
        *answer = stream                               ? IPPROTO_TCP
                  : !shim_is_echo(descriptor)          ? IPPROTO_UDP
                  : shim_family(descriptor) == AF_INET ? IPPROTO_ICMP
                                                       : IPPROTO_ICMPV6;
        return 0;
    case SO_DOMAIN:
        *answer = shim_family(descriptor);
        return 0;
    case SO_ACCEPTCONN:
        *answer = stint_socket_is_listening(sockets, descriptor) == 1;
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

static bool may_be_read(enum linux_option_kind kind)
{
    return kind != LINUX_OPTION_UNKNOWN && kind != LINUX_OPTION_JOIN &&
           kind != LINUX_OPTION_LEAVE && kind != LINUX_OPTION_JOIN_BY_REQUEST &&
           kind != LINUX_OPTION_LEAVE_BY_REQUEST;
}

static long read_option(
    int descriptor, const struct linux_option *option, void *value, socklen_t *length)
{
    int answer = 0;
    int64_t number = 0;
    long result = 0;
    if (option->kind == LINUX_OPTION_FACT) {
        result = fact(descriptor, option->name, &answer);
    } else if (option->kind == LINUX_OPTION_MULTICAST_INTERFACE) {
        result = shim_get_multicast_interface(descriptor, &answer);
    } else if (option->kind != LINUX_OPTION_IGNORED) {
        result = stint_platform_result(
            stint_get_option(shim_sockets(), descriptor, option->option, &number));
        answer = (int)number;
    }
    if (result < 0) {
        return result;
    }
    if (option->kind == LINUX_OPTION_LINGER) {
        const struct linger linger = {
            .l_onoff = number >= 0,
            .l_linger = number >= 0 ? (int)number : 0,
        };
        return give(&linger, sizeof(linger), value, length);
    }
    if (option->kind == LINUX_OPTION_ERROR) {
        answer = stint_platform_errno((enum stint_error)number);
    }
    return give(&answer, sizeof(answer), value, length);
}

int shim_getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
    const struct linux_option option = linux_option_find(level, name);
    const int descriptor = option.kind != LINUX_OPTION_TOKEN ? shim_pin(fd) : -1;
    if (descriptor < 0) {
        return stint_real.getsockopt(fd, level, name, value, length);
    }
    const long result = !may_be_read(option.kind) || !option_fits(descriptor, level)
                            ? -ENOPROTOOPT
                            : read_option(descriptor, &option, value, length);
    return (int)shim_answer(fd, descriptor, result);
}

/* The number that stint is given for what the program set; a negated errno in `*error`. */
static int64_t number_of(
    const struct linux_option *option, const void *value, socklen_t length, int *error)
{
    if (option->kind == LINUX_OPTION_LINGER) {
        struct linger linger;
        if (length < sizeof(linger)) {
            *error = -EINVAL;
            return 0;
        }
        memcpy(&linger, value, sizeof(linger));
        return linger.l_onoff != 0 ? linger.l_linger : -1;
    }
    int number = 0;
    if (length >= sizeof(number)) {
        memcpy(&number, value, sizeof(number));
    } else if (option->level == IPPROTO_IP && length >= 1) {
        uint8_t octet = 0; /* Linux takes these as an octet too */
        memcpy(&octet, value, 1);
        number = octet;
    } else {
        *error = -EINVAL;
    }
    return option->kind == LINUX_OPTION_FLAG ? number != 0 : number;
}

static long write_value(
    int descriptor, const struct linux_option *option, const void *value, socklen_t length)
{
    int error = 0;
    const int64_t number = number_of(option, value, length, &error);
    if (error != 0 || option->kind == LINUX_OPTION_IGNORED) {
        return error;
    }
    return stint_platform_result(
        stint_set_option(shim_sockets(), descriptor, option->option, number));
}

static long write_option(
    int descriptor, const struct linux_option *option, const void *value, socklen_t length)
{
    if (option->kind == LINUX_OPTION_UNKNOWN || option->kind == LINUX_OPTION_FACT ||
        option->kind == LINUX_OPTION_ERROR) {
        return -ENOPROTOOPT;
    }
    if (value == NULL) {
        return -EFAULT;
    }
    switch (option->kind) {
    case LINUX_OPTION_JOIN:
        return shim_join_group(descriptor, option->level, value, length);
    case LINUX_OPTION_LEAVE:
        return shim_leave_group(descriptor, option->level, value, length);
    case LINUX_OPTION_JOIN_BY_REQUEST:
        return shim_join_by_request(descriptor, value, length);
    case LINUX_OPTION_LEAVE_BY_REQUEST:
        return shim_leave_by_request(descriptor, value, length);
    case LINUX_OPTION_MULTICAST_INTERFACE:
        return shim_set_multicast_interface(descriptor, value, length);
    case LINUX_OPTION_UNKNOWN:
    case LINUX_OPTION_NUMBER:
    case LINUX_OPTION_FLAG:
    case LINUX_OPTION_LINGER:
    case LINUX_OPTION_ERROR:
    case LINUX_OPTION_TOKEN:
    case LINUX_OPTION_IGNORED:
    case LINUX_OPTION_FACT:
        break;
    }
    return write_value(descriptor, option, value, length);
}

int shim_setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
    const struct linux_option option = linux_option_find(level, name);
    const int descriptor = option.kind != LINUX_OPTION_TOKEN ? shim_pin(fd) : -1;
    if (descriptor < 0) {
        return stint_real.setsockopt(fd, level, name, value, length);
    }
    const long result = option_fits(descriptor, level)
                            ? write_option(descriptor, &option, value, length)
                            : -ENOPROTOOPT;
    return (int)shim_answer(fd, descriptor, result);
}

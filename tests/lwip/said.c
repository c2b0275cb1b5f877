/* What a call answered, as lines that two programs can be compared by.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "said.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_RANDOM_PORT = 49152 };

static const struct {
    int number;
    const char *name;
} names[] = {
    {EAGAIN, "EAGAIN"},
    {EBADF, "EBADF"},
    {EINVAL, "EINVAL"},
    {EIO, "EIO"},
    {EFAULT, "EFAULT"},
    {ENOSYS, "ENOSYS"},
    {ENOMEM, "ENOMEM"},
    {ENFILE, "ENFILE"},
    {EMFILE, "EMFILE"},
    {ENOBUFS, "ENOBUFS"},
    {ENODEV, "ENODEV"},
    {ENXIO, "ENXIO"},
    {ENOSPC, "ENOSPC"},
    {EACCES, "EACCES"},
    {EPIPE, "EPIPE"},
    {ENOTCONN, "ENOTCONN"},
    {EISCONN, "EISCONN"},
    {EALREADY, "EALREADY"},
    {EINPROGRESS, "EINPROGRESS"},
    {ECONNREFUSED, "ECONNREFUSED"},
    {ECONNRESET, "ECONNRESET"},
    {ECONNABORTED, "ECONNABORTED"},
    {ETIMEDOUT, "ETIMEDOUT"},
    {EADDRINUSE, "EADDRINUSE"},
    {EADDRNOTAVAIL, "EADDRNOTAVAIL"},
    {ENETUNREACH, "ENETUNREACH"},
    {EHOSTUNREACH, "EHOSTUNREACH"},
    {EDESTADDRREQ, "EDESTADDRREQ"},
    {EMSGSIZE, "EMSGSIZE"},
    {ENOPROTOOPT, "ENOPROTOOPT"},
    {EOPNOTSUPP, "EOPNOTSUPP"},
    {EPROTONOSUPPORT, "EPROTONOSUPPORT"},
    {EAFNOSUPPORT, "EAFNOSUPPORT"},
};

static const char *error_name(void)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].number == errno) {
            return names[i].name;
        }
    }
    return strerror(errno);
}

void said_result(const char *key, long result)
{
    if (result < 0) {
        printf("%s: %s\n", key, error_name());
    } else {
        printf("%s: %ld\n", key, result);
    }
    fflush(stdout);
}

int said_descriptor(const char *key, int result)
{
    said_text(key, result < 0 ? error_name() : "a descriptor");
    return result;
}

void said_bytes(const char *key, long result, const void *bytes)
{
    if (result < 0) {
        said_result(key, result);
    } else {
        printf(
            "%s: %ld '%.*s'\n", key, result, result < 60 ? (int)result : 60, (const char *)bytes);
        fflush(stdout);
    }
}

void said_address(const char *key, int result, const struct sockaddr *address, socklen_t length)
{
    struct sockaddr_in6 whole = {0};
    struct sockaddr_in internet;
    char text[INET6_ADDRSTRLEN] = "?";
    char port[] = "some port";
    if (result < 0) {
        said_result(key, result);
        return;
    }
    memcpy(&whole, address, length < sizeof(whole) ? length : sizeof(whole));
    memcpy(&internet, &whole, sizeof(internet)); /* the ports of both lie in one place */
    const bool is_ipv6 = whole.sin6_family == AF_INET6;
    inet_ntop(is_ipv6 ? AF_INET6 : AF_INET,
        is_ipv6 ? (const void *)&whole.sin6_addr : &internet.sin_addr, text, sizeof(text));
    if (ntohs(whole.sin6_port) < FIRST_RANDOM_PORT) {
        snprintf(port, sizeof(port), "%u", ntohs(whole.sin6_port));
    }
    printf("%s: %s %s family %d length %u\n", key, text, port, whole.sin6_family, (unsigned)length);
    fflush(stdout);
}

void said_number(const char *key, long number)
{
    printf("%s: %ld\n", key, number);
    fflush(stdout);
}

void said_text(const char *key, const char *text)
{
    printf("%s: %s\n", key, text);
    fflush(stdout);
}

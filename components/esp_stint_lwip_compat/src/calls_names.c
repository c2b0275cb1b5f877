/* Descriptors and whom they talk to: socket, close, bind, listen, accept, connect, shutdown, and
 * the names of both ends. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"
#include "lwip_address.h"

/* lwIP has one kind of "no more": what fails for want of a descriptor is ENFILE there. */
static long answer_descriptor(int result)
{
    if (result >= 0 && lwip_number_of(result) >= FD_SETSIZE) {
        (void)stint_close(lwip_sockets(), result); /* there are more than lwIP's numbers reach */
        result = -STINT_EMFILE;
    }
    if (result == -STINT_EMFILE) {
        return lwip_answer(-ENFILE);
    }
    return result < 0 ? lwip_answer_stint(result) : lwip_number_of(result);
}

static int family_of(int family, enum stint_socket_family *neutral)
{
#if LWIP_IPV6
    if (family == AF_INET6) {
        *neutral = STINT_IPV6;
        return 0;
    }
#endif
    *neutral = STINT_IPV4;
    return family == AF_INET ? 0 : -EAFNOSUPPORT;
}

/* Of raw sockets there are those that ping. */
static int type_of(int family, int type, int protocol, enum stint_socket_type *neutral)
{
    const int pinged = family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
    switch (type) {
    case SOCK_STREAM:
        *neutral = STINT_STREAM;
        return 0;
    case SOCK_DGRAM:
        *neutral = STINT_DATAGRAM;
        return 0;
    case SOCK_RAW:
        *neutral = STINT_ECHO;
        return protocol == pinged ? 0 : -EPROTONOSUPPORT;
    default:
        return -EINVAL;
    }
}

static bool protocol_fits(int protocol, enum stint_socket_type type)
{
    return protocol == 0 || type == STINT_ECHO ||
           protocol == (type == STINT_STREAM ? IPPROTO_TCP : IPPROTO_UDP);
}

/* lwIP sends broadcasts without being asked whether it may: programs rely on it. */
static int open_socket(enum stint_socket_family family, enum stint_socket_type type)
{
    const int descriptor = stint_socket(lwip_sockets(), family, type);
    if (descriptor >= 0 && type == STINT_DATAGRAM) {
        (void)stint_set_option(lwip_sockets(), descriptor, STINT_OPTION_BROADCAST, 1);
    }
    return descriptor;
}

int __wrap_lwip_socket(int family, int type, int protocol)
{
    enum stint_socket_family neutral_family;
    enum stint_socket_type neutral_type;
    if (lwip_sockets() == NULL) {
        return (int)lwip_answer(-ENETDOWN);
    }
    int error = family_of(family, &neutral_family);
    if (error == 0) {
        error = type_of(family, type, protocol, &neutral_type);
    }
    if (error == 0 && !protocol_fits(protocol, neutral_type)) {
        error = -EPROTONOSUPPORT;
    }
    return error != 0 ? (int)lwip_answer(error)
                      : (int)answer_descriptor(open_socket(neutral_family, neutral_type));
}

int __wrap_lwip_close(int fd)
{
    return lwip_sockets() == NULL
               ? (int)lwip_answer(-ENETDOWN)
               : (int)lwip_answer_stint(stint_close(lwip_sockets(), lwip_descriptor_of(fd)));
}

/* --- with an address of the caller's --- */

static int with_endpoint(int fd, const struct sockaddr *address, socklen_t length,
    int (*call)(
        struct stint_sockets *sockets, int descriptor, const struct stint_endpoint *endpoint))
{
    struct stint_endpoint endpoint;
    if (lwip_sockets() == NULL) {
        return (int)lwip_answer(-ENETDOWN);
    }
    const int descriptor = lwip_descriptor_of(fd);
    if (stint_socket_type_of(lwip_sockets(), descriptor) < 0) {
        return (int)lwip_answer(-EBADF);
    }
    const int error = lwip_address_read(address, length, &endpoint);
    return error != 0 ? (int)lwip_answer(error)
                      : (int)lwip_answer_stint(call(lwip_sockets(), descriptor, &endpoint));
}

int __wrap_lwip_bind(int fd, const struct sockaddr *address, socklen_t length)
{
    return with_endpoint(fd, address, length, stint_bind);
}

int __wrap_lwip_connect(int fd, const struct sockaddr *address, socklen_t length)
{
    return with_endpoint(fd, address, length, stint_connect);
}

int __wrap_lwip_listen(int fd, int backlog)
{
    return lwip_sockets() == NULL ? (int)lwip_answer(-ENETDOWN)
                                  : (int)lwip_answer_stint(stint_listen(
                                        lwip_sockets(), lwip_descriptor_of(fd), backlog));
}

static int neutral_how(int how)
{
    switch (how) {
    case SHUT_RD:
        return STINT_SHUT_READ;
    case SHUT_WR:
        return STINT_SHUT_WRITE;
    case SHUT_RDWR:
        return STINT_SHUT_BOTH;
    default:
        return -1;
    }
}

int __wrap_lwip_shutdown(int fd, int how)
{
    const int neutral = neutral_how(how);
    if (lwip_sockets() == NULL) {
        return (int)lwip_answer(-ENETDOWN);
    }
    if (neutral < 0) {
        return (int)lwip_answer(-EINVAL);
    }
    return (int)lwip_answer_stint(
        stint_shutdown(lwip_sockets(), lwip_descriptor_of(fd), (enum stint_shutdown_how)neutral));
}

/* --- telling an address --- */

static void tell(int descriptor, const struct stint_endpoint *endpoint, struct sockaddr *address,
    socklen_t *length)
{
    lwip_address_write(endpoint, lwip_family_of(descriptor), address, length);
}

int __wrap_lwip_accept(int fd, struct sockaddr *address, socklen_t *length)
{
    struct stint_endpoint remote = {0};
    if (lwip_sockets() == NULL) {
        return (int)lwip_answer(-ENETDOWN);
    }
    const int accepted = stint_accept(lwip_sockets(), lwip_descriptor_of(fd), &remote);
    if (accepted >= 0) {
        tell(accepted, &remote, address, length);
    }
    return (int)answer_descriptor(accepted);
}

static int get_name(int fd, struct sockaddr *address, socklen_t *length,
    int (*call)(struct stint_sockets *sockets, int descriptor, struct stint_endpoint *endpoint))
{
    struct stint_endpoint endpoint = {0};
    if (lwip_sockets() == NULL) {
        return (int)lwip_answer(-ENETDOWN);
    }
    const int descriptor = lwip_descriptor_of(fd);
    const int result = call(lwip_sockets(), descriptor, &endpoint);
    if (result == 0) {
        tell(descriptor, &endpoint, address, length);
    }
    return (int)lwip_answer_stint(result);
}

int __wrap_lwip_getsockname(int fd, struct sockaddr *address, socklen_t *length)
{
    return get_name(fd, address, length, stint_local_endpoint);
}

int __wrap_lwip_getpeername(int fd, struct sockaddr *address, socklen_t *length)
{
    return get_name(fd, address, length, stint_remote_endpoint);
}

/* Multicast groups: struct ip_mreq, ip_mreqn, ipv6_mreq and group_req, and the interface that each
 * means. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Linux' interface numbers are those of the stack: 1 is its only link.
 */
#define _GNU_SOURCE 1

#include "shim_groups.h"

#include "linux_address.h"
#include "stint_sockets/platform_errno.h"
#include "table.h"
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

typedef int change_membership(struct stint_sockets *sockets, int descriptor, unsigned interface,
    const struct stint_address *group);

static struct stint_address address_of(const struct in_addr *address)
{
    uint8_t octets[4];
    memcpy(octets, address, sizeof(octets));
    return stint_address_from_ipv4(octets);
}

/* By number, else by address, else any (0); a negated errno when there is no such interface. */
static int interface_of(const struct ip_mreqn *request)
{
    const struct stint_address address = address_of(&request->imr_address);
    if (request->imr_ifindex != 0) {
        return request->imr_ifindex > 0 ? request->imr_ifindex : -ENODEV;
    }
    if (stint_address_is_unspecified(&address)) {
        return 0;
    }
    const unsigned found = stint_interface_of_address(shim_sockets(), &address);
    return found != 0 ? (int)found : -ENODEV;
}

/* struct ip_mreq is the beginning of struct ip_mreqn. */
static long change_ipv4(
    int descriptor, const void *value, socklen_t length, change_membership *change)
{
    struct ip_mreqn request = {0};
    if (length < sizeof(struct ip_mreq)) {
        return -EINVAL;
    }
    memcpy(&request, value, length < sizeof(request) ? sizeof(struct ip_mreq) : sizeof(request));
    const struct stint_address group = address_of(&request.imr_multiaddr);
    const int interface = interface_of(&request);
    return interface < 0 ? interface : stint_platform_result(change(shim_sockets(), descriptor, (unsigned)interface, &group));
}

static long change_ipv6(
    int descriptor, const void *value, socklen_t length, change_membership *change)
{
    struct ipv6_mreq request;
    if (length < sizeof(request)) {
        return -EINVAL;
    }
    memcpy(&request, value, sizeof(request));
    const struct stint_address group = stint_address_from_ipv6(request.ipv6mr_multiaddr.s6_addr);
    return stint_platform_result(
        change(shim_sockets(), descriptor, request.ipv6mr_interface, &group));
}

static long change_by_request(
    int descriptor, const void *value, socklen_t length, change_membership *change)
{
    struct group_req request;
    struct stint_endpoint group;
    if (length < sizeof(request)) {
        return -EINVAL;
    }
    memcpy(&request, value, sizeof(request));
    const int error = linux_address_read(
        (const struct sockaddr *)&request.gr_group, sizeof(request.gr_group), &group);
    return error != 0 ? error
                      : stint_platform_result(change(
                            shim_sockets(), descriptor, request.gr_interface, &group.address));
}

long shim_join_group(int descriptor, int level, const void *value, socklen_t length)
{
    return level == IPPROTO_IP ? change_ipv4(descriptor, value, length, stint_join_group)
                               : change_ipv6(descriptor, value, length, stint_join_group);
}

long shim_leave_group(int descriptor, int level, const void *value, socklen_t length)
{
    return level == IPPROTO_IP ? change_ipv4(descriptor, value, length, stint_leave_group)
                               : change_ipv6(descriptor, value, length, stint_leave_group);
}

long shim_join_by_request(int descriptor, const void *value, socklen_t length)
{
    return change_by_request(descriptor, value, length, stint_join_group);
}

long shim_leave_by_request(int descriptor, const void *value, socklen_t length)
{
    return change_by_request(descriptor, value, length, stint_leave_group);
}

long shim_set_multicast_interface(int descriptor, const void *value, socklen_t length)
{
    struct ip_mreqn request = {0};
    if (length < sizeof(struct in_addr)) {
        return -EINVAL;
    }
    if (length < sizeof(struct ip_mreq)) {
        memcpy(&request.imr_address, value, sizeof(request.imr_address));
    } else {
        memcpy(
            &request, value, length < sizeof(request) ? sizeof(struct ip_mreq) : sizeof(request));
    }
    const int interface = interface_of(&request);
    if (interface < 0) {
        return interface == -ENODEV && request.imr_ifindex == 0 ? -EADDRNOTAVAIL : interface;
    }
    return stint_platform_result(
        stint_set_option(shim_sockets(), descriptor, STINT_OPTION_MULTICAST_INTERFACE, interface));
}

long shim_get_multicast_interface(int descriptor, void *address)
{
    int64_t interface = 0;
    const int result =
        stint_get_option(shim_sockets(), descriptor, STINT_OPTION_MULTICAST_INTERFACE, &interface);
    const struct stint_address found =
        stint_address_of_interface(shim_sockets(), (unsigned)interface, STINT_IPV4);
    memcpy(address, stint_address_ipv4_octets(&found), sizeof(struct in_addr));
    return stint_platform_result(result);
}

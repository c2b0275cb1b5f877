/* Tests of multicast groups by lwIP's own structures and numbers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "esp_stint_lwip_compat.h"
#include "network.h"

#include <errno.h>
#include <lwip/sockets.h>
#include <string.h>

enum { PORT = 5000 };

static struct network network;

static int start(void **state)
{
    (void)state;
    network_start(&network);
    return 0;
}

static const struct in_addr own = {.s_addr = __builtin_bswap32(0x0a000001u)};
static const struct in_addr group = {.s_addr = __builtin_bswap32(0xef010203u)};

static int new_datagram(int family)
{
    const int fd = lwip_socket(family, SOCK_DGRAM, 0);
    assert_true(fd >= 0);
    return fd;
}

static void a_member_hears_its_group_until_it_leaves(void **state)
{
    (void)state;
    const struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = __builtin_bswap16(PORT)};
    const struct ip_mreq request = {.imr_multiaddr = group, .imr_interface = own};
    const int fd = new_datagram(AF_INET);
    char byte = 0;
    assert_int_equal(lwip_bind(fd, (const struct sockaddr *)&any, sizeof(any)), 0);
    assert_int_equal(
        lwip_setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request)), 0);
    assert_int_equal(
        lwip_setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request)), -1);
    assert_int_equal(errno, EADDRINUSE);
    const int peer = stint_socket(network.peer, STINT_IPV4, STINT_DATAGRAM);
    struct stint_endpoint to = {stint_address_ipv4(239, 1, 2, 3), PORT};
    struct stint_span piece = {(uint8_t *)"m", 1};
    const struct stint_message message = {.peer = &to, .pieces = &piece, .piece_count = 1};
    assert_int_equal(stint_send_message(network.peer, peer, &message, 0), 1);
    assert_int_equal(lwip_recv(fd, &byte, 1, 0), 1);
    assert_int_equal(byte, 'm');
    assert_int_equal(
        lwip_setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &request, sizeof(request)), 0);
    assert_int_equal(
        lwip_setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &request, sizeof(request)), -1);
    assert_int_equal(errno, EADDRNOTAVAIL);
    network_peer_close(&network, peer);
    assert_int_equal(lwip_close(fd), 0);
}

static void an_ipv6_member_joins_by_number(void **state)
{
    (void)state;
    struct ipv6_mreq request = {0};
    uint8_t octets[16] = {0xff, 0x02, [15] = 0x77};
    const int fd = new_datagram(AF_INET6);
    memcpy(&request.ipv6mr_multiaddr, octets, sizeof(octets));
    request.ipv6mr_interface = 1;
    assert_int_equal(
        lwip_setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof(request)), 0);
    assert_int_equal(
        lwip_setsockopt(fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof(request)), 0);
    request.ipv6mr_interface = 9;
    assert_int_equal(
        lwip_setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof(request)), -1);
    assert_int_equal(errno, ENODEV);
    assert_int_equal(lwip_close(fd), 0);
}

static void what_goes_to_groups_is_chosen_by_octets_and_an_address(void **state)
{
    (void)state;
    const struct in_addr foreign = {.s_addr = __builtin_bswap32(0x0a000009u)};
    const uint8_t octets[] = {9, 0};
    const int names[] = {IP_MULTICAST_TTL, IP_MULTICAST_LOOP};
    const int fd = new_datagram(AF_INET);
    socklen_t length = 1;
    uint8_t octet = 0;
    struct in_addr told = {0};
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(lwip_getsockopt(fd, IPPROTO_IP, names[i], &octet, &length), 0);
        assert_int_equal(octet, 1);
        assert_int_equal(lwip_setsockopt(fd, IPPROTO_IP, names[i], &octets[i], 1), 0);
        assert_int_equal(lwip_getsockopt(fd, IPPROTO_IP, names[i], &octet, &length), 0);
        assert_int_equal(octet, octets[i]);
    }
    assert_int_equal(lwip_setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &own, sizeof(own)), 0);
    length = sizeof(told);
    assert_int_equal(lwip_getsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &told, &length), 0);
    assert_int_equal(told.s_addr, own.s_addr);
    assert_int_equal(
        lwip_setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &foreign, sizeof(foreign)), -1);
    assert_int_equal(errno, ENODEV);
    assert_int_equal(lwip_close(fd), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_hears_its_group_until_it_leaves),
        cmocka_unit_test(an_ipv6_member_joins_by_number),
        cmocka_unit_test(what_goes_to_groups_is_chosen_by_octets_and_an_address),
    };
    return cmocka_run_group_tests_name("lwip/groups", tests, start, NULL);
}

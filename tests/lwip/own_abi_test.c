/* Tests of lwIP's own ABI: addresses with their length in front, its numbers, its descriptors.
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
#include <fcntl.h>
#include <lwip/if_api.h>
#include <lwip/netdb.h>
#include <lwip/sockets.h>
#include <string.h>
#include <sys/time.h>

_Static_assert(offsetof(struct sockaddr_in, sin_len) == 0, "the length comes first");
_Static_assert(SOL_SOCKET == 0xfff && SO_RCVTIMEO == 0x1006, "lwIP's numbers");

int h_errno; /* lwIP's; the program that links none has its own */

static struct network network;

static int start(void **state)
{
    (void)state;
    network_start(&network);
    return 0;
}

static struct sockaddr_in at(unsigned host, unsigned port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = __builtin_bswap16((uint16_t)port),
        .sin_addr = {__builtin_bswap32(0x0a000000u + host)},
    };
}

struct ends {
    int fd;
    int peer;
};

static struct ends new_connection(uint16_t port)
{
    struct ends ends = {lwip_socket(AF_INET, SOCK_STREAM, 0), -1};
    const int listener = network_peer_listen(&network, port);
    const struct sockaddr_in address = at(2, port);
    assert_int_equal(lwip_connect(ends.fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    ends.peer = stint_accept(network.peer, listener, NULL);
    network_peer_close(&network, listener);
    return ends;
}

static void end_connection(struct ends ends)
{
    assert_int_equal(lwip_close(ends.fd), 0);
    network_peer_close(&network, ends.peer);
}

static void numbers_begin_at_the_offset_and_end_with_enfile(void **state)
{
    (void)state;
    int fds[NETWORK_DESCRIPTORS];
    for (int i = 0; i < NETWORK_DESCRIPTORS; i++) {
        fds[i] = lwip_socket(AF_INET, SOCK_DGRAM, 0);
        assert_in_range(fds[i], LWIP_SOCKET_OFFSET, LWIP_SOCKET_OFFSET + NETWORK_DESCRIPTORS - 1);
    }
    assert_int_equal(lwip_socket(AF_INET, SOCK_DGRAM, 0), -1);
    assert_int_equal(errno, ENFILE);
    for (int i = 0; i < NETWORK_DESCRIPTORS; i++) {
        assert_int_equal(lwip_close(fds[i]), 0);
    }
    const int not_ours[] = {-1, 0, LWIP_SOCKET_OFFSET - 1, FD_SETSIZE, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++) {
        errno = 0;
        assert_int_equal(lwip_close(not_ours[i]), -1);
        assert_int_equal(errno, EBADF);
    }
}

static void addresses_that_are_told_begin_with_their_length(void **state)
{
    (void)state;
    const struct ends ends = new_connection(7000);
    struct sockaddr_in address;
    socklen_t length = sizeof(address);
    memset(&address, 0xee, sizeof(address));
    assert_int_equal(lwip_getpeername(ends.fd, (struct sockaddr *)&address, &length), 0);
    assert_int_equal(length, sizeof(address));
    assert_int_equal(address.sin_len, sizeof(address));
    assert_int_equal(address.sin_family, AF_INET);
    assert_int_equal(address.sin_port, at(2, 7000).sin_port);
    assert_int_equal(address.sin_addr.s_addr, at(2, 7000).sin_addr.s_addr);
    end_connection(ends);
}

static void the_length_inside_an_address_that_is_given_does_not_matter(void **state)
{
    (void)state;
    const int lengths[] = {0, 4, sizeof(struct sockaddr_in), 255};
    for (size_t i = 0; i < 4; i++) {
        const int fd = lwip_socket(AF_INET, SOCK_DGRAM, 0);
        struct sockaddr_in address = at(1, 7100);
        address.sin_len = (uint8_t)lengths[i];
        assert_int_equal(lwip_bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
        assert_int_equal(lwip_close(fd), 0);
    }
}

static void options_have_lwips_numbers_and_structures(void **state)
{
    (void)state;
    const int fd = lwip_socket(AF_INET, SOCK_STREAM, 0);
    const struct timeval patience = {.tv_usec = 30000};
    struct timeval again = {0};
    int value = 12345;
    socklen_t length = sizeof(again);
    assert_int_equal(lwip_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    assert_int_equal(lwip_getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &again, &length), 0);
    assert_int_equal(again.tv_usec, 30000);
    value = 61500;
    assert_int_equal(lwip_setsockopt(fd, IPPROTO_TCP, TCP_KEEPALIVE, &value, sizeof(value)), 0);
    length = sizeof(value);
    assert_int_equal(lwip_getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &value, &length), 0);
    assert_int_equal(value, 62);
    assert_int_equal(lwip_getsockopt(fd, SOL_SOCKET, 4 /* Linux' SO_ERROR */, &value, &length), 0);
    assert_int_equal(lwip_getsockopt(fd, 1 /* Linux' SOL_SOCKET */, 4, &value, &length), -1);
    assert_int_equal(errno, ENOPROTOOPT);
    assert_int_equal(lwip_close(fd), 0);
}

static void flags_of_messages_have_lwips_numbers(void **state)
{
    (void)state;
    const struct ends ends = new_connection(7200);
    char bytes[8] = "";
    assert_int_equal(lwip_recv(ends.fd, bytes, 8, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
    network_peer_send(&network, ends.peer, "abcd");
    assert_int_equal(lwip_recv(ends.fd, bytes, 4, MSG_WAITALL), 4);
    network_peer_send(&network, ends.peer, "efgh");
    assert_int_equal(lwip_recv(ends.fd, bytes, 8, MSG_PEEK), 4);
    assert_int_equal(lwip_recv(ends.fd, bytes, 8, 0), 4);
    assert_memory_equal(bytes, "efgh", 4);
    end_connection(ends);
}

static void ioctls_have_lwips_numbers_even_when_handed_on_as_int(void **state)
{
    (void)state;
    const struct ends ends = new_connection(7300);
    int value = 1;
    char byte = 0;
    assert_int_equal(lwip_ioctl(ends.fd, (int)FIONBIO, &value), 0);
    assert_int_equal(lwip_fcntl(ends.fd, F_GETFL, 0), O_RDWR | O_NONBLOCK);
    assert_int_equal(lwip_recv(ends.fd, &byte, 1, 0), -1);
    value = 0;
    assert_int_equal(lwip_ioctl(ends.fd, FIONBIO, &value), 0);
    network_peer_send(&network, ends.peer, "12345");
    assert_int_equal(lwip_recv(ends.fd, &byte, 1, 0), 1);
    assert_int_equal(lwip_ioctl(ends.fd, FIONREAD, &value), 0);
    assert_int_equal(value, 4);
    end_connection(ends);
}

static void select_takes_and_answers_lwips_numbers(void **state)
{
    (void)state;
    const struct ends ends = new_connection(7400);
    const int idle = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    const int limit = (idle > ends.fd ? idle : ends.fd) + 1;
    struct timeval timeout = {.tv_usec = 20000};
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_SET(ends.fd, &readable);
    FD_SET(idle, &readable);
    assert_int_equal(lwip_select(limit, &readable, NULL, NULL, &timeout), 0);
    assert_false(FD_ISSET(ends.fd, &readable));
    network_peer_send(&network, ends.peer, "x");
    FD_SET(ends.fd, &readable);
    FD_SET(idle, &readable);
    assert_int_equal(lwip_select(limit, &readable, NULL, NULL, NULL), 1);
    assert_true(FD_ISSET(ends.fd, &readable));
    assert_false(FD_ISSET(idle, &readable));
    FD_ZERO(&writable);
    FD_SET(idle, &writable);
    assert_int_equal(lwip_select(limit, &readable, &writable, NULL, NULL), 2);
    assert_int_equal(lwip_close(idle), 0);
    assert_int_equal(lwip_select(limit, NULL, &writable, NULL, NULL), -1);
    assert_int_equal(errno, EBADF);
    FD_ZERO(&readable);
    FD_SET(0, &readable);
    assert_int_equal(lwip_select(limit, &readable, NULL, NULL, NULL), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(lwip_select(FD_SETSIZE + 1, NULL, NULL, NULL, &timeout), -1);
    assert_int_equal(errno, EINVAL);
    end_connection(ends);
}

static void an_error_is_exceptional_to_select(void **state)
{
    (void)state;
    const struct ends ends = new_connection(7500);
    fd_set exceptional;
    FD_ZERO(&exceptional);
    FD_SET(ends.fd, &exceptional);
    network_peer_reset(&network, ends.peer);
    assert_int_equal(lwip_select(ends.fd + 1, NULL, NULL, &exceptional, NULL), 1);
    assert_true(FD_ISSET(ends.fd, &exceptional));
    assert_int_equal(lwip_close(ends.fd), 0);
}

static void getaddrinfo_reads_addresses_and_ports(void **state)
{
    (void)state;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    assert_int_equal(lwip_getaddrinfo("10.0.0.2", "80", &hints, &found), 0);
    const struct sockaddr_in *address = (const struct sockaddr_in *)(void *)found->ai_addr;
    assert_int_equal(found->ai_family, AF_INET);
    assert_int_equal(found->ai_socktype, SOCK_STREAM);
    assert_int_equal(found->ai_addrlen, sizeof(*address));
    assert_int_equal(address->sin_len, sizeof(*address));
    assert_int_equal(address->sin_port, at(2, 80).sin_port);
    assert_int_equal(address->sin_addr.s_addr, at(2, 80).sin_addr.s_addr);
    assert_string_equal(found->ai_canonname, "10.0.0.2");
    assert_null(found->ai_next);
    lwip_freeaddrinfo(found);
    assert_int_equal(lwip_getaddrinfo(NULL, "80", NULL, &found), 0);
    address = (const struct sockaddr_in *)(void *)found->ai_addr;
    assert_int_equal(address->sin_addr.s_addr, __builtin_bswap32(0x7f000001));
    lwip_freeaddrinfo(found);
    assert_int_equal(lwip_getaddrinfo("fe80::1", NULL, NULL, &found), 0);
    assert_int_equal(found->ai_family, AF_INET6);
    lwip_freeaddrinfo(found);
}

static void getaddrinfo_says_what_is_wrong(void **state)
{
    (void)state;
    struct addrinfo *found = NULL;
    const struct addrinfo numeric = {.ai_flags = AI_NUMERICHOST};
    const struct addrinfo ipv6 = {.ai_family = AF_INET6};
    const struct addrinfo unknown = {.ai_family = 77};
    assert_int_equal(lwip_getaddrinfo(NULL, NULL, NULL, &found), EAI_NONAME);
    assert_int_equal(lwip_getaddrinfo("a.b", "80", &numeric, &found), EAI_NONAME);
    assert_int_equal(lwip_getaddrinfo("10.0.0.2", "http", NULL, &found), EAI_SERVICE);
    assert_int_equal(lwip_getaddrinfo("10.0.0.2", "65536", NULL, &found), EAI_SERVICE);
    assert_int_equal(lwip_getaddrinfo("10.0.0.2", "-1", NULL, &found), EAI_SERVICE);
    assert_int_equal(lwip_getaddrinfo("10.0.0.2", "80", &unknown, &found), EAI_FAMILY);
    assert_int_equal(lwip_getaddrinfo("10.0.0.2", "80", &ipv6, &found), EAI_FAIL);
    assert_null(found);
}

static void gethostbyname_reads_addresses(void **state)
{
    (void)state;
    const struct hostent *host = lwip_gethostbyname("10.0.0.2");
    assert_non_null(host);
    assert_string_equal(host->h_name, "10.0.0.2");
    assert_int_equal(host->h_length, 4);
    assert_memory_equal(host->h_addr_list[0], "\x0a\x00\x00\x02", 4);
    assert_null(host->h_addr_list[1]);
    assert_null(lwip_gethostbyname("fe80::1"));
    assert_int_equal(h_errno, HOST_NOT_FOUND);

    struct hostent own;
    struct hostent *result = &own;
    char memory[128];
    int error = 0;
    assert_int_equal(lwip_gethostbyname_r("10.0.0.3", &own, memory + 1, 100, &result, &error), 0);
    assert_ptr_equal(result, &own);
    assert_memory_equal(own.h_addr_list[0], "\x0a\x00\x00\x03", 4);
    assert_int_equal(lwip_gethostbyname_r("10.0.0.3", &own, memory, 20, &result, &error), -1);
    assert_int_equal(error, ERANGE);
    assert_null(result);
}

static bool call_it_en(unsigned number, char name[6])
{
    memcpy(name, "en1", 4);
    return number == 0;
}

static void interfaces_are_called_as_the_platform_says(void **state)
{
    (void)state;
    char name[NETIF_NAMESIZE] = "";
    stint_lwip_set_interface_names(call_it_en);
    assert_int_equal(lwip_if_nametoindex("en1"), 1);
    assert_int_equal(lwip_if_nametoindex("st0"), 0);
    assert_string_equal(lwip_if_indextoname(1, name), "en1");
    assert_null(lwip_if_indextoname(2, name));
    assert_int_equal(errno, ENXIO);
    stint_lwip_set_interface_names(NULL);
}

static void nothing_works_before_an_attachment(void **state)
{
    (void)state;
    fd_set empty;
    char byte = 0;
    struct timeval none = {0};
    stint_lwip_detach();
    FD_ZERO(&empty);
    assert_int_equal(lwip_socket(AF_INET, SOCK_STREAM, 0), -1);
    assert_int_equal(errno, ENETDOWN);
    assert_int_equal(lwip_recv(LWIP_SOCKET_OFFSET, &byte, 1, 0), -1);
    assert_int_equal(lwip_send(LWIP_SOCKET_OFFSET, &byte, 1, 0), -1);
    assert_int_equal(lwip_close(LWIP_SOCKET_OFFSET), -1);
    assert_int_equal(lwip_select(0, &empty, NULL, NULL, &none), -1);
    assert_int_equal(lwip_if_nametoindex("st0"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_begin_at_the_offset_and_end_with_enfile),
        cmocka_unit_test(addresses_that_are_told_begin_with_their_length),
        cmocka_unit_test(the_length_inside_an_address_that_is_given_does_not_matter),
        cmocka_unit_test(options_have_lwips_numbers_and_structures),
        cmocka_unit_test(flags_of_messages_have_lwips_numbers),
        cmocka_unit_test(ioctls_have_lwips_numbers_even_when_handed_on_as_int),
        cmocka_unit_test(select_takes_and_answers_lwips_numbers),
        cmocka_unit_test(an_error_is_exceptional_to_select),
        cmocka_unit_test(getaddrinfo_reads_addresses_and_ports),
        cmocka_unit_test(getaddrinfo_says_what_is_wrong),
        cmocka_unit_test(gethostbyname_reads_addresses),
        cmocka_unit_test(interfaces_are_called_as_the_platform_says),
        cmocka_unit_test(nothing_works_before_an_attachment),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}

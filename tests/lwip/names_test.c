/* Tests of names under lwIP's calls: a name server at the peer answers, and all it says arrives.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network.h"
#include "stint_sockets/resolve.h"
#include "support/dns_server.h"

#include <lwip/netdb.h>
#include <lwip/sockets.h>
#include <string.h>

/* ESP-IDF's, which Debian's headers do not declare. */
int esp_getaddrinfo(
    const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result);

int h_errno; /* lwIP's; the program that links none has its own */

static struct network network;
static struct dns_server server;

static int start(void **state)
{
    (void)state;
    const struct stint_endpoint at_peer = network_endpoint(2, 0);
    network_start(&network);
    dns_server_start(&server, network.peer);
    assert_int_equal(stint_resolver_set_servers(network_own(), &at_peer, 1), STINT_OK);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    dns_server_stop(&server);
    return 0;
}

/* --- tests --- */

static const uint8_t ipv4_told[4] = {10, 9, 9, 1};
static const uint8_t ipv6_told[16] = {0xfd, [15] = 1};
static const uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff, [12] = 10, [13] = 9, [14] = 9, 1};

static const struct addrinfo *expect_ipv4(const struct addrinfo *info, uint16_t port)
{
    assert_non_null(info);
    const struct sockaddr_in *address = (const struct sockaddr_in *)(const void *)info->ai_addr;
    assert_int_equal(info->ai_family, AF_INET);
    assert_int_equal(info->ai_addrlen, sizeof *address);
    assert_int_equal(address->sin_family, AF_INET);
    assert_int_equal(address->sin_port, __builtin_bswap16(port));
    assert_memory_equal(&address->sin_addr, ipv4_told, sizeof ipv4_told);
    return info->ai_next;
}

static const struct addrinfo *expect_ipv6(
    const struct addrinfo *info, uint16_t port, const uint8_t told[16])
{
    assert_non_null(info);
    const struct sockaddr_in6 *address = (const struct sockaddr_in6 *)(const void *)info->ai_addr;
    assert_int_equal(info->ai_family, AF_INET6);
    assert_int_equal(info->ai_addrlen, sizeof *address);
    assert_int_equal(address->sin6_len, sizeof *address);
    assert_int_equal(address->sin6_family, AF_INET6);
    assert_int_equal(address->sin6_port, __builtin_bswap16(port));
    assert_memory_equal(&address->sin6_addr, told, 16);
    return info->ai_next;
}

static void getaddrinfo_answers_every_address(void **state)
{
    (void)state;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};
    struct addrinfo *found = NULL;
    assert_int_equal(lwip_getaddrinfo("both.test", "443", &hints, &found), 0);
    assert_int_equal(found->ai_socktype, SOCK_STREAM);
    assert_int_equal(found->ai_protocol, IPPROTO_TCP);
    assert_string_equal(found->ai_canonname, "both.test");
    assert_null(expect_ipv4(expect_ipv6(found, 443, ipv6_told), 443));
    lwip_freeaddrinfo(found);
    assert_int_equal(esp_getaddrinfo("both.test", NULL, &hints, &found), 0);
    assert_null(expect_ipv4(expect_ipv6(found, 0, ipv6_told), 0));
    lwip_freeaddrinfo(found);
}

static void getaddrinfo_answers_the_family_that_was_asked_for(void **state)
{
    (void)state;
    struct addrinfo hints = {.ai_family = AF_INET};
    struct addrinfo *found = NULL;
    assert_int_equal(lwip_getaddrinfo("both.test", "80", &hints, &found), 0);
    assert_null(expect_ipv4(found, 80));
    lwip_freeaddrinfo(found);
    hints.ai_family = AF_INET6;
    assert_int_equal(lwip_getaddrinfo("both.test", "80", &hints, &found), 0);
    assert_null(expect_ipv6(found, 80, ipv6_told));
    lwip_freeaddrinfo(found);
    assert_int_equal(lwip_getaddrinfo("four.test", "80", &hints, &found), EAI_FAIL);
    assert_null(found);
    hints.ai_flags = AI_V4MAPPED;
    assert_int_equal(lwip_getaddrinfo("four.test", "80", &hints, &found), 0);
    assert_null(expect_ipv6(found, 80, mapped));
    lwip_freeaddrinfo(found);
}

static void a_name_that_nobody_has_is_no_name(void **state)
{
    (void)state;
    const struct addrinfo numeric = {.ai_flags = AI_NUMERICHOST};
    struct addrinfo *found = NULL;
    assert_int_equal(lwip_getaddrinfo("nobody.test", "80", NULL, &found), EAI_FAIL);
    assert_int_equal(lwip_getaddrinfo("both.test", "80", &numeric, &found), EAI_NONAME);
    assert_null(found);
    assert_null(lwip_gethostbyname("nobody.test"));
    assert_int_equal(h_errno, HOST_NOT_FOUND);
}

static void gethostbyname_asks_for_ipv4(void **state)
{
    (void)state;
    const struct hostent *host = lwip_gethostbyname("both.test");
    assert_non_null(host);
    assert_string_equal(host->h_name, "both.test");
    assert_int_equal(host->h_addrtype, AF_INET);
    assert_memory_equal(host->h_addr_list[0], ipv4_told, sizeof ipv4_told);
    assert_null(host->h_addr_list[1]);

    struct hostent own;
    struct hostent *result = NULL;
    char memory[128];
    int error = 0;
    assert_int_equal(
        lwip_gethostbyname_r("four.test", &own, memory, sizeof memory, &result, &error), 0);
    assert_ptr_equal(result, &own);
    assert_memory_equal(own.h_addr_list[0], ipv4_told, sizeof ipv4_told);
    assert_int_equal(
        lwip_gethostbyname_r("nobody.test", &own, memory, sizeof memory, &result, &error), -1);
    assert_int_equal(error, HOST_NOT_FOUND);
    assert_null(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(getaddrinfo_answers_every_address),
        cmocka_unit_test(getaddrinfo_answers_the_family_that_was_asked_for),
        cmocka_unit_test(a_name_that_nobody_has_is_no_name),
        cmocka_unit_test(gethostbyname_asks_for_ipv4),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

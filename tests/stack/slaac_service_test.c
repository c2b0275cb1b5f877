/* What routers advertise, on an interface: addresses, a route, an MTU, and what liars get.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/ipv6_link.h"

static void advertisement_arrives(
    struct link *link, const struct stint_address *source, uint16_t number, uint16_t mtu)
{
    uint8_t body[8 + 32 + 8] = {0};
    uint8_t *prefix = body + 8;
    const uint8_t head[16] = {3, 4, 64, 0xc0, 0, 1, 0, 0, 0, 0, 0x80, 0};
    memcpy(prefix, head, sizeof head);
    prefix[16] = 0x20;
    prefix[17] = 0x01;
    prefix[22] = (uint8_t)(number / 256);
    prefix[23] = (uint8_t)number;
    body[40] = 5;
    body[41] = 1;
    body[46] = (uint8_t)(mtu / 256);
    body[47] = (uint8_t)mtu;
    const struct stint_icmpv6_message message = {
        .type = STINT_ICMPV6_ROUTER_ADVERTISEMENT,
        .parameter = 0x40000708,
        .data = stint_view_of(body, sizeof body),
    };
    struct stint_ipv6_header header = header_from(source);
    header.destination = stint_address_link_group(1);
    message_arrives(link, header, &message, STINT_DROP_NONE);
}

static void polls_for(struct link *link, int64_t seconds)
{
    const struct stint_instant end = stint_instant_after(link->now, stint_seconds(seconds));
    while (stint_instant_is_before(link->now, end)) {
        const struct stint_instant next = stint_stack_poll(&link->stack, link->now);
        link->now =
            stint_instant_is_before(link->now, next) ? stint_instant_earlier(next, end) : link->now;
    }
}

static void L9_ten_thousand_routers_and_prefixes_leave_what_is_there(void **state)
{
    (void)state;
    struct link *link = link_new(&stint_ipv6);
    assert_int_equal(stint_slaac_service_start(&link->slaac, &link->stack, link->now, 0), STINT_OK);
    polls_for(link, 3);
    advertisement_arrives(link, &router, 0x1234, 1400);
    polls_for(link, 3);
    assert_true(stint_slaac_service_is_configured(&link->slaac));
    assert_int_equal(link->stack.interfaces[0].ipv6_mtu, 1400);
    const struct stint_address first = link->slaac.slaac.addresses[1].address;
    for (unsigned i = 0; i < 10000; i++) {
        struct stint_address liar = router;
        liar.octets[13] = 1;
        liar.octets[14] = (uint8_t)(i / 256);
        liar.octets[15] = (uint8_t)i;
        advertisement_arrives(link, &liar, (uint16_t)i, (uint16_t)(i % 1600));
    }
    polls_for(link, 5);
    const struct stint_addresses *addresses = &link->stack.interfaces[0].addresses;
    assert_true(stint_addresses_contain(addresses, &first));
    assert_int_equal(addresses->used, STINT_SLAAC_ADDRESSES);
    assert_int_equal(link->stack.routes.used, 1);
    assert_memory_equal(link->stack.routes.entries[0].gateway.octets, router.octets, 16);
    assert_in_range(link->stack.interfaces[0].ipv6_mtu, 1280, 1500);
    free(link);
}

static void a_router_that_falls_silent_gives_way_to_another(void **state)
{
    (void)state;
    struct link *link = link_new(&stint_ipv6);
    struct stint_handle socket = {0};
    struct stint_address second = router;
    const struct stint_endpoint far = {{{0x20, 0x01, 0x48, 0x60, [15] = 1}}, 53};
    second.octets[15]++;
    assert_int_equal(stint_slaac_service_start(&link->slaac, &link->stack, link->now, 0), STINT_OK);
    polls_for(link, 3);
    advertisement_arrives(link, &router, 1, 1500);
    advertisement_arrives(link, &second, 1, 1500);
    polls_for(link, 3);
    assert_int_equal(stint_udp_open(&link->stack.udp, 0, &socket), STINT_OK);
    const struct stint_routes *routes = &link->stack.routes;
    assert_memory_equal(routes->entries[0].gateway.octets, router.octets, 16);
    for (unsigned second_of = 0; second_of < 20; second_of++) {
        (void)stint_udp_send(&link->stack.udp, socket, &far, stint_view_of("?", 1));
        polls_for(link, 1);
        if (memcmp(routes->entries[0].gateway.octets, router.octets, 16) != 0) {
            break;
        }
    }
    assert_int_equal(routes->used, 1);
    assert_memory_equal(routes->entries[0].gateway.octets, second.octets, 16);
    free(link);
}

static void S4_a_lost_link_takes_addresses_back_and_gets_them_again(void **state)
{
    (void)state;
    struct link *link = link_new(&stint_ipv6);
    assert_int_equal(stint_slaac_service_start(&link->slaac, &link->stack, link->now, 0), STINT_OK);
    polls_for(link, 3);
    advertisement_arrives(link, &router, 1, 1500);
    polls_for(link, 3);
    assert_int_equal(link->stack.interfaces[0].addresses.used, 2);
    stint_stack_set_link(&link->stack, link->now, 0, false);
    polls_for(link, 1);
    assert_int_equal(link->stack.interfaces[0].addresses.used, 0);
    assert_int_equal(link->stack.routes.used, 0);
    stint_stack_set_link(&link->stack, link->now, 0, true);
    polls_for(link, 3);
    advertisement_arrives(link, &router, 1, 1500);
    polls_for(link, 3);
    assert_int_equal(link->stack.interfaces[0].addresses.used, 2);
    assert_int_equal(link->stack.routes.used, 1);
    free(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(L9_ten_thousand_routers_and_prefixes_leave_what_is_there),
        cmocka_unit_test(a_router_that_falls_silent_gives_way_to_another),
        cmocka_unit_test(S4_a_lost_link_takes_addresses_back_and_gets_them_again),
    };
    return cmocka_run_group_tests_name("stack/slaac_service", tests, NULL, NULL);
}

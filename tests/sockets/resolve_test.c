/* Tests of names: tasks that ask sleep until there is an answer.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "resolve_fixture.h"

static void a_task_sleeps_until_the_answer_comes(void **state)
{
    struct names *names = *state;
    struct asking asking = asking_for(names, "www.example.com", STINT_DNS_IPV4);
    set_server(names, pair_at(2, 0));
    begin(&asking);
    assert_true(pair_wait_for_sleepers(&names->pair->hosts[0], 1));
    serve(names, names->server, &asking, (struct answer){.host = 7, .ttl_s = 60});
    expect_ipv4(&asking, 7);
    assert_int_equal(atomic_load(&names->pair->hosts[0].wakes), 1);
    const uint32_t sent = names->resolver.client.queries_sent;
    begin(&asking); /* remembered: nobody is asked again */
    expect_ipv4(&asking, 7);
    assert_int_equal(names->resolver.client.queries_sent, sent);
}

static void addresses_that_can_be_reached_come_first(void **state)
{
    struct names *names = *state;
    const struct stint_address gateway = pair_at(2, 0).address;
    struct stint_sockets *sockets = near(names->pair);
    set_server(names, pair_at(2, 0));
    for (unsigned round = 0; round < 2; round++) { /* without a way to 10.9.9.7, and with one */
        struct asking asking =
            asking_for(names, round == 0 ? "one.example" : "two.example", STINT_DNS_BOTH);
        begin(&asking);
        serve(names, names->server, &asking, (struct answer){.host = 7, .ttl_s = 60});
        expect_outcome(&asking, STINT_DNS_FOUND);
        assert_int_equal(asking.count, 2);
        assert_int_equal(stint_address_is_ipv4(&asking.found[0]), round == 1);
        assert_int_equal(stint_address_is_ipv4(&asking.found[1]), round == 0);
        stint_sockets_lock(sockets);
        assert_int_equal(stint_stack_set_gateway(sockets->config.stack, &gateway), STINT_OK);
        stint_sockets_unlock(sockets);
    }
}

static void tasks_that_ask_for_one_name_share_the_query(void **state)
{
    struct names *names = *state;
    struct asking first = asking_for(names, "www.example.com", STINT_DNS_IPV4);
    struct asking second = asking_for(names, "WWW.example.com.", STINT_DNS_IPV4);
    set_server(names, pair_at(2, 0));
    begin(&first);
    begin(&second);
    assert_true(pair_wait_for_sleepers(&names->pair->hosts[0], 2));
    stint_sockets_lock(near(names->pair));
    assert_int_equal(names->resolver.client.queries_under_way, 1);
    stint_sockets_unlock(near(names->pair));
    serve(names, names->server, &first, (struct answer){.host = 8}); /* not remembered at all */
    expect_ipv4(&first, 8);
    expect_ipv4(&second, 8);
    assert_null(names->resolver.first_resolving);
}

static void the_reason_why_there_is_no_answer_is_told(void **state)
{
    static const struct {
        unsigned status;
        enum stint_dns_outcome outcome;
    } cases[] = {
        {STINT_DNS_NO_SUCH_NAME, STINT_DNS_NAME_UNKNOWN},
        {STINT_DNS_NO_ERROR, STINT_DNS_NO_ADDRESS},
        {5, STINT_DNS_SERVERS_REFUSE},
    };
    struct names *names = *state;
    set_server(names, pair_at(2, 0));
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const char *const asked[] = {"a.example", "b.example", "c.example"};
        struct asking asking = asking_for(names, asked[i], STINT_DNS_IPV4);
        begin(&asking);
        serve(names, names->server, &asking, (struct answer){.status = cases[i].status});
        expect_outcome(&asking, cases[i].outcome);
    }
    struct asking wrong = asking_for(names, "printer.local", STINT_DNS_IPV4);
    begin(&wrong);
    expect_outcome(&wrong, STINT_DNS_NAME_NOT_ASKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMES_TEST(a_task_sleeps_until_the_answer_comes),
        NAMES_TEST(addresses_that_can_be_reached_come_first),
        NAMES_TEST(tasks_that_ask_for_one_name_share_the_query),
        NAMES_TEST(the_reason_why_there_is_no_answer_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

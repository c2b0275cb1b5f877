/* Tests of names: which servers are asked, and for how long.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "resolve_fixture.h"

#include "stint/stack/service.h"

static void the_next_server_is_asked_when_one_does_not_help(void **state)
{
    struct names *names = *state;
    const int second = new_server(names, 5353);
    /* Nobody listens on the first port: the network says so. The second fails, the third helps. */
    const struct stint_endpoint servers[] = {pair_at(2, 54), pair_at(2, 0), pair_at(2, 5353)};
    struct asking asking = asking_for(names, "www.example.com", STINT_DNS_IPV4);
    set_servers(names, servers, 3);
    begin(&asking);
    struct dns_sent sent = hear(names, names->server);
    tell(names, names->server, &sent, (struct answer){.status = STINT_DNS_SERVER_FAILURE});
    serve(names, second, &asking, (struct answer){.host = 9});
    expect_ipv4(&asking, 9);
}

static void silence_is_waited_for_asleep(void **state)
{
    struct names *names = *state;
    const struct stint_endpoint servers[] = {pair_at(2, 5353), pair_at(2, 0)};
    struct asking asking = asking_for(names, "www.example.com", STINT_DNS_IPV4);
    const int silent = new_server(names, 5353);
    set_servers(names, servers, 2);
    begin(&asking);
    (void)hear(names, silent);
    const unsigned polls = atomic_load(&names->pair->polls);
    struct dns_sent sent = hear(names, names->server); /* a second later */
    assert_in_range(atomic_load(&names->pair->polls) - polls, 1, 40);
    tell(names, names->server, &sent, (struct answer){.host = 4});
    serve(names, names->server, &asking, (struct answer){.host = 4});
    expect_ipv4(&asking, 4);
}

static void other_servers_are_asked_at_once(void **state)
{
    struct names *names = *state;
    struct asking asking = asking_for(names, "www.example.com", STINT_DNS_IPV4);
    const int silent = new_server(names, 5353);
    set_server(names, pair_at(2, 5353));
    begin(&asking);
    (void)hear(names, silent);
    assert_true(stint_resolver_has_servers(near(names->pair)));
    set_server(names, pair_at(2, 0));
    serve(names, names->server, &asking, (struct answer){.host = 5});
    expect_ipv4(&asking, 5);
}

static void who_waits_is_woken_when_no_server_is_left(void **state)
{
    struct names *names = *state;
    struct asking asking = asking_for(names, "www.example.com", STINT_DNS_BOTH);
    set_server(names, pair_at(2, 0));
    begin(&asking);
    assert_true(pair_wait_for_sleepers(&names->pair->hosts[0], 1));
    set_servers(names, NULL, 0);
    expect_outcome(&asking, STINT_DNS_NO_SERVER);
    assert_false(stint_resolver_has_servers(near(names->pair)));
}

static void it_starts_once_and_takes_hosts_for_servers(void **state)
{
    struct names *names = *state;
    const struct stint_span memory = stint_span_of(names->memory, sizeof names->memory);
    const struct stint_dns_client_limits none = {.names = 0};
    const struct stint_endpoint server = pair_at(2, 0);
    const struct stint_endpoint wrong[] = {server, {stint_address_ipv4(255, 255, 255, 255), 0}};
    const struct stint_endpoint many[STINT_DNS_CLIENT_SERVERS + 1] = {server};
    struct stint_resolver other;
    assert_int_equal(
        stint_resolver_start(&other, near(names->pair), &limits, memory), STINT_WRONG_STATE);
    assert_int_equal(stint_resolver_start(&other, far(names->pair), &none, memory), STINT_INVALID);
    assert_int_equal(
        stint_resolver_start(&other, far(names->pair), &limits, stint_span_of(names->memory, 64)),
        STINT_EXHAUSTED);
    assert_int_equal(stint_resolver_memory_needed(&none), 0);
    assert_int_equal(stint_resolver_set_servers(near(names->pair), wrong, 2), STINT_INVALID);
    assert_int_equal(stint_resolver_set_servers(near(names->pair), many, 5), STINT_INVALID);
    assert_int_equal(stint_resolver_set_servers(far(names->pair), &server, 1), STINT_WRONG_STATE);
    struct asking asking = asking_for(names, "10.0.0.2", STINT_DNS_IPV4);
    asking.task.host = &names->pair->hosts[1];
    begin(&asking);
    expect_outcome(&asking, STINT_DNS_NO_SERVER);
}

/* --- servers that services learn --- */

static struct stint_address learnt[2];

static const struct stint_address *name_server(const struct stint_service *service, unsigned number)
{
    (void)service;
    const bool is_known = number < 2 && !stint_address_is_unspecified(&learnt[number]);
    return is_known ? &learnt[number] : NULL;
}

static void learn(struct names *names, struct stint_address first, struct stint_address second)
{
    static const struct stint_service_operations operations = {.name_server = name_server};
    static struct stint_service service;
    struct stint_sockets *sockets = near(names->pair);
    stint_sockets_lock(sockets);
    service = (struct stint_service){.operations = &operations};
    sockets->config.stack->services = &service;
    sockets->config.stack->configurations++;
    learnt[0] = first;
    learnt[1] = second;
    stint_sockets_unlock(sockets);
    sockets->config.wait->wake_poll(sockets->config.wait_context);
}

static void servers_that_are_learnt_come_after_those_that_are_given(void **state)
{
    struct names *names = *state;
    const struct stint_dns_client *client = &names->resolver.client;
    struct asking asking = asking_for(names, "www.example.com", STINT_DNS_IPV4);
    learn(names, stint_address_ipv4(255, 255, 255, 255), pair_at(2, 0).address);
    set_server(names, pair_at(2, 54)); /* where nobody listens */
    stint_sockets_lock(near(names->pair));
    assert_int_equal(client->server_count, 2); /* a server for everybody is none */
    assert_int_equal(client->servers[0].port, 54);
    assert_int_equal(client->servers[1].port, STINT_DNS_PORT);
    stint_sockets_unlock(near(names->pair));
    begin(&asking);
    serve(names, names->server, &asking, (struct answer){.host = 3});
    expect_ipv4(&asking, 3);
    set_server(names, pair_at(2, 0)); /* given and learnt: asked once */
    assert_int_equal(client->server_count, 1);
}

static void a_server_is_asked_as_long_as_it_is_known(void **state)
{
    struct names *names = *state;
    struct asking asking = asking_for(names, "www.example.com", STINT_DNS_IPV4);
    learn(names, pair_at(2, 0).address, pair_at(0, 0).address);
    set_servers(names, NULL, 0);
    begin(&asking);
    (void)hear(names, names->server);
    learn(names, pair_at(0, 0).address, pair_at(0, 0).address);
    expect_outcome(&asking, STINT_DNS_NO_SERVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMES_TEST(the_next_server_is_asked_when_one_does_not_help),
        NAMES_TEST(silence_is_waited_for_asleep),
        NAMES_TEST(other_servers_are_asked_at_once),
        NAMES_TEST(who_waits_is_woken_when_no_server_is_left),
        NAMES_TEST(it_starts_once_and_takes_hosts_for_servers),
        NAMES_TEST(servers_that_are_learnt_come_after_those_that_are_given),
        NAMES_TEST(a_server_is_asked_as_long_as_it_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

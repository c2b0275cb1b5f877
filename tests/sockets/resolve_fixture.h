/* What tests of names share: near asks, servers are sockets of far.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef SOCKETS_RESOLVE_FIXTURE_H
#define SOCKETS_RESOLVE_FIXTURE_H

#include "pair_fixture.h"

#include "stint_sockets/resolve.h"
#include "support/dns_fixture.h"

enum { FOUND_AT_MOST = 8 };

static const struct stint_dns_client_limits limits = {
    .names = 4, .queries = 4, .addresses = 4, .name_length = 64};

struct names {
    struct pair *pair;
    struct stint_resolver resolver;
    int server; /* far's socket on port 53 */
    alignas(8) uint8_t memory[4096];
};

/* stint_resolve() in the background. */
struct asking {
    struct pair_task task;
    const char *name;
    enum stint_dns_families families;
    struct stint_address found[FOUND_AT_MOST];
    size_t count;
    atomic_bool done;
};

static inline int new_server(struct names *names, uint16_t port)
{
    const struct stint_endpoint local = pair_at(0, port);
    struct stint_sockets *sockets = far(names->pair);
    const int server = stint_socket(sockets, STINT_IPV4, STINT_DATAGRAM);
    assert_int_equal(stint_bind(sockets, server, &local), 0);
    return server;
}

static inline int start_names(void **state)
{
    static struct names names;
    names = (struct names){.server = -1};
    void *pair = NULL;
    if (start(&pair) != 0) {
        return -1;
    }
    names.pair = pair;
    names.server = new_server(&names, STINT_DNS_PORT);
    assert_in_range(stint_resolver_memory_needed(&limits), 1, sizeof names.memory);
    assert_int_equal(stint_resolver_start(&names.resolver, near(names.pair), &limits,
                         stint_span_of(names.memory, sizeof names.memory)),
        STINT_OK);
    *state = &names;
    return 0;
}

static inline int stop_names(void **state)
{
    pair_stop(((struct names *)*state)->pair);
    return 0;
}

static inline void set_servers(
    struct names *names, const struct stint_endpoint *servers, size_t count)
{
    assert_int_equal(stint_resolver_set_servers(near(names->pair), servers, count), STINT_OK);
}

static inline void set_server(struct names *names, struct stint_endpoint server)
{
    set_servers(names, &server, 1);
}

/* --- asking --- */

static inline long resolve(struct pair_task *task)
{
    struct asking *asking = (struct asking *)task; /* its first member */
    const enum stint_dns_outcome outcome = stint_resolve(&task->host->sockets, asking->name,
        asking->families, asking->found, FOUND_AT_MOST, &asking->count);
    atomic_store(&asking->done, true);
    return (long)outcome;
}

static inline struct asking asking_for(
    struct names *names, const char *name, enum stint_dns_families families)
{
    return (struct asking){
        .task = {.host = &names->pair->hosts[0], .call = resolve},
        .name = name,
        .families = families,
    };
}

static inline void begin(struct asking *asking)
{
    atomic_store(&asking->done, false);
    pair_task_start(&asking->task);
}

static inline void expect_outcome(struct asking *asking, enum stint_dns_outcome outcome)
{
    assert_string_equal(
        stint_dns_outcome_describe((enum stint_dns_outcome)pair_task_join(&asking->task)),
        stint_dns_outcome_describe(outcome));
    if (outcome != STINT_DNS_FOUND) {
        assert_int_equal(asking->count, 0);
    }
}

/* --- serving --- */

static inline struct dns_sent hear(struct names *names, int server)
{
    struct dns_sent sent = {0};
    struct stint_span piece = stint_span_of(sent.bytes, sizeof sent.bytes);
    struct stint_message message = {.peer = &sent.from, .pieces = &piece, .piece_count = 1};
    const long length = stint_receive_message(far(names->pair), server, &message, 0);
    assert_in_range(length, 17, sizeof sent.bytes);
    sent.length = (size_t)length;
    sent.type = stint_load16(sent.bytes + sent.length - 4);
    return sent;
}

/* What a server says: an address (10.9.9.`host` or fd00::`host`), or why there is none. */
struct answer {
    unsigned status;
    uint8_t host;
    uint32_t ttl_s;
};

static inline void tell(
    struct names *names, int server, struct dns_sent *sent, struct answer answer)
{
    uint8_t bytes[DNS_MESSAGE_LENGTH];
    struct stint_writer writer = dns_answer(sent, stint_span_of(bytes, sizeof bytes),
        (uint16_t)(DNS_FLAGS_ANSWER + answer.status), answer.host != 0, 0);
    if (answer.host != 0) {
        dns_put_address(&writer, sent, answer.host, answer.ttl_s);
    }
    const size_t length = stint_writer_written(&writer).length;
    struct stint_span piece = stint_span_of(bytes, length);
    const struct stint_message message = {.peer = &sent->from, .pieces = &piece, .piece_count = 1};
    assert_int_equal(stint_send_message(far(names->pair), server, &message, 0), (long)length);
}

/* Answers until the task knows: on a busy machine a query may be given up, and sent again, before
 * its answer arrives. */
static inline void serve(
    struct names *names, int server, const struct asking *asking, struct answer answer)
{
    while (!atomic_load(&asking->done)) {
        struct stint_poll_entry entry = {server, STINT_READABLE, 0};
        if (stint_poll(far(names->pair), &entry, 1, stint_milliseconds(10)) == 1) {
            struct dns_sent sent = hear(names, server);
            tell(names, server, &sent, answer);
        }
    }
}

static inline void expect_ipv4(struct asking *asking, uint8_t host)
{
    const struct stint_address told = stint_address_ipv4(10, 9, 9, host);
    expect_outcome(asking, STINT_DNS_FOUND);
    assert_int_equal(asking->count, 1);
    assert_true(stint_address_equal(&asking->found[0], &told));
}

#define NAMES_TEST(test) cmocka_unit_test_setup_teardown(test, start_names, stop_names)

#endif

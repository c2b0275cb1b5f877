/* What tests over a pair of hosts share: starting one, and short ways to make sockets.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef SOCKETS_PAIR_FIXTURE_H
#define SOCKETS_PAIR_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/pair_task.h"

static inline int start(void **state)
{
    const struct pair_options options = {0};
    *state = pair_start(options);
    return *state == NULL;
}

static inline int stop(void **state)
{
    pair_stop((struct pair *)*state);
    return 0;
}

static inline struct stint_sockets *near(struct pair *pair)
{
    return &pair->hosts[0].sockets;
}

static inline struct stint_sockets *far(struct pair *pair)
{
    return &pair->hosts[1].sockets;
}

static inline int new_stream(struct stint_sockets *sockets)
{
    const int descriptor = stint_socket(sockets, STINT_IPV4, STINT_STREAM);
    assert_true(descriptor >= 0);
    return descriptor;
}

static inline int new_nonblocking_stream(struct stint_sockets *sockets)
{
    const int descriptor = new_stream(sockets);
    assert_int_equal(stint_set_nonblocking(sockets, descriptor, true), 0);
    return descriptor;
}

/* A new stream whose number is that of one that was closed. */
static inline int new_stream_numbered(struct stint_sockets *sockets, int wanted)
{
    int descriptor = new_stream(sockets);
    while (descriptor != wanted) {
        assert_int_equal(stint_close(sockets, descriptor), 0);
        descriptor = new_stream(sockets);
    }
    return descriptor;
}

static inline int new_listener(struct stint_sockets *sockets, uint16_t port)
{
    const struct stint_endpoint local = pair_at(0, port);
    const int descriptor = new_stream(sockets);
    assert_int_equal(stint_bind(sockets, descriptor, &local), 0);
    assert_int_equal(stint_listen(sockets, descriptor, 8), 0);
    return descriptor;
}

/* Two ends of a connection: near's and far's. */
struct ends {
    int near;
    int far;
};

/* From near to a listener of far. */
static inline struct ends connect_to(struct pair *pair, int listener, uint16_t port)
{
    const struct stint_endpoint remote = pair_at(2, port);
    struct ends ends = {new_stream(near(pair)), -1};
    assert_int_equal(stint_connect(near(pair), ends.near, &remote), 0);
    ends.far = stint_accept(far(pair), listener, NULL);
    assert_true(ends.far >= 0);
    return ends;
}

static inline struct ends new_connection(struct pair *pair)
{
    const uint16_t port = 7000;
    return connect_to(pair, new_listener(far(pair), port), port);
}

static inline void set(
    struct stint_sockets *sockets, int descriptor, enum stint_option option, int64_t value)
{
    assert_int_equal(stint_set_option(sockets, descriptor, option, value), 0);
}

static inline int64_t get(struct stint_sockets *sockets, int descriptor, enum stint_option option)
{
    int64_t value = INT64_MIN;
    assert_int_equal(stint_get_option(sockets, descriptor, option, &value), 0);
    return value;
}

static inline long send_text(struct stint_sockets *sockets, int descriptor, const char *text)
{
    size_t length = 0;
    while (text[length] != '\0') {
        length++;
    }
    return stint_send(sockets, descriptor, stint_view_of(text, length), 0);
}

static inline long receive_into(
    struct stint_sockets *sockets, int descriptor, void *bytes, size_t length, unsigned flags)
{
    return stint_receive(sockets, descriptor, stint_span_of(bytes, length), flags);
}

/* A byte of a pattern that no shift by less than a megabyte maps to itself. */
static inline uint8_t pattern_at(size_t offset)
{
    return (uint8_t)(offset * 31u + offset / 251u + offset / 65521u);
}

#define PAIR_TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)

#endif

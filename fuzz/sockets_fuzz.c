/* Fuzzes socket calls on two hosts over a cable: any call, on any descriptor, also while others
 * sleep. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Every step is one byte and its arguments. While a call sleeps the input goes on: its next steps
 * are the calls of other tasks. After every step both hosts have done all that is due, and the laws
 * of sockets_lab.h hold; streams bring what was sent; at the end everything is given back.
 */
#include "sockets_lab.h"

enum { STEPS_WHILE_SLEEPING = 3, PORT = 7000, LONGEST = 3000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct world world;
static struct stint_reader input;

/* Which descriptor of which host a step is about: from one byte. */
struct place {
    struct host *host;
    struct stint_sockets *sockets;
    int descriptor; /* perhaps one too high */
    struct known *known;
};

static struct place take_place(void)
{
    static struct known nothing;
    const uint8_t choice = stint_reader_take8(&input);
    struct host *host = &world.hosts[choice % HOSTS];
    const int descriptor = choice / HOSTS % (DESCRIPTORS + 1);
    struct known *known = descriptor < DESCRIPTORS ? &host->known[descriptor] : &nothing;
    return (struct place){host, &host->sockets, descriptor, known};
}

static struct stint_endpoint take_endpoint(const struct host *host)
{
    const uint8_t choice = stint_reader_take8(&input);
    const uint8_t other = host == &world.hosts[0] ? 2 : 1;
    const uint8_t numbers[] = {other, other, other, other, 0, (uint8_t)(3 - other), 9, 255};
    const uint8_t number = numbers[choice % 8];
    struct stint_endpoint endpoint = {.port = (uint16_t)(choice < 240 ? PORT + choice / 8 % 3 : 0)};
    if (number != 0) {
        endpoint.address = stint_address_ipv4(10, 0, 0, number);
    }
    return endpoint;
}

static uint8_t pattern_at(uint32_t offset)
{
    return (uint8_t)(offset * 31u + offset / 251u);
}

static void expect(const struct place *place, unsigned readiness)
{
    world.call->host = place->host;
    world.call->descriptor = place->descriptor;
    world.call->awaited = place->descriptor < DESCRIPTORS ? readiness : 0;
    world.call->generation = place->known->generation;
}

/* --- descriptors --- */

static void adopt(struct host *host, int descriptor)
{
    REQUIRE(descriptor < DESCRIPTORS);
    if (descriptor >= 0) {
        struct known *known = &host->known[descriptor];
        known->generation++;
        known->sent = 0;
        known->received = 0;
        known->told = stint_readiness_of(&host->sockets, descriptor);
    }
}

static void open_one(void)
{
    const struct place place = take_place();
    const uint8_t choice = stint_reader_take8(&input);
    const enum stint_socket_type type = choice % 8 == 0   ? STINT_DATAGRAM
                                        : choice % 8 == 1 ? STINT_ECHO
                                                          : STINT_STREAM;
    const int descriptor = stint_socket(place.sockets, STINT_IPV4, type);
    adopt(place.host, descriptor);
    (void)stint_set_nonblocking(place.sockets, descriptor, (choice & 16) == 0);
}

static void close_one(void)
{
    const struct place place = take_place();
    (void)stint_close(place.sockets, place.descriptor);
}

static void listen_one(void)
{
    const struct place place = take_place();
    const uint8_t choice = stint_reader_take8(&input);
    const struct stint_endpoint local = {.port = (uint16_t)(PORT + choice % 3)};
    (void)stint_bind(place.sockets, place.descriptor, &local);
    (void)stint_listen(place.sockets, place.descriptor, choice / 64);
}

static void bind_one(void)
{
    const struct place place = take_place();
    const struct stint_endpoint local = take_endpoint(place.host);
    (void)stint_bind(place.sockets, place.descriptor, &local);
}

static void accept_one(void)
{
    const struct place place = take_place();
    struct stint_endpoint remote = {.port = 0};
    expect(&place, STINT_READABLE);
    const int descriptor = stint_accept(place.sockets, place.descriptor, &remote);
    adopt(place.host, descriptor);
    if (descriptor >= 0) {
        REQUIRE(remote.port != 0);
        (void)stint_set_nonblocking(place.sockets, descriptor, true);
    }
}

static void connect_one(void)
{
    const struct place place = take_place();
    const struct stint_endpoint remote = take_endpoint(place.host);
    expect(&place, STINT_WRITABLE | STINT_HANGUP | STINT_ERROR);
    const uint32_t generation = place.known->generation;
    const int result = stint_connect(place.sockets, place.descriptor, &remote);
    const bool goes_on = result == 0 || result == -STINT_EALREADY || result == -STINT_EISCONN ||
                         result == -STINT_EBADF || result == -STINT_EINVAL;
    if (!goes_on && place.known->generation == generation) { /* begins, or is as new */
        place.known->sent = 0;
        place.known->received = 0;
    }
}

static void shut_one(void)
{
    const struct place place = take_place();
    const uint8_t choice = stint_reader_take8(&input);
    (void)stint_shutdown(place.sockets, place.descriptor, (enum stint_shutdown_how)(choice % 3u));
}

/* --- data --- */

static bool is_stream(const struct place *place)
{
    return stint_socket_type_of(place->sockets, place->descriptor) == STINT_STREAM;
}

static void send_one(void)
{
    uint8_t bytes[LONGEST];
    const struct place place = take_place();
    const size_t length = stint_reader_take8(&input) * 11u;
    const uint8_t choice = stint_reader_take8(&input);
    const unsigned flags = choice & (STINT_MSG_DONTWAIT | STINT_MSG_MORE);
    const bool stream = is_stream(&place);
    const uint32_t generation = place.known->generation;
    struct stint_endpoint to = take_endpoint(place.host);
    if (place.known->sending) {
        return; /* two at a time would mix their bytes */
    }
    for (uint32_t i = 0; i < length; i++) {
        bytes[i] = stream ? pattern_at(place.known->sent + i) : (uint8_t)length;
    }
    const size_t seam = choice / 16u * length / 16u;
    struct stint_span pieces[] = {
        stint_span_of(bytes, seam), stint_span_of(bytes + seam, length - seam)};
    const struct stint_message message = {
        .peer = choice % 4 == 3 ? NULL : &to, .pieces = pieces, .piece_count = 2};
    expect(&place, stream ? STINT_HANGUP | STINT_ERROR : 0);
    place.known->sending = true;
    const long sent = stint_send_message(place.sockets, place.descriptor, &message, flags);
    place.known->sending = false;
    REQUIRE(sent <= (long)length);
    if (sent > 0 && stream && place.known->generation == generation) {
        place.known->sent += (uint32_t)sent;
    }
}

static void require_sent(
    const struct known *known, bool stream, const uint8_t *bytes, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        REQUIRE(stream ? bytes[i] == pattern_at(known->received + i) : bytes[i] == bytes[0]);
    }
}

static void receive_one(void)
{
    uint8_t bytes[LONGEST];
    const struct place place = take_place();
    const size_t length = stint_reader_take8(&input) * 11u;
    const unsigned flags = stint_reader_take8(&input) % 16u & ~(unsigned)STINT_MSG_MORE;
    const int type = stint_socket_type_of(place.sockets, place.descriptor);
    const uint32_t generation = place.known->generation;
    if (place.known->receiving) {
        return; /* two at a time would share the bytes */
    }
    const bool peek = (flags & STINT_MSG_PEEK) != 0;
    expect(&place, peek ? STINT_HANGUP : STINT_READABLE);
    place.known->receiving = true;
    const long received =
        stint_receive(place.sockets, place.descriptor, laws_lend(bytes, length), flags);
    place.known->receiving = false;
    REQUIRE(received <= (long)length);
    if (received > 0 && type != STINT_ECHO && place.known->generation == generation) {
        require_sent(place.known, type == STINT_STREAM, bytes, (uint32_t)received);
        place.known->received += peek || type != STINT_STREAM ? 0 : (uint32_t)received;
    }
}

/* What was said to be ready does not make a call wait. */
static void try_readiness(void)
{
    uint8_t byte = 0;
    const struct place place = take_place();
    const unsigned ready = stint_readiness_of(place.sockets, place.descriptor);
    const bool listens = stint_socket_is_listening(place.sockets, place.descriptor) == 1;
    const unsigned flags = STINT_MSG_DONTWAIT | STINT_MSG_PEEK;
    if (!listens && (ready & STINT_READABLE) != 0) {
        REQUIRE(stint_receive(place.sockets, place.descriptor, stint_span_of(&byte, 1), flags) !=
                -STINT_EAGAIN);
    }
    if (!listens && (ready & (STINT_READABLE | STINT_ERROR | STINT_NOT_OPEN)) == 0) {
        REQUIRE(stint_receive(place.sockets, place.descriptor, stint_span_of(&byte, 1), flags) < 0);
    }
    if (is_stream(&place) && (ready & STINT_WRITABLE) != 0 && !place.known->sending) {
        byte = pattern_at(place.known->sent);
        const long sent = stint_send(
            place.sockets, place.descriptor, stint_view_of(&byte, 1), STINT_MSG_DONTWAIT);
        REQUIRE(sent != -STINT_EAGAIN);
        place.known->sent += sent == 1;
    }
}

/* --- options, names, waiting for several --- */

static void set_one(void)
{
    const struct place place = take_place();
    const enum stint_option option =
        (enum stint_option)(stint_reader_take8(&input) % (STINT_OPTION_IPV6_ONLY + 2u));
    const int64_t value = (int8_t)stint_reader_take8(&input);
    const bool in_time_units = option == STINT_OPTION_RECEIVE_TIMEOUT ||
                               option == STINT_OPTION_SEND_TIMEOUT ||
                               option == STINT_OPTION_USER_TIMEOUT;
    int64_t answer = 0;
    (void)stint_set_option(
        place.sockets, place.descriptor, option, in_time_units ? value * 10000 : value);
    (void)stint_get_option(place.sockets, place.descriptor, option, &answer);
}

static void name_one(void)
{
    const struct place place = take_place();
    struct stint_endpoint name = {.port = 0};
    (void)stint_local_endpoint(place.sockets, place.descriptor, &name);
    (void)stint_remote_endpoint(place.sockets, place.descriptor, &name);
    (void)stint_readable_bytes(place.sockets, place.descriptor);
    (void)stint_socket_family_of(place.sockets, place.descriptor);
    const int nonblocking = stint_is_nonblocking(place.sockets, place.descriptor);
    (void)stint_set_nonblocking(place.sockets, place.descriptor, nonblocking == 0);
}

static void poll_some(void)
{
    const struct place place = take_place();
    const uint8_t choice = stint_reader_take8(&input);
    const struct stint_duration timeout = stint_microseconds(choice / 16 * 100000);
    struct stint_poll_entry entries[] = {
        {place.descriptor, choice % 16u, 0},
        {choice % (DESCRIPTORS + 1) - 1, STINT_READABLE, 0},
    };
    expect(&place, 0);
    const int ready = stint_poll(place.sockets, entries, 2, timeout);
    REQUIRE(ready == (entries[0].ready != 0) + (entries[1].ready != 0));
}

static void select_some(void)
{
    const struct place place = take_place();
    const uint8_t choice = stint_reader_take8(&input);
    const struct stint_duration timeout = stint_microseconds(choice / 64 * 100000);
    uint32_t words[] = {choice % 64u, UINT32_C(1) << place.descriptor, 1};
    struct stint_descriptor_set sets[] = {{&words[0], 1}, {&words[1], 1}, {&words[2], 1}};
    expect(&place, 0);
    const int ready = stint_select(place.sockets, DESCRIPTORS + 1, &sets[0], &sets[1],
        choice % 2 == 0 ? NULL : &sets[2], timeout);
    REQUIRE(ready <= 3 * DESCRIPTORS);
}

/* --- the world --- */

static void pass_time(void) /* half a millisecond to 16 s */
{
    const uint8_t choice = stint_reader_take8(&input) % 16;
    world.now = stint_instant_after(world.now, stint_microseconds(INT64_C(500) << choice));
}

static void cut_or_mend(void)
{
    world.cut = !world.cut;
}

static void take_step(void)
{
    static void (*const steps[])(void) = {open_one, close_one, bind_one, listen_one, accept_one,
        connect_one, send_one, receive_one, shut_one, try_readiness, set_one, name_one, poll_some,
        select_some, pass_time, cut_or_mend};
    struct call *outer = world.call;
    struct call call = {.awaited = 0};
    world.call = &call;
    steps[stint_reader_take8(&input) % (sizeof steps / sizeof steps[0])]();
    run(&world);
    world.call = outer;
}

static void close_all(struct host *host)
{
    for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
        (void)stint_set_option(&host->sockets, descriptor, STINT_OPTION_LINGER, 0);
        (void)stint_close(&host->sockets, descriptor);
    }
}

/* While a call sleeps: another task's call, or time passes, or there is nobody left to wait for. */
static void let_others_act(struct host *host, struct stint_instant until)
{
    struct call *sleeps = world.call;
    struct call closing = {.awaited = 0};
    run(&world);
    const struct stint_waiter *waiter = host->sleepers[host->sleeper_count - 1];
    const unsigned asleep = world.hosts[0].sleeper_count + world.hosts[1].sleeper_count;
    if (waiter->signalled) {
        return;
    }
    if (asleep <= STEPS_WHILE_SLEEPING && input.rest.length > 0 && !input.failed) {
        take_step();
    } else if (!stint_instant_is_never(until)) {
        pass_until(&world, stint_instant_earlier(until, next_poll(&world)));
    } else {
        world.call = &closing;
        close_all(host);
        REQUIRE(waiter->signalled);
        run(&world);
    }
    world.call = sleeps;
}

static void give_everything_back(void)
{
    world.cut = false;
    for (unsigned i = 0; i < HOSTS; i++) {
        close_all(&world.hosts[i]);
    }
    run(&world);
    for (unsigned i = 0; !stint_instant_is_never(next_poll(&world)); i++) {
        REQUIRE(i < 2000); /* or it would never end */
        pass_until(&world, next_poll(&world));
    }
    for (unsigned i = 0; i < HOSTS; i++) {
        const struct host *host = &world.hosts[i];
        REQUIRE(host->sockets.open == 0);
        REQUIRE(host->stack.tcp.connections_in_use == 0);
        REQUIRE(host->stack.tcp.half_opens_in_use == 0);
        REQUIRE(host->stack.arena.in_use == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input = stint_reader_over(stint_view_of(data, size));
    start_world(&world, let_others_act);
    while (!input.failed && input.rest.length > 0) {
        take_step();
    }
    give_everything_back();
    return 0;
}

/* SYN cookies: when every half-open record is taken, the answer to a SYN carries what must be
 * remembered (RFC 4987 3.6). SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Our initial sequence number is 5 bits of a clock of 67 s, 3 bits that name a segment size, and 24
 * bits of a keyed hash over the flow, the clock and the peer's initial sequence number. Window
 * scale, SACK and timestamps are given up for such a connection. A cookie is looked for only for a
 * while after one was sent.
 */
#include "tcp_internal.h"

enum {
    CLOCK_US = 1 << 26, /* a tick: 67 s */
    CLOCK_BITS = 32,    /* values of the clock in a cookie */
    CLOCK_LIFE = 2,     /* ticks for which a cookie is good */
    LIFE_US = CLOCK_LIFE * CLOCK_US,
    PRESSURE_US = 2000000, /* how long after a cookie records are still scarce */
    SEGMENT_SIZES = 8,
    HASH_VALUES = 1 << 24,
};

/* The peer's segment size, rounded down to one of these. */
static const uint16_t segment_sizes[SEGMENT_SIZES] = {
    STINT_TCP_SEGMENT_MINIMUM, 256, 536, 1024, 1220, 1360, 1440, 1460};

static uint32_t clock_at(struct stint_instant now)
{
    return (uint32_t)((uint64_t)now.microseconds / CLOCK_US);
}

static uint32_t hash_of(const struct stint_tcp *tcp, const struct stint_tcp_flow *flow,
    struct stint_sequence remote_initial, uint32_t clock)
{
    return stint_tcp_hash(tcp, flow, 'c', remote_initial.number, clock) % HASH_VALUES;
}

static uint32_t index_of_segment(uint16_t segment)
{
    uint32_t index = SEGMENT_SIZES - 1;
    while (index > 0 && segment_sizes[index] > segment) {
        index--;
    }
    return index;
}

void stint_tcp_cookie_send(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_reply *reply)
{
    const uint32_t clock = clock_at(now);
    const struct stint_tcp_agreement full = stint_tcp_agree(tcp, flow, &segment->options, mtu);
    const struct stint_tcp_agreement plain = {.segment = full.segment};
    const uint32_t cookie =
        (clock % CLOCK_BITS * SEGMENT_SIZES + index_of_segment(full.segment)) * HASH_VALUES +
        hash_of(tcp, flow, segment->sequence, clock);
    reply->wanted = true;
    reply->flow = *flow;
    stint_tcp_make_syn(tcp, flow, stint_sequence_of(cookie), 0, mtu, &reply->segment);
    stint_tcp_make_syn_ack(&reply->segment, stint_sequence_after(segment->sequence, 1), &plain, 0);
    tcp->counters.cookies_sent++;
    tcp->cookies_until = stint_instant_after(now, stint_microseconds(LIFE_US));
}

bool stint_tcp_cookies_are_needed(const struct stint_tcp *tcp, struct stint_instant now)
{
    const struct stint_duration left = stint_instant_since(tcp->cookies_until, now);
    return left.microseconds > LIFE_US - PRESSURE_US;
}

bool stint_tcp_cookie_check(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_handshake *handshake)
{
    if (!stint_instant_is_before(now, tcp->cookies_until) || segment->syn) {
        return false;
    }
    const uint32_t cookie = segment->acknowledgment.number - 1;
    const struct stint_sequence remote_initial = stint_sequence_before(segment->sequence, 1);
    const uint32_t age = (clock_at(now) - cookie / HASH_VALUES / SEGMENT_SIZES) % CLOCK_BITS;
    if (age >= CLOCK_LIFE ||
        hash_of(tcp, flow, remote_initial, clock_at(now) - age) != cookie % HASH_VALUES) {
        return false;
    }
    const uint16_t ours = stint_tcp_segment_for_mtu(flow, mtu);
    const uint16_t theirs = segment_sizes[cookie / HASH_VALUES % SEGMENT_SIZES];
    *handshake = (struct stint_tcp_handshake){
        .ends = {.flow = *flow,
            .send_next = segment->acknowledgment,
            .receive_next = segment->sequence},
        .agreement = {.segment = theirs < ours ? theirs : ours},
        .path_mtu = mtu,
    };
    return true;
}

/* Handshakes on the passive side as small records: no buffers, no socket, one timer for all.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

static struct stint_tcp_agreement agreement_of(
    const struct stint_tcp *tcp, const struct stint_tcp_half_open *half_open)
{
    return (struct stint_tcp_agreement){
        .segment = half_open->segment,
        .send_window_scale = half_open->send_window_scale,
        .receive_window_scale = half_open->window_scale ? stint_tcp_window_scale(tcp) : 0,
        .window_scale = half_open->window_scale,
        .timestamps = half_open->timestamps,
        .sack = half_open->sack,
    };
}

static bool is_due(const struct stint_tcp *tcp, const struct stint_tcp_half_open *half_open)
{
    return stint_id_queue_contains(&tcp->ready, stint_tcp_half_open_record_of(tcp, half_open));
}

static void make_due(struct stint_tcp *tcp, const struct stint_tcp_half_open *half_open)
{
    stint_id_queue_push(&tcp->ready, stint_tcp_half_open_record_of(tcp, half_open));
}

void stint_tcp_half_open_release(struct stint_tcp *tcp, struct stint_tcp_half_open *half_open)
{
    const uint16_t record = stint_tcp_half_open_record_of(tcp, half_open);
    struct stint_tcp_listener *listener = stint_tcp_listener_for(tcp, &half_open->ends.flow.local);
    stint_tcp_demux_remove(&tcp->demux, record);
    if (listener != NULL) {
        listener->half_open--;
    }
    half_open->in_use = false;
    stint_id_queue_push(&tcp->free_half_opens, record);
    tcp->half_opens_in_use--;
}

bool stint_tcp_half_open_begin(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_listener *listener, const struct stint_tcp_flow *flow,
    const struct stint_tcp_segment *segment, uint16_t mtu)
{
    const uint16_t record = stint_id_queue_pop(&tcp->free_half_opens);
    if (record == STINT_ID_NONE) {
        return false;
    }
    const struct stint_tcp_agreement agreement = stint_tcp_agree(tcp, flow, &segment->options, mtu);
    struct stint_tcp_half_open *half_open = stint_tcp_half_open_at(tcp, record);
    *half_open = (struct stint_tcp_half_open){
        .ends = {.flow = *flow,
            .send_next = stint_sequence_after(stint_tcp_initial_sequence(tcp, now, flow), 1),
            .receive_next = stint_sequence_after(segment->sequence, 1),
            .recent_timestamp = segment->options.timestamp},
        .segment = agreement.segment,
        .path_mtu = mtu,
        .send_window_scale = agreement.send_window_scale,
        .window_scale = agreement.window_scale,
        .timestamps = agreement.timestamps,
        .sack = agreement.sack,
        .in_use = true,
    };
    stint_tcp_demux_add(&tcp->demux, record);
    make_due(tcp, half_open);
    listener->half_open++;
    tcp->half_opens_in_use++;
    return true;
}

/* --- SYN-ACKs and their timer --- */

bool stint_tcp_half_open_offer(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_half_open *half_open, struct stint_tcp_segment *segment)
{
    if (!half_open->in_use) {
        return false;
    }
    const struct stint_tcp_flow *flow = &half_open->ends.flow;
    const struct stint_tcp_agreement agreement = agreement_of(tcp, half_open);
    const uint32_t timestamp = stint_tcp_timestamp(now, stint_tcp_timestamp_offset(tcp, flow));
    const struct stint_sequence initial = stint_sequence_before(half_open->ends.send_next, 1);
    stint_tcp_make_syn(tcp, flow, initial, timestamp, half_open->path_mtu, segment);
    stint_tcp_make_syn_ack(
        segment, half_open->ends.receive_next, &agreement, half_open->ends.recent_timestamp);
    return true;
}

static struct stint_instant due_at(
    const struct stint_tcp_half_open *half_open, struct stint_instant now)
{
    return stint_tcp_tick_begins(half_open->retransmit_at, now);
}

/* The next wait begins, twice as long as the last. */
static void begin_to_wait(struct stint_instant now, struct stint_tcp_half_open *half_open)
{
    const struct stint_duration wait =
        stint_milliseconds((int64_t)STINT_TCP_RTO_INITIAL_MS << half_open->attempts);
    half_open->attempts++;
    half_open->retransmit_at = stint_tcp_tick_of(stint_instant_after(now, wait));
}

void stint_tcp_half_open_sent(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_half_open *half_open)
{
    /* What answers a SYN that came again changes nothing: a peer cannot prolong the handshake. */
    if (half_open->attempts == 0 || stint_instant_has_come(due_at(half_open, now), now)) {
        begin_to_wait(now, half_open);
    }
    const uint16_t timer = stint_tcp_half_open_timer(tcp);
    stint_timers_set(&tcp->timers, timer,
        stint_instant_earlier(stint_timers_deadline(&tcp->timers, timer), due_at(half_open, now)));
}

static void expire(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_half_open *half_open)
{
    if (!stint_instant_has_come(due_at(half_open, now), now)) {
        return;
    }
    if (half_open->attempts >= STINT_TCP_SYN_ACK_ATTEMPTS ||
        stint_tcp_cookies_are_needed(tcp, now)) {
        stint_tcp_half_open_release(tcp, half_open);
        tcp->counters.failed_opens++;
    } else {
        make_due(tcp, half_open);
    }
}

void stint_tcp_expire_half_opens(struct stint_tcp *tcp, struct stint_instant now)
{
    struct stint_instant earliest = stint_instant_never();
    for (unsigned i = 0; i < tcp->limits.half_open; i++) {
        struct stint_tcp_half_open *half_open = &tcp->half_opens[i];
        if (half_open->in_use && !is_due(tcp, half_open)) {
            expire(tcp, now, half_open);
        }
        if (half_open->in_use && !is_due(tcp, half_open)) {
            earliest = stint_instant_earlier(earliest, due_at(half_open, now));
        }
    }
    stint_timers_set(&tcp->timers, stint_tcp_half_open_timer(tcp), earliest);
}

/* --- segments --- */

static void reply_acknowledgment(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_half_open *half_open, struct stint_tcp_reply *reply)
{
    const uint8_t scale = agreement_of(tcp, half_open).receive_window_scale;
    stint_tcp_reply_acknowledgment(tcp, now, &half_open->ends, half_open->timestamps,
        (uint16_t)(stint_tcp_first_window(tcp) >> scale), reply);
}

/* The handshake is complete: a connection takes the record's place. NULL when there is no room. */
static struct stint_tcp_connection *promote(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_half_open *half_open)
{
    struct stint_tcp_listener *listener = stint_tcp_listener_for(tcp, &half_open->ends.flow.local);
    if (listener == NULL || !stint_tcp_can_establish(tcp, listener)) {
        return NULL;
    }
    const struct stint_tcp_handshake handshake = {
        .ends = half_open->ends,
        .agreement = agreement_of(tcp, half_open),
        .path_mtu = half_open->path_mtu,
    };
    stint_tcp_half_open_release(tcp, half_open);
    return stint_tcp_establish(tcp, now, listener, &handshake);
}

enum stint_drop stint_tcp_receive_half_open(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_half_open *half_open, const struct stint_tcp_segment *segment,
    struct stint_tcp_reply *reply)
{
    const struct stint_sequence expected = half_open->ends.receive_next;
    if (segment->syn && !segment->ack && !segment->rst &&
        stint_sequence_equal(segment->sequence, stint_sequence_before(expected, 1))) {
        make_due(tcp, half_open); /* our SYN-ACK was lost */
        return STINT_DROP_NONE;
    }
    if (!stint_sequence_is_within(segment->sequence, expected, 65536)) {
        if (!segment->rst) {
            reply_acknowledgment(tcp, now, half_open, reply);
        }
        return STINT_DROP_TCP_SEQUENCE;
    }
    if (segment->rst) {
        if (!stint_sequence_equal(segment->sequence, expected)) {
            reply_acknowledgment(tcp, now, half_open, reply);
            return STINT_DROP_TCP_RESET;
        }
        stint_tcp_half_open_release(tcp, half_open);
        tcp->counters.resets_received++;
        return STINT_DROP_NONE;
    }
    if (segment->syn) {
        reply_acknowledgment(tcp, now, half_open, reply);
        return STINT_DROP_TCP_SYN;
    }
    if (!segment->ack) {
        return STINT_DROP_TCP_FLAGS;
    }
    if (!stint_sequence_equal(segment->acknowledgment, half_open->ends.send_next)) {
        stint_tcp_reply_reset(tcp, &half_open->ends.flow, segment, reply);
        return STINT_DROP_TCP_ACK;
    }
    struct stint_tcp_connection *connection = promote(tcp, now, half_open);
    return connection == NULL ? STINT_DROP_TCP_BACKLOG
                              : stint_tcp_receive_connection(tcp, now, connection, segment, reply);
}

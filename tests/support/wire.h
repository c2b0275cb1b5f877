/* One stack on a cable whose other end the test holds: raw frames in, raw frames out, in virtual
 * time. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The stack is 10.0.0.1/24, and on a second interface 10.0.1.1/24. Host n on the first cable is
 * 10.0.0.n with the hardware address 02:00:00:00:01:n; it exists only in the frames of the test.
 */
#ifndef SUPPORT_WIRE_H
#define SUPPORT_WIRE_H

#include "stint/device/cable.h"
#include "stint/stack/stack.h"
#include "stint/wire/arp.h"
#include "stint/wire/checksum.h"
#include "stint/wire/ethernet.h"
#include "stint/wire/icmpv4.h"
#include "stint/wire/igmp.h"
#include "stint/wire/ipv4.h"
#include "stint/wire/tcp.h"
#include "stint/wire/udp.h"

enum {
    WIRE_MEMORY = 1 << 20,
    WIRE_CABLE = 1 << 18, /* bytes of frames on their way in each direction */
    WIRE_INTERFACES = 2,
    WIRE_FRAME = 2048,
    WIRE_HOST = 7, /* the host that most tests speak from */
    WIRE_ENDLESS = 0x7fffffff,
};

/* A device that takes `room` more frames and then refuses. */
struct wire_device {
    struct stint_device inner;
    uint32_t room;
    uint32_t lent; /* frames that the stack received, ever */
};

struct wire {
    struct stint_instant now;
    struct stint_instant poll_at; /* what the last poll asked for */
    uint32_t polls;
    struct stint_stack stack;
    struct stint_cable cables[WIRE_INTERFACES];
    struct wire_device devices[WIRE_INTERFACES];
    uint8_t to_stack[WIRE_INTERFACES][WIRE_CABLE];
    uint8_t to_test[WIRE_INTERFACES][WIRE_CABLE];
    _Alignas(8) uint8_t memory[WIRE_MEMORY];
};

/* What differs from the defaults where it is not 0. */
struct wire_options {
    uint8_t interfaces;
    uint16_t neighbors;
    uint16_t held_frames;
    uint16_t poll_budget;
    uint16_t mtu;  /* of every interface */
    uint8_t seed;  /* of the secret */
    uint8_t spare; /* interfaces beside those on cables, not attached */
    const struct stint_ipv6_support *ipv6;
    const struct stint_group_protocol *igmp;
};

/* A started stack, to be freed with free(); NULL options: the defaults. */
struct wire *wire_new(const struct wire_options *options);

/* --- frames of the test's making --- */

struct wire_frame {
    uint8_t bytes[WIRE_FRAME];
    size_t length;
};

/* From whom to whom, on both layers. */
struct wire_envelope {
    struct stint_hardware_address to;
    struct stint_hardware_address from;
    struct stint_ipv4_header ip; /* protocol and payload_length are filled in */
};

struct stint_hardware_address wire_hardware(uint8_t host);
struct stint_hardware_address wire_our_hardware(uint8_t interface);
struct stint_address wire_address(uint8_t host);

/* From a host to the stack's first interface. */
struct wire_envelope wire_from(uint8_t host);

struct wire_frame wire_ethernet(struct stint_hardware_address to,
    struct stint_hardware_address from, uint16_t ethertype, struct stint_view payload);
struct wire_frame wire_arp(struct stint_hardware_address to, const struct stint_arp_packet *packet);
struct wire_frame wire_ipv4(
    const struct wire_envelope *envelope, uint8_t protocol, struct stint_view payload);
struct wire_frame wire_udp(const struct wire_envelope *envelope, uint16_t source_port,
    uint16_t destination_port, const char *text);
struct wire_frame wire_icmp(
    const struct wire_envelope *envelope, const struct stint_icmpv4_message *message);
struct wire_frame wire_echo_request(const struct wire_envelope *envelope, const char *text);
struct wire_frame wire_tcp(
    const struct wire_envelope *envelope, const struct stint_tcp_segment *segment);

/* "Who has 10.0.0.1?" from a host; its answer to the same question of ours. */
struct wire_frame wire_question(uint8_t host);
struct wire_frame wire_answer(uint8_t host);

/* Makes the IPv4 header's checksum right again after the test changed the header. */
void wire_seal(struct wire_frame *frame);

struct stint_view wire_text(const char *text);

/* --- time and polls --- */

/* Polls until the stack has nothing to do at this instant; counts the polls. */
void wire_poll(struct wire *wire);

/* Moves time from deadline to deadline, polling at each. */
void wire_pass(struct wire *wire, struct stint_duration duration);

/* Puts a frame on the cable; the next poll receives it. */
void wire_put(struct wire *wire, uint8_t interface, const struct wire_frame *frame);

/* Puts the frame on the first cable and polls: the one reason that was counted, or none. */
enum stint_drop wire_take(struct wire *wire, const struct wire_frame *frame);
enum stint_drop wire_take_on(struct wire *wire, uint8_t interface, const struct wire_frame *frame);

/* All drops together. */
uint32_t wire_drops(const struct wire *wire);

/* Makes the stack know a host and believe in it for the next 30 s. */
void wire_introduce(struct wire *wire, uint8_t host);

/* --- what the stack sent --- */

struct wire_seen {
    struct wire_frame frame;
    struct stint_ethernet_header ethernet;
    struct stint_arp_packet arp;
    struct stint_ipv4_header ip;
    struct stint_udp_datagram udp;
    struct stint_icmpv4_message icmp;
    struct stint_igmp_message igmp;
    struct stint_tcp_segment tcp;
};

/* The next frame that the stack sent, parsed as far as it goes; every checksum must be right. False
 * when there is none. */
bool wire_next(struct wire *wire, struct wire_seen *seen);
bool wire_next_on(struct wire *wire, uint8_t interface, struct wire_seen *seen);

/* Frames sent and not looked at. */
unsigned wire_waiting(const struct wire *wire, uint8_t interface);

void wire_forget(struct wire *wire);

void wire_expect_nothing(struct wire *wire);

/* The next frame asks for `host`, of that station (or of all: broadcast). */
void wire_expect_question(struct wire *wire, uint8_t host, struct stint_hardware_address to);

/* The next frame is a datagram with this text. */
void wire_expect_udp(struct wire *wire, const char *text);

#endif

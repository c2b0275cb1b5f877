/* An SMSC LAN9118 Ethernet controller as a stint device.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The chip keeps 10 KB of received and 4.5 KB of frames to send; the driver has one buffer for each
 * way and copies by words. A window of at most 8 KB keeps what the peers send within the chip's
 * memory; what does not fit is lost there and counted by it.
 */
#ifndef STINT_STINT_BAREMETAL_LAN9118_H
#define STINT_STINT_BAREMETAL_LAN9118_H

#include "stint/device/device.h"
#include "stint/wire/address.h"
#include "stint_baremetal/registers.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_LAN9118_OFFSET = 2, /* before the frame, whose IP header then lies at a multiple of 4 */
    STINT_LAN9118_WORDS = (STINT_LAN9118_OFFSET + STINT_DEVICE_FRAME_LENGTH + 3) / 4 + 1,
};

struct stint_lan9118_counters {
    uint32_t received;
    uint32_t sent;
    uint32_t refused;     /* frames that the chip marked as bad, or of no length for us: dropped */
    uint32_t overflowed;  /* frames lost for want of room in the chip, as far as it knows */
    uint32_t send_errors; /* frames of which the chip says that they did not leave */
    uint32_t full;        /* times that there was no room to send */
};

struct stint_lan9118 {
    stint_registers registers;
    struct stint_lan9118_counters counters;
    uint16_t lent_length; /* of the frame that is lent; 0: none */
    bool waits_to_send;   /* the last transmit() was refused */
    uint32_t received[STINT_LAN9118_WORDS];
    uint32_t sent[STINT_LAN9118_WORDS];
};

/* Resets the chip and starts it with this address; multicast passes. From then on `lan` must not
 * move. False when it is no chip of this family, or does not answer. */
bool stint_lan9118_start(struct stint_lan9118 *lan, stint_registers registers,
    const struct stint_hardware_address *address);

/* True while the cable has a partner. */
bool stint_lan9118_link_is_up(const struct stint_lan9118 *lan);

/* The device; its context is `lan`. A frame that arrives raises the chip's interrupt (active high,
 * push-pull), which service() takes back. */
struct stint_device stint_lan9118_device(struct stint_lan9118 *lan);

#ifdef __cplusplus
}
#endif

#endif

/* An SMSC LAN9118 Ethernet controller as a stint device.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_baremetal/lan9118.h"

#include <string.h>

/* System registers (data sheet, chapter 5.3). */
enum {
    RECEIVE_DATA = 0x00,
    SEND_DATA = 0x20,
    RECEIVE_STATUS = 0x40,
    SEND_STATUS = 0x48,
    INTERRUPT_CONFIGURATION = 0x54,
    INTERRUPT_STATUS = 0x58,
    INTERRUPT_ENABLE = 0x5c,
    BYTE_TEST = 0x64,
    FIFO_INTERRUPTS = 0x68,
    RECEIVE_CONFIGURATION = 0x6c,
    SEND_CONFIGURATION = 0x70,
    HARDWARE_CONFIGURATION = 0x74,
    RECEIVE_FILL = 0x7c,
    SEND_FILL = 0x80,
    POWER = 0x84,
    RECEIVE_DROPPED = 0xa0,
    MAC_COMMAND = 0xa4,
    MAC_DATA = 0xa8,
};

/* Their bits. */
enum {
    SOFT_RESET = 1,
    SEND_FIFO_5K = 5 << 16,
    MUST_BE_ONE = 1 << 20,
    POWER_READY = 1,
    INTERRUPT_ON = 1 << 8,
    INTERRUPT_ACTIVE_HIGH = 1 << 4,
    INTERRUPT_PUSH_PULL = 1,
    RECEIVED_INTERRUPT = 1 << 3, /* the level of received statuses is passed */
    SEND_ON = 1 << 1,
    RECEIVE_OFFSET_SHIFT = 8,
    FIRST_AND_LAST = 3 << 12,
    STATUS_ERROR = 1 << 15,
    LENGTH_SHIFT = 16,
    LENGTH_MASK = 0x3fff,
    STATUSES_SHIFT = 16,
    STATUSES_MASK = 0xff,
    FILL_MASK = 0xffff,
    MAC_READ = 1 << 30,
};

/* Registers of its MAC and PHY (chapters 5.4 and 5.5), and their bits. */
enum {
    MAC_CONTROL = 1,
    MAC_ADDRESS_HIGH = 2,
    MAC_ADDRESS_LOW = 3,
    MAC_PHY_ACCESS = 6,
    MAC_PHY_DATA = 7,
    MAC_FULL_DUPLEX = 1 << 20,
    MAC_ALL_MULTICAST = 1 << 19,
    MAC_SEND = 1 << 3,
    MAC_RECEIVE = 1 << 2,
    PHY_ADDRESS = 1 << 11,
    PHY_REGISTER_SHIFT = 6,
    PHY_WRITE = 1 << 1,
    PHY_BUSY = 1,
    PHY_CONTROL = 0,
    PHY_STATUS = 1,
    PHY_NEGOTIATE = 1 << 12 | 1 << 9, /* begin anew */
    PHY_LINK = 1 << 2,
};

enum {
    LOOKS = 100000, /* at a register, before the chip is given up */
    CRC = 4,
    SEND_OVERHEAD_WORDS = 2 + 1, /* both commands, and what the chip keeps free */
    RETRY_MICROSECONDS = 100,
};

static const uint32_t mac_busy = UINT32_C(1) << 31;
static const uint32_t byte_order = UINT32_C(0x87654321);

static uint32_t read(const struct stint_lan9118 *lan, uint32_t offset)
{
    return stint_register_read(lan->registers, offset);
}

static void write(const struct stint_lan9118 *lan, uint32_t offset, uint32_t value)
{
    stint_register_write(lan->registers, offset, value);
}

/* --- the MAC and the PHY, behind a pair of registers each --- */

static bool mac_is_free(const struct stint_lan9118 *lan)
{
    for (uint32_t i = 0; i < LOOKS; i++) {
        if ((read(lan, MAC_COMMAND) & mac_busy) == 0) {
            return true;
        }
    }
    return false;
}

static uint32_t mac_read(const struct stint_lan9118 *lan, uint32_t number)
{
    write(lan, MAC_COMMAND, mac_busy | MAC_READ | number);
    return mac_is_free(lan) ? read(lan, MAC_DATA) : 0;
}

static void mac_write(const struct stint_lan9118 *lan, uint32_t number, uint32_t value)
{
    write(lan, MAC_DATA, value);
    write(lan, MAC_COMMAND, mac_busy | number);
    (void)mac_is_free(lan);
}

static void phy_access(const struct stint_lan9118 *lan, uint32_t number, uint32_t flags)
{
    mac_write(lan, MAC_PHY_ACCESS, PHY_ADDRESS | number << PHY_REGISTER_SHIFT | flags | PHY_BUSY);
    for (uint32_t i = 0; i < LOOKS && (mac_read(lan, MAC_PHY_ACCESS) & PHY_BUSY) != 0; i++) {
    }
}

bool stint_lan9118_link_is_up(const struct stint_lan9118 *lan)
{
    phy_access(lan, PHY_STATUS, 0);
    return (mac_read(lan, MAC_PHY_DATA) & PHY_LINK) != 0;
}

/* --- receiving --- */

/* Reads the frame at the head of the FIFO, of `length` bytes with its CRC, into the buffer; words
 * that have no place there are read and forgotten. */
static void read_frame(struct stint_lan9118 *lan, uint32_t length)
{
    const uint32_t words = (STINT_LAN9118_OFFSET + length + 3) / 4;
    for (uint32_t i = 0; i < words; i++) {
        const uint32_t word = read(lan, RECEIVE_DATA);
        if (i < STINT_LAN9118_WORDS) {
            lan->received[i] = word;
        }
    }
}

static bool has_frame(const struct stint_lan9118 *lan)
{
    return (read(lan, RECEIVE_FILL) >> STATUSES_SHIFT & STATUSES_MASK) != 0;
}

static struct stint_view lan_receive(void *context, struct stint_instant now)
{
    (void)now;
    struct stint_lan9118 *lan = context;
    while (lan->lent_length == 0 && has_frame(lan)) {
        const uint32_t status = read(lan, RECEIVE_STATUS);
        const uint32_t length = status >> LENGTH_SHIFT & LENGTH_MASK;
        read_frame(lan, length);
        if ((status & STATUS_ERROR) != 0 || length <= CRC ||
            length > STINT_DEVICE_FRAME_LENGTH + CRC) {
            lan->counters.refused++;
        } else {
            lan->counters.received++;
            lan->lent_length = (uint16_t)(length - CRC);
        }
    }
    const uint8_t *bytes = (const uint8_t *)lan->received + STINT_LAN9118_OFFSET;
    return stint_view_of(bytes, lan->lent_length);
}

static void lan_receive_done(void *context)
{
    struct stint_lan9118 *lan = context;
    lan->lent_length = 0;
}

/* --- sending --- */

static uint32_t words_to_send(size_t length)
{
    return (uint32_t)(STINT_LAN9118_OFFSET + length + 3) / 4;
}

static struct stint_span lan_transmit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    struct stint_lan9118 *lan = context;
    const uint32_t needed = (words_to_send(length) + SEND_OVERHEAD_WORDS) * 4;
    if (length > STINT_DEVICE_FRAME_LENGTH) {
        return stint_span_of(NULL, 0);
    }
    lan->waits_to_send = (read(lan, SEND_FILL) & FILL_MASK) < needed;
    if (lan->waits_to_send) {
        lan->counters.full++;
        return stint_span_of(NULL, 0);
    }
    return stint_span_of((uint8_t *)lan->sent + STINT_LAN9118_OFFSET, length);
}

static void lan_transmit_commit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    struct stint_lan9118 *lan = context;
    write(lan, SEND_DATA, STINT_LAN9118_OFFSET << LENGTH_SHIFT | FIRST_AND_LAST | (uint32_t)length);
    write(lan, SEND_DATA, (uint32_t)length);
    const uint32_t words = words_to_send(length);
    for (uint32_t i = 0; i < words; i++) {
        write(lan, SEND_DATA, lan->sent[i]);
    }
    lan->counters.sent++;
}

/* Statuses of sent frames are read lest they fill the chip. */
static void take_sent(struct stint_lan9118 *lan)
{
    uint32_t statuses = read(lan, SEND_FILL) >> STATUSES_SHIFT & STATUSES_MASK;
    for (; statuses > 0; statuses--) {
        lan->counters.send_errors += (read(lan, SEND_STATUS) & STATUS_ERROR) != 0;
    }
}

/* --- starting and serving --- */

static struct stint_instant lan_service(void *context, struct stint_instant now)
{
    struct stint_lan9118 *lan = context;
    write(lan, INTERRUPT_STATUS, UINT32_MAX);
    take_sent(lan);
    lan->counters.overflowed += read(lan, RECEIVE_DROPPED);
    if (lan->lent_length > 0 || has_frame(lan)) {
        return now;
    }
    return lan->waits_to_send ? stint_instant_after(now, stint_microseconds(RETRY_MICROSECONDS))
                              : stint_instant_never();
}

static const struct stint_device_operations operations = {
    .receive = lan_receive,
    .receive_done = lan_receive_done,
    .transmit = lan_transmit,
    .transmit_commit = lan_transmit_commit,
    .service = lan_service,
};

struct stint_device stint_lan9118_device(struct stint_lan9118 *lan)
{
    return (struct stint_device){.operations = &operations, .context = lan};
}

/* Waits until the register says what it should. */
static bool becomes(
    const struct stint_lan9118 *lan, uint32_t offset, uint32_t mask, uint32_t wanted)
{
    for (uint32_t i = 0; i < LOOKS; i++) {
        if ((read(lan, offset) & mask) == wanted) {
            return true;
        }
    }
    return false;
}

static void set_hardware_address(
    const struct stint_lan9118 *lan, const struct stint_hardware_address *address)
{
    const uint8_t *octets = address->octets;
    mac_write(lan, MAC_ADDRESS_LOW,
        (uint32_t)octets[0] | (uint32_t)octets[1] << 8 | (uint32_t)octets[2] << 16 |
            (uint32_t)octets[3] << 24);
    mac_write(lan, MAC_ADDRESS_HIGH, (uint32_t)octets[4] | (uint32_t)octets[5] << 8);
}

bool stint_lan9118_start(struct stint_lan9118 *lan, stint_registers registers,
    const struct stint_hardware_address *address)
{
    memset(lan, 0, sizeof *lan);
    lan->registers = registers;
    if (!becomes(lan, POWER, POWER_READY, POWER_READY) || read(lan, BYTE_TEST) != byte_order) {
        return false;
    }
    write(lan, HARDWARE_CONFIGURATION, SOFT_RESET);
    if (!becomes(lan, HARDWARE_CONFIGURATION, SOFT_RESET, 0) ||
        !becomes(lan, POWER, POWER_READY, POWER_READY)) {
        return false;
    }
    write(lan, HARDWARE_CONFIGURATION, MUST_BE_ONE | SEND_FIFO_5K);
    write(lan, RECEIVE_CONFIGURATION, STINT_LAN9118_OFFSET << RECEIVE_OFFSET_SHIFT);
    set_hardware_address(lan, address);
    mac_write(lan, MAC_PHY_DATA, PHY_NEGOTIATE);
    phy_access(lan, PHY_CONTROL, PHY_WRITE);
    write(lan, FIFO_INTERRUPTS, 0);
    write(lan, INTERRUPT_STATUS, UINT32_MAX);
    write(lan, INTERRUPT_ENABLE, RECEIVED_INTERRUPT);
    write(lan, INTERRUPT_CONFIGURATION, INTERRUPT_ON | INTERRUPT_ACTIVE_HIGH | INTERRUPT_PUSH_PULL);
    write(lan, SEND_CONFIGURATION, SEND_ON);
    mac_write(lan, MAC_CONTROL, MAC_FULL_DUPLEX | MAC_ALL_MULTICAST | MAC_SEND | MAC_RECEIVE);
    return true;
}

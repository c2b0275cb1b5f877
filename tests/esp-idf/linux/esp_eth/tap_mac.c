/* A MAC whose wire is a TAP of the host, for ESP-IDF's linux target.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A task of FreeRTOS that blocks in the host counts as running, so the one that waits for frames
 * has the lowest priority above idle. Descriptors of the host are used by system calls: read() and
 * its like are the VFS's here.
 */
#include "esp_eth_tap.h"

#include "esp_idf_version.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#include <asm/ioctl.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FRAMES = 128, FRAME_LENGTH = 1536, RECEIVE_STACK = 32768, RECEIVE_PRIORITY = 1 };

static struct {
    esp_eth_mac_t mac;
    esp_eth_phy_t phy;
    esp_eth_mediator_t *eth;
    long descriptor;
    uint8_t address[ETH_ADDR_LEN];
    bool link_is_up;
    _Atomic bool started;
} tap = {.address = {0x02, 0x12, 0x34, 0x56, 0x78, 0xab}};

static uint8_t frames[FRAMES][FRAME_LENGTH];
static _Atomic bool taken[FRAMES];

/* --- the pool of received frames --- */

void tap_free(void *pointer);

static uint8_t *take_frame(void)
{
    for (unsigned i = 0; i < FRAMES; i++) {
        if (!atomic_exchange(&taken[i], true)) {
            return frames[i];
        }
    }
    return NULL;
}

void tap_free(void *pointer)
{
    const uintptr_t offset = (uintptr_t)pointer - (uintptr_t)frames;
    if (offset < sizeof(frames)) {
        atomic_store(&taken[offset / FRAME_LENGTH], false);
    } else {
        free(pointer);
    }
}

/* --- the wire --- */

static bool open_tap(void)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    const char *const name = getenv("STINT_TAP");
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name != NULL ? name : "stint0");
    tap.descriptor = syscall(SYS_openat, AT_FDCWD, "/dev/net/tun", O_RDWR | O_NONBLOCK);
    return tap.descriptor >= 0 && syscall(SYS_ioctl, tap.descriptor, TUNSETIFF, &request) == 0;
}

static void receive_one(void)
{
    static uint8_t unwanted[FRAME_LENGTH];
    uint8_t *const frame = tap.started ? take_frame() : NULL;
    const long length =
        syscall(SYS_read, tap.descriptor, frame != NULL ? frame : unwanted, FRAME_LENGTH);
    if (frame != NULL && (length <= 0 || tap.eth->stack_input(tap.eth, frame, length) != ESP_OK)) {
        tap_free(frame);
    }
}

static void receive(void *argument)
{
    struct pollfd readable = {.fd = (int)tap.descriptor, .events = POLLIN};
    (void)argument;
    for (;;) {
        if (syscall(SYS_poll, &readable, 1, -1) > 0) {
            receive_one();
        }
    }
}

static esp_err_t transmit(esp_eth_mac_t *mac, uint8_t *frame, uint32_t length)
{
    (void)mac;
    long sent = -1;
    do {
        sent = syscall(SYS_write, tap.descriptor, frame, length);
    } while (sent < 0 && errno == EINTR);
    return sent == (long)length ? ESP_OK : errno == EAGAIN ? ESP_ERR_NO_MEM : ESP_FAIL;
}

/* --- the MAC --- */

static esp_err_t set_mediator(esp_eth_mac_t *mac, esp_eth_mediator_t *eth)
{
    (void)mac;
    tap.eth = eth;
    return ESP_OK;
}

static esp_err_t init(esp_eth_mac_t *mac)
{
    (void)mac;
    if (!open_tap()) {
        fprintf(stderr, "the TAP does not open: %s\n", strerror(errno));
        return ESP_FAIL;
    }
    xTaskCreate(receive, "tap", RECEIVE_STACK, NULL, RECEIVE_PRIORITY, NULL);
    return tap.eth->on_state_changed(tap.eth, ETH_STATE_LLINIT, NULL);
}

/* The driver starts and stops its MAC by this. */
static esp_err_t follow_link(esp_eth_mac_t *mac, eth_link_t link)
{
    (void)mac;
    tap.started = link == ETH_LINK_UP;
    return ESP_OK;
}

static esp_err_t set_address(esp_eth_mac_t *mac, uint8_t *address)
{
    (void)mac;
    memcpy(tap.address, address, sizeof(tap.address));
    return ESP_OK;
}

static esp_err_t get_address(esp_eth_mac_t *mac, uint8_t *address)
{
    (void)mac;
    memcpy(address, tap.address, sizeof(tap.address));
    return ESP_OK;
}

/* A TAP takes every speed, hears every group and pauses nobody. */
static esp_err_t agree(esp_eth_mac_t *mac)
{
    (void)mac;
    return ESP_OK;
}

static esp_err_t agree_to_address(esp_eth_mac_t *mac, uint8_t *address)
{
    (void)mac;
    (void)address;
    return ESP_OK;
}

static esp_err_t agree_to_switch(esp_eth_mac_t *mac, bool on)
{
    (void)mac;
    (void)on;
    return ESP_OK;
}

static esp_err_t agree_to_pause(esp_eth_mac_t *mac, uint32_t ability)
{
    (void)mac;
    (void)ability;
    return ESP_OK;
}

static esp_err_t agree_to_speed(esp_eth_mac_t *mac, eth_speed_t speed)
{
    (void)mac;
    (void)speed;
    return ESP_OK;
}

static esp_err_t agree_to_duplex(esp_eth_mac_t *mac, eth_duplex_t duplex)
{
    (void)mac;
    (void)duplex;
    return ESP_OK;
}

esp_eth_mac_t *esp_eth_mac_new_tap(void)
{
    tap.mac = (esp_eth_mac_t){
        .set_mediator = set_mediator,
        .init = init,
        .deinit = agree,
        .start = agree,
        .stop = agree,
        .transmit = transmit,
        .set_addr = set_address,
        .get_addr = get_address,
        .set_speed = agree_to_speed,
        .set_duplex = agree_to_duplex,
        .set_link = follow_link,
        .set_promiscuous = agree_to_switch,
        .enable_flow_ctrl = agree_to_switch,
        .set_peer_pause_ability = agree_to_pause,
        .del = agree,
    };
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 5, 0)
    tap.mac.add_mac_filter = agree_to_address;
    tap.mac.rm_mac_filter = agree_to_address;
#else
    (void)agree_to_address;
#endif
    return &tap.mac;
}

/* --- the PHY --- */

static esp_err_t phy_set_mediator(esp_eth_phy_t *phy, esp_eth_mediator_t *eth)
{
    (void)phy;
    (void)eth;
    return ESP_OK;
}

static esp_err_t phy_agree(esp_eth_phy_t *phy)
{
    (void)phy;
    return ESP_OK;
}

static esp_err_t negotiate(esp_eth_phy_t *phy, eth_phy_autoneg_cmd_t command, bool *on)
{
    (void)phy;
    (void)command;
    *on = true;
    return ESP_OK;
}

static esp_err_t tell_link(esp_eth_phy_t *phy)
{
    (void)phy;
    if (!tap.link_is_up) {
        tap.link_is_up = true;
        tap.eth->on_state_changed(tap.eth, ETH_STATE_SPEED, (void *)ETH_SPEED_100M);
        tap.eth->on_state_changed(tap.eth, ETH_STATE_DUPLEX, (void *)ETH_DUPLEX_FULL);
        tap.eth->on_state_changed(tap.eth, ETH_STATE_LINK, (void *)ETH_LINK_UP);
    }
    return ESP_OK;
}

static esp_err_t set_link(esp_eth_phy_t *phy, eth_link_t link)
{
    (void)phy;
    tap.link_is_up = link == ETH_LINK_UP;
    return tap.eth->on_state_changed(tap.eth, ETH_STATE_LINK, (void *)(uintptr_t)link);
}

esp_eth_phy_t *esp_eth_phy_new_tap(void)
{
    tap.phy = (esp_eth_phy_t){
        .set_mediator = phy_set_mediator,
        .reset_hw = phy_agree,
        .reset = phy_agree,
        .init = phy_agree,
        .deinit = phy_agree,
        .autonego_ctrl = negotiate,
        .get_link = tell_link,
        .set_link = set_link,
        .del = phy_agree,
    };
    return &tap.phy;
}

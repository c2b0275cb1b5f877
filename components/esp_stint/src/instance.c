/* The one stack of a device: its memory and its links.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "instance.h"

#include "esp_log.h"
#include "esp_random.h"
#include "esp_timer.h"
#include "netif.h"
#include "poll_task.h"
#include "stint/base/random.h"
#include "stint/stack/groups.h"
#include "stint/stack/ipv6.h"
#include "stint/stack/loopback.h"
#include "stint_sockets/resolve.h"
#include "stint_sockets/wait_freertos.h"
#include "taps.h"
#include <stdalign.h>
#include <string.h>

#ifdef CONFIG_ESP_STINT_ENTROPY_SOURCE
#include "bootloader_random.h"
#endif

static const char *const TAG = "stint";

enum {
    SOCKETS_MEMORY = CONFIG_ESP_STINT_SOCKETS * 40 * sizeof(void *),
    DNS_QUERIES = 4, /* two names of both families at a time */
    DNS_ADDRESSES = 4,
    DNS_NAME_MEMORY = sizeof(struct stint_dns_record) + STINT_DNS_NAME_TEXT_LENGTH +
                      2 * DNS_ADDRESSES * sizeof(struct stint_address),
    RESOLVER_MEMORY = CONFIG_ESP_STINT_DNS_NAMES * DNS_NAME_MEMORY +
                      DNS_QUERIES * sizeof(struct stint_dns_query) + 4 * 8, /* and for alignment */
    ICMP_SOCKETS = 1,
    ICMP_BUFFER = 512,
    LOOPBACK_INTERFACE = 1,
    FIRST_TCP_BUFFER =
        1 << (CONFIG_ESP_STINT_TCP_BUFFER_EXPONENT < 11 ? CONFIG_ESP_STINT_TCP_BUFFER_EXPONENT
                                                        : 11),
};

static struct {
    struct stint_stack stack;
    struct stint_sockets sockets;
    struct stint_resolver resolver;
    struct stint_wait_freertos wait;
    struct stint_loopback loopback;
    struct link links[CONFIG_ESP_STINT_INTERFACES];
    bool running;
} instance;

static alignas(8) uint8_t memory[CONFIG_ESP_STINT_MEMORY];
static alignas(8) uint8_t sockets_memory[SOCKETS_MEMORY];
static alignas(8) uint8_t resolver_memory[RESOLVER_MEMORY];
static alignas(8) uint8_t loopback_memory[CONFIG_ESP_STINT_LOOPBACK_MEMORY];

static struct stint_stack_config stack_config(void)
{
    return (struct stint_stack_config){
        .memory = stint_span_of(memory, sizeof(memory)),
        .tcp =
            {
                .connections = CONFIG_ESP_STINT_TCP_CONNECTIONS,
                .half_open = CONFIG_ESP_STINT_TCP_HALF_OPEN,
                .time_wait = CONFIG_ESP_STINT_TCP_TIME_WAIT,
                .listeners = CONFIG_ESP_STINT_TCP_LISTENERS,
                .receive_buffer = 1U << CONFIG_ESP_STINT_TCP_BUFFER_EXPONENT,
                .send_buffer = 1U << CONFIG_ESP_STINT_TCP_BUFFER_EXPONENT,
                .first_buffer = FIRST_TCP_BUFFER,
            },
        .udp =
            {
                .sockets = CONFIG_ESP_STINT_UDP_SOCKETS,
                .receive_buffer = 1U << CONFIG_ESP_STINT_UDP_BUFFER_EXPONENT,
                .send_buffer = 1U << CONFIG_ESP_STINT_UDP_BUFFER_EXPONENT,
            },
        .icmp = {.sockets = ICMP_SOCKETS, .buffer = ICMP_BUFFER},
#ifdef CONFIG_ESP_STINT_IPV6
        .ipv6 = &stint_ipv6,
#endif
#ifdef CONFIG_ESP_STINT_MULTICAST
        .igmp = &stint_igmp,
#ifdef CONFIG_ESP_STINT_IPV6
        .mld = &stint_mld,
#endif
        .groups = 8 + NETIF_IP6_ADDRESSES,
        .memberships = 8 * CONFIG_ESP_STINT_INTERFACES,
#endif
        .interfaces = LOOPBACK_INTERFACE + CONFIG_ESP_STINT_INTERFACES,
        .addresses = 4 + NETIF_IP6_ADDRESSES,
        .routes = 4 + 3 * CONFIG_ESP_STINT_INTERFACES,
        .neighbors = CONFIG_ESP_STINT_NEIGHBORS,
        .held_frames = CONFIG_ESP_STINT_HELD_FRAMES,
    };
}

/* RFC 6528, RFC 6056: what nobody outside can guess begins here. */
static void draw_secret(uint8_t secret[STINT_SECRET_LENGTH])
{
#ifdef CONFIG_ESP_STINT_ENTROPY_SOURCE
    bootloader_random_enable();
    esp_fill_random(secret, STINT_SECRET_LENGTH);
    bootloader_random_disable();
#else
    esp_fill_random(secret, STINT_SECRET_LENGTH);
#endif
}

static bool start_stack(void)
{
    uint8_t secret[STINT_SECRET_LENGTH];
    draw_secret(secret);
    struct stint_stack_config config = stack_config();
    config.secret = stint_view_of(secret, sizeof(secret));
    const enum stint_result result = stint_stack_init(&instance.stack, &config);
    instance.stack.config.secret = stint_view_of(NULL, 0);
    memset(secret, 0, sizeof(secret));
    if (result != STINT_OK) {
        ESP_LOGE(TAG, "the stack does not start: %s; its records need %u of %u bytes",
            stint_result_name(result), (unsigned)stint_stack_memory_needed(&config),
            (unsigned)sizeof(memory));
    }
    return result == STINT_OK;
}

/* Before all drivers, so that its number never changes. */
static bool start_loopback(void)
{
    stint_loopback_init(
        &instance.loopback, stint_span_of(loopback_memory, sizeof(loopback_memory)));
    return stint_stack_attach_loopback(&instance.stack, &instance.loopback) == STINT_OK;
}

static bool start_sockets(void)
{
    const struct stint_sockets_config config = {
        .stack = &instance.stack,
        .wait = &stint_wait_freertos_operations,
        .wait_context = &instance.wait,
        .descriptors = CONFIG_ESP_STINT_SOCKETS,
        .memory = stint_span_of(sockets_memory, sizeof(sockets_memory)),
    };
    return stint_sockets_init(&instance.sockets, &config) == STINT_OK;
}

static bool start_resolver(void)
{
    static const struct stint_dns_client_limits limits = {
        .names = CONFIG_ESP_STINT_DNS_NAMES,
        .queries = DNS_QUERIES,
        .addresses = DNS_ADDRESSES,
        .name_length = STINT_DNS_NAME_TEXT_LENGTH,
    };
    return stint_resolver_start(&instance.resolver, &instance.sockets, &limits,
               stint_span_of(resolver_memory, sizeof(resolver_memory))) == STINT_OK;
}

static void wake(void *context)
{
    (void)context;
    instance_wake();
}

static esp_err_t start_tasks(void)
{
    if (!stint_wait_freertos_init(&instance.wait, instance_now, wake, NULL)) {
        return ESP_ERR_NO_MEM;
    }
    const bool started = start_sockets() && start_resolver();
    const esp_err_t result = started ? poll_task_start() : ESP_ERR_NO_MEM;
    if (result != ESP_OK) {
        stint_wait_freertos_destroy(&instance.wait);
    }
    return result;
}

esp_err_t instance_start(void)
{
    if (instance.running) {
        return ESP_ERR_INVALID_STATE;
    }
    memset(&instance, 0, sizeof(instance));
    for (unsigned i = 0; i < CONFIG_ESP_STINT_INTERFACES; i++) {
        link_init(&instance.links[i]);
    }
    taps_clear();
    const esp_err_t result = start_stack() && start_loopback() ? start_tasks() : ESP_ERR_NO_MEM;
    instance.running = result == ESP_OK;
    return result;
}

void instance_stop(void)
{
    if (!instance.running) {
        return;
    }
    poll_task_stop();
    for (unsigned i = 0; i < CONFIG_ESP_STINT_INTERFACES; i++) {
        link_drain(&instance.links[i]);
    }
    stint_wait_freertos_destroy(&instance.wait);
    instance.running = false;
}

bool instance_is_running(void)
{
    return instance.running;
}

void instance_lock(void)
{
    stint_sockets_lock(&instance.sockets);
}

void instance_unlock(void)
{
    stint_sockets_unlock(&instance.sockets);
}

struct stint_stack *instance_stack(void)
{
    return &instance.stack;
}

struct stint_sockets *instance_sockets(void)
{
    return &instance.sockets;
}

struct stint_instant instance_now(void)
{
    return stint_instant_at(esp_timer_get_time());
}

/* --- links --- */

static bool attach(struct link *link, struct stint_hardware_address address, uint16_t mtu)
{
    if (link->attached) {
        struct stint_interface *const interface = &instance.stack.interfaces[link->interface];
        interface->config.hardware_address = address;
        return true;
    }
    const struct stint_interface_config config = {
        .device = link_device(link),
        .hardware_address = address,
        .mtu = mtu,
    };
    link->attached = stint_stack_attach(&instance.stack, &config, &link->interface) == STINT_OK;
    return link->attached;
}

static struct link *find_free_link(void)
{
    for (unsigned i = 0; i < CONFIG_ESP_STINT_INTERFACES; i++) {
        if (instance.links[i].netif == NULL) {
            return &instance.links[i];
        }
    }
    return NULL;
}

struct link *instance_take_link(esp_netif_t *netif, const uint8_t hardware_address[6],
    const esp_netif_driver_ifconfig_t *driver, uint16_t mtu)
{
    struct stint_hardware_address address;
    memcpy(address.octets, hardware_address, sizeof(address.octets));
    struct link *const link = find_free_link();
    if (link == NULL || !attach(link, address, mtu)) {
        return NULL;
    }
    stint_stack_set_link(&instance.stack, instance_now(), link->interface, false);
    link_drain(link);
    link->netif = netif;
    link->driver = *driver;
    return link;
}

void instance_release_link(struct link *link)
{
    atomic_store(&link->up, false);
    link_drain(link);
    link->netif = NULL;
}

struct link *instance_link(unsigned index)
{
    return &instance.links[index];
}

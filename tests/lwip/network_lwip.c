/* Our host is lwIP, joined to the cable by a network interface of its own.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Frames that lwIP sends come from any of its threads: they wait in a queue under a lock, and the
 * runner, to which the cable belongs, carries them in both directions.
 */
#include "network.h"

#include <pthread.h>
#include <semaphore.h>
#include <string.h>

#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/tcpip.h>

enum { FRAME_AT_MOST = 1514, OUTGOING = 256 };

static struct netif interface;
static struct network *joined;
static sem_t lwip_runs;

static pthread_mutex_t outgoing_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
    size_t length;
    uint8_t bytes[FRAME_AT_MOST];
} outgoing[OUTGOING];
static unsigned outgoing_first;
static unsigned outgoing_count;

static err_t send_frame(struct netif *netif, struct pbuf *frame)
{
    (void)netif;
    pthread_mutex_lock(&outgoing_mutex);
    if (outgoing_count < OUTGOING && frame->tot_len <= FRAME_AT_MOST) {
        const unsigned at = (outgoing_first + outgoing_count++) % OUTGOING;
        outgoing[at].length = pbuf_copy_partial(frame, outgoing[at].bytes, frame->tot_len, 0);
    }
    pthread_mutex_unlock(&outgoing_mutex);
    stint_linux_runner_wake(&joined->runner);
    return ERR_OK;
}

static void carry_out(const struct stint_device *cable, struct stint_instant now)
{
    pthread_mutex_lock(&outgoing_mutex);
    while (outgoing_count > 0) {
        const size_t length = outgoing[outgoing_first].length;
        const struct stint_span room = stint_device_transmit(cable, now, length);
        if (room.bytes == NULL) {
            break;
        }
        memcpy(room.bytes, outgoing[outgoing_first].bytes, length);
        stint_device_transmit_commit(cable, now, length);
        outgoing_first = (outgoing_first + 1) % OUTGOING;
        outgoing_count--;
    }
    pthread_mutex_unlock(&outgoing_mutex);
}

static void carry_in(const struct stint_device *cable, struct stint_instant now)
{
    for (struct stint_view frame = stint_device_receive(cable, now); frame.length > 0;
         frame = stint_device_receive(cable, now)) {
        /* Not PBUF_POOL: Debian's has 616 bytes where pbuf_alloc() believes in 1,536. */
        struct pbuf *buffer = pbuf_alloc(PBUF_RAW, (u16_t)frame.length, PBUF_RAM);
        if (buffer != NULL) {
            pbuf_take(buffer, frame.bytes, (u16_t)frame.length);
            if (interface.input(buffer, &interface) != ERR_OK) {
                pbuf_free(buffer);
            }
        }
        stint_device_receive_done(cable);
    }
}

static struct stint_instant carry(void *context, struct stint_instant now)
{
    const struct stint_device cable = stint_cable_device((struct stint_cable *)context, 0);
    const unsigned before = outgoing_count;
    carry_out(&cable, now);
    carry_in(&cable, now);
    return before > 0 ? now : stint_instant_never(); /* the peer may have work now */
}

static err_t describe_interface(struct netif *netif)
{
    static const uint8_t hardware_address[6] = {2, 0, 0, 0, 0, 1};
    memcpy(netif->hwaddr, hardware_address, sizeof(hardware_address));
    netif->hwaddr_len = sizeof(hardware_address);
    netif->name[0] = 's';
    netif->name[1] = 't';
    netif->mtu = 1500;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->output = etharp_output;
    netif->output_ip6 = ethip6_output;
    netif->linkoutput = send_frame;
    return ERR_OK;
}

static void tell_that_lwip_runs(void *unused)
{
    (void)unused;
    sem_post(&lwip_runs);
}

void network_add_own_host(struct network *network)
{
    ip4_addr_t address;
    ip4_addr_t mask;
    ip4_addr_t gateway;
    ip6_addr_t ipv6;
    joined = network;
    sem_init(&lwip_runs, 0, 0);
    tcpip_init(tell_that_lwip_runs, NULL);
    sem_wait(&lwip_runs);
    IP4_ADDR(&address, 10, 0, 0, 1);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 0, 0, 0, 0);
    LOCK_TCPIP_CORE();
    netif_add(&interface, &address, &mask, &gateway, NULL, describe_interface, tcpip_input);
    netif_set_default(&interface);
    netif_set_link_up(&interface);
    netif_set_up(&interface);
    IP6_ADDR(&ipv6, PP_HTONL(0xfd000000), 0, 0, PP_HTONL(1));
    netif_ip6_addr_set(&interface, 1, &ipv6);
    netif_ip6_addr_set_state(&interface, 1, IP6_ADDR_PREFERRED);
    UNLOCK_TCPIP_CORE();
    const struct stint_linux_task task = {
        .poll = carry, .context = &network->cable, .descriptor = -1};
    if (!stint_linux_runner_add(&network->runner, task)) {
        network_fail("no room in the runner");
    }
}

void network_started(struct network *network)
{
    (void)network;
}

/* The states of a DHCP client, and the steps that follow.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/client/dhcpv4.h"

#include "dhcpv4_lease_internal.h"

#include <string.h>

enum {
    FIRST_DELAY_MS = 1000, /* a random part of it, lest a whole house speaks at once */
    FIRST_WAIT_MS = 4000,  /* RFC 2131 4.1: for an answer, then twice as long */
    LONGEST_WAIT_MS = 64000,
    SPREAD_MS = 1000,     /* RFC 2131 4.1: each wait a random second longer or shorter */
    REQUEST_ATTEMPTS = 4, /* before another server is looked for */
    REBOOT_ATTEMPTS = 2,  /* before any address will do */
    LEAST_RENEWAL_S = 60, /* RFC 2131 4.4.5: between two messages for a lease we have */
    PROBES = 2,           /* quicker than RFC 5227 2.1.1, which makes a user wait 7 seconds */
    PROBE_WAIT_MS = 300,
    DECLINE_WAIT_S = 10, /* RFC 2131 3.1 5 */
};

void stint_dhcpv4_client_init(struct stint_dhcpv4_client *client,
    const struct stint_hardware_address *address, struct stint_view host_name,
    struct stint_random *random)
{
    memset(client, 0, sizeof *client);
    client->random = random;
    client->hardware_address = *address;
    client->host_name = host_name;
    client->next_at = stint_instant_never();
}

static struct stint_instant soon(struct stint_dhcpv4_client *client, struct stint_instant now)
{
    return stint_instant_after(
        now, stint_milliseconds(stint_random_below(client->random, FIRST_DELAY_MS)));
}

static bool has_lease(const struct stint_dhcpv4_client *client, struct stint_instant now)
{
    return !stint_address_is_unspecified(&client->lease.address) &&
           !stint_instant_has_come(client->lease.expires_at, now);
}

/* A new exchange: whatever was sent in an earlier one is answered in vain. */
static void enter(
    struct stint_dhcpv4_client *client, struct stint_instant next_at, enum stint_dhcpv4_state state)
{
    client->state = (uint8_t)state;
    client->attempts = 0;
    client->next_at = next_at;
}

static void begin_exchange(struct stint_dhcpv4_client *client, struct stint_instant now,
    struct stint_instant next_at, enum stint_dhcpv4_state state)
{
    client->transaction = stint_random_next(client->random);
    client->began_at = now;
    enter(client, next_at, state);
}

static void begin_again(struct stint_dhcpv4_client *client, struct stint_instant at)
{
    client->lease.address = (struct stint_address){{0}};
    enter(client, at, STINT_DHCPV4_INIT);
}

void stint_dhcpv4_client_start(struct stint_dhcpv4_client *client, struct stint_instant now)
{
    client->releasing = false;
    client->declining = false;
    if (has_lease(client, now)) {
        begin_exchange(client, now, now, STINT_DHCPV4_REBOOTING);
    } else {
        begin_again(client, soon(client, now));
    }
}

void stint_dhcpv4_client_stop(struct stint_dhcpv4_client *client)
{
    enter(client, stint_instant_never(), STINT_DHCPV4_STOPPED);
    client->lease_changed = false;
    client->declining = false;
}

void stint_dhcpv4_client_release(struct stint_dhcpv4_client *client, struct stint_instant now)
{
    client->releasing = client->configured && has_lease(client, now);
    stint_dhcpv4_client_stop(client);
    if (!client->releasing) {
        client->lease.address = (struct stint_address){{0}};
    }
}

/* --- what arrives --- */

static bool take_offer(struct stint_dhcpv4_client *client, struct stint_instant now,
    const struct stint_dhcpv4_message *message)
{
    if (client->state != STINT_DHCPV4_SELECTING || !stint_dhcpv4_lease_is_possible(message)) {
        return false;
    }
    stint_dhcpv4_lease_take(&client->lease, now, message);
    enter(client, now, STINT_DHCPV4_REQUESTING);
    return true;
}

static bool take_acknowledgment(struct stint_dhcpv4_client *client, struct stint_instant now,
    const struct stint_dhcpv4_message *message)
{
    const bool is_first =
        client->state == STINT_DHCPV4_REQUESTING || client->state == STINT_DHCPV4_REBOOTING;
    const bool is_renewal =
        client->state == STINT_DHCPV4_RENEWING || client->state == STINT_DHCPV4_REBINDING;
    if (!(is_first || is_renewal) || !stint_dhcpv4_lease_is_possible(message) ||
        !stint_address_equal(&message->yours, &client->lease.address)) {
        return false;
    }
    /* Time counts from when we asked: the server's own clock began before its answer came. */
    struct stint_dhcpv4_lease lease;
    stint_dhcpv4_lease_take(&lease, client->began_at, message);
    if (is_first) {
        client->lease = lease;
        enter(client, now, STINT_DHCPV4_CHECKING);
        return true;
    }
    client->lease_changed = !stint_dhcpv4_lease_means_the_same(&client->lease, &lease);
    client->lease = lease;
    enter(client, lease.renew_at, STINT_DHCPV4_BOUND);
    return true;
}

static bool take_refusal(struct stint_dhcpv4_client *client, struct stint_instant now,
    const struct stint_dhcpv4_message *message)
{
    switch ((enum stint_dhcpv4_state)client->state) {
    case STINT_DHCPV4_REQUESTING:
    case STINT_DHCPV4_RENEWING:
        if (!stint_address_is_unspecified(&message->server) &&
            !stint_address_equal(&message->server, &client->lease.server)) {
            return false; /* some other server's opinion */
        }
        begin_again(client, soon(client, now));
        return true;
    case STINT_DHCPV4_REBOOTING:
    case STINT_DHCPV4_REBINDING:
        begin_again(client, soon(client, now));
        return true;
    case STINT_DHCPV4_STOPPED:
    case STINT_DHCPV4_INIT:
    case STINT_DHCPV4_SELECTING:
    case STINT_DHCPV4_CHECKING:
    case STINT_DHCPV4_BOUND:
        return false;
    }
    return false;
}

bool stint_dhcpv4_client_take(struct stint_dhcpv4_client *client, struct stint_instant now,
    const struct stint_dhcpv4_message *message)
{
    if (message->transaction != client->transaction ||
        !stint_hardware_address_equal(&message->client_hardware, &client->hardware_address)) {
        return false;
    }
    switch (message->type) {
    case STINT_DHCPV4_OFFER:
        return take_offer(client, now, message);
    case STINT_DHCPV4_ACK:
        return take_acknowledgment(client, now, message);
    case STINT_DHCPV4_NAK:
        return take_refusal(client, now, message);
    case STINT_DHCPV4_DISCOVER:
    case STINT_DHCPV4_REQUEST:
    case STINT_DHCPV4_DECLINE:
    case STINT_DHCPV4_RELEASE:
    case STINT_DHCPV4_INFORM:
        break;
    }
    return false;
}

bool stint_dhcpv4_client_take_conflict(struct stint_dhcpv4_client *client, struct stint_instant now,
    const struct stint_address *address)
{
    if (client->state != STINT_DHCPV4_CHECKING || client->declining ||
        !stint_address_equal(address, &client->lease.address)) {
        return false;
    }
    client->declining = true;
    client->next_at = now;
    return true;
}

/* --- time --- */

/* RFC 2131 4.4.5: half of what is left until `end`, at least a minute. */
static struct stint_instant half_way(struct stint_instant now, struct stint_instant end)
{
    if (stint_instant_is_never(end)) {
        return end;
    }
    const struct stint_duration half =
        stint_microseconds(stint_instant_since(end, now).microseconds / 2);
    const struct stint_duration wait = stint_duration_longer(half, stint_seconds(LEAST_RENEWAL_S));
    return stint_instant_earlier(end, stint_instant_after(now, wait));
}

/* What time alone changes in states that have a lease. */
static void age_lease(struct stint_dhcpv4_client *client, struct stint_instant now)
{
    const struct stint_dhcpv4_lease *lease = &client->lease;
    if (stint_instant_has_come(lease->expires_at, now)) {
        begin_again(client, now);
    } else if (stint_instant_has_come(lease->rebind_at, now)) {
        if (client->state != STINT_DHCPV4_REBINDING) {
            begin_exchange(client, now, now, STINT_DHCPV4_REBINDING);
        }
    } else if (client->state == STINT_DHCPV4_BOUND &&
               stint_instant_has_come(lease->renew_at, now)) {
        begin_exchange(client, now, now, STINT_DHCPV4_RENEWING);
    }
}

/* The state's time is up; what is to be sent, if anything, is sent after it. */
static void advance(struct stint_dhcpv4_client *client, struct stint_instant now)
{
    switch ((enum stint_dhcpv4_state)client->state) {
    case STINT_DHCPV4_INIT:
        begin_exchange(client, now, now, STINT_DHCPV4_SELECTING);
        return;
    case STINT_DHCPV4_REQUESTING:
        if (client->attempts >= REQUEST_ATTEMPTS) {
            begin_again(client, now);
            advance(client, now);
        }
        return;
    case STINT_DHCPV4_REBOOTING:
        if (client->attempts >= REBOOT_ATTEMPTS) {
            begin_again(client, now);
            advance(client, now);
        }
        return;
    case STINT_DHCPV4_CHECKING:
        if (client->attempts >= PROBES && !client->declining) {
            client->lease_changed = true;
            enter(client, client->lease.renew_at, STINT_DHCPV4_BOUND);
        }
        return;
    case STINT_DHCPV4_BOUND:
    case STINT_DHCPV4_RENEWING:
    case STINT_DHCPV4_REBINDING:
        age_lease(client, now);
        return;
    case STINT_DHCPV4_STOPPED:
    case STINT_DHCPV4_SELECTING:
        return;
    }
}

/* --- steps --- */

static bool lease_is_usable(const struct stint_dhcpv4_client *client)
{
    return client->state == STINT_DHCPV4_BOUND || client->state == STINT_DHCPV4_RENEWING ||
           client->state == STINT_DHCPV4_REBINDING;
}

/* Where the message that is due goes. */
static void address_message(
    const struct stint_dhcpv4_client *client, struct stint_dhcpv4_step *step)
{
    const bool to_server = client->releasing || client->state == STINT_DHCPV4_RENEWING;
    const bool from_lease = to_server || client->state == STINT_DHCPV4_REBINDING;
    step->kind = STINT_DHCPV4_SEND;
    step->source = from_lease ? client->lease.address : (struct stint_address){{0}};
    step->destination = to_server ? client->lease.server : stint_address_ipv4(255, 255, 255, 255);
}

bool stint_dhcpv4_client_next(
    struct stint_dhcpv4_client *client, struct stint_instant now, struct stint_dhcpv4_step *step)
{
    if (client->releasing) {
        address_message(client, step);
        return true;
    }
    if (stint_instant_has_come(client->next_at, now)) {
        advance(client, now);
    }
    if (client->configured && !lease_is_usable(client)) {
        step->kind = STINT_DHCPV4_UNCONFIGURE;
        return true;
    }
    if (client->lease_changed) {
        step->kind = STINT_DHCPV4_CONFIGURE;
        return true;
    }
    if (!stint_instant_has_come(client->next_at, now)) {
        return false;
    }
    if (client->state == STINT_DHCPV4_CHECKING && !client->declining) {
        step->kind = STINT_DHCPV4_PROBE;
        return true;
    }
    address_message(client, step);
    return true;
}

/* When a message is repeated that nobody answers. */
static struct stint_instant repeat_at(struct stint_dhcpv4_client *client, struct stint_instant now)
{
    if (client->state == STINT_DHCPV4_RENEWING) {
        return half_way(now, client->lease.rebind_at);
    }
    if (client->state == STINT_DHCPV4_REBINDING) {
        return half_way(now, client->lease.expires_at);
    }
    uint32_t wait = FIRST_WAIT_MS;
    for (unsigned i = 0; i < client->attempts && wait < LONGEST_WAIT_MS; i++) {
        wait *= 2;
    }
    wait += stint_random_below(client->random, 2 * SPREAD_MS + 1) - SPREAD_MS;
    return stint_instant_after(now, stint_milliseconds(wait));
}

static void sent(struct stint_dhcpv4_client *client, struct stint_instant now)
{
    if (client->releasing) {
        client->releasing = false;
        client->lease.address = (struct stint_address){{0}};
    } else if (client->declining) {
        client->declining = false;
        begin_again(client, stint_instant_after(now, stint_seconds(DECLINE_WAIT_S)));
    } else {
        client->next_at = repeat_at(client, now);
        client->attempts =
            client->attempts < UINT8_MAX ? (uint8_t)(client->attempts + 1) : UINT8_MAX;
    }
}

void stint_dhcpv4_client_done(struct stint_dhcpv4_client *client, struct stint_instant now,
    const struct stint_dhcpv4_step *step)
{
    switch (step->kind) {
    case STINT_DHCPV4_SEND:
        sent(client, now);
        return;
    case STINT_DHCPV4_PROBE:
        client->attempts++;
        client->next_at = stint_instant_after(now, stint_milliseconds(PROBE_WAIT_MS));
        return;
    case STINT_DHCPV4_CONFIGURE:
        client->lease_changed = false;
        client->configured = true;
        return;
    case STINT_DHCPV4_UNCONFIGURE:
        client->configured = false;
        return;
    }
}

struct stint_instant stint_dhcpv4_client_deadline(const struct stint_dhcpv4_client *client)
{
    const bool something_now = client->releasing || client->lease_changed ||
                               (client->configured && !lease_is_usable(client));
    return something_now ? stint_instant_at(0) : client->next_at;
}

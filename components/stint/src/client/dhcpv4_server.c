/* What a DHCP server hears, and what it answers to whom.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "dhcpv4_server_internal.h"

/* --- what arrives --- */

static bool owe(struct stint_dhcpv4_grant *grant, enum stint_dhcpv4_type type,
    const struct stint_dhcpv4_message *message)
{
    grant->owed = (uint8_t)type;
    grant->transaction = message->transaction;
    grant->wants_broadcast = message->wants_broadcast;
    grant->has_address = !stint_address_is_unspecified(&message->client);
    return true;
}

static bool owe_stray(struct stint_dhcpv4_server *server, enum stint_dhcpv4_type type,
    const struct stint_dhcpv4_message *message)
{
    server->stray = (struct stint_dhcpv4_stray_answer){
        .type = (uint8_t)type,
        .wants_broadcast = message->wants_broadcast,
        .transaction = message->transaction,
        .hardware = message->client_hardware,
        .client = message->client,
    };
    return true;
}

static bool take_discover(struct stint_dhcpv4_server *server, struct stint_instant now,
    const struct stint_dhcpv4_message *message)
{
    struct stint_dhcpv4_grant *grant = stint_dhcpv4_grant_any(server, now, message);
    if (grant == NULL) {
        return false;
    }
    if (stint_dhcpv4_grant_has_lapsed(grant, now) || grant->state == STINT_DHCPV4_GRANT_OFFERED) {
        grant->state = STINT_DHCPV4_GRANT_OFFERED;
        grant->until = stint_instant_after(now, stint_seconds(STINT_DHCPV4_OFFER_S));
    }
    return owe(grant, STINT_DHCPV4_OFFER, message);
}

static bool bind_client(const struct stint_dhcpv4_server *server, struct stint_instant now,
    struct stint_dhcpv4_grant *grant, const struct stint_dhcpv4_message *message)
{
    grant->state = STINT_DHCPV4_GRANT_BOUND;
    grant->until = server->config.lease_s == UINT32_MAX
                       ? stint_instant_never()
                       : stint_instant_after(now, stint_seconds(server->config.lease_s));
    return owe(grant, STINT_DHCPV4_ACK, message);
}

/* RFC 2131 4.3.2: from SELECTING it names a server; from INIT-REBOOT the address that it had; from
 * RENEWING and REBINDING it speaks from the address. */
static bool take_request(struct stint_dhcpv4_server *server, struct stint_instant now,
    const struct stint_dhcpv4_message *message)
{
    const bool selects = !stint_address_is_unspecified(&message->server);
    struct stint_dhcpv4_grant *grant = stint_dhcpv4_grant_find(server, &message->client_hardware);
    if (selects && !stint_address_equal(&message->server, &server->config.address)) {
        if (grant != NULL && grant->state == STINT_DHCPV4_GRANT_OFFERED) {
            *grant = (struct stint_dhcpv4_grant){0};
        }
        return false;
    }
    const struct stint_address *wanted =
        stint_address_is_unspecified(&message->requested) ? &message->client : &message->requested;
    uint16_t index = 0;
    if (!stint_dhcpv4_grant_index_of(server, wanted, &index)) {
        return !stint_address_is_unspecified(wanted) &&
               owe_stray(server, STINT_DHCPV4_NAK, message);
    }
    if (grant == NULL && !selects) {
        grant = stint_dhcpv4_grant_of_address(server, now, &message->client_hardware, index);
    }
    if (grant == NULL || grant->index != index) {
        return owe_stray(server, STINT_DHCPV4_NAK, message);
    }
    return bind_client(server, now, grant, message);
}

/* The client's grant of the address that it speaks of; NULL when it has no such. */
static struct stint_dhcpv4_grant *find_named(const struct stint_dhcpv4_server *server,
    const struct stint_dhcpv4_message *message, const struct stint_address *address)
{
    struct stint_dhcpv4_grant *grant = stint_dhcpv4_grant_find(server, &message->client_hardware);
    uint16_t index = 0;
    const bool is_named = grant != NULL && stint_dhcpv4_grant_index_of(server, address, &index) &&
                          grant->index == index &&
                          stint_address_equal(&message->server, &server->config.address);
    return is_named ? grant : NULL;
}

static bool take_decline(struct stint_dhcpv4_server *server, struct stint_instant now,
    const struct stint_dhcpv4_message *message)
{
    struct stint_dhcpv4_grant *grant = find_named(server, message, &message->requested);
    if (grant != NULL) {
        *grant = (struct stint_dhcpv4_grant){
            .state = STINT_DHCPV4_GRANT_DECLINED,
            .index = grant->index,
            .until = stint_instant_after(now, stint_seconds(STINT_DHCPV4_DECLINED_S)),
        };
    }
    return grant != NULL;
}

/* It is remembered whose it was. */
static bool take_release(struct stint_dhcpv4_server *server, struct stint_instant now,
    const struct stint_dhcpv4_message *message)
{
    struct stint_dhcpv4_grant *grant = find_named(server, message, &message->client);
    if (grant != NULL) {
        grant->until = now;
        grant->owed = 0;
    }
    return grant != NULL;
}

bool stint_dhcpv4_server_take(struct stint_dhcpv4_server *server, struct stint_instant now,
    const struct stint_dhcpv4_message *message)
{
    if (!stint_address_is_unspecified(&message->relay) ||
        stint_hardware_address_is_group(&message->client_hardware) ||
        stint_hardware_address_is_zero(&message->client_hardware)) {
        return false;
    }
    switch (message->type) {
    case STINT_DHCPV4_DISCOVER:
        return take_discover(server, now, message);
    case STINT_DHCPV4_REQUEST:
        return take_request(server, now, message);
    case STINT_DHCPV4_DECLINE:
        return take_decline(server, now, message);
    case STINT_DHCPV4_RELEASE:
        return take_release(server, now, message);
    case STINT_DHCPV4_INFORM:
        return !stint_address_is_unspecified(&message->client) &&
               owe_stray(server, STINT_DHCPV4_ACK, message);
    case STINT_DHCPV4_OFFER:
    case STINT_DHCPV4_ACK:
    case STINT_DHCPV4_NAK:
        return false;
    }
    return false;
}

/* --- answers --- */

/* RFC 2131 4.1: to the address that the client has, to all when it asks for that, else to the
 * address that it is given, by its hardware address. */
static void address_answer(
    struct stint_dhcpv4_answer *answer, bool has_address, bool wants_broadcast)
{
    const struct stint_dhcpv4_message *message = &answer->message;
    answer->hardware = message->client_hardware;
    answer->destination = has_address ? message->client : message->yours;
    if (!has_address && wants_broadcast) {
        answer->hardware = stint_hardware_address_broadcast;
        answer->destination = stint_address_ipv4(255, 255, 255, 255);
    }
}

static void put_parameters(
    const struct stint_dhcpv4_server_config *config, struct stint_dhcpv4_message *message)
{
    message->subnet_length = config->subnet_length;
    message->router_count = !stint_address_is_unspecified(&config->router);
    message->routers[0] = config->router;
    message->dns_server_count = config->dns_server_count;
    for (unsigned i = 0; i < config->dns_server_count; i++) {
        message->dns_servers[i] = config->dns_servers[i];
    }
}

static void put_grant(const struct stint_dhcpv4_server *server,
    const struct stint_dhcpv4_grant *grant, struct stint_dhcpv4_answer *answer)
{
    *answer = (struct stint_dhcpv4_answer){
        .message =
            {
                .type = (enum stint_dhcpv4_type)grant->owed,
                .transaction = grant->transaction,
                .lease_s = server->config.lease_s,
                .wants_broadcast = grant->wants_broadcast,
                .client_hardware = grant->hardware,
                .yours = stint_dhcpv4_grant_address_of(server, grant->index),
                .server = server->config.address,
            },
    };
    put_parameters(&server->config, &answer->message);
    if (grant->has_address) {
        answer->message.client = answer->message.yours;
    }
    address_answer(answer, grant->has_address, grant->wants_broadcast);
}

/* A refusal goes to all: its client has no right to any address. */
static void put_stray(const struct stint_dhcpv4_server *server, struct stint_dhcpv4_answer *answer)
{
    const struct stint_dhcpv4_stray_answer *stray = &server->stray;
    const bool informs = stray->type == STINT_DHCPV4_ACK;
    *answer = (struct stint_dhcpv4_answer){
        .message =
            {
                .type = (enum stint_dhcpv4_type)stray->type,
                .transaction = stray->transaction,
                .wants_broadcast = stray->wants_broadcast,
                .client_hardware = stray->hardware,
                .server = server->config.address,
            },
    };
    if (informs) {
        answer->message.client = stray->client;
        put_parameters(&server->config, &answer->message);
    }
    address_answer(answer, informs, true);
}

static struct stint_dhcpv4_grant *find_owed(const struct stint_dhcpv4_server *server)
{
    for (unsigned i = 0; i < server->config.grant_count; i++) {
        if (server->config.grants[i].owed != 0) {
            return &server->config.grants[i];
        }
    }
    return NULL;
}

bool stint_dhcpv4_server_next(
    const struct stint_dhcpv4_server *server, struct stint_dhcpv4_answer *answer)
{
    const struct stint_dhcpv4_grant *grant = find_owed(server);
    if (grant != NULL) {
        put_grant(server, grant, answer);
    } else if (server->stray.type != 0) {
        put_stray(server, answer);
    } else {
        return false;
    }
    return true;
}

void stint_dhcpv4_server_done(
    struct stint_dhcpv4_server *server, const struct stint_dhcpv4_answer *answer)
{
    struct stint_dhcpv4_grant *grant = find_owed(server);
    if (grant == NULL) {
        server->stray.type = 0;
        return;
    }
    grant->untold = grant->untold || answer->message.type == STINT_DHCPV4_ACK;
    grant->owed = 0;
}

bool stint_dhcpv4_server_next_client(struct stint_dhcpv4_server *server,
    struct stint_hardware_address *hardware, struct stint_address *address)
{
    for (unsigned i = 0; i < server->config.grant_count; i++) {
        struct stint_dhcpv4_grant *grant = &server->config.grants[i];
        if (grant->untold) {
            grant->untold = false;
            *hardware = grant->hardware;
            *address = stint_dhcpv4_grant_address_of(server, grant->index);
            return true;
        }
    }
    return false;
}

bool stint_dhcpv4_server_find(const struct stint_dhcpv4_server *server, struct stint_instant now,
    const struct stint_hardware_address *hardware, struct stint_address *address)
{
    const struct stint_dhcpv4_grant *grant = stint_dhcpv4_grant_find(server, hardware);
    const bool found = grant != NULL && grant->state == STINT_DHCPV4_GRANT_BOUND &&
                       !stint_dhcpv4_grant_has_lapsed(grant, now);
    if (found) {
        *address = stint_dhcpv4_grant_address_of(server, grant->index);
    }
    return found;
}

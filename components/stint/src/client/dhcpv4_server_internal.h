/* What the DHCP server's messages and its grants share.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_CLIENT_DHCPV4_SERVER_INTERNAL_H
#define STINT_CLIENT_DHCPV4_SERVER_INTERNAL_H

#include "stint/client/dhcpv4_server.h"

/* The address at a place of the pool, and back: false for what is not in it, or is the server's. */
struct stint_address stint_dhcpv4_grant_address_of(
    const struct stint_dhcpv4_server *server, uint16_t index);
bool stint_dhcpv4_grant_index_of(
    const struct stint_dhcpv4_server *server, const struct stint_address *address, uint16_t *index);

/* True when the place may be another's. */
bool stint_dhcpv4_grant_has_lapsed(
    const struct stint_dhcpv4_grant *grant, struct stint_instant now);

/* What the client has, or had last; NULL: nothing that is remembered. */
struct stint_dhcpv4_grant *stint_dhcpv4_grant_find(
    const struct stint_dhcpv4_server *server, const struct stint_hardware_address *hardware);

/* A grant of this address to a client that has none; NULL when somebody else has it. */
struct stint_dhcpv4_grant *stint_dhcpv4_grant_of_address(struct stint_dhcpv4_server *server,
    struct stint_instant now, const struct stint_hardware_address *hardware, uint16_t index);

/* The client's own, the one that it asks for, or any; NULL: all are taken. */
struct stint_dhcpv4_grant *stint_dhcpv4_grant_any(struct stint_dhcpv4_server *server,
    struct stint_instant now, const struct stint_dhcpv4_message *message);

#endif

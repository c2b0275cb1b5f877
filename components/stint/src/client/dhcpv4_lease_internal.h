/* What a server's message grants, as a lease, and what we tell a server.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_CLIENT_DHCPV4_LEASE_INTERNAL_H
#define STINT_CLIENT_DHCPV4_LEASE_INTERNAL_H

#include "stint/client/dhcpv4.h"

/* True when a client can live with it: an address that a host may have, a server, and a time. */
bool stint_dhcpv4_lease_is_possible(const struct stint_dhcpv4_message *message);

/* The lease that a message grants to who asked for it at `asked_at`. */
void stint_dhcpv4_lease_take(struct stint_dhcpv4_lease *lease, struct stint_instant asked_at,
    const struct stint_dhcpv4_message *message);

/* True when nothing but times and the server differ. */
bool stint_dhcpv4_lease_means_the_same(
    const struct stint_dhcpv4_lease *a, const struct stint_dhcpv4_lease *b);

#endif

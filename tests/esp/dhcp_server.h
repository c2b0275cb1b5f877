/* A DHCP server at the other end of a driver's wire, with one address to give: 192.0.2.50/24, with
 * router and name server 192.0.2.1. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * It is a thread that reads and writes frames: it has no stack, and answers nothing but DHCP.
 */
#ifndef STINT_TESTS_DHCP_SERVER_H
#define STINT_TESTS_DHCP_SERVER_H

#include "responder.h"

struct dhcp_server {
    struct responder responder;
    unsigned discovers; /* messages that came, by type */
    unsigned requests;
    char host_name[32]; /* as the client told it */
};

void dhcp_server_start(struct dhcp_server *server, struct harness_wire *wire);
void dhcp_server_stop(struct dhcp_server *server);

#endif

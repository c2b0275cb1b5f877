/* Hosts as people name them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef ESP_STINT_CONSOLE_HOSTS_H
#define ESP_STINT_CONSOLE_HOSTS_H

#include "stint/client/dns.h"
#include "stint/wire/address_text.h"
#include "stint_sockets/sockets.h"

/* With brackets, a colon, a port and a NUL. */
struct host_text {
    char text[STINT_ADDRESS_TEXT_LENGTH + sizeof("[]:65535")];
};

/* "192.0.2.1", "fe80::1". */
struct host_text host_address_text(const struct stint_address *address);

/* "192.0.2.1:80", "[fe80::1]:80"; "*" for what is not set. */
struct host_text host_endpoint_text(const struct stint_endpoint *endpoint);

/* The families that the options -4 and -6 of a command leave. */
enum stint_dns_families host_families(bool only_ipv4, bool only_ipv6);

/* The stack's sockets; NULL, after a line that says so, when the stack does not run. */
struct stint_sockets *host_sockets(const char *command);

/* The addresses of a host that is given by one, or by its name: how many, at most `capacity`; 0
 * after a line that says why. Sleeps until a name server has answered. */
size_t host_find(const char *command, struct stint_sockets *sockets, const char *host,
    enum stint_dns_families families, struct stint_address *addresses, size_t capacity);

/* The family of an address's sockets. */
enum stint_socket_family host_family(const struct stint_address *address);

#endif

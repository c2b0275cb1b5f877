/* getaddrinfo over the host's resolver, when it has a server to ask; the C library's otherwise.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Each address that was found goes through the C library's own getaddrinfo() as text: services,
 * hints and memory are its business. glibc's freeaddrinfo() frees a list one by one, so that such
 * answers may be joined.
 */
#define _GNU_SOURCE 1

#include "calls.h"
#include "stint/wire/address_text.h"
#include "stint_sockets/resolve.h"
#include "table.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESSES_AT_MOST = 16 };

static int error_of(enum stint_dns_outcome outcome)
{
    switch (outcome) {
    case STINT_DNS_FOUND:
        return 0;
    case STINT_DNS_NO_ADDRESS:
        return EAI_NODATA;
    case STINT_DNS_NAME_UNKNOWN:
    case STINT_DNS_NAME_INVALID:
    case STINT_DNS_NAME_NOT_ASKED:
        return EAI_NONAME;
    case STINT_DNS_ANSWER_TRUNCATED:
    case STINT_DNS_SERVERS_REFUSE:
        return EAI_FAIL;
    case STINT_DNS_SERVERS_FAIL:
    case STINT_DNS_SERVERS_SILENT:
    case STINT_DNS_NO_SERVER:
    case STINT_DNS_ASKING:
        return EAI_AGAIN;
    case STINT_DNS_TOO_MANY:
        return EAI_MEMORY;
    }
    return EAI_FAIL;
}

/* An address in one of the C library's forms: "127.1" and "fe80::1%eth0" among them. */
static bool is_numeric(const char *host)
{
    struct in_addr ignored;
    return strchr(host, ':') != NULL || inet_aton(host, &ignored) != 0;
}

static bool has(const struct addrinfo *hints, int flag)
{
    return (hints->ai_flags & flag) != 0;
}

/* What is no name, or not for the two families, is the C library's. */
static bool is_ours(const char *host, const struct addrinfo *hints)
{
    return host != NULL && !is_numeric(host) && !has(hints, AI_NUMERICHOST) &&
           (hints->ai_family == AF_UNSPEC || hints->ai_family == AF_INET ||
               hints->ai_family == AF_INET6);
}

/* Whether a host is there to ask; a name may be looked up before any socket is opened. */
static bool has_servers(void)
{
    if (getenv("STINT_DNS") != NULL) {
        shim_start_once();
    }
    return shim_is_attached() && !shim_is_a_child() && stint_resolver_has_servers(shim_sockets());
}

/* --- asking --- */

/* Addresses of a name, and how they were wanted. */
struct found {
    const char *host;
    const struct addrinfo *hints;
    struct stint_address addresses[ADDRESSES_AT_MOST];
    size_t count;
};

/* Which families are worth asking for: enum stint_dns_families, or 0. */
static unsigned families_of(const struct addrinfo *hints)
{
    unsigned families = STINT_DNS_BOTH;
    if (hints->ai_family == AF_INET) {
        families = STINT_DNS_IPV4;
    } else if (hints->ai_family == AF_INET6 && !has(hints, AI_V4MAPPED)) {
        families = STINT_DNS_IPV6;
    }
    return has(hints, AI_ADDRCONFIG) ? families & stint_resolver_own_families(shim_sockets())
                                     : families;
}

/* Mapped addresses are for want of others, unless all are wanted. */
static void leave_out_mapped(struct found *found)
{
    size_t others = 0;
    for (size_t i = 0; i < found->count; i++) {
        if (!stint_address_is_ipv4(&found->addresses[i])) {
            found->addresses[others++] = found->addresses[i];
        }
    }
    found->count = others > 0 ? others : found->count;
}

static int look_up(struct found *found)
{
    const unsigned families = families_of(found->hints);
    if (families == 0) {
        return EAI_NONAME;
    }
    const enum stint_dns_outcome outcome = stint_resolve(shim_sockets(), found->host,
        (enum stint_dns_families)families, found->addresses, ADDRESSES_AT_MOST, &found->count);
    if (found->hints->ai_family == AF_INET6 && !has(found->hints, AI_ALL)) {
        leave_out_mapped(found);
    }
    return error_of(outcome);
}

/* --- answering --- */

/* Appends what the C library makes of one address; where the next is to be appended. */
static int append(struct addrinfo ***end, const struct stint_address *address, const char *service,
    const struct addrinfo *hints)
{
    char text[STINT_ADDRESS_TEXT_LENGTH];
    struct addrinfo own = *hints;
    own.ai_flags = (own.ai_flags & ~(AI_ADDRCONFIG | AI_CANONNAME)) | AI_NUMERICHOST;
    (void)stint_address_format(address, text, sizeof text);
    const int error = stint_real.getaddrinfo(text, service, &own, *end);
    while (error == 0 && **end != NULL) {
        *end = &(**end)->ai_next;
    }
    return error;
}

/* Aliases were the servers' business: the name stays as it was asked for. */
static int name_first(struct addrinfo *first, const struct found *found)
{
    if (first != NULL && has(found->hints, AI_CANONNAME)) {
        first->ai_canonname = strdup(found->host);
        return first->ai_canonname != NULL ? 0 : EAI_MEMORY;
    }
    return 0;
}

static int make_answer(const struct found *found, const char *service, struct addrinfo **result)
{
    struct addrinfo *first = NULL;
    struct addrinfo **end = &first;
    int error = 0;
    for (size_t i = 0; i < found->count && error == 0; i++) {
        error = append(&end, &found->addresses[i], service, found->hints);
    }
    if (error == 0) {
        error = name_first(first, found);
    }
    if (error != 0 && first != NULL) {
        freeaddrinfo(first);
        return error;
    }
    *result = first;
    return error;
}

int shim_getaddrinfo(
    const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
    static const struct addrinfo none = {.ai_flags = AI_V4MAPPED | AI_ADDRCONFIG};
    struct found found = {.host = host, .hints = hints != NULL ? hints : &none};
    if (!is_ours(host, found.hints) || !has_servers()) {
        return stint_real.getaddrinfo(host, service, hints, result);
    }
    const int error = look_up(&found);
    return error != 0 ? error : make_answer(&found, service, result);
}

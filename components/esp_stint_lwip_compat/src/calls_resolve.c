/* Names of hosts: gethostbyname and getaddrinfo.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"
#include "lwip_address.h"
#include "resolve.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_AT_MOST = 255, IPV4_LENGTH = 4 };

/* --- gethostbyname --- */

/* What a struct hostent points to. */
struct host_memory {
    char *addresses[2];
    char *aliases[1];
    uint8_t address[IPV4_LENGTH];
    char name[];
};

static void describe_host(struct hostent *host, struct host_memory *memory, const char *name,
    const struct stint_address *address)
{
    memcpy(memory->address, stint_address_ipv4_octets(address), IPV4_LENGTH);
    memcpy(memory->name, name, strlen(name) + 1);
    memory->addresses[0] = (char *)memory->address;
    memory->addresses[1] = NULL;
    memory->aliases[0] = NULL;
    *host = (struct hostent){
        .h_name = memory->name,
        .h_aliases = memory->aliases,
        .h_addrtype = AF_INET,
        .h_length = IPV4_LENGTH,
        .h_addr_list = memory->addresses,
    };
}

/* 0, or what h_errno says. */
static int find_host(const char *name, struct stint_address *address)
{
    struct lwip_found found;
    if (strlen(name) > NAME_AT_MOST || !lwip_resolve(name, STINT_DNS_IPV4, &found)) {
        return HOST_NOT_FOUND;
    }
    *address = found.addresses[0];
    return 0;
}

struct hostent *__wrap_lwip_gethostbyname(const char *name)
{
    /* As everywhere, the answer is overwritten by the next. */
    static struct hostent host;
    static union {
        struct host_memory memory;
        char room[sizeof(struct host_memory) + NAME_AT_MOST + 1];
    } kept;
    struct stint_address address;
    const int error = find_host(name, &address);
    if (error != 0) {
        h_errno = error;
        return NULL;
    }
    describe_host(&host, &kept.memory, name, &address);
    return &host;
}

int __wrap_lwip_gethostbyname_r(const char *name, struct hostent *host, char *memory, size_t size,
    struct hostent **result, int *error)
{
    int nobody_asks = 0;
    int *const told = error != NULL ? error : &nobody_asks;
    if (result == NULL) {
        *told = EINVAL;
        return -1;
    }
    *result = NULL;
    if (name == NULL || host == NULL || memory == NULL) {
        *told = EINVAL;
        return -1;
    }
    const size_t skipped = -(uintptr_t)memory % sizeof(char *);
    if (size < skipped + sizeof(struct host_memory) + strlen(name) + 1) {
        *told = ERANGE;
        return -1;
    }
    struct stint_address address;
    *told = find_host(name, &address);
    if (*told != 0) {
        return -1;
    }
    describe_host(host, (struct host_memory *)(void *)(memory + skipped), name, &address);
    *result = host;
    return 0;
}

/* --- getaddrinfo --- */

/* One answer, in one piece of memory. */
struct answer {
    struct addrinfo info;
    struct sockaddr_storage address;
    char name[];
};

/* Services are numbers, as in lwIP. */
static int port_of(const char *service, uint16_t *port)
{
    *port = 0;
    if (service == NULL) {
        return 0;
    }
    char *end = NULL;
    const long number = strtol(service, &end, 10);
    if (end == service || *end != '\0' || number < 0 || number > UINT16_MAX) {
        return EAI_SERVICE;
    }
    *port = (uint16_t)number;
    return 0;
}

static bool family_is_known(int family)
{
#if LWIP_IPV6
    if (family == AF_INET6) {
        return true;
    }
#endif
    return family == AF_UNSPEC || family == AF_INET;
}

/* Of a nameless host: this one, to listen on or to connect to. */
static struct stint_address own_address(int family, bool to_listen)
{
    struct stint_address address = {{0}};
    if (family == AF_INET || family == AF_UNSPEC) {
        return to_listen ? stint_address_ipv4(0, 0, 0, 0) : stint_address_ipv4(127, 0, 0, 1);
    }
    address.octets[15] = to_listen ? 0 : 1;
    return address;
}

static bool wants(const struct addrinfo *hints, int flag)
{
    return (hints->ai_flags & flag) != 0;
}

static enum stint_dns_families families_of(const struct addrinfo *hints)
{
    if (hints->ai_family == AF_INET) {
        return STINT_DNS_IPV4;
    }
    if (hints->ai_family == AF_UNSPEC) {
        return LWIP_IPV6 ? STINT_DNS_BOTH : STINT_DNS_IPV4;
    }
    return STINT_DNS_IPV6;
}

/* What lwIP answers when it has no address. An address as text is not mapped when only text is
 * taken: as in lwIP. */
static int find_addresses(const char *name, const struct addrinfo *hints, struct lwip_found *found)
{
    const enum stint_dns_families families = families_of(hints);
    if (name == NULL) {
        found->addresses[0] = own_address(hints->ai_family, wants(hints, AI_PASSIVE));
        found->count = 1;
        return 0;
    }
    if (wants(hints, AI_NUMERICHOST)) {
        return lwip_resolve_text(name, families, found) ? 0 : EAI_NONAME;
    }
    const bool may_map = families == STINT_DNS_IPV6 && wants(hints, AI_V4MAPPED);
    const bool is_found = lwip_resolve(name, families, found) ||
                          (may_map && lwip_resolve(name, STINT_DNS_IPV4, found));
    return is_found ? 0 : EAI_FAIL;
}

static int make_answer(const char *name, const struct addrinfo *hints,
    const struct stint_endpoint *endpoint, struct addrinfo **result)
{
    const size_t name_size = name != NULL ? strlen(name) + 1 : 0;
    struct answer *answer = calloc(1, sizeof(*answer) + name_size);
    if (answer == NULL) {
        return EAI_MEMORY;
    }
    const bool is_ipv4 = stint_address_is_ipv4(&endpoint->address);
    answer->info.ai_family = is_ipv4 && hints->ai_family != AF_INET6 ? AF_INET : AF_INET6;
    answer->info.ai_socktype = hints->ai_socktype;
    answer->info.ai_protocol = hints->ai_protocol;
    answer->info.ai_addr = (struct sockaddr *)&answer->address;
    answer->info.ai_addrlen = lwip_address_make(endpoint, answer->info.ai_family, &answer->address);
    if (name != NULL) {
        memcpy(answer->name, name, name_size);
        answer->info.ai_canonname = answer->name;
    }
    *result = &answer->info;
    return 0;
}

/* An answer for each address, linked. */
static int make_answers(const char *name, const struct addrinfo *hints, uint16_t port,
    const struct lwip_found *found, struct addrinfo **result)
{
    struct addrinfo **end = result;
    for (size_t i = 0; i < found->count; i++) {
        const struct stint_endpoint endpoint = {found->addresses[i], port};
        if (make_answer(name, hints, &endpoint, end) != 0) {
            __wrap_lwip_freeaddrinfo(*result);
            *result = NULL;
            return EAI_MEMORY;
        }
        end = &(*end)->ai_next;
    }
    return 0;
}

int __wrap_lwip_getaddrinfo(
    const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
    const struct addrinfo none = {.ai_family = AF_UNSPEC};
    const struct addrinfo *const wanted = hints != NULL ? hints : &none;
    struct lwip_found found;
    uint16_t port;
    if (result == NULL) {
        return EAI_FAIL;
    }
    *result = NULL;
    if (name == NULL && service == NULL) {
        return EAI_NONAME;
    }
    if (!family_is_known(wanted->ai_family)) {
        return EAI_FAMILY;
    }
    int error = port_of(service, &port);
    if (error == 0) {
        error = find_addresses(name, wanted, &found);
    }
    return error != 0 ? error : make_answers(name, wanted, port, &found, result);
}

int __wrap_esp_getaddrinfo(
    const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
    return __wrap_lwip_getaddrinfo(name, service, hints, result);
}

void __wrap_lwip_freeaddrinfo(struct addrinfo *info)
{
    while (info != NULL) {
        struct addrinfo *const next = info->ai_next;
        free(info); /* the first member of its struct answer */
        info = next;
    }
}

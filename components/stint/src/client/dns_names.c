/* Names as they are asked for, and those that nobody is asked for (RFC 6761, RFC 6762, RFC 7686).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "dns_internal.h"

#include "stint/wire/address_text.h"

#include <string.h>

/* Letters, digits and '-', and '_', which hosts have against RFC 952. */
static char in_small_letters(char character)
{
    if (character >= 'A' && character <= 'Z') {
        return (char)(character - 'A' + 'a');
    }
    const bool plain = (character >= 'a' && character <= 'z') ||
                       (character >= '0' && character <= '9') || character == '-' ||
                       character == '_';
    return plain ? character : '\0';
}

/* False when no host can have the name, or it does not fit. */
static bool normalize(const char *name, struct stint_span into)
{
    struct stint_writer writer = stint_writer_into(into);
    size_t label = 0;
    for (; *name != '\0' && !writer.failed; name++) {
        if (*name == '.') {
            if (label == 0) {
                return false;
            }
            label = 0;
            if (name[1] != '\0') {
                stint_writer_put8(&writer, '.');
            }
            continue;
        }
        const char plain = in_small_letters(*name);
        if (plain == '\0' || ++label > STINT_DNS_LABEL_LIMIT) {
            return false;
        }
        stint_writer_put8(&writer, (uint8_t)plain);
    }
    const bool is_empty = writer.used == 0;
    stint_writer_put8(&writer, 0);
    return !writer.failed && !is_empty;
}

/* True when `name` is `domain` or lies within it. */
static bool is_within(const char *name, const char *domain)
{
    const size_t length = strlen(name);
    const size_t domain_length = strlen(domain);
    if (length < domain_length ||
        memcmp(name + length - domain_length, domain, domain_length) != 0) {
        return false;
    }
    return length == domain_length || name[length - domain_length - 1] == '.';
}

static enum stint_dns_outcome take_own(
    struct stint_dns_lookup *lookup, const struct stint_address *address)
{
    const unsigned family = stint_address_is_ipv4(address) ? STINT_DNS_IPV4 : STINT_DNS_IPV6;
    if ((lookup->families & family) == 0) {
        return lookup->own_count > 0 ? STINT_DNS_FOUND : STINT_DNS_NO_ADDRESS;
    }
    lookup->own[lookup->own_count] = *address;
    lookup->own_count++;
    return STINT_DNS_FOUND;
}

static enum stint_dns_outcome take_loopback(struct stint_dns_lookup *lookup)
{
    static const struct stint_address ipv6 = {{[15] = 1}};
    const struct stint_address ipv4 = stint_address_ipv4(127, 0, 0, 1);
    (void)take_own(lookup, &ipv4);
    return take_own(lookup, &ipv6);
}

enum stint_dns_outcome dns_name_settle(
    const char *name, struct stint_span plain, struct stint_dns_lookup *lookup)
{
    struct stint_address address;
    if (stint_address_parse(name, &address)) {
        return take_own(lookup, &address);
    }
    if (!normalize(name, plain)) {
        return STINT_DNS_NAME_INVALID;
    }
    const char *text = (const char *)plain.bytes;
    if (is_within(text, "localhost")) {
        return take_loopback(lookup);
    }
    if (is_within(text, "local") || is_within(text, "onion")) {
        return STINT_DNS_NAME_NOT_ASKED;
    }
    return is_within(text, "invalid") ? STINT_DNS_NAME_UNKNOWN : STINT_DNS_ASKING;
}

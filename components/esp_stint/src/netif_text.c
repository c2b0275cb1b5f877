/* Addresses as text and as kinds.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "netif.h"
#include "stint/wire/address.h"
#include <stdio.h>
#include <string.h>

enum { OCTETS = 4, GROUPS = 8 };

void esp_netif_set_ip4_addr(esp_ip4_addr_t *addr, uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    const uint8_t octets[OCTETS] = {a, b, c, d};
    memcpy(&addr->addr, octets, sizeof(octets));
}

char *esp_ip4addr_ntoa(const esp_ip4_addr_t *addr, char *buf, int buflen)
{
    if (addr == NULL || buf == NULL || buflen <= 0) {
        return NULL;
    }
    uint8_t octets[OCTETS];
    memcpy(octets, &addr->addr, sizeof(octets));
    const int length =
        snprintf(buf, (size_t)buflen, "%u.%u.%u.%u", octets[0], octets[1], octets[2], octets[3]);
    return length < buflen ? buf : NULL;
}

/* A decimal number of one to three digits up to 255; where it ends, or NULL. */
static const char *read_octet(const char *text, uint8_t *octet)
{
    unsigned value = 0;
    const char *end = text;
    while (*end >= '0' && *end <= '9' && end - text < 3) {
        value = value * 10 + (unsigned)(*end++ - '0');
    }
    *octet = (uint8_t)value;
    return end == text || value > UINT8_MAX ? NULL : end;
}

static bool read_ipv4(const char *text, uint8_t octets[OCTETS])
{
    for (unsigned i = 0; i < OCTETS && text != NULL; i++) {
        text = read_octet(text, &octets[i]);
        if (text != NULL && i < OCTETS - 1) {
            text = *text == '.' ? text + 1 : NULL;
        }
    }
    return text != NULL && *text == '\0';
}

esp_err_t esp_netif_str_to_ip4(const char *src, esp_ip4_addr_t *dst)
{
    uint8_t octets[OCTETS];
    if (src == NULL || dst == NULL) {
        return ESP_ERR_INVALID_ARG;
    }
    if (!read_ipv4(src, octets)) {
        return ESP_FAIL;
    }
    memcpy(&dst->addr, octets, sizeof(octets));
    return ESP_OK;
}

/* 255.255.255.255 for what is no address, as inet_addr() has it. */
uint32_t esp_ip4addr_aton(const char *addr)
{
    esp_ip4_addr_t address = {.addr = UINT32_MAX};
    esp_netif_str_to_ip4(addr, &address);
    return address.addr;
}

/* lwIP's name for it, which drivers and protocol components call. */
__attribute__((weak)) int ip4addr_aton(const char *text, esp_ip4_addr_t *address);
int ip4addr_aton(const char *text, esp_ip4_addr_t *address)
{
    return esp_netif_str_to_ip4(text, address) == ESP_OK;
}

static int hexadecimal(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    const char lower = (char)(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* RFC 4291 2.2: groups of one to four digits; one run of zero groups may be "::". */
struct ipv6_text {
    const char *text;
    uint8_t octets[2 * GROUPS];
    unsigned count; /* groups read */
    int gap;        /* before which group "::" stands, or -1 */
};

static bool read_group(struct ipv6_text *reader)
{
    unsigned value = 0;
    const char *const start = reader->text;
    while (hexadecimal(*reader->text) >= 0 && reader->text - start < 4) {
        value = value * 16 + (unsigned)hexadecimal(*reader->text++);
    }
    if (reader->text == start || reader->count == GROUPS) {
        return false;
    }
    stint_store16(reader->octets + 2 * (size_t)reader->count++, (uint16_t)value);
    return true;
}

static bool take_gap(struct ipv6_text *reader)
{
    if (strncmp(reader->text, "::", 2) != 0 || reader->gap >= 0) {
        return false;
    }
    reader->gap = (int)reader->count;
    reader->text += 2;
    return true;
}

static bool read_groups(struct ipv6_text *reader)
{
    bool after_gap = take_gap(reader);
    while (*reader->text != '\0') {
        if (!after_gap && reader->count > 0 && *reader->text++ != ':') {
            return false;
        }
        if (!read_group(reader)) {
            return false;
        }
        after_gap = take_gap(reader);
    }
    return reader->gap >= 0 ? reader->count < GROUPS : reader->count == GROUPS;
}

esp_err_t esp_netif_str_to_ip6(const char *src, esp_ip6_addr_t *dst)
{
    if (src == NULL || dst == NULL) {
        return ESP_ERR_INVALID_ARG;
    }
    struct ipv6_text reader = {.text = src, .gap = -1};
    if (!read_groups(&reader)) {
        return ESP_FAIL;
    }
    uint8_t octets[2 * GROUPS] = {0};
    const size_t before = 2 * (size_t)(reader.gap >= 0 ? (unsigned)reader.gap : reader.count);
    const size_t after = 2 * (size_t)reader.count - before;
    memcpy(octets, reader.octets, before);
    memcpy(octets + sizeof(octets) - after, reader.octets + before, after);
    memcpy(dst->addr, octets, sizeof(octets));
    dst->zone = 0;
    return ESP_OK;
}

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
esp_ip6_addr_type_t esp_netif_ip6_get_addr_type(const esp_ip6_addr_t *ip6_addr)
#else
/* NOLINTNEXTLINE(readability-non-const-parameter): as it was declared then */
esp_ip6_addr_type_t esp_netif_ip6_get_addr_type(esp_ip6_addr_t *ip6_addr)
#endif
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    uint8_t octets[2 * GROUPS];
    memcpy(octets, ip6_addr->addr, sizeof(octets));
    if (memcmp(octets, mapped, sizeof(mapped)) == 0) {
        return ESP_IP6_ADDR_IS_IPV4_MAPPED_IPV6;
    }
    if ((octets[0] & 0xe0) == 0x20) {
        return ESP_IP6_ADDR_IS_GLOBAL;
    }
    if ((octets[0] & 0xfe) == 0xfc) {
        return ESP_IP6_ADDR_IS_UNIQUE_LOCAL;
    }
    if (octets[0] == 0xfe) {
        const uint8_t kind = octets[1] & 0xc0;
        return kind == 0x80   ? ESP_IP6_ADDR_IS_LINK_LOCAL
               : kind == 0xc0 ? ESP_IP6_ADDR_IS_SITE_LOCAL
                              : ESP_IP6_ADDR_IS_UNKNOWN;
    }
    return ESP_IP6_ADDR_IS_UNKNOWN;
}

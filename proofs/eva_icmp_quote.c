/* Interpretation of wire/icmp_quote over unknown quotes of every length up to 71 and of 65,535,
 * with every header length. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/icmp_quote.c wire/ipv4.c wire/address.c base/bytes.c
 */
#include "checksum_model.h"
#include "stint/wire/icmp_quote.h"

enum { LARGEST = 65535 };

static void parse(size_t length, size_t header_length_in_words)
{
    uint8_t *bytes = unknown_bytes(length);
    if (length > 0) {
        bytes[0] = (uint8_t)(unknown_up_to(15) * 16 + header_length_in_words);
    }
    struct stint_icmp_quote quote;
    stint_icmp_quote_parse_ipv4(stint_view_of(bytes, length), &quote);
    forget(bytes);
}

static void parse_each_header(size_t length)
{
    const size_t words = unknown_up_to(15);
    /*@ split words; */
    parse(length, words);
    /*@ merge words; */
}

int main(void)
{
    const size_t length = unknown_length(LARGEST);
    /*@ split length; */
    parse_each_header(length);
    Frama_C_show_each_end();
    return 0;
}

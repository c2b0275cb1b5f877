/* Interpretation of wire/checksum over unknown bytes of every length up to 71 and of 2,000, the way
 * of machines whose words may lie anywhere. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/checksum.c wire/address.c base/bytes.c
 */
#include "stint/wire/checksum.h"
#include "unknown.h"

enum { LARGEST = 2000 };

static void add(size_t length)
{
    const struct stint_view bytes = unknown_view(length);
    uint8_t *copy = unknown_bytes(length);
    struct stint_checksum checksum = {unknown32(), unknown_bool()};
    stint_checksum_add(&checksum, bytes);
    stint_checksum_add_copy(&checksum, copy, bytes);
    if (length % 4 == 0) {
        stint_checksum_add_header(&checksum, bytes);
    }
    stint_checksum_add16(&checksum, unknown16());
    stint_checksum_finish(&checksum);
    forget(bytes.bytes);
    forget(copy);
}

static void add_pseudo_header(size_t length)
{
    struct stint_address source;
    struct stint_address destination;
    MAKE_UNKNOWN(source);
    MAKE_UNKNOWN(destination);
    const struct stint_checksum checksum =
        stint_checksum_pseudo_header(&source, &destination, unknown8(), length);
    stint_checksum_finish(&checksum);
}

int main(void)
{
    const size_t length = unknown_length(LARGEST);
    /*@ split length; */
    add(length);
    add_pseudo_header(length);
    Frama_C_show_each_end();
    return 0;
}

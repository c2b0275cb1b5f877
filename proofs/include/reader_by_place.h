/* base/bytes for the interpretation of parsers that step over lengths read from the packet: the
 * real functions, but each place that a reader comes to is followed on its own, for otherwise the
 * interpreter forgets which length is left at which place. One driver includes it in the place of
 * base/bytes.c. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PROOFS_READER_BY_PLACE_H
#define STINT_PROOFS_READER_BY_PLACE_H

#include "stint/base/bytes.h"

#define stint_reader_take take_bytes
#include "base/bytes.c"
#undef stint_reader_take

const uint8_t *stint_reader_take(struct stint_reader *reader, size_t length)
{
    if (length > reader->rest.length) {
        return take_bytes(reader, length);
    }
    const size_t left = reader->rest.length - length;
    /*@ split left; */
    return take_bytes(reader, reader->rest.length - left);
}

#endif

/* Text put together in a fixed place: what does not fit is left out, and said.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_TESTS_FIRMWARE_TEXT_H
#define STINT_TESTS_FIRMWARE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes; /* always ends with a NUL */
    size_t capacity;
    size_t length;
    bool cut; /* something did not fit */
};

struct text text_in(char *bytes, size_t capacity);
void text_put(struct text *text, const char *string);
void text_put_number(struct text *text, uint64_t number);

/* Puts `before`, then the number. */
void text_put_pair(struct text *text, const char *before, uint64_t number);

/* The decimal number at the start of `string`, at most UINT32_MAX; 0 when there is none. */
uint32_t text_number(const char *string);

/* True when `string` begins with `beginning`, upper and lower case alike. */
bool text_begins(const char *string, const char *beginning);

#endif

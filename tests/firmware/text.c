/* Text put together in a fixed place. SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "text.h"

enum { DIGITS = 20 };

struct text text_in(char *bytes, size_t capacity)
{
    bytes[0] = '\0';
    return (struct text){.bytes = bytes, .capacity = capacity};
}

void text_put(struct text *text, const char *string)
{
    for (; *string != '\0'; string++) {
        if (text->length + 1 >= text->capacity) {
            text->cut = true;
            return;
        }
        text->bytes[text->length++] = *string;
        text->bytes[text->length] = '\0';
    }
}

void text_put_number(struct text *text, uint64_t number)
{
    char digits[DIGITS + 1];
    char *first = digits + DIGITS;
    *first = '\0';
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    text_put(text, first);
}

void text_put_pair(struct text *text, const char *before, uint64_t number)
{
    text_put(text, before);
    text_put_number(text, number);
}

uint32_t text_number(const char *string)
{
    uint64_t number = 0;
    for (; *string >= '0' && *string <= '9' && number <= UINT32_MAX; string++) {
        number = number * 10 + (unsigned)(*string - '0');
    }
    return number <= UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

bool text_begins(const char *string, const char *beginning)
{
    while (*beginning != '\0' && lower(*string) == lower(*beginning)) {
        string++;
        beginning++;
    }
    return *beginning == '\0';
}

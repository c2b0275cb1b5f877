/* Writing JSON.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "web/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct json *json, const char *bytes, size_t length)
{
    if (json->failed) {
        return;
    }
    if (json->capacity - json->length < length) {
        const size_t capacity = (json->capacity + length) * 2;
        char *text = (char *)realloc(json->text, capacity);
        if (text == NULL) {
            json->failed = true;
            return;
        }
        json->text = text;
        json->capacity = capacity;
    }
    memcpy(json->text + json->length, bytes, length);
    json->length += length;
}

static void put_text(struct json *json, const char *text)
{
    put(json, text, strlen(text));
}

/* RFC 8259 7: quotation mark, reverse solidus and control characters are escaped. */
static void put_quoted(struct json *json, const char *text)
{
    put_text(json, "\"");
    for (const char *at = text; *at != '\0'; at++) {
        const unsigned char character = (unsigned char)*at;
        char escape[8];
        if (character == '"' || character == '\\') {
            snprintf(escape, sizeof escape, "\\%c", *at);
            put_text(json, escape);
        } else if (character < 0x20 || character == 0x7f) {
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)character);
            put_text(json, escape);
        } else {
            put(json, at, 1);
        }
    }
    put_text(json, "\"");
}

static void begin_value(struct json *json, const char *key)
{
    if (json->follows) {
        put_text(json, ",");
    }
    if (key != NULL) {
        put_quoted(json, key);
        put_text(json, ":");
    }
    json->follows = true;
}

static void open_group(struct json *json, const char *key, const char *bracket)
{
    begin_value(json, key);
    put_text(json, bracket);
    json->follows = false;
}

static void close_group(struct json *json, const char *bracket)
{
    put_text(json, bracket);
    json->follows = true;
}

void json_open_object(struct json *json, const char *key)
{
    open_group(json, key, "{");
}

void json_close_object(struct json *json)
{
    close_group(json, "}");
}

void json_open_array(struct json *json, const char *key)
{
    open_group(json, key, "[");
}

void json_close_array(struct json *json)
{
    close_group(json, "]");
}

void json_string(struct json *json, const char *key, const char *value)
{
    begin_value(json, key);
    put_quoted(json, value);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    begin_value(json, key);
    put_text(json, digits);
}

void json_boolean(struct json *json, const char *key, bool value)
{
    begin_value(json, key);
    put_text(json, value ? "true" : "false");
}

/* Writing JSON (RFC 8259) into memory that grows.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A key of NULL is an element of an array (or the document itself). Commas take care of themselves.
 */
#ifndef STINT_APPS_WEB_JSON_H
#define STINT_APPS_WEB_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
    char *text; /* from malloc(); for the caller to keep and free */
    size_t length;
    size_t capacity;
    bool failed; /* memory ran out: the text is not to be used */
    bool follows;
};

void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);
void json_string(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key, uint64_t value);
void json_boolean(struct json *json, const char *key, bool value);

#endif

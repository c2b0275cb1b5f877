/* What follows a command.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const struct option *find(const struct option *options, size_t count, const char *argument)
{
    for (size_t i = 0; i < count; i++) {
        if (argument[1] == options[i].letter && argument[2] == '\0') {
            return &options[i];
        }
    }
    return NULL;
}

static bool read_number(const char *command, const struct option *option, const char *text)
{
    char *end;
    const unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || number < option->least ||
        number > option->most) {
        printf("%s: -%c takes a number from %" PRIu32 " to %" PRIu32 ", not '%s'\n", command,
            option->letter, option->least, option->most, text);
        return false;
    }
    *option->number = (uint32_t)number;
    return true;
}

/* `value` is NULL when nothing follows. */
static bool read_value(const char *command, const struct option *option, const char *value)
{
    if (value == NULL) {
        printf("%s: something must follow -%c\n", command, option->letter);
        return false;
    }
    if (option->number != NULL) {
        return read_number(command, option, value);
    }
    *option->text = value;
    return true;
}

bool arguments_read(
    int argc, char **argv, const struct option *options, size_t option_count, const char **word)
{
    const char *own = NULL;
    for (int i = 1; i < argc; i++) {
        const struct option *const option =
            argv[i][0] == '-' ? find(options, option_count, argv[i]) : NULL;
        if (option != NULL && option->flag != NULL) {
            *option->flag = true;
        } else if (option != NULL) {
            i++;
            if (!read_value(argv[0], option, i < argc ? argv[i] : NULL)) {
                return false;
            }
        } else if (argv[i][0] == '-' || word == NULL || own != NULL) {
            printf("%s: '%s' is not understood; see: help %s\n", argv[0], argv[i], argv[0]);
            return false;
        } else {
            own = argv[i];
        }
    }
    if (word != NULL) {
        *word = own;
    }
    return true;
}

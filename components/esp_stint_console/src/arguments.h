/* What follows a command: options of one letter, and at most one word of its own.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef ESP_STINT_CONSOLE_ARGUMENTS_H
#define ESP_STINT_CONSOLE_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of the last three is not NULL, and takes what was given. */
struct option {
    char letter;
    uint32_t least; /* of a number */
    uint32_t most;
    bool *flag;
    uint32_t *number;
    const char **text;
};

/* Reads the arguments; `*word` is the one that is no option, or NULL; `word` NULL: there must be
 * none. False, after a line that says why, when they are wrong. */
bool arguments_read(
    int argc, char **argv, const struct option *options, size_t option_count, const char **word);

#endif

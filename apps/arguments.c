/* Reading options by a table.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"

#include "complain.h"

#include <string.h>

static const struct argument *find(
    const struct argument *known, size_t known_count, const char *name, size_t length)
{
    for (size_t i = 0; i < known_count; i++) {
        if (strlen(known[i].name) == length && memcmp(known[i].name, name, length) == 0) {
            return &known[i];
        }
    }
    return NULL;
}

/* Reads the option at argv[at]; how many words it took, or 0 when it was refused. */
static int read_option(const char *command, const struct argument *known, size_t known_count,
    int argc, char **argv, int at)
{
    const char *word = argv[at];
    const size_t length = strcspn(word, "=");
    const struct argument *argument = find(known, known_count, word, length);
    if (argument == NULL) {
        complain("%s does not know the option %.*s; `stint %s --help` lists what it knows", command,
            (int)length, word, command);
        return 0;
    }
    const bool joined = word[length] == '=';
    if (argument->kind->read == NULL) {
        if (joined) {
            complain("%s has no value", argument->name);
            return 0;
        }
        *(bool *)argument->value = true;
        return 1;
    }
    if (!joined && at + 1 >= argc) {
        complain("%s needs a value: %s", argument->name, argument->kind->description);
        return 0;
    }
    const char *text = joined ? word + length + 1 : argv[at + 1];
    if (!argument->kind->read(text, argument->value)) {
        complain(
            "%s %s cannot be read; give %s", argument->name, text, argument->kind->description);
        return 0;
    }
    return joined ? 1 : 2;
}

enum arguments_outcome arguments_read(const char *command, const struct argument *known,
    size_t known_count, int argc, char **argv, int *operands)
{
    int at = 1;
    while (at < argc && argv[at][0] == '-' && argv[at][1] != '\0') {
        if (strcmp(argv[at], "--") == 0) {
            at++;
            break;
        }
        if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
            return ARGUMENTS_HELP;
        }
        const int taken = read_option(command, known, known_count, argc, argv, at);
        if (taken == 0) {
            return ARGUMENTS_REFUSED;
        }
        at += taken;
    }
    *operands = at;
    return ARGUMENTS_READ;
}

bool arguments_end(const char *command, int argc, char **argv, int operands)
{
    if (operands < argc) {
        complain("%s does not know what to do with %s; `stint %s --help` tells what it takes",
            command, argv[operands], command);
    }
    return operands >= argc;
}

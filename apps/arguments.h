/* The options of a command: a table says what each is called, how its value reads and where it
 * goes. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Options come as `--name value` or `--name=value`, flags as `--name`; `--` and the first operand
 * end them.
 */
#ifndef STINT_APPS_ARGUMENTS_H
#define STINT_APPS_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* Reads `text` into `value`; false when it does not read as what the kind is. */
typedef bool argument_reader(const char *text, void *value);

/* A kind of value: its reader, and what to say when a text is none: "a port from 0 to 65535". */
struct argument_kind {
    argument_reader *read; /* NULL: the option has no value, and makes a bool true */
    const char *description;
};

struct argument {
    const char *name; /* "--tap" */
    const struct argument_kind *kind;
    void *value;
};

enum arguments_outcome {
    ARGUMENTS_READ,
    ARGUMENTS_HELP,    /* --help was asked for */
    ARGUMENTS_REFUSED, /* and complained about */
};

/* Reads the options of `command`; argv[0] is the command's own name. `*operands` is the index of
 * the first operand. */
enum arguments_outcome arguments_read(const char *command, const struct argument *known,
    size_t known_count, int argc, char **argv, int *operands);

/* True when no operand follows; otherwise complains about the first. */
bool arguments_end(const char *command, int argc, char **argv, int operands);

/* The kinds and what they read into. */
extern const struct argument_kind argument_flag;             /* bool */
extern const struct argument_kind argument_text;             /* const char * */
extern const struct argument_kind argument_port;             /* uint16_t */
extern const struct argument_kind argument_count;            /* uint32_t */
extern const struct argument_kind argument_seconds;          /* struct stint_duration */
extern const struct argument_kind argument_milliseconds;     /* struct stint_duration */
extern const struct argument_kind argument_share;            /* uint32_t, parts per million */
extern const struct argument_kind argument_rate;             /* uint32_t, bits per second */
extern const struct argument_kind argument_address;          /* struct stint_address */
extern const struct argument_kind argument_local_address;    /* struct stint_local_address */
extern const struct argument_kind argument_hardware_address; /* struct stint_hardware_address */

#endif

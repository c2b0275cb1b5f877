/* One line on standard error.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "complain.h"

#include <stdarg.h>
#include <stdio.h>

int complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("stint: ", stderr);
    /* clang-tidy 14 forgets va_start() when it reads several files at once. */
    vfprintf(stderr, format, arguments); /* NOLINT(clang-analyzer-valist.Uninitialized) */
    fputc('\n', stderr);
    va_end(arguments);
    return ENDED_UNABLE;
}

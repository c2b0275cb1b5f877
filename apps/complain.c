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
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return ENDED_UNABLE;
}

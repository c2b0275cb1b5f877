/* Entry points of the preloaded form: they have the C library's names and are found before it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"
#include "preload.h"

#include <stdarg.h>

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the parameters have our words,
 * not the C library's. */

/* Other libraries' constructors may call before ours has run. */
#define CALL(result, name, parameters, arguments)                                                  \
    result name parameters;                                                                        \
    result name parameters                                                                         \
    {                                                                                              \
        preload_find_real_calls();                                                                 \
        return shim_##name arguments;                                                              \
    }
#define VARIADIC(name, type)                                                                       \
    int name(int fd, type what, ...);                                                              \
    int name(int fd, type what, ...)                                                               \
    {                                                                                              \
        va_list list;                                                                              \
        va_start(list, what);                                                                      \
        const long argument = va_arg(list, long);                                                  \
        va_end(list);                                                                              \
        preload_find_real_calls();                                                                 \
        return shim_##name(fd, what, argument);                                                    \
    }
#include "wrapped_calls.def"
#undef CALL
#undef VARIADIC

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

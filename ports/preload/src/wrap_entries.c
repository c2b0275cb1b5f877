/* Entry points of the linked form: the linker's --wrap sends calls of x() to __wrap_x(), and
 * __real_x() to the C library. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"

#include <stdarg.h>

#define CALL(result, name, parameters, arguments)                                                  \
    result __real_##name parameters;                                                               \
    result __wrap_##name parameters;                                                               \
    result __wrap_##name parameters                                                                \
    {                                                                                              \
        return shim_##name arguments;                                                              \
    }
#define VARIADIC(name, type)                                                                       \
    int __real_##name(int fd, type what, ...);                                                     \
    int __wrap_##name(int fd, type what, ...);                                                     \
    int __wrap_##name(int fd, type what, ...)                                                      \
    {                                                                                              \
        va_list list;                                                                              \
        va_start(list, what);                                                                      \
        const long argument = va_arg(list, long);                                                  \
        va_end(list);                                                                              \
        return shim_##name(fd, what, argument);                                                    \
    }
#include "wrapped_calls.def"
#undef CALL
#undef VARIADIC

struct stint_real_calls stint_real = {
#define CALL(result, name, parameters, arguments) .name = __real_##name,
#define VARIADIC(name, type)                      .name = __real_##name,
#include "wrapped_calls.def"
#undef CALL
#undef VARIADIC
};

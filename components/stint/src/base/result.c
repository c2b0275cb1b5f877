/* Results of doing something, in words.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/result.h"

const char *stint_result_name(enum stint_result result)
{
    switch (result) {
    case STINT_OK:
        return "ok";
    case STINT_WOULD_BLOCK:
        return "would block";
    case STINT_END_OF_STREAM:
        return "end of stream";
    case STINT_INVALID:
        return "invalid";
    case STINT_BAD_HANDLE:
        return "bad handle";
    case STINT_WRONG_STATE:
        return "wrong state";
    case STINT_ADDRESS_IN_USE:
        return "address in use";
    case STINT_ADDRESS_NOT_LOCAL:
        return "address not local";
    case STINT_EXHAUSTED:
        return "exhausted";
    case STINT_TOO_LONG:
        return "too long";
    case STINT_UNREACHABLE:
        return "unreachable";
    case STINT_REFUSED:
        return "refused";
    case STINT_RESET:
        return "reset";
    case STINT_TIMED_OUT:
        return "timed out";
    case STINT_ABORTED:
        return "aborted";
    }
    return "unknown";
}

/* Ping sockets of Linux: the head of each ICMP message, which stint's echo sockets leave out.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "shim_echo.h"

#include "stint/wire/checksum.h"
#include "stint/wire/icmpv4.h"
#include "stint/wire/icmpv6.h"
#include "table.h"
#include <errno.h>

bool shim_is_echo(int descriptor)
{
    return stint_socket_type_of(shim_sockets(), descriptor) == STINT_ECHO;
}

static bool is_ipv6(int descriptor)
{
    return shim_family(descriptor) == AF_INET6;
}

int shim_behead_request(int descriptor, struct pieces *pieces)
{
    const uint8_t request = is_ipv6(descriptor) ? (uint8_t)STINT_ICMPV6_ECHO_REQUEST
                                                : (uint8_t)STINT_ICMPV4_ECHO_REQUEST;
    if (pieces->count != 1 || pieces->length < STINT_ICMPV4_HEADER_LENGTH ||
        pieces->spans[0].bytes[0] != request || pieces->spans[0].bytes[1] != 0) {
        return -EINVAL; /* as Linux: these sockets send nothing else */
    }
    pieces_skip(pieces, SHIM_ECHO_HEAD);
    return 0;
}

uint8_t *shim_reserve_head(struct pieces *pieces)
{
    if (pieces->count == 0 || pieces->spans[0].length <= SHIM_ECHO_HEAD) {
        return NULL;
    }
    const struct stint_span first = pieces->spans[0];
    pieces_of(pieces, first.bytes + SHIM_ECHO_HEAD, first.length - SHIM_ECHO_HEAD);
    return first.bytes;
}

/* Over IPv6 the checksum, which covers the packet's addresses too, is left out. */
long shim_write_head(int descriptor, uint8_t *head, long result)
{
    struct stint_endpoint local = {0};
    if (result < 0) {
        return result;
    }
    (void)stint_local_endpoint(shim_sockets(), descriptor, &local);
    head[0] =
        is_ipv6(descriptor) ? (uint8_t)STINT_ICMPV6_ECHO_REPLY : (uint8_t)STINT_ICMPV4_ECHO_REPLY;
    head[1] = 0;
    stint_store16(head + 2, 0);
    stint_store16(head + 4, local.port);
    if (!is_ipv6(descriptor)) {
        stint_store16(
            head + 2, stint_checksum_of(stint_view_of(head, (size_t)result + SHIM_ECHO_HEAD)));
    }
    return result + SHIM_ECHO_HEAD;
}

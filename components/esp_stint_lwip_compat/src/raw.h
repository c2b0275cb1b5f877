/* Raw sockets of ICMP and ICMPv6, as ping programs have them: echo requests out, replies in with
 * their IP header. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Below is one of stint's echo sockets, whose identifier follows that of the requests.
 */
#ifndef STINT_LWIP_RAW_H
#define STINT_LWIP_RAW_H

#include "calls.h"
#include "pieces.h"

static inline bool lwip_is_raw(int descriptor)
{
    return stint_socket_type_of(lwip_sockets(), descriptor) == STINT_ECHO;
}

/* Takes the identifier out of a message and makes it one for stint_send_message(). 0, or a negated
 * errno: EINVAL for what is no echo request or has the identifier 0, EMSGSIZE for one in more
 * pieces than one, EADDRINUSE while another socket has the identifier. */
int lwip_raw_request(int descriptor, struct pieces *pieces);

/* How much longer the message was. */
enum { LWIP_RAW_REQUEST_HEAD = 6 };

/* Receives a reply, from the first byte of its IP header on; as stint_receive_message(). */
long lwip_raw_receive(int descriptor, struct stint_span into, struct stint_endpoint *sender,
    unsigned flags, bool *truncated);

#endif

/* Ping sockets of Linux (SOCK_DGRAM with ICMP) over stint's echo sockets.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A program writes and reads whole ICMP messages; stint takes and gives them from the sequence
 * number on. Type, code, checksum and identifier are what the kernel would set.
 */
#ifndef STINT_PRELOAD_SHIM_ECHO_H
#define STINT_PRELOAD_SHIM_ECHO_H

#include "pieces.h"

enum { SHIM_ECHO_HEAD = 6 }; /* octets before the sequence number */

bool shim_is_echo(int descriptor);

/* Takes the head off a request that is to be sent: 0, or a negated errno when it is none. */
int shim_behead_request(int descriptor, struct pieces *pieces);

/* Makes room for the head of a reply in the first piece, the only one from now on; NULL when it has
 * none. */
uint8_t *shim_reserve_head(struct pieces *pieces);

/* Writes the head before the `result` octets that were received, or passes an error on: the new
 * result. */
long shim_write_head(int descriptor, uint8_t *head, long result);

#endif

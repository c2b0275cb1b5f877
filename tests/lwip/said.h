/* What a call answered, as lines that two programs can be compared by: "key: answer".
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef LWIP_SAID_H
#define LWIP_SAID_H

#include <lwip/sockets.h>
#include <stddef.h>

/* The result of a call, or the name of its errno. */
void said_result(const char *key, long result);

/* The same, but a result of 0 or more says only that it is a descriptor. */
int said_descriptor(const char *key, int result);

/* The result, and the bytes as text that came with it. */
void said_bytes(const char *key, long result, const void *bytes);

/* An address with its length; a random port is said to be some. */
void said_address(const char *key, int result, const struct sockaddr *address, socklen_t length);

void said_number(const char *key, long number);
void said_text(const char *key, const char *text);

#endif

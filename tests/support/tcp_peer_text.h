/* Segments from text and to text, as tests/support/tcp_peer.h describes it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef SUPPORT_TCP_PEER_TEXT_H
#define SUPPORT_TCP_PEER_TEXT_H

#include "support/tcp_peer.h"

enum { TCP_PEER_TEXT = 256 };

/* Bytes of the stream, the first of them at position `first`. */
void tcp_peer_fill(uint8_t *bytes, uint32_t first, size_t length);
void tcp_peer_assert_stream(struct stint_view bytes, uint32_t first);

/* The segment of the peer that `text` describes; its payload lies in `peer->bytes`. */
struct stint_tcp_segment tcp_peer_parse(struct tcp_peer *peer, const char *text);

/* A segment of the host in words, as far as `expected` has them too. */
void tcp_peer_render(const struct tcp_peer *peer, const struct stint_tcp_segment *segment,
    const char *expected, char text[TCP_PEER_TEXT]);

#endif

/* A name server for other programs to ask: a socket, and a thread that answers what arrives there.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Names that begin with "both" have 10.9.9.1 and fd00::1, those with "four" only the former; nobody
 * has any other. Include after cmocka.h.
 */
#ifndef SUPPORT_DNS_SERVER_H
#define SUPPORT_DNS_SERVER_H

#include "stint_sockets/sockets.h"
#include "support/dns_fixture.h"

#include <pthread.h>

struct dns_server {
    struct stint_sockets *sockets;
    int descriptor;
    pthread_t thread;
};

static inline bool dns_is_about(const struct dns_sent *sent, const char *label)
{
    return memcmp(sent->bytes + STINT_DNS_HEADER_LENGTH + 1, label, strlen(label)) == 0;
}

static inline void dns_server_answer(const struct dns_server *server, struct dns_sent *sent)
{
    uint8_t bytes[DNS_MESSAGE_LENGTH];
    const bool known = dns_is_about(sent, "both") || dns_is_about(sent, "four");
    const bool has = dns_is_about(sent, "both") || (known && sent->type == STINT_DNS_A);
    struct stint_writer writer = dns_answer(sent, stint_span_of(bytes, sizeof bytes),
        (uint16_t)(DNS_FLAGS_ANSWER + (known ? STINT_DNS_NO_ERROR : STINT_DNS_NO_SUCH_NAME)), has,
        0);
    if (has) {
        dns_put_address(&writer, sent, 1, 60);
    }
    struct stint_span piece = stint_span_of(bytes, stint_writer_written(&writer).length);
    const struct stint_message message = {.peer = &sent->from, .pieces = &piece, .piece_count = 1};
    (void)stint_send_message(server->sockets, server->descriptor, &message, 0);
}

/* Until the socket is closed. */
static inline void *dns_server_run(void *context)
{
    const struct dns_server *server = (const struct dns_server *)context;
    for (;;) {
        struct dns_sent sent = {0};
        struct stint_span piece = stint_span_of(sent.bytes, sizeof sent.bytes);
        struct stint_message message = {.peer = &sent.from, .pieces = &piece, .piece_count = 1};
        const long length = stint_receive_message(server->sockets, server->descriptor, &message, 0);
        if (length < 0) {
            return NULL;
        }
        if (length > STINT_DNS_HEADER_LENGTH + 4) {
            sent.length = (size_t)length;
            sent.type = stint_load16(sent.bytes + sent.length - 4);
            dns_server_answer(server, &sent);
        }
    }
}

static inline void dns_server_start(struct dns_server *server, struct stint_sockets *sockets)
{
    const struct stint_endpoint local = {stint_address_ipv4(0, 0, 0, 0), STINT_DNS_PORT};
    server->sockets = sockets;
    server->descriptor = stint_socket(sockets, STINT_IPV4, STINT_DATAGRAM);
    assert_int_equal(stint_bind(sockets, server->descriptor, &local), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, dns_server_run, server), 0);
}

static inline void dns_server_stop(struct dns_server *server)
{
    assert_int_equal(stint_close(server->sockets, server->descriptor), 0);
    assert_int_equal(pthread_join(server->thread, NULL), 0);
}

#endif

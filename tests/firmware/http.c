/* A little HTTP/1.1: one request for each connection. SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "http.h"

#include <string.h>

#include "pages.h"

enum request { REQUEST_OTHER, REQUEST_STATUS, REQUEST_STATS, REQUEST_DOWNLOAD, REQUEST_UPLOAD };

enum { PERIOD = 251, AT_ONCE = 512, ANSWER = 1280 };

/* The bytes of /dl/: from each position modulo PERIOD there are AT_ONCE. */
static uint8_t pattern[PERIOD + AT_ONCE];
static char answer[ANSWER];

void http_prepare(void)
{
    for (unsigned i = 0; i < sizeof pattern; i++) {
        pattern[i] = (uint8_t)(i % PERIOD);
    }
}

static struct stint_view pattern_at(uint32_t position, uint32_t most)
{
    return stint_view_of(pattern + position % PERIOD, most < AT_ONCE ? most : AT_ONCE);
}

void http_close(struct stint_sockets *sockets, struct connection *connection)
{
    (void)stint_close(sockets, connection->descriptor);
    connection->doing = CONNECTION_FREE;
}

/* --- answering --- */

static void finish(struct stint_sockets *sockets, struct connection *connection)
{
    (void)stint_shutdown(sockets, connection->descriptor, STINT_SHUT_WRITE);
    connection->doing = CONNECTION_DRAINING;
}

static bool say(
    struct stint_sockets *sockets, const struct connection *connection, const struct text *text)
{
    const long sent =
        stint_send(sockets, connection->descriptor, stint_view_of(text->bytes, text->length), 0);
    return !text->cut && sent == (long)text->length;
}

static void put_head(struct text *text, const char *status, const char *type)
{
    text_put(text, "HTTP/1.1 ");
    text_put(text, status);
    text_put(text, "\r\nConnection: close\r\nContent-Type: ");
    text_put(text, type);
    text_put(text, "\r\n");
}

/* The end of the stream is the end of the body; what does not go out whole is a reset. */
static void answer_page(struct stint_sockets *sockets, struct connection *connection)
{
    struct text text = text_in(answer, sizeof answer);
    const bool known = connection->request != REQUEST_OTHER;
    const bool page = connection->request == REQUEST_STATUS;
    put_head(&text, known ? "200 OK" : "404 Not Found", page ? "text/html" : "application/json");
    text_put(&text, "\r\n");
    if (page) {
        page_status(&text, sockets);
    } else if (connection->request == REQUEST_STATS) {
        page_stats(&text, sockets);
    } else if (connection->request == REQUEST_UPLOAD) {
        text_put_pair(&text, "{\"bytes\":", connection->position);
        text_put(&text, connection->exact ? ",\"exact\":true}\n" : ",\"exact\":false}\n");
    }
    if (say(sockets, connection, &text)) {
        finish(sockets, connection);
    } else {
        http_close(sockets, connection);
    }
}

static void give(struct stint_sockets *sockets, struct connection *connection)
{
    while (connection->position < connection->length) {
        const long sent = stint_send(sockets, connection->descriptor,
            pattern_at(connection->position, connection->length - connection->position), 0);
        if (sent == -STINT_EAGAIN) {
            return;
        }
        if (sent < 0) {
            http_close(sockets, connection);
            return;
        }
        connection->position += (uint32_t)sent;
    }
    finish(sockets, connection);
}

static void begin_to_give(struct stint_sockets *sockets, struct connection *connection)
{
    struct text text = text_in(answer, sizeof answer);
    put_head(&text, "200 OK", "application/octet-stream");
    text_put_pair(&text, "Content-Length: ", connection->length);
    text_put(&text, "\r\n\r\n");
    connection->doing = CONNECTION_GIVING;
    if (!say(sockets, connection, &text)) {
        http_close(sockets, connection);
    }
}

/* --- asking --- */

static void take_request_line(struct connection *connection)
{
    const char *line = connection->line;
    if (text_begins(line, "GET / ")) {
        connection->request = REQUEST_STATUS;
    } else if (text_begins(line, "GET /api/stats ")) {
        connection->request = REQUEST_STATS;
    } else if (text_begins(line, "GET /dl/")) {
        connection->request = REQUEST_DOWNLOAD;
        connection->length = text_number(line + strlen("GET /dl/"));
    } else if (text_begins(line, "PUT /up ") || text_begins(line, "POST /up ")) {
        connection->request = REQUEST_UPLOAD;
    }
}

static void begin_answer(struct stint_sockets *sockets, struct connection *connection)
{
    if (connection->request == REQUEST_DOWNLOAD) {
        begin_to_give(sockets, connection);
    } else if (connection->request == REQUEST_UPLOAD && connection->length > 0) {
        connection->doing = CONNECTION_TAKING;
    } else {
        answer_page(sockets, connection);
    }
}

static void take_line(struct stint_sockets *sockets, struct connection *connection, bool first)
{
    const char *line = connection->line;
    if (line[0] == '\0') {
        begin_answer(sockets, connection);
    } else if (first) {
        take_request_line(connection);
    } else if (text_begins(line, "Content-Length: ") && connection->request == REQUEST_UPLOAD) {
        connection->length = text_number(line + strlen("Content-Length: "));
    }
}

/* Takes octets of the head, up to its end; how many. The first line is counted by position 1. */
static size_t take_head(
    struct stint_sockets *sockets, struct connection *connection, struct stint_view bytes)
{
    size_t taken = 0;
    while (taken < bytes.length && connection->doing == CONNECTION_READING_HEAD) {
        const char octet = (char)bytes.bytes[taken++];
        if (octet == '\n') {
            connection->line[connection->line_length] = '\0';
            connection->line_length = 0;
            take_line(sockets, connection, connection->position == 0);
            connection->position += connection->doing == CONNECTION_READING_HEAD;
        } else if (octet != '\r' && connection->line_length < SERVER_LINE - 1) {
            connection->line[connection->line_length++] = octet;
        }
        if (connection->doing == CONNECTION_TAKING || connection->doing == CONNECTION_GIVING) {
            connection->position = 0;
        }
    }
    return taken;
}

static void take_body(
    struct stint_sockets *sockets, struct connection *connection, struct stint_view bytes)
{
    while (bytes.length > 0 && connection->doing == CONNECTION_TAKING) {
        const uint32_t left = connection->length - connection->position;
        const uint32_t most = bytes.length < left ? (uint32_t)bytes.length : left;
        const struct stint_view expected = pattern_at(connection->position, most);
        connection->exact = connection->exact &&
                            stint_view_equal(expected, stint_view_first(bytes, expected.length));
        connection->position += (uint32_t)expected.length;
        bytes = stint_view_without_first(bytes, expected.length);
        if (connection->position == connection->length) {
            answer_page(sockets, connection);
        }
    }
}

/* Reads all there is: once drained, until the peer closes. */
static void take(
    struct stint_sockets *sockets, struct connection *connection, struct stint_span piece)
{
    long length = 1;
    while (length > 0 && connection->doing != CONNECTION_FREE &&
           connection->doing != CONNECTION_GIVING) {
        length = stint_receive(sockets, connection->descriptor, piece, 0);
        if (length > 0) {
            const struct stint_view bytes = stint_view_of(piece.bytes, (size_t)length);
            const size_t head = take_head(sockets, connection, bytes);
            take_body(sockets, connection, stint_view_without_first(bytes, head));
        }
    }
    if (length <= 0 && length != -STINT_EAGAIN) {
        http_close(sockets, connection);
    }
}

void http_serve(
    struct stint_sockets *sockets, struct connection *connection, struct stint_span piece)
{
    if (connection->doing == CONNECTION_GIVING) {
        give(sockets, connection);
    } else {
        take(sockets, connection, piece);
    }
}

/* Calls that move bytes: of streams, at their ends, of datagrams, in pieces.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"

#include <string.h>

static void receive(const char *key, int fd, size_t length, int flags)
{
    char bytes[100] = "";
    said_bytes(key, lwip_recv(fd, bytes, length, flags), bytes);
}

void calls_of_streams(struct network *network)
{
    const int fresh = calls_socket(SOCK_STREAM);
    said_result("stream/send unconnected", lwip_send(fresh, "x", 1, 0));
    receive("stream/recv unconnected", fresh, 1, MSG_DONTWAIT);
    lwip_close(fresh);
    const struct calls_connection connection = calls_connect(network, 7400);
    const int fd = connection.fd;
    char got[16] = "";
    said_result("stream/send", lwip_send(fd, "hello", 5, 0));
    said_result("stream/write", lwip_write(fd, " you", 4));
    said_result("stream/send more", lwip_send(fd, "!", 1, MSG_MORE));
    said_result("stream/send nothing", lwip_send(fd, "", 0, 0));
    said_result("stream/send the rest", lwip_send(fd, "\n", 1, MSG_DONTWAIT));
    stint_receive(
        network->peer, connection.peer, stint_span_of((uint8_t *)got, 11), STINT_MSG_WAITALL);
    said_bytes("stream/what arrived", 10, got);
    receive("stream/recv of nothing, DONTWAIT", fd, 10, MSG_DONTWAIT);
    network_peer_send(network, connection.peer, "abcdefgh");
    calls_await(fd, POLLIN);
    receive("stream/recv, PEEK", fd, 4, MSG_PEEK);
    receive("stream/recv, PEEK again", fd, 2, MSG_PEEK | MSG_DONTWAIT);
    receive("stream/recv", fd, 3, 0);
    struct sockaddr_in address = {0};
    socklen_t length = sizeof(address);
    said_bytes(
        "stream/recvfrom", lwip_recvfrom(fd, got, 2, 0, (struct sockaddr *)&address, &length), got);
    said_address("stream/recvfrom whom", 0, (struct sockaddr *)&address, length);
    said_bytes("stream/read", lwip_read(fd, got, 10), got);
    said_result("stream/recv of length 0", lwip_recv(fd, got, 0, MSG_DONTWAIT));
    const struct timeval patience = {.tv_usec = 20000};
    lwip_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    receive("stream/recv, nothing in time", fd, 1, 0);
    calls_disconnect(network, connection);
}

static void end_by_peer(struct network *network)
{
    const struct calls_connection connection = calls_connect(network, 7401);
    network_peer_send(network, connection.peer, "last");
    stint_shutdown(network->peer, connection.peer, STINT_SHUT_WRITE);
    calls_pause(20);
    receive("end/recv before the end", connection.fd, 10, 0);
    receive("end/recv at the end", connection.fd, 10, 0);
    receive("end/recv after the end", connection.fd, 10, 0);
    said_result("end/send to a peer that still reads", lwip_send(connection.fd, "x", 1, 0));
    said_result("end/shutdown write", lwip_shutdown(connection.fd, SHUT_WR));
    said_result("end/send after it", lwip_send(connection.fd, "x", 1, 0));
    calls_disconnect(network, connection);
}

static void end_by_us(struct network *network)
{
    const struct calls_connection connection = calls_connect(network, 7402);
    said_result("end/shutdown with a wrong how", lwip_shutdown(connection.fd, 7));
    said_result("end/we shut down writing", lwip_shutdown(connection.fd, SHUT_WR));
    network_peer_send(network, connection.peer, "still");
    calls_await(connection.fd, POLLIN);
    receive("end/recv after that", connection.fd, 10, 0);
    said_result("end/we shut down reading", lwip_shutdown(connection.fd, SHUT_RD));
    receive("end/recv after both", connection.fd, 10, MSG_DONTWAIT);
    calls_disconnect(network, connection);
    const int fresh = calls_socket(SOCK_STREAM);
    said_result("end/shutdown unconnected", lwip_shutdown(fresh, SHUT_RDWR));
    lwip_close(fresh);
    const int datagrams = calls_socket(SOCK_DGRAM);
    said_result("end/shutdown of datagrams", lwip_shutdown(datagrams, SHUT_RDWR));
    lwip_close(datagrams);
}

static void end_by_reset(struct network *network)
{
    int error = 0;
    socklen_t length = sizeof(error);
    struct calls_connection connection = calls_connect(network, 7403);
    network_peer_reset(network, connection.peer);
    calls_pause(30);
    receive("end/recv after a reset", connection.fd, 10, 0);
    receive("end/recv once more", connection.fd, 10, 0);
    said_result("end/send after a reset", lwip_send(connection.fd, "x", 1, 0));
    lwip_close(connection.fd);
    connection = calls_connect(network, 7404);
    network_peer_reset(network, connection.peer);
    calls_pause(30);
    lwip_getsockopt(connection.fd, SOL_SOCKET, SO_ERROR, &error, &length);
    said_text("end/SO_ERROR after a reset", error == ECONNRESET ? "ECONNRESET" : "another");
    length = sizeof(error);
    lwip_getsockopt(connection.fd, SOL_SOCKET, SO_ERROR, &error, &length);
    said_number("end/SO_ERROR after that", error);
    lwip_close(connection.fd);
}

void calls_of_ends(struct network *network)
{
    end_by_peer(network);
    end_by_us(network);
    end_by_reset(network);
}

static long send_to(int fd, const void *bytes, size_t length, unsigned host, unsigned port)
{
    const struct sockaddr_in address = calls_address(host, port);
    return lwip_sendto(fd, bytes, length, 0, (const struct sockaddr *)&address, sizeof(address));
}

static void peer_sends(struct network *network, int peer, const char *text, unsigned port)
{
    struct stint_endpoint to = network_endpoint(1, (uint16_t)port);
    struct stint_span piece = {(uint8_t *)(uintptr_t)text, strlen(text)};
    const struct stint_message message = {.peer = &to, .pieces = &piece, .piece_count = 1};
    stint_send_message(network->peer, peer, &message, 0);
}

static void receive_datagrams(struct network *network, int fd, int peer)
{
    char bytes[20] = "";
    struct sockaddr_in address = {0};
    socklen_t length = sizeof(address);
    peer_sends(network, peer, "a datagram", 7500);
    peer_sends(network, peer, "", 7500);
    peer_sends(network, peer, "third", 7500);
    calls_await(fd, POLLIN);
    calls_pause(20);
    receive("datagram/recv, PEEK", fd, 3, MSG_PEEK);
    said_bytes("datagram/recvfrom, little room",
        lwip_recvfrom(fd, bytes, 4, 0, (struct sockaddr *)&address, &length), bytes);
    said_address("datagram/recvfrom whom", 0, (struct sockaddr *)&address, length);
    receive("datagram/recv an empty one", fd, 10, 0);
    length = 4;
    said_result("datagram/recvfrom, little room for whom",
        lwip_recvfrom(fd, bytes, 10, 0, (struct sockaddr *)&address, &length));
    said_number("datagram/its length", (long)length);
    receive("datagram/recv of nothing, DONTWAIT", fd, 10, MSG_DONTWAIT);
}

void calls_of_datagrams(struct network *network)
{
    static char large[2000];
    const int peer = network_peer_socket(network, STINT_DATAGRAM, 7501);
    const int fd = calls_bound(SOCK_DGRAM, 7500);
    said_result("datagram/sendto", send_to(fd, "hello", 5, 2, 7501));
    said_result("datagram/sendto, empty", send_to(fd, "", 0, 2, 7501));
    said_result("datagram/sendto nobody there", send_to(fd, "hello", 5, 2, 7599));
    calls_pause(20);
    said_result("datagram/sendto after that", send_to(fd, "hello", 5, 2, 7501));
    said_result("datagram/sendto port 0", send_to(fd, "hello", 5, 2, 0));
    said_result("datagram/sendto without a route", send_to(fd, "hello", 5, 0x101, 7501));
    said_result("datagram/sendto, broadcast", send_to(fd, "hello", 5, 255, 7501));
    said_result("datagram/sendto, longer than 65535", send_to(fd, large, 70000, 2, 7501));
    said_result("datagram/send unconnected", lwip_send(fd, "hello", 5, 0));
    receive_datagrams(network, fd, peer);
    const struct sockaddr_in address = calls_address(2, 7501);
    lwip_connect(fd, (const struct sockaddr *)&address, sizeof(address));
    said_result("datagram/send connected", lwip_send(fd, "hello", 5, 0));
    said_result("datagram/sendto connected", send_to(fd, "hello", 5, 2, 7501));
    lwip_close(fd);
    network_peer_close(network, peer);
}

void calls_with_pieces(struct network *network)
{
    char first[4] = "abc";
    char second[20] = "defgh";
    struct iovec pieces[] = {{first, 3}, {second, 5}};
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
    const struct calls_connection connection = calls_connect(network, 7600);
    said_result("pieces/sendmsg", lwip_sendmsg(connection.fd, &message, 0));
    said_result("pieces/sendmsg, NOSIGNAL", lwip_sendmsg(connection.fd, &message, MSG_NOSIGNAL));
    said_result("pieces/writev", lwip_writev(connection.fd, pieces, 2));
    network_peer_send(network, connection.peer, "0123456789");
    calls_await(connection.fd, POLLIN);
    said_bytes("pieces/recvmsg", lwip_recvmsg(connection.fd, &message, 0), second);
    said_result("pieces/readv", lwip_readv(connection.fd, pieces, 1));
    said_result("pieces/recvmsg, WAITALL",
        lwip_recvmsg(connection.fd, &message, MSG_WAITALL | MSG_DONTWAIT));
    message.msg_iovlen = 0;
    said_result("pieces/recvmsg, none", lwip_recvmsg(connection.fd, &message, MSG_DONTWAIT));
    said_result("pieces/sendmsg, none", lwip_sendmsg(connection.fd, &message, 0));
    message.msg_iovlen = 2;
    pieces[1].iov_len = 0;
    said_result(
        "pieces/recvmsg, an empty one", lwip_recvmsg(connection.fd, &message, MSG_DONTWAIT));
    calls_disconnect(network, connection);
    const int peer = network_peer_socket(network, STINT_DATAGRAM, 7501);
    const int fd = calls_bound(SOCK_DGRAM, 7500);
    struct sockaddr_in address = {0};
    message.msg_name = &address;
    message.msg_namelen = sizeof(address);
    pieces[1].iov_len = 2;
    peer_sends(network, peer, "0123456789", 7500);
    said_bytes("pieces/recvmsg of a datagram", lwip_recvmsg(fd, &message, 0), second);
    said_number("pieces/its flags", message.msg_flags);
    said_address("pieces/from whom", 0, (struct sockaddr *)&address, message.msg_namelen);
    said_result("pieces/sendmsg back", lwip_sendmsg(fd, &message, 0));
    lwip_close(fd);
    network_peer_close(network, peer);
}

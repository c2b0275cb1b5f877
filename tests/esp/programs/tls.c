/* mbedTLS over sockets, in both roles: a server that answers whatever it hears, and a client that
 * does the same with a server of its network. Certificates lie where the program was started.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "board.h"

#include "esp_event.h"
#include "esp_netif.h"
#include "freertos/task.h"
#include <errno.h>
#include <fcntl.h>
#include <lwip/sockets.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SERVER_PORT = 4433, PEER_PORT = 4434, BUFFER = 4096, TASK_STACK = 16384, PRIORITY = 5 };

static const char *const peer_name = "reeds.test";
static const uint32_t peer_address = PP_HTONL(0x0a4d0001u); /* 10.77.0.1 */

struct role {
    int endpoint; /* MBEDTLS_SSL_IS_* */
    const char *name;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt authority;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
    mbedtls_ssl_config config;
};

static void require(const char *what, int result)
{
    if (result != 0) {
        printf("%s: -0x%04x\n", what, (unsigned)-result);
        exit(EXIT_FAILURE);
    }
}

/* --- the socket beneath, which does not block: as mbedtls_net_send() and its like --- */

static void wait_for(int fd, bool readable)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    const int count = select(fd + 1, readable ? &set : NULL, readable ? NULL : &set, NULL, NULL);
    require("select", count == 1 ? 0 : -1);
}

static int send_record(void *context, const unsigned char *bytes, size_t length)
{
    const ssize_t sent = send(*(const int *)context, bytes, length, 0);
    return sent >= 0         ? (int)sent
           : errno == EAGAIN ? MBEDTLS_ERR_SSL_WANT_WRITE
                             : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

static int receive_record(void *context, unsigned char *bytes, size_t length)
{
    const ssize_t got = recv(*(const int *)context, bytes, length, 0);
    return got >= 0          ? (int)got
           : errno == EAGAIN ? MBEDTLS_ERR_SSL_WANT_READ
                             : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

/* True when the call is to be made again, now that the socket is ready for it. */
static bool wants_again(int fd, int result)
{
    if (result != MBEDTLS_ERR_SSL_WANT_READ && result != MBEDTLS_ERR_SSL_WANT_WRITE) {
        return false;
    }
    wait_for(fd, result == MBEDTLS_ERR_SSL_WANT_READ);
    return true;
}

/* --- a conversation --- */

static void send_all(mbedtls_ssl_context *ssl, int fd, const unsigned char *bytes, size_t length)
{
    for (size_t sent = 0; sent < length;) {
        const int step = mbedtls_ssl_write(ssl, bytes + sent, length - sent);
        if (step > 0) {
            sent += (size_t)step;
        } else if (!wants_again(fd, step)) {
            require("write", step);
        }
    }
}

static unsigned long echo(mbedtls_ssl_context *ssl, int fd)
{
    static const int ended[] = {0, MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY};
    unsigned char bytes[BUFFER];
    unsigned long total = 0;
    for (;;) {
        const int got = mbedtls_ssl_read(ssl, bytes, sizeof(bytes));
        if (got > 0) {
            send_all(ssl, fd, bytes, (size_t)got);
            total += (unsigned long)got;
        } else if (got == ended[0] || got == ended[1]) {
            return total;
        } else if (!wants_again(fd, got)) {
            require("read", got);
        }
    }
}

static void talk(struct role *role, int fd)
{
    mbedtls_ssl_context ssl;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    mbedtls_ssl_init(&ssl);
    require("setup", mbedtls_ssl_setup(&ssl, &role->config));
    require("name", mbedtls_ssl_set_hostname(&ssl, peer_name));
    mbedtls_ssl_set_bio(&ssl, &fd, send_record, receive_record, NULL);
    int result = mbedtls_ssl_handshake(&ssl);
    while (wants_again(fd, result)) {
        result = mbedtls_ssl_handshake(&ssl);
    }
    require("handshake", result);
    printf(
        "%s %s %s\n", role->name, mbedtls_ssl_get_version(&ssl), mbedtls_ssl_get_ciphersuite(&ssl));
    printf("%s answered %lu\n", role->name, echo(&ssl, fd));
    mbedtls_ssl_close_notify(&ssl);
    mbedtls_ssl_free(&ssl);
    close(fd);
}

/* --- the roles --- */

static void prepare(struct role *role)
{
    mbedtls_entropy_init(&role->entropy);
    mbedtls_ctr_drbg_init(&role->random);
    mbedtls_x509_crt_init(&role->authority);
    mbedtls_x509_crt_init(&role->certificate);
    mbedtls_pk_init(&role->key);
    mbedtls_ssl_config_init(&role->config);
    require("random",
        mbedtls_ctr_drbg_seed(&role->random, mbedtls_entropy_func, &role->entropy, NULL, 0));
    require("authority", mbedtls_x509_crt_parse_file(&role->authority, "authority.pem"));
    require("certificate", mbedtls_x509_crt_parse_file(&role->certificate, "certificate.pem"));
    require("key", mbedtls_pk_parse_keyfile(&role->key, "key.pem", NULL));
    require("defaults", mbedtls_ssl_config_defaults(&role->config, role->endpoint,
                            MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT));
    mbedtls_ssl_conf_rng(&role->config, mbedtls_ctr_drbg_random, &role->random);
    mbedtls_ssl_conf_ca_chain(&role->config, &role->authority, NULL);
    mbedtls_ssl_conf_authmode(&role->config, MBEDTLS_SSL_VERIFY_REQUIRED);
    require("own certificate",
        mbedtls_ssl_conf_own_cert(&role->config, &role->certificate, &role->key));
}

static void serve(void *argument)
{
    static struct role role = {.endpoint = MBEDTLS_SSL_IS_SERVER, .name = "server"};
    const struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(SERVER_PORT)};
    (void)argument;
    prepare(&role);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    require("bind", bind(listener, (const struct sockaddr *)&local, sizeof(local)));
    require("listen", listen(listener, 2));
    printf("ready\n");
    for (;;) {
        talk(&role, accept(listener, NULL, NULL));
    }
}

static void ask(void)
{
    static struct role role = {.endpoint = MBEDTLS_SSL_IS_CLIENT, .name = "client"};
    const struct sockaddr_in peer = {
        .sin_family = AF_INET, .sin_port = htons(PEER_PORT), .sin_addr = {.s_addr = peer_address}};
    prepare(&role);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    require("connect", connect(fd, (const struct sockaddr *)&peer, sizeof(peer)));
    talk(&role, fd);
}

void app_main(void)
{
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(example_connect());
    xTaskCreate(serve, "server", TASK_STACK, NULL, PRIORITY, NULL);
    ask();
}

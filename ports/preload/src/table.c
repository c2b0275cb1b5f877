/* Which descriptors of the program are sockets of the attached host.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "table.h"

#include "calls.h"
#include "linger.h"
#include "stint_wrap/wrap.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { NAMES = 65536 };

struct shim_socket {
    struct token token;  /* under the sockets lock */
    atomic_uint changes; /* of the readiness, counted by the hook under the sockets lock */
    unsigned names;      /* under the table's lock, like the next */
    unsigned references; /* names and pins */
};

static struct {
    _Atomic(struct stint_linux_host *) host;
    pthread_mutex_t lock;
    struct shim_socket *sockets; /* by stint descriptor */
    uint16_t count;
    atomic_uint_least16_t names[NAMES]; /* stint descriptor + 1; 0: not ours */
    pid_t process;
    bool forked;
    atomic_bool open; /* for new sockets */
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

void (*shim_start)(void);

/* The descriptor whose readiness the calling thread settles itself, at the end of its call, and
 * what the call has met. */
static _Thread_local struct {
    int descriptor;
    bool short_write;
    bool short_read;
} calling = {.descriptor = -1};

struct stint_sockets *shim_sockets(void)
{
    struct stint_linux_host *host = atomic_load_explicit(&table.host, memory_order_acquire);
    return host != NULL ? &host->sockets : NULL;
}

bool shim_is_attached(void)
{
    return atomic_load_explicit(&table.open, memory_order_acquire);
}

bool shim_is_a_child(void)
{
    return table.forked;
}

/* --- attaching --- */

static void after_fork_in_child(void)
{
    if (table.sockets == NULL) {
        return;
    }
    table.forked = true;
    pthread_mutex_init(&table.lock, NULL);
    for (uint16_t i = 0; i < table.count; i++) {
        const struct token *token = &table.sockets[i].token;
        if (token->in_use && token->outside >= 0) {
            stint_real.close(token->outside);
        }
    }
    for (unsigned fd = 0; fd < NAMES; fd++) {
        atomic_store_explicit(&table.names[fd], 0, memory_order_relaxed);
    }
    atomic_store(&table.open, false);
}

bool stint_wrap_attach(struct stint_linux_host *host)
{
    static bool watching_forks;
    if (table.sockets != NULL || table.forked) {
        return false;
    }
    const uint16_t count = host->sockets.config.descriptors;
    struct shim_socket *sockets = calloc(count, sizeof(*sockets));
    if (sockets == NULL ||
        (!watching_forks && pthread_atfork(NULL, NULL, after_fork_in_child) != 0)) {
        free(sockets);
        return false;
    }
    if (!watching_forks) {
        token_choose_outside_numbers();
    }
    watching_forks = true;
    table.process = getpid();
    stint_sockets_lock(&host->sockets);
    table.sockets = sockets;
    table.count = count;
    atomic_store_explicit(&table.host, host, memory_order_release);
    stint_sockets_unlock(&host->sockets);
    atomic_store(&table.open, true);
    return true;
}

/* True when no call of the program is under way on any socket. */
static bool nothing_is_in_use(void)
{
    bool used = false;
    pthread_mutex_lock(&table.lock);
    for (uint16_t i = 0; i < table.count; i++) {
        used = used || table.sockets[i].references > 0;
    }
    pthread_mutex_unlock(&table.lock);
    return !used;
}

void stint_wrap_detach(void)
{
    struct stint_sockets *sockets = shim_sockets();
    if (sockets == NULL || !shim_is_attached()) {
        return;
    }
    atomic_store(&table.open, false);
    for (int fd = 0; fd < NAMES; fd++) {
        const int descriptor = shim_remove_name(fd);
        if (descriptor >= 0) {
            shim_release(descriptor);
        }
    }
    shim_linger(sockets);
    if (!nothing_is_in_use()) {
        return; /* a thread is inside a call: what it needs stays, at the price of a leak */
    }
    stint_sockets_lock(sockets);
    struct shim_socket *released = table.sockets;
    table.sockets = NULL;
    table.count = 0;
    atomic_store(&table.host, NULL);
    stint_sockets_unlock(sockets);
    free(released);
}

void stint_wrap_readiness_changed(void *context, int descriptor, unsigned readiness)
{
    (void)context;
    if (table.sockets == NULL || descriptor < 0 || descriptor >= table.count) {
        return;
    }
    struct shim_socket *socket = &table.sockets[descriptor];
    atomic_fetch_add(&socket->changes, 1);
    if (descriptor != calling.descriptor) {
        token_add(&socket->token, readiness, true);
    }
}

/* --- names --- */

static int named_by(int fd)
{
    if ((unsigned)fd >= NAMES) {
        return -1;
    }
    return (int)atomic_load_explicit(&table.names[fd], memory_order_acquire) - 1;
}

int shim_pin(int fd)
{
    if (named_by(fd) < 0) {
        return -1; /* by far the most calls: files, pipes */
    }
    pthread_mutex_lock(&table.lock);
    const int descriptor = named_by(fd);
    if (descriptor >= 0) {
        table.sockets[descriptor].references++;
    }
    pthread_mutex_unlock(&table.lock);
    if (descriptor >= 0) {
        calling.descriptor = descriptor;
        calling.short_write = false;
        calling.short_read = false;
    }
    return descriptor;
}

/* Nobody names or uses the descriptor any more. */
static void end_socket(struct stint_sockets *sockets, int descriptor)
{
    stint_sockets_lock(sockets);
    const int outside = token_take(&table.sockets[descriptor].token);
    stint_sockets_unlock(sockets);
    if (outside >= 0) {
        stint_real.close(outside);
    }
    /* So that close() waits when the program has asked it to linger. */
    (void)stint_set_nonblocking(sockets, descriptor, false);
    (void)stint_close(sockets, descriptor);
}

void shim_unpin(int descriptor)
{
    calling.descriptor = -1;
    pthread_mutex_lock(&table.lock);
    const bool last = --table.sockets[descriptor].references == 0;
    pthread_mutex_unlock(&table.lock);
    if (last) {
        end_socket(shim_sockets(), descriptor);
    }
}

bool shim_names(int fd, int descriptor)
{
    return named_by(fd) == descriptor;
}

static void set_name(int fd, int descriptor)
{
    pthread_mutex_lock(&table.lock);
    table.sockets[descriptor].names++;
    table.sockets[descriptor].references++;
    atomic_store_explicit(&table.names[fd], (uint_least16_t)(descriptor + 1), memory_order_release);
    pthread_mutex_unlock(&table.lock);
}

/* A name that the kernel gives out anew, though it was never closed through us (fclose(),
 * close_range()), names nothing any more. */
static void forget_stale(int fd)
{
    const int descriptor = shim_remove_name(fd);
    if (descriptor >= 0) {
        shim_release(descriptor);
    }
}

int shim_adopt(int descriptor, int fd, int outside, bool may_hang_up)
{
    struct stint_sockets *sockets = shim_sockets();
    if (fd >= NAMES) {
        stint_real.close(fd);
        stint_real.close(outside);
        (void)stint_close(sockets, descriptor);
        return -EMFILE;
    }
    forget_stale(fd);
    (void)stint_set_nonblocking(sockets, descriptor, true);
    stint_sockets_lock(sockets);
    token_open(&table.sockets[descriptor].token, outside, may_hang_up);
    stint_sockets_unlock(sockets);
    set_name(fd, descriptor);
    shim_settle(fd, descriptor);
    return 0;
}

bool shim_add_name(int descriptor, int fd)
{
    if (getpid() != table.process) {
        return true; /* a child of vfork() has descriptors of its own, and our memory */
    }
    if (fd >= NAMES) {
        return false;
    }
    forget_stale(fd);
    set_name(fd, descriptor);
    return true;
}

int shim_remove_name(int fd)
{
    if (named_by(fd) < 0 || getpid() != table.process) {
        return -1; /* not ours, or in a child of vfork(), whose descriptors are its own */
    }
    pthread_mutex_lock(&table.lock);
    const int descriptor = named_by(fd);
    if (descriptor >= 0) {
        atomic_store_explicit(&table.names[fd], 0, memory_order_release);
        /* The name's reference becomes the caller's. */
        table.sockets[descriptor].names--;
    }
    pthread_mutex_unlock(&table.lock);
    return descriptor;
}

void shim_release(int descriptor)
{
    struct shim_socket *socket = &table.sockets[descriptor];
    pthread_mutex_lock(&table.lock);
    const bool slept_on = socket->names == 0 && socket->references > 1;
    pthread_mutex_unlock(&table.lock);
    if (slept_on) {
        struct stint_sockets *sockets = shim_sockets();
        stint_sockets_lock(sockets);
        token_wake(&socket->token);
        stint_sockets_unlock(sockets);
    }
    shim_unpin(descriptor);
}

/* --- tokens --- */

/* Shows `readiness` unless it changed since `changes` was read. */
static bool show(int fd, int descriptor, unsigned readiness, unsigned changes)
{
    struct shim_socket *socket = &table.sockets[descriptor];
    struct stint_sockets *sockets = shim_sockets();
    stint_sockets_lock(sockets);
    const bool current = atomic_load(&socket->changes) == changes;
    if (current) {
        pthread_mutex_lock(&table.lock);
        const bool named = shim_names(fd, descriptor);
        if (named) {
            token_begin_edges(&socket->token, calling.short_read, calling.short_write, fd);
        }
        token_add(&socket->token, readiness, false);
        if (named) {
            token_remove(&socket->token, readiness, fd);
        }
        pthread_mutex_unlock(&table.lock);
    }
    stint_sockets_unlock(sockets);
    return current;
}

void shim_settle(int fd, int descriptor)
{
    unsigned changes = 0;
    unsigned readiness = 0;
    do {
        changes = atomic_load(&table.sockets[descriptor].changes);
        readiness = stint_readiness_of(shim_sockets(), descriptor);
    } while (!show(fd, descriptor, readiness, changes));
    calling.short_write = false;
    calling.short_read = false;
}

void shim_note_short_write(void)
{
    calling.short_write = true;
}

void shim_note_short_read(void)
{
    calling.short_read = true;
}

void shim_let_hang_up(int descriptor)
{
    struct stint_sockets *sockets = shim_sockets();
    stint_sockets_lock(sockets);
    table.sockets[descriptor].token.may_hang_up = true;
    stint_sockets_unlock(sockets);
}

int shim_renew_token(int fd, int descriptor)
{
    struct stint_sockets *sockets = shim_sockets();
    struct token *token = &table.sockets[descriptor].token;
    stint_sockets_lock(sockets);
    const bool ended = token->hung_up || token->read_ended;
    stint_sockets_unlock(sockets);
    if (!ended) {
        return 0;
    }
    const int close_on_exec = stint_real.fcntl(fd, F_GETFD);
    const int flags = stint_real.fcntl(fd, F_GETFL);
    int inside = -1;
    int outside = -1;
    const int error = token_make_ends(flags & O_NONBLOCK, &inside, &outside);
    if (error != 0) {
        return error;
    }
    stint_sockets_lock(sockets);
    const int former = token_take(token);
    stint_real.dup3(inside, fd, (close_on_exec & FD_CLOEXEC) != 0 ? O_CLOEXEC : 0);
    token_open(token, outside, true);
    stint_sockets_unlock(sockets);
    stint_real.close(inside);
    if (former >= 0) {
        stint_real.close(former);
    }
    return 0;
}

long shim_answer(int fd, int descriptor, long result)
{
    const int before = errno;
    shim_settle(fd, descriptor);
    shim_unpin(descriptor);
    errno = result < 0 ? (int)-result : before;
    return result < 0 ? -1 : result;
}

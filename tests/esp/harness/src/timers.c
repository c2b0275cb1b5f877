/* Timers of esp_timer: one thread that sleeps until the earliest is due and calls back.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_timer.h"
#include "harness.h"
#include <stdlib.h>
#include <time.h>

struct esp_timer {
    struct esp_timer *next;
    esp_timer_create_args_t args;
    int64_t due; /* microseconds, when running */
    uint64_t period;
    bool running;
};

static pthread_mutex_t mutex;
static pthread_cond_t changed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct esp_timer *timers;
static struct esp_timer *calling; /* whose callback runs */
static pthread_t thread;

static _Atomic int64_t skipped; /* microseconds that passed without being waited for */

int64_t esp_timer_get_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 + skipped;
}

static struct esp_timer *earliest(void)
{
    struct esp_timer *first = NULL;
    for (struct esp_timer *timer = timers; timer != NULL; timer = timer->next) {
        if (timer->running && (first == NULL || timer->due < first->due)) {
            first = timer;
        }
    }
    return first;
}

static void call_back(struct esp_timer *timer)
{
    timer->running = timer->period != 0;
    timer->due += (int64_t)timer->period;
    calling = timer;
    pthread_mutex_unlock(&mutex);
    timer->args.callback(timer->args.arg);
    pthread_mutex_lock(&mutex);
    calling = NULL;
    pthread_cond_broadcast(&changed);
}

static void *dispatch(void *context)
{
    (void)context;
    pthread_mutex_lock(&mutex);
    for (;;) {
        struct esp_timer *const timer = earliest();
        if (timer == NULL) {
            pthread_cond_wait(&changed, &mutex);
        } else if (timer->due <= esp_timer_get_time()) {
            call_back(timer);
        } else {
            const int64_t due = timer->due - skipped;
            const struct timespec deadline = {
                .tv_sec = (time_t)(due / 1000000),
                .tv_nsec = (long)(due % 1000000) * 1000,
            };
            pthread_cond_timedwait(&changed, &mutex, &deadline);
        }
    }
    return NULL;
}

static void begin(void)
{
    harness_make_lock(&mutex, &changed);
    pthread_create(&thread, NULL, dispatch, NULL);
    pthread_detach(thread);
}

void harness_skip_time(int64_t microseconds)
{
    pthread_once(&once, begin);
    pthread_mutex_lock(&mutex);
    skipped += microseconds;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

esp_err_t esp_timer_create(const esp_timer_create_args_t *args, esp_timer_handle_t *timer)
{
    pthread_once(&once, begin);
    if (args == NULL || args->callback == NULL || timer == NULL) {
        return ESP_ERR_INVALID_ARG;
    }
    struct esp_timer *const made = calloc(1, sizeof(*made));
    made->args = *args;
    pthread_mutex_lock(&mutex);
    made->next = timers;
    timers = made;
    pthread_mutex_unlock(&mutex);
    harness_object_created();
    *timer = made;
    return ESP_OK;
}

static esp_err_t start(esp_timer_handle_t timer, uint64_t delay, uint64_t period)
{
    pthread_mutex_lock(&mutex);
    const bool was_running = timer->running;
    if (!was_running) {
        timer->running = true;
        timer->due = esp_timer_get_time() + (int64_t)delay;
        timer->period = period;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&mutex);
    return was_running ? ESP_ERR_INVALID_STATE : ESP_OK;
}

esp_err_t esp_timer_start_once(esp_timer_handle_t timer, uint64_t timeout_us)
{
    return start(timer, timeout_us, 0);
}

esp_err_t esp_timer_start_periodic(esp_timer_handle_t timer, uint64_t period_us)
{
    return start(timer, period_us, period_us);
}

esp_err_t esp_timer_stop(esp_timer_handle_t timer)
{
    pthread_mutex_lock(&mutex);
    const bool was_running = timer->running;
    timer->running = false;
    pthread_mutex_unlock(&mutex);
    return was_running ? ESP_OK : ESP_ERR_INVALID_STATE;
}

bool esp_timer_is_active(esp_timer_handle_t timer)
{
    pthread_mutex_lock(&mutex);
    const bool running = timer->running;
    pthread_mutex_unlock(&mutex);
    return running;
}

esp_err_t esp_timer_delete(esp_timer_handle_t timer)
{
    pthread_mutex_lock(&mutex);
    if (timer->running) {
        pthread_mutex_unlock(&mutex);
        return ESP_ERR_INVALID_STATE;
    }
    /* The memory lives until a callback that is under way has returned. */
    while (calling == timer && !pthread_equal(thread, pthread_self())) {
        pthread_cond_wait(&changed, &mutex);
    }
    struct esp_timer **link = &timers;
    while (*link != timer) {
        link = &(*link)->next;
    }
    *link = timer->next;
    pthread_mutex_unlock(&mutex);
    harness_object_deleted();
    free(timer);
    return ESP_OK;
}

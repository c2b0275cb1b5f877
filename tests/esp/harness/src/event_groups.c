/* Event groups over one condition each.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "freertos/event_groups.h"
#include "harness.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

EventGroupHandle_t xEventGroupCreateStatic(StaticEventGroup_t *body)
{
    EventGroupHandle_t group = body != NULL ? body : malloc(sizeof(*group));
    memset(group, 0, sizeof(*group));
    harness_make_lock(&group->mutex, &group->changed);
    group->is_static = body != NULL;
    harness_object_created();
    return group;
}

EventGroupHandle_t xEventGroupCreate(void)
{
    return xEventGroupCreateStatic(NULL);
}

void vEventGroupDelete(EventGroupHandle_t group)
{
    harness_object_deleted();
    pthread_cond_destroy(&group->changed);
    pthread_mutex_destroy(&group->mutex);
    if (!group->is_static) {
        free(group);
    }
}

EventBits_t xEventGroupSetBits(EventGroupHandle_t group, EventBits_t bits)
{
    pthread_mutex_lock(&group->mutex);
    group->bits |= bits;
    const EventBits_t now = group->bits;
    pthread_cond_broadcast(&group->changed);
    pthread_mutex_unlock(&group->mutex);
    return now;
}

EventBits_t xEventGroupClearBits(EventGroupHandle_t group, EventBits_t bits)
{
    pthread_mutex_lock(&group->mutex);
    const EventBits_t before = group->bits;
    group->bits &= ~bits;
    pthread_mutex_unlock(&group->mutex);
    return before;
}

EventBits_t xEventGroupGetBits(EventGroupHandle_t group)
{
    return xEventGroupClearBits(group, 0);
}

static bool are_set(const struct harness_event_group *group, EventBits_t bits, bool all)
{
    return all ? (group->bits & bits) == bits : (group->bits & bits) != 0;
}

EventBits_t xEventGroupWaitBits(EventGroupHandle_t group, EventBits_t bits,
    BaseType_t clear_on_exit, BaseType_t wait_for_all, TickType_t ticks)
{
    harness_may_block("xEventGroupWaitBits", ticks);
    struct timespec deadline;
    harness_tick_deadline(ticks, &deadline);
    pthread_mutex_lock(&group->mutex);
    while (!are_set(group, bits, wait_for_all != 0) &&
           harness_wait(&group->mutex, &group->changed, ticks, &deadline)) {
    }
    const EventBits_t now = group->bits;
    if (clear_on_exit && are_set(group, bits, wait_for_all != 0)) {
        group->bits &= ~bits;
    }
    pthread_mutex_unlock(&group->mutex);
    return now;
}

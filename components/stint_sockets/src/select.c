/* Waiting for several descriptors at once: stint_poll() and stint_select().
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A task that waits stands in the instance's list of selectors, and its array or sets are looked up
 * in place by whoever brings news of a descriptor that somebody has selected. No memory is needed
 * but the caller's, and news of other descriptors costs nothing.
 */
#include "entry.h"

enum { READ_SET, WRITE_SET, EXCEPTION_SET, SETS };

/* What makes a descriptor a member of each set, as select() of Linux has it; exceptional is, as
 * POSIX and lwIP have it, a pending error: there is no urgent data. */
enum {
    MAKES_READABLE = STINT_READABLE | STINT_HANGUP | STINT_ERROR,
    MAKES_WRITABLE = STINT_WRITABLE | STINT_ERROR,
    TOLD_ALWAYS = STINT_HANGUP | STINT_ERROR | STINT_NOT_OPEN,
};

static const unsigned makes_member[SETS] = {MAKES_READABLE, MAKES_WRITABLE, STINT_ERROR};

struct stint_sockets_selector {
    struct stint_waiter waiter;
    struct stint_sockets_selector *next;
    struct stint_poll_entry *polled; /* of stint_poll(); NULL for stint_select() */
    size_t polled_count;
    uint32_t *sets[SETS];      /* of stint_select(); NULL: an empty one */
    int set_limit;             /* descriptors below are looked at */
    bool saw_close;            /* a named descriptor was closed while the task slept */
    const volatile bool *stop; /* ends the waiting; may be NULL */
};

/* --- sets --- */

static bool set_contains(const uint32_t *set, int descriptor)
{
    return set != NULL && (set[descriptor / 32] >> ((unsigned)descriptor % 32) & 1u) != 0;
}

/* Takes all descriptors below `end` out of the sets. */
static void clear_sets_below(const struct stint_sockets_selector *selector, int end)
{
    for (unsigned i = 0; i < SETS; i++) {
        for (int word = 0; word <= (end - 1) / 32 && selector->sets[i] != NULL && end > 0; word++) {
            const int rest = end - 32 * word;
            selector->sets[i][word] &= rest < 32 ? UINT32_MAX << rest : 0;
        }
    }
}

/* The descriptors of one word that any set names. */
static uint32_t named_in_word(const struct stint_sockets_selector *selector, int word)
{
    uint32_t named = 0;
    for (unsigned i = 0; i < SETS; i++) {
        named |= selector->sets[i] != NULL ? selector->sets[i][word] : 0;
    }
    return named;
}

/* The first descriptor from `descriptor` on that a set names; `set_limit` or more: none. */
static int next_named(const struct stint_sockets_selector *selector, int descriptor)
{
    while (descriptor < selector->set_limit) {
        uint32_t named = named_in_word(selector, descriptor / 32) >> ((unsigned)descriptor % 32);
        for (; named != 0; named >>= 1, descriptor++) {
            if ((named & 1) != 0) {
                return descriptor;
            }
        }
        descriptor = (descriptor / 32 + 1) * 32;
    }
    return descriptor;
}

/* What a selector wants to know of a descriptor in its sets; 0: it does not name it. */
static unsigned wanted_by_sets(const struct stint_sockets_selector *selector, int descriptor)
{
    unsigned wanted = 0;
    for (unsigned i = 0; i < SETS && descriptor < selector->set_limit; i++) {
        if (set_contains(selector->sets[i], descriptor)) {
            wanted |= makes_member[i] | STINT_NOT_OPEN;
        }
    }
    return wanted;
}

static bool are_open(
    const struct stint_sockets *sockets, const struct stint_sockets_selector *selector)
{
    for (int descriptor = next_named(selector, 0); descriptor < selector->set_limit;
         descriptor = next_named(selector, descriptor + 1)) {
        if (stint_entry_find(sockets, descriptor) == NULL) {
            return false;
        }
    }
    return true;
}

/* How many sets name the descriptor for what it is ready for. */
static int count_members(
    const struct stint_sockets_selector *selector, int descriptor, unsigned readiness)
{
    int members = 0;
    for (unsigned i = 0; i < SETS && readiness != 0; i++) {
        members +=
            (readiness & makes_member[i]) != 0 && set_contains(selector->sets[i], descriptor);
    }
    return members;
}

static void remove_what_is_not_ready(
    const struct stint_sockets_selector *selector, int descriptor, unsigned readiness)
{
    for (unsigned i = 0; i < SETS; i++) {
        if (selector->sets[i] != NULL && (readiness & makes_member[i]) == 0) {
            selector->sets[i][descriptor / 32] &= ~(UINT32_C(1) << ((unsigned)descriptor % 32));
        }
    }
}

/* How many members of the sets are ready, and leaves those in the sets; while there are none the
 * sets stay as they were. EBADF when one is not open. */
static int look_at_sets(
    const struct stint_sockets *sockets, const struct stint_sockets_selector *selector)
{
    int ready = 0;
    if (selector->saw_close || !are_open(sockets, selector)) {
        return -STINT_EBADF;
    }
    for (int descriptor = next_named(selector, 0); descriptor < selector->set_limit;
         descriptor = next_named(selector, descriptor + 1)) {
        const unsigned readiness = stint_entry_readiness(sockets, &sockets->entries[descriptor]);
        const int members = count_members(selector, descriptor, readiness);
        if (ready == 0 && members > 0) {
            clear_sets_below(selector, descriptor);
        }
        ready += members;
        if (ready > 0) {
            remove_what_is_not_ready(selector, descriptor, readiness);
        }
    }
    return ready;
}

/* --- arrays --- */

/* Fills in the answers; how many there are. What was closed while the task slept stays closed, even
 * when its number is in use again. */
static int look_at_array(
    const struct stint_sockets *sockets, const struct stint_sockets_selector *selector)
{
    int ready = 0;
    for (size_t i = 0; i < selector->polled_count; i++) {
        struct stint_poll_entry *polled = &selector->polled[i];
        const bool gone = selector->saw_close && polled->ready == STINT_NOT_OPEN;
        if (polled->descriptor < 0) {
            polled->ready = 0;
        } else if (!gone) {
            const struct stint_sockets_entry *entry = stint_entry_find(sockets, polled->descriptor);
            const unsigned readiness =
                entry == NULL ? STINT_NOT_OPEN : stint_entry_readiness(sockets, entry);
            polled->ready = readiness & (polled->wanted | TOLD_ALWAYS);
        }
        ready += polled->ready != 0;
    }
    return ready;
}

static unsigned wanted_by_array(const struct stint_sockets_selector *selector, int descriptor)
{
    unsigned wanted = 0;
    for (size_t i = 0; i < selector->polled_count; i++) {
        if (selector->polled[i].descriptor == descriptor) {
            wanted |= selector->polled[i].wanted | TOLD_ALWAYS;
        }
    }
    return wanted;
}

/* --- both --- */

static unsigned wanted_by(const struct stint_sockets_selector *selector, int descriptor)
{
    return selector->polled != NULL ? wanted_by_array(selector, descriptor)
                                    : wanted_by_sets(selector, descriptor);
}

void stint_selectors_wake(const struct stint_sockets *sockets, int descriptor, unsigned readiness)
{
    for (struct stint_sockets_selector *selector = sockets->first_selector; selector != NULL;
         selector = selector->next) {
        if (!selector->waiter.signalled && (wanted_by(selector, descriptor) & readiness) != 0) {
            stint_sockets_signal(sockets, &selector->waiter);
        }
    }
}

void stint_selectors_close(const struct stint_sockets *sockets, int descriptor)
{
    for (struct stint_sockets_selector *selector = sockets->first_selector; selector != NULL;
         selector = selector->next) {
        if (wanted_by(selector, descriptor) == 0) {
            continue;
        }
        selector->saw_close = true;
        for (size_t i = 0; i < selector->polled_count; i++) {
            if (selector->polled[i].descriptor == descriptor) {
                selector->polled[i].ready = STINT_NOT_OPEN;
            }
        }
        stint_sockets_signal(sockets, &selector->waiter);
    }
}

static void count_selected(
    const struct stint_sockets *sockets, const struct stint_sockets_selector *selector, bool begins)
{
    const uint32_t change = begins ? 1 : UINT32_MAX; /* minus 1 */
    for (size_t i = 0; i < selector->polled_count; i++) {
        const int descriptor = selector->polled[i].descriptor;
        if (descriptor >= 0) {
            sockets->entries[descriptor].selected += change;
        }
    }
    for (int descriptor = next_named(selector, 0); descriptor < selector->set_limit;
         descriptor = next_named(selector, descriptor + 1)) {
        sockets->entries[descriptor].selected += change;
    }
}

static void enrol(struct stint_sockets *sockets, struct stint_sockets_selector *selector)
{
    selector->next = sockets->first_selector;
    sockets->first_selector = selector;
    count_selected(sockets, selector, true);
}

static void withdraw(struct stint_sockets *sockets, const struct stint_sockets_selector *selector)
{
    struct stint_sockets_selector **link = &sockets->first_selector;
    while (*link != selector) {
        link = &(*link)->next;
    }
    *link = selector->next;
    count_selected(sockets, selector, false);
}

static int look(const struct stint_sockets *sockets, const struct stint_sockets_selector *selector)
{
    return selector->polled != NULL ? look_at_array(sockets, selector)
                                    : look_at_sets(sockets, selector);
}

/* Looks, and sleeps until something is ready. A descriptor that is not open is an answer or an
 * error: whoever sleeps names open ones only. */
static int wait_for_ready(struct stint_sockets *sockets, struct stint_sockets_selector *selector,
    struct stint_duration timeout)
{
    const struct stint_instant deadline = stint_sockets_deadline(sockets, timeout);
    int ready = look(sockets, selector);
    bool waits = timeout.microseconds != 0;
    while (ready == 0 && waits) {
        enrol(sockets, selector);
        waits = stint_sockets_sleep(sockets, &selector->waiter, deadline, selector->stop);
        withdraw(sockets, selector);
        ready = look(sockets, selector);
    }
    return ready;
}

int stint_poll(struct stint_sockets *sockets, struct stint_poll_entry *entries, size_t count,
    struct stint_duration timeout)
{
    struct stint_sockets_selector selector = {.polled = entries, .polled_count = count};
    stint_sockets_lock(sockets);
    const int ready = wait_for_ready(sockets, &selector, timeout);
    stint_sockets_unlock(sockets);
    return ready;
}

/* Takes a set that has words; false when they do not reach as far as is asked for. */
static bool take_set(
    struct stint_sockets_selector *selector, unsigned which, const struct stint_descriptor_set *set)
{
    if (set == NULL || set->word_count == 0) {
        return true;
    }
    selector->sets[which] = set->words;
    return set->word_count >= ((size_t)selector->set_limit + 31) / 32;
}

int stint_select_until_stopped(struct stint_sockets *sockets, int descriptor_count,
    struct stint_descriptor_set *readable, struct stint_descriptor_set *writable,
    struct stint_descriptor_set *exceptional, struct stint_duration timeout,
    const volatile bool *stop)
{
    struct stint_sockets_selector selector = {.set_limit = descriptor_count, .stop = stop};
    if (descriptor_count < 0 || !take_set(&selector, READ_SET, readable) ||
        !take_set(&selector, WRITE_SET, writable) ||
        !take_set(&selector, EXCEPTION_SET, exceptional)) {
        return -STINT_EINVAL;
    }
    stint_sockets_lock(sockets);
    const int ready = wait_for_ready(sockets, &selector, timeout);
    if (ready == 0) {
        clear_sets_below(&selector, selector.set_limit);
    }
    stint_sockets_unlock(sockets);
    return ready;
}

int stint_select(struct stint_sockets *sockets, int descriptor_count,
    struct stint_descriptor_set *readable, struct stint_descriptor_set *writable,
    struct stint_descriptor_set *exceptional, struct stint_duration timeout)
{
    return stint_select_until_stopped(
        sockets, descriptor_count, readable, writable, exceptional, timeout, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * libpq without its environment variables: it fills every setting that is missing from the
 * environment, and an empty value is missing to it. So it is shown another environment
 * while it looks. There is one environment for all threads of the process, so one of them
 * at a time does this; who connects in another waits for as long as a step of libpq takes.
 *
 * Meanwhile the thread of a lookup may read the environment too. So what it may have seen
 * is kept until no such thread runs.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): for environ */

#include "dialects/postgres/driver_environ.h"

#include "base/alloc.h"
#include "dialects/postgres/driver_lookup.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

struct pg_environ {
    struct pg_environ *next; /* of those that are to be freed */
    char *items[]; /* strings of the process; NULL comes last */
};

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER; /* of environ and released */
static struct pg_environ *released;

static struct pg_environ *copy_environ(void)
{
    size_t n = 0;
    size_t count = 0;
    while (environ != NULL && environ[count] != NULL) {
        count++;
    }
    struct pg_environ *clean =
        corm_alloc_zero(1, sizeof(*clean) + (count + 1) * sizeof(char *));
    for (size_t i = 0; clean != NULL && i < count; i++) {
        if (strncmp(environ[i], "PG", 2) != 0) {
            clean->items[n++] = environ[i];
        }
    }
    return clean;
}

struct pg_environ *pg_environ_new(void)
{
    pthread_mutex_lock(&guard);
    struct pg_environ *clean = copy_environ();
    pthread_mutex_unlock(&guard);
    return clean;
}

char **pg_environ_enter(struct pg_environ *clean)
{
    pthread_mutex_lock(&guard);
    char **saved = environ;
    environ = clean->items;
    return saved;
}

void pg_environ_leave(char **saved)
{
    environ = saved;
    pthread_mutex_unlock(&guard);
}

void pg_environ_release(struct pg_environ *clean)
{
    pthread_mutex_lock(&guard);
    if (clean != NULL) {
        clean->next = released;
        released = clean;
    }
    while (released != NULL && pg_lookup_count_running() == 0) {
        struct pg_environ *it = released;
        released = it->next;
        corm_free(it);
    }
    pthread_mutex_unlock(&guard);
}

/* SPDX-License-Identifier: MIT */
/* What libpq is shown for the environment, while several threads connect. */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): for environ */

#include "dialects/postgres/driver_environ.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"

enum { THREADS = 4, ROUNDS = 2000 };

static pthread_barrier_t start;

/* Whether it was seen that PGHOST is not there, and the rest is. */
static bool looks_clean(void)
{
    return getenv("PGHOST") == NULL && getenv("CORM_TEST_KEPT") != NULL;
}

static atomic_int ninside; /* threads between enter and leave */

/* As long as libpq may take, with the others let in if nothing keeps them out. */
static bool is_alone(void)
{
    bool is_alone = atomic_fetch_add(&ninside, 1) == 0;
    for (int i = 0; i < 10 && is_alone; i++) {
        sched_yield();
        is_alone = atomic_load(&ninside) == 1;
    }
    atomic_fetch_sub(&ninside, 1);
    return is_alone;
}

static bool look_once(void)
{
    struct pg_environ *clean = pg_environ_new();
    if (clean == NULL) {
        return false;
    }
    char **saved = pg_environ_enter(clean);
    bool is_clean = environ != saved && is_alone() && looks_clean();
    pg_environ_leave(saved);
    pg_environ_release(clean);
    return is_clean;
}

/* Returns NULL if each look was right. */
static void *look_often(void *arg)
{
    pthread_barrier_wait(&start);
    for (int i = 0; i < ROUNDS; i++) {
        if (!look_once()) {
            return arg;
        }
    }
    return NULL;
}

static int set_up(void **state)
{
    (void)state;
    return setenv("PGHOST", "elsewhere.example", 1) || setenv("CORM_TEST_KEPT", "1", 1);
}

static void hides_what_libpq_would_read(void **state)
{
    (void)state;
    char **before = environ;
    assert_true(look_once());
    assert_ptr_equal(environ, before);
    assert_string_equal(getenv("PGHOST"), "elsewhere.example");
}

static void is_as_it_was_after_threads_have_connected_at_once(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    char **before = environ;
    size_t live = corm_alloc_live_blocks();
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, look_often, &start), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    pthread_barrier_destroy(&start);
    assert_ptr_equal(environ, before);
    assert_string_equal(getenv("PGHOST"), "elsewhere.example");
    assert_int_equal(corm_alloc_live_blocks(), live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(hides_what_libpq_would_read, set_up),
        cmocka_unit_test_setup(is_as_it_was_after_threads_have_connected_at_once,
                               set_up),
    };
    return cmocka_run_group_tests_name("postgres/environ", tests, NULL, NULL);
}

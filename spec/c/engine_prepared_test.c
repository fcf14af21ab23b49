/* SPDX-License-Identifier: MIT */
#include "engine/prepared.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"

/* What a driver keeps; dropping counts in *ctx. */
struct statement {
    struct corm_prepared prepared;
    int number;
};

static void drop(void *ctx, struct corm_prepared *prepared)
{
    ++*(int *)ctx;
    corm_free(CORM_CONTAINER(prepared, struct statement, prepared));
}

/* Acquire as a driver does: what is not kept is made and offered. */
static struct statement *use(struct corm_prepared_cache *cache, uint64_t key,
                             const char *sql)
{
    static int last_number;
    struct corm_prepared *prepared =
        corm_prepared_acquire(cache, key, sql, strlen(sql));
    if (prepared != NULL) {
        return CORM_CONTAINER(prepared, struct statement, prepared);
    }
    struct statement *statement = corm_alloc_zero(1, sizeof(*statement));
    if (statement != NULL) {
        statement->number = ++last_number;
        statement->prepared.is_used = true;
        corm_prepared_keep(cache, &statement->prepared, key, sql, strlen(sql));
    }
    return statement;
}

static int use_once(struct corm_prepared_cache *cache, uint64_t key, const char *sql)
{
    struct statement *statement = use(cache, key, sql);
    int number = statement->number;
    corm_prepared_done(cache, &statement->prepared);
    return number;
}

static void finds_by_key_and_text(void **state)
{
    (void)state;
    int ndropped = 0;
    struct corm_prepared_cache cache;
    corm_prepared_cache_init(&cache, 10, drop, &ndropped);
    int a = use_once(&cache, 1, "SELECT a");
    int b = use_once(&cache, 1, "SELECT b");
    int c = use_once(&cache, 2, "SELECT a");
    assert_int_not_equal(a, b);
    assert_int_not_equal(a, c);
    assert_int_equal(use_once(&cache, 1, "SELECT a"), a);
    assert_int_equal(use_once(&cache, 1, "SELECT b"), b);
    assert_int_equal(use_once(&cache, 2, "SELECT a"), c);
    assert_int_equal(ndropped, 0);
    corm_prepared_cache_release(&cache);
    assert_int_equal(ndropped, 3);
}

static void keeps_nothing_without_key_or_capacity(void **state)
{
    (void)state;
    int ndropped = 0;
    struct corm_prepared_cache cache;
    corm_prepared_cache_init(&cache, 10, drop, &ndropped);
    use_once(&cache, 0, "SELECT a");
    assert_int_equal(ndropped, 1);
    corm_prepared_cache_release(&cache);
    corm_prepared_cache_init(&cache, 0, drop, &ndropped);
    use_once(&cache, 1, "SELECT a");
    assert_int_equal(ndropped, 2);
    corm_prepared_cache_release(&cache);
}

static void never_lends_to_two(void **state)
{
    (void)state;
    int ndropped = 0;
    struct corm_prepared_cache cache;
    corm_prepared_cache_init(&cache, 10, drop, &ndropped);
    struct statement *a = use(&cache, 1, "SELECT a");
    struct statement *b = use(&cache, 1, "SELECT a");
    assert_ptr_not_equal(a, b);
    corm_prepared_done(&cache, &b->prepared);
    assert_int_equal(ndropped, 0);
    assert_ptr_equal(use(&cache, 1, "SELECT a"), b); /* not prepared each time */
    corm_prepared_done(&cache, &b->prepared);
    corm_prepared_done(&cache, &a->prepared);
    assert_int_equal(ndropped, 1); /* one of a kind is kept */
    corm_prepared_cache_release(&cache);
    assert_int_equal(ndropped, 2);
}

static void drops_what_is_in_use_only_after_use(void **state)
{
    (void)state;
    int ndropped = 0;
    struct corm_prepared_cache cache;
    corm_prepared_cache_init(&cache, 1, drop, &ndropped);
    struct statement *evicted = use(&cache, 1, "SELECT a");
    use_once(&cache, 2, "SELECT b");
    assert_int_equal(ndropped, 0);
    corm_prepared_done(&cache, &evicted->prepared);
    assert_int_equal(ndropped, 1);
    struct statement *forgotten = use(&cache, 2, "SELECT b");
    corm_prepared_forget(&cache, &forgotten->prepared);
    corm_prepared_forget(&cache, &forgotten->prepared);
    assert_null(corm_prepared_acquire(&cache, 2, "SELECT b", strlen("SELECT b")));
    corm_prepared_done(&cache, &forgotten->prepared);
    assert_int_equal(ndropped, 2);
    struct statement *last = use(&cache, 3, "SELECT c");
    corm_prepared_cache_release(&cache);
    assert_int_equal(ndropped, 2);
    corm_prepared_done(&cache, &last->prepared);
    assert_int_equal(ndropped, 3);
}

static bool use_some(void *state)
{
    int ndropped = 0;
    struct corm_prepared_cache cache;
    bool is_done = true;
    (void)state;
    corm_prepared_cache_init(&cache, 2, drop, &ndropped);
    for (uint64_t key = 1; key <= 4; key++) {
        struct statement *statement = use(&cache, key, "SELECT a");
        is_done = is_done && statement != NULL && statement->prepared.is_cached;
        if (statement != NULL) {
            corm_prepared_done(&cache, &statement->prepared);
        }
    }
    corm_prepared_cache_release(&cache);
    return is_done;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(use_some, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_by_key_and_text),
        cmocka_unit_test(keeps_nothing_without_key_or_capacity),
        cmocka_unit_test(never_lends_to_two),
        cmocka_unit_test(drops_what_is_in_use_only_after_use),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("engine/prepared", tests, NULL, NULL);
}

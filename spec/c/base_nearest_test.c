/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = { "before_commit", "before_flush", "load", "id",
                                     "set" };

static const char *nearest(const char *name)
{
    return corm_nearest(name, strlen(name), names, CORM_LENGTH(names));
}

static void finds_what_was_meant(void **state)
{
    (void)state;
    assert_string_equal(nearest("before_comit"), "before_commit");
    assert_string_equal(nearest("beforeflush"), "before_flush");
    assert_string_equal(nearest("laod"), "load");
    assert_string_equal(nearest("lod"), "load");
    assert_string_equal(nearest("sed"), "set");
    assert_string_equal(nearest("i"), "id");
    assert_string_equal(nearest("set"), "set");
}

static void says_nothing_where_all_are_far(void **state)
{
    (void)state;
    char long_name[200];
    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    assert_null(nearest("rollback"));
    assert_null(nearest("xyz"));
    assert_null(nearest(""));
    assert_null(nearest(long_name));
    assert_null(corm_nearest("load", 4, NULL, 0));
}

static void prefers_the_nearest_then_the_first(void **state)
{
    (void)state;
    const char *const known[] = { "cart", "care", "car" };
    assert_string_equal(corm_nearest("cars", 4, known, 3), "cart");
    assert_string_equal(corm_nearest("ca", 2, known, 3), "car");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_meant),
        cmocka_unit_test(says_nothing_where_all_are_far),
        cmocka_unit_test(prefers_the_nearest_then_the_first),
    };
    return cmocka_run_group_tests_name("base/nearest", tests, NULL, NULL);
}

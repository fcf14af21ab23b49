/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void counts_blocks_and_bytes(void **state)
{
    (void)state;
    size_t blocks = corm_alloc_live_blocks();
    size_t bytes = corm_alloc_live_bytes();
    char *a = corm_alloc(100);
    char *b = corm_alloc_zero(10, 10);
    assert_int_equal(corm_alloc_live_blocks(), blocks + 2);
    assert_true(corm_alloc_live_bytes() >= bytes + 200);
    a = corm_realloc(a, 5000);
    assert_int_equal(corm_alloc_live_blocks(), blocks + 2);
    assert_true(corm_alloc_live_bytes() >= bytes + 5100);
    corm_free(a);
    corm_free(b);
    corm_free(NULL);
    assert_int_equal(corm_alloc_live_blocks(), blocks);
    assert_int_equal(corm_alloc_live_bytes(), bytes);
}

static void serves_zero_bytes_with_unique_pointers(void **state)
{
    (void)state;
    void *a = corm_alloc(0);
    void *b = corm_alloc_zero(0, 8);
    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    a = corm_realloc(a, 0);
    assert_non_null(a);
    corm_free(a);
    corm_free(b);
}

static void refuses_a_product_that_overflows(void **state)
{
    (void)state;
    volatile size_t huge = SIZE_MAX / 2;
    assert_null(corm_alloc_zero(huge, 3));
}

static void copies_text_with_a_nul(void **state)
{
    (void)state;
    char *copy = corm_strndup("hello", 3);
    assert_string_equal(copy, "hel");
    corm_free(copy);
    copy = corm_strndup(NULL, 0);
    assert_string_equal(copy, "");
    corm_free(copy);
}

static void fails_the_nth_request_once(void **state)
{
    (void)state;
    corm_alloc_fail_after(2, false);
    void *first = corm_alloc(8);
    assert_non_null(first);
    assert_false(corm_alloc_did_fail());
    assert_null(corm_realloc(first, 16));
    assert_true(corm_alloc_did_fail());
    first = corm_realloc(first, 16);
    assert_non_null(first);
    corm_free(first);
    corm_alloc_fail_after(0, false);
    assert_false(corm_alloc_did_fail());
}

static void fails_every_request_from_the_nth_on(void **state)
{
    (void)state;
    corm_alloc_fail_after(1, true);
    assert_null(corm_alloc(8));
    assert_null(corm_alloc_zero(1, 8));
    assert_null(corm_strndup("x", 1));
    corm_alloc_fail_after(0, false);
    void *ptr = corm_alloc(8);
    assert_non_null(ptr);
    corm_free(ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_blocks_and_bytes),
        cmocka_unit_test(serves_zero_bytes_with_unique_pointers),
        cmocka_unit_test(refuses_a_product_that_overflows),
        cmocka_unit_test(copies_text_with_a_nul),
        cmocka_unit_test(fails_the_nth_request_once),
        cmocka_unit_test(fails_every_request_from_the_nth_on),
    };
    return cmocka_run_group_tests_name("base/alloc", tests, NULL, NULL);
}

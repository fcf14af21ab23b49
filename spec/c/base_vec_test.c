/* SPDX-License-Identifier: MIT */
#include "base/vec.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "alloc_sweep.h"

static void pushes_and_walks(void **state)
{
    (void)state;
    struct corm_vec(int) numbers = { 0 };
    int sum = 0;
    corm_vec_foreach (&numbers, it) {
        sum += *it;
    }
    assert_int_equal(sum, 0);
    for (int i = 1; i <= 1000; i++) {
        assert_true(corm_vec_push(&numbers, i));
    }
    corm_vec_foreach (&numbers, it) {
        sum += *it;
    }
    assert_int_equal(numbers.count, 1000);
    assert_int_equal(sum, 500500);
    corm_vec_release(&numbers);
    assert_null(numbers.items);
    assert_int_equal(numbers.count, 0);
}

static void reserves_exactly_once(void **state)
{
    (void)state;
    struct corm_vec(char) bytes = { 0 };
    assert_true(corm_vec_reserve(&bytes, 1000));
    char *items = bytes.items;
    for (int i = 0; i < 1000; i++) {
        assert_true(corm_vec_push(&bytes, 'x'));
    }
    assert_ptr_equal(bytes.items, items);
    corm_vec_release(&bytes);
}

static void refuses_a_size_that_overflows(void **state)
{
    (void)state;
    struct corm_vec(int64_t) numbers = { 0 };
    assert_true(corm_vec_push(&numbers, 5));
    assert_false(corm_vec_reserve(&numbers, SIZE_MAX / 4));
    assert_int_equal(numbers.count, 1);
    assert_int_equal(numbers.items[0], 5);
    corm_vec_release(&numbers);
}

static bool fill_vector(void *state)
{
    (void)state;
    struct corm_vec(size_t) numbers = { 0 };
    bool is_done = true;
    for (size_t i = 0; i < 100 && is_done; i++) {
        is_done = corm_vec_push(&numbers, i);
    }
    for (size_t i = 0; i < numbers.count; i++) {
        assert_int_equal(numbers.items[i], i);
    }
    corm_vec_release(&numbers);
    return is_done;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(fill_vector, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pushes_and_walks),
        cmocka_unit_test(reserves_exactly_once),
        cmocka_unit_test(refuses_a_size_that_overflows),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("base/vec", tests, NULL, NULL);
}

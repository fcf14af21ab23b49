/* SPDX-License-Identifier: MIT */
#include "base/counter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void counts_each_kind_for_itself(void **state)
{
    (void)state;
    for (int i = 0; i < CORM_COUNTER_COUNT; i++) {
        assert_int_equal(corm_counter_get((enum corm_counter)i), 0);
    }
    corm_counter_inc(CORM_COUNTER_POOL);
    corm_counter_inc(CORM_COUNTER_POOL);
    corm_counter_inc(CORM_COUNTER_SESSION);
    corm_counter_dec(CORM_COUNTER_POOL);
    assert_int_equal(corm_counter_get(CORM_COUNTER_POOL), 1);
    assert_int_equal(corm_counter_get(CORM_COUNTER_SESSION), 1);
    assert_int_equal(corm_counter_get(CORM_COUNTER_CONNECTION), 0);
    corm_counter_dec(CORM_COUNTER_POOL);
    corm_counter_dec(CORM_COUNTER_SESSION);
}

static void names_each_kind_differently(void **state)
{
    (void)state;
    for (int i = 0; i < CORM_COUNTER_COUNT; i++) {
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(corm_counter_name((enum corm_counter)i),
                                    corm_counter_name((enum corm_counter)j));
        }
    }
    assert_string_equal(corm_counter_name(CORM_COUNTER_CONNECTION), "connections");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_each_kind_for_itself),
        cmocka_unit_test(names_each_kind_differently),
    };
    return cmocka_run_group_tests_name("base/counter", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "base/ptrset.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "alloc_sweep.h"

static void adds_each_pointer_once(void **state)
{
    (void)state;
    struct corm_ptrset set = { 0 };
    static char things[1000];
    assert_false(corm_ptrset_has(&set, &things[0]));
    for (size_t i = 0; i < CORM_LENGTH(things); i += 2) {
        assert_true(corm_ptrset_add(&set, &things[i]));
        assert_false(corm_ptrset_add(&set, &things[i]));
    }
    for (size_t i = 0; i < CORM_LENGTH(things); i++) {
        assert_int_equal(corm_ptrset_has(&set, &things[i]), i % 2 == 0);
    }
    assert_int_equal(set.count, CORM_LENGTH(things) / 2);
    assert_false(set.is_broken);
    corm_ptrset_release(&set);
    assert_false(corm_ptrset_has(&set, &things[0]));
}

static bool fill_set(void *state)
{
    (void)state;
    struct corm_ptrset set = { 0 };
    static char things[200];
    size_t count = 0;
    while (count < CORM_LENGTH(things) && corm_ptrset_add(&set, &things[count])) {
        count++;
    }
    assert_int_equal(set.is_broken, count < CORM_LENGTH(things));
    for (size_t i = 0; i < CORM_LENGTH(things); i++) {
        assert_int_equal(corm_ptrset_has(&set, &things[i]), i < count);
    }
    corm_ptrset_release(&set);
    return count == CORM_LENGTH(things);
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(fill_set, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_each_pointer_once),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("base/ptrset", tests, NULL, NULL);
}

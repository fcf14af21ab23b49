/* SPDX-License-Identifier: MIT */
#include "base/intern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"

static void gives_equal_names_one_pointer(void **state)
{
    (void)state;
    struct corm_intern table = { 0 };
    char copy[] = "user_id";
    assert_null(corm_intern_find(&table, "user_id", 7));
    const struct corm_name *name = corm_intern_add(&table, "user_id", 7);
    assert_string_equal(name->text, "user_id");
    assert_int_equal(name->len, 7);
    assert_ptr_equal(corm_intern_add(&table, copy, 7), name);
    assert_ptr_equal(corm_intern_find(&table, copy, 7), name);
    assert_ptr_not_equal(corm_intern_add(&table, "user_id", 6), name);
    assert_int_equal(corm_intern_add(&table, NULL, 0)->len, 0);
    corm_intern_release(&table);
    assert_null(corm_intern_find(&table, "user_id", 7));
}

static void keeps_pointers_while_it_grows(void **state)
{
    (void)state;
    struct corm_intern table = { 0 };
    const struct corm_name *names[1000];
    char text[16];
    for (int i = 0; i < 1000; i++) {
        int len = snprintf(text, sizeof(text), "name_%d", i);
        names[i] = corm_intern_add(&table, text, (size_t)len);
    }
    for (int i = 0; i < 1000; i++) {
        int len = snprintf(text, sizeof(text), "name_%d", i);
        assert_ptr_equal(corm_intern_find(&table, text, (size_t)len), names[i]);
        assert_string_equal(names[i]->text, text);
    }
    corm_intern_release(&table);
}

static bool fill_table(void *state)
{
    (void)state;
    struct corm_intern table = { 0 };
    char text[16];
    int count = 0;
    for (; count < 100; count++) {
        int len = snprintf(text, sizeof(text), "name_%d", count);
        if (corm_intern_add(&table, text, (size_t)len) == NULL) {
            break;
        }
    }
    assert_int_equal(table.names.count, count);
    corm_intern_release(&table);
    return count == 100;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(fill_table, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_equal_names_one_pointer),
        cmocka_unit_test(keeps_pointers_while_it_grows),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("base/intern", tests, NULL, NULL);
}

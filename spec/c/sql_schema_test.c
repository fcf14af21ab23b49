/* SPDX-License-Identifier: MIT */
#include "sql/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "sql_kit.h"

static struct corm_error err;

static void attaches_columns(void **state)
{
    (void)state;
    struct corm_table *t = table("t", NULL);
    struct corm_column *a = column(t, "a", &corm_type_integer, 0);
    struct corm_column *free_ = column(NULL, "a", &corm_type_integer, 0);
    assert_true(a->node.id != 0);
    assert_true(free_->node.id == 0);
    assert_true(a->node.fp != free_->node.fp);
    assert_ptr_equal(a->table, t);
    assert_ptr_equal(corm_table_find(t, "a", 1), a);
    assert_null(corm_table_find(t, "b", 1));
    assert_int_equal(corm_table_append_column(t, free_, &err), CORM_E_ARGUMENT);
    assert_non_null(strstr(err.message, "already has a column 'a'"));
    assert_int_equal(corm_table_append_column(t, a, &err), CORM_E_ARGUMENT);
    assert_non_null(strstr(err.message, "already part of table 't'"));
    assert_int_equal(t->columns.count, 1);
}

static void replaces_columns(void **state)
{
    (void)state;
    struct corm_table *t = table("t", NULL);
    struct corm_column *a = column(t, "a", &corm_type_integer, 0);
    struct corm_column *b = column(t, "b", &corm_type_integer, 0);
    struct corm_column *new_a = column(NULL, "a", &corm_type_string, 0);
    struct corm_column *new_b = column(NULL, "b", &corm_type_string, 0);
    assert_int_equal(corm_table_replace_column(t, a, b, &err), CORM_E_ARGUMENT);
    assert_int_equal(corm_table_replace_column(t, a, new_b, &err), CORM_E_ARGUMENT);
    assert_non_null(strstr(err.message, "already has a column 'b'"));
    assert_ptr_equal(t->columns.items[0], a);

    assert_int_equal(corm_table_replace_column(t, a, new_a, &err), CORM_OK);
    assert_ptr_equal(t->columns.items[0], new_a);
    assert_ptr_equal(new_a->table, t);
    assert_int_equal(new_a->position, 0);
    assert_true(new_a->node.id != 0);
    assert_null(a->table);
    assert_ptr_equal(corm_table_find(t, "a", 1), new_a);
}

static void finds_the_primary_key(void **state)
{
    (void)state;
    struct corm_table *t = table("t", NULL);
    struct corm_column *a = column(t, "a", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY);
    struct corm_column *b = column(t, "b", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY);
    settle(t);
    assert_int_equal(t->primary_key.count, 2);
    assert_ptr_equal(t->primary_key.items[0], a);
    assert_true(b->flags & CORM_COLUMN_NOT_NULL);
    assert_null(t->autoincrement);
    struct corm_constraint *key = constraint(t, CORM_CONSTRAINT_PRIMARY_KEY, "pk");
    assert_true(corm_vec_push(&key->columns, b));
    settle(t);
    assert_int_equal(t->primary_key.count, 1);
    assert_ptr_equal(t->primary_key.items[0], b);
}

static struct corm_column *key_of(const struct corm_type *type, uint32_t flags)
{
    struct corm_table *t = table("t", NULL);
    struct corm_column *id = column(t, "id", type, CORM_COLUMN_PRIMARY_KEY | flags);
    settle(t);
    return t->autoincrement == id ? id : NULL;
}

static void knows_who_numbers_the_key(void **state)
{
    (void)state;
    assert_non_null(key_of(&corm_type_integer, 0));
    assert_non_null(key_of(&corm_type_bigint, 0));
    assert_null(key_of(&corm_type_string, 0));
    assert_null(key_of(&corm_type_integer, CORM_COLUMN_NO_AUTOINCREMENT));
    assert_null(key_of(&corm_type_integer, CORM_COLUMN_HAS_DEFAULT));
    assert_null(key_of(&corm_type_integer, CORM_COLUMN_HAS_SERVER_DEFAULT));
    struct corm_table *t = table("t", NULL);
    column(t, "a", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY);
    struct corm_column *b = column(t, "b", &corm_type_integer,
                                   CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_AUTOINCREMENT);
    settle(t);
    assert_ptr_equal(t->autoincrement, b);
    column(t, "c", &corm_type_integer,
           CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_AUTOINCREMENT);
    assert_int_equal(corm_table_settle(t, &err), CORM_E_ARGUMENT);
    assert_non_null(strstr(err.message, "both 'b' and 'c'"));
    t = table("t", NULL);
    column(t, "s", &corm_type_string,
           CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_AUTOINCREMENT);
    assert_int_equal(corm_table_settle(t, &err), CORM_E_ARGUMENT);
    assert_non_null(strstr(err.message, "String"));
}

static void takes_the_type_of_what_it_refers_to(void **state)
{
    (void)state;
    struct corm_table *t = table("t", NULL);
    struct corm_column *id =
        column(t, "id", &corm_type_bigint, CORM_COLUMN_PRIMARY_KEY);
    struct corm_column *ref =
        column(t, "ref", &corm_type_null, CORM_COLUMN_PRIMARY_KEY);
    foreign_key(ref, id);
    settle(t);
    assert_ptr_equal(ref->node.type, &corm_type_bigint);
}

/* Tables a, b, c with keys as "ab" says: a refers to b. */
static struct corm_table *tables[3];

static void make_tables(const char *const *references)
{
    static const char *const names[] = { "a", "b", "c" };
    for (int i = 0; i < 3; i++) {
        tables[i] = table(names[i], NULL);
        column(tables[i], "id", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY);
    }
    for (; *references != NULL; references++) {
        struct corm_table *from = tables[(*references)[0] - 'a'];
        struct corm_table *to = tables[(*references)[1] - 'a'];
        foreign_key(column(from, *references, &corm_type_integer, 0),
                    to->columns.items[0]);
    }
}

static void check_order(const char *expected)
{
    struct corm_table *sorted[3] = { tables[0], tables[1], tables[2] };
    assert_int_equal(corm_tables_sort(sorted, 3, &err), CORM_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(sorted[i]->node.name[0], expected[i]);
    }
}

static void sorts_by_foreign_keys(void **state)
{
    (void)state;
    make_tables((const char *const[]){ NULL });
    check_order("abc");
    make_tables((const char *const[]){ "ac", "aa", NULL });
    check_order("bca");
    make_tables((const char *const[]){ "ab", "bc", NULL });
    check_order("cba");
}

static void breaks_circles(void **state)
{
    (void)state;
    make_tables((const char *const[]){ "ab", "ba", "ca", NULL });
    check_order("abc");
    assert_true(tables[0]->constraints.items[0]->use_alter);
    assert_true(tables[1]->constraints.items[0]->use_alter);
    assert_false(tables[2]->constraints.items[0]->use_alter);
    assert_int_equal(corm_tables_sort(tables, 0, &err), CORM_OK);
}

static bool sort_swept(void *state)
{
    struct corm_table *sorted[3] = { tables[0], tables[1], tables[2] };
    (void)state;
    tables[0]->constraints.items[0]->use_alter = false;
    tables[1]->constraints.items[0]->use_alter = false;
    enum corm_rc rc = corm_tables_sort(sorted, 3, &err);
    assert_true(rc == CORM_OK || rc == CORM_E_NO_MEMORY);
    return rc == CORM_OK;
}

static void survives_any_failing_allocation(void **state)
{
    (void)state;
    make_tables((const char *const[]){ "ab", "ba", "ca", NULL });
    alloc_sweep(sort_swept, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, sql_open, sql_close)
    const struct CMUnitTest tests[] = {
        TEST(attaches_columns),
        TEST(replaces_columns),
        TEST(finds_the_primary_key),
        TEST(knows_who_numbers_the_key),
        TEST(takes_the_type_of_what_it_refers_to),
        TEST(sorts_by_foreign_keys),
        TEST(breaks_circles),
        TEST(survives_any_failing_allocation),
    };
    return cmocka_run_group_tests_name("sql/schema", tests, NULL, NULL);
}

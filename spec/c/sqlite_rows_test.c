/* SPDX-License-Identifier: MIT */
/* Many parameter sets that go as rows of one VALUES, and the keys that come back. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "sqlite_many_kit.h"

static struct corm_dbc *memory(void)
{
    return kit_connect(&corm_sqlite_driver, "sqlite://");
}

static struct corm_request insert(bool want_rowids)
{
    struct corm_request request = many_request(MANY_INSERT "(?)");
    request.want_rowids = want_rowids;
    return request;
}

/* Every row has the key that was told for it. */
static void assert_keys_told(struct corm_dbc *dbc, const struct corm_cursor *cursor)
{
    char sql[64];

    for (int i = 0; i < SETS; i++) {
        snprintf(sql, sizeof(sql), "SELECT x FROM t WHERE rowid = %lld",
                 (long long)cursor->rowids[i]);
        assert_int_equal(kit_scalar(dbc, sql), i + 1);
    }
}

static void insert_and_check(struct corm_dbc *dbc, int rowcount)
{
    struct corm_request request = insert(true);
    struct corm_cursor *cursor = kit_execute(dbc, &request);

    assert_int_equal(cursor->rowcount, rowcount);
    assert_keys_told(dbc, cursor);
    dbc->ops->cursor_close(cursor);
}

static void tells_keys_of_many_rows(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();

    kit_run(dbc, "CREATE TABLE t (id INTEGER PRIMARY KEY, x UNIQUE)");
    kit_run(dbc, "INSERT INTO t VALUES (40, -1)");
    insert_and_check(dbc, SETS);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), SETS + 1);
    kit_run(dbc, "DELETE FROM t");
    insert_and_check(dbc, SETS); /* from the statements that are kept */
    kit_close(dbc);
}

static void tells_keys_that_do_not_follow_one_another(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();

    /* After the greatest key of all SQLite takes free ones by chance. */
    kit_run(dbc, MANY_TABLE);
    kit_run(dbc, "INSERT INTO t VALUES (9223372036854775720, -1)");
    insert_and_check(dbc, SETS);
    kit_close(dbc);
}

static void goes_row_by_row_where_triggers_insert(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();

    kit_run(dbc, MANY_TABLE);
    kit_run(dbc, "CREATE TRIGGER twice AFTER INSERT ON t WHEN new.x > 70 AND new.x % 2 "
                 "BEGIN INSERT INTO t (x) VALUES (-new.x); END");
    insert_and_check(dbc, SETS);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), SETS + 40);
    kit_close(dbc);
}

static void sees_a_trigger_that_came_later(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();

    kit_run(dbc, MANY_TABLE);
    insert_and_check(dbc, SETS);
    kit_run(dbc, "DELETE FROM t");
    kit_run(dbc, "CREATE TRIGGER twice AFTER INSERT ON t WHEN new.x > 70 AND new.x % 2 "
                 "BEGIN INSERT INTO t (x) VALUES (-new.x); END");
    insert_and_check(dbc, SETS);
    kit_close(dbc);
}

static void goes_row_by_row_into_a_view(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_request request = insert(false);
    struct corm_cursor *cursor;

    kit_run(dbc, "CREATE TABLE base (id INTEGER PRIMARY KEY, x)");
    kit_run(dbc, "CREATE VIEW t AS SELECT x FROM base");
    kit_run(dbc, "CREATE TRIGGER through INSTEAD OF INSERT ON t "
                 "BEGIN INSERT INTO base (x) VALUES (new.x); END");
    cursor = kit_execute(dbc, &request);
    dbc->ops->cursor_close(cursor);
    assert_int_equal(kit_scalar(dbc, "SELECT sum(x) FROM base"), SETS * (SETS + 1) / 2);
    kit_close(dbc);
}

static void stops_where_a_row_fails(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_request request = insert(false);
    struct corm_error err;

    kit_run(dbc, "CREATE TABLE t (x INTEGER UNIQUE)");
    numbers[100] = numbers[90];
    kit_control(dbc, "BEGIN");
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_int_equal(err.rc, CORM_E_INTEGRITY);
    assert_true(dbc->in_transaction);
    kit_control(dbc, "ROLLBACK");
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), 0);
    numbers[100] = corm_value_int(101);
    dbc->ops->cursor_close(kit_execute(dbc, &request));
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), SETS);
    kit_close(dbc);
}

static void names_the_parameter_of_a_row_that_cannot_be_bound(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_request request = insert(false);
    struct corm_error err;

    kit_run(dbc, "CREATE TABLE t (x)");
    numbers[70] = (struct corm_value){ .tag = CORM_TAG_FLOAT, .as.f = NAN };
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_string_equal(
        err.message, "parameter 1: SQLite cannot store this float (NaN or too large)");
    kit_close(dbc);
}

static void assert_last_key(struct corm_cursor *cursor)
{
    assert_int_equal(cursor->rowids[SETS - 1], SETS);
}

static bool insert_with_little_memory(void *state)
{
    struct corm_request request = insert(true);
    (void)state;
    return many_try(&request, assert_last_key);
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(insert_with_little_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(tells_keys_of_many_rows, number),
        cmocka_unit_test_setup(tells_keys_that_do_not_follow_one_another, number),
        cmocka_unit_test_setup(goes_row_by_row_where_triggers_insert, number),
        cmocka_unit_test_setup(sees_a_trigger_that_came_later, number),
        cmocka_unit_test_setup(goes_row_by_row_into_a_view, number),
        cmocka_unit_test_setup(stops_where_a_row_fails, number),
        cmocka_unit_test_setup(names_the_parameter_of_a_row_that_cannot_be_bound,
                               number),
        cmocka_unit_test_setup(survives_every_failing_allocation, number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

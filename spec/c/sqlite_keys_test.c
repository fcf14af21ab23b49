/* SPDX-License-Identifier: MIT */
/* Many rows that return nothing but their key: the rows of RETURNING, without it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "sqlite_many_kit.h"

static struct corm_dbc *memory_with(const char *table)
{
    struct corm_dbc *dbc = kit_connect(&corm_sqlite_driver, "sqlite://");
    kit_run(dbc, table);
    return dbc;
}

static struct corm_request returning_key(void)
{
    struct corm_request request = many_request(MANY_INSERT "(?) RETURNING id");
    request.returns_key = true;
    return request;
}

/* Each of the nrows rows is the key of the next of the numbers. */
static void assert_keys(struct corm_dbc *dbc, struct corm_cursor *cursor, int nrows)
{
    char sql[64];
    struct corm_value key;

    assert_int_equal(cursor->ncols, 1);
    assert_string_equal(cursor->cols[0].name, "id");
    for (int i = 0; i < nrows; i++) {
        assert_true(kit_fetch(cursor, &key));
        assert_int_equal(key.tag, CORM_TAG_INT);
        snprintf(sql, sizeof(sql), "SELECT x FROM t WHERE id = %lld",
                 (long long)key.as.i);
        assert_int_equal(kit_scalar(dbc, sql), i + 1);
    }
    assert_false(kit_fetch(cursor, &key));
    assert_int_equal(cursor->rowcount, nrows);
    dbc->ops->cursor_close(cursor);
}

static void insert_and_check(struct corm_dbc *dbc)
{
    struct corm_request request = returning_key();
    assert_keys(dbc, kit_execute(dbc, &request), SETS);
}

static void returns_the_keys_in_the_order_of_the_sets(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory_with(MANY_TABLE);
    insert_and_check(dbc);
    kit_run(dbc, "DELETE FROM t");
    insert_and_check(dbc); /* from the statements that are kept */
    kit_run(dbc, "UPDATE t SET id = 9223372036854775807 WHERE x = 1");
    kit_run(dbc, "DELETE FROM t WHERE x > 1");
    kit_run(dbc, "UPDATE t SET x = -1");
    insert_and_check(dbc); /* there is none greater: SQLite takes free ones by chance */
    kit_close(dbc);
}

static void lets_what_it_returns_be_dropped(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory_with(MANY_TABLE);
    struct corm_request request = returning_key();
    struct corm_value key;
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_true(kit_fetch(cursor, &key));
    dbc->ops->cursor_close(cursor);
    dbc->ops->cursor_close(kit_execute(dbc, &request));
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), 2 * SETS);
    kit_close(dbc);
}

static void believes_rows_where_triggers_insert(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory_with(MANY_TABLE);
    insert_and_check(dbc);
    kit_run(dbc, "DELETE FROM t");
    kit_run(dbc, "CREATE TRIGGER twice AFTER INSERT ON t WHEN new.x > 70 AND new.x % 2 "
                 "BEGIN INSERT INTO t (x) VALUES (-new.x); END");
    insert_and_check(dbc);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), SETS + 40);
    kit_close(dbc);
}

/* Only INTEGER PRIMARY KEY is the rowid. */
static void believes_rows_whose_key_is_no_rowid(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory_with("CREATE TABLE t (id INT PRIMARY KEY, x)");
    struct corm_request request = returning_key();
    struct corm_value key;
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    for (int i = 0; i < SETS; i++) {
        assert_true(kit_fetch(cursor, &key));
        assert_int_equal(key.tag, CORM_TAG_NULL);
    }
    assert_false(kit_fetch(cursor, &key));
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

static void believes_rows_whose_key_is_a_text(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory_with(
        "CREATE TABLE t (id TEXT PRIMARY KEY DEFAULT (hex(randomblob(8))), x)"
        " WITHOUT ROWID");
    struct corm_request request = returning_key();
    char sql[64];
    struct corm_value key;
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    for (int i = 0; i < SETS; i++) {
        assert_true(kit_fetch(cursor, &key));
        assert_true(key.tag == CORM_TAG_TEXT && key.len == 16);
        snprintf(sql, sizeof sql, "SELECT x FROM t WHERE id = '%.16s'", key.as.s);
        assert_int_equal(kit_scalar(dbc, sql), i + 1);
    }
    assert_false(kit_fetch(cursor, &key));
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

static void leaves_out_rows_that_are_ignored(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory_with(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x UNIQUE ON CONFLICT IGNORE)");
    struct corm_request request = returning_key();
    numbers[SETS - 1] = numbers[0]; /* one by one */
    numbers[SETS - 2] = numbers[1];
    assert_keys(dbc, kit_execute(dbc, &request), SETS - 2);
    kit_run(dbc, "DELETE FROM t");
    number(NULL);
    for (int i = 40; i < SETS; i++) { /* among many */
        numbers[i] = corm_value_int(i - 19);
    }
    assert_keys(dbc, kit_execute(dbc, &request), SETS - 20);
    kit_close(dbc);
}

static void forgets_the_rows_of_what_fails(void **state)
{
    (void)state;
    struct corm_dbc *dbc =
        memory_with("CREATE TABLE t (id INTEGER PRIMARY KEY, x UNIQUE)");
    struct corm_request request = returning_key();
    struct corm_error err;
    numbers[SETS - 1] = numbers[0];
    kit_control(dbc, "BEGIN");
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_int_equal(err.rc, CORM_E_INTEGRITY);
    kit_control(dbc, "ROLLBACK");
    number(NULL);
    insert_and_check(dbc);
    kit_close(dbc);
}

/* Without a transaction each row is committed, which a reader holds up. */
static void carries_on_when_a_reader_has_gone(void **state)
{
    (void)state;
    char folder[] = "/tmp/corm-keys-XXXXXX";
    char url[64];
    struct corm_error err;
    struct corm_cursor *cursor;
    struct corm_request reading = kit_request("SELECT x FROM t", NULL, 0);
    struct corm_request request = returning_key();
    struct corm_value cell;

    assert_non_null(mkdtemp(folder));
    snprintf(url, sizeof url, "sqlite:///%s/keys.db", folder);
    struct corm_dbc *writer = kit_connect(&corm_sqlite_driver, url);
    struct corm_dbc *reader = kit_connect(&corm_sqlite_driver, url);
    kit_run(writer, MANY_TABLE);
    kit_run(writer, "INSERT INTO t (x) VALUES (-1), (-2)");
    struct corm_cursor *rows = kit_execute(reader, &reading);
    assert_true(kit_fetch(rows, &cell));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(writer->ops->execute(writer, &request, &cursor, &err),
                         CORM_IO_WAIT);
    }
    reader->ops->cursor_close(rows);
    cursor = kit_execute(writer, &request);
    assert_keys(writer, cursor, SETS);
    assert_int_equal(kit_scalar(reader, "SELECT count(*) FROM t"), SETS + 2);
    kit_close(reader);
    kit_close(writer);
    unlink(url + strlen("sqlite:///"));
    rmdir(folder);
}

static void assert_numbered(struct corm_cursor *cursor)
{
    struct corm_value key;
    int nrows = 0;
    while (kit_fetch(cursor, &key)) {
        assert_int_equal(key.as.i, ++nrows);
    }
    assert_int_equal(nrows, SETS);
}

static bool insert_with_little_memory(void *state)
{
    struct corm_request request = returning_key();
    (void)state;
    return many_try(&request, assert_numbered);
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(insert_with_little_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(returns_the_keys_in_the_order_of_the_sets, number),
        cmocka_unit_test_setup(lets_what_it_returns_be_dropped, number),
        cmocka_unit_test_setup(believes_rows_where_triggers_insert, number),
        cmocka_unit_test_setup(believes_rows_whose_key_is_no_rowid, number),
        cmocka_unit_test_setup(believes_rows_whose_key_is_a_text, number),
        cmocka_unit_test_setup(leaves_out_rows_that_are_ignored, number),
        cmocka_unit_test_setup(forgets_the_rows_of_what_fails, number),
        cmocka_unit_test_setup(carries_on_when_a_reader_has_gone, number),
        cmocka_unit_test_setup(survives_every_failing_allocation, number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

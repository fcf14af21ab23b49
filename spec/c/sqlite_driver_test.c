/* SPDX-License-Identifier: MIT */
#include "dialects/sqlite/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "base/counter.h"
#include "driver_kit.h"

static char folder[64]; /* of this program's files */

static struct corm_dbc *memory(void)
{
    return kit_connect(&corm_sqlite_driver, "sqlite://");
}

/* A connection to a file of that name, with the URL's options. */
static struct corm_dbc *file_with(const char *name, const char *options)
{
    char url[200];
    snprintf(url, sizeof(url), "sqlite:///%s/%s%s", folder, name, options);
    return kit_connect(&corm_sqlite_driver, url);
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/corm-sqlite-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}

static void opens_a_database_per_connection_in_memory(void **state)
{
    (void)state;
    struct corm_dbc *a = memory();
    struct corm_dbc *b = kit_connect(&corm_sqlite_driver, "sqlite:///:memory:");
    struct corm_error err;
    kit_run(a, "CREATE TABLE t (x)");
    assert_int_equal(kit_fail(b, "SELECT x FROM t", &err), CORM_E_OPERATIONAL);
    assert_string_equal(err.message, "no such table: t");
    assert_string_equal(a->info.name, "sqlite");
    assert_true(a->info.max_params >= 999);
    assert_true(a->info.server_version >= 33500);
    kit_close(a);
    kit_close(b);
}

static void refuses_urls_that_mean_nothing(void **state)
{
    (void)state;
    static const char *const URLS[] = {
        "sqlite://host/x.db",
        "sqlite:///x.db?timeot=1",
        "sqlite:///x.db?timeout=x",
        "sqlite:///x.db?foreign_keys=2",
        "sqlite://:pw@/x.db",
        "sqlite:///x.db?cached_statements=-1",
        "sqlite:////nowhere/at/all/x.db",
    };
    for (size_t i = 0; i < CORM_LENGTH(URLS); i++) {
        struct corm_error err;
        assert_null(kit_try_connect(&corm_sqlite_driver, URLS[i], &err));
        assert_int_equal(err.rc, i < 6 ? CORM_E_ARGUMENT : CORM_E_OPERATIONAL);
    }
}

static void takes_a_file_name_for_a_uri_only_when_asked(void **state)
{
    (void)state;
    char cwd[200];
    assert_non_null(getcwd(cwd, sizeof(cwd)));
    assert_int_equal(chdir(folder), 0);
    kit_close(kit_connect(&corm_sqlite_driver, "sqlite:///file:a.db"));
    struct corm_dbc *dbc = kit_connect(&corm_sqlite_driver, "sqlite:///file:a.db");
    kit_run(dbc, "CREATE TABLE t (x)");
    kit_close(dbc);
    assert_int_equal(access("file:a.db", F_OK), 0);
    dbc = kit_connect(&corm_sqlite_driver, "sqlite:///file:u.db?uri=true&mode=memory");
    kit_run(dbc, "CREATE TABLE t (x)");
    kit_close(dbc);
    assert_int_not_equal(access("u.db", F_OK), 0);
    assert_int_equal(chdir(cwd), 0);
}

static void is_hardened(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_error err;
    assert_int_equal(kit_fail(dbc, "SELECT \"nosuchcol\"", &err), CORM_E_OPERATIONAL);
    kit_fail(dbc, "SELECT load_extension('x')", &err);
    assert_int_equal(kit_scalar(dbc, "PRAGMA trusted_schema"), 0);
    kit_run(dbc, "PRAGMA writable_schema = on");
    kit_fail(dbc, "DELETE FROM sqlite_schema", &err);
    assert_string_equal(err.message, "table sqlite_master may not be modified");
    assert_int_equal(kit_scalar(dbc, "PRAGMA foreign_keys"), 0);
    kit_close(dbc);
    dbc = kit_connect(&corm_sqlite_driver, "sqlite://?foreign_keys=true");
    assert_int_equal(kit_scalar(dbc, "PRAGMA foreign_keys"), 1);
    kit_close(dbc);
}

static void stores_values_in_one_form(void **state)
{
    (void)state;
    const struct corm_value params[] = {
        corm_value_null(),
        corm_value_bool(true),
        corm_value_int(INT64_MIN),
        corm_value_float(-0.5),
        kit_text("j\xc3\xb6rg"),
        kit_text(""),
        corm_value_bytes(CORM_TAG_BLOB, "a\0b", 3),
        corm_value_bytes(CORM_TAG_BLOB, NULL, 0),
        corm_value_bytes(CORM_TAG_DECIMAL, "12.50", 5),
        { .tag = CORM_TAG_DATE, .as.i = 19753 },
        { .tag = CORM_TAG_TIME, .aux = CORM_ZONE_NONE, .as.i = 43200000000 },
        { .tag = CORM_TAG_DATETIME, .aux = CORM_ZONE_NONE, .as.i = 1706702400000000 },
        { .tag = CORM_TAG_DATETIME, .aux = 90, .as.i = 1706702400000001 },
        { .tag = CORM_TAG_DATETIME, .aux = CORM_ZONE_NONE, .as.i = -1 },
        { .tag = CORM_TAG_DATE, .as.i = 11016 },
        { .tag = CORM_TAG_INTERVAL, .as.i = 86400000000 + 1500000 },
    };
    static const char *const TEXTS[] = {
        "null|",
        "integer|1",
        "integer|-9223372036854775808",
        "real|-0.5",
        "text|j\xc3\xb6rg",
        "text|",
        "blob|a",
        "blob|",
        "real|12.5",
        "text|2024-01-31",
        "text|12:00:00.000000",
        "text|2024-01-31 12:00:00.000000",
        "text|2024-01-31 12:00:00.000001+00:00",
        "text|1969-12-31 23:59:59.999999",
        "text|2000-02-29",
        "text|1970-01-02 00:00:01.500000",
    };
    struct corm_dbc *dbc = memory();
    for (size_t i = 0; i < CORM_LENGTH(params); i++) {
        struct corm_value cell;
        struct corm_request request = kit_request(
            "SELECT typeof(?1) || '|' || ifnull(cast(?1 AS text), '')", &params[i], 1);
        struct corm_cursor *cursor = kit_execute(dbc, &request);
        assert_true(kit_fetch(cursor, &cell));
        assert_int_equal(cell.tag, CORM_TAG_TEXT);
        assert_memory_equal(cell.as.s, TEXTS[i], strlen(TEXTS[i]));
        dbc->ops->cursor_close(cursor);
    }
    kit_close(dbc);
}

static void refuses_values_it_cannot_store(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_error err;
    struct corm_value nan_value = corm_value_float(__builtin_nan(""));
    assert_int_equal(kit_fail_with(dbc, "SELECT ?", &nan_value, 1, &err), CORM_E_DATA);
    struct corm_value nan_decimal = corm_value_bytes(CORM_TAG_DECIMAL, "NaN", 3);
    assert_int_equal(kit_fail_with(dbc, "SELECT ?", &nan_decimal, 1, &err),
                     CORM_E_DATA);
    struct corm_value unset = corm_value_unset();
    assert_int_equal(kit_fail_with(dbc, "SELECT ?", &unset, 1, &err), CORM_E_INTERFACE);
    assert_non_null(strstr(err.message, "parameter 1"));
    struct corm_value interval = { .tag = CORM_TAG_INTERVAL, .as.i = INT64_MAX };
    assert_int_equal(kit_fail_with(dbc, "SELECT ?", &interval, 1, &err), CORM_E_DATA);
    kit_close(dbc);
}

static void gives_cells_as_the_database_has_them(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_value cells[6];
    struct corm_request request =
        kit_request("SELECT 1 AS a, 2.5, 'x' AS \"c d\", x'0041', NULL, x''", NULL, 0);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_int_equal(cursor->ncols, 6);
    assert_int_equal(cursor->rowcount, -1);
    assert_string_equal(cursor->cols[0].name, "a");
    assert_string_equal(cursor->cols[2].name, "c d");
    assert_true(kit_fetch(cursor, cells));
    assert_true(cells[0].tag == CORM_TAG_INT && cells[0].as.i == 1);
    assert_true(cells[1].tag == CORM_TAG_FLOAT && cells[1].as.f == 2.5);
    kit_assert_text(&cells[2], "x");
    assert_true(cells[3].tag == CORM_TAG_BLOB && cells[3].len == 2);
    assert_memory_equal(cells[3].as.s, "\0A", 2);
    assert_int_equal(cells[4].tag, CORM_TAG_NULL);
    assert_true(cells[5].tag == CORM_TAG_BLOB && cells[5].len == 0);
    assert_non_null(cells[5].as.s);
    assert_false(kit_fetch(cursor, cells));
    assert_false(cursor->is_open);
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

/* The caller's bytes are its own again, though rows are still to be read. */
static void reads_values_of_what_changes_rows_only_once(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    char bytes[] = "as it was";
    struct corm_value text = corm_value_bytes(CORM_TAG_TEXT, bytes, sizeof bytes - 1);
    const struct corm_value params[] = { text, text, text };
    struct corm_value cells[2];
    kit_run(dbc, "CREATE TABLE t (x)");
    struct corm_request request =
        kit_request("INSERT INTO t VALUES (?), (?) RETURNING x, ?", params, 3);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    memset(bytes, '!', sizeof bytes - 1);
    for (int i = 0; i < 2; i++) {
        assert_true(kit_fetch(cursor, cells));
        kit_assert_text(&cells[0], "as it was");
        kit_assert_text(&cells[1], "as it was");
    }
    assert_false(kit_fetch(cursor, cells));
    dbc->ops->cursor_close(cursor);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t WHERE x = 'as it was'"),
                     2);
    kit_close(dbc);
}

static void names_the_columns_of_an_empty_result(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_value cells[2];
    struct corm_request request = kit_request("SELECT 1 AS a, 2 AS b WHERE 0", NULL, 0);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_int_equal(cursor->ncols, 2);
    assert_string_equal(cursor->cols[1].name, "b");
    assert_false(kit_fetch(cursor, cells));
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

static void runs_many_sets_in_one_call(void **state)
{
    (void)state;
    enum { N = 1000 };
    static struct corm_value params[N];
    struct corm_dbc *dbc = memory();
    kit_run(dbc, "CREATE TABLE t (id INTEGER PRIMARY KEY, x)");
    for (int i = 0; i < N; i++) {
        params[i] = corm_value_int(i * INT64_C(2));
    }
    struct corm_request request =
        kit_request("INSERT INTO t (x) VALUES (?)", params, 1);
    request.nsets = N;
    request.want_rowids = true;
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_int_equal(cursor->ncols, 0);
    assert_int_equal(cursor->rowcount, N);
    for (int i = 0; i < N; i++) {
        assert_int_equal(cursor->rowids[i], i + 1);
    }
    dbc->ops->cursor_close(cursor);
    assert_int_equal(kit_scalar(dbc, "SELECT sum(x) FROM t"), N * (N - 1));
    struct corm_error err;
    request = kit_request("SELECT ?", params, 1);
    request.nsets = 2;
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_int_equal(err.rc, CORM_E_PROGRAMMING);
    kit_close(dbc);
}

static void stops_at_the_set_that_fails(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_error err;
    const struct corm_value params[] = { corm_value_int(1), corm_value_int(2),
                                         corm_value_int(1), corm_value_int(3) };
    kit_run(dbc, "CREATE TABLE t (x INTEGER UNIQUE)");
    kit_control(dbc, "BEGIN");
    struct corm_request request = kit_request("INSERT INTO t VALUES (?)", params, 1);
    request.nsets = 4;
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_int_equal(err.rc, CORM_E_INTEGRITY);
    assert_int_equal(err.native_code, 2067); /* SQLITE_CONSTRAINT_UNIQUE */
    assert_string_equal(err.message, "UNIQUE constraint failed: t.x");
    assert_true(dbc->in_transaction);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), 2);
    kit_control(dbc, "ROLLBACK");
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), 0);
    kit_close(dbc);
}

static void counts_rows(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    assert_int_equal(kit_run(dbc, "CREATE TABLE t (x)"), -1);
    assert_int_equal(kit_run(dbc, "INSERT INTO t VALUES (1), (2), (3)"), 3);
    assert_int_equal(kit_run(dbc, "CREATE TABLE u (x)"), -1);
    assert_int_equal(kit_run(dbc, "UPDATE t SET x = 5 WHERE x > 1"), 2);
    assert_int_equal(kit_run(dbc, "UPDATE t SET x = 6 WHERE x > 9"), 0);
    assert_int_equal(
        kit_run(dbc, "/* a */ -- b\n WITH c AS (SELECT 1) DELETE FROM t WHERE x = 1"),
        1);
    assert_int_equal(kit_run(dbc, "INSERT INTO t VALUES (7), (8) RETURNING x"), 2);
    assert_int_equal(kit_run(dbc, "SELECT 1"), -1);
    assert_int_equal(kit_run(dbc, "DELETE FROM t"), 4);
    assert_int_equal(kit_run(dbc, "-- nothing"), -1);
    kit_close(dbc);
}

static void refuses_what_is_not_one_statement(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_error err;
    kit_run(dbc, "SELECT 1; -- done\n ; /* really */ ");
    assert_int_equal(kit_fail(dbc, "SELECT 1; SELECT 2", &err), CORM_E_PROGRAMMING);
    assert_int_equal(kit_fail(dbc, "SELECT 1; nonsense", &err), CORM_E_PROGRAMMING);
    assert_int_equal(kit_fail(dbc, "SELECT ?", &err), CORM_E_PROGRAMMING);
    assert_string_equal(err.message,
                        "the statement has 1 parameters, but 0 values were given");
    struct corm_request request = kit_request("SELECT 1", NULL, 0);
    request.sql = "SELECT\0;";
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_int_equal(err.rc, CORM_E_PROGRAMMING);
    kit_close(dbc);
}

static void prepares_a_statement_once(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    int64_t before = corm_counter_get(CORM_COUNTER_STATEMENT);
    for (int i = 0; i < 10; i++) {
        kit_run(dbc, "SELECT 1");
    }
    assert_int_equal(corm_counter_get(CORM_COUNTER_STATEMENT), before + 1);
    kit_run(dbc, "SELECT 2"); /* the same key, another text */
    assert_int_equal(corm_counter_get(CORM_COUNTER_STATEMENT), before + 2);
    struct corm_request request = kit_request("SELECT 3", NULL, 0);
    request.key = 0;
    dbc->ops->cursor_close(kit_execute(dbc, &request));
    assert_int_equal(corm_counter_get(CORM_COUNTER_STATEMENT), before + 2);
    kit_close(dbc);
    assert_int_equal(corm_counter_get(CORM_COUNTER_STATEMENT), before);
}

static void keeps_no_more_statements_than_asked(void **state)
{
    (void)state;
    int64_t before = corm_counter_get(CORM_COUNTER_STATEMENT);
    struct corm_dbc *dbc =
        kit_connect(&corm_sqlite_driver, "sqlite://?cached_statements=2");
    struct corm_request request = kit_request("SELECT 1 UNION SELECT 2", NULL, 0);
    struct corm_value cell;
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_true(kit_fetch(cursor, &cell));
    kit_run(dbc, "SELECT 3");
    kit_run(dbc, "SELECT 4");
    kit_run(dbc, "SELECT 5"); /* the first is evicted while its rows are read */
    assert_true(kit_fetch(cursor, &cell));
    assert_int_equal(cell.as.i, 2);
    dbc->ops->cursor_close(cursor);
    assert_int_equal(corm_counter_get(CORM_COUNTER_STATEMENT), before + 2);
    kit_close(dbc);
    dbc = kit_connect(&corm_sqlite_driver, "sqlite://?cached_statements=0");
    kit_run(dbc, "SELECT 3");
    assert_int_equal(corm_counter_get(CORM_COUNTER_STATEMENT), before);
    kit_close(dbc);
}

static void gives_each_reader_a_statement_of_its_own(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    const struct corm_value params[] = { corm_value_int(10), corm_value_int(20) };
    struct corm_request a_request = kit_request("SELECT ? UNION SELECT 99", params, 1);
    struct corm_request b_request = kit_request(a_request.sql, params + 1, 1);
    struct corm_value cell;
    struct corm_cursor *a = kit_execute(dbc, &a_request);
    struct corm_cursor *b = kit_execute(dbc, &b_request);
    assert_ptr_not_equal(a, b);
    assert_true(kit_fetch(a, &cell));
    assert_int_equal(cell.as.i, 10);
    assert_true(kit_fetch(b, &cell));
    assert_int_equal(cell.as.i, 20);
    dbc->ops->cursor_close(a);
    assert_true(kit_fetch(b, &cell));
    dbc->ops->cursor_close(b);
    kit_close(dbc);
}

static void reads_columns_again_after_the_schema_changed(void **state)
{
    (void)state;
    struct corm_dbc *dbc = file_with("schema.db", "");
    struct corm_dbc *other = file_with("schema.db", "");
    kit_run(dbc, "CREATE TABLE t (a)");
    kit_run(dbc, "INSERT INTO t VALUES (1)");
    kit_run(dbc, "SELECT * FROM t");
    kit_run(other, "ALTER TABLE t ADD COLUMN b DEFAULT 5");
    struct corm_value cells[2];
    struct corm_request request = kit_request("SELECT * FROM t", NULL, 0);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_int_equal(cursor->ncols, 2);
    assert_string_equal(cursor->cols[1].name, "b");
    assert_true(kit_fetch(cursor, cells));
    assert_int_equal(cells[1].as.i, 5);
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
    kit_close(other);
}

static void knows_whether_a_transaction_is_open(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_error err;
    assert_false(dbc->in_transaction);
    kit_control(dbc, "BEGIN");
    assert_true(dbc->in_transaction);
    kit_control(dbc, "SAVEPOINT a");
    kit_control(dbc, "ROLLBACK TO SAVEPOINT a");
    assert_true(dbc->in_transaction);
    kit_run(dbc, "CREATE TABLE t (x UNIQUE ON CONFLICT ROLLBACK)");
    kit_run(dbc, "INSERT INTO t VALUES (1)");
    assert_int_equal(kit_fail(dbc, "INSERT INTO t VALUES (1)", &err), CORM_E_INTEGRITY);
    assert_false(dbc->in_transaction); /* SQLite ended it by itself */
    assert_int_equal(kit_try_control(dbc, "COMMIT", &err), CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_OPERATIONAL);
    kit_close(dbc);
}

static void waits_for_a_lock_without_blocking(void **state)
{
    (void)state;
    struct corm_dbc *a = file_with("lock.db", "?timeout=20");
    struct corm_dbc *b = file_with("lock.db", "?timeout=20");
    struct corm_error err;
    kit_run(a, "CREATE TABLE t (x)");
    kit_control(a, "BEGIN IMMEDIATE");
    assert_int_equal(b->ops->timeout_ms(b), -1);
    assert_int_equal(b->ops->control(b, "BEGIN IMMEDIATE", &err), CORM_IO_WAIT);
    assert_int_equal(b->ops->pollfd(b), -1);
    assert_int_equal(b->ops->timeout_ms(b), 1);
    assert_int_equal(b->ops->control(b, "BEGIN IMMEDIATE", &err), CORM_IO_WAIT);
    assert_int_equal(b->ops->timeout_ms(b), 2);
    kit_control(a, "COMMIT");
    assert_int_equal(b->ops->control(b, "BEGIN IMMEDIATE", &err), CORM_IO_DONE);
    assert_true(b->in_transaction);
    assert_int_equal(b->ops->timeout_ms(b), -1);
    kit_control(b, "COMMIT");
    kit_close(a);
    kit_close(b);
}

static void gives_up_a_lock_at_its_deadline(void **state)
{
    (void)state;
    struct corm_dbc *a = file_with("deadline.db", "");
    struct corm_dbc *b = file_with("deadline.db", "?timeout=0.05");
    struct corm_error err;
    kit_run(a, "CREATE TABLE t (x)");
    kit_control(a, "BEGIN IMMEDIATE");
    assert_int_equal(kit_fail(b, "INSERT INTO t VALUES (1)", &err), CORM_E_OPERATIONAL);
    assert_string_equal(err.message, "database is locked");
    assert_true(err.is_retryable);
    assert_false(b->is_dead);
    kit_control(a, "COMMIT");
    assert_int_equal(kit_run(b, "INSERT INTO t VALUES (1)"), 1);
    kit_close(a);
    kit_close(b);
}

static void keeps_the_transaction_when_commit_finds_a_lock(void **state)
{
    (void)state;
    struct corm_dbc *a = file_with("commit.db", "?timeout=0");
    struct corm_dbc *b = file_with("commit.db", "");
    struct corm_error err;
    kit_run(a, "CREATE TABLE t (x)");
    kit_run(a, "INSERT INTO t VALUES (1)");
    kit_control(b, "BEGIN");
    kit_run(b, "SELECT * FROM t");
    kit_control(a, "BEGIN");
    kit_run(a, "INSERT INTO t VALUES (2)");
    assert_int_equal(kit_try_control(a, "COMMIT", &err), CORM_IO_ERROR);
    assert_true(err.is_retryable);
    assert_true(a->in_transaction);
    kit_control(b, "COMMIT");
    kit_control(a, "COMMIT");
    assert_int_equal(kit_scalar(b, "SELECT count(*) FROM t"), 2);
    kit_close(a);
    kit_close(b);
}

/* Each reads, then both want to write: waiting would never help. */
static void does_not_wait_in_a_deadlock(void **state)
{
    (void)state;
    static const char *const MODES[] = { "delete", "wal" };
    for (size_t i = 0; i < CORM_LENGTH(MODES); i++) {
        char pragma[60];
        struct corm_dbc *a = file_with(MODES[i], "");
        struct corm_dbc *b = file_with(MODES[i], "?timeout=1000");
        struct corm_error err;
        snprintf(pragma, sizeof(pragma), "PRAGMA journal_mode = %s", MODES[i]);
        kit_run(a, pragma);
        kit_run(a, "CREATE TABLE t (x)");
        kit_control(b, "BEGIN");
        kit_run(b, "SELECT * FROM t");
        kit_control(a, "BEGIN");
        kit_run(a, "INSERT INTO t VALUES (1)");
        if (i == 0) {
            assert_int_equal(a->ops->control(a, "COMMIT", &err), CORM_IO_WAIT);
            a->ops->cancel(a); /* it holds a pending lock now */
        } else {
            kit_control(a, "COMMIT");
        }
        assert_int_equal(kit_fail(b, "INSERT INTO t VALUES (2)", &err),
                         CORM_E_OPERATIONAL);
        assert_true(err.is_retryable);
        kit_close(a);
        kit_close(b);
    }
}

static void carries_on_with_the_set_that_found_a_lock(void **state)
{
    (void)state;
    struct corm_dbc *a = file_with("sets.db", "");
    struct corm_dbc *b = file_with("sets.db", "");
    const struct corm_value params[] = { corm_value_int(1), corm_value_int(2),
                                         corm_value_int(3) };
    struct corm_request request =
        kit_request("INSERT INTO t (x) VALUES (?)", params, 1);
    struct corm_cursor *cursor;
    struct corm_error err;
    request.nsets = 3;
    request.want_rowids = true;
    kit_run(a, "CREATE TABLE t (id INTEGER PRIMARY KEY, x)");
    kit_control(a, "BEGIN IMMEDIATE");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(b->ops->execute(b, &request, &cursor, &err), CORM_IO_WAIT);
    }
    kit_control(a, "COMMIT");
    assert_int_equal(b->ops->execute(b, &request, &cursor, &err), CORM_IO_DONE);
    assert_int_equal(cursor->rowcount, 3);
    assert_int_equal(cursor->rowids[2], 3);
    b->ops->cursor_close(cursor);
    assert_int_equal(kit_scalar(a, "SELECT count(*) FROM t"), 3);
    kit_close(a);
    kit_close(b);
}

static void forgets_a_waiting_call_that_is_cancelled(void **state)
{
    (void)state;
    struct corm_dbc *a = file_with("cancel.db", "");
    struct corm_dbc *b = file_with("cancel.db", "");
    struct corm_error err;
    kit_run(a, "CREATE TABLE t (x)");
    kit_control(a, "BEGIN EXCLUSIVE");
    assert_int_equal(b->ops->control(b, "BEGIN IMMEDIATE", &err), CORM_IO_WAIT);
    b->ops->cancel(b);
    assert_int_equal(b->ops->timeout_ms(b), -1);
    assert_int_equal(kit_scalar(b, "SELECT 5"), 5);
    assert_false(b->in_transaction);
    kit_close(b);
    kit_close(a);
}

static const char ENDLESS[] =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
    "SELECT max(x) FROM c";

static void limits_the_time_of_a_statement(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_error err;
    struct corm_request request = kit_request(ENDLESS, NULL, 0);
    request.timeout_ms = 20;
    int64_t start_ms = corm_clock_mono_ms();
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_true(corm_clock_mono_ms() - start_ms < 10000);
    assert_int_equal(err.rc, CORM_E_OPERATIONAL);
    assert_string_equal(err.message, "the statement took longer than its time limit");
    assert_int_equal(kit_scalar(dbc, "SELECT 5"), 5);
    kit_close(dbc);
}

static void leaves_the_transaction_of_a_fork_s_parent_alone(void **state)
{
    (void)state;
    struct corm_dbc *dbc = file_with("fork.db", "");
    kit_run(dbc, "CREATE TABLE t (x)");
    kit_control(dbc, "BEGIN");
    kit_run(dbc, "INSERT INTO t VALUES (1)");
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dbc->ops->close(dbc);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    kit_control(dbc, "COMMIT");
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), 1);
    kit_close(dbc);
}

static void sees_a_file_that_is_no_database(void **state)
{
    (void)state;
    char path[100];
    struct corm_error err;
    snprintf(path, sizeof(path), "%s/text.db", folder);
    FILE *text = fopen(path, "w");
    assert_non_null(text);
    for (int i = 0; i < 1000; i++) {
        (void)fputs("this is not a database\n", text);
    }
    assert_int_equal(fclose(text), 0);
    struct corm_dbc *dbc = file_with("text.db", "");
    assert_int_equal(kit_fail(dbc, "SELECT * FROM t", &err), CORM_E_DATABASE);
    assert_true(dbc->is_dead);
    kit_close(dbc);
}

static void reads_a_utf16_database(void **state)
{
    (void)state;
    struct corm_dbc *dbc = memory();
    struct corm_value cell = kit_text("j\xc3\xb6rg");
    kit_run(dbc, "PRAGMA encoding = 'UTF-16'");
    kit_run(dbc, "CREATE TABLE t (x)");
    kit_run_with(dbc, "INSERT INTO t VALUES (?)", &cell, 1);
    struct corm_request request = kit_request("SELECT x FROM t", NULL, 0);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_true(kit_fetch(cursor, &cell));
    kit_assert_text(&cell, "j\xc3\xb6rg");
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

/* False as soon as something failed; every other failure than of memory is a fault. */
static bool sweep_step(struct corm_dbc *dbc, const char *sql,
                       const struct corm_value *params, uint32_t nsets)
{
    struct corm_error err;
    struct corm_value cells[KIT_COLUMNS_MAX];
    struct corm_request request = kit_request(sql, params, params == NULL ? 0 : 1);
    request.nsets = nsets;
    request.want_rowids = nsets > 1;
    struct corm_cursor *cursor = kit_try_execute(dbc, &request, &err);
    if (cursor == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
        return false;
    }
    while (kit_fetch(cursor, cells)) {
    }
    dbc->ops->cursor_close(cursor);
    return true;
}

static bool work_with_a_database(void *state)
{
    (void)state;
    static const struct corm_value params[] = { { .tag = CORM_TAG_INT, .as.i = 1 },
                                                { .tag = CORM_TAG_INT, .as.i = 2 } };
    struct corm_error err;
    struct corm_dbc *dbc =
        kit_try_connect(&corm_sqlite_driver, "sqlite://?cached_statements=3", &err);
    if (dbc == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
        return false;
    }
    bool is_done = kit_try_control(dbc, "BEGIN", &err) == CORM_IO_DONE &&
                   sweep_step(dbc, "CREATE TABLE t (x)", NULL, 1) &&
                   sweep_step(dbc, "INSERT INTO t VALUES (?)", params, 2) &&
                   sweep_step(dbc, "SELECT x, x FROM t", NULL, 1) &&
                   sweep_step(dbc, "SELECT x FROM t WHERE x = ?", params, 1) &&
                   kit_try_control(dbc, "COMMIT", &err) == CORM_IO_DONE;
    kit_close(dbc);
    return is_done;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(work_with_a_database, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_a_database_per_connection_in_memory),
        cmocka_unit_test(refuses_urls_that_mean_nothing),
        cmocka_unit_test(takes_a_file_name_for_a_uri_only_when_asked),
        cmocka_unit_test(is_hardened),
        cmocka_unit_test(stores_values_in_one_form),
        cmocka_unit_test(refuses_values_it_cannot_store),
        cmocka_unit_test(gives_cells_as_the_database_has_them),
        cmocka_unit_test(reads_values_of_what_changes_rows_only_once),
        cmocka_unit_test(names_the_columns_of_an_empty_result),
        cmocka_unit_test(runs_many_sets_in_one_call),
        cmocka_unit_test(stops_at_the_set_that_fails),
        cmocka_unit_test(counts_rows),
        cmocka_unit_test(refuses_what_is_not_one_statement),
        cmocka_unit_test(prepares_a_statement_once),
        cmocka_unit_test(keeps_no_more_statements_than_asked),
        cmocka_unit_test(gives_each_reader_a_statement_of_its_own),
        cmocka_unit_test(reads_columns_again_after_the_schema_changed),
        cmocka_unit_test(knows_whether_a_transaction_is_open),
        cmocka_unit_test(waits_for_a_lock_without_blocking),
        cmocka_unit_test(gives_up_a_lock_at_its_deadline),
        cmocka_unit_test(keeps_the_transaction_when_commit_finds_a_lock),
        cmocka_unit_test(does_not_wait_in_a_deadlock),
        cmocka_unit_test(carries_on_with_the_set_that_found_a_lock),
        cmocka_unit_test(forgets_a_waiting_call_that_is_cancelled),
        cmocka_unit_test(limits_the_time_of_a_statement),
        cmocka_unit_test(leaves_the_transaction_of_a_fork_s_parent_alone),
        cmocka_unit_test(sees_a_file_that_is_no_database),
        cmocka_unit_test(reads_a_utf16_database),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("sqlite/driver", tests, make_folder,
                                       remove_folder);
}

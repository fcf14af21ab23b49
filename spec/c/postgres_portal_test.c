/* SPDX-License-Identifier: MIT */
/* Streams inside of transactions, which come in batches. */
#include "dialects/postgres/driver_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "base/counter.h"
#include "driver_kit.h"
#include "postgres_kit.h"

static const char NUMBERS[] = "SELECT i, i || '!' FROM generate_series(1, 50000) i";
enum { NUMBERS_COUNT = 50000 };

/* ---- helpers ---- */

static struct corm_dbc *begun(void)
{
    struct corm_dbc *dbc = connection();
    kit_control(dbc, "BEGIN");
    return dbc;
}

static struct corm_cursor *stream(struct corm_dbc *dbc, const char *sql)
{
    struct corm_request request = kit_request(sql, NULL, 0);
    request.want_stream = true;
    return kit_execute(dbc, &request);
}

/* Fetch rows, whose first column is from, from + 1 … to. */
static void fetch_numbers(struct corm_cursor *cursor, int from, int to)
{
    struct corm_value cells[2];
    for (int i = from; i <= to; i++) {
        assert_true(kit_fetch(cursor, cells));
        assert_int_equal(cells[0].as.i, i);
    }
}

/* Fetch what is left, the last row being `to`, and close. */
static void finish_numbers(struct corm_cursor *cursor, int from, int to)
{
    struct corm_value cells[2];
    fetch_numbers(cursor, from, to);
    assert_false(kit_fetch(cursor, cells));
    assert_false(cursor->is_open);
    cursor->dbc->ops->cursor_close(cursor);
}

static void assert_fetch_fails(struct corm_cursor *cursor, enum corm_rc rc,
                               const char *message)
{
    struct corm_value cells[2];
    struct corm_error err;
    enum corm_io io;
    while ((io = kit_try_fetch(cursor, cells, &err)) == CORM_IO_ROW) {
    }
    assert_int_equal(io, CORM_IO_ERROR);
    assert_int_equal(err.rc, rc);
    assert_string_equal(err.message, message);
}

static int64_t open_portals(struct corm_dbc *dbc)
{
    return kit_scalar(dbc, "SELECT count(*) FROM pg_cursors WHERE name LIKE 'corm%'");
}

/* ---- rows ---- */

static void brings_all_rows_in_batches(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_cursor *cursor = stream(dbc, NUMBERS);
    int64_t nresults = corm_counter_get(CORM_COUNTER_NATIVE_RESULT);
    assert_string_equal(cursor->cols[0].name, "i");
    assert_int_equal(cursor->rowcount, -1);
    for (int i = 1; i <= NUMBERS_COUNT; i += 1000) {
        fetch_numbers(cursor, i, i + 999);
        assert_true(corm_counter_get(CORM_COUNTER_NATIVE_RESULT) - nresults <= 2);
    }
    struct corm_value cells[2];
    assert_false(kit_fetch(cursor, cells));
    dbc->ops->cursor_close(cursor);
    assert_int_equal(open_portals(dbc), 0);
    kit_close(dbc);
}

/* Sizes at which batches end, and those beside them. */
static void brings_any_number_of_rows(void **state)
{
    (void)state;
    static const int SIZES[] = { 0, 1, 2, 16, 17, 18, 272, 273, 274 };
    struct corm_dbc *dbc = begun();
    for (size_t i = 0; i < CORM_LENGTH(SIZES); i++) {
        const struct corm_value param = corm_value_int(SIZES[i]);
        struct corm_request request =
            kit_request("SELECT i FROM generate_series(1, $1::int) i", &param, 1);
        request.want_stream = true;
        finish_numbers(kit_execute(dbc, &request), 1, SIZES[i]);
        request.batch_max = 2;
        finish_numbers(kit_execute(dbc, &request), 1, SIZES[i]);
    }
    kit_close(dbc);
}

/* Without a prepared statement rows come as text. */
static void brings_rows_of_what_is_not_prepared(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    const struct corm_value param = corm_value_int(NUMBERS_COUNT);
    struct corm_request request =
        kit_request("SELECT i, NULL FROM generate_series(1, $1) i", &param, 1);
    request.want_stream = true;
    request.key = 0;
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    fetch_numbers(cursor, 1, 500);
    assert_int_equal(open_portals(dbc), 1);
    finish_numbers(cursor, 501, NUMBERS_COUNT);
    cursor = stream(dbc, "SELECT FROM generate_series(1, 100)");
    assert_int_equal(cursor->ncols, 0);
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

static void shows_the_first_row_before_the_second_is_made(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_cursor *cursor = stream(
        dbc,
        "SELECT i, pg_sleep(CASE i WHEN 1 THEN 0 ELSE 60 END) FROM generate_series(1, 9) i");
    fetch_numbers(cursor, 1, 1);
    dbc->ops->cancel(dbc);
    assert_fetch_fails(cursor, CORM_E_OPERATIONAL,
                       "canceling statement due to user request");
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

/* DECLARE takes none of these, or only after they have changed something. */
static void streams_what_no_portal_can_be_made_of(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    kit_run(dbc, "CREATE TEMP TABLE t (x int)");
    finish_numbers(stream(dbc, "INSERT INTO t VALUES (1), (2), (3) RETURNING x"), 1, 3);
    finish_numbers(stream(dbc, "WITH n AS (INSERT INTO t VALUES (4) RETURNING x) "
                               "SELECT x - 3 FROM n"),
                   1, 1);
    finish_numbers(stream(dbc, "SELECT x FROM t ORDER BY x FOR UPDATE"), 1, 4);
    kit_close(dbc);
}

static void keeps_the_prepared_statement_in_step_with_its_columns(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_error err;
    struct corm_request request = kit_request("SELECT x FROM t", NULL, 0);
    request.want_stream = true;
    kit_run(dbc, "CREATE TEMP TABLE t AS SELECT 1 AS x");
    finish_numbers(kit_execute(dbc, &request), 1, 1);
    kit_run(dbc, "ALTER TABLE t ALTER x TYPE bigint");
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_string_equal(
        err.message, "the columns of the statement have changed since it was prepared");
    assert_true(err.is_retryable);
    finish_numbers(kit_execute(dbc, &request), 1, 1);
    kit_close(dbc);
}

/* ---- others beside it ---- */

static void lets_others_go_on_without_reading_ahead(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    assert_int_equal(kit_scalar(dbc, "SELECT 42"), 42);
    assert_int_equal(open_portals(dbc), 0);
    struct corm_cursor *cursor = stream(dbc, NUMBERS);
    int64_t nresults = corm_counter_get(CORM_COUNTER_NATIVE_RESULT);
    for (int i = 1; i <= 20000; i += 100) {
        fetch_numbers(cursor, i, i + 99);
        assert_int_equal(kit_scalar(dbc, "SELECT 42"), 42);
        kit_control(dbc, "SAVEPOINT s");
        kit_control(dbc, "RELEASE SAVEPOINT s");
        assert_int_equal(open_portals(dbc), 1);
        assert_true(corm_counter_get(CORM_COUNTER_NATIVE_RESULT) - nresults <= 2);
    }
    finish_numbers(cursor, 20001, NUMBERS_COUNT);
    kit_close(dbc);
}

static void lets_several_run_at_once(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_cursor *first = stream(dbc, NUMBERS);
    struct corm_cursor *second = stream(dbc, NUMBERS);
    struct corm_cursor *rows = stream(dbc, "SELECT i FROM generate_series(1, 100) i "
                                           "FOR UPDATE");
    for (int i = 1; i <= 10000; i++) {
        fetch_numbers(first, i, i);
        fetch_numbers(second, i, i);
    }
    finish_numbers(rows, 1, 100);
    dbc->ops->cursor_close(first);
    finish_numbers(second, 10001, NUMBERS_COUNT);
    assert_int_equal(open_portals(dbc), 0);
    kit_close(dbc);
}

static void reads_the_rest_before_its_tables_or_transaction_go(void **state)
{
    (void)state;
    static const char *const ENDS[] = { "DROP TABLE t", "COMMIT" };
    for (size_t i = 0; i < CORM_LENGTH(ENDS); i++) {
        struct corm_dbc *dbc = begun();
        kit_run(dbc, "CREATE TEMP TABLE t AS SELECT i FROM generate_series(1, 9999) i");
        struct corm_cursor *first = stream(dbc, "SELECT i FROM t");
        struct corm_cursor *second = stream(dbc, "SELECT i FROM t");
        fetch_numbers(first, 1, 5);
        kit_control(dbc, ENDS[i]);
        finish_numbers(first, 6, 9999);
        finish_numbers(second, 1, 9999);
        kit_close(dbc);
    }
}

static void is_closed_early(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    kit_run(dbc, "CREATE TEMP TABLE t AS SELECT i FROM generate_series(1, 9999) i");
    struct corm_cursor *cursor = stream(dbc, "SELECT i FROM t");
    fetch_numbers(cursor, 1, 100);
    dbc->ops->cursor_close(cursor);
    assert_int_equal(open_portals(dbc), 0);
    kit_run(dbc, "DROP TABLE t");
    cursor = stream(dbc, NUMBERS);
    dbc->ops->cursor_close(cursor);
    kit_control(dbc, "COMMIT");
    kit_close(dbc);
}

/* ---- the end of transactions ---- */

static void ends_with_a_rollback(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_cursor *cursor = stream(dbc, NUMBERS);
    fetch_numbers(cursor, 1, 5);
    kit_control(dbc, "ROLLBACK");
    kit_control(dbc, "BEGIN");
    assert_fetch_fails(cursor, CORM_E_PROGRAMMING,
                       "the transaction ended before the stream's rows did");
    assert_int_equal(kit_scalar(dbc, "SELECT 42"), 42);
    dbc->ops->cursor_close(cursor);
    kit_control(dbc, "COMMIT");
    kit_close(dbc);
}

static void ends_with_the_failure_of_another_statement(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_error err;
    struct corm_cursor *cursor = stream(dbc, NUMBERS);
    fetch_numbers(cursor, 1, 5);
    assert_int_equal(kit_fail(dbc, "SELECT 1 / 0", &err), CORM_E_DATA);
    assert_fetch_fails(cursor, CORM_E_INTERNAL,
                       "the transaction has failed and gives no more rows");
    dbc->ops->cursor_close(cursor);
    kit_control(dbc, "ROLLBACK");
    kit_close(dbc);
}

static void goes_on_after_a_savepoint_that_failed(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_error err;
    struct corm_cursor *cursor = stream(dbc, NUMBERS);
    for (int i = 1; i <= 5000; i += 500) {
        kit_control(dbc, "SAVEPOINT s");
        fetch_numbers(cursor, i, i + 499);
        assert_int_equal(kit_fail(dbc, "SELECT 1 / 0", &err), CORM_E_DATA);
        kit_control(dbc, "ROLLBACK TO SAVEPOINT s");
    }
    finish_numbers(cursor, 5001, NUMBERS_COUNT);
    kit_control(dbc, "COMMIT");
    kit_close(dbc);
}

static void outlives_its_savepoint(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    kit_control(dbc, "SAVEPOINT s");
    struct corm_cursor *cursor = stream(dbc, NUMBERS);
    fetch_numbers(cursor, 1, 100);
    kit_control(dbc, "ROLLBACK TO SAVEPOINT s");
    finish_numbers(cursor, 101, NUMBERS_COUNT);
    assert_int_equal(kit_scalar(dbc, "SELECT 42"), 42);
    kit_close(dbc);
}

static void is_gone_with_a_savepoint_that_failed(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_error err;
    kit_control(dbc, "SAVEPOINT s");
    struct corm_cursor *dropped = stream(dbc, NUMBERS);
    struct corm_cursor *cursor = stream(dbc, NUMBERS);
    fetch_numbers(cursor, 1, 1);
    assert_int_equal(kit_fail(dbc, "SELECT 1 / 0", &err), CORM_E_DATA);
    kit_control(dbc, "ROLLBACK TO SAVEPOINT s");
    dbc->ops->cursor_close(dropped);
    assert_int_equal(kit_scalar(dbc, "SELECT 42"), 42); /* no CLOSE has failed */
    kit_control(dbc, "COMMIT");
    assert_fetch_fails(cursor, CORM_E_PROGRAMMING,
                       "the transaction ended before the stream's rows did");
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

static void reports_an_error_among_the_rows(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_cursor *cursor =
        stream(dbc, "SELECT i, 10 / (3000 - i) FROM generate_series(1, 5000) i");
    fetch_numbers(cursor, 1, 200);
    assert_fetch_fails(cursor, CORM_E_DATA, "division by zero");
    dbc->ops->cursor_close(cursor);
    kit_control(dbc, "ROLLBACK");
    assert_int_equal(kit_scalar(dbc, "SELECT 42"), 42);
    kit_close(dbc);
}

/* ---- given up ---- */

static void is_interrupted_between_batches(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_cursor *cursor = stream(dbc, NUMBERS);
    fetch_numbers(cursor, 1, 1);
    usleep(20000); /* the batch that was asked for is there */
    dbc->ops->interrupt(dbc);
    assert_fetch_fails(cursor, CORM_E_OPERATIONAL, "the stream was cancelled");
    dbc->ops->cursor_close(cursor);
    assert_int_equal(kit_scalar(dbc, "SELECT 42"), 42);
    kit_close(dbc);
}

static void is_given_up_at_every_point(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    for (int nwaits = 1; nwaits < 20; nwaits++) {
        struct corm_request request = kit_request(NUMBERS, NULL, 0);
        struct corm_cursor *cursor = NULL;
        struct corm_value cells[2];
        struct corm_error err;
        request.want_stream = true;
        request.key = 100 + (uint64_t)nwaits;
        kit_control(dbc, "BEGIN");
        for (int i = 0; i < nwaits; i++) {
            enum corm_io io = cursor == NULL
                                  ? dbc->ops->execute(dbc, &request, &cursor, &err)
                                  : dbc->ops->fetch(cursor, cells, &err);
            assert_true(io != CORM_IO_ERROR);
            if (io == CORM_IO_WAIT && i + 1 < nwaits) {
                kit_wait(dbc);
            }
        }
        dbc->ops->cancel(dbc);
        dbc->ops->cursor_close(cursor);
        kit_control(dbc, "ROLLBACK");
        assert_int_equal(kit_scalar(dbc, "SELECT 5"), 5);
    }
    kit_close(dbc);
}

static void leaves_the_parent_of_a_fork_alone(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    struct corm_value cells[2];
    struct corm_error err;
    int status;
    struct corm_cursor *cursor = stream(dbc, NUMBERS);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        enum corm_io io;
        while ((io = kit_try_fetch(cursor, cells, &err)) == CORM_IO_ROW) {
        }
        dbc->ops->cursor_close(cursor);
        _exit(io == CORM_IO_ERROR && err.rc == CORM_E_INTERFACE ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    finish_numbers(cursor, 1, NUMBERS_COUNT);
    kit_close(dbc);
}

static bool sweep_body(void *state)
{
    struct corm_dbc *dbc = state;
    struct corm_value cells[2];
    struct corm_error err;
    struct corm_request request = kit_request(NUMBERS, NULL, 0);
    bool is_done = true;
    enum corm_io io;
    request.want_stream = true;
    struct corm_cursor *cursor = kit_try_execute(dbc, &request, &err);
    if (cursor == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
        return false;
    }
    for (int i = 0; i < 2000 && is_done; i++) {
        io = kit_try_fetch(cursor, cells, &err);
        assert_true(io == CORM_IO_ROW || err.rc == CORM_E_NO_MEMORY);
        is_done = io == CORM_IO_ROW;
    }
    dbc->ops->cursor_close(cursor);
    return is_done;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    struct corm_dbc *dbc = begun();
    kit_run(dbc, NUMBERS); /* what the connection keeps is there */
    alloc_sweep(sweep_body, dbc);
    assert_int_equal(open_portals(dbc), 0);
    kit_close(dbc);
}

/* ---- texts ---- */

static void knows_what_a_portal_can_be_made_of(void **state)
{
    (void)state;
    static const char *const QUERIES[] = {
        "SELECT 1",
        " -- a\n select 1",
        "(SELECT 1)",
        "VALUES (1)",
        "/* a */ table t",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "SELECT updated FROM t_into",
    };
    static const char *const OTHERS[] = {
        "",
        "INSERT INTO t VALUES (1) RETURNING x",
        "SELECT 1 INTO t",
        "with a as (delete from t returning x) select * from a",
        "SELECT x FROM t FOR UPDATE",
        "SHOW work_mem",
        "EXPLAIN SELECT 1",
        "SELECTED",
    };
    for (size_t i = 0; i < CORM_LENGTH(QUERIES); i++) {
        assert_true(pg_text_is_query(QUERIES[i]));
    }
    for (size_t i = 0; i < CORM_LENGTH(OTHERS); i++) {
        assert_false(pg_text_is_query(OTHERS[i]));
    }
}

static void knows_what_ends_portals(void **state)
{
    (void)state;
    static const char *const ENDS[] = {
        "COMMIT",
        "END",
        "PREPARE TRANSACTION 'x'",
        "ROLLBACK TO SAVEPOINT s",
        "DROP TABLE t",
        "CREATE INDEX i ON t (x)",
        "DO $$ $$",
        "CALL p()",
    };
    static const char *const OTHERS[] = {
        "",
        "SELECT 1",
        "(SELECT 1)",
        "insert into t values (1)",
        "SAVEPOINT s",
        "RELEASE SAVEPOINT s",
        "ROLLBACK",
        "ABORT",
        "SET x = 1",
    };
    for (size_t i = 0; i < CORM_LENGTH(ENDS); i++) {
        assert_true(pg_text_ends_portals(ENDS[i]));
    }
    for (size_t i = 0; i < CORM_LENGTH(OTHERS); i++) {
        assert_false(pg_text_ends_portals(OTHERS[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brings_all_rows_in_batches),
        cmocka_unit_test(brings_any_number_of_rows),
        cmocka_unit_test(brings_rows_of_what_is_not_prepared),
        cmocka_unit_test(shows_the_first_row_before_the_second_is_made),
        cmocka_unit_test(streams_what_no_portal_can_be_made_of),
        cmocka_unit_test(keeps_the_prepared_statement_in_step_with_its_columns),
        cmocka_unit_test(lets_others_go_on_without_reading_ahead),
        cmocka_unit_test(lets_several_run_at_once),
        cmocka_unit_test(reads_the_rest_before_its_tables_or_transaction_go),
        cmocka_unit_test(is_closed_early),
        cmocka_unit_test(ends_with_a_rollback),
        cmocka_unit_test(ends_with_the_failure_of_another_statement),
        cmocka_unit_test(goes_on_after_a_savepoint_that_failed),
        cmocka_unit_test(outlives_its_savepoint),
        cmocka_unit_test(is_gone_with_a_savepoint_that_failed),
        cmocka_unit_test(reports_an_error_among_the_rows),
        cmocka_unit_test(is_interrupted_between_batches),
        cmocka_unit_test(is_given_up_at_every_point),
        cmocka_unit_test(leaves_the_parent_of_a_fork_alone),
        cmocka_unit_test(survives_every_failing_allocation),
        cmocka_unit_test(knows_what_a_portal_can_be_made_of),
        cmocka_unit_test(knows_what_ends_portals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

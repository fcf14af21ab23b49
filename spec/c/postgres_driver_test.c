/* SPDX-License-Identifier: MIT */
#include "dialects/postgres/driver.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "base/counter.h"
#include "driver_kit.h"
#include "postgres_kit.h"

/* ---- connecting ---- */

static void connects_and_says_what_it_is(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    assert_string_equal(dbc->info.name, "postgresql");
    assert_string_equal(dbc->info.driver, "libpq");
    assert_int_equal(dbc->info.max_params, 65535);
    assert_true(dbc->info.server_version >= 100000);
    assert_true(dbc->info.has_many_rows);
    assert_false(dbc->in_transaction);
    enum corm_io io;
    while ((io = dbc->ops->ping(dbc, NULL)) == CORM_IO_WAIT) {
        kit_wait(dbc);
    }
    assert_int_equal(io, CORM_IO_DONE);
    kit_close(dbc);
}

static void refuses_urls_that_mean_nothing(void **state)
{
    (void)state;
    static const char *const URLS[] = {
        "postgresql://h/d?sslmodus=x",
        "postgresql://h/d?service=x",
        "postgresql://h/d?host=x",
        "postgresql://h:1/d?port=2",
        "postgresql://h/d?connect_timeout=x",
        "postgresql://h/d?cached_statements=-1",
        "postgresql://h/d?client_encoding=x1",
    };
    for (size_t i = 0; i < CORM_LENGTH(URLS); i++) {
        struct corm_error err;
        assert_null(kit_try_connect(&corm_postgres_driver, URLS[i], &err));
        assert_int_equal(err.rc, CORM_E_ARGUMENT);
    }
}

static void says_why_it_cannot_connect_without_the_password(void **state)
{
    (void)state;
    static const char *const URLS[] = {
        "postgresql://hunter2:hunter2@/db?host=/nowhere/at/all",
        "postgresql://u:hunter2@127.0.0.1:1/hunter2",
        "postgresql://u:hunter2@127.0.0.1:1/d?sslmode=hunter2",
        "postgresql://u:hunter2@127.0.0.1:1/a%20password=hunter2",
    };
    for (size_t i = 0; i < CORM_LENGTH(URLS); i++) {
        struct corm_error err;
        assert_null(kit_try_connect(&corm_postgres_driver, URLS[i], &err));
        assert_int_equal(err.rc, CORM_E_OPERATIONAL);
        assert_null(strstr(err.message, "hunter2"));
        assert_false(err.is_disconnect);
    }
}

static void ignores_the_environment(void **state)
{
    (void)state;
    server();
    setenv("PGHOST", "/nowhere/at/all", 1);
    setenv("PGHOSTADDR", "127.0.0.1", 1);
    setenv("PGPORT", "1", 1);
    setenv("PGSERVICE", "evil", 1);
    setenv("PGOPTIONS", "-c statement_timeout=1", 1);
    setenv("PGDATESTYLE", "German", 1);
    setenv("PGTZ", "Asia/Tokyo", 1);
    struct corm_dbc *dbc = connection();
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM pg_settings WHERE "
                                     "name = 'TimeZone' AND setting = 'Asia/Tokyo' OR "
                                     "name = 'statement_timeout' AND setting <> '0'"),
                     0);
    kit_close(dbc);
    assert_string_equal(getenv("PGPORT"), "1");
    static const char *const NAMES[] = { "PGHOST",    "PGHOSTADDR", "PGPORT",
                                         "PGSERVICE", "PGOPTIONS",  "PGDATESTYLE",
                                         "PGTZ" };
    for (size_t i = 0; i < CORM_LENGTH(NAMES); i++) {
        unsetenv(NAMES[i]);
    }
}

static void gives_up_connecting_at_its_deadline(void **state)
{
    (void)state;
    char folder[] = "/tmp/corm-deaf-XXXXXX";
    char url[200];
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct corm_error err;
    assert_non_null(mkdtemp(folder));
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/.s.PGSQL.5432", folder);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 1), 0);
    snprintf(url, sizeof(url), "postgresql://u@/d?host=%s&connect_timeout=0.05",
             folder);
    int64_t start_ms = corm_clock_mono_ms();
    assert_null(kit_try_connect(&corm_postgres_driver, url, &err));
    assert_true(corm_clock_mono_ms() - start_ms < 5000);
    assert_int_equal(err.rc, CORM_E_OPERATIONAL);
    assert_non_null(strstr(err.message, "connect_timeout"));
    close(fd);
    unlink(address.sun_path);
    rmdir(folder);
}

static void sets_up_a_session_that_is_set_otherwise(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection_with(
        "options=-c%20datestyle%3DGerman%20-c%20standard_conforming_strings%3Doff");
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM pg_settings WHERE "
                                     "name = 'DateStyle' AND setting LIKE 'ISO%' OR "
                                     "name = 'standard_conforming_strings' AND "
                                     "setting = 'on'"),
                     2);
    kit_close(dbc);
}

/* ---- statements ---- */

static void counts_rows(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    assert_int_equal(kit_run(dbc, "CREATE TEMP TABLE t (x int)"), -1);
    assert_int_equal(kit_run(dbc, "INSERT INTO t VALUES (1), (2), (3)"), 3);
    assert_int_equal(kit_run(dbc, "UPDATE t SET x = 5 WHERE x > 1"), 2);
    assert_int_equal(kit_run(dbc, "UPDATE t SET x = 6 WHERE x > 9"), 0);
    assert_int_equal(kit_run(dbc, "INSERT INTO t VALUES (7), (8) RETURNING x"), 2);
    assert_int_equal(kit_run(dbc, ""), -1);
    assert_int_equal(kit_run(dbc, "DELETE FROM t"), 5);
    kit_close(dbc);
}

static void maps_errors_to_classes(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    kit_run(dbc, "CREATE TEMP TABLE t (id int PRIMARY KEY)");
    kit_run(dbc, "INSERT INTO t VALUES (1)");
    assert_int_equal(kit_fail(dbc, "INSERT INTO t VALUES (1)", &err), CORM_E_INTEGRITY);
    assert_string_equal(err.sqlstate, "23505");
    assert_string_equal(err.message,
                        "duplicate key value violates unique constraint \"t_pkey\": "
                        "Key (id)=(1) already exists.");
    assert_int_equal(kit_fail(dbc, "SELECT 1/0", &err), CORM_E_DATA);
    assert_int_equal(kit_fail(dbc, "SELECT * FROM nowhere", &err), CORM_E_PROGRAMMING);
    assert_string_equal(err.message,
                        "relation \"nowhere\" does not exist (at character 15)");
    assert_int_equal(kit_fail(dbc, "SELEC 1", &err), CORM_E_PROGRAMMING);
    assert_int_equal(kit_fail(dbc, "SELECT 1; SELECT 2", &err), CORM_E_PROGRAMMING);
    assert_int_equal(kit_fail(dbc, "DO $$BEGIN RAISE 'x'; END$$", &err),
                     CORM_E_INTERNAL);
    assert_int_equal(kit_fail(dbc, "DO $$BEGIN RAISE SQLSTATE '40001'; END$$", &err),
                     CORM_E_OPERATIONAL);
    assert_true(err.is_retryable);
    assert_int_equal(kit_fail(dbc, "SELECT $1::int", &err), CORM_E_PROGRAMMING);
    assert_string_equal(err.message,
                        "the statement has 1 parameters, but 0 values were given");
    assert_false(dbc->is_dead);
    kit_close(dbc);
}

static void prepares_a_statement_once(void **state)
{
    (void)state;
    static const char COUNT[] = "SELECT count(*) FROM pg_prepared_statements";
    struct corm_dbc *dbc = connection_with("cached_statements=3");
    for (int i = 0; i < 5; i++) {
        kit_run(dbc, "SELECT 1");
    }
    assert_int_equal(kit_scalar(dbc, COUNT), 2);
    for (int i = 0; i < 20; i++) {
        char sql[30];
        snprintf(sql, sizeof(sql), "SELECT %d", i);
        kit_run(dbc, sql);
    }
    /* The one evicted last is closed with the next that is prepared. */
    assert_in_range(kit_scalar(dbc, COUNT), 3, 4);
    kit_close(dbc);
    dbc = connection_with("cached_statements=0");
    kit_run(dbc, "SELECT 1");
    assert_int_equal(kit_scalar(dbc, COUNT), 0);
    kit_close(dbc);
}

static void closes_evicted_statements_without_harm(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection_with("cached_statements=1");
    kit_run(dbc, "SELECT 1");
    kit_run(dbc, "SELECT 2");
    kit_run(dbc, "DEALLOCATE ALL"); /* the evicted one has gone already */
    kit_control(dbc, "BEGIN");
    kit_run(dbc, "SELECT 3");
    assert_false(dbc->is_failed);
    kit_control(dbc, "COMMIT");
    kit_run(dbc, "SELECT 4");
    assert_int_equal(kit_scalar(dbc, "SELECT 5"), 5);
    kit_close(dbc);
}

static void prepares_again_what_is_outdated(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    struct corm_value cells[2];
    kit_run(dbc, "CREATE TEMP TABLE t (a int)");
    kit_run(dbc, "INSERT INTO t VALUES (1)");
    kit_run(dbc, "SELECT * FROM t");
    kit_run(dbc, "ALTER TABLE t ADD COLUMN b text DEFAULT 'x'");
    struct corm_request request = kit_request("SELECT * FROM t", NULL, 0);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_int_equal(cursor->ncols, 2);
    assert_true(kit_fetch(cursor, cells));
    kit_assert_text(&cells[1], "x");
    dbc->ops->cursor_close(cursor);
    kit_run(dbc, "DEALLOCATE ALL");
    kit_run(dbc, "SELECT * FROM t");
    /* Inside a transaction the error is told, and it is worth a retry. */
    kit_control(dbc, "BEGIN");
    kit_run(dbc, "ALTER TABLE t DROP COLUMN b");
    assert_int_equal(kit_fail(dbc, "SELECT * FROM t", &err), CORM_E_NOT_SUPPORTED);
    assert_true(err.is_retryable);
    assert_true(dbc->is_failed);
    kit_control(dbc, "ROLLBACK");
    assert_int_equal(kit_run(dbc, "SELECT * FROM t"), 1);
    kit_close(dbc);
}

static void keeps_a_cursor_s_columns_beyond_its_statement(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection_with("cached_statements=1");
    struct corm_value cell;
    struct corm_request request =
        kit_request("SELECT generate_series(1, 3) AS n", NULL, 0);
    struct corm_cursor *a = kit_execute(dbc, &request);
    struct corm_cursor *b = kit_execute(dbc, &request);
    kit_run(dbc, "SELECT 'evicts it'");
    assert_string_equal(a->cols[0].name, "n");
    assert_int_equal(a->cols[0].type_oid, 23);
    for (int i = 1; i <= 3; i++) {
        assert_true(kit_fetch(a, &cell));
        assert_int_equal(cell.as.i, i);
        assert_true(kit_fetch(b, &cell));
        assert_int_equal(cell.as.i, i);
    }
    assert_false(kit_fetch(a, &cell));
    dbc->ops->cursor_close(a);
    dbc->ops->cursor_close(b);
    kit_close(dbc);
}

/* ---- many sets ---- */

static void assert_runs_many_sets(struct corm_dbc *dbc)
{
    enum { N = 5000 };
    struct corm_value *params = malloc(N * sizeof(*params));
    assert_non_null(params);
    for (int i = 0; i < N; i++) {
        params[i] = corm_value_int(i);
    }
    kit_run(dbc, "CREATE TEMP TABLE t (x int CHECK (x <> 3000))");
    struct corm_request request = kit_request("INSERT INTO t VALUES ($1)", params, 1);
    request.nsets = 3000;
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_int_equal(cursor->rowcount, 3000);
    assert_int_equal(cursor->ncols, 0);
    dbc->ops->cursor_close(cursor);
    assert_int_equal(kit_scalar(dbc, "SELECT sum(x) FROM t"), 3000 * 2999 / 2);
    struct corm_error err;
    request.nsets = N;
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_int_equal(err.rc, CORM_E_INTEGRITY);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), 3000);
    free(params);
    kit_close(dbc);
}

static void runs_many_sets_in_one_call(void **state)
{
    (void)state;
    assert_runs_many_sets(connection());
    assert_runs_many_sets(connection_with("cached_statements=0"));
}

static void refuses_a_bad_set_among_many(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    const struct corm_value params[] = { corm_value_int(1), corm_value_int(1LL << 40),
                                         corm_value_int(3) };
    kit_run(dbc, "CREATE TEMP TABLE t (x int)");
    struct corm_request request = kit_request("INSERT INTO t VALUES ($1)", params, 1);
    request.nsets = 3;
    kit_control(dbc, "BEGIN");
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_int_equal(err.rc, CORM_E_DATA);
    assert_false(dbc->is_failed); /* the server never saw it */
    kit_control(dbc, "ROLLBACK");
    request = kit_request("SELECT $1::int", params, 1);
    request.nsets = 2;
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_int_equal(err.rc, CORM_E_PROGRAMMING);
    assert_int_equal(kit_scalar(dbc, "SELECT 1"), 1);
    kit_close(dbc);
}

/* ---- transactions ---- */

static void raises_when_commit_was_a_rollback(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    kit_control(dbc, "BEGIN");
    assert_true(dbc->in_transaction);
    kit_fail(dbc, "SELECT 1/0", &err);
    assert_true(dbc->is_failed);
    assert_int_equal(kit_try_control(dbc, "COMMIT", &err), CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_INTERNAL);
    assert_string_equal(err.sqlstate, "25P02");
    assert_false(dbc->in_transaction);
    kit_control(dbc, "BEGIN");
    kit_control(dbc, "SAVEPOINT a");
    kit_fail(dbc, "SELECT 1/0", &err);
    kit_control(dbc, "ROLLBACK TO SAVEPOINT a");
    assert_false(dbc->is_failed);
    kit_control(dbc, "COMMIT");
    kit_close(dbc);
}

static void reports_an_error_that_commit_itself_finds(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    kit_run(dbc, "CREATE TEMP TABLE t (x int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    kit_control(dbc, "BEGIN");
    kit_run(dbc, "INSERT INTO t VALUES (1), (1)");
    assert_int_equal(kit_try_control(dbc, "COMMIT", &err), CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_INTEGRITY);
    assert_false(dbc->in_transaction);
    kit_close(dbc);
}

static void sees_that_its_backend_was_killed(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_dbc *killer = connection();
    struct corm_error err;
    struct corm_value pid = corm_value_int(kit_scalar(dbc, "SELECT pg_backend_pid()"));
    kit_run_with(killer, "SELECT pg_terminate_backend($1)", &pid, 1);
    assert_int_equal(kit_fail(dbc, "SELECT 1", &err), CORM_E_OPERATIONAL);
    assert_true(err.is_disconnect);
    assert_string_equal(err.sqlstate, "57P01");
    assert_true(dbc->is_dead);
    assert_int_equal(kit_fail(dbc, "SELECT 1", &err), CORM_E_OPERATIONAL);
    assert_true(err.is_disconnect);
    kit_close(dbc);
    kit_close(killer);
}

static void leaves_the_session_of_a_fork_s_parent_alone(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    int status;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        enum corm_io io = dbc->ops->ping(dbc, &err);
        dbc->ops->close(dbc);
        _exit(io == CORM_IO_ERROR && err.rc == CORM_E_INTERFACE ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(kit_scalar(dbc, "SELECT 1"), 1);
    kit_close(dbc);
}

/* ---- streams ---- */

static struct corm_cursor *stream(struct corm_dbc *dbc, const char *sql)
{
    struct corm_request request = kit_request(sql, NULL, 0);
    request.want_stream = true;
    return kit_execute(dbc, &request);
}

static void streams_rows(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_value cells[2];
    struct corm_cursor *cursor =
        stream(dbc, "SELECT i, i || '!' FROM generate_series(1, 20000) i");
    assert_string_equal(cursor->cols[0].name, "i");
    for (int i = 1; i <= 20000; i++) {
        assert_true(kit_fetch(cursor, cells));
        assert_int_equal(cells[0].as.i, i);
    }
    kit_assert_text(&cells[1], "20000!");
    assert_false(kit_fetch(cursor, cells));
    assert_false(cursor->is_open);
    dbc->ops->cursor_close(cursor);
    cursor = stream(dbc, "SELECT 1 AS a WHERE false");
    assert_int_equal(cursor->ncols, 1);
    assert_false(kit_fetch(cursor, cells));
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

static void gathers_a_stream_that_has_to_make_way(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_value cells[2];
    struct corm_cursor *cursor =
        stream(dbc, "SELECT i, i::numeric / 10 FROM generate_series(1, 2000) i");
    assert_true(kit_fetch(cursor, cells));
    assert_int_equal(kit_scalar(dbc, "SELECT 42"), 42);
    for (int i = 2; i <= 1000; i++) {
        assert_true(kit_fetch(cursor, cells));
        assert_int_equal(cells[0].as.i, i);
    }
    assert_true(cells[1].tag == CORM_TAG_DECIMAL && cells[1].as.s[0] == '1');
    kit_control(dbc, "BEGIN");
    kit_control(dbc, "COMMIT");
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

static void drops_the_rest_of_a_stream_that_is_closed(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_value cells[2];
    kit_control(dbc, "BEGIN");
    struct corm_cursor *cursor = stream(dbc, "SELECT generate_series(1, 50000)");
    assert_true(kit_fetch(cursor, cells));
    dbc->ops->cursor_close(cursor);
    assert_int_equal(kit_scalar(dbc, "SELECT 42"), 42);
    assert_false(dbc->is_failed);
    kit_control(dbc, "COMMIT");
    cursor = stream(dbc, "SELECT generate_series(1, 50000)");
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

static void reports_an_error_in_the_middle_of_a_stream(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_value cells[2];
    struct corm_error err;
    struct corm_cursor *cursor =
        stream(dbc, "SELECT 10 / (3 - i) FROM generate_series(1, 5) i");
    assert_true(kit_fetch(cursor, cells));
    assert_true(kit_fetch(cursor, cells));
    assert_int_equal(kit_try_fetch(cursor, cells, &err), CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_DATA);
    dbc->ops->cursor_close(cursor);
    assert_int_equal(kit_scalar(dbc, "SELECT 42"), 42);
    kit_close(dbc);
}

/* ---- cancelling ---- */

static void limits_the_time_of_a_statement(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    struct corm_request request = kit_request("SELECT pg_sleep(60)", NULL, 0);
    request.timeout_ms = 50;
    int64_t start_ms = corm_clock_mono_ms();
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_true(corm_clock_mono_ms() - start_ms < 5000);
    assert_int_equal(err.rc, CORM_E_OPERATIONAL);
    assert_string_equal(err.message, "the statement took longer than its time limit");
    assert_false(dbc->is_dead);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(kit_scalar(dbc, "SELECT 5"), 5);
    }
    kit_close(dbc);
}

static void cancels_what_waits(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    struct corm_cursor *cursor;
    struct corm_request request = kit_request("SELECT pg_sleep(60)", NULL, 0);
    kit_control(dbc, "BEGIN");
    dbc->ops->cancel(dbc); /* nothing to do */
    request.key = 0; /* sent at once, nothing to prepare */
    assert_int_equal(dbc->ops->execute(dbc, &request, &cursor, &err), CORM_IO_WAIT);
    usleep(20000);
    assert_int_equal(dbc->ops->execute(dbc, &request, &cursor, &err), CORM_IO_WAIT);
    dbc->ops->cancel(dbc);
    assert_int_equal(kit_fail(dbc, "SELECT 1", &err), CORM_E_INTERNAL);
    assert_string_equal(err.sqlstate, "25P02");
    kit_control(dbc, "ROLLBACK");
    assert_int_equal(kit_scalar(dbc, "SELECT 5"), 5);
    kit_close(dbc);
}

static void cancels_at_every_point_of_a_script(void **state)
{
    (void)state;
    static struct corm_value params[500];
    struct corm_dbc *dbc = connection();
    for (size_t i = 0; i < CORM_LENGTH(params); i++) {
        params[i] = corm_value_int((int64_t)i);
    }
    kit_run(dbc, "CREATE TEMP TABLE t (x int)");
    for (int nwaits = 1; nwaits < 12; nwaits++) {
        struct corm_request request =
            kit_request("INSERT INTO t VALUES ($1)", params, 1);
        struct corm_cursor *cursor;
        struct corm_error err;
        request.nsets = CORM_LENGTH(params);
        request.key = 100 + (uint64_t)nwaits;
        enum corm_io io = CORM_IO_WAIT;
        for (int i = 0; i < nwaits && io == CORM_IO_WAIT; i++) {
            io = dbc->ops->execute(dbc, &request, &cursor, &err);
            if (io == CORM_IO_WAIT && i + 1 < nwaits) {
                kit_wait(dbc);
            }
        }
        if (io == CORM_IO_DONE) {
            dbc->ops->cursor_close(cursor);
        }
        dbc->ops->cancel(dbc);
        assert_int_equal(kit_scalar(dbc, "SELECT 5"), 5);
        assert_int_equal(kit_scalar(dbc, "SELECT count(*) % 500 FROM t"), 0);
    }
    kit_close(dbc);
}

static void closes_a_connection_that_is_cancelling(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    struct corm_cursor *cursor;
    struct corm_request request = kit_request("SELECT pg_sleep(60)", NULL, 0);
    request.key = 0;
    assert_int_equal(dbc->ops->execute(dbc, &request, &cursor, &err), CORM_IO_WAIT);
    dbc->ops->cancel(dbc);
    size_t blocks = corm_alloc_live_blocks();
    kit_close(dbc);
    /* The thread frees the last block when it ends. */
    for (int i = 0; i < 1000 && corm_alloc_live_blocks() >= blocks; i++) {
        usleep(1000);
    }
    assert_true(corm_alloc_live_blocks() < blocks);
}

/* A stopped backend takes no notice of a cancel request, and never will be waited for. */
static void gives_up_a_backend_that_does_not_answer(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    struct corm_cursor *cursor;
    struct corm_request request = kit_request("SELECT 1", NULL, 0);
    pid_t backend = (pid_t)kit_scalar(dbc, "SELECT pg_backend_pid()");
    request.timeout_ms = 50;
    if (kill(backend, SIGSTOP) != 0) {
        kit_close(dbc);
        skip(); /* the server is another user's */
    }
    corm_clock_stop(1000000, 0);
    assert_int_equal(dbc->ops->execute(dbc, &request, &cursor, &err), CORM_IO_WAIT);
    assert_int_equal(dbc->ops->timeout_ms(dbc), 50);
    corm_clock_advance(50000);
    assert_int_equal(dbc->ops->execute(dbc, &request, &cursor, &err), CORM_IO_WAIT);
    corm_clock_advance(5000000);
    enum corm_io io = dbc->ops->execute(dbc, &request, &cursor, &err);
    corm_clock_run();
    kill(backend, SIGCONT);
    assert_int_equal(io, CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_OPERATIONAL);
    assert_true(err.is_disconnect);
    assert_true(dbc->is_dead);
    kit_close(dbc);
}

/* ---- raw SQL that does unusual things ---- */

static void ends_a_copy(void **state)
{
    (void)state;
    static const char *const COPIES[] = {
        "COPY t FROM STDIN",
        "COPY t TO STDOUT",
        "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 2000)) TO STDOUT",
    };
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    kit_run(dbc, "CREATE TEMP TABLE t (x int)");
    kit_run(dbc, "INSERT INTO t VALUES (1), (2)");
    for (size_t i = 0; i < CORM_LENGTH(COPIES); i++) {
        assert_int_equal(kit_fail(dbc, COPIES[i], &err), CORM_E_PROGRAMMING);
        assert_int_equal(kit_try_control(dbc, COPIES[i], &err), CORM_IO_ERROR);
        assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), 2);
    }
    kit_close(dbc);
}

static void refuses_another_client_encoding(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    kit_run(dbc, "SET client_encoding = 'LATIN1'");
    assert_int_equal(kit_fail(dbc, "SELECT 1", &err), CORM_E_INTERFACE);
    assert_true(dbc->is_dead);
    kit_close(dbc);
}

static void reads_while_it_writes(void **state)
{
    (void)state;
    enum { LEN = 16 * 1024 * 1024 };
    struct corm_dbc *dbc = connection();
    char *text = malloc(LEN);
    assert_non_null(text);
    memset(text, 'x', LEN);
    struct corm_value param = corm_value_bytes(CORM_TAG_TEXT, text, LEN);
    struct corm_value cells[1];
    kit_run(dbc, "LISTEN corm");
    kit_run(dbc, "DO $$BEGIN FOR i IN 1..20000 LOOP RAISE NOTICE 'n %', i; "
                 "PERFORM pg_notify('corm', i::text); END LOOP; END$$");
    struct corm_request request = kit_request("SELECT $1::text", &param, 1);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_true(kit_fetch(cursor, cells));
    assert_int_equal(cells[0].len, LEN);
    assert_memory_equal(cells[0].as.s, text, LEN);
    dbc->ops->cursor_close(cursor);
    free(text);
    kit_close(dbc);
}

/* ---- memory ---- */

static bool sweep_step(struct corm_dbc *dbc, const char *sql,
                       const struct corm_value *params, uint32_t nsets,
                       bool want_stream)
{
    struct corm_error err;
    struct corm_value cells[KIT_COLUMNS_MAX];
    struct corm_request request = kit_request(sql, params, params == NULL ? 0 : 1);
    request.nsets = nsets;
    request.want_stream = want_stream;
    struct corm_cursor *cursor = kit_try_execute(dbc, &request, &err);
    if (cursor == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
        return false;
    }
    enum corm_io io = kit_try_fetch(cursor, cells, &err);
    bool is_done = true;
    if (io == CORM_IO_ROW && want_stream) {
        is_done = kit_try_control(dbc, "SAVEPOINT a", &err) == CORM_IO_DONE;
    }
    while (io == CORM_IO_ROW) {
        io = kit_try_fetch(cursor, cells, &err);
    }
    dbc->ops->cursor_close(cursor);
    return is_done && io == CORM_IO_DONE;
}

static bool work_with_a_server(void *state)
{
    (void)state;
    const struct corm_value params[] = { corm_value_int(1), corm_value_int(2),
                                         corm_value_int(3) };
    char url[500];
    struct corm_error err;
    snprintf(url, sizeof(url), "%s&cached_statements=2", server());
    struct corm_dbc *dbc = kit_try_connect(&corm_postgres_driver, url, &err);
    if (dbc == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
        return false;
    }
    bool is_done =
        kit_try_control(dbc, "BEGIN", &err) == CORM_IO_DONE &&
        sweep_step(dbc, "CREATE TEMP TABLE t (x int)", NULL, 1, false) &&
        sweep_step(dbc, "INSERT INTO t VALUES ($1)", params, 3, false) &&
        sweep_step(dbc, "SELECT x::numeric, ARRAY[x] FROM t", NULL, 1, false) &&
        sweep_step(dbc, "SELECT x::numeric FROM t WHERE x = $1", params, 1, false) &&
        sweep_step(dbc, "SELECT x::numeric FROM t", NULL, 1, true) &&
        kit_try_control(dbc, "COMMIT", &err) == CORM_IO_DONE;
    kit_close(dbc);
    return is_done;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    server();
    alloc_sweep(work_with_a_server, NULL);
    assert_int_equal(corm_counter_get(CORM_COUNTER_NATIVE_RESULT), 0);
    assert_int_equal(corm_counter_get(CORM_COUNTER_STATEMENT), 0);
    assert_int_equal(corm_counter_get(CORM_COUNTER_CURSOR), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connects_and_says_what_it_is),
        cmocka_unit_test(refuses_urls_that_mean_nothing),
        cmocka_unit_test(says_why_it_cannot_connect_without_the_password),
        cmocka_unit_test(ignores_the_environment),
        cmocka_unit_test(gives_up_connecting_at_its_deadline),
        cmocka_unit_test(sets_up_a_session_that_is_set_otherwise),
        cmocka_unit_test(counts_rows),
        cmocka_unit_test(maps_errors_to_classes),
        cmocka_unit_test(prepares_a_statement_once),
        cmocka_unit_test(closes_evicted_statements_without_harm),
        cmocka_unit_test(prepares_again_what_is_outdated),
        cmocka_unit_test(keeps_a_cursor_s_columns_beyond_its_statement),
        cmocka_unit_test(runs_many_sets_in_one_call),
        cmocka_unit_test(refuses_a_bad_set_among_many),
        cmocka_unit_test(raises_when_commit_was_a_rollback),
        cmocka_unit_test(reports_an_error_that_commit_itself_finds),
        cmocka_unit_test(sees_that_its_backend_was_killed),
        cmocka_unit_test(leaves_the_session_of_a_fork_s_parent_alone),
        cmocka_unit_test(streams_rows),
        cmocka_unit_test(gathers_a_stream_that_has_to_make_way),
        cmocka_unit_test(drops_the_rest_of_a_stream_that_is_closed),
        cmocka_unit_test(reports_an_error_in_the_middle_of_a_stream),
        cmocka_unit_test(limits_the_time_of_a_statement),
        cmocka_unit_test(cancels_what_waits),
        cmocka_unit_test(cancels_at_every_point_of_a_script),
        cmocka_unit_test(closes_a_connection_that_is_cancelling),
        cmocka_unit_test(gives_up_a_backend_that_does_not_answer),
        cmocka_unit_test(ends_a_copy),
        cmocka_unit_test(refuses_another_client_encoding),
        cmocka_unit_test(reads_while_it_writes),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("postgres/driver", tests, NULL, NULL);
}

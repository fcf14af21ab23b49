/* SPDX-License-Identifier: MIT */
#include "dialects/postgres/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "base/counter.h"
#include "driver_kit.h"
#include "postgres_kit.h"

enum { NSETS = 20000, NPARAMS = 2 };

/* NSETS rows of (number, text of 100 bytes). */
static struct corm_value *many_rows(void)
{
    static char text[101];
    struct corm_value *params = calloc((size_t)NSETS * NPARAMS, sizeof(*params));
    assert_non_null(params);
    memset(text, 'x', 100);
    for (size_t i = 0; i < NSETS; i++) {
        params[NPARAMS * i] = corm_value_int((int64_t)i);
        params[NPARAMS * i + 1] = corm_value_bytes(CORM_TAG_TEXT, text, 100);
    }
    return params;
}

static struct corm_request copy_request(const char *sql,
                                        const struct corm_value *params, uint32_t nsets)
{
    struct corm_request request = kit_request(sql, params, NPARAMS);
    request.key = 0;
    request.nsets = nsets;
    request.is_copy = true;
    return request;
}

static void copies_every_kind_of_value(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    const struct corm_value params[] = {
        corm_value_int(1), kit_text("plain"),
        corm_value_int(2), kit_text("a\tb\nc\rd\\e\\."),
        corm_value_int(3), corm_value_null(),
        corm_value_int(4), kit_text(""),
        corm_value_int(5), kit_text("\\N"),
        corm_value_int(6), corm_value_bytes(CORM_TAG_BLOB, "\0\xff", 2),
        corm_value_int(7), corm_value_float(0.1),
        corm_value_int(8), corm_value_bool(true),
    };
    kit_run(dbc, "CREATE TEMP TABLE t (x int, y text)");
    struct corm_request request =
        copy_request("COPY t FROM STDIN", params, CORM_LENGTH(params) / NPARAMS);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_int_equal(cursor->rowcount, 8);
    dbc->ops->cursor_close(cursor);

    cursor = kit_execute(
        dbc, &(struct corm_request){ .sql = "SELECT y FROM t ORDER BY x",
                                     .sql_len = strlen("SELECT y FROM t ORDER BY x"),
                                     .nsets = 1 });
    static const char *const WANTED[] = { "plain", "a\tb\nc\rd\\e\\.", NULL,  "",
                                          "\\N",   "\\x00ff",          "0.1", "true" };
    for (size_t i = 0; i < CORM_LENGTH(WANTED); i++) {
        struct corm_value cell;
        assert_true(kit_fetch(cursor, &cell));
        if (WANTED[i] == NULL) {
            assert_int_equal(cell.tag, CORM_TAG_NULL);
        } else {
            kit_assert_text(&cell, WANTED[i]);
        }
    }
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

static void copies_more_than_the_socket_takes(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_value *params = many_rows();
    kit_run(dbc, "CREATE TEMP TABLE t (x int, y text)");
    struct corm_request request = copy_request("COPY t FROM STDIN", params, NSETS);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_int_equal(cursor->rowcount, NSETS);
    dbc->ops->cursor_close(cursor);
    assert_int_equal(kit_scalar(dbc, "SELECT sum(x) FROM t"),
                     (int64_t)NSETS * (NSETS - 1) / 2);
    free(params);
    kit_close(dbc);
}

/* The server talks while rows are sent; neither side may wait for the other for ever. */
static void listens_while_it_copies(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_value *params = many_rows();
    kit_run(dbc, "SET client_min_messages = notice");
    kit_run(dbc, "CREATE TEMP TABLE t (x int, y text)");
    kit_run(dbc, "CREATE FUNCTION pg_temp.tell() RETURNS trigger LANGUAGE plpgsql AS "
                 "$$BEGIN RAISE NOTICE '%', repeat('x', 200); RETURN NEW; END$$");
    kit_run(dbc, "CREATE TRIGGER tell BEFORE INSERT ON t FOR EACH ROW "
                 "EXECUTE FUNCTION pg_temp.tell()");
    struct corm_request request = copy_request("COPY t FROM STDIN", params, NSETS);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_int_equal(cursor->rowcount, NSETS);
    dbc->ops->cursor_close(cursor);
    free(params);
    kit_close(dbc);
}

static void reports_what_the_server_refuses(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_value *params = many_rows();
    struct corm_error err;
    kit_run(dbc, "CREATE TEMP TABLE t (x int PRIMARY KEY, y text)");
    params[NPARAMS * 10] = corm_value_int(9);
    struct corm_request request = copy_request("COPY t FROM STDIN", params, NSETS);
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_int_equal(err.rc, CORM_E_INTEGRITY);
    assert_string_equal(err.sqlstate, "23505");

    request.sql = "COPY nowhere FROM STDIN";
    request.sql_len = strlen(request.sql);
    assert_null(kit_try_execute(dbc, &request, &err));
    assert_int_equal(err.rc, CORM_E_PROGRAMMING);
    assert_string_equal(err.sqlstate, "42P01");
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t"), 0);
    free(params);
    kit_close(dbc);
}

static void cancels_at_every_point(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_value *params = many_rows();
    kit_run(dbc, "CREATE TEMP TABLE t (x int, y text)");
    for (int nwaits = 1; nwaits < 8; nwaits++) {
        struct corm_request request = copy_request("COPY t FROM STDIN", params, NSETS);
        struct corm_cursor *cursor = NULL;
        struct corm_error err;
        enum corm_io io = dbc->ops->execute(dbc, &request, &cursor, &err);
        for (int i = 1; i < nwaits && io == CORM_IO_WAIT; i++) {
            kit_wait(dbc);
            io = dbc->ops->execute(dbc, &request, &cursor, &err);
        }
        if (io == CORM_IO_WAIT) {
            dbc->ops->cancel(dbc);
        } else {
            assert_int_equal(io, CORM_IO_DONE);
            dbc->ops->cursor_close(cursor);
        }
        assert_int_equal(kit_scalar(dbc, "SELECT 5"), 5);
    }
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t") % NSETS, 0);
    free(params);
    kit_close(dbc);
}

static bool copy_with_a_server(void *state)
{
    const struct corm_value *params = state;
    struct corm_error err;
    struct corm_dbc *dbc = kit_try_connect(&corm_postgres_driver, server(), &err);
    if (dbc == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
        return false;
    }
    bool is_done = kit_try_control(dbc, "CREATE TEMP TABLE t (x int, y text)", &err) ==
                   CORM_IO_DONE;
    struct corm_request request = copy_request("COPY t FROM STDIN", params, NSETS);
    struct corm_cursor *cursor = is_done ? kit_try_execute(dbc, &request, &err) : NULL;
    if (cursor == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
    }
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
    return cursor != NULL;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    server();
    struct corm_value *params = many_rows();
    alloc_sweep(copy_with_a_server, params);
    free(params);
    assert_int_equal(corm_counter_get(CORM_COUNTER_NATIVE_RESULT), 0);
    assert_int_equal(corm_counter_get(CORM_COUNTER_CURSOR), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_every_kind_of_value),
        cmocka_unit_test(copies_more_than_the_socket_takes),
        cmocka_unit_test(listens_while_it_copies),
        cmocka_unit_test(reports_what_the_server_refuses),
        cmocka_unit_test(cancels_at_every_point),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("postgres/copy", tests, NULL, NULL);
}

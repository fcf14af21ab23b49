/* SPDX-License-Identifier: MIT */
/* Rows of an INSERT as arrays. */
#include "dialects/postgres/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "base/counter.h"
#include "driver_kit.h"
#include "postgres_kit.h"

enum { NROWS = 4, NPARAMS = 2 };

#define INTO       "INSERT INTO t (x, y) "
#define ROW_SQL    INTO "VALUES ($1, $2) RETURNING x"
#define ARRAYS_SQL INTO "SELECT * FROM unnest($1, $2) RETURNING x"

/* The request's text of VALUES is written when the driver asks for it. */
struct rows_request {
    struct corm_request request;
    struct corm_row_arrays arrays;
    bool is_written;
};

static enum corm_rc write_values(void *ctx, struct corm_error *err)
{
    struct rows_request *rows = ctx;
    (void)err;
    rows->request.sql =
        INTO "VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8) RETURNING x";
    rows->request.sql_len = strlen(rows->request.sql);
    rows->is_written = true;
    return CORM_OK;
}

static void make_rows(struct rows_request *rows, const struct corm_value *params)
{
    *rows = (struct rows_request){
        .arrays = { .sql = ARRAYS_SQL,
                    .sql_len = strlen(ARRAYS_SQL),
                    .key = 71,
                    .row_sql = ROW_SQL,
                    .row_sql_len = strlen(ROW_SQL),
                    .row_key = 72,
                    .nrows = NROWS,
                    .write_values = write_values,
                    .ctx = rows },
        .request = { .key = 73,
                     .nparams = NROWS * NPARAMS,
                     .nsets = 1,
                     .params = params,
                     .arrays = &rows->arrays },
    };
}

/* Insert the rows, and read back what RETURNING gives: their x, in order. */
static void insert(struct corm_dbc *dbc, struct rows_request *rows)
{
    struct corm_cursor *cursor = kit_execute(dbc, &rows->request);
    assert_int_equal(cursor->rowcount, NROWS);
    for (int64_t i = 1; i <= NROWS; i++) {
        struct corm_value cell;
        assert_true(kit_fetch(cursor, &cell));
        assert_int_equal(cell.as.i, i);
    }
    dbc->ops->cursor_close(cursor);
}

static const struct corm_value *plain_params(void)
{
    static struct corm_value params[NROWS * NPARAMS];
    static const char *const TEXTS[NROWS] = { "plain", "a\"b\\c,{}", "", NULL };
    for (size_t i = 0; i < NROWS; i++) {
        params[NPARAMS * i] = corm_value_int((int64_t)i + 1);
        params[NPARAMS * i + 1] =
            TEXTS[i] == NULL ? corm_value_null() : kit_text(TEXTS[i]);
    }
    return params;
}

static void sends_rows_of_any_number_by_one_statement(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct rows_request rows;
    kit_run(dbc, "CREATE TEMP TABLE t (x int, y text)");
    make_rows(&rows, plain_params());
    insert(dbc, &rows);
    insert(dbc, &rows);
    assert_false(rows.is_written);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t WHERE y = 'a\"b\\c,{}'"),
                     2);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t WHERE y IS NULL"), 2);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM pg_prepared_statements "
                                     "WHERE statement LIKE 'INSERT%'"),
                     2); /* for one row, which is only described, and for many */
    kit_close(dbc);
}

/* Text in a column of another type: the array is written as text. */
static void writes_text_where_a_value_has_no_binary_form(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct rows_request rows;
    kit_run(dbc, "CREATE TEMP TABLE t (x int, y jsonb)");
    struct corm_value params[NROWS * NPARAMS];
    for (size_t i = 0; i < NROWS; i++) {
        params[NPARAMS * i] = corm_value_int((int64_t)i + 1);
        params[NPARAMS * i + 1] = kit_text("{\"a\": \"\\\"\"}");
    }
    params[NPARAMS * 2 + 1] = corm_value_null();
    make_rows(&rows, params);
    insert(dbc, &rows);
    assert_false(rows.is_written);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t WHERE y->>'a' = '\"'"), 3);
    kit_run(dbc, "ALTER TABLE t ADD z xml, DROP y");
    kit_run(dbc, "ALTER TABLE t RENAME z TO y");
    for (size_t i = 0; i < NROWS; i++) {
        params[NPARAMS * i + 1] = corm_value_bytes(CORM_TAG_TEXT, NULL, 0);
    }
    rows.arrays.key++; /* another table, as far as what is prepared goes */
    rows.arrays.row_key++;
    insert(dbc, &rows);
    assert_false(rows.is_written);
    assert_int_equal(kit_scalar(dbc, "SELECT count(*) FROM t WHERE y::text = ''"),
                     NROWS);
    kit_close(dbc);
}

static void inserts_values_where_arrays_cannot_be(void **state)
{
    (void)state;
    static const char *const COLUMNS[] = {
        "y pg_temp.mood", /* a type that we know no array of */
        "y text[]", /* whose array would be one array of more dimensions */
        "y text", /* with bytes: see below */
    };
    for (size_t i = 0; i < CORM_LENGTH(COLUMNS); i++) {
        struct corm_dbc *dbc = connection();
        struct corm_value params[NROWS * NPARAMS];
        struct rows_request rows;
        char sql[100];
        kit_run(dbc, "CREATE TYPE pg_temp.mood AS ENUM ('{}', 'sad')");
        snprintf(sql, sizeof(sql), "CREATE TEMP TABLE t (x int, %s)", COLUMNS[i]);
        kit_run(dbc, sql);
        for (size_t row = 0; row < NROWS; row++) {
            params[NPARAMS * row] = corm_value_int((int64_t)row + 1);
            params[NPARAMS * row + 1] = kit_text("{}");
        }
        if (i == 2) {
            params[0] = kit_text("1");
            params[NPARAMS] = corm_value_bytes(CORM_TAG_BLOB, "\0\0\0\2", 4);
        }
        make_rows(&rows, params);
        insert(dbc, &rows);
        assert_true(rows.is_written);
        kit_close(dbc);
    }
}

static void names_the_set_whose_value_is_wrong(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_value params[NROWS * NPARAMS];
    struct rows_request rows;
    struct corm_error err;
    kit_run(dbc, "CREATE TEMP TABLE t (x int, y text)");
    memcpy(params, plain_params(), sizeof(params));
    params[NPARAMS * 2] = corm_value_int(INT64_C(1) << 40);
    make_rows(&rows, params);
    assert_null(kit_try_execute(dbc, &rows.request, &err));
    assert_int_equal(err.rc, CORM_E_DATA);
    assert_non_null(strstr(err.message, "parameter set 3"));
    make_rows(&rows, plain_params());
    insert(dbc, &rows);
    kit_close(dbc);
}

/* The column becomes of another type: what was prepared is prepared anew. */
static void notices_a_changed_table(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct rows_request rows;
    kit_run(dbc, "CREATE TEMP TABLE t (x int, y text)");
    make_rows(&rows, plain_params());
    insert(dbc, &rows);
    kit_run(dbc, "ALTER TABLE t ALTER x TYPE bigint");
    make_rows(&rows, plain_params());
    insert(dbc, &rows);
    kit_close(dbc);
}

static bool insert_with_a_server(void *state)
{
    struct corm_error err;
    struct rows_request rows;
    struct corm_dbc *dbc = kit_try_connect(&corm_postgres_driver, server(), &err);
    if (dbc == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
        return false;
    }
    bool is_done = kit_try_control(dbc, "CREATE TEMP TABLE t (x int, y text)", &err) ==
                   CORM_IO_DONE;
    make_rows(&rows, state);
    struct corm_cursor *cursor =
        is_done ? kit_try_execute(dbc, &rows.request, &err) : NULL;
    if (cursor == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
    }
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
    return cursor != NULL && !rows.is_written;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    server();
    alloc_sweep(insert_with_a_server, (void *)(uintptr_t)plain_params());
    assert_int_equal(corm_counter_get(CORM_COUNTER_NATIVE_RESULT), 0);
    assert_int_equal(corm_counter_get(CORM_COUNTER_CURSOR), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_rows_of_any_number_by_one_statement),
        cmocka_unit_test(writes_text_where_a_value_has_no_binary_form),
        cmocka_unit_test(inserts_values_where_arrays_cannot_be),
        cmocka_unit_test(names_the_set_whose_value_is_wrong),
        cmocka_unit_test(notices_a_changed_table),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("postgres/arrays", tests, NULL, NULL);
}

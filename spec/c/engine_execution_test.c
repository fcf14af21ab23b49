/* SPDX-License-Identifier: MIT */
#include "engine/execution.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "fake_driver.h"
#include "sql/dialect.h"
#include "sql/schema.h"
#include "sql/statement.h"

/* Table t(a INTEGER, b INTEGER) and INSERT INTO t … [RETURNING a]. */
struct statement {
    struct corm_arena arena;
    struct corm_table table;
    struct corm_column columns[2];
    const struct corm_node *insert;
};

static const struct corm_node *make(struct statement *it, uint8_t kind, uint8_t op,
                                    const struct corm_node *const *kids, uint32_t nkids)
{
    struct corm_node_spec spec = {
        .kind = kind, .op = op, .nkids = nkids, .kid = kids
    };
    return corm_node_new(&it->arena, &spec);
}

static void statement_init(struct statement *it, bool is_returning)
{
    static const char *const names[] = { "a", "b" };
    const struct corm_node *kids[CORM_INSERT_SLOTS] = { 0 };
    *it = (struct statement){ 0 };
    corm_table_init(&it->table, "t", 1, NULL);
    for (size_t i = 0; i < 2; i++) {
        corm_column_init(&it->columns[i], names[i], 1, &corm_type_integer, 0);
        assert_int_equal(corm_table_append_column(&it->table, &it->columns[i], NULL),
                         CORM_OK);
    }
    assert_int_equal(corm_table_settle(&it->table, NULL), CORM_OK);
    kids[CORM_INSERT_TABLE] = &it->table.node;
    if (is_returning) {
        const struct corm_node *column = &it->columns[0].node;
        kids[CORM_INSERT_RETURNING] =
            make(it, CORM_NODE_LIST, CORM_OP_COMMA, &column, 1);
    }
    it->insert = make(it, CORM_NODE_INSERT, 0, kids, CORM_INSERT_SLOTS);
}

static void statement_release(struct statement *it)
{
    for (size_t i = 0; i < 2; i++) {
        corm_column_release(&it->columns[i]);
    }
    corm_table_release(&it->table);
    corm_arena_release(&it->arena);
}

static struct corm_dialect dialect; /* the default one, with ? and RETURNING */

static enum corm_rc compile(const struct statement *it, struct corm_compiled **out,
                            struct corm_error *err)
{
    struct corm_compile_options options = { .dialect = &dialect };
    return corm_compile(it->insert, &options, out, err);
}

struct setting {
    struct statement statement;
    struct corm_connection *connection;
    struct corm_compiled *compiled;
    struct corm_execution execution;
};

static void open_setting(struct setting *it, bool is_returning)
{
    struct corm_error err;
    *it = (struct setting){ 0 };
    dialect = corm_dialect_default;
    dialect.paramstyle = CORM_PARAM_QMARK;
    statement_init(&it->statement, is_returning);
    struct corm_engine *engine = fake_engine(&dialect);
    assert_int_equal(corm_connection_new(engine, NULL, &it->connection, &err), CORM_OK);
    corm_engine_unref(engine);
    assert_int_equal(corm_connection_open_step(it->connection, &err), CORM_IO_DONE);
    assert_int_equal(compile(&it->statement, &it->compiled, &err), CORM_OK);
    assert_int_equal(corm_execution_init(&it->execution, it->connection, &err),
                     CORM_OK);
}

static void close_setting(struct setting *it)
{
    corm_execution_release(&it->execution);
    corm_compiled_unref(it->compiled);
    corm_connection_unref(it->connection);
    statement_release(&it->statement);
    assert_int_equal(fake.nopen, 0);
}

/* Sets (1, 10), (2, 20), … */
static void fill(struct setting *it, uint32_t nsets)
{
    struct corm_error err;
    assert_int_equal(corm_execution_prepare(&it->execution, it->compiled, nsets, &err),
                     CORM_OK);
    for (uint32_t i = 0; i < nsets; i++) {
        struct corm_value *values = corm_execution_values(&it->execution, i);
        values[0] = corm_value_int(i + 1);
        values[1] = corm_value_int((int64_t)(i + 1) * 10);
    }
    assert_int_equal(corm_execution_bind(&it->execution, &err), CORM_OK);
}

static void runs_many_sets_in_one_call(void **state)
{
    struct setting it;
    struct corm_error err;
    (void)state;
    fake.has_rowid = true;
    open_setting(&it, false);
    fill(&it, 7);
    it.execution.work->request.want_rowids = true;
    fake.nwaits = 2;
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_WAIT);
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_WAIT);
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_DONE);
    assert_string_equal(fake.log, "execute 7x2 INSERT INTO t (a, b) VALUES (?, ?)\n");
    assert_int_equal(it.execution.rowcount, 7);
    assert_int_equal(it.execution.rowids[6], 106);
    assert_null(it.execution.connection);
    close_setting(&it);
}

static void puts_many_rows_into_one_statement_where_calls_are_dear(void **state)
{
    struct setting it;
    struct corm_error err;
    (void)state;
    open_setting(&it, false);
    fill(&it, 7);
    assert_true(corm_execution_is_bulk(&it.execution));
    fake.nwaits = 1;
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_WAIT);
    fake.nwaits = 1;
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_WAIT);
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_DONE);
    assert_string_equal(fake.log, "execute 1x10 INSERT INTO t (a, b) VALUES (?, ?), "
                                  "(?, ?), (?, ?), (?, ?), (?, ?)\n"
                                  "execute 1x4 INSERT INTO t (a, b) VALUES (?, ?), "
                                  "(?, ?)\n");
    assert_true(it.execution.is_over);
    close_setting(&it);
}

static void runs_what_stands_for_many_sets(void **state)
{
    struct setting it;
    struct corm_error err;
    const struct corm_value params[] = { corm_value_int(5), corm_value_int(6) };
    (void)state;
    open_setting(&it, false);
    fill(&it, 7);
    assert_int_equal(
        corm_execution_replace(&it.execution, "DELETE", 6, params, 1, 2, &err),
        CORM_OK);
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_DONE);
    assert_string_equal(fake.log, "execute 2x1 DELETE\n");
    close_setting(&it);
}

static void puts_many_rows_into_one_statement_when_rows_come_back(void **state)
{
    struct setting it;
    struct corm_error err;
    int64_t seen = 0;
    (void)state;
    open_setting(&it, true);
    fill(&it, 12); /* ten parameters allowed: five rows at a time */
    fake.nrows = 5;
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_DONE);
    while (corm_execution_fetch(&it.execution, &err) == CORM_IO_ROW) {
        seen++;
        assert_int_equal(it.execution.cells[0].as.i, seen);
        fake.nrows = seen < 6 ? 5 : 2;
    }
    assert_int_equal(seen, 12);
    assert_string_equal(fake.log,
                        "execute 1x10 INSERT INTO t (a, b) VALUES (?, ?), (?, ?), "
                        "(?, ?), (?, ?), (?, ?) RETURNING t.a\n"
                        "execute 1x10 INSERT INTO t (a, b) VALUES (?, ?), (?, ?), "
                        "(?, ?), (?, ?), (?, ?) RETURNING t.a\n"
                        "execute 1x4 INSERT INTO t (a, b) VALUES (?, ?), (?, ?) "
                        "RETURNING t.a\n");
    assert_true(it.execution.is_over);
    assert_int_equal(corm_execution_fetch(&it.execution, &err), CORM_IO_DONE);
    close_setting(&it);
}

static void leaves_the_next_statement_to_a_stepwise_owner(void **state)
{
    struct setting it;
    struct corm_error err;
    int nrows = 0;
    (void)state;
    open_setting(&it, true);
    fill(&it, 6);
    it.execution.is_stepwise = true;
    fake.nrows = 1;
    while (corm_execution_has_more(&it.execution)) {
        assert_int_equal(corm_execution_make_request(&it.execution, &err), CORM_OK);
        assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_DONE);
        while (corm_execution_fetch(&it.execution, &err) == CORM_IO_ROW) {
            nrows++;
        }
    }
    assert_int_equal(nrows, 2);
    close_setting(&it);
}

static void runs_other_text_when_it_is_replaced(void **state)
{
    struct setting it;
    struct corm_error err;
    const struct corm_value params[] = { corm_value_int(5) };
    (void)state;
    open_setting(&it, false);
    fill(&it, 1);
    assert_int_equal(corm_execution_make_request(&it.execution, &err), CORM_OK);
    assert_int_equal(
        corm_execution_replace(&it.execution, "DELETE", 6, params, 1, 1, &err),
        CORM_OK);
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_DONE);
    assert_string_equal(fake.log, "execute 1x1 DELETE\n");
    close_setting(&it);
}

static void names_the_parameter_that_is_wrong(void **state)
{
    struct setting it;
    struct corm_error err;
    (void)state;
    open_setting(&it, false);
    assert_int_equal(corm_execution_prepare(&it.execution, it.compiled, 2, &err),
                     CORM_OK);
    struct corm_value *values = corm_execution_values(&it.execution, 0);
    values[0] = values[1] = values[2] = corm_value_int(1);
    assert_int_equal(corm_execution_bind(&it.execution, &err), CORM_E_INVALID_REQUEST);
    assert_string_equal(err.message,
                        "parameter set 2: a value is required for bind parameter 'b'");
    values[3] = corm_value_bytes(CORM_TAG_TEXT, "x", 1);
    assert_int_equal(corm_execution_bind(&it.execution, &err), CORM_E_DATA);
    assert_non_null(strstr(err.message, "parameter set 2: parameter 'b'"));
    close_setting(&it);
}

static void is_closed_by_an_error(void **state)
{
    struct setting it;
    struct corm_error err;
    (void)state;
    open_setting(&it, false);
    fill(&it, 1);
    fake.nerrors = 1;
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_ERROR);
    assert_null(it.execution.connection);
    assert_string_equal(corm_connection_state_name(it.connection), "idle");
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_RESOURCE_CLOSED);
    close_setting(&it);
}

static void cancels_when_it_is_given_up(void **state)
{
    struct setting it;
    struct corm_error err;
    (void)state;
    open_setting(&it, false);
    fill(&it, 1);
    fake.nwaits = 5;
    assert_int_equal(corm_execution_run(&it.execution, &err), CORM_IO_WAIT);
    corm_execution_close(&it.execution);
    assert_int_equal(fake.ncancelled, 1);
    assert_string_equal(corm_connection_state_name(it.connection), "idle");
    close_setting(&it);
}

/* What the connection keeps for the next execution would look like a leak. */
static void release_all(struct setting *it)
{
    corm_execution_release(&it->execution);
    corm_workspace_free(it->connection->spare);
    it->connection->spare = NULL;
}

/* The part that a short memory may stop: everything after the setting is there. */
static bool run_all(void *state)
{
    struct setting *it = state;
    struct corm_error err;
    struct corm_execution *execution = &it->execution;
    bool is_done = false;
    *execution = (struct corm_execution){ 0 };
    if (corm_execution_init(execution, it->connection, &err) == CORM_OK &&
        corm_execution_prepare(execution, it->compiled, 12, &err) == CORM_OK) {
        for (uint32_t i = 0; i < 24; i++) {
            execution->values[i] = corm_value_int(i);
        }
        is_done = corm_execution_bind(execution, &err) == CORM_OK &&
                  corm_execution_run(execution, &err) == CORM_IO_DONE;
        while (is_done && !execution->is_over) {
            is_done = corm_execution_fetch(execution, &err) != CORM_IO_ERROR;
        }
    }
    release_all(it);
    return is_done;
}

static void survives_short_memory(void **state)
{
    struct setting it;
    (void)state;
    open_setting(&it, true);
    release_all(&it);
    fake.nrows = 1;
    alloc_sweep(run_all, &it);
    close_setting(&it);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(runs_many_sets_in_one_call, fake_reset),
        cmocka_unit_test_setup(puts_many_rows_into_one_statement_where_calls_are_dear,
                               fake_reset),
        cmocka_unit_test_setup(runs_what_stands_for_many_sets, fake_reset),
        cmocka_unit_test_setup(puts_many_rows_into_one_statement_when_rows_come_back,
                               fake_reset),
        cmocka_unit_test_setup(leaves_the_next_statement_to_a_stepwise_owner,
                               fake_reset),
        cmocka_unit_test_setup(runs_other_text_when_it_is_replaced, fake_reset),
        cmocka_unit_test_setup(names_the_parameter_that_is_wrong, fake_reset),
        cmocka_unit_test_setup(is_closed_by_an_error, fake_reset),
        cmocka_unit_test_setup(cancels_when_it_is_given_up, fake_reset),
        cmocka_unit_test_setup(survives_short_memory, fake_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

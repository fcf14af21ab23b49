/* SPDX-License-Identifier: MIT */
#include "sql/compile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "sql_kit.h"

/* tt(id key, n default by the caller, d default of the server, k SQL default, o onupdate) */
static struct corm_table *tt, *other;
static node_t id, n, k, o, oa;

static int open_tables(void **state)
{
    sql_open(state);
    tt = table("tt", NULL);
    id = &column(tt, "id", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY)->node;
    n = &column(tt, "n", &corm_type_string, CORM_COLUMN_HAS_DEFAULT)->node;
    column(tt, "d", &corm_type_datetime, CORM_COLUMN_HAS_SERVER_DEFAULT);
    struct corm_column *sql_default =
        column(tt, "k", &corm_type_integer, CORM_COLUMN_HAS_SQL_DEFAULT);
    sql_default->default_node = named(CORM_NODE_FUNCTION, "foo", 0, KIDS());
    k = &sql_default->node;
    struct corm_column *onupdate =
        column(tt, "o", &corm_type_integer, CORM_COLUMN_HAS_ONUPDATE);
    onupdate->onupdate_node = named(CORM_NODE_FUNCTION, "bar", 0, KIDS());
    o = &onupdate->node;
    struct corm_column *weird = column(tt, "Weird col", &corm_type_integer, 0);
    weird->key = "wc";
    settle(tt);
    other = table("other", NULL);
    oa = &column(other, "a", &corm_type_integer, 0)->node;
    return 0;
}

static node_t id_is(node_t x)
{
    return op(CORM_OP_EQ, id, x);
}

static struct corm_compile_options with_keys(const char *const *keys, uint32_t count)
{
    return (struct corm_compile_options){ .dialect = &corm_dialect_default,
                                          .column_keys = keys,
                                          .ncolumn_keys = count,
                                          .has_column_keys = true };
}

static void inserts_all_columns_when_nothing_is_said(void **state)
{
    (void)state;
    assert_sql(INSERT(&tt->node),
               "INSERT INTO tt (id, n, d, k, o, \"Weird col\") VALUES "
               "(:id, :n, :d, :k, :o, :wc)");
}

static void inserts_what_comes_and_defaults(void **state)
{
    (void)state;
    const char *const keys[] = { "wc" };
    struct corm_compile_options options = with_keys(keys, 1);
    struct corm_compiled *compiled = compile_with(INSERT(&tt->node), &options);
    assert_string_equal(compiled->sql,
                        "INSERT INTO tt (n, k, \"Weird col\") VALUES (:n, foo(), :wc)");
    assert_int_equal(compiled->kind, CORM_STATEMENT_INSERT);
    assert_true(compiled->table_id == tt->node.id);
    assert_int_equal(compiled->slots[0].source, CORM_SOURCE_DEFAULT);
    assert_true(compiled->slots[0].column_id == n->id);
    assert_int_equal(compiled->slots[1].source, CORM_SOURCE_PARAM);
    assert_string_equal(compiled->slots[1].name, "wc");
    assert_memory_equal(compiled->sql + compiled->values_pos, "(:n, foo(), :wc)",
                        compiled->values_len);
    corm_compiled_unref(compiled);
    const char *const wrong[] = { "zz" };
    options = with_keys(wrong, 1);
    check_error(INSERT(&tt->node), &options, CORM_E_COMPILE,
                "unconsumed column names: zz");
}

static void inserts_nothing_but_defaults(void **state)
{
    (void)state;
    struct corm_compile_options options = with_keys(NULL, 0);
    assert_sql_with(&options, INSERT(&other->node), "INSERT INTO other () VALUES ()");
    struct corm_dialect poor = corm_dialect_default;
    poor.features &= ~(uint32_t)CORM_DIALECT_DEFAULT_VALUES;
    options.dialect = &poor;
    assert_sql_with(&options, INSERT(&other->node), "INSERT INTO other () VALUES ()");
}

static void inserts_assigned_values(void **state)
{
    (void)state;
    node_t row = ROW(assign(k, op(CORM_OP_ADD, id, bind_int("id", 1))),
                     assign(n, CALL("lower", NULL, bind_text("lower", "X"))));
    assert_sql(INSERT(&tt->node, COMMA(row)),
               "INSERT INTO tt (n, k) VALUES (lower(:lower_1), (tt.id + :id_1))");
    assert_sql(INSERT(&tt->node, COMMA(ROW(assign(n, bind_named("mine"))))),
               "INSERT INTO tt (n, k) VALUES (:mine, foo())");
    assert_compile_error(INSERT(&tt->node, COMMA(ROW(assign(oa, bind_int(NULL, 1))))),
                         CORM_E_COMPILE, "unconsumed column names: a");
}

static void inserts_several_rows(void **state)
{
    (void)state;
    node_t rows =
        COMMA(ROW(assign(n, bind_text("n", "a"))), ROW(assign(n, bind_text("n", "b"))));
    struct corm_compiled *compiled =
        compile_with(INSERT(&tt->node, rows), OPTIONS(&corm_dialect_default));
    assert_string_equal(compiled->sql,
                        "INSERT INTO tt (n, k) VALUES (:n_m0, foo()), (:n_m1, foo())");
    assert_int_equal(compiled->values_len, 0);
    assert_int_equal(compiled->slots[1].source, 1);
    corm_compiled_unref(compiled);
    /* What the first row has and another has not comes from the column's default. */
    node_t uneven = COMMA(ROW(assign(k, bind_int("k", 1)), assign(o, bind_int("o", 1))),
                          ROW(assign(n, bind_text("n", "b"))));
    assert_compile_error(INSERT(&tt->node, uneven), CORM_E_COMPILE,
                         "none for column 'o'");
}

static void inserts_from_a_select(void **state)
{
    (void)state;
    node_t select = SELECT(COLS(oa), WHERE(op(CORM_OP_EQ, oa, bind_int("a", 1))));
    assert_sql(
        INSERT(&tt->node, [CORM_INSERT_COLUMNS] = COMMA(id),
               [CORM_INSERT_SELECT] = select),
        "INSERT INTO tt (id) SELECT other.a \nFROM other \nWHERE other.a = :a_1");
    assert_sql(
        INSERT(&other->node, [CORM_INSERT_SELECT] = select,
               [CORM_INSERT_PREFIXES] = COMMA(text("OR IGNORE"))),
        "INSERT OR IGNORE INTO other (a) SELECT other.a \nFROM other \nWHERE other.a "
        "= :a_1");
}

static void returns_rows(void **state)
{
    (void)state;
    struct corm_compile_options options = with_keys(NULL, 0);
    struct corm_compiled *compiled = compile_with(
        INSERT(&other->node, [CORM_INSERT_RETURNING] = COMMA(oa, oa)), &options);
    assert_string_equal(compiled->sql,
                        "INSERT INTO other () VALUES () RETURNING other.a, other.a");
    assert_true(compiled->has_returning);
    assert_false(compiled->has_key_returning);
    assert_int_equal(compiled->ncolumns, 2);
    corm_compiled_unref(compiled);
    struct corm_dialect silent = corm_dialect_default;
    silent.features &= ~(uint32_t)CORM_DIALECT_LAST_ROWID;
    options.dialect = &silent;
    options.returning_keys = true;
    compiled = compile_with(INSERT(&tt->node), &options);
    assert_string_equal(compiled->sql,
                        "INSERT INTO tt (n, k) VALUES (:n, foo()) RETURNING tt.id");
    assert_true(compiled->has_key_returning);
    corm_compiled_unref(compiled);
    const char *const keys[] = { "id" };
    options.column_keys = keys;
    options.ncolumn_keys = 1;
    assert_sql_with(&options, INSERT(&tt->node),
                    "INSERT INTO tt (id, n, k) VALUES (:id, :n, foo())");
    struct corm_dialect poor = corm_dialect_default;
    poor.features &= ~(uint32_t)CORM_DIALECT_RETURNING;
    check_error(DELETE(&other->node, [CORM_DELETE_RETURNING] = COMMA(oa)),
                OPTIONS(&poor), CORM_E_UNSUPPORTED, "RETURNING");
}

static void updates(void **state)
{
    (void)state;
    node_t set = ROW(assign(n, bind_text("n", "z")));
    assert_sql(UPDATE(&tt->node, set, id_is(bind_int("id", 5))),
               "UPDATE tt SET n=:n, o=bar() WHERE tt.id = :id_1");
    assert_sql(UPDATE(&tt->node, ROW(assign(k, op(CORM_OP_ADD, k, bind_int("k", 1))))),
               "UPDATE tt SET k=(tt.k + :k_1), o=bar()");
    assert_sql(UPDATE(&tt->node),
               "UPDATE tt SET id=:id, n=:n, d=:d, k=:k, o=:o, \"Weird "
               "col\"=:wc");
    const char *const keys[] = { "n" };
    struct corm_compile_options options = with_keys(keys, 1);
    assert_sql_with(&options, UPDATE(&tt->node, NULL, id_is(bind_named("q"))),
                    "UPDATE tt SET n=:n, o=bar() WHERE tt.id = :q");
    assert_sql(UPDATE(&tt->node, named(CORM_NODE_ROW, NULL, CORM_NODE_VARIANT,
                                       KIDS(assign(k, bind_int("k", 1)),
                                            assign(id, bind_int("id", 2))))),
               "UPDATE tt SET k=:k, id=:id, o=bar()");
    options = with_keys(NULL, 0);
    check_error(UPDATE(&other->node), &options, CORM_E_COMPILE, "sets no column");
    assert_compile_error(UPDATE(&tt->node, set, id_is(bind_named("n"))), CORM_E_COMPILE,
                         "reserved for automatic usage");
}

static void updates_from_other_tables(void **state)
{
    (void)state;
    node_t set = ROW(assign(n, bind_text("n", "z")));
    assert_sql(UPDATE(&tt->node, set, id_is(oa)),
               "UPDATE tt SET n=:n, o=bar() FROM other WHERE tt.id = other.a");
    node_t value = scalar(SELECT(COLS(oa), WHERE(id_is(oa))));
    assert_sql(UPDATE(&tt->node, ROW(assign(n, value))),
               "UPDATE tt SET n=(SELECT other.a \nFROM other \nWHERE tt.id = other.a), "
               "o=bar()");
    node_t tt_1 = alias(&tt->node);
    assert_sql(
        UPDATE(tt_1, set, op(CORM_OP_EQ, colref(tt_1, id, "id"), bind_int("id", 1))),
        "UPDATE tt AS tt_1 SET n=:n, o=bar() WHERE tt_1.id = :id_1");
}

static void deletes(void **state)
{
    (void)state;
    assert_sql(DELETE(&tt->node), "DELETE FROM tt");
    assert_sql(DELETE(&tt->node, id_is(bind_int("id", 1))),
               "DELETE FROM tt WHERE tt.id = :id_1");
    assert_sql(DELETE(&tt->node, id_is(oa), COMMA(id)),
               "DELETE FROM tt , other WHERE tt.id = other.a RETURNING tt.id");
    assert_sql(
        DELETE(&tt->node, exists(SELECT(COLS(oa), WHERE(id_is(oa))))),
        "DELETE FROM tt WHERE EXISTS (SELECT other.a \nFROM other \nWHERE tt.id = "
        "other.a)");
    assert_compile_error(DELETE(subquery(SELECT(COLS(id)))), CORM_E_ARGUMENT,
                         "need a table");
}

static void states_tables_in_front(void **state)
{
    (void)state;
    node_t old = source(CORM_NODE_CTE, "prior", SELECT(COLS(oa)), 0);
    assert_sql(
        DELETE(&tt->node, id_is(colref(old, oa, "a"))),
        "WITH prior AS \n(SELECT other.a AS a \nFROM other)\n DELETE FROM tt , prior "
        "WHERE tt.id = prior.a");
    node_t gone = source(CORM_NODE_CTE, "gone",
                         DELETE(&other->node, [CORM_DELETE_RETURNING] = COMMA(oa)), 0);
    assert_sql(
        SELECT(COLS(colref(gone, oa, "a"))),
        "WITH gone AS \n(DELETE FROM other RETURNING other.a)\n SELECT gone.a \nFROM "
        "gone");
    /* Both change the same column: the inner one's parameter gets another name. */
    node_t inner = source(CORM_NODE_CTE, "inner_",
                          INSERT(&other->node, COMMA(ROW(assign(oa, bind_int("a", 1)))),
                                 [CORM_INSERT_RETURNING] = COMMA(oa)),
                          0);
    assert_sql(INSERT(&other->node, COMMA(ROW(assign(oa, bind_int("a", 2)))),
                      [CORM_INSERT_CTES] = COMMA(inner)),
               "WITH inner_ AS \n(INSERT INTO other (a) VALUES (:param_1) RETURNING "
               "other.a)\n INSERT INTO other (a) VALUES (:a)");
    /* The group of values is found again behind what was put in front. */
    struct corm_compiled *compiled =
        compile_with(INSERT(&other->node, COMMA(ROW(assign(oa, bind_int("a", 1)))),
                            [CORM_INSERT_CTES] =
                                COMMA(source(CORM_NODE_CTE, "c", SELECT(COLS(id)), 0))),
                     OPTIONS(&corm_dialect_default));
    assert_memory_equal(compiled->sql + compiled->values_pos, "(:a)",
                        compiled->values_len);
    corm_compiled_unref(compiled);
}

static node_t swept;

static bool compile_swept(void *state)
{
    (void)state;
    struct corm_compiled *compiled;
    struct corm_error err;
    struct corm_compile_options options = { .dialect = &corm_dialect_default,
                                            .returning_keys = true };
    enum corm_rc rc = corm_compile(swept, &options, &compiled, &err);
    if (rc != CORM_OK) {
        assert_int_equal(rc, CORM_E_NO_MEMORY);
        return false;
    }
    corm_compiled_unref(compiled);
    return true;
}

static void survives_any_failing_allocation(void **state)
{
    (void)state;
    swept = INSERT(&tt->node, COMMA(ROW(assign(n, bind_text("n", "a"))),
                                    ROW(assign(n, bind_text("n", "b")))));
    alloc_sweep(compile_swept, NULL);
    swept =
        UPDATE(&tt->node, ROW(assign(n, bind_text("n", "z"))), id_is(oa), COMMA(id, n));
    alloc_sweep(compile_swept, NULL);
    swept = DELETE(&tt->node, id_is(oa), COMMA(id, id));
    alloc_sweep(compile_swept, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_tables, sql_close)
    const struct CMUnitTest tests[] = {
        TEST(inserts_all_columns_when_nothing_is_said),
        TEST(inserts_what_comes_and_defaults),
        TEST(inserts_nothing_but_defaults),
        TEST(inserts_assigned_values),
        TEST(inserts_several_rows),
        TEST(inserts_from_a_select),
        TEST(returns_rows),
        TEST(updates),
        TEST(updates_from_other_tables),
        TEST(deletes),
        TEST(states_tables_in_front),
        TEST(survives_any_failing_allocation),
    };
    return cmocka_run_group_tests_name("sql/dml", tests, NULL, NULL);
}

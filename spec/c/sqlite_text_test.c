/* SPDX-License-Identifier: MIT */
#include "dialects/sqlite/dialect.h"
#include "sql/ddl.h"
#include "sql/expand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sql_kit.h"

static struct corm_table *t, *u;
static node_t a, b, f, s, d, ua;

static int open_tables(void **state)
{
    sql_open(state);
    t = table("t", NULL);
    a = &column(t, "a", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY)->node;
    b = &column(t, "b", &corm_type_integer, 0)->node;
    f = &column(t, "f", &corm_type_boolean, 0)->node;
    s = &column(t, "s", &corm_type_string, 0)->node;
    struct corm_type *json = corm_arena_zero(&kit.arena, 1, sizeof(*json));
    *json = corm_type_make(CORM_TYPE_JSON);
    d = &column(t, "d", json, 0)->node;
    settle(t);
    u = table("u", NULL);
    ua = &column(u, "a", &corm_type_integer, 0)->node;
    return 0;
}

#define assert_sqlite(node, expected) \
    assert_sql_on(&corm_sqlite_dialect, node, expected)

static void writes_flags_as_numbers(void **state)
{
    (void)state;
    assert_sqlite(leaf(CORM_NODE_TRUE), "1");
    assert_sqlite(SELECT(COLS(a), WHERE(f)), "SELECT t.a \nFROM t \nWHERE t.f = 1");
    assert_sqlite(SELECT(COLS(a), WHERE(negated(f))),
                  "SELECT t.a \nFROM t \nWHERE t.f = 0");
    assert_sqlite(
        SELECT(COLS(a), WHERE(AND(f, op(CORM_OP_EQ, f, leaf(CORM_NODE_TRUE))))),
        "SELECT t.a \nFROM t \nWHERE t.f = 1 AND t.f = 1");
    assert_sqlite(SELECT(COLS(a), WHERE(leaf(CORM_NODE_FALSE))),
                  "SELECT t.a \nFROM t \nWHERE 0 = 1");
    assert_sqlite(SELECT(COLS(negated(f))), "SELECT t.f = 0 AS f \nFROM t");
}

static void writes_operators(void **state)
{
    (void)state;
    node_t x = bind_text("s", "x");
    assert_sqlite(op(CORM_OP_TRUEDIV, a, b), "t.a / (t.b + 0.0)");
    assert_sqlite(op(CORM_OP_BITWISE_XOR, a, b), "((t.a | t.b) - (t.a & t.b))");
    assert_sqlite(op(CORM_OP_REGEXP_MATCH, s, x), "t.s REGEXP ?");
    assert_sqlite(op(CORM_OP_NOT_REGEXP_MATCH, s, x), "t.s NOT REGEXP ?");
    assert_sqlite(op(CORM_OP_IS_DISTINCT_FROM, a, b), "t.a IS NOT t.b");
    assert_sqlite(op(CORM_OP_IS_NOT_DISTINCT_FROM, a, b), "t.a IS t.b");
    assert_sqlite(op(CORM_OP_ILIKE, s, x), "lower(t.s) LIKE lower(?)");
    check_error(node_of(CORM_NODE_BINARY, CORM_OP_REGEXP_REPLACE, NULL, KIDS(s, x, x)),
                OPTIONS(&corm_sqlite_dialect), CORM_E_COMPILE, "regular expression");
}

static void reaches_into_json(void **state)
{
    (void)state;
    node_t key = bind_text("d", "k");
    struct corm_compiled *compiled = compile_with(
        node_of(CORM_NODE_BINARY, CORM_OP_JSON_GETITEM, d->type, KIDS(d, key)),
        OPTIONS(&corm_sqlite_dialect));
    assert_string_equal(compiled->sql, "JSON_QUOTE(JSON_EXTRACT(t.d, ?))");
    assert_int_equal(compiled->slots[0].type->kind, CORM_TYPE_JSON_PATH);
    corm_compiled_unref(compiled);
    assert_sqlite(node_of(CORM_NODE_BINARY, CORM_OP_JSON_GETITEM, &corm_type_integer,
                          KIDS(d, key)),
                  "JSON_EXTRACT(t.d, ?)");
}

static node_t extract(const char *field)
{
    return make((struct corm_node_spec){ .kind = CORM_NODE_EXTRACT,
                                         .name = field,
                                         .name_len = strlen(field),
                                         .nkids = 1,
                                         .kid = &s });
}

static void calls_functions(void **state)
{
    (void)state;
    assert_sqlite(named(CORM_NODE_FUNCTION, "now", 0, KIDS()), "CURRENT_TIMESTAMP");
    assert_sqlite(CALL("char_length", NULL, s), "length(t.s)");
    assert_sqlite(CALL("aggregate_strings", NULL, s, bind_text(NULL, ",")),
                  "group_concat(t.s, __[POSTCOMPILE_param_1])");
    assert_sqlite(CALL("length", NULL, s), "length(t.s)");
    assert_sqlite(extract("year"), "CAST(STRFTIME('%Y', t.s) AS INTEGER)");
    check_error(extract("century"), OPTIONS(&corm_sqlite_dialect), CORM_E_COMPILE,
                "century is not a valid extract argument");
}

static void limits(void **state)
{
    (void)state;
    struct corm_compiled *compiled =
        compile_with(SELECT(COLS(a), [CORM_SELECT_LIMIT] = bind_int(NULL, 5)),
                     OPTIONS(&corm_sqlite_dialect));
    assert_string_equal(compiled->sql, "SELECT t.a \nFROM t\n LIMIT ? OFFSET ?");
    assert_int_equal(compiled->slots[0].source, 0);
    assert_int_equal(compiled->slots[1].source, CORM_SOURCE_CONSTANT);
    assert_int_equal(compiled->slots[1].constant.as.i, 0);
    corm_compiled_unref(compiled);
    assert_sqlite(SELECT(COLS(a), [CORM_SELECT_OFFSET] = bind_int(NULL, 5)),
                  "SELECT t.a \nFROM t\n LIMIT ? OFFSET ?");
    assert_sqlite(
        SELECT(COLS(a), [CORM_SELECT_FOR_UPDATE] = make(
                            (struct corm_node_spec){ .kind = CORM_NODE_FOR_UPDATE })),
        "SELECT t.a \nFROM t");
}

static void combines_selects_without_parentheses(void **state)
{
    (void)state;
    assert_sqlite(
        compound(CORM_OP_UNION, KIDS(SELECT(COLS(a), ORDER(a)), SELECT(COLS(b)))),
        "SELECT * FROM (SELECT t.a \nFROM t ORDER BY t.a) UNION SELECT t.b \nFROM "
        "t");
}

static void sends_each_occurrence(void **state)
{
    (void)state;
    node_t x = bind_int("a", 1);
    struct corm_compiled *compiled = compile_with(
        OR(op(CORM_OP_EQ, a, x), op(CORM_OP_EQ, b, x)), OPTIONS(&corm_sqlite_dialect));
    assert_string_equal(compiled->sql, "t.a = ? OR t.b = ?");
    assert_int_equal(compiled->nslots, 2);
    assert_int_equal(compiled->slots[0].source, 0);
    assert_int_equal(compiled->slots[1].source, 0);
    corm_compiled_unref(compiled);
}

static void changes_rows(void **state)
{
    (void)state;
    assert_sqlite(DELETE(&t->node, op(CORM_OP_EQ, a, bind_int("a", 1)), COMMA(a, s)),
                  "DELETE FROM t WHERE t.a = ? RETURNING a, s");
    assert_sqlite(
        UPDATE(&t->node, ROW(assign(b, bind_int("b", 1))), op(CORM_OP_EQ, a, ua)),
        "UPDATE t SET b=? FROM u WHERE t.a = u.a");
    check_error(UPDATE(&t->node, ROW(assign(b, leaf(CORM_NODE_DEFAULT)))),
                OPTIONS(&corm_sqlite_dialect), CORM_E_UNSUPPORTED,
                "DEFAULT as a value");
    check_error(DELETE(&t->node, op(CORM_OP_EQ, a, ua)), OPTIONS(&corm_sqlite_dialect),
                CORM_E_ARGUMENT, "several tables");
}

/* INSERT INTO t (b) … with the conflict clause made of these. */
static node_t upsert(unsigned flags, const char *name, node_t target,
                     node_t target_where, node_t set, node_t where)
{
    node_t clause = named(CORM_NODE_ON_CONFLICT, name, flags,
                          KIDS(target, target_where, set, where));
    return INSERT(&t->node, COMMA(ROW(assign(b, bind_int("b", 1)))),
                  [CORM_INSERT_ON_CONFLICT] = COMMA(clause));
}

static void upserts(void **state)
{
    (void)state;
    node_t excluded = source(CORM_NODE_ALIAS, "excluded", &t->node, 0);
    assert_sqlite(upsert(0, NULL, NULL, NULL, NULL, NULL),
                  "INSERT INTO t (b) VALUES (?) ON CONFLICT DO NOTHING");
    node_t set =
        ROW(assign(b, colref(excluded, b, "b")), assign(s, bind_text(NULL, "x")));
    assert_sqlite(
        upsert(CORM_NODE_VARIANT, NULL, COMMA(a), NULL, set,
               op(CORM_OP_GT, b, bind_int("b", 1))),
        "INSERT INTO t (b) VALUES (?) ON CONFLICT (a) DO UPDATE SET b = excluded.b, "
        "s = ? WHERE t.b > ?");
    /* A partial index is only found by its text: the value is written when executing. */
    struct corm_compiled *compiled = compile_with(
        upsert(0, NULL, COMMA(a), op(CORM_OP_GT, b, bind_int("b", 7)), NULL, NULL),
        OPTIONS(&corm_sqlite_dialect));
    assert_string_equal(compiled->sql,
                        "INSERT INTO t (b) VALUES (?) ON CONFLICT (a) WHERE b "
                        "> __[POSTCOMPILE_b_1] DO NOTHING");
    assert_true(compiled->has_expanding);
    corm_compiled_unref(compiled);
    check_error(upsert(0, "uq", NULL, NULL, NULL, NULL), OPTIONS(&corm_sqlite_dialect),
                CORM_E_UNSUPPORTED, "ON CONSTRAINT");
    check_error(upsert(CORM_NODE_VARIANT, NULL, COMMA(a), NULL, NULL, NULL),
                OPTIONS(&corm_sqlite_dialect), CORM_E_COMPILE, "sets no column");
}

static void renders_empty_lists_as_queries(void **state)
{
    (void)state;
    struct corm_bind_list none = { 0, 1, NULL };
    struct corm_value items[4] = { corm_value_int(1), corm_value_int(2),
                                   corm_value_int(3), corm_value_int(4) };
    struct corm_bind_list pairs = { 2, 2, items };
    struct corm_compile_options literals = { .dialect = &corm_sqlite_dialect,
                                             .literal_binds = true };
    assert_sql_with(&literals, op(CORM_OP_IN, a, bind_list("a", &none)),
                    "t.a IN (SELECT 1 FROM (SELECT 1) WHERE 1!=1)");
    assert_sql_with(&literals, op(CORM_OP_NOT_IN, TUPLE(a, b), bind_list("a", &none)),
                    "((t.a, t.b) NOT IN (SELECT 1, 1 FROM (SELECT 1, 1) WHERE 1!=1))");
    assert_sql_with(&literals, op(CORM_OP_IN, TUPLE(a, b), bind_list("a", &pairs)),
                    "(t.a, t.b) IN (VALUES (1, 2), (3, 4))");
    struct corm_compiled *compiled =
        compile_with(op(CORM_OP_IN, TUPLE(a, b), bind_list("a", &pairs)),
                     OPTIONS(&corm_sqlite_dialect));
    struct corm_value value = { .tag = CORM_TAG_OBJECT, .as.p = &pairs };
    struct corm_strbuf out;
    struct corm_error err;
    corm_strbuf_init(&out);
    assert_int_equal(corm_compiled_render(compiled, &value, &out, &err), CORM_OK);
    assert_string_equal(out.data, "(t.a, t.b) IN (VALUES (?, ?), (?, ?))");
    corm_strbuf_release(&out);
    corm_compiled_unref(compiled);
}

static void check_column(struct corm_column *column, const char *expected)
{
    struct corm_ddl_options options = { .dialect = &corm_sqlite_dialect };
    struct corm_strbuf out;
    struct corm_error err;
    corm_strbuf_init(&out);
    assert_int_equal(corm_ddl_column(column, &options, &out, &err), CORM_OK);
    assert_string_equal(out.data, expected);
    corm_strbuf_release(&out);
}

static void wraps_defaults_that_are_expressions(void **state)
{
    (void)state;
    struct corm_column *c = column(t, "c", &corm_type_string, CORM_COLUMN_NOT_NULL);
    c->server_default = named(CORM_NODE_FUNCTION, "now", 0, KIDS());
    check_column(c, "c VARCHAR DEFAULT CURRENT_TIMESTAMP NOT NULL");
    c->server_default = text("lower('X')");
    check_column(c, "c VARCHAR DEFAULT (lower('X')) NOT NULL");
    c->server_default = bind_text(NULL, "a b");
    check_column(c, "c VARCHAR DEFAULT 'a b' NOT NULL");
    c->server_default = text("(1 + 1)");
    check_column(c, "c VARCHAR DEFAULT (1 + 1) NOT NULL");
    c->server_default = text("5");
    check_column(c, "c VARCHAR DEFAULT 5 NOT NULL");
    c->node.type = &corm_type_null;
    struct corm_ddl_options options = { .dialect = &corm_sqlite_dialect };
    struct corm_strbuf out;
    struct corm_error err;
    corm_strbuf_init(&out);
    assert_int_equal(corm_ddl_column(c, &options, &out, &err), CORM_E_COMPILE);
    assert_non_null(strstr(err.message, "NullType"));
    corm_strbuf_release(&out);
}

static void creates_tables(void **state)
{
    (void)state;
    struct corm_ddl_options options = { .dialect = &corm_sqlite_dialect };
    struct corm_strbuf out;
    struct corm_error err;
    struct corm_table *x = table("x", "file");
    struct corm_column *id = column(x, "id", &corm_type_integer,
                                    CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_KEY_INLINE);
    foreign_key(
        column(x, "t_id", &corm_type_integer, 0),
        (struct corm_column *)(uintptr_t)a); /* another file: no key is possible */
    foreign_key(column(x, "x_id", &corm_type_integer, 0), id)->use_alter = true;
    settle(x);
    corm_strbuf_init(&out);
    assert_int_equal(corm_ddl_create_table(x, &options, &out, &err), CORM_OK);
    assert_string_equal(
        out.data, "\nCREATE TABLE file.x (\n\tid INTEGER NOT NULL PRIMARY KEY "
                  "AUTOINCREMENT, \n\tt_id INTEGER, \n\tx_id INTEGER, \n\tFOREIGN "
                  "KEY(x_id) REFERENCES x (id)\n)\n\n");
    corm_strbuf_truncate(&out, 0);
    struct corm_index index = { .name = "ix", .table = x, .method = "gin" };
    assert_true(corm_vec_push(&index.expressions, &id->node));
    assert_int_equal(corm_ddl_create_index(&index, &options, &out, &err), CORM_OK);
    assert_string_equal(out.data, "CREATE INDEX file.ix ON x (id)");
    corm_vec_release(&index.expressions);
    corm_strbuf_release(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_tables, sql_close)
    const struct CMUnitTest tests[] = {
        TEST(writes_flags_as_numbers),
        TEST(writes_operators),
        TEST(reaches_into_json),
        TEST(calls_functions),
        TEST(limits),
        TEST(combines_selects_without_parentheses),
        TEST(sends_each_occurrence),
        TEST(changes_rows),
        TEST(upserts),
        TEST(renders_empty_lists_as_queries),
        TEST(wraps_defaults_that_are_expressions),
        TEST(creates_tables),
    };
    return cmocka_run_group_tests_name("sqlite/text", tests, NULL, NULL);
}

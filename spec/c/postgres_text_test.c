/* SPDX-License-Identifier: MIT */
#include "dialects/postgres/dialect.h"
#include "sql/ddl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sql_kit.h"

static struct corm_table *t;
static node_t a, b, f, s, d;

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
    return 0;
}

#define assert_pg(node, expected) assert_sql_on(&corm_postgres_dialect, node, expected)

static void numbers_parameters(void **state)
{
    (void)state;
    node_t x = bind_int("a", 1);
    struct corm_compiled *compiled =
        compile_with(OR(op(CORM_OP_EQ, a, x), op(CORM_OP_EQ, b, bind_int("b", 2)),
                        op(CORM_OP_EQ, b, x)),
                     OPTIONS(&corm_postgres_dialect));
    assert_string_equal(compiled->sql, "t.a = $1 OR t.b = $2 OR t.b = $1");
    assert_int_equal(compiled->nslots, 2);
    assert_int_equal(compiled->nmarks, 3);
    assert_true(compiled->is_positional);
    corm_compiled_unref(compiled);
}

static void says_types_where_nothing_else_does(void **state)
{
    (void)state;
    assert_pg(SELECT(COLS(bind_int(NULL, 1), bind_text(NULL, "x"),
                          label("n", bind_int(NULL, 2)))),
              "SELECT $1::INTEGER AS anon_1, $2 AS anon_2, $3::INTEGER AS n");
    assert_pg(op(CORM_OP_ADD, bind_int(NULL, 1), bind_int(NULL, 2)),
              "$1::INTEGER + $2::INTEGER");
    assert_pg(op(CORM_OP_ADD, a, bind_int("a", 2)), "t.a + $1");
    assert_pg(CALL("generate_series", NULL, bind_int(NULL, 1), bind_text(NULL, "x")),
              "generate_series($1::INTEGER, $2)");
    assert_pg(node_of(CORM_NODE_CASE, 0, NULL,
                      KIDS(NULL, bind_int(NULL, 0), f, bind_int(NULL, 1))),
              "CASE WHEN t.f THEN $1::INTEGER ELSE $2::INTEGER END");
    struct corm_compile_options literals = { .dialect = &corm_postgres_dialect,
                                             .literal_binds = true };
    assert_sql_with(&literals, SELECT(COLS(bind_int(NULL, 1))), "SELECT 1 AS anon_1");
}

static void writes_operators(void **state)
{
    (void)state;
    node_t x = bind_text("s", "x");
    struct corm_node_spec regexp = { .kind = CORM_NODE_BINARY,
                                     .op = CORM_OP_REGEXP_MATCH,
                                     .nkids = 2,
                                     .kid = KIDS(s, x) };
    assert_pg(make(regexp), "t.s ~ $1");
    regexp.value = text_value("i");
    assert_pg(make(regexp), "t.s ~* $1");
    regexp.value = text_value("ix");
    regexp.op = CORM_OP_NOT_REGEXP_MATCH;
    assert_pg(make(regexp), "t.s !~ CONCAT('(?', 'ix', ')', $1)");
    assert_pg(node_of(CORM_NODE_BINARY, CORM_OP_REGEXP_REPLACE, NULL,
                      KIDS(s, x, bind_text("s", "y"))),
              "REGEXP_REPLACE(t.s, $1, $2)");
    assert_pg(op(CORM_OP_ILIKE, s, x), "t.s ILIKE $1");
    assert_pg(op(CORM_OP_NOT_ICONTAINS, s, x), "t.s NOT ILIKE '%' || $1 || '%'");
    assert_pg(op(CORM_OP_MATCH, s, x), "t.s @@ plainto_tsquery($1)");
    assert_pg(negated(op(CORM_OP_MATCH, s, x)), "NOT t.s @@ plainto_tsquery($1)");
    assert_pg(op(CORM_OP_BITWISE_XOR, a, b), "t.a # t.b");
    assert_pg(op(CORM_OP_IS_DISTINCT_FROM, a, b), "t.a IS DISTINCT FROM t.b");
    assert_pg(op(CORM_OP_TRUEDIV, a, b), "t.a / CAST(t.b AS NUMERIC)");
}

static node_t item(node_t from, node_t key, const struct corm_type *type)
{
    return node_of(CORM_NODE_BINARY, CORM_OP_JSON_GETITEM, type, KIDS(from, key));
}

static void reaches_into_json(void **state)
{
    (void)state;
    node_t key = bind_text("d", "k");
    assert_pg(item(d, key, d->type), "t.d -> $1");
    assert_pg(item(d, bind_int("d", 1), d->type), "t.d -> $1::INTEGER");
    assert_pg(item(item(d, key, d->type), bind_text(NULL, "x"), d->type),
              "(t.d -> $1) -> $2");
    assert_pg(item(d, key, &corm_type_integer), "CAST(t.d ->> $1 AS INTEGER)");
    assert_pg(op(CORM_OP_EQ, item(d, key, d->type), s), "(t.d -> $1) = t.s");
    assert_pg(AND(item(d, key, d->type), f), "(t.d -> $1) AND t.f");
    struct corm_value steps[2] = { text_value("k"), corm_value_int(1) };
    struct corm_bind_list list = { 2, 1, steps };
    node_t path = bind_list("d", &list);
    assert_pg(
        node_of(CORM_NODE_BINARY, CORM_OP_JSON_PATH, &corm_type_string, KIDS(d, path)),
        "CAST(t.d #>> $1 AS VARCHAR)");
}

static void calls_functions(void **state)
{
    (void)state;
    assert_pg(CALL("substring", NULL, s, a, b), "SUBSTRING(t.s FROM t.a FOR t.b)");
    assert_pg(CALL("substring", NULL, s, bind_int(NULL, 1)),
              "SUBSTRING(t.s FROM $1::INTEGER)");
    assert_pg(CALL("concat", NULL, s, bind_text(NULL, "x"), bind_int(NULL, 1)),
              "concat(t.s, $1::VARCHAR, $2::INTEGER)");
    assert_pg(CALL("aggregate_strings", NULL, s, s), "string_agg(t.s, t.s)");
    assert_pg(CALL("pow", NULL, a, b), "power(t.a, t.b)");
    assert_pg(named(CORM_NODE_FUNCTION, "now", 0, KIDS()), "now()");
}

static node_t lock(int64_t bits, const node_t *of)
{
    return make((struct corm_node_spec){ .kind = CORM_NODE_FOR_UPDATE,
                                         .value = corm_value_int(bits),
                                         .nkids = count_kids(of),
                                         .kid = of });
}

static void writes_clauses(void **state)
{
    (void)state;
    assert_pg(SELECT(COLS(a), [CORM_SELECT_LIMIT] = bind_int(NULL, 1),
                     [CORM_SELECT_OFFSET] = bind_int(NULL, 2)),
              "SELECT t.a \nFROM t \n LIMIT $1 OFFSET $2");
    assert_pg(SELECT(COLS(a), [CORM_SELECT_OFFSET] = bind_int(NULL, 2)),
              "SELECT t.a \nFROM t\n LIMIT ALL OFFSET $1");
    assert_pg(SELECT(COLS(a), [CORM_SELECT_DISTINCT_ON] = COMMA(b)),
              "SELECT DISTINCT ON (t.b) t.a \nFROM t");
    node_t t_1 = alias(&t->node);
    assert_pg(SELECT(COLS(a), [CORM_SELECT_FOR_UPDATE] =
                                  lock(CORM_FOR_UPDATE_NOWAIT,
                                       KIDS(&t->node, a, colref(t_1, b, "b")))),
              "SELECT t.a \nFROM t FOR UPDATE OF t, t_1 NOWAIT");
    assert_pg(SELECT(COLS(a), [CORM_SELECT_FOR_UPDATE] = lock(
                                  CORM_FOR_UPDATE_READ | CORM_FOR_UPDATE_SKIP_LOCKED,
                                  KIDS())),
              "SELECT t.a \nFROM t FOR SHARE SKIP LOCKED");
    assert_pg(SELECT(COLS(a), [CORM_SELECT_FOR_UPDATE] =
                                  lock(CORM_FOR_UPDATE_KEY_SHARE, KIDS())),
              "SELECT t.a \nFROM t FOR NO KEY UPDATE");
}

static void changes_rows(void **state)
{
    (void)state;
    const char *const keys[] = { "s" };
    struct corm_compile_options options = { .dialect = &corm_postgres_dialect,
                                            .column_keys = keys,
                                            .ncolumn_keys = 1,
                                            .has_column_keys = true,
                                            .returning_keys = true };
    assert_sql_with(&options, INSERT(&t->node),
                    "INSERT INTO t (s) VALUES ($1) RETURNING t.a");
    node_t t_1 = alias(&t->node);
    assert_pg(DELETE(&t->node, op(CORM_OP_EQ, a, colref(t_1, b, "b"))),
              "DELETE FROM t USING t AS t_1 WHERE t.a = t_1.b");
    node_t clause =
        named(CORM_NODE_ON_CONFLICT, "uq", CORM_NODE_VARIANT,
              KIDS(NULL, NULL, ROW(assign(b, op(CORM_OP_ADD, b, a))), NULL));
    assert_pg(
        INSERT(&t->node, COMMA(ROW(assign(b, bind_int("b", 1)))),
               [CORM_INSERT_ON_CONFLICT] = COMMA(clause)),
        "INSERT INTO t (b) VALUES ($1) ON CONFLICT ON CONSTRAINT uq DO UPDATE SET b = "
        "(t.b + t.a)");
    struct corm_sequence sequence = { .name = "my seq", .schema = "s" };
    struct corm_table *x = table("x", NULL);
    column(x, "id", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY)->sequence = &sequence;
    settle(x);
    options.ncolumn_keys = 0;
    assert_sql_with(
        &options, INSERT(&x->node),
        "INSERT INTO x (id) VALUES (nextval('s.\"my seq\"')) RETURNING x.id");
}

static struct corm_strbuf out;
static struct corm_error err;
static const struct corm_ddl_options ddl = { .dialect = &corm_postgres_dialect };

static void check_ddl(enum corm_rc rc, const char *expected)
{
    if (rc != CORM_OK) {
        fail_msg("%s", err.message);
    }
    assert_string_equal(out.data, expected);
    corm_strbuf_release(&out);
    corm_strbuf_init(&out);
}

static void numbers_keys(void **state)
{
    (void)state;
    corm_strbuf_init(&out);
    struct corm_table *x = table("x", NULL);
    struct corm_column *id =
        column(x, "id", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY);
    settle(x);
    check_ddl(corm_ddl_create_table(x, &ddl, &out, &err),
              "\nCREATE TABLE x (\n\tid SERIAL NOT NULL, \n\tPRIMARY KEY (id)\n)\n\n");
    id->node.type = &corm_type_bigint;
    check_ddl(corm_ddl_column(id, &ddl, &out, &err), "id BIGSERIAL NOT NULL");
    struct corm_type small = corm_type_make(CORM_TYPE_SMALLINT);
    id->node.type = &small;
    check_ddl(corm_ddl_column(id, &ddl, &out, &err), "id SMALLSERIAL NOT NULL");
    struct corm_sequence sequence = { .is_always = true };
    id->node.type = &corm_type_integer;
    id->sequence = &sequence;
    id->flags |= CORM_COLUMN_IDENTITY;
    check_ddl(corm_ddl_column(id, &ddl, &out, &err),
              "id INTEGER GENERATED ALWAYS AS IDENTITY");
    sequence =
        (struct corm_sequence){ .has_start = true, .start = 42, .is_cycle = true };
    id->flags = CORM_COLUMN_IDENTITY | CORM_COLUMN_NULL_SAID;
    check_ddl(corm_ddl_column(id, &ddl, &out, &err),
              "id INTEGER GENERATED BY DEFAULT AS IDENTITY (START WITH 42 CYCLE) NULL");
    id->flags = CORM_COLUMN_NOT_NULL;
    id->sequence = NULL;
    x->autoincrement = NULL;
    id->server_default = text("nextval('s')");
    check_ddl(corm_ddl_column(id, &ddl, &out, &err),
              "id INTEGER DEFAULT nextval('s') NOT NULL");
}

static void check_type(struct corm_type type, const char *expected)
{
    corm_strbuf_init(&out);
    check_ddl(corm_ddl_type(&type, &corm_postgres_dialect, &out, &err), expected);
}

static void spells_types(void **state)
{
    (void)state;
    struct corm_type type = corm_type_make(CORM_TYPE_DATETIME);
    check_type(type, "TIMESTAMP WITHOUT TIME ZONE");
    type.flags = CORM_TYPE_TIMEZONE;
    type.precision = 3;
    check_type(type, "TIMESTAMP(3) WITH TIME ZONE");
    check_type(corm_type_make(CORM_TYPE_TIME), "TIME WITHOUT TIME ZONE");
    check_type(corm_type_make(CORM_TYPE_INTERVAL), "INTERVAL");
    check_type(corm_type_make(CORM_TYPE_BINARY), "BYTEA");
    check_type(corm_type_make(CORM_TYPE_UUID), "UUID");
    check_type(corm_type_make(CORM_TYPE_DOUBLE), "DOUBLE PRECISION");
    type = corm_type_make(CORM_TYPE_FLOAT);
    check_type(type, "FLOAT");
    type.precision = 53;
    check_type(type, "FLOAT(53)");
    struct corm_type array = corm_type_make(CORM_TYPE_ARRAY);
    array.item = &corm_type_integer;
    check_type(array, "INTEGER[]");
    array.length = 2;
    check_type(array, "INTEGER[][]");
    type = corm_type_make(CORM_TYPE_JSON);
    type.flags = CORM_TYPE_EXACT;
    type.name = "JSONB";
    check_type(type, "JSONB");
}

static void makes_types(void **state)
{
    (void)state;
    const char *const items[] = { "sad", "it's" };
    struct corm_type_labels labels = { 2, items };
    struct corm_type mood = corm_type_make(CORM_TYPE_ENUM);
    mood.labels = &labels;
    mood.name = "Mood";
    mood.schema = "public";
    mood.flags = CORM_TYPE_NATIVE;
    check_type(mood, "public.\"Mood\"");
    assert_true(corm_ddl_has_type(&mood, &corm_postgres_dialect));
    check_ddl(corm_ddl_create_type(&mood, &ddl, &out, &err),
              "CREATE TYPE public.\"Mood\" AS ENUM ('sad', 'it''s')");
    check_ddl(corm_ddl_drop_type(&mood, &ddl, &out, &err), "DROP TYPE public.\"Mood\"");
    mood.name = NULL;
    assert_int_equal(corm_ddl_create_type(&mood, &ddl, &out, &err), CORM_E_COMPILE);
    corm_strbuf_release(&out);
    mood.flags = 0;
    assert_false(corm_ddl_has_type(&mood, &corm_postgres_dialect));
    mood.length = 4;
    check_type(mood, "VARCHAR(4)");
    struct corm_sequence sequence = { .name = "q",
                                      .has_increment = true,
                                      .increment = -1 };
    check_ddl(corm_ddl_create_sequence(&sequence, &ddl, &out, &err),
              "CREATE SEQUENCE q INCREMENT BY -1");
    check_ddl(corm_ddl_drop_sequence(&sequence, &ddl, &out, &err), "DROP SEQUENCE q");
}

static void creates_indexes(void **state)
{
    (void)state;
    corm_strbuf_init(&out);
    struct corm_table *x = table("x", "s");
    struct corm_column *c = column(x, "c", &corm_type_string, 0);
    struct corm_index index = {
        .name = "ix", .table = x, .is_concurrent = true, .method = "gin"
    };
    assert_true(corm_vec_push(&index.expressions, &c->node));
    assert_true(corm_vec_push(&index.ops, "text_pattern_ops"));
    assert_true(corm_vec_push(&index.include, c));
    check_ddl(
        corm_ddl_create_index(&index, &ddl, &out, &err),
        "CREATE INDEX CONCURRENTLY ix ON s.x USING gin (c text_pattern_ops) INCLUDE "
        "(c)");
    check_ddl(corm_ddl_drop_index(&index, &ddl, &out, &err),
              "\nDROP INDEX CONCURRENTLY s.ix");
    index.method = "gin); DROP TABLE x";
    assert_int_equal(corm_ddl_create_index(&index, &ddl, &out, &err), CORM_E_COMPILE);
    assert_int_equal(out.len, 0);
    corm_strbuf_release(&out);
    corm_vec_release(&index.expressions);
    corm_vec_release(&index.ops);
    corm_vec_release(&index.include);
}

static void cuts_long_names(void **state)
{
    (void)state;
    struct corm_table *x =
        table("a_table_with_a_rather_long_name_that_goes_on_and_on", NULL);
    node_t c = &column(x, "and_a_column_with_one", &corm_type_integer, 0)->node;
    struct corm_compile_options options = { .dialect = &corm_postgres_dialect,
                                            .label_style_tablename = true };
    assert_sql_with(
        &options, SELECT(COLS(c)),
        "SELECT a_table_with_a_rather_long_name_that_goes_on_and_on."
        "and_a_column_with_one AS "
        "a_table_with_a_rather_long_name_that_goes_on_and_on_and_a_1 \nFROM "
        "a_table_with_a_rather_long_name_that_goes_on_and_on");
}

static void writes_bytes(void **state)
{
    (void)state;
    struct corm_compile_options literals = { .dialect = &corm_postgres_dialect,
                                             .literal_binds = true };
    assert_sql_with(&literals,
                    bind_value(NULL, corm_value_bytes(CORM_TAG_BLOB, "\x01\xff", 2)),
                    "'\\x01ff'");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_tables, sql_close)
    const struct CMUnitTest tests[] = {
        TEST(numbers_parameters), TEST(says_types_where_nothing_else_does),
        TEST(writes_operators),   TEST(reaches_into_json),
        TEST(calls_functions),    TEST(writes_clauses),
        TEST(changes_rows),       TEST(numbers_keys),
        TEST(spells_types),       TEST(makes_types),
        TEST(creates_indexes),    TEST(cuts_long_names),
        TEST(writes_bytes),
    };
    return cmocka_run_group_tests_name("postgres/text", tests, NULL, NULL);
}

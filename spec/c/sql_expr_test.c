/* SPDX-License-Identifier: MIT */
#include "sql/compile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sql_kit.h"

/* t(a int, b int, f bool, s text) */
static struct corm_table *t;
static node_t a, b, f, s;

static int open_table(void **state)
{
    sql_open(state);
    t = table("t", NULL);
    a = &column(t, "a", &corm_type_integer, 0)->node;
    b = &column(t, "b", &corm_type_integer, 0)->node;
    f = &column(t, "f", &corm_type_boolean, 0)->node;
    s = &column(t, "s", &corm_type_string, 0)->node;
    return 0;
}

static node_t eq(node_t x, node_t y)
{
    return op(CORM_OP_EQ, x, y);
}

static node_t a_is_1(void)
{
    return eq(a, bind_int("a", 1));
}

static void writes_leaves(void **state)
{
    (void)state;
    assert_sql(leaf(CORM_NODE_NULL), "NULL");
    assert_sql(leaf(CORM_NODE_TRUE), "true");
    assert_sql(leaf(CORM_NODE_FALSE), "false");
    assert_sql(leaf(CORM_NODE_DEFAULT), "DEFAULT");
    assert_sql(a, "t.a");
    assert_sql(&column(NULL, "free", &corm_type_null, 0)->node, "free");
    assert_sql(bind_int("a", 1), ":a_1");
    assert_sql(bind_int(NULL, 1), ":param_1");
    assert_sql(literal("x + 1"), "x + 1");
    assert_sql(named(CORM_NODE_STAR, NULL, 0, KIDS(&t->node)), "t.*");
    assert_sql(make((struct corm_node_spec){ .kind = CORM_NODE_STAR }), "*");
}

static void finds_parameters_in_text(void **state)
{
    (void)state;
    assert_sql(text("a = :x and b = :y"), "a = :x and b = :y");
    assert_sql(text("select \\:a, b::int, c\\:\\:int, 'at 10:30', :z"),
               "select :a, b::int, c::int, 'at 10:30', :z");
    node_t x = bind_named("x");
    struct corm_compiled *compiled =
        compile_with(named(CORM_NODE_TEXT, "a = :x or b = :x or c = :y", 0, KIDS(x)),
                     OPTIONS(&corm_dialect_default));
    assert_int_equal(compiled->nslots, 2);
    assert_string_equal(compiled->slots[0].name, "x");
    assert_int_equal(compiled->slots[0].source, 0);
    assert_string_equal(compiled->slots[1].name, "y");
    assert_int_equal(compiled->slots[1].source, CORM_SOURCE_PARAM);
    assert_int_equal(compiled->nmarks, 3);
    corm_compiled_unref(compiled);
    assert_compile_error(make((struct corm_node_spec){
                             .kind = CORM_NODE_TEXT, .name = "a\0b", .name_len = 3 }),
                         CORM_E_ARGUMENT, "NUL");
    assert_compile_error(text("a\xff"), CORM_E_ARGUMENT, "UTF-8");
}

static void writes_comparisons(void **state)
{
    (void)state;
    assert_sql(a_is_1(), "t.a = :a_1");
    assert_sql(op(CORM_OP_NE, a, b), "t.a != t.b");
    assert_sql(op(CORM_OP_GE, a, b), "t.a >= t.b");
    assert_sql(op(CORM_OP_IS, a, leaf(CORM_NODE_NULL)), "t.a IS NULL");
    assert_sql(op(CORM_OP_IS_DISTINCT_FROM, a, b), "t.a IS DISTINCT FROM t.b");
    assert_sql(between(a, bind_int("a", 1), bind_int("a", 2)),
               "t.a BETWEEN :a_1 AND :a_2");
    assert_sql(eq(between(a, b, b), f), "(t.a BETWEEN t.b AND t.b) = t.f");
    assert_sql(eq(eq(a, b), eq(b, a)), "(t.a = t.b) = (t.b = t.a)");
}

static void groups_by_precedence(void **state)
{
    (void)state;
    node_t minus = op(CORM_OP_SUB, b, a);
    node_t plus = op(CORM_OP_ADD, b, a);
    node_t times = op(CORM_OP_MUL, b, a);
    assert_sql(op(CORM_OP_SUB, a, minus), "t.a - (t.b - t.a)");
    assert_sql(op(CORM_OP_SUB, minus, a), "(t.b - t.a) - t.a");
    assert_sql(op(CORM_OP_ADD, plus, a), "t.b + t.a + t.a");
    assert_sql(op(CORM_OP_MUL, a, plus), "t.a * (t.b + t.a)");
    assert_sql(op(CORM_OP_ADD, a, times), "t.a + t.b * t.a");
    assert_sql(unary(CORM_OP_NEG, plus), "-(t.b + t.a)");
    assert_sql(unary(CORM_OP_NEG, unary(CORM_OP_NEG, a)), "-(-t.a)");
    assert_sql(op(CORM_OP_ADD, a, unary(CORM_OP_NEG, b)), "t.a + -t.b");
    assert_sql(LIST(CORM_OP_ADD, a, b, minus), "t.a + t.b + (t.b - t.a)");
    assert_sql(op(CORM_OP_BITWISE_AND, op(CORM_OP_BITWISE_OR, a, b), a),
               "(t.a | t.b) & t.a");
    assert_sql(unary(CORM_OP_BITWISE_NOT, a), "~t.a");
    assert_sql(unary(CORM_OP_DESC, op(CORM_OP_ADD, a, b)), "t.a + t.b DESC");
    assert_sql(unary(CORM_OP_NULLS_LAST, unary(CORM_OP_DESC, a)),
               "t.a DESC NULLS LAST");
    assert_sql(node_of(CORM_NODE_GROUPING, 0, NULL, KIDS(a)), "(t.a)");
}

static void concatenates_texts(void **state)
{
    (void)state;
    node_t both = op(CORM_OP_ADD, s, s);
    assert_int_equal(both->op, CORM_OP_CONCAT);
    assert_sql(op(CORM_OP_ADD, both, s), "t.s || t.s || t.s");
    assert_sql(eq(both, bind_text(NULL, "x")), "(t.s || t.s) = :param_1");
}

static void divides_integers_exactly(void **state)
{
    (void)state;
    node_t divided = op(CORM_OP_TRUEDIV, a, b);
    assert_ptr_equal(divided->type, &corm_type_numeric);
    assert_sql(divided, "t.a / CAST(t.b AS NUMERIC)");
    assert_sql(op(CORM_OP_TRUEDIV, a, op(CORM_OP_ADD, a, b)),
               "t.a / CAST((t.a + t.b) AS NUMERIC)");
    assert_sql(op(CORM_OP_FLOORDIV, a, b), "t.a / t.b");
    node_t x = &column(t, "x", &corm_type_float, 0)->node;
    assert_sql(op(CORM_OP_FLOORDIV, a, x), "FLOOR(t.a / t.x)");
    assert_sql(op(CORM_OP_TRUEDIV, a, x), "t.a / CAST(t.x AS FLOAT)");
    assert_sql(op(CORM_OP_MOD, a, b), "t.a % t.b");
}

static void writes_logic(void **state)
{
    (void)state;
    assert_sql(AND(f, a_is_1()), "t.f AND t.a = :a_1");
    assert_sql(AND(OR(f, f), OR(f, f)), "(t.f OR t.f) AND (t.f OR t.f)");
    assert_sql(OR(AND(f, f), AND(f, f)), "t.f AND t.f OR t.f AND t.f");
    assert_sql(AND(AND(f, a_is_1()), f), "t.f AND t.a = :a_1 AND t.f");
    assert_sql(AND(OR(f), a_is_1()), "t.f AND t.a = :a_1");
    assert_sql(AND(leaf(CORM_NODE_TRUE), f), "t.f");
    assert_sql(AND(leaf(CORM_NODE_FALSE), f), "false");
    assert_sql(OR(leaf(CORM_NODE_TRUE), f), "true");
    assert_sql(AND(leaf(CORM_NODE_TRUE), leaf(CORM_NODE_TRUE)), "true");
    assert_sql(node_of(CORM_NODE_LIST, CORM_OP_OR, NULL, KIDS()), "false");
    assert_sql(AND(text("a=1 or b=2"), f), "a=1 or b=2 AND t.f");
}

static void negates(void **state)
{
    (void)state;
    node_t not_f = negated(f);
    assert_sql(not_f, "NOT t.f");
    assert_ptr_equal(negated(not_f), f);
    assert_sql(negated(a_is_1()), "t.a != :a_1");
    assert_sql(negated(AND(f, a_is_1())), "NOT (t.f AND t.a = :a_1)");
    assert_sql(negated(negated(AND(f, f))), "NOT (NOT (t.f AND t.f))");
    assert_sql(negated(a), "NOT t.a");
    assert_sql(negated(op(CORM_OP_ADD, a, b)), "NOT (t.a + t.b)");
    assert_sql(negated(leaf(CORM_NODE_TRUE)), "false");
    assert_sql(negated(between(a, b, b)), "t.a NOT BETWEEN t.b AND t.b");
    assert_sql(negated(exists(SELECT(COLS(a)))), "NOT (EXISTS (SELECT t.a \nFROM t))");
    node_t any = eq(a, unary(CORM_OP_ANY, b));
    assert_sql(any, "t.a = ANY (t.b)");
    assert_sql(negated(any), "NOT (t.a = ANY (t.b))");
}

static void matches_patterns(void **state)
{
    (void)state;
    node_t x = bind_text("s", "x");
    assert_sql(op(CORM_OP_LIKE, s, x), "t.s LIKE :s_1");
    assert_sql(op(CORM_OP_NOT_LIKE, s, x), "t.s NOT LIKE :s_1");
    assert_sql(op(CORM_OP_ILIKE, s, x), "lower(t.s) LIKE lower(:s_1)");
    assert_sql(op(CORM_OP_STARTSWITH, s, x), "t.s LIKE :s_1 || '%'");
    assert_sql(op(CORM_OP_ENDSWITH, s, x), "t.s LIKE '%' || :s_1");
    assert_sql(op(CORM_OP_NOT_CONTAINS, s, x), "t.s NOT LIKE '%' || :s_1 || '%'");
    assert_sql(op(CORM_OP_ICONTAINS, s, op(CORM_OP_ADD, s, x)),
               "lower(t.s) LIKE '%' || lower((t.s || :s_1)) || '%'");
    assert_sql(make((struct corm_node_spec){ .kind = CORM_NODE_BINARY,
                                             .op = CORM_OP_CONTAINS,
                                             .value = text_value("'"),
                                             .nkids = 2,
                                             .kid = KIDS(s, x) }),
               "t.s LIKE '%' || :s_1 || '%' ESCAPE ''''");
    assert_sql(AND(op(CORM_OP_STARTSWITH, s, x), op(CORM_OP_LIKE, s, x)),
               "(t.s LIKE :s_1 || '%') AND t.s LIKE :s_1");
    assert_sql(op(CORM_OP_COLLATE, s, literal("NOCASE")), "t.s COLLATE \"NOCASE\"");
    assert_sql(negated(op(CORM_OP_MATCH, s, x)), "NOT t.s MATCH :s_1");
    assert_sql(op(CORM_OP_REGEXP_MATCH, s, x), "t.s <regexp> :s_1");
    assert_sql(node_of(CORM_NODE_BINARY, CORM_OP_REGEXP_REPLACE, NULL,
                       KIDS(s, x, bind_text("s", "y"))),
               "<regexp replace>(t.s, :s_1, :s_2)");
    assert_sql(eq(op(CORM_OP_COLLATE, s, literal("utf")), x),
               "(t.s COLLATE utf) = :s_1");
}

static void writes_custom_operators(void **state)
{
    (void)state;
    node_t arrow = make((struct corm_node_spec){ .kind = CORM_NODE_BINARY,
                                                 .op = CORM_OP_CUSTOM,
                                                 .name = "->",
                                                 .name_len = 2,
                                                 .nkids = 2,
                                                 .kid = KIDS(a, b) });
    assert_sql(arrow, "t.a -> t.b");
    assert_sql(eq(a, arrow), "t.a = (t.a -> t.b)");
    node_t tight = make((struct corm_node_spec){ .kind = CORM_NODE_BINARY,
                                                 .op = CORM_OP_CUSTOM,
                                                 .name = "->",
                                                 .name_len = 2,
                                                 .value = corm_value_int(10),
                                                 .nkids = 2,
                                                 .kid = KIDS(a, b) });
    assert_sql(op(CORM_OP_ADD, tight, a), "t.a -> t.b + t.a");
    assert_compile_error(make((struct corm_node_spec){ .kind = CORM_NODE_BINARY,
                                                       .op = CORM_OP_CUSTOM,
                                                       .name = "a\nb",
                                                       .name_len = 3,
                                                       .nkids = 2,
                                                       .kid = KIDS(a, b) }),
                         CORM_E_ARGUMENT, "operator");
}

static void calls_functions(void **state)
{
    (void)state;
    assert_sql(CALL("count", &corm_type_integer, a), "count(t.a)");
    assert_sql(named(CORM_NODE_FUNCTION, "count", 0, KIDS()), "count(*)");
    assert_sql(named(CORM_NODE_FUNCTION, "now", 0, KIDS()), "now()");
    assert_sql(named(CORM_NODE_FUNCTION, "CURRENT_timestamp", 0, KIDS()),
               "CURRENT_TIMESTAMP");
    assert_sql(CALL("Foo", NULL, a, bind_int("Foo", 1)), "Foo(t.a, :Foo_1)");
    assert_sql(CALL("odd name", NULL, a), "\"odd name\"(t.a)");
    assert_sql(make((struct corm_node_spec){ .kind = CORM_NODE_FUNCTION,
                                             .name = "now",
                                             .name_len = 3,
                                             .value = text_value("pack.Age"),
                                             .nkids = 0 }),
               "pack.Age.now()");
    assert_sql(CALL("count", NULL, unary(CORM_OP_DISTINCT, a)), "count(DISTINCT t.a)");
    assert_sql(node_of(CORM_NODE_EXTRACT, 0, NULL, KIDS(a))->nkids == 1
                   ? make((struct corm_node_spec){ .kind = CORM_NODE_EXTRACT,
                                                   .name = "year",
                                                   .name_len = 4,
                                                   .nkids = 1,
                                                   .kid = KIDS(a) })
                   : NULL,
               "EXTRACT(year FROM t.a)");
    assert_compile_error(make((struct corm_node_spec){ .kind = CORM_NODE_EXTRACT,
                                                       .name = "year FROM x",
                                                       .name_len = 11,
                                                       .nkids = 1,
                                                       .kid = KIDS(a) }),
                         CORM_E_COMPILE, "EXTRACT");
}

static void writes_case_and_cast(void **state)
{
    (void)state;
    assert_sql(
        node_of(CORM_NODE_CASE, 0, NULL,
                KIDS(NULL, bind_text(NULL, "y"), a_is_1(), bind_text(NULL, "x"))),
        "CASE WHEN (t.a = :a_1) THEN :param_1 ELSE :param_2 END");
    assert_sql(node_of(CORM_NODE_CASE, 0, NULL,
                       KIDS(a, NULL, bind_int(NULL, 1), bind_text(NULL, "x"))),
               "CASE t.a WHEN :param_1 THEN :param_2 END");
    struct corm_type money = corm_type_make(CORM_TYPE_NUMERIC);
    money.precision = 10;
    money.scale = 2;
    corm_type_seal(&money);
    assert_sql(typed(CORM_NODE_CAST, &money, op(CORM_OP_ADD, a, b)),
               "CAST(t.a + t.b AS NUMERIC(10, 2))");
    assert_sql(eq(typed(CORM_NODE_COERCE, &corm_type_string, op(CORM_OP_ADD, a, b)), s),
               "t.a + t.b = t.s");
    assert_sql(typed(CORM_NODE_CAST, &corm_type_null, a), "CAST(t.a AS NULL)");
}

static void writes_windows(void **state)
{
    (void)state;
    node_t count = CALL("count", &corm_type_integer, a);
    assert_sql(node_of(CORM_NODE_OVER, 0, NULL,
                       KIDS(count, COMMA(b), COMMA(a, b), NULL, NULL)),
               "count(t.a) OVER (PARTITION BY t.b ORDER BY t.a, t.b)");
    node_t before =
        node_of(CORM_NODE_UNARY, CORM_OP_PRECEDING, NULL, KIDS(bind_int(NULL, 5)));
    node_t here = node_of(CORM_NODE_UNARY, CORM_OP_CURRENT_ROW, NULL, KIDS());
    node_t unbounded = node_of(CORM_NODE_UNARY, CORM_OP_FOLLOWING, NULL, KIDS(NULL));
    assert_sql(
        make((struct corm_node_spec){ .kind = CORM_NODE_OVER,
                                      .name = "ROWS",
                                      .name_len = 4,
                                      .nkids = 5,
                                      .kid = KIDS(count, NULL, NULL, before, here) }),
        "count(t.a) OVER (ROWS BETWEEN :param_1 PRECEDING AND CURRENT ROW)");
    assert_sql(make((struct corm_node_spec){
                   .kind = CORM_NODE_OVER,
                   .name = "RANGE",
                   .name_len = 5,
                   .value = text_value("TIES"),
                   .nkids = 5,
                   .kid = KIDS(count, NULL, NULL, here, unbounded) }),
               "count(t.a) OVER (RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING "
               "EXCLUDE TIES)");
    assert_compile_error(
        make((struct corm_node_spec){ .kind = CORM_NODE_OVER,
                                      .name = "DROP",
                                      .name_len = 4,
                                      .nkids = 5,
                                      .kid = KIDS(count, NULL, NULL, here, here) }),
        CORM_E_COMPILE, "window frame");
    node_t filtered = node_of(CORM_NODE_FILTER, 0, &corm_type_integer, KIDS(count, f));
    assert_sql(filtered, "count(t.a) FILTER (WHERE t.f)");
    assert_sql(op(CORM_OP_ADD, filtered, a), "(count(t.a) FILTER (WHERE t.f)) + t.a");
    node_t order = COMMA(unary(CORM_OP_DESC, b));
    assert_sql(node_of(CORM_NODE_WITHIN, 0, NULL, KIDS(CALL("mode", NULL, a), order)),
               "mode(t.a) WITHIN GROUP (ORDER BY t.b DESC)");
    assert_sql(named(CORM_NODE_WITHIN, NULL, CORM_NODE_VARIANT,
                     KIDS(CALL("array_agg", NULL, a), order)),
               "array_agg(t.a ORDER BY t.b DESC)");
}

static void writes_lists_of_in(void **state)
{
    (void)state;
    struct corm_value values[4] = { corm_value_int(1), corm_value_int(2),
                                    corm_value_int(3), corm_value_int(4) };
    struct corm_bind_list two = { 2, 1, values };
    struct corm_bind_list pairs = { 2, 2, values };
    struct corm_bind_list none = { 0, 1, NULL };
    node_t in = op(CORM_OP_IN, a, bind_list("a", &two));
    node_t in_none = op(CORM_OP_NOT_IN, a, bind_list("a", &none));
    node_t in_pairs = op(CORM_OP_IN, TUPLE(a, b), bind_list(NULL, &pairs));
    struct corm_compile_options literals = { .dialect = &corm_dialect_default,
                                             .literal_binds = true };
    struct corm_compile_options written = { .dialect = &corm_dialect_default,
                                            .render_postcompile = true };
    assert_sql(in, "t.a IN (__[POSTCOMPILE_a_1])");
    assert_sql(in_none, "(t.a NOT IN (__[POSTCOMPILE_a_1]))");
    assert_sql_with(&written, in, "t.a IN (:a_1_1, :a_1_2)");
    assert_sql_with(&written, in_pairs,
                    "(t.a, t.b) IN ((:param_1_1_1, :param_1_1_2), "
                    "(:param_1_2_1, :param_1_2_2))");
    assert_sql_with(&literals, in, "t.a IN (1, 2)");
    assert_sql_with(&literals, in_pairs, "(t.a, t.b) IN ((1, 2), (3, 4))");
    assert_sql_with(&literals, in_none, "(t.a NOT IN (NULL) OR (1 = 1))");
    assert_sql(op(CORM_OP_IN, a, COMMA(b, bind_int("a", 1))), "t.a IN (t.b, :a_1)");
    assert_sql(op(CORM_OP_IN, a, node_of(CORM_NODE_LIST, CORM_OP_COMMA, NULL, KIDS())),
               "t.a IN (NULL) AND (1 != 1)");
    assert_sql(op(CORM_OP_IN, a, SELECT(COLS(b))), "t.a IN (SELECT t.b \nFROM t)");
}

static void writes_arrays_and_json(void **state)
{
    (void)state;
    assert_sql(node_of(CORM_NODE_ARRAY, 0, NULL, KIDS(a, bind_int(NULL, 1))),
               "ARRAY[t.a, :param_1]");
    assert_sql(op(CORM_OP_GETITEM, a, bind_int("a", 1)), "t.a[:a_1]");
    node_t slice = node_of(CORM_NODE_SLICE, 0, NULL, KIDS(bind_int("a", 1), NULL));
    assert_sql(op(CORM_OP_GETITEM, a, slice), "t.a[:a_1:]");
    assert_sql(op(CORM_OP_JSON_GETITEM, a, bind_text("a", "k")), "t.a[:a_1]");
}

static void writes_values_as_text(void **state)
{
    (void)state;
    struct corm_compile_options literals = { .dialect = &corm_dialect_default,
                                             .literal_binds = true };
    assert_sql_with(&literals, eq(s, bind_text("s", "it's")), "t.s = 'it''s'");
    assert_sql_with(&literals, a_is_1(), "t.a = 1");
    assert_sql_with(&literals, bind_value(NULL, corm_value_float(1.5)), "1.5");
    assert_sql_with(&literals, bind_value(NULL, corm_value_bool(true)), "true");
    assert_sql_with(&literals, bind_value(NULL, corm_value_null()), "NULL");
    assert_sql_with(&literals,
                    bind_value(NULL, (struct corm_value){ .tag = CORM_TAG_DATE }),
                    "'1970-01-01'");
    assert_sql_with(&literals,
                    bind_value(NULL, corm_value_bytes(CORM_TAG_BLOB, "\x01\xff", 2)),
                    "X'01ff'");
    check_error(bind_named("x"), &literals, CORM_E_COMPILE,
                "without a renderable value");
}

static void refuses_what_is_no_expression(void **state)
{
    (void)state;
    assert_compile_error(named(CORM_NODE_RELATIONSHIP, "children", 0, KIDS(&t->node)),
                         CORM_E_COMPILE, "children");
    assert_sql(label_ref("x"),
               "x"); /* outside of statements there is nothing to resolve */
    assert_compile_error(assign(a, b), CORM_E_COMPILE, "expression");
    assert_compile_error(&column(NULL, "", &corm_type_null, 0)->node, CORM_E_ARGUMENT,
                         "empty");
    assert_compile_error(&column(NULL, "a\xff", &corm_type_null, 0)->node,
                         CORM_E_ARGUMENT, "UTF-8");
}

static void quotes_names(void **state)
{
    (void)state;
    struct corm_table *odd = table("Odd Table", "my schema");
    node_t x = &column(odd, "select", &corm_type_integer, 0)->node;
    node_t y = &column(odd, "a\"b", &corm_type_integer, 0)->node;
    node_t z = &column(odd, "plain", &corm_type_integer, CORM_COLUMN_QUOTED)->node;
    assert_sql(x, "\"my schema\".\"Odd Table\".\"select\"");
    assert_sql(y, "\"my schema\".\"Odd Table\".\"a\"\"b\"");
    assert_sql(z, "\"my schema\".\"Odd Table\".\"plain\"");
    struct corm_schema_pair pairs[] = { { "my schema", "other" } };
    struct corm_schema_map map = { pairs, 1 };
    struct corm_compile_options options = { .dialect = &corm_dialect_default,
                                            .schema_map = &map };
    assert_sql_with(&options, x, "other.\"Odd Table\".\"select\"");
}

static void takes_ten_thousand_conditions(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    const struct corm_node **kids = corm_arena_zero(&kit.arena, COUNT, sizeof(*kids));
    for (size_t i = 0; i < COUNT; i++) {
        kids[i] = eq(a, bind_int("a", (int64_t)i));
    }
    node_t all = make((struct corm_node_spec){
        .kind = CORM_NODE_LIST, .op = CORM_OP_OR, .nkids = COUNT, .kid = kids });
    struct corm_compiled *compiled = compile_with(all, OPTIONS(&corm_dialect_default));
    assert_int_equal(compiled->nslots, COUNT);
    assert_string_equal(compiled->slots[COUNT - 1].name, "a_10000");
    corm_compiled_unref(compiled);
}

static void refuses_what_is_too_deep(void **state)
{
    (void)state;
    node_t deep = a;
    for (int i = 0; i < 900; i++) {
        deep = unary(CORM_OP_NEG, deep);
    }
    corm_compiled_unref(compile_with(deep, OPTIONS(&corm_dialect_default)));
    for (int i = 0; i < 100000; i++) {
        deep = unary(CORM_OP_NEG, deep);
    }
    assert_compile_error(deep, CORM_E_COMPILE, "deeper than");
}

/* x + x of x + x of …: few nodes, but 2^40 on the way through */
static void refuses_what_repeats_itself_endlessly(void **state)
{
    (void)state;
    node_t doubled = eq(a, b);
    for (int i = 0; i < 40; i++) {
        doubled = AND(doubled, doubled);
    }
    assert_compile_error(doubled, CORM_E_COMPILE, "more than");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_table, sql_close)
    const struct CMUnitTest tests[] = {
        TEST(writes_leaves),
        TEST(finds_parameters_in_text),
        TEST(writes_comparisons),
        TEST(groups_by_precedence),
        TEST(concatenates_texts),
        TEST(divides_integers_exactly),
        TEST(writes_logic),
        TEST(negates),
        TEST(matches_patterns),
        TEST(writes_custom_operators),
        TEST(calls_functions),
        TEST(writes_case_and_cast),
        TEST(writes_windows),
        TEST(writes_lists_of_in),
        TEST(writes_arrays_and_json),
        TEST(writes_values_as_text),
        TEST(refuses_what_is_no_expression),
        TEST(quotes_names),
        TEST(takes_ten_thousand_conditions),
        TEST(refuses_what_is_too_deep),
        TEST(refuses_what_repeats_itself_endlessly),
    };
    return cmocka_run_group_tests_name("sql/expr", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "sql/function.h"
#include "sql/node.h"
#include "sql/operator.h"
#include "sql/visit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sql_kit.h"

static struct corm_table *t;
static node_t a, b;

static int open_table(void **state)
{
    sql_open(state);
    t = table("t", NULL);
    a = &column(t, "a", &corm_type_integer, 0)->node;
    b = &column(t, "b", &corm_type_integer, 0)->node;
    return 0;
}

static void fingerprints_structure_but_not_values(void **state)
{
    (void)state;
    uint64_t fp = op(CORM_OP_EQ, a, bind_int("a", 1))->fp;
    assert_true(op(CORM_OP_EQ, a, bind_int("a", 2))->fp == fp);
    assert_true(op(CORM_OP_NE, a, bind_int("a", 1))->fp != fp);
    assert_true(op(CORM_OP_EQ, b, bind_int("a", 1))->fp != fp);
    assert_true(op(CORM_OP_EQ, a, bind_int("b", 1))->fp != fp);
    assert_true(op(CORM_OP_EQ, a, bind_text("a", "1"))->fp != fp);
    assert_true(alias(&t->node)->fp == alias(&t->node)->fp);
    assert_true(source(CORM_NODE_ALIAS, "x", &t->node, 0)->fp != alias(&t->node)->fp);
    /* The value of anything but a BIND is part of the text. */
    struct corm_node_spec like = { .kind = CORM_NODE_BINARY,
                                   .op = CORM_OP_LIKE,
                                   .value = text_value("/"),
                                   .nkids = 2,
                                   .kid = KIDS(a, b) };
    fp = make(like)->fp;
    like.value = text_value("!");
    assert_true(make(like)->fp != fp);
    /* Where a child is missing counts. */
    assert_true(node_of(CORM_NODE_CASE, 0, NULL, KIDS(a, NULL))->fp !=
                node_of(CORM_NODE_CASE, 0, NULL, KIDS(NULL, a))->fp);
}

static void inherits_flags(void **state)
{
    (void)state;
    node_t entity =
        make((struct corm_node_spec){ .kind = CORM_NODE_ENTITY,
                                      .flags = CORM_NODE_HAS_ENTITY | CORM_NODE_VARIANT,
                                      .nkids = 1,
                                      .kid = KIDS(&t->node) });
    node_t list = COMMA(entity, bind_int("a", 1));
    assert_int_equal(list->flags, CORM_NODE_HAS_ENTITY | CORM_NODE_HAS_BIND);
    assert_ptr_equal(COMMA(a)->type, &corm_type_boolean);
    assert_ptr_equal(named(CORM_NODE_TEXT, "x", 0, KIDS())->type, &corm_type_null);
}

static void gives_numbers_once(void **state)
{
    (void)state;
    uint64_t first = corm_node_next_id();
    assert_true(first != 0);
    assert_true(corm_node_next_id() != first);
}

static void pairs_each_operator_with_its_negation(void **state)
{
    (void)state;
    for (int i = 0; i < CORM_OP_COUNT; i++) {
        enum corm_op negation = corm_op_negation((enum corm_op)i);
        if (negation != CORM_OP_NONE) {
            assert_int_equal(corm_op_negation(negation), i);
        }
    }
    assert_int_equal(corm_op_negation(CORM_OP_LT), CORM_OP_GE);
    assert_string_equal(corm_op_table[CORM_OP_EQ].name, "EQ");
}

static void check_adapt(enum corm_op in, const struct corm_type *left,
                        const struct corm_type *right, enum corm_op out,
                        const struct corm_type *type)
{
    const struct corm_type *got;
    assert_int_equal(corm_op_adapt(in, left, right, &got), out);
    assert_ptr_equal(got, type);
}

static void adapts_operators_to_types(void **state)
{
    (void)state;
    const struct corm_type *text_ = &corm_type_text;
    const struct corm_type *integer = &corm_type_integer;
    const struct corm_type *numeric = &corm_type_numeric;
    const struct corm_type *date = &corm_type_date;
    check_adapt(CORM_OP_EQ, text_, integer, CORM_OP_EQ, &corm_type_boolean);
    check_adapt(CORM_OP_ADD, text_, &corm_type_string, CORM_OP_CONCAT, text_);
    check_adapt(CORM_OP_ADD, &corm_type_null, text_, CORM_OP_CONCAT, text_);
    check_adapt(CORM_OP_ADD, text_, integer, CORM_OP_ADD, text_);
    check_adapt(CORM_OP_ADD, integer, numeric, CORM_OP_ADD, numeric);
    check_adapt(CORM_OP_ADD, numeric, integer, CORM_OP_ADD, numeric);
    check_adapt(CORM_OP_TRUEDIV, integer, integer, CORM_OP_TRUEDIV, numeric);
    check_adapt(CORM_OP_TRUEDIV, &corm_type_float, integer, CORM_OP_TRUEDIV,
                &corm_type_float);
    check_adapt(CORM_OP_SUB, date, date, CORM_OP_SUB, integer);
    check_adapt(CORM_OP_SUB, &corm_type_datetime, &corm_type_datetime, CORM_OP_SUB,
                &corm_type_interval);
    check_adapt(CORM_OP_ADD, &corm_type_interval, date, CORM_OP_ADD,
                &corm_type_datetime);
    const struct corm_type *unknown = &corm_type_null;
    check_adapt(CORM_OP_SUB, unknown, date, CORM_OP_SUB, unknown);
    check_adapt(CORM_OP_SUB, date, unknown, CORM_OP_SUB, unknown);
    check_adapt(CORM_OP_ADD, unknown, date, CORM_OP_ADD, unknown);
    check_adapt(CORM_OP_ADD, unknown, &corm_type_datetime, CORM_OP_ADD,
                &corm_type_datetime);
    check_adapt(CORM_OP_SUB, integer, unknown, CORM_OP_SUB, integer);
}

static void knows_functions(void **state)
{
    (void)state;
    assert_ptr_equal(corm_function_find("COUNT", 5)->type, &corm_type_integer);
    assert_true(corm_function_find("max", 3)->flags & CORM_FUNCTION_AGGREGATE);
    assert_true(corm_function_find("coalesce", 8)->flags & CORM_FUNCTION_OF_ARGS);
    assert_string_equal(corm_function_find("current_date", 12)->text, "CURRENT_DATE");
    assert_null(corm_function_find("foo", 3));
    assert_null(corm_function_find("a_name_that_is_much_too_long_for_any", 36));
    /* The table is searched by halves, so all of it has to be in order. */
    const char *const names[] = { "aggregate_strings",
                                  "array_agg",
                                  "avg",
                                  "cube",
                                  "grouping_sets",
                                  "now",
                                  "rollup",
                                  "string_agg",
                                  "sum",
                                  "sysdate",
                                  "user" };
    for (size_t i = 0; i < CORM_LENGTH(names); i++) {
        assert_non_null(corm_function_find(names[i], strlen(names[i])));
    }
}

/* Kinds in the order in which they are visited. */
struct trace {
    uint8_t kinds[16];
    size_t count;
    uint8_t skip;
    uint8_t stop;
};

static enum corm_visit trace_node(void *ctx, const struct corm_node *node)
{
    struct trace *trace = ctx;
    trace->kinds[trace->count++] = node->kind;
    if (node->kind == trace->stop) {
        return CORM_VISIT_STOP;
    }
    return node->kind == trace->skip ? CORM_VISIT_SKIP : CORM_VISIT_DESCEND;
}

static void check_trace(node_t root, struct trace trace, const uint8_t *kinds,
                        size_t count)
{
    struct corm_error err;
    assert_int_equal(corm_node_visit(root, trace_node, &trace, &kit.arena, &err),
                     CORM_OK);
    assert_int_equal(trace.count, count);
    assert_memory_equal(trace.kinds, kinds, count);
}

static void visits_parents_first(void **state)
{
    (void)state;
    node_t root = AND(op(CORM_OP_EQ, a, bind_int("a", 1)), NULL, b);
    const uint8_t all[] = { CORM_NODE_LIST, CORM_NODE_BINARY, CORM_NODE_COLUMN,
                            CORM_NODE_BIND, CORM_NODE_COLUMN };
    check_trace(root, (struct trace){ 0 }, all, 5);
    const uint8_t skipped[] = { CORM_NODE_LIST, CORM_NODE_BINARY, CORM_NODE_COLUMN };
    check_trace(root, (struct trace){ .skip = CORM_NODE_BINARY }, skipped, 3);
    check_trace(root, (struct trace){ .stop = CORM_NODE_BIND }, all, 4);
    /* The table of a column is not below it. */
    const uint8_t reference[] = { CORM_NODE_COLREF, CORM_NODE_COLUMN };
    check_trace(colref(alias(&t->node), a, "a"), (struct trace){ 0 }, reference, 2);
}

static enum corm_visit count_node(void *ctx, const struct corm_node *node)
{
    (void)node;
    ++*(int *)ctx;
    return CORM_VISIT_DESCEND;
}

static void visits_any_depth(void **state)
{
    (void)state;
    struct corm_error err;
    int count = 0;
    node_t deep = a;
    for (int i = 0; i < 100000; i++) {
        deep = unary(CORM_OP_NEG, deep);
    }
    assert_int_equal(corm_node_visit(deep, count_node, &count, &kit.arena, &err),
                     CORM_OK);
    assert_int_equal(count, 100001);
}

/* Puts `to` wherever `from` is, and counts what is made. */
struct swap {
    node_t from;
    node_t to;
    int nmade;
};

static node_t swap_replace(void *ctx, node_t node)
{
    struct swap *swap = ctx;
    return node == swap->from ? swap->to : NULL;
}

static node_t swap_make(void *ctx, const struct corm_node_spec *spec)
{
    ((struct swap *)ctx)->nmade++;
    return corm_node_new(&kit.arena, spec);
}

static node_t replaced(node_t root, struct swap *swap)
{
    struct corm_replace_ops ops = { swap_replace, swap_make, swap };
    struct corm_error err;
    node_t out = NULL;
    assert_int_equal(corm_node_replace(root, &ops, &kit.arena, &out, &err), CORM_OK);
    return out;
}

static void replaces_and_rebuilds_what_is_above(void **state)
{
    (void)state;
    node_t same = op(CORM_OP_EQ, b, bind_int("b", 1));
    node_t root = AND(op(CORM_OP_EQ, a, bind_int("a", 1)), same);
    struct swap swap = { .from = a, .to = b };
    node_t out = replaced(root, &swap);
    assert_sql(out, "t.b = :a_1 AND t.b = :b_1");
    assert_ptr_equal(out->kid[1], same);
    assert_int_equal(swap.nmade, 2);
    swap = (struct swap){ .from = &t->node, .to = b };
    assert_ptr_equal(replaced(root, &swap), root);
    assert_int_equal(swap.nmade, 0);
}

/* An alias that several columns refer to stays one alias. */
static void replaces_shared_nodes_once(void **state)
{
    (void)state;
    struct corm_table *u = table("u", NULL);
    node_t x = alias(&t->node);
    node_t root = op(CORM_OP_EQ, colref(x, a, "a"), colref(x, b, "b"));
    struct swap swap = { .from = &t->node, .to = &u->node };
    node_t out = replaced(root, &swap);
    assert_int_equal(swap.nmade, 4); /* the alias, two references, the comparison */
    assert_ptr_equal(out->kid[0]->kid[0], out->kid[1]->kid[0]);
    assert_true(out->kid[0]->kid[0]->id == x->id);
}

static void forgets_marks_that_were_replaced(void **state)
{
    (void)state;
    node_t entity = make((struct corm_node_spec){ .kind = CORM_NODE_ENTITY,
                                                  .flags = CORM_NODE_HAS_ENTITY,
                                                  .nkids = 1,
                                                  .kid = KIDS(&t->node) });
    node_t root = COMMA(entity, a);
    assert_true(root->flags & CORM_NODE_HAS_ENTITY);
    struct swap swap = { .from = entity, .to = &t->node };
    assert_false(replaced(root, &swap)->flags & CORM_NODE_HAS_ENTITY);
    struct swap inner = { .from = &t->node, .to = alias(&t->node) };
    assert_true(replaced(root, &inner)->flags & CORM_NODE_HAS_ENTITY);
}

static void replaces_at_any_depth(void **state)
{
    (void)state;
    node_t deep = a;
    for (int i = 0; i < 100000; i++) {
        deep = unary(CORM_OP_NEG, deep);
    }
    struct swap swap = { .from = a, .to = b };
    replaced(deep, &swap);
    assert_int_equal(swap.nmade, 100000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_table, sql_close)
    const struct CMUnitTest tests[] = {
        TEST(fingerprints_structure_but_not_values),
        TEST(inherits_flags),
        TEST(gives_numbers_once),
        TEST(pairs_each_operator_with_its_negation),
        TEST(adapts_operators_to_types),
        TEST(knows_functions),
        TEST(visits_parents_first),
        TEST(visits_any_depth),
        TEST(replaces_and_rebuilds_what_is_above),
        TEST(replaces_shared_nodes_once),
        TEST(forgets_marks_that_were_replaced),
        TEST(replaces_at_any_depth),
    };
    return cmocka_run_group_tests_name("sql/node", tests, NULL, NULL);
}

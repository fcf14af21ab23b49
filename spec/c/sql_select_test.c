/* SPDX-License-Identifier: MIT */
#include "sql/columns.h"
#include "sql/compile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "sql_kit.h"

/* t(a int, b int, f bool, s text), u(a int, c int); parent(id), child(id, parent_id) */
static struct corm_table *t, *u, *parent, *child;
static node_t a, b, f, ua, uc;

static int open_tables(void **state)
{
    sql_open(state);
    t = table("t", NULL);
    a = &column(t, "a", &corm_type_integer, 0)->node;
    b = &column(t, "b", &corm_type_integer, 0)->node;
    f = &column(t, "f", &corm_type_boolean, 0)->node;
    u = table("u", NULL);
    ua = &column(u, "a", &corm_type_integer, 0)->node;
    uc = &column(u, "c", &corm_type_integer, 0)->node;
    parent = table("parent", NULL);
    child = table("child", NULL);
    struct corm_column *id =
        column(parent, "id", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY);
    column(child, "id", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY);
    foreign_key(column(child, "parent_id", &corm_type_integer, 0), id);
    settle(parent);
    settle(child);
    return 0;
}

static node_t eq(node_t x, node_t y)
{
    return op(CORM_OP_EQ, x, y);
}

static node_t col(struct corm_table *table_, const char *name)
{
    return &corm_table_find(table_, name, strlen(name))->node;
}

static void selects_from_what_columns_mention(void **state)
{
    (void)state;
    assert_sql(SELECT(COLS(a, b)), "SELECT t.a, t.b \nFROM t");
    assert_sql(SELECT(COLS(a), WHERE(eq(a, bind_int("a", 5)))),
               "SELECT t.a \nFROM t \nWHERE t.a = :a_1");
    assert_sql(SELECT(COLS(&t->node)), "SELECT t.a, t.b, t.f \nFROM t");
    assert_sql(SELECT(COLS(a), WHERE(eq(a, ua))),
               "SELECT t.a \nFROM t, u \nWHERE t.a = u.a");
    assert_sql(SELECT(COLS(bind_int(NULL, 1))), "SELECT :param_1 AS anon_1");
    assert_sql(SELECT(COLS(text("x"), literal("y")), FROM(text("z"))),
               "SELECT x, y \nFROM z");
    assert_sql(SELECT(FROM(&t->node)), "SELECT \nFROM t");
}

static void writes_all_clauses_in_order(void **state)
{
    (void)state;
    assert_sql(
        SELECT(
            COLS(a), WHERE(AND(f, eq(a, b))), GROUP(a), [CORM_SELECT_HAVING] = eq(a, b),
            ORDER(unary(CORM_OP_DESC, a), b), [CORM_SELECT_LIMIT] = bind_int(NULL, 5),
            [CORM_SELECT_OFFSET] = bind_int(NULL, 2),
            [CORM_SELECT_FOR_UPDATE] =
                make((struct corm_node_spec){ .kind = CORM_NODE_FOR_UPDATE }),
            [CORM_SELECT_PREFIXES] = COMMA(text("STRAIGHT")),
            [CORM_SELECT_SUFFIXES] = COMMA(text("SUFFIX"))),
        "SELECT STRAIGHT t.a \nFROM t \nWHERE t.f AND t.a = t.b GROUP BY t.a "
        "\nHAVING t.a = t.b ORDER BY t.a DESC, t.b\n LIMIT :param_1 "
        "OFFSET :param_2 FOR UPDATE SUFFIX ");
    assert_sql(SELECT(COLS(a), [CORM_SELECT_OFFSET] = bind_int(NULL, 2)),
               "SELECT t.a \nFROM t\n LIMIT -1 OFFSET :param_1");
    node_t fetch = make((struct corm_node_spec){
        .kind = CORM_NODE_FETCH,
        .value = corm_value_int(CORM_FETCH_WITH_TIES | CORM_FETCH_PERCENT),
        .nkids = 1,
        .kid = KIDS(bind_int(NULL, 5)) });
    assert_sql(SELECT(COLS(a), [CORM_SELECT_FETCH] = fetch),
               "SELECT t.a \nFROM t\n FETCH FIRST :param_1 PERCENT ROWS WITH TIES");
    struct statement distinct = { .spec = { .kind = CORM_NODE_SELECT,
                                            .flags = CORM_NODE_VARIANT,
                                            .nkids = CORM_SELECT_SLOTS },
                                  .kid = { COLS(a) } };
    assert_sql(make_statement(&distinct), "SELECT DISTINCT t.a \nFROM t");
}

static void limits_prefixes_to_their_dialect(void **state)
{
    (void)state;
    node_t other = make((struct corm_node_spec){ .kind = CORM_NODE_TEXT,
                                                 .name = "HINT",
                                                 .name_len = 4,
                                                 .value = text_value("oracle") });
    node_t any = make((struct corm_node_spec){ .kind = CORM_NODE_TEXT,
                                               .name = "ANY",
                                               .name_len = 3,
                                               .value = text_value("*") });
    assert_sql(SELECT(COLS(a), [CORM_SELECT_PREFIXES] = COMMA(other, any)),
               "SELECT ANY t.a \nFROM t");
}

static void labels_what_has_no_name(void **state)
{
    (void)state;
    node_t count = CALL("count", &corm_type_integer, a);
    assert_sql(
        SELECT(COLS(bind_int(NULL, 1), count, op(CORM_OP_ADD, a, b),
                    typed(CORM_NODE_CAST, &corm_type_string, a), unary(CORM_OP_NEG, a),
                    unary(CORM_OP_NEG, op(CORM_OP_ADD, a, b)), label("q", a),
                    literal("1"), text("zz"))),
        "SELECT :param_1 AS anon_1, count(t.a) AS count_1, t.a + t.b AS anon_2, "
        "CAST(t.a AS VARCHAR) AS a, -t.a, -(t.a + t.b) AS anon_3, t.a AS q, 1, zz "
        "\nFROM t");
    assert_sql(SELECT(COLS(make((struct corm_node_spec){ .kind = CORM_NODE_LABEL,
                                                         .flags = CORM_NODE_ANONYMOUS,
                                                         .name = "max",
                                                         .name_len = 3,
                                                         .nkids = 1,
                                                         .kid = &count }))),
               "SELECT count(t.a) AS max_1 \nFROM t");
    assert_compile_error(SELECT(COLS(TUPLE(a, b))), CORM_E_COMPILE, "tuple");
}

static void disambiguates_repeated_names(void **state)
{
    (void)state;
    assert_sql(SELECT(COLS(a, ua), WHERE(eq(a, bind_int("a", 5)))),
               "SELECT t.a, u.a AS a_1 \nFROM t, u \nWHERE t.a = :a_2");
    assert_sql(SELECT(COLS(a, a, a)), "SELECT t.a, t.a AS a__1, t.a AS a__2 \nFROM t");
    struct corm_compile_options query = { .dialect = &corm_dialect_default,
                                          .label_style_tablename = true };
    node_t t_1 = alias(&t->node);
    assert_sql_with(
        &query, SELECT(COLS(a, ua, colref(t_1, a, "a"), label("x", a))),
        "SELECT t.a AS t_a, u.a AS u_a, t_1.a AS t_1_a, t.a AS x \nFROM t, u, "
        "t AS t_1");
    assert_sql_with(&query, SELECT(COLS(a, a, op(CORM_OP_ADD, a, b))),
                    "SELECT t.a AS t_a, t.a AS t_a__1, t.a + t.b AS anon_1 \nFROM t");
}

static void describes_its_columns(void **state)
{
    (void)state;
    node_t t_1 = alias(&t->node);
    struct corm_compiled *compiled =
        compile_with(SELECT(COLS(a, colref(t_1, b, "b"),
                                 CALL("count", &corm_type_bigint, a), &u->node)),
                     OPTIONS(&corm_dialect_default));
    assert_int_equal(compiled->kind, CORM_STATEMENT_SELECT);
    assert_int_equal(compiled->ncolumns, 5);
    assert_string_equal(compiled->columns[0].name, "a");
    assert_true(compiled->columns[0].column_id == a->id);
    assert_true(compiled->columns[0].fp == a->fp);
    assert_true(compiled->columns[1].column_id == b->id);
    assert_true(compiled->columns[1].fp != b->fp);
    assert_string_equal(compiled->columns[2].name, "count_1");
    assert_int_equal(compiled->columns[2].type->kind, CORM_TYPE_BIGINT);
    assert_true(compiled->columns[2].column_id == 0);
    assert_string_equal(compiled->columns[3].name, "a_1");
    assert_int_equal(compiled->columns[3].element, 3);
    assert_int_equal(compiled->columns[4].element, 3);
    assert_false(compiled->is_by_name);
    corm_compiled_unref(compiled);
    compiled = compile_with(SELECT(COLS(literal("*")), FROM(&t->node)),
                            OPTIONS(&corm_dialect_default));
    assert_true(compiled->is_by_name);
    corm_compiled_unref(compiled);
}

static void orders_by_labels(void **state)
{
    (void)state;
    node_t q = label("q", a);
    assert_sql(SELECT(COLS(q, label("n", b)), GROUP(label_ref("q")),
                      ORDER(label_ref("n"), unary(CORM_OP_DESC, label_ref("q")),
                            label_ref("a"))),
               "SELECT t.a AS q, t.b AS n \nFROM t GROUP BY q ORDER BY n, q DESC, t.a");
    assert_sql(
        SELECT(COLS(q), ORDER(unary(CORM_OP_DESC, q), op(CORM_OP_ADD, q, b)), GROUP(q)),
        "SELECT t.a AS q \nFROM t GROUP BY t.a ORDER BY q DESC, t.a + t.b");
    assert_sql(SELECT(COLS(b), ORDER(q)), "SELECT t.b \nFROM t ORDER BY t.a");
    assert_sql(SELECT(COLS(a), ORDER(unary(CORM_OP_NULLS_LAST,
                                           unary(CORM_OP_DESC, label_ref("b"))))),
               "SELECT t.a \nFROM t ORDER BY t.b DESC NULLS LAST");
    assert_compile_error(SELECT(COLS(a), ORDER(label_ref("zz"))), CORM_E_COMPILE,
                         "'zz'");
}

static void names_aliases(void **state)
{
    (void)state;
    node_t t_1 = alias(&t->node);
    node_t zz = source(CORM_NODE_ALIAS, "zz", &t->node, 0);
    assert_sql(SELECT(COLS(t_1, colref(zz, a, "a"))),
               "SELECT t_1.a, t_1.b, t_1.f, zz.a AS a_1 \nFROM t AS t_1, t AS zz");
    assert_sql(SELECT(COLS(colref(alias(&t->node), a, "a"), colref(t_1, a, "a"))),
               "SELECT t_1.a, t_2.a AS a_1 \nFROM t AS t_1, t AS t_2");
    node_t marked = make((struct corm_node_spec){ .kind = CORM_NODE_ENTITY,
                                                  .id = corm_node_next_id(),
                                                  .nkids = 1,
                                                  .kid = KIDS(t_1) });
    assert_sql(SELECT(COLS(marked)), "SELECT t_1.a, t_1.b, t_1.f \nFROM t AS t_1");
}

static void selects_from_subqueries(void **state)
{
    (void)state;
    node_t inner = SELECT(COLS(a, CALL("count", &corm_type_integer, b)));
    node_t anon = subquery(inner);
    assert_sql(SELECT(COLS(anon)),
               "SELECT anon_1.a, anon_1.count_1 \nFROM (SELECT t.a AS a, count(t.b) AS "
               "count_1 \nFROM t) AS anon_1");
    assert_sql(
        SELECT(COLS(subquery(SELECT(COLS(a, ua))))),
        "SELECT anon_1.a, anon_1.a_1 \nFROM (SELECT t.a AS a, u.a AS a_1 \nFROM t, "
        "u) AS anon_1");
    assert_sql(SELECT(COLS(subquery(SELECT(COLS(op(CORM_OP_ADD, a, b)))))),
               "SELECT anon_2.anon_1 \nFROM (SELECT t.a + t.b AS anon_1 \nFROM t) AS "
               "anon_2");
    assert_sql(SELECT(COLS(source(CORM_NODE_LATERAL, "l", SELECT(COLS(a)), 0))),
               "SELECT l.a \nFROM LATERAL (SELECT t.a AS a \nFROM t) AS l");
    node_t again = source(CORM_NODE_ALIAS, "again", anon, 0);
    assert_sql(
        SELECT(COLS(colref(again, a, "a"))),
        "SELECT again.a \nFROM (SELECT t.a AS a, count(t.b) AS count_1 \nFROM t) AS "
        "again");
}

static void correlates(void **state)
{
    (void)state;
    node_t inner = SELECT(COLS(ua), WHERE(eq(ua, a)));
    assert_sql(
        SELECT(COLS(a), WHERE(exists(inner))),
        "SELECT t.a \nFROM t \nWHERE EXISTS (SELECT u.a \nFROM u \nWHERE u.a = t.a)");
    assert_sql(
        SELECT(COLS(a, scalar(inner))),
        "SELECT t.a, (SELECT u.a \nFROM u \nWHERE u.a = t.a) AS anon_1 \nFROM t");
    assert_sql(SELECT(COLS(a), WHERE(op(CORM_OP_IN, a, SELECT(COLS(a))))),
               "SELECT t.a \nFROM t \nWHERE t.a IN (SELECT t.a \nFROM t)");
    assert_sql(
        SELECT(COLS(a),
               WHERE(exists(SELECT(COLS(ua), WHERE(eq(ua, a)),
                                   [CORM_SELECT_CORRELATE] = node_of(
                                       CORM_NODE_LIST, CORM_OP_COMMA, NULL, KIDS()))))),
        "SELECT t.a \nFROM t \nWHERE EXISTS (SELECT u.a \nFROM u, t \nWHERE u.a = "
        "t.a)");
    assert_sql(SELECT(COLS(a), WHERE(exists(SELECT(COLS(a), [CORM_SELECT_CORRELATE] =
                                                                COMMA(&t->node))))),
               "SELECT t.a \nFROM t \nWHERE EXISTS (SELECT t.a)");
    node_t both = SELECT(
        COLS(ua), WHERE(eq(a, ua)), [CORM_SELECT_CORRELATE_EXCEPT] = COMMA(&u->node));
    assert_sql(
        SELECT(COLS(a, uc), WHERE(exists(both))),
        "SELECT t.a, u.c \nFROM t, u \nWHERE EXISTS (SELECT u.a \nFROM u \nWHERE "
        "t.a = u.a)");
    assert_compile_error(SELECT(COLS(a, ua), WHERE(exists(SELECT(COLS(a, ua))))),
                         CORM_E_INVALID_REQUEST, "auto-correlation");
    /* A subquery in FROM sees nothing of the select around it. */
    assert_sql(
        SELECT(COLS(a, subquery(SELECT(COLS(ua), WHERE(eq(ua, a)))))),
        "SELECT t.a, anon_1.a AS a_1 \nFROM t, (SELECT u.a AS a \nFROM u, t \nWHERE "
        "u.a = t.a) AS anon_1");
}

static void joins(void **state)
{
    (void)state;
    node_t t_1 = alias(&t->node);
    node_t on = eq(a, ua);
    assert_sql(SELECT(COLS(join(CORM_OP_JOIN, &t->node, &u->node, on))),
               "SELECT t.a, t.b, t.f, u.a AS a_1, u.c \nFROM t JOIN u ON t.a = u.a");
    assert_sql(
        SELECT(COLS(a), JOINS(join_spec(CORM_OP_LEFT_JOIN, &u->node, on, NULL),
                              join_spec(CORM_OP_FULL_JOIN, t_1,
                                        eq(colref(t_1, a, "a"), ua), NULL))),
        "SELECT t.a \nFROM t LEFT OUTER JOIN u ON t.a = u.a FULL OUTER JOIN t AS t_1 "
        "ON t_1.a = u.a");
    assert_sql(
        SELECT(COLS(a),
               FROM(join(CORM_OP_JOIN, &t->node,
                         join(CORM_OP_JOIN, &u->node, t_1, eq(ua, colref(t_1, a, "a"))),
                         on))),
        "SELECT t.a \nFROM t JOIN (u JOIN t AS t_1 ON u.a = t_1.a) ON t.a = u.a");
    assert_sql(SELECT(COLS(a), JOINS(join_spec(CORM_OP_JOIN, &u->node,
                                               leaf(CORM_NODE_TRUE), NULL))),
               "SELECT t.a \nFROM t JOIN u ON true");
}

static void joins_by_foreign_keys(void **state)
{
    (void)state;
    node_t id = col(parent, "id");
    node_t child_id = col(child, "id");
    node_t c_1 = alias(&child->node);
    assert_sql(
        SELECT(COLS(id), JOINS(join_spec(CORM_OP_JOIN, &child->node, NULL, NULL))),
        "SELECT parent.id \nFROM parent JOIN child ON parent.id = child.parent_id");
    assert_sql(SELECT(COLS(child_id),
                      JOINS(join_spec(CORM_OP_LEFT_JOIN, &parent->node, NULL, NULL))),
               "SELECT child.id \nFROM child LEFT OUTER JOIN parent ON parent.id = "
               "child.parent_id");
    assert_sql(
        SELECT(COLS(id), JOINS(join_spec(CORM_OP_JOIN, c_1, NULL, &parent->node))),
        "SELECT parent.id \nFROM parent JOIN child AS child_1 ON parent.id = "
        "child_1.parent_id");
    node_t sub = subquery(SELECT(COLS(&child->node)));
    assert_sql(
        SELECT(COLS(id), JOINS(join_spec(CORM_OP_JOIN, sub, NULL, NULL))),
        "SELECT parent.id \nFROM parent JOIN (SELECT child.id AS id, child.parent_id "
        "AS parent_id \nFROM child) AS anon_1 ON parent.id = anon_1.parent_id");
    /* With an ON clause the left side is what the clause mentions. */
    assert_sql(SELECT(COLS(id), FROM(&t->node, &parent->node),
                      JOINS(join_spec(CORM_OP_JOIN, &u->node, eq(ua, a), NULL))),
               "SELECT parent.id \nFROM t JOIN u ON u.a = t.a, parent");
    assert_compile_error(
        SELECT(COLS(a), JOINS(join_spec(CORM_OP_JOIN, &u->node, NULL, NULL))),
        CORM_E_INVALID_REQUEST, "don't know how to join to 'u'");
    assert_compile_error(
        SELECT(COLS(id, colref(c_1, child_id, "id")),
               JOINS(join_spec(CORM_OP_JOIN, &u->node, eq(ua, uc), NULL))),
        CORM_E_INVALID_REQUEST, "can't determine which FROM");
    assert_compile_error(SELECT(COLS(join(CORM_OP_JOIN, &t->node, &u->node, NULL))),
                         CORM_E_NO_FOREIGN_KEYS,
                         "any foreign key relationships between 't' and");
    foreign_key(column(child, "other_id", &corm_type_integer, 0),
                corm_table_find(parent, "id", 2));
    assert_compile_error(
        SELECT(COLS(join(CORM_OP_JOIN, &parent->node, &child->node, NULL))),
        CORM_E_AMBIGUOUS_KEYS, "more than one foreign key");
}

static void combines_selects(void **state)
{
    (void)state;
    node_t first = SELECT(COLS(a));
    node_t second = SELECT(COLS(b));
    assert_sql(compound(CORM_OP_UNION, KIDS(first, second)),
               "SELECT t.a \nFROM t UNION SELECT t.b \nFROM t");
    node_t limited = SELECT(COLS(a), [CORM_SELECT_LIMIT] = bind_int(NULL, 1));
    node_t ordered = SELECT(COLS(b), ORDER(b));
    assert_sql(
        compound(CORM_OP_UNION_ALL, KIDS(limited, ordered)),
        "(SELECT t.a \nFROM t\n LIMIT :param_1) UNION ALL (SELECT t.b \nFROM t ORDER "
        "BY t.b)");
    node_t nested = compound(CORM_OP_EXCEPT,
                             KIDS(first, compound(CORM_OP_UNION, KIDS(second, first))));
    assert_sql(
        SELECT(COLS(subquery(nested))),
        "SELECT anon_1.a \nFROM (SELECT t.a AS a \nFROM t EXCEPT (SELECT t.b AS b "
        "\nFROM t UNION SELECT t.a AS a \nFROM t)) AS anon_1");
    node_t kids[CORM_COMPOUND_SLOTS + 2] = {
        [CORM_COMPOUND_ORDER_BY] = COMMA(label_ref("a"), unary(CORM_OP_DESC, a), b),
        [CORM_COMPOUND_LIMIT] = bind_int(NULL, 5),
        [CORM_COMPOUND_SLOTS] = first,
        [CORM_COMPOUND_SLOTS + 1] = second,
    };
    assert_sql(make((struct corm_node_spec){ .kind = CORM_NODE_COMPOUND,
                                             .op = CORM_OP_UNION,
                                             .nkids = CORM_COMPOUND_SLOTS + 2,
                                             .kid = kids }),
               "SELECT t.a \nFROM t UNION SELECT t.b \nFROM t ORDER BY a, a DESC, "
               "t.b\n LIMIT :param_1");
    assert_compile_error(compound(CORM_OP_UNION, KIDS(first, SELECT(COLS(a, b)))),
                         CORM_E_COMPILE, "select #1 has 1, select #2 has 2");
}

static void writes_common_tables(void **state)
{
    (void)state;
    node_t one = source(CORM_NODE_CTE, "one", SELECT(COLS(a)), 0);
    assert_sql(
        SELECT(COLS(colref(one, a, "a"), b), WHERE(eq(colref(one, a, "a"), b))),
        "WITH one AS \n(SELECT t.a AS a \nFROM t)\n SELECT one.a, t.b \nFROM one, t "
        "\nWHERE one.a = t.b");
    node_t anonymous = source(CORM_NODE_CTE, NULL, SELECT(COLS(a)), 0);
    node_t two = source(
        CORM_NODE_CTE, "two",
        SELECT(COLS(colref(anonymous, a, "a")), WHERE(eq(a, bind_int("a", 1)))), 0);
    /* The parameter of the CTE comes first, although it is written last. */
    struct corm_compiled *compiled =
        compile_with(SELECT(COLS(colref(two, a, "a")), WHERE(eq(b, bind_int("b", 2)))),
                     OPTIONS(&corm_dialect_default));
    assert_string_equal(
        compiled->sql,
        "WITH anon_1 AS \n(SELECT t.a AS a \nFROM t), \ntwo AS \n(SELECT "
        "anon_1.a AS a \nFROM anon_1, t \nWHERE t.a = :a_1)\n SELECT two.a "
        "\nFROM two, t \nWHERE t.b = :b_1");
    assert_string_equal(compiled->slots[0].name, "a_1");
    assert_string_equal(compiled->slots[1].name, "b_1");
    corm_compiled_unref(compiled);
    node_t clash = source(CORM_NODE_CTE, "one", SELECT(COLS(b)), 0);
    assert_compile_error(SELECT(COLS(colref(one, a, "a"), colref(clash, b, "b"))),
                         CORM_E_COMPILE, "same name: 'one'");
}

static void writes_recursive_tables(void **state)
{
    (void)state;
    node_t base = SELECT(COLS(label("x", a), label("n", bind_int(NULL, 1))));
    node_t c = source(CORM_NODE_CTE, "c", base, CORM_NODE_VARIANT);
    node_t n = colref(c, bind_int(NULL, 0), "n");
    node_t step = SELECT(COLS(colref(c, a, "x"), op(CORM_OP_ADD, n, bind_int("n", 1))),
                         WHERE(op(CORM_OP_LT, n, bind_int("n", 5))));
    node_t whole = make((struct corm_node_spec){
        .kind = CORM_NODE_CTE,
        .flags = CORM_NODE_VARIANT,
        .id = c->id,
        .name = "c",
        .name_len = 1,
        .nkids = 2,
        .kid = KIDS(compound(CORM_OP_UNION_ALL, KIDS(base, step)), c) });
    assert_sql(
        SELECT(COLS(colref(whole, a, "x"))),
        "WITH RECURSIVE c(x, n) AS \n(SELECT t.a AS x, :param_1 AS n \nFROM t UNION "
        "ALL SELECT c.x AS x, c.n + :n_1 AS anon_1 \nFROM c \nWHERE c.n < :n_2)\n "
        "SELECT c.x \nFROM c");
}

static void selects_from_values_and_functions(void **state)
{
    (void)state;
    node_t va = &column(NULL, "a", &corm_type_integer, 0)->node;
    node_t vb = &column(NULL, "b", &corm_type_string, 0)->node;
    node_t values = make((struct corm_node_spec){
        .kind = CORM_NODE_VALUES,
        .id = corm_node_next_id(),
        .name = "v",
        .name_len = 1,
        .nkids = 3,
        .kid = KIDS(COMMA(va, vb), TUPLE(bind_int(NULL, 1), bind_text(NULL, "x")),
                    TUPLE(bind_int(NULL, 2), bind_text(NULL, "y"))) });
    assert_sql(
        SELECT(COLS(values)),
        "SELECT v.a, v.b \nFROM (VALUES (:param_1, :param_2), (:param_3, :param_4)) "
        "AS v (a, b)");
    node_t function = make((struct corm_node_spec){
        .kind = CORM_NODE_TABLE_FUNCTION,
        .flags = CORM_NODE_ANONYMOUS | CORM_NODE_VARIANT,
        .id = corm_node_next_id(),
        .nkids = 2,
        .kid = KIDS(CALL("json_each", NULL, a), COMMA(va, vb)) });
    assert_sql(SELECT(COLS(function)),
               "SELECT anon_1.a, anon_1.b \nFROM json_each(t.a) AS anon_1(a, b)");
}

static void takes_text_as_statement(void **state)
{
    (void)state;
    node_t statement = make((struct corm_node_spec){
        .kind = CORM_NODE_STATEMENT_TEXT,
        .flags = CORM_NODE_VARIANT,
        .nkids = 4,
        .kid = KIDS(text("select a, b from t where a = :x"), NULL, a, b) });
    struct corm_compiled *compiled =
        compile_with(statement, OPTIONS(&corm_dialect_default));
    assert_string_equal(compiled->sql, "select a, b from t where a = :x");
    assert_int_equal(compiled->ncolumns, 2);
    assert_true(compiled->columns[1].column_id == b->id);
    assert_false(compiled->is_by_name);
    corm_compiled_unref(compiled);
}

static void lists_the_columns_of_queries(void **state)
{
    (void)state;
    struct corm_query_column *columns;
    uint32_t count;
    struct corm_error err;
    node_t select = SELECT(
        COLS(a, ua, a, CALL("count", NULL, a), op(CORM_OP_ADD, a, b), label("q", b)));
    struct corm_column_lists lists = { .arena = &kit.arena };
    assert_int_equal(corm_query_columns(select, &lists, &columns, &count, &err),
                     CORM_OK);
    corm_column_lists_release(&lists);

    const char *const keys[] = { "a", "a_1", "a_2", "count", "_no_label", "q" };
    const bool anonymous[] = { false, true, false, true, true, false };
    assert_int_equal(count, 6);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(columns[i].key_len, strlen(keys[i]));
        assert_memory_equal(columns[i].key, keys[i], columns[i].key_len);
        assert_int_equal(columns[i].is_anonymous, anonymous[i]);
    }
    assert_ptr_equal(columns[1].expr, ua);
}

/* Allocations that it takes to compile SELECT … FROM (SELECT … FROM (…)), so deep. */
static unsigned long allocations_of_nested(unsigned depth)
{
    enum { MANY = 1000000 };
    struct corm_compiled *compiled;
    struct corm_error err;
    node_t select = SELECT(COLS(a, b));
    for (unsigned i = 0; i < depth; i++) {
        select = SELECT(COLS(subquery(select)));
    }
    corm_alloc_fail_after(MANY, false);
    assert_int_equal(
        corm_compile(select, OPTIONS(&corm_dialect_default), &compiled, &err), CORM_OK);
    unsigned long left = corm_alloc_fail_left();
    corm_alloc_fail_after(0, false);
    corm_compiled_unref(compiled);
    return MANY - left;
}

static void takes_each_level_once(void **state)
{
    (void)state;
    assert_true(allocations_of_nested(64) < 3 * allocations_of_nested(32));
}

/* Building the tree must not be what fails: it is built once, before. */
static node_t swept;

static bool compile_swept(void *state)
{
    (void)state;
    struct corm_compiled *compiled;
    struct corm_error err;
    enum corm_rc rc =
        corm_compile(swept, OPTIONS(&corm_dialect_default), &compiled, &err);
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
    node_t cte = source(CORM_NODE_CTE, "c", SELECT(COLS(a)), 0);
    node_t p_1 = alias(&parent->node);
    swept = SELECT(
        COLS(a, ua, subquery(SELECT(COLS(b, CALL("count", NULL, a)))), label("q", b)),
        WHERE(AND(eq(a, bind_int("a", 1)), op(CORM_OP_LIKE, uc, bind_text("c", "x")),
                  exists(SELECT(COLS(colref(cte, a, "a")))))),
        ORDER(label_ref("q")), [CORM_SELECT_LIMIT] = bind_int(NULL, 1),
        JOINS(join_spec(CORM_OP_JOIN, p_1, eq(a, colref(p_1, a, "id")), NULL)));
    alloc_sweep(compile_swept, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_tables, sql_close)
    const struct CMUnitTest tests[] = {
        TEST(selects_from_what_columns_mention),
        TEST(writes_all_clauses_in_order),
        TEST(limits_prefixes_to_their_dialect),
        TEST(labels_what_has_no_name),
        TEST(disambiguates_repeated_names),
        TEST(describes_its_columns),
        TEST(orders_by_labels),
        TEST(names_aliases),
        TEST(selects_from_subqueries),
        TEST(correlates),
        TEST(joins),
        TEST(joins_by_foreign_keys),
        TEST(combines_selects),
        TEST(writes_common_tables),
        TEST(writes_recursive_tables),
        TEST(selects_from_values_and_functions),
        TEST(takes_text_as_statement),
        TEST(lists_the_columns_of_queries),
        TEST(takes_each_level_once),
        TEST(survives_any_failing_allocation),
    };
    return cmocka_run_group_tests_name("sql/select", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "sql/compile.h"
#include "sql/expand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "sql_kit.h"

enum { BINDS_MAX = 64 };

static struct corm_table *t;
static node_t a, b;
static struct corm_compile_cache *cache;
static const struct corm_node *bind_items[BINDS_MAX];
static struct corm_binds binds;

static int open_cache(void **state)
{
    sql_open(state);
    t = table("t", NULL);
    a = &column(t, "a", &corm_type_integer, 0)->node;
    b = &column(t, "b", &corm_type_integer, 0)->node;
    cache = corm_compile_cache_new(100);
    assert_non_null(cache);
    binds = (struct corm_binds){ .items = bind_items, .cap = BINDS_MAX };
    return 0;
}

static int close_cache(void **state)
{
    corm_compile_cache_free(cache);
    return sql_close(state);
}

/* Compile through the cache; the statement is kept by the cache alone. */
static const struct corm_compiled *
get(node_t statement, const struct corm_compile_options *options, bool hit)
{
    struct corm_compiled *compiled = NULL;
    struct corm_error err = { 0 };
    bool was_hit = !hit;
    enum corm_rc rc = corm_compile_cache_get(cache, statement, options, &binds,
                                             &compiled, &was_hit, &err);
    if (rc != CORM_OK) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(was_hit, hit);
    assert_non_null(compiled);
    corm_compiled_unref(compiled);
    return compiled;
}

static node_t where_a_is(node_t value)
{
    return SELECT(COLS(a), WHERE(op(CORM_OP_EQ, a, value)));
}

static void finds_the_same_shape(void **state)
{
    (void)state;
    const struct corm_compile_options *options = OPTIONS(&corm_dialect_default);
    const struct corm_compiled *first =
        get(where_a_is(bind_int("a", 1)), options, false);
    node_t five = bind_int("a", 5);
    assert_ptr_equal(get(where_a_is(five), options, true), first);
    assert_int_equal(binds.count, 1);
    assert_ptr_equal(binds.items[0], five);
    get(where_a_is(bind_text("a", "x")), options, false);
    get(SELECT(COLS(b), WHERE(op(CORM_OP_EQ, a, five))), options, false);
}

/* A statement that is kept, executed between others of its shape. */
static void gives_each_statement_its_own_binds(void **state)
{
    (void)state;
    const struct corm_compile_options *options = OPTIONS(&corm_dialect_default);
    node_t five = bind_int("a", 5);
    node_t six = bind_int("a", 6);
    node_t kept = where_a_is(five);
    node_t other = where_a_is(six);
    get(kept, options, false);
    for (int i = 0; i < 3; i++) {
        get(kept, options, true);
        assert_ptr_equal(binds.items[0], five);
        get(kept, options, true);
        assert_int_equal(binds.count, 1);
        assert_ptr_equal(binds.items[0], five);
        get(other, options, true);
        assert_ptr_equal(binds.items[0], six);
    }
    struct corm_compile_options many = *options;
    many.for_executemany = true;
    get(kept, &many, false);
}

/* Its memory belongs to another statement of the same shape by now. */
static void tells_a_statement_from_the_one_before_it_in_memory(void **state)
{
    (void)state;
    const struct corm_compile_options *options = OPTIONS(&corm_dialect_default);
    node_t kept = where_a_is(bind_int("a", 5));
    node_t six = bind_int("a", 6);
    node_t other = where_a_is(six);
    get(kept, options, false);
    get(kept, options, true);
    get(kept, options, true);
    struct corm_node_spec spec = {
        .kind = other->kind,
        .op = other->op,
        .flags = other->flags,
        .nkids = other->nkids,
        .kid = other->kid,
        .value = other->value,
        .type = other->type,
    };
    corm_node_init((void *)(uintptr_t)kept, &spec);
    get(kept, options, true);
    assert_ptr_equal(binds.items[0], six);
}

static void matches_aliases_by_their_place(void **state)
{
    (void)state;
    const struct corm_compile_options *options = OPTIONS(&corm_dialect_default);
    for (int i = 0; i < 2; i++) {
        node_t x = alias(&t->node);
        node_t y = alias(&t->node);
        get(SELECT(COLS(colref(x, a, "a"), colref(y, a, "a"))), options, i > 0);
    }
    /* One alias twice is another statement than two aliases. */
    node_t x = alias(&t->node);
    assert_string_equal(
        get(SELECT(COLS(colref(x, a, "a"), colref(x, a, "a"))), options, false)->sql,
        "SELECT t_1.a, t_1.a AS a__1 \nFROM t AS t_1");
}

static void tells_shared_parameters_from_equal_ones(void **state)
{
    (void)state;
    const struct corm_compile_options *options = OPTIONS(&corm_dialect_default);
    node_t x = bind_int("a", 1);
    node_t y = bind_int("a", 1);
    assert_string_equal(
        get(AND(op(CORM_OP_EQ, a, x), op(CORM_OP_EQ, a, x)), options, false)->sql,
        "t.a = :a_1 AND t.a = :a_1");
    assert_string_equal(
        get(AND(op(CORM_OP_EQ, a, x), op(CORM_OP_EQ, a, y)), options, false)->sql,
        "t.a = :a_1 AND t.a = :a_2");
    get(AND(op(CORM_OP_EQ, a, y), op(CORM_OP_EQ, a, y)), options, true);
    get(AND(op(CORM_OP_EQ, a, y), op(CORM_OP_EQ, a, x)), options, true);
}

/* The fingerprint says they are equal; both have to live, each with its own text. */
static void keeps_apart_what_only_hashes_alike(void **state)
{
    (void)state;
    const struct corm_compile_options *options = OPTIONS(&corm_dialect_default);
    struct corm_node *one = (struct corm_node *)(uintptr_t)where_a_is(bind_int("a", 1));
    struct corm_node *other = (struct corm_node *)(uintptr_t)SELECT(COLS(b));
    other->fp = one->fp;
    const struct corm_compiled *first = get(one, options, false);
    const struct corm_compiled *second = get(other, options, false);
    assert_string_equal(second->sql, "SELECT t.b \nFROM t");
    assert_ptr_equal(get(one, options, true), first);
    assert_ptr_equal(get(other, options, true), second);
}

static void keeps_options_apart(void **state)
{
    (void)state;
    node_t insert = INSERT(&t->node);
    const char *const keys_a[] = { "a" };
    const char *const keys_b[] = { "b" };
    struct corm_compile_options options = { .dialect = &corm_dialect_default,
                                            .column_keys = keys_a,
                                            .ncolumn_keys = 1,
                                            .has_column_keys = true };
    get(insert, &options, false);
    get(insert, &options, true);
    options.column_keys = keys_b;
    assert_string_equal(get(insert, &options, false)->sql,
                        "INSERT INTO t (b) VALUES (:b)");
    struct corm_schema_pair pair = { NULL, "s" };
    struct corm_schema_map map = { &pair, 1 };
    options.schema_map = &map;
    assert_string_equal(get(insert, &options, false)->sql,
                        "INSERT INTO s.t (b) VALUES (:b)");
    pair.to = "s2";
    get(insert, &options, false);
    get(insert, &options, true);
}

/* The cache keeps nothing: the caller's reference is the only one. */
static void check_not_kept(node_t statement, const struct corm_compile_options *options,
                           const char *expected)
{
    struct corm_compiled *compiled = NULL;
    struct corm_error err = { 0 };
    bool hit = true;
    assert_int_equal(corm_compile_cache_get(cache, statement, options, &binds,
                                            &compiled, &hit, &err),
                     CORM_OK);
    assert_false(hit);
    assert_string_equal(compiled->sql, expected);
    assert_int_equal(compiled->refs, 1);
    corm_compiled_unref(compiled);
}

static void compiles_anew_what_cannot_be_kept(void **state)
{
    (void)state;
    struct corm_compile_options options = { .dialect = &corm_dialect_default,
                                            .literal_binds = true };
    check_not_kept(where_a_is(bind_int("a", 1)), &options,
                   "SELECT t.a \nFROM t \nWHERE t.a = 1");
    check_not_kept(where_a_is(bind_int("a", 2)), &options,
                   "SELECT t.a \nFROM t \nWHERE t.a = 2");
    node_t odd =
        SELECT(COLS(named(CORM_NODE_TEXT, "x", CORM_NODE_UNCACHEABLE, KIDS())));
    options.literal_binds = false;
    check_not_kept(odd, &options, "SELECT x");
    check_not_kept(odd, &options, "SELECT x");
}

static void asks_for_room(void **state)
{
    (void)state;
    struct corm_compiled *compiled;
    struct corm_error err;
    bool hit;
    binds.cap = 1;
    node_t two =
        AND(op(CORM_OP_EQ, a, bind_int("a", 1)), op(CORM_OP_EQ, b, bind_int("b", 2)));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(corm_compile_cache_get(cache, two,
                                                OPTIONS(&corm_dialect_default), &binds,
                                                &compiled, &hit, &err),
                         CORM_OK);
        assert_null(compiled);
        assert_int_equal(binds.count, 2);
        binds.cap = BINDS_MAX;
        get(two, OPTIONS(&corm_dialect_default), i > 0);
        binds.cap = 1;
    }
}

static void forgets_the_oldest(void **state)
{
    (void)state;
    struct corm_compile_cache *small = corm_compile_cache_new(1);
    struct corm_compile_cache *large = cache;
    cache = small;
    const struct corm_compile_options *options = OPTIONS(&corm_dialect_default);
    get(where_a_is(bind_int("a", 1)), options, false);
    get(SELECT(COLS(b)), options, false);
    /* It was given back when it was pushed out, so it has to be compiled again. */
    get(where_a_is(bind_int("a", 1)), options, false);
    cache = large;
    corm_compile_cache_free(small);
}

static void counts_sources_by_the_origin(void **state)
{
    (void)state;
    node_t one = bind_int("a", 1);
    node_t two = bind_int("b", 2);
    node_t origin = AND(op(CORM_OP_EQ, b, two), op(CORM_OP_EQ, a, one));
    node_t rewritten = SELECT(
        COLS(a),
        WHERE(AND(op(CORM_OP_EQ, a, one), op(CORM_OP_EQ, b, bind_int(NULL, 77)))));
    struct corm_compile_options options = { .dialect = &corm_dialect_default,
                                            .origin = origin };
    struct corm_compiled *compiled = compile_with(rewritten, &options);
    assert_int_equal(compiled->slots[0].source, 1);
    assert_int_equal(compiled->slots[1].source, CORM_SOURCE_CONSTANT);
    assert_int_equal(compiled->slots[1].constant.as.i, 77);
    corm_compile_cache_put(cache, &options, compiled);
    corm_compiled_unref(compiled);
    options.origin = NULL;
    struct corm_compiled *found = NULL;
    corm_compile_cache_find(cache, origin, &options, &binds, &found);
    assert_ptr_equal(found, compiled);
    assert_ptr_equal(binds.items[0], two);
    corm_compiled_unref(found);
    corm_compile_cache_find(cache, rewritten, &options, &binds, &found);
    assert_null(found);
}

static int plans_freed;

static void free_plan(void *plan)
{
    assert_ptr_equal(plan, &plans_freed);
    plans_freed++;
}

static void frees_the_plan_with_the_last_reference(void **state)
{
    (void)state;
    struct corm_compiled *compiled = compile_with(a, OPTIONS(&corm_dialect_default));
    compiled->plan = &plans_freed;
    compiled->plan_free = free_plan;
    corm_compiled_unref(corm_compiled_ref(compiled));
    assert_int_equal(plans_freed, 0);
    corm_compiled_unref(compiled);
    assert_int_equal(plans_freed, 1);
    corm_compiled_unref(NULL);
}

/* A select of about 50 nodes. */
static node_t typical(void)
{
    node_t t_1 = alias(&t->node);
    return SELECT(
        COLS(a, b, colref(t_1, a, "a"), colref(t_1, b, "b"),
             CALL("count", &corm_type_integer, a)),
        JOINS(
            join_spec(CORM_OP_JOIN, t_1, op(CORM_OP_EQ, colref(t_1, a, "a"), b), NULL)),
        WHERE(AND(op(CORM_OP_EQ, a, bind_int("a", 1)),
                  op(CORM_OP_GT, b, bind_int("b", 2)),
                  OR(op(CORM_OP_LT, a, bind_int("a", 3)),
                     op(CORM_OP_EQ, colref(t_1, b, "b"), bind_int("b", 4))))),
        GROUP(a, b),
        ORDER(unary(CORM_OP_DESC, a)), [CORM_SELECT_LIMIT] = bind_int(NULL, 10));
}

static void hits_without_allocating(void **state)
{
    (void)state;
    const struct corm_compile_options *options = OPTIONS(&corm_dialect_default);
    get(typical(), options, false);
    node_t again = typical();
    corm_alloc_fail_after(1, true);
    get(again, options, true);
    assert_false(corm_alloc_did_fail());
    corm_alloc_fail_after(0, false);
    assert_int_equal(binds.count, 5);
}

static bool cache_swept(void *state)
{
    struct corm_compile_cache *own = corm_compile_cache_new(10);
    struct corm_compiled *compiled;
    struct corm_error err;
    bool hit;
    if (own == NULL) {
        return false;
    }
    enum corm_rc rc = corm_compile_cache_get(own, state, OPTIONS(&corm_dialect_default),
                                             &binds, &compiled, &hit, &err);
    if (rc == CORM_OK) {
        corm_compiled_unref(compiled);
    } else {
        assert_int_equal(rc, CORM_E_NO_MEMORY);
    }
    corm_compile_cache_free(own);
    return rc == CORM_OK;
}

static void survives_any_failing_allocation(void **state)
{
    (void)state;
    node_t statement = typical();
    alloc_sweep(cache_swept, (void *)(uintptr_t)statement);
}

static struct corm_value list_value(const struct corm_bind_list *list)
{
    struct corm_value value = { .tag = CORM_TAG_OBJECT };
    memcpy(&value.as.p, &list, sizeof(list));
    return value;
}

static void check_render(const struct corm_compiled *compiled,
                         const struct corm_value *values, const char *expected,
                         size_t nparams)
{
    struct corm_strbuf out;
    struct corm_error err = { 0 };
    corm_strbuf_init(&out);
    if (corm_compiled_render(compiled, values, &out, &err) != CORM_OK) {
        fail_msg("%s", err.message);
    }
    assert_string_equal(out.data, expected);
    assert_int_equal(corm_compiled_param_count(compiled, values), nparams);
    corm_strbuf_release(&out);
}

static void renders_lists_of_any_length(void **state)
{
    (void)state;
    struct corm_dialect dollar = corm_dialect_default;
    dollar.paramstyle = CORM_PARAM_DOLLAR;
    struct corm_value items[4] = { corm_value_int(1), corm_value_int(2),
                                   corm_value_int(3), corm_value_int(4) };
    struct corm_bind_list three = { 3, 1, items };
    struct corm_bind_list none = { 0, 1, NULL };
    struct corm_bind_list pairs = { 2, 2, items };
    node_t where = AND(op(CORM_OP_EQ, a, bind_int("a", 1)),
                       op(CORM_OP_IN, a, bind_list("a", &none)),
                       op(CORM_OP_NOT_IN, b, bind_list("b", &none)),
                       op(CORM_OP_EQ, b, bind_int("b", 1)));
    struct corm_compiled *compiled = compile_with(where, OPTIONS(&dollar));
    assert_true(compiled->has_expanding);
    struct corm_value values[4] = { corm_value_int(1), list_value(&three),
                                    list_value(&three), corm_value_int(2) };
    check_render(
        compiled, values,
        "t.a = $1 AND t.a IN ($2, $3, $4) AND (t.b NOT IN ($5, $6, $7)) AND t.b = $8",
        8);
    values[1] = values[2] = list_value(&none);
    check_render(
        compiled, values,
        "t.a = $1 AND t.a IN (NULL) AND (1 != 1) AND (t.b NOT IN (NULL) OR (1 = 1)) "
        "AND t.b = $2",
        2);
    values[1] = corm_value_int(5);
    struct corm_strbuf out;
    struct corm_error err;
    corm_strbuf_init(&out);
    assert_int_equal(corm_compiled_render(compiled, values, &out, &err),
                     CORM_E_COMPILE);
    corm_strbuf_release(&out);
    corm_compiled_unref(compiled);
    compiled = compile_with(op(CORM_OP_IN, TUPLE(a, b), bind_list(NULL, &pairs)),
                            OPTIONS(&corm_dialect_default));
    values[0] = list_value(&pairs);
    check_render(compiled, values,
                 "(t.a, t.b) IN ((:param_1_1_1, :param_1_1_2), (:param_1_2_1, "
                 ":param_1_2_2))",
                 4);
    corm_compiled_unref(compiled);
}

static void renders_literals_when_executed(void **state)
{
    (void)state;
    node_t bind = make((struct corm_node_spec){ .kind = CORM_NODE_BIND,
                                                .flags = CORM_NODE_LITERAL_EXECUTE,
                                                .type = &corm_type_string,
                                                .name = "x",
                                                .name_len = 1 });
    struct corm_compiled *compiled =
        compile_with(AND(op(CORM_OP_EQ, a, bind), op(CORM_OP_EQ, b, bind_int("b", 1))),
                     OPTIONS(&corm_dialect_default));
    assert_string_equal(compiled->sql, "t.a = __[POSTCOMPILE_x] AND t.b = :b_1");
    struct corm_value values[2] = { text_value("it's"), corm_value_int(1) };
    check_render(compiled, values, "t.a = 'it''s' AND t.b = :b_1", 1);
    corm_compiled_unref(compiled);
}

static void renders_many_rows(void **state)
{
    (void)state;
    struct corm_dialect dollar = corm_dialect_default;
    dollar.paramstyle = CORM_PARAM_DOLLAR;
    struct corm_compiled *compiled = compile_with(
        INSERT(&t->node, [CORM_INSERT_RETURNING] = COMMA(a)), OPTIONS(&dollar));
    struct corm_strbuf out;
    struct corm_error err;
    corm_strbuf_init(&out);
    assert_int_equal(corm_compiled_render_rows(compiled, 3, &out, &err), CORM_OK);
    assert_string_equal(out.data,
                        "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), ($5, $6) "
                        "RETURNING t.a");
    corm_strbuf_release(&out);
    corm_compiled_unref(compiled);
    node_t counted = CALL("count", NULL, bind_int(NULL, 1));
    compiled = compile_with(INSERT(&t->node, [CORM_INSERT_RETURNING] = COMMA(counted)),
                            OPTIONS(&dollar));
    assert_int_equal(compiled->values_len,
                     0); /* its parameter would be sent for each row */
    corm_compiled_unref(compiled);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cache, close_cache)
    const struct CMUnitTest tests[] = {
        TEST(finds_the_same_shape),
        TEST(gives_each_statement_its_own_binds),
        TEST(tells_a_statement_from_the_one_before_it_in_memory),
        TEST(matches_aliases_by_their_place),
        TEST(tells_shared_parameters_from_equal_ones),
        TEST(keeps_apart_what_only_hashes_alike),
        TEST(keeps_options_apart),
        TEST(compiles_anew_what_cannot_be_kept),
        TEST(asks_for_room),
        TEST(forgets_the_oldest),
        TEST(counts_sources_by_the_origin),
        TEST(frees_the_plan_with_the_last_reference),
        TEST(hits_without_allocating),
        TEST(survives_any_failing_allocation),
        TEST(renders_lists_of_any_length),
        TEST(renders_literals_when_executed),
        TEST(renders_many_rows),
    };
    return cmocka_run_group_tests_name("sql/cache", tests, NULL, NULL);
}

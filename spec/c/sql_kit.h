/* SPDX-License-Identifier: MIT */
/*
 * Building nodes in an arena for tests of the SQL layer. Everything hangs on one arena
 * that a test opens with sql_open() and closes with sql_close(). Include after cmocka.h.
 */
#ifndef CORM_SPEC_SQL_KIT_H
#define CORM_SPEC_SQL_KIT_H

#include "base/alloc.h"
#include "sql/compile.h"
#include "sql/dialect.h"
#include "sql/schema.h"
#include "sql/statement.h"

#include <stdio.h>
#include <string.h>

enum { SQL_KIT_KIDS_MAX = 16, SQL_KIT_COLUMNS_MAX = 64 };

/* What a test builds in; columns own a little heap memory. */
struct sql_kit {
    struct corm_arena arena;
    struct corm_column *columns[SQL_KIT_COLUMNS_MAX];
    size_t ncolumns;
    struct corm_table *tables[SQL_KIT_COLUMNS_MAX];
    size_t ntables;
};

static struct sql_kit kit;

static inline int sql_open(void **state)
{
    (void)state;
    memset(&kit, 0, sizeof(kit));
    return 0;
}

static inline int sql_close(void **state)
{
    (void)state;
    for (size_t i = 0; i < kit.ncolumns; i++) {
        corm_column_release(kit.columns[i]);
    }
    for (size_t i = 0; i < kit.ntables; i++) {
        for (size_t k = 0; k < kit.tables[i]->constraints.count; k++) {
            corm_vec_release(&kit.tables[i]->constraints.items[k]->columns);
            corm_vec_release(&kit.tables[i]->constraints.items[k]->elements);
        }
        corm_table_release(kit.tables[i]);
    }
    corm_arena_release(&kit.arena);
    return 0;
}

typedef const struct corm_node *node_t;

static inline node_t make(struct corm_node_spec spec)
{
    node_t node = corm_node_new(&kit.arena, &spec);
    assert_non_null(node);
    return node;
}

/* Kids as an array ended by the address of this. */
static const struct corm_node kids_end;

static inline uint32_t count_kids(const node_t *kids)
{
    uint32_t count = 0;
    while (kids[count] != &kids_end) {
        count++;
    }
    return count;
}

#define KIDS(...) ((const node_t[]){ __VA_ARGS__ __VA_OPT__(, ) & kids_end })

static inline node_t node_of(unsigned kind, unsigned op, const struct corm_type *type,
                             const node_t *kids)
{
    return make((struct corm_node_spec){ .kind = (uint8_t)kind,
                                         .op = (uint8_t)op,
                                         .type = type,
                                         .nkids = count_kids(kids),
                                         .kid = kids });
}

static inline node_t leaf(unsigned kind)
{
    return make(
        (struct corm_node_spec){ .kind = (uint8_t)kind, .type = &corm_type_boolean });
}

static inline node_t named(unsigned kind, const char *name, unsigned flags,
                           const node_t *kids)
{
    return make((struct corm_node_spec){ .kind = (uint8_t)kind,
                                         .flags = (uint16_t)flags,
                                         .name = name,
                                         .name_len = name == NULL ? 0 : strlen(name),
                                         .nkids = count_kids(kids),
                                         .kid = kids });
}

static inline node_t text(const char *sql)
{
    return named(CORM_NODE_TEXT, sql, 0, KIDS());
}

static inline node_t literal(const char *sql)
{
    return named(CORM_NODE_LITERAL, sql, 0, KIDS());
}

/* A parameter made from a value, its name made up from hint (NULL: param). */
static inline node_t bind_value(const char *hint, struct corm_value value)
{
    return make((struct corm_node_spec){ .kind = CORM_NODE_BIND,
                                         .flags = CORM_NODE_ANONYMOUS,
                                         .type = corm_type_of_value(&value),
                                         .name = hint,
                                         .name_len = hint == NULL ? 0 : strlen(hint),
                                         .value = value });
}

static inline node_t bind_int(const char *hint, int64_t i)
{
    return bind_value(hint, corm_value_int(i));
}

static inline struct corm_value text_value(const char *s)
{
    return corm_value_bytes(CORM_TAG_TEXT, s, strlen(s));
}

static inline node_t bind_text(const char *hint, const char *s)
{
    return bind_value(hint, text_value(s));
}

/* bindparam("name"): a value must come. */
static inline node_t bind_named(const char *name)
{
    return make((struct corm_node_spec){ .kind = CORM_NODE_BIND,
                                         .flags = CORM_NODE_REQUIRED,
                                         .type = &corm_type_integer,
                                         .name = name,
                                         .name_len = strlen(name) });
}

static inline node_t bind_list(const char *hint, const struct corm_bind_list *list)
{
    struct corm_value value = { .tag = CORM_TAG_OBJECT };
    memcpy(&value.as.p, &list, sizeof(list));
    return make(
        (struct corm_node_spec){ .kind = CORM_NODE_BIND,
                                 .flags = CORM_NODE_ANONYMOUS | CORM_NODE_EXPANDING,
                                 .type = &corm_type_integer,
                                 .name = hint,
                                 .name_len = hint == NULL ? 0 : strlen(hint),
                                 .value = value });
}

/* a op b, with the type that it really has */
static inline node_t op(enum corm_op operator, node_t a, node_t b)
{
    const struct corm_type *type;
    operator= corm_op_adapt(operator, a->type, b->type, &type);
    return node_of(CORM_NODE_BINARY, operator, type, KIDS(a, b));
}

static inline node_t unary(enum corm_op operator, node_t a)
{
    const struct corm_type *type =
        corm_op_has(operator, CORM_OP_BOOLEAN) ? &corm_type_boolean : a->type;
    return node_of(CORM_NODE_UNARY, operator, type, KIDS(a));
}

static inline node_t negated(node_t a)
{
    node_t slot;
    struct corm_node_spec spec;
    node_t existing = corm_node_negate(a, &slot, &spec);
    return existing != NULL ? existing : make(spec);
}

#define LIST(operator, ...) \
    node_of(CORM_NODE_LIST, (operator), &corm_type_boolean, KIDS(__VA_ARGS__))
#define AND(...)                 LIST(CORM_OP_AND, __VA_ARGS__)
#define OR(...)                  LIST(CORM_OP_OR, __VA_ARGS__)
#define COMMA(...)               LIST(CORM_OP_COMMA, __VA_ARGS__)
#define TUPLE(...)               node_of(CORM_NODE_TUPLE, 0, NULL, KIDS(__VA_ARGS__))
#define CALL(called, type_, ...) make_call((called), (type_), KIDS(__VA_ARGS__))

static inline node_t make_call(const char *name, const struct corm_type *type,
                               const node_t *kids)
{
    return make((struct corm_node_spec){ .kind = CORM_NODE_FUNCTION,
                                         .type = type,
                                         .name = name,
                                         .name_len = strlen(name),
                                         .nkids = count_kids(kids),
                                         .kid = kids });
}

static inline node_t between(node_t a, node_t low, node_t high)
{
    return node_of(CORM_NODE_BETWEEN, CORM_OP_BETWEEN, &corm_type_boolean,
                   KIDS(a, low, high));
}

static inline node_t label(const char *name, node_t a)
{
    return make((struct corm_node_spec){ .kind = CORM_NODE_LABEL,
                                         .type = a->type,
                                         .name = name,
                                         .name_len = strlen(name),
                                         .nkids = 1,
                                         .kid = &a });
}

static inline node_t label_ref(const char *name)
{
    return named(CORM_NODE_LABEL, name, 0, KIDS(NULL));
}

static inline node_t typed(unsigned kind, const struct corm_type *type, node_t a)
{
    return node_of(kind, 0, type, KIDS(a));
}

/* An alias, subquery or CTE; name NULL is anonymous. */
static inline node_t source(unsigned kind, const char *name, node_t inner,
                            unsigned flags)
{
    return make((struct corm_node_spec){
        .kind = (uint8_t)kind,
        .flags = (uint16_t)(flags | (name == NULL ? CORM_NODE_ANONYMOUS : 0)),
        .id = corm_node_next_id(),
        .name = name,
        .name_len = name == NULL ? 0 : strlen(name),
        .nkids = 1,
        .kid = &inner,
    });
}

static inline node_t alias(node_t from)
{
    return source(CORM_NODE_ALIAS, NULL, from, 0);
}

static inline node_t subquery(node_t select)
{
    return source(CORM_NODE_SUBQUERY, NULL, select, 0);
}

/* from.name, where `behind` is the column behind it */
static inline node_t colref(node_t from, node_t behind, const char *name)
{
    return make((struct corm_node_spec){ .kind = CORM_NODE_COLREF,
                                         .type = behind->type,
                                         .name = name,
                                         .name_len = strlen(name),
                                         .nkids = 2,
                                         .kid = (node_t[]){ from, behind } });
}

static inline node_t join(enum corm_op how, node_t left, node_t right, node_t on)
{
    return node_of(CORM_NODE_JOIN, how, NULL, KIDS(left, right, on));
}

static inline node_t join_spec(enum corm_op how, node_t target, node_t on, node_t left)
{
    return node_of(CORM_NODE_JOIN_SPEC, how, NULL, KIDS(target, on, left));
}

/* A statement of a kind with its slots empty; set them before make(). */
struct statement {
    struct corm_node_spec spec;
    node_t kid[SQL_KIT_KIDS_MAX + CORM_SELECT_SLOTS];
};

#define STATEMENT(kind_, nslots, ...)   \
    make_statement(&(struct statement){ \
        .spec = { .kind = (kind_), .nkids = (nslots) }, .kid = { __VA_ARGS__ } })

static inline node_t make_statement(struct statement *statement)
{
    statement->spec.kid = statement->kid;
    return make(statement->spec);
}

#define SELECT(...) STATEMENT(CORM_NODE_SELECT, CORM_SELECT_SLOTS, __VA_ARGS__)
#define INSERT(...) STATEMENT(CORM_NODE_INSERT, CORM_INSERT_SLOTS, __VA_ARGS__)
#define UPDATE(...) STATEMENT(CORM_NODE_UPDATE, CORM_UPDATE_SLOTS, __VA_ARGS__)
#define DELETE(...) STATEMENT(CORM_NODE_DELETE, CORM_DELETE_SLOTS, __VA_ARGS__)
#define COLS(...)   [CORM_SELECT_COLUMNS] = COMMA(__VA_ARGS__)
#define WHERE(x)    [CORM_SELECT_WHERE] = (x)
#define FROM(...)   [CORM_SELECT_FROM] = COMMA(__VA_ARGS__)
#define JOINS(...)  [CORM_SELECT_JOINS] = COMMA(__VA_ARGS__)
#define ORDER(...)  [CORM_SELECT_ORDER_BY] = COMMA(__VA_ARGS__)
#define GROUP(...)  [CORM_SELECT_GROUP_BY] = COMMA(__VA_ARGS__)

static inline node_t compound(enum corm_op how, const node_t *selects)
{
    node_t kids[SQL_KIT_KIDS_MAX + CORM_COMPOUND_SLOTS] = { NULL };
    uint32_t count = count_kids(selects);
    memcpy(&kids[CORM_COMPOUND_SLOTS], selects, count * sizeof(*kids));
    return make((struct corm_node_spec){ .kind = CORM_NODE_COMPOUND,
                                         .op = (uint8_t)how,
                                         .nkids = CORM_COMPOUND_SLOTS + count,
                                         .kid = kids });
}

static inline node_t scalar(node_t select)
{
    return node_of(CORM_NODE_SCALAR, 0, &corm_type_integer, KIDS(select));
}

static inline node_t exists(node_t select)
{
    return node_of(CORM_NODE_EXISTS, 0, &corm_type_boolean, KIDS(select));
}

static inline node_t assign(node_t column, node_t value)
{
    return node_of(CORM_NODE_ASSIGN, 0, NULL, KIDS(column, value));
}

#define ROW(...) node_of(CORM_NODE_ROW, 0, NULL, KIDS(__VA_ARGS__))

/* --- schema --- */

static inline struct corm_table *table(const char *name, const char *schema)
{
    struct corm_table *t = corm_arena_zero(&kit.arena, 1, sizeof(*t));
    assert_non_null(t);
    corm_table_init(t, name, strlen(name), schema);
    kit.tables[kit.ntables++] = t;
    return t;
}

static inline struct corm_column *column(struct corm_table *t, const char *name,
                                         const struct corm_type *type, uint32_t flags)
{
    struct corm_column *c = corm_arena_zero(&kit.arena, 1, sizeof(*c));
    struct corm_error err;
    assert_non_null(c);
    corm_column_init(c, name, strlen(name), type, flags);
    if (t != NULL) {
        assert_int_equal(corm_table_append_column(t, c, &err), CORM_OK);
    }
    kit.columns[kit.ncolumns++] = c;
    return c;
}

static inline struct corm_constraint *constraint(struct corm_table *t, unsigned kind,
                                                 const char *name)
{
    struct corm_constraint *c = corm_arena_zero(&kit.arena, 1, sizeof(*c));
    assert_non_null(c);
    c->kind = (uint8_t)kind;
    c->name = name;
    c->table = t;
    assert_true(corm_vec_push(&t->constraints, c));
    return c;
}

static inline struct corm_constraint *foreign_key(struct corm_column *from,
                                                  struct corm_column *to)
{
    struct corm_constraint *c =
        constraint(from->table, CORM_CONSTRAINT_FOREIGN_KEY, NULL);
    struct corm_foreign_key *key = corm_arena_zero(&kit.arena, 1, sizeof(*key));
    assert_non_null(key);
    *key = (struct corm_foreign_key){ .column = from, .referred = to, .constraint = c };
    c->referred = to->table;
    assert_true(corm_vec_push(&c->columns, from));
    assert_true(corm_vec_push(&c->elements, key));
    assert_true(corm_vec_push(&from->foreign_keys, key));
    return c;
}

static inline void settle(struct corm_table *t)
{
    struct corm_error err;
    assert_int_equal(corm_table_settle(t, &err), CORM_OK);
}

/* --- compiling --- */

static inline struct corm_compiled *
compile_with(node_t node, const struct corm_compile_options *options)
{
    struct corm_compiled *compiled = NULL;
    struct corm_error err = { 0 };
    enum corm_rc rc = corm_compile(node, options, &compiled, &err);
    if (rc != CORM_OK) {
        fail_msg("compile: %s", err.message);
    }
    return compiled;
}

static inline void check_sql(node_t node, const struct corm_compile_options *options,
                             const char *expected, const char *file, int line)
{
    struct corm_compiled *compiled = compile_with(node, options);
    if (strcmp(compiled->sql, expected) != 0) {
        print_error("%s:%d\n  expected %s\n  got      %s\n", file, line, expected,
                    compiled->sql);
        corm_compiled_unref(compiled);
        fail();
    }
    corm_compiled_unref(compiled);
}

static inline void check_error(node_t node, const struct corm_compile_options *options,
                               enum corm_rc rc, const char *part)
{
    struct corm_compiled *compiled = NULL;
    struct corm_error err = { 0 };
    assert_int_equal(corm_compile(node, options, &compiled, &err), rc);
    assert_null(compiled);
    if (strstr(err.message, part) == NULL) {
        fail_msg("message '%s' lacks '%s'", err.message, part);
    }
}

#define OPTIONS(dialect_) (&(struct corm_compile_options){ .dialect = (dialect_) })
#define assert_sql_on(dialect_, node, expected) \
    check_sql((node), OPTIONS(dialect_), (expected), __FILE__, __LINE__)
#define assert_sql(node, expected) assert_sql_on(&corm_dialect_default, node, expected)
#define assert_sql_with(options, node, expected) \
    check_sql((node), (options), (expected), __FILE__, __LINE__)
#define assert_compile_error(node, rc, part) \
    check_error((node), OPTIONS(&corm_dialect_default), (rc), (part))

#endif

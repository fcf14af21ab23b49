/* SPDX-License-Identifier: MIT */
/*
 * Trees of any shape through the compiler of every dialect: it may refuse, never crash,
 * and what it compiled must match its own shape and be found in the cache. Each input
 * byte decides one thing about the tree.
 */
#include "dialects/postgres/dialect.h"
#include "dialects/sqlite/dialect.h"
#include "sql/compile.h"
#include "sql/expand.h"
#include "sql/schema.h"
#include "sql/statement.h"

#include <stdlib.h>
#include <string.h>

enum { NODES_MAX = 3000, BINDS_MAX = 4096, NCOLUMNS = 4, NSOURCES = 6 };

struct maker {
    const uint8_t *data;
    size_t left;
    unsigned nnodes;
    struct corm_arena arena;
    struct corm_table tables[2];
    struct corm_column columns[2][NCOLUMNS];
    struct corm_foreign_key key;
    struct corm_constraint constraint;
    const struct corm_node *sources[NSOURCES]; /* tables, aliases, subqueries so far */
    unsigned nsources;
};

typedef const struct corm_node *node_t;

static unsigned take(struct maker *m, unsigned below)
{
    if (m->left == 0) {
        return 0;
    }
    m->left--;
    return *m->data++ % below;
}

static node_t make(struct maker *m, const struct corm_node_spec *spec)
{
    node_t node = corm_node_new(&m->arena, spec);
    if (node == NULL) {
        abort();
    }
    m->nnodes++;
    return node;
}

static node_t with_kids(struct maker *m, unsigned kind, unsigned op, uint32_t nkids,
                        const node_t *kids)
{
    static const struct corm_type *const types[] = {
        &corm_type_integer, &corm_type_string,  &corm_type_boolean,
        &corm_type_null,    &corm_type_numeric, &corm_type_datetime
    };
    struct corm_node_spec spec = {
        .kind = (uint8_t)kind,
        .op = (uint8_t)op,
        .flags = take(m, 4) == 0 ? CORM_NODE_VARIANT : 0,
        .type = types[take(m, CORM_LENGTH(types))],
        .nkids = nkids,
        .kid = kids,
    };
    return make(m, &spec);
}

static const char *const names[] = { "a", "select", "x y",  "count",
                                     "",  "q\"",    "\xff", "now" };

static node_t make_bind(struct maker *m)
{
    static const struct corm_value items[3] = {
        { .tag = CORM_TAG_INT, .as.i = 1 },
        { .tag = CORM_TAG_NULL },
        { .tag = CORM_TAG_TEXT, .as.s = "x", .len = 1 }
    };
    static const struct corm_bind_list lists[2] = { { 0, 1, items }, { 3, 1, items } };
    const char *name = names[take(m, CORM_LENGTH(names))];
    unsigned flags = 0;
    struct corm_value value = items[take(m, 3)];
    switch (take(m, 5)) {
    case 0:
        flags = CORM_NODE_EXPANDING | CORM_NODE_ANONYMOUS;
        value = (struct corm_value){ .tag = CORM_TAG_OBJECT };
        value.as.p = (void *)(uintptr_t)&lists[take(m, 2)];
        break;
    case 1:
        flags = CORM_NODE_REQUIRED;
        value = corm_value_unset();
        break;
    case 2:
        flags = CORM_NODE_LITERAL_EXECUTE;
        break;
    default:
        flags = CORM_NODE_ANONYMOUS;
        break;
    }
    struct corm_node_spec spec = { .kind = CORM_NODE_BIND,
                                   .flags = (uint16_t)flags,
                                   .type = &corm_type_integer,
                                   .name = name,
                                   .name_len = strlen(name),
                                   .value = value };
    return make(m, &spec);
}

static node_t make_named(struct maker *m, unsigned kind, uint32_t nkids,
                         const node_t *kids)
{
    const char *name = names[take(m, CORM_LENGTH(names))];
    struct corm_node_spec spec = { .kind = (uint8_t)kind,
                                   .flags = take(m, 3) == 0 ? CORM_NODE_ANONYMOUS : 0,
                                   .name = name,
                                   .name_len = strlen(name),
                                   .nkids = nkids,
                                   .kid = kids };
    return make(m, &spec);
}

static node_t make_column(struct maker *m)
{
    node_t source = m->sources[take(m, m->nsources)];
    struct corm_column *column = &m->columns[take(m, 2)][take(m, NCOLUMNS)];
    if (take(m, 2) == 0 || source->kind == CORM_NODE_TABLE) {
        return &column->node;
    }
    return make_named(m, CORM_NODE_COLREF, 2, (node_t[]){ source, &column->node });
}

static node_t make_expr(struct maker *m, unsigned depth);
static node_t make_select(struct maker *m, unsigned depth);

static node_t make_list(struct maker *m, unsigned op, unsigned depth)
{
    node_t kids[4];
    uint32_t nkids = take(m, 4);
    for (uint32_t i = 0; i < nkids; i++) {
        kids[i] = make_expr(m, depth + 1);
    }
    return with_kids(m, CORM_NODE_LIST, op, nkids, kids);
}

static node_t make_leaf(struct maker *m)
{
    switch (take(m, 6)) {
    case 0:
        return make_bind(m);
    case 1:
        return make_named(m, CORM_NODE_TEXT, 0, NULL);
    case 2:
        return make_named(m, CORM_NODE_LITERAL, 0, NULL);
    case 3:
        return with_kids(m, CORM_NODE_NULL + take(m, 4), 0, 0, NULL);
    default:
        return make_column(m);
    }
}

/* A chain deeper than the compiler allows. */
static node_t make_deep(struct maker *m, node_t node)
{
    unsigned depth = take(m, 2) == 0 ? 10 : 3000;
    for (unsigned i = 0; i < depth; i++) {
        node = with_kids(m, CORM_NODE_UNARY, CORM_OP_NEG, 1, &node);
    }
    return node;
}

static node_t make_expr(struct maker *m, unsigned depth)
{
    node_t kids[5];
    if (depth > 20 || m->nnodes > NODES_MAX || m->left == 0) {
        return make_leaf(m);
    }
    unsigned what = take(m, 18);
    if (what < 4) {
        return make_leaf(m);
    }
    for (size_t i = 0; i < 3; i++) {
        kids[i] = make_leaf(m);
    }
    kids[0] = make_expr(m, depth + 1);
    switch (what) {
    case 4:
        return with_kids(m, CORM_NODE_UNARY, CORM_OP_NOT + take(m, 10), 1, kids);
    case 5:
    case 6:
        kids[1] = make_expr(m, depth + 1);
        return with_kids(m, CORM_NODE_BINARY,
                         CORM_OP_ADD + take(m, CORM_OP_CUSTOM - CORM_OP_ADD), 3, kids);
    case 7:
        return with_kids(m, CORM_NODE_BETWEEN, CORM_OP_BETWEEN, 3, kids);
    case 8:
        return make_list(m, CORM_OP_AND + take(m, 2), depth);
    case 9:
        return with_kids(m, CORM_NODE_TUPLE, 0, take(m, 4), kids);
    case 10:
        return make_named(m, CORM_NODE_FUNCTION, take(m, 4), kids);
    case 11:
        return with_kids(m, CORM_NODE_CASE, 0, 4,
                         (node_t[]){ NULL, kids[1], kids[0], kids[2] });
    case 12:
        return with_kids(m, CORM_NODE_CAST + take(m, 2), 0, 1, kids);
    case 13:
        return make_named(m, take(m, 2) == 0 ? CORM_NODE_LABEL : CORM_NODE_EXTRACT, 1,
                          kids);
    case 14:
        return with_kids(m, CORM_NODE_OVER, 0, CORM_OVER_SLOTS,
                         (node_t[]){ kids[0], NULL, make_list(m, CORM_OP_COMMA, depth),
                                     NULL, NULL });
    case 15:
        return with_kids(m, CORM_NODE_FILTER, 0, 2, kids);
    case 16:
        kids[0] = make_select(m, depth + 1);
        return with_kids(m, CORM_NODE_SCALAR + take(m, 2), 0, 1, kids);
    default:
        return take(m, 8) == 0 ? make_deep(m, kids[0])
                               : with_kids(m, CORM_NODE_GROUPING, 0, 1, kids);
    }
}

/* Add an alias, a subquery or a CTE to the sources, at most as many as there is room for. */
static void make_source(struct maker *m, unsigned depth)
{
    static const uint8_t kinds[] = { CORM_NODE_ALIAS, CORM_NODE_SUBQUERY, CORM_NODE_CTE,
                                     CORM_NODE_LATERAL };
    unsigned which = take(m, CORM_LENGTH(kinds));
    node_t inner =
        which == 0 ? m->sources[take(m, m->nsources)] : make_select(m, depth + 1);
    const char *name = names[take(m, CORM_LENGTH(names))];
    struct corm_node_spec spec = {
        .kind = kinds[which],
        .flags = (uint16_t)((take(m, 2) == 0 ? CORM_NODE_ANONYMOUS : 0) |
                            (take(m, 4) == 0 ? CORM_NODE_VARIANT : 0)),
        .id = corm_node_next_id(),
        .name = name,
        .name_len = strlen(name),
        .nkids = 1,
        .kid = &inner,
    };
    if (m->nsources < NSOURCES) {
        m->sources[m->nsources++] = make(m, &spec);
    }
}

static node_t make_join(struct maker *m, unsigned kind, unsigned depth)
{
    node_t target = m->sources[take(m, m->nsources)];
    node_t left = m->sources[take(m, m->nsources)];
    node_t on = take(m, 2) == 0 ? NULL : make_expr(m, depth + 1);
    if (kind == CORM_NODE_JOIN) {
        return with_kids(m, kind, CORM_OP_JOIN + take(m, 3), 3,
                         (node_t[]){ left, target, on });
    }
    return with_kids(m, kind, CORM_OP_JOIN + take(m, 3), 3,
                     (node_t[]){ target, on, take(m, 2) == 0 ? NULL : left });
}

static node_t make_compound(struct maker *m, unsigned depth)
{
    node_t kids[CORM_COMPOUND_SLOTS + 2] = { NULL };
    kids[CORM_COMPOUND_SLOTS] = make_select(m, depth + 1);
    kids[CORM_COMPOUND_SLOTS + 1] = make_select(m, depth + 1);
    kids[CORM_COMPOUND_ORDER_BY] = make_list(m, CORM_OP_COMMA, depth + 1);
    return with_kids(m, CORM_NODE_COMPOUND, CORM_OP_UNION + take(m, 6),
                     CORM_COMPOUND_SLOTS + take(m, 3), kids);
}

static node_t make_select(struct maker *m, unsigned depth)
{
    node_t kids[CORM_SELECT_SLOTS] = { NULL };
    if (depth < 10 && take(m, 3) == 0) {
        make_source(m, depth);
    }
    if (depth < 10 && take(m, 8) == 0) {
        return make_compound(m, depth);
    }
    kids[CORM_SELECT_COLUMNS] = make_list(m, CORM_OP_COMMA, depth);
    for (unsigned n = take(m, 4); n > 0; n--) {
        static const uint8_t lists[] = { CORM_SELECT_GROUP_BY, CORM_SELECT_ORDER_BY,
                                         CORM_SELECT_DISTINCT_ON };
        static const uint8_t values[] = { CORM_SELECT_WHERE, CORM_SELECT_HAVING,
                                          CORM_SELECT_LIMIT, CORM_SELECT_OFFSET };
        node_t one;
        switch (take(m, 5)) {
        case 0:
            kids[lists[take(m, CORM_LENGTH(lists))]] =
                make_list(m, CORM_OP_COMMA, depth);
            break;
        case 1:
            one = make_join(m, CORM_NODE_JOIN, depth);
            kids[CORM_SELECT_FROM] =
                with_kids(m, CORM_NODE_LIST, CORM_OP_COMMA, 1, &one);
            break;
        case 2:
            one = make_join(m, CORM_NODE_JOIN_SPEC, depth);
            kids[CORM_SELECT_JOINS] =
                with_kids(m, CORM_NODE_LIST, CORM_OP_COMMA, 1, &one);
            break;
        case 3:
            one = m->sources[take(m, m->nsources)];
            kids[CORM_SELECT_COLUMNS] =
                with_kids(m, CORM_NODE_LIST, CORM_OP_COMMA, 1, &one);
            break;
        default:
            kids[values[take(m, CORM_LENGTH(values))]] = make_expr(m, depth + 1);
            break;
        }
    }
    return with_kids(m, CORM_NODE_SELECT, 0, CORM_SELECT_SLOTS, kids);
}

static node_t make_row(struct maker *m)
{
    node_t assigns[3];
    uint32_t count = take(m, 4);
    for (uint32_t i = 0; i < count; i++) {
        assigns[i] = with_kids(m, CORM_NODE_ASSIGN, 0, 2,
                               (node_t[]){ make_column(m), make_expr(m, 1) });
    }
    return with_kids(m, CORM_NODE_ROW, 0, count, assigns);
}

static node_t make_insert(struct maker *m)
{
    node_t kids[CORM_INSERT_SLOTS] = { &m->tables[0].node };
    node_t rows[2] = { make_row(m), make_row(m) };
    if (take(m, 3) == 0) {
        kids[CORM_INSERT_SELECT] = make_select(m, 1);
    } else {
        kids[CORM_INSERT_ROWS] =
            with_kids(m, CORM_NODE_LIST, CORM_OP_COMMA, take(m, 3), rows);
    }
    if (take(m, 2) == 0) {
        node_t clause = with_kids(m, CORM_NODE_ON_CONFLICT, 0, CORM_ON_CONFLICT_SLOTS,
                                  (node_t[]){ make_list(m, CORM_OP_COMMA, 1),
                                              make_expr(m, 1), make_row(m), NULL });
        kids[CORM_INSERT_ON_CONFLICT] =
            with_kids(m, CORM_NODE_LIST, CORM_OP_COMMA, 1 + take(m, 2),
                      (node_t[]){ clause, clause });
    }
    kids[CORM_INSERT_RETURNING] =
        take(m, 2) == 0 ? make_list(m, CORM_OP_COMMA, 1) : NULL;
    return with_kids(m, CORM_NODE_INSERT, 0, CORM_INSERT_SLOTS, kids);
}

static node_t make_statement(struct maker *m)
{
    node_t kids[CORM_UPDATE_SLOTS] = { NULL };
    switch (take(m, 5)) {
    case 0:
        return make_insert(m);
    case 1:
        kids[CORM_UPDATE_TABLE] = m->sources[take(m, m->nsources)];
        kids[CORM_UPDATE_SET] = make_row(m);
        kids[CORM_UPDATE_WHERE] = make_expr(m, 1);
        return with_kids(m, CORM_NODE_UPDATE, 0, CORM_UPDATE_SLOTS, kids);
    case 2:
        kids[CORM_DELETE_TABLE] = m->sources[take(m, m->nsources)];
        kids[CORM_DELETE_WHERE] = make_expr(m, 1);
        return with_kids(m, CORM_NODE_DELETE, 0, CORM_DELETE_SLOTS, kids);
    case 3:
        return make_expr(m, 0);
    default:
        return make_select(m, 0);
    }
}

static void open_schema(struct maker *m)
{
    static const char *const columns[NCOLUMNS] = { "id", "ref", "Name", "flag" };
    static const struct corm_type *const types[NCOLUMNS] = {
        &corm_type_integer, &corm_type_integer, &corm_type_string, &corm_type_boolean
    };
    struct corm_error err;
    for (unsigned t = 0; t < 2; t++) {
        corm_table_init(&m->tables[t], t == 0 ? "t" : "order", t == 0 ? 1 : 5,
                        t == 0 ? NULL : "s");
        for (unsigned i = 0; i < NCOLUMNS; i++) {
            corm_column_init(&m->columns[t][i], columns[i], strlen(columns[i]),
                             types[i], i == 0 ? CORM_COLUMN_PRIMARY_KEY : 0);
            if (corm_table_append_column(&m->tables[t], &m->columns[t][i], &err) !=
                CORM_OK) {
                abort();
            }
        }
        if (corm_table_settle(&m->tables[t], &err) != CORM_OK) {
            abort();
        }
        m->sources[m->nsources++] = &m->tables[t].node;
    }
    m->constraint = (struct corm_constraint){ .kind = CORM_CONSTRAINT_FOREIGN_KEY,
                                              .table = &m->tables[1] };
    m->key = (struct corm_foreign_key){ .column = &m->columns[1][1],
                                        .referred = &m->columns[0][0],
                                        .constraint = &m->constraint };
    if (!corm_vec_push(&m->columns[1][1].foreign_keys, &m->key)) {
        abort();
    }
}

static void close_schema(struct maker *m)
{
    for (unsigned t = 0; t < 2; t++) {
        for (unsigned i = 0; i < NCOLUMNS; i++) {
            corm_column_release(&m->columns[t][i]);
        }
        corm_table_release(&m->tables[t]);
    }
    corm_arena_release(&m->arena);
}

/* Every mark lies in the text, in order, and belongs to a slot. */
static void check_compiled(const struct corm_compiled *compiled)
{
    size_t end = 0;
    for (uint32_t i = 0; i < compiled->nmarks; i++) {
        const struct corm_bind_mark *mark = &compiled->marks[i];
        if (mark->pos < end || mark->pos + mark->len > compiled->sql_len ||
            mark->slot >= compiled->nslots) {
            abort();
        }
        end = mark->pos + mark->len;
    }
    if (strlen(compiled->sql) != compiled->sql_len ||
        compiled->values_pos + compiled->values_len > compiled->sql_len) {
        abort();
    }
}

static void compile_on(const struct corm_dialect *dialect, node_t statement,
                       bool literals)
{
    static const struct corm_node *items[BINDS_MAX];
    struct corm_binds binds = { .items = items, .cap = BINDS_MAX };
    struct corm_compile_options options = { .dialect = dialect,
                                            .literal_binds = literals,
                                            .returning_keys = true };
    struct corm_compiled *compiled;
    struct corm_error err;
    if (corm_compile(statement, &options, &compiled, &err) != CORM_OK) {
        return;
    }
    check_compiled(compiled);
    /* There are few aliases here, so a statement always matches its own shape. */
    if (compiled->shape != NULL &&
        !corm_node_match(compiled->shape, statement, &binds)) {
        abort();
    }
    corm_compiled_unref(compiled);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct maker m = { .data = data, .left = size };
    open_schema(&m);
    node_t statement = make_statement(&m);
    compile_on(&corm_dialect_default, statement, false);
    compile_on(&corm_sqlite_dialect, statement, false);
    compile_on(&corm_postgres_dialect, statement, true);
    compile_on(&corm_postgres_dialect, statement, false);
    close_schema(&m);
    return 0;
}

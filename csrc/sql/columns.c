/* SPDX-License-Identifier: MIT */
#include "sql/columns.h"

#include "base/hash.h"
#include "base/smap.h"
#include "base/vec.h"
#include "sql/schema.h"

#include <stdio.h>
#include <string.h>

const struct corm_node *corm_node_unmarked(const struct corm_node *node)
{
    while (node->kind == CORM_NODE_ENTITY || node->kind == CORM_NODE_ATTRIBUTE) {
        node = node->kid[0];
    }
    return node;
}

bool corm_node_is_from(const struct corm_node *node)
{
    return node->kind >= CORM_NODE_TABLE && node->kind <= CORM_NODE_TABLE_FUNCTION;
}

static uint64_t identity_of(const struct corm_node *node)
{
    return node->id != 0 ? node->id : (uint64_t)(uintptr_t)node;
}

/*
 * Two COLREFs of one source are the same column if the columns behind them are. This many
 * levels down, in subqueries of subqueries, they are the same if they are one object.
 */
static uint64_t colref_identity(const struct corm_node *column, unsigned levels)
{
    column = corm_node_unmarked(column);
    if (column->kind != CORM_NODE_COLREF || levels == 0) {
        return identity_of(column);
    }
    uint64_t from = identity_of(corm_node_unmarked(column->kid[0]));
    const struct corm_node *behind = column->nkids > 1 ? column->kid[1] : NULL;
    uint64_t what = behind != NULL ? colref_identity(behind, levels - 1)
                                   : corm_hash_bytes(column->name, column->name_len);
    return corm_hash_mix(from, what);
}

uint64_t corm_column_identity(const struct corm_node *column)
{
    enum { LEVELS = 16 };
    return colref_identity(column, LEVELS);
}

const struct corm_column *corm_column_behind(const struct corm_node *column)
{
    while (column != NULL) {
        column = corm_node_unmarked(column);
        if (column->kind == CORM_NODE_COLUMN) {
            return corm_node_column(column);
        }
        if (column->kind == CORM_NODE_LABEL) {
            column = column->kid[0];
        } else if (column->kind == CORM_NODE_COLREF && column->nkids > 1) {
            column = column->kid[1];
        } else {
            return NULL;
        }
    }
    return NULL;
}

bool corm_column_is_star(const struct corm_node *column)
{
    if (column->name_len != 1 || column->name[0] != '*') {
        return false;
    }
    while (column->kind == CORM_NODE_COLREF && column->nkids > 1 &&
           column->kid[1] != NULL) {
        column = column->kid[1];
    }
    return column->kind == CORM_NODE_LITERAL;
}

static struct corm_natural_name anonymous(const struct corm_node *named,
                                          const char *hint, size_t len)
{
    return (struct corm_natural_name){
        .name = hint, .len = len, .named = named, .is_anonymous = true
    };
}

/* A whole row of something to select from is called as that is. */
static struct corm_natural_name alias_name(const struct corm_node *from)
{
    if ((from->flags & CORM_NODE_ANONYMOUS) || from->name_len == 0) {
        return from->name_len > 0 ? anonymous(from, from->name, from->name_len)
                                  : anonymous(from, "anon", 4);
    }
    return (struct corm_natural_name){ .name = from->name, .len = from->name_len };
}

static struct corm_natural_name wrapped_name(const struct corm_node *expr)
{
    struct corm_natural_name inner = corm_node_natural_name(expr->kid[0]);
    if (inner.name == NULL) {
        return anonymous(expr, "anon", 4);
    }
    inner.is_wrapped = true;
    return inner;
}

/* A flag as a condition: NOT flag, or flag = 1 where there are no booleans. */
static bool is_boolean(const struct corm_node *unary)
{
    return (unary->op == CORM_OP_NOT || unary->op == CORM_OP_AS_BOOLEAN) &&
           corm_node_is_flag(unary->kid[0]);
}

/* A label without name is called after what it labels, if that has a name. */
static struct corm_natural_name anonymous_label(const struct corm_node *label)
{
    const struct corm_node *labelled = corm_node_unmarked(label->kid[0]);
    bool is_named = labelled->kind == CORM_NODE_COLUMN ||
                    labelled->kind == CORM_NODE_LITERAL ||
                    labelled->kind == CORM_NODE_FUNCTION ||
                    (labelled->kind == CORM_NODE_COLREF &&
                     !(labelled->flags & CORM_NODE_ANONYMOUS));
    const struct corm_node *named = label->name_len > 0 ? label : labelled;
    if (label->name_len == 0 && (!is_named || labelled->name_len == 0)) {
        return anonymous(label, "anon", 4);
    }
    return anonymous(label, named->name, named->name_len);
}

struct corm_natural_name corm_node_natural_name(const struct corm_node *expr)
{
    expr = corm_node_unmarked(expr);
    struct corm_natural_name named = { .name = expr->name, .len = expr->name_len };
    switch ((enum corm_node_kind)expr->kind) {
    case CORM_NODE_COLUMN:
    case CORM_NODE_LITERAL:
        return named;
    case CORM_NODE_COLREF:
        if (expr->flags & CORM_NODE_ANONYMOUS) {
            named.is_anonymous = true;
            named.named = expr->kid[1];
        }
        return named;
    case CORM_NODE_LABEL:
        if (!(expr->flags & CORM_NODE_ANONYMOUS)) {
            return named;
        }
        return anonymous_label(expr);
    case CORM_NODE_WITHIN:
        if (!(expr->flags & CORM_NODE_VARIANT)) {
            return anonymous(expr, "anon", 4);
        }
        expr = corm_node_unmarked(expr->kid[0]); /* f(x ORDER BY y) is still f */
        return anonymous(expr, expr->name == NULL ? "anon" : expr->name,
                         expr->name == NULL ? 4 : expr->name_len);
    case CORM_NODE_FUNCTION:
        return anonymous(expr, expr->name, expr->name_len);
    case CORM_NODE_CUSTOM:
    case CORM_NODE_SPLICE:
        if (expr->name == NULL) {
            return anonymous(expr, "anon", 4);
        }
        named.is_anonymous = (expr->flags & CORM_NODE_ANONYMOUS) != 0;
        named.named = expr;
        return named;
    case CORM_NODE_COERCE:
        if (corm_node_is_from(expr->kid[0])) {
            return alias_name(expr->kid[0]);
        }
        return wrapped_name(expr);
    case CORM_NODE_CAST:
    case CORM_NODE_GROUPING:
        return wrapped_name(expr);
    case CORM_NODE_UNARY:
        return is_boolean(expr) ? wrapped_name(expr) : anonymous(expr, "anon", 4);
    case CORM_NODE_TEXT:
    case CORM_NODE_STAR:
        return (struct corm_natural_name){ .name = NULL };
    default:
        return anonymous(expr, "anon", 4);
    }
}

/* Lists that grow while columns are collected. */
struct collector {
    struct corm_arena *arena;
    struct corm_vec(const struct corm_node *) nodes;
    struct corm_error *err;
};

static enum corm_rc collect_add(struct collector *c, const struct corm_node *node)
{
    return corm_vec_push(&c->nodes, node) ? CORM_OK : corm_fail_memory(c->err);
}

/* `from`.name as a node. */
static enum corm_rc collect_ref(struct collector *c, const struct corm_node *from,
                                const struct corm_node *behind,
                                const struct corm_query_column *column)
{
    const struct corm_node *kids[2] = { from, behind };
    struct corm_node_spec spec = {
        .kind = CORM_NODE_COLREF,
        .flags = column->is_anonymous ? CORM_NODE_ANONYMOUS : 0,
        .type = behind->type,
        .name = column->name,
        .name_len = column->name_len,
        .nkids = 2,
        .kid = kids,
    };
    const struct corm_node *node = corm_node_new(c->arena, &spec);
    return node == NULL ? corm_fail_memory(c->err) : collect_add(c, node);
}

static enum corm_rc collect_from(struct collector *c, const struct corm_node *from);

/* The columns of what the alias stands for, each seen through it. */
static enum corm_rc collect_alias(struct collector *c, const struct corm_node *alias)
{
    const struct corm_node **inner;
    uint32_t ninner;
    enum corm_rc rc =
        corm_from_columns(alias->kid[0], c->arena, &inner, &ninner, c->err);
    for (uint32_t i = 0; rc == CORM_OK && i < ninner; i++) {
        struct corm_query_column column = {
            .name = inner[i]->name,
            .name_len = inner[i]->name_len,
            .is_anonymous = (inner[i]->flags & CORM_NODE_ANONYMOUS) != 0,
        };
        const struct corm_node *behind = inner[i];
        if (column.is_anonymous) {
            behind = inner[i]->kid[1]; /* the made-up name is the innermost's */
        }
        rc = collect_ref(c, alias, behind, &column);
    }
    return rc;
}

static enum corm_rc collect_query(struct collector *c, const struct corm_node *from)
{
    struct corm_query_column *columns;
    uint32_t ncolumns;
    enum corm_rc rc =
        corm_query_columns(from->kid[0], c->arena, &columns, &ncolumns, c->err);
    for (uint32_t i = 0; rc == CORM_OK && i < ncolumns; i++) {
        rc = collect_ref(c, from, columns[i].expr, &columns[i]);
    }
    return rc;
}

/* VALUES and table functions say their columns in a list. */
static enum corm_rc collect_listed(struct collector *c, const struct corm_node *from,
                                   const struct corm_node *list)
{
    enum corm_rc rc = CORM_OK;
    for (uint32_t i = 0; list != NULL && rc == CORM_OK && i < list->nkids; i++) {
        const struct corm_node *column = list->kid[i];
        struct corm_query_column named = { .name = column->name,
                                           .name_len = column->name_len };
        rc = collect_ref(c, from, column, &named);
    }
    return rc;
}

static enum corm_rc collect_table(struct collector *c, const struct corm_table *table)
{
    enum corm_rc rc = CORM_OK;
    for (size_t i = 0; rc == CORM_OK && i < table->columns.count; i++) {
        rc = collect_add(c, &table->columns.items[i]->node);
    }
    return rc;
}

static enum corm_rc collect_from(struct collector *c, const struct corm_node *from)
{
    from = corm_node_unmarked(from);
    switch ((enum corm_node_kind)from->kind) {
    case CORM_NODE_TABLE:
        return collect_table(c, corm_node_table(from));
    case CORM_NODE_ALIAS:
        return collect_alias(c, from);
    case CORM_NODE_SUBQUERY:
    case CORM_NODE_CTE:
    case CORM_NODE_LATERAL:
        return collect_query(c, from);
    case CORM_NODE_JOIN: {
        enum corm_rc rc = collect_from(c, from->kid[0]);
        return rc == CORM_OK ? collect_from(c, from->kid[1]) : rc;
    }
    case CORM_NODE_VALUES:
        return collect_listed(c, from, corm_node_slot(from, CORM_VALUES_COLUMNS));
    case CORM_NODE_TABLE_FUNCTION:
        return collect_listed(c, from,
                              corm_node_slot(from, CORM_TABLE_FUNCTION_COLUMNS));
    default:
        return CORM_OK;
    }
}

enum corm_rc corm_from_columns(const struct corm_node *from, struct corm_arena *arena,
                               const struct corm_node ***columns_out,
                               uint32_t *ncolumns_out, struct corm_error *err)
{
    struct collector c = { .arena = arena, .err = err };
    enum corm_rc rc = collect_from(&c, from);
    const struct corm_node **copy = NULL;
    if (rc == CORM_OK) {
        copy = corm_arena_zero(arena, c.nodes.count, sizeof(*copy));
        rc = copy == NULL ? corm_fail_memory(err) : CORM_OK;
    }
    if (rc == CORM_OK) {
        if (c.nodes.count > 0) {
            memcpy(copy, c.nodes.items, c.nodes.count * sizeof(*copy));
        }
        *columns_out = copy;
        *ncolumns_out = (uint32_t)c.nodes.count;
    }
    corm_vec_release(&c.nodes);
    return rc;
}

/* The list that says what a query returns, or NULL. */
static const struct corm_node *query_list(const struct corm_node *query)
{
    switch ((enum corm_node_kind)query->kind) {
    case CORM_NODE_SELECT:
        return query->kid[CORM_SELECT_COLUMNS];
    case CORM_NODE_INSERT:
        return query->kid[CORM_INSERT_RETURNING];
    case CORM_NODE_UPDATE:
        return query->kid[CORM_UPDATE_RETURNING];
    case CORM_NODE_DELETE:
        return query->kid[CORM_DELETE_RETURNING];
    default:
        return NULL;
    }
}

/* The first select says what the columns of a set of them are called. */
static bool has_tablename_labels(const struct corm_node *query)
{
    while (query->kind == CORM_NODE_COMPOUND && query->nkids > CORM_COMPOUND_SLOTS) {
        query = query->kid[CORM_COMPOUND_SLOTS];
    }
    return query->kind == CORM_NODE_SELECT && query->value.tag == CORM_TAG_INT &&
           query->value.as.i == CORM_LABEL_TABLENAME;
}

/* Keys given so far, how often each was asked for, and by which column first. */
struct keys {
    struct corm_smap used;
    struct corm_smap first;
    struct corm_arena *arena;
};

/* The key itself, or key_1, key_2, … if it is taken. */
static bool keys_add(struct keys *keys, const char *key, size_t len,
                     struct corm_query_column *column)
{
    uintptr_t count = (uintptr_t)corm_smap_get(&keys->used, key, len);
    column->key = key;
    column->key_len = len;
    if (count > 0) {
        char *made = corm_arena_alloc(keys->arena, len + 24);
        if (made == NULL) {
            return false;
        }
        memcpy(made, key, len);
        column->key = made;
        column->key_len =
            len + (size_t)snprintf(made + len, 24, "_%lu", (unsigned long)count);
    }
    return corm_smap_put(&keys->used, key, len, (void *)(count + 1));
}

/* table_column, as the tablename style labels a table's column; NULL: no memory. */
static char *joined_name(struct corm_arena *arena, const struct corm_node *from,
                         const struct corm_node *column, size_t *len_out)
{
    *len_out = from->name_len + 1 + column->name_len;
    char *text = corm_arena_alloc(arena, *len_out + 1);
    if (text != NULL) {
        memcpy(text, from->name, from->name_len);
        text[from->name_len] = '_';
        memcpy(text + from->name_len + 1, column->name, column->name_len);
        text[*len_out] = '\0';
    }
    return text;
}

/* The table or named alias that a tablename label begins with, or NULL. */
static const struct corm_node *label_table(const struct corm_node *expr)
{
    const struct corm_node *from = NULL;
    if (expr->kind == CORM_NODE_COLUMN && corm_node_column(expr)->table != NULL) {
        from = &corm_node_column(expr)->table->node;
    } else if (expr->kind == CORM_NODE_COLREF) {
        from = corm_node_unmarked(expr->kid[0]);
    }
    bool has_name =
        from != NULL && from->name_len > 0 && !(from->flags & CORM_NODE_ANONYMOUS);
    return has_name ? from : NULL;
}

static bool describe(struct keys *keys, const struct corm_node *expr, bool is_tablename,
                     struct corm_query_column *column)
{
    const struct corm_node *bare = corm_node_unmarked(expr);
    struct corm_natural_name natural = corm_node_natural_name(bare);
    const struct corm_node *from = is_tablename ? label_table(bare) : NULL;
    column->expr = bare;
    column->name = natural.name;
    column->name_len = natural.len;
    column->is_anonymous = natural.is_anonymous;
    if (from != NULL) {
        column->name = joined_name(keys->arena, from, bare, &column->name_len);
        if (column->name == NULL) {
            return false;
        }
    }
    const char *key = column->name == NULL ? "_no_label" : column->name;
    size_t key_len = column->name == NULL ? 9 : column->name_len;
    if (natural.name != NULL && natural.is_anonymous && bare->kind != CORM_NODE_LABEL &&
        natural.len == 4 && memcmp(natural.name, "anon", 4) == 0) {
        key = "_no_label";
        key_len = 9;
    }
    if (from == NULL && bare->kind == CORM_NODE_COLUMN) {
        key = corm_node_column(bare)->key;
        key_len = strlen(key);
    }
    uint64_t identity = corm_column_identity(bare);
    uint64_t first = (uint64_t)(uintptr_t)corm_smap_get(&keys->first, key, key_len);
    if (first == 0 &&
        !corm_smap_put(&keys->first, key, key_len, (void *)(uintptr_t)identity)) {
        return false;
    }
    /* The same column again is that column; another one of that name gets one made up. */
    if (first != 0 && first != identity && bare->kind != CORM_NODE_LABEL) {
        column->is_anonymous = true;
    }
    return keys_add(keys, key, key_len, column);
}

/* The elements of a columns clause with tables taken apart. */
static enum corm_rc expand_list(struct collector *c, const struct corm_node *list)
{
    enum corm_rc rc = CORM_OK;
    for (uint32_t i = 0; list != NULL && rc == CORM_OK && i < list->nkids; i++) {
        const struct corm_node *kid = corm_node_unmarked(list->kid[i]);
        rc = corm_node_is_from(kid) ? collect_from(c, kid) : collect_add(c, kid);
    }
    return rc;
}

static enum corm_rc expand_query(struct collector *c, const struct corm_node *query)
{
    while (query->kind == CORM_NODE_COMPOUND && query->nkids > CORM_COMPOUND_SLOTS) {
        query = corm_statement_inside(query->kid[CORM_COMPOUND_SLOTS]);
    }
    if (query->kind == CORM_NODE_VALUES) {
        return expand_list(c, query->kid[CORM_VALUES_COLUMNS]);
    }
    if (query->kind != CORM_NODE_STATEMENT_TEXT) {
        return expand_list(c, query_list(query));
    }
    enum corm_rc rc = CORM_OK;
    for (uint32_t i = 1; rc == CORM_OK && i < query->nkids; i++) {
        rc = collect_add(c, query->kid[i]);
    }
    return rc;
}

enum corm_rc corm_query_columns(const struct corm_node *query, struct corm_arena *arena,
                                struct corm_query_column **columns_out,
                                uint32_t *ncolumns_out, struct corm_error *err)
{
    struct collector c = { .arena = arena, .err = err };
    struct keys keys = { .arena = arena };
    struct corm_query_column *columns = NULL;
    uint32_t count = 0;
    query = corm_statement_inside(query);
    enum corm_rc rc = expand_query(&c, query);
    if (rc == CORM_OK) {
        columns = corm_arena_zero(arena, c.nodes.count, sizeof(*columns));
        rc = columns == NULL ? corm_fail_memory(err) : CORM_OK;
    }
    for (size_t i = 0; rc == CORM_OK && i < c.nodes.count; i++) {
        if (c.nodes.items[i]->kind == CORM_NODE_TEXT) {
            continue; /* what it returns is not known */
        }
        if (!describe(&keys, c.nodes.items[i], has_tablename_labels(query),
                      &columns[count++])) {
            rc = corm_fail_memory(err);
        }
    }
    corm_smap_release(&keys.used);
    corm_smap_release(&keys.first);
    corm_vec_release(&c.nodes);
    if (rc == CORM_OK) {
        *columns_out = columns;
        *ncolumns_out = count;
    }
    return rc;
}

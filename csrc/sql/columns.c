/* SPDX-License-Identifier: MIT */
#include "sql/columns.h"

#include "base/hash.h"
#include "base/smap.h"
#include "base/vec.h"
#include "sql/column_key.h"
#include "sql/naming.h"
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
    return corm_hash_mix(from, column->value.tag == CORM_TAG_INT
                                   ? corm_hash_mix(what, (uint64_t)column->value.as.i)
                                   : what);
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

bool corm_column_is_literal(const struct corm_node *column)
{
    return column->kind == CORM_NODE_LITERAL ||
           (column->kind == CORM_NODE_COLREF && (column->flags & CORM_NODE_RAW) != 0);
}

bool corm_column_is_raw(const struct corm_node *column)
{
    return column->kind == CORM_NODE_LITERAL ||
           (column->kind == CORM_NODE_COLUMN &&
            corm_node_column(column)->table == NULL);
}

bool corm_column_is_star(const struct corm_node *column)
{
    return column->name_len == 1 && column->name[0] == '*' &&
           corm_column_is_literal(column);
}

const struct corm_node *corm_column_maker(const struct corm_node *column)
{
    do {
        column = corm_node_unmarked(column->kid[1]);
    } while (column->kind == CORM_NODE_COLREF &&
             (column->flags & (CORM_NODE_ANONYMOUS | CORM_NODE_VARIANT)));
    return column;
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
    struct corm_natural_name named = {
        .name = expr->name,
        .len = expr->name_len,
        .flags = expr->flags & CORM_NODE_QUOTING,
    };
    switch ((enum corm_node_kind)expr->kind) {
    case CORM_NODE_COLUMN:
    case CORM_NODE_LITERAL:
        return named;
    case CORM_NODE_COLREF:
        if (expr->flags & CORM_NODE_ANONYMOUS) {
            named.is_anonymous = true;
            named.named = corm_column_maker(expr);
        }
        if (expr->flags & CORM_NODE_VARIANT) {
            named.qualifier = corm_node_unmarked(corm_column_maker(expr)->kid[0]);
        }
        return named;
    case CORM_NODE_LABEL:
        if (!(expr->flags & CORM_NODE_ANONYMOUS)) {
            return named;
        }
        return anonymous_label(expr);
    case CORM_NODE_WITHIN:
        expr = corm_node_unmarked(expr->kid[0]); /* an order makes no other function */
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
        return is_boolean(expr) ||
                       corm_node_unmarked(expr->kid[0])->kind == CORM_NODE_LABEL
                   ? wrapped_name(expr)
                   : anonymous(expr, "anon", 4);
    case CORM_NODE_TEXT:
    case CORM_NODE_STAR:
        return (struct corm_natural_name){ .name = NULL };
    default:
        return anonymous(expr, "anon", 4);
    }
}

void corm_column_lists_release(struct corm_column_lists *lists)
{
    corm_hmap_release(&lists->of_from);
}

/* The columns of something to select from, in the arena. */
struct column_list {
    uint32_t count;
    const struct corm_node *items[];
};

/* Lists that grow while columns are collected. */
struct collector {
    struct corm_column_lists *lists;
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
        .flags = (uint16_t)(column->flags |
                            (column->is_anonymous ? CORM_NODE_ANONYMOUS : 0) |
                            (column->is_qualified ? CORM_NODE_VARIANT : 0)),
        .value = { .tag = column->nrepeat > 0 ? CORM_TAG_INT : CORM_TAG_UNSET,
                   .as.i = column->nrepeat },
        .type = behind->type,
        .name = column->name,
        .name_len = column->name_len,
        .nkids = 2,
        .kid = kids,
    };
    const struct corm_node *node = corm_node_new(c->lists->arena, &spec);
    return node == NULL ? corm_fail_memory(c->err) : collect_add(c, node);
}

/* The columns of what the alias stands for, each seen through it. */
static enum corm_rc collect_alias(struct collector *c, const struct corm_node *alias)
{
    const struct corm_node **inner;
    uint32_t ninner;
    enum corm_rc rc =
        corm_from_columns(alias->kid[0], c->lists, &inner, &ninner, c->err);
    for (uint32_t i = 0; rc == CORM_OK && i < ninner; i++) {
        struct corm_query_column column = {
            .name = inner[i]->name,
            .name_len = inner[i]->name_len,
            .flags = inner[i]->flags & CORM_NODE_QUOTING,
            .is_anonymous = (inner[i]->flags & CORM_NODE_ANONYMOUS) != 0,
            .is_qualified = inner[i]->kind == CORM_NODE_COLREF &&
                            (inner[i]->flags & CORM_NODE_VARIANT) != 0,
        };
        rc = collect_ref(c, alias, inner[i], &column);
    }
    return rc;
}

static enum corm_rc collect_query(struct collector *c, const struct corm_node *from)
{
    struct corm_query_column *columns;
    uint32_t ncolumns;
    enum corm_rc rc =
        corm_query_columns(from->kid[0], c->lists, &columns, &ncolumns, c->err);
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

/* Without a list of columns there is one, which is called as the alias is. */
static enum corm_rc collect_table_function(struct collector *c,
                                           const struct corm_node *from)
{
    const struct corm_node *list = corm_node_slot(from, CORM_TABLE_FUNCTION_COLUMNS);
    if (list != NULL && list->nkids > 0) {
        return collect_listed(c, from, list);
    }
    struct corm_natural_name natural = alias_name(from);
    struct corm_query_column column = { .name = natural.name,
                                        .name_len = natural.len,
                                        .is_anonymous = natural.is_anonymous };
    return collect_ref(c, from, from, &column);
}

static enum corm_rc collect_table(struct collector *c, const struct corm_table *table)
{
    enum corm_rc rc = CORM_OK;
    for (size_t i = 0; rc == CORM_OK && i < table->columns.count; i++) {
        rc = collect_add(c, &table->columns.items[i]->node);
    }
    return rc;
}

/* The columns of an alias or a query, as they are remembered. */
static enum corm_rc collect_known(struct collector *c, const struct corm_node *from)
{
    const struct corm_node **columns;
    uint32_t ncolumns;
    enum corm_rc rc = corm_from_columns(from, c->lists, &columns, &ncolumns, c->err);
    for (uint32_t i = 0; rc == CORM_OK && i < ncolumns; i++) {
        rc = collect_add(c, columns[i]);
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
    case CORM_NODE_SUBQUERY:
    case CORM_NODE_CTE:
    case CORM_NODE_LATERAL:
        return collect_known(c, from);
    case CORM_NODE_JOIN: {
        enum corm_rc rc = collect_from(c, from->kid[0]);
        return rc == CORM_OK ? collect_from(c, from->kid[1]) : rc;
    }
    case CORM_NODE_VALUES:
        return collect_listed(c, from, corm_node_slot(from, CORM_VALUES_COLUMNS));
    case CORM_NODE_TABLE_FUNCTION:
        return collect_table_function(c, from);
    default:
        return CORM_OK;
    }
}

/* Collect anew. Columns that come from further in, however deep, are to be remembered. */
static enum corm_rc collect_anew(struct collector *c, const struct corm_node *from,
                                 bool *is_derived_out)
{
    bool is_query = from->kind == CORM_NODE_SUBQUERY || from->kind == CORM_NODE_CTE ||
                    from->kind == CORM_NODE_LATERAL;
    *is_derived_out = is_query || from->kind == CORM_NODE_ALIAS;
    if (is_query) {
        return collect_query(c, from);
    }
    return *is_derived_out ? collect_alias(c, from) : collect_from(c, from);
}

static enum corm_rc make_list(const struct corm_node *from,
                              struct corm_column_lists *lists,
                              struct column_list **list_out, struct corm_error *err)
{
    struct collector c = { .lists = lists, .err = err };
    struct column_list *list = NULL;
    bool is_derived;
    enum corm_rc rc = collect_anew(&c, from, &is_derived);
    if (rc == CORM_OK) {
        size_t size = c.nodes.count * sizeof(*c.nodes.items);
        list = corm_arena_alloc(lists->arena, sizeof(*list) + size);
        if (list != NULL && size > 0) {
            memcpy(list->items, c.nodes.items, size);
        }
        bool is_kept =
            list != NULL &&
            (!is_derived || corm_hmap_put(&lists->of_from, (uintptr_t)from, list));
        rc = is_kept ? CORM_OK : corm_fail_memory(err);
    }
    if (rc == CORM_OK) {
        list->count = (uint32_t)c.nodes.count;
        *list_out = list;
    }
    corm_vec_release(&c.nodes);
    return rc;
}

enum corm_rc corm_from_columns(const struct corm_node *from,
                               struct corm_column_lists *lists,
                               const struct corm_node ***columns_out,
                               uint32_t *ncolumns_out, struct corm_error *err)
{
    from = corm_node_unmarked(from);
    struct column_list *list = corm_hmap_get(&lists->of_from, (uintptr_t)from);
    enum corm_rc rc = list == NULL ? make_list(from, lists, &list, err) : CORM_OK;
    if (rc == CORM_OK) {
        *columns_out = list->items;
        *ncolumns_out = list->count;
    }
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

/* Names and keys given so far, and how often each key was asked for. */
struct keys {
    struct corm_namer namer;
    struct corm_smap used;
};

/* The key itself, or key_1, key_2, … if it is taken. */
static bool keys_add(struct keys *keys, struct corm_text key,
                     struct corm_query_column *column)
{
    uintptr_t count = (uintptr_t)corm_smap_get(&keys->used, key.s, key.len);
    column->key = key.s;
    column->key_len = key.len;
    if (count > 0 && corm_column_is_raw(column->expr)) {
        column->nrepeat = (uint32_t)count; /* the same text again is another column */
    }
    if (count > 0) {
        char *made = corm_arena_alloc(keys->namer.arena, key.len + 24);
        if (made == NULL) {
            return false;
        }
        memcpy(made, key.s, key.len);
        column->key = made;
        column->key_len = key.len + (size_t)snprintf(made + key.len, 24, "_%lu",
                                                     (unsigned long)count);
    }
    return corm_smap_put(&keys->used, key.s, key.len, (void *)(count + 1));
}

/* What the outside sees of a name: repetitions count, their names are the first one's. */
static void describe_name(struct keys *keys, const struct corm_label *label,
                          struct corm_query_column *column)
{
    struct corm_label_name own = corm_label_name_own(label->column);
    bool is_repeat = label->name.repeat != 0;
    const struct corm_label_name *name =
        is_repeat && !label->is_forced ? &own : &label->name;
    column->name = name->text;
    column->name_len = name->len;
    column->flags = name->flags;
    column->is_qualified = name->qualifier != NULL;
    column->is_anonymous = name->maker != 0 || name->apart != 0;
    column->nrepeat = is_repeat ? (uint32_t)keys->namer.nrepeats : 0;
}

/* The key in the c collection of what has no name. */
static const char no_label[] = "_no_label";

static bool describe(struct keys *keys, const struct corm_node *bare,
                     struct corm_query_column *column)
{
    struct corm_label label = { .column = bare };
    struct corm_natural_name natural = corm_node_natural_name(bare);
    if (!corm_namer_next(&keys->namer, &label)) {
        return false;
    }
    column->expr = bare;
    describe_name(keys, &label, column);
    bool is_table = keys->namer.style == CORM_LABEL_TABLENAME && label.is_forced;
    bool is_unnamed = natural.name == NULL ||
                      (natural.is_anonymous && bare->kind != CORM_NODE_LABEL &&
                       natural.len == 4 && memcmp(natural.name, "anon", 4) == 0);
    struct corm_text key = { column->name, column->name_len };
    if (is_unnamed) {
        key = (struct corm_text){ no_label, sizeof(no_label) - 1 };
    } else if (is_table) {
        key = corm_column_label_key(key, bare, keys->namer.arena);
    } else if (bare->kind == CORM_NODE_COLUMN || bare->kind == CORM_NODE_COLREF) {
        key = corm_column_key(bare, keys->namer.arena);
    }
    return key.s != NULL && keys_add(keys, key, column);
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
    for (uint32_t i = CORM_STATEMENT_TEXT_SLOTS; rc == CORM_OK && i < query->nkids;
         i++) {
        rc = collect_add(c, query->kid[i]);
    }
    return rc;
}

/* A Column that waits for its name cannot be referred to. */
static enum corm_rc check_named(const struct corm_node *bare, struct corm_error *err)
{
    if (bare->kind == CORM_NODE_COLUMN && corm_node_column(bare)->key == NULL) {
        return corm_fail(err, CORM_E_INVALID_REQUEST,
                         "a column that has no name yet cannot be a column of a query");
    }
    return CORM_OK;
}

enum corm_rc corm_query_name_columns(const struct corm_node *query,
                                     const struct corm_node *const *exprs,
                                     size_t nexprs, struct corm_arena *arena,
                                     struct corm_query_column **columns_out,
                                     uint32_t *ncolumns_out, struct corm_error *err)
{
    struct keys keys = { .namer.arena = arena };
    uint32_t count = 0;
    keys.namer.style = has_tablename_labels(corm_statement_inside(query))
                           ? CORM_LABEL_TABLENAME
                           : CORM_LABEL_DISAMBIGUATE;
    struct corm_query_column *columns =
        corm_arena_zero(arena, nexprs, sizeof(*columns));
    enum corm_rc rc = columns == NULL ? corm_fail_memory(err) : CORM_OK;
    for (size_t i = 0; rc == CORM_OK && i < nexprs; i++) {
        const struct corm_node *bare = corm_node_unmarked(exprs[i]);
        if (bare->kind == CORM_NODE_TEXT) {
            continue; /* what it returns is not known */
        }
        rc = check_named(bare, err);
        if (rc == CORM_OK && !describe(&keys, bare, &columns[count++])) {
            rc = corm_fail_memory(err);
        }
    }
    corm_smap_release(&keys.used);
    corm_namer_release(&keys.namer);
    if (rc == CORM_OK) {
        *columns_out = columns;
        *ncolumns_out = count;
    }
    return rc;
}

enum corm_rc corm_query_columns(const struct corm_node *query,
                                struct corm_column_lists *lists,
                                struct corm_query_column **columns_out,
                                uint32_t *ncolumns_out, struct corm_error *err)
{
    struct collector c = { .lists = lists, .err = err };
    enum corm_rc rc = expand_query(&c, corm_statement_inside(query));
    if (rc == CORM_OK) {
        rc = corm_query_name_columns(query, c.nodes.items, c.nodes.count, lists->arena,
                                     columns_out, ncolumns_out, err);
    }
    corm_vec_release(&c.nodes);
    return rc;
}

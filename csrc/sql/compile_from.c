/* SPDX-License-Identifier: MIT */
/* What an expression selects from, and how that is written in FROM. */
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/ddl.h"
#include "sql/schema.h"

#include <string.h>
#include <strings.h>

bool corm_from_is_same(const struct corm_node *a, const struct corm_node *b)
{
    a = corm_node_unmarked(a);
    b = corm_node_unmarked(b);
    return a == b || (a->id != 0 && a->id == b->id && a->kind == b->kind);
}

bool corm_from_list_has(const struct corm_from_list *list, const struct corm_node *from)
{
    for (size_t i = 0; i < list->count; i++) {
        if (corm_from_is_same(list->items[i], from)) {
            return true;
        }
    }
    return false;
}

void corm_from_list_add(struct corm_compiler *c, struct corm_from_list *list,
                        const struct corm_node *from)
{
    from = corm_node_unmarked(from);
    if (!corm_from_list_has(list, from) && !corm_vec_push(list, from)) {
        corm_compiler_fail_memory(c);
    }
}

void corm_froms_collect(struct corm_compiler *c, const struct corm_node *node,
                        struct corm_from_list *out)
{
    node = corm_node_unmarked(node);
    if (node->kind == CORM_NODE_COLUMN) {
        if (corm_node_column(node)->table != NULL) {
            corm_from_list_add(c, out, &corm_node_column(node)->table->node);
        }
        return;
    }
    if (node->kind == CORM_NODE_COLREF) {
        corm_from_list_add(c, out, node->kid[0]);
        return;
    }
    if (corm_node_is_from(node)) {
        corm_froms_flatten(c, node, out);
        return;
    }
    if (node->kind == CORM_NODE_SCALAR || node->kind == CORM_NODE_EXISTS ||
        node->kind == CORM_NODE_RELATIONSHIP || corm_node_is_statement(node)) {
        return;
    }
    for (uint32_t i = 0; i < node->nkids && c->rc == CORM_OK; i++) {
        if (node->kid[i] != NULL) {
            corm_froms_collect(c, node->kid[i], out);
        }
    }
}

void corm_froms_flatten(struct corm_compiler *c, const struct corm_node *from,
                        struct corm_from_list *out)
{
    from = corm_node_unmarked(from);
    corm_from_list_add(c, out, from);
    if (from->kind == CORM_NODE_JOIN) {
        corm_froms_flatten(c, from->kid[0], out);
        corm_froms_flatten(c, from->kid[1], out);
    }
}

void corm_froms_hide_joined(struct corm_compiler *c, struct corm_from_list *list)
{
    struct corm_from_list hidden = { 0 };
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind == CORM_NODE_JOIN) {
            corm_froms_flatten(c, list->items[i]->kid[0], &hidden);
            corm_froms_flatten(c, list->items[i]->kid[1], &hidden);
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!corm_from_list_has(&hidden, list->items[i])) {
            list->items[kept++] = list->items[i];
        }
    }
    list->count = kept;
    corm_vec_release(&hidden);
}

struct corm_text corm_from_title(const struct corm_node *from)
{
    from = corm_node_unmarked(from);
    if (from->kind == CORM_NODE_JOIN) {
        return (struct corm_text){ "join", 4 };
    }
    while (from->name_len == 0 && from->nkids > 0 && from->kid[0] != NULL) {
        from = corm_node_unmarked(from->kid[0]);
    }
    return from->name_len > 0 ? (struct corm_text){ from->name, from->name_len }
                              : (struct corm_text){ "subquery", 8 };
}

static void put_as(struct corm_compiler *c, const struct corm_node *alias)
{
    corm_compiler_puts(c, " AS ");
    corm_compiler_alias(c, alias);
}

/* TABLESAMPLE method(…) [REPEATABLE (seed)] */
static void put_sample(struct corm_compiler *c, const struct corm_node *sample)
{
    corm_compiler_puts(c, " TABLESAMPLE ");
    corm_compiler_expr(c, sample->kid[1]);
    if (sample->nkids > 2 && sample->kid[2] != NULL) {
        corm_compiler_puts(c, " REPEATABLE (");
        corm_compiler_expr(c, sample->kid[2]);
        corm_compiler_puts(c, ")");
    }
}

/* LATERAL (SELECT …) */
static void put_lateral(struct corm_compiler *c, const struct corm_node *lateral)
{
    corm_compiler_puts(c, "LATERAL (");
    corm_compiler_query(c, lateral->kid[0], CORM_PLACE_LATERAL);
    corm_compiler_puts(c, ")");
}

static bool is_sample(const struct corm_node *from)
{
    return from->kind == CORM_NODE_ALIAS && from->nkids > 1;
}

/* Whether a join has parentheses of its own. */
static bool is_group(const struct corm_node *join)
{
    return (join->flags & CORM_NODE_VARIANT) != 0;
}

/* What an alias is of: a table, a join or a query in parentheses. */
static void put_aliased(struct corm_compiler *c, const struct corm_node *from)
{
    if (from->kind == CORM_NODE_LATERAL) {
        put_lateral(c, from);
        return;
    }
    if (from->kind == CORM_NODE_SUBQUERY) {
        from = from->kid[0];
    }
    bool is_query = corm_node_is_query(from);
    bool has_parens = is_query || (from->kind == CORM_NODE_JOIN && !is_group(from));
    corm_compiler_puts(c, has_parens ? "(" : "");
    if (is_query) {
        corm_compiler_query(c, from, CORM_PLACE_FROM);
    } else if (from->kind == CORM_NODE_TABLE) {
        corm_compiler_table_name(c, corm_node_table(from));
    } else {
        corm_compiler_from(c, from);
    }
    corm_compiler_puts(c, has_parens ? ")" : "");
}

/*
 * [LATERAL] tree AS tree_1; an alias of an alias or subquery has only its own name, and is
 * the sample that what is inside is of.
 */
static void put_alias(struct corm_compiler *c, const struct corm_node *alias)
{
    const struct corm_node *inner = alias;
    const struct corm_node *sample = NULL;
    bool is_lateral = false;
    while (inner->kind == CORM_NODE_ALIAS) {
        sample = sample == NULL && is_sample(inner) ? inner : sample;
        is_lateral |= (inner->flags & CORM_NODE_VARIANT) != 0;
        inner = corm_node_unmarked(inner->kid[0]);
    }
    (void)corm_compiler_alias_name(c, alias); /* names are made up from outside in */
    corm_compiler_puts(c, is_lateral ? "LATERAL " : "");
    put_aliased(c, inner);
    put_as(c, alias);
    if (sample != NULL) {
        put_sample(c, sample);
    }
}

/* [LATERAL] (SELECT …) AS name */
static void put_subquery(struct corm_compiler *c, const struct corm_node *subquery)
{
    (void)corm_compiler_alias_name(c, subquery); /* names are made up from outside in */
    if (subquery->kind == CORM_NODE_LATERAL) {
        put_lateral(c, subquery);
    } else {
        corm_compiler_puts(c, "(");
        corm_compiler_query(c, subquery->kid[0], CORM_PLACE_FROM);
        corm_compiler_puts(c, ")");
    }
    put_as(c, subquery);
}

bool corm_compiler_from_alone(struct corm_compiler *c, const struct corm_node *from)
{
    if (is_sample(from)) {
        put_alias(c, from);
        return true;
    }
    if (from->kind == CORM_NODE_TABLE_FUNCTION) {
        corm_compiler_expr(c, from->kid[0]);
        return true;
    }
    bool is_cte = from->kind == CORM_NODE_CTE;
    if (from->kind != CORM_NODE_SUBQUERY && from->kind != CORM_NODE_LATERAL &&
        from->kind != CORM_NODE_ALIAS && !is_cte) {
        return false;
    }
    const struct corm_node *query = corm_node_unmarked(from->kid[0]);
    bool is_lateral = from->kind == CORM_NODE_LATERAL;
    if (!corm_node_is_query(query) && !(is_cte && corm_node_is_statement(query))) {
        return false;
    }
    corm_compiler_puts(c, is_lateral ? "LATERAL (" : "");
    corm_compiler_query(c, query, CORM_PLACE_TOP);
    corm_compiler_puts(c, is_lateral ? ")" : "");
    return true;
}

/* left JOIN right ON condition; a join on the right is in parentheses */
static void put_joined(struct corm_compiler *c, const struct corm_node *join)
{
    const struct corm_node *left = corm_node_unmarked(join->kid[0]);
    const struct corm_node *right = corm_node_unmarked(join->kid[1]);
    const struct corm_node *on = corm_node_slot(join, 2);
    bool has_parens = right->kind == CORM_NODE_JOIN && !is_group(right);
    corm_compiler_from(c, left);
    corm_compiler_puts(c, corm_op_table[join->op].text);
    corm_compiler_puts(c, has_parens ? "(" : "");
    corm_compiler_from(c, right);
    corm_compiler_puts(c, has_parens ? ")" : "");
    if (on == NULL) {
        on = corm_join_condition(c, left, right,
                                 left->kind == CORM_NODE_JOIN ? left->kid[1] : NULL);
    }
    if (on != NULL) {
        corm_compiler_puts(c, " ON ");
        corm_compiler_condition(c, on, CORM_OP_AS_BOOLEAN);
    }
}

static void put_join(struct corm_compiler *c, const struct corm_node *join)
{
    corm_compiler_puts(c, is_group(join) ? "(" : "");
    put_joined(c, join);
    corm_compiler_puts(c, is_group(join) ? ")" : "");
}

/* (a, b) or (a INTEGER, b VARCHAR) after a name */
static void put_column_names(struct corm_compiler *c, const struct corm_node *list,
                             bool with_types)
{
    corm_compiler_puts(c, "(");
    for (uint32_t i = 0; i < list->nkids; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_node_name(c, list->kid[i], "column");
        if (with_types) {
            corm_compiler_puts(c, " ");
            corm_compiler_put_type(c, list->kid[i]->type);
        }
    }
    corm_compiler_puts(c, ")");
}

/* (a, b): nothing around VALUES tells the types of its parameters. */
static void put_row(struct corm_compiler *c, const struct corm_node *row)
{
    corm_compiler_puts(c, "(");
    for (uint32_t i = 0; i < row->nkids && c->rc == CORM_OK; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        if (corm_node_effective(row->kid[i])->kind == CORM_NODE_BIND) {
            corm_compiler_value(c, row->kid[i]);
        } else {
            corm_compiler_operand(c, row->kid[i], CORM_OP_COMMA);
        }
    }
    corm_compiler_puts(c, ")");
}

void corm_compiler_values(struct corm_compiler *c, const struct corm_node *values)
{
    if (values->nkids <= CORM_VALUES_ROWS) {
        corm_compiler_fail(c, CORM_E_COMPILE, "VALUES has no rows");
        return;
    }
    bool is_ddl = c->is_ddl; /* as in DDL, values can be said to be part of the text */
    c->is_ddl |= (values->flags & CORM_NODE_LITERAL_EXECUTE) != 0;
    corm_compiler_puts(c, "VALUES ");
    for (uint32_t i = CORM_VALUES_ROWS; i < values->nkids; i++) {
        corm_compiler_puts(c, i > CORM_VALUES_ROWS ? ", " : "");
        put_row(c, values->kid[i]);
    }
    c->is_ddl = is_ddl;
}

/* (VALUES (…), (…)) AS name (a, b) */
static void put_values(struct corm_compiler *c, const struct corm_node *values)
{
    const struct corm_node *columns = corm_node_slot(values, CORM_VALUES_COLUMNS);
    corm_compiler_puts(c, values->flags & CORM_NODE_VARIANT ? "LATERAL (" : "(");
    corm_compiler_values(c, values);
    corm_compiler_puts(c, ")");
    put_as(c, values);
    if (columns != NULL) {
        corm_compiler_puts(c, " ");
        put_column_names(c, columns, false);
    }
}

/* [LATERAL] unnest(…) [WITH ORDINALITY] AS name[(a, b)] */
static void put_table_function(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *columns = corm_node_slot(node, CORM_TABLE_FUNCTION_COLUMNS);
    int64_t bits = node->value.tag == CORM_TAG_INT ? node->value.as.i : 0;
    corm_compiler_puts(c, bits & CORM_TABLE_FUNCTION_LATERAL ? "LATERAL " : "");
    corm_compiler_expr(c, node->kid[CORM_TABLE_FUNCTION_CALL]);
    if (bits & CORM_TABLE_FUNCTION_ORDINALITY) {
        corm_compiler_puts(c, " WITH ORDINALITY");
    }
    put_as(c, node);
    if (columns != NULL && (node->flags & CORM_NODE_VARIANT)) {
        put_column_names(c, columns, (bits & CORM_TABLE_FUNCTION_TYPES) != 0);
    }
}

/* The hint that the statement has for what it selects from, or NULL. */
static const struct corm_node *find_hint(const struct corm_compiler *c,
                                         const struct corm_node *from)
{
    const struct corm_node *options =
        c->scope == NULL ? NULL : corm_statement_options(c->scope->statement);
    for (uint32_t i = 0; options != NULL && i < options->nkids; i++) {
        const struct corm_node *option = options->kid[i];
        if (option->nkids == 2 && option->name_len == 4 &&
            memcmp(option->name, "hint", 4) == 0 &&
            corm_from_is_same(option->kid[0], from) &&
            corm_compiler_is_for_dialect(c, option->kid[1])) {
            return option->kid[1];
        }
    }
    return NULL;
}

/* PostgreSQL knows ONLY as a hint, in front of the table. */
static void put_only(struct corm_compiler *c, const struct corm_node *hint)
{
    if (hint != NULL && corm_dialect_has(c->dialect, CORM_DIALECT_ONLY)) {
        if (hint->name_len != 4 || strncasecmp(hint->name, "ONLY", 4) != 0) {
            corm_compiler_fail(c, CORM_E_COMPILE, "unrecognized hint: '%.*s'",
                               (int)hint->name_len, hint->name);
        }
        corm_compiler_puts(c, "ONLY ");
    }
}

/* [hint]: only what shows a statement says hints that no database here has. */
static void put_hint(struct corm_compiler *c, const struct corm_node *hint,
                     const struct corm_node *from)
{
    static const char token[] = "%(name)s";
    if (hint == NULL || !corm_dialect_has(c->dialect, CORM_DIALECT_LENIENT)) {
        return;
    }
    const char *text = hint->name;
    const char *end = text + hint->name_len;
    corm_compiler_puts(c, " [");
    while (text < end) {
        size_t rest = (size_t)(end - text);
        if (rest >= sizeof(token) - 1 && memcmp(text, token, sizeof(token) - 1) == 0) {
            if (from->kind == CORM_NODE_TABLE) {
                corm_compiler_table_name(c, corm_node_table(from));
            } else {
                corm_compiler_alias(c, from);
            }
            text += sizeof(token) - 1;
        } else {
            corm_strbuf_putc(&c->sink.text, *text++);
        }
    }
    corm_compiler_puts(c, "]");
}

void corm_compiler_from(struct corm_compiler *c, const struct corm_node *from)
{
    if (c->rc != CORM_OK) {
        return;
    }
    from = corm_node_unmarked(from);
    bool is_collected = c->collects_columns;
    c->collects_columns = false;
    const struct corm_node *hint = find_hint(c, from);
    put_only(c, hint);
    switch ((enum corm_node_kind)from->kind) {
    case CORM_NODE_TABLE:
        corm_compiler_table_from(c, corm_node_table(from));
        break;
    case CORM_NODE_ALIAS:
        put_alias(c, from);
        break;
    case CORM_NODE_SUBQUERY:
    case CORM_NODE_LATERAL:
        put_subquery(c, from);
        break;
    case CORM_NODE_CTE:
        corm_compiler_cte(c, from);
        break;
    case CORM_NODE_JOIN:
        put_join(c, from);
        break;
    case CORM_NODE_VALUES:
        put_values(c, from);
        break;
    case CORM_NODE_TABLE_FUNCTION:
        put_table_function(c, from);
        break;
    default:
        corm_compiler_expr(c, from); /* text(), a function, a query without a name */
        break;
    }
    put_hint(c, hint, from);
    c->collects_columns = is_collected;
}

void corm_compiler_from_list(struct corm_compiler *c, const struct corm_from_list *list)
{
    for (size_t i = 0; i < list->count && c->rc == CORM_OK; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_from(c, list->items[i]);
    }
}

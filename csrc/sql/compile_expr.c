/* SPDX-License-Identifier: MIT */
/* Expressions: what each kind of node is in SQL. */
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/ddl.h"
#include "sql/quote.h"
#include "sql/schema.h"

#include <string.h>

void corm_compiler_boolean(struct corm_compiler *c, bool value)
{
    bool is_native = corm_dialect_has(c->dialect, CORM_DIALECT_BOOLEAN);
    corm_compiler_puts(c, is_native ? (value ? "true" : "false") : (value ? "1" : "0"));
}

/* table.column */
static void put_table_column(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_table *table = corm_node_column(node)->table;
    if (table != NULL && !c->hides_tables) {
        corm_compiler_table_prefix(c, table);
        corm_compiler_puts(c, ".");
    }
    corm_compiler_node_name(c, node, "column");
}

/* alias.column; the column's name is made up first, if it has to be */
static void put_alias_column(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *from = corm_node_unmarked(node->kid[0]);
    struct corm_label_name name = corm_label_name_own(node);
    if (from->kind == CORM_NODE_JOIN && node->nkids > 1 && node->kid[1] != NULL) {
        corm_compiler_expr(c, node->kid[1]);
        return;
    }
    struct corm_text text = corm_compiler_label_text(c, &name);
    if (!c->hides_tables) {
        if (from->kind == CORM_NODE_TABLE) {
            corm_compiler_table_prefix(c, corm_node_table(from));
        } else {
            corm_compiler_alias(c, from);
        }
        corm_compiler_puts(c, ".");
    }
    bool is_raw = corm_column_is_literal(node);
    corm_compiler_quoted_name(c, text, is_raw ? CORM_NODE_UNQUOTED : name.flags,
                              "column");
}

void corm_compiler_column(struct corm_compiler *c, const struct corm_node *node)
{
    if (node->kind == CORM_NODE_COLUMN) {
        put_table_column(c, node);
    } else {
        put_alias_column(c, node);
    }
}

void corm_compiler_list(struct corm_compiler *c, const struct corm_node *list)
{
    for (uint32_t i = 0; list != NULL && i < list->nkids && c->rc == CORM_OK; i++) {
        if (i > 0) {
            corm_compiler_puts(c, ", ");
        }
        corm_compiler_operand(c, list->kid[i], CORM_OP_COMMA);
    }
}

bool corm_compiler_casts_binds(const struct corm_compiler *c)
{
    return !c->is_ddl && !c->options->literal_binds && !c->options->is_for_reading &&
           corm_dialect_has(c->dialect, CORM_DIALECT_BIND_CAST);
}

static bool is_text_or_unknown(const struct corm_type *type)
{
    return type->kind == CORM_TYPE_NULL || corm_type_is_text(type);
}

void corm_compiler_type_suffix(struct corm_compiler *c, const struct corm_type *type)
{
    corm_compiler_puts(c, "::");
    corm_compiler_put_type(c, type);
}

void corm_compiler_value(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *bare = corm_node_effective(node);
    corm_compiler_expr(c, bare);
    bool is_cast = bare->kind == CORM_NODE_BIND && !is_text_or_unknown(bare->type) &&
                   corm_compiler_casts_binds(c);
    if (is_cast) {
        corm_compiler_type_suffix(c, bare->type);
    }
}

bool corm_compiler_subscripts(const struct corm_compiler *c,
                              const struct corm_node *node)
{
    return c->options->is_for_reading && node->op == CORM_OP_JSON_GETITEM &&
           node->type->kind == CORM_TYPE_JSON &&
           corm_type_is_jsonb(corm_dialect_type(c->dialect, node->kid[0]->type)) &&
           corm_dialect_has(c->dialect, CORM_DIALECT_EAGER_ARROWS);
}

void corm_compiler_operand(struct corm_compiler *c, const struct corm_node *node,
                           enum corm_op against)
{
    if (!corm_node_needs_parens(node, against)) {
        corm_compiler_expr(c, node);
        return;
    }
    node = corm_node_effective(node);
    bool is_label = node->kind == CORM_NODE_LABEL; /* its own parentheses are these */
    corm_compiler_puts(c, "(");
    corm_compiler_expr(c, is_label ? node->kid[0] : node);
    corm_compiler_puts(c, ")");
}

void corm_compiler_grouped(struct corm_compiler *c, const struct corm_node *node)
{
    corm_compiler_operand(c, node, CORM_OP_NONE);
}

void corm_compiler_condition(struct corm_compiler *c, const struct corm_node *node,
                             enum corm_op against)
{
    node = corm_node_effective(node);
    if (!corm_node_is_flag(node) ||
        corm_dialect_has(c->dialect, CORM_DIALECT_BOOLEAN)) {
        corm_compiler_operand(c, node, against);
        return;
    }
    corm_compiler_expr(c, node);
    corm_compiler_puts(c, " = 1");
}

/* kid0 [NOT] BETWEEN [SYMMETRIC] kid1 AND kid2 */
static void put_between(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *value = node->kid[0];
    bool is_operand = c->is_in_operator;
    c->is_in_operator = true;
    corm_compiler_beside(c, value, node->kid[1], (enum corm_op)node->op);
    corm_compiler_puts(c, corm_op_table[node->op].text);
    corm_compiler_puts(c, node->flags & CORM_NODE_VARIANT ? "SYMMETRIC " : "");
    corm_compiler_beside(c, node->kid[1], value, CORM_OP_AND);
    corm_compiler_puts(c, " AND ");
    corm_compiler_beside(c, node->kid[2], value, CORM_OP_AND);
    c->is_in_operator = is_operand;
}

/* (a, b) */
static void put_tuple(struct corm_compiler *c, const struct corm_node *node)
{
    corm_compiler_puts(c, "(");
    corm_compiler_list(c, node);
    corm_compiler_puts(c, ")");
}

/*
 * ARRAY[a, b]; parameters in it say their types, for they would be texts, and an empty one says
 * its own
 */
static void put_array(struct corm_compiler *c, const struct corm_node *node)
{
    bool is_known = node->type->kind == CORM_TYPE_ARRAY && node->type->item != NULL &&
                    node->type->item->kind != CORM_TYPE_NULL;
    corm_compiler_puts(c, "ARRAY[");
    for (uint32_t i = 0; i < node->nkids && c->rc == CORM_OK; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_beside(c, node->kid[i], NULL, CORM_OP_COMMA);
    }
    corm_compiler_puts(c, "]");
    if (node->nkids == 0 && is_known &&
        corm_dialect_has(c->dialect, CORM_DIALECT_BIND_CAST)) {
        corm_compiler_type_suffix(c, node->type);
    }
}

static void put_query_in_parens(struct corm_compiler *c, const struct corm_node *query)
{
    while (query->kind == CORM_NODE_SCALAR || query->kind == CORM_NODE_GROUPING) {
        query = query->kid[0];
    }
    corm_compiler_puts(c, "(");
    corm_compiler_query(c, query, CORM_PLACE_SCALAR);
    corm_compiler_puts(c, ")");
}

static void put_label(struct corm_compiler *c, const struct corm_node *node)
{
    if (node->kid[0] == NULL) {
        corm_compiler_from_name(c, node);
        return;
    }
    corm_compiler_operand(c, node->kid[0], CORM_OP_AS);
}

static bool is_field_letter(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* EXTRACT(field FROM kid0) */
static void put_extract(struct corm_compiler *c, const struct corm_node *node)
{
    size_t nletters = 0;
    while (nletters < node->name_len && is_field_letter(node->name[nletters])) {
        nletters++;
    }
    if (nletters == 0 || nletters < node->name_len) {
        corm_compiler_fail(c, CORM_E_COMPILE, "'%.*s' is no field for EXTRACT",
                           (int)node->name_len, node->name);
        return;
    }
    if (c->dialect->extract != NULL && c->dialect->extract(c, node)) {
        return;
    }
    corm_compiler_puts(c, "EXTRACT(");
    corm_strbuf_add(&c->sink.text, node->name, node->name_len);
    corm_compiler_puts(c, " FROM ");
    corm_compiler_value(c, node->kid[0]);
    corm_compiler_puts(c, ")");
}

static void put_star(struct corm_compiler *c, const struct corm_node *node)
{
    if (node->nkids > 0 && node->kid[0] != NULL) {
        const struct corm_node *from = corm_node_unmarked(node->kid[0]);
        if (from->kind == CORM_NODE_TABLE) {
            corm_compiler_table_prefix(c, corm_node_table(from));
        } else {
            corm_compiler_alias(c, from);
        }
        corm_compiler_puts(c, ".");
    }
    corm_compiler_puts(c, "*");
}

/* Something to select from where a value is expected: its name (a whole row). */
static void put_from_name(struct corm_compiler *c, const struct corm_node *node)
{
    if (node->kind == CORM_NODE_TABLE) {
        corm_compiler_table_prefix(c, corm_node_table(node));
        return;
    }
    if (node->kind == CORM_NODE_JOIN) {
        corm_compiler_from(c, node);
        return;
    }
    corm_compiler_alias(c, node);
}

/* [kid0][:][kid1] as the index of an array */
static void put_slice(struct corm_compiler *c, const struct corm_node *node)
{
    if (node->kid[0] != NULL) {
        corm_compiler_expr(c, node->kid[0]);
    }
    corm_compiler_puts(c, ":");
    if (node->kid[1] != NULL) {
        corm_compiler_expr(c, node->kid[1]);
    }
}

static void put_leaf(struct corm_compiler *c, const struct corm_node *node)
{
    switch ((enum corm_node_kind)node->kind) {
    case CORM_NODE_NULL:
        corm_compiler_puts(c, "NULL");
        break;
    case CORM_NODE_TRUE:
    case CORM_NODE_FALSE:
        corm_compiler_boolean(c, node->kind == CORM_NODE_TRUE);
        break;
    case CORM_NODE_DEFAULT:
        if (!corm_dialect_has(c->dialect, CORM_DIALECT_DEFAULT_KEYWORD)) {
            corm_compiler_fail(c, CORM_E_UNSUPPORTED,
                               "dialect '%s' does not support DEFAULT as a value",
                               c->dialect->name);
        }
        corm_compiler_puts(c, "DEFAULT");
        break;
    case CORM_NODE_STAR:
        put_star(c, node);
        break;
    case CORM_NODE_BIND:
        corm_compiler_bind(c, node);
        break;
    case CORM_NODE_TEXT:
    case CORM_NODE_LITERAL:
        corm_compiler_text(c, node);
        break;
    default:
        corm_compiler_column(c, node);
        break;
    }
}

static void put_operation(struct corm_compiler *c, const struct corm_node *node)
{
    switch ((enum corm_node_kind)node->kind) {
    case CORM_NODE_UNARY:
        corm_compiler_unary(c, node);
        break;
    case CORM_NODE_BINARY:
        corm_compiler_operator(c, node);
        break;
    case CORM_NODE_BETWEEN:
        put_between(c, node);
        break;
    case CORM_NODE_LIST:
        corm_compiler_operator_list(c, node);
        break;
    case CORM_NODE_GROUPING:
    case CORM_NODE_TUPLE:
        put_tuple(c, node);
        break;
    default:
        put_array(c, node);
        break;
    }
}

static void put_construct(struct corm_compiler *c, const struct corm_node *node)
{
    switch ((enum corm_node_kind)node->kind) {
    case CORM_NODE_FUNCTION:
        corm_compiler_function(c, node);
        break;
    case CORM_NODE_CASE:
        corm_compiler_case(c, node);
        break;
    case CORM_NODE_CAST:
        corm_compiler_cast(c, node);
        break;
    case CORM_NODE_EXTRACT:
        put_extract(c, node);
        break;
    case CORM_NODE_LABEL:
        put_label(c, node);
        break;
    case CORM_NODE_OVER:
    case CORM_NODE_FILTER:
    case CORM_NODE_WITHIN:
        corm_compiler_over(c, node);
        break;
    case CORM_NODE_EXISTS:
        corm_compiler_puts(c, "EXISTS ");
        put_query_in_parens(c, node->kid[0]);
        break;
    case CORM_NODE_SLICE:
        put_slice(c, node);
        break;
    case CORM_NODE_SPLICE:
        corm_compiler_splice(c, node, CORM_PLACE_TOP);
        break;
    case CORM_NODE_CUSTOM:
        corm_compiler_fail(c, CORM_E_COMPILE,
                           "a construct of the user's own was not made SQL before");
        break;
    default:
        corm_compiler_expr(c, node->kid[0]); /* COERCE: only the type differs */
        break;
    }
}

void corm_compiler_expr(struct corm_compiler *c, const struct corm_node *node)
{
    if (c->rc != CORM_OK) {
        return; /* no text of a huge tree once it has failed */
    }
    node = corm_node_effective(node);
    if (node->kind <= CORM_NODE_COLREF) {
        put_leaf(c, node);
    } else if (node->kind <= CORM_NODE_TUPLE || node->kind == CORM_NODE_ARRAY) {
        put_operation(c, node);
    } else if (node->kind == CORM_NODE_SCALAR || corm_node_is_query(node)) {
        put_query_in_parens(c, node);
    } else if (node->kind < CORM_NODE_ARRAY) {
        put_construct(c, node);
    } else if (corm_node_is_from(node)) {
        put_from_name(c, node);
    } else if (node->kind == CORM_NODE_RELATIONSHIP) {
        corm_compiler_fail(c, CORM_E_COMPILE,
                           "relationship '%.*s' is no SQL expression",
                           (int)node->name_len, node->name);
    } else {
        corm_compiler_fail(c, CORM_E_COMPILE,
                           "a statement cannot stand in an expression");
    }
}

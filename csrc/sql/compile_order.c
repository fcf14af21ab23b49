/* SPDX-License-Identifier: MIT */
/*
 * ORDER BY, GROUP BY and DISTINCT ON, where the label of a selected column stands for it:
 *
 *     SELECT tree.id AS node, … ORDER BY node DESC
 *
 * A name given as a string is looked up among the labels, then among the columns of the
 * tables selected from.
 */
#include "sql/columns.h"
#include "sql/compiler.h"

#include <string.h>

static bool name_is(const struct corm_node *node, const struct corm_node *label)
{
    return node->name_len == label->name_len &&
           memcmp(node->name, label->name, label->name_len) == 0;
}

/* The same column or the very same expression; an equal one is another. */
static bool is_same_expression(const struct corm_node *a, const struct corm_node *b)
{
    return corm_column_identity(corm_node_unmarked(a)) ==
           corm_column_identity(corm_node_unmarked(b));
}

/* The selected column with this very label, or NULL. */
static const struct corm_label *find_label(const struct corm_compiler *c,
                                           const struct corm_node *label)
{
    const struct corm_label_list *labels = c->scope == NULL ? NULL : c->scope->labels;
    for (size_t i = 0; labels != NULL && i < labels->count; i++) {
        const struct corm_node *column = labels->items[i].column;
        if (column == label ||
            (column->kind == CORM_NODE_LABEL && label->kid[0] != NULL &&
             !((column->flags | label->flags) & CORM_NODE_ANONYMOUS) &&
             name_is(column, label) &&
             is_same_expression(column->kid[0], label->kid[0]))) {
            return &labels->items[i];
        }
    }
    return NULL;
}

/* The selected column that a string names, or NULL. */
static const struct corm_label *find_named(const struct corm_compiler *c,
                                           const struct corm_node *name)
{
    const struct corm_label_list *labels = c->scope == NULL ? NULL : c->scope->labels;
    for (size_t i = 0; labels != NULL && i < labels->count; i++) {
        const struct corm_node *column = labels->items[i].column;
        bool is_candidate = column->kind == CORM_NODE_LABEL ||
                            c->scope->statement->kind == CORM_NODE_COMPOUND ||
                            corm_column_is_raw(column);
        if (is_candidate && column->name != NULL && name_is(column, name)) {
            return &labels->items[i];
        }
    }
    return NULL;
}

/* The selected column that a string calls table_column as its label does, or NULL. */
static const struct corm_node *find_qualified(const struct corm_compiler *c,
                                              const struct corm_node *name)
{
    const struct corm_label_list *labels = c->scope == NULL ? NULL : c->scope->labels;
    for (size_t i = 0; labels != NULL && i < labels->count; i++) {
        const struct corm_label_name *own = &labels->items[i].name;
        if (own->is_joined && own->repeat == 0 && own->apart == 0 &&
            own->len == name->name_len &&
            memcmp(own->text, name->name, own->len) == 0) {
            return labels->items[i].column;
        }
    }
    return NULL;
}

/* The column of a table in FROM that a string names, or NULL. */
static const struct corm_node *find_in_froms(struct corm_compiler *c,
                                             const struct corm_node *name)
{
    const struct corm_from_list *froms = c->scope == NULL ? NULL : c->scope->froms;
    for (size_t i = 0; froms != NULL && i < froms->count; i++) {
        struct corm_error err;
        const struct corm_node **columns;
        uint32_t ncolumns;
        if (corm_from_columns(froms->items[i], &c->column_lists, &columns, &ncolumns,
                              &err) != CORM_OK) {
            corm_compiler_fail(c, err.rc, "%s", err.message);
            return NULL;
        }
        for (uint32_t k = 0; k < ncolumns; k++) {
            if (name_is(columns[k], name)) {
                return columns[k];
            }
        }
    }
    return NULL;
}

static void write_label_name(struct corm_compiler *c, const struct corm_label *label)
{
    struct corm_text name = corm_compiler_label_text(c, &label->name);
    if (c->rc == CORM_OK) {
        bool is_raw = corm_column_is_literal(label->column);
        corm_compiler_quoted_name(
            c, name, is_raw ? CORM_NODE_UNQUOTED : label->name.flags, "label");
    }
}

static void refuse_name(struct corm_compiler *c, const struct corm_node *name)
{
    corm_compiler_fail(
        c, CORM_E_COMPILE,
        "can't resolve label reference for ORDER BY / GROUP BY / DISTINCT "
        "etc.; textual SQL expression '%.*s' should be explicitly declared "
        "as text('%.*s')",
        (int)name->name_len, name->name, (int)name->name_len, name->name);
}

void corm_compiler_from_name(struct corm_compiler *c, const struct corm_node *name)
{
    const struct corm_node *column = find_in_froms(c, name);
    if (column != NULL) {
        corm_compiler_expr(c, column);
    } else if (c->rc == CORM_OK && c->scope == NULL) {
        corm_compiler_name(c, name->name, name->name_len, "label"); /* no statement */
    } else if (c->rc == CORM_OK) {
        refuse_name(c, name);
    }
}

static void write_named(struct corm_compiler *c, const struct corm_node *name)
{
    const struct corm_label *label = find_named(c, name);
    const struct corm_node *qualified = label == NULL ? find_qualified(c, name) : NULL;
    if (label != NULL) {
        write_label_name(c, label);
    } else if (qualified != NULL) {
        corm_compiler_expr(c, qualified);
    } else {
        corm_compiler_from_name(c, name);
    }
}

static bool is_postfix(const struct corm_node *node)
{
    return node->kind == CORM_NODE_UNARY &&
           corm_op_has((enum corm_op)node->op, CORM_OP_ORDERING);
}

/* In a UNION a column stands for the result column that the first SELECT makes of it. */
static const struct corm_label *find_member_column(const struct corm_compiler *c,
                                                   const struct corm_node *column)
{
    bool is_column =
        column->kind == CORM_NODE_COLUMN || column->kind == CORM_NODE_COLREF;
    if (!is_column || c->scope == NULL ||
        c->scope->statement->kind != CORM_NODE_COMPOUND || c->scope->labels == NULL) {
        return NULL;
    }
    uint64_t identity = corm_column_identity(column);
    for (size_t i = 0; i < c->scope->labels->count; i++) {
        const struct corm_label *label = &c->scope->labels->items[i];
        if (corm_column_identity(label->column) == identity) {
            return label;
        }
    }
    return NULL;
}

static void write_element(struct corm_compiler *c, const struct corm_node *node,
                          bool is_order_by)
{
    node = corm_node_unmarked(node);
    if (is_postfix(node)) {
        const struct corm_node *operand = corm_node_unmarked(node->kid[0]);
        bool has_parens = operand->kind != CORM_NODE_LABEL &&
                          corm_node_needs_parens(operand, (enum corm_op)node->op);
        corm_compiler_puts(c, has_parens ? "(" : "");
        write_element(c, operand, is_order_by);
        corm_compiler_puts(c, has_parens ? ")" : "");
        corm_compiler_puts(c, corm_op_table[node->op].text);
        return;
    }
    if (node->kind != CORM_NODE_LABEL) {
        const struct corm_label *member = find_member_column(c, node);
        if (member != NULL) {
            write_label_name(c, member);
        } else {
            corm_compiler_expr(c, node);
        }
        return;
    }
    if (node->kid[0] == NULL) {
        write_named(c, node);
        return;
    }
    const struct corm_label *label = is_order_by ? find_label(c, node) : NULL;
    if (label != NULL) {
        write_label_name(c, label);
    } else {
        corm_compiler_expr(c, node);
    }
}

void corm_compiler_order_list(struct corm_compiler *c, const struct corm_node *list,
                              bool is_order_by)
{
    for (uint32_t i = 0; i < list->nkids && c->rc == CORM_OK; i++) {
        if (i > 0) {
            corm_compiler_puts(c, ", ");
        }
        write_element(c, list->kid[i], is_order_by);
    }
}

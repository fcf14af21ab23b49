/* SPDX-License-Identifier: MIT */
/* Assignments of INSERT, UPDATE and ON CONFLICT. */
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/schema.h"
#include "sql/visit.h"

#include <string.h>

static bool is_of(const struct corm_node *target, const struct corm_column *column)
{
    target = corm_node_unmarked(target);
    if (target == &column->node) {
        return true;
    }
    if (target->kind == CORM_NODE_COLUMN && corm_node_column(target)->table != NULL) {
        return target->id == column->node.id;
    }
    const struct corm_column *behind = corm_column_behind(target);
    if (behind != NULL && behind->table != NULL) {
        return behind->node.id == column->node.id;
    }
    return target->name != NULL && target->name_len == strlen(column->key) &&
           memcmp(target->name, column->key, target->name_len) == 0;
}

const struct corm_node *corm_assign_find(const struct corm_node *row,
                                         const struct corm_column *column)
{
    for (uint32_t i = 0; row != NULL && i < row->nkids; i++) {
        if (is_of(row->kid[i]->kid[0], column)) {
            return row->kid[i]->kid[1];
        }
    }
    return NULL;
}

bool corm_assign_tuple_has(const struct corm_node *row,
                           const struct corm_column *column)
{
    for (uint32_t i = 0; row != NULL && i < row->nkids; i++) {
        const struct corm_node *target = corm_node_unmarked(row->kid[i]->kid[0]);
        for (uint32_t k = 0; target->kind == CORM_NODE_TUPLE && k < target->nkids;
             k++) {
            if (is_of(target->kid[k], column)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_key_of(const char *key, const struct corm_column *column)
{
    return strcmp(key, column->key) == 0;
}

bool corm_assign_is_param(const struct corm_compiler *c,
                          const struct corm_column *column, bool takes_all)
{
    if (!c->options->has_column_keys || !c->collects_columns) {
        return takes_all;
    }
    for (uint32_t i = 0; i < c->options->ncolumn_keys; i++) {
        if (is_key_of(c->options->column_keys[i], column)) {
            return true;
        }
    }
    return false;
}

static void fail_unconsumed(struct corm_compiler *c, const struct corm_table *table,
                            const char *name, size_t len)
{
    corm_compiler_fail(c, CORM_E_COMPILE, "unconsumed column names: %.*s (table '%s')",
                       (int)len, name == NULL ? "" : name, table->node.name);
}

/* A name of a parameter that is looked for in a statement. */
struct wanted {
    const char *name;
    bool is_found;
};

static enum corm_visit find_bind(void *ctx, const struct corm_node *node)
{
    struct wanted *wanted = ctx;
    if (node->kind == CORM_NODE_BIND && (node->flags & CORM_NODE_ANONYMOUS) == 0 &&
        node->name != NULL && strcmp(node->name, wanted->name) == 0) {
        wanted->is_found = true;
        return CORM_VISIT_STOP;
    }
    return CORM_VISIT_DESCEND;
}

/* True if the statement has a parameter of this name, so that the key is meant for it. */
static bool is_bind(struct corm_compiler *c, const char *name)
{
    struct wanted wanted = { .name = name };
    struct corm_error err;
    if (corm_node_visit(c->scope->statement, find_bind, &wanted, &c->scratch, &err) !=
        CORM_OK) {
        corm_compiler_fail_memory(c);
    }
    return wanted.is_found;
}

void corm_assign_check(struct corm_compiler *c, const struct corm_table *table,
                       const struct corm_node *row, unsigned flags)
{
    for (uint32_t i = 0; row != NULL && i < row->nkids; i++) {
        bool is_found =
            (flags & CORM_ASSIGN_TARGETS) && corm_assign_sets_target(row->kid[i]);
        for (size_t k = 0; k < table->columns.count && !is_found; k++) {
            is_found = is_of(row->kid[i]->kid[0], table->columns.items[k]);
        }
        const struct corm_node *target = corm_node_unmarked(row->kid[i]->kid[0]);
        if (!is_found && corm_assign_sets_target(row->kid[i])) {
            corm_compiler_fail(
                c, CORM_E_COMPILE,
                "tuples and elements of columns are set by UPDATE alone");
        } else if (!is_found) {
            fail_unconsumed(c, table, target->name, target->name_len);
        }
    }
    if (!(flags & CORM_ASSIGN_KEYS) || !c->options->has_column_keys ||
        !c->collects_columns) {
        return;
    }
    for (uint32_t i = 0; i < c->options->ncolumn_keys; i++) {
        const char *key = c->options->column_keys[i];
        if (corm_table_find(table, key, strlen(key)) == NULL && !is_bind(c, key)) {
            fail_unconsumed(c, table, key, strlen(key));
        }
    }
}

/* True for column -> key of PostgreSQL's HSTORE. */
static bool is_hstore_key(const struct corm_node *node)
{
    const struct corm_type *type = node->kid[0]->type;
    return node->op == CORM_OP_CUSTOM && strcmp(node->name, "->") == 0 &&
           type->kind == CORM_TYPE_USER && type->name != NULL &&
           strcmp(type->name, "HSTORE") == 0;
}

bool corm_assign_sets_target(const struct corm_node *assign)
{
    const struct corm_node *target = corm_node_unmarked(assign->kid[0]);
    return target->kind == CORM_NODE_TUPLE ||
           (target->kind == CORM_NODE_BINARY &&
            (target->op == CORM_OP_GETITEM || target->op == CORM_OP_JSON_GETITEM ||
             is_hstore_key(target)));
}

/* JSON and HSTORE are subscripted here, where their arrows cannot be. */
static void put_element(struct corm_compiler *c, const struct corm_node *node)
{
    node = corm_node_unmarked(node);
    bool has_arrow = node->kind == CORM_NODE_BINARY &&
                     (node->op == CORM_OP_JSON_GETITEM || is_hstore_key(node));
    if (!has_arrow) {
        corm_compiler_expr(c, node);
        return;
    }
    put_element(c, node->kid[0]);
    corm_compiler_puts(c, "[");
    corm_compiler_value(c, node->kid[1]);
    corm_compiler_puts(c, "]");
}

void corm_compiler_target(struct corm_compiler *c, const struct corm_node *node)
{
    c->hides_tables = true;
    put_element(c, node);
    c->hides_tables = false;
}

void corm_compiler_assigned(struct corm_compiler *c, const struct corm_column *column,
                            const struct corm_node *value, uint32_t row,
                            bool is_numbered)
{
    value = corm_node_unmarked(value);
    if (value->kind == CORM_NODE_BIND) {
        corm_compiler_column_value(c, column, value, row, is_numbered);
    } else {
        corm_compiler_grouped(c, value);
    }
}

/* SPDX-License-Identifier: MIT */
/*
 * ON CONFLICT, as SQLite and PostgreSQL have it:
 *
 *     ON CONFLICT [(a, b) [WHERE …] | ON CONSTRAINT name] DO NOTHING
 *     ON CONFLICT … DO UPDATE SET a = excluded.a, … [WHERE …]
 */
#include "sql/compiler.h"
#include "sql/schema.h"

/* PostgreSQL's clause, which the default dialect shows too */
static bool has_names(const struct corm_compiler *c)
{
    return corm_dialect_has(c->dialect, CORM_DIALECT_CONFLICT_NAME) ||
           corm_dialect_has(c->dialect, CORM_DIALECT_LENIENT);
}

/* WHERE of a partial index: executed with its values, or no index would be found. */
static void put_target_where(struct corm_compiler *c, const struct corm_node *where)
{
    bool executed_before = c->executes_literals;
    bool is_shown = c->options->is_for_reading && has_names(c);
    c->executes_literals = !is_shown;
    corm_compiler_puts(c, " WHERE ");
    corm_compiler_condition(c, where, CORM_OP_AS_BOOLEAN);
    c->executes_literals = executed_before;
}

/* Whatever conflicts; SQLite can UPDATE then too. */
static void put_no_target(struct corm_compiler *c, const struct corm_node *clause)
{
    bool is_update = (clause->flags & CORM_NODE_VARIANT) != 0;
    if (is_update && corm_dialect_has(c->dialect, CORM_DIALECT_CONFLICT_NAME)) {
        corm_compiler_fail(c, CORM_E_ARGUMENT,
                           "on_conflict_do_update needs index_elements or constraint");
    }
    corm_compiler_puts(c, is_update ? " " : "");
}

/* What conflicts: columns, or a constraint's name. */
static void put_target(struct corm_compiler *c, const struct corm_node *clause)
{
    const struct corm_node *target = clause->kid[CORM_ON_CONFLICT_TARGET];
    const struct corm_node *where = clause->kid[CORM_ON_CONFLICT_TARGET_WHERE];
    if (clause->name != NULL) {
        if (!has_names(c)) {
            corm_compiler_fail(
                c, CORM_E_UNSUPPORTED,
                "dialect '%s' does not support ON CONFLICT ON CONSTRAINT",
                c->dialect->name);
        }
        corm_compiler_puts(c, " ON CONSTRAINT ");
        corm_compiler_name(c, clause->name, clause->name_len, "constraint");
        return;
    }
    if (target == NULL || target->nkids == 0) {
        put_no_target(c, clause);
        return;
    }
    c->hides_tables = true;
    corm_compiler_puts(c, " (");
    corm_compiler_list(c, target);
    corm_compiler_puts(c, ")");
    if (where != NULL) {
        put_target_where(c, where);
    }
    c->hides_tables = false;
}

/* a = value, b = value in the order of the table */
static void put_set(struct corm_compiler *c, const struct corm_table *table,
                    const struct corm_node *row)
{
    const char *separator = "";
    corm_assign_check(c, table, row, 0);
    for (size_t i = 0; i < table->columns.count && c->rc == CORM_OK; i++) {
        const struct corm_column *column = table->columns.items[i];
        const struct corm_node *value = corm_assign_find(row, column);
        if (value == NULL) {
            continue;
        }
        corm_compiler_puts(c, separator);
        corm_compiler_node_name(c, &column->node, "column");
        corm_compiler_puts(c, " = ");
        if (value->kind == CORM_NODE_BIND) {
            c->forgets_names = true; /* the column's name is that of the VALUES */
            corm_compiler_typed_bind(
                c, value,
                value->type->kind == CORM_TYPE_NULL ? column->node.type : value->type);
            c->forgets_names = false;
        } else {
            corm_compiler_grouped(c, value);
        }
        separator = ", ";
    }
    if (separator[0] == '\0') {
        corm_compiler_fail(c, CORM_E_COMPILE, "ON CONFLICT DO UPDATE sets no column");
    }
}

void corm_compiler_on_conflict(struct corm_compiler *c, const struct corm_node *clause,
                               const struct corm_table *table)
{
    const struct corm_node *where = clause->kid[CORM_ON_CONFLICT_WHERE];
    corm_compiler_puts(c, " ON CONFLICT");
    put_target(c, clause);
    if (!(clause->flags & CORM_NODE_VARIANT)) {
        corm_compiler_puts(c, " DO NOTHING");
        return;
    }
    corm_compiler_puts(c, " DO UPDATE SET ");
    put_set(c, table, clause->kid[CORM_ON_CONFLICT_SET]);
    if (where != NULL) {
        corm_compiler_puts(c, " WHERE ");
        corm_compiler_condition(c, where, CORM_OP_AS_BOOLEAN);
    }
}

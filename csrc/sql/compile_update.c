/* SPDX-License-Identifier: MIT */
/*
 * UPDATE and DELETE:
 *
 *     UPDATE t SET a=:a, b=(t.b + :b_1) [FROM other] WHERE … [RETURNING …]
 *     DELETE FROM t [USING other] WHERE … [RETURNING …]
 */
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/schema.h"

/* What the aliases of a target are of. */
static const struct corm_node *unaliased(const struct corm_node *target)
{
    while (target->kind == CORM_NODE_ALIAS) {
        target = corm_node_unmarked(target->kid[0]);
    }
    return target;
}

/* What is changed is a table, itself or behind an alias; a CTE and a join have none. */
static const struct corm_table *table_of(const struct corm_node *target)
{
    target = unaliased(target);
    return target->kind == CORM_NODE_TABLE ? corm_node_table(target) : NULL;
}

static bool check_target(struct corm_compiler *c, const struct corm_node *target)
{
    target = unaliased(target);
    bool is_fine = target->kind == CORM_NODE_TABLE || target->kind == CORM_NODE_CTE ||
                   target->kind == CORM_NODE_JOIN;
    if (!is_fine) {
        corm_compiler_fail(c, CORM_E_ARGUMENT, "UPDATE and DELETE need a table");
    }
    return is_fine;
}

/* name=value; nothing more than a comma stands between several */
struct setter {
    struct corm_compiler *c;
    const char *separator;
};

static void set_begin(struct setter *s, const struct corm_column *column)
{
    corm_compiler_puts(s->c, s->separator);
    corm_compiler_node_name(s->c, &column->node, "column");
    corm_compiler_puts(s->c, "=");
    s->separator = ", ";
}

static void set_target(struct setter *s, const struct corm_node *assign)
{
    corm_compiler_puts(s->c, s->separator);
    corm_compiler_target(s->c, assign->kid[0]);
    corm_compiler_puts(s->c, "=");
    corm_compiler_grouped(s->c, assign->kid[1]);
    s->separator = ", ";
}

static void set_targets(struct setter *s, const struct corm_node *row)
{
    for (uint32_t i = 0; i < row->nkids && s->c->rc == CORM_OK; i++) {
        if (corm_assign_sets_target(row->kid[i])) {
            set_target(s, row->kid[i]);
        }
    }
}

/* The column of table that the assignment is for; assignments were checked before. */
static const struct corm_column *target_column(const struct corm_table *table,
                                               const struct corm_node *assign)
{
    for (size_t i = 0; i < table->columns.count; i++) {
        struct corm_node row = { .nkids = 1, .kid = &assign };
        if (corm_assign_find(&row, table->columns.items[i]) != NULL) {
            return table->columns.items[i];
        }
    }
    return NULL;
}

/* ordered_values(): as they were written */
static void set_in_order(struct setter *s, const struct corm_table *table,
                         const struct corm_node *row)
{
    for (uint32_t i = 0; i < row->nkids && s->c->rc == CORM_OK; i++) {
        const struct corm_column *column = target_column(table, row->kid[i]);
        if (corm_assign_sets_target(row->kid[i])) {
            set_target(s, row->kid[i]);
        } else if (column != NULL) {
            set_begin(s, column);
            corm_compiler_assigned(s->c, column, row->kid[i]->kid[1], 0, false);
        }
    }
}

static void set_onupdate(struct setter *s, const struct corm_column *column)
{
    if (column->onupdate_node != NULL) {
        set_begin(s, column);
        corm_compiler_grouped(s->c, column->onupdate_node);
    } else if (column->flags & CORM_COLUMN_HAS_ONUPDATE) {
        set_begin(s, column);
        corm_compiler_column_bind(s->c, column, CORM_SOURCE_ONUPDATE, 0, false);
    }
}

static void set_column(struct setter *s, const struct corm_column *column,
                       const struct corm_node *row, bool takes_all)
{
    bool is_ordered = row != NULL && (row->flags & CORM_NODE_VARIANT);
    const struct corm_node *value = corm_assign_find(row, column);
    if (value != NULL && !is_ordered) {
        set_begin(s, column);
        corm_compiler_assigned(s->c, column, value, 0, false);
    } else if (value == NULL && corm_assign_is_param(s->c, column, takes_all)) {
        set_begin(s, column);
        corm_compiler_column_bind(s->c, column, CORM_SOURCE_PARAM, 0, false);
    } else if (value == NULL && !corm_assign_tuple_has(row, column)) {
        set_onupdate(s, column);
    }
}

/* SET of a CTE or a join, which have no columns of their own: what was written. */
static void put_written_set(struct corm_compiler *c, const struct corm_node *row)
{
    if (row == NULL || row->nkids == 0) {
        corm_compiler_fail(c, CORM_E_COMPILE,
                           "UPDATE of what is no table sets no column");
        return;
    }
    for (uint32_t i = 0; i < row->nkids && c->rc == CORM_OK; i++) {
        const struct corm_node *target = corm_node_unmarked(row->kid[i]->kid[0]);
        const struct corm_column *column = corm_column_behind(target);
        if (column == NULL) {
            corm_compiler_fail(c, CORM_E_COMPILE, "values: '%.*s' is no table's column",
                               (int)target->name_len, target->name);
            return;
        }
        corm_compiler_puts(c, i > 0 ? ", " : " SET ");
        corm_compiler_node_name(c, target, "column");
        corm_compiler_puts(c, "=");
        corm_compiler_assigned(c, column, row->kid[i]->kid[1], 0, false);
    }
}

static void put_set(struct corm_compiler *c, const struct corm_node *target,
                    const struct corm_node *row)
{
    const struct corm_table *table = table_of(target);
    if (table == NULL) {
        put_written_set(c, row);
        return;
    }
    struct setter setter = { .c = c, .separator = "" };
    bool has_row = row != NULL && row->nkids > 0;
    bool takes_all = !has_row && !c->options->has_column_keys;
    bool is_ordered = has_row && (row->flags & CORM_NODE_VARIANT) != 0;
    corm_assign_check(c, table, row, CORM_ASSIGN_KEYS | CORM_ASSIGN_TARGETS);
    corm_compiler_puts(c, " SET ");
    if (is_ordered) {
        set_in_order(&setter, table, row);
    } else if (has_row) {
        set_targets(&setter, row);
    }
    for (size_t i = 0; i < table->columns.count && c->rc == CORM_OK; i++) {
        set_column(&setter, table->columns.items[i], row, takes_all);
    }
    if (setter.separator[0] == '\0') {
        corm_compiler_fail(c, CORM_E_COMPILE, "UPDATE of '%s' sets no column",
                           table->node.name);
    }
}

/* What the statement writes into a column: corm_written_fn. */
static enum corm_written written(const struct corm_compiler *c, const void *ctx,
                                 const struct corm_column *column)
{
    const struct corm_node *row = ctx;
    bool takes_all = (row == NULL || row->nkids == 0) && !c->options->has_column_keys;
    const struct corm_node *value = corm_assign_find(row, column);
    if (value != NULL) {
        return corm_written_by(value);
    }
    if (corm_assign_is_param(c, column, takes_all)) {
        return CORM_WRITTEN_VALUE;
    }
    if (corm_assign_tuple_has(row, column)) {
        return CORM_WRITTEN_SQL;
    }
    if (column->onupdate_node != NULL) {
        return CORM_WRITTEN_SQL;
    }
    return column->flags & CORM_COLUMN_HAS_ONUPDATE ? CORM_WRITTEN_VALUE
                                                    : CORM_WRITTEN_NOT;
}

static void put_where(struct corm_compiler *c, const struct corm_node *where)
{
    if (where != NULL && !(where->kind == CORM_NODE_LIST && where->nkids == 0)) {
        corm_compiler_puts(c, " WHERE ");
        corm_compiler_condition(c, where, CORM_OP_AS_BOOLEAN);
    }
}

/* What the values and the condition of the statement mention. */
static void collect_froms(struct corm_compiler *c, const struct corm_node *set,
                          const struct corm_node *where, struct corm_from_list *out)
{
    if (set != NULL) {
        for (uint32_t i = 0; i < set->nkids; i++) {
            corm_froms_collect(c, set->kid[i]->kid[1], out);
        }
    }
    if (where != NULL) {
        corm_froms_collect(c, where, out);
    }
}

/* keyword, then all froms but the target and what that joins */
static void put_extra_froms(struct corm_compiler *c, const struct corm_node *target,
                            const struct corm_from_list *froms, const char *keyword,
                            enum corm_dialect_feature feature)
{
    struct corm_from_list own = { 0 };
    struct corm_from_list extra = { 0 };
    corm_froms_flatten(c, target, &own);
    for (size_t i = 0; i < froms->count; i++) {
        if (!corm_from_list_has(&own, froms->items[i])) {
            corm_from_list_add(c, &extra, froms->items[i]);
        }
    }
    corm_froms_hide_joined(c, &extra);
    if (extra.count > 0) {
        if (!corm_dialect_has(c->dialect, feature)) {
            corm_compiler_fail(c, CORM_E_ARGUMENT,
                               "dialect '%s' does not support several tables in this "
                               "statement",
                               c->dialect->name);
        }
        corm_compiler_puts(c, keyword);
        corm_compiler_from_list(c, &extra);
    }
    corm_vec_release(&own);
    corm_vec_release(&extra);
}

void corm_compiler_update(struct corm_compiler *c, const struct corm_node *update)
{
    const struct corm_node *target = corm_node_unmarked(update->kid[CORM_UPDATE_TABLE]);
    const struct corm_node *set = update->kid[CORM_UPDATE_SET];
    const struct corm_node *where = update->kid[CORM_UPDATE_WHERE];
    struct corm_from_list froms = { 0 };
    struct corm_scope scope;
    if (!check_target(c, target)) {
        return;
    }
    corm_from_list_add(c, &froms, target);
    collect_froms(c, set, where, &froms);
    corm_scope_open(c, &scope, update, &froms);
    corm_compiler_puts(c, "UPDATE ");
    corm_compiler_prefixes(c, update->kid[CORM_UPDATE_PREFIXES]);
    corm_compiler_from(c, target);
    put_set(c, target, set);
    corm_compiler_cte_list(c, update->kid[CORM_UPDATE_CTES]);
    corm_from_lint(c, "UPDATE", where, &froms);
    put_extra_froms(c, target, &froms, " FROM ", CORM_DIALECT_UPDATE_FROM);
    put_where(c, where);
    corm_compiler_extensions(c, update, "post_criteria", " ", "");
    corm_compiler_returning(
        c, corm_returning_wanted(c, update->kid[CORM_UPDATE_RETURNING], written, set));
    corm_scope_close(c, &scope);
    corm_vec_release(&froms);
}

void corm_compiler_delete(struct corm_compiler *c, const struct corm_node *statement)
{
    const struct corm_node *target =
        corm_node_unmarked(statement->kid[CORM_DELETE_TABLE]);
    const struct corm_node *where = statement->kid[CORM_DELETE_WHERE];
    const struct corm_node *using = corm_node_slot(statement, CORM_DELETE_USING);
    struct corm_from_list froms = { 0 };
    struct corm_scope scope;
    if (!check_target(c, target)) {
        return;
    }
    corm_from_list_add(c, &froms, target);
    for (uint32_t i = 0; using != NULL && i < using->nkids; i++) {
        corm_from_list_add(c, &froms, using->kid[i]);
    }
    collect_froms(c, NULL, where, &froms);
    corm_scope_open(c, &scope, statement, &froms);
    corm_compiler_cte_list(c, statement->kid[CORM_DELETE_CTES]);
    corm_compiler_puts(c, "DELETE ");
    corm_compiler_prefixes(c, statement->kid[CORM_DELETE_PREFIXES]);
    corm_compiler_puts(c, "FROM ");
    corm_compiler_from(c, target);
    corm_from_lint(c, "DELETE", where, &froms);
    put_extra_froms(c, target, &froms,
                    corm_dialect_has(c->dialect, CORM_DIALECT_LENIENT) ? " , "
                                                                       : " USING ",
                    CORM_DIALECT_DELETE_USING);
    put_where(c, where);
    corm_compiler_extensions(c, statement, "post_criteria", " ", "");
    corm_compiler_returning(c, statement->kid[CORM_DELETE_RETURNING]);
    corm_scope_close(c, &scope);
    corm_vec_release(&froms);
}

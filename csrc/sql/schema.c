/* SPDX-License-Identifier: MIT */
#include "sql/schema.h"

#include <string.h>

/* Make the column's node; a free column has no id, its name is what it is. */
static void column_set_id(struct corm_column *column, uint64_t id)
{
    struct corm_node_spec spec = {
        .kind = CORM_NODE_COLUMN,
        .id = id,
        .flags =
            (uint16_t)(column->node.flags & (CORM_NODE_QUOTED | CORM_NODE_UNQUOTED)),
        .type = column->node.type,
        .name = column->node.name,
        .name_len = column->node.name_len,
    };
    corm_node_init(&column->node, &spec);
}

void corm_column_init(struct corm_column *column, const char *name, size_t name_len,
                      const struct corm_type *type, uint32_t flags)
{
    *column = (struct corm_column){ .key = name, .flags = flags };
    column->node.type = type;
    column->node.flags = flags & CORM_COLUMN_QUOTED ? CORM_NODE_QUOTED : 0;
    column->node.name = name;
    column->node.name_len = name_len;
    column_set_id(column, 0);
}

void corm_column_release(struct corm_column *column)
{
    corm_vec_release(&column->foreign_keys);
}

void corm_table_init(struct corm_table *table, const char *name, size_t name_len,
                     const char *schema)
{
    struct corm_node_spec spec = {
        .kind = CORM_NODE_TABLE,
        .id = corm_node_next_id(),
        .name = name,
        .name_len = name_len,
    };
    *table = (struct corm_table){ .schema = schema };
    corm_node_init(&table->node, &spec);
}

void corm_table_release(struct corm_table *table)
{
    corm_vec_release(&table->columns);
    corm_vec_release(&table->primary_key);
    corm_vec_release(&table->constraints);
    corm_vec_release(&table->indexes);
    corm_vec_release(&table->needed);
}

enum corm_rc corm_table_need(struct corm_table *table, const struct corm_table *other,
                             struct corm_error *err)
{
    return corm_vec_push(&table->needed, other) ? CORM_OK : corm_fail_memory(err);
}

struct corm_column *corm_table_find(const struct corm_table *table, const char *key,
                                    size_t len)
{
    corm_vec_foreach (&table->columns, it) {
        if (strlen((*it)->key) == len && memcmp((*it)->key, key, len) == 0) {
            return *it;
        }
    }
    return NULL;
}

enum corm_rc corm_table_append_column(struct corm_table *table,
                                      struct corm_column *column,
                                      struct corm_error *err)
{
    if (column->table != NULL) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "column '%s' is already part of table '%s'", column->key,
                         column->table->node.name);
    }
    if (corm_table_find(table, column->key, strlen(column->key)) != NULL) {
        return corm_fail(err, CORM_E_ARGUMENT, "table '%s' already has a column '%s'",
                         table->node.name, column->key);
    }
    if (!corm_vec_push(&table->columns, column)) {
        return corm_fail_memory(err);
    }
    column->table = table;
    column->position = (uint32_t)table->columns.count - 1;
    column_set_id(column, corm_node_next_id());
    return CORM_OK;
}

enum corm_rc corm_table_replace_column(struct corm_table *table,
                                       struct corm_column *old,
                                       struct corm_column *column,
                                       struct corm_error *err)
{
    PRE(old->table == table);
    if (column->table != NULL) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "column '%s' is already part of table '%s'", column->key,
                         column->table->node.name);
    }
    const struct corm_column *same =
        corm_table_find(table, column->key, strlen(column->key));
    if (same != NULL && same != old) {
        return corm_fail(err, CORM_E_ARGUMENT, "table '%s' already has a column '%s'",
                         table->node.name, column->key);
    }
    table->columns.items[old->position] = column;
    column->table = table;
    column->position = old->position;
    column_set_id(column, corm_node_next_id());
    old->table = NULL;
    return CORM_OK;
}

void corm_table_move_column(struct corm_table *table, struct corm_column *column,
                            uint32_t position)
{
    PRE(column->table == table && position < table->columns.count);
    struct corm_column **items = table->columns.items;
    int step = position < column->position ? -1 : 1;
    for (uint32_t at = column->position; at != position; at += (uint32_t)step) {
        items[at] = items[at + (uint32_t)step];
        items[at]->position = at;
    }
    items[position] = column;
    column->position = position;
}

/* The table's PRIMARY KEY constraint if it was declared as such, or NULL. */
static struct corm_constraint *declared_primary_key(const struct corm_table *table)
{
    corm_vec_foreach (&table->constraints, it) {
        if ((*it)->kind == CORM_CONSTRAINT_PRIMARY_KEY) {
            return *it;
        }
    }
    return NULL;
}

/* Members of the key: the declared constraint's columns first, then flagged ones. */
static enum corm_rc settle_primary_key(struct corm_table *table, struct corm_error *err)
{
    struct corm_constraint *declared = declared_primary_key(table);
    if (!corm_vec_reserve(&table->primary_key, table->columns.count)) {
        return corm_fail_memory(err);
    }
    table->primary_key.count = 0;
    if (declared != NULL && declared->columns.count > 0) {
        corm_vec_foreach (&declared->columns, it) {
            (*it)->flags |= CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL;
            table->primary_key.items[table->primary_key.count++] = *it;
        }
        return CORM_OK;
    }
    corm_vec_foreach (&table->columns, it) {
        if ((*it)->flags & CORM_COLUMN_PRIMARY_KEY) {
            (*it)->flags |= CORM_COLUMN_NOT_NULL;
            table->primary_key.items[table->primary_key.count++] = *it;
        }
    }
    return CORM_OK;
}

static bool type_is_integer(const struct corm_type *type)
{
    return type->kind == CORM_TYPE_SMALLINT || type->kind == CORM_TYPE_INTEGER ||
           type->kind == CORM_TYPE_BIGINT;
}

/* True for a type that autoincrement=true can be said of: NUMERIC(10, 0) too */
static bool can_be_numbered(const struct corm_type *type)
{
    return type_is_integer(type) ||
           (type->kind == CORM_TYPE_NUMERIC && type->scale <= 0);
}

/* True if the database numbers this only member of the key unless told otherwise. */
static bool is_numbered_by_itself(const struct corm_column *column)
{
    uint32_t refusing = CORM_COLUMN_NO_AUTOINCREMENT | CORM_COLUMN_HAS_DEFAULT |
                        CORM_COLUMN_HAS_SQL_DEFAULT | CORM_COLUMN_HAS_SERVER_DEFAULT |
                        CORM_COLUMN_COMPUTED;
    if (column->flags & CORM_COLUMN_IDENTITY) {
        refusing &= ~(uint32_t)CORM_COLUMN_HAS_SERVER_DEFAULT; /* it is the identity */
    }
    return type_is_integer(column->node.type) && !(column->flags & refusing) &&
           (column->foreign_keys.count == 0 || (column->flags & CORM_COLUMN_IGNORE_FK));
}

static enum corm_rc settle_autoincrement(struct corm_table *table,
                                         struct corm_error *err)
{
    struct corm_column *found = NULL;
    corm_vec_foreach (&table->primary_key, it) {
        struct corm_column *column = *it;
        if (!(column->flags & CORM_COLUMN_AUTOINCREMENT)) {
            continue;
        }
        if (found != NULL) {
            return corm_fail(err, CORM_E_ARGUMENT,
                             "only one column may be marked autoincrement=true, found "
                             "both '%s' and '%s'",
                             found->key, column->key);
        }
        if (!can_be_numbered(column->node.type)) {
            return corm_fail(err, CORM_E_ARGUMENT,
                             "type %s of column '%s' is not compatible with "
                             "autoincrement=true",
                             corm_type_class_name(column->node.type), column->key);
        }
        found = column;
    }
    if (found == NULL && table->primary_key.count == 1 &&
        is_numbered_by_itself(table->primary_key.items[0])) {
        found = table->primary_key.items[0];
    }
    table->autoincrement = found;
    return CORM_OK;
}

/* A column that was declared without type has that of the column it refers to. */
static void settle_types(struct corm_table *table)
{
    corm_vec_foreach (&table->columns, it) {
        struct corm_column *column = *it;
        if (column->node.type->kind != CORM_TYPE_NULL) {
            continue;
        }
        corm_vec_foreach (&column->foreign_keys, fk) {
            if ((*fk)->referred != NULL) {
                column->node.type = (*fk)->referred->node.type;
                break;
            }
        }
    }
}

enum corm_rc corm_table_settle(struct corm_table *table, struct corm_error *err)
{
    settle_types(table);
    enum corm_rc rc = settle_primary_key(table, err);
    return rc == CORM_OK ? settle_autoincrement(table, err) : rc;
}

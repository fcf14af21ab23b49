/* SPDX-License-Identifier: MIT */
/*
 * How rows that come back from an INSERT of many tell which parameter sets they are of: no
 * database promises that RETURNING keeps the order of VALUES. They are known
 *
 *     by the column that was declared for it (insert_sentinel),
 *     by the key that the database counts up, which follows the order of the rows,
 *     by a primary key whose values are sent.
 *
 * Where nothing of that is there, and where ON CONFLICT may return a row that was there
 * before, each set has to be a statement of its own.
 */
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/dialect.h"
#include "sql/schema.h"

#include <string.h>

struct search {
    struct corm_compiler *c;
    const struct corm_table *table;
    const struct corm_node *row; /* ROW of assignments, or NULL */
};

/* Index of the draft of the slot that sends the column's value as it is, or -1. */
static int64_t find_slot(const struct search *s, const struct corm_column *column)
{
    const struct corm_compiler *c = s->c;
    const struct corm_node *value = corm_assign_find(s->row, column);
    if (value != NULL) {
        uint64_t key = (uint64_t)(uintptr_t)corm_node_unmarked(value);
        return (int64_t)(uintptr_t)corm_hmap_get(&c->slot_of_bind, key) - 1;
    }
    for (size_t i = 0; i < c->slots.count; i++) {
        if (c->slots.items[i].column_id == column->node.id) {
            return (int64_t)i;
        }
    }
    return -1;
}

/* Texts of a fixed length come back with blanks behind them. */
static bool is_padded(const struct corm_type *type)
{
    return (type->flags & CORM_TYPE_EXACT) != 0 && type->name != NULL &&
           (strcmp(type->name, "CHAR") == 0 || strcmp(type->name, "NCHAR") == 0);
}

/* True if a value of the type is read as it was sent: not rounded, nor put otherwise. */
static bool is_faithful(const struct corm_type *type)
{
    if (type->around_bind.expression != NULL ||
        type->around_column.expression != NULL) {
        return false;
    }
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_SMALLINT:
    case CORM_TYPE_INTEGER:
    case CORM_TYPE_BIGINT:
    case CORM_TYPE_STRING:
    case CORM_TYPE_TEXT:
    case CORM_TYPE_BOOLEAN:
    case CORM_TYPE_DATE:
    case CORM_TYPE_BINARY:
    case CORM_TYPE_UUID:
    case CORM_TYPE_ENUM:
        return true;
    case CORM_TYPE_DATETIME:
        return type->precision < 0 && (type->flags & CORM_TYPE_TIMEZONE) == 0;
    default:
        return false;
    }
}

static void sentinel_add(const struct search *s, const struct corm_column *column,
                         int64_t slot)
{
    struct corm_sentinel *sentinel = &s->c->compiled->sentinel;
    const struct corm_type *type =
        slot < 0 ? &corm_type_bigint : s->c->slots.items[slot].type;
    sentinel->columns[sentinel->ncolumns++] = (struct corm_sentinel_column){
        .column_id = column->node.id,
        .type = type,
        .is_padded = is_padded(type),
        .slot = slot < 0 ? 0 : (uint32_t)slot,
    };
}

/* Take the column if its values are sent; false if rows cannot be known by it. */
static bool add_sent(const struct search *s, const struct corm_column *column)
{
    int64_t slot = find_slot(s, column);
    const struct corm_type *type = corm_dialect_type(s->c->dialect, column->node.type);
    if (slot < 0 || !is_faithful(type) || !is_faithful(s->c->slots.items[slot].type) ||
        type->kind != s->c->slots.items[slot].type->kind) {
        return false;
    }
    sentinel_add(s, column, slot);
    return true;
}

/* True if the database counts the column up from row to row. */
static bool is_counted(const struct search *s, const struct corm_column *column)
{
    const uint32_t other = CORM_COLUMN_HAS_DEFAULT | CORM_COLUMN_HAS_SQL_DEFAULT;
    const struct corm_sequence *sequence = column->sequence;
    bool is_identity = (column->flags & CORM_COLUMN_IDENTITY) != 0;
    bool is_other = (column->flags & other) != 0 ||
                    (!is_identity && column->flags & CORM_COLUMN_HAS_SERVER_DEFAULT);
    if (corm_assign_find(s->row, column) != NULL || find_slot(s, column) >= 0 ||
        is_other) {
        return false;
    }
    if (sequence == NULL) {
        return column == s->table->autoincrement;
    }
    return !sequence->is_cycle && (!sequence->has_increment || sequence->increment > 0);
}

static bool add_counted(const struct search *s, const struct corm_column *column)
{
    if (!is_counted(s, column)) {
        return false;
    }
    sentinel_add(s, column, -1);
    return true;
}

static bool add_primary_key(const struct search *s)
{
    const struct corm_table *table = s->table;
    for (size_t i = 0; i < table->primary_key.count; i++) {
        if (!add_sent(s, table->primary_key.items[i])) {
            s->c->compiled->sentinel.ncolumns = 0;
            return false;
        }
    }
    return table->primary_key.count > 0;
}

static const struct corm_column *declared_sentinel(const struct corm_table *table)
{
    for (size_t i = 0; i < table->columns.count; i++) {
        if (table->columns.items[i]->flags & CORM_COLUMN_SENTINEL) {
            return table->columns.items[i];
        }
    }
    return NULL;
}

static enum corm_sentinel_kind choose(const struct search *s)
{
    const struct corm_column *declared = declared_sentinel(s->table);
    const struct corm_column *counted = s->table->autoincrement;
    if (declared != NULL && add_sent(s, declared)) {
        return CORM_SENTINEL_MATCHED;
    }
    if ((declared != NULL && add_counted(s, declared)) ||
        (counted != NULL && add_counted(s, counted))) {
        return CORM_SENTINEL_NUMBERED;
    }
    return add_primary_key(s) ? CORM_SENTINEL_MATCHED : CORM_SENTINEL_NONE;
}

/* The place of the column in the rows; -1 if it is not returned. */
static int64_t find_cell(const struct corm_compiler *c, uint64_t column_id)
{
    for (size_t i = 0; i < c->columns.count && !c->compiled->is_by_name; i++) {
        if (c->columns.items[i].column_id == column_id) {
            return (int64_t)i;
        }
    }
    return -1;
}

static const struct corm_column *column_by_id(const struct corm_table *table,
                                              uint64_t id)
{
    for (size_t i = 0; i < table->columns.count; i++) {
        if (table->columns.items[i]->node.id == id) {
            return table->columns.items[i];
        }
    }
    return NULL;
}

/* Have the columns returned too. */
static void put_hidden(const struct search *s)
{
    struct corm_compiler *c = s->c;
    struct corm_sentinel *sentinel = &c->compiled->sentinel;
    c->hides_tables = !corm_dialect_has(c->dialect, CORM_DIALECT_QUALIFIED_RETURNING);
    for (uint32_t i = 0; i < sentinel->ncolumns; i++) {
        corm_compiler_puts(c, ", ");
        corm_compiler_column(
            c, &column_by_id(s->table, sentinel->columns[i].column_id)->node);
        sentinel->columns[i].cell = i;
    }
    sentinel->nhidden = sentinel->ncolumns;
    c->hides_tables = false;
}

/* Where the columns are among the rows' cells. */
static void place(const struct search *s)
{
    struct corm_sentinel *sentinel = &s->c->compiled->sentinel;
    for (uint32_t i = 0; i < sentinel->ncolumns; i++) {
        int64_t cell = find_cell(s->c, sentinel->columns[i].column_id);
        if (cell < 0) {
            put_hidden(s);
            return;
        }
        sentinel->columns[i].cell = (uint32_t)cell;
    }
}

void corm_compiler_sentinel(struct corm_compiler *c, const struct corm_table *table,
                            const struct corm_node *row, bool is_upsert)
{
    const struct search s = { .c = c, .table = table, .row = row };
    struct corm_sentinel *sentinel = &c->compiled->sentinel;
    c->compiled->keeps_order = true;
    if (is_upsert || c->values_len == 0) {
        return;
    }
    sentinel->columns = corm_arena_zero(&c->compiled->arena, table->columns.count,
                                        sizeof(*sentinel->columns));
    if (sentinel->columns == NULL) {
        corm_compiler_fail_memory(c);
        return;
    }
    sentinel->kind = choose(&s);
    place(&s);
}

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* True if RETURNING stands right behind the values, for nothing but the counted key. */
static bool returns_key(const struct corm_compiled *compiled)
{
    const struct corm_sentinel *sentinel = &compiled->sentinel;
    return sentinel->kind == CORM_SENTINEL_NUMBERED && sentinel->nhidden == 0 &&
           compiled->ncolumns == 1 && compiled->values_len > 0 &&
           compiled->columns[0].column_id == sentinel->columns[0].column_id &&
           has_prefix(compiled->sql, "INSERT INTO ") &&
           has_prefix(compiled->sql + compiled->values_pos + compiled->values_len,
                      " RETURNING ");
}

void corm_compiler_settle_sentinel(struct corm_compiler *c)
{
    struct corm_compiled *compiled = c->compiled;
    bool is_matched = compiled->sentinel.kind == CORM_SENTINEL_MATCHED;
    for (uint32_t i = 0; i < compiled->sentinel.ncolumns && is_matched; i++) {
        struct corm_sentinel_column *column = &compiled->sentinel.columns[i];
        const char *name = c->slots.items[column->slot].name;
        uint32_t slot = 0;
        while (slot + 1 < compiled->nslots && compiled->slots[slot].name != name) {
            slot++;
        }
        column->slot = slot;
    }
    compiled->returns_key = returns_key(compiled);
}

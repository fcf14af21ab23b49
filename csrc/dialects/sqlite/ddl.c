/* SPDX-License-Identifier: MIT */
/* Columns of CREATE TABLE as SQLite has them. */
#include "dialects/sqlite/dialect.h"
#include "sql/ddl_writer.h"

#include <ctype.h>
#include <string.h>

/*
 * A default that is more than a word or a literal has to be in parentheses. What that is
 * can only be told from its text, because it may be the user's.
 */
static bool needs_parens(const char *text)
{
    while (isspace((unsigned char)*text)) {
        text++;
    }
    if (*text == '\'' || *text == '"' || *text == '(') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (!isalnum((unsigned char)*text) && *text != '_') {
            return true;
        }
    }
    return false;
}

static void put_default(struct corm_ddl_writer *w, const struct corm_node *node)
{
    corm_strbuf_puts(w->out, " DEFAULT ");
    size_t start = w->out->len;
    corm_ddl_default(w, node);
    if (!w->out->is_broken && needs_parens(w->out->data + start)) {
        corm_strbuf_insert(w->out, start, "(", 1);
        corm_strbuf_putc(w->out, ')');
    }
}

/* [ON CONFLICT …] of the table's primary key */
static void put_key_conflict(struct corm_ddl_writer *w, const struct corm_table *table)
{
    for (size_t i = 0; i < table->constraints.count; i++) {
        const struct corm_constraint *key = table->constraints.items[i];
        if (key->kind == CORM_CONSTRAINT_PRIMARY_KEY && key->on_conflict != NULL) {
            corm_strbuf_puts(w->out, " ON CONFLICT ");
            corm_ddl_word(w, key->on_conflict, "conflict resolution");
        }
    }
}

/* TYPE [DEFAULT …] [NOT NULL] [PRIMARY KEY AUTOINCREMENT] [GENERATED …] */
bool corm_sqlite_column_type(struct corm_ddl_writer *w,
                             const struct corm_column *column)
{
    bool is_composite = column->table != NULL && column->table->primary_key.count > 1;
    if (is_composite && (column->flags & CORM_COLUMN_AUTOINCREMENT)) {
        corm_ddl_fail(w, CORM_E_COMPILE,
                      "(in table '%s', column '%s'): SQLite does not support "
                      "autoincrement for composite primary keys",
                      column->table->node.name, column->node.name);
    }
    corm_ddl_put_type(w, column->node.type);
    if (column->server_default != NULL) {
        put_default(w, column->server_default);
    }
    if (column->flags & CORM_COLUMN_NOT_NULL) {
        corm_strbuf_puts(w->out, " NOT NULL");
        if (column->null_conflict != NULL) {
            corm_strbuf_puts(w->out, " ON CONFLICT ");
            corm_ddl_word(w, column->null_conflict, "conflict resolution");
        }
    }
    if (column->flags & CORM_COLUMN_KEY_INLINE) {
        PRE(column->table != NULL);
        corm_strbuf_puts(w->out, " PRIMARY KEY");
        put_key_conflict(w, column->table);
        corm_strbuf_puts(w->out, " AUTOINCREMENT");
    }
    if (column->flags & CORM_COLUMN_COMPUTED) {
        corm_ddl_computed(w, column);
    }
    return true;
}

static bool is_same_schema(const struct corm_table *a, const struct corm_table *b)
{
    return a->schema == NULL || b->schema == NULL ? a->schema == b->schema
                                                  : strcmp(a->schema, b->schema) == 0;
}

/* A key that AUTOINCREMENT put into its column; foreign keys into another file. */
bool corm_sqlite_wants_constraint(const struct corm_constraint *constraint)
{
    if (constraint->kind == CORM_CONSTRAINT_PRIMARY_KEY) {
        const struct corm_table *table = constraint->table;
        bool is_inline = table->primary_key.count == 1 &&
                         (table->primary_key.items[0]->flags & CORM_COLUMN_KEY_INLINE);
        return !is_inline;
    }
    bool is_foreign_key =
        constraint->kind == CORM_CONSTRAINT_FOREIGN_KEY && constraint->referred != NULL;
    return !is_foreign_key || is_same_schema(constraint->table, constraint->referred);
}

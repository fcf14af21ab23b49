/* SPDX-License-Identifier: MIT */
/* CREATE TABLE, DROP TABLE, constraints and ALTER TABLE. */
#include "sql/ddl.h"

#include "sql/ddl_writer.h"
#include "sql/literal.h"
#include "sql/quote.h"

#include <string.h>
#include <strings.h>

/* Text from a closed list, or a failure: it goes into the statement as it is. */
static void put_action(struct corm_ddl_writer *w, const char *keyword,
                       const char *action)
{
    static const char *const actions[] = { "CASCADE", "SET NULL", "SET DEFAULT",
                                           "RESTRICT", "NO ACTION" };
    if (action == NULL) {
        return;
    }
    for (size_t i = 0; i < CORM_LENGTH(actions); i++) {
        if (strcasecmp(action, actions[i]) == 0) {
            corm_strbuf_puts(w->out, keyword);
            corm_strbuf_puts(w->out, action);
            return;
        }
    }
    corm_ddl_fail(w, CORM_E_COMPILE, "unexpected SQL phrase: '%s'", action);
}

/* (a, b) */
static void put_columns(struct corm_ddl_writer *w, struct corm_column *const *columns,
                        size_t count)
{
    corm_strbuf_putc(w->out, '(');
    for (size_t i = 0; i < count; i++) {
        corm_strbuf_puts(w->out, i > 0 ? ", " : "");
        corm_ddl_name(w, columns[i]->node.name, "column");
    }
    corm_strbuf_putc(w->out, ')');
}

/* FOREIGN KEY(a) REFERENCES t (b) [ON DELETE …] [ON UPDATE …] */
static void put_foreign_key(struct corm_ddl_writer *w,
                            const struct corm_constraint *key)
{
    if (key->referred == NULL) {
        corm_ddl_fail(w, CORM_E_COMPILE,
                      "foreign key of table '%s' refers to a table that is not known",
                      key->table->node.name);
        return;
    }
    corm_strbuf_puts(w->out, "FOREIGN KEY(");
    for (size_t i = 0; i < key->elements.count; i++) {
        corm_strbuf_puts(w->out, i > 0 ? ", " : "");
        corm_ddl_name(w, key->elements.items[i]->column->node.name, "column");
    }
    corm_strbuf_puts(w->out, ") REFERENCES ");
    corm_ddl_table_name(w, key->referred);
    corm_strbuf_puts(w->out, " (");
    for (size_t i = 0; i < key->elements.count; i++) {
        const struct corm_column *referred = key->elements.items[i]->referred;
        corm_strbuf_puts(w->out, i > 0 ? ", " : "");
        corm_ddl_name(w, referred == NULL ? "" : referred->node.name, "column");
    }
    corm_strbuf_putc(w->out, ')');
    put_action(w, " ON DELETE ", key->ondelete);
    put_action(w, " ON UPDATE ", key->onupdate);
}

/* CHECK (a IN ('x', 'y')) of an enumeration, CHECK (a IN (0, 1)) of a flag */
static void put_type_check(struct corm_ddl_writer *w,
                           const struct corm_constraint *check)
{
    const struct corm_type_labels *labels = check->check_type->labels;
    corm_strbuf_puts(w->out, "CHECK (");
    corm_ddl_name(w, check->columns.items[0]->node.name, "column");
    corm_strbuf_puts(w->out, " IN (");
    for (uint32_t i = 0; labels != NULL && i < labels->count; i++) {
        corm_strbuf_puts(w->out, i > 0 ? ", " : "");
        corm_literal_put_text(w->out, labels->items[i], strlen(labels->items[i]));
    }
    corm_strbuf_puts(w->out, labels == NULL ? "0, 1))" : "))");
}

static void put_constraint(struct corm_ddl_writer *w,
                           const struct corm_constraint *constraint)
{
    if (constraint->name != NULL) {
        corm_strbuf_puts(w->out, "CONSTRAINT ");
        corm_ddl_name(w, constraint->name, "constraint");
        corm_strbuf_putc(w->out, ' ');
    }
    switch ((enum corm_constraint_kind)constraint->kind) {
    case CORM_CONSTRAINT_PRIMARY_KEY:
        corm_strbuf_puts(w->out, "PRIMARY KEY ");
        put_columns(w, constraint->table->primary_key.items,
                    constraint->table->primary_key.count);
        break;
    case CORM_CONSTRAINT_UNIQUE:
        corm_strbuf_puts(w->out, "UNIQUE ");
        put_columns(w, constraint->columns.items, constraint->columns.count);
        break;
    case CORM_CONSTRAINT_FOREIGN_KEY:
        put_foreign_key(w, constraint);
        break;
    case CORM_CONSTRAINT_CHECK:
        if (constraint->check_type != NULL) {
            put_type_check(w, constraint);
        } else {
            corm_strbuf_puts(w->out, "CHECK (");
            corm_ddl_expr(w, constraint->check);
            corm_strbuf_putc(w->out, ')');
        }
        break;
    }
    if (constraint->is_deferrable) {
        corm_strbuf_puts(w->out, " DEFERRABLE");
    }
    if (constraint->is_initially_deferred) {
        corm_strbuf_puts(w->out, " INITIALLY DEFERRED");
    }
}

bool corm_ddl_is_altered(const struct corm_constraint *constraint,
                         const struct corm_dialect *dialect)
{
    return constraint->use_alter && constraint->kind == CORM_CONSTRAINT_FOREIGN_KEY &&
           corm_dialect_has(dialect, CORM_DIALECT_ALTER);
}

static bool is_inline(const struct corm_ddl_writer *w,
                      const struct corm_constraint *constraint)
{
    bool is_native = constraint->check_type != NULL &&
                     ((constraint->check_type->kind == CORM_TYPE_BOOLEAN &&
                       corm_dialect_has(w->dialect, CORM_DIALECT_BOOLEAN)) ||
                      corm_ddl_has_type(constraint->check_type, w->dialect));
    if (is_native || corm_ddl_is_altered(constraint, w->dialect)) {
        return false;
    }
    return w->dialect->wants_constraint == NULL ||
           w->dialect->wants_constraint(constraint);
}

/* The table's primary key as a constraint, with the name it was declared with. */
static struct corm_constraint primary_key_of(const struct corm_table *table)
{
    struct corm_constraint key = { .kind = CORM_CONSTRAINT_PRIMARY_KEY };
    corm_vec_foreach (&table->constraints, it) {
        if ((*it)->kind == CORM_CONSTRAINT_PRIMARY_KEY) {
            key = **it;
        }
    }
    key.table = (struct corm_table *)(uintptr_t)table; /* only read */
    return key;
}

static void put_constraints(struct corm_ddl_writer *w, const struct corm_table *table,
                            const char *separator)
{
    struct corm_constraint key = primary_key_of(table);
    if (table->primary_key.count > 0 && is_inline(w, &key)) {
        corm_strbuf_puts(w->out, separator);
        put_constraint(w, &key);
    }
    corm_vec_foreach (&table->constraints, it) {
        if ((*it)->kind != CORM_CONSTRAINT_PRIMARY_KEY && is_inline(w, *it)) {
            corm_strbuf_puts(w->out, separator);
            put_constraint(w, *it);
        }
    }
}

/* A server default: a text as a literal, text() as it is, else an expression. */
void corm_ddl_default(struct corm_ddl_writer *w, const struct corm_node *node)
{
    if (node->kind == CORM_NODE_BIND) {
        struct corm_error err;
        if (corm_literal_put(w->dialect, node->type, &node->value, w->out, &err) !=
            CORM_OK) {
            corm_ddl_fail(w, err.rc, "%s", err.message);
        }
        return;
    }
    corm_ddl_expr(w, node);
}

/* GENERATED ALWAYS AS (…) [STORED | VIRTUAL] */
void corm_ddl_computed(struct corm_ddl_writer *w, const struct corm_column *column)
{
    corm_strbuf_puts(w->out, " GENERATED ALWAYS AS (");
    corm_ddl_expr(w, column->computed);
    corm_strbuf_putc(w->out, ')');
    if (column->flags & CORM_COLUMN_PERSISTED) {
        corm_strbuf_puts(w->out, " STORED");
    } else if (column->flags & CORM_COLUMN_NOT_PERSISTED) {
        corm_strbuf_puts(w->out, " VIRTUAL");
    }
}

/* name TYPE [DEFAULT …] [GENERATED …] [NOT NULL] */
static void put_column(struct corm_ddl_writer *w, const struct corm_column *column)
{
    corm_ddl_name(w, column->node.name, "column");
    corm_strbuf_putc(w->out, ' ');
    if (w->dialect->column_type != NULL && w->dialect->column_type(w, column)) {
        return;
    }
    corm_ddl_put_type(w, column->node.type);
    if (column->server_default != NULL) {
        corm_strbuf_puts(w->out, " DEFAULT ");
        corm_ddl_default(w, column->server_default);
    }
    if (column->flags & CORM_COLUMN_COMPUTED) {
        corm_ddl_computed(w, column);
    }
    if (column->flags & CORM_COLUMN_NOT_NULL) {
        corm_strbuf_puts(w->out, " NOT NULL");
    }
}

enum corm_rc corm_ddl_column(const struct corm_column *column,
                             const struct corm_ddl_options *options,
                             struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    put_column(&w, column);
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_create_table(const struct corm_table *table,
                                   const struct corm_ddl_options *options,
                                   struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    const char *separator = "\n\t";
    corm_strbuf_puts(out, "\nCREATE ");
    if (table->ddl_prefix != NULL) {
        corm_strbuf_puts(out, table->ddl_prefix);
        corm_strbuf_putc(out, ' ');
    }
    corm_strbuf_puts(out, options->check_exists ? "TABLE IF NOT EXISTS " : "TABLE ");
    corm_ddl_table_name(&w, table);
    corm_strbuf_puts(out, " (");
    corm_vec_foreach (&table->columns, it) {
        if (!((*it)->flags & CORM_COLUMN_SYSTEM)) {
            corm_strbuf_puts(out, separator);
            put_column(&w, *it);
            separator = ", \n\t";
        }
    }
    put_constraints(&w, table, separator);
    corm_strbuf_puts(out, "\n)");
    if (table->ddl_suffix != NULL) {
        corm_strbuf_putc(out, ' ');
        corm_strbuf_puts(out, table->ddl_suffix);
    }
    corm_strbuf_puts(out, "\n\n");
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_drop_table(const struct corm_table *table,
                                 const struct corm_ddl_options *options,
                                 struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    corm_strbuf_puts(out, options->check_exists ? "\nDROP TABLE IF EXISTS "
                                                : "\nDROP TABLE ");
    corm_ddl_table_name(&w, table);
    corm_strbuf_puts(out, options->cascade ? " CASCADE" : "");
    return corm_ddl_end(&w);
}

static void check_alter(struct corm_ddl_writer *w)
{
    if (!corm_dialect_has(w->dialect, CORM_DIALECT_ALTER)) {
        corm_ddl_fail(w, CORM_E_UNSUPPORTED,
                      "dialect '%s' does not support ALTER TABLE for constraints",
                      w->dialect->name);
    }
}

enum corm_rc corm_ddl_add_constraint(const struct corm_constraint *constraint,
                                     const struct corm_ddl_options *options,
                                     struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    check_alter(&w);
    corm_strbuf_puts(out, "ALTER TABLE ");
    corm_ddl_table_name(&w, constraint->table);
    corm_strbuf_puts(out, " ADD ");
    put_constraint(&w, constraint);
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_drop_constraint(const struct corm_constraint *constraint,
                                      const struct corm_ddl_options *options,
                                      struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    check_alter(&w);
    if (constraint->name == NULL) {
        corm_ddl_fail(
            &w, CORM_E_COMPILE,
            "can't emit DROP CONSTRAINT for a constraint of table '%s'; it has "
            "no name",
            constraint->table->node.name);
    }
    corm_strbuf_puts(out, "ALTER TABLE ");
    corm_ddl_table_name(&w, constraint->table);
    corm_strbuf_puts(out, options->check_exists ? " DROP CONSTRAINT IF EXISTS "
                                                : " DROP CONSTRAINT ");
    corm_ddl_name(&w, constraint->name == NULL ? "" : constraint->name, "constraint");
    corm_strbuf_puts(out, options->cascade ? " CASCADE" : "");
    return corm_ddl_end(&w);
}

/* SPDX-License-Identifier: MIT */
/* CREATE TABLE, DROP TABLE and ALTER TABLE. */
#include "sql/ddl.h"

#include "sql/ddl_writer.h"
#include "sql/literal.h"
#include "sql/quote.h"

#include <string.h>

bool corm_ddl_is_altered(const struct corm_constraint *constraint,
                         const struct corm_dialect *dialect)
{
    return constraint->use_alter && constraint->kind == CORM_CONSTRAINT_FOREIGN_KEY &&
           corm_dialect_has(dialect, CORM_DIALECT_ALTER);
}

/* The CHECK of a type that the column has not got here, or that needs none. */
static bool is_idle_check(const struct corm_ddl_writer *w,
                          const struct corm_constraint *check)
{
    const struct corm_type *type = check->check_type;
    const struct corm_type *used =
        corm_dialect_type(w->dialect, check->columns.items[0]->node.type);
    return used->fp != type->fp ||
           (type->kind == CORM_TYPE_BOOLEAN &&
            corm_dialect_has(w->dialect, CORM_DIALECT_BOOLEAN)) ||
           corm_ddl_has_type(type, w->dialect);
}

static bool is_inline(const struct corm_ddl_writer *w,
                      const struct corm_constraint *constraint)
{
    bool is_idle = constraint->check_type != NULL && is_idle_check(w, constraint);
    if (constraint->is_left_out || is_idle ||
        corm_ddl_is_altered(constraint, w->dialect)) {
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
        corm_ddl_put_constraint(w, &key);
    }
    corm_vec_foreach (&table->constraints, it) {
        bool is_empty =
            (*it)->kind == CORM_CONSTRAINT_UNIQUE && (*it)->columns.count == 0;
        if ((*it)->kind != CORM_CONSTRAINT_PRIMARY_KEY && (*it)->own_column == NULL &&
            !is_empty && is_inline(w, *it)) {
            corm_strbuf_puts(w->out, separator);
            corm_ddl_put_constraint(w, *it);
        }
    }
}

/* The constraints that stand behind the column they were written in. */
static void put_own_constraints(struct corm_ddl_writer *w,
                                const struct corm_table *table,
                                const struct corm_column *column)
{
    corm_vec_foreach (&table->constraints, it) {
        if ((*it)->own_column == column && is_inline(w, *it)) {
            corm_strbuf_putc(w->out, ' ');
            corm_ddl_put_constraint(w, *it);
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
    corm_ddl_node_name(w, &column->node, "column");
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
    bool is_identity = (column->flags & CORM_COLUMN_IDENTITY) != 0 &&
                       corm_dialect_has(w->dialect, CORM_DIALECT_IDENTITY);
    if (is_identity) {
        corm_ddl_identity(w, column->sequence);
    } else if (column->flags & CORM_COLUMN_NOT_NULL) {
        corm_strbuf_puts(w->out, " NOT NULL");
    }
}

/* The same in CREATE TABLE, which cannot be compiled if a type is not supported. */
static void put_table_column(struct corm_ddl_writer *w,
                             const struct corm_column *column)
{
    put_column(w, column);
    if (w->rc == CORM_E_UNSUPPORTED) {
        w->rc = w->err->rc = CORM_E_COMPILE;
    }
}

enum corm_rc corm_ddl_column(const struct corm_column *column,
                             const struct corm_ddl_options *options,
                             struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    put_column(&w, column);
    if (column->table != NULL) {
        put_own_constraints(&w, column->table, column);
    }
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
            put_table_column(&w, *it);
            put_own_constraints(&w, table, *it);
            separator = ", \n\t";
        }
    }
    put_constraints(&w, table, separator);
    corm_strbuf_puts(out, "\n)");
    if (table->ddl_suffix != NULL) {
        corm_strbuf_puts(out, "\n ");
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

/* False, with a failure, if the constraint cannot be altered by itself. */
static bool check_alter(struct corm_ddl_writer *w,
                        const struct corm_constraint *constraint)
{
    if (constraint->table == NULL) {
        corm_ddl_fail(w, CORM_E_COMPILE, "constraint '%s' does not belong to a table",
                      constraint->name == NULL ? "(no name)" : constraint->name);
    }
    if (!corm_dialect_has(w->dialect, CORM_DIALECT_ALTER)) {
        corm_ddl_fail(w, CORM_E_UNSUPPORTED,
                      "dialect '%s' does not support ALTER TABLE for constraints",
                      w->dialect->name);
    }
    return w->rc == CORM_OK;
}

enum corm_rc corm_ddl_add_constraint(const struct corm_constraint *constraint,
                                     const struct corm_ddl_options *options,
                                     struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    if (check_alter(&w, constraint)) {
        corm_strbuf_puts(out, "ALTER TABLE ");
        corm_ddl_table_name(&w, constraint->table);
        corm_strbuf_puts(out, " ADD ");
        corm_ddl_put_constraint(&w, constraint);
    }
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_drop_constraint(const struct corm_constraint *constraint,
                                      const struct corm_ddl_options *options,
                                      struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    if (!check_alter(&w, constraint)) {
        return corm_ddl_end(&w);
    }
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
    corm_ddl_made_name(&w, constraint->name == NULL ? "" : constraint->name,
                       constraint->is_name_made, "constraint");
    corm_strbuf_puts(out, options->cascade ? " CASCADE" : "");
    return corm_ddl_end(&w);
}

/* SPDX-License-Identifier: MIT */
/* Indexes, native enumerations, sequences, schemas and comments. */
#include "sql/ddl_writer.h"
#include "sql/literal.h"

#include <string.h>

static bool is_direction(const struct corm_node *expr)
{
    return expr->kind == CORM_NODE_UNARY &&
           (expr->op == CORM_OP_ASC || expr->op == CORM_OP_DESC ||
            expr->op == CORM_OP_NULLS_FIRST || expr->op == CORM_OP_NULLS_LAST);
}

/* a [class] [DESC] [NULLS LAST] */
static void put_index_element(struct corm_ddl_writer *w, const struct corm_node *expr,
                              const char *operator_class)
{
    bool has_methods = corm_dialect_has(w->dialect, CORM_DIALECT_INDEX_METHOD);
    uint16_t directions[2]; /* from the outside in */
    size_t ndirections = 0;
    while (is_direction(expr) && ndirections < CORM_LENGTH(directions)) {
        directions[ndirections++] = expr->op;
        expr = expr->kid[0];
    }
    if (expr->kind == CORM_NODE_LABEL && expr->kid[0] != NULL) {
        expr = expr->kid[0]; /* the label is for operator classes */
    }
    bool is_plain = !has_methods || expr->kind == CORM_NODE_COLUMN ||
                    expr->kind == CORM_NODE_FUNCTION || expr->kind == CORM_NODE_TEXT ||
                    expr->kind == CORM_NODE_CAST || expr->kind == CORM_NODE_UNARY;
    corm_strbuf_puts(w->out, is_plain ? "" : "(");
    corm_ddl_expr(w, expr);
    corm_strbuf_puts(w->out, is_plain ? "" : ")");
    if (operator_class != NULL && has_methods) {
        corm_strbuf_putc(w->out, ' ');
        corm_ddl_word(w, operator_class, "operator class");
    }
    while (ndirections > 0) {
        corm_strbuf_puts(w->out, corm_op_table[directions[--ndirections]].text);
    }
}

/* a [class], lower(b), … */
static void put_index_elements(struct corm_ddl_writer *w,
                               const struct corm_index *index)
{
    for (size_t i = 0; i < index->expressions.count; i++) {
        const char *operator_class = i < index->ops.count ? index->ops.items[i] : NULL;
        corm_strbuf_puts(w->out, i > 0 ? ", " : "");
        put_index_element(w, index->expressions.items[i], operator_class);
    }
}

/* [INCLUDE (…)] [NULLS [NOT] DISTINCT] [WITH (…)] [TABLESPACE …] */
static void put_index_storage(struct corm_ddl_writer *w, const struct corm_index *index)
{
    if (index->include.count > 0) {
        corm_strbuf_puts(w->out, " INCLUDE ");
        corm_ddl_columns(w, index->include.items, index->include.count);
    }
    if (index->has_nulls_not_distinct) {
        corm_strbuf_puts(w->out, " NULLS NOT DISTINCT");
    } else if (index->has_nulls_distinct) {
        corm_strbuf_puts(w->out, " NULLS DISTINCT");
    }
    if (index->storage != NULL) {
        corm_strbuf_puts(w->out, " WITH (");
        corm_strbuf_puts(w->out, index->storage);
        corm_strbuf_putc(w->out, ')');
    }
    if (index->tablespace != NULL) {
        corm_strbuf_puts(w->out, " TABLESPACE ");
        corm_ddl_name(w, index->tablespace, "tablespace");
    }
}

/* False, with a failure, if the index has no table. */
static bool check_index(struct corm_ddl_writer *w, const struct corm_index *index)
{
    if (index->table == NULL) {
        corm_ddl_fail(w, CORM_E_COMPILE, "index '%s' does not belong to a table",
                      index->name == NULL ? "(no name)" : index->name);
    }
    return w->rc == CORM_OK;
}

static void put_index_name(struct corm_ddl_writer *w, const struct corm_index *index,
                           bool with_schema)
{
    if (index->name == NULL) {
        corm_ddl_fail(w, CORM_E_COMPILE, "an index of table '%s' has no name",
                      index->table->node.name);
        return;
    }
    if (with_schema) {
        corm_ddl_schema_prefix(w, index->table->schema);
    }
    corm_ddl_made_name(w, index->name, index->is_name_made, "index");
}

enum corm_rc corm_ddl_create_index(const struct corm_index *index,
                                   const struct corm_ddl_options *options,
                                   struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    bool has_methods = corm_dialect_has(options->dialect, CORM_DIALECT_INDEX_METHOD);
    if (!check_index(&w, index)) {
        return corm_ddl_end(&w);
    }
    corm_strbuf_puts(out, index->is_unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    corm_strbuf_puts(out, index->is_concurrent && has_methods ? "CONCURRENTLY " : "");
    corm_strbuf_puts(out, options->check_exists ? "IF NOT EXISTS " : "");
    /* Where the schema is a database file, it stands before the index, not the table. */
    bool is_schema_first =
        corm_dialect_has(options->dialect, CORM_DIALECT_INDEX_SCHEMA_FIRST);
    put_index_name(&w, index, is_schema_first);
    corm_strbuf_puts(out, " ON ");
    if (is_schema_first) {
        corm_ddl_node_name(&w, &index->table->node, "table");
    } else {
        corm_ddl_table_name(&w, index->table);
    }
    if (index->method != NULL && has_methods) {
        corm_strbuf_puts(out, " USING ");
        corm_ddl_word(&w, index->method, "index method");
    }
    corm_strbuf_puts(out, " (");
    put_index_elements(&w, index);
    corm_strbuf_putc(out, ')');
    if (has_methods) {
        put_index_storage(&w, index);
    }
    if (index->where != NULL) {
        corm_strbuf_puts(out, " WHERE ");
        corm_ddl_expr(&w, index->where);
    }
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_drop_index(const struct corm_index *index,
                                 const struct corm_ddl_options *options,
                                 struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    bool has_methods = corm_dialect_has(options->dialect, CORM_DIALECT_INDEX_METHOD);
    if (index->name == NULL) {
        corm_ddl_fail(&w, CORM_E_COMPILE, "DROP INDEX needs an index with a name");
        return corm_ddl_end(&w);
    }
    corm_strbuf_puts(out, "\nDROP INDEX ");
    corm_strbuf_puts(out, index->is_concurrent && has_methods ? "CONCURRENTLY " : "");
    corm_strbuf_puts(out, options->check_exists ? "IF EXISTS " : "");
    put_index_name(&w, index, index->table != NULL);
    return corm_ddl_end(&w);
}

bool corm_ddl_has_type(const struct corm_type *type, const struct corm_dialect *dialect)
{
    type = corm_dialect_type(dialect, type);
    return type->kind == CORM_TYPE_ENUM && (type->flags & CORM_TYPE_NATIVE) &&
           corm_dialect_has(dialect, CORM_DIALECT_NATIVE_ENUM);
}

/* [schema.]name of a native enumeration */
static void put_type_name(struct corm_ddl_writer *w, const struct corm_type *type)
{
    if (type->name == NULL || type->labels == NULL) {
        corm_ddl_fail(w, CORM_E_COMPILE,
                      "dialect '%s' requires an Enum type to have a name",
                      w->dialect->name);
        return;
    }
    corm_ddl_schema_prefix(w, type->schema);
    corm_ddl_name(w, type->name, "type");
}

static bool check_type(struct corm_ddl_writer *w, const struct corm_type *type)
{
    if (!corm_ddl_has_type(type, w->dialect)) {
        corm_ddl_fail(w, CORM_E_UNSUPPORTED, "type %s is no type of its own on '%s'",
                      corm_type_class_name(type), w->dialect->name);
        return false;
    }
    return true;
}

enum corm_rc corm_ddl_create_type(const struct corm_type *type,
                                  const struct corm_ddl_options *options,
                                  struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    type = corm_dialect_type(options->dialect, type);
    if (check_type(&w, type)) {
        corm_strbuf_puts(out, "CREATE TYPE ");
        put_type_name(&w, type);
        corm_strbuf_puts(out, " AS ENUM (");
        for (uint32_t i = 0; type->labels != NULL && i < type->labels->count; i++) {
            const char *label = type->labels->items[i];
            corm_strbuf_puts(out, i > 0 ? ", " : "");
            corm_literal_put_text(out, label, strlen(label));
        }
        corm_strbuf_putc(out, ')');
    }
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_drop_type(const struct corm_type *type,
                                const struct corm_ddl_options *options,
                                struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    type = corm_dialect_type(options->dialect, type);
    if (check_type(&w, type)) {
        corm_strbuf_puts(out,
                         options->check_exists ? "DROP TYPE IF EXISTS " : "DROP TYPE ");
        put_type_name(&w, type);
    }
    return corm_ddl_end(&w);
}

static void put_sequence_name(struct corm_ddl_writer *w,
                              const struct corm_sequence *sequence)
{
    corm_ddl_schema_prefix(w, sequence->schema);
    corm_ddl_name(w, sequence->name == NULL ? "" : sequence->name, "sequence");
}

enum corm_rc corm_ddl_create_sequence(const struct corm_sequence *sequence,
                                      const struct corm_ddl_options *options,
                                      struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    corm_strbuf_puts(out, options->check_exists ? "CREATE SEQUENCE IF NOT EXISTS "
                                                : "CREATE SEQUENCE ");
    put_sequence_name(&w, sequence);
    if (sequence->type != NULL &&
        corm_dialect_has(options->dialect, CORM_DIALECT_SEQUENCE) &&
        !corm_dialect_has(options->dialect, CORM_DIALECT_LENIENT)) {
        corm_strbuf_puts(out, " AS ");
        corm_ddl_put_type(&w, sequence->type);
    }
    (void)corm_ddl_sequence_options(&w, sequence, " ");
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_drop_sequence(const struct corm_sequence *sequence,
                                    const struct corm_ddl_options *options,
                                    struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    corm_strbuf_puts(out, options->check_exists ? "DROP SEQUENCE IF EXISTS "
                                                : "DROP SEQUENCE ");
    put_sequence_name(&w, sequence);
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_create_schema(const char *name,
                                    const struct corm_ddl_options *options,
                                    struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    corm_strbuf_puts(out, options->check_exists ? "CREATE SCHEMA IF NOT EXISTS "
                                                : "CREATE SCHEMA ");
    corm_ddl_name(&w, name, "schema");
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_drop_schema(const char *name,
                                  const struct corm_ddl_options *options,
                                  struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    corm_strbuf_puts(out,
                     options->check_exists ? "DROP SCHEMA IF EXISTS " : "DROP SCHEMA ");
    corm_ddl_name(&w, name, "schema");
    corm_strbuf_puts(out, options->cascade ? " CASCADE" : "");
    return corm_ddl_end(&w);
}

static void put_comment(struct corm_ddl_writer *w, const char *comment,
                        const struct corm_ddl_options *options)
{
    corm_strbuf_puts(w->out, " IS ");
    if (comment == NULL || options->drops_comment) {
        corm_strbuf_puts(w->out, "NULL");
    } else {
        corm_literal_put_text(w->out, comment, strlen(comment));
    }
}

static void check_comment(struct corm_ddl_writer *w)
{
    if (!corm_dialect_has(w->dialect, CORM_DIALECT_COMMENT)) {
        corm_ddl_fail(w, CORM_E_UNSUPPORTED, "dialect '%s' has no comments",
                      w->dialect->name);
    }
}

enum corm_rc corm_ddl_comment_table(const struct corm_table *table,
                                    const struct corm_ddl_options *options,
                                    struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    check_comment(&w);
    corm_strbuf_puts(out, "COMMENT ON TABLE ");
    corm_ddl_table_name(&w, table);
    put_comment(&w, table->comment, options);
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_comment_column(const struct corm_column *column,
                                     const struct corm_ddl_options *options,
                                     struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    check_comment(&w);
    if (column->table == NULL) {
        corm_ddl_fail(&w, CORM_E_COMPILE, "column '%s' does not belong to a table",
                      column->node.name == NULL ? "(no name)" : column->node.name);
        return corm_ddl_end(&w);
    }
    corm_strbuf_puts(out, "COMMENT ON COLUMN ");
    corm_ddl_table_name(&w, column->table);
    corm_strbuf_putc(out, '.');
    corm_ddl_node_name(&w, &column->node, "column");
    put_comment(&w, column->comment, options);
    return corm_ddl_end(&w);
}

enum corm_rc corm_ddl_comment_constraint(const struct corm_constraint *constraint,
                                         const struct corm_ddl_options *options,
                                         struct corm_strbuf *out,
                                         struct corm_error *err)
{
    struct corm_ddl_writer w = corm_ddl_begin(options, out, err);
    check_comment(&w);
    if (constraint->name == NULL || constraint->table == NULL) {
        corm_ddl_fail(&w, CORM_E_COMPILE,
                      "only a constraint with a name and a table can have a comment");
        return corm_ddl_end(&w);
    }
    corm_strbuf_puts(out, "COMMENT ON CONSTRAINT ");
    corm_ddl_made_name(&w, constraint->name, constraint->is_name_made, "constraint");
    corm_strbuf_puts(out, " ON ");
    corm_ddl_table_name(&w, constraint->table);
    put_comment(&w, constraint->comment, options);
    return corm_ddl_end(&w);
}

/* SPDX-License-Identifier: MIT */
/*
 * Constraints, as CREATE TABLE and ALTER TABLE have them:
 *
 *     [CONSTRAINT name] PRIMARY KEY (a, b)
 *     [CONSTRAINT name] UNIQUE [NULLS NOT DISTINCT] (a) [INCLUDE (b)]
 *     [CONSTRAINT name] FOREIGN KEY(a) REFERENCES t (b) [MATCH …] [ON DELETE …] [ON UPDATE …]
 *     [CONSTRAINT name] CHECK (…)
 *     [CONSTRAINT name] EXCLUDE USING gist (a WITH =, b WITH &&) [WHERE (…)]
 *
 * and behind each [DEFERRABLE] [INITIALLY …] [NOT VALID] [ON CONFLICT …].
 */
#include "sql/ddl_writer.h"
#include "sql/literal.h"

#include <string.h>
#include <strings.h>

static const char *const actions[] = { "CASCADE",  "SET NULL",  "SET DEFAULT",
                                       "RESTRICT", "NO ACTION", NULL };
static const char *const matches[] = { "FULL", "PARTIAL", "SIMPLE", NULL };
static const char *const moments[] = { "DEFERRED", "IMMEDIATE", NULL };
static const char *const resolutions[] = { "ROLLBACK", "ABORT",   "FAIL",
                                           "IGNORE",   "REPLACE", NULL };

static bool is_set_of_columns(const char *phrase)
{
    bool is_set = strncasecmp(phrase, "SET NULL", 8) == 0 ||
                  strncasecmp(phrase, "SET DEFAULT", 11) == 0;
    const char *list = strchr(phrase, '(');
    return is_set && list != NULL && strchr(list, ';') == NULL &&
           phrase[strlen(phrase) - 1] == ')';
}

/* Text from a closed list, or a failure: it goes into the statement as it is. */
static void put_phrase(struct corm_ddl_writer *w, const char *keyword,
                       const char *phrase, const char *const *known)
{
    if (phrase == NULL) {
        return;
    }
    while (*known != NULL && strcasecmp(phrase, *known) != 0) {
        known++;
    }
    if (*known == NULL && !is_set_of_columns(phrase)) {
        corm_ddl_fail(w, CORM_E_COMPILE, "unexpected SQL phrase: '%s'", phrase);
        return;
    }
    corm_strbuf_puts(w->out, keyword);
    corm_strbuf_puts(w->out, phrase);
}

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
        corm_ddl_node_name(w, &key->elements.items[i]->column->node, "column");
    }
    corm_strbuf_puts(w->out, ") REFERENCES ");
    if (corm_dialect_has(w->dialect, CORM_DIALECT_INDEX_SCHEMA_FIRST)) {
        /* A schema is a file there, and a key stays within one. */
        corm_ddl_node_name(w, &key->referred->node, "table");
    } else {
        corm_ddl_table_name(w, key->referred);
    }
    corm_strbuf_puts(w->out, " (");
    for (size_t i = 0; i < key->elements.count; i++) {
        const struct corm_column *referred = key->elements.items[i]->referred;
        corm_strbuf_puts(w->out, i > 0 ? ", " : "");
        if (referred == NULL) {
            corm_ddl_fail(w, CORM_E_COMPILE,
                          "a foreign key of table '%s' refers to no column",
                          key->table->node.name);
            return;
        }
        corm_ddl_node_name(w, &referred->node, "column");
    }
    corm_strbuf_putc(w->out, ')');
    put_phrase(w, " MATCH ", key->match, matches);
    put_phrase(w, " ON DELETE ", key->ondelete, actions);
    put_phrase(w, " ON UPDATE ", key->onupdate, actions);
}

/* CHECK (a IN ('x', 'y')) of an enumeration, CHECK (a IN (0, 1)) of a flag */
static void put_type_check(struct corm_ddl_writer *w,
                           const struct corm_constraint *check)
{
    const struct corm_type_labels *labels = check->check_type->labels;
    corm_strbuf_puts(w->out, "CHECK (");
    corm_ddl_node_name(w, &check->columns.items[0]->node, "column");
    corm_strbuf_puts(w->out, " IN (");
    for (uint32_t i = 0; labels != NULL && i < labels->count; i++) {
        corm_strbuf_puts(w->out, i > 0 ? ", " : "");
        corm_literal_put_text(w->out, labels->items[i], strlen(labels->items[i]));
    }
    corm_strbuf_puts(w->out, labels == NULL ? "0, 1))" : "))");
}

static void put_check(struct corm_ddl_writer *w, const struct corm_constraint *check)
{
    if (check->check_type != NULL) {
        put_type_check(w, check);
        return;
    }
    corm_strbuf_puts(w->out, "CHECK (");
    corm_ddl_expr(w, check->check);
    corm_strbuf_putc(w->out, ')');
}

static void put_unique(struct corm_ddl_writer *w, const struct corm_constraint *unique)
{
    bool has_options = corm_dialect_has(w->dialect, CORM_DIALECT_INDEX_METHOD);
    corm_strbuf_puts(w->out, "UNIQUE ");
    if (unique->has_nulls_not_distinct && has_options) {
        corm_strbuf_puts(w->out, "NULLS NOT DISTINCT ");
    }
    corm_ddl_columns(w, unique->columns.items, unique->columns.count);
}

/* An operator goes into the statement as it is: only characters of operators may. */
static void put_operator(struct corm_ddl_writer *w, const char *op)
{
    if (op[0] == '\0' || op[strspn(op, "+-*/<>=~!@#%^&|`?")] != '\0') {
        corm_ddl_fail(w, CORM_E_COMPILE, "'%s' is no operator", op);
        return;
    }
    corm_strbuf_puts(w->out, " WITH ");
    corm_strbuf_puts(w->out, op);
}

static void put_exclude(struct corm_ddl_writer *w,
                        const struct corm_constraint *exclude)
{
    if (!corm_dialect_has(w->dialect, CORM_DIALECT_INDEX_METHOD)) {
        corm_ddl_fail(w, CORM_E_UNSUPPORTED, "dialect '%s' has no EXCLUDE constraints",
                      w->dialect->name);
        return;
    }
    corm_strbuf_puts(w->out, "EXCLUDE USING ");
    corm_ddl_word(w, exclude->method, "index method");
    corm_strbuf_puts(w->out, " (");
    for (size_t i = 0; i < exclude->exclusions.count; i++) {
        const struct corm_exclusion *one = &exclude->exclusions.items[i];
        corm_strbuf_puts(w->out, i > 0 ? ", " : "");
        corm_ddl_expr(w, one->expression);
        if (one->operator_class != NULL) {
            corm_strbuf_putc(w->out, ' ');
            corm_ddl_word(w, one->operator_class, "operator class");
        }
        put_operator(w, one->op);
    }
    corm_strbuf_putc(w->out, ')');
    if (exclude->where != NULL) {
        corm_strbuf_puts(w->out, " WHERE (");
        corm_ddl_expr(w, exclude->where);
        corm_strbuf_putc(w->out, ')');
    }
}

/* PRIMARY KEY (a, b): of an order nobody gave, a column that the database numbers is first */
static void put_primary_key(struct corm_ddl_writer *w,
                            const struct corm_constraint *key)
{
    const struct corm_table *table = key->table;
    const struct corm_column *first = key->is_written ? NULL : table->autoincrement;
    const char *separator = "";
    corm_strbuf_puts(w->out, "PRIMARY KEY (");
    if (first != NULL) {
        corm_ddl_node_name(w, &first->node, "column");
        separator = ", ";
    }
    corm_vec_foreach (&table->primary_key, it) {
        if (*it != first) {
            corm_strbuf_puts(w->out, separator);
            corm_ddl_node_name(w, &(*it)->node, "column");
            separator = ", ";
        }
    }
    corm_strbuf_putc(w->out, ')');
}

static void put_body(struct corm_ddl_writer *w,
                     const struct corm_constraint *constraint)
{
    switch ((enum corm_constraint_kind)constraint->kind) {
    case CORM_CONSTRAINT_PRIMARY_KEY:
        put_primary_key(w, constraint);
        break;
    case CORM_CONSTRAINT_UNIQUE:
        put_unique(w, constraint);
        break;
    case CORM_CONSTRAINT_FOREIGN_KEY:
        put_foreign_key(w, constraint);
        break;
    case CORM_CONSTRAINT_CHECK:
        put_check(w, constraint);
        break;
    case CORM_CONSTRAINT_EXCLUDE:
        put_exclude(w, constraint);
        break;
    }
}

/* [NOT] DEFERRABLE INITIALLY … */
static void put_deferral(struct corm_ddl_writer *w,
                         const struct corm_constraint *constraint)
{
    if (constraint->is_deferrable) {
        corm_strbuf_puts(w->out, " DEFERRABLE");
    } else if (constraint->is_not_deferrable) {
        corm_strbuf_puts(w->out, " NOT DEFERRABLE");
    }
    put_phrase(w, " INITIALLY ", constraint->initially, moments);
}

void corm_ddl_put_constraint(struct corm_ddl_writer *w,
                             const struct corm_constraint *constraint)
{
    bool has_options = corm_dialect_has(w->dialect, CORM_DIALECT_INDEX_METHOD);
    if (constraint->name != NULL) {
        corm_strbuf_puts(w->out, "CONSTRAINT ");
        corm_ddl_made_name(w, constraint->name, constraint->is_name_made, "constraint");
        corm_strbuf_putc(w->out, ' ');
    }
    put_body(w, constraint);
    if (constraint->include.count > 0 && has_options) {
        corm_strbuf_puts(w->out, " INCLUDE ");
        corm_ddl_columns(w, constraint->include.items, constraint->include.count);
    }
    put_deferral(w, constraint);
    if (constraint->is_not_valid && has_options) {
        corm_strbuf_puts(w->out, " NOT VALID");
    }
    if (corm_dialect_has(w->dialect, CORM_DIALECT_CONFLICT_CLAUSE)) {
        put_phrase(w, " ON CONFLICT ", constraint->on_conflict, resolutions);
    }
}

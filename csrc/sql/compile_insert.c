/* SPDX-License-Identifier: MIT */
/*
 * INSERT. Columns stand in the order of the table:
 *
 *     INSERT INTO t (a, b) VALUES (:a, :b) [ON CONFLICT …] [RETURNING …]
 *     INSERT INTO t (a, b) VALUES (:a_m0, :b_m0), (:a_m1, :b_m1)
 *     INSERT INTO t (a, b) SELECT …
 *     INSERT INTO t DEFAULT VALUES
 *
 * A column has a value if a row assigns one, if a parameter comes for it, or if it has a
 * default that the database does not know.
 */
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/literal.h"
#include "sql/quote.h"
#include "sql/schema.h"

#include <string.h>

/* Where a column's value comes from. */
enum source {
    SOURCE_NONE = 0,
    SOURCE_ASSIGNED, /* the statement says it */
    SOURCE_PARAM, /* a parameter of the execution */
    SOURCE_DEFAULT, /* computed by the caller */
    SOURCE_SQL_DEFAULT, /* an expression */
    SOURCE_SEQUENCE, /* nextval() */
    SOURCE_ROW_NUMBER /* of the parameter set */
};

struct insert {
    const struct corm_node *node;
    const struct corm_table *table;
    const struct corm_node *rows; /* list of ROW, or NULL */
    const struct corm_node *first; /* the first of them, or NULL */
    bool takes_all; /* nothing said: all columns are parameters */
};

static bool has_own_sequence(const struct corm_compiler *c,
                             const struct corm_column *column)
{
    return column->sequence != NULL && column->sequence->name != NULL &&
           corm_dialect_has(c->dialect, CORM_DIALECT_SEQUENCE);
}

/* Where the value comes from when nobody says one. */
static enum source default_source(const struct corm_compiler *c,
                                  const struct corm_column *column)
{
    if (column->flags & CORM_COLUMN_HAS_SQL_DEFAULT && column->default_node != NULL) {
        return SOURCE_SQL_DEFAULT;
    }
    if (column->flags & CORM_COLUMN_HAS_DEFAULT) {
        return SOURCE_DEFAULT;
    }
    if (column->flags & CORM_COLUMN_ROW_NUMBER) {
        return c->options->keeps_order ? SOURCE_ROW_NUMBER : SOURCE_NONE;
    }
    return has_own_sequence(c, column) ? SOURCE_SEQUENCE : SOURCE_NONE;
}

/* The same for the first row, which tells what columns there are. */
static enum source column_source(const struct corm_compiler *c,
                                 const struct insert *insert,
                                 const struct corm_column *column)
{
    if (insert->first != NULL && corm_assign_find(insert->first, column) != NULL) {
        return SOURCE_ASSIGNED;
    }
    if (corm_assign_is_param(c, column, insert->takes_all)) {
        const uint32_t made = CORM_COLUMN_COMPUTED | CORM_COLUMN_OMITTED;
        return column->flags & made && insert->takes_all ? SOURCE_NONE : SOURCE_PARAM;
    }
    return default_source(c, column);
}

/* The default dialect asks for a sequence's number first, unless there is RETURNING. */
static bool asks_first(const struct corm_compiler *c, const struct insert *insert)
{
    return corm_dialect_has(c->dialect, CORM_DIALECT_LENIENT) &&
           insert->node->kid[CORM_INSERT_RETURNING] == NULL;
}

/* nextval('schema.name'), or what stands for it where nothing is executed */
static void put_sequence(struct corm_compiler *c, const struct corm_sequence *sequence)
{
    struct corm_strbuf name;
    corm_strbuf_init(&name);
    corm_qualified_name_put(&name, c->dialect,
                            corm_compiler_schema(c->options, sequence->schema),
                            sequence->name);
    if (corm_dialect_has(c->dialect, CORM_DIALECT_LENIENT)) {
        corm_compiler_puts(c, "<next sequence value: ");
        corm_strbuf_add(&c->sink.text, name.data, name.len);
        corm_compiler_puts(c, ">");
    } else {
        corm_compiler_puts(c, "nextval(");
        corm_literal_put_text(&c->sink.text, name.data, name.len);
        corm_compiler_puts(c, ")");
    }
    corm_strbuf_release(&name);
}

static void put_value(struct corm_compiler *c, const struct insert *insert,
                      const struct corm_column *column, uint32_t row)
{
    const struct corm_node *assigned =
        insert->rows == NULL ? NULL : corm_assign_find(insert->rows->kid[row], column);
    bool is_numbered =
        insert->rows != NULL &&
        (insert->rows->nkids > 1 || insert->rows->flags & CORM_NODE_VARIANT);
    enum source source =
        assigned != NULL ? SOURCE_ASSIGNED : column_source(c, insert, column);
    if (source == SOURCE_ASSIGNED && assigned == NULL) {
        source = default_source(c, column);
    }
    switch (source) {
    case SOURCE_ASSIGNED:
        corm_compiler_assigned(c, column, assigned, row, is_numbered);
        break;
    case SOURCE_PARAM:
        corm_compiler_column_bind(c, column, CORM_SOURCE_PARAM, row, is_numbered);
        break;
    case SOURCE_DEFAULT:
        corm_compiler_column_bind(c, column, CORM_SOURCE_DEFAULT, row, is_numbered);
        break;
    case SOURCE_ROW_NUMBER:
        corm_compiler_column_bind(c, column, CORM_SOURCE_ROW_NUMBER, row, is_numbered);
        break;
    case SOURCE_SQL_DEFAULT:
        corm_compiler_grouped(c, column->default_node);
        break;
    case SOURCE_SEQUENCE:
        if (asks_first(c, insert)) {
            corm_compiler_column_bind(c, column, CORM_SOURCE_DEFAULT, row, is_numbered);
        } else {
            put_sequence(c, column->sequence);
        }
        break;
    case SOURCE_NONE:
        corm_compiler_fail(c, CORM_E_COMPILE,
                           "row %u of the values has none for column '%s'",
                           (unsigned)row + 1, column->key);
        break;
    }
}

/* (value, value) */
static void put_row(struct corm_compiler *c, const struct insert *insert, uint32_t row)
{
    const char *separator = "(";
    for (size_t i = 0; i < insert->table->columns.count && c->rc == CORM_OK; i++) {
        const struct corm_column *column = insert->table->columns.items[i];
        if (column_source(c, insert, column) != SOURCE_NONE) {
            corm_compiler_puts(c, separator);
            put_value(c, insert, column, row);
            separator = ", ";
        } else if (row > 0 &&
                   corm_assign_find(insert->rows->kid[row], column) != NULL) {
            corm_compiler_fail(
                c, CORM_E_COMPILE,
                "row %u of the values has one for column '%s', row 1 has none",
                (unsigned)row + 1, column->key);
        }
    }
    corm_compiler_puts(c, ")");
}

/* (name, name); false if there are none */
static bool put_column_names(struct corm_compiler *c, const struct insert *insert)
{
    const char *separator = " (";
    for (size_t i = 0; i < insert->table->columns.count; i++) {
        const struct corm_column *column = insert->table->columns.items[i];
        if (column_source(c, insert, column) != SOURCE_NONE) {
            corm_compiler_puts(c, separator);
            corm_compiler_node_name(c, &column->node, "column");
            separator = ", ";
        }
    }
    if (separator[0] == ' ') {
        return false;
    }
    corm_compiler_puts(c, ")");
    return true;
}

/*
 * (id) VALUES (DEFAULT): unlike DEFAULT VALUES it can be repeated, so many rows without
 * any value are one statement. False if the table or the dialect has no such thing.
 */
static bool put_default_row(struct corm_compiler *c, const struct insert *insert)
{
    const struct corm_column *column = insert->table->autoincrement;
    if (!c->options->for_executemany || column == NULL ||
        !corm_dialect_has(c->dialect, CORM_DIALECT_DEFAULT_KEYWORD)) {
        return false;
    }
    corm_compiler_puts(c, " (");
    corm_compiler_node_name(c, &column->node, "column");
    corm_compiler_puts(c, ") VALUES ");
    c->values_pos = c->sink.text.len;
    corm_compiler_puts(c, "(DEFAULT)");
    c->values_len = c->sink.text.len - c->values_pos;
    return true;
}

static void put_no_values(struct corm_compiler *c)
{
    if (corm_dialect_has(c->dialect, CORM_DIALECT_DEFAULT_VALUES)) {
        corm_compiler_puts(c, " DEFAULT VALUES");
    } else {
        corm_compiler_puts(c, " () VALUES ()");
    }
}

/* (a, b) VALUES (…), (…); the place of a single group is kept */
static void put_values(struct corm_compiler *c, const struct insert *insert)
{
    uint32_t nrows = insert->rows == NULL ? 1 : insert->rows->nkids;
    if (nrows > 1 && !corm_dialect_has(c->dialect, CORM_DIALECT_MULTI_VALUES)) {
        corm_compiler_fail(c, CORM_E_UNSUPPORTED,
                           "dialect '%s' does not support several rows in one VALUES",
                           c->dialect->name);
        return;
    }
    if (!put_column_names(c, insert)) {
        if (!put_default_row(c, insert)) {
            put_no_values(c);
        }
        return;
    }
    corm_compiler_puts(c, " VALUES ");
    c->values_pos = c->sink.text.len;
    for (uint32_t i = 0; i < nrows && c->rc == CORM_OK; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        put_row(c, insert, i);
    }
    c->values_len = nrows == 1 ? c->sink.text.len - c->values_pos : 0;
}

/* (a, b) SELECT … */
static void put_select(struct corm_compiler *c, const struct insert *insert,
                       const struct corm_node *select)
{
    const struct corm_node *names = insert->node->kid[CORM_INSERT_COLUMNS];
    corm_compiler_puts(c, " (");
    for (uint32_t i = 0; names != NULL && i < names->nkids; i++) {
        const struct corm_node *name = corm_node_unmarked(names->kid[i]);
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_node_name(c, name, "column");
    }
    for (size_t i = 0; names == NULL && i < insert->table->columns.count; i++) {
        const struct corm_node *name = &insert->table->columns.items[i]->node;
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_node_name(c, name, "column");
    }
    corm_compiler_puts(c, ") ");
    bool is_in_cte = c->scope->outer != NULL;
    corm_compiler_query(c, select, is_in_cte ? CORM_PLACE_CTE : CORM_PLACE_INSERT);
}

/* True if the database makes the value of a column of the key, and only RETURNING tells it. */
static bool has_to_return(const struct corm_compiler *c, const struct insert *insert,
                          const struct corm_column *column)
{
    const uint32_t makes = CORM_COLUMN_HAS_SERVER_DEFAULT | CORM_COLUMN_COMPUTED;
    bool has_rowid = corm_dialect_has(c->dialect, CORM_DIALECT_LAST_ROWID);
    const struct corm_node *assigned =
        insert->first == NULL ? NULL : corm_assign_find(insert->first, column);
    switch (column_source(c, insert, column)) {
    case SOURCE_NONE:
        if (column == insert->table->autoincrement ||
            column->flags & CORM_COLUMN_IDENTITY) {
            return !has_rowid;
        }
        return (column->flags & makes) != 0;
    case SOURCE_ASSIGNED:
        return !has_rowid && assigned != NULL && assigned->kind != CORM_NODE_BIND;
    case SOURCE_SEQUENCE:
        return !asks_first(c, insert);
    case SOURCE_SQL_DEFAULT:
        return true;
    default:
        return false;
    }
}

/* The columns of the key that the database makes, as a list for RETURNING, or NULL. */
static const struct corm_node *made_keys(struct corm_compiler *c,
                                         const struct insert *insert)
{
    const struct corm_table *table = insert->table;
    const struct corm_node **kids =
        corm_arena_zero(&c->scratch, table->primary_key.count, sizeof(*kids));
    uint32_t nkids = 0;
    if (kids == NULL) {
        corm_compiler_fail_memory(c);
        return NULL;
    }
    for (size_t i = 0; i < table->primary_key.count; i++) {
        const struct corm_column *column = table->primary_key.items[i];
        if (has_to_return(c, insert, column)) {
            kids[nkids++] = &column->node;
        }
    }
    struct corm_node_spec spec = {
        .kind = CORM_NODE_LIST, .op = CORM_OP_COMMA, .nkids = nkids, .kid = kids
    };
    return nkids == 0 ? NULL : corm_compiler_node(c, &spec);
}

/* What the statement writes into a column: corm_written_fn. */
static enum corm_written written(const struct corm_compiler *c, const void *ctx,
                                 const struct corm_column *column)
{
    const struct insert *insert = ctx;
    switch (column_source(c, insert, column)) {
    case SOURCE_NONE:
        return CORM_WRITTEN_NOT;
    case SOURCE_ASSIGNED:
        return corm_written_by(corm_assign_find(insert->first, column));
    case SOURCE_SQL_DEFAULT:
    case SOURCE_SEQUENCE:
        return CORM_WRITTEN_SQL;
    default:
        return CORM_WRITTEN_VALUE;
    }
}

static void put_returning(struct corm_compiler *c, const struct insert *insert)
{
    const struct corm_node *list = corm_returning_wanted(
        c, insert->node->kid[CORM_INSERT_RETURNING], written, insert);
    bool wants_keys = list == NULL && c->options->returning_keys &&
                      c->collects_columns &&
                      corm_dialect_has(c->dialect, CORM_DIALECT_RETURNING);
    if (wants_keys) {
        list = made_keys(c, insert);
        c->compiled->has_key_returning = list != NULL;
    }
    corm_compiler_returning(c, list);
    if (list != NULL && c->options->keeps_order && c->collects_columns) {
        corm_compiler_sentinel(c, insert->table, insert->first,
                               insert->node->kid[CORM_INSERT_ON_CONFLICT] != NULL);
    }
}

static void put_on_conflict(struct corm_compiler *c, const struct insert *insert)
{
    const struct corm_node *clauses = insert->node->kid[CORM_INSERT_ON_CONFLICT];
    if (clauses == NULL) {
        return;
    }
    if (!corm_dialect_has(c->dialect, CORM_DIALECT_ON_CONFLICT) &&
        !corm_dialect_has(c->dialect, CORM_DIALECT_LENIENT)) {
        corm_compiler_fail(c, CORM_E_UNSUPPORTED,
                           "dialect '%s' does not support ON CONFLICT",
                           c->dialect->name);
        return;
    }
    if (clauses->nkids > 1 &&
        corm_dialect_has(c->dialect, CORM_DIALECT_CONFLICT_NAME)) {
        corm_compiler_fail(
            c, CORM_E_UNSUPPORTED,
            "dialect '%s' does not support several ON CONFLICT clauses in "
            "one INSERT",
            c->dialect->name);
        return;
    }
    for (uint32_t i = 0; i < clauses->nkids; i++) {
        corm_compiler_on_conflict(c, clauses->kid[i], insert->table);
    }
}

static struct insert insert_of(const struct corm_compiler *c,
                               const struct corm_node *node)
{
    struct insert insert = {
        .node = node,
        .table = corm_node_table(corm_node_unmarked(node->kid[CORM_INSERT_TABLE])),
        .rows = node->kid[CORM_INSERT_ROWS],
    };
    if (insert.rows != NULL && insert.rows->nkids == 0) {
        insert.rows = NULL;
    }
    insert.first = insert.rows == NULL ? NULL : insert.rows->kid[0];
    insert.takes_all = insert.first == NULL && !c->options->has_column_keys;
    return insert;
}

/* True if the statement does no more than put one row into its table. */
static bool is_plain(const struct corm_compiler *c, const struct corm_node *node)
{
    for (uint32_t i = CORM_INSERT_COLUMNS; i < CORM_INSERT_OPTIONS; i++) {
        if (corm_node_slot(node, i) != NULL) {
            return false;
        }
    }
    if (node->kid[CORM_INSERT_OPTIONS] != NULL) {
        return false; /* ext() */
    }
    return c->collects_columns && c->values_len > 0 && !c->compiled->has_key_returning;
}

/* From pos on the text is "t (a, b) VALUES (…)": note where the first part ends. */
static void note_target(struct corm_compiler *c, size_t pos)
{
    c->target_pos = pos;
    c->target_len = c->values_pos - strlen(" VALUES ") - pos;
}

void corm_compiler_insert(struct corm_compiler *c, const struct corm_node *node)
{
    struct corm_from_list none = { 0 };
    struct corm_scope scope;
    if (corm_node_unmarked(node->kid[CORM_INSERT_TABLE])->kind != CORM_NODE_TABLE) {
        corm_compiler_fail(c, CORM_E_ARGUMENT, "INSERT needs a table");
        return;
    }
    struct insert insert = insert_of(c, node);
    const struct corm_node *select = node->kid[CORM_INSERT_SELECT];
    corm_scope_open(c, &scope, node, &none);
    for (uint32_t i = 0; insert.rows != NULL && i < insert.rows->nkids; i++) {
        corm_assign_check(c, insert.table, insert.rows->kid[i],
                          i == 0 ? CORM_ASSIGN_KEYS : 0);
    }
    if (insert.rows == NULL) {
        corm_assign_check(c, insert.table, NULL, CORM_ASSIGN_KEYS);
    }
    corm_compiler_puts(c, "INSERT ");
    corm_compiler_prefixes(c, node->kid[CORM_INSERT_PREFIXES]);
    corm_compiler_puts(c, "INTO ");
    size_t target_pos = c->sink.text.len;
    corm_compiler_table_name(c, insert.table);
    if (select == NULL) {
        put_values(c, &insert);
    }
    corm_compiler_cte_list(c, node->kid[CORM_INSERT_CTES]);
    /* Its parameters are named and numbered before those of what stands in front of it. */
    struct corm_sink outer = corm_sink_open_aside(c);
    put_returning(c, &insert);
    struct corm_sink returning = corm_sink_close_aside(c, &outer);
    if (select != NULL) {
        put_select(c, &insert, select);
    }
    put_on_conflict(c, &insert);
    corm_compiler_extensions(c, node, "post_values", " ", "");
    corm_sink_take(c, &returning);
    if (is_plain(c, node)) {
        note_target(c, target_pos);
    }
    corm_scope_close(c, &scope);
}

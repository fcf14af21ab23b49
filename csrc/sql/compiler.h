/* SPDX-License-Identifier: MIT */
/*
 * The compiler's state and the functions that write SQL text: what the files compile_*.c
 * share with each other and with the dialects. Text goes to the end of `sink`; a failure is
 * sticky, so that nobody checks before the end. Trees handed in are known to be no deeper
 * than CORM_NODE_DEPTH_MAX, so functions recurse freely.
 */
#ifndef CORM_SQL_COMPILER_H
#define CORM_SQL_COMPILER_H

#include "base/strbuf.h"
#include "sql/compile.h"
#include "sql/dialect.h"
#include "sql/names.h"
#include "sql/naming.h"
#include "sql/shape.h"
#include "sql/statement.h"

/* Things to select from, in order, none twice. */
struct corm_from_list corm_vec(const struct corm_node *);

/* A columns clause, tables in it taken apart. */
struct corm_label_list corm_vec(struct corm_label);

/* A statement that is being written. From inside of it what it and all around show is visible. */
struct corm_scope {
    struct corm_scope *outer;
    const struct corm_node *statement;
    struct corm_from_list own; /* what its FROM shows, joins taken apart */
    const struct corm_label_list
        *labels; /* for names in ORDER BY; NULL outside SELECT */
    const struct corm_from_list *froms; /* for names in ORDER BY */
    bool has_clash; /* own has tables of one name, one of them without a schema */
    size_t start; /* where the statement's text begins in the sink … */
    size_t first_mark; /* … and its marks */
};

/* Where a placeholder goes; its text is put there at the end, when all are numbered. */
struct corm_mark {
    size_t pos; /* in the text of its sink */
    uint32_t slot; /* index in corm_compiler.slots */
};

/* Text being written, and the places of its placeholders. */
struct corm_sink {
    struct corm_strbuf text;
    struct corm_vec(struct corm_mark) marks; /* in order of pos */
};

/* A CTE that was met; put in front of the statement when that is finished. */
struct corm_cte_entry {
    const struct corm_node *cte;
    struct corm_text name; /* as it is written, without quotes */
    struct corm_sink sink; /* name AS (…) */
    bool is_open; /* its own text is being written: a reference is recursive */
    bool is_recursive; /* WITH RECURSIVE */
    const struct corm_scope *level; /* the query that states it; NULL: the whole */
};

/* What the mark of a type's template stands for while the template is written. */
struct corm_hole {
    const struct corm_node *mark; /* NULL outside of templates */
    const struct corm_node *column; /* of a selected column, else NULL */
    const struct corm_value *value; /* of a value as text, else NULL */
    const struct corm_type *type; /* of value */
    uint32_t slot; /* of a parameter */
};

struct corm_compiler {
    const struct corm_dialect *dialect;
    const struct corm_compile_options *options;
    struct corm_sink sink; /* where text goes */
    enum corm_rc rc; /* of the first failure */
    struct corm_error *err;
    struct corm_compiled
        *compiled; /* what is being made; its arena keeps the results */
    struct corm_arena scratch; /* until the end of the compilation */
    struct corm_column_lists column_lists; /* in scratch */
    struct corm_names names;
    struct corm_type_pool types;
    struct corm_bind_order *order; /* binds of the origin, for the slots' sources */
    struct corm_scope *scope; /* the innermost, or NULL */
    struct corm_hole hole;

    struct corm_vec(struct corm_bind_slot) slots;
    size_t values_pos; /* of INSERT's first group of values, without placeholders */
    size_t values_len;
    size_t target_pos; /* of a plain INSERT's table and columns; len 0: not plain */
    size_t target_len;
    struct corm_vec(struct corm_result_column) columns;
    struct corm_hmap slot_of_bind; /* BIND's address → 1 + slot */
    struct corm_smap slot_of_name; /* name → 1 + slot */
    struct corm_vec(struct corm_cte_entry) ctes;
    bool collects_columns; /* the query being written is the statement itself */
    bool returns_rows; /* its rows are the statement's: also a later member of UNION */
    bool has_clash; /* a scope had one */
    bool hides_tables; /* columns without their table: RETURNING, SET, DDL */
    bool executes_literals; /* parameters become text when executed */
    bool forgets_names; /* made-up names of parameters are param_1, param_2, … */
    bool is_ddl; /* no parameters: values as text */
    bool is_in_operator; /* what is written is an operand, however deep: eager operators
                            are put in parentheses */
};

/* --- life cycle: compile.c --- */

/** Begin; compiled's arena and order are lent until the release. */
void corm_compiler_init(struct corm_compiler *c,
                        const struct corm_compile_options *options,
                        struct corm_compiled *compiled, struct corm_bind_order *order,
                        struct corm_error *err);
/** Free everything but what is in the compiled statement. */
void corm_compiler_release(struct corm_compiler *c);

/* --- writing: compiler.c --- */

/** Record the first failure; later ones change nothing. */
void corm_compiler_fail(struct corm_compiler *c, enum corm_rc rc, const char *fmt, ...)
    CORM_PRINTF(3, 4);
void corm_compiler_fail_memory(struct corm_compiler *c);

/** Append NUL-terminated text. */
void corm_compiler_puts(struct corm_compiler *c, const char *text);

/** Append an identifier of a `what`, quoted if need be. */
void corm_compiler_name(struct corm_compiler *c, const char *name, size_t len,
                        const char *what);

/** Append a name of a `what`; flags: CORM_NODE_QUOTED, CORM_NODE_UNQUOTED. */
void corm_compiler_quoted_name(struct corm_compiler *c, struct corm_text name,
                               unsigned flags, const char *what);

/** Append the name of a node that is a `what`, quoted as its flags say. */
void corm_compiler_node_name(struct corm_compiler *c, const struct corm_node *node,
                             const char *what);

/** Append the name of an alias, subquery, CTE, …: its own or a made-up one. */
void corm_compiler_alias(struct corm_compiler *c, const struct corm_node *alias);

/** Append [schema.]name of a table as the schema map has it. */
void corm_compiler_table_name(struct corm_compiler *c, const struct corm_table *table);

/** The schema of a table as options->schema_map has it, or NULL. */
const char *corm_compiler_schema(const struct corm_compile_options *options,
                                 const char *schema);

/** Append a type, with its collation, as the dialect and the schema map have it. */
void corm_compiler_put_type(struct corm_compiler *c, const struct corm_type *type);

/** The name of an alias, subquery, CTE, …: its own or a made-up one. */
struct corm_text corm_compiler_alias_name(struct corm_compiler *c,
                                          const struct corm_node *alias);

/** A node in the compilation's scratch memory; NULL after a failure. */
const struct corm_node *corm_compiler_node(struct corm_compiler *c,
                                           const struct corm_node_spec *spec);

/* --- text put aside: sink.c --- */

/** Free what the sink holds. */
void corm_sink_release(struct corm_sink *sink);

/** Append a sink to another; its marks move along. */
void corm_sink_append(struct corm_compiler *c, struct corm_sink *to,
                      const struct corm_sink *from);

/** What is written from now on goes aside; returns the sink that was written to. */
struct corm_sink corm_sink_open_aside(struct corm_compiler *c) CORM_NODISCARD;

/** Write to `outer` again; returns what was written aside. Ownership: corm_sink_take(). */
struct corm_sink corm_sink_close_aside(struct corm_compiler *c,
                                       const struct corm_sink *outer) CORM_NODISCARD;

/** Append what was written aside, and release it. */
void corm_sink_take(struct corm_compiler *c, struct corm_sink *aside);

/* --- expressions: compile_expr.c, compile_operator.c, compile_function.c --- */

/** Append "::type", what PostgreSQL is told of the expression in front of it. */
void corm_compiler_type_suffix(struct corm_compiler *c, const struct corm_type *type);

/** Append any expression. */
void corm_compiler_expr(struct corm_compiler *c, const struct corm_node *node);

/** Append an expression, in parentheses if it stands next to `against` and has to be. */
void corm_compiler_operand(struct corm_compiler *c, const struct corm_node *node,
                           enum corm_op against);

/** Append an expression in parentheses if it is an operator's: values of SET, CASE, … */
void corm_compiler_grouped(struct corm_compiler *c, const struct corm_node *node);

/** Append a value whose type nothing around it tells: a parameter says it itself. */
void corm_compiler_value(struct corm_compiler *c, const struct corm_node *node);

/** True if a placeholder whose type nothing around it tells is followed by ::type. */
bool corm_compiler_casts_binds(const struct corm_compiler *c);

/** The same where even a text has to say that it is one. */
void corm_compiler_typed_value(struct corm_compiler *c, const struct corm_node *node);

/**
 * Append an operand that stands beside `other` (NULL: beside nothing), in parentheses if it
 * has to be; a parameter whose type `other` does not tell says it itself.
 */
void corm_compiler_beside(struct corm_compiler *c, const struct corm_node *node,
                          const struct corm_node *other, enum corm_op against);

/** True if a parameter of type `own` would be taken for one of the type beside it. */
bool corm_compiler_is_misled(const struct corm_type *own,
                             const struct corm_type *beside);

/**
 * True if kid 1 of an operator has to be in parentheses though a + (b + c) needs none: b is
 * a parameter, or a is one, and they would be taken to be of one type.
 */
bool corm_compiler_is_apart(const struct corm_compiler *c,
                            const struct corm_node *node);

/** Append the placeholder of a BIND that is sent as another type than its own. */
void corm_compiler_typed_bind(struct corm_compiler *c, const struct corm_node *bind,
                              const struct corm_type *type);

/** Append a condition as WHERE, ON and AND take it: a flag column becomes flag = 1. */
void corm_compiler_condition(struct corm_compiler *c, const struct corm_node *node,
                             enum corm_op against);

/** Append the children of a list with commas; nothing for NULL. */
void corm_compiler_list(struct corm_compiler *c, const struct corm_node *list);

/** Append `left text right` with the operands grouped against op. */
void corm_compiler_infix(struct corm_compiler *c, const struct corm_node *node,
                         const char *text);

/** Append TRUE or FALSE as the dialect has it. */
void corm_compiler_boolean(struct corm_compiler *c, bool value);

/** Append a column with its table, or without when c->hides_tables. */
void corm_compiler_column(struct corm_compiler *c, const struct corm_node *node);

/** Append a function in the common way, under another name. */
void corm_compiler_function_as(struct corm_compiler *c, const struct corm_node *node,
                               const char *name);

/**
 * Append aggregate_strings(a, separator) under the dialect's name for it. The separator is
 * text when the statement runs: some databases take no other.
 */
void corm_compiler_aggregate_strings(struct corm_compiler *c,
                                     const struct corm_node *node, const char *name);

/** Append a BINARY node. */
void corm_compiler_operator(struct corm_compiler *c, const struct corm_node *node);
/** Append a UNARY node. */
void corm_compiler_unary(struct corm_compiler *c, const struct corm_node *node);
/** Append a LIST: the kids with the operator between them. */
void corm_compiler_operator_list(struct corm_compiler *c, const struct corm_node *node);
/** Append a IN (…) or a NOT IN (…). */
void corm_compiler_in(struct corm_compiler *c, const struct corm_node *node);
/** Append LIKE and its relatives. */
void corm_compiler_like(struct corm_compiler *c, const struct corm_node *node);
/** Append a FUNCTION: name(arguments). */
void corm_compiler_function(struct corm_compiler *c, const struct corm_node *node);
/** Append OVER, FILTER or WITHIN GROUP and what they apply to. */
void corm_compiler_over(struct corm_compiler *c, const struct corm_node *node);
/** Append CASE … END. */
void corm_compiler_case(struct corm_compiler *c, const struct corm_node *node);
/** Append CAST(a AS type). */
void corm_compiler_cast(struct corm_compiler *c, const struct corm_node *node);
/** Append text() with its parameters, or literal_column(). */
void corm_compiler_text(struct corm_compiler *c, const struct corm_node *node);

/* --- parentheses: compile_group.c --- */

/** The node itself, or the only member of a logical list, or what a mark stands for. */
const struct corm_node *corm_node_effective(const struct corm_node *node);

/** True if the node needs parentheses as an operand of `against` (NONE: of anything). */
bool corm_node_needs_parens(const struct corm_node *node, enum corm_op against);

/** The same for an operand of a user's own operator, which has its own precedence. */
bool corm_node_needs_parens_beside(const struct corm_node *node,
                                   const struct corm_node *custom);

/* --- parameters: compile_bind.c --- */

/** Append the placeholder of a BIND. */
void corm_compiler_bind(struct corm_compiler *c, const struct corm_node *bind);

/**
 * Append the placeholder of a list that IN (op) expands, with tuples of width values. Its items
 * say their type if `beside` (NULL: nothing) would have them taken for others.
 */
void corm_compiler_expanding(struct corm_compiler *c, const struct corm_node *bind,
                             enum corm_op op, uint32_t width,
                             const struct corm_node *beside);

/** Append a placeholder named after a column; source as in struct corm_bind_slot. */
void corm_compiler_column_bind(struct corm_compiler *c,
                               const struct corm_column *column, int32_t source,
                               uint32_t row, bool is_numbered);

/** Append the placeholder of a BIND that is named after a column. */
void corm_compiler_column_value(struct corm_compiler *c,
                                const struct corm_column *column,
                                const struct corm_node *bind, uint32_t row,
                                bool is_numbered);

/** Append a selected column, inside the template of its type if that has one. */
void corm_compiler_selected(struct corm_compiler *c, const struct corm_node *column);

/** Append a placeholder for a number that the dialect needs, such as OFFSET 0. */
void corm_compiler_int(struct corm_compiler *c, int64_t value);

/** Append a value as text in SQL. */
void corm_compiler_literal(struct corm_compiler *c, const struct corm_type *type,
                           const struct corm_value *value);

/* --- labels: compile_label.c --- */

/** Name the elements of a columns clause, tables in it taken apart. */
void corm_labels_make(struct corm_compiler *c, const struct corm_node *list,
                      enum corm_label_style style, struct corm_label_list *out);

/** Spell a name, which may be made up now; "" if there is none or memory was short. */
struct corm_text corm_compiler_label_text(struct corm_compiler *c,
                                          const struct corm_label_name *name);

/**
 * Append a columns clause. is_inner: the select is a subquery in FROM, every column gets
 * its name. Fills the compiled statement's result columns if c->collects_columns.
 */
void corm_compiler_labels(struct corm_compiler *c, const struct corm_label_list *labels,
                          bool is_inner);

/** Add a result column that text() says it returns. */
void corm_compiler_result_column(struct corm_compiler *c,
                                 const struct corm_node *column, uint32_t element);

/**
 * True if this element of a JSON value is shown as a[key]: text that is read has the
 * subscripts that JSONB has from PostgreSQL 14 on, what is executed has arrows.
 */
bool corm_compiler_subscripts(const struct corm_compiler *c,
                              const struct corm_node *node);

/** Append the column of a table in FROM that a string names (a label without element). */
void corm_compiler_from_name(struct corm_compiler *c, const struct corm_node *name);

/** Append an element of ORDER BY or GROUP BY, where labels stand for what they name. */
void corm_compiler_order_list(struct corm_compiler *c, const struct corm_node *list,
                              bool is_order_by);

/* --- FROM: compile_from.c, compile_join.c, compile_on.c --- */

/** True if both are the same thing to select from. */
bool corm_from_is_same(const struct corm_node *a, const struct corm_node *b);
bool corm_from_list_has(const struct corm_from_list *list,
                        const struct corm_node *from);
/** Append unless it is there. */
void corm_from_list_add(struct corm_compiler *c, struct corm_from_list *list,
                        const struct corm_node *from);

/** Add what an expression selects from, subqueries excepted. */
void corm_froms_collect(struct corm_compiler *c, const struct corm_node *node,
                        struct corm_from_list *out);

/** Add a FROM element and, if it is a join, all that it joins. */
void corm_froms_flatten(struct corm_compiler *c, const struct corm_node *from,
                        struct corm_from_list *out);

/** Drop what is part of a join in the same list. */
void corm_froms_hide_joined(struct corm_compiler *c, struct corm_from_list *list);

/** What a message calls something to select from. */
struct corm_text corm_from_title(const struct corm_node *from);

/**
 * Append what is compiled by itself though it belongs into a FROM clause: the SELECT of a
 * subquery, LATERAL (…), a sample of a table. False, with nothing appended, for others.
 */
bool corm_compiler_from_alone(struct corm_compiler *c, const struct corm_node *from);

/** Append one element of a FROM clause. */
void corm_compiler_from(struct corm_compiler *c, const struct corm_node *from);

/** Append FROM elements with commas. */
void corm_compiler_from_list(struct corm_compiler *c,
                             const struct corm_from_list *list);

/** What a SELECT selects from, its joins made, before correlation. */
void corm_select_froms(struct corm_compiler *c, const struct corm_node *select,
                       struct corm_from_list *out);

/**
 * The condition that joins left and right by their foreign keys; NULL after a failure.
 * prefer: the part of left to try first, or NULL.
 */
const struct corm_node *corm_join_condition(struct corm_compiler *c,
                                            const struct corm_node *left,
                                            const struct corm_node *right,
                                            const struct corm_node *prefer);

/** True if foreign keys join the two in some way. */
bool corm_join_is_possible(struct corm_compiler *c, const struct corm_node *left,
                           const struct corm_node *right);

/* --- statements --- */

enum corm_query_place {
    CORM_PLACE_TOP = 0, /* the statement itself */
    CORM_PLACE_SCALAR, /* in an expression: may refer to the tables around it */
    CORM_PLACE_FROM, /* in FROM: may not */
    CORM_PLACE_LATERAL, /* in FROM, but may */
    CORM_PLACE_CTE,
    CORM_PLACE_INSERT, /* INSERT … SELECT */
};

/** Append what ext() adds at a point of the statement, each with a text around. */
void corm_compiler_extensions(struct corm_compiler *c,
                              const struct corm_node *statement, const char *point,
                              const char *before, const char *after);
/** Append VALUES (…), (…). */
void corm_compiler_values(struct corm_compiler *c, const struct corm_node *values);
/** Append a SPLICE: its kids one after the other, the statement among them at `place`. */
void corm_compiler_splice(struct corm_compiler *c, const struct corm_node *node,
                          enum corm_query_place place);

/** Append a SELECT, COMPOUND, STATEMENT_TEXT or a DML statement with RETURNING. */
void corm_compiler_query(struct corm_compiler *c, const struct corm_node *query,
                         enum corm_query_place place);
/** Append a SELECT. */
void corm_compiler_select(struct corm_compiler *c, const struct corm_node *select,
                          enum corm_query_place place);
/**
 * Note a cartesian product among what a SELECT, UPDATE or DELETE (verb) is of, whose
 * condition is where or NULL, in compiled->cartesian; the first of a statement counts.
 */
void corm_from_lint(struct corm_compiler *c, const char *verb,
                    const struct corm_node *where, const struct corm_from_list *froms);
/** Append UNION and its like. */
void corm_compiler_compound(struct corm_compiler *c, const struct corm_node *compound,
                            enum corm_query_place place);
/** Append an INSERT. */
void corm_compiler_insert(struct corm_compiler *c, const struct corm_node *node);
/** Append an UPDATE. */
void corm_compiler_update(struct corm_compiler *c, const struct corm_node *update);
/** Append a DELETE. */
void corm_compiler_delete(struct corm_compiler *c, const struct corm_node *statement);
/** True if a TEXT (whose value may name a dialect) is meant for this dialect. */
bool corm_compiler_is_for_dialect(const struct corm_compiler *c,
                                  const struct corm_node *text);
/** Append the texts that are meant for this dialect, each with a blank behind it. */
void corm_compiler_prefixes(struct corm_compiler *c, const struct corm_node *list);
/** Append the texts that are meant for this dialect, each with a blank before it. */
void corm_compiler_suffixes(struct corm_compiler *c, const struct corm_node *list);
/** Append RETURNING list; nothing for NULL. */
void corm_compiler_returning(struct corm_compiler *c, const struct corm_node *list);

/* What a statement writes into a column. */
enum corm_written {
    CORM_WRITTEN_NOT = 0,
    CORM_WRITTEN_VALUE, /* a parameter: the caller knows it */
    CORM_WRITTEN_SQL /* an expression: the database knows it */
};

/* Letters in the value of a VARIANT list of RETURNING: when the column is returned. */
enum corm_returning_letter {
    CORM_RETURNING_ALWAYS = 'a',
    CORM_RETURNING_UNLESS_VALUE = 'u',
    CORM_RETURNING_IF_SQL = 's'
};

/* What the statement ctx stands for writes into the column. */
typedef enum corm_written corm_written_fn(const struct corm_compiler *c,
                                          const void *ctx,
                                          const struct corm_column *column);

/** What is written where this value is assigned. */
enum corm_written corm_written_by(const struct corm_node *value);

/**
 * The elements of a RETURNING list that are wanted, as a list in the compiler's scratch;
 * NULL if there are none. A list that is not VARIANT is returned as it is.
 */
const struct corm_node *corm_returning_wanted(struct corm_compiler *c,
                                              const struct corm_node *list,
                                              corm_written_fn *written,
                                              const void *ctx);

/**
 * Choose by what the rows of an INSERT's RETURNING are known, which was just written, and
 * append columns that it lacks. row: of the assignments, or NULL. For options->keeps_order.
 */
void corm_compiler_sentinel(struct corm_compiler *c, const struct corm_table *table,
                            const struct corm_node *row, bool is_upsert);
/** Say it by the compiled statement's slots, which are in their final order. */
void corm_compiler_settle_sentinel(struct corm_compiler *c);

/** "\n LIMIT … OFFSET …" or FETCH; each may be NULL. */
void corm_compiler_limit(struct corm_compiler *c, const struct corm_node *limit,
                         const struct corm_node *offset, const struct corm_node *fetch);

enum corm_assign_flag {
    CORM_ASSIGN_KEYS = 1 << 0, /* options->column_keys are to be columns too */
    CORM_ASSIGN_TARGETS = 1 << 1, /* elements and tuples may be assigned to */
};

/** Check that each ASSIGN of a ROW is of a column of table. */
void corm_assign_check(struct corm_compiler *c, const struct corm_table *table,
                       const struct corm_node *row, unsigned flags);

/** True if a tuple of columns or an element of one is assigned to, rather than a column. */
bool corm_assign_sets_target(const struct corm_node *assign);

/** True if a tuple that the ROW assigns to has the column. */
bool corm_assign_tuple_has(const struct corm_node *row,
                           const struct corm_column *column);

/** Append such a target as UPDATE wants it: (a, b), v[:i], data[:key][:key]. */
void corm_compiler_target(struct corm_compiler *c, const struct corm_node *node);

/** The value that a ROW assigns to the column, or NULL. */
const struct corm_node *corm_assign_find(const struct corm_node *row,
                                         const struct corm_column *column);

/** True if options->column_keys has the column, or all come because none are known. */
bool corm_assign_is_param(const struct corm_compiler *c,
                          const struct corm_column *column, bool takes_all);

/** Append an assigned value: the column's placeholder, or an expression. */
void corm_compiler_assigned(struct corm_compiler *c, const struct corm_column *column,
                            const struct corm_node *value, uint32_t row,
                            bool is_numbered);

/** Append " ON CONFLICT …". */
void corm_compiler_on_conflict(struct corm_compiler *c, const struct corm_node *clause,
                               const struct corm_table *table);

/** Open and close the scope of a statement; the lists are the scope's. */
void corm_scope_open(struct corm_compiler *c, struct corm_scope *scope,
                     const struct corm_node *statement,
                     const struct corm_from_list *froms);
void corm_scope_close(struct corm_compiler *c, struct corm_scope *scope);

/* --- tables of one name in different schemas: compile_clash.c --- */

/** Note in a new scope whether its FROM has tables that only their schemas tell apart. */
void corm_scope_find_clash(struct corm_compiler *c, struct corm_scope *scope);

/** Append the alias that a table has got in FROM; false, and nothing, if it has none. */
bool corm_compiler_table_alias(struct corm_compiler *c, const struct corm_table *table);

/** Append what a table is called in front of its columns: its name, or its alias. */
void corm_compiler_table_prefix(struct corm_compiler *c,
                                const struct corm_table *table);

/** Append a table in FROM, with an alias where its name does not tell it apart. */
void corm_compiler_table_from(struct corm_compiler *c, const struct corm_table *table);

/* --- CTEs: compile_cte.c --- */

/** Append the name of a CTE, and write the CTE itself if this is its first mention. */
void corm_compiler_cte(struct corm_compiler *c, const struct corm_node *cte);

/** Write CTEs that nothing refers to. */
void corm_compiler_cte_list(struct corm_compiler *c, const struct corm_node *list);

/** Put WITH … in front of the finished statement; positions of parameters follow. */
void corm_compiler_with(struct corm_compiler *c);

/** The same for a query inside, with the CTEs that were nested in it. */
void corm_compiler_nested_with(struct corm_compiler *c, const struct corm_scope *scope);
void corm_compiler_ctes_release(struct corm_compiler *c);

#endif

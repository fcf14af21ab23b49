/* SPDX-License-Identifier: MIT */
/*
 * The columns that a thing to select from offers: what stands for `*`, and what becomes
 * the `c` collection of an alias, a subquery or a CTE.
 */
#ifndef CORM_SQL_COLUMNS_H
#define CORM_SQL_COLUMNS_H

#include "base/arena.h"
#include "base/hmap.h"
#include "sql/compile.h"
#include "sql/statement.h"

/* One column of a query, as the outside sees it. */
struct corm_query_column {
    const struct corm_node *expr; /* what the query selects */
    const char *key; /* in the c collection; never NULL */
    size_t key_len;
    const char *name; /* in SQL: the label or column, or the hint of a made-up one */
    size_t name_len;
    uint32_t nrepeat; /* so many of the same columns stand further left */
    uint16_t flags; /* CORM_NODE_QUOTED, CORM_NODE_UNQUOTED of the name */
    bool is_anonymous; /* the name is made up when compiling, from hint and expr */
    bool is_qualified; /* … and begins with the name of what expr is of */
};

/*
 * Columns that were listed already: a query is asked for its columns by each of those
 * around it. Zero-initialised but for the arena, which the lists are made in.
 */
struct corm_column_lists {
    struct corm_arena *arena;
    struct corm_hmap of_from; /* address of an alias, subquery, … → its list */
};

/** Free what is not the arena's. */
void corm_column_lists_release(struct corm_column_lists *lists);

/**
 * List the columns of a SELECT, COMPOUND, STATEMENT_TEXT or DML statement (RETURNING).
 * Lifetime: the array and made-up keys are the arena's, other names the nodes'.
 * Errors: CORM_E_INVALID_REQUEST (a Column without a name), CORM_E_NO_MEMORY.
 */
enum corm_rc corm_query_columns(const struct corm_node *query,
                                struct corm_column_lists *lists,
                                struct corm_query_column **columns_out,
                                uint32_t *ncolumns_out,
                                struct corm_error *err) CORM_NODISCARD;

/**
 * Name the columns of a query whose expressions the caller has listed already, tables
 * taken apart.
 * Lifetime, errors: as of corm_query_columns().
 */
enum corm_rc corm_query_name_columns(const struct corm_node *query,
                                     const struct corm_node *const *exprs,
                                     size_t nexprs, struct corm_arena *arena,
                                     struct corm_query_column **columns_out,
                                     uint32_t *ncolumns_out,
                                     struct corm_error *err) CORM_NODISCARD;

/**
 * List the columns of a TABLE, ALIAS, SUBQUERY, CTE, JOIN, … as nodes: COLUMNs of a table,
 * COLREFs made in the arena for the rest. Those of an alias or a query are made once.
 * Errors: CORM_E_NO_MEMORY.
 */
enum corm_rc corm_from_columns(const struct corm_node *from,
                               struct corm_column_lists *lists,
                               const struct corm_node ***columns_out,
                               uint32_t *ncolumns_out,
                               struct corm_error *err) CORM_NODISCARD;

/** What tells a column expression apart wherever it occurs: for made-up names. */
uint64_t corm_column_identity(const struct corm_node *column);

/** True for literal_column("*") and what a subquery with it has: all columns, as text. */
bool corm_column_is_star(const struct corm_node *column);

/** What an ANONYMOUS COLREF is called after: the expression that its innermost query selects. */
const struct corm_node *corm_column_maker(const struct corm_node *column);

/** True for what is written as it is: literal_column(), columns of no table. */
bool corm_column_is_raw(const struct corm_node *column);

/** True for literal_column() and what a subquery with one has: the name is raw text. */
bool corm_column_is_literal(const struct corm_node *column);

/** The table's column behind a COLUMN or COLREF, or NULL. */
const struct corm_column *corm_column_behind(const struct corm_node *column);

/** True if the node is something to select from. */
static inline bool corm_node_is_from(const struct corm_node *node)
{
    return node->kind >= CORM_NODE_TABLE && node->kind <= CORM_NODE_TABLE_FUNCTION;
}

/** The marks (ENTITY, ATTRIBUTE) off. */
const struct corm_node *corm_node_unmarked(const struct corm_node *node);

/* How an expression is called where nobody gave it a label. */
struct corm_natural_name {
    const char *name; /* NULL: none, as of text() */
    size_t len;
    const struct corm_node *named; /* made up: whose name it is, for its identity */
    const struct corm_node *qualifier; /* an alias with whose name it begins, or NULL */
    bool is_anonymous; /* to be made up from `name` */
    uint16_t flags; /* CORM_NODE_QUOTED, CORM_NODE_UNQUOTED */
    bool is_wrapped; /* the name is that of the column inside, as of CAST */
};

/** The name that an expression has by itself: of a column, a function, what CAST contains. */
struct corm_natural_name corm_node_natural_name(const struct corm_node *expr);

#endif

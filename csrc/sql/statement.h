/* SPDX-License-Identifier: MIT */
/*
 * The slots of statements and of the nodes with many parts: which child is what. Every
 * slot may be NULL unless it says otherwise; "list" is a LIST node with op COMMA.
 */
#ifndef CORM_SQL_STATEMENT_H
#define CORM_SQL_STATEMENT_H

#include "sql/node.h"

/* SELECT: VARIANT = DISTINCT; value INT = enum corm_label_style. */
enum corm_select_slot {
    CORM_SELECT_COLUMNS = 0, /* list; a table or alias in it stands for its columns */
    CORM_SELECT_FROM, /* list: select_from() */
    CORM_SELECT_JOINS, /* list of JOIN_SPEC */
    CORM_SELECT_WHERE, /* one condition; several are a LIST of AND */
    CORM_SELECT_GROUP_BY, /* list */
    CORM_SELECT_HAVING, /* like WHERE */
    CORM_SELECT_ORDER_BY, /* list */
    CORM_SELECT_LIMIT, /* expression, usually a BIND */
    CORM_SELECT_OFFSET,
    CORM_SELECT_FETCH, /* FETCH node: FETCH FIRST n ROWS … instead of LIMIT */
    CORM_SELECT_DISTINCT_ON, /* list */
    CORM_SELECT_FOR_UPDATE, /* FOR_UPDATE */
    CORM_SELECT_CORRELATE, /* list of what to leave to the outer FROM; empty: nothing */
    CORM_SELECT_CORRELATE_EXCEPT, /* list of what not to leave; empty: leave all */
    CORM_SELECT_CTES, /* list of CTEs to state though nothing refers to them */
    CORM_SELECT_PREFIXES, /* list of TEXT after SELECT; value TEXT = only this dialect */
    CORM_SELECT_SUFFIXES, /* list of TEXT at the end of the statement, likewise */
    CORM_SELECT_OPTIONS, /* list of OPTION: in the cache key only */
    CORM_SELECT_SLOTS
};

/* STATEMENT_TEXT: text() as a statement; VARIANT = columns by position. */
enum corm_statement_text_slot {
    CORM_STATEMENT_TEXT_TEXT = 0, /* TEXT, never NULL */
    CORM_STATEMENT_TEXT_CTES, /* list of CTEs to state, or NULL */
    CORM_STATEMENT_TEXT_SLOTS /* the result columns follow */
};

/* How columns of a SELECT get their labels. */
enum corm_label_style {
    CORM_LABEL_DISAMBIGUATE = 0, /* a repeated name becomes id_1 */
    CORM_LABEL_TABLENAME, /* table_column for all */
    CORM_LABEL_NONE /* as they are */
};

/*
 * COMPOUND: op = UNION …; the selects follow from kid CORM_COMPOUND_SLOTS on. NONE: a single
 * one in parentheses, as self_group() makes it.
 */
enum corm_compound_slot {
    CORM_COMPOUND_GROUP_BY = 0,
    CORM_COMPOUND_ORDER_BY,
    CORM_COMPOUND_LIMIT,
    CORM_COMPOUND_OFFSET,
    CORM_COMPOUND_FETCH,
    CORM_COMPOUND_FOR_UPDATE,
    CORM_COMPOUND_CTES,
    CORM_COMPOUND_OPTIONS,
    CORM_COMPOUND_SLOTS
};

/*
 * INSERT. Without ROWS and SELECT the columns are options->column_keys, or all.
 * A BIND that stands directly in an ASSIGN and is ANONYMOUS is named as its column.
 */
enum corm_insert_slot {
    CORM_INSERT_TABLE = 0, /* TABLE, never NULL */
    CORM_INSERT_ROWS, /* list of ROW; with several, each has the first one's columns */
    CORM_INSERT_COLUMNS, /* list of COLUMN: of from_select() */
    CORM_INSERT_SELECT, /* SELECT, COMPOUND or STATEMENT_TEXT */
    CORM_INSERT_RETURNING, /* list */
    CORM_INSERT_ON_CONFLICT, /* list of ON_CONFLICT */
    CORM_INSERT_CTES,
    CORM_INSERT_PREFIXES,
    CORM_INSERT_OPTIONS,
    CORM_INSERT_SLOTS
};

/* UPDATE: tables that WHERE and SET mention beyond TABLE become FROM. */
enum corm_update_slot {
    CORM_UPDATE_TABLE = 0, /* TABLE, CTE, ALIAS of one; JOIN; never NULL */
    CORM_UPDATE_SET, /* ROW; its VARIANT = keep the order of the assignments */
    CORM_UPDATE_WHERE,
    CORM_UPDATE_RETURNING,
    CORM_UPDATE_CTES,
    CORM_UPDATE_PREFIXES,
    CORM_UPDATE_OPTIONS,
    CORM_UPDATE_SLOTS
};

/* DELETE: what using() names and further tables of WHERE become USING. */
enum corm_delete_slot {
    CORM_DELETE_TABLE = 0, /* TABLE, CTE, ALIAS of one; never NULL */
    CORM_DELETE_WHERE,
    CORM_DELETE_RETURNING,
    CORM_DELETE_CTES,
    CORM_DELETE_PREFIXES,
    CORM_DELETE_OPTIONS,
    CORM_DELETE_USING, /* list, or NULL */
    CORM_DELETE_SLOTS
};

/* ON_CONFLICT: VARIANT = DO UPDATE, else DO NOTHING; name = constraint's name. */
enum corm_on_conflict_slot {
    CORM_ON_CONFLICT_TARGET = 0, /* list of columns and expressions */
    CORM_ON_CONFLICT_TARGET_WHERE, /* of a partial index */
    CORM_ON_CONFLICT_SET, /* ROW; excluded.x is a COLREF of ALIAS "excluded" */
    CORM_ON_CONFLICT_WHERE,
    CORM_ON_CONFLICT_SLOTS
};

/* FOR_UPDATE: kids = OF what; value INT = these bits. */
enum corm_for_update_bit {
    CORM_FOR_UPDATE_READ = 1 << 0,
    CORM_FOR_UPDATE_NOWAIT = 1 << 1,
    CORM_FOR_UPDATE_SKIP_LOCKED = 1 << 2,
    CORM_FOR_UPDATE_KEY_SHARE = 1 << 3
};

/* FETCH: value INT = these bits; kid 0 = the count. */
enum corm_fetch_bit { CORM_FETCH_WITH_TIES = 1 << 0, CORM_FETCH_PERCENT = 1 << 1 };

/* OVER: name = ROWS, RANGE or GROUPS, or NULL; value TEXT = what to EXCLUDE. */
enum corm_over_slot {
    CORM_OVER_ELEMENT = 0, /* never NULL */
    CORM_OVER_PARTITION_BY,
    CORM_OVER_ORDER_BY,
    CORM_OVER_FROM, /* UNARY of PRECEDING, FOLLOWING or CURRENT_ROW */
    CORM_OVER_TO,
    CORM_OVER_SLOTS
};

/*
 * VALUES: name, or ANONYMOUS; rows are TUPLEs from kid CORM_VALUES_ROWS on. VARIANT =
 * LATERAL; LITERAL_EXECUTE = values are text and not parameters.
 */
enum corm_values_slot {
    CORM_VALUES_COLUMNS = 0, /* list of free COLUMNs */
    CORM_VALUES_ROWS
};

/* TABLE_FUNCTION: kid0 AS name; VARIANT = say the columns too: AS name(a, b). */
enum corm_table_function_bit {
    CORM_TABLE_FUNCTION_ORDINALITY = 1 << 0, /* WITH ORDINALITY */
    CORM_TABLE_FUNCTION_TYPES = 1 << 1, /* AS name(a INTEGER, b VARCHAR) */
    CORM_TABLE_FUNCTION_IMPLICIT = 1 << 2, /* no cartesian product with what it is of */
    CORM_TABLE_FUNCTION_LATERAL = 1 << 3
};

/* value INT = these bits */
enum corm_table_function_slot {
    CORM_TABLE_FUNCTION_CALL = 0, /* FUNCTION */
    CORM_TABLE_FUNCTION_COLUMNS, /* list of free COLUMNs, or NULL */
    CORM_TABLE_FUNCTION_SLOTS
};

/*
 * SPLICE: LITERALs are written as they are, statements without parentheses. VARIANT = things
 * to select from are written as FROM has them, with their aliases; LITERAL_EXECUTE = the only
 * statement among the kids is what the text says, so that its rows are the result's.
 */

static inline bool corm_node_is_spliced(const struct corm_node *node)
{
    return node->kind == CORM_NODE_SPLICE &&
           (node->flags & CORM_NODE_LITERAL_EXECUTE) != 0;
}

/** The list of OPTIONs of a statement, or NULL. */
static inline const struct corm_node *
corm_statement_options(const struct corm_node *statement)
{
    switch ((enum corm_node_kind)statement->kind) {
    case CORM_NODE_SELECT:
        return statement->kid[CORM_SELECT_OPTIONS];
    case CORM_NODE_INSERT:
        return statement->kid[CORM_INSERT_OPTIONS];
    case CORM_NODE_UPDATE:
        return statement->kid[CORM_UPDATE_OPTIONS];
    case CORM_NODE_DELETE:
        return statement->kid[CORM_DELETE_OPTIONS];
    default:
        return NULL;
    }
}

/** True if the node is a statement or a set of statements. */
static inline bool corm_node_is_statement(const struct corm_node *node)
{
    return (node->kind >= CORM_NODE_SELECT && node->kind <= CORM_NODE_STATEMENT_TEXT) ||
           corm_node_is_spliced(node);
}

/** The statement that a SPLICE says in other words; itself if it is another node. */
static inline const struct corm_node *
corm_statement_inside(const struct corm_node *node)
{
    uint32_t i = 0;
    while (corm_node_is_spliced(node) && i < node->nkids) {
        if (corm_node_is_statement(node->kid[i])) {
            node = node->kid[i];
            i = 0;
        } else {
            i++;
        }
    }
    return node;
}

/** True if the node is something that returns rows and can stand in parentheses. */
static inline bool corm_node_is_query(const struct corm_node *node)
{
    return node->kind == CORM_NODE_SELECT || node->kind == CORM_NODE_COMPOUND ||
           node->kind == CORM_NODE_STATEMENT_TEXT || corm_node_is_spliced(node);
}

/** The child in a slot, or NULL. */
static inline const struct corm_node *corm_node_slot(const struct corm_node *node,
                                                     uint32_t slot)
{
    return slot < node->nkids ? node->kid[slot] : NULL;
}

#endif

/* SPDX-License-Identifier: MIT */
/* The keys of columns in `c` collections, which are their names unless declared otherwise. */
#ifndef CORM_SQL_COLUMN_KEY_H
#define CORM_SQL_COLUMN_KEY_H

#include "base/arena.h"
#include "sql/names.h"
#include "sql/node.h"

/**
 * The key of a column: as its table declares it, also seen through aliases and subqueries,
 * whatever these put in front of the name: tree_key for tree_id.
 * Lifetime: the node's or the arena's. Its text is NULL if the column has no name yet, or if
 * memory is short.
 */
struct corm_text corm_column_key(const struct corm_node *column,
                                 struct corm_arena *arena);

/**
 * The key of a column that a query calls `label`: the label with the column's key in place
 * of its name at the end, or the label itself.
 * Lifetime: the label's or the arena's. Its text is NULL if memory is short.
 */
struct corm_text corm_column_label_key(struct corm_text label,
                                       const struct corm_node *column,
                                       struct corm_arena *arena);

#endif

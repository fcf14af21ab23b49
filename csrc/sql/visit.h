/* SPDX-License-Identifier: MIT */
/*
 * Walks over node trees, iterative, so that the depth of a tree costs no C stack. Scratch
 * memory is the caller's arena: the callbacks may longjmp.
 */
#ifndef CORM_SQL_VISIT_H
#define CORM_SQL_VISIT_H

#include "sql/node.h"

enum {
    CORM_NODE_DEPTH_MAX = 1000, /* nesting that compiles */
    CORM_NODE_VISIT_MAX = 10000000 /* nodes of one walk; shared ones count each time */
};

enum corm_visit {
    CORM_VISIT_DESCEND = 0, /* go on with the children */
    CORM_VISIT_SKIP, /* leave the children out */
    CORM_VISIT_STOP /* end the walk */
};

typedef enum corm_visit (*corm_visit_fn)(void *ctx, const struct corm_node *node);

/**
 * Call fn for root and all below it, parents first, children in order. A column's table
 * or alias (kid 0 of COLREF) is not a child here.
 * Errors: CORM_E_COMPILE (more than CORM_NODE_VISIT_MAX nodes), CORM_E_NO_MEMORY.
 */
enum corm_rc corm_node_visit(const struct corm_node *root, corm_visit_fn fn, void *ctx,
                             struct corm_arena *scratch,
                             struct corm_error *err) CORM_NODISCARD;

struct corm_replace_ops {
    /* The node to stand for `node` (children included), or NULL to look inside. */
    const struct corm_node *(*replace)(void *ctx, const struct corm_node *node);
    /* corm_node_init() in the caller's memory; pins the children. NULL: out of memory. */
    const struct corm_node *(*make)(void *ctx, const struct corm_node_spec *spec);
    void *ctx;
};

/**
 * Rebuild root with nodes replaced: only what lies above a replaced node is made anew, and
 * a node that occurs several times is replaced or rebuilt once. Here the alias of a
 * COLREF is a child. Ids stay. *out is root itself if nothing changed.
 * Errors: CORM_E_NO_MEMORY.
 */
enum corm_rc corm_node_replace(const struct corm_node *root,
                               const struct corm_replace_ops *ops,
                               struct corm_arena *scratch, const struct corm_node **out,
                               struct corm_error *err) CORM_NODISCARD;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The order in which a statement's tree is walked wherever binds count (sources of slots,
 * shapes, matching), and copies of types that outlive their makers.
 */
#ifndef CORM_SQL_SHAPE_H
#define CORM_SQL_SHAPE_H

#include "base/hmap.h"
#include "base/vec.h"
#include "sql/node.h"

/** True for what has an identity of its own: the walk enters it once. */
static inline bool corm_node_is_source(const struct corm_node *node)
{
    return node->kind >= CORM_NODE_ALIAS && node->kind <= CORM_NODE_TABLE_FUNCTION &&
           node->id != 0;
}

/* The BINDs of a statement in walk order; one that occurs twice is listed twice. */
struct corm_bind_order {
    struct corm_vec(const struct corm_node *) items;
    struct corm_hmap first; /* BIND's address → 1 + index of its first occurrence */
};

/**
 * Walk the statement and list its binds in an empty order.
 * Ownership: corm_bind_order_release(), also after a failure.
 * Errors: CORM_E_COMPILE (too deep, too many nodes), CORM_E_NO_MEMORY.
 */
enum corm_rc corm_bind_order_make(struct corm_bind_order *order,
                                  const struct corm_node *statement,
                                  struct corm_error *err) CORM_NODISCARD;
void corm_bind_order_release(struct corm_bind_order *order);

/** Index of the first occurrence of bind, or -1. */
int32_t corm_bind_order_index(const struct corm_bind_order *order,
                              const struct corm_node *bind);

/* Types copied into an arena, each once. Zero-initialised but for the arena. */
struct corm_type_pool {
    struct corm_arena *arena;
    struct corm_hmap types; /* by fingerprint */
};

/** The pool's copy of the type; ready-made types are themselves. NULL: no memory. */
const struct corm_type *corm_type_pool_add(struct corm_type_pool *pool,
                                           const struct corm_type *type) CORM_NODISCARD;
void corm_type_pool_release(struct corm_type_pool *pool);

/**
 * Copy a statement's shape into the pool's arena: same nodes and ids, no values of BINDs
 * but the index of the first occurrence of each. NULL when memory is short.
 */
const struct corm_node *corm_node_shape(const struct corm_node *statement,
                                        const struct corm_bind_order *binds,
                                        struct corm_type_pool *pool) CORM_NODISCARD;

#endif

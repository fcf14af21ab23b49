/* SPDX-License-Identifier: MIT */
/*
 * Least-recently-used cache over items that embed a struct corm_lru_node:
 *     struct statement { struct corm_lru_node node; … };
 *     corm_lru_init(&cache, 500, has_same_sql, statement_drop, NULL);
 *     node = corm_lru_find(&cache, hash, sql);     touches what it finds
 *     corm_lru_add(&cache, &statement->node, hash);
 * The cache lends its items from their owner until the evict callback gives them back.
 */
#ifndef CORM_BASE_LRU_H
#define CORM_BASE_LRU_H

#include "base/hmap.h"
#include "base/list.h"

struct corm_lru_node {
    struct corm_list_link link; /* in order of use */
    uint64_t hash;
};

/** Take back a node that the cache has just let go. May free the item around it. */
typedef void (*corm_lru_evict_fn)(void *ctx, struct corm_lru_node *node);

struct corm_lru {
    struct corm_hmap nodes;
    struct corm_list_link order; /* the one used last comes first */
    size_t capacity;
    corm_hmap_eq_fn eq; /* NULL: the 64 bits are the whole key */
    corm_lru_evict_fn evict;
    void *ctx; /* of evict */
};

/** Begin an empty cache of at most capacity (> 0) items. eq compares (node, key). */
void corm_lru_init(struct corm_lru *lru, size_t capacity, corm_hmap_eq_fn eq,
                   corm_lru_evict_fn evict, void *ctx);

/** Evict everything, the oldest first, and free the table. */
void corm_lru_release(struct corm_lru *lru);

/** The node with this hash and key, now the most recently used, or NULL. */
struct corm_lru_node *corm_lru_find(struct corm_lru *lru, uint64_t hash,
                                    const void *key);

/**
 * Add a node whose key is not there yet, as the most recently used, and evict the
 * oldest beyond capacity.
 * False when memory is short: nothing was evicted and the node was not added.
 */
bool corm_lru_add(struct corm_lru *lru, struct corm_lru_node *node,
                  uint64_t hash) CORM_NODISCARD;

/** Take out a node that is in the cache; the evict callback is not called. */
void corm_lru_remove(struct corm_lru *lru, struct corm_lru_node *node);

/** Evict everything, the oldest first. */
void corm_lru_evict_all(struct corm_lru *lru);

#endif

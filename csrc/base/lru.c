/* SPDX-License-Identifier: MIT */
#include "base/lru.h"

void corm_lru_init(struct corm_lru *lru, size_t capacity, corm_hmap_eq_fn eq,
                   corm_lru_evict_fn evict, void *ctx)
{
    PRE(capacity > 0 && evict != NULL);
    *lru = (struct corm_lru){
        .capacity = capacity,
        .eq = eq,
        .evict = evict,
        .ctx = ctx,
    };
    corm_list_init(&lru->order);
}

static void lru_evict_oldest(struct corm_lru *lru)
{
    struct corm_lru_node *node =
        CORM_CONTAINER(lru->order.prev, struct corm_lru_node, link);
    corm_lru_remove(lru, node);
    lru->evict(lru->ctx, node);
}

void corm_lru_evict_all(struct corm_lru *lru)
{
    while (!corm_list_is_empty(&lru->order)) {
        lru_evict_oldest(lru);
    }
}

void corm_lru_release(struct corm_lru *lru)
{
    corm_lru_evict_all(lru);
    corm_hmap_release(&lru->nodes);
}

struct corm_lru_node *corm_lru_find(struct corm_lru *lru, uint64_t hash,
                                    const void *key)
{
    struct corm_lru_node *node = lru->eq == NULL
                                     ? corm_hmap_get(&lru->nodes, hash)
                                     : corm_hmap_find(&lru->nodes, hash, lru->eq, key);
    if (node != NULL) {
        corm_list_remove(&node->link);
        corm_list_push_front(&lru->order, &node->link);
    }
    return node;
}

bool corm_lru_add(struct corm_lru *lru, struct corm_lru_node *node, uint64_t hash)
{
    if (!corm_hmap_add(&lru->nodes, hash, node)) {
        return false;
    }
    node->hash = hash;
    corm_list_push_front(&lru->order, &node->link);
    while (lru->nodes.count > lru->capacity) {
        lru_evict_oldest(lru);
    }
    return true;
}

void corm_lru_remove(struct corm_lru *lru, struct corm_lru_node *node)
{
    bool was_there = corm_hmap_drop(&lru->nodes, node->hash, node);
    PRE(was_there);
    (void)was_there;
    corm_list_remove(&node->link);
}

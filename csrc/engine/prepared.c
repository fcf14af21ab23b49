/* SPDX-License-Identifier: MIT */
#include "engine/prepared.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <string.h>

struct wanted {
    const char *sql;
    size_t len;
};

static bool prepared_has_sql(const void *item, const void *key)
{
    const struct corm_prepared *prepared = item;
    const struct wanted *wanted = key;
    return prepared->sql_len == wanted->len &&
           memcmp(prepared->sql, wanted->sql, wanted->len) == 0;
}

/* The cache let go of the statement: its user, or else we, drop it. */
static void prepared_evict(void *ctx, struct corm_lru_node *node)
{
    struct corm_prepared_cache *cache = ctx;
    struct corm_prepared *prepared = CORM_CONTAINER(node, struct corm_prepared, node);
    corm_free(prepared->sql);
    prepared->sql = NULL;
    prepared->is_cached = false;
    if (!prepared->is_used) {
        cache->drop(cache->ctx, prepared);
    }
}

void corm_prepared_cache_init(struct corm_prepared_cache *cache, size_t capacity,
                              corm_prepared_drop_fn drop, void *ctx)
{
    cache->capacity = capacity;
    cache->drop = drop;
    cache->ctx = ctx;
    if (capacity > 0) {
        corm_lru_init(&cache->lru, capacity, prepared_has_sql, prepared_evict, cache);
    }
}

void corm_prepared_cache_release(struct corm_prepared_cache *cache)
{
    if (cache->capacity > 0) {
        corm_lru_release(&cache->lru);
    }
}

/* Texts of one key mostly differ in length; those that do not are compared. */
static uint64_t prepared_hash(uint64_t key, size_t len)
{
    return corm_hash_mix(key, len);
}

static struct corm_prepared *prepared_find(struct corm_prepared_cache *cache,
                                           uint64_t key, const char *sql, size_t len)
{
    struct wanted wanted = { sql, len };
    struct corm_lru_node *node =
        corm_lru_find(&cache->lru, prepared_hash(key, len), &wanted);
    return node == NULL ? NULL : CORM_CONTAINER(node, struct corm_prepared, node);
}

struct corm_prepared *corm_prepared_acquire(struct corm_prepared_cache *cache,
                                            uint64_t key, const char *sql, size_t len)
{
    if (key == 0 || cache->capacity == 0) {
        return NULL;
    }
    struct corm_prepared *prepared = prepared_find(cache, key, sql, len);
    if (prepared == NULL || prepared->is_used) {
        return NULL;
    }
    prepared->is_used = true;
    return prepared;
}

void corm_prepared_keep(struct corm_prepared_cache *cache,
                        struct corm_prepared *prepared, uint64_t key, const char *sql,
                        size_t len)
{
    PRE(prepared->is_used && !prepared->is_cached);
    if (key == 0 || cache->capacity == 0) {
        return;
    }
    /* Somebody has the known one in use, perhaps for long: an unread result. */
    struct corm_prepared *known = prepared_find(cache, key, sql, len);
    if (known != NULL) {
        corm_prepared_forget(cache, known);
    }
    char *copy = corm_strndup(sql, len);
    if (copy == NULL) {
        return;
    }
    prepared->sql = copy;
    prepared->sql_len = len;
    prepared->is_cached = true;
    if (!corm_lru_add(&cache->lru, &prepared->node, prepared_hash(key, len))) {
        prepared_evict(cache, &prepared->node);
    }
}

void corm_prepared_forget(struct corm_prepared_cache *cache,
                          struct corm_prepared *prepared)
{
    if (prepared->is_cached) {
        corm_lru_remove(&cache->lru, &prepared->node);
        prepared_evict(cache, &prepared->node);
    }
}

void corm_prepared_done(struct corm_prepared_cache *cache,
                        struct corm_prepared *prepared)
{
    PRE(prepared->is_used);
    prepared->is_used = false;
    if (!prepared->is_cached) {
        cache->drop(cache->ctx, prepared);
    }
}

/* SPDX-License-Identifier: MIT */
/*
 * Prepared statements of one connection, found by the compiled statement's key and, since
 * a key may have several texts (IN lists, translated schemas), by the text as well. Used by
 * the drivers, which embed struct corm_prepared first in what they keep for a statement.
 *
 * A statement has one user at a time. While somebody reads its rows, a second execution
 * prepares another handle, which is dropped after use. Dropping goes through the
 * driver's callback and never hits a statement in use.
 */
#ifndef CORM_ENGINE_PREPARED_H
#define CORM_ENGINE_PREPARED_H

#include "base/lru.h"

struct corm_prepared {
    struct corm_lru_node node;
    char *sql; /* while is_cached; else NULL */
    size_t sql_len;
    bool is_cached;
    bool is_used;
};

/** Close the native handle and free the item. Must not call back into the cache. */
typedef void (*corm_prepared_drop_fn)(void *ctx, struct corm_prepared *prepared);

struct corm_prepared_cache {
    struct corm_lru lru;
    size_t capacity; /* 0: nothing is kept */
    corm_prepared_drop_fn drop;
    void *ctx;
};

/** Begin an empty cache of at most capacity statements. The cache must not move. */
void corm_prepared_cache_init(struct corm_prepared_cache *cache, size_t capacity,
                              corm_prepared_drop_fn drop, void *ctx);

/** Drop every statement; those in use when they are given back. */
void corm_prepared_cache_release(struct corm_prepared_cache *cache);

/**
 * The kept statement with this key and text, now in use; NULL if there is none that is
 * free: prepare one, mark it is_used and offer it to corm_prepared_keep().
 */
struct corm_prepared *corm_prepared_acquire(struct corm_prepared_cache *cache,
                                            uint64_t key, const char *sql, size_t len);

/**
 * Keep a statement that is in use for later, unless key is 0 or memory is short: then it
 * is dropped after use. It takes the place of an equal one, which its user holds on to
 * (perhaps for long, by a result that nobody reads) and which is dropped after that.
 */
void corm_prepared_keep(struct corm_prepared_cache *cache,
                        struct corm_prepared *prepared, uint64_t key, const char *sql,
                        size_t len);

/** Do not find this statement again: it is dropped after use. */
void corm_prepared_forget(struct corm_prepared_cache *cache,
                          struct corm_prepared *prepared);

/** Give a statement back that is in use. */
void corm_prepared_done(struct corm_prepared_cache *cache,
                        struct corm_prepared *prepared);

#endif

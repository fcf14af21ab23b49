/* SPDX-License-Identifier: MIT */
/*
 * STATIC: one entry that everybody shares, which is what a database in memory needs. While
 * one opens the connection the others wait, and get it all at once. An entry whose
 * connection was closed under its users stays until the last of them gave it back.
 */
#include "pool/pool_int.h"

static enum corm_pool_step static_take(struct corm_pool *pool,
                                       struct corm_pool_entry **out,
                                       struct corm_error *err)
{
    struct corm_pool_entry *entry = pool->shared;
    if (entry == NULL) {
        if (pool_entry_new(pool, &pool->shared, err) != CORM_OK) {
            return CORM_POOL_ERROR;
        }
        *out = pool->shared;
        return CORM_POOL_GOT;
    }
    if (entry->state == POOL_OPENING) {
        return CORM_POOL_WAIT;
    }
    pool_entry_move(entry, entry->connection == NULL ? POOL_OPENING : POOL_LEASED);
    entry->nleases++;
    *out = entry;
    return CORM_POOL_GOT;
}

static void static_opened(struct corm_pool *pool, struct corm_pool_entry *entry)
{
    while (pool_grant(pool, entry)) {
        entry->nleases++;
    }
}

static void static_give(struct corm_pool *pool, struct corm_pool_entry *entry)
{
    if (--entry->nleases > 0) {
        return;
    }
    if (entry->generation == pool->generation) {
        pool_entry_move(entry, POOL_IDLE);
        return;
    }
    pool->shared = NULL;
    pool_entry_drop(entry);
}

/*
 * Which of several users leaves cannot be told; only when none is left it is sure that
 * nobody opens the connection, and one who waits for it is the next to try.
 */
static void static_lose(struct corm_pool *pool, struct corm_pool_entry *entry)
{
    if (--entry->nleases > 0) {
        return;
    }
    if (entry->state == POOL_OPENING && pool_grant(pool, entry)) {
        entry->nleases = 1;
        return;
    }
    pool->shared = NULL;
    pool_entry_drop(entry);
}

const struct pool_kind pool_kind_static = {
    .name = "StaticPool",
    .take = static_take,
    .opened = static_opened,
    .give = static_give,
    .lose = static_lose,
};

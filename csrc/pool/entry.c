/* SPDX-License-Identifier: MIT */
/* Entries: how they are made, counted and dropped. */
#include "base/alloc.h"
#include "pool/pool_int.h"

static int32_t *counter_of(struct corm_pool *pool, uint8_t state)
{
    switch ((enum pool_entry_state)state) {
    case POOL_OPENING:
        return &pool->counts.opening;
    case POOL_LEASED:
        return &pool->counts.leased;
    case POOL_IDLE:
        break;
    }
    return &pool->counts.idle;
}

enum corm_rc pool_entry_new(struct corm_pool *pool, struct corm_pool_entry **out,
                            struct corm_error *err)
{
    struct corm_pool_entry *entry = corm_alloc_zero(1, sizeof(*entry));
    if (entry == NULL) {
        return corm_fail_memory(err);
    }
    entry->pool = pool;
    entry->state = POOL_OPENING;
    entry->nleases = 1;
    corm_list_init(&entry->link);
    pool->counts.opening++;
    *out = entry;
    return CORM_OK;
}

void pool_entry_move(struct corm_pool_entry *entry, enum pool_entry_state state)
{
    --*counter_of(entry->pool, entry->state);
    entry->state = (uint8_t)state;
    ++*counter_of(entry->pool, entry->state);
}

void pool_entry_close(struct corm_pool_entry *entry)
{
    struct corm_pool *pool = entry->pool;
    void *connection = entry->connection;
    if (connection != NULL) {
        entry->connection = NULL;
        pool->counts.closed_total++;
        pool->owner.close(pool->owner.context, connection);
    }
}

void pool_entry_drop(struct corm_pool_entry *entry)
{
    pool_entry_close(entry);
    corm_list_remove(&entry->link);
    --*counter_of(entry->pool, entry->state);
    corm_free(entry);
}

int32_t pool_total(const struct corm_pool *pool)
{
    return pool->counts.opening + pool->counts.leased + pool->counts.idle;
}

/* SPDX-License-Identifier: MIT */
/*
 * QUEUE: what comes free goes to whoever waits longest; else it is kept, up to `size`.
 * So an idle entry means that nobody waits, and who comes now may take it.
 */
#include "pool/pool_int.h"

/* Connections that may exist; INT32_MAX: any number. */
static int32_t queue_limit(const struct corm_pool *pool)
{
    const struct corm_pool_options *options = &pool->options;
    if (options->size == 0 || options->max_overflow < 0 ||
        options->max_overflow > INT32_MAX - options->size) {
        return INT32_MAX;
    }
    return options->size + options->max_overflow;
}

struct corm_pool_entry *pool_queue_take_idle(struct corm_pool *pool)
{
    if (corm_list_is_empty(&pool->idle)) {
        return NULL;
    }
    struct corm_list_link *link =
        pool->options.is_lifo ? pool->idle.prev : pool->idle.next;
    struct corm_pool_entry *entry = CORM_CONTAINER(link, struct corm_pool_entry, link);
    corm_list_remove(link);
    pool_entry_move(entry, POOL_LEASED);
    entry->nleases = 1;
    return entry;
}

static enum corm_pool_step
queue_take(struct corm_pool *pool, struct corm_pool_entry **out, struct corm_error *err)
{
    *out = pool_queue_take_idle(pool);
    if (*out != NULL) {
        return CORM_POOL_GOT;
    }
    if (pool_total(pool) >= queue_limit(pool)) {
        return CORM_POOL_WAIT;
    }
    return pool_entry_new(pool, out, err) == CORM_OK ? CORM_POOL_GOT : CORM_POOL_ERROR;
}

void pool_queue_opened(struct corm_pool *pool, struct corm_pool_entry *entry)
{
    (void)pool;
    (void)entry;
}

void pool_queue_give(struct corm_pool *pool, struct corm_pool_entry *entry)
{
    if (entry->generation != pool->generation) {
        pool_entry_close(entry);
        pool_queue_lose(pool, entry);
        return;
    }
    if (pool_grant(pool, entry)) {
        return;
    }
    if (pool->options.size > 0 && pool->counts.idle >= pool->options.size) {
        pool_entry_drop(entry);
        return;
    }
    pool_entry_move(entry, POOL_IDLE);
    entry->nleases = 0;
    corm_list_push_back(&pool->idle, &entry->link);
}

void pool_queue_lose(struct corm_pool *pool, struct corm_pool_entry *entry)
{
    if (entry->state != POOL_OPENING) {
        pool_entry_move(entry, POOL_OPENING);
    }
    if (!pool_grant(pool, entry)) {
        pool_entry_drop(entry);
    }
}

const struct pool_kind pool_kind_queue = {
    .name = "QueuePool",
    .take = queue_take,
    .opened = pool_queue_opened,
    .give = pool_queue_give,
    .lose = pool_queue_lose,
};

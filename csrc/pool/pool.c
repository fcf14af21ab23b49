/* SPDX-License-Identifier: MIT */
/*
 * The contract's functions. A grant is made in one step, when something comes free: the
 * entry is in no list but the waiter's from then on, so neither a cancelled waiter nor
 * somebody who comes between can lose it or take it twice.
 */
#include "pool/pool.h"

#include "base/alloc.h"
#include "base/counter.h"
#include "pool/pool_int.h"

static const struct pool_kind *const KINDS[] = {
    [CORM_POOL_QUEUE] = &pool_kind_queue,
    [CORM_POOL_NULL] = &pool_kind_null,
    [CORM_POOL_STATIC] = &pool_kind_static,
    [CORM_POOL_ASSERTION] = &pool_kind_assertion,
};

/* ---- life cycle ---- */

enum corm_rc corm_pool_new(const struct corm_pool_options *options,
                           const struct corm_pool_owner *owner, struct corm_pool **out,
                           struct corm_error *err)
{
    if (options->size < 0) {
        return corm_fail(err, CORM_E_ARGUMENT, "pool_size must not be negative");
    }
    struct corm_pool *pool = corm_alloc_zero(1, sizeof(*pool));
    if (pool == NULL) {
        return corm_fail_memory(err);
    }
    pool->options = *options;
    pool->owner = *owner;
    pool->kind = KINDS[options->kind];
    pool->generation = 1;
    corm_list_init(&pool->idle);
    corm_list_init(&pool->waiting);
    corm_list_init(&pool->granted);
    corm_counter_inc(CORM_COUNTER_POOL);
    *out = pool;
    return CORM_OK;
}

/* The last entry is back in a pool that nobody has any more. */
static void pool_free_if_done(struct corm_pool *pool)
{
    if (pool->is_freed && pool_total(pool) == 0) {
        corm_hmap_release(&pool->waiters);
        corm_free(pool);
        corm_counter_dec(CORM_COUNTER_POOL);
    }
}

static void waiter_free(struct corm_pool *pool, struct pool_waiter *waiter)
{
    if (waiter->granted == NULL) {
        pool->counts.waiting--;
    }
    corm_list_remove(&waiter->link);
    corm_hmap_remove(&pool->waiters, waiter->ticket);
    corm_free(waiter);
}

static struct pool_waiter *first_waiter(const struct corm_list_link *list)
{
    return corm_list_is_empty(list)
               ? NULL
               : CORM_CONTAINER(list->next, struct pool_waiter, link);
}

/* Waiters first, lest what is given back below be granted to them. */
static void forget_all(struct corm_pool *pool)
{
    struct pool_waiter *waiter;
    while ((waiter = first_waiter(&pool->waiting)) != NULL) {
        waiter_free(pool, waiter);
    }
    while ((waiter = first_waiter(&pool->granted)) != NULL) {
        corm_pool_forget(pool, waiter->ticket);
    }
}

void corm_pool_free(struct corm_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    forget_all(pool);
    corm_pool_dispose(pool);
    pool->is_freed = true;
    pool_free_if_done(pool);
}

void corm_pool_invalidate_all(struct corm_pool *pool)
{
    pool->generation++;
}

void corm_pool_dispose(struct corm_pool *pool)
{
    pool->generation++;
    corm_list_foreach (link, &pool->idle) {
        pool_entry_drop(CORM_CONTAINER(link, struct corm_pool_entry, link));
    }
    if (pool->shared != NULL && pool->shared->nleases == 0) {
        pool_entry_drop(pool->shared);
        pool->shared = NULL;
    }
}

/* ---- waiting ---- */

bool pool_grant(struct corm_pool *pool, struct corm_pool_entry *entry)
{
    struct pool_waiter *waiter = first_waiter(&pool->waiting);
    if (waiter == NULL) {
        return false;
    }
    corm_list_remove(&waiter->link);
    corm_list_push_back(&pool->granted, &waiter->link);
    pool->counts.waiting--;
    waiter->granted = entry;
    return true;
}

static enum corm_pool_step fail_timeout(const struct corm_pool *pool,
                                        struct corm_error *err)
{
    corm_fail(err, CORM_E_TIMEOUT,
              "%s limit of size %d overflow %d reached, connection timed out, timeout "
              "%.2f",
              pool->kind->name, pool->options.size, pool->options.max_overflow,
              (double)pool->options.timeout_ms / 1000.0);
    return CORM_POOL_ERROR;
}

static enum corm_pool_step wait_begin(struct corm_pool *pool, int64_t now_ms,
                                      uint64_t *ticket, struct corm_error *err)
{
    int64_t timeout_ms = pool->options.timeout_ms;
    if (timeout_ms == 0) {
        return fail_timeout(pool, err);
    }
    struct pool_waiter *waiter = corm_alloc_zero(1, sizeof(*waiter));
    if (waiter == NULL ||
        !corm_hmap_put(&pool->waiters, pool->last_ticket + 1, waiter)) {
        corm_free(waiter);
        corm_fail_memory(err);
        return CORM_POOL_ERROR;
    }
    waiter->ticket = ++pool->last_ticket;
    waiter->deadline_ms = timeout_ms < 0 ? -1 : now_ms + timeout_ms;
    corm_list_push_back(&pool->waiting, &waiter->link);
    pool->counts.waiting++;
    *ticket = waiter->ticket;
    return CORM_POOL_WAIT;
}

/* GOT: *out was granted, and the ticket is gone. */
static enum corm_pool_step wait_more(struct corm_pool *pool, int64_t now_ms,
                                     uint64_t ticket, struct corm_pool_entry **out,
                                     struct corm_error *err)
{
    struct pool_waiter *waiter = corm_hmap_get(&pool->waiters, ticket);
    if (waiter == NULL) {
        corm_fail(err, CORM_E_RESOURCE_CLOSED, "this ticket of the pool is over");
        return CORM_POOL_ERROR;
    }
    *out = waiter->granted;
    if (waiter->granted == NULL) {
        if (waiter->deadline_ms < 0 || now_ms < waiter->deadline_ms) {
            return CORM_POOL_WAIT;
        }
        waiter_free(pool, waiter);
        return fail_timeout(pool, err);
    }
    waiter_free(pool, waiter);
    return CORM_POOL_GOT;
}

int64_t corm_pool_deadline_ms(const struct corm_pool *pool, uint64_t ticket)
{
    const struct pool_waiter *waiter = corm_hmap_get(&pool->waiters, ticket);
    return waiter == NULL ? -1 : waiter->deadline_ms;
}

uint64_t corm_pool_ready_ticket(const struct corm_pool *pool)
{
    const struct pool_waiter *waiter = first_waiter(&pool->granted);
    return waiter == NULL ? 0 : waiter->ticket;
}

/* Give back one lease of the entry, with its connection or without. */
static void give_back(struct corm_pool_entry *entry)
{
    struct corm_pool *pool = entry->pool;
    if (entry->connection == NULL) {
        pool->kind->lose(pool, entry);
    } else {
        pool->kind->give(pool, entry);
    }
    pool_free_if_done(pool);
}

void corm_pool_forget(struct corm_pool *pool, uint64_t ticket)
{
    struct pool_waiter *waiter = corm_hmap_get(&pool->waiters, ticket);
    if (waiter != NULL) {
        struct corm_pool_entry *entry = waiter->granted;
        waiter_free(pool, waiter);
        if (entry != NULL) {
            give_back(entry);
        }
    }
}

/* ---- checking out ---- */

static bool is_outdated(const struct corm_pool *pool,
                        const struct corm_pool_entry *entry, int64_t now_ms)
{
    return entry->generation != pool->generation ||
           (entry->recycle_ms >= 0 && now_ms - entry->opened_ms > entry->recycle_ms) ||
           pool->owner.is_stale(pool->owner.context, entry->connection);
}

/*
 * What the caller has to do with the entry that was taken for it. A connection that
 * others use already is good enough, or they would know.
 */
static enum corm_pool_step hand_out(struct corm_pool *pool,
                                    struct corm_pool_entry *entry, int64_t now_ms)
{
    if (entry->connection == NULL) {
        pool_entry_move(entry, POOL_OPENING);
        return CORM_POOL_OPEN;
    }
    if (entry->nleases > 1) {
        return CORM_POOL_GOT;
    }
    if (is_outdated(pool, entry, now_ms)) {
        corm_pool_reopen(entry);
        return CORM_POOL_OPEN;
    }
    return pool->options.has_pre_ping ? CORM_POOL_CHECK : CORM_POOL_GOT;
}

enum corm_pool_step corm_pool_checkout(struct corm_pool *pool, int64_t now_ms,
                                       uint64_t *ticket,
                                       struct corm_pool_entry **entry_out,
                                       struct corm_error *err)
{
    enum corm_pool_step step;
    if (*ticket != 0) {
        step = wait_more(pool, now_ms, *ticket, entry_out, err);
    } else {
        step = pool->kind->take(pool, entry_out, err);
        if (step == CORM_POOL_WAIT) {
            step = wait_begin(pool, now_ms, ticket, err);
        }
    }
    if (step != CORM_POOL_WAIT) {
        *ticket = 0;
    }
    return step == CORM_POOL_GOT ? hand_out(pool, *entry_out, now_ms) : step;
}

/*
 * The age at which the connection that is opened now will be replaced. Multiples of the
 * golden ratio spread evenly, however many there are; the first one has the full time.
 */
static int64_t spread_recycle_ms(const struct corm_pool *pool)
{
    static const uint64_t GOLDEN = UINT64_C(0x9E3779B97F4A7C15);
    int64_t recycle_ms = pool->options.recycle_ms;
    uint64_t fraction = (pool->counts.opened_total * GOLDEN) >> 32;
    uint64_t tenth = recycle_ms < 0 ? 0 : (uint64_t)recycle_ms / 10;
    return recycle_ms - (int64_t)((double)tenth * (double)fraction / 4294967296.0);
}

void corm_pool_opened(struct corm_pool_entry *entry, void *connection, int64_t now_ms)
{
    struct corm_pool *pool = entry->pool;
    entry->recycle_ms = spread_recycle_ms(pool);
    pool->counts.opened_total++;
    if (entry->connection != NULL) {
        /* Two users of a STATIC pool found its connection closed, and both opened one. */
        pool->counts.closed_total++;
        pool->owner.close(pool->owner.context, connection);
        return;
    }
    entry->connection = connection;
    entry->opened_ms = now_ms;
    entry->generation = pool->generation;
    pool_entry_move(entry, POOL_LEASED);
    pool->kind->opened(pool, entry);
}

void corm_pool_open_failed(struct corm_pool_entry *entry)
{
    give_back(entry); /* in a STATIC pool another user may have opened one meanwhile */
}

void corm_pool_reopen(struct corm_pool_entry *entry)
{
    pool_entry_close(entry);
    pool_entry_move(entry, POOL_OPENING);
}

/* ---- giving back ---- */

void corm_pool_checkin(struct corm_pool_entry *entry)
{
    struct corm_pool *pool = entry->pool;
    if (pool->is_freed ||
        (entry->nleases == 1 && entry->connection != NULL &&
         pool->owner.is_stale(pool->owner.context, entry->connection))) {
        corm_pool_discard(entry);
        return;
    }
    give_back(entry);
}

void corm_pool_discard(struct corm_pool_entry *entry)
{
    pool_entry_close(entry);
    give_back(entry);
}

void *corm_pool_detach(struct corm_pool_entry *entry)
{
    void *connection = entry->connection;
    entry->connection = NULL;
    give_back(entry);
    return connection;
}

/* ---- figures ---- */

struct corm_pool_counts corm_pool_counts(const struct corm_pool *pool)
{
    struct corm_pool_counts counts = pool->counts;
    counts.size = pool->options.size;
    counts.overflow = pool_total(pool) - counts.size;
    return counts;
}

const struct corm_pool_options *corm_pool_options(const struct corm_pool *pool)
{
    return &pool->options;
}

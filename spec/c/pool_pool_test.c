/* SPDX-License-Identifier: MIT */
#include "pool/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"

/* A connection is a number; what happens to it is counted here. */
struct connections {
    int nopen;
    bool is_stale; /* of all of them */
};

static void close_connection(void *context, void *connection)
{
    struct connections *connections = context;
    assert_non_null(connection);
    free(connection);
    connections->nopen--;
}

static bool is_stale(void *context, void *connection)
{
    (void)connection;
    return ((struct connections *)context)->is_stale;
}

static void *open_connection(struct connections *connections)
{
    connections->nopen++;
    return malloc(1);
}

static struct corm_pool *pool_with(struct connections *connections,
                                   struct corm_pool_options options)
{
    struct corm_pool *pool;
    struct corm_error err;
    const struct corm_pool_owner owner = { connections, close_connection, is_stale };
    assert_int_equal(corm_pool_new(&options, &owner, &pool, &err), CORM_OK);
    return pool;
}

static const struct corm_pool_options TWO_AND_ONE = { .kind = CORM_POOL_QUEUE,
                                                      .size = 2,
                                                      .max_overflow = 1,
                                                      .timeout_ms = 1000,
                                                      .recycle_ms = -1 };

static struct corm_pool_options one_of(enum corm_pool_kind kind)
{
    struct corm_pool_options options = {
        .kind = kind, .size = 1, .timeout_ms = 1000, .recycle_ms = -1
    };
    return options;
}

static enum corm_pool_step ask(struct corm_pool *pool, int64_t now_ms, uint64_t *ticket,
                               struct corm_pool_entry **entry)
{
    struct corm_error err;
    return corm_pool_checkout(pool, now_ms, ticket, entry, &err);
}

/* Check out without having to wait; opens a connection if need be. */
static struct corm_pool_entry *take(struct corm_pool *pool,
                                    struct connections *connections, int64_t now_ms)
{
    uint64_t ticket = 0;
    struct corm_pool_entry *entry;
    enum corm_pool_step step = ask(pool, now_ms, &ticket, &entry);
    if (step == CORM_POOL_OPEN) {
        corm_pool_opened(entry, open_connection(connections), now_ms);
        step = CORM_POOL_GOT;
    }
    assert_int_equal(step, CORM_POOL_GOT);
    assert_int_equal(ticket, 0);
    return entry;
}

static void assert_counts(const struct corm_pool *pool, int idle, int leased,
                          int opening, int waiting)
{
    struct corm_pool_counts counts = corm_pool_counts(pool);
    assert_int_equal(counts.idle, idle);
    assert_int_equal(counts.leased, leased);
    assert_int_equal(counts.opening, opening);
    assert_int_equal(counts.waiting, waiting);
}

/* ---- QUEUE ---- */

static void opens_until_the_limit_and_keeps_its_size(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, TWO_AND_ONE);
    struct corm_pool_entry *a = take(pool, &connections, 0);
    struct corm_pool_entry *b = take(pool, &connections, 0);
    struct corm_pool_entry *c = take(pool, &connections, 0);
    assert_counts(pool, 0, 3, 0, 0);
    assert_int_equal(corm_pool_counts(pool).overflow, 1);
    corm_pool_checkin(a);
    corm_pool_checkin(b);
    assert_counts(pool, 2, 1, 0, 0);
    corm_pool_checkin(c);
    assert_counts(pool, 2, 0, 0, 0);
    assert_int_equal(connections.nopen, 2);
    assert_int_equal(corm_pool_counts(pool).closed_total, 1);
    corm_pool_free(pool);
    assert_int_equal(connections.nopen, 0);
}

static void gives_the_oldest_or_the_newest_first(void **state)
{
    (void)state;
    for (int is_lifo = 0; is_lifo <= 1; is_lifo++) {
        struct connections connections = { 0 };
        struct corm_pool_options options = TWO_AND_ONE;
        options.is_lifo = is_lifo == 1;
        struct corm_pool *pool = pool_with(&connections, options);
        struct corm_pool_entry *a = take(pool, &connections, 0);
        struct corm_pool_entry *b = take(pool, &connections, 0);
        corm_pool_checkin(a);
        corm_pool_checkin(b);
        struct corm_pool_entry *next = take(pool, &connections, 0);
        assert_ptr_equal(next, is_lifo ? b : a);
        corm_pool_checkin(next);
        corm_pool_free(pool);
    }
}

static void hands_over_to_who_waits_longest(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, one_of(CORM_POOL_QUEUE));
    struct corm_pool_entry *a = take(pool, &connections, 0);
    struct corm_pool_entry *entry;
    uint64_t first = 0;
    uint64_t second = 0;
    uint64_t third = 0;
    assert_int_equal(ask(pool, 0, &first, &entry), CORM_POOL_WAIT);
    assert_int_equal(ask(pool, 5, &second, &entry), CORM_POOL_WAIT);
    assert_int_equal(corm_pool_deadline_ms(pool, first), 1000);
    assert_int_equal(corm_pool_deadline_ms(pool, second), 1005);
    assert_int_equal(corm_pool_ready_ticket(pool), 0);
    corm_pool_checkin(a);
    assert_int_equal(corm_pool_ready_ticket(pool), first);
    assert_counts(pool, 0, 1, 0, 1);
    assert_int_equal(ask(pool, 10, &third, &entry), CORM_POOL_WAIT);
    assert_int_equal(ask(pool, 10, &second, &entry), CORM_POOL_WAIT);
    assert_int_equal(ask(pool, 10, &first, &entry), CORM_POOL_GOT);
    assert_int_equal(first, 0);
    assert_ptr_equal(entry, a);
    corm_pool_checkin(entry);
    assert_int_equal(corm_pool_ready_ticket(pool), second);
    corm_pool_forget(pool, second); /* cancelled in the moment of the hand-over */
    assert_int_equal(corm_pool_ready_ticket(pool), third);
    corm_pool_forget(pool, third);
    assert_counts(pool, 1, 0, 0, 0);
    corm_pool_free(pool);
}

static void fails_at_the_deadline(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, one_of(CORM_POOL_QUEUE));
    struct corm_pool_entry *a = take(pool, &connections, 0);
    struct corm_pool_entry *entry;
    struct corm_error err;
    uint64_t ticket = 0;
    assert_int_equal(ask(pool, 0, &ticket, &entry), CORM_POOL_WAIT);
    assert_int_equal(ask(pool, 999, &ticket, &entry), CORM_POOL_WAIT);
    assert_int_equal(corm_pool_checkout(pool, 1000, &ticket, &entry, &err),
                     CORM_POOL_ERROR);
    assert_int_equal(err.rc, CORM_E_TIMEOUT);
    assert_string_equal(err.message, "QueuePool limit of size 1 overflow 0 reached, "
                                     "connection timed out, timeout 1.00");
    assert_int_equal(ticket, 0);
    assert_counts(pool, 0, 1, 0, 0);
    corm_pool_checkin(a);
    corm_pool_free(pool);
}

static void waits_as_long_as_asked(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool_options options = one_of(CORM_POOL_QUEUE);
    struct corm_pool_entry *entry;
    uint64_t ticket = 0;
    options.timeout_ms = 0;
    struct corm_pool *pool = pool_with(&connections, options);
    corm_pool_discard(take(pool, &connections, 0));
    struct corm_pool_entry *a = take(pool, &connections, 0);
    assert_int_equal(ask(pool, 0, &ticket, &entry), CORM_POOL_ERROR);
    corm_pool_checkin(a);
    corm_pool_free(pool);
    options.timeout_ms = -1;
    pool = pool_with(&connections, options);
    a = take(pool, &connections, 0);
    assert_int_equal(ask(pool, 0, &ticket, &entry), CORM_POOL_WAIT);
    assert_int_equal(corm_pool_deadline_ms(pool, ticket), -1);
    assert_int_equal(ask(pool, INT64_MAX, &ticket, &entry), CORM_POOL_WAIT);
    corm_pool_forget(pool, ticket);
    corm_pool_checkin(a);
    corm_pool_free(pool);
}

static void has_no_limit_when_asked(void **state)
{
    (void)state;
    for (int i = 0; i <= 1; i++) {
        struct connections connections = { 0 };
        struct corm_pool_options options = one_of(CORM_POOL_QUEUE);
        options.size = i;
        options.max_overflow = -i;
        struct corm_pool *pool = pool_with(&connections, options);
        struct corm_pool_entry *entries[50];
        for (size_t k = 0; k < CORM_LENGTH(entries); k++) {
            entries[k] = take(pool, &connections, 0);
        }
        for (size_t k = 0; k < CORM_LENGTH(entries); k++) {
            corm_pool_checkin(entries[k]);
        }
        assert_int_equal(connections.nopen, i == 0 ? 50 : 1);
        corm_pool_free(pool);
    }
}

static void frees_the_place_when_opening_fails(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, one_of(CORM_POOL_QUEUE));
    struct corm_pool_entry *a;
    struct corm_pool_entry *b;
    uint64_t first = 0;
    uint64_t second = 0;
    assert_int_equal(ask(pool, 0, &first, &a), CORM_POOL_OPEN);
    assert_counts(pool, 0, 0, 1, 0);
    assert_int_equal(ask(pool, 0, &second, &b), CORM_POOL_WAIT);
    corm_pool_open_failed(a);
    assert_int_equal(corm_pool_ready_ticket(pool), second);
    assert_int_equal(ask(pool, 0, &second, &b), CORM_POOL_OPEN);
    corm_pool_open_failed(b);
    assert_counts(pool, 0, 0, 0, 0);
    corm_pool_free(pool);
}

static void passes_the_place_of_a_closed_connection_on(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, one_of(CORM_POOL_QUEUE));
    struct corm_pool_entry *a = take(pool, &connections, 0);
    struct corm_pool_entry *b;
    uint64_t ticket = 0;
    assert_int_equal(ask(pool, 0, &ticket, &b), CORM_POOL_WAIT);
    corm_pool_discard(a);
    assert_int_equal(connections.nopen, 0);
    assert_counts(pool, 0, 0, 1, 0);
    assert_int_equal(ask(pool, 0, &ticket, &b), CORM_POOL_OPEN);
    corm_pool_opened(b, open_connection(&connections), 0);
    assert_int_equal(ask(pool, 0, &ticket, &a), CORM_POOL_WAIT);
    close_connection(&connections, corm_pool_detach(b));
    assert_int_equal(ask(pool, 0, &ticket, &a), CORM_POOL_OPEN);
    corm_pool_open_failed(a);
    corm_pool_free(pool);
}

static void asks_for_a_check_of_what_lay_idle(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool_options options = TWO_AND_ONE;
    options.has_pre_ping = true;
    struct corm_pool *pool = pool_with(&connections, options);
    struct corm_pool_entry *a = take(pool, &connections, 0);
    uint64_t ticket = 0;
    corm_pool_checkin(a);
    assert_int_equal(ask(pool, 0, &ticket, &a), CORM_POOL_CHECK);
    corm_pool_reopen(a); /* the ping failed */
    assert_int_equal(connections.nopen, 0);
    assert_counts(pool, 0, 0, 1, 0);
    corm_pool_opened(a, open_connection(&connections), 0);
    assert_counts(pool, 0, 1, 0, 0);
    corm_pool_checkin(a);
    corm_pool_free(pool);
}

static void replaces_what_is_too_old(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool_options options = TWO_AND_ONE;
    options.recycle_ms = 100;
    struct corm_pool *pool = pool_with(&connections, options);
    struct corm_pool_entry *a = take(pool, &connections, 50);
    uint64_t ticket = 0;
    corm_pool_checkin(a);
    assert_int_equal(ask(pool, 150, &ticket, &a), CORM_POOL_GOT);
    corm_pool_checkin(a);
    assert_int_equal(ask(pool, 151, &ticket, &a), CORM_POOL_OPEN);
    assert_int_equal(connections.nopen, 0);
    corm_pool_open_failed(a);
    corm_pool_free(pool);
}

static void replaces_each_at_an_age_of_its_own(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool_options options = TWO_AND_ONE;
    options.size = 100;
    options.recycle_ms = 1000000;
    struct corm_pool *pool = pool_with(&connections, options);
    struct corm_pool_entry *entries[100];
    int ntenths[10] = { 0 };
    for (int i = 0; i < 100; i++) {
        entries[i] = take(pool, &connections, 0);
        assert_in_range(entries[i]->recycle_ms, 900000, 1000000);
        ntenths[(1000000 - entries[i]->recycle_ms) * 10 / 100001]++;
    }
    assert_int_equal(entries[0]->recycle_ms, 1000000);
    for (int i = 0; i < 10; i++) {
        assert_in_range(ntenths[i], 9, 11);
    }
    for (int i = 0; i < 100; i++) {
        corm_pool_checkin(entries[i]);
    }
    corm_pool_free(pool);
}

static void replaces_what_is_stale_or_invalidated(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, TWO_AND_ONE);
    struct corm_pool_entry *a = take(pool, &connections, 0);
    struct corm_pool_entry *b = take(pool, &connections, 0);
    uint64_t ticket = 0;
    corm_pool_checkin(a);
    corm_pool_invalidate_all(pool);
    assert_int_equal(connections.nopen, 2);
    corm_pool_checkin(b);
    assert_int_equal(connections.nopen, 1);
    assert_int_equal(ask(pool, 0, &ticket, &a), CORM_POOL_OPEN);
    corm_pool_opened(a, open_connection(&connections), 0);
    corm_pool_checkin(a);
    a = take(pool, &connections, 0);
    connections.is_stale = true;
    corm_pool_checkin(a);
    assert_counts(pool, 0, 0, 0, 0);
    corm_pool_free(pool);
}

static void stays_usable_after_dispose(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, TWO_AND_ONE);
    struct corm_pool_entry *a = take(pool, &connections, 0);
    struct corm_pool_entry *b = take(pool, &connections, 0);
    corm_pool_checkin(a);
    corm_pool_dispose(pool);
    assert_int_equal(connections.nopen, 1);
    corm_pool_checkin(b);
    assert_int_equal(connections.nopen, 0);
    corm_pool_checkin(take(pool, &connections, 0));
    assert_counts(pool, 1, 0, 0, 0);
    corm_pool_free(pool);
}

static void outlives_its_owner_until_the_last_lease(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    size_t blocks = corm_alloc_live_blocks();
    struct corm_pool *pool = pool_with(&connections, TWO_AND_ONE);
    struct corm_pool_entry *a = take(pool, &connections, 0);
    struct corm_pool_entry *b = take(pool, &connections, 0);
    struct corm_pool_entry *c;
    uint64_t opening = 0;
    uint64_t waiting = 0;
    assert_int_equal(ask(pool, 0, &opening, &c), CORM_POOL_OPEN);
    struct corm_pool_entry *none;
    assert_int_equal(ask(pool, 0, &waiting, &none), CORM_POOL_WAIT);
    corm_pool_free(pool);
    assert_int_equal(connections.nopen, 2);
    corm_pool_checkin(b);
    void *detached = corm_pool_detach(a);
    close_connection(&connections, detached);
    corm_pool_open_failed(c);
    assert_int_equal(connections.nopen, 0);
    assert_int_equal(corm_alloc_live_blocks(), blocks);
}

/* ---- the other kinds ---- */

static void null_keeps_nothing(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, one_of(CORM_POOL_NULL));
    struct corm_pool_entry *a = take(pool, &connections, 0);
    struct corm_pool_entry *b = take(pool, &connections, 0);
    assert_int_equal(connections.nopen, 2);
    corm_pool_checkin(a);
    assert_int_equal(connections.nopen, 1);
    corm_pool_discard(b);
    assert_counts(pool, 0, 0, 0, 0);
    corm_pool_free(pool);
}

static void static_shares_one_connection(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, one_of(CORM_POOL_STATIC));
    struct corm_pool_entry *a;
    struct corm_pool_entry *b;
    uint64_t first = 0;
    uint64_t second = 0;
    assert_int_equal(ask(pool, 0, &first, &a), CORM_POOL_OPEN);
    assert_int_equal(ask(pool, 0, &second, &b), CORM_POOL_WAIT);
    corm_pool_opened(a, open_connection(&connections), 0);
    assert_int_equal(corm_pool_ready_ticket(pool), second);
    assert_int_equal(ask(pool, 0, &second, &b), CORM_POOL_GOT);
    struct corm_pool_entry *c = take(pool, &connections, 0);
    assert_ptr_equal(a, b);
    assert_ptr_equal(a, c);
    assert_int_equal(a->nleases, 3);
    corm_pool_checkin(a);
    corm_pool_checkin(a);
    assert_counts(pool, 0, 1, 0, 0);
    corm_pool_checkin(a);
    assert_counts(pool, 1, 0, 0, 0);
    assert_int_equal(connections.nopen, 1);
    corm_pool_checkin(take(pool, &connections, 0));
    assert_int_equal(corm_pool_counts(pool).opened_total, 1);
    corm_pool_dispose(pool);
    assert_int_equal(connections.nopen, 0);
    corm_pool_free(pool);
}

static void static_opens_again_after_a_user_closed_it(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, one_of(CORM_POOL_STATIC));
    struct corm_pool_entry *a = take(pool, &connections, 0);
    struct corm_pool_entry *b = take(pool, &connections, 0);
    uint64_t first = 0;
    uint64_t second = 0;
    corm_pool_discard(a);
    assert_int_equal(connections.nopen, 0);
    assert_int_equal(ask(pool, 0, &first, &a), CORM_POOL_OPEN);
    corm_pool_checkin(b); /* the one that found it closed */
    assert_int_equal(ask(pool, 0, &second, &b), CORM_POOL_WAIT);
    corm_pool_open_failed(a);
    assert_int_equal(ask(pool, 0, &second, &b), CORM_POOL_OPEN);
    corm_pool_opened(b, open_connection(&connections), 0);
    corm_pool_checkin(b);
    assert_counts(pool, 1, 0, 0, 0);
    corm_pool_free(pool);
    assert_int_equal(connections.nopen, 0);
}

static void assertion_allows_one_lease(void **state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool = pool_with(&connections, one_of(CORM_POOL_ASSERTION));
    struct corm_pool_entry *a = take(pool, &connections, 0);
    struct corm_pool_entry *b;
    struct corm_error err;
    uint64_t ticket = 0;
    assert_int_equal(corm_pool_checkout(pool, 0, &ticket, &b, &err), CORM_POOL_ERROR);
    assert_int_equal(err.rc, CORM_E_INVALID_REQUEST);
    corm_pool_checkin(a);
    corm_pool_checkin(take(pool, &connections, 0));
    assert_int_equal(connections.nopen, 1);
    corm_pool_free(pool);
}

/* ---- any sequence ---- */

enum { NTASKS = 6, NSTEPS = 20000 };

enum task_state { IDLE, WAITING, OPENING, HOLDING };

struct task {
    enum task_state state;
    uint64_t ticket;
    struct corm_pool_entry *entry;
};

struct world {
    struct connections connections;
    struct corm_pool *pool;
    enum corm_pool_kind kind;
    struct task tasks[NTASKS];
    int64_t now_ms;
    uint64_t ndetached;
    unsigned seed;
};

static unsigned pick(struct world *world, unsigned n)
{
    world->seed = world->seed * 1103515245u + 12345u;
    return (world->seed >> 16) % n;
}

static int count_tasks(const struct world *world, enum task_state state)
{
    int n = 0;
    for (int i = 0; i < NTASKS; i++) {
        n += world->tasks[i].state == state;
    }
    return n;
}

static void task_ask(struct world *world, struct task *task)
{
    switch (ask(world->pool, world->now_ms, &task->ticket, &task->entry)) {
    case CORM_POOL_WAIT:
        assert_int_not_equal(task->ticket, 0);
        task->state = WAITING;
        break;
    case CORM_POOL_OPEN:
        assert_null(task->entry->connection);
        task->state = OPENING;
        break;
    case CORM_POOL_GOT:
    case CORM_POOL_CHECK:
        assert_non_null(task->entry->connection);
        task->state = HOLDING;
        break;
    case CORM_POOL_ERROR:
        assert_int_equal(task->ticket, 0);
        task->state = IDLE;
        break;
    }
}

static void task_hold(struct world *world, struct task *task)
{
    task->state = IDLE;
    switch (pick(world, 6)) {
    case 0:
        corm_pool_discard(task->entry);
        break;
    case 1: {
        void *connection = corm_pool_detach(task->entry);
        if (connection != NULL) {
            close_connection(&world->connections, connection);
            world->ndetached++;
        }
        break;
    }
    case 2:
        if (world->kind != CORM_POOL_STATIC) {
            corm_pool_reopen(task->entry);
            task->state = OPENING;
            break;
        }
        /* fall through */
    default:
        corm_pool_checkin(task->entry);
        break;
    }
}

static void task_step(struct world *world, struct task *task)
{
    switch (task->state) {
    case IDLE:
        task_ask(world, task);
        break;
    case WAITING:
        if (pick(world, 4) == 0) {
            corm_pool_forget(world->pool, task->ticket);
            task->ticket = 0;
            task->state = IDLE;
        } else {
            task_ask(world, task);
        }
        break;
    case OPENING:
        if (pick(world, 3) == 0) {
            corm_pool_open_failed(task->entry);
            task->state = IDLE;
        } else {
            corm_pool_opened(task->entry, open_connection(&world->connections),
                             world->now_ms);
            task->state = HOLDING;
        }
        break;
    case HOLDING:
        task_hold(world, task);
        break;
    }
}

/* Nothing is lost, nothing is doubled, and nobody waits for what lies idle. */
static void assert_sound(const struct world *world)
{
    const struct corm_pool_options *options = corm_pool_options(world->pool);
    struct corm_pool_counts counts = corm_pool_counts(world->pool);
    int total = counts.idle + counts.leased + counts.opening;
    int nwaiting = count_tasks(world, WAITING);
    int ngranted = nwaiting - counts.waiting;
    assert_int_equal(counts.opened_total - counts.closed_total - world->ndetached,
                     (uint64_t)world->connections.nopen);
    assert_in_range(ngranted, 0, NTASKS);
    assert_int_equal(corm_pool_ready_ticket(world->pool) != 0, ngranted > 0);
    if (world->kind == CORM_POOL_STATIC) {
        assert_in_range(total, 0, 1);
        return;
    }
    assert_int_equal(counts.leased + counts.opening, count_tasks(world, HOLDING) +
                                                         count_tasks(world, OPENING) +
                                                         ngranted);
    if (world->kind == CORM_POOL_QUEUE) {
        assert_in_range(total, 0, options->size + options->max_overflow);
        assert_true(counts.waiting == 0 || counts.idle == 0);
        assert_true(counts.waiting == 0 ||
                    total == options->size + options->max_overflow);
        assert_in_range(counts.idle, 0, options->size);
    }
}

static void finish(struct world *world)
{
    corm_pool_free(world->pool);
    for (int i = 0; i < NTASKS; i++) {
        struct task *task = &world->tasks[i];
        if (task->state == HOLDING) {
            corm_pool_checkin(task->entry);
        } else if (task->state == OPENING) {
            corm_pool_open_failed(task->entry);
        }
    }
    assert_int_equal(world->connections.nopen, 0);
}

static void stays_sound_under_any_sequence(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 40; seed++) {
        size_t blocks = corm_alloc_live_blocks();
        struct world world = { .seed = seed, .kind = (enum corm_pool_kind)(seed % 4) };
        struct corm_pool_options options = { .kind = world.kind,
                                             .size = 1 + (int32_t)pick(&world, 3),
                                             .max_overflow = (int32_t)pick(&world, 3),
                                             .timeout_ms =
                                                 INT64_C(50) * pick(&world, 2),
                                             .recycle_ms =
                                                 INT64_C(200) * pick(&world, 2) - 1,
                                             .has_pre_ping = pick(&world, 2) == 1,
                                             .is_lifo = pick(&world, 2) == 1 };
        world.pool = pool_with(&world.connections, options);
        for (int i = 0; i < NSTEPS; i++) {
            unsigned what = pick(&world, 400);
            world.now_ms += pick(&world, 5);
            world.connections.is_stale = what % 40 == 7;
            if (what == 0) {
                corm_pool_dispose(world.pool);
            } else if (what == 1) {
                corm_pool_invalidate_all(world.pool);
            } else {
                task_step(&world, &world.tasks[pick(&world, NTASKS)]);
            }
            assert_sound(&world);
        }
        finish(&world);
        assert_int_equal(corm_alloc_live_blocks(), blocks);
    }
}

static bool work_with_a_pool(void *state)
{
    (void)state;
    struct connections connections = { 0 };
    struct corm_pool *pool;
    struct corm_error err;
    struct corm_pool_entry *a;
    struct corm_pool_entry *b;
    uint64_t first = 0;
    uint64_t second = 0;
    const struct corm_pool_options options = one_of(CORM_POOL_QUEUE);
    const struct corm_pool_owner owner = { &connections, close_connection, is_stale };
    if (corm_pool_new(&options, &owner, &pool, &err) != CORM_OK) {
        return false;
    }
    if (corm_pool_checkout(pool, 0, &first, &a, &err) == CORM_POOL_ERROR) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
        corm_pool_free(pool);
        return false;
    }
    corm_pool_opened(a, open_connection(&connections), 0);
    bool is_done = corm_pool_checkout(pool, 0, &second, &b, &err) != CORM_POOL_ERROR;
    assert_int_equal(corm_pool_counts(pool).waiting, is_done ? 1 : 0);
    corm_pool_checkin(a);
    corm_pool_forget(pool, second);
    corm_pool_free(pool);
    return is_done;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(work_with_a_pool, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_until_the_limit_and_keeps_its_size),
        cmocka_unit_test(gives_the_oldest_or_the_newest_first),
        cmocka_unit_test(hands_over_to_who_waits_longest),
        cmocka_unit_test(fails_at_the_deadline),
        cmocka_unit_test(waits_as_long_as_asked),
        cmocka_unit_test(has_no_limit_when_asked),
        cmocka_unit_test(frees_the_place_when_opening_fails),
        cmocka_unit_test(passes_the_place_of_a_closed_connection_on),
        cmocka_unit_test(asks_for_a_check_of_what_lay_idle),
        cmocka_unit_test(replaces_what_is_too_old),
        cmocka_unit_test(replaces_each_at_an_age_of_its_own),
        cmocka_unit_test(replaces_what_is_stale_or_invalidated),
        cmocka_unit_test(stays_usable_after_dispose),
        cmocka_unit_test(outlives_its_owner_until_the_last_lease),
        cmocka_unit_test(null_keeps_nothing),
        cmocka_unit_test(static_shares_one_connection),
        cmocka_unit_test(static_opens_again_after_a_user_closed_it),
        cmocka_unit_test(assertion_allows_one_lease),
        cmocka_unit_test(stays_sound_under_any_sequence),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("pool/pool", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * The connection pool: who may use which connection. It is mechanism only: it opens
 * nothing, waits for nothing and reads no clock. Whoever wants a connection asks
 * corm_pool_checkout() and does what the answer says:
 *
 *     GOT    entry->connection is yours
 *     CHECK  it is yours after a ping; if that fails: corm_pool_reopen(), then as OPEN
 *     OPEN   open a connection, then corm_pool_opened() or corm_pool_open_failed()
 *     WAIT   ask again with the same ticket when corm_pool_ready_ticket() names it or
 *            when its deadline has come; corm_pool_forget() gives up
 *     ERROR  err is filled; the ticket is gone
 *
 * An entry that was given out goes back once, by corm_pool_checkin(), corm_pool_discard()
 * or corm_pool_detach(). What comes free while somebody waits is granted at that moment to
 * the ticket that waits longest; nobody who comes later can take it.
 *
 *                 checkout                    opened
 *     (nothing) ------------> OPENING ---------------------> LEASED
 *         ^                    |   ^                         |  | ^
 *         |     open_failed    |   | reopen                  |  | | checkout
 *         +<-------------------+   +------------<------------+  | |
 *         |       discard, detach, invalid at checkin           | |
 *         +<----------------------------------------------------+ |
 *         |            dispose, stale at checkout       checkin v |
 *         +<--------------------------------------------------- IDLE
 *
 * Invariant of a limited pool: opening + leased + idle <= size + max_overflow.
 */
#ifndef CORM_POOL_POOL_H
#define CORM_POOL_POOL_H

#include "base/error.h"
#include "base/list.h"

enum corm_pool_kind {
    CORM_POOL_QUEUE, /* keeps `size`, opens `max_overflow` more in need */
    CORM_POOL_NULL, /* keeps none: opens for each checkout, closes at checkin */
    CORM_POOL_STATIC, /* one connection for everybody at once */
    CORM_POOL_ASSERTION /* one connection, and one lease at a time or an error */
};

enum corm_pool_step {
    CORM_POOL_GOT = 0,
    CORM_POOL_CHECK,
    CORM_POOL_OPEN,
    CORM_POOL_WAIT,
    CORM_POOL_ERROR
};

struct corm_pool;

struct corm_pool_options {
    enum corm_pool_kind kind;
    int32_t size; /* connections kept by QUEUE; 0: no limit, as SQLAlchemy has it */
    int32_t max_overflow; /* connections above size; -1: no limit */
    int64_t timeout_ms; /* how long a checkout may wait; 0 fails at once, -1 for ever */
    int64_t recycle_ms; /* age at which a connection is replaced at the latest; -1
                           never. Each has its own, up to a tenth earlier, lest all be
                           replaced at once */
    bool has_pre_ping; /* answer CHECK for a connection that lay idle */
    bool is_lifo; /* hand out the one used last, so that the others can age */
};

/* What the pool asks of the layer above; connections are opaque to it. */
struct corm_pool_owner {
    void *context;
    /** Close the connection; must not call back into the pool. */
    void (*close)(void *context, void *connection);
    /** True if the connection must not be used again (dead, from before a fork). */
    bool (*is_stale)(void *context, void *connection);
};

/* A connection's place in the pool. Read it; only the pool writes. */
struct corm_pool_entry {
    struct corm_pool *pool;
    void *connection; /* the owner's; NULL while opening */
    int64_t opened_ms; /* when corm_pool_opened() was called */
    int64_t recycle_ms; /* age at which it is replaced; -1 never */
    uint64_t generation; /* of the pool, when it was opened */
    uint32_t nleases; /* more than one only in a STATIC pool */
    uint8_t state; /* enum pool_entry_state */
    struct corm_list_link link; /* in the list of idle ones */
};

struct corm_pool_counts {
    int32_t size; /* as configured */
    int32_t idle; /* "checked in" */
    int32_t leased; /* "checked out" */
    int32_t opening;
    int32_t waiting; /* tickets that were granted nothing yet */
    int32_t
        overflow; /* open or opening beyond size; negative below, as SQLAlchemy counts */
    uint64_t opened_total;
    uint64_t closed_total;
};

/**
 * Make a pool; options and owner are copied.
 * Errors: CORM_E_ARGUMENT for a negative size, CORM_E_NO_MEMORY.
 */
enum corm_rc corm_pool_new(const struct corm_pool_options *options,
                           const struct corm_pool_owner *owner, struct corm_pool **out,
                           struct corm_error *err) CORM_NODISCARD;

/**
 * Close what is idle and give the pool up. Entries still out stay valid and are closed
 * when they are given back; with the last of them the memory goes. NULL is fine.
 */
void corm_pool_free(struct corm_pool *pool);

/**
 * Ask for a connection. *ticket is 0 at first; WAIT fills it, and the same ticket is
 * passed until the answer is another one, which sets it to 0 again.
 * now_ms: monotonic milliseconds.
 * Ownership: GOT, CHECK and OPEN lend *entry_out until it is given back.
 * Errors: CORM_E_TIMEOUT naming size and overflow, CORM_E_NO_MEMORY,
 * CORM_E_INVALID_REQUEST for a second lease of an ASSERTION pool.
 */
enum corm_pool_step corm_pool_checkout(struct corm_pool *pool, int64_t now_ms,
                                       uint64_t *ticket,
                                       struct corm_pool_entry **entry_out,
                                       struct corm_error *err) CORM_NODISCARD;

/** When the waiting ticket's checkout fails, in now_ms's terms; -1 never. */
int64_t corm_pool_deadline_ms(const struct corm_pool *pool, uint64_t ticket);

/** The oldest ticket whose next corm_pool_checkout() will not answer WAIT; 0 if none. */
uint64_t corm_pool_ready_ticket(const struct corm_pool *pool);

/** Give up waiting; what was granted meanwhile goes on to the next. 0 is fine. */
void corm_pool_forget(struct corm_pool *pool, uint64_t ticket);

/** After OPEN: the connection is there and leased to the caller; the pool owns it. */
void corm_pool_opened(struct corm_pool_entry *entry, void *connection, int64_t now_ms);

/** After OPEN: there is no connection; the entry is gone and its place free. */
void corm_pool_open_failed(struct corm_pool_entry *entry);

/**
 * Close a leased entry's connection but keep the place: open another one, then
 * corm_pool_opened() or corm_pool_open_failed(). Others as with corm_pool_discard().
 */
void corm_pool_reopen(struct corm_pool_entry *entry);

/** Give a leased entry back. */
void corm_pool_checkin(struct corm_pool_entry *entry);

/**
 * Give a leased entry back and close its connection. Others that share it in a STATIC
 * pool find it closed.
 */
void corm_pool_discard(struct corm_pool_entry *entry);

/** Take the connection of a leased entry out of the pool; the caller owns it. */
void *corm_pool_detach(struct corm_pool_entry *entry) CORM_NODISCARD;

/**
 * Replace every connection opened until now: idle ones are closed at their next checkout,
 * leased ones when they are given back. For a server that was restarted.
 */
void corm_pool_invalidate_all(struct corm_pool *pool);

/** Close what is idle now, leased ones when they are given back. The pool stays usable. */
void corm_pool_dispose(struct corm_pool *pool);

/** The pool's figures. */
struct corm_pool_counts corm_pool_counts(const struct corm_pool *pool);

/** The options that the pool was made with. Lifetime: the pool's. */
const struct corm_pool_options *corm_pool_options(const struct corm_pool *pool);

#endif

/* SPDX-License-Identifier: MIT */
/* What the kinds of pool share, and what each kind decides. */
#ifndef CORM_POOL_POOL_INT_H
#define CORM_POOL_POOL_INT_H

#include "base/hmap.h"
#include "pool/pool.h"

enum pool_entry_state {
    POOL_OPENING, /* whoever has it opens a connection */
    POOL_LEASED, /* given out */
    POOL_IDLE /* waits in the pool */
};

/* Somebody who was answered WAIT. */
struct pool_waiter {
    struct corm_list_link
        link; /* among the waiting or the granted, in order of arrival */
    uint64_t ticket;
    int64_t deadline_ms; /* -1: none */
    struct corm_pool_entry *granted; /* NULL while waiting */
};

/* One kind of pool. Entries that come and go are counted by the functions below. */
struct pool_kind {
    const char *name; /* of SQLAlchemy's class */
    /**
     * Take an idle entry, or a new one that is OPENING. Steps: GOT, WAIT, ERROR.
     * Errors: those of corm_pool_checkout().
     */
    enum corm_pool_step (*take)(struct corm_pool *pool, struct corm_pool_entry **out,
                                struct corm_error *err);
    /** The connection of an entry that was OPENING is there. */
    void (*opened)(struct corm_pool *pool, struct corm_pool_entry *entry);
    /** A lease is given back; entry->connection may be used by others. */
    void (*give)(struct corm_pool *pool, struct corm_pool_entry *entry);
    /** A lease is given back; it has no connection any more. */
    void (*lose)(struct corm_pool *pool, struct corm_pool_entry *entry);
};

struct corm_pool {
    struct corm_pool_options options;
    struct corm_pool_owner owner;
    const struct pool_kind *kind;
    struct corm_list_link idle; /* the one given back last comes last */
    struct corm_list_link waiting;
    struct corm_list_link granted;
    struct corm_hmap waiters; /* by ticket */
    struct corm_pool_entry *shared; /* of a STATIC pool */
    struct corm_pool_counts counts;
    uint64_t generation;
    uint64_t last_ticket;
    bool is_freed; /* corm_pool_free() was called; entries are still out */
};

extern const struct pool_kind pool_kind_queue;
extern const struct pool_kind pool_kind_null;
extern const struct pool_kind pool_kind_static;
extern const struct pool_kind pool_kind_assertion;

/** A new entry, OPENING. Errors: CORM_E_NO_MEMORY. */
enum corm_rc pool_entry_new(struct corm_pool *pool, struct corm_pool_entry **out,
                            struct corm_error *err);
/** Close the entry's connection, if it has one, and free it. */
void pool_entry_drop(struct corm_pool_entry *entry);
/** Close the connection, if there is one; the entry stays. */
void pool_entry_close(struct corm_pool_entry *entry);
/** Change the state and count it. */
void pool_entry_move(struct corm_pool_entry *entry, enum pool_entry_state state);
/** Open and opening connections. */
int32_t pool_total(const struct corm_pool *pool);
/** Hand the entry, LEASED or OPENING, to the first who waits. False if nobody does. */
bool pool_grant(struct corm_pool *pool, struct corm_pool_entry *entry);

/* queue.c lends its ways to other kinds. */
void pool_queue_give(struct corm_pool *pool, struct corm_pool_entry *entry);
void pool_queue_lose(struct corm_pool *pool, struct corm_pool_entry *entry);
/* Take the idle entry whose turn it is; NULL if there is none. */
struct corm_pool_entry *pool_queue_take_idle(struct corm_pool *pool);
/* A kind's opened() that has nothing to do. */
void pool_queue_opened(struct corm_pool *pool, struct corm_pool_entry *entry);

#endif

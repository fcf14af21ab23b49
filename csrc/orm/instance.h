/* SPDX-License-Identifier: MIT */
/*
 * A mapped object as the core sees it: a header and one cell per attribute, in memory
 * that the caller provides (a userdata). No finaliser, no heap.
 *
 * A cell that is UNSET was never loaded or set, or has expired. What was loaded is the
 * committed state; the first change of a cell copies it to `committed`, so attribute
 * history is the difference of the two arrays. Bytes of cells lie behind the cells (the
 * row as loaded), or in Lua values that the binding pins.
 *
 *   state      TRANSIENT --add--> PENDING --flush--> PERSISTENT --delete+flush--> DELETED
 *                  ^                 |                  |  ^                         |
 *                  +---- expunge ----+      close/expunge  add                   commit
 *                  |                                    v  |                         |
 *                  +---------- make_transient ------- DETACHED <---------------------+
 */
#ifndef CORM_ORM_INSTANCE_H
#define CORM_ORM_INSTANCE_H

#include "base/list.h"
#include "base/row.h"
#include "orm/mapper.h"

struct corm_session;
struct corm_collection;

enum corm_instance_state {
    CORM_INSTANCE_TRANSIENT = 0,
    CORM_INSTANCE_PENDING,
    CORM_INSTANCE_PERSISTENT,
    CORM_INSTANCE_DELETED, /* deleted by a flush; the transaction is still open */
    CORM_INSTANCE_DETACHED,
};

enum corm_instance_flag {
    CORM_INSTANCE_MODIFIED = 1 << 0, /* something changed since load or flush */
    CORM_INSTANCE_TO_DELETE = 1 << 1, /* session:delete() was called */
    CORM_INSTANCE_EXPIRED = 1 << 2, /* UNSET column cells mean: load me again */
    CORM_INSTANCE_HAS_KEY = 1 << 3, /* has an identity: was loaded or flushed */
    CORM_INSTANCE_HAS_PINS = 1 << 4, /* user value 1 is a table */
    CORM_INSTANCE_LOADING = 1 << 5, /* a load is under way: changes are not history */
    CORM_INSTANCE_MARKED = 1 << 6, /* free for one walk; the walker clears it */
    CORM_INSTANCE_WAS_DELETED = 1 << 7, /* a flush deleted its row */
};

/* corm_value.flags of a cell. */
enum corm_cell_flag {
    CORM_CELL_CHANGED = 1 << 0, /* committed[i] holds the value before */
    CORM_CELL_PINNED = 1 << 1, /* the binding pins the Lua value of this cell */
    CORM_CELL_RAW = 1 << 2, /* as the database gave it: decode by type on read */
    CORM_CELL_STALE =
        1 << 3, /* expired, but the key that finds the row: load on read */
    CORM_CELL_SQL = 1 << 4, /* FOREIGN: an SQL expression, computed by the next flush */
};

struct corm_instance {
    const struct corm_mapper *mapper;
    struct corm_session *session; /* NULL: none */
    struct corm_list_link link; /* in one of the session's lists, see `listed` */
    struct corm_value *committed; /* NULL until a cell changed; memory pinned by Lua */
    uint64_t insert_order; /* when it was added to a session */
    uint32_t load_run; /* last load that saw it */
    uint32_t unit_slot; /* position + 1 in the unit of work that runs; else 0 */
    uint32_t born_in; /* number of the transaction whose flush inserted it */
    uint32_t flushed_in; /* … and of the last one that saved it */
    uint32_t held_slot; /* where its session holds it while it is listed */
    uint16_t parent_known; /* per orphan bit: we know about its parent */
    uint16_t parent_has; /* per orphan bit: it has one */
    uint8_t state; /* enum corm_instance_state */
    uint8_t flags; /* enum corm_instance_flag */
    uint8_t listed; /* enum corm_session_list: which list `link` is in */
    uint8_t
        dialect; /* what the raw cells come from: lcorm_dialect_number(); 0 unknown */
    uint16_t npins; /* user values from 2 on that pin cells directly */
    uint16_t nchanged; /* cells with CORM_CELL_CHANGED */
    uint16_t ncells; /* attributes when it was made; the class may have more by now */
    struct corm_value cell[]; /* ncells */
};

/** Bytes of an instance of the mapper with room for nbytes of texts. */
static inline size_t corm_instance_size(const struct corm_mapper *mapper, size_t nbytes)
{
    return sizeof(struct corm_instance) +
           mapper->attributes.count * sizeof(struct corm_value) + nbytes;
}

/** Where an instance's own bytes begin. */
static inline char *corm_instance_bytes(struct corm_instance *instance)
{
    return (char *)(void *)(instance->cell + instance->ncells);
}

/** Make a transient instance in zeroed memory of corm_instance_size(). */
static inline void corm_instance_init(struct corm_instance *instance,
                                      const struct corm_mapper *mapper)
{
    instance->mapper = mapper;
    instance->ncells = (uint16_t)mapper->attributes.count;
}

/* Run the body for every attribute that the instance has a cell for. */
#define corm_instance_foreach(instance, it)                                      \
    for (const struct corm_attribute *it = (instance)->mapper->attributes.items; \
         it < (instance)->mapper->attributes.items + (instance)->ncells; it++)

/** True if the cell has a value that may be read. */
static inline bool corm_cell_is_there(const struct corm_value *cell)
{
    return cell->tag != CORM_TAG_UNSET && !(cell->flags & CORM_CELL_STALE);
}

/** True if the primary key's cells are all set and not NULL. */
bool corm_instance_has_primary_key(const struct corm_instance *instance);

/**
 * The value of a cell before its change, or the cell itself if it did not change.
 * UNSET if there was none.
 */
static inline const struct corm_value *
corm_instance_committed(const struct corm_instance *instance, uint16_t at)
{
    return (instance->cell[at].flags & CORM_CELL_CHANGED) ? &instance->committed[at]
                                                          : &instance->cell[at];
}

/**
 * Put a value into a cell and keep the old one as committed the first time, if the
 * instance is persistent (then `committed` must be there: ncells).
 * A change to an equal value is kept as no change. Returns false if nothing changed.
 */
bool corm_instance_set(struct corm_instance *instance, uint16_t at,
                       const struct corm_value *value);

/**
 * Have the next flush write the cell as it is: its value was changed in place, and what it
 * was before is not known. The instance is persistent, and `committed` is there.
 */
void corm_instance_flag(struct corm_instance *instance, uint16_t at);

/** Put a loaded value into a cell: no history. */
void corm_instance_load(struct corm_instance *instance, uint16_t at,
                        const struct corm_value *value);

/** All cells as they are become the committed state. */
void corm_instance_commit(struct corm_instance *instance);

/**
 * Forget loaded and changed values of all attributes, so that they load again. The
 * committed primary key stays, in STALE cells.
 */
void corm_instance_expire(struct corm_instance *instance);
/** The same for one attribute. */
void corm_instance_expire_attribute(struct corm_instance *instance, uint16_t at);

/** True if a column cell differs from the committed state, or a relationship changed. */
bool corm_instance_is_modified(const struct corm_instance *instance);

/** Note that the instance got or lost its parent by a delete-orphan relationship. */
void corm_instance_set_parent(struct corm_instance *instance,
                              const struct corm_relationship *relationship, bool has);

/** True if no parent holds it by that relationship; unknown counts as held if persistent. */
bool corm_instance_is_orphan_of(const struct corm_instance *instance,
                                const struct corm_relationship *relationship);

/** True if it is an orphan of any delete-orphan relationship that points to its class. */
bool corm_instance_is_orphan(const struct corm_instance *instance);

/** Order of two instances of one tree by their committed primary keys: <0, 0, >0. */
int corm_instance_compare_keys(const struct corm_instance *a,
                               const struct corm_instance *b);

/** "User at 0x…" or "User(id=5)" for messages; buf of len bytes, returned. */
const char *corm_instance_describe(const struct corm_instance *instance, char *buf,
                                   size_t len);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A collection of related instances as the core sees it: an ordered array of pointers.
 * The binding keeps the members alive and provides the array's memory; how members are
 * presented (list, set, keyed dict) is its concern too.
 *
 * A collection that was not loaded only queues: `items` are appended members, `removed`
 * those taken out before anybody looked. Loading merges the queue with the rows.
 */
#ifndef CORM_ORM_COLLECTION_H
#define CORM_ORM_COLLECTION_H

#include "orm/instance.h"

enum corm_collection_kind {
    CORM_COLLECTION_LIST = 0,
    CORM_COLLECTION_SET,
    CORM_COLLECTION_DICT,
};

struct corm_members {
    struct corm_instance **items;
    uint32_t count;
    uint32_t cap;
};

struct corm_collection {
    struct corm_instance *owner; /* NULL: replaced or its owner is gone */
    uint16_t attribute; /* position in the owner's mapper */
    uint8_t kind; /* enum corm_collection_kind */
    bool is_loaded;
    uint32_t load_run; /* the load that fills it, see corm_session.load_run */
    uint32_t cursor; /* where an iteration stood last: a hint */
    bool is_changed; /* committed is meaningful */
    bool is_seen; /* listeners of init_collection have heard of it */
    struct corm_members now; /* members in order */
    struct corm_members committed; /* as loaded or flushed; taken at the first change */
    struct corm_members removed; /* not loaded: taken out unseen */
};

/** Position of the member from 0, or -1. */
int64_t corm_members_find(const struct corm_members *members,
                          const struct corm_instance *instance);

/** Insert at position `at` (0…count); there must be room. */
void corm_members_insert(struct corm_members *members, uint32_t at,
                         struct corm_instance *instance);

/** Remove the member at position `at` and close the gap. */
void corm_members_remove(struct corm_members *members, uint32_t at);

/** The collection in a cell, or NULL. */
static inline struct corm_collection *
corm_cell_collection(const struct corm_value *cell)
{
    return cell->tag == CORM_TAG_OBJECT ? cell->as.p : NULL;
}

/** The instance in a cell, or NULL. */
static inline struct corm_instance *corm_cell_instance(const struct corm_value *cell)
{
    return cell->tag == CORM_TAG_OBJECT ? cell->as.p : NULL;
}

/** The members as they are become the committed state. */
void corm_collection_commit(struct corm_collection *collection);

#endif

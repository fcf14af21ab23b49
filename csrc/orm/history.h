/* SPDX-License-Identifier: MIT */
/* What was added to, kept in and taken from a relationship since load or flush. */
#ifndef CORM_ORM_HISTORY_H
#define CORM_ORM_HISTORY_H

#include "base/error.h"
#include "orm/collection.h"

/* Members that fared alike, lent. */
struct corm_changed corm_vec(struct corm_instance *);

/* Zero-initialised is valid; reuse one for many calls and release it at the end. */
struct corm_history {
    struct corm_changed added, unchanged, deleted;
};

/**
 * Fill history for the relationship at position `at`; nothing is loaded, an unset
 * attribute has no history. Lifetime: lends the instances.
 */
enum corm_rc corm_history_of(const struct corm_instance *instance, uint16_t at,
                             struct corm_history *history,
                             struct corm_error *err) CORM_NODISCARD;

/** True if nothing is and nothing was in the relationship. */
static inline bool corm_history_is_empty(const struct corm_history *history)
{
    return history->added.count + history->unchanged.count + history->deleted.count ==
           0;
}

/**
 * True if a column's cell differs from its committed value. What was loaded and is kept
 * as the database gave it is decoded to compare.
 */
bool corm_history_has_change(const struct corm_instance *instance, uint16_t at);

/** Free the lists. */
void corm_history_release(struct corm_history *history);

#endif

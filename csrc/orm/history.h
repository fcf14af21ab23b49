/* SPDX-License-Identifier: MIT */
/* What was added to, kept in and taken from a relationship since load or flush. */
#ifndef CORM_ORM_HISTORY_H
#define CORM_ORM_HISTORY_H

#include "base/error.h"
#include "orm/collection.h"

/* Zero-initialised is valid; reuse one for many calls and release it at the end. */
struct corm_history {
    struct corm_vec(struct corm_instance *) added;
    struct corm_vec(struct corm_instance *) unchanged;
    struct corm_vec(struct corm_instance *) deleted;
};

/**
 * Fill history for the relationship at position `at`; nothing is loaded, an unset
 * attribute has no history. Lifetime: lends the instances.
 */
enum corm_rc corm_history_of(const struct corm_instance *instance, uint16_t at,
                             struct corm_history *history,
                             struct corm_error *err) CORM_NODISCARD;

/** Free the lists. */
void corm_history_release(struct corm_history *history);

#endif

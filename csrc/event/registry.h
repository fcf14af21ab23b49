/* SPDX-License-Identifier: MIT */
/*
 * Who listens to what: counts of listeners by event, one set for each target. The core
 * asks "does anybody listen" in one test before it does anything for an event; the
 * listeners themselves are functions of a higher layer, which keeps and calls them and
 * tells the set when one comes or goes.
 */
#ifndef CORM_EVENT_REGISTRY_H
#define CORM_EVENT_REGISTRY_H

#include "event/names.h"

enum { CORM_EVENT_WORDS = (CORM_EVENT_COUNT + 63) / 64 };

/* Zero-initialised is a valid empty set. Embedded in its target. */
struct corm_event_set {
    uint64_t heard[CORM_EVENT_WORDS]; /* bit of the event: its count is not 0 */
    uint32_t counts[CORM_EVENT_COUNT];
};

/** One more listener of the event. */
void corm_event_set_add(struct corm_event_set *set, enum corm_event event);

/** One less; there was one. */
void corm_event_set_remove(struct corm_event_set *set, enum corm_event event);

/** Add all listeners of `from`: what a target inherits from its class or parent. */
void corm_event_set_add_all(struct corm_event_set *set,
                            const struct corm_event_set *from);

/** True if anybody listens to the event. */
static inline bool corm_event_set_has(const struct corm_event_set *set,
                                      enum corm_event event)
{
    return (set->heard[event / 64] >> (event % 64)) & 1;
}

#endif

/* SPDX-License-Identifier: MIT */
#include "event/registry.h"

static void set_add(struct corm_event_set *set, enum corm_event event, uint32_t count)
{
    set->counts[event] += count;
    if (set->counts[event] > 0) {
        set->heard[event / 64] |= UINT64_C(1) << (event % 64);
    }
}

void corm_event_set_add(struct corm_event_set *set, enum corm_event event)
{
    set_add(set, event, 1);
}

void corm_event_set_remove(struct corm_event_set *set, enum corm_event event)
{
    PRE(set->counts[event] > 0);
    if (--set->counts[event] == 0) {
        set->heard[event / 64] &= ~(UINT64_C(1) << (event % 64));
    }
}

void corm_event_set_add_all(struct corm_event_set *set,
                            const struct corm_event_set *from)
{
    for (int event = 0; event < CORM_EVENT_COUNT; event++) {
        set_add(set, (enum corm_event)event, from->counts[event]);
    }
}

/* SPDX-License-Identifier: MIT */
/* Member arrays; whoever calls has made room and keeps the members alive. */
#include "orm/collection.h"

#include <string.h>

int64_t corm_members_find(const struct corm_members *members,
                          const struct corm_instance *instance)
{
    for (uint32_t i = 0; i < members->count; i++) {
        if (members->items[i] == instance) {
            return i;
        }
    }
    return -1;
}

void corm_members_insert(struct corm_members *members, uint32_t at,
                         struct corm_instance *instance)
{
    PRE(members->count < members->cap && at <= members->count);
    memmove(members->items + at + 1, members->items + at,
            (members->count - at) * sizeof *members->items);
    members->items[at] = instance;
    members->count++;
}

void corm_members_remove(struct corm_members *members, uint32_t at)
{
    PRE(at < members->count);
    members->count--;
    memmove(members->items + at, members->items + at + 1,
            (members->count - at) * sizeof *members->items);
}

void corm_collection_commit(struct corm_collection *collection)
{
    collection->is_changed = false;
    collection->committed.count = 0;
    collection->removed.count = 0;
    if (!collection->is_loaded) {
        collection->now.count = 0;
    }
}

/* SPDX-License-Identifier: MIT */
/* What is known of the classes that take part. There are few of them: lists are searched. */
#include "orm/unit_int.h"

uint32_t unit_group_find(const struct corm_unit *unit, const struct corm_mapper *base)
{
    for (uint32_t i = 0; i < unit->groups.count; i++) {
        if (unit->groups.items[i].base == base) {
            return i;
        }
    }
    return UNIT_NONE;
}

static bool group_get(struct corm_unit *unit, const struct corm_mapper *base,
                      uint32_t *group_out)
{
    *group_out = unit_group_find(unit, base);
    if (*group_out == UNIT_NONE) {
        *group_out = (uint32_t)unit->groups.count;
        return corm_vec_push(&unit->groups, ((struct unit_group){ .base = base }));
    }
    return true;
}

/* Classes of one tree may share the relationships of their base class. */
static bool tie_get(struct corm_unit *unit,
                    const struct corm_relationship *relationship, uint32_t *tie_out)
{
    for (uint32_t i = 0; i < unit->ties.count; i++) {
        if (unit->ties.items[i].relationship == relationship) {
            *tie_out = i;
            return true;
        }
    }
    *tie_out = (uint32_t)unit->ties.count;
    return corm_vec_push(&unit->ties, ((struct unit_tie){ .relationship = relationship,
                                                          .sync = UNIT_NONE,
                                                          .unsync = UNIT_NONE }));
}

static bool class_find_ties(struct corm_unit *unit, struct unit_class *added)
{
    size_t count = added->mapper->relationships.count;

    added->ties = corm_arena_alloc(&unit->arena, count * sizeof *added->ties);
    if (added->ties == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct corm_relationship *relationship =
            added->mapper->relationships.items[i];
        uint32_t target;
        added->ties[i] = UNIT_NONE;
        /* The far side has its place in the order even if nothing of it takes part. */
        if (!relationship->viewonly &&
            (!tie_get(unit, relationship, &added->ties[i]) ||
             !group_get(unit, relationship->target->base, &target))) {
            return false;
        }
    }
    return true;
}

bool unit_class_get(struct corm_unit *unit, const struct corm_mapper *mapper,
                    uint32_t *class_out)
{
    struct unit_class added = { .mapper = mapper };

    for (size_t i = unit->classes.count; i-- > 0;) {
        if (unit->classes.items[i].mapper == mapper) {
            *class_out = (uint32_t)i;
            return true;
        }
    }
    *class_out = (uint32_t)unit->classes.count;
    return group_get(unit, mapper->base, &added.group) &&
           class_find_ties(unit, &added) && corm_vec_push(&unit->classes, added);
}

/* SPDX-License-Identifier: MIT */
/*
 * Row switches: an object is deleted and another one with the same primary key is new.
 * Since rows are inserted before others are deleted, the new one takes over the row by an
 * UPDATE, and nothing is executed for the deleted one.
 */
#include "base/hash.h"
#include "orm/unit_int.h"

static uint64_t key_hash(const struct corm_instance *instance)
{
    uint64_t hash = (uintptr_t)instance->mapper->base;

    corm_vec_foreach (&instance->mapper->primary_key, it) {
        hash = corm_hash_mix(hash,
                             corm_value_hash(corm_instance_committed(instance, *it)));
    }
    return hash;
}

static bool key_equals(const void *item, const void *key)
{
    const struct corm_instance *a = item;
    const struct corm_instance *b = key;

    if (a->mapper->base != b->mapper->base) {
        return false;
    }
    for (size_t i = 0; i < a->mapper->primary_key.count; i++) {
        if (!corm_value_equal(
                corm_instance_committed(a, a->mapper->primary_key.items[i]),
                corm_instance_committed(b, b->mapper->primary_key.items[i]))) {
            return false;
        }
    }
    return true;
}

/* The deleted instances by key, made when the first new one might need it. */
static bool find_deleted_keys(struct corm_unit *unit)
{
    if (unit->has_deleted_keys) {
        return true;
    }
    corm_vec_foreach (&unit->states, state) {
        if (state->is_delete && !state->was_new &&
            !corm_hmap_add(&unit->deleted_keys, key_hash(state->instance),
                           state->instance)) {
            return false;
        }
    }
    unit->has_deleted_keys = true;
    return true;
}

static void take_over(struct corm_unit *unit, struct unit_state *state)
{
    const struct corm_instance *instance = state->instance;
    struct corm_instance *before =
        corm_hmap_find(&unit->deleted_keys, key_hash(instance), key_equals, instance);
    struct unit_state *other = before == NULL ? NULL : unit_state_of(unit, before);

    if (other != NULL && other->is_delete && !other->is_idle) {
        other->is_idle = true;
        state->switched = before;
    }
}

enum corm_rc unit_find_switches(struct corm_unit *unit, struct corm_error *err)
{
    for (uint32_t i = 0; i < unit->rows.count; i++) {
        struct unit_state *state = unit_state_of(unit, unit->rows.items[i]);
        uint32_t group = unit_group_of_state(unit, state);

        if (!state->was_new || unit->groups.items[group].ndeletes == 0 ||
            !corm_instance_has_primary_key(state->instance)) {
            continue;
        }
        if (!find_deleted_keys(unit)) {
            return corm_fail_memory(err);
        }
        take_over(unit, state);
    }
    return CORM_OK;
}

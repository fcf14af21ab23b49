/* SPDX-License-Identifier: MIT */
/*
 * Which instances take part. The session's new, dirty and deleted ones are the seed; each
 * registered instance is asked, relationship by relationship, who else must be saved
 * (to get a key set or cleared) or deleted (an orphan, a cascade). Deleting needs to know
 * all related objects: what is not loaded is asked for by a LOAD step.
 */
#include "orm/unit_int.h"

static uint32_t unit_group_find(const struct corm_unit *unit,
                                const struct corm_mapper *base)
{
    for (uint32_t i = 0; i < unit->groups.count; i++) {
        if (unit->groups.items[i].base == base) {
            return i;
        }
    }
    return UINT32_MAX;
}

static bool unit_group_get(struct corm_unit *unit, const struct corm_mapper *base,
                           uint32_t *group_out)
{
    *group_out = unit_group_find(unit, base);
    if (*group_out == UINT32_MAX) {
        *group_out = (uint32_t)unit->groups.count;
        return corm_vec_push(&unit->groups, ((struct unit_group){ .base = base }));
    }
    return true;
}

static bool unit_add_state(struct corm_unit *unit, struct corm_instance *instance,
                           bool is_delete)
{
    struct unit_state state = {
        .instance = instance,
        .is_delete = is_delete,
        .was_new = !(instance->flags & CORM_INSTANCE_HAS_KEY),
    };

    if (!unit_group_get(unit, instance->mapper->base, &state.group) ||
        !corm_vec_push(&unit->queue, (uint32_t)unit->states.count) ||
        !corm_vec_push(&unit->states, state)) {
        return false;
    }
    instance->unit_slot = (uint32_t)unit->states.count;
    return true;
}

/* Change what is planned for a registered instance; a new role is looked at again. */
static bool unit_change_role(struct corm_unit *unit, struct unit_state *state,
                             bool is_delete)
{
    if (state->is_delete == is_delete) {
        return true;
    }
    state->is_delete = is_delete;
    return corm_vec_push(&unit->queue, state->instance->unit_slot - 1);
}

/* What a caller of unit_register() wants to happen to an instance. */
enum unit_role {
    ROLE_SAVE, /* saved unless it is to be deleted anyway */
    ROLE_KEEP, /* saved even if a delete was planned: it found a new parent */
    ROLE_DELETE,
};

/* Objects that are not in this session are left alone. */
static enum corm_rc unit_register(struct corm_unit *unit,
                                  struct corm_instance *instance, enum unit_role role,
                                  struct corm_error *err)
{
    struct unit_state *state;
    bool ok = true;

    if (instance->session != unit->session ||
        instance->state == CORM_INSTANCE_DELETED) {
        return CORM_OK;
    }
    state = unit_state_of(unit, instance);
    if (state == NULL) {
        ok = unit_add_state(unit, instance, role == ROLE_DELETE);
    } else if (role == ROLE_DELETE) {
        ok = unit_change_role(unit, state, true);
    } else if (role == ROLE_KEEP && !(instance->flags & CORM_INSTANCE_TO_DELETE)) {
        ok = unit_change_role(unit, state, false);
    }
    return ok ? CORM_OK : corm_fail_memory(err);
}

static bool list_has(struct corm_instance *const *only, uint32_t nonly,
                     const struct corm_instance *instance)
{
    for (uint32_t i = 0; i < nonly; i++) {
        if (only[i] == instance) {
            return true;
        }
    }
    return only == NULL;
}

static enum corm_rc unit_seed(struct corm_unit *unit, struct corm_list_link *list,
                              enum unit_role role, struct corm_instance *const *only,
                              uint32_t nonly, struct corm_error *err)
{
    corm_list_foreach (it, list) {
        struct corm_instance *instance = CORM_CONTAINER(it, struct corm_instance, link);
        enum unit_role own = role;
        enum corm_rc rc;

        if (!list_has(only, nonly, instance)) {
            continue;
        }
        if ((instance->flags & CORM_INSTANCE_HAS_KEY) &&
            corm_instance_is_orphan(instance)) {
            own = ROLE_DELETE;
        }
        rc = unit_register(unit, instance, own, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

enum corm_rc unit_register_session(struct corm_unit *unit,
                                   struct corm_instance *const *only, uint32_t nonly,
                                   struct corm_error *err)
{
    struct corm_session *session = unit->session;
    enum corm_rc rc =
        unit_seed(unit, &session->new_instances, ROLE_SAVE, only, nonly, err);

    if (rc == CORM_OK) {
        rc = unit_seed(unit, &session->dirty, ROLE_SAVE, only, nonly, err);
    }
    if (rc == CORM_OK) {
        rc = unit_seed(unit, &session->deleted, ROLE_DELETE, only, nonly, err);
    }
    return rc;
}

/* ---- relationships of one instance ---- */

static bool deletes_orphan(const struct corm_relationship *relationship,
                           const struct corm_instance *child)
{
    return (relationship->cascade & CORM_CASCADE_DELETE_ORPHAN) &&
           corm_instance_is_orphan_of(child, relationship);
}

/* Saving the one side: members that joined or left get their keys written. */
static enum corm_rc save_one_to_many(struct corm_unit *unit,
                                     const struct corm_relationship *relationship,
                                     struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    corm_vec_foreach (&unit->history.added, it) {
        rc = rc != CORM_OK ? rc : unit_register(unit, *it, ROLE_KEEP, err);
    }
    corm_vec_foreach (&unit->history.deleted, it) {
        bool is_delete = deletes_orphan(relationship, *it);
        rc = rc != CORM_OK
                 ? rc
                 : unit_register(unit, *it, is_delete ? ROLE_DELETE : ROLE_SAVE, err);
    }
    return rc;
}

/* Deleting the one side: members go with it, or stay with a key of NULL. */
static enum corm_rc delete_one_to_many(struct corm_unit *unit,
                                       const struct corm_relationship *relationship,
                                       struct corm_error *err)
{
    bool cascades = relationship->cascade & CORM_CASCADE_DELETE;
    enum corm_rc rc = CORM_OK;

    if (relationship->passive_deletes_all) {
        return CORM_OK;
    }
    corm_vec_foreach (&unit->history.deleted, it) {
        bool is_delete = deletes_orphan(relationship, *it);
        rc = rc != CORM_OK
                 ? rc
                 : unit_register(unit, *it, is_delete ? ROLE_DELETE : ROLE_SAVE, err);
    }
    corm_vec_foreach (&unit->history.unchanged, it) {
        rc = rc != CORM_OK
                 ? rc
                 : unit_register(unit, *it, cascades ? ROLE_DELETE : ROLE_SAVE, err);
    }
    corm_vec_foreach (&unit->history.added, it) {
        rc = rc != CORM_OK || !cascades ? rc
                                        : unit_register(unit, *it, ROLE_DELETE, err);
    }
    return rc;
}

/* Saving the referring side: who was replaced may be an orphan now. */
static enum corm_rc save_referring(struct corm_unit *unit,
                                   const struct corm_relationship *relationship,
                                   struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    corm_vec_foreach (&unit->history.deleted, it) {
        if (rc == CORM_OK && deletes_orphan(relationship, *it)) {
            rc = unit_register(unit, *it, ROLE_DELETE, err);
        }
    }
    return rc;
}

/* Deleting the referring side: the cascade takes the far side along. */
static enum corm_rc delete_referring(struct corm_unit *unit,
                                     const struct corm_relationship *relationship,
                                     struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    if (!(relationship->cascade & CORM_CASCADE_DELETE)) {
        return CORM_OK;
    }
    corm_vec_foreach (&unit->history.unchanged, it) {
        rc = rc != CORM_OK ? rc : unit_register(unit, *it, ROLE_DELETE, err);
    }
    corm_vec_foreach (&unit->history.added, it) {
        rc = rc != CORM_OK ? rc : unit_register(unit, *it, ROLE_DELETE, err);
    }
    return rc;
}

static enum corm_rc unit_presort(struct corm_unit *unit, const struct unit_state *state,
                                 const struct corm_relationship *relationship,
                                 struct corm_error *err)
{
    bool is_delete = state->is_delete;
    enum corm_rc rc =
        corm_history_of(state->instance, relationship->attribute, &unit->history, err);

    if (rc != CORM_OK) {
        return rc;
    }
    if (relationship->direction == CORM_ONE_TO_MANY) {
        return is_delete ? delete_one_to_many(unit, relationship, err)
                         : save_one_to_many(unit, relationship, err);
    }
    return is_delete ? delete_referring(unit, relationship, err)
                     : save_referring(unit, relationship, err);
}

/* Deleting must see all members, unless the database is trusted to take care. */
static bool unit_must_load(const struct unit_state *state,
                           const struct corm_relationship *relationship)
{
    const struct corm_value *cell = &state->instance->cell[relationship->attribute];
    bool cascades = relationship->cascade & CORM_CASCADE_DELETE;

    if (!state->is_delete || state->was_new || relationship->passive_deletes ||
        relationship->passive_deletes_all ||
        (relationship->direction == CORM_MANY_TO_ONE && !cascades)) {
        return false;
    }
    if (relationship->uselist && cell->tag == CORM_TAG_OBJECT) {
        return !((const struct corm_collection *)cell->as.p)->is_loaded;
    }
    return cell->tag == CORM_TAG_UNSET;
}

/* Look at the current state's next relationship. */
static enum corm_unit_step_kind unit_register_one(struct corm_unit *unit,
                                                  struct unit_state *state,
                                                  struct corm_unit_step *step,
                                                  struct corm_error *err)
{
    const struct corm_relationship *relationship =
        state->instance->mapper->relationships.items[unit->relationship_at];

    if (!relationship->viewonly && relationship->attribute < state->instance->ncells) {
        if (!unit->is_loaded && unit_must_load(state, relationship)) {
            unit->is_loaded = true;
            step->instance = state->instance;
            step->attribute = relationship->attribute;
            return CORM_UNIT_LOAD;
        }
        if (unit_presort(unit, state, relationship, err) != CORM_OK) {
            return CORM_UNIT_ERROR;
        }
    }
    unit->is_loaded = false;
    unit->relationship_at++;
    return CORM_UNIT_DONE;
}

enum corm_unit_step_kind unit_register_next(struct corm_unit *unit,
                                            struct corm_unit_step *step,
                                            struct corm_error *err)
{
    while (unit->queue_at < unit->queue.count) {
        struct unit_state *state =
            &unit->states.items[unit->queue.items[unit->queue_at]];
        enum corm_unit_step_kind kind;

        if (unit->relationship_at >= state->instance->mapper->relationships.count) {
            unit->relationship_at = 0;
            unit->queue_at++;
            continue;
        }
        kind = unit_register_one(unit, state, step, err);
        if (kind != CORM_UNIT_DONE) {
            return kind;
        }
    }
    return CORM_UNIT_DONE;
}

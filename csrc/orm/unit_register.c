/* SPDX-License-Identifier: MIT */
/*
 * Which instances take part. The session's new, changed and deleted ones are the seed;
 * each registered instance is asked, relationship by relationship, who else must be saved
 * (to get a key set or cleared) or deleted (an orphan, a cascade). Deleting needs to know
 * all related objects: what is not loaded is asked for by a LOAD step.
 */
#include "orm/unit_int.h"

/* What a caller of unit_register() wants to happen to an instance. */
enum unit_role {
    ROLE_LIST, /* its cells change in memory only; the database does it by itself */
    ROLE_SAVE, /* saved unless it is to be deleted anyway */
    ROLE_KEEP, /* saved even if a delete was planned: it found a new parent */
    ROLE_DELETE,
};

static bool unit_enqueue(struct corm_unit *unit, uint32_t state_idx)
{
    return corm_vec_push(&unit->queue, state_idx);
}

/* The version that a row is expected to have must be known; it may have expired. */
static bool lacks_version(const struct unit_state *state)
{
    int16_t at = state->instance->mapper->version_attribute;

    return at >= 0 && !state->was_new &&
           corm_instance_committed(state->instance, (uint16_t)at)->tag ==
               CORM_TAG_UNSET;
}

static bool unit_add_state(struct corm_unit *unit, struct corm_instance *instance,
                           enum unit_role role)
{
    struct unit_state state = {
        .instance = instance,
        .node = UNIT_NONE,
        .is_delete = role == ROLE_DELETE,
        .was_new = !(instance->flags & CORM_INSTANCE_HAS_KEY),
        .is_idle = role == ROLE_LIST,
    };

    if (unit->states.items != NULL &&
        unit->states.count > 0) { /* most often it is the class of the last one */
        state.class_idx = unit->states.items[unit->states.count - 1].class_idx;
    }
    if ((unit->classes.count == 0 ||
         unit->classes.items[state.class_idx].mapper != instance->mapper) &&
        !unit_class_get(unit, instance->mapper, &state.class_idx)) {
        return false;
    }
    if (!corm_vec_push(&unit->states, state)) {
        return false;
    }
    instance->unit_slot = (uint32_t)unit->states.count;
    return state.is_idle ||
           (instance->mapper->relationships.count == 0 && !lacks_version(&state)) ||
           unit_enqueue(unit, instance->unit_slot - 1);
}

/* Change what is planned for a registered instance; a new role is looked at again. */
static bool unit_change_role(struct corm_unit *unit, struct unit_state *state,
                             bool is_delete)
{
    if (state->is_delete == is_delete && !state->is_idle) {
        return true;
    }
    state->is_delete = is_delete;
    state->is_idle = false;
    return unit_enqueue(unit, state->instance->unit_slot - 1);
}

static bool unit_take(struct corm_unit *unit, struct corm_instance *instance,
                      enum unit_role role)
{
    struct unit_state *state = unit_state_of(unit, instance);

    if (state == NULL) {
        return unit_add_state(unit, instance, role);
    }
    switch (role) {
    case ROLE_DELETE:
        return unit_change_role(unit, state, true);
    case ROLE_KEEP:
        return unit_change_role(unit, state, false);
    case ROLE_SAVE:
        return !state->is_idle || unit_change_role(unit, state, state->is_delete);
    default:
        return true;
    }
}

/* Objects that are not in this session are left alone, and told of. */
static enum corm_rc unit_register(struct corm_unit *unit,
                                  const struct corm_relationship *relationship,
                                  struct corm_instance *instance, enum unit_role role,
                                  struct corm_error *err)
{
    struct corm_unit_stray stray = { instance, relationship };
    bool ok;

    if (instance->state == CORM_INSTANCE_DELETED) {
        return CORM_OK;
    }
    ok = instance->session == unit->session ? unit_take(unit, instance, role)
                                            : corm_vec_push(&unit->strays, stray);
    return ok ? CORM_OK : corm_fail_memory(err);
}

/* ---- the seed ---- */

static void mark_only(struct corm_instance *const *only, uint32_t nonly, bool on)
{
    for (uint32_t i = 0; only != NULL && i < nonly; i++) {
        if (on) {
            only[i]->flags |= CORM_INSTANCE_MARKED;
        } else {
            only[i]->flags &= (uint8_t)~CORM_INSTANCE_MARKED;
        }
    }
}

static bool unit_seed(struct corm_unit *unit, struct corm_list_link *list,
                      enum unit_role role, bool only_marked)
{
    corm_list_foreach (it, list) {
        struct corm_instance *instance = CORM_CONTAINER(it, struct corm_instance, link);
        enum unit_role own = role;

        if (only_marked && !(instance->flags & CORM_INSTANCE_MARKED)) {
            continue;
        }
        if ((instance->flags & CORM_INSTANCE_HAS_KEY) &&
            corm_instance_is_orphan(instance)) {
            own = ROLE_DELETE;
        }
        if (!unit_take(unit, instance, own)) {
            return false;
        }
    }
    return true;
}

enum corm_rc unit_register_session(struct corm_unit *unit,
                                   struct corm_instance *const *only, uint32_t nonly,
                                   struct corm_error *err)
{
    struct corm_session *session = unit->session;
    bool limited = only != NULL;
    bool ok;

    mark_only(only, nonly, true);
    ok = unit_seed(unit, &session->new_instances, ROLE_SAVE, limited) &&
         unit_seed(unit, &session->dirty, ROLE_SAVE, limited) &&
         unit_seed(unit, &session->deleted, ROLE_DELETE, limited);
    mark_only(only, nonly, false);
    return ok ? CORM_OK : corm_fail_memory(err);
}

/* ---- relationships of one instance ---- */

static bool deletes_orphan(const struct corm_relationship *relationship,
                           const struct corm_instance *child)
{
    return (relationship->cascade & CORM_CASCADE_DELETE_ORPHAN) &&
           corm_instance_is_orphan_of(child, relationship);
}

/* True if a key that others refer to by this relationship has another value now. */
static bool keys_changed(const struct corm_instance *instance,
                         const struct corm_relationship *relationship)
{
    corm_vec_foreach (&relationship->pairs, pair) {
        if (corm_history_has_change(instance, pair->source)) {
            return (instance->flags & CORM_INSTANCE_HAS_KEY) != 0;
        }
    }
    return false;
}

/* Saving the one side: members that joined or left get their keys written. */
static enum corm_rc save_one_to_many(struct corm_unit *unit,
                                     const struct corm_instance *parent,
                                     const struct corm_relationship *relationship,
                                     struct corm_error *err)
{
    bool orphans_go = relationship->cascade & CORM_CASCADE_DELETE_ORPHAN;
    enum corm_rc rc = CORM_OK;

    corm_vec_foreach (&unit->history.added, it) {
        rc =
            rc != CORM_OK ? rc : unit_register(unit, relationship, *it, ROLE_KEEP, err);
    }
    corm_vec_foreach (&unit->history.deleted, it) {
        bool is_orphan = deletes_orphan(relationship, *it);
        if (rc == CORM_OK && is_orphan) {
            rc = unit_register(unit, relationship, *it, ROLE_DELETE, err);
        } else if (rc == CORM_OK && !orphans_go && !relationship->passive_deletes_all) {
            rc = unit_register(unit, relationship, *it, ROLE_SAVE, err);
        }
    }
    if (keys_changed(parent, relationship)) {
        enum unit_role role = relationship->active_updates ? ROLE_SAVE : ROLE_LIST;
        corm_vec_foreach (&unit->history.unchanged, it) {
            rc = rc != CORM_OK ? rc : unit_register(unit, relationship, *it, role, err);
        }
    }
    return rc;
}

/* Deleting the one side: members go with it, or stay with a key of NULL. */
static enum corm_rc delete_one_to_many(struct corm_unit *unit,
                                       const struct corm_relationship *relationship,
                                       struct corm_error *err)
{
    bool cascades = relationship->cascade & CORM_CASCADE_DELETE;
    enum unit_role role = cascades ? ROLE_DELETE : ROLE_SAVE;
    enum corm_rc rc = CORM_OK;

    if (relationship->passive_deletes_all) {
        return CORM_OK;
    }
    corm_vec_foreach (&unit->history.deleted, it) {
        bool is_orphan = deletes_orphan(relationship, *it);
        rc = rc != CORM_OK ? rc
                           : unit_register(unit, relationship, *it,
                                           is_orphan ? ROLE_DELETE : ROLE_SAVE, err);
    }
    corm_vec_foreach (&unit->history.unchanged, it) {
        rc = rc != CORM_OK ? rc : unit_register(unit, relationship, *it, role, err);
    }
    corm_vec_foreach (&unit->history.added, it) {
        if (rc == CORM_OK && cascades) {
            rc = unit_register(unit, relationship, *it, ROLE_DELETE, err);
        }
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
            rc = unit_register(unit, relationship, *it, ROLE_DELETE, err);
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
        rc = rc != CORM_OK ? rc
                           : unit_register(unit, relationship, *it, ROLE_DELETE, err);
    }
    corm_vec_foreach (&unit->history.added, it) {
        rc = rc != CORM_OK ? rc
                           : unit_register(unit, relationship, *it, ROLE_DELETE, err);
    }
    return rc;
}

/* state is a copy: registering others moves the array of states. */
static enum corm_rc unit_presort(struct corm_unit *unit, struct unit_state state,
                                 struct unit_tie *tie, struct corm_error *err)
{
    const struct corm_relationship *relationship = tie->relationship;
    enum corm_rc rc =
        corm_history_of(state.instance, relationship->attribute, &unit->history, err);

    if (rc != CORM_OK) {
        return rc;
    }
    tie->is_used = tie->is_used || !corm_history_is_empty(&unit->history);
    if (relationship->direction == CORM_ONE_TO_MANY) {
        return state.is_delete
                   ? delete_one_to_many(unit, relationship, err)
                   : save_one_to_many(unit, state.instance, relationship, err);
    }
    return state.is_delete ? delete_referring(unit, relationship, err)
                           : save_referring(unit, relationship, err);
}

/* ---- what has to be loaded ---- */

static bool is_loaded(const struct corm_instance *instance,
                      const struct corm_relationship *relationship)
{
    const struct corm_value *cell = &instance->cell[relationship->attribute];

    if (relationship->uselist && cell->tag == CORM_TAG_OBJECT) {
        return ((const struct corm_collection *)cell->as.p)->is_loaded;
    }
    return cell->tag != CORM_TAG_UNSET;
}

/* Deleting must see all members, unless the database is trusted to take care. */
static bool delete_must_load(const struct corm_relationship *relationship)
{
    bool cascades = relationship->cascade & CORM_CASCADE_DELETE;

    return !relationship->passive_deletes && !relationship->passive_deletes_all &&
           (relationship->direction != CORM_MANY_TO_ONE || cascades);
}

static bool unit_must_load(const struct unit_state *state,
                           const struct corm_relationship *relationship)
{
    if (state->was_new || is_loaded(state->instance, relationship)) {
        return false;
    }
    if (state->is_delete) {
        return delete_must_load(relationship);
    }
    return relationship->active_updates &&
           relationship->direction != CORM_MANY_TO_ONE &&
           keys_changed(state->instance, relationship);
}

bool unit_ask(struct corm_unit *unit, struct corm_instance *instance,
              uint16_t attribute, struct corm_unit_step *step)
{
    if (unit->asked.instance == instance && unit->asked.attribute == attribute) {
        return false;
    }
    unit->asked = (struct corm_unit_step){ .kind = CORM_UNIT_LOAD,
                                           .instance = instance,
                                           .attribute = attribute };
    *step = unit->asked;
    return true;
}

/* ---- one relationship after the other ---- */

/* Look at the current state's next relationship. */
static enum corm_unit_step_kind
unit_register_one(struct corm_unit *unit, const struct unit_state *state,
                  uint32_t tie_idx, struct corm_unit_step *step, struct corm_error *err)
{
    const struct corm_relationship *relationship =
        unit->ties.items[tie_idx].relationship;

    if (relationship->attribute >= state->instance->ncells) {
        return CORM_UNIT_DONE;
    }
    if (unit_must_load(state, relationship) &&
        unit_ask(unit, state->instance, relationship->attribute, step)) {
        return CORM_UNIT_LOAD;
    }
    return unit_presort(unit, *state, &unit->ties.items[tie_idx], err) == CORM_OK
               ? CORM_UNIT_DONE
               : CORM_UNIT_ERROR;
}

enum corm_unit_step_kind unit_register_next(struct corm_unit *unit,
                                            struct corm_unit_step *step,
                                            struct corm_error *err)
{
    while (unit->queue_at < unit->queue.count) {
        const struct unit_state *state =
            &unit->states.items[unit->queue.items[unit->queue_at]];
        const struct unit_class *of = &unit->classes.items[state->class_idx];
        enum corm_unit_step_kind kind = CORM_UNIT_DONE;

        if (unit->relationship_at == 0 && lacks_version(state) &&
            unit_ask(unit, state->instance, (uint16_t)of->mapper->version_attribute,
                     step)) {
            return CORM_UNIT_LOAD;
        }
        if (unit->relationship_at >= of->mapper->relationships.count) {
            unit->relationship_at = 0;
            unit->queue_at++;
            continue;
        }
        if (of->ties[unit->relationship_at] != UNIT_NONE) {
            kind = unit_register_one(unit, state, of->ties[unit->relationship_at], step,
                                     err);
        }
        if (kind != CORM_UNIT_DONE) {
            return kind;
        }
        unit->relationship_at++;
    }
    return CORM_UNIT_DONE;
}

/* SPDX-License-Identifier: MIT */
/*
 * Keys along relationships: a saved parent's key goes to its members, a saved target's
 * key to the object that refers to it, and pairs of keys to a secondary table.
 */
#include "base/arena.h"
#include "orm/unit_int.h"

/* A change needs the committed values beside it; ours live as long as the flush. */
static bool unit_lend_committed(struct corm_unit *unit, struct corm_instance *instance)
{
    if (instance->committed != NULL || !(instance->flags & CORM_INSTANCE_HAS_KEY)) {
        return true;
    }
    if (!corm_vec_push(&unit->lent_committed, instance)) {
        return false;
    }
    instance->committed = corm_arena_zero(
        &unit->arena, instance->ncells, sizeof *instance->committed);
    return instance->committed != NULL;
}

enum corm_rc unit_write_cell(struct corm_unit *unit, struct corm_instance *instance,
                             uint16_t attribute, const struct corm_value *value,
                             struct corm_error *err)
{
    struct unit_write write = { instance, attribute, instance->cell[attribute] };
    struct corm_unit_loan loan = { instance, attribute };

    if (!unit_lend_committed(unit, instance) || !corm_vec_push(&unit->writes, write)) {
        return corm_fail_memory(err);
    }
    if (corm_value_has_bytes(value) && !corm_vec_push(&unit->loans, loan)) {
        return corm_fail_memory(err);
    }
    if (corm_instance_set(instance, attribute, value)) {
        instance->flags |= CORM_INSTANCE_MODIFIED;
    }
    return CORM_OK;
}

static enum corm_rc sync_copy(struct corm_unit *unit,
                              const struct corm_relationship *relationship,
                              const struct corm_instance *source,
                              struct corm_instance *dest, struct corm_error *err)
{
    corm_vec_foreach (&relationship->pairs, pair) {
        const struct corm_value *key = &source->cell[pair->source];
        enum corm_rc rc;

        if (key->tag == CORM_TAG_UNSET) {
            continue; /* not saved itself: its foreign key stays as it is */
        }
        rc = unit_write_cell(unit, dest, pair->dest, key, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

static enum corm_rc sync_fail_blank(const struct corm_relationship *relationship,
                                    const struct corm_instance *dest,
                                    uint16_t attribute, struct corm_error *err)
{
    char name[80];

    return corm_fail(
        err, CORM_E_FLUSH,
        "relationship '%s.%s' would set primary key attribute '%s' of %s to NULL; delete "
        "it as well, or use cascade 'all, delete-orphan'",
        relationship->parent->name,
        relationship->parent->attributes.items[relationship->attribute].key,
        dest->mapper->attributes.items[attribute].key,
        corm_instance_describe(dest, name, sizeof name));
}

/* Clear dest's foreign key; with `source` only if it still refers to that one. */
static enum corm_rc sync_clear(struct corm_unit *unit,
                               const struct corm_relationship *relationship,
                               const struct corm_instance *source,
                               struct corm_instance *dest, struct corm_error *err)
{
    struct corm_value null = corm_value_null();

    corm_vec_foreach (&relationship->pairs, pair) {
        const struct corm_value *now = &dest->cell[pair->dest];
        enum corm_rc rc;

        if (source != NULL && now->tag != CORM_TAG_UNSET &&
            !corm_value_equal(now, &source->cell[pair->source])) {
            return CORM_OK;
        }
        if (dest->mapper->attributes.items[pair->dest].flags &
            CORM_ATTRIBUTE_PRIMARY_KEY) {
            return sync_fail_blank(relationship, dest, pair->dest, err);
        }
        rc = unit_write_cell(unit, dest, pair->dest, &null, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

static bool is_to_delete(struct corm_unit *unit, const struct corm_instance *instance)
{
    const struct unit_state *state = unit_state_of(unit, instance);
    return state != NULL && state->is_delete;
}

static enum corm_rc sync_members(struct corm_unit *unit,
                                 const struct corm_relationship *relationship,
                                 struct corm_instance *parent, bool clear_unchanged,
                                 struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    corm_vec_foreach (&unit->history.deleted, it) {
        if (rc == CORM_OK && !is_to_delete(unit, *it) && unit_state_of(unit, *it)) {
            rc = sync_clear(unit, relationship, parent, *it, err);
        }
    }
    if (!clear_unchanged) {
        corm_vec_foreach (&unit->history.added, it) {
            if (rc == CORM_OK && !is_to_delete(unit, *it)) {
                rc = sync_copy(unit, relationship, parent, *it, err);
            }
        }
        return rc;
    }
    corm_vec_foreach (&unit->history.unchanged, it) {
        if (rc == CORM_OK && !is_to_delete(unit, *it)) {
            rc = sync_clear(unit, relationship, parent, *it, err);
        }
    }
    return rc;
}

static enum corm_rc sync_referring(struct corm_unit *unit,
                                   const struct corm_relationship *relationship,
                                   struct corm_instance *referring,
                                   struct corm_error *err)
{
    if (unit->history.added.count > 0) {
        return sync_copy(unit, relationship, unit->history.added.items[0], referring,
                         err);
    }
    if (unit->history.deleted.count > 0) {
        return sync_clear(unit, relationship, NULL, referring, err);
    }
    return CORM_OK;
}

/* The other side of a many-to-many keeps the same books: only one of them writes. */
static bool other_side_writes(struct corm_unit *unit,
                              const struct corm_relationship *relationship,
                              const struct corm_instance *far, bool unlinks_deleted)
{
    const struct unit_state *state = unit_state_of(unit, far);

    if (relationship->reverse.count == 0 || state == NULL ||
        (unlinks_deleted && !state->is_delete)) {
        return false;
    }
    return relationship->reverse.items[0] < relationship;
}

static enum corm_rc link_push(struct corm_unit *unit, bool is_link,
                              struct corm_instance *near, struct corm_instance *far,
                              struct corm_error *err)
{
    bool ok = is_link ? corm_vec_push(&unit->linked[0], near) &&
                            corm_vec_push(&unit->linked[1], far)
                      : corm_vec_push(&unit->unlinked[0], near) &&
                            corm_vec_push(&unit->unlinked[1], far);

    return ok ? CORM_OK : corm_fail_memory(err);
}

static enum corm_rc sync_links(struct corm_unit *unit,
                               const struct corm_relationship *relationship,
                               struct corm_instance *near, bool is_delete,
                               struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    corm_vec_foreach (&unit->history.added, it) {
        if (rc == CORM_OK && !is_delete &&
            !other_side_writes(unit, relationship, *it, false)) {
            rc = link_push(unit, true, near, *it, err);
        }
    }
    corm_vec_foreach (&unit->history.deleted, it) {
        if (rc == CORM_OK && !other_side_writes(unit, relationship, *it, false)) {
            rc = link_push(unit, false, near, *it, err);
        }
    }
    corm_vec_foreach (&unit->history.unchanged, it) {
        if (rc == CORM_OK && is_delete &&
            !other_side_writes(unit, relationship, *it, true)) {
            rc = link_push(unit, false, near, *it, err);
        }
    }
    return rc;
}

static enum corm_rc sync_state(struct corm_unit *unit, const struct unit_node *node,
                               struct corm_instance *instance, struct corm_error *err)
{
    const struct corm_relationship *relationship = node->relationship;
    bool is_delete = node->type == UNIT_UNSYNC;
    enum corm_rc rc =
        corm_history_of(instance, relationship->attribute, &unit->history, err);

    if (rc != CORM_OK) {
        return rc;
    }
    switch (relationship->direction) {
    case CORM_ONE_TO_MANY:
        return relationship->passive_deletes_all && is_delete
                   ? CORM_OK
                   : sync_members(unit, relationship, instance, is_delete, err);
    case CORM_MANY_TO_ONE:
        return is_delete ? CORM_OK : sync_referring(unit, relationship, instance, err);
    default:
        return sync_links(unit, relationship, instance, is_delete, err);
    }
}

enum corm_rc unit_sync_node(struct corm_unit *unit, const struct unit_node *node,
                            struct corm_error *err)
{
    bool is_delete = node->type == UNIT_UNSYNC;

    if (node->state != UNIT_ALL) {
        return sync_state(unit, node, unit->states.items[node->state].instance, err);
    }
    for (size_t i = 0; i < unit->states.count; i++) {
        const struct unit_state *state = &unit->states.items[i];
        enum corm_rc rc;
        if (state->is_delete != is_delete ||
            !corm_mapper_isa(state->instance->mapper, node->relationship->parent)) {
            continue;
        }
        rc = sync_state(unit, node, state->instance, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

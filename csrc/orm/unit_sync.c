/* SPDX-License-Identifier: MIT */
/*
 * Keys along relationships: a saved parent's key goes to its members, a saved target's
 * key to the object that refers to it.
 */
#include "orm/unit_int.h"

enum corm_rc unit_note_stray(struct corm_unit *unit,
                             const struct corm_relationship *relationship,
                             const struct corm_instance *instance,
                             struct corm_error *err)
{
    struct corm_unit_stray stray = { instance, relationship };

    if (instance->state == CORM_INSTANCE_DELETED) {
        return CORM_OK;
    }
    return corm_vec_push(&unit->strays, stray) ? CORM_OK : corm_fail_memory(err);
}

/* Remember that a key with post_update has to be written by an UPDATE of its own. */
static enum corm_rc note_post(struct corm_unit *unit,
                              const struct corm_relationship *relationship,
                              struct corm_instance *instance, uint16_t attribute,
                              struct corm_error *err)
{
    struct unit_post post = { instance, unit_is_to_delete(unit, instance) };

    if (!relationship->post_update) {
        return CORM_OK;
    }
    corm_ptrset_add(&unit->posted, &instance->cell[attribute]);
    if (unit->posted.is_broken || !corm_vec_push(&unit->posts, post)) {
        return corm_fail_memory(err);
    }
    return CORM_OK;
}

static enum corm_rc sync_copy(struct corm_unit *unit,
                              const struct corm_relationship *relationship,
                              const struct corm_instance *source,
                              struct corm_instance *dest, struct corm_error *err)
{
    corm_vec_foreach (&relationship->pairs, pair) {
        enum corm_rc rc;

        if (source->cell[pair->source].tag == CORM_TAG_UNSET) {
            continue; /* not saved itself: its foreign key stays as it is */
        }
        rc = unit_copy_cell(unit, source, pair->source, dest, pair->dest, err);
        if (rc == CORM_OK) {
            rc = note_post(unit, relationship, dest, pair->dest, err);
        }
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

static enum corm_rc sync_clear_cell(struct corm_unit *unit,
                                    const struct corm_relationship *relationship,
                                    struct corm_instance *dest, uint16_t attribute,
                                    struct corm_error *err)
{
    struct corm_value null = corm_value_null();
    bool is_key =
        dest->mapper->attributes.items[attribute].flags & CORM_ATTRIBUTE_PRIMARY_KEY;
    enum corm_rc rc;

    if (is_key && dest->cell[attribute].tag > CORM_TAG_NULL) {
        return sync_fail_blank(relationship, dest, attribute, err);
    }
    rc = unit_write_cell(unit, dest, attribute, &null, err);
    return rc == CORM_OK ? note_post(unit, relationship, dest, attribute, err) : rc;
}

/* True if the foreign key of dest holds another key than the source's. */
static bool refers_elsewhere(const struct corm_relationship *relationship,
                             const struct corm_instance *source,
                             const struct corm_instance *dest)
{
    corm_vec_foreach (&relationship->pairs, pair) {
        const struct corm_value *now = &dest->cell[pair->dest];
        if (now->tag != CORM_TAG_UNSET &&
            !corm_value_equal(now, corm_instance_committed(source, pair->source)) &&
            !corm_value_equal(now, &source->cell[pair->source])) {
            return true;
        }
    }
    return false;
}

/* Clear dest's foreign key; with a source only if it still refers to that one. */
static enum corm_rc sync_clear(struct corm_unit *unit,
                               const struct corm_relationship *relationship,
                               const struct corm_instance *source,
                               struct corm_instance *dest, struct corm_error *err)
{
    if (source != NULL && refers_elsewhere(relationship, source, dest)) {
        return CORM_OK;
    }
    corm_vec_foreach (&relationship->pairs, pair) {
        enum corm_rc rc = sync_clear_cell(unit, relationship, dest, pair->dest, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

/* ---- one to many ---- */

/* Members that are deleted keep their key, unless that is what stands in the way. */
static bool member_counts(struct corm_unit *unit,
                          const struct corm_relationship *relationship,
                          const struct corm_instance *member)
{
    const struct unit_state *state = unit_state_of(unit, member);
    return state != NULL && (!state->is_delete || relationship->post_update);
}

typedef enum corm_rc (*sync_fn)(struct corm_unit *unit,
                                const struct corm_relationship *relationship,
                                const struct corm_instance *parent,
                                struct corm_instance *member, struct corm_error *err);

/* Copy the parent's key to members, or clear theirs. */
static enum corm_rc sync_members(struct corm_unit *unit,
                                 const struct corm_relationship *relationship,
                                 const struct corm_instance *parent,
                                 const struct corm_changed *members, sync_fn sync,
                                 struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    for (size_t i = 0; i < members->count && rc == CORM_OK; i++) {
        if (member_counts(unit, relationship, members->items[i])) {
            rc = sync(unit, relationship, parent, members->items[i], err);
        }
    }
    return rc;
}

/* Members that stayed need the key again if it changed. */
static bool source_changed(const struct corm_relationship *relationship,
                           const struct corm_instance *source)
{
    corm_vec_foreach (&relationship->pairs, pair) {
        if ((source->flags & CORM_INSTANCE_HAS_KEY) &&
            corm_history_has_change(source, pair->source)) {
            return true;
        }
    }
    return false;
}

static enum corm_rc sync_saved_parent(struct corm_unit *unit,
                                      const struct corm_relationship *relationship,
                                      const struct corm_instance *parent,
                                      struct corm_error *err)
{
    const struct corm_history *history = &unit->history;
    enum corm_rc rc =
        sync_members(unit, relationship, parent, &history->added, sync_copy, err);

    if (rc == CORM_OK && !(relationship->cascade & CORM_CASCADE_DELETE_ORPHAN) &&
        !relationship->passive_deletes_all) {
        rc = sync_members(unit, relationship, parent, &history->deleted, sync_clear,
                          err);
    }
    if (rc == CORM_OK && source_changed(relationship, parent)) {
        rc = sync_members(unit, relationship, parent, &history->unchanged, sync_copy,
                          err);
    }
    return rc;
}

static enum corm_rc sync_deleted_parent(struct corm_unit *unit,
                                        const struct corm_relationship *relationship,
                                        const struct corm_instance *parent,
                                        struct corm_error *err)
{
    const struct corm_history *history = &unit->history;
    enum corm_rc rc = CORM_OK;

    if (!relationship->post_update && relationship->passive_deletes_all) {
        return CORM_OK;
    }
    rc = sync_members(unit, relationship, parent, &history->deleted, sync_clear, err);
    if (rc == CORM_OK) {
        rc = sync_members(unit, relationship, parent, &history->unchanged, sync_clear,
                          err);
    }
    return rc;
}

/* ---- many to one ---- */

static enum corm_rc sync_referring(struct corm_unit *unit,
                                   const struct corm_relationship *relationship,
                                   struct corm_instance *referring,
                                   struct corm_error *err)
{
    if (unit->history.added.count > 0) {
        const struct corm_instance *target = unit->history.added.items[0];
        if (target->session != unit->session) {
            return unit_note_stray(unit, relationship, target, err);
        }
        return sync_copy(unit, relationship, target, referring, err);
    }
    if (unit->history.deleted.count > 0) {
        return sync_clear(unit, relationship, NULL, referring, err);
    }
    return CORM_OK;
}

/* A row that is going to be deleted must not hold up the deletion of what it refers to. */
static enum corm_rc sync_deleted_referring(struct corm_unit *unit,
                                           const struct corm_relationship *relationship,
                                           struct corm_instance *referring,
                                           struct corm_error *err)
{
    bool orphans_go = relationship->cascade & CORM_CASCADE_DELETE_ORPHAN;

    if (!relationship->post_update || orphans_go || relationship->passive_deletes_all) {
        return CORM_OK;
    }
    corm_vec_foreach (&relationship->pairs, pair) {
        if (referring->cell[pair->dest].tag == CORM_TAG_NULL) {
            return CORM_OK;
        }
    }
    return sync_clear(unit, relationship, NULL, referring, err);
}

/* ---- any ---- */

enum corm_rc unit_sync_state(struct corm_unit *unit, const struct unit_tie *tie,
                             const struct unit_state *state, struct corm_error *err)
{
    const struct corm_relationship *relationship = tie->relationship;
    struct corm_instance *instance = state->instance;
    enum corm_rc rc;

    if (state->is_idle) {
        return CORM_OK;
    }
    rc = corm_history_of(instance, relationship->attribute, &unit->history, err);
    if (rc != CORM_OK) {
        return rc;
    }
    switch ((enum corm_direction)relationship->direction) {
    case CORM_ONE_TO_MANY:
        return state->is_delete ? sync_deleted_parent(unit, relationship, instance, err)
                                : sync_saved_parent(unit, relationship, instance, err);
    case CORM_MANY_TO_ONE:
        return state->is_delete
                   ? sync_deleted_referring(unit, relationship, instance, err)
                   : sync_referring(unit, relationship, instance, err);
    default:
        return unit_link_state(unit, relationship, state, err);
    }
}

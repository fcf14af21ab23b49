/* SPDX-License-Identifier: MIT */
/* Collections are compared by marking members, so the cost is linear. */
#include "orm/history.h"

void corm_history_release(struct corm_history *history)
{
    corm_vec_release(&history->added);
    corm_vec_release(&history->unchanged);
    corm_vec_release(&history->deleted);
}

/* True if the cell has the value that the database gave as `loaded`. */
static bool equals_loaded(const struct corm_type *type, const struct corm_value *cell,
                          const struct corm_value *loaded)
{
    struct corm_arena scratch = { 0 };
    struct corm_error err;
    struct corm_value decoded;
    bool equal = corm_type_decode(type, loaded, &scratch, &decoded, &err) == CORM_OK &&
                 decoded.tag == cell->tag && corm_value_equal(&decoded, cell);

    corm_arena_release(&scratch);
    return equal;
}

bool corm_history_has_change(const struct corm_instance *instance, uint16_t at)
{
    const struct corm_value *cell = &instance->cell[at];
    const struct corm_value *before;

    if (!(cell->flags & CORM_CELL_CHANGED) || cell->tag == CORM_TAG_UNSET) {
        return false;
    }
    before = &instance->committed[at];
    if (cell->tag == CORM_TAG_FOREIGN) {
        return true;
    }
    if (cell->tag == before->tag && corm_value_equal(cell, before)) {
        return false;
    }
    return !(before->flags & CORM_CELL_RAW) || cell->tag == CORM_TAG_NULL ||
           !equals_loaded(instance->mapper->attributes.items[at].type, cell, before);
}

static void members_mark(const struct corm_members *members, bool on)
{
    for (uint32_t i = 0; i < members->count; i++) {
        if (on) {
            members->items[i]->flags |= CORM_INSTANCE_MARKED;
        } else {
            members->items[i]->flags &= (uint8_t)~CORM_INSTANCE_MARKED;
        }
    }
}

static bool history_add_all(struct corm_history *history,
                            const struct corm_members *from, bool as_added)
{
    for (uint32_t i = 0; i < from->count; i++) {
        if (!(as_added ? corm_vec_push(&history->added, from->items[i])
                       : corm_vec_push(&history->unchanged, from->items[i]))) {
            return false;
        }
    }
    return true;
}

/* Marked members are found on the other side as well. */
static bool history_split_now(struct corm_history *history,
                              const struct corm_members *now)
{
    for (uint32_t i = 0; i < now->count; i++) {
        struct corm_instance *member = now->items[i];
        bool kept = member->flags & CORM_INSTANCE_MARKED;
        if (!(kept ? corm_vec_push(&history->unchanged, member)
                   : corm_vec_push(&history->added, member))) {
            return false;
        }
    }
    return true;
}

static bool history_add_deleted(struct corm_history *history,
                                const struct corm_members *before)
{
    for (uint32_t i = 0; i < before->count; i++) {
        struct corm_instance *member = before->items[i];
        if (!(member->flags & CORM_INSTANCE_MARKED) &&
            !corm_vec_push(&history->deleted, member)) {
            return false;
        }
    }
    return true;
}

static bool history_of_changed(const struct corm_collection *collection,
                               struct corm_history *history)
{
    bool ok;

    members_mark(&collection->committed, true);
    ok = history_split_now(history, &collection->now);
    members_mark(&collection->committed, false);
    members_mark(&collection->now, true);
    ok = ok && history_add_deleted(history, &collection->committed);
    members_mark(&collection->now, false);
    return ok;
}

static bool history_of_collection(const struct corm_instance *instance,
                                  const struct corm_collection *collection,
                                  struct corm_history *history)
{
    if (!collection->is_loaded) {
        return history_add_all(history, &collection->now, true) &&
               history_add_deleted(history, &collection->removed);
    }
    if (collection->is_changed) {
        return history_of_changed(collection, history);
    }
    return history_add_all(history, &collection->now,
                           !(instance->flags & CORM_INSTANCE_HAS_KEY));
}

static bool history_of_object(const struct corm_instance *instance, uint16_t at,
                              struct corm_history *history)
{
    struct corm_instance *now = corm_cell_instance(&instance->cell[at]);
    struct corm_instance *before =
        corm_cell_instance(corm_instance_committed(instance, at));

    if (!(instance->flags & CORM_INSTANCE_HAS_KEY)) {
        before = NULL;
    }
    if (now != NULL && !(now == before ? corm_vec_push(&history->unchanged, now)
                                       : corm_vec_push(&history->added, now))) {
        return false;
    }
    return before == NULL || before == now || corm_vec_push(&history->deleted, before);
}

enum corm_rc corm_history_of(const struct corm_instance *instance, uint16_t at,
                             struct corm_history *history, struct corm_error *err)
{
    const struct corm_value *cell = &instance->cell[at];
    bool ok = true;

    history->added.count = history->unchanged.count = history->deleted.count = 0;
    if (at >= instance->ncells) {
        return CORM_OK;
    }
    if (instance->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_OBJECT) {
        ok = history_of_object(instance, at, history);
    } else if (cell->tag == CORM_TAG_OBJECT) {
        ok = history_of_collection(instance, cell->as.p, history);
    }
    return ok ? CORM_OK : corm_fail_memory(err);
}

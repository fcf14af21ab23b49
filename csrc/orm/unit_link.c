/* SPDX-License-Identifier: MIT */
/*
 * Rows of secondary tables. Both sides of a many-to-many keep the same books, so a row
 * that one side noted is not noted again by the other.
 */
#include "base/hash.h"
#include "orm/unit_int.h"

/* ---- what was noted already ---- */

/* Both sides write a link alike: as the relationship at the lower address has it. */
static struct unit_link link_key(const struct unit_link *link)
{
    const struct corm_relationship *reverse = link->relationship->reverse.items[0];
    struct unit_link turned = { reverse, link->far, link->near, link->is_delete };

    return reverse < link->relationship ? turned : *link;
}

static bool link_equals(const void *item, const void *key)
{
    const struct unit_link *a = item;
    const struct unit_link *b = key;
    return a->relationship == b->relationship && a->near == b->near &&
           a->far == b->far && a->is_delete == b->is_delete;
}

static uint64_t link_hash(const struct unit_link *key)
{
    uint64_t pair = corm_hash_mix((uintptr_t)key->near, (uintptr_t)key->far);
    return corm_hash_mix(pair, (uintptr_t)key->relationship + key->is_delete);
}

/* Note the link for the other side; *is_new false if that one noted it first. */
static bool link_note(struct corm_unit *unit, const struct unit_link *link,
                      bool *is_new)
{
    struct unit_link key;
    struct unit_link *kept;
    uint64_t hash;

    *is_new = true;
    if (link->relationship->reverse.count == 0) {
        return true;
    }
    key = link_key(link);
    hash = link_hash(&key);
    if (corm_hmap_find(&unit->linked, hash, link_equals, &key) != NULL) {
        *is_new = false;
        return true;
    }
    kept = corm_arena_alloc(&unit->arena, sizeof *kept);
    if (kept == NULL) {
        return false;
    }
    *kept = key;
    return corm_hmap_add(&unit->linked, hash, kept);
}

static enum corm_rc link_add(struct corm_unit *unit, const struct unit_link *link,
                             struct corm_error *err)
{
    bool is_new;

    if (link->far->session != unit->session) {
        return unit_note_stray(unit, link->relationship, link->far, err);
    }
    if (!link_note(unit, link, &is_new) ||
        (is_new && !corm_vec_push(&unit->links, *link))) {
        return corm_fail_memory(err);
    }
    return CORM_OK;
}

/* ---- one state ---- */

static enum corm_rc link_all(struct corm_unit *unit, struct unit_link link,
                             struct corm_instance *const *items, size_t count,
                             struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    for (size_t i = 0; i < count && rc == CORM_OK; i++) {
        link.far = items[i];
        rc = link_add(unit, &link, err);
    }
    return rc;
}

enum corm_rc unit_link_state(struct corm_unit *unit,
                             const struct corm_relationship *relationship,
                             const struct unit_state *state, struct corm_error *err)
{
    const struct corm_history *history = &unit->history;
    struct unit_link insert = { relationship, state->instance, NULL, false };
    struct unit_link delete = { relationship, state->instance, NULL, true };
    enum corm_rc rc =
        link_all(unit, delete, history->deleted.items, history->deleted.count, err);

    if (rc != CORM_OK) {
        return rc;
    }
    return state->is_delete ? link_all(unit, delete, history->unchanged.items,
                                       history->unchanged.count, err)
                            : link_all(unit, insert, history->added.items,
                                       history->added.count, err);
}

/* ---- batches ---- */

static uint32_t links_count(const struct corm_unit *unit, bool is_delete)
{
    uint32_t count = 0;

    corm_vec_foreach (&unit->links, it) {
        count += it->is_delete == is_delete;
    }
    return count;
}

static enum corm_rc link_batch(struct corm_unit *unit,
                               const struct corm_relationship *relationship,
                               bool is_delete, struct corm_error *err)
{
    uint32_t count = links_count(unit, is_delete);
    uint32_t ncolumns =
        (uint32_t)(relationship->pairs.count + relationship->target_pairs.count);
    struct corm_instance **rows =
        corm_arena_alloc(&unit->arena, 2 * ((size_t)count + 1) * sizeof(void *));
    struct corm_batch batch = {
        .kind = is_delete ? CORM_BATCH_UNLINK : CORM_BATCH_LINK,
        .mapper = relationship->parent,
        .relationship = relationship,
        .ncolumns = is_delete ? 0 : ncolumns,
        .nkeys = is_delete ? ncolumns : 0,
        .rows = rows,
        .others = rows + count,
    };

    if (rows == NULL) {
        return corm_fail_memory(err);
    }
    batch.shape = corm_hash_mix(corm_hash_mix(batch.kind, relationship->parent->id),
                                relationship->attribute);
    corm_vec_foreach (&unit->links, it) {
        if (it->is_delete == is_delete) {
            rows[batch.nrows] = it->near;
            rows[count + batch.nrows++] = it->far;
        }
    }
    return count == 0 || corm_vec_push(&unit->batches, batch) ? CORM_OK
                                                              : corm_fail_memory(err);
}

enum corm_rc unit_build_links(struct corm_unit *unit,
                              const struct corm_relationship *relationship,
                              struct corm_error *err)
{
    enum corm_rc rc = link_batch(unit, relationship, true, err);

    if (rc == CORM_OK) {
        rc = link_batch(unit, relationship, false, err);
    }
    unit->links.count = 0;
    return rc;
}

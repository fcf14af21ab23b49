/* SPDX-License-Identifier: MIT */
/*
 * Running goes through the levels. Nodes of one kind in a level run together:
 *
 *     rows      PART → BEFORE → for each table: TABLE → BATCH…; AFTER → next PART
 *     keys      at once; rows of a secondary table by BATCH
 *
 * A part is all rows of the node, or a single one for mappers that do not batch.
 */
#include <stdlib.h>

#include "orm/unit_int.h"

/* ---- the instances of a node ---- */

/* New ones in the order of session:add(), then known ones by key. */
static int compare_rows(const void *a, const void *b)
{
    const struct corm_instance *x = *(struct corm_instance *const *)a;
    const struct corm_instance *y = *(struct corm_instance *const *)b;
    bool x_known = x->flags & CORM_INSTANCE_HAS_KEY;
    bool y_known = y->flags & CORM_INSTANCE_HAS_KEY;

    if (x_known != y_known) {
        return x_known ? 1 : -1;
    }
    if (x_known) {
        return corm_instance_compare_keys(x, y);
    }
    return x->insert_order < y->insert_order ? -1 : x->insert_order > y->insert_order;
}

/* What was added in order is in order: mostly there is nothing to sort. */
static void sort_rows(struct corm_unit *unit)
{
    struct corm_instance **items = unit->current.items;

    for (size_t i = 1; i < unit->current.count; i++) {
        if (compare_rows(&items[i - 1], &items[i]) > 0) {
            qsort(items, unit->current.count, sizeof *items, compare_rows);
            return;
        }
    }
}

/* Deleting what was never written is nothing, and so is what another row took over. */
static bool take_row(struct corm_unit *unit, const struct unit_state *state)
{
    if (state->is_idle || (state->is_delete && state->was_new)) {
        return true;
    }
    return corm_vec_push(&unit->current, state->instance);
}

static bool take_group(struct corm_unit *unit, const struct unit_node *node)
{
    bool is_delete = node->type == UNIT_DELETE;

    corm_vec_foreach (&unit->states, state) {
        if (state->is_delete == is_delete &&
            unit_group_of_state(unit, state) == node->of && !take_row(unit, state)) {
            return false;
        }
    }
    return true;
}

/* Each instance once, as the first of its posts. */
static bool take_posts(struct corm_unit *unit, const struct unit_node *node)
{
    struct corm_ptrset seen = { 0 };
    bool ok = true;

    corm_vec_foreach (&unit->posts, post) {
        const struct unit_state *state = unit_state_of(unit, post->instance);
        if (post->is_delete == (node->type == UNIT_CLEAR) &&
            unit_group_of_state(unit, state) == node->of &&
            corm_ptrset_add(&seen, post->instance)) {
            ok = ok && corm_vec_push(&unit->current, post->instance);
        }
    }
    ok = ok && !seen.is_broken;
    corm_ptrset_release(&seen);
    return ok;
}

static bool take_rows(struct corm_unit *unit, const struct unit_node *node)
{
    if (node->type == UNIT_LATER || node->type == UNIT_CLEAR) {
        return take_posts(unit, node);
    }
    return node->state == UNIT_NONE ? take_group(unit, node)
                                    : take_row(unit, &unit->states.items[node->state]);
}

/* ---- keys ---- */

static bool class_has_tie(const struct unit_class *of, uint32_t tie)
{
    for (size_t i = 0; i < of->mapper->relationships.count; i++) {
        if (of->ties[i] == tie) {
            return true;
        }
    }
    return false;
}

/* The state at sync_at of the run: of its one node for all, or of its piece there. */
static const struct unit_state *sync_state(const struct corm_unit *unit)
{
    const struct unit_node *first = &unit->nodes.items[unit->order[unit->run_from]];
    uint32_t at = unit->run_from + unit->sync_at;

    if (first->state == UNIT_NONE) {
        return unit->sync_at < unit->states.count ? &unit->states.items[unit->sync_at]
                                                  : NULL;
    }
    return at < unit->run_end
               ? &unit->states.items[unit->nodes.items[unit->order[at]].state]
               : NULL;
}

static bool sync_concerns(const struct corm_unit *unit, const struct unit_state *state)
{
    return state->is_delete == (unit->running == UNIT_UNSYNC) &&
           class_has_tie(&unit->classes.items[state->class_idx], unit->running_of);
}

/* Rows of the secondary table, if there are any, are the next batches. */
static enum corm_rc sync_finish(struct corm_unit *unit, struct corm_error *err)
{
    unit->stage = UNIT_STAGE_NODE;
    if (unit->links.count == 0) {
        return CORM_OK;
    }
    unit->rows = (struct unit_rows){ 0 };
    unit->stage = UNIT_STAGE_BATCH;
    return unit_build_links(unit, unit->ties.items[unit->running_of].relationship, err);
}

/* Move keys for the states one after the other; some must be loaded first. */
static enum corm_rc run_sync(struct corm_unit *unit, struct corm_unit_step *step,
                             struct corm_error *err)
{
    const struct unit_tie *tie = &unit->ties.items[unit->running_of];
    const struct unit_state *state;

    while (tie->is_used && (state = sync_state(unit)) != NULL) {
        if (sync_concerns(unit, state)) {
            step->kind = unit_lacks_key(unit, state, tie->relationship, step, err);
            if (step->kind == CORM_UNIT_LOAD) {
                return CORM_OK;
            }
            if (step->kind == CORM_UNIT_ERROR ||
                unit_sync_state(unit, tie, state, err) != CORM_OK) {
                return err->rc;
            }
        }
        unit->sync_at++;
    }
    return sync_finish(unit, err);
}

/* ---- entering nodes ---- */

static bool next_node(struct corm_unit *unit)
{
    while (unit->level < unit->nlevels &&
           unit->node_at >= unit->level_ends[unit->level]) {
        unit->level++;
    }
    return unit->level < unit->nlevels;
}

/* All nodes of the level that are like the next one run together. */
static void find_run(struct corm_unit *unit)
{
    const struct unit_node *first = &unit->nodes.items[unit->order[unit->node_at]];
    uint32_t end = unit->level_ends[unit->level];

    unit->running = first->type;
    unit->running_of = first->of;
    unit->run_from = unit->node_at;
    while (unit->node_at < end) {
        const struct unit_node *node = &unit->nodes.items[unit->order[unit->node_at]];
        if (node->type != first->type || node->of != first->of) {
            break;
        }
        unit->node_at++;
    }
    unit->run_end = unit->node_at;
}

static enum corm_rc enter_rows(struct corm_unit *unit, struct corm_error *err)
{
    for (uint32_t i = unit->run_from; i < unit->run_end; i++) {
        if (!take_rows(unit, &unit->nodes.items[unit->order[i]])) {
            return corm_fail_memory(err);
        }
    }
    sort_rows(unit);
    unit->stage = UNIT_STAGE_PART;
    return CORM_OK;
}

static enum corm_rc enter_nodes(struct corm_unit *unit, struct corm_error *err)
{
    find_run(unit);
    unit->current.count = unit->batches.count = unit->tables.count = 0;
    unit->batch_at = unit->table_at = 0;
    unit->part_at = unit->sync_at = 0;
    if (unit->running == UNIT_GATE) {
        return CORM_OK;
    }
    if (unit->running == UNIT_SYNC || unit->running == UNIT_UNSYNC) {
        unit->stage = UNIT_STAGE_SYNC;
        return CORM_OK;
    }
    return enter_rows(unit, err);
}

/* ---- parts ---- */

static bool next_part(struct corm_unit *unit)
{
    struct corm_instance **items = unit->current.items + unit->part_at;
    uint32_t left = (uint32_t)unit->current.count - unit->part_at;
    uint32_t count = left;

    if (left == 0) {
        return false;
    }
    if (items[0]->mapper->base->flags & CORM_MAPPER_NO_BATCH) {
        count = 1;
    }
    unit->rows = (struct unit_rows){ .items = items, .count = count };
    unit->part_at += count;
    while (unit->rows.ninserts < count &&
           !(items[unit->rows.ninserts]->flags & CORM_INSTANCE_HAS_KEY)) {
        unit->rows.ninserts++;
    }
    return true;
}

/* New ones that take over a row are updated: behind those that are inserted. */
static enum corm_rc part_switches(struct corm_unit *unit, struct corm_error *err)
{
    struct unit_rows *rows = &unit->rows;
    struct corm_instance **kept;
    enum corm_rc rc = unit_find_switches(unit, err);
    uint32_t ninserts = 0;
    uint32_t nkept = 0;

    if (rc != CORM_OK) {
        return rc;
    }
    kept = corm_arena_alloc(&unit->arena, (rows->ninserts + 1) * sizeof *kept);
    if (kept == NULL) {
        return corm_fail_memory(err);
    }
    for (uint32_t i = 0; i < rows->ninserts; i++) {
        struct corm_instance *instance = rows->items[i];
        if (unit_state_of(unit, instance)->switched != NULL) {
            kept[nkept++] = instance;
        } else {
            rows->items[ninserts++] = instance;
        }
    }
    for (uint32_t i = 0; i < nkept; i++) {
        rows->items[ninserts + i] = kept[i];
    }
    rows->ninserts = ninserts;
    return CORM_OK;
}

static enum corm_rc part_tables(struct corm_unit *unit, struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    if (unit->running == UNIT_SAVE) {
        rc = part_switches(unit, err);
    }
    if (rc == CORM_OK && !unit_find_tables(unit)) {
        return corm_fail_memory(err);
    }
    unit->table_at = 0;
    unit->stage = UNIT_STAGE_TABLE;
    return rc;
}

/* The batches of the next table; rows are deleted from the last one first. */
static enum corm_rc part_table(struct corm_unit *unit, struct corm_error *err)
{
    size_t at = unit->table_at++;
    size_t last = unit->tables.count - 1;

    unit->batches.count = unit->batch_at = 0;
    unit->stage = UNIT_STAGE_BATCH;
    switch (unit->running) {
    case UNIT_SAVE:
        return unit_build_saves(unit, unit->tables.items[at], err);
    case UNIT_DELETE:
        return unit_build_deletes(unit, unit->tables.items[last - at], err);
    default:
        return unit_build_posts(unit, unit->tables.items[at], err);
    }
}

/* ---- events ---- */

static bool is_listened(const struct unit_rows *rows, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        if (rows->items[i]->mapper->flags & CORM_MAPPER_LISTENED_PERSIST) {
            return true;
        }
    }
    return false;
}

/* Events of the inserted ones (or, with others, of the rest), if anybody listens. */
static void event_step(const struct corm_unit *unit, enum corm_unit_step_kind kind,
                       bool others, struct corm_unit_step *step)
{
    const struct unit_rows *rows = &unit->rows;
    uint32_t from = others ? rows->ninserts : 0;
    uint32_t to = others ? rows->count : rows->ninserts;

    if ((unit->running != UNIT_SAVE && unit->running != UNIT_DELETE) ||
        !is_listened(rows, from, to)) {
        return;
    }
    step->kind = kind;
    step->instances = rows->items + from;
    step->ninstances = to - from;
    step->event = CORM_BATCH_INSERT;
    if (others) {
        step->event =
            unit->running == UNIT_DELETE ? CORM_BATCH_DELETE : CORM_BATCH_UPDATE;
    }
}

/* ---- moves ---- */

static enum corm_rc run_batch(struct corm_unit *unit, struct corm_unit_step *step)
{
    if (unit->batch_at < unit->batches.count) {
        step->kind = CORM_UNIT_BATCH;
        step->batch = &unit->batches.items[unit->batch_at];
    } else {
        unit->stage = UNIT_STAGE_TABLE;
    }
    return CORM_OK;
}

static enum corm_rc run_table(struct corm_unit *unit, struct corm_error *err)
{
    if (unit->table_at < unit->tables.count) {
        return part_table(unit, err);
    }
    unit->stage = UNIT_STAGE_AFTER_INSERT;
    return CORM_OK;
}

/* One move; step->kind stays DONE if the caller need not know of it. */
static enum corm_rc run_move(struct corm_unit *unit, struct corm_unit_step *step,
                             struct corm_error *err)
{
    switch (unit->stage) {
    case UNIT_STAGE_NODE:
        return enter_nodes(unit, err);
    case UNIT_STAGE_SYNC:
        return run_sync(unit, step, err);
    case UNIT_STAGE_PART:
        unit->stage = next_part(unit) ? UNIT_STAGE_BEFORE_INSERT : UNIT_STAGE_NODE;
        return CORM_OK;
    case UNIT_STAGE_BEFORE_INSERT:
        event_step(unit, CORM_UNIT_BEFORE, false, step);
        unit->stage = UNIT_STAGE_BEFORE_OTHERS;
        return CORM_OK;
    case UNIT_STAGE_BEFORE_OTHERS:
        event_step(unit, CORM_UNIT_BEFORE, true, step);
        unit->stage = UNIT_STAGE_TABLES;
        return CORM_OK;
    case UNIT_STAGE_TABLES:
        return part_tables(unit, err);
    case UNIT_STAGE_TABLE:
        return run_table(unit, err);
    case UNIT_STAGE_BATCH:
        return run_batch(unit, step);
    case UNIT_STAGE_AFTER_INSERT:
        event_step(unit, CORM_UNIT_AFTER, false, step);
        unit->stage = UNIT_STAGE_AFTER_OTHERS;
        return CORM_OK;
    default:
        event_step(unit, CORM_UNIT_AFTER, true, step);
        unit->stage = UNIT_STAGE_PART;
        return CORM_OK;
    }
}

enum corm_unit_step_kind unit_run(struct corm_unit *unit, struct corm_unit_step *step,
                                  struct corm_error *err)
{
    while (unit->stage != UNIT_STAGE_NODE || next_node(unit)) {
        if (run_move(unit, step, err) != CORM_OK) {
            return CORM_UNIT_ERROR;
        }
        if (step->kind != CORM_UNIT_DONE) {
            return step->kind;
        }
    }
    return CORM_UNIT_DONE;
}

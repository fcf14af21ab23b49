/* SPDX-License-Identifier: MIT */
/*
 * The stepper. Registering is unit_register.c's, sorting unit_graph.c's; running goes
 * through the levels, and within a level through its nodes: all saves of one tree in it
 * together (NODE → BUILD → BATCH… → AFTER), keys along relationships at once.
 */
#include "orm/unitofwork.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "orm/unit_int.h"

struct corm_unit *corm_unit_new(struct corm_session *session,
                                struct corm_instance *const *only, uint32_t nonly)
{
    struct corm_unit *unit = corm_alloc_zero(1, sizeof *unit);

    if (unit == NULL) {
        return NULL;
    }
    unit->session = session;
    if (unit_register_session(unit, only, nonly, NULL) != CORM_OK) {
        corm_unit_free(unit);
        return NULL;
    }
    return unit;
}

/* Take back what the flush wrote into instances. */
static void unit_undo(struct corm_unit *unit)
{
    for (size_t i = unit->writes.count; i-- > 0;) {
        const struct unit_write *write = &unit->writes.items[i];
        struct corm_value *cell = &write->instance->cell[write->attribute];
        uint8_t was_changed = write->before.flags & CORM_CELL_CHANGED;
        if ((cell->flags & CORM_CELL_CHANGED) && !was_changed) {
            write->instance->nchanged--;
        }
        *cell = write->before;
    }
}

void corm_unit_free(struct corm_unit *unit)
{
    if (unit == NULL) {
        return;
    }
    if (!unit->is_finished) {
        unit_undo(unit);
    }
    corm_vec_foreach (&unit->states, it) {
        it->instance->unit_slot = 0;
    }
    corm_vec_foreach (&unit->lent_committed, it) {
        (*it)->committed = NULL;
    }
    corm_vec_release(&unit->states);
    corm_vec_release(&unit->groups);
    corm_vec_release(&unit->queue);
    corm_vec_release(&unit->nodes);
    corm_vec_release(&unit->edges);
    corm_vec_release(&unit->relationships);
    corm_vec_release(&unit->current);
    corm_vec_release(&unit->batches);
    for (int i = 0; i < 2; i++) {
        corm_vec_release(&unit->linked[i]);
        corm_vec_release(&unit->unlinked[i]);
    }
    corm_vec_release(&unit->writes);
    corm_vec_release(&unit->loans);
    corm_vec_release(&unit->lent_committed);
    corm_history_release(&unit->history);
    corm_arena_release(&unit->arena);
    corm_free(unit);
}

/* ---- the instances of a node ---- */

/* New ones in the order of session:add(), then known ones by key. */
static int compare_for_save(const void *a, const void *b)
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

static bool unit_take_state(struct corm_unit *unit, const struct unit_state *state)
{
    return corm_vec_push(&unit->current, state->instance);
}

static bool unit_take_group(struct corm_unit *unit, const struct unit_node *node)
{
    bool is_delete = node->type == UNIT_DELETE;

    corm_vec_foreach (&unit->states, state) {
        if (state->group == node->group && state->is_delete == is_delete &&
            !unit_take_state(unit, state)) {
            return false;
        }
    }
    return true;
}

/* Nodes of the same kind and tree in the rest of this level run together with this one. */
static bool unit_take_level(struct corm_unit *unit, const struct unit_node *node)
{
    uint32_t end = unit->level_starts[unit->level + 1];

    for (uint32_t i = unit->node_at; i < end; i++) {
        struct unit_node *other = &unit->nodes.items[unit->order[i]];
        if (other->type != node->type || other->group != node->group ||
            other->state == UNIT_ALL || other->in_cycle) {
            continue;
        }
        other->in_cycle = true; /* taken */
        if (!unit_take_state(unit, &unit->states.items[other->state])) {
            return false;
        }
    }
    return true;
}

static bool unit_is_listened(const struct corm_unit *unit)
{
    corm_vec_foreach (&unit->current, it) {
        if ((*it)->mapper->flags & CORM_MAPPER_LISTENED_PERSIST) {
            return true;
        }
    }
    return false;
}

/* Deleting what was never written is nothing. */
static void unit_drop_unsaved(struct corm_unit *unit)
{
    size_t kept = 0;

    for (size_t i = 0; i < unit->current.count; i++) {
        if (unit->current.items[i]->flags & CORM_INSTANCE_HAS_KEY) {
            unit->current.items[kept++] = unit->current.items[i];
        }
    }
    unit->current.count = kept;
}

static enum corm_rc unit_begin_rows(struct corm_unit *unit,
                                    const struct unit_node *node,
                                    struct corm_error *err)
{
    unit->current.count = 0;
    unit->current_is_delete = node->type == UNIT_DELETE;
    if (!(node->state == UNIT_ALL ? unit_take_group(unit, node)
                                  : unit_take_level(unit, node))) {
        return corm_fail_memory(err);
    }
    if (unit->current_is_delete) {
        unit_drop_unsaved(unit);
    }
    qsort(unit->current.items, unit->current.count, sizeof *unit->current.items,
          compare_for_save);
    unit->stage = UNIT_STEP_BUILD;
    return CORM_OK;
}

/* ---- steps ---- */

static struct corm_unit_step step_of_instances(const struct corm_unit *unit,
                                               enum corm_unit_step_kind kind)
{
    return (struct corm_unit_step){
        .kind = kind,
        .instances = unit->current.items,
        .ninstances = (uint32_t)unit->current.count,
        .is_delete = unit->current_is_delete,
    };
}

static struct corm_unit_step step_error(void)
{
    return (struct corm_unit_step){ .kind = CORM_UNIT_ERROR };
}

/* Start the next node: rows wait for their listeners, keys move at once. */
static enum corm_rc unit_enter_node(struct corm_unit *unit, struct corm_error *err)
{
    uint32_t at = unit->order[unit->node_at];
    const struct unit_node node = unit->nodes.items[at];
    enum corm_rc rc;

    if (node.relationship == NULL) {
        rc = node.state != UNIT_ALL && node.in_cycle
                 ? CORM_OK
                 : unit_begin_rows(unit, &node, err);
        unit->node_at++;
        return rc;
    }
    unit->node_at++;
    rc = unit_sync_node(unit, &node, err);
    if (rc != CORM_OK || node.relationship->secondary == NULL) {
        return rc;
    }
    unit->current.count = 0;
    unit->batches.count = unit->batch_at = 0;
    unit->stage = UNIT_STEP_BATCH;
    return unit_build_links(unit, node.relationship, err);
}

static enum corm_rc unit_build(struct corm_unit *unit, struct corm_error *err)
{
    unit->batches.count = unit->batch_at = 0;
    unit->stage = UNIT_STEP_BATCH;
    return unit->current_is_delete ? unit_build_deletes(unit, err)
                                   : unit_build_saves(unit, err);
}

static bool unit_next_node(struct corm_unit *unit)
{
    while (unit->level < unit->nlevels &&
           unit->node_at >= unit->level_starts[unit->level + 1]) {
        unit->level++;
    }
    return unit->level < unit->nlevels;
}

/* One move of the running unit; DONE means that it made none the caller must know of. */
static struct corm_unit_step unit_run(struct corm_unit *unit, struct corm_error *err)
{
    struct corm_unit_step step = { .kind = CORM_UNIT_DONE };

    switch (unit->stage) {
    case UNIT_STEP_NODE:
        if (unit_enter_node(unit, err) != CORM_OK) {
            return step_error();
        }
        if (unit->stage == UNIT_STEP_BUILD && unit_is_listened(unit)) {
            return step_of_instances(unit, CORM_UNIT_BEFORE);
        }
        return step;
    case UNIT_STEP_BUILD:
        return unit_build(unit, err) == CORM_OK ? step : step_error();
    case UNIT_STEP_BATCH:
        if (unit->batch_at < unit->batches.count) {
            step.kind = CORM_UNIT_BATCH;
            step.batch = &unit->batches.items[unit->batch_at];
            return step;
        }
        unit->stage = UNIT_STEP_AFTER;
        return step;
    default:
        unit->stage = UNIT_STEP_NODE;
        return unit_is_listened(unit) ? step_of_instances(unit, CORM_UNIT_AFTER) : step;
    }
}

static struct corm_unit_step unit_register_step(struct corm_unit *unit,
                                                struct corm_error *err)
{
    struct corm_unit_step step = { .kind = CORM_UNIT_DONE };

    step.kind = unit_register_next(unit, &step, err);
    if (step.kind != CORM_UNIT_DONE) {
        return step;
    }
    if (unit_sort(unit, err) != CORM_OK) {
        return step_error();
    }
    unit->phase = UNIT_RUNNING;
    return step;
}

struct corm_unit_step corm_unit_next(struct corm_unit *unit, struct corm_error *err)
{
    struct corm_unit_step step;

    if (unit->phase == UNIT_REGISTERING) {
        step = unit_register_step(unit, err);
        if (step.kind != CORM_UNIT_DONE) {
            return step;
        }
    }
    while (unit->stage != UNIT_STEP_NODE || unit_next_node(unit)) {
        step = unit_run(unit, err);
        if (step.kind != CORM_UNIT_DONE) {
            return step;
        }
    }
    unit->phase = UNIT_FINISHED;
    return (struct corm_unit_step){ .kind = CORM_UNIT_DONE };
}

/* ---- after a batch ---- */

static enum corm_rc batch_store(struct corm_unit *unit, const struct corm_batch *batch,
                                const struct corm_value *fetched,
                                struct corm_error *err)
{
    for (uint32_t r = 0; r < batch->nrows; r++) {
        for (uint32_t c = 0; c < batch->nfetch; c++) {
            enum corm_rc rc = unit_write_cell(unit, batch->rows[r], batch->fetch[c],
                                              &fetched[r * batch->nfetch + c], err);
            if (rc != CORM_OK) {
                return rc;
            }
        }
    }
    return CORM_OK;
}

enum corm_rc corm_unit_executed(struct corm_unit *unit,
                                const struct corm_value *fetched, int64_t rowcount,
                                struct corm_error *err)
{
    const struct corm_batch *batch = &unit->batches.items[unit->batch_at];
    bool must_match =
        batch->kind == CORM_BATCH_UPDATE ||
        (batch->kind == CORM_BATCH_DELETE && batch->mapper->version_attribute >= 0);

    PRE(unit->stage == UNIT_STEP_BATCH);
    if (must_match && rowcount >= 0 && rowcount != batch->nrows) {
        return corm_fail(err, CORM_E_STALE_DATA,
                         "%s statement on table '%.*s' expected to match %u row(s); "
                         "%lld were matched",
                         batch->kind == CORM_BATCH_UPDATE ? "UPDATE" : "DELETE",
                         (int)batch->table->table->node.name_len,
                         batch->table->table->node.name, batch->nrows,
                         (long long)rowcount);
    }
    unit->batch_at++;
    return fetched == NULL ? CORM_OK : batch_store(unit, batch, fetched, err);
}

/* ---- the end ---- */

uint32_t corm_unit_count(const struct corm_unit *unit)
{
    return (uint32_t)unit->states.count;
}

struct corm_unit_outcome corm_unit_outcome_at(const struct corm_unit *unit, uint32_t at)
{
    const struct unit_state *state = &unit->states.items[at];
    return (struct corm_unit_outcome){ state->instance, state->is_delete,
                                       state->was_new };
}

uint32_t corm_unit_loans(const struct corm_unit *unit)
{
    return (uint32_t)unit->loans.count;
}

struct corm_unit_loan corm_unit_loan_at(const struct corm_unit *unit, uint32_t at)
{
    return unit->loans.items[at];
}

static void unit_finish_state(struct corm_unit *unit, const struct unit_state *state)
{
    struct corm_instance *instance = state->instance;

    corm_session_unlist(unit->session, instance);
    if (!state->is_delete) {
        instance->state = CORM_INSTANCE_PERSISTENT;
        instance->flags |= CORM_INSTANCE_HAS_KEY;
    } else if (state->was_new) {
        instance->state = CORM_INSTANCE_TRANSIENT;
        instance->session = NULL;
    } else {
        instance->state = CORM_INSTANCE_DELETED;
    }
    instance->flags &= (uint8_t)~CORM_INSTANCE_TO_DELETE;
    corm_instance_commit(instance);
}

void corm_unit_finish(struct corm_unit *unit)
{
    PRE(unit->phase == UNIT_FINISHED);
    corm_vec_foreach (&unit->states, it) {
        unit_finish_state(unit, it);
    }
    unit->is_finished = true;
}

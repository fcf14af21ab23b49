/* SPDX-License-Identifier: MIT */
/*
 * The life of a unit: registering (unit_register.c), sorting (unit_graph.c …), running
 * (unit_run.c), and what is left of it in the instances.
 */
#include "orm/unitofwork.h"

#include "base/alloc.h"
#include "base/counter.h"
#include "orm/unit_int.h"

struct corm_unit *corm_unit_new(struct corm_session *session,
                                struct corm_instance *const *only, uint32_t nonly)
{
    struct corm_unit *unit = corm_alloc_zero(1, sizeof *unit);

    if (unit == NULL) {
        return NULL;
    }
    corm_counter_inc(CORM_COUNTER_FLUSH);
    unit->session = session;
    if (unit_register_session(unit, only, nonly, NULL) != CORM_OK) {
        corm_unit_free(unit);
        return NULL;
    }
    return unit;
}

static void unit_release(struct corm_unit *unit)
{
    corm_vec_release(&unit->states);
    corm_vec_release(&unit->classes);
    corm_vec_release(&unit->groups);
    corm_vec_release(&unit->ties);
    corm_vec_release(&unit->queue);
    corm_vec_release(&unit->nodes);
    corm_vec_release(&unit->edges);
    corm_vec_release(&unit->table_edges);
    corm_vec_release(&unit->current);
    corm_vec_release(&unit->tables);
    corm_vec_release(&unit->batches);
    corm_vec_release(&unit->links);
    corm_vec_release(&unit->posts);
    corm_vec_release(&unit->expires);
    corm_vec_release(&unit->writes);
    corm_vec_release(&unit->loans);
    corm_vec_release(&unit->strays);
    corm_vec_release(&unit->lent_committed);
    corm_hmap_release(&unit->deleted_keys);
    corm_hmap_release(&unit->linked);
    corm_ptrset_release(&unit->posted);
    corm_history_release(&unit->history);
    corm_arena_release(&unit->arena);
}

void corm_unit_free(struct corm_unit *unit)
{
    if (unit == NULL) {
        return;
    }
    unit_undo(unit);
    corm_vec_foreach (&unit->states, it) {
        it->instance->unit_slot = 0;
    }
    unit_release(unit);
    corm_free(unit);
    corm_counter_dec(CORM_COUNTER_FLUSH);
}

/* ---- steps ---- */

static enum corm_unit_step_kind
unit_plan(struct corm_unit *unit, struct corm_unit_step *step, struct corm_error *err)
{
    enum corm_unit_step_kind kind = unit_register_next(unit, step, err);

    if (kind != CORM_UNIT_DONE) {
        return kind;
    }
    corm_vec_foreach (&unit->states, state) {
        uint32_t group = unit_group_of_state(unit, state);
        unit->groups.items[group].ndeletes += state->is_delete;
    }
    if (unit_sort(unit, err) != CORM_OK) {
        return CORM_UNIT_ERROR;
    }
    unit->phase = UNIT_RUNNING;
    return CORM_UNIT_DONE;
}

struct corm_unit_step corm_unit_next(struct corm_unit *unit, struct corm_error *err)
{
    struct corm_unit_step step = { .kind = CORM_UNIT_DONE };

    if (unit->phase == UNIT_REGISTERING) {
        step.kind = unit_plan(unit, &step, err);
    }
    if (step.kind == CORM_UNIT_DONE && unit->phase == UNIT_RUNNING) {
        step.kind = unit_run(unit, &step, err);
    }
    if (step.kind == CORM_UNIT_DONE) {
        unit->phase = UNIT_OVER;
    }
    return step;
}

/* ---- after a batch ---- */

static bool must_match(const struct corm_batch *batch)
{
    return batch->kind == CORM_BATCH_UPDATE || batch->kind == CORM_BATCH_UNLINK ||
           (batch->kind == CORM_BATCH_DELETE && batch->mapper->version_attribute >= 0);
}

static enum corm_rc batch_check(const struct corm_batch *batch, int64_t rowcount,
                                struct corm_error *err)
{
    const struct corm_table *table = batch->relationship != NULL
                                         ? batch->relationship->secondary
                                         : batch->table->table;

    if (!must_match(batch) || rowcount < 0 || rowcount == batch->nrows) {
        return CORM_OK;
    }
    return corm_fail(err, CORM_E_STALE_DATA,
                     "%s statement on table '%.*s' expected to match %u row(s); "
                     "%lld were matched",
                     batch->kind == CORM_BATCH_UPDATE ? "UPDATE" : "DELETE",
                     (int)table->node.name_len, table->node.name, batch->nrows,
                     (long long)rowcount);
}

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

/* What the database computed from an expression is not known, if it did not come back. */
static bool batch_expire_sql(struct corm_unit *unit, const struct corm_batch *batch)
{
    for (uint32_t c = 0; batch->has_sql && c < batch->ncolumns; c++) {
        struct corm_unit_loan expire = { .instance = batch->rows[0],
                                         .attribute = batch->columns[c] };
        if ((expire.instance->cell[expire.attribute].flags & CORM_CELL_SQL) &&
            !corm_vec_push(&unit->expires, expire)) {
            return false;
        }
    }
    return true;
}

/* A row without a complete key cannot be found again. */
static enum corm_rc batch_check_keys(const struct corm_batch *batch,
                                     struct corm_error *err)
{
    char name[80];

    for (uint32_t r = 0; r < batch->nrows && batch->kind == CORM_BATCH_INSERT; r++) {
        if (!corm_instance_has_primary_key(batch->rows[r])) {
            return corm_fail(err, CORM_E_FLUSH,
                             "%s was inserted with a primary key that is NULL",
                             corm_instance_describe(batch->rows[r], name, sizeof name));
        }
    }
    return CORM_OK;
}

enum corm_rc corm_unit_executed(struct corm_unit *unit,
                                const struct corm_value *fetched, int64_t rowcount,
                                struct corm_error *err)
{
    const struct corm_batch *batch = &unit->batches.items[unit->batch_at];
    enum corm_rc rc;

    PRE(unit->stage == UNIT_STAGE_BATCH);
    rc = batch_check(batch, rowcount, err);
    if (rc != CORM_OK) {
        return rc;
    }
    unit->batch_at++;
    rc = fetched == NULL ? CORM_OK : batch_store(unit, batch, fetched, err);
    if (rc == CORM_OK && !batch_expire_sql(unit, batch)) {
        return corm_fail_memory(err);
    }
    return rc == CORM_OK ? batch_check_keys(batch, err) : rc;
}

enum corm_rc corm_unit_write(struct corm_unit *unit, uint32_t row, uint16_t attribute,
                             const struct corm_value *value, struct corm_error *err)
{
    const struct corm_batch *batch = &unit->batches.items[unit->batch_at];

    PRE(unit->stage == UNIT_STAGE_BATCH && row < batch->nrows);
    return unit_write_cell(unit, batch->rows[row], attribute, value, err);
}

/* ---- what the binding asks ---- */

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

uint32_t corm_unit_strays(const struct corm_unit *unit)
{
    return (uint32_t)unit->strays.count;
}

struct corm_unit_stray corm_unit_stray_at(const struct corm_unit *unit, uint32_t at)
{
    return unit->strays.items[at];
}

/* ---- the end ---- */

static void finish_delete(const struct unit_state *state)
{
    struct corm_instance *instance = state->instance;

    if (state->was_new) {
        instance->state = CORM_INSTANCE_TRANSIENT;
        instance->session = NULL;
    } else {
        instance->state = CORM_INSTANCE_DELETED;
        instance->flags |= CORM_INSTANCE_WAS_DELETED;
    }
}

/* A listener may have expunged it: then it is none of our business any more. */
static void finish_state(struct corm_unit *unit, const struct unit_state *state)
{
    struct corm_instance *instance = state->instance;

    if (instance->session != unit->session) {
        return;
    }
    corm_session_unlist(unit->session, instance);
    instance->flags &= (uint8_t)~CORM_INSTANCE_TO_DELETE;
    if (state->is_delete) {
        finish_delete(state);
    } else {
        instance->state = CORM_INSTANCE_PERSISTENT;
        instance->flags |= CORM_INSTANCE_HAS_KEY;
        if (state->was_new) {
            instance->born_in = unit->session->transaction;
        }
    }
    instance->flushed_in = unit->session->transaction;
    corm_instance_commit(instance);
}

void corm_unit_finish(struct corm_unit *unit)
{
    PRE(unit->phase == UNIT_OVER);
    corm_vec_foreach (&unit->states, it) {
        finish_state(unit, it);
    }
    corm_vec_foreach (&unit->expires, it) {
        corm_instance_expire_attribute(it->instance, it->attribute);
    }
    unit->is_finished = true;
}

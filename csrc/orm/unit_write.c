/* SPDX-License-Identifier: MIT */
/* Cells that the flush writes, and how they are taken back. */
#include "orm/unit_int.h"

/* A change needs the committed values beside it; ours live as long as the flush. */
static bool lend_committed(struct corm_unit *unit, struct corm_instance *instance)
{
    if (instance->committed != NULL || !(instance->flags & CORM_INSTANCE_HAS_KEY)) {
        return true;
    }
    if (!corm_vec_push(&unit->lent_committed, instance)) {
        return false;
    }
    instance->committed =
        corm_arena_zero(&unit->arena, instance->ncells, sizeof *instance->committed);
    if (instance->committed == NULL) {
        unit->lent_committed.count--;
    }
    return instance->committed != NULL;
}

static enum corm_rc write_cell(struct corm_unit *unit, struct corm_instance *instance,
                               uint16_t attribute, const struct corm_value *value,
                               struct corm_error *err)
{
    struct unit_write write = { instance, attribute, instance->cell[attribute] };

    if (!lend_committed(unit, instance) || !corm_vec_push(&unit->writes, write)) {
        return corm_fail_memory(err);
    }
    if (corm_instance_set(instance, attribute, value)) {
        instance->flags |= CORM_INSTANCE_MODIFIED;
    }
    return CORM_OK;
}

static enum corm_rc note_loan(struct corm_unit *unit, const struct corm_unit_loan *loan,
                              struct corm_error *err)
{
    const struct corm_value *cell = &loan->instance->cell[loan->attribute];

    if (!corm_value_has_bytes(cell) && cell->tag != CORM_TAG_FOREIGN) {
        return CORM_OK;
    }
    return corm_vec_push(&unit->loans, *loan) ? CORM_OK : corm_fail_memory(err);
}

enum corm_rc unit_write_cell(struct corm_unit *unit, struct corm_instance *instance,
                             uint16_t attribute, const struct corm_value *value,
                             struct corm_error *err)
{
    struct corm_unit_loan loan = { .instance = instance, .attribute = attribute };
    enum corm_rc rc = write_cell(unit, instance, attribute, value, err);

    return rc == CORM_OK ? note_loan(unit, &loan, err) : rc;
}

enum corm_rc unit_copy_cell(struct corm_unit *unit, const struct corm_instance *source,
                            uint16_t source_attribute, struct corm_instance *dest,
                            uint16_t attribute, struct corm_error *err)
{
    struct corm_unit_loan loan = { dest, source, attribute, source_attribute };
    struct corm_value value = source->cell[source_attribute];
    enum corm_rc rc;

    value.flags &= CORM_CELL_RAW; /* the rest is between that cell and its instance */
    rc = write_cell(unit, dest, attribute, &value, err);
    return rc == CORM_OK ? note_loan(unit, &loan, err) : rc;
}

uint32_t corm_unit_nwritten(const struct corm_unit *unit)
{
    return (uint32_t)unit->writes.count;
}

const struct corm_instance *corm_unit_written(const struct corm_unit *unit, uint32_t at,
                                              uint16_t *attribute)
{
    const struct unit_write *write = &unit->writes.items[at];

    *attribute = write->attribute;
    return write->instance;
}

/* ---- taking back ---- */

static void undo_write(const struct unit_write *write)
{
    struct corm_instance *instance = write->instance;
    struct corm_value *cell = &instance->cell[write->attribute];
    bool is_changed = cell->flags & CORM_CELL_CHANGED;
    bool was_changed = write->before.flags & CORM_CELL_CHANGED;

    if (is_changed && !was_changed) {
        instance->nchanged--;
    } else if (was_changed && !is_changed) {
        instance->nchanged++;
    }
    *cell = write->before;
}

/* What a listener changed beside our committed cells has no history any more. */
static void take_committed(struct corm_instance *instance)
{
    for (uint16_t i = 0; i < instance->ncells && instance->nchanged > 0; i++) {
        if (instance->cell[i].flags & CORM_CELL_CHANGED) {
            instance->cell[i].flags &= (uint8_t)~CORM_CELL_CHANGED;
            instance->nchanged--;
        }
    }
    instance->committed = NULL;
}

void unit_undo(struct corm_unit *unit)
{
    for (size_t i = unit->is_finished ? 0 : unit->writes.count; i-- > 0;) {
        undo_write(&unit->writes.items[i]);
    }
    corm_vec_foreach (&unit->lent_committed, it) {
        take_committed(*it);
    }
}

/* SPDX-License-Identifier: MIT */
/*
 * Keys that are about to be copied along relationships must be there: they may have
 * expired, or may be columns that were never loaded.
 */
#include "orm/unit_int.h"

static bool ask_for_keys(struct corm_unit *unit, struct corm_instance *source,
                         const struct corm_sync_pairs *pairs,
                         struct corm_unit_step *step)
{
    if (!(source->flags & CORM_INSTANCE_HAS_KEY) || source->session != unit->session) {
        return false;
    }
    corm_vec_foreach (pairs, pair) {
        if (!corm_cell_is_there(&source->cell[pair->source]) &&
            unit_ask(unit, source, pair->source, step)) {
            return true;
        }
    }
    return false;
}

/* Keys of what the state refers to, or is linked with. */
static bool ask_for_far_keys(struct corm_unit *unit,
                             const struct corm_relationship *relationship,
                             struct corm_unit_step *step)
{
    const struct corm_history *history = &unit->history;
    const struct corm_sync_pairs *pairs = relationship->direction == CORM_MANY_TO_ONE
                                              ? &relationship->pairs
                                              : &relationship->target_pairs;

    for (size_t i = 0; i < history->added.count; i++) {
        if (ask_for_keys(unit, history->added.items[i], pairs, step)) {
            return true;
        }
    }
    return false;
}

enum corm_unit_step_kind unit_lacks_key(struct corm_unit *unit,
                                        const struct unit_state *state,
                                        const struct corm_relationship *relationship,
                                        struct corm_unit_step *step,
                                        struct corm_error *err)
{
    const struct corm_history *history = &unit->history;
    bool lacks = false;

    if (corm_history_of(state->instance, relationship->attribute, &unit->history,
                        err) != CORM_OK) {
        return CORM_UNIT_ERROR;
    }
    if (state->is_idle || history->added.count + history->deleted.count == 0) {
        return CORM_UNIT_DONE;
    }
    if (relationship->direction != CORM_MANY_TO_ONE) {
        lacks = ask_for_keys(unit, state->instance, &relationship->pairs, step);
    }
    if (!lacks && relationship->direction != CORM_ONE_TO_MANY) {
        lacks = ask_for_far_keys(unit, relationship, step);
    }
    return lacks ? CORM_UNIT_LOAD : CORM_UNIT_DONE;
}

/* SPDX-License-Identifier: MIT */
#include "base/sm.h"

/* Tables have a dozen rows, so a scan beats anything cleverer. */
static const struct corm_sm_move *sm_find(const struct corm_sm *sm, uint8_t state,
                                          uint8_t event)
{
    for (size_t i = 0; i < sm->nmoves; i++) {
        if (sm->moves[i].from == state && sm->moves[i].event == event) {
            return &sm->moves[i];
        }
    }
    return NULL;
}

bool corm_sm_can(const struct corm_sm *sm, uint8_t state, uint8_t event)
{
    return sm_find(sm, state, event) != NULL;
}

enum corm_rc corm_sm_move(const struct corm_sm *sm, uint8_t *state, uint8_t event,
                          struct corm_error *err)
{
    const struct corm_sm_move *move = sm_find(sm, *state, event);
    if (move == NULL) {
        return corm_fail(err, CORM_E_ILLEGAL_STATE, "cannot %s: %s is %s",
                         sm->events[event], sm->name, sm->states[*state]);
    }
    *state = move->to;
    return CORM_OK;
}

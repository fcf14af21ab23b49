/* SPDX-License-Identifier: MIT */
/*
 * Declared state machines. The header of whoever has one shows its picture; the table
 * below it lists every allowed move, and the machine refuses all others:
 *     static const struct corm_sm_move moves[] = {
 *         { OPEN, COMMIT, COMMITTED },
 *         { OPEN, ROLLBACK, CLOSED },
 *     };
 */
#ifndef CORM_BASE_SM_H
#define CORM_BASE_SM_H

#include "base/error.h"

struct corm_sm_move {
    uint8_t from;
    uint8_t event;
    uint8_t to;
};

struct corm_sm {
    const char *name; /* "transaction" */
    const char *const *states; /* names by state: "open", "closed" */
    const char *const *events; /* names by event, as the user calls them: "commit" */
    const struct corm_sm_move *moves;
    size_t nmoves;
};

/** True if the event is allowed in this state. */
bool corm_sm_can(const struct corm_sm *sm, uint8_t state, uint8_t event);

/**
 * Move *state on by the event, or leave it and say who refused what.
 * Errors: CORM_E_ILLEGAL_STATE ("cannot commit: transaction is closed").
 */
enum corm_rc corm_sm_move(const struct corm_sm *sm, uint8_t *state, uint8_t event,
                          struct corm_error *err) CORM_NODISCARD;

#endif

/* SPDX-License-Identifier: MIT */
#include "engine/transaction.h"

#include <string.h>

#include "base/sm.h"

#define ACTIVE      CORM_TRANSACTION_ACTIVE
#define PREPARED    CORM_TRANSACTION_PREPARED
#define INACTIVE    CORM_TRANSACTION_INACTIVE
#define COMMITTED   CORM_TRANSACTION_COMMITTED
#define ROLLED_BACK CORM_TRANSACTION_ROLLED_BACK

#define COMMIT     CORM_TRANSACTION_COMMIT
#define ROLLBACK   CORM_TRANSACTION_ROLLBACK
#define PREPARE    CORM_TRANSACTION_PREPARE
#define DEACTIVATE CORM_TRANSACTION_DEACTIVATE

static const char *const state_names[] = {
    [ACTIVE] = "active",       [PREPARED] = "prepared",       [INACTIVE] = "inactive",
    [COMMITTED] = "committed", [ROLLED_BACK] = "rolled back",
};

static const char *const event_names[] = {
    [COMMIT] = "commit",
    [ROLLBACK] = "rollback",
    [PREPARE] = "prepare",
    [DEACTIVATE] = "deactivate",
};

/* clang-format off */
static const struct corm_sm_move moves[] = {
    { ACTIVE,      COMMIT,     COMMITTED },
    { ACTIVE,      ROLLBACK,   ROLLED_BACK },
    { ACTIVE,      PREPARE,    PREPARED },
    { ACTIVE,      DEACTIVATE, INACTIVE },
    { PREPARED,    COMMIT,     COMMITTED },
    { PREPARED,    ROLLBACK,   ROLLED_BACK },
    { PREPARED,    DEACTIVATE, INACTIVE },
    { INACTIVE,    ROLLBACK,   ROLLED_BACK },
    { INACTIVE,    DEACTIVATE, INACTIVE },
    { COMMITTED,   ROLLBACK,   COMMITTED },
    { COMMITTED,   DEACTIVATE, COMMITTED },
    { ROLLED_BACK, ROLLBACK,   ROLLED_BACK },
    { ROLLED_BACK, DEACTIVATE, ROLLED_BACK },
};
/* clang-format on */

static const struct corm_sm machines[] = {
    [CORM_TRANSACTION_ROOT] = { "transaction", state_names, event_names, moves,
                                CORM_LENGTH(moves) },
    [CORM_TRANSACTION_SAVEPOINT] = { "nested transaction", state_names, event_names,
                                     moves, CORM_LENGTH(moves) },
    [CORM_TRANSACTION_TWOPHASE] = { "two-phase transaction", state_names, event_names,
                                    moves, CORM_LENGTH(moves) },
};

enum corm_rc corm_transaction_move(struct corm_transaction *transaction,
                                   enum corm_transaction_event event,
                                   struct corm_error *err)
{
    if (event == PREPARE && transaction->kind != CORM_TRANSACTION_TWOPHASE) {
        return corm_fail(err, CORM_E_ILLEGAL_STATE,
                         "cannot prepare: %s has one phase only",
                         machines[transaction->kind].name);
    }
    return corm_sm_move(&machines[transaction->kind], &transaction->state,
                        (uint8_t)event, err);
}

bool corm_transaction_can(const struct corm_transaction *transaction,
                          enum corm_transaction_event event)
{
    if (event == PREPARE && transaction->kind != CORM_TRANSACTION_TWOPHASE) {
        return false;
    }
    return corm_sm_can(&machines[transaction->kind], transaction->state,
                       (uint8_t)event);
}

const char *corm_transaction_state_name(const struct corm_transaction *transaction)
{
    return state_names[transaction->state];
}

int corm_transaction_event_find(const char *name)
{
    for (size_t i = 0; i < CORM_LENGTH(event_names); i++) {
        if (strcmp(event_names[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* SPDX-License-Identifier: MIT */
/*
 * The state of one transaction: a real one (ROOT), a savepoint inside one, or a real one
 * that ends in two phases. Which statement is sent at a move is up to whoever makes it.
 *
 *                commit
 *     ACTIVE ─────────────────────► COMMITTED
 *      │ │ │ prepare                 ▲
 *      │ │ └────────► PREPARED ──────┘ commit
 *      │ │ rollback      │ rollback
 *      │ └──────────┐    │
 *      │            ▼    ▼    rollback
 *      │          ROLLED_BACK ◄──────── INACTIVE
 *      │ the connection is lost, or an  ▲
 *      └ outer transaction has ended ───┘
 *
 * A rollback of what has ended already changes nothing and is no error: a block that
 * leaves by an error rolls back without asking. COMMITTED stays COMMITTED then.
 */
#ifndef CORM_ENGINE_TRANSACTION_H
#define CORM_ENGINE_TRANSACTION_H

#include "base/error.h"

enum corm_transaction_kind {
    CORM_TRANSACTION_ROOT = 0,
    CORM_TRANSACTION_SAVEPOINT,
    CORM_TRANSACTION_TWOPHASE,
};

enum corm_transaction_state {
    CORM_TRANSACTION_ACTIVE = 0,
    CORM_TRANSACTION_PREPARED, /* the first of two phases is done */
    CORM_TRANSACTION_INACTIVE, /* can only be rolled back, which sends nothing */
    CORM_TRANSACTION_COMMITTED,
    CORM_TRANSACTION_ROLLED_BACK,
};

enum corm_transaction_event {
    CORM_TRANSACTION_COMMIT = 0,
    CORM_TRANSACTION_ROLLBACK,
    CORM_TRANSACTION_PREPARE, /* only of TWOPHASE */
    CORM_TRANSACTION_DEACTIVATE, /* the connection is lost, or the outer one has ended */
};

struct corm_transaction {
    uint8_t kind; /* enum corm_transaction_kind */
    uint8_t state; /* enum corm_transaction_state */
};

/**
 * Move the transaction on, or leave it and say who refused.
 * Errors: CORM_E_ILLEGAL_STATE.
 */
enum corm_rc corm_transaction_move(struct corm_transaction *transaction,
                                   enum corm_transaction_event event,
                                   struct corm_error *err) CORM_NODISCARD;

/** True if the event is allowed now; nothing changes. */
bool corm_transaction_can(const struct corm_transaction *transaction,
                          enum corm_transaction_event event);

/** "active", "committed", … Never NULL. */
const char *corm_transaction_state_name(const struct corm_transaction *transaction);

/** The event with this name ("commit", "rollback", …), or -1. */
int corm_transaction_event_find(const char *name);

#endif

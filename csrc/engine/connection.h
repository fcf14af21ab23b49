/* SPDX-License-Identifier: MIT */
/*
 * One native connection as the engine holds it: the driver's connection, its state, and
 * the executions whose rows are still to come. Closing it closes those first, so a result
 * may outlive its connection.
 *
 *               opened            an operation answers WAIT
 *     OPENING ──────────► IDLE ──────────────────────────► BUSY
 *        │                 │ ▲                              ││
 *        │                 │ └── done, failed, cancelled ───┘│
 *        │ lost            │ lost                        lost│
 *        │                 ▼                                 │
 *        └──────────────► DEAD ◄─────────────────────────────┘
 *                          │
 *      close, from each    ▼
 *      of the others:    CLOSED
 *
 * While BUSY only the operation that waits may be called again; everything else is refused,
 * so two tasks cannot mix their traffic. An operation that nobody will carry on is
 * cancelled, and the driver sees to its end before it begins the next.
 */
#ifndef CORM_ENGINE_CONNECTION_H
#define CORM_ENGINE_CONNECTION_H

#include "base/list.h"
#include "engine/engine.h"

enum corm_connection_state {
    CORM_CONNECTION_OPENING = 0, /* the driver is connecting */
    CORM_CONNECTION_IDLE, /* ready for the next operation */
    CORM_CONNECTION_BUSY, /* `operation` waits for the database */
    CORM_CONNECTION_DEAD, /* lost: can only be closed */
    CORM_CONNECTION_CLOSED,
};

struct corm_connection {
    uint32_t refs; /* a pool and a handle may both hold it */
    struct corm_engine *engine; /* one reference */
    struct corm_dbc *dbc; /* NULL when closed */
    const void *operation; /* identity of the one that waits, or NULL */
    struct corm_list_link executions; /* those with an open cursor */
    struct corm_workspace *spare; /* for the next execution, or NULL */
    uint8_t state; /* enum corm_connection_state */
    bool is_begun; /* the engine has begun a transaction and means it to last */
};

/**
 * Begin to connect; corm_connection_open_step() carries on.
 * url: where to, NULL for the engine's own; only read by this call.
 * Ownership: *out has one reference.
 * Errors: CORM_E_OPERATIONAL, CORM_E_INTERFACE, CORM_E_ARGUMENT, CORM_E_NO_MEMORY.
 */
enum corm_rc corm_connection_new(struct corm_engine *engine, const struct corm_url *url,
                                 struct corm_connection **out,
                                 struct corm_error *err) CORM_NODISCARD;

/** Take a reference, give one back; the last one closes. unref accepts NULL. */
struct corm_connection *corm_connection_ref(struct corm_connection *connection);
void corm_connection_unref(struct corm_connection *connection);

/** Close its executions and the driver's connection. Never waits. Idempotent. */
void corm_connection_close(struct corm_connection *connection);

/** Carry on connecting. Steps: DONE, WAIT, ERROR (the connection is DEAD then). */
enum corm_io corm_connection_open_step(struct corm_connection *connection,
                                       struct corm_error *err);

/**
 * Run BEGIN, COMMIT, SAVEPOINT …; call again with the same pointer after WAIT.
 * Steps: DONE, WAIT, ERROR.
 */
enum corm_io corm_connection_control(struct corm_connection *connection,
                                     const char *sql, struct corm_error *err);

/** Ask the database whether it is there. Steps: DONE, WAIT, ERROR. */
enum corm_io corm_connection_ping(struct corm_connection *connection,
                                  struct corm_error *err);

/** Close every open execution, so that nothing holds locks or unread rows. */
void corm_connection_drop_results(struct corm_connection *connection);

/** Cancel the operation that waits, if one does: nobody will carry it on. */
void corm_connection_cancel(struct corm_connection *connection);

/**
 * Ask the database to give up the statement under way, from outside of it: whoever
 * executes it or reads its rows gets the error. Returns at once.
 */
void corm_connection_interrupt(struct corm_connection *connection);

/**
 * What the server has said besides results since the last call, one thing at a time: the text,
 * or NULL. Lifetime: until the next call on the connection.
 */
const char *corm_connection_next_notice(struct corm_connection *connection);

/** True unless a transaction that was begun has ended behind the engine's back. */
static inline bool corm_connection_is_in_step(const struct corm_connection *connection)
{
    return !connection->is_begun || connection->dbc == NULL ||
           connection->dbc->in_transaction;
}

/** "idle", "busy", … Never NULL. */
const char *corm_connection_state_name(const struct corm_connection *connection);

/* ---- for execution.c ---- */

/**
 * Enter an operation that may wait: IDLE, or BUSY with this very operation.
 * Errors: CORM_E_RESOURCE_CLOSED, CORM_E_ILLEGAL_STATE (another operation is under way),
 * CORM_E_OPERATIONAL (dead).
 */
enum corm_rc corm_connection_enter(struct corm_connection *connection,
                                   const void *operation,
                                   struct corm_error *err) CORM_NODISCARD;

/** Leave it with what the driver answered; returns `io`. */
enum corm_io corm_connection_leave(struct corm_connection *connection,
                                   const void *operation, enum corm_io io);

#endif

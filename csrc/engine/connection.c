/* SPDX-License-Identifier: MIT */
#include "engine/connection.h"

#include "base/alloc.h"
#include "base/counter.h"
#include "base/sm.h"
#include "engine/execution.h"

enum connection_event { OPENED, WAIT, FINISH, LOSE, CLOSE };

static const char *const state_names[] = {
    [CORM_CONNECTION_OPENING] = "opening", [CORM_CONNECTION_IDLE] = "idle",
    [CORM_CONNECTION_BUSY] = "busy",       [CORM_CONNECTION_DEAD] = "dead",
    [CORM_CONNECTION_CLOSED] = "closed",
};

static const char *const event_names[] = {
    [OPENED] = "open", [WAIT] = "wait",   [FINISH] = "finish",
    [LOSE] = "lose",   [CLOSE] = "close",
};

static const struct corm_sm_move moves[] = {
    { CORM_CONNECTION_OPENING, WAIT, CORM_CONNECTION_OPENING },
    { CORM_CONNECTION_OPENING, FINISH, CORM_CONNECTION_IDLE },
    { CORM_CONNECTION_OPENING, LOSE, CORM_CONNECTION_DEAD },
    { CORM_CONNECTION_OPENING, CLOSE, CORM_CONNECTION_CLOSED },
    { CORM_CONNECTION_IDLE, WAIT, CORM_CONNECTION_BUSY },
    { CORM_CONNECTION_IDLE, FINISH, CORM_CONNECTION_IDLE },
    { CORM_CONNECTION_IDLE, LOSE, CORM_CONNECTION_DEAD },
    { CORM_CONNECTION_IDLE, CLOSE, CORM_CONNECTION_CLOSED },
    { CORM_CONNECTION_BUSY, WAIT, CORM_CONNECTION_BUSY },
    { CORM_CONNECTION_BUSY, FINISH, CORM_CONNECTION_IDLE },
    { CORM_CONNECTION_BUSY, LOSE, CORM_CONNECTION_DEAD },
    { CORM_CONNECTION_BUSY, CLOSE, CORM_CONNECTION_CLOSED },
    { CORM_CONNECTION_DEAD, LOSE, CORM_CONNECTION_DEAD },
    { CORM_CONNECTION_DEAD, CLOSE, CORM_CONNECTION_CLOSED },
};

static const struct corm_sm machine = {
    .name = "connection",
    .states = state_names,
    .events = event_names,
    .moves = moves,
    .nmoves = CORM_LENGTH(moves),
};

/* Identities of the operations that have no object of their own. */
static const char opening, pinging;

/* Only this file makes moves, so a refused one is a fault of its own. */
static void connection_move(struct corm_connection *connection,
                            enum connection_event event)
{
    enum corm_rc rc = corm_sm_move(&machine, &connection->state, (uint8_t)event, NULL);
    PRE(rc == CORM_OK);
    (void)rc;
}

const char *corm_connection_state_name(const struct corm_connection *connection)
{
    return state_names[connection->state];
}

enum corm_rc corm_connection_new(struct corm_engine *engine, const struct corm_url *url,
                                 struct corm_connection **out, struct corm_error *err)
{
    struct corm_connection *connection = corm_alloc_zero(1, sizeof *connection);
    if (connection == NULL) {
        return corm_fail_memory(err);
    }
    enum corm_rc rc = engine->driver->connect(url == NULL ? &engine->url : url,
                                              &connection->dbc, err);
    if (rc != CORM_OK) {
        corm_free(connection);
        return rc;
    }
    connection->refs = 1;
    connection->engine = corm_engine_ref(engine);
    connection->state = CORM_CONNECTION_OPENING;
    connection->operation = &opening;
    corm_list_init(&connection->executions);
    corm_counter_inc(CORM_COUNTER_CONNECTION);
    *out = connection;
    return CORM_OK;
}

struct corm_connection *corm_connection_ref(struct corm_connection *connection)
{
    connection->refs++;
    return connection;
}

void corm_connection_unref(struct corm_connection *connection)
{
    if (connection == NULL || --connection->refs > 0) {
        return;
    }
    corm_connection_close(connection);
    corm_workspace_free(connection->spare);
    corm_engine_unref(connection->engine);
    corm_free(connection);
    corm_counter_dec(CORM_COUNTER_CONNECTION);
}

void corm_connection_close(struct corm_connection *connection)
{
    if (connection->state == CORM_CONNECTION_CLOSED) {
        return;
    }
    corm_connection_drop_results(connection);
    connection->dbc->ops->close(connection->dbc);
    connection->dbc = NULL;
    connection->operation = NULL;
    connection_move(connection, CLOSE);
}

void corm_connection_drop_results(struct corm_connection *connection)
{
    corm_list_foreach (it, &connection->executions) {
        corm_execution_close(CORM_CONTAINER(it, struct corm_execution, link));
    }
}

void corm_connection_cancel(struct corm_connection *connection)
{
    if (connection->state == CORM_CONNECTION_BUSY) {
        connection->dbc->ops->cancel(connection->dbc);
        connection->operation = NULL;
        connection_move(connection, connection->dbc->is_dead ? LOSE : FINISH);
    }
}

const char *corm_connection_next_notice(struct corm_connection *connection)
{
    struct corm_dbc *dbc = connection->dbc;
    return dbc == NULL || dbc->ops->next_notice == NULL ? NULL
                                                        : dbc->ops->next_notice(dbc);
}

void corm_connection_interrupt(struct corm_connection *connection)
{
    if (connection->dbc != NULL) {
        connection->dbc->ops->interrupt(connection->dbc);
    }
}

static enum corm_rc fail_dead(struct corm_error *err)
{
    enum corm_rc rc =
        corm_fail(err, CORM_E_OPERATIONAL, "the connection to the database was lost");
    if (err != NULL) {
        err->is_disconnect = 1;
    }
    return rc;
}

enum corm_rc corm_connection_enter(struct corm_connection *connection,
                                   const void *operation, struct corm_error *err)
{
    switch ((enum corm_connection_state)connection->state) {
    case CORM_CONNECTION_IDLE:
        return CORM_OK;
    case CORM_CONNECTION_CLOSED:
        return corm_fail(err, CORM_E_RESOURCE_CLOSED, "this connection is closed");
    case CORM_CONNECTION_DEAD:
        return fail_dead(err);
    case CORM_CONNECTION_OPENING:
    case CORM_CONNECTION_BUSY:
        break;
    }
    if (connection->operation == operation) {
        return CORM_OK;
    }
    return corm_fail(err, CORM_E_ILLEGAL_STATE,
                     "this connection is %s: another operation on it is under way",
                     corm_connection_state_name(connection));
}

enum corm_io corm_connection_leave(struct corm_connection *connection,
                                   const void *operation, enum corm_io io)
{
    if (CORM_UNLIKELY(connection->dbc->is_dead)) {
        connection->operation = NULL;
        connection_move(connection, LOSE);
    } else if (CORM_UNLIKELY(io == CORM_IO_WAIT)) {
        connection->operation = operation;
        connection_move(connection, WAIT);
    } else if (CORM_UNLIKELY(connection->state != CORM_CONNECTION_IDLE)) {
        connection->operation = NULL;
        connection_move(connection, FINISH);
    }
    return io;
}

enum corm_io corm_connection_open_step(struct corm_connection *connection,
                                       struct corm_error *err)
{
    if (corm_connection_enter(connection, &opening, err) != CORM_OK) {
        return CORM_IO_ERROR;
    }
    enum corm_io io = connection->dbc->ops->connect_step(connection->dbc, err);
    if (io == CORM_IO_ERROR) {
        connection->dbc->is_dead = true;
    }
    return corm_connection_leave(connection, &opening, io);
}

enum corm_io corm_connection_control(struct corm_connection *connection,
                                     const char *sql, struct corm_error *err)
{
    if (corm_connection_enter(connection, sql, err) != CORM_OK) {
        return CORM_IO_ERROR;
    }
    enum corm_io io = connection->dbc->ops->control(connection->dbc, sql, err);
    return corm_connection_leave(connection, sql, io);
}

enum corm_io corm_connection_ping(struct corm_connection *connection,
                                  struct corm_error *err)
{
    if (corm_connection_enter(connection, &pinging, err) != CORM_OK) {
        return CORM_IO_ERROR;
    }
    enum corm_io io = connection->dbc->ops->ping(connection->dbc, err);
    return corm_connection_leave(connection, &pinging, io);
}

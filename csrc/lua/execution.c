/* SPDX-License-Identifier: MIT */
/* Running an execution to its first answer, and what its failure raises. */
#include "lua/execution.h"

#include <string.h>

#include "lua/closing.h"
#include "lua/execution_int.h"
#include "lua/native.h"
#include "lua/open.h"
#include "lua/params.h"
#include "lua/result_int.h"
#include "lua/wait.h"

static const char failed_key = 0; /* registry: function that raises, see set_on_error */

static void check_memory(lua_State *L, enum corm_rc rc, const struct corm_error *err)
{
    if (rc != CORM_OK) {
        lcorm_throw(L, err);
    }
}

struct corm_connection *lcorm_check_runnable(lua_State *L, int idx)
{
    lcorm_must_not_be_closing(L);
    struct corm_connection *connection = lcorm_check_connection(L, idx);
    if (connection->dbc == NULL) {
        lcorm_fail(L, CORM_E_RESOURCE_CLOSED, "this connection is closed");
    }
    return connection;
}

struct corm_execution *lcorm_push_execution(lua_State *L, int connection, int native,
                                            struct corm_connection *open)
{
    struct corm_error err;
    native = lua_absindex(L, native);
    struct lcorm_result *result = lcorm_result_new(L, connection);
    lua_pushvalue(L, native);
    lua_setiuservalue(L, -2, LCORM_RESULT_NATIVE);
    check_memory(L, corm_execution_init(&result->rows->execution, open, &err), &err);
    return &result->rows->execution;
}

struct corm_execution *lcorm_execution_begin(lua_State *L, int connection, int native,
                                             struct corm_compiled *compiled,
                                             uint32_t nsets)
{
    struct corm_error err;
    struct corm_execution *execution =
        lcorm_push_execution(L, connection, native, lcorm_check_runnable(L, native));
    check_memory(L, corm_execution_prepare(execution, compiled, nsets, &err), &err);
    return execution;
}

/* ---- failure ---- */

/* Push the values of an execution whose request was never made. */
static void push_raw_params(lua_State *L, const struct corm_execution *execution)
{
    const struct corm_request raw = { .params = execution->values,
                                      .nparams = execution->nslots,
                                      .nsets = execution->nsets };
    lcorm_push_params(L, &raw);
}

/* Push the statement that was or would have been sent, its parameters, are there many sets. */
static void push_statement(lua_State *L, const struct corm_execution *execution)
{
    const struct corm_workspace *work = execution->work;
    if (work != NULL && work->request.sql != NULL) {
        lua_pushlstring(L, work->request.sql, work->request.sql_len);
        lcorm_push_params(L, &work->request);
        lua_pushboolean(L, work->request.nsets > 1);
        return;
    }
    if (execution->compiled != NULL) {
        lua_pushlstring(L, execution->compiled->sql, execution->compiled->sql_len);
    } else if (work != NULL) {
        lua_pushlstring(L, work->text.data, work->text.len);
    } else {
        lua_pushliteral(L, "");
    }
    push_raw_params(L, execution);
    lua_pushboolean(L, execution->nsets > 1);
}

/* Raise the error on top as one of the execution's statement. */
static int raise_execution(lua_State *L, int connection,
                           const struct corm_execution *execution)
{
    int error = lua_gettop(L);
    luaL_checkstack(L, 10, "error");
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &failed_key) == LUA_TFUNCTION) {
        lua_pushvalue(L, connection);
        lua_pushvalue(L, error);
        push_statement(L, execution);
        lua_call(L, 5, 1);
    } else {
        lua_settop(L, error);
    }
    return lua_error(L);
}

int lcorm_fail_execution(lua_State *L, int connection, struct corm_execution *execution,
                         const struct corm_error *err)
{
    connection = lua_absindex(L, connection);
    lcorm_push_error(L, err);
    return raise_execution(L, connection, execution);
}

int lcorm_raise_result(lua_State *L, int idx)
{
    const struct lcorm_rows *rows = lcorm_rows_at(L, idx);
    lua_getiuservalue(L, idx, LCORM_RESULT_ROOT);
    lua_insert(L, -2);
    return raise_execution(L, lua_gettop(L) - 1, &rows->execution);
}

int lcorm_fail_result(lua_State *L, int idx, const struct corm_error *err)
{
    struct lcorm_rows *rows = lcorm_rows_at(L, idx);
    lua_getiuservalue(L, idx, LCORM_RESULT_ROOT);
    return lcorm_fail_execution(L, -1, &rows->execution, err);
}

/*
 * core.set_on_error(fn): fn(connection, error, statement, parameters, is_many) -> what to
 * raise instead
 */
static int core_set_on_error(lua_State *L)
{
    return lcorm_keep_function(L, &failed_key);
}

/* ---- running ---- */

/* The Result on top keeps its first row as that of the keys that were made. */
static void keep_key_row(lua_State *L)
{
    int idx = lua_gettop(L);
    if (lua_getiuservalue(L, idx, LCORM_RESULT_OWNER) == LUA_TNIL) {
        lcorm_push_key_row(L, idx);
        lua_setiuservalue(L, idx, LCORM_RESULT_OWNER);
    }
    lua_settop(L, idx);
}

/* The keys that the database made came as a row: keep it, and no rows are left. */
static int key_k(lua_State *L, int status, lua_KContext ctx)
{
    struct corm_error err;
    enum corm_io io;
    struct lcorm_rows *rows = lcorm_rows_at(L, -1);
    (void)ctx;
    do {
        io = corm_execution_fetch(&rows->execution, &err);
        if (io == CORM_IO_ROW) {
            keep_key_row(L);
        }
    } while (io == CORM_IO_ROW ||
             (io == CORM_IO_WAIT && lcorm_block(L, rows->execution.connection)));
    if (io == CORM_IO_WAIT) {
        lua_getiuservalue(L, -1, LCORM_RESULT_NATIVE);
        return lcorm_wait(L, status, 0, key_k);
    }
    if (io == CORM_IO_ERROR) {
        return lcorm_fail_result(L, lua_gettop(L), &err);
    }
    return rows->after_run(L, LUA_OK, rows->after_run_ctx);
}

/* The statement has run: say what its rows look like. */
static int finish_run(lua_State *L, struct lcorm_rows *rows)
{
    const struct corm_execution *execution = &rows->execution;
    if (execution->compiled != NULL && execution->compiled->has_key_returning) {
        return key_k(L, LUA_OK, 0);
    }
    if (execution->ncols > 0) {
        lcorm_settle_shape(L, lua_gettop(L));
    }
    return rows->after_run(L, LUA_OK, rows->after_run_ctx);
}

static int run_k(lua_State *L, int status, lua_KContext ctx)
{
    struct corm_error err;
    enum corm_io io;
    struct lcorm_rows *rows = lcorm_rows_at(L, -1);
    (void)ctx;
    do {
        io = corm_execution_run(&rows->execution, &err);
    } while (io == CORM_IO_WAIT && lcorm_block(L, rows->execution.connection));
    switch (io) {
    case CORM_IO_WAIT:
        lua_getiuservalue(L, -1, LCORM_RESULT_NATIVE);
        return lcorm_wait(L, status, 0, run_k);
    case CORM_IO_ERROR:
        return lcorm_fail_result(L, lua_gettop(L), &err);
    default:
        return finish_run(L, rows);
    }
}

int lcorm_execution_step(lua_State *L, lua_KContext ctx, lua_KFunction k)
{
    struct lcorm_rows *rows = lcorm_rows_at(L, -1);
    rows->after_run = k;
    rows->after_run_ctx = ctx;
    return run_k(L, LUA_OK, 0);
}

void lcorm_bind_execution(lua_State *L, int idx)
{
    struct corm_error err;
    struct lcorm_rows *rows = lcorm_rows_at(L, idx);
    lcorm_fill_constants(L, &rows->execution);
    if (corm_execution_bind(&rows->execution, &err) != CORM_OK) {
        lcorm_fail_result(L, idx, &err);
    }
}

int lcorm_execution_run(lua_State *L, lua_KContext ctx, lua_KFunction k)
{
    lcorm_bind_execution(L, lua_gettop(L));
    return lcorm_execution_step(L, ctx, k);
}

void lcorm_open_execution(lua_State *L)
{
    lua_pushcfunction(L, core_set_on_error);
    lua_setfield(L, -2, "set_on_error");
}

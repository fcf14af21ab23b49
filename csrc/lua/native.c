/* SPDX-License-Identifier: MIT */
/*
 * The native connection in Lua: what pool events call dbapi_connection. It answers
 * pollfd(), events() and timeout(), so any loop can wait for it; its other methods wait by
 * themselves.
 */
#include "lua/native.h"

#include <unistd.h>

#include "lua/closing.h"
#include "lua/open.h"
#include "lua/wait.h"

static void native_destroy(void *obj)
{
    corm_connection_unref(obj);
}

struct corm_connection *lcorm_check_connection(lua_State *L, int idx)
{
    return lcorm_check_box(L, idx, &lcorm_native_class);
}

struct corm_connection *lcorm_native_new(lua_State *L, int engine,
                                         const struct corm_url *url)
{
    struct corm_error err;
    struct corm_connection *connection;
    engine = lua_absindex(L, engine);
    lcorm_must_not_be_closing(L);
    struct corm_engine *shared = lcorm_check_box(L, engine, &lcorm_engine_class);
    struct lcorm_box *box =
        lcorm_box_new(L, &lcorm_native_class, LCORM_NATIVE_UV_COUNT);
    lua_pushvalue(L, engine);
    lua_setiuservalue(L, -2, LCORM_NATIVE_ENGINE);
    if (corm_connection_new(shared, url, &connection, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    box->obj = connection;
    return connection;
}

/* ---- steps that may wait ---- */

/* Wait for the connection at 1 and go on with k, or raise, or be done. */
static int answer(lua_State *L, int status, enum corm_io io,
                  const struct corm_error *err, lua_KFunction k)
{
    if (io == CORM_IO_WAIT) {
        lua_pushvalue(L, 1);
        return lcorm_wait(L, status, 0, k);
    }
    if (io == CORM_IO_ERROR) {
        return lcorm_throw(L, err);
    }
    return 0;
}

static int open_k(lua_State *L, int status, lua_KContext ctx)
{
    struct corm_error err;
    (void)ctx;
    return answer(L, status,
                  corm_connection_open_step(lcorm_check_connection(L, 1), &err), &err,
                  open_k);
}

/* native:open(): finish connecting */
static int native_open(lua_State *L)
{
    lua_settop(L, 1);
    return open_k(L, LUA_OK, 0);
}

static int control_k(lua_State *L, int status, lua_KContext ctx)
{
    struct corm_error err;
    const char *sql = lua_tostring(L, 2);
    (void)ctx;
    return answer(L, status,
                  corm_connection_control(lcorm_check_connection(L, 1), sql, &err),
                  &err, control_k);
}

/* native:control(sql): BEGIN, COMMIT, SAVEPOINT … */
static int native_control(lua_State *L)
{
    lcorm_check_string(L, 2, NULL);
    lua_settop(L, 2);
    return control_k(L, LUA_OK, 0);
}

static int ping_k(lua_State *L, int status, lua_KContext ctx)
{
    struct corm_error err;
    (void)ctx;
    return answer(L, status, corm_connection_ping(lcorm_check_connection(L, 1), &err),
                  &err, ping_k);
}

/* native:ping(): raises if the database does not answer */
static int native_ping(lua_State *L)
{
    lua_settop(L, 1);
    return ping_k(L, LUA_OK, 0);
}

/* ---- what a loop asks ---- */

/* native:pollfd() -> descriptor; -1 when only time must pass */
static int native_pollfd(lua_State *L)
{
    const struct corm_dbc *dbc = lcorm_check_connection(L, 1)->dbc;
    lua_pushinteger(L, dbc == NULL ? -1 : dbc->ops->pollfd(dbc));
    return 1;
}

/* native:events() -> "r", "w" or "rw" */
static int native_events(lua_State *L)
{
    static const char *const names[] = { "", "r", "w", "rw" };
    const struct corm_dbc *dbc = lcorm_check_connection(L, 1)->dbc;
    lua_pushstring(L, names[dbc == NULL ? 0 : dbc->ops->events(dbc) & 3]);
    return 1;
}

/* native:timeout() -> seconds after which to go on in any case; nil: never */
static int native_timeout(lua_State *L)
{
    const struct corm_dbc *dbc = lcorm_check_connection(L, 1)->dbc;
    int64_t ms = dbc == NULL ? 0 : dbc->ops->timeout_ms(dbc);
    if (ms < 0) {
        return 0;
    }
    lua_pushnumber(L, (lua_Number)ms / 1000);
    return 1;
}

/* ---- state ---- */

/* native:state() -> "opening", "idle", "busy", "dead" or "closed" */
static int native_state(lua_State *L)
{
    const struct lcorm_box *box = lcorm_check(L, 1, &lcorm_native_class);
    lua_pushstring(L,
                   box->obj == NULL ? "closed" : corm_connection_state_name(box->obj));
    return 1;
}

/* native:in_transaction() -> boolean, as the database itself says */
static int native_in_transaction(lua_State *L)
{
    const struct corm_dbc *dbc = lcorm_check_connection(L, 1)->dbc;
    lua_pushboolean(L, dbc != NULL && dbc->in_transaction);
    return 1;
}

/* native:set_begun(bool): a transaction was begun, and should last until this is false */
static int native_set_begun(lua_State *L)
{
    lcorm_check_connection(L, 1)->is_begun = lua_toboolean(L, 2);
    return 0;
}

/* native:is_in_step() -> boolean: the transaction that was begun is still there */
static int native_is_in_step(lua_State *L)
{
    lua_pushboolean(L, corm_connection_is_in_step(lcorm_check_connection(L, 1)));
    return 1;
}

/* native:cancel(): give up the operation that waits, if any */
static int native_cancel(lua_State *L)
{
    corm_connection_cancel(lcorm_check_connection(L, 1));
    return 0;
}

/* native:interrupt(): have what is under way fail, in whichever task */
static int native_interrupt(lua_State *L)
{
    corm_connection_interrupt(lcorm_check_connection(L, 1));
    return 0;
}

/* native:take_notices() -> what the server has said since the last call, a sequence */
static int native_take_notices(lua_State *L)
{
    struct corm_connection *connection = lcorm_check_connection(L, 1);
    const char *text;
    lua_newtable(L);
    for (int i = 1; (text = corm_connection_next_notice(connection)) != NULL; i++) {
        lua_pushstring(L, text);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* native:close(): close it, whoever else holds it */
static int native_close(lua_State *L)
{
    struct lcorm_box *box = lcorm_check(L, 1, &lcorm_native_class);
    struct corm_connection *connection = box->obj;
    if (connection != NULL) {
        box->obj = NULL;
        corm_connection_close(connection);
        corm_connection_unref(connection);
    }
    return 0;
}

/* native:drop_results(): close the results whose rows were not all fetched */
static int native_drop_results(lua_State *L)
{
    corm_connection_drop_results(lcorm_check_connection(L, 1));
    return 0;
}

/* native:is_foreign() -> boolean: it belongs to another process, which forked this one */
static int native_is_foreign(lua_State *L)
{
    const struct corm_dbc *dbc = lcorm_check_connection(L, 1)->dbc;
    lua_pushboolean(L, dbc != NULL && dbc->pid != (int)getpid());
    return 1;
}

/* native:info() -> {name, driver, server_version, max_params, has_rowid, has_many_rows} */
static int native_info(lua_State *L)
{
    const struct corm_dbc *dbc = lcorm_check_connection(L, 1)->dbc;
    lua_createtable(L, 0, 6);
    if (dbc == NULL) {
        return 1;
    }
    lua_pushstring(L, dbc->info.name);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, dbc->info.driver);
    lua_setfield(L, -2, "driver");
    lua_pushinteger(L, dbc->info.server_version);
    lua_setfield(L, -2, "server_version");
    lua_pushinteger(L, dbc->info.max_params);
    lua_setfield(L, -2, "max_params");
    lua_pushboolean(L, dbc->info.has_rowid);
    lua_setfield(L, -2, "has_rowid");
    lua_pushboolean(L, dbc->info.has_many_rows);
    lua_setfield(L, -2, "has_many_rows");
    return 1;
}

static const luaL_Reg methods[] = {
    { "cancel", native_cancel },
    { "close", native_close },
    { "control", native_control },
    { "drop_results", native_drop_results },
    { "events", native_events },
    { "in_transaction", native_in_transaction },
    { "info", native_info },
    { "interrupt", native_interrupt },
    { "is_foreign", native_is_foreign },
    { "is_in_step", native_is_in_step },
    { "open", native_open },
    { "ping", native_ping },
    { "set_begun", native_set_begun },
    { "pollfd", native_pollfd },
    { "state", native_state },
    { "take_notices", native_take_notices },
    { "timeout", native_timeout },
    { NULL, NULL },
};

const struct lcorm_class lcorm_native_class = { .name = "corm.NativeConnection",
                                                .methods = methods,
                                                .destroy = native_destroy };

/* Publish {methods}, so that Lua can add execute(), commit() and rollback(). */
void lcorm_open_native(lua_State *L)
{
    luaL_getsubtable(L, -1, "families");
    lua_newtable(L);
    lcorm_class_push(L, &lcorm_native_class);
    lua_getfield(L, -1, "__index");
    lua_setfield(L, -3, "methods");
    lua_pop(L, 1);
    lua_setfield(L, -2, "NativeConnection");
    lua_pop(L, 1);
}

/* SPDX-License-Identifier: MIT */
/*
 * All rows of a Result at once, for the layer that put its source there: objects that
 * several rows fill are complete only after the last one.
 */
#include "lua/execution.h"
#include "lua/open.h"
#include "lua/result_int.h"
#include "lua/wait.h"

enum { RESULT = 1, OWNER, VALUES };

/* Stack: the Result, its source's object, the values so far (nil: they are dropped). */
static int gather_k(lua_State *L, int status, lua_KContext ctx)
{
    struct lcorm_rows *rows = lcorm_check_rows(L, RESULT);
    struct corm_error err;
    lua_Integer n = (lua_Integer)ctx;
    for (;;) {
        lua_settop(L, VALUES);
        switch (rows->source->next(L, OWNER, rows, &err)) {
        case CORM_IO_ROW:
            if (lua_isnil(L, VALUES)) {
                break;
            }
            lcorm_nil_to_null(L);
            lua_rawseti(L, VALUES, ++n);
            break;
        case CORM_IO_WAIT:
            lua_getiuservalue(L, RESULT, LCORM_RESULT_NATIVE);
            return lcorm_wait(L, status, (lua_KContext)n, gather_k);
        case CORM_IO_ERROR:
            lua_getiuservalue(L, RESULT, LCORM_RESULT_ROOT);
            return lcorm_fail_execution(L, lua_gettop(L), &rows->execution, &err);
        case CORM_IO_DONE:
            if (lua_istable(L, VALUES)) {
                lcorm_result_replay(L, RESULT, VALUES, rows->source->is_scalar);
            }
            return 0;
        }
    }
}

static void begin(lua_State *L)
{
    const struct lcorm_rows *rows = lcorm_check_rows(L, RESULT);
    lcorm_arg_check(L, rows->source != NULL, RESULT, "result with a source expected");
    luaL_checkstack(L, 20, "result");
    lua_settop(L, RESULT);
    lua_getiuservalue(L, RESULT, LCORM_RESULT_OWNER);
}

/* core.gather(result): read all rows now; the result hands them out as before */
static int core_gather(lua_State *L)
{
    begin(L);
    lua_newtable(L);
    return gather_k(L, LUA_OK, 0);
}

/* core.drain(result): read all rows and keep none of the values */
static int core_drain(lua_State *L)
{
    begin(L);
    lua_pushnil(L);
    return gather_k(L, LUA_OK, 0);
}

/* core.require_unique(result): fetching without unique() is an error from now on */
static int core_require_unique(lua_State *L)
{
    lcorm_check_rows(L, RESULT)->must_be_unique = true;
    return 0;
}

/* core.needs_unique(result) -> boolean */
static int core_needs_unique(lua_State *L)
{
    lua_pushboolean(L, lcorm_check_rows(L, RESULT)->must_be_unique);
    return 1;
}

void lcorm_open_result_gather(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "drain", core_drain },
        { "gather", core_gather },
        { "needs_unique", core_needs_unique },
        { "require_unique", core_require_unique },
        { NULL, NULL },
    };
    luaL_setfuncs(L, functions, 0);
}

/* SPDX-License-Identifier: MIT */
/*
 * Objects in chunks: so many rows are loaded, what else belongs to their objects is loaded
 * for all of them, then they are handed out. Memory is that of one chunk, however many rows
 * there are.
 */
#include "lua/execution.h"
#include "lua/loader_int.h"
#include "lua/open.h"
#include "lua/result_int.h"
#include "lua/wait.h"

enum { RESULT = 1, LOADER, MAX, VALUES };

/* What the loader has collected of the chunk before is done with. */
static void forget_chunk(lua_State *L, const struct lcorm_loader *loader)
{
    for (uint16_t i = 0; i < loader->plan->nentities; i++) {
        if (loader->plan->entities[i].is_collected) {
            lua_newtable(L);
            lua_setiuservalue(L, LOADER,
                              lcorm_loader_uservalue(i, LCORM_LOADER_ENTITY_LIST));
        }
    }
    if (loader->is_noted) {
        lua_newtable(L);
        lua_setiuservalue(L, LOADER, LCORM_LOADER_NOTES);
    }
}

static int chunk_k(lua_State *L, int status, lua_KContext ctx)
{
    struct lcorm_rows *rows = lcorm_check_rows(L, RESULT);
    const struct lcorm_row_source *source =
        lcorm_loader_source(lua_touserdata(L, LOADER));
    lua_Integer max = lua_tointeger(L, MAX);
    lua_Integer n = (lua_Integer)ctx;
    enum corm_io io = CORM_IO_ROW;
    struct corm_error err;

    lua_settop(L, VALUES);
    while (n < max && (io = source->next(L, LOADER, rows, &err)) == CORM_IO_ROW) {
        lcorm_nil_to_null(L);
        lua_rawseti(L, VALUES, ++n);
    }
    if (io == CORM_IO_WAIT) {
        lua_getiuservalue(L, RESULT, LCORM_RESULT_NATIVE);
        return lcorm_wait(L, status, (lua_KContext)n, chunk_k);
    }
    if (io == CORM_IO_ERROR) {
        lua_getiuservalue(L, RESULT, LCORM_RESULT_ROOT);
        return lcorm_fail_execution(L, lua_gettop(L), &rows->execution, &err);
    }
    lua_pushboolean(L, io == CORM_IO_DONE);
    return 2;
}

/* core.load_chunk(result, loader, n) -> sequence of the next n values, is it the last one */
static int core_load_chunk(lua_State *L)
{
    lcorm_check_rows(L, RESULT);
    forget_chunk(L, lcorm_check(L, LOADER, &lcorm_loader_class));
    lcorm_check_integer(L, MAX);
    luaL_checkstack(L, 20, "result");
    lua_settop(L, MAX);
    lua_newtable(L);
    return chunk_k(L, LUA_OK, 0);
}

/* core.replay_chunks(result, chunks): see lcorm_result_replay_chunks() */
static int core_replay_chunks(lua_State *L)
{
    const struct lcorm_rows *rows = lcorm_check_rows(L, RESULT);

    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    if (rows->source == NULL) {
        return lcorm_fail_arg(L, RESULT, "result with a source expected");
    }
    lcorm_result_replay_chunks(L, RESULT, 2, rows->source->is_scalar);
    return 0;
}

void lcorm_open_loader_chunk(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "load_chunk", core_load_chunk },
        { "replay_chunks", core_replay_chunks },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}

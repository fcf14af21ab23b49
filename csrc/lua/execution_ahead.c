/* SPDX-License-Identifier: MIT */
/* All rows of a statement, for the log, before the program gets the first of them. */
#include "lua/execution_int.h"
#include "lua/open.h"
#include "lua/result_int.h"
#include "lua/wait.h"

static void push_names(lua_State *L, const struct corm_execution *execution)
{
    uint32_t n = execution->cursor == NULL ? 0 : execution->ncols;
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
        lua_pushstring(L, execution->cursor->cols[i].name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* The values as the database gave them. */
static void push_row(lua_State *L, const struct corm_value *cells, uint32_t ncells)
{
    lua_createtable(L, (int)ncells, 0);
    for (uint32_t i = 0; i < ncells; i++) {
        if (cells[i].tag == CORM_TAG_NULL) {
            lcorm_push_null(L);
        } else {
            lcorm_push_value(L, &cells[i]);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static int push_all(lua_State *L, const struct corm_execution *execution)
{
    lua_Integer n = 0;
    luaL_checkstack(L, 6, "rows");
    push_names(L, execution);
    lua_newtable(L);
    for (const struct corm_ahead *row = execution->ahead; row != NULL;
         row = row->next) {
        push_row(L, row->cells, execution->ncols);
        lua_rawseti(L, -2, ++n);
    }
    return 2;
}

static int read_k(lua_State *L, int status, lua_KContext ctx)
{
    struct corm_error err;
    struct corm_execution *execution = &lcorm_check_rows(L, 1)->execution;
    (void)ctx;
    lua_settop(L, 1);
    switch (corm_execution_read_ahead(execution, &err)) {
    case CORM_IO_WAIT:
        lua_getiuservalue(L, 1, LCORM_RESULT_NATIVE);
        return lcorm_wait(L, status, 0, read_k);
    case CORM_IO_ERROR:
        return lcorm_fail_result(L, 1, &err);
    default:
        return push_all(L, execution);
    }
}

/*
 * core.execution.read_ahead(result) -> {name, …}, {{value, …}, …}: all rows; the result
 * hands them out as before
 */
static int core_read_ahead(lua_State *L)
{
    return read_k(L, LUA_OK, 0);
}

void lcorm_open_execution_ahead(lua_State *L)
{
    lua_getfield(L, -1, "execution");
    lua_pushcfunction(L, core_read_ahead);
    lua_setfield(L, -2, "read_ahead");
    lua_pop(L, 1);
}

/* SPDX-License-Identifier: MIT */
#include "row_table.h"
#include "limit.h"
#include <lauxlib.h>

enum { LIST = 1, ID, NAME, DESCRIPTION };

static const char READ_ALL[] =
    "local list = ...\n"
    "local sum = 0\n"
    "for i = 1, #list do\n"
    "    local t = list[i]\n"
    "    local id, name, text = t.id, t.name, t.description\n"
    "    sum = sum + id + #name + #text\n"
    "end\n"
    "return sum\n";

static lua_State *state;

lua_State *row_tables_open(void)
{
    state = luaL_newstate();
    if (!state) {
        limit_fail("lua", "not enough memory");
    }
    return state;
}

void row_tables_begin(lua_State *L)
{
    lua_createtable(L, 0, 0);
    lua_pushliteral(L, "id");
    lua_pushliteral(L, "name");
    lua_pushliteral(L, "description");
}

static void add_text(lua_State *L, int key, struct row_text text)
{
    lua_pushvalue(L, key);
    lua_pushlstring(L, text.ptr, text.len);
    lua_rawset(L, -3);
}

void row_tables_add(lua_State *L, long nth, long long id, struct row_text name,
                    struct row_text description)
{
    lua_createtable(L, 0, 3);
    lua_pushvalue(L, ID);
    lua_pushinteger(L, id);
    lua_rawset(L, -3);
    add_text(L, NAME, name);
    add_text(L, DESCRIPTION, description);
    lua_rawseti(L, LIST, nth);
}

void row_tables_end(lua_State *L)
{
    lua_settop(L, LIST);
}

void row_tables_read(lua_State *L)
{
    if (luaL_loadstring(L, READ_ALL) != LUA_OK) {
        limit_fail("lua", lua_tostring(L, -1));
    }
    lua_pushvalue(L, LIST);
    lua_call(L, 1, 1);
    limit_use((unsigned long long)lua_tointeger(L, -1));
    lua_pop(L, 1);
}

void row_tables_close(void)
{
    lua_close(state);
    state = NULL;
}

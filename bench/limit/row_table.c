/* SPDX-License-Identifier: MIT */
#include "row_table.h"
#include "limit.h"
#include <lauxlib.h>

enum { LIST = 1, ID };

static const char READ_ALL[] =
    "local list = ...\n"
    "local sum = 0\n"
    "for i = 1, #list do\n"
    "    local t = list[i]\n"
    "    local id, name, text = t.id, t.name, t.description\n"
    "    sum = sum + id + #name + #text\n"
    "end\n"
    "return sum\n";

static const char STREAM[] = "local sum = 0\n"
                             "for t in ... do\n"
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

static void push_names(lua_State *L)
{
    lua_pushliteral(L, "id");
    lua_pushliteral(L, "name");
    lua_pushliteral(L, "description");
}

void row_tables_begin(lua_State *L)
{
    lua_createtable(L, 0, 0);
    push_names(L);
}

static void add_text(lua_State *L, int key, struct row_text text)
{
    lua_pushvalue(L, key);
    lua_pushlstring(L, text.ptr, text.len);
    lua_rawset(L, -3);
}

void row_table_push(lua_State *L, int names, long long id, struct row_text name,
                    struct row_text description)
{
    int step = names > 0 ? 1 : -1; /* upvalues count downwards */

    lua_createtable(L, 0, 3);
    lua_pushvalue(L, names);
    lua_pushinteger(L, id);
    lua_rawset(L, -3);
    add_text(L, names + step, name);
    add_text(L, names + 2 * step, description);
}

void row_tables_add(lua_State *L, long nth, long long id, struct row_text name,
                    struct row_text description)
{
    row_table_push(L, ID, id, name, description);
    lua_rawseti(L, LIST, nth);
}

void row_tables_end(lua_State *L)
{
    lua_settop(L, LIST);
}

/* Call the chunk with the value on top and use the number that it returns. */
static void run_chunk(lua_State *L, const char *chunk)
{
    if (luaL_loadstring(L, chunk) != LUA_OK) {
        limit_fail("lua", lua_tostring(L, -1));
    }
    lua_insert(L, -2);
    lua_call(L, 1, 1);
    limit_use((unsigned long long)lua_tointeger(L, -1));
    lua_pop(L, 1);
}

void row_tables_read(lua_State *L)
{
    lua_pushvalue(L, LIST);
    run_chunk(L, READ_ALL);
}

void row_tables_stream(lua_State *L, lua_CFunction next)
{
    push_names(L);
    lua_pushcclosure(L, next, 3);
    run_chunk(L, STREAM);
}

void row_tables_close(void)
{
    lua_close(state);
    state = NULL;
}

/* SPDX-License-Identifier: MIT */
/* What a query's columns are called from outside, for the `c` of subqueries. */
#include "base/arena.h"
#include "lua/open.h"
#include "lua/statement.h"
#include "sql/columns.h"

static int arena_gc(lua_State *L)
{
    corm_arena_release(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg arena_meta[] = {
    { "__gc", arena_gc },
    { NULL, NULL },
};

static const struct lcorm_class arena_class = { .name = "corm.arena",
                                                .meta = arena_meta,
                                                .size = sizeof(struct corm_arena) };

/* core.query_columns(query) -> sequence of {key, name, anonymous} */
static int core_query_columns(lua_State *L)
{
    struct corm_error err;
    struct corm_query_column *columns;
    uint32_t ncolumns;
    const struct corm_node *query = lcorm_check_node(L, 1);
    struct corm_arena *arena = lcorm_object_new(L, &arena_class, sizeof(*arena), 0);
    if (corm_query_columns(query, arena, &columns, &ncolumns, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    lua_createtable(L, (int)ncolumns, 0);
    for (uint32_t i = 0; i < ncolumns; i++) {
        lua_createtable(L, 0, 3);
        lua_pushlstring(L, columns[i].key, columns[i].key_len);
        lua_setfield(L, -2, "key");
        lua_pushlstring(L, columns[i].name, columns[i].name_len);
        lua_setfield(L, -2, "name");
        lua_pushboolean(L, columns[i].is_anonymous);
        lua_setfield(L, -2, "anonymous");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static const luaL_Reg functions[] = {
    { "query_columns", core_query_columns },
    { NULL, NULL },
};

void lcorm_open_statement_columns(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}

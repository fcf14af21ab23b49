/* SPDX-License-Identifier: MIT */
/* The corm.core table: its own few functions, then what every other file adds. */
#include "base/alloc.h"
#include "base/counter.h"
#include "lua/kit_int.h"
#include "lua/open.h"

/* core.counters() -> table of live objects of the core by name */
static int core_counters(lua_State *L)
{
    lua_createtable(L, 0, CORM_COUNTER_COUNT + 2);
    for (int i = 0; i < CORM_COUNTER_COUNT; i++) {
        lua_pushinteger(L, corm_counter_get((enum corm_counter)i));
        lua_setfield(L, -2, corm_counter_name((enum corm_counter)i));
    }
    lua_pushinteger(L, (lua_Integer)corm_alloc_live_blocks());
    lua_setfield(L, -2, "blocks");
    lua_pushinteger(L, (lua_Integer)corm_alloc_live_bytes());
    lua_setfield(L, -2, "bytes");
    return 1;
}

/* core.alloc_fail_after(n, forever): let the n-th next allocation of the core fail */
static int core_alloc_fail_after(lua_State *L)
{
    lua_Integer n = lcorm_check_integer(L, 1);
    lcorm_arg_check(L, n >= 0, 1, "not negative");
    corm_alloc_fail_after((unsigned long)n, lua_toboolean(L, 2));
    return 0;
}

/* core.alloc_did_fail() -> boolean: whether that allocation was reached */
static int core_alloc_did_fail(lua_State *L)
{
    lua_pushboolean(L, corm_alloc_did_fail());
    return 1;
}

/* core.metafield(value, name) -> field of the value's metatable, even a hidden one, or nil */
static int core_metafield(lua_State *L)
{
    lcorm_check_any(L, 1);
    if (luaL_getmetafield(L, 1, lcorm_check_string(L, 2, NULL)) == LUA_TNIL) {
        lua_pushnil(L);
    }
    return 1;
}

static const luaL_Reg core_functions[] = {
    { "alloc_did_fail", core_alloc_did_fail },
    { "alloc_fail_after", core_alloc_fail_after },
    { "counters", core_counters },
    { "metafield", core_metafield },
    { "nearest", lcorm_nearest_name },
    { "set_error_classes", lcorm_set_error_classes },
    { "set_refusal", lcorm_set_refusal },
    { "where", lcorm_where },
    { NULL, NULL },
};

/* A file's classes may build on those of the files before it. */
static void (*const openers[])(lua_State *L) = {
    lcorm_open_value,    lcorm_open_date,    lcorm_open_datetime,
    lcorm_open_interval, lcorm_open_decimal, lcorm_open_event,
    lcorm_open_sql,      lcorm_open_engines, lcorm_open_orm,
};

int lcorm_open_core(lua_State *L)
{
    luaL_checkversion(L);
    luaL_newlib(L, core_functions);
    for (size_t i = 0; i < CORM_LENGTH(openers); i++) {
        openers[i](L);
    }
    return 1;
}

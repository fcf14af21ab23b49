/* SPDX-License-Identifier: MIT */
/*
 * Lua tells nobody that it closes. But it unwinds all calls first, so that a finalizer is
 * then the outermost function; at any other time it runs on top of what was interrupted.
 */
#include "lua/closing.h"

#include <string.h>

/* While a finalizer runs the collector answers nothing. */
static bool is_finalizing(lua_State *L)
{
    return lua_gc(L, LUA_GCCOUNT) < 0;
}

/* The outermost function of L into *out; false if none is running. */
static bool find_outermost(lua_State *L, lua_Debug *out)
{
    lua_Debug frame;
    bool is_found = false;
    for (int level = 0; lua_getstack(L, level, &frame) != 0; level++) {
        *out = frame;
        is_found = true;
    }
    return is_found;
}

void lcorm_must_not_be_closing(lua_State *L)
{
    lua_Debug outermost;
    if (CORM_LIKELY(!is_finalizing(L)) || !find_outermost(L, &outermost)) {
        return;
    }
    lua_getinfo(L, "n", &outermost);
    if (outermost.name != NULL && strcmp(outermost.name, "__gc") == 0) {
        lcorm_fail(L, CORM_E_RESOURCE_CLOSED,
                   "Lua is closing: a finalizer cannot connect or execute any more");
    }
}

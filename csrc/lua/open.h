/* SPDX-License-Identifier: MIT */
/*
 * What each file of the binding puts into the table that require("corm.core") returns.
 * A new file declares its function here and core.c calls it.
 */
#ifndef CORM_LUA_OPEN_H
#define CORM_LUA_OPEN_H

#include <lua.h>

/** Push the complete corm.core table; the body of luaopen_corm_core. */
int lcorm_open_core(lua_State *L);

/*
 * Each of these finds the core table on top of the stack, adds its classes, constructors
 * and functions to it, and leaves the stack as it was.
 */

/** NULL and the classes of values. */
void lcorm_open_value(lua_State *L);

#endif

/* SPDX-License-Identifier: MIT */
/* The metatable through which a mapped class's instances are read and written. */
#ifndef CORM_LUA_INSTANCE_ACCESS_H
#define CORM_LUA_INSTANCE_ACCESS_H

#include "lua/kit.h"

/**
 * Push the metatable for instances of a class. Absolute indices: the mapper, the table of
 * members (methods), and the tables of getters and setters by name.
 */
void lcorm_instance_metatable(lua_State *L, int mapper, int members, int getters,
                              int setters);

#endif

/* SPDX-License-Identifier: MIT */
/* What the kit's own files and core.c share; nobody else needs it. */
#ifndef CORM_LUA_KIT_INT_H
#define CORM_LUA_KIT_INT_H

#include "lua/kit.h"

/** core.set_error_classes(metatables by class name, prefix of corm's own sources) */
int lcorm_set_error_classes(lua_State *L);

/** core.set_refusal(function(caller, expected, value)), which raises */
int lcorm_set_refusal(lua_State *L);

/** core.where() -> "file:line" of the first caller outside corm, or nil */
int lcorm_where(lua_State *L);

/** core.nearest(name, list) -> the name of the list that was probably meant, or nil */
int lcorm_nearest_name(lua_State *L);

/** Push "file:line" of the first Lua function on the stack that is not corm's, or nil. */
void lcorm_push_where(lua_State *L);

#endif

/* SPDX-License-Identifier: MIT */
/* Making instances from Lua; methods of the mapper. */
#ifndef CORM_LUA_INSTANCE_CONSTRUCT_H
#define CORM_LUA_INSTANCE_CONSTRUCT_H

#include "lua/kit.h"
#include "orm/instance.h"

/** Push a transient instance of the mapper at mapper_idx, ready to be filled. */
struct corm_instance *lcorm_instance_push_new(lua_State *L, int mapper_idx);

/** mapper:new() -> object */
int lcorm_mapper_new_instance(lua_State *L);

/** mapper:construct(args, [object]) -> object */
int lcorm_mapper_construct(lua_State *L);

/**
 * mapper:constructor(otherwise) -> the `__call` of a class nobody has a part in making
 * instances of; `otherwise` is called with whatever is no table of arguments.
 */
int lcorm_mapper_constructor(lua_State *L);

#endif

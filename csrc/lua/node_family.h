/* SPDX-License-Identifier: MIT */
/*
 * Families: classes of inline objects whose attributes come from three places, in this
 * order: methods (functions), the object's own detail (user value 1, if the family says so
 * and it is a table), getters (functions of the object). Lua modules add to the first and
 * the last through core.families.NAME.methods and .getters; a family inherits both from
 * its parent. Asking for anything else is an error.
 */
#ifndef CORM_LUA_NODE_FAMILY_H
#define CORM_LUA_NODE_FAMILY_H

#include "lua/kit.h"

struct lcorm_family {
    struct lcorm_class cls; /* first, so that a family is a class */
    const struct lcorm_family *parent; /* or NULL */
    const luaL_Reg *getters; /* or NULL */
    bool has_detail; /* user value 1 holds attributes */
};

/**
 * Create the family's metatable and publish {methods, getters, meta} as
 * core.families[cls.name without "corm."]. The core table is on top of the stack and the
 * parent is open already.
 */
void lcorm_family_open(lua_State *L, const struct lcorm_family *family);

#endif

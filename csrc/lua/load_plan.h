/* SPDX-License-Identifier: MIT */
/*
 * Plans for loading in Lua: an inline userdata with a struct corm_load_plan (see
 * orm/loader.h). User values: 1 what the plan points into, 2 by row of the plan the names of
 * its values, 3 by row its metatable, made when the first result is there, 4 by entity the
 * options that its instances carry.
 */
#ifndef CORM_LUA_LOAD_PLAN_H
#define CORM_LUA_LOAD_PLAN_H

#include "lua/kit.h"
#include "orm/loader.h"

extern const struct lcorm_class lcorm_load_plan_class;

enum lcorm_load_plan_uservalue {
    LCORM_LOAD_PLAN_PINS = 1,
    LCORM_LOAD_PLAN_NAMES,
    LCORM_LOAD_PLAN_META,
    LCORM_LOAD_PLAN_OPTIONS,
    LCORM_LOAD_PLAN_USERVALUES = LCORM_LOAD_PLAN_OPTIONS
};

struct corm_compiled;

/** Push the sequence of the metatables of the rows of the plan at idx, made if need be. */
void lcorm_push_plan_metatables(lua_State *L, int idx, struct corm_compiled *compiled);

#endif

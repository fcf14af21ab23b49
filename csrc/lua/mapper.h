/* SPDX-License-Identifier: MIT */
/*
 * The mapper in Lua: a box around struct corm_mapper. Its user values: 1 the class, 2 a
 * table that pins names, tables and other mappers, 3 the instances' metatable, 4 by
 * attribute position what makes its collections (a table, see collection.h).
 */
#ifndef CORM_LUA_MAPPER_H
#define CORM_LUA_MAPPER_H

#include "lua/kit.h"
#include "orm/mapper.h"

extern const struct lcorm_class lcorm_mapper_class;

enum lcorm_mapper_uservalue {
    LCORM_MAPPER_CLASS = 1,
    LCORM_MAPPER_PINS,
    LCORM_MAPPER_METATABLE,
    LCORM_MAPPER_COLLECTIONS,
    LCORM_MAPPER_USERVALUES = LCORM_MAPPER_COLLECTIONS
};

/** The mapper at idx; raises ArgumentError if there is something else. */
struct corm_mapper *lcorm_check_mapper(lua_State *L, int idx);

/** Push the Lua object of a mapper of this state. */
void lcorm_push_mapper(lua_State *L, const struct corm_mapper *mapper);

/** Push the metatable of the mapper's instances. */
void lcorm_push_instance_metatable(lua_State *L, const struct corm_mapper *mapper);

#endif

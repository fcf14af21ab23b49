/* SPDX-License-Identifier: MIT */
/*
 * Type objects: a struct corm_type inside a userdata. User value 1 is the detail table that
 * the type was made from; its strings and other types are pinned there. Classes of types
 * (String, Numeric, a TypeDecorator …) are Lua tables, see
 * lua/corm/types.lua; detail.class is the type's own.
 */
#ifndef CORM_LUA_TYPE_H
#define CORM_LUA_TYPE_H

#include "lua/kit.h"
#include "sql/type.h"

extern const struct lcorm_class lcorm_type_class;

/** The type object at idx, or NULL. */
const struct corm_type *lcorm_test_type(lua_State *L, int idx);

/** The type object at idx; raises ArgumentError if there is something else. */
const struct corm_type *lcorm_check_type(lua_State *L, int idx);

/** Push the type object that stands for one of the core's own types. */
void lcorm_push_static_type(lua_State *L, const struct corm_type *type);

struct corm_dialect;

/**
 * Push the sequence that a TEXT cell of an ARRAY type says; its bytes must stay. dialect:
 * NULL for the default's processors. Raises DataError for any other text.
 */
void lcorm_push_array(lua_State *L, const struct corm_type *type,
                      const struct corm_value *cell,
                      const struct corm_dialect *dialect);

/** Push the type object whose lua_id this is, nil if it is gone. */
void lcorm_push_type_by_id(lua_State *L, uint64_t lua_id);

#endif

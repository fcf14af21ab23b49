/* SPDX-License-Identifier: MIT */
/* What shape.c and row.c share. */
#ifndef CORM_LUA_ROW_INT_H
#define CORM_LUA_ROW_INT_H

#include "lua/row.h"

extern const struct lcorm_class lcorm_mapping_class; /* corm.RowMapping */

/** row[key]; upvalues: the shape's look-up table, the methods of the class. */
int lcorm_row_index(lua_State *L);

/** lcorm_shape_find() with the look-up table's index at hand. */
int lcorm_shape_find_in(lua_State *L, const struct lcorm_shape *shape, int lookup,
                        int key);

/** A shape that is being made is not yet constant. */
static inline struct lcorm_shape *lcorm_shape_writable(const struct lcorm_shape *shape)
{
    return (struct lcorm_shape *)(uintptr_t)shape;
}

#endif

/* SPDX-License-Identifier: MIT */
/* What shape.c and row.c share. */
#ifndef CORM_LUA_ROW_INT_H
#define CORM_LUA_ROW_INT_H

#include "lua/row.h"

extern const struct lcorm_class lcorm_mapping_class; /* corm.RowMapping */

/** row[key]; upvalues: the shape, the methods of the class. */
int lcorm_row_index(lua_State *L);

/** The slot of struct lcorm_shape.names where the search for an address begins. */
static inline uint32_t lcorm_shape_slot(const struct lcorm_shape *shape,
                                        const void *address)
{
    uintptr_t bits = (uintptr_t)address;
    return (uint32_t)(bits >> 4 ^ bits >> 9) & shape->name_mask;
}

/** Position (from 0) of the column whose name has this address, -1 if none is known. */
static inline int lcorm_shape_find_address(const struct lcorm_shape *shape,
                                           const void *address)
{
    uint32_t at = lcorm_shape_slot(shape, address);
    while (shape->names[at].name != address) {
        if (shape->names[at].name == NULL) {
            return -1;
        }
        at = (at + 1) & shape->name_mask;
    }
    return address == NULL ? -1 : (int)shape->names[at].position;
}

/** A shape that is being made is not yet constant. */
static inline struct lcorm_shape *lcorm_shape_writable(const struct lcorm_shape *shape)
{
    return (struct lcorm_shape *)(uintptr_t)shape;
}

#endif

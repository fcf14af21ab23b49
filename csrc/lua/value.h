/* SPDX-License-Identifier: MIT */
/*
 * The immutable values that Lua has no type for: NULL, dates, times, intervals, decimals.
 * Each is an inline object that begins with a struct corm_value; a decimal's text follows
 * it. All belong to lcorm_value_class and to the class of their own.
 */
#ifndef CORM_LUA_VALUE_H
#define CORM_LUA_VALUE_H

#include "lua/kit.h"

extern const struct lcorm_class lcorm_value_class; /* any of the below */
extern const struct lcorm_class lcorm_null_class;
extern const struct lcorm_class lcorm_date_class;
extern const struct lcorm_class lcorm_time_class;
extern const struct lcorm_class lcorm_datetime_class;
extern const struct lcorm_class lcorm_interval_class;
extern const struct lcorm_class lcorm_decimal_class;

/** Push an object of the class that holds a copy of the cell, its bytes included. */
void lcorm_value_new(lua_State *L, const struct lcorm_class *cls,
                     const struct corm_value *value);

#endif

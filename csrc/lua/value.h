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

/** Push the cell if rc is CORM_OK, else raise err as an ArgumentError. Returns 1. */
int lcorm_value_return(lua_State *L, enum corm_rc rc, const struct corm_value *value,
                       struct corm_error *err);

/**
 * Put what the program sees as the class into the core table on top of the stack, under the
 * name after "corm.": callable (construct gets the arguments from index 1), with the
 * class's methods, the functions of statics, and is(value).
 */
void lcorm_value_publish(lua_State *L, const struct lcorm_class *cls,
                         lua_CFunction construct, const luaL_Reg *statics);

/**
 * For a binary metamethod that does not know its operands: call the metamethod of the one
 * that is no value (a column in `decimal - column`), or raise ArgumentError. Returns 1.
 */
int lcorm_value_reflect(lua_State *L, const char *event);

/* Comparison metamethods of all values. */
int lcorm_value_eq(lua_State *L);
int lcorm_value_lt(lua_State *L);
int lcorm_value_le(lua_State *L);

/* Arithmetic metamethods of dates, datetimes and intervals. */
int lcorm_temporal_add(lua_State *L);
int lcorm_temporal_sub(lua_State *L);

#endif

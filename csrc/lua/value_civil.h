/* SPDX-License-Identifier: MIT */
/* What dates, times and datetimes have in common in Lua: calendar fields and zones. */
#ifndef CORM_LUA_VALUE_CIVIL_H
#define CORM_LUA_VALUE_CIVIL_H

#include "base/datetime.h"
#include "lua/value.h"

/* The first and the number of the calendar fields that a class has, year to microsecond. */
struct lcorm_civil_fields {
    int first;
    int count;
};

extern const struct lcorm_civil_fields lcorm_date_fields;
extern const struct lcorm_civil_fields lcorm_time_fields;
extern const struct lcorm_civil_fields lcorm_datetime_fields;

/**
 * Read constructor arguments from index 1 on: integers in the order of the fields, then
 * possibly a table of fields by name and, if there is a clock, `tz`. Raises ArgumentError for
 * what is missing or wrong; ranges are checked by whoever makes the value.
 */
void lcorm_civil_read(lua_State *L, const struct lcorm_civil_fields *fields,
                      struct corm_civil *civil);

/** Change the fields of civil that the table at idx names. */
void lcorm_civil_replace(lua_State *L, int idx, const struct lcorm_civil_fields *fields,
                         struct corm_civil *civil);

/**
 * The zone at idx: minutes east of UTC as an integer, text ("UTC", "Z", "+02:00"), an
 * interval; CORM_ZONE_NONE for nil, false and NULL. Raises ArgumentError.
 */
int lcorm_check_zone(lua_State *L, int idx);

/** Push what the table at idx says for `tz`, or for `tzinfo`, the same by Python's name. */
void lcorm_get_zone(lua_State *L, int idx);

/** The DATE, TIME or DATETIME at index 1; raises ArgumentError for anything else. */
const struct corm_value *lcorm_check_civil(lua_State *L);

/* __index of the three classes: .year … .microsecond, .tzoffset, or a method. */
int lcorm_civil_index(lua_State *L);
/* value:isoformat([separator]) -> string */
int lcorm_civil_isoformat(lua_State *L);
/* tostring(value): as isoformat with a blank between date and time */
int lcorm_civil_tostring(lua_State *L);
/* value:weekday() -> 0 Monday … 6 Sunday */
int lcorm_civil_weekday(lua_State *L);
/* value:isoweekday() -> 1 Monday … 7 Sunday */
int lcorm_civil_isoweekday(lua_State *L);

#endif

/* SPDX-License-Identifier: MIT */
#include "lua/value_civil.h"

#include <string.h>

enum { NFIELDS = 7 };

static const struct {
    const char *name;
    size_t offset; /* of the int32_t in struct corm_civil */
} all_fields[NFIELDS] = {
    { "year", offsetof(struct corm_civil, year) },
    { "month", offsetof(struct corm_civil, month) },
    { "day", offsetof(struct corm_civil, day) },
    { "hour", offsetof(struct corm_civil, hour) },
    { "minute", offsetof(struct corm_civil, minute) },
    { "second", offsetof(struct corm_civil, second) },
    { "microsecond", offsetof(struct corm_civil, microsecond) },
};

const struct lcorm_civil_fields lcorm_date_fields = { 0, 3 };
const struct lcorm_civil_fields lcorm_time_fields = { 3, 4 };
const struct lcorm_civil_fields lcorm_datetime_fields = { 0, 7 };

static bool has_clock(const struct lcorm_civil_fields *fields)
{
    return fields->first + fields->count == NFIELDS;
}

static int32_t *field_of(struct corm_civil *civil, int i)
{
    return (int32_t *)(void *)((char *)civil + all_fields[i].offset);
}

/* The integer on top of the stack, for field i. */
static int32_t check_field(lua_State *L, int i)
{
    int is_integer;
    lua_Integer value = lua_tointegerx(L, -1, &is_integer);
    if (!is_integer || lua_type(L, -1) != LUA_TNUMBER) {
        lcorm_fail(L, CORM_E_ARGUMENT, "%s: integer expected, got %s",
                   all_fields[i].name, lcorm_type_name(L, -1));
    }
    if (value != (int32_t)value) {
        lcorm_fail(L, CORM_E_ARGUMENT, "%s %I is out of range", all_fields[i].name,
                   value);
    }
    return (int32_t)value;
}

static int zone_from_text(lua_State *L, const char *text)
{
    struct corm_error err;
    struct corm_value midnight;
    if (strcmp(text, "UTC") == 0 || strcmp(text, "utc") == 0) {
        return 0;
    }
    const char *with_clock = lua_pushfstring(L, "00:00%s", text);
    if (corm_time_parse(with_clock, strlen(with_clock), &midnight, &err) != CORM_OK ||
        midnight.aux == CORM_ZONE_NONE) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "tz: 'UTC' or an offset as '+02:00' expected, got '%s'", text);
    }
    lua_pop(L, 1);
    return midnight.aux;
}

int lcorm_check_zone(lua_State *L, int idx)
{
    struct corm_value zone = lcorm_to_value(L, idx);
    switch ((enum corm_tag)zone.tag) {
    case CORM_TAG_NULL:
        return CORM_ZONE_NONE;
    case CORM_TAG_BOOL:
        if (zone.as.i == 0) {
            return CORM_ZONE_NONE;
        }
        break;
    case CORM_TAG_TEXT:
        return zone_from_text(L, zone.as.s);
    case CORM_TAG_INTERVAL:
        zone.as.i /= INT64_C(60) * CORM_US_PER_SECOND;
        /* fall through */
    case CORM_TAG_INT:
        if (zone.as.i >= -CORM_ZONE_MAX && zone.as.i <= CORM_ZONE_MAX) {
            return (int)zone.as.i;
        }
        break;
    default:
        break;
    }
    return lcorm_fail(L, CORM_E_ARGUMENT, "tz: text, minutes or an interval expected");
}

void lcorm_get_zone(lua_State *L, int idx)
{
    if (lua_getfield(L, idx, "tz") == LUA_TNIL) {
        lua_pop(L, 1);
        lua_getfield(L, idx, "tzinfo");
    }
}

/* Refuse keys of the table at idx that the class has not. */
static void check_names(lua_State *L, int idx, const struct lcorm_civil_fields *fields)
{
    const char *known[NFIELDS + 3];
    int n = 0;
    for (; n < fields->count; n++) {
        known[n] = all_fields[fields->first + n].name;
    }
    if (has_clock(fields)) {
        known[n++] = "tz";
        known[n++] = "tzinfo";
    }
    known[n] = NULL;
    lcorm_check_options(L, idx, known);
}

/* As lcorm_civil_replace(); returns a bitmap of the fields that were there. */
static unsigned read_table(lua_State *L, int idx,
                           const struct lcorm_civil_fields *fields,
                           struct corm_civil *civil)
{
    unsigned found = 0;
    check_names(L, idx, fields);
    for (int i = fields->first; i < fields->first + fields->count; i++) {
        if (lua_getfield(L, idx, all_fields[i].name) != LUA_TNIL) {
            *field_of(civil, i) = check_field(L, i);
            found |= 1U << i;
        }
        lua_pop(L, 1);
    }
    lcorm_get_zone(L, idx);
    if (!lua_isnil(L, -1)) {
        civil->zone = lcorm_check_zone(L, -1);
    }
    lua_pop(L, 1);
    return found;
}

void lcorm_civil_replace(lua_State *L, int idx, const struct lcorm_civil_fields *fields,
                         struct corm_civil *civil)
{
    lcorm_check_lua_type(L, idx, LUA_TTABLE);
    read_table(L, idx, fields, civil);
}

void lcorm_civil_read(lua_State *L, const struct lcorm_civil_fields *fields,
                      struct corm_civil *civil)
{
    enum { DATE_FIELDS = 1U << 0 | 1U << 1 | 1U << 2 };
    unsigned found = 0;
    int nargs = lua_gettop(L);
    int options = nargs > 0 && lua_istable(L, nargs) ? nargs : 0;
    int npositional = options == 0 ? nargs : nargs - 1;
    if (npositional > fields->count) {
        lcorm_fail(L, CORM_E_ARGUMENT, "at most %d arguments expected, got %d",
                   fields->count, npositional);
    }
    *civil = (struct corm_civil){ .zone = CORM_ZONE_NONE };
    for (int i = 0; i < npositional; i++) {
        lua_pushvalue(L, i + 1);
        *field_of(civil, fields->first + i) = check_field(L, fields->first + i);
        lua_pop(L, 1);
        found |= 1U << (fields->first + i);
    }
    if (options != 0) {
        found |= read_table(L, options, fields, civil);
    }
    for (int i = fields->first; i < 3; i++) {
        if ((found & DATE_FIELDS & 1U << i) == 0) {
            lcorm_fail(L, CORM_E_ARGUMENT, "%s is missing", all_fields[i].name);
        }
    }
}

const struct corm_value *lcorm_check_civil(lua_State *L)
{
    const struct corm_value *value = lcorm_test(L, 1, &lcorm_value_class);
    if (value == NULL || value->tag < CORM_TAG_DATE || value->tag > CORM_TAG_DATETIME) {
        lcorm_arg_error(L, 1, "date, time or datetime");
    }
    return value;
}

static const struct lcorm_civil_fields *fields_of(const struct corm_value *value)
{
    if (value->tag == CORM_TAG_DATE) {
        return &lcorm_date_fields;
    }
    return value->tag == CORM_TAG_TIME ? &lcorm_time_fields : &lcorm_datetime_fields;
}

/* Push the calendar field of this name; false if the value has none. */
static bool push_field(lua_State *L, const struct corm_value *value, const char *name)
{
    const struct lcorm_civil_fields *fields = fields_of(value);
    struct corm_civil civil;
    for (int i = fields->first; i < fields->first + fields->count; i++) {
        if (strcmp(name, all_fields[i].name) == 0) {
            corm_civil_fill(&civil, value);
            lua_pushinteger(L, *field_of(&civil, i));
            return true;
        }
    }
    if (has_clock(fields) &&
        (strcmp(name, "tzoffset") == 0 || strcmp(name, "tzinfo") == 0)) {
        if (value->aux == CORM_ZONE_NONE) {
            lua_pushnil(L);
        } else {
            lua_pushinteger(L, value->aux);
        }
        return true;
    }
    return false;
}

int lcorm_civil_index(lua_State *L)
{
    const struct corm_value *value = lcorm_check_civil(L);
    if (lua_type(L, 2) == LUA_TSTRING && push_field(L, value, lua_tostring(L, 2))) {
        return 1;
    }
    lua_settop(L, 2);
    lua_gettable(L, lua_upvalueindex(1));
    return 1;
}

static int push_iso(lua_State *L, char separator)
{
    char text[CORM_DATETIME_TEXT_MAX];
    size_t len = corm_datetime_format(lcorm_check_civil(L), separator, text);
    lua_pushlstring(L, text, len);
    return 1;
}

int lcorm_civil_isoformat(lua_State *L)
{
    const char *separator = lcorm_opt_string(L, 2, "T");
    if (separator[0] == '\0' || separator[1] != '\0') {
        return lcorm_arg_error(L, 2, "one character");
    }
    return push_iso(L, separator[0]);
}

int lcorm_civil_tostring(lua_State *L)
{
    return push_iso(L, ' ');
}

int lcorm_civil_weekday(lua_State *L)
{
    lua_pushinteger(L, corm_datetime_weekday(lcorm_check_civil(L)) - 1);
    return 1;
}

int lcorm_civil_isoweekday(lua_State *L)
{
    lua_pushinteger(L, corm_datetime_weekday(lcorm_check_civil(L)));
    return 1;
}

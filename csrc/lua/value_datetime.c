/* SPDX-License-Identifier: MIT */
/* corm.datetime. */
#include "lua/open.h"
#include "lua/value_civil.h"

#include <time.h>

static int return_datetime(lua_State *L, const struct corm_civil *civil)
{
    struct corm_value datetime;
    struct corm_error err;
    enum corm_rc rc = corm_datetime_make(civil, &datetime, &err);
    return lcorm_value_return(L, rc, &datetime, &err);
}

/* corm.datetime(year, month, day[, hour[, minute[, second[, us]]]][, fields]) -> datetime */
static int datetime_new(lua_State *L)
{
    struct corm_civil civil;
    lcorm_civil_read(L, &lcorm_datetime_fields, &civil);
    return return_datetime(L, &civil);
}

/* The zone that the argument at idx names, or the `tz` of a table there. */
static int zone_argument(lua_State *L, int idx)
{
    static const char *const known[] = { "tz", "tzinfo", NULL };
    if (!lua_istable(L, idx)) {
        return lcorm_check_zone(L, idx);
    }
    lcorm_check_options(L, idx, known);
    lcorm_get_zone(L, idx);
    return lcorm_check_zone(L, -1);
}

static int return_in_zone(lua_State *L, const struct corm_value *moment, int zone)
{
    struct corm_value moved;
    struct corm_error err;
    enum corm_rc rc = corm_datetime_move_zone(moment, zone, &moved, &err);
    return lcorm_value_return(L, rc, &moved, &err);
}

static int return_without_zone(lua_State *L, const struct corm_value *moment)
{
    struct corm_value naive;
    struct corm_error err;
    enum corm_rc rc = corm_datetime_replace_zone(moment, CORM_ZONE_NONE, &naive, &err);
    return lcorm_value_return(L, rc, &naive, &err);
}

/* corm.datetime.now([tz]) -> datetime: local and without zone, or in that zone */
static int datetime_now(lua_State *L)
{
    int zone = zone_argument(L, 1);
    if (zone == CORM_ZONE_NONE) {
        struct corm_value local = corm_datetime_now_local();
        return return_without_zone(L, &local);
    }
    struct corm_value utc = corm_datetime_now_utc();
    return return_in_zone(L, &utc, zone);
}

/* corm.datetime.utcnow() -> datetime without zone */
static int datetime_utcnow(lua_State *L)
{
    struct corm_value utc = corm_datetime_now_utc();
    return return_without_zone(L, &utc);
}

/* corm.datetime.fromisoformat(text) -> datetime */
static int datetime_fromisoformat(lua_State *L)
{
    size_t len;
    struct corm_value datetime;
    struct corm_error err;
    const char *text = lcorm_check_string(L, 1, &len);
    enum corm_rc rc = corm_datetime_parse(text, len, &datetime, &err);
    return lcorm_value_return(L, rc, &datetime, &err);
}

/* corm.datetime.combine(date, time) -> datetime */
static int datetime_combine(lua_State *L)
{
    struct corm_civil day;
    struct corm_civil civil;
    corm_civil_fill(&day, lcorm_check(L, 1, &lcorm_date_class));
    corm_civil_fill(&civil, lcorm_check(L, 2, &lcorm_time_class));
    civil.year = day.year;
    civil.month = day.month;
    civil.day = day.day;
    return return_datetime(L, &civil);
}

/* Seconds since 1970 of the calendar as the local zone's clock shows it. */
static double local_timestamp(const struct corm_civil *civil)
{
    struct tm tm = { .tm_year = civil->year - 1900,
                     .tm_mon = civil->month - 1,
                     .tm_mday = civil->day,
                     .tm_hour = civil->hour,
                     .tm_min = civil->minute,
                     .tm_sec = civil->second,
                     .tm_isdst = -1 };
    return (double)mktime(&tm) + civil->microsecond / (double)CORM_US_PER_SECOND;
}

/* datetime:timestamp() -> float: seconds since 1970; without zone, the clock is local */
static int datetime_timestamp(lua_State *L)
{
    const struct corm_value *datetime = lcorm_check(L, 1, &lcorm_datetime_class);
    if (datetime->aux != CORM_ZONE_NONE) {
        lua_pushnumber(L, (double)datetime->as.i / CORM_US_PER_SECOND);
        return 1;
    }
    struct corm_civil civil;
    corm_civil_fill(&civil, datetime);
    lua_pushnumber(L, local_timestamp(&civil));
    return 1;
}

/* datetime:astimezone(tz) -> datetime: the same moment; needs a zone to begin with */
static int datetime_astimezone(lua_State *L)
{
    const struct corm_value *datetime = lcorm_check(L, 1, &lcorm_datetime_class);
    return return_in_zone(L, datetime, zone_argument(L, 2));
}

/* datetime:date() -> date */
static int datetime_date(lua_State *L)
{
    struct corm_civil civil;
    struct corm_value date;
    struct corm_error err;
    corm_civil_fill(&civil, lcorm_check(L, 1, &lcorm_datetime_class));
    return lcorm_value_return(L, corm_date_make(&civil, &date, &err), &date, &err);
}

static int return_time(lua_State *L, bool keep_zone)
{
    struct corm_civil civil;
    struct corm_value time;
    struct corm_error err;
    corm_civil_fill(&civil, lcorm_check(L, 1, &lcorm_datetime_class));
    if (!keep_zone) {
        civil.zone = CORM_ZONE_NONE;
    }
    return lcorm_value_return(L, corm_time_make(&civil, &time, &err), &time, &err);
}

/* datetime:time() -> time without zone */
static int datetime_time(lua_State *L)
{
    return return_time(L, false);
}

/* datetime:timetz() -> time with the same zone */
static int datetime_timetz(lua_State *L)
{
    return return_time(L, true);
}

/* datetime:replace{year = 2025, tz = "UTC", …} -> datetime */
static int datetime_replace(lua_State *L)
{
    struct corm_civil civil;
    corm_civil_fill(&civil, lcorm_check(L, 1, &lcorm_datetime_class));
    lcorm_civil_replace(L, 2, &lcorm_datetime_fields, &civil);
    return return_datetime(L, &civil);
}

static const luaL_Reg datetime_methods[] = {
    { "astimezone", datetime_astimezone },  { "date", datetime_date },
    { "isoformat", lcorm_civil_isoformat }, { "isoweekday", lcorm_civil_isoweekday },
    { "replace", datetime_replace },        { "time", datetime_time },
    { "timestamp", datetime_timestamp },    { "timetz", datetime_timetz },
    { "weekday", lcorm_civil_weekday },     { NULL, NULL },
};

static const luaL_Reg datetime_meta[] = {
    { "__add", lcorm_temporal_add },
    { "__eq", lcorm_value_eq },
    { "__index", lcorm_civil_index },
    { "__le", lcorm_value_le },
    { "__lt", lcorm_value_lt },
    { "__sub", lcorm_temporal_sub },
    { "__tostring", lcorm_civil_tostring },
    { NULL, NULL },
};

const struct lcorm_class lcorm_datetime_class = { .name = "corm.datetime",
                                                  .methods = datetime_methods,
                                                  .meta = datetime_meta,
                                                  .size = sizeof(struct corm_value) };

void lcorm_open_datetime(lua_State *L)
{
    static const luaL_Reg statics[] = {
        { "combine", datetime_combine },
        { "fromisoformat", datetime_fromisoformat },
        { "now", datetime_now },
        { "utcnow", datetime_utcnow },
        { NULL, NULL },
    };
    lcorm_value_publish(L, &lcorm_datetime_class, datetime_new, statics);
}

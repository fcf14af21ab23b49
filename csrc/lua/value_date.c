/* SPDX-License-Identifier: MIT */
/* corm.date and corm.time. */
#include "lua/open.h"
#include "lua/value_civil.h"

/* corm.date(year, month, day[, fields]) -> date */
static int date_new(lua_State *L)
{
    struct corm_civil civil;
    struct corm_value date;
    struct corm_error err;
    lcorm_civil_read(L, &lcorm_date_fields, &civil);
    return lcorm_value_return(L, corm_date_make(&civil, &date, &err), &date, &err);
}

/* corm.date.today() -> date, in the local zone */
static int date_today(lua_State *L)
{
    struct corm_civil civil;
    struct corm_value date;
    struct corm_error err;
    struct corm_value now = corm_datetime_now_local();
    corm_civil_fill(&civil, &now);
    return lcorm_value_return(L, corm_date_make(&civil, &date, &err), &date, &err);
}

/* corm.date.fromisoformat(text) -> date */
static int date_fromisoformat(lua_State *L)
{
    size_t len;
    struct corm_value date;
    struct corm_error err;
    const char *text = lcorm_check_string(L, 1, &len);
    return lcorm_value_return(L, corm_date_parse(text, len, &date, &err), &date, &err);
}

/* date:replace{year = 2025, …} -> date */
static int date_replace(lua_State *L)
{
    struct corm_civil civil;
    struct corm_value date;
    struct corm_error err;
    corm_civil_fill(&civil, lcorm_check(L, 1, &lcorm_date_class));
    lcorm_civil_replace(L, 2, &lcorm_date_fields, &civil);
    return lcorm_value_return(L, corm_date_make(&civil, &date, &err), &date, &err);
}

static const luaL_Reg date_methods[] = {
    { "isoformat", lcorm_civil_isoformat },
    { "isoweekday", lcorm_civil_isoweekday },
    { "replace", date_replace },
    { "weekday", lcorm_civil_weekday },
    { NULL, NULL },
};

static const luaL_Reg date_meta[] = {
    { "__add", lcorm_temporal_add },
    { "__eq", lcorm_value_eq },
    { "__index", lcorm_civil_index },
    { "__le", lcorm_value_le },
    { "__lt", lcorm_value_lt },
    { "__sub", lcorm_temporal_sub },
    { "__tostring", lcorm_civil_tostring },
    { NULL, NULL },
};

const struct lcorm_class lcorm_date_class = { .name = "corm.date",
                                              .methods = date_methods,
                                              .meta = date_meta,
                                              .size = sizeof(struct corm_value) };

/* corm.time([hour[, minute[, second[, microsecond]]]][, fields]) -> time */
static int time_new(lua_State *L)
{
    struct corm_civil civil;
    struct corm_value time;
    struct corm_error err;
    lcorm_civil_read(L, &lcorm_time_fields, &civil);
    return lcorm_value_return(L, corm_time_make(&civil, &time, &err), &time, &err);
}

/* corm.time.fromisoformat(text) -> time */
static int time_fromisoformat(lua_State *L)
{
    size_t len;
    struct corm_value time;
    struct corm_error err;
    const char *text = lcorm_check_string(L, 1, &len);
    return lcorm_value_return(L, corm_time_parse(text, len, &time, &err), &time, &err);
}

/* time:replace{hour = 0, …} -> time */
static int time_replace(lua_State *L)
{
    struct corm_civil civil;
    struct corm_value time;
    struct corm_error err;
    corm_civil_fill(&civil, lcorm_check(L, 1, &lcorm_time_class));
    lcorm_civil_replace(L, 2, &lcorm_time_fields, &civil);
    return lcorm_value_return(L, corm_time_make(&civil, &time, &err), &time, &err);
}

static const luaL_Reg time_methods[] = {
    { "isoformat", lcorm_civil_isoformat },
    { "replace", time_replace },
    { NULL, NULL },
};

static const luaL_Reg time_meta[] = {
    { "__eq", lcorm_value_eq },
    { "__index", lcorm_civil_index },
    { "__le", lcorm_value_le },
    { "__lt", lcorm_value_lt },
    { "__tostring", lcorm_civil_tostring },
    { NULL, NULL },
};

const struct lcorm_class lcorm_time_class = { .name = "corm.time",
                                              .methods = time_methods,
                                              .meta = time_meta,
                                              .size = sizeof(struct corm_value) };

void lcorm_open_date(lua_State *L)
{
    static const luaL_Reg date_statics[] = {
        { "fromisoformat", date_fromisoformat },
        { "today", date_today },
        { NULL, NULL },
    };
    static const luaL_Reg time_statics[] = {
        { "fromisoformat", time_fromisoformat },
        { NULL, NULL },
    };
    lcorm_value_publish(L, &lcorm_date_class, date_new, date_statics);
    lcorm_value_publish(L, &lcorm_time_class, time_new, time_statics);
}

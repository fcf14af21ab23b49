/* SPDX-License-Identifier: MIT */
/* corm.interval: a duration in microseconds, with the arithmetic of Python's timedelta. */
#include "base/datetime.h"
#include "base/interval.h"
#include "lua/open.h"
#include "lua/value.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t us;
} units[] = {
    { "days", CORM_US_PER_DAY },
    { "seconds", CORM_US_PER_SECOND },
    { "microseconds", 1 },
    { "milliseconds", 1000 },
    { "minutes", INT64_C(60) * CORM_US_PER_SECOND },
    { "hours", INT64_C(3600) * CORM_US_PER_SECOND },
    { "weeks", 7 * CORM_US_PER_DAY },
};

static int fail_range(lua_State *L)
{
    return lcorm_fail(L, CORM_E_ARGUMENT, "the interval is out of range");
}

static int push_interval(lua_State *L, int64_t us)
{
    struct corm_value interval = { .tag = CORM_TAG_INTERVAL,
                                   .aux = CORM_ZONE_NONE,
                                   .as.i = us };
    lcorm_push_value(L, &interval);
    return 1;
}

/* The nearest integer, halves to the even one. */
static int64_t round_us(lua_State *L, double us)
{
    double whole = nearbyint(us);
    if (!(whole >= -0x1p63 && whole < 0x1p63)) {
        fail_range(L);
    }
    return (int64_t)whole;
}

static int64_t add_us(lua_State *L, int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        fail_range(L);
    }
    return sum;
}

/* The number at idx, times unit. */
static int64_t scaled(lua_State *L, int idx, int64_t unit)
{
    int64_t product;
    if (!lua_isinteger(L, idx)) {
        return round_us(L, lua_tonumber(L, idx) * (double)unit);
    }
    if (__builtin_mul_overflow((int64_t)lua_tointeger(L, idx), unit, &product)) {
        fail_range(L);
    }
    return product;
}

/* The number on top of the stack, in the unit; it may be absent. */
static int64_t take_unit(lua_State *L, size_t i)
{
    int64_t us = 0;
    if (lua_type(L, -1) == LUA_TNUMBER) {
        us = scaled(L, -1, units[i].us);
    } else if (!lua_isnil(L, -1)) {
        lcorm_fail(L, CORM_E_ARGUMENT, "%s: number expected, got %s", units[i].name,
                   lcorm_type_name(L, -1));
    }
    lua_pop(L, 1);
    return us;
}

/* corm.interval([days[, seconds[, …]]]) or corm.interval{days = 1, …} -> interval */
static int interval_new(lua_State *L)
{
    const char *known[CORM_LENGTH(units) + 1] = { NULL };
    int64_t us = 0;
    int nargs = lua_gettop(L);
    int options = nargs > 0 && lua_istable(L, nargs) ? nargs : 0;
    int npositional = options == 0 ? nargs : nargs - 1;
    if (npositional > (int)CORM_LENGTH(units)) {
        lcorm_fail(L, CORM_E_ARGUMENT, "at most %d numbers expected, got %d",
                   (int)CORM_LENGTH(units), npositional);
    }
    for (size_t i = 0; i < CORM_LENGTH(units); i++) {
        known[i] = units[i].name;
        if ((int)i < npositional) {
            lua_pushvalue(L, (int)i + 1);
            us = add_us(L, us, take_unit(L, i));
        }
        if (options != 0) {
            lua_getfield(L, options, units[i].name);
            us = add_us(L, us, take_unit(L, i));
        }
    }
    lcorm_check_options(L, options == 0 ? nargs + 1 : options, known);
    return push_interval(L, us);
}

/* corm.interval.fromisoformat(text) -> interval */
static int interval_fromisoformat(lua_State *L)
{
    size_t len;
    struct corm_value interval;
    struct corm_error err;
    const char *text = lcorm_check_string(L, 1, &len);
    enum corm_rc rc = corm_interval_parse(text, len, &interval, &err);
    return lcorm_value_return(L, rc, &interval, &err);
}

static int64_t check_us(lua_State *L)
{
    const struct corm_value *interval = lcorm_check(L, 1, &lcorm_interval_class);
    return interval->as.i;
}

/* interval:total_seconds() -> float */
static int interval_total_seconds(lua_State *L)
{
    lua_pushnumber(L, (double)check_us(L) / CORM_US_PER_SECOND);
    return 1;
}

/* interval:abs() -> interval */
static int interval_abs(lua_State *L)
{
    int64_t us = check_us(L);
    return us == INT64_MIN ? fail_range(L) : push_interval(L, us < 0 ? -us : us);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

/* interval.days, .seconds (0 … 86399), .microseconds (0 … 999999), or a method */
static int interval_index(lua_State *L)
{
    int64_t us = check_us(L);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    int64_t days = floor_div(us, CORM_US_PER_DAY);
    int64_t rest = us - days * CORM_US_PER_DAY;
    if (strcmp(name, "days") == 0) {
        lua_pushinteger(L, days);
    } else if (strcmp(name, "seconds") == 0) {
        lua_pushinteger(L, rest / CORM_US_PER_SECOND);
    } else if (strcmp(name, "microseconds") == 0) {
        lua_pushinteger(L, rest % CORM_US_PER_SECOND);
    } else {
        lua_settop(L, 2);
        lua_gettable(L, lua_upvalueindex(1));
    }
    return 1;
}

/* tostring(interval): ISO 8601 */
static int interval_tostring(lua_State *L)
{
    char text[CORM_INTERVAL_TEXT_MAX];
    size_t len = corm_interval_format_iso(check_us(L), text);
    lua_pushlstring(L, text, len);
    return 1;
}

/* -interval */
static int interval_unm(lua_State *L)
{
    int64_t us = check_us(L);
    return us == INT64_MIN ? fail_range(L) : push_interval(L, -us);
}

/* interval * number, number * interval */
static int interval_mul(lua_State *L)
{
    struct corm_value a = lcorm_to_value(L, 1);
    struct corm_value b = lcorm_to_value(L, 2);
    if (a.tag == CORM_TAG_INTERVAL && lua_type(L, 2) == LUA_TNUMBER) {
        return push_interval(L, scaled(L, 2, a.as.i));
    }
    if (b.tag == CORM_TAG_INTERVAL && lua_type(L, 1) == LUA_TNUMBER) {
        return push_interval(L, scaled(L, 1, b.as.i));
    }
    return lcorm_value_reflect(L, "__mul");
}

/* interval / number -> interval; interval / interval -> float */
static int interval_div(lua_State *L)
{
    struct corm_value a = lcorm_to_value(L, 1);
    struct corm_value b = lcorm_to_value(L, 2);
    if (a.tag == CORM_TAG_INTERVAL && b.tag == CORM_TAG_INTERVAL && b.as.i != 0) {
        lua_pushnumber(L, (double)a.as.i / (double)b.as.i);
        return 1;
    }
    if (a.tag == CORM_TAG_INTERVAL && lua_type(L, 2) == LUA_TNUMBER) {
        return push_interval(L, round_us(L, (double)a.as.i / lua_tonumber(L, 2)));
    }
    return lcorm_value_reflect(L, "__div");
}

/* True if index 1 is an interval and index 2 an integer or interval that can divide it. */
static bool division(lua_State *L, int64_t *a_out, int64_t *b_out)
{
    struct corm_value a = lcorm_to_value(L, 1);
    struct corm_value b = lcorm_to_value(L, 2);
    *a_out = a.as.i;
    *b_out = b.as.i;
    bool is_known = a.tag == CORM_TAG_INTERVAL &&
                    (b.tag == CORM_TAG_INTERVAL || b.tag == CORM_TAG_INT);
    if (is_known && b.as.i == 0) {
        lcorm_fail(L, CORM_E_ARGUMENT, "division by zero");
    }
    if (is_known && b.as.i == -1 && a.as.i == INT64_MIN) {
        fail_range(L);
    }
    return is_known;
}

/* interval // interval -> integer; interval // integer -> interval */
static int interval_idiv(lua_State *L)
{
    int64_t a;
    int64_t b;
    if (!division(L, &a, &b)) {
        return lcorm_value_reflect(L, "__idiv");
    }
    if (lua_isinteger(L, 2)) {
        return push_interval(L, floor_div(a, b));
    }
    lua_pushinteger(L, floor_div(a, b));
    return 1;
}

/* interval % interval -> interval */
static int interval_mod(lua_State *L)
{
    int64_t a;
    int64_t b;
    if (lua_isinteger(L, 2) || !division(L, &a, &b)) {
        return lcorm_value_reflect(L, "__mod");
    }
    return push_interval(L, a - floor_div(a, b) * b);
}

static const luaL_Reg interval_methods[] = {
    { "abs", interval_abs },
    { "total_seconds", interval_total_seconds },
    { NULL, NULL },
};

static const luaL_Reg interval_meta[] = {
    { "__add", lcorm_temporal_add },
    { "__div", interval_div },
    { "__eq", lcorm_value_eq },
    { "__idiv", interval_idiv },
    { "__index", interval_index },
    { "__le", lcorm_value_le },
    { "__lt", lcorm_value_lt },
    { "__mod", interval_mod },
    { "__mul", interval_mul },
    { "__sub", lcorm_temporal_sub },
    { "__tostring", interval_tostring },
    { "__unm", interval_unm },
    { NULL, NULL },
};

const struct lcorm_class lcorm_interval_class = { .name = "corm.interval",
                                                  .methods = interval_methods,
                                                  .meta = interval_meta,
                                                  .size = sizeof(struct corm_value) };

void lcorm_open_interval(lua_State *L)
{
    static const luaL_Reg statics[] = {
        { "fromisoformat", interval_fromisoformat },
        { NULL, NULL },
    };
    lcorm_value_publish(L, &lcorm_interval_class, interval_new, statics);
}

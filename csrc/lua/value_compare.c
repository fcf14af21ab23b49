/* SPDX-License-Identifier: MIT */
/* Comparing values, and sums and differences of dates, datetimes and intervals. */
#include "base/datetime.h"
#include "lua/value.h"

/* a == b, of two values of any classes */
int lcorm_value_eq(lua_State *L)
{
    struct corm_value a = lcorm_to_value(L, 1);
    struct corm_value b = lcorm_to_value(L, 2);
    lua_pushboolean(L, corm_value_equal(&a, &b));
    return 1;
}

/* Less than 0, 0, more than 0 as the values at 1 and 2 are ordered; raises if they are not. */
static int64_t order(lua_State *L)
{
    struct corm_value a = lcorm_to_value(L, 1);
    struct corm_value b = lcorm_to_value(L, 2);
    struct corm_error err;
    int64_t us = 0;
    if (a.tag != b.tag) {
        const char *name = lcorm_type_name(L, 1);
        return lcorm_fail(L, CORM_E_ARGUMENT, "%s and %s cannot be compared", name,
                          lcorm_type_name(L, 2));
    }
    if (a.tag == CORM_TAG_INTERVAL) {
        return (a.as.i > b.as.i) - (a.as.i < b.as.i);
    }
    if (corm_datetime_diff(&a, &b, &us, &err) != CORM_OK) {
        err.rc = CORM_E_ARGUMENT;
        lcorm_throw(L, &err);
    }
    return us;
}

int lcorm_value_lt(lua_State *L)
{
    lua_pushboolean(L, order(L) < 0);
    return 1;
}

int lcorm_value_le(lua_State *L)
{
    lua_pushboolean(L, order(L) <= 0);
    return 1;
}

static bool is_day(const struct corm_value *value)
{
    return value->tag == CORM_TAG_DATE || value->tag == CORM_TAG_DATETIME;
}

static int return_interval(lua_State *L, int64_t us)
{
    struct corm_value interval = { .tag = CORM_TAG_INTERVAL,
                                   .aux = CORM_ZONE_NONE,
                                   .as.i = us };
    lcorm_push_value(L, &interval);
    return 1;
}

static int return_moved(lua_State *L, const struct corm_value *day, int64_t us)
{
    struct corm_value moved;
    struct corm_error err;
    enum corm_rc rc = corm_datetime_add(day, us, &moved, &err);
    return lcorm_value_return(L, rc, &moved, &err);
}

/* date + interval, interval + date, interval + interval */
int lcorm_temporal_add(lua_State *L)
{
    struct corm_value a = lcorm_to_value(L, 1);
    struct corm_value b = lcorm_to_value(L, 2);
    int64_t us;
    if (is_day(&a) && b.tag == CORM_TAG_INTERVAL) {
        return return_moved(L, &a, b.as.i);
    }
    if (is_day(&b) && a.tag == CORM_TAG_INTERVAL) {
        return return_moved(L, &b, a.as.i);
    }
    if (a.tag != CORM_TAG_INTERVAL || b.tag != CORM_TAG_INTERVAL) {
        return lcorm_value_reflect(L, "__add");
    }
    if (__builtin_add_overflow(a.as.i, b.as.i, &us)) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "the interval is out of range");
    }
    return return_interval(L, us);
}

/* date - date, date - interval, interval - interval */
int lcorm_temporal_sub(lua_State *L)
{
    struct corm_value a = lcorm_to_value(L, 1);
    struct corm_value b = lcorm_to_value(L, 2);
    struct corm_error err;
    int64_t us;
    if (is_day(&a) && a.tag == b.tag) {
        enum corm_rc rc = corm_datetime_diff(&a, &b, &us, &err);
        struct corm_value interval = { .tag = CORM_TAG_INTERVAL,
                                       .aux = CORM_ZONE_NONE,
                                       .as.i = us };
        return lcorm_value_return(L, rc, &interval, &err);
    }
    if (is_day(&a) && b.tag == CORM_TAG_INTERVAL && b.as.i != INT64_MIN) {
        return return_moved(L, &a, -b.as.i);
    }
    if (a.tag != CORM_TAG_INTERVAL || b.tag != CORM_TAG_INTERVAL) {
        return lcorm_value_reflect(L, "__sub");
    }
    if (__builtin_sub_overflow(a.as.i, b.as.i, &us)) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "the interval is out of range");
    }
    return return_interval(L, us);
}

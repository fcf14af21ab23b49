/* SPDX-License-Identifier: MIT */
/* Fields, zones and arithmetic; text is in datetime_text.c. */
#include "base/datetime.h"

#include "base/clock.h"

#include <time.h>

enum {
    DAYS_PER_ERA = 146097, /* 400 years */
    DAYS_BEFORE_EPOCH = 719468, /* 0000-03-01 to 1970-01-01 */
    DATE_MIN = -719162, /* 0001-01-01 */
    DATE_MAX = 2932896 /* 9999-12-31 */
};

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : days[month - 1];
}

/*
 * Days since 1970-01-01. Years are taken to begin in March, so that the leap day is the
 * last of its year and the months before it have a regular pattern.
 */
static int64_t days_of_civil(int year, int month, int day)
{
    int march_year = month > 2 ? year : year - 1;
    int era = march_year / 400;
    int year_of_era = march_year % 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int64_t)era * DAYS_PER_ERA + day_of_era - DAYS_BEFORE_EPOCH;
}

/* The inverse, for DATE_MIN - 1 … DATE_MAX + 1. */
static void civil_set_days(struct corm_civil *civil, int64_t days)
{
    int since_march_0 = (int)(days + DAYS_BEFORE_EPOCH);
    int era = since_march_0 / DAYS_PER_ERA;
    int day_of_era = since_march_0 % DAYS_PER_ERA;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                       day_of_era / (DAYS_PER_ERA - 1)) /
                      365;
    int day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    civil->day = day_of_year - (153 * march_month + 2) / 5 + 1;
    civil->month = march_month < 10 ? march_month + 3 : march_month - 9;
    civil->year = era * 400 + year_of_era + (civil->month <= 2);
}

static void civil_set_time(struct corm_civil *civil, int64_t us_of_day)
{
    int seconds = (int)(us_of_day / CORM_US_PER_SECOND);
    civil->microsecond = (int32_t)(us_of_day % CORM_US_PER_SECOND);
    civil->second = seconds % 60;
    civil->minute = seconds / 60 % 60;
    civil->hour = seconds / 3600;
}

static int64_t time_of_civil(const struct corm_civil *civil)
{
    int seconds = (civil->hour * 60 + civil->minute) * 60 + civil->second;
    return (int64_t)seconds * CORM_US_PER_SECOND + civil->microsecond;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

/* Offset in microseconds; 0 without zone. */
static int64_t zone_us(int zone)
{
    return zone == CORM_ZONE_NONE ? 0 : (int64_t)zone * CORM_US_PER_MINUTE;
}

static struct corm_value cell(enum corm_tag tag, int64_t i, int zone)
{
    return (struct corm_value){ .tag = (uint8_t)tag, .aux = (int16_t)zone, .as.i = i };
}

/* Microseconds since 1970-01-01 on the wall's own calendar. */
static int64_t wall_us(const struct corm_value *datetime)
{
    return datetime->as.i + zone_us(datetime->aux);
}

static enum corm_rc check_field(const char *name, int value, int min, int max,
                                struct corm_error *err)
{
    if (value >= min && value <= max) {
        return CORM_OK;
    }
    return corm_fail(err, CORM_E_DATA, "%s %d is out of range %d to %d", name, value,
                     min, max);
}

static enum corm_rc check_date(const struct corm_civil *civil, struct corm_error *err)
{
    enum corm_rc rc = check_field("year", civil->year, 1, 9999, err);
    if (rc == CORM_OK) {
        rc = check_field("month", civil->month, 1, 12, err);
    }
    if (rc == CORM_OK) {
        rc = check_field("day", civil->day, 1, days_in_month(civil->year, civil->month),
                         err);
    }
    return rc;
}

static enum corm_rc check_zone(int zone, struct corm_error *err)
{
    if (zone == CORM_ZONE_NONE) {
        return CORM_OK;
    }
    return check_field("zone", zone, -CORM_ZONE_MAX, CORM_ZONE_MAX, err);
}

static enum corm_rc check_time(const struct corm_civil *civil, struct corm_error *err)
{
    enum corm_rc rc = check_field("hour", civil->hour, 0, 23, err);
    if (rc == CORM_OK) {
        rc = check_field("minute", civil->minute, 0, 59, err);
    }
    if (rc == CORM_OK) {
        rc = check_field("second", civil->second, 0, 59, err);
    }
    if (rc == CORM_OK) {
        rc = check_field("microsecond", civil->microsecond, 0, 999999, err);
    }
    return rc == CORM_OK ? check_zone(civil->zone, err) : rc;
}

enum corm_rc corm_date_make(const struct corm_civil *civil, struct corm_value *out,
                            struct corm_error *err)
{
    enum corm_rc rc = check_date(civil, err);
    if (rc == CORM_OK) {
        int64_t days = days_of_civil(civil->year, civil->month, civil->day);
        *out = cell(CORM_TAG_DATE, days, 0);
    }
    return rc;
}

enum corm_rc corm_time_make(const struct corm_civil *civil, struct corm_value *out,
                            struct corm_error *err)
{
    enum corm_rc rc = check_time(civil, err);
    if (rc == CORM_OK) {
        *out = cell(CORM_TAG_TIME, time_of_civil(civil), civil->zone);
    }
    return rc;
}

enum corm_rc corm_datetime_make(const struct corm_civil *civil, struct corm_value *out,
                                struct corm_error *err)
{
    enum corm_rc rc = check_date(civil, err);
    if (rc == CORM_OK) {
        rc = check_time(civil, err);
    }
    if (rc == CORM_OK) {
        int64_t days = days_of_civil(civil->year, civil->month, civil->day);
        int64_t us = days * CORM_US_PER_DAY + time_of_civil(civil);
        *out = cell(CORM_TAG_DATETIME, us - zone_us(civil->zone), civil->zone);
    }
    return rc;
}

void corm_civil_fill(struct corm_civil *civil, const struct corm_value *value)
{
    int64_t days = 0;
    int64_t us = 0;
    *civil = (struct corm_civil){ .zone = CORM_ZONE_NONE };
    if (value->tag == CORM_TAG_DATE) {
        days = value->as.i;
    } else if (value->tag == CORM_TAG_TIME) {
        us = value->as.i;
        civil->zone = value->aux;
    } else {
        PRE(value->tag == CORM_TAG_DATETIME);
        days = floor_div(wall_us(value), CORM_US_PER_DAY);
        us = wall_us(value) - days * CORM_US_PER_DAY;
        civil->zone = value->aux;
    }
    civil_set_days(civil, days);
    civil_set_time(civil, us);
}

struct corm_value corm_datetime_now_utc(void)
{
    return cell(CORM_TAG_DATETIME, corm_clock_wall_us(), 0);
}

struct corm_value corm_datetime_now_local(void)
{
    int64_t us = corm_clock_wall_us();
    time_t seconds = (time_t)floor_div(us, CORM_US_PER_SECOND);
    struct tm local = { 0 };
    (void)localtime_r(&seconds, &local);
    return cell(CORM_TAG_DATETIME, us, (int)(local.tm_gmtoff / 60));
}

static enum corm_rc fail_type(const char *what, const struct corm_value *value,
                              struct corm_error *err)
{
    return corm_fail(err, CORM_E_ARGUMENT, "expected %s, got %s", what,
                     corm_value_type_name(value));
}

static enum corm_rc check_wall_days(int64_t days, struct corm_error *err)
{
    if (days >= DATE_MIN && days <= DATE_MAX) {
        return CORM_OK;
    }
    return corm_fail(err, CORM_E_DATA, "date is out of range: years go from 1 to 9999");
}

enum corm_rc corm_datetime_move_zone(const struct corm_value *value, int zone,
                                     struct corm_value *out, struct corm_error *err)
{
    if (value->tag != CORM_TAG_DATETIME) {
        return fail_type("a datetime", value, err);
    }
    if (value->aux == CORM_ZONE_NONE || zone == CORM_ZONE_NONE) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "datetime has no time zone to move from");
    }
    enum corm_rc rc = check_zone(zone, err);
    struct corm_value moved = cell(CORM_TAG_DATETIME, value->as.i, zone);
    if (rc == CORM_OK) {
        rc = check_wall_days(floor_div(wall_us(&moved), CORM_US_PER_DAY), err);
    }
    if (rc == CORM_OK) {
        *out = moved;
    }
    return rc;
}

enum corm_rc corm_datetime_replace_zone(const struct corm_value *value, int zone,
                                        struct corm_value *out, struct corm_error *err)
{
    if (value->tag != CORM_TAG_DATETIME && value->tag != CORM_TAG_TIME) {
        return fail_type("a datetime or time", value, err);
    }
    enum corm_rc rc = check_zone(zone, err);
    if (rc == CORM_OK && value->tag == CORM_TAG_TIME) {
        *out = cell(CORM_TAG_TIME, value->as.i, zone);
    } else if (rc == CORM_OK) {
        *out = cell(CORM_TAG_DATETIME, wall_us(value) - zone_us(zone), zone);
    }
    return rc;
}

static enum corm_rc date_add(const struct corm_value *value, int64_t us,
                             struct corm_value *out, struct corm_error *err)
{
    int64_t days = value->as.i + floor_div(us, CORM_US_PER_DAY);
    enum corm_rc rc = check_wall_days(days, err);
    if (rc == CORM_OK) {
        *out = cell(CORM_TAG_DATE, days, 0);
    }
    return rc;
}

static struct corm_value time_add(const struct corm_value *value, int64_t us)
{
    int64_t sum =
        (value->as.i + us % CORM_US_PER_DAY + CORM_US_PER_DAY) % CORM_US_PER_DAY;
    return cell(CORM_TAG_TIME, sum, value->aux);
}

static enum corm_rc datetime_add(const struct corm_value *value, int64_t us,
                                 struct corm_value *out, struct corm_error *err)
{
    int64_t sum;
    if (__builtin_add_overflow(wall_us(value), us, &sum)) {
        sum = us < 0 ? INT64_MIN : INT64_MAX; /* out of range in any case */
    }
    enum corm_rc rc = check_wall_days(floor_div(sum, CORM_US_PER_DAY), err);
    if (rc == CORM_OK) {
        *out = cell(CORM_TAG_DATETIME, value->as.i + us, value->aux);
    }
    return rc;
}

enum corm_rc corm_datetime_add(const struct corm_value *value, int64_t us,
                               struct corm_value *out, struct corm_error *err)
{
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_DATE:
        return date_add(value, us, out, err);
    case CORM_TAG_TIME:
        *out = time_add(value, us);
        return CORM_OK;
    case CORM_TAG_DATETIME:
        return datetime_add(value, us, out, err);
    default:
        return fail_type("a date, time or datetime", value, err);
    }
}

static bool is_moment(const struct corm_value *value)
{
    return value->tag == CORM_TAG_DATE || value->tag == CORM_TAG_TIME ||
           value->tag == CORM_TAG_DATETIME;
}

enum corm_rc corm_datetime_diff(const struct corm_value *to,
                                const struct corm_value *from, int64_t *us_out,
                                struct corm_error *err)
{
    if (!is_moment(to) || to->tag != from->tag) {
        return corm_fail(err, CORM_E_ARGUMENT, "cannot compare %s with %s",
                         corm_value_type_name(to), corm_value_type_name(from));
    }
    if (to->tag == CORM_TAG_DATE) {
        *us_out = (to->as.i - from->as.i) * CORM_US_PER_DAY;
        return CORM_OK;
    }
    if ((to->aux == CORM_ZONE_NONE) != (from->aux == CORM_ZONE_NONE)) {
        return corm_fail(
            err, CORM_E_ARGUMENT,
            "cannot compare a %s that has a time zone with one that has not",
            corm_value_type_name(to));
    }
    *us_out = to->as.i - from->as.i;
    if (to->tag == CORM_TAG_TIME) {
        *us_out += zone_us(from->aux) - zone_us(to->aux);
    }
    return CORM_OK;
}

int corm_datetime_weekday(const struct corm_value *value)
{
    int64_t days = value->as.i;
    if (value->tag == CORM_TAG_DATETIME) {
        days = floor_div(wall_us(value), CORM_US_PER_DAY);
    }
    /* 1970-01-01 was a Thursday; 719162 days, a multiple of 7, keep the sum positive. */
    return (int)((days - DATE_MIN) % 7) + 1;
}

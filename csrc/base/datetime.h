/* SPDX-License-Identifier: MIT */
/*
 * Dates and times between calendar fields, ISO text and cells (base/value.h): a DATE is
 * days, a TIME microseconds of its own clock, a DATETIME microseconds since 1970, in UTC if
 * it has a zone. Proleptic Gregorian, years 1 to 9999 as the clock on the wall shows
 * them, no leap seconds. Zones are fixed offsets in minutes.
 */
#ifndef CORM_BASE_DATETIME_H
#define CORM_BASE_DATETIME_H

#include "base/error.h"
#include "base/value.h"

enum {
    CORM_DATETIME_TEXT_MAX = 40, /* room for any formatted date or time with its NUL */
    CORM_US_PER_SECOND = 1000000,
    CORM_ZONE_MAX = 24 * 60 - 1 /* minutes; the largest offset east or west */
};

#define CORM_US_PER_MINUTE (INT64_C(60) * CORM_US_PER_SECOND)
#define CORM_US_PER_HOUR   (INT64_C(3600) * CORM_US_PER_SECOND)
#define CORM_US_PER_DAY    (INT64_C(86400) * CORM_US_PER_SECOND)

/* What a calendar and a clock show. */
struct corm_civil {
    int32_t year; /* 1 … 9999 */
    int32_t month; /* 1 … 12 */
    int32_t day; /* 1 … 31 */
    int32_t hour; /* 0 … 23 */
    int32_t minute; /* 0 … 59 */
    int32_t second; /* 0 … 59 */
    int32_t microsecond; /* 0 … 999999 */
    int32_t zone; /* minutes east of UTC, or CORM_ZONE_NONE */
};

/**
 * Make a DATE of year, month and day.
 * Errors: CORM_E_DATA naming the field out of range.
 */
enum corm_rc corm_date_make(const struct corm_civil *civil, struct corm_value *out,
                            struct corm_error *err) CORM_NODISCARD;

/** Make a TIME of the clock's fields and the zone. Errors: as corm_date_make(). */
enum corm_rc corm_time_make(const struct corm_civil *civil, struct corm_value *out,
                            struct corm_error *err) CORM_NODISCARD;

/** Make a DATETIME of all fields. Errors: as corm_date_make(). */
enum corm_rc corm_datetime_make(const struct corm_civil *civil, struct corm_value *out,
                                struct corm_error *err) CORM_NODISCARD;

/**
 * Fill civil from a DATE, TIME or DATETIME cell, as its own zone's clock shows it. A
 * DATE is midnight without zone, a TIME lies on 1970-01-01.
 */
void corm_civil_fill(struct corm_civil *civil, const struct corm_value *value);

/**
 * Parse YYYY-MM-DD, and nothing else.
 * Errors: CORM_E_DATA quoting the text.
 */
enum corm_rc corm_date_parse(const char *text, size_t len, struct corm_value *out,
                             struct corm_error *err) CORM_NODISCARD;

/**
 * Parse HH:MM[:SS[.ffffff]][zone]; 1 to 6 digits of fraction; zone Z, ±hh, ±hhmm or ±hh:mm.
 * Errors: CORM_E_DATA quoting the text.
 */
enum corm_rc corm_time_parse(const char *text, size_t len, struct corm_value *out,
                             struct corm_error *err) CORM_NODISCARD;

/**
 * Parse a date, alone (midnight) or followed by a blank or T and a time. Seconds in a zone
 * (±hh:mm:ss, as PostgreSQL shows moments before standard time) keep the moment and
 * lose the zone's seconds.
 * Errors: CORM_E_DATA quoting the text.
 */
enum corm_rc corm_datetime_parse(const char *text, size_t len, struct corm_value *out,
                                 struct corm_error *err) CORM_NODISCARD;

/**
 * Write a DATE, TIME or DATETIME in ISO form with a NUL: separator (' ' or 'T') between date
 * and time, a fraction of six digits unless it is zero, ±hh:mm if there is a zone.
 * Returns the length.
 */
size_t corm_datetime_format(const struct corm_value *value, char separator,
                            char buf[CORM_DATETIME_TEXT_MAX]);

/** The time now as a DATETIME in UTC. */
struct corm_value corm_datetime_now_utc(void);

/** The time now as a DATETIME in the process's local zone. */
struct corm_value corm_datetime_now_local(void);

/**
 * Show the same moment in another zone.
 * Errors: CORM_E_ARGUMENT (value is no DATETIME with a zone), CORM_E_DATA (zone or result
 * out of range).
 */
enum corm_rc corm_datetime_move_zone(const struct corm_value *value, int zone,
                                     struct corm_value *out,
                                     struct corm_error *err) CORM_NODISCARD;

/**
 * Keep what the clock shows and replace the zone of a TIME or DATETIME; CORM_ZONE_NONE drops
 * it. Errors: CORM_E_ARGUMENT (value is neither), CORM_E_DATA (zone out of range).
 */
enum corm_rc corm_datetime_replace_zone(const struct corm_value *value, int zone,
                                        struct corm_value *out,
                                        struct corm_error *err) CORM_NODISCARD;

/**
 * Add microseconds. A DATE moves by whole days, what is left of a day is dropped
 * downwards; a TIME wraps around midnight.
 * Errors: CORM_E_ARGUMENT (another type), CORM_E_DATA (year out of range).
 */
enum corm_rc corm_datetime_add(const struct corm_value *value, int64_t us,
                               struct corm_value *out,
                               struct corm_error *err) CORM_NODISCARD;

/**
 * Microseconds from `from` to `to`, two cells of one type, both with or both without zone.
 * Zoned times are compared as if on the same day. Its sign orders the two.
 * Errors: CORM_E_ARGUMENT.
 */
enum corm_rc corm_datetime_diff(const struct corm_value *to,
                                const struct corm_value *from, int64_t *us_out,
                                struct corm_error *err) CORM_NODISCARD;

/** Day of the week of a DATE or DATETIME, as its own zone shows it: 1 Monday … 7 Sunday. */
int corm_datetime_weekday(const struct corm_value *value);

#endif

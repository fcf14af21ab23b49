/* SPDX-License-Identifier: MIT */
/* ISO text of dates and times, both ways. */
#include "base/datetime.h"

#include <stdlib.h>

/* What is left to read. */
struct reader {
    const char *at;
    const char *end;
};

static bool read_char(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c) {
        return false;
    }
    r->at++;
    return true;
}

/* Read exactly `count` digits. */
static bool read_digits(struct reader *r, int count, int32_t *out)
{
    int32_t sum = 0;
    if (r->end - r->at < count) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        char c = r->at[i];
        if (c < '0' || c > '9') {
            return false;
        }
        sum = sum * 10 + (c - '0');
    }
    r->at += count;
    *out = sum;
    return true;
}

/* YYYY-MM-DD */
static bool read_date(struct reader *r, struct corm_civil *civil)
{
    return read_digits(r, 4, &civil->year) && read_char(r, '-') &&
           read_digits(r, 2, &civil->month) && read_char(r, '-') &&
           read_digits(r, 2, &civil->day);
}

/* 1 to 6 digits after the point */
static bool read_fraction(struct reader *r, int32_t *us_out)
{
    int32_t digit;
    int ndigits = 0;
    *us_out = 0;
    for (int32_t unit = 100000; unit > 0 && read_digits(r, 1, &digit); unit /= 10) {
        *us_out += digit * unit;
        ndigits++;
    }
    return ndigits > 0;
}

/* HH:MM[:SS[.ffffff]] */
static bool read_clock(struct reader *r, struct corm_civil *civil)
{
    if (!read_digits(r, 2, &civil->hour) || !read_char(r, ':') ||
        !read_digits(r, 2, &civil->minute)) {
        return false;
    }
    if (!read_char(r, ':')) {
        return true;
    }
    if (!read_digits(r, 2, &civil->second)) {
        return false;
    }
    return !read_char(r, '.') || read_fraction(r, &civil->microsecond);
}

/*
 * [Z | ±hh | ±hhmm | ±hh:mm | ±hh:mm:ss] and then nothing; *seconds_out are the seconds
 * of the zone beyond civil->zone, with its sign.
 */
static bool read_zone(struct reader *r, struct corm_civil *civil, int32_t *seconds_out)
{
    int32_t hours = 0;
    int32_t minutes = 0;
    int32_t seconds = 0;
    *seconds_out = 0;
    civil->zone = CORM_ZONE_NONE;
    if (r->at == r->end) {
        return true;
    }
    if (read_char(r, 'Z')) {
        civil->zone = 0;
        return r->at == r->end;
    }
    int sign = read_char(r, '-') ? -1 : 1;
    if ((sign > 0 && !read_char(r, '+')) || !read_digits(r, 2, &hours)) {
        return false;
    }
    bool has_colon = read_char(r, ':');
    if ((has_colon || r->at < r->end) && !read_digits(r, 2, &minutes)) {
        return false;
    }
    if (has_colon && read_char(r, ':') && !read_digits(r, 2, &seconds)) {
        return false;
    }
    civil->zone = sign * (hours * 60 + minutes);
    *seconds_out = sign * seconds;
    return r->at == r->end && hours < 24 && minutes < 60 && seconds < 60;
}

/* Wrap the error of an impossible field, or say what was expected. */
static enum corm_rc fail_text(const char *kind, const char *text, size_t len,
                              const char *expected, struct corm_error *err)
{
    int shown = len < 64 ? (int)len : 64;
    return corm_fail(err, CORM_E_DATA, "invalid %s '%.*s': expected %s", kind, shown,
                     text, expected);
}

static enum corm_rc prefix_text(const char *kind, const char *text, size_t len,
                                struct corm_error *err)
{
    corm_error_prefix(err, "invalid %s '%.*s'", kind, (int)len, text);
    return CORM_E_DATA;
}

enum corm_rc corm_date_parse(const char *text, size_t len, struct corm_value *out,
                             struct corm_error *err)
{
    struct reader r = { .at = text, .end = text + len };
    struct corm_civil civil = { .zone = CORM_ZONE_NONE };
    if (!read_date(&r, &civil) || r.at != r.end) {
        return fail_text("date", text, len, "YYYY-MM-DD", err);
    }
    if (corm_date_make(&civil, out, err) != CORM_OK) {
        return prefix_text("date", text, len, err);
    }
    return CORM_OK;
}

enum corm_rc corm_time_parse(const char *text, size_t len, struct corm_value *out,
                             struct corm_error *err)
{
    struct reader r = { .at = text, .end = text + len };
    struct corm_civil civil = { 0 };
    int32_t zone_seconds;
    if (!read_clock(&r, &civil) || !read_zone(&r, &civil, &zone_seconds) ||
        zone_seconds != 0) {
        return fail_text("time", text, len, "HH:MM:SS[.ffffff][+hh:mm]", err);
    }
    if (corm_time_make(&civil, out, err) != CORM_OK) {
        return prefix_text("time", text, len, err);
    }
    return CORM_OK;
}

static bool read_datetime(struct reader *r, struct corm_civil *civil,
                          int32_t *zone_seconds_out)
{
    *zone_seconds_out = 0;
    if (!read_date(r, civil)) {
        return false;
    }
    if (r->at == r->end) {
        return true;
    }
    if (!read_char(r, ' ') && !read_char(r, 'T')) {
        return false;
    }
    return read_clock(r, civil) && read_zone(r, civil, zone_seconds_out);
}

enum corm_rc corm_datetime_parse(const char *text, size_t len, struct corm_value *out,
                                 struct corm_error *err)
{
    struct reader r = { .at = text, .end = text + len };
    struct corm_civil civil = { .zone = CORM_ZONE_NONE };
    struct corm_value parsed;
    int32_t zone_seconds;
    if (!read_datetime(&r, &civil, &zone_seconds)) {
        return fail_text("datetime", text, len, "YYYY-MM-DD HH:MM:SS[.ffffff][+hh:mm]",
                         err);
    }
    if (corm_datetime_make(&civil, &parsed, err) != CORM_OK ||
        corm_datetime_add(&parsed, -(int64_t)zone_seconds * CORM_US_PER_SECOND, out,
                          err) != CORM_OK) {
        return prefix_text("datetime", text, len, err);
    }
    return CORM_OK;
}

static char *write_digits(char *to, int count, int32_t number)
{
    for (int i = count - 1; i >= 0; i--) {
        to[i] = (char)('0' + number % 10);
        number /= 10;
    }
    return to + count;
}

static char *write_date(char *to, const struct corm_civil *civil)
{
    to = write_digits(to, 4, civil->year);
    *to++ = '-';
    to = write_digits(to, 2, civil->month);
    *to++ = '-';
    return write_digits(to, 2, civil->day);
}

static char *write_clock(char *to, const struct corm_civil *civil)
{
    to = write_digits(to, 2, civil->hour);
    *to++ = ':';
    to = write_digits(to, 2, civil->minute);
    *to++ = ':';
    to = write_digits(to, 2, civil->second);
    if (civil->microsecond != 0) {
        *to++ = '.';
        to = write_digits(to, 6, civil->microsecond);
    }
    if (civil->zone != CORM_ZONE_NONE) {
        *to++ = civil->zone < 0 ? '-' : '+';
        to = write_digits(to, 2, abs(civil->zone) / 60);
        *to++ = ':';
        to = write_digits(to, 2, abs(civil->zone) % 60);
    }
    return to;
}

size_t corm_datetime_format(const struct corm_value *value, char separator,
                            char buf[CORM_DATETIME_TEXT_MAX])
{
    struct corm_civil civil;
    char *to = buf;
    corm_civil_fill(&civil, value);
    if (value->tag != CORM_TAG_TIME) {
        to = write_date(to, &civil);
    }
    if (value->tag == CORM_TAG_DATETIME) {
        *to++ = separator;
    }
    if (value->tag != CORM_TAG_DATE) {
        to = write_clock(to, &civil);
    }
    *to = '\0';
    return (size_t)(to - buf);
}

/* SPDX-License-Identifier: MIT */
#include "base/interval.h"

#include "base/datetime.h"

#include <stdio.h>
#include <string.h>

/* What is left to read, and the sum so far. */
struct reader {
    const char *at;
    const char *end;
    int64_t us;
    bool is_overflowing; /* every number was fine, but not their sum */
};

/* A number as written: sign, whole part and millionths. */
struct amount {
    bool is_negative;
    bool has_fraction;
    int64_t whole;
    int64_t millionths;
};

static bool is_digit_at(const struct reader *r)
{
    return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static bool read_char(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c) {
        return false;
    }
    r->at++;
    return true;
}

/* Digits, at least one. */
static bool read_whole(struct reader *r, int64_t *out)
{
    if (!is_digit_at(r)) {
        return false;
    }
    *out = 0;
    for (; is_digit_at(r); r->at++) {
        if (__builtin_mul_overflow(*out, 10, out) ||
            __builtin_add_overflow(*out, *r->at - '0', out)) {
            r->is_overflowing = true;
            *out = 0;
        }
    }
    return true;
}

/* Digits with an optional fraction of 1 to 6 digits. */
static bool read_unsigned(struct reader *r, struct amount *a)
{
    a->millionths = 0;
    if (!read_whole(r, &a->whole)) {
        return false;
    }
    a->has_fraction = read_char(r, '.');
    if (!a->has_fraction) {
        return true;
    }
    bool has_digit = is_digit_at(r);
    for (int64_t unit = 100000; unit > 0 && is_digit_at(r); unit /= 10, r->at++) {
        a->millionths += (*r->at - '0') * unit;
    }
    return has_digit && !is_digit_at(r);
}

/* The same with an optional sign. */
static bool read_amount(struct reader *r, struct amount *a)
{
    a->is_negative = read_char(r, '-');
    if (!a->is_negative) {
        (void)read_char(r, '+');
    }
    return read_unsigned(r, a);
}

/* Add the amount, counted in units of unit_us; only seconds have millionths. */
static void reader_add(struct reader *r, const struct amount *a, int64_t unit_us)
{
    int64_t us;
    if (__builtin_mul_overflow(a->whole, unit_us, &us) ||
        __builtin_add_overflow(us, a->millionths, &us) ||
        (a->is_negative ? __builtin_sub_overflow(r->us, us, &r->us)
                        : __builtin_add_overflow(r->us, us, &r->us))) {
        r->is_overflowing = true;
        r->us = 0;
    }
}

struct iso_unit {
    char letter;
    bool is_time; /* after the T */
    int64_t us;
};

static const struct iso_unit iso_units[] = {
    { 'Y', false, 365 * CORM_US_PER_DAY }, { 'M', false, 30 * CORM_US_PER_DAY },
    { 'W', false, 7 * CORM_US_PER_DAY },   { 'D', false, CORM_US_PER_DAY },
    { 'H', true, CORM_US_PER_HOUR },       { 'M', true, CORM_US_PER_MINUTE },
    { 'S', true, CORM_US_PER_SECOND },
};

/* The unit with this letter at or after `from`; units must fall. */
static const struct iso_unit *iso_unit_find(size_t from, char letter, bool is_time)
{
    for (size_t i = from; i < CORM_LENGTH(iso_units); i++) {
        if (iso_units[i].letter == letter && iso_units[i].is_time == is_time) {
            return &iso_units[i];
        }
    }
    return NULL;
}

/* One or more of nY nM nW nD, T, nH nM n.nS, in this order; each sign is flipped. */
static bool read_iso(struct reader *r, bool is_flipped)
{
    bool is_time = false;
    bool has_amount = false; /* since P or T */
    size_t next = 0;
    while (r->at < r->end) {
        struct amount a;
        if (!is_time && read_char(r, 'T')) {
            is_time = true;
            has_amount = false;
            continue;
        }
        if (!read_amount(r, &a) || r->at == r->end) {
            return false;
        }
        const struct iso_unit *unit = iso_unit_find(next, *r->at++, is_time);
        if (unit == NULL || (a.has_fraction && unit->letter != 'S')) {
            return false;
        }
        a.is_negative = a.is_negative != is_flipped;
        reader_add(r, &a, unit->us);
        next = (size_t)(unit - iso_units) + 1;
        has_amount = true;
    }
    return has_amount;
}

/* Length of the word at r->at. */
static size_t word_len(const struct reader *r)
{
    size_t len = 0;
    while (r->at + len < r->end && r->at[len] >= 'a' && r->at[len] <= 'z') {
        len++;
    }
    return len;
}

/* Read a unit's name; 0 if there is none. */
static int64_t read_pg_unit(struct reader *r)
{
    static const struct {
        const char *name; /* or with an s */
        int64_t us;
    } units[] = {
        { "year", 365 * CORM_US_PER_DAY }, { "mon", 30 * CORM_US_PER_DAY },
        { "month", 30 * CORM_US_PER_DAY }, { "week", 7 * CORM_US_PER_DAY },
        { "day", CORM_US_PER_DAY },        { "hour", CORM_US_PER_HOUR },
        { "min", CORM_US_PER_MINUTE },     { "minute", CORM_US_PER_MINUTE },
        { "sec", CORM_US_PER_SECOND },     { "second", CORM_US_PER_SECOND },
    };
    size_t len = word_len(r);
    const char *word = r->at;
    r->at += len;
    if (len > 1 && word[len - 1] == 's') {
        len--;
    }
    for (size_t i = 0; i < CORM_LENGTH(units); i++) {
        if (strlen(units[i].name) == len && memcmp(units[i].name, word, len) == 0) {
            return units[i].us;
        }
    }
    return 0;
}

/* :MM:SS[.ffffff] after the hours, which give the sign, and then nothing. */
static bool read_pg_clock(struct reader *r, const struct amount *hours)
{
    struct amount minutes = { .is_negative = hours->is_negative };
    struct amount seconds = { .is_negative = hours->is_negative };
    if (hours->has_fraction || !read_char(r, ':') || !read_whole(r, &minutes.whole) ||
        minutes.whole > 59 || !read_char(r, ':') || !read_unsigned(r, &seconds) ||
        seconds.whole > 59) {
        return false;
    }
    reader_add(r, hours, CORM_US_PER_HOUR);
    reader_add(r, &minutes, CORM_US_PER_MINUTE);
    reader_add(r, &seconds, CORM_US_PER_SECOND);
    return r->at == r->end;
}

/* n unit n unit … [±HH:MM:SS[.ffffff]] */
static bool read_pg(struct reader *r)
{
    do {
        struct amount a;
        if (!read_amount(r, &a)) {
            return false;
        }
        if (!read_char(r, ' ')) {
            return read_pg_clock(r, &a);
        }
        int64_t unit_us = read_pg_unit(r);
        if (unit_us == 0 || (a.has_fraction && unit_us != CORM_US_PER_SECOND)) {
            return false;
        }
        reader_add(r, &a, unit_us);
    } while (read_char(r, ' '));
    return r->at == r->end;
}

static bool read_interval(struct reader *r)
{
    const char *start = r->at;
    bool is_flipped = read_char(r, '-');
    if (!is_flipped) {
        (void)read_char(r, '+');
    }
    if (read_char(r, 'P')) {
        return read_iso(r, is_flipped);
    }
    r->at = start;
    return read_pg(r);
}

enum corm_rc corm_interval_parse(const char *text, size_t len, struct corm_value *out,
                                 struct corm_error *err)
{
    struct reader r = { .at = text, .end = text + len };
    int shown = len < 64 ? (int)len : 64;
    if (!read_interval(&r)) {
        return corm_fail(err, CORM_E_DATA,
                         "invalid interval '%.*s': expected P1DT2H3M4.5S or "
                         "1 day 02:03:04.5",
                         shown, text);
    }
    if (r.is_overflowing) {
        return corm_fail(err, CORM_E_DATA, "interval '%.*s' is out of range", shown,
                         text);
    }
    *out = (struct corm_value){ .tag = CORM_TAG_INTERVAL, .as.i = r.us };
    return CORM_OK;
}

/* An interval taken apart; all parts have the sign of the whole. */
struct parts {
    bool is_negative;
    unsigned long days;
    unsigned hours;
    unsigned minutes;
    unsigned seconds;
    char fraction[8]; /* ".5", or empty */
};

static void parts_fill(struct parts *p, int64_t us)
{
    uint64_t left = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
    unsigned millionths = (unsigned)(left % CORM_US_PER_SECOND);
    p->is_negative = us < 0;
    p->days = (unsigned long)(left / (uint64_t)CORM_US_PER_DAY);
    left %= (uint64_t)CORM_US_PER_DAY;
    p->hours = (unsigned)(left / (uint64_t)CORM_US_PER_HOUR);
    p->minutes = (unsigned)(left / (uint64_t)CORM_US_PER_MINUTE % 60);
    p->seconds = (unsigned)(left / CORM_US_PER_SECOND % 60);
    p->fraction[0] = '\0';
    if (millionths > 0) {
        size_t len =
            (size_t)snprintf(p->fraction, sizeof(p->fraction), ".%06u", millionths);
        while (p->fraction[len - 1] == '0') {
            p->fraction[--len] = '\0';
        }
    }
}

size_t corm_interval_format_iso(int64_t us, char buf[CORM_INTERVAL_TEXT_MAX])
{
    struct parts p;
    parts_fill(&p, us);
    char *to = buf;
    char *end = buf + CORM_INTERVAL_TEXT_MAX;
    to += snprintf(to, (size_t)(end - to), p.is_negative ? "-P" : "P");
    if (p.days > 0) {
        to += snprintf(to, (size_t)(end - to), "%luD", p.days);
    }
    if (us % CORM_US_PER_DAY == 0 && us != 0) {
        return (size_t)(to - buf);
    }
    to += snprintf(to, (size_t)(end - to), "T");
    if (p.hours > 0) {
        to += snprintf(to, (size_t)(end - to), "%uH", p.hours);
    }
    if (p.minutes > 0) {
        to += snprintf(to, (size_t)(end - to), "%uM", p.minutes);
    }
    if (us % CORM_US_PER_MINUTE != 0 || us == 0) {
        to += snprintf(to, (size_t)(end - to), "%u%sS", p.seconds, p.fraction);
    }
    return (size_t)(to - buf);
}

size_t corm_interval_format_pg(int64_t us, char buf[CORM_INTERVAL_TEXT_MAX])
{
    struct parts p;
    parts_fill(&p, us);
    const char *sign = p.is_negative ? "-" : "";
    int len = 0;
    if (p.days > 0) {
        len = snprintf(buf, CORM_INTERVAL_TEXT_MAX, "%s%lu days ", sign, p.days);
    }
    len +=
        snprintf(buf + len, (size_t)(CORM_INTERVAL_TEXT_MAX - len),
                 "%s%02u:%02u:%02u%s", sign, p.hours, p.minutes, p.seconds, p.fraction);
    return (size_t)len;
}

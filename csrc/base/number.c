/* SPDX-License-Identifier: MIT */
/*
 * A float's text is taken apart here and handed to strtod() as digits and an exponent:
 * without a decimal point there is nothing that a locale could change. Formatting takes
 * only the digits and the exponent from printf() for the same reason.
 */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    /*
     * No double's exact value, nor the middle between two, has more significant digits;
     * what comes after them only counts as "more than nothing".
     */
    FLOAT_DIGITS_MAX = 768,
    FLOAT_EXPONENT_MAX =
        100000, /* far beyond any double, far from overflow of an int */
    FLOAT_PRECISION_MAX = 17 /* significant digits that tell all doubles apart */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool corm_number_parse_int(const char *text, size_t len, int64_t *out)
{
    size_t pos = len > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    bool is_negative = pos == 1 && text[0] == '-';
    int64_t sum = 0;
    if (pos == len) {
        return false;
    }
    for (; pos < len; pos++) {
        if (!is_digit(text[pos])) {
            return false;
        }
        /* Summed up below zero, where there is room for INT64_MIN. */
        if (__builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_sub_overflow(sum, text[pos] - '0', &sum)) {
            return false;
        }
    }
    if (!is_negative && sum == INT64_MIN) {
        return false;
    }
    *out = is_negative ? sum : -sum;
    return true;
}

/* A number as its text says it: digits * 10^exponent. */
struct scanned {
    char digits[FLOAT_DIGITS_MAX + 1]; /* without leading zeros */
    int ndigits;
    int64_t exponent; /* of the last digit */
};

static void scanned_add(struct scanned *s, char digit, bool is_fraction)
{
    s->exponent -= is_fraction;
    if (s->ndigits == 0 && digit == '0') {
        return;
    }
    if (s->ndigits < FLOAT_DIGITS_MAX) {
        s->digits[s->ndigits++] = digit;
        return;
    }
    s->exponent++;
    if (s->ndigits == FLOAT_DIGITS_MAX && digit != '0') {
        s->digits[s->ndigits++] = '1';
        s->exponent--;
    }
}

/* Scan digits with an optional point; returns the bytes used, 0 if there is no digit. */
static size_t scan_mantissa(const char *text, size_t len, struct scanned *s)
{
    bool is_fraction = false;
    bool has_digit = false;
    size_t pos = 0;
    for (; pos < len; pos++) {
        if (is_digit(text[pos])) {
            scanned_add(s, text[pos], is_fraction);
            has_digit = true;
        } else if (text[pos] == '.' && !is_fraction) {
            is_fraction = true;
        } else {
            break;
        }
    }
    return has_digit ? pos : 0;
}

/* Scan what follows the `e`; false if that is no integer. */
static bool scan_exponent(const char *text, size_t len, struct scanned *s)
{
    size_t pos = len > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    bool is_negative = pos == 1 && text[0] == '-';
    int64_t exponent = 0;
    if (pos == len) {
        return false;
    }
    for (; pos < len; pos++) {
        if (!is_digit(text[pos])) {
            return false;
        }
        if (exponent < FLOAT_EXPONENT_MAX) {
            exponent = exponent * 10 + (text[pos] - '0');
        }
    }
    s->exponent += is_negative ? -exponent : exponent;
    return true;
}

/*
 * Most numbers have few digits: where both the digits and the power of ten are exact as
 * doubles, one multiplication or division rounds correctly.
 */
static bool convert_exactly(const char *digits, int ndigits, int64_t exponent,
                            double *out)
{
    static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    uint64_t mantissa = 0;
    if (ndigits > 15 || exponent > 22 || exponent < -22) {
        return false;
    }
    for (int i = 0; i < ndigits; i++) {
        mantissa = mantissa * 10 + (uint64_t)(digits[i] - '0');
    }
    *out = exponent < 0 ? (double)mantissa / powers[-exponent]
                        : (double)mantissa * powers[exponent];
    return true;
}

/* The double nearest to digits * 10^exponent. */
static double convert(const char *digits, int ndigits, int64_t exponent)
{
    char text[FLOAT_DIGITS_MAX + 32];
    double f = 0.0;
    if (ndigits == 0 || convert_exactly(digits, ndigits, exponent, &f)) {
        return f;
    }
    (void)snprintf(text, sizeof(text), "%.*se%lld", ndigits, digits,
                   (long long)exponent);
    return strtod(text, NULL);
}

/* NaN and infinity, without their sign. */
static bool parse_special(const char *text, size_t len, double *out)
{
    if (len == 3 && strncasecmp(text, "nan", 3) == 0) {
        *out = NAN;
        return true;
    }
    if ((len == 3 && strncasecmp(text, "inf", 3) == 0) ||
        (len == 8 && strncasecmp(text, "infinity", 8) == 0)) {
        *out = INFINITY;
        return true;
    }
    return false;
}

static bool parse_finite(const char *text, size_t len, double *out)
{
    struct scanned s;
    s.ndigits = 0;
    s.exponent = 0;
    size_t pos = scan_mantissa(text, len, &s);
    if (pos == 0) {
        return false;
    }
    if (pos < len && ((text[pos] | 0x20) != 'e' ||
                      !scan_exponent(text + pos + 1, len - pos - 1, &s))) {
        return false;
    }
    double f = convert(s.digits, s.ndigits, s.exponent);
    if (isinf(f)) {
        return false;
    }
    *out = f;
    return true;
}

bool corm_number_parse_float(const char *text, size_t len, double *out)
{
    size_t pos = len > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    double f;
    if (!parse_finite(text + pos, len - pos, &f) &&
        !parse_special(text + pos, len - pos, &f)) {
        return false;
    }
    *out = pos == 1 && text[0] == '-' ? -f : f;
    return true;
}

size_t corm_number_format_int(char buf[CORM_INT_TEXT_MAX], int64_t i)
{
    char digits[CORM_INT_TEXT_MAX];
    char *at = digits + sizeof(digits);
    uint64_t left = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (i < 0) {
        *--at = '-';
    }
    size_t len = (size_t)(digits + sizeof(digits) - at);
    memcpy(buf, at, len);
    buf[len] = '\0';
    return len;
}

/* The significant digits of a finite double, d.ddd * 10^exponent. */
struct digits {
    char text[FLOAT_PRECISION_MAX];
    int count; /* at least 1; no zeros at the end */
    int exponent;
};

static void digits_make(struct digits *d, double f, int precision)
{
    char text[48];
    (void)snprintf(text, sizeof(text), "%.*e", precision - 1, f);
    d->text[0] = text[0];
    d->count = 1;
    const char *at = text + 1;
    for (; *at != 'e'; at++) {
        if (is_digit(*at)) {
            d->text[d->count++] = *at;
        }
    }
    d->exponent = (int)strtol(at + 1, NULL, 10);
    while (d->count > 1 && d->text[d->count - 1] == '0') {
        d->count--;
    }
}

/*
 * f is finite and not negative. Any 15 digits survive a normal double, so fewer show as
 * zeros at the end; a subnormal one may be told apart by a single digit.
 */
static void digits_make_shortest(struct digits *d, double f)
{
    for (int precision = f < DBL_MIN ? 1 : DBL_DIG; precision <= FLOAT_PRECISION_MAX;
         precision++) {
        digits_make(d, f, precision);
        if (convert(d->text, d->count, d->exponent - d->count + 1) == f) {
            break;
        }
    }
}

/* d.ddde+XX, at least two digits of exponent */
static char *write_scientific(char *to, const struct digits *d)
{
    *to++ = d->text[0];
    if (d->count > 1) {
        *to++ = '.';
        memcpy(to, d->text + 1, (size_t)d->count - 1);
        to += d->count - 1;
    }
    return to +
           snprintf(to, 8, "e%c%02d", d->exponent < 0 ? '-' : '+', abs(d->exponent));
}

/* 0.000ddd, ddd.ddd or ddd000.0 */
static char *write_plain(char *to, const struct digits *d)
{
    if (d->exponent < 0) {
        *to++ = '0';
        *to++ = '.';
        memset(to, '0', (size_t)(-d->exponent - 1));
        to += -d->exponent - 1;
        memcpy(to, d->text, (size_t)d->count);
        return to + d->count;
    }
    int nwhole = d->exponent + 1;
    for (int i = 0; i < nwhole; i++) {
        *to++ = (char)(i < d->count ? d->text[i] : '0');
    }
    *to++ = '.';
    if (d->count <= nwhole) {
        *to++ = '0';
        return to;
    }
    memcpy(to, d->text + nwhole, (size_t)(d->count - nwhole));
    return to + (d->count - nwhole);
}

size_t corm_number_format_float(char buf[CORM_FLOAT_TEXT_MAX], double f)
{
    struct digits d;
    char *to = buf;
    if (isnan(f)) {
        memcpy(buf, "NaN", 4);
        return 3;
    }
    if (signbit(f)) {
        *to++ = '-';
        f = -f;
    }
    if (isinf(f)) {
        memcpy(to, "Infinity", 8);
        to += 8;
    } else {
        digits_make_shortest(&d, f);
        bool is_plain = d.exponent >= -4 && d.exponent < 16;
        to = is_plain ? write_plain(to, &d) : write_scientific(to, &d);
    }
    *to = '\0';
    return (size_t)(to - buf);
}

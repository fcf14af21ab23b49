/* SPDX-License-Identifier: MIT */
/* Numbers from and to text, the same in every locale. */
#ifndef CORM_BASE_NUMBER_H
#define CORM_BASE_NUMBER_H

#include "base/compat.h"

enum {
    CORM_INT_TEXT_MAX = 24, /* room for any int64_t with its NUL */
    CORM_FLOAT_TEXT_MAX = 32 /* room for any double with its NUL */
};

/**
 * Parse the whole text as an integer: an optional sign and digits, no blanks.
 * False if it is none or does not fit; *out stays as it was.
 */
bool corm_number_parse_int(const char *text, size_t len, int64_t *out);

/**
 * Parse the whole text as the nearest double: digits with optional sign, point and
 * exponent, or NaN, Inf, Infinity in any case; no blanks, no hexadecimal.
 * False if it is none, or if a finite number overflows; *out stays as it was.
 */
bool corm_number_parse_float(const char *text, size_t len, double *out);

/** Write the integer with a NUL; returns the length. */
size_t corm_number_format_int(char buf[CORM_INT_TEXT_MAX], int64_t i);

/**
 * Write the shortest text that parses to the same double, with a NUL; returns the length.
 * Always recognisable as a float: 5.0, 1e+16, 1e-05, NaN, Infinity, -Infinity.
 */
size_t corm_number_format_float(char buf[CORM_FLOAT_TEXT_MAX], double f);

#endif

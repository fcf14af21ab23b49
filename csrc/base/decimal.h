/* SPDX-License-Identifier: MIT */
/*
 * Exact decimal numbers as text, of any length.
 *
 * Canonical text, what a DECIMAL cell holds: an optional minus, digits without leading
 * zeros (at least one), and, if the number has a scale, a point and that many digits. The
 * scale is part of the number (1.50 prints as 1.50) but not of its value (it equals 1.5).
 * Zero has no sign. NaN, Infinity and -Infinity are canonical too: PostgreSQL has them.
 * They compare as PostgreSQL does, but are no operands of arithmetic.
 *
 * Operands are DECIMAL or INT cells. Results are DECIMAL cells whose text is in the arena,
 * together with what the operation needed on the way.
 */
#ifndef CORM_BASE_DECIMAL_H
#define CORM_BASE_DECIMAL_H

#include "base/arena.h"
#include "base/error.h"
#include "base/value.h"

enum {
    /* What PostgreSQL's numeric can hold; beyond it everything fails with CORM_E_DATA. */
    CORM_DECIMAL_WHOLE_MAX = 131072, /* digits before the point */
    CORM_DECIMAL_SCALE_MAX = 16383 /* digits after the point */
};

/**
 * Make canonical text of a number with optional sign, point and exponent, or of NaN, Inf,
 * Infinity in any case. Text that is canonical already is not copied.
 * Errors: CORM_E_DATA quoting the text, CORM_E_NO_MEMORY.
 */
enum corm_rc corm_decimal_parse(const char *text, size_t len, struct corm_arena *arena,
                                struct corm_value *out,
                                struct corm_error *err) CORM_NODISCARD;

/** True unless the operand is NaN or infinite. */
bool corm_decimal_is_finite(const struct corm_value *a);

/** Negative, 0 or positive as a < b, a = b, a > b; NaN equals itself and is the largest. */
int corm_decimal_compare(const struct corm_value *a, const struct corm_value *b);

/** Exact sum, with the larger scale. Errors: CORM_E_DATA, CORM_E_NO_MEMORY. */
enum corm_rc corm_decimal_add(const struct corm_value *a, const struct corm_value *b,
                              struct corm_arena *arena, struct corm_value *out,
                              struct corm_error *err) CORM_NODISCARD;

/** Exact difference a - b, with the larger scale. Errors: as corm_decimal_add(). */
enum corm_rc corm_decimal_sub(const struct corm_value *a, const struct corm_value *b,
                              struct corm_arena *arena, struct corm_value *out,
                              struct corm_error *err) CORM_NODISCARD;

/** Exact product, with the sum of the scales. Errors: as corm_decimal_add(). */
enum corm_rc corm_decimal_mul(const struct corm_value *a, const struct corm_value *b,
                              struct corm_arena *arena, struct corm_value *out,
                              struct corm_error *err) CORM_NODISCARD;

/**
 * Quotient, rounded to the scale that PostgreSQL chooses: at least 16 significant digits
 * and no fewer decimals than either operand has.
 * Errors: CORM_E_DATA (also for division by zero), CORM_E_NO_MEMORY.
 */
enum corm_rc corm_decimal_div(const struct corm_value *a, const struct corm_value *b,
                              struct corm_arena *arena, struct corm_value *out,
                              struct corm_error *err) CORM_NODISCARD;

/** Change the sign; works for infinities too. Errors: CORM_E_NO_MEMORY. */
enum corm_rc corm_decimal_neg(const struct corm_value *a, struct corm_arena *arena,
                              struct corm_value *out,
                              struct corm_error *err) CORM_NODISCARD;

/**
 * Give the number just this scale: zeros are added, or digits rounded away, halves away
 * from zero as PostgreSQL does. A negative scale rounds to tens, hundreds, …
 * Errors: as corm_decimal_add().
 */
enum corm_rc corm_decimal_round(const struct corm_value *a, int scale,
                                struct corm_arena *arena, struct corm_value *out,
                                struct corm_error *err) CORM_NODISCARD;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Natural numbers of any length, private to base: what decimals are calculated with. In
 * base 10^9, so that decimal digits go in and come out without division. All memory is
 * the arena's; a false result means that it was short.
 */
#ifndef CORM_BASE_NATURAL_INT_H
#define CORM_BASE_NATURAL_INT_H

#include "base/arena.h"

struct corm_natural {
    uint32_t *limbs; /* each below 10^9, the lowest first */
    size_t count; /* without zeros at the top; 0 for the number zero */
};

/** Read decimal digits; leading zeros are fine, no digits are zero. */
bool corm_natural_read(struct corm_arena *arena, const char *digits, size_t ndigits,
                       struct corm_natural *out) CORM_NODISCARD;

/** Write decimal digits without leading zeros; zero has none. No NUL. */
bool corm_natural_write(struct corm_arena *arena, const struct corm_natural *n,
                        const char **digits_out, size_t *ndigits_out) CORM_NODISCARD;

/** Negative, 0 or positive as a < b, a = b, a > b. */
int corm_natural_compare(const struct corm_natural *a, const struct corm_natural *b);

/** a + b */
bool corm_natural_add(struct corm_arena *arena, const struct corm_natural *a,
                      const struct corm_natural *b,
                      struct corm_natural *out) CORM_NODISCARD;

/** a - b, which must not be negative. */
bool corm_natural_sub(struct corm_arena *arena, const struct corm_natural *a,
                      const struct corm_natural *b,
                      struct corm_natural *out) CORM_NODISCARD;

/** a * b */
bool corm_natural_mul(struct corm_arena *arena, const struct corm_natural *a,
                      const struct corm_natural *b,
                      struct corm_natural *out) CORM_NODISCARD;

/** a / b, a half rounded up; b must not be zero. */
bool corm_natural_div_round(struct corm_arena *arena, const struct corm_natural *a,
                            const struct corm_natural *b,
                            struct corm_natural *out) CORM_NODISCARD;

#endif

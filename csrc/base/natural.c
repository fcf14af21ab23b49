/* SPDX-License-Identifier: MIT */
/*
 * The methods one learns at school, with 10^9 for 10. Decimals in databases have tens of
 * digits, so nothing cleverer would pay. No library: those that Debian has either end
 * the process when memory is short or stop at 34 digits.
 */
#include "base/natural_int.h"

#include <string.h>

enum { LIMB_DIGITS = 9, LIMB_BASE = 1000000000 };

/* Drop zeros at the top. */
static void natural_trim(struct corm_natural *n)
{
    while (n->count > 0 && n->limbs[n->count - 1] == 0) {
        n->count--;
    }
}

/* Zeroed limbs; the caller fills them and trims. */
static bool natural_new(struct corm_arena *arena, size_t count,
                        struct corm_natural *out)
{
    out->limbs = corm_arena_zero(arena, count, sizeof(*out->limbs));
    out->count = count;
    return out->limbs != NULL;
}

bool corm_natural_read(struct corm_arena *arena, const char *digits, size_t ndigits,
                       struct corm_natural *out)
{
    if (!natural_new(arena, ndigits / LIMB_DIGITS + 1, out)) {
        return false;
    }
    size_t end = ndigits;
    for (size_t i = 0; i < out->count; i++) {
        size_t start = end > LIMB_DIGITS ? end - LIMB_DIGITS : 0;
        for (size_t pos = start; pos < end; pos++) {
            out->limbs[i] = out->limbs[i] * 10 + (uint32_t)(digits[pos] - '0');
        }
        end = start;
    }
    natural_trim(out);
    return true;
}

bool corm_natural_write(struct corm_arena *arena, const struct corm_natural *n,
                        const char **digits_out, size_t *ndigits_out)
{
    size_t ndigits = n->count * LIMB_DIGITS;
    char *digits = corm_arena_alloc(arena, ndigits);
    if (digits == NULL) {
        return false;
    }
    for (size_t i = 0; i < n->count; i++) {
        uint32_t limb = n->limbs[i];
        char *end = digits + ndigits - i * LIMB_DIGITS;
        for (int k = 1; k <= LIMB_DIGITS; k++) {
            end[-k] = (char)('0' + limb % 10);
            limb /= 10;
        }
    }
    size_t zeros = 0;
    while (zeros < ndigits && digits[zeros] == '0') {
        zeros++;
    }
    *digits_out = digits + zeros;
    *ndigits_out = ndigits - zeros;
    return true;
}

int corm_natural_compare(const struct corm_natural *a, const struct corm_natural *b)
{
    if (a->count != b->count) {
        return a->count < b->count ? -1 : 1;
    }
    for (size_t i = a->count; i > 0; i--) {
        if (a->limbs[i - 1] != b->limbs[i - 1]) {
            return a->limbs[i - 1] < b->limbs[i - 1] ? -1 : 1;
        }
    }
    return 0;
}

bool corm_natural_add(struct corm_arena *arena, const struct corm_natural *a,
                      const struct corm_natural *b, struct corm_natural *out)
{
    const struct corm_natural *longer = a->count > b->count ? a : b;
    const struct corm_natural *shorter = longer == a ? b : a;
    struct corm_natural sum;
    uint32_t carry = 0;
    if (!natural_new(arena, longer->count + 1, &sum)) {
        return false;
    }
    for (size_t i = 0; i < longer->count; i++) {
        uint32_t limb = longer->limbs[i] + carry;
        limb += i < shorter->count ? shorter->limbs[i] : 0;
        carry = limb >= LIMB_BASE;
        sum.limbs[i] = carry ? limb - LIMB_BASE : limb;
    }
    sum.limbs[longer->count] = carry;
    natural_trim(&sum);
    *out = sum;
    return true;
}

bool corm_natural_sub(struct corm_arena *arena, const struct corm_natural *a,
                      const struct corm_natural *b, struct corm_natural *out)
{
    struct corm_natural difference;
    uint32_t borrow = 0;
    PRE(corm_natural_compare(a, b) >= 0);
    if (!natural_new(arena, a->count, &difference)) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        uint32_t taken = borrow + (i < b->count ? b->limbs[i] : 0);
        borrow = a->limbs[i] < taken;
        difference.limbs[i] = a->limbs[i] + (borrow ? LIMB_BASE : 0) - taken;
    }
    natural_trim(&difference);
    *out = difference;
    return true;
}

bool corm_natural_mul(struct corm_arena *arena, const struct corm_natural *a,
                      const struct corm_natural *b, struct corm_natural *out)
{
    struct corm_natural product;
    if (!natural_new(arena, a->count + b->count, &product)) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        uint64_t carry = 0;
        for (size_t j = 0; j < b->count; j++) {
            carry += (uint64_t)a->limbs[i] * b->limbs[j] + product.limbs[i + j];
            product.limbs[i + j] = (uint32_t)(carry % LIMB_BASE);
            carry /= LIMB_BASE;
        }
        product.limbs[i + b->count] = (uint32_t)carry;
    }
    natural_trim(&product);
    *out = product;
    return true;
}

/* The limbs of n times factor, with one limb more at the top. */
static bool natural_scaled(struct corm_arena *arena, const struct corm_natural *n,
                           uint32_t factor, struct corm_natural *out)
{
    uint64_t carry = 0;
    if (!natural_new(arena, n->count + 1, out)) {
        return false;
    }
    for (size_t i = 0; i < n->count; i++) {
        carry += (uint64_t)n->limbs[i] * factor;
        out->limbs[i] = (uint32_t)(carry % LIMB_BASE);
        carry /= LIMB_BASE;
    }
    out->limbs[n->count] = (uint32_t)carry;
    return true;
}

/*
 * Guess how often the divisor goes into the rest whose top limb is rest[n]: two limbs
 * of the rest by one of the divisor, corrected by the next of each. With a divisor that
 * begins with at least half the base the guess is right or one too large.
 */
static uint64_t guess_limb(const uint32_t *rest, const uint32_t *divisor, size_t n)
{
    uint64_t top = (uint64_t)rest[n] * LIMB_BASE + rest[n - 1];
    uint64_t guess = top / divisor[n - 1];
    uint64_t left = top % divisor[n - 1];
    while (guess >= LIMB_BASE ||
           (n > 1 && guess * divisor[n - 2] > left * LIMB_BASE + rest[n - 2])) {
        guess--;
        left += divisor[n - 1];
        if (left >= LIMB_BASE) {
            break;
        }
    }
    return guess;
}

/* rest -= divisor * factor over n + 1 limbs; true if that went below zero. */
static bool subtract_scaled(uint32_t *rest, const uint32_t *divisor, size_t n,
                            uint64_t factor)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < n; i++) {
        carry += divisor[i] * factor;
        uint32_t taken = (uint32_t)(carry % LIMB_BASE);
        carry /= LIMB_BASE;
        if (rest[i] < taken) {
            rest[i] += LIMB_BASE;
            carry++;
        }
        rest[i] -= taken;
    }
    bool is_below = rest[n] < carry;
    rest[n] = (uint32_t)(rest[n] + (is_below ? LIMB_BASE : 0) - carry);
    return is_below;
}

/* rest += divisor over n + 1 limbs, undoing the one subtraction too many. */
static void add_back(uint32_t *rest, const uint32_t *divisor, size_t n)
{
    uint32_t carry = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t limb = rest[i] + divisor[i] + carry;
        carry = limb >= LIMB_BASE;
        rest[i] = carry ? limb - LIMB_BASE : limb;
    }
    rest[n] = (rest[n] + carry) % LIMB_BASE;
}

/* Long division: rest becomes the remainder, quotient has room for its limbs. */
static void divide(struct corm_natural *rest, const struct corm_natural *divisor,
                   struct corm_natural *quotient)
{
    size_t n = divisor->count;
    for (size_t i = quotient->count; i > 0; i--) {
        uint32_t *window = rest->limbs + i - 1;
        uint64_t limb = guess_limb(window, divisor->limbs, n);
        if (subtract_scaled(window, divisor->limbs, n, limb)) {
            limb--;
            add_back(window, divisor->limbs, n);
        }
        quotient->limbs[i - 1] = (uint32_t)limb;
    }
    natural_trim(quotient);
    natural_trim(rest);
}

bool corm_natural_div_round(struct corm_arena *arena, const struct corm_natural *a,
                            const struct corm_natural *b, struct corm_natural *out)
{
    PRE(b->count > 0);
    /* Both are scaled so that the divisor's top limb is at least half the base. */
    uint32_t factor = LIMB_BASE / (b->limbs[b->count - 1] + 1);
    size_t nlimbs = a->count < b->count ? 0 : a->count - b->count + 1;
    struct corm_natural rest;
    struct corm_natural divisor;
    struct corm_natural quotient;
    struct corm_natural twice;
    uint32_t one_limb = 1;
    const struct corm_natural one = { .limbs = &one_limb, .count = 1 };
    if (!natural_scaled(arena, a, factor, &rest) ||
        !natural_scaled(arena, b, factor, &divisor) ||
        !natural_new(arena, nlimbs, &quotient)) {
        return false;
    }
    natural_trim(&divisor);
    divide(&rest, &divisor, &quotient);
    if (!corm_natural_add(arena, &rest, &rest, &twice)) {
        return false;
    }
    if (corm_natural_compare(&twice, &divisor) >= 0) {
        return corm_natural_add(arena, &quotient, &one, out);
    }
    *out = quotient;
    return true;
}

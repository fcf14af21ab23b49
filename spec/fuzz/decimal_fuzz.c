/* SPDX-License-Identifier: MIT */
/*
 * Two numbers separated by a blank: each becomes canonical text that stays as it is, and
 * arithmetic undoes itself.
 */
#include "base/decimal.h"

#include "base/number.h"

#include <stdlib.h>
#include <string.h>

enum {
    CALCULATED_MAX = 400 /* longer numbers are only parsed: arithmetic is quadratic */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_true)
{
    if (!is_true) {
        abort();
    }
}

static bool parse(const char *text, size_t len, struct corm_arena *arena,
                  struct corm_value *out)
{
    struct corm_error err;
    struct corm_value again;
    double f;
    if (corm_decimal_parse(text, len, arena, out, &err) != CORM_OK) {
        check(err.rc == CORM_E_DATA && err.message[0] != '\0');
        return false;
    }
    check(corm_decimal_parse(out->as.s, out->len, arena, &again, &err) == CORM_OK);
    check(out->len == again.len && memcmp(out->as.s, again.as.s, again.len) == 0);
    check(corm_decimal_compare(out, &again) == 0);
    check(out->len > 300 || corm_number_parse_float(out->as.s, out->len, &f));
    return true;
}

static bool can_calculate(const struct corm_value *a, const struct corm_value *b)
{
    return corm_decimal_is_finite(a) && corm_decimal_is_finite(b) &&
           a->len + b->len < CALCULATED_MAX;
}

static void calculate(const struct corm_value *a, const struct corm_value *b,
                      struct corm_arena *arena)
{
    struct corm_value out;
    struct corm_value negated;
    const struct corm_value zero = corm_value_int(0);
    check(corm_decimal_add(a, b, arena, &out, NULL) == CORM_OK);
    check(corm_decimal_sub(&out, b, arena, &out, NULL) == CORM_OK);
    check(corm_decimal_compare(&out, a) == 0 && corm_value_equal(&out, a));
    check(corm_value_hash(&out) == corm_value_hash(a));
    check(corm_decimal_neg(a, arena, &negated, NULL) == CORM_OK);
    check(corm_decimal_add(a, &negated, arena, &out, NULL) == CORM_OK);
    check(corm_decimal_compare(&out, &zero) == 0);
    if (corm_decimal_compare(b, &zero) != 0) {
        check(corm_decimal_mul(a, b, arena, &out, NULL) == CORM_OK);
        check(corm_decimal_div(&out, b, arena, &out, NULL) == CORM_OK);
        check(corm_decimal_compare(&out, a) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct corm_arena arena = { 0 };
    struct corm_value a;
    struct corm_value b;
    const char *text = (const char *)data;
    const char *blank = size == 0 ? NULL : memchr(text, ' ', size);
    size_t first = blank == NULL ? size : (size_t)(blank - text);
    if (parse(text, first, &arena, &a) && blank != NULL &&
        parse(blank + 1, size - first - 1, &arena, &b) && can_calculate(&a, &b)) {
        calculate(&a, &b, &arena);
    }
    corm_arena_release(&arena);
    return 0;
}

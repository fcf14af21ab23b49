/* SPDX-License-Identifier: MIT */
#include "base/decimal.h"

#include "base/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"

typedef enum corm_rc (*binary_fn)(const struct corm_value *, const struct corm_value *,
                                  struct corm_arena *, struct corm_value *,
                                  struct corm_error *);

static struct corm_value decimal(struct corm_arena *arena, const char *text)
{
    struct corm_value value = corm_value_unset();
    struct corm_error err;
    if (corm_decimal_parse(text, strlen(text), arena, &value, &err) != CORM_OK) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(value.tag, CORM_TAG_DECIMAL);
    return value;
}

static void assert_text(struct corm_value value, const char *expected)
{
    char text[256];
    (void)snprintf(text, sizeof(text), "%.*s", (int)value.len, value.as.s);
    assert_string_equal(text, expected);
}

static void assert_parsed(const char *text, const char *expected)
{
    struct corm_arena arena = { 0 };
    assert_text(decimal(&arena, text), expected);
    corm_arena_release(&arena);
}

static void assert_result(binary_fn fn, const char *a, const char *b,
                          const char *expected)
{
    struct corm_arena arena = { 0 };
    struct corm_error err;
    struct corm_value x = decimal(&arena, a);
    struct corm_value y = decimal(&arena, b);
    struct corm_value out;
    if (fn(&x, &y, &arena, &out, &err) != CORM_OK) {
        fail_msg("%s", err.message);
    }
    assert_text(out, expected);
    corm_arena_release(&arena);
}

static void assert_rounded(const char *a, int scale, const char *expected)
{
    struct corm_arena arena = { 0 };
    struct corm_value x = decimal(&arena, a);
    struct corm_value out;
    assert_int_equal(corm_decimal_round(&x, scale, &arena, &out, NULL), CORM_OK);
    assert_text(out, expected);
    corm_arena_release(&arena);
}

static int compared(const char *a, const char *b)
{
    struct corm_arena arena = { 0 };
    struct corm_value x = decimal(&arena, a);
    struct corm_value y = decimal(&arena, b);
    int order = corm_decimal_compare(&x, &y);
    corm_arena_release(&arena);
    return (order > 0) - (order < 0);
}

static void makes_text_canonical(void **state)
{
    (void)state;
    assert_parsed("1.50", "1.50");
    assert_parsed("-0.001", "-0.001");
    assert_parsed("+7", "7");
    assert_parsed("007.10", "7.10");
    assert_parsed(".5", "0.5");
    assert_parsed("5.", "5");
    assert_parsed("-0.00", "0.00");
    assert_parsed("000", "0");
    assert_parsed("1e3", "1000");
    assert_parsed("1.25E1", "12.5");
    assert_parsed("1.25e+2", "125");
    assert_parsed("125e-4", "0.0125");
    assert_parsed("-0e5", "0");
    assert_parsed("0e-3", "0.000");
    assert_parsed("nan", "NaN");
    assert_parsed("-inf", "-Infinity");
    assert_parsed("+Infinity", "Infinity");
}

static void lends_canonical_text_without_a_copy(void **state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    const char *text = "12345678901234567890.0001";
    assert_ptr_equal(decimal(&arena, text).as.s, text);
    assert_null(arena.head);
}

static void reads_no_further_than_the_length(void **state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    struct corm_value out;
    assert_int_equal(corm_decimal_parse("-0.095", 4, &arena, &out, NULL), CORM_OK);
    assert_text(out, "0.0");
    corm_arena_release(&arena);
}

static void refuses_other_text(void **state)
{
    (void)state;
    static const char *const bad[] = { "",    "-",    ".",    "-.",      "e5",   "1e",
                                       "1e+", " 1",   "1 ",   "1.2.3",   "0x1",  "1,5",
                                       "--1", "-nan", "nan1", "infinit", "1e5.0" };
    for (size_t i = 0; i < CORM_LENGTH(bad); i++) {
        struct corm_arena arena = { 0 };
        struct corm_value out = corm_value_int(42);
        struct corm_error err;
        assert_int_equal(corm_decimal_parse(bad[i], strlen(bad[i]), &arena, &out, &err),
                         CORM_E_DATA);
        assert_non_null(strstr(err.message, "invalid decimal '"));
        assert_int_equal(out.tag, CORM_TAG_INT);
        corm_arena_release(&arena);
    }
}

static void refuses_what_no_database_holds(void **state)
{
    (void)state;
    static const char *const large[] = { "1e131072",          "1e-16384",
                                         "1e999999999999999", "1e-999999999999999",
                                         "0e-99999",          "123e131070" };
    for (size_t i = 0; i < CORM_LENGTH(large); i++) {
        struct corm_arena arena = { 0 };
        struct corm_value out;
        struct corm_error err;
        assert_int_equal(
            corm_decimal_parse(large[i], strlen(large[i]), &arena, &out, &err),
            CORM_E_DATA);
        assert_non_null(strstr(err.message, "decimal is out of range"));
        corm_arena_release(&arena);
    }
    struct corm_arena arena = { 0 };
    assert_int_equal(decimal(&arena, "1e131071").len, CORM_DECIMAL_WHOLE_MAX);
    assert_int_equal(decimal(&arena, "-1e-16383").len, CORM_DECIMAL_SCALE_MAX + 3);
    corm_arena_release(&arena);
}

static void compares_by_value(void **state)
{
    (void)state;
    static const char *const rising[] = { "-Infinity",
                                          "-10",
                                          "-9.99",
                                          "-0.001",
                                          "0",
                                          "0.0001",
                                          "0.001",
                                          "1",
                                          "1.0001",
                                          "1.001",
                                          "2",
                                          "10",
                                          "99999999999999999999999",
                                          "Infinity",
                                          "NaN" };
    for (size_t i = 0; i < CORM_LENGTH(rising); i++) {
        for (size_t j = 0; j < CORM_LENGTH(rising); j++) {
            assert_int_equal(compared(rising[i], rising[j]), (i > j) - (i < j));
        }
    }
    assert_int_equal(compared("1.50", "1.5"), 0);
    assert_int_equal(compared("-1.50", "-1.5"), 0);
    assert_int_equal(compared("0.00", "0"), 0);
}

static void takes_integers_as_operands(void **state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    struct corm_value two = corm_value_int(2);
    struct corm_value least = corm_value_int(INT64_MIN);
    struct corm_value half = decimal(&arena, "0.5");
    struct corm_value out;
    assert_int_equal(corm_decimal_mul(&two, &half, &arena, &out, NULL), CORM_OK);
    assert_text(out, "1.0");
    assert_int_equal(corm_decimal_neg(&least, &arena, &out, NULL), CORM_OK);
    assert_text(out, "9223372036854775808");
    assert_true(corm_decimal_compare(&least, &half) < 0);
    assert_true(corm_decimal_is_finite(&two));
    corm_arena_release(&arena);
}

static void adds_and_subtracts_exactly(void **state)
{
    (void)state;
    assert_result(corm_decimal_add, "0.1", "0.2", "0.3");
    assert_result(corm_decimal_add, "1.50", "1.5", "3.00");
    assert_result(corm_decimal_add, "999999999999999999999", "1",
                  "1000000000000000000000");
    assert_result(corm_decimal_add, "-5", "3.25", "-1.75");
    assert_result(corm_decimal_add, "3.25", "-5", "-1.75");
    assert_result(corm_decimal_add, "-1", "1.00", "0.00");
    assert_result(corm_decimal_sub, "1000000000000000000", "0.000000001",
                  "999999999999999999.999999999");
    assert_result(corm_decimal_sub, "1", "-1", "2");
    assert_result(corm_decimal_sub, "-1", "-3.5", "2.5");
}

static void multiplies_exactly(void **state)
{
    (void)state;
    assert_result(corm_decimal_mul, "1.10", "3", "3.30");
    assert_result(corm_decimal_mul, "-0.5", "0.5", "-0.25");
    assert_result(corm_decimal_mul, "0.00", "-7", "0.00");
    assert_result(corm_decimal_mul, "123456789012345678901234567890",
                  "987654321098765432109876543210",
                  "121932631137021795226185032733622923332237463801111263526900");
}

/* Every expected text was given by PostgreSQL 15. */
static void divides_as_postgres_does(void **state)
{
    (void)state;
    assert_result(corm_decimal_div, "1", "3", "0.33333333333333333333");
    assert_result(corm_decimal_div, "2", "3", "0.66666666666666666667");
    assert_result(corm_decimal_div, "10", "4", "2.5000000000000000");
    assert_result(corm_decimal_div, "-1", "8", "-0.12500000000000000000");
    assert_result(corm_decimal_div, "12345678901234567890", "7", "1763668414462081127");
    assert_result(corm_decimal_div, "1", "1000000000000",
                  "0.00000000000100000000000000000000");
    assert_result(corm_decimal_div, "0", "5", "0.00000000000000000000");
    assert_result(corm_decimal_div, "1.000000000000000000000000000001", "2",
                  "0.500000000000000000000000000001");
}

/* The guess of one limb of this quotient is one too large and has to be taken back. */
static void divides_where_a_guess_is_too_large(void **state)
{
    (void)state;
    assert_result(corm_decimal_div, "499999999000000001500000000000000001000000001",
                  "499999999000000001999999999", "999999999999999999");
}

static void refuses_what_has_no_result(void **state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    struct corm_error err;
    struct corm_value zero = decimal(&arena, "0.00");
    struct corm_value one = decimal(&arena, "1");
    struct corm_value nan = decimal(&arena, "NaN");
    struct corm_value tiny = decimal(&arena, "1e-16383");
    struct corm_value out = corm_value_int(42);
    assert_int_equal(corm_decimal_div(&one, &zero, &arena, &out, &err), CORM_E_DATA);
    assert_string_equal(err.message, "division by zero");
    assert_int_equal(corm_decimal_add(&one, &nan, &arena, &out, &err), CORM_E_DATA);
    assert_string_equal(err.message, "cannot calculate with NaN");
    assert_int_equal(corm_decimal_sub(&nan, &one, &arena, &out, &err), CORM_E_DATA);
    assert_int_equal(corm_decimal_round(&nan, 2, &arena, &out, &err), CORM_E_DATA);
    assert_int_equal(corm_decimal_mul(&tiny, &tiny, &arena, &out, &err), CORM_E_DATA);
    assert_int_equal(corm_decimal_round(&one, 16384, &arena, &out, &err), CORM_E_DATA);
    assert_int_equal(out.tag, CORM_TAG_INT);
    assert_false(corm_decimal_is_finite(&nan));
    corm_arena_release(&arena);
}

static void rounds_halves_away_from_zero(void **state)
{
    (void)state;
    assert_rounded("2.345", 2, "2.35");
    assert_rounded("2.344999", 2, "2.34");
    assert_rounded("-2.5", 0, "-3");
    assert_rounded("2.5", 0, "3");
    assert_rounded("9.99", 1, "10.0");
    assert_rounded("0.5", 0, "1");
    assert_rounded("0.49", 0, "0");
    assert_rounded("-0.4", 0, "0");
    assert_rounded("1.5", 4, "1.5000");
    assert_rounded("1.50", 2, "1.50");
    assert_rounded("1250", -2, "1300");
    assert_rounded("50", -2, "100");
    assert_rounded("49.9", -2, "0");
    assert_rounded("99", -5, "0");
}

static void changes_the_sign(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "1.50", "-1.50" }, { "-1.50", "1.50" },         { "0.00", "0.00" },
        { "NaN", "NaN" },    { "Infinity", "-Infinity" }, { "-Infinity", "Infinity" },
    };
    for (size_t i = 0; i < CORM_LENGTH(cases); i++) {
        struct corm_arena arena = { 0 };
        struct corm_value x = decimal(&arena, cases[i][0]);
        struct corm_value out;
        assert_int_equal(corm_decimal_neg(&x, &arena, &out, NULL), CORM_OK);
        assert_text(out, cases[i][1]);
        corm_arena_release(&arena);
    }
}

/* (a * b) / b = a and (a + b) - b = a, for numbers of many lengths. */
static void undoes_what_it_did(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252ull;
    for (int round = 0; round < 300; round++) {
        struct corm_arena arena = { 0 };
        char text[2][160];
        for (int k = 0; k < 2; k++) {
            size_t len = 1 + (size_t)round % 100 + (size_t)k * 40;
            for (size_t i = 0; i < len; i++) {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                /* Runs of 0 and 9 make carries go far. */
                text[k][i] = "0123456789009999"[seed % 16];
            }
            text[k][0] = '1';
            text[k][len] = '\0';
        }
        struct corm_value a = decimal(&arena, text[0]);
        struct corm_value b = decimal(&arena, text[1]);
        struct corm_value out;
        assert_int_equal(corm_decimal_mul(&a, &b, &arena, &out, NULL), CORM_OK);
        assert_int_equal(corm_decimal_div(&out, &b, &arena, &out, NULL), CORM_OK);
        assert_int_equal(corm_decimal_compare(&out, &a), 0);
        assert_int_equal(corm_decimal_add(&a, &b, &arena, &out, NULL), CORM_OK);
        assert_int_equal(corm_decimal_sub(&out, &b, &arena, &out, NULL), CORM_OK);
        assert_int_equal(corm_decimal_compare(&out, &a), 0);
        corm_arena_release(&arena);
    }
}

static bool calculate(void *state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    struct corm_value value;
    struct corm_value two = corm_value_int(2);
    /* Long enough that the steps do not all fit in the arena's first block. */
    char text[3000];
    memset(text, '7', sizeof(text));
    text[0] = '+';
    enum corm_rc rc = corm_decimal_parse(text, sizeof(text), &arena, &value, NULL);
    for (int i = 0; i < 3 && rc == CORM_OK; i++) {
        rc = corm_decimal_div(&value, &two, &arena, &value, NULL);
        rc =
            rc == CORM_OK ? corm_decimal_mul(&value, &value, &arena, &value, NULL) : rc;
        rc = rc == CORM_OK ? corm_decimal_sub(&value, &two, &arena, &value, NULL) : rc;
        rc = rc == CORM_OK ? corm_decimal_neg(&value, &arena, &value, NULL) : rc;
        rc = rc == CORM_OK ? corm_decimal_round(&value, 1, &arena, &value, NULL) : rc;
    }
    assert_true(rc == CORM_OK || rc == CORM_E_NO_MEMORY);
    corm_arena_release(&arena);
    return rc == CORM_OK;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(calculate, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_text_canonical),
        cmocka_unit_test(lends_canonical_text_without_a_copy),
        cmocka_unit_test(reads_no_further_than_the_length),
        cmocka_unit_test(refuses_other_text),
        cmocka_unit_test(refuses_what_no_database_holds),
        cmocka_unit_test(compares_by_value),
        cmocka_unit_test(takes_integers_as_operands),
        cmocka_unit_test(adds_and_subtracts_exactly),
        cmocka_unit_test(multiplies_exactly),
        cmocka_unit_test(divides_as_postgres_does),
        cmocka_unit_test(divides_where_a_guess_is_too_large),
        cmocka_unit_test(refuses_what_has_no_result),
        cmocka_unit_test(rounds_halves_away_from_zero),
        cmocka_unit_test(changes_the_sign),
        cmocka_unit_test(undoes_what_it_did),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("base/decimal", tests, NULL, NULL);
}

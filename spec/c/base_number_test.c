/* SPDX-License-Identifier: MIT */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void parses_integers_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t expected;
    } good[] = {
        { "0", 0 },
        { "-0", 0 },
        { "+7", 7 },
        { "007", 7 },
        { "9223372036854775807", INT64_MAX },
        { "-9223372036854775808", INT64_MIN },
    };
    static const char *const bad[] = {
        "",
        "-",
        "+",
        " 1",
        "1 ",
        "1.0",
        "0x1",
        "1e3",
        "--1",
        "+-1",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999",
    };
    for (size_t i = 0; i < CORM_LENGTH(good); i++) {
        int64_t out;
        assert_true(corm_number_parse_int(good[i].text, strlen(good[i].text), &out));
        assert_int_equal(out, good[i].expected);
    }
    for (size_t i = 0; i < CORM_LENGTH(bad); i++) {
        int64_t out = 42;
        assert_false(corm_number_parse_int(bad[i], strlen(bad[i]), &out));
        assert_int_equal(out, 42);
    }
}

static void reads_no_further_than_the_length(void **state)
{
    (void)state;
    int64_t i;
    double f;
    assert_true(corm_number_parse_int("123", 2, &i));
    assert_int_equal(i, 12);
    assert_true(corm_number_parse_float("1.25", 3, &f));
    assert_true(f == 1.2);
}

static void parses_floats_as_strtod_does(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0",
        "1",
        "-1",
        "0.1",
        ".5",
        "5.",
        "1e5",
        "1E+5",
        "1e-5",
        "3.14159265358979323846",
        "1e22",
        "1e23",
        "2.2250738585072014e-308",
        "4.9406564584124654e-324",
        "5e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1e-400",
        "1.7976931348623157e308",
        "9007199254740993",
        "0e99999999999",
        "0.000000000000000000000000000001",
        "123456789012345678901234567890",
        "9007199254740992.99999999999999999999",
        "00000000000000000000000001.5",
    };
    for (size_t i = 0; i < CORM_LENGTH(texts); i++) {
        double out;
        assert_true(corm_number_parse_float(texts[i], strlen(texts[i]), &out));
        double expected = strtod(texts[i], NULL);
        assert_memory_equal(&out, &expected, sizeof(out));
    }
}

/* 1 + 2^-53 lies just between two doubles; the 1000th digit decides. */
static void rounds_by_digits_far_behind(void **state)
{
    (void)state;
    char text[1200];
    double out;
    (void)snprintf(text, sizeof(text), "%s%0900d",
                   "1.00000000000000011102230246251565404236316680908203125", 0);
    assert_true(corm_number_parse_float(text, strlen(text), &out));
    assert_true(out == 1.0);
    strcat(text, "1");
    assert_true(corm_number_parse_float(text, strlen(text), &out));
    assert_true(out == nextafter(1.0, 2.0));
}

static void refuses_what_is_no_float(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",      "-",     ".",   "e5",   "1e", "1e+",   " 1",     "1 ",  "0x10",
        "1.2.3", "1e5.0", "1_0", "nanx", "in", "1e999", "-1e999", "1,5", "+-1"
    };
    for (size_t i = 0; i < CORM_LENGTH(bad); i++) {
        double out = 42;
        assert_false(corm_number_parse_float(bad[i], strlen(bad[i]), &out));
        assert_true(out == 42);
    }
}

static void parses_nan_and_infinity(void **state)
{
    (void)state;
    double out;
    assert_true(corm_number_parse_float("NaN", 3, &out));
    assert_true(isnan(out));
    assert_true(corm_number_parse_float("-Infinity", 9, &out));
    assert_true(isinf(out) && out < 0);
    assert_true(corm_number_parse_float("Inf", 3, &out));
    assert_true(isinf(out) && out > 0);
}

static void formats_floats_shortly(void **state)
{
    (void)state;
    static const struct {
        double f;
        const char *expected;
    } cases[] = {
        { 0.0, "0.0" },
        { -0.0, "-0.0" },
        { 5.0, "5.0" },
        { -1.5, "-1.5" },
        { 0.1, "0.1" },
        { 0.1 + 0.2, "0.30000000000000004" },
        { 1.0 / 3, "0.3333333333333333" },
        { 100.0, "100.0" },
        { 123456.789, "123456.789" },
        { 1e15, "1000000000000000.0" },
        { 1e16, "1e+16" },
        { 1.25e-5, "1.25e-05" },
        { 0.0001, "0.0001" },
        { 1e100, "1e+100" },
        { 5e-324, "5e-324" },
        { 1.7976931348623157e308, "1.7976931348623157e+308" },
        { INFINITY, "Infinity" },
        { -INFINITY, "-Infinity" },
        { NAN, "NaN" },
    };
    for (size_t i = 0; i < CORM_LENGTH(cases); i++) {
        char buf[CORM_FLOAT_TEXT_MAX];
        size_t len = corm_number_format_float(buf, cases[i].f);
        assert_string_equal(buf, cases[i].expected);
        assert_int_equal(len, strlen(buf));
    }
}

static void brings_every_float_back(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252ull;
    for (int i = 0; i < 50000; i++) {
        char buf[CORM_FLOAT_TEXT_MAX];
        double f;
        double back;
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        memcpy(&f, &seed, sizeof(f));
        if (!isfinite(f)) {
            continue;
        }
        size_t len = corm_number_format_float(buf, f);
        assert_true(len < CORM_FLOAT_TEXT_MAX);
        assert_true(corm_number_parse_float(buf, len, &back));
        assert_memory_equal(&f, &back, sizeof(f));
    }
}

/* Skipped where no locale with a decimal comma is installed. */
static void ignores_the_locale(void **state)
{
    (void)state;
    static const char *const commas[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE" };
    const char *found = NULL;
    for (size_t i = 0; i < CORM_LENGTH(commas) && found == NULL; i++) {
        found = setlocale(LC_NUMERIC, commas[i]);
    }
    if (found == NULL) {
        skip();
    }
    char buf[CORM_FLOAT_TEXT_MAX];
    double f;
    (void)corm_number_format_float(buf, 0.123456789012345678);
    assert_true(corm_number_parse_float("0.30000000000000004", 19, &f));
    (void)setlocale(LC_NUMERIC, "C");
    assert_string_equal(buf, "0.12345678901234568");
    assert_true(f == 0.1 + 0.2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_integers_strictly),
        cmocka_unit_test(reads_no_further_than_the_length),
        cmocka_unit_test(parses_floats_as_strtod_does),
        cmocka_unit_test(rounds_by_digits_far_behind),
        cmocka_unit_test(refuses_what_is_no_float),
        cmocka_unit_test(parses_nan_and_infinity),
        cmocka_unit_test(formats_floats_shortly),
        cmocka_unit_test(brings_every_float_back),
        cmocka_unit_test(ignores_the_locale),
    };
    return cmocka_run_group_tests_name("base/number", tests, NULL, NULL);
}

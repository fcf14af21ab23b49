/* SPDX-License-Identifier: MIT */
#include "base/datetime.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

typedef enum corm_rc (*parse_fn)(const char *, size_t, struct corm_value *,
                                 struct corm_error *);

static struct corm_value parsed(parse_fn parse, const char *text)
{
    struct corm_value value = corm_value_unset();
    struct corm_error err;
    if (parse(text, strlen(text), &value, &err) != CORM_OK) {
        fail_msg("%s", err.message);
    }
    return value;
}

static struct corm_value datetime(const char *text)
{
    return parsed(corm_datetime_parse, text);
}

static void assert_refused(parse_fn parse, const char *text, const char *message)
{
    struct corm_value value = { .tag = CORM_TAG_INT, .as.i = 42 };
    struct corm_error err;
    assert_int_equal(parse(text, strlen(text), &value, &err), CORM_E_DATA);
    if (message != NULL) {
        assert_string_equal(err.message, message);
    }
    assert_int_equal(value.tag, CORM_TAG_INT);
    assert_int_equal(value.as.i, 42);
}

static void assert_text(struct corm_value value, const char *expected)
{
    char buf[CORM_DATETIME_TEXT_MAX];
    size_t len = corm_datetime_format(&value, ' ', buf);
    assert_string_equal(buf, expected);
    assert_int_equal(len, strlen(expected));
}

static void knows_the_calendar_of_ten_thousand_years(void **state)
{
    (void)state;
    int64_t first = parsed(corm_date_parse, "0001-01-01").as.i;
    int64_t last = parsed(corm_date_parse, "9999-12-31").as.i;
    assert_int_equal(last - first, 3652058);
    for (int64_t day = first; day <= last; day += 11) {
        struct corm_value value = { .tag = CORM_TAG_DATE, .as.i = day };
        struct corm_value back;
        struct corm_civil civil;
        struct tm expected;
        time_t seconds = (time_t)day * 86400;
        (void)gmtime_r(&seconds, &expected);
        corm_civil_fill(&civil, &value);
        assert_int_equal(civil.year, expected.tm_year + 1900);
        assert_int_equal(civil.month, expected.tm_mon + 1);
        assert_int_equal(civil.day, expected.tm_mday);
        assert_int_equal(corm_datetime_weekday(&value) % 7, expected.tm_wday);
        assert_int_equal(corm_date_make(&civil, &back, NULL), CORM_OK);
        assert_int_equal(back.as.i, day);
    }
}

static void represents_moments_as_the_cell_says(void **state)
{
    (void)state;
    assert_int_equal(parsed(corm_date_parse, "1970-01-02").as.i, 1);
    assert_int_equal(parsed(corm_date_parse, "1969-12-31").as.i, -1);
    struct corm_value time = parsed(corm_time_parse, "00:00:01.5+01:00");
    assert_int_equal(time.as.i, 1500000);
    assert_int_equal(time.aux, 60);
    struct corm_value naive = datetime("1970-01-01 00:00:01");
    assert_int_equal(naive.as.i, 1000000);
    assert_int_equal(naive.aux, CORM_ZONE_NONE);
    struct corm_value zoned = datetime("1970-01-01 02:00:00+02:00");
    assert_int_equal(zoned.as.i, 0);
    assert_int_equal(zoned.aux, 120);
}

static void brings_iso_text_back(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "2024-01-31 12:00:00",
        "2024-01-31 12:00:00.123456",
        "2024-01-31 12:00:00.123456+02:00",
        "2024-02-29 23:59:59.000001-11:30",
        "0001-01-01 00:00:00+14:00",
        "0001-01-01 00:00:00-14:00",
        "9999-12-31 23:59:59.999999-15:59",
        "1969-12-31 23:59:59.999999+00:00",
        "1900-03-01 00:00:00-00:30",
    };
    for (size_t i = 0; i < CORM_LENGTH(texts); i++) {
        assert_text(datetime(texts[i]), texts[i]);
    }
    assert_text(parsed(corm_date_parse, "2024-02-29"), "2024-02-29");
    assert_text(parsed(corm_time_parse, "23:59:59.5-03:00"), "23:59:59.500000-03:00");
}

static void reads_what_databases_write(void **state)
{
    (void)state;
    assert_text(datetime("2024-01-31T12:34"), "2024-01-31 12:34:00");
    assert_text(datetime("2024-01-31"), "2024-01-31 00:00:00");
    assert_text(datetime("2024-01-31 12:00:00.5Z"), "2024-01-31 12:00:00.500000+00:00");
    assert_text(datetime("2024-01-31 12:00:00+02"), "2024-01-31 12:00:00+02:00");
    assert_text(datetime("2024-01-31 12:00:00-0530"), "2024-01-31 12:00:00-05:30");
    assert_text(parsed(corm_time_parse, "12:34"), "12:34:00");
    /* PostgreSQL before standard time: the zone's seconds go, the moment stays. */
    struct corm_value early = datetime("1883-11-18 12:03:57-07:52:58");
    struct corm_value utc = datetime("1883-11-18 19:56:55+00:00");
    assert_true(corm_value_equal(&early, &utc));
    assert_int_equal(early.aux, -(7 * 60 + 52));
}

static void separates_by_a_letter_if_asked(void **state)
{
    (void)state;
    char buf[CORM_DATETIME_TEXT_MAX];
    struct corm_value value = datetime("2024-01-31 12:00:00Z");
    (void)corm_datetime_format(&value, 'T', buf);
    assert_string_equal(buf, "2024-01-31T12:00:00+00:00");
}

static void refuses_other_dates(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2024",
        "2024-1-31",
        "24-01-31",
        "2024-01-31 ",
        " 2024-01-31",
        "2024/01/31",
        "2024-01-31 00:00:00",
        "12024-01-31",
        "20240131",
        "-001-01-01",
        "infinity",
        "2024-01-3x",
        "0044-03-15 BC",
    };
    for (size_t i = 0; i < CORM_LENGTH(bad); i++) {
        assert_refused(corm_date_parse, bad[i], NULL);
    }
    assert_refused(corm_date_parse, "x", "invalid date 'x': expected YYYY-MM-DD");
    assert_refused(corm_date_parse, "0000-01-01",
                   "invalid date '0000-01-01': year 0 is out of range 1 to 9999");
    assert_refused(corm_date_parse, "2024-13-01",
                   "invalid date '2024-13-01': month 13 is out of range 1 to 12");
    assert_refused(corm_date_parse, "2023-02-29",
                   "invalid date '2023-02-29': day 29 is out of range 1 to 28");
    assert_refused(corm_date_parse, "1900-02-29", NULL);
    assert_refused(corm_date_parse, "2024-04-31", NULL);
}

static void refuses_other_times(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "12",
        "1:00",
        "12:0",
        "12:00:",
        "12:00:00.",
        "12:00:00.1234567",
        "12:00:00,5",
        "12:00:00 +01",
        "12:00+1",
        "12:00+24:00",
        "12:00+01:60",
        "12:00+01:0",
        "12:00Zx",
        "12:00+01:00:30",
        "12:00:00.5x",
        "12:00+",
        "1200",
    };
    for (size_t i = 0; i < CORM_LENGTH(bad); i++) {
        assert_refused(corm_time_parse, bad[i], NULL);
    }
    assert_refused(corm_time_parse, "24:00:00",
                   "invalid time '24:00:00': hour 24 is out of range 0 to 23");
    assert_refused(corm_time_parse, "12:60", NULL);
    assert_refused(corm_time_parse, "12:00:60", NULL);
}

static void refuses_other_datetimes(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "12:00:00",
        "2024-01-31T",
        "2024-01-31t12:00:00",
        "2024-01-31  12:00",
        "infinity",
        "2024-01-31 12:00:00 BC",
        "2024-01-31+02:00",
        "10000-01-01 00:00:00",
        /* The moment lies in year 10000 of its own clock once the seconds are gone. */
        "9999-12-31 23:59:59-00:00:30",
    };
    for (size_t i = 0; i < CORM_LENGTH(bad); i++) {
        assert_refused(corm_datetime_parse, bad[i], NULL);
    }
    assert_refused(
        corm_datetime_parse, "2024-02-30 25:00",
        "invalid datetime '2024-02-30 25:00': day 30 is out of range 1 to 29");
}

static void checks_every_field_when_making(void **state)
{
    (void)state;
    struct corm_value out;
    struct corm_error err;
    struct corm_civil civil = { 2024, 1, 31, 12, 30, 15, 250000, CORM_ZONE_NONE };
    assert_int_equal(corm_datetime_make(&civil, &out, &err), CORM_OK);
    assert_text(out, "2024-01-31 12:30:15.250000");
    civil.microsecond = 1000000;
    assert_int_equal(corm_datetime_make(&civil, &out, &err), CORM_E_DATA);
    assert_string_equal(err.message, "microsecond 1000000 is out of range 0 to 999999");
    civil.microsecond = -1;
    assert_int_equal(corm_time_make(&civil, &out, &err), CORM_E_DATA);
    civil.microsecond = 0;
    civil.zone = 24 * 60;
    assert_int_equal(corm_time_make(&civil, &out, &err), CORM_E_DATA);
    assert_string_equal(err.message, "zone 1440 is out of range -1439 to 1439");
}

static void tells_the_time(void **state)
{
    (void)state;
    (void)setenv("TZ", "XYZ-03:30", 1);
    tzset();
    corm_clock_stop(0, 1706702400123456);
    assert_text(corm_datetime_now_utc(), "2024-01-31 12:00:00.123456+00:00");
    assert_text(corm_datetime_now_local(), "2024-01-31 15:30:00.123456+03:30");
    corm_clock_run();
}

static void moves_between_zones(void **state)
{
    (void)state;
    struct corm_value noon = datetime("2024-01-31 12:00:00+00:00");
    struct corm_value out;
    struct corm_error err;
    assert_int_equal(corm_datetime_move_zone(&noon, 330, &out, &err), CORM_OK);
    assert_text(out, "2024-01-31 17:30:00+05:30");
    assert_true(corm_value_equal(&noon, &out));
    assert_int_equal(corm_datetime_replace_zone(&out, -60, &out, &err), CORM_OK);
    assert_text(out, "2024-01-31 17:30:00-01:00");
    assert_int_equal(corm_datetime_replace_zone(&out, CORM_ZONE_NONE, &out, &err),
                     CORM_OK);
    assert_text(out, "2024-01-31 17:30:00");
    assert_int_equal(corm_datetime_move_zone(&out, 0, &out, &err), CORM_E_ARGUMENT);
    struct corm_value last = datetime("9999-12-31 23:30:00+00:00");
    assert_int_equal(corm_datetime_move_zone(&last, 60, &out, &err), CORM_E_DATA);
    assert_int_equal(corm_datetime_move_zone(&last, 1440, &out, &err), CORM_E_DATA);
    struct corm_value date = parsed(corm_date_parse, "2024-01-31");
    assert_int_equal(corm_datetime_move_zone(&date, 0, &out, &err), CORM_E_ARGUMENT);
    assert_string_equal(err.message, "expected a datetime, got date");
    assert_int_equal(corm_datetime_replace_zone(&date, 0, &out, &err), CORM_E_ARGUMENT);
}

static struct corm_value sum(struct corm_value value, int64_t us)
{
    struct corm_value out = corm_value_unset();
    assert_int_equal(corm_datetime_add(&value, us, &out, NULL), CORM_OK);
    return out;
}

static void adds_microseconds(void **state)
{
    (void)state;
    struct corm_value date = parsed(corm_date_parse, "2024-02-28");
    struct corm_value time = parsed(corm_time_parse, "23:00:00");
    assert_text(sum(date, 2 * CORM_US_PER_DAY), "2024-03-01");
    assert_text(sum(date, CORM_US_PER_DAY - 1), "2024-02-28");
    assert_text(sum(date, -1), "2024-02-27");
    assert_text(sum(time, 2 * CORM_US_PER_HOUR), "01:00:00");
    assert_text(sum(time, -24 * CORM_US_PER_HOUR), "23:00:00");
    assert_text(sum(datetime("2023-12-31 23:59:59.999999+01:00"), 1),
                "2024-01-01 00:00:00+01:00");
}

static void refuses_sums_out_of_range(void **state)
{
    (void)state;
    struct corm_value out;
    struct corm_error err;
    struct corm_value first = datetime("0001-01-01 00:00:00");
    struct corm_value date = parsed(corm_date_parse, "9999-12-31");
    struct corm_value number = corm_value_int(1);
    assert_int_equal(corm_datetime_add(&first, -1, &out, &err), CORM_E_DATA);
    assert_int_equal(corm_datetime_add(&first, INT64_MIN, &out, &err), CORM_E_DATA);
    assert_int_equal(corm_datetime_add(&first, INT64_MAX, &out, &err), CORM_E_DATA);
    assert_int_equal(corm_datetime_add(&date, CORM_US_PER_DAY, &out, &err),
                     CORM_E_DATA);
    assert_int_equal(corm_datetime_add(&number, 1, &out, &err), CORM_E_ARGUMENT);
}

static void measures_and_orders(void **state)
{
    (void)state;
    int64_t us;
    struct corm_error err;
    struct corm_value a = datetime("2024-01-31 12:00:00+02:00");
    struct corm_value b = datetime("2024-01-31 12:00:00+01:00");
    struct corm_value naive = datetime("2024-01-31 12:00:00");
    struct corm_value date = parsed(corm_date_parse, "2024-01-31");
    struct corm_value time_a = parsed(corm_time_parse, "12:00+02:00");
    struct corm_value time_b = parsed(corm_time_parse, "12:00+01:00");
    assert_int_equal(corm_datetime_diff(&b, &a, &us, &err), CORM_OK);
    assert_int_equal(us, CORM_US_PER_HOUR);
    assert_int_equal(corm_datetime_diff(&time_b, &time_a, &us, &err), CORM_OK);
    assert_int_equal(us, CORM_US_PER_HOUR);
    assert_int_equal(corm_datetime_diff(&date, &date, &us, &err), CORM_OK);
    assert_int_equal(us, 0);
    assert_int_equal(corm_datetime_diff(&naive, &a, &us, &err), CORM_E_ARGUMENT);
    assert_int_equal(corm_datetime_diff(&naive, &date, &us, &err), CORM_E_ARGUMENT);
    assert_string_equal(err.message, "cannot compare datetime with date");
}

static void names_the_weekday_of_the_own_zone(void **state)
{
    (void)state;
    struct corm_value wednesday = datetime("2024-01-31 23:00:00-05:00");
    struct corm_value sunday = datetime("1960-02-28 23:59:59");
    assert_int_equal(corm_datetime_weekday(&wednesday), 3);
    assert_int_equal(corm_datetime_weekday(&sunday), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_calendar_of_ten_thousand_years),
        cmocka_unit_test(represents_moments_as_the_cell_says),
        cmocka_unit_test(brings_iso_text_back),
        cmocka_unit_test(reads_what_databases_write),
        cmocka_unit_test(separates_by_a_letter_if_asked),
        cmocka_unit_test(refuses_other_dates),
        cmocka_unit_test(refuses_other_times),
        cmocka_unit_test(refuses_other_datetimes),
        cmocka_unit_test(checks_every_field_when_making),
        cmocka_unit_test(tells_the_time),
        cmocka_unit_test(moves_between_zones),
        cmocka_unit_test(adds_microseconds),
        cmocka_unit_test(refuses_sums_out_of_range),
        cmocka_unit_test(measures_and_orders),
        cmocka_unit_test(names_the_weekday_of_the_own_zone),
    };
    return cmocka_run_group_tests_name("base/datetime", tests, NULL, NULL);
}

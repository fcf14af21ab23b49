/* SPDX-License-Identifier: MIT */
#include "base/interval.h"

#include "base/datetime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int64_t parsed(const char *text)
{
    struct corm_value value = corm_value_unset();
    struct corm_error err;
    if (corm_interval_parse(text, strlen(text), &value, &err) != CORM_OK) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(value.tag, CORM_TAG_INTERVAL);
    return value.as.i;
}

static void parses_iso_text(void **state)
{
    (void)state;
    assert_int_equal(parsed("PT0S"), 0);
    assert_int_equal(parsed("P1D"), CORM_US_PER_DAY);
    assert_int_equal(parsed("P2W"), 14 * CORM_US_PER_DAY);
    assert_int_equal(parsed("P1Y2M3D"), (365 + 60 + 3) * CORM_US_PER_DAY);
    assert_int_equal(parsed("PT2H3M4.5S"), 2 * CORM_US_PER_HOUR + 184500000);
    assert_int_equal(parsed("P1DT2H"), 26 * CORM_US_PER_HOUR);
    assert_int_equal(parsed("-P1DT2H"), -26 * CORM_US_PER_HOUR);
    assert_int_equal(parsed("+P1D"), CORM_US_PER_DAY);
    assert_int_equal(parsed("P-1DT+2H"), -22 * CORM_US_PER_HOUR);
    assert_int_equal(parsed("-P-1D"), CORM_US_PER_DAY);
    assert_int_equal(parsed("PT-0.000001S"), -1);
    assert_int_equal(parsed("PT100000H"), 100000 * CORM_US_PER_HOUR);
}

static void parses_postgres_text(void **state)
{
    (void)state;
    assert_int_equal(parsed("00:00:00"), 0);
    assert_int_equal(parsed("1 day"), CORM_US_PER_DAY);
    assert_int_equal(parsed("-1 days"), -CORM_US_PER_DAY);
    assert_int_equal(parsed("2 days 03:04:05.006"),
                     2 * CORM_US_PER_DAY + 3 * CORM_US_PER_HOUR + 245006000);
    assert_int_equal(parsed("1 year 2 mons 3 days"), (365 + 60 + 3) * CORM_US_PER_DAY);
    assert_int_equal(parsed("-1 days +02:00:00"), -22 * CORM_US_PER_HOUR);
    assert_int_equal(parsed("-00:00:01.5"), -1500000);
    assert_int_equal(parsed("123456:00:00"), 123456 * CORM_US_PER_HOUR);
    assert_int_equal(parsed("2 weeks 1.5 secs"), 14 * CORM_US_PER_DAY + 1500000);
    assert_int_equal(parsed("1 hour 2 minutes 3 seconds"),
                     CORM_US_PER_HOUR + 123000000);
}

static void refuses_other_text(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",         "P",         "PT",
        "P1",       "P1DT",      "PT1",
        "1",        "day",       "1 dayz",
        "1 s",      "1.5 days",  "P1.5D",
        "PT1S1M",   "P1D2Y",     "P1H",
        "PT1D",     "P1D1D",     "p1d",
        "1 day ",   " 1 day",    "1  day",
        "1 day 2",  "1:2",       "01:60:00",
        "01:00:60", "01:00:00.", "01:00:00.1234567",
        "PT1.S",    "PT.5S",     "1.5:00:00",
        "--1 day",  "1 day x",   "01:00:00 1 day",
        "infinity", "P--1D",     "PTT1S",
    };
    for (size_t i = 0; i < CORM_LENGTH(bad); i++) {
        struct corm_value value = corm_value_int(42);
        struct corm_error err;
        if (corm_interval_parse(bad[i], strlen(bad[i]), &value, &err) == CORM_OK) {
            fail_msg("'%s' was accepted", bad[i]);
        }
        assert_int_equal(err.rc, CORM_E_DATA);
        assert_int_equal(value.tag, CORM_TAG_INT);
    }
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    static const char *const large[] = {
        "P999999999D",      "P99999999999999999999D",    "300000 years",
        "P106751991DT4H1M", "9999999999999999999:00:00", "-P106751992D",
    };
    for (size_t i = 0; i < CORM_LENGTH(large); i++) {
        struct corm_value value;
        struct corm_error err;
        assert_int_equal(corm_interval_parse(large[i], strlen(large[i]), &value, &err),
                         CORM_E_DATA);
        assert_non_null(strstr(err.message, "is out of range"));
    }
}

static void formats_both_ways(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *iso;
        const char *pg;
    } cases[] = {
        { 0, "PT0S", "00:00:00" },
        { 1, "PT0.000001S", "00:00:00.000001" },
        { -1500000, "-PT1.5S", "-00:00:01.5" },
        { CORM_US_PER_DAY, "P1D", "1 days 00:00:00" },
        { -CORM_US_PER_DAY - CORM_US_PER_HOUR, "-P1DT1H", "-1 days -01:00:00" },
        { CORM_US_PER_HOUR, "PT1H", "01:00:00" },
        { CORM_US_PER_MINUTE, "PT1M", "00:01:00" },
        { CORM_US_PER_DAY + 3723004000, "P1DT1H2M3.004S", "1 days 01:02:03.004" },
        { INT64_MAX, "P106751991DT4H54.775807S", "106751991 days 04:00:54.775807" },
        { INT64_MIN, "-P106751991DT4H54.775808S", "-106751991 days -04:00:54.775808" },
    };
    for (size_t i = 0; i < CORM_LENGTH(cases); i++) {
        char buf[CORM_INTERVAL_TEXT_MAX];
        assert_int_equal(corm_interval_format_iso(cases[i].us, buf),
                         strlen(cases[i].iso));
        assert_string_equal(buf, cases[i].iso);
        assert_int_equal(corm_interval_format_pg(cases[i].us, buf),
                         strlen(cases[i].pg));
        assert_string_equal(buf, cases[i].pg);
        assert_int_equal(parsed(cases[i].iso), cases[i].us);
        assert_int_equal(parsed(cases[i].pg), cases[i].us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_iso_text),
        cmocka_unit_test(parses_postgres_text),
        cmocka_unit_test(refuses_other_text),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(formats_both_ways),
    };
    return cmocka_run_group_tests_name("base/interval", tests, NULL, NULL);
}

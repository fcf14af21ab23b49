/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

static void runs_with_the_system(void **state)
{
    (void)state;
    int64_t before = corm_clock_mono_us();
    time_t seconds = time(NULL);
    int64_t wall = corm_clock_wall_us();
    assert_true(corm_clock_mono_us() >= before);
    assert_in_range(corm_clock_mono_ms(), before / 1000, before / 1000 + 10000);
    assert_in_range(wall / 1000000, seconds, seconds + 10);
}

static void stops_and_advances(void **state)
{
    (void)state;
    corm_clock_stop(5000, 1000000);
    assert_int_equal(corm_clock_mono_us(), 5000);
    assert_int_equal(corm_clock_mono_ms(), 5);
    assert_int_equal(corm_clock_wall_us(), 1000000);
    corm_clock_advance(2500);
    assert_int_equal(corm_clock_mono_us(), 7500);
    assert_int_equal(corm_clock_wall_us(), 1002500);
    corm_clock_run();
    assert_true(corm_clock_wall_us() > 1002500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_with_the_system),
        cmocka_unit_test(stops_and_advances),
    };
    return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct lines {
    int count;
    size_t last_len;
    char last[CORM_LOG_LINE_MAX + 32];
};

static void keep_line(void *ctx, enum corm_log_level level, const char *logger,
                      const char *text, size_t len)
{
    struct lines *lines = ctx;
    lines->count++;
    lines->last_len = len;
    (void)snprintf(lines->last, sizeof(lines->last), "%d %s %s", (int)level, logger,
                   text);
}

static void sends_lines_of_the_level_and_above(void **state)
{
    (void)state;
    struct lines lines = { 0 };
    corm_log_set_hook(keep_line, &lines, CORM_LOG_WARNING);
    assert_false(corm_log_is_on(CORM_LOG_INFO));
    corm_log(CORM_LOG_INFO, "corm.pool", "unseen");
    assert_int_equal(lines.count, 0);
    corm_log(CORM_LOG_WARNING, "corm.pool", "%d left\nof %s", 3, "5");
    assert_string_equal(lines.last, "30 corm.pool 3 left\\nof 5");
    assert_int_equal(lines.last_len, strlen("3 left\\nof 5"));
    corm_log_set_hook(NULL, NULL, CORM_LOG_DEBUG);
}

static void cuts_long_lines(void **state)
{
    (void)state;
    struct lines lines = { 0 };
    corm_log_set_hook(keep_line, &lines, CORM_LOG_DEBUG);
    corm_log(CORM_LOG_DEBUG, "x", "%5000d", 1);
    assert_int_equal(lines.last_len, CORM_LOG_LINE_MAX - 1);
    corm_log_set_hook(NULL, NULL, CORM_LOG_DEBUG);
}

static void says_nothing_without_a_hook(void **state)
{
    (void)state;
    assert_false(corm_log_is_on(CORM_LOG_ERROR));
    corm_log(CORM_LOG_ERROR, "corm", "nobody hears this");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_lines_of_the_level_and_above),
        cmocka_unit_test(cuts_long_lines),
        cmocka_unit_test(says_nothing_without_a_hook),
    };
    return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}

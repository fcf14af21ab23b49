/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include "base/utf8.h"
#include "corm/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void fills_the_record(void **state)
{
    (void)state;
    struct corm_error err;
    memset(&err, 0xFF, sizeof(err));
    assert_int_equal(corm_fail(&err, CORM_E_DATA, "value %d too large", 7),
                     CORM_E_DATA);
    assert_int_equal(err.rc, CORM_E_DATA);
    assert_int_equal(err.native_code, 0);
    assert_string_equal(err.sqlstate, "");
    assert_false(err.is_disconnect);
    assert_false(err.is_retryable);
    assert_string_equal(err.message, "value 7 too large");
}

static void accepts_no_record(void **state)
{
    (void)state;
    assert_int_equal(corm_fail(NULL, CORM_E_DATA, "x"), CORM_E_DATA);
    assert_int_equal(corm_fail_memory(NULL), CORM_E_NO_MEMORY);
    corm_error_prefix(NULL, "x");
}

static void escapes_control_bytes_and_bad_utf8(void **state)
{
    (void)state;
    struct corm_error err;
    (void)corm_fail(&err, CORM_E_DATA, "%s", "a\nb\x1b[1m\xff\xc3\xa9\x7f\t");
    assert_string_equal(err.message, "a\\nb\\x1b[1m\\xff\xc3\xa9\\x7f\\t");
}

static void cuts_at_a_character(void **state)
{
    (void)state;
    struct corm_error err;
    char text[1200];
    for (size_t shift = 0; shift < 3; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof(text); i += 3) {
            memcpy(text + i, "\xe2\x82\xac", 4);
        }
        (void)corm_fail(&err, CORM_E_DATA, "%s", text);
        size_t len = strlen(err.message);
        assert_in_range(len, CORM_ERROR_MESSAGE_MAX - 3, CORM_ERROR_MESSAGE_MAX - 1);
        assert_true(corm_utf8_is_valid(err.message, len));
        assert_null(strstr(err.message, "\\x"));
    }
}

static void formats_from_its_own_message(void **state)
{
    (void)state;
    struct corm_error err;
    (void)corm_fail(&err, CORM_E_DATA, "inner");
    (void)corm_fail(&err, CORM_E_FLUSH, "outer (%s)", err.message);
    assert_string_equal(err.message, "outer (inner)");
}

static void prefixes_and_keeps_the_rest(void **state)
{
    (void)state;
    struct corm_error err;
    (void)corm_fail(&err, CORM_E_DATA, "too\nlong");
    err.native_code = 19;
    corm_error_prefix(&err, "column '%s'", "a\tb");
    assert_string_equal(err.message, "column 'a\\tb': too\\nlong");
    assert_int_equal(err.native_code, 19);
    assert_int_equal(err.rc, CORM_E_DATA);
}

static void prefixes_a_full_message_without_splitting(void **state)
{
    (void)state;
    struct corm_error err;
    char text[600];
    for (size_t i = 0; i + 2 < sizeof(text); i += 2) {
        memcpy(text + i, "\xc3\xa9", 3);
    }
    (void)corm_fail(&err, CORM_E_DATA, "%s", text);
    corm_error_prefix(&err, "ab");
    assert_true(corm_utf8_is_valid(err.message, strlen(err.message)));
    assert_memory_equal(err.message, "ab: \xc3\xa9", 6);
    corm_error_prefix(&err, "%0*d", 900, 1);
    assert_int_equal(strlen(err.message), CORM_ERROR_MESSAGE_MAX - 1);
}

static void names_every_code(void **state)
{
    (void)state;
    for (int rc = 0; rc < CORM_E_COUNT; rc++) {
        assert_non_null(corm_rc_name((enum corm_rc)rc));
    }
    assert_string_equal(corm_rc_name(CORM_E_INTEGRITY), "IntegrityError");
    assert_string_equal(corm_rc_name(CORM_E_COUNT), "CormError");
    assert_string_equal(corm_rc_name((enum corm_rc) - 1), "CormError");
}

static void has_one_version(void **state)
{
    (void)state;
    char text[32];
    (void)snprintf(text, sizeof(text), "%d.%d.%d", CORM_VERSION_MAJOR,
                   CORM_VERSION_MINOR, CORM_VERSION_PATCH);
    assert_string_equal(CORM_VERSION, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_the_record),
        cmocka_unit_test(accepts_no_record),
        cmocka_unit_test(escapes_control_bytes_and_bad_utf8),
        cmocka_unit_test(cuts_at_a_character),
        cmocka_unit_test(formats_from_its_own_message),
        cmocka_unit_test(prefixes_and_keeps_the_rest),
        cmocka_unit_test(prefixes_a_full_message_without_splitting),
        cmocka_unit_test(names_every_code),
        cmocka_unit_test(has_one_version),
    };
    return cmocka_run_group_tests_name("base/error", tests, NULL, NULL);
}

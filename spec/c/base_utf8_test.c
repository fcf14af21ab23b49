/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define VALID(s)  assert_true(corm_utf8_is_valid(s, sizeof(s) - 1))
#define BROKEN(s) assert_false(corm_utf8_is_valid(s, sizeof(s) - 1))

static void accepts_the_borders_of_each_length(void **state)
{
    (void)state;
    VALID("");
    VALID("plain text, longer than eight bytes");
    VALID("\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf");
    VALID("\xed\x9f\xbf\xee\x80\x80");
    VALID("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
    VALID("with\0nul");
}

static void refuses_what_is_beyond(void **state)
{
    (void)state;
    BROKEN("\x80");
    BROKEN("\xc0\x80");
    BROKEN("\xc1\xbf");
    BROKEN("\xe0\x9f\xbf");
    BROKEN("\xed\xa0\x80");
    BROKEN("\xf0\x8f\xbf\xbf");
    BROKEN("\xf4\x90\x80\x80");
    BROKEN("\xf5\x80\x80\x80");
    BROKEN("\xff");
}

static void refuses_cut_characters_at_any_place(void **state)
{
    (void)state;
    const char *chars[] = { "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80" };
    for (size_t i = 0; i < CORM_LENGTH(chars); i++) {
        for (size_t before = 0; before < 20; before++) {
            char text[32];
            memset(text, 'a', before);
            for (size_t cut = 1; cut < strlen(chars[i]); cut++) {
                memcpy(text + before, chars[i], cut);
                assert_false(corm_utf8_is_valid(text, before + cut));
                text[before + cut] = 'b';
                assert_false(corm_utf8_is_valid(text, before + cut + 1));
            }
            memcpy(text + before, chars[i], strlen(chars[i]));
            assert_true(corm_utf8_is_valid(text, before + strlen(chars[i])));
        }
    }
}

static void counts_characters(void **state)
{
    (void)state;
    assert_int_equal(corm_utf8_count("", 0), 0);
    assert_int_equal(corm_utf8_count("abcdefghijk", 11), 11);
    assert_int_equal(corm_utf8_count("a\xe2\x82\xac\xf0\x9f\x98\x80z", 9), 4);
    assert_int_equal(corm_utf8_count("\xff\xe2\x82", 3), 3);
}

static void truncates_at_a_border(void **state)
{
    (void)state;
    const char text[] = "a\xe2\x82\xac\xf0\x9f\x98\x80";
    const size_t expected[] = { 0, 1, 1, 1, 4, 4, 4, 4, 8, 8 };
    for (size_t max = 0; max < CORM_LENGTH(expected); max++) {
        assert_int_equal(corm_utf8_truncate(text, 8, max), expected[max]);
    }
    assert_int_equal(corm_utf8_truncate("\x80\x80\x80\x80\x80\x80", 6, 5), 5);
}

static void escapes_for_messages(void **state)
{
    (void)state;
    struct corm_strbuf buf;
    corm_strbuf_init(&buf);
    corm_utf8_escape(&buf, "a\0\n\r\t\x01\x7f\xc3\xa9\xc3\\", 11);
    assert_string_equal(buf.data, "a\\x00\\n\\r\\t\\x01\\x7f\xc3\xa9\\xc3\\");
    corm_strbuf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_the_borders_of_each_length),
        cmocka_unit_test(refuses_what_is_beyond),
        cmocka_unit_test(refuses_cut_characters_at_any_place),
        cmocka_unit_test(counts_characters),
        cmocka_unit_test(truncates_at_a_border),
        cmocka_unit_test(escapes_for_messages),
    };
    return cmocka_run_group_tests_name("base/utf8", tests, NULL, NULL);
}

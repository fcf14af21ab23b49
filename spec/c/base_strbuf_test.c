/* SPDX-License-Identifier: MIT */
#include "base/strbuf.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"

static void is_a_string_from_the_start(void **state)
{
    (void)state;
    struct corm_strbuf buf;
    size_t blocks = corm_alloc_live_blocks();
    corm_strbuf_init(&buf);
    assert_string_equal(buf.data, "");
    corm_strbuf_truncate(&buf, 0);
    corm_strbuf_add(&buf, NULL, 0);
    corm_strbuf_puts(&buf, "");
    corm_strbuf_printf(&buf, "%s", "");
    assert_int_equal(corm_alloc_live_blocks(), blocks);
    corm_strbuf_release(&buf);
}

static void appends_in_every_way(void **state)
{
    (void)state;
    struct corm_strbuf buf;
    struct corm_error err;
    corm_strbuf_init(&buf);
    corm_strbuf_puts(&buf, "SELECT");
    corm_strbuf_putc(&buf, ' ');
    corm_strbuf_add(&buf, "a\0b", 3);
    corm_strbuf_printf(&buf, " %d%s", 7, "!");
    assert_int_equal(buf.len, 13);
    assert_memory_equal(buf.data, "SELECT a\0b 7!", 14);
    assert_int_equal(corm_strbuf_check(&buf, &err), CORM_OK);
    corm_strbuf_release(&buf);
    assert_int_equal(buf.len, 0);
}

static void truncates_and_inserts(void **state)
{
    (void)state;
    struct corm_strbuf buf;
    corm_strbuf_init(&buf);
    corm_strbuf_insert(&buf, 0, "cd", 2);
    corm_strbuf_insert(&buf, 0, "ab", 2);
    corm_strbuf_insert(&buf, 4, "f", 1);
    corm_strbuf_insert(&buf, 4, "e", 1);
    assert_string_equal(buf.data, "abcdef");
    corm_strbuf_truncate(&buf, 3);
    assert_string_equal(buf.data, "abc");
    corm_strbuf_release(&buf);
}

static void writes_integers(void **state)
{
    (void)state;
    const int64_t cases[] = {
        0, 1, -1, 9, 10, -10, 1234567890123, INT64_MAX, INT64_MIN
    };
    for (size_t i = 0; i < CORM_LENGTH(cases); i++) {
        char expected[32];
        struct corm_strbuf buf;
        (void)snprintf(expected, sizeof(expected), "%" PRId64, cases[i]);
        corm_strbuf_init(&buf);
        corm_strbuf_put_int(&buf, cases[i]);
        assert_string_equal(buf.data, expected);
        corm_strbuf_release(&buf);
    }
}

static void keeps_its_error(void **state)
{
    (void)state;
    struct corm_strbuf buf;
    struct corm_error err;
    corm_strbuf_init(&buf);
    corm_strbuf_puts(&buf, "kept");
    corm_alloc_fail_after(1, false);
    char big[200];
    memset(big, 'x', sizeof(big));
    corm_strbuf_add(&buf, big, sizeof(big));
    corm_alloc_fail_after(0, false);
    corm_strbuf_puts(&buf, "!");
    corm_strbuf_putc(&buf, '!');
    corm_strbuf_printf(&buf, "%d", 1);
    corm_strbuf_insert(&buf, 0, "!", 1);
    assert_string_equal(buf.data, "kept");
    assert_int_equal(corm_strbuf_check(&buf, &err), CORM_E_NO_MEMORY);
    assert_string_equal(err.message, "out of memory");
    corm_strbuf_release(&buf);
    assert_int_equal(corm_strbuf_check(&buf, NULL), CORM_OK);
}

static void breaks_beyond_its_ceiling(void **state)
{
    (void)state;
    struct corm_strbuf buf;
    corm_strbuf_init(&buf);
    corm_strbuf_puts(&buf, "x");
    corm_strbuf_add(&buf, "", (size_t)1 << 40);
    assert_true(buf.is_broken);
    assert_string_equal(buf.data, "x");
    corm_strbuf_release(&buf);
}

static bool build_text(void *state)
{
    (void)state;
    struct corm_strbuf buf;
    corm_strbuf_init(&buf);
    for (int i = 0; i < 200; i++) {
        corm_strbuf_put_int(&buf, i);
        corm_strbuf_printf(&buf, "-%d-", i);
        corm_strbuf_insert(&buf, buf.len / 2, "abc", 3);
    }
    bool is_done = corm_strbuf_check(&buf, NULL) == CORM_OK;
    corm_strbuf_release(&buf);
    return is_done;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(build_text, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_a_string_from_the_start),
        cmocka_unit_test(appends_in_every_way),
        cmocka_unit_test(truncates_and_inserts),
        cmocka_unit_test(writes_integers),
        cmocka_unit_test(keeps_its_error),
        cmocka_unit_test(breaks_beyond_its_ceiling),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("base/strbuf", tests, NULL, NULL);
}

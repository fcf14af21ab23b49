/* SPDX-License-Identifier: MIT */
#include "base/value.h"

#include "base/row.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct corm_value text(const char *s)
{
    return corm_value_bytes(CORM_TAG_TEXT, s, strlen(s));
}

static struct corm_value decimal(const char *s)
{
    return corm_value_bytes(CORM_TAG_DECIMAL, s, strlen(s));
}

static struct corm_value moment(enum corm_tag tag, int64_t i, int16_t zone)
{
    return (struct corm_value){ .tag = (uint8_t)tag, .aux = zone, .as.i = i };
}

static void assert_same(struct corm_value a, struct corm_value b)
{
    assert_true(corm_value_equal(&a, &b));
    assert_true(corm_value_equal(&b, &a));
    assert_true(corm_value_hash(&a) == corm_value_hash(&b));
}

static void assert_different(struct corm_value a, struct corm_value b)
{
    assert_false(corm_value_equal(&a, &b));
    assert_false(corm_value_equal(&b, &a));
}

static void is_sixteen_bytes(void **state)
{
    (void)state;
    assert_int_equal(sizeof(struct corm_value), 16);
}

static void compares_numbers_as_sql_does(void **state)
{
    (void)state;
    assert_same(corm_value_int(1), corm_value_float(1.0));
    assert_same(corm_value_int(0), corm_value_float(-0.0));
    assert_same(corm_value_int(INT64_MIN), corm_value_float(-0x1p63));
    assert_same(corm_value_float(0.5), corm_value_float(0.5));
    assert_same(corm_value_float(NAN), corm_value_float(-NAN));
    assert_different(corm_value_int(1), corm_value_float(1.5));
    assert_different(corm_value_int(INT64_MAX), corm_value_float(0x1p63));
    assert_different(corm_value_int(1), corm_value_bool(true));
    assert_different(corm_value_float(INFINITY), corm_value_float(-INFINITY));
    assert_different(corm_value_float(NAN), corm_value_int(0));
    /* 2^53 + 1 has no double: the nearest one is another number. */
    assert_different(corm_value_int(9007199254740993),
                     corm_value_float(9007199254740992.0));
}

static void compares_bytes_by_content_and_tag(void **state)
{
    (void)state;
    char copy[] = "ed";
    assert_same(text("ed"), text(copy));
    assert_same(text(""), corm_value_bytes(CORM_TAG_TEXT, NULL, 0));
    assert_different(text("ed"), text("Ed"));
    assert_different(text("ed"), text("edd"));
    assert_different(text("ed"), corm_value_bytes(CORM_TAG_BLOB, "ed", 2));
}

static void compares_decimals_without_the_zeros_at_the_end(void **state)
{
    (void)state;
    assert_same(decimal("1.5"), decimal("1.500"));
    assert_same(decimal("10"), decimal("10.00"));
    assert_different(decimal("10"), decimal("1"));
    assert_different(decimal("100"), decimal("10"));
    assert_different(decimal("1.5"), decimal("-1.5"));
}

static void compares_moments_by_time_and_clocks_by_zone(void **state)
{
    (void)state;
    assert_same(moment(CORM_TAG_DATETIME, 5, 0), moment(CORM_TAG_DATETIME, 5, 60));
    assert_different(moment(CORM_TAG_DATETIME, 5, 0),
                     moment(CORM_TAG_DATETIME, 5, CORM_ZONE_NONE));
    assert_different(moment(CORM_TAG_TIME, 5, 0), moment(CORM_TAG_TIME, 5, 60));
    assert_same(moment(CORM_TAG_TIME, 5, 60), moment(CORM_TAG_TIME, 5, 60));
    assert_different(moment(CORM_TAG_DATE, 5, 0), moment(CORM_TAG_INTERVAL, 5, 0));
}

static void knows_null_unset_and_objects(void **state)
{
    (void)state;
    int object;
    struct corm_value a = { .tag = CORM_TAG_OBJECT, .as.p = &object };
    struct corm_value b = { .tag = CORM_TAG_OBJECT, .as.p = &a };
    assert_same(corm_value_null(), corm_value_null());
    assert_same(corm_value_unset(), corm_value_unset());
    assert_different(corm_value_null(), corm_value_unset());
    assert_same(a, a);
    assert_different(a, b);
}

static void names_types(void **state)
{
    (void)state;
    struct corm_value null = corm_value_null();
    struct corm_value broken = { .tag = 200 };
    for (uint8_t tag = 0; tag <= CORM_TAG_FOREIGN; tag++) {
        struct corm_value v = { .tag = tag };
        assert_true(strlen(corm_value_type_name(&v)) > 0);
    }
    assert_string_equal(corm_value_type_name(&null), "NULL");
    assert_string_equal(corm_value_type_name(&broken), "unknown");
}

static void packs_rows_into_one_block(void **state)
{
    (void)state;
    const struct corm_value cells[] = { corm_value_int(7), text("one"),
                                        corm_value_null(), text(""), text("two") };
    struct corm_value packed[CORM_LENGTH(cells)];
    char bytes[6];
    assert_int_equal(corm_cells_bytes(cells, CORM_LENGTH(cells)), sizeof(bytes));
    corm_cells_pack(packed, bytes, cells, CORM_LENGTH(cells));
    for (size_t i = 0; i < CORM_LENGTH(cells); i++) {
        assert_same(packed[i], cells[i]);
    }
    assert_ptr_equal(packed[1].as.s, bytes);
    assert_ptr_equal(packed[4].as.s, bytes + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_sixteen_bytes),
        cmocka_unit_test(compares_numbers_as_sql_does),
        cmocka_unit_test(compares_bytes_by_content_and_tag),
        cmocka_unit_test(compares_decimals_without_the_zeros_at_the_end),
        cmocka_unit_test(compares_moments_by_time_and_clocks_by_zone),
        cmocka_unit_test(knows_null_unset_and_objects),
        cmocka_unit_test(names_types),
        cmocka_unit_test(packs_rows_into_one_block),
    };
    return cmocka_run_group_tests_name("base/value", tests, NULL, NULL);
}

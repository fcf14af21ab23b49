/* SPDX-License-Identifier: MIT */
#include "base/datetime.h"
#include "sql/node.h"
#include "sql/type.h"
#include "sql/type_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "alloc_sweep.h"

#include <math.h>
#include <string.h>

static struct corm_arena arena;
static struct corm_error err;
static struct corm_value out;

static int close_arena(void **state)
{
    (void)state;
    corm_arena_release(&arena);
    return 0;
}

static struct corm_value text_of(const char *s)
{
    return corm_value_bytes(CORM_TAG_TEXT, s, strlen(s));
}

static struct corm_value decimal_of(const char *s)
{
    return corm_value_bytes(CORM_TAG_DECIMAL, s, strlen(s));
}

static struct corm_type type_of(enum corm_type_kind kind)
{
    return corm_type_make(kind);
}

static void bind_ok(struct corm_type type, struct corm_value value)
{
    if (corm_type_bind(&type, &value, &arena, &out, &err) != CORM_OK) {
        fail_msg("%s", err.message);
    }
}

static void bind_fails(struct corm_type type, struct corm_value value,
                       const char *message)
{
    assert_int_equal(corm_type_bind(&type, &value, &arena, &out, &err), CORM_E_DATA);
    assert_string_equal(err.message, message);
}

static void decode_ok(struct corm_type type, struct corm_value value)
{
    if (corm_type_decode(&type, &value, &arena, &out, &err) != CORM_OK) {
        fail_msg("%s", err.message);
    }
}

static void decode_fails(struct corm_type type, struct corm_value value,
                         const char *message)
{
    assert_int_equal(corm_type_decode(&type, &value, &arena, &out, &err), CORM_E_DATA);
    assert_string_equal(err.message, message);
}

static void out_is(struct corm_value expected)
{
    assert_int_equal(out.tag, expected.tag);
    assert_true(corm_value_equal(&out, &expected));
}

static void binds_integers_in_range(void **state)
{
    (void)state;
    struct corm_type small = type_of(CORM_TYPE_SMALLINT);
    struct corm_type integer = type_of(CORM_TYPE_INTEGER);
    struct corm_type big = type_of(CORM_TYPE_BIGINT);
    bind_ok(small, corm_value_int(INT16_MAX));
    bind_ok(small, corm_value_int(INT16_MIN));
    bind_fails(small, corm_value_int(INT16_MAX + 1),
               "value 32768 (integer) is out of range for type SmallInteger");
    bind_ok(integer, corm_value_int(INT32_MIN));
    out_is(corm_value_int(INT32_MIN));
    bind_fails(integer, corm_value_int(INT32_MIN - 1ll),
               "value -2147483649 (integer) is out of range for type Integer");
    bind_ok(big, corm_value_int(INT64_MAX));
    bind_ok(integer, corm_value_float(5.0));
    out_is(corm_value_int(5));
    bind_ok(integer, corm_value_bool(true));
    out_is(corm_value_int(1));
    bind_ok(integer, text_of("-7"));
    out_is(corm_value_int(-7));
    bind_ok(big, corm_value_float(-0x1p63));
    bind_fails(big, corm_value_float(0x1p63),
               "value 9.223372036854776e+18 (float) does not fit type BigInteger");
    bind_fails(integer, corm_value_float(1.5),
               "value 1.5 (float) does not fit type Integer");
    bind_fails(integer, corm_value_float(NAN),
               "value NaN (float) does not fit type Integer");
    bind_fails(integer, text_of("7x"), "value '7x' (text) does not fit type Integer");
    bind_fails(integer, corm_value_bytes(CORM_TAG_BLOB, "ab", 2),
               "value of 2 bytes (bytes) does not fit type Integer");
}

static void binds_numbers(void **state)
{
    (void)state;
    struct corm_type f = type_of(CORM_TYPE_FLOAT);
    struct corm_type numeric = type_of(CORM_TYPE_NUMERIC);
    bind_ok(f, corm_value_int(3));
    out_is(corm_value_float(3));
    bind_ok(f, text_of("1e3"));
    out_is(corm_value_float(1000));
    bind_ok(f, corm_value_float(INFINITY));
    bind_fails(f, corm_value_float(NAN),
               "value NaN (float) cannot be stored as type Float");
    bind_fails(f, text_of("x"), "value 'x' (text) does not fit type Float");
    bind_ok(numeric, text_of("0012.50"));
    out_is(decimal_of("12.50"));
    bind_ok(numeric, decimal_of("1.10"));
    bind_ok(numeric, corm_value_int(3));
    out_is(corm_value_int(3));
    bind_fails(numeric, decimal_of("NaN"),
               "value NaN (decimal) cannot be stored as type Numeric");
    bind_fails(numeric, text_of("1.2.3"),
               "value '1.2.3' (text) does not fit type Numeric");
}

static void binds_texts(void **state)
{
    (void)state;
    struct corm_type string = type_of(CORM_TYPE_STRING);
    bind_ok(string, text_of("größe"));
    out_is(text_of("größe"));
    bind_ok(string, text_of(""));
    bind_fails(string, corm_value_bytes(CORM_TAG_TEXT, "a\0b", 3),
               "value 'a…' (text) contains a NUL byte, which type String cannot hold");
    bind_fails(string, text_of("a\xff"),
               "value 'a\\xff' (text) is not valid UTF-8, as needed by type String");
    bind_fails(string, corm_value_int(5), "value 5 (integer) does not fit type String");
    const char *const items[] = { "red", "green" };
    struct corm_type_labels labels = { 2, items };
    struct corm_type kind = type_of(CORM_TYPE_ENUM);
    kind.labels = &labels;
    bind_ok(kind, text_of("green"));
    bind_fails(kind, text_of("blue"),
               "value 'blue' (text) is not among the values of type Enum");
    struct corm_type any = type_of(CORM_TYPE_NULL);
    bind_ok(any, corm_value_int(5));
    bind_fails(any, corm_value_float(NAN),
               "value NaN (float) cannot be stored as type NullType");
    bind_fails(any, corm_value_bytes(CORM_TAG_TEXT, "\0", 1),
               "value '…' (text) contains a NUL byte, which type NullType cannot hold");
    struct corm_value foreign = { .tag = CORM_TAG_FOREIGN };
    bind_fails(any, foreign, "a table or value of Lua does not fit type NullType");
    bind_ok(string, corm_value_null());
    out_is(corm_value_null());
}

static void quotes_long_texts_in_part(void **state)
{
    (void)state;
    char text[200];
    memset(text, 'x', sizeof(text));
    struct corm_value value = corm_value_bytes(CORM_TAG_TEXT, text, sizeof(text));
    struct corm_type integer = type_of(CORM_TYPE_INTEGER);
    assert_int_equal(corm_type_bind(&integer, &value, &arena, &out, &err), CORM_E_DATA);
    assert_non_null(strstr(err.message, "x'… (text) does not fit"));
    assert_in_range(strlen(err.message), 60, 120);
}

static void binds_booleans(void **state)
{
    (void)state;
    struct corm_type boolean = type_of(CORM_TYPE_BOOLEAN);
    bind_ok(boolean, corm_value_bool(true));
    out_is(corm_value_bool(true));
    bind_ok(boolean, corm_value_int(0));
    out_is(corm_value_bool(false));
    bind_fails(boolean, corm_value_int(2),
               "value 2 (integer) does not fit type Boolean");
    bind_fails(boolean, text_of("t"), "value 't' (text) does not fit type Boolean");
}

static struct corm_value moment(int year, int hour, int zone)
{
    struct corm_civil civil = { year, 1, 31, hour, 30, 0, 5, zone };
    struct corm_value value;
    assert_int_equal(corm_datetime_make(&civil, &value, &err), CORM_OK);
    return value;
}

static void binds_moments(void **state)
{
    (void)state;
    struct corm_type datetime = type_of(CORM_TYPE_DATETIME);
    struct corm_type zoned = datetime;
    zoned.flags = CORM_TYPE_TIMEZONE;
    bind_ok(datetime, moment(2024, 12, CORM_ZONE_NONE));
    out_is(moment(2024, 12, CORM_ZONE_NONE));
    bind_ok(datetime, text_of("2024-01-31 12:30:00.000005"));
    out_is(moment(2024, 12, CORM_ZONE_NONE));
    bind_ok(datetime, moment(2024, 12, 120)); /* the clock's reading stays */
    out_is(moment(2024, 12, CORM_ZONE_NONE));
    bind_ok(zoned, moment(2024, 12, 120));
    out_is(moment(2024, 12, 120));
    struct corm_type date = type_of(CORM_TYPE_DATE);
    bind_ok(date, moment(1970, 12, CORM_ZONE_NONE));
    out_is((struct corm_value){ .tag = CORM_TAG_DATE, .as.i = 30 });
    bind_ok(datetime, (struct corm_value){ .tag = CORM_TAG_DATE, .as.i = 1 });
    out_is((struct corm_value){
        .tag = CORM_TAG_DATETIME, .aux = CORM_ZONE_NONE, .as.i = CORM_US_PER_DAY });
    bind_fails(date, text_of("2024-02-30"),
               "value '2024-02-30' (text) does not fit type Date");
    bind_fails(datetime, corm_value_int(5),
               "value 5 (integer) does not fit type DateTime");
    struct corm_type time_ = type_of(CORM_TYPE_TIME);
    bind_ok(time_, text_of("10:00"));
    assert_int_equal(out.tag, CORM_TAG_TIME);
    bind_fails(time_, moment(2024, 12, CORM_ZONE_NONE),
               "value 2024-01-31 12:30:00.000005 (datetime) does not fit type Time");
    struct corm_type interval = type_of(CORM_TYPE_INTERVAL);
    bind_ok(interval, text_of("P1D"));
    out_is((struct corm_value){ .tag = CORM_TAG_INTERVAL, .as.i = CORM_US_PER_DAY });
    bind_fails(interval, text_of("soon"),
               "value 'soon' (text) does not fit type Interval");
    bind_fails(interval, corm_value_int(5),
               "value 5 (integer) does not fit type Interval");
}

static void binds_bytes_and_structures(void **state)
{
    (void)state;
    struct corm_type binary = type_of(CORM_TYPE_BINARY);
    bind_ok(binary, corm_value_bytes(CORM_TAG_TEXT, "\0\xff", 2));
    out_is(corm_value_bytes(CORM_TAG_BLOB, "\0\xff", 2));
    bind_fails(binary, corm_value_int(1),
               "value 1 (integer) does not fit type LargeBinary");
    struct corm_type uuid = type_of(CORM_TYPE_UUID);
    bind_ok(uuid, text_of("01234567-89AB-cdef-0123-456789abcdef"));
    out_is(text_of("0123456789abcdef0123456789abcdef"));
    bind_fails(uuid, text_of("0123"), "value '0123' (text) does not fit type Uuid");
    bind_fails(
        uuid, text_of("g123456789abcdef0123456789abcdef"),
        "value 'g123456789abcdef0123456789abcdef' (text) does not fit type Uuid");
    struct corm_type json = type_of(CORM_TYPE_JSON);
    bind_ok(json, text_of("{\"a\": 1}"));
    out_is(text_of("{\"a\": 1}"));
    bind_ok(json, corm_value_bool(true));
    out_is(text_of("true"));
    bind_ok(json, corm_value_int(5));
    out_is(text_of("5"));
    bind_fails(json, corm_value_float(INFINITY),
               "value Infinity (float) cannot be stored as type JSON");
}

static void binds_paths_into_json(void **state)
{
    (void)state;
    struct corm_value steps[2] = { text_of("a\"b"), corm_value_int(1) };
    struct corm_bind_list list = { 2, 1, steps };
    struct corm_value path = { .tag = CORM_TAG_OBJECT, .as.p = &list };
    bind_ok(corm_type_path_dollar, path);
    out_is(text_of("$.a\\\"b[1]"));
    bind_ok(corm_type_path_dollar, text_of("k"));
    out_is(text_of("$.\"k\""));
    bind_ok(corm_type_path_dollar, text_of("a\"[.\\\n\v\x01"));
    out_is(text_of("$.\"a\\\"[.\\\\\\n\\u000b\\u0001\""));
    bind_ok(corm_type_path_dollar, corm_value_int(3));
    out_is(text_of("$[3]"));
    bind_ok(corm_type_path_braces, path);
    out_is(text_of("{\"a\\\"b\",1}"));
    bind_fails(corm_type_path_braces, corm_value_bool(true),
               "value true (boolean) does not fit type String");
}

static void decodes_numbers(void **state)
{
    (void)state;
    struct corm_type integer = type_of(CORM_TYPE_INTEGER);
    decode_ok(integer, text_of("-12"));
    out_is(corm_value_int(-12));
    decode_ok(integer, corm_value_float(4.0));
    out_is(corm_value_int(4));
    decode_ok(integer, corm_value_float(4.5));
    out_is(corm_value_float(4.5));
    decode_fails(integer, text_of("x"), "cannot read 'x' (text) as type Integer");
    decode_fails(integer, (struct corm_value){ .tag = CORM_TAG_DATE },
                 "cannot read a value of kind date as type Integer");
    struct corm_type f = type_of(CORM_TYPE_FLOAT);
    decode_ok(f, corm_value_int(4));
    out_is(corm_value_float(4));
    decode_ok(f, text_of("1.5"));
    out_is(corm_value_float(1.5));
    struct corm_type numeric = type_of(CORM_TYPE_NUMERIC);
    decode_ok(numeric, text_of("1.50"));
    out_is(decimal_of("1.50"));
    numeric.scale = 2;
    decode_ok(numeric, corm_value_float(19.99));
    assert_int_equal(out.len, 5);
    out_is(decimal_of("19.99"));
    decode_ok(numeric, corm_value_int(5));
    assert_memory_equal(out.as.s, "5.00", 4);
    decode_fails(numeric, text_of("abc"), "cannot read 'abc' (text) as type Numeric");
    numeric.flags = CORM_TYPE_AS_FLOAT;
    decode_ok(numeric, text_of("1.50"));
    out_is(corm_value_float(1.5));
    f.flags = CORM_TYPE_AS_FLOAT;
    decode_ok(f, corm_value_float(0.5));
    assert_int_equal(out.tag, CORM_TAG_DECIMAL);
}

static void decodes_texts_and_bytes(void **state)
{
    (void)state;
    struct corm_type string = type_of(CORM_TYPE_STRING);
    decode_ok(string, corm_value_int(5));
    out_is(text_of("5"));
    decode_ok(string, corm_value_bytes(CORM_TAG_BLOB, "ab", 2));
    out_is(text_of("ab"));
    decode_fails(string, corm_value_bytes(CORM_TAG_BLOB, "\xff", 1),
                 "cannot read a value of kind bytes as type String");
    struct corm_type binary = type_of(CORM_TYPE_BINARY);
    decode_ok(binary, text_of("\\x00fF"));
    out_is(corm_value_bytes(CORM_TAG_BLOB, "\0\xff", 2));
    decode_ok(binary, text_of("plain"));
    out_is(corm_value_bytes(CORM_TAG_BLOB, "plain", 5));
    decode_fails(binary, text_of("\\x0g"),
                 "cannot read '\\x0g' (text) as type LargeBinary");
    struct corm_type uuid = type_of(CORM_TYPE_UUID);
    decode_ok(uuid, text_of("0123456789ABCDEF0123456789abcdef"));
    out_is(text_of("01234567-89ab-cdef-0123-456789abcdef"));
    decode_ok(uuid, text_of("01234567-89ab-cdef-0123-456789abcdef"));
    out_is(text_of("01234567-89ab-cdef-0123-456789abcdef"));
    decode_fails(uuid, text_of("0123456789abcdef0123456789abcdef0"),
                 "cannot read '0123456789abcdef0123456789abcdef0' (text) as type Uuid");
}

static void decodes_booleans_and_moments(void **state)
{
    (void)state;
    struct corm_type boolean = type_of(CORM_TYPE_BOOLEAN);
    decode_ok(boolean, corm_value_int(1));
    out_is(corm_value_bool(true));
    decode_ok(boolean, text_of("f"));
    out_is(corm_value_bool(false));
    decode_fails(boolean, text_of("yes"), "cannot read 'yes' (text) as type Boolean");
    struct corm_type datetime = type_of(CORM_TYPE_DATETIME);
    decode_ok(datetime, text_of("2024-01-31 12:30:00.000005"));
    out_is(moment(2024, 12, CORM_ZONE_NONE));
    decode_ok(datetime, moment(2024, 12, CORM_ZONE_NONE));
    decode_fails(datetime, corm_value_int(5),
                 "cannot read a value of kind integer as type DateTime");
    decode_fails(type_of(CORM_TYPE_DATE), text_of("2024-1-1"),
                 "cannot read '2024-1-1' (text) as type Date");
    decode_ok(type_of(CORM_TYPE_TIME), text_of("10:11:12"));
    assert_int_equal(out.tag, CORM_TAG_TIME);
    struct corm_type interval = type_of(CORM_TYPE_INTERVAL);
    decode_ok(interval, text_of("1970-01-02 00:00:01.000000"));
    out_is((struct corm_value){ .tag = CORM_TAG_INTERVAL,
                                .as.i = CORM_US_PER_DAY + CORM_US_PER_SECOND });
    decode_ok(interval, text_of("1 day"));
    out_is((struct corm_value){ .tag = CORM_TAG_INTERVAL, .as.i = CORM_US_PER_DAY });
    decode_fails(interval, text_of("1970-13-02"),
                 "cannot read '1970-13-02' (text) as type Interval");
    decode_ok(interval, corm_value_null());
    out_is(corm_value_null());
    decode_ok(type_of(CORM_TYPE_USER), text_of("as it is"));
    out_is(text_of("as it is"));
}

static void fingerprints_types(void **state)
{
    (void)state;
    struct corm_type a = type_of(CORM_TYPE_STRING);
    struct corm_type b = a;
    corm_type_seal(&a);
    assert_true(a.fp == corm_type_string.fp);
    b.length = 30;
    corm_type_seal(&b);
    assert_true(b.fp != a.fp);
    a.length = 30;
    corm_type_seal(&a);
    assert_true(b.fp == a.fp);
    a.collation = "C";
    corm_type_seal(&a);
    assert_true(b.fp != a.fp);
    b.lua_id = 7;
    uint64_t before = b.fp;
    corm_type_seal(&b);
    assert_true(b.fp != before);
    struct corm_type_variant variant = { "sqlite", &corm_type_text, NULL };
    before = b.fp;
    b.variants = &variant;
    corm_type_seal(&b);
    assert_true(b.fp != before);
    assert_ptr_equal(corm_type_for_dialect(&b, "sqlite"), &corm_type_text);
    assert_ptr_equal(corm_type_for_dialect(&b, "postgresql"), &b);
}

static bool dup_swept(void *state)
{
    struct corm_arena own = { 0 };
    struct corm_type *copy = corm_type_dup(state, &own);
    bool is_done = copy != NULL;
    corm_arena_release(&own);
    return is_done;
}

static void copies_all_of_a_type(void **state)
{
    (void)state;
    char name[] = "mood";
    char label[] = "happy";
    const char *items[] = { label };
    struct corm_type_labels labels = { 1, items };
    struct corm_type item = type_of(CORM_TYPE_ENUM);
    item.name = name;
    item.schema = name;
    item.labels = &labels;
    struct corm_type_variant variant = { name, &item, NULL };
    struct corm_type array = type_of(CORM_TYPE_ARRAY);
    array.item = &item;
    array.variants = &variant;
    struct corm_type *copy = corm_type_dup(&array, &arena);
    assert_non_null(copy);
    name[0] = label[0] = 'X';
    assert_string_equal(copy->item->name, "mood");
    assert_string_equal(copy->item->labels->items[0], "happy");
    assert_string_equal(copy->item->schema, "mood");
    assert_string_equal(copy->variants->dialect, "mood");
    assert_ptr_not_equal(copy->variants->type, &item);
    alloc_sweep(dup_swept, &array);
}

static void names_types(void **state)
{
    (void)state;
    struct corm_type type = type_of(CORM_TYPE_STRING);
    assert_string_equal(corm_type_class_name(&type), "String");
    type.flags = CORM_TYPE_UNICODE;
    assert_string_equal(corm_type_class_name(&type), "Unicode");
    type.flags = CORM_TYPE_EXACT;
    type.name = "VARCHAR";
    assert_string_equal(corm_type_class_name(&type), "VARCHAR");
    struct corm_value value = corm_value_int(INT32_MAX + 1ll);
    assert_ptr_equal(corm_type_of_value(&value), &corm_type_bigint);
    value = text_of("x");
    assert_ptr_equal(corm_type_of_value(&value), &corm_type_string);
    value = corm_value_null();
    assert_ptr_equal(corm_type_of_value(&value), &corm_type_null);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, close_arena)
    const struct CMUnitTest tests[] = {
        TEST(binds_integers_in_range),
        TEST(binds_numbers),
        TEST(binds_texts),
        TEST(quotes_long_texts_in_part),
        TEST(binds_booleans),
        TEST(binds_moments),
        TEST(binds_bytes_and_structures),
        TEST(binds_paths_into_json),
        TEST(decodes_numbers),
        TEST(decodes_texts_and_bytes),
        TEST(decodes_booleans_and_moments),
        TEST(fingerprints_types),
        TEST(copies_all_of_a_type),
        TEST(names_types),
    };
    return cmocka_run_group_tests_name("sql/type", tests, NULL, NULL);
}

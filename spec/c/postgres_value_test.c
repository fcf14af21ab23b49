/* SPDX-License-Identifier: MIT */
/* Values on their way to PostgreSQL and back. */
#include "dialects/postgres/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "driver_kit.h"
#include "postgres_kit.h"

struct sample {
    const char *sql; /* selects $1 back as this type */
    struct corm_value value;
};

#define TEXT(text)                                                    \
    {                                                                 \
        .tag = CORM_TAG_TEXT, .len = sizeof(text) - 1, .as.s = (text) \
    }
#define DECIMAL(text)                                                    \
    {                                                                    \
        .tag = CORM_TAG_DECIMAL, .len = sizeof(text) - 1, .as.s = (text) \
    }
#define MOMENT(micros)                                                    \
    {                                                                     \
        .tag = CORM_TAG_DATETIME, .aux = CORM_ZONE_NONE, .as.i = (micros) \
    }
#define INT(number)                           \
    {                                         \
        .tag = CORM_TAG_INT, .as.i = (number) \
    }
#define FLOAT(number)                           \
    {                                           \
        .tag = CORM_TAG_FLOAT, .as.f = (number) \
    }

static const struct sample SAMPLES[] = {
    { "SELECT $1::int2", INT(-32768) },
    { "SELECT $1::int4", INT(2147483647) },
    { "SELECT $1::int8", INT(INT64_MIN) },
    { "SELECT $1::oid", INT(4000000000) },
    { "SELECT $1::float8", FLOAT(0.1) },
    { "SELECT $1::float4", FLOAT(0.1) },
    { "SELECT $1::bool", { .tag = CORM_TAG_BOOL, .as.i = 1 } },
    { "SELECT $1::bool", { .tag = CORM_TAG_BOOL, .as.i = 0 } },
    { "SELECT $1::text", TEXT("j\xc3\xb6rg") },
    { "SELECT $1::text", TEXT("") },
    { "SELECT $1::varchar", TEXT("x") },
    { "SELECT $1::char(3)", TEXT("abc") },
    { "SELECT $1::name", TEXT("n") },
    { "SELECT $1::json", TEXT("{\"a\": 1}") },
    { "SELECT $1::jsonb", TEXT("{\"a\": 1}") },
    { "SELECT $1::uuid", TEXT("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11") },
    { "SELECT $1::bytea", { .tag = CORM_TAG_BLOB, .len = 4, .as.s = "a\0\\b" } },
    { "SELECT $1::bytea", { .tag = CORM_TAG_BLOB, .len = 0, .as.s = "" } },
    { "SELECT $1::date", { .tag = CORM_TAG_DATE, .as.i = 19753 } },
    { "SELECT $1::date", { .tag = CORM_TAG_DATE, .as.i = -719162 } },
    { "SELECT $1::time",
      { .tag = CORM_TAG_TIME, .aux = CORM_ZONE_NONE, .as.i = 43200000001 } },
    { "SELECT $1::timetz", { .tag = CORM_TAG_TIME, .aux = -90, .as.i = 43200000000 } },
    { "SELECT $1::timestamp", MOMENT(1706702400123456) },
    { "SELECT $1::timestamp", MOMENT(-1) },
    { "SELECT $1::timestamptz",
      { .tag = CORM_TAG_DATETIME, .aux = 0, .as.i = 1706702400123456 } },
    { "SELECT $1::interval",
      { .tag = CORM_TAG_INTERVAL, .as.i = 86400000000 * 3 + 1500000 } },
    { "SELECT $1::interval", { .tag = CORM_TAG_INTERVAL, .as.i = -3600000000 } },
    { "SELECT $1::numeric", DECIMAL("0") },
    { "SELECT $1::numeric", DECIMAL("-12.50") },
    { "SELECT $1::numeric", DECIMAL("0.00001234") },
    { "SELECT $1::numeric", DECIMAL("10000") },
    { "SELECT $1::numeric", DECIMAL("123456789012345678901234567890.123456789") },
    { "SELECT $1::numeric", DECIMAL("0.000000000000000000000001") },
    { "SELECT $1::numeric(20,3)", DECIMAL("100000000.000") },
    { "SELECT $1::numeric", DECIMAL("NaN") },
    { "SELECT $1::numeric", { .tag = CORM_TAG_NULL } },
};

static void assert_cell(const struct corm_value *cell, const struct corm_value *want,
                        const char *sql)
{
    if (cell->tag != want->tag || cell->aux != want->aux ||
        !corm_value_equal(cell, want)) {
        fail_msg("%s: tag %d, want %d; %lld, want %lld; %.*s", sql, cell->tag,
                 want->tag, (long long)cell->as.i, (long long)want->as.i,
                 corm_value_has_bytes(cell) ? (int)cell->len : 0,
                 corm_value_has_bytes(cell) ? cell->as.s : "");
    }
}

/* With an array beside it a result comes in text form, so `extra` chooses the form. */
static void assert_round_trip(struct corm_dbc *dbc, const struct sample *sample,
                              const char *extra, uint64_t key)
{
    char sql[200];
    struct corm_value cells[2];
    snprintf(sql, sizeof(sql), "%s%s", sample->sql, extra);
    struct corm_request request = kit_request(sql, &sample->value, 1);
    request.key = key;
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_true(kit_fetch(cursor, cells));
    assert_cell(&cells[0], &sample->value, sql);
    assert_false(kit_fetch(cursor, cells));
    dbc->ops->cursor_close(cursor);
}

static void returns_what_it_was_given(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    for (size_t i = 0; i < CORM_LENGTH(SAMPLES); i++) {
        assert_round_trip(dbc, &SAMPLES[i], "", 1);
        assert_round_trip(dbc, &SAMPLES[i], ", ARRAY[1]", 1);
        assert_round_trip(dbc, &SAMPLES[i], "", 0);
    }
    kit_run(dbc, "SET timezone = 'Asia/Tokyo'");
    kit_run(dbc, "SET bytea_output = 'escape'");
    for (size_t i = 0; i < CORM_LENGTH(SAMPLES); i++) {
        assert_round_trip(dbc, &SAMPLES[i], ", ARRAY[1]", 1);
    }
    kit_close(dbc);
}

struct expression {
    const char *sql;
    struct corm_value want;
};

static const struct expression EXPRESSIONS[] = {
    { "SELECT 'infinity'::date", TEXT("infinity") },
    { "SELECT '-infinity'::timestamp", TEXT("-infinity") },
    { "SELECT 'infinity'::timestamptz", TEXT("infinity") },
    { "SELECT 'Infinity'::float8", FLOAT(__builtin_inf()) },
    { "SELECT '24:00'::time", { .tag = CORM_TAG_TIME, .aux = CORM_ZONE_NONE } },
    { "SELECT '1 year 2 mons 3 days'::interval",
      { .tag = CORM_TAG_INTERVAL, .as.i = INT64_C(428) * 86400000000 } },
    { "SELECT 12345678901234567890::numeric * 1e20::numeric",
      DECIMAL("1234567890123456789000000000000000000000") },
    { "SELECT 'x'::\"char\"", TEXT("x") },
    { "SELECT ARRAY[1,2]", TEXT("{1,2}") },
};

static void decodes_what_only_the_server_can_say(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    for (size_t i = 0; i < CORM_LENGTH(EXPRESSIONS); i++) {
        struct corm_value cell;
        struct corm_request request = kit_request(EXPRESSIONS[i].sql, NULL, 0);
        struct corm_cursor *cursor = kit_execute(dbc, &request);
        assert_true(kit_fetch(cursor, &cell));
        assert_cell(&cell, &EXPRESSIONS[i].want, EXPRESSIONS[i].sql);
        dbc->ops->cursor_close(cursor);
    }
    assert_int_equal(kit_fail(dbc, "SELECT '0044-03-15 BC'::date AS ides", &err),
                     CORM_E_DATA);
    assert_non_null(strstr(err.message, "column 'ides'"));
    assert_int_equal(kit_fail(dbc, "SELECT '20000-01-01'::timestamp", &err),
                     CORM_E_DATA);
    kit_close(dbc);
}

static void puts_values_where_other_types_are_wanted(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    const struct corm_value params[] = {
        INT(5),
        TEXT("7"),
        FLOAT(8.0),
        { .tag = CORM_TAG_BOOL, .as.i = 1 },
        TEXT("2024-01-31"),
        INT(9),
        DECIMAL("2.5"),
        MOMENT(0),
    };
    kit_run(dbc, "CREATE TEMP TABLE t (v varchar(9), i int, j bigint, k int, d date, "
                 "n numeric, f float8, x date)");
    kit_run_with(dbc, "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", params,
                 8);
    assert_int_equal(
        kit_scalar(dbc, "SELECT count(*) FROM t WHERE v = '5' AND i = 7 AND j = 8 AND "
                        "k = 1 AND d = '2024-01-31' AND n = 9 AND f = 2.5 AND "
                        "x = '1970-01-01'"),
        1);
    struct corm_request request =
        kit_request("SELECT i FROM t WHERE v = $1", params, 1);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    struct corm_value cell;
    assert_true(kit_fetch(cursor, &cell));
    assert_int_equal(cell.as.i, 7);
    dbc->ops->cursor_close(cursor);
    kit_close(dbc);
}

static void refuses_values_that_cannot_be_sent(void **state)
{
    (void)state;
    struct corm_dbc *dbc = connection();
    struct corm_error err;
    struct corm_value value = INT(40000);
    assert_int_equal(kit_fail_with(dbc, "SELECT $1::int2", &value, 1, &err),
                     CORM_E_DATA);
    assert_string_equal(err.message, "parameter 1: 40000 is out of range for type "
                                     "smallint");
    value = corm_value_bytes(CORM_TAG_TEXT, "1\0", 2);
    assert_int_equal(kit_fail_with(dbc, "SELECT $1::int4", &value, 1, &err),
                     CORM_E_DATA);
    value = corm_value_bytes(CORM_TAG_TEXT, "a\0b", 3);
    assert_int_equal(kit_fail_with(dbc, "SELECT $1::text", &value, 1, &err),
                     CORM_E_DATA);
    assert_string_equal(err.sqlstate, "22021");
    value = corm_value_unset();
    assert_int_equal(kit_fail_with(dbc, "SELECT $1::text", &value, 1, &err),
                     CORM_E_INTERFACE);
    assert_int_equal(kit_scalar(dbc, "SELECT 1"), 1);
    kit_close(dbc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(returns_what_it_was_given),
        cmocka_unit_test(decodes_what_only_the_server_can_say),
        cmocka_unit_test(puts_values_where_other_types_are_wanted),
        cmocka_unit_test(refuses_values_that_cannot_be_sent),
    };
    return cmocka_run_group_tests_name("postgres/value", tests, NULL, NULL);
}

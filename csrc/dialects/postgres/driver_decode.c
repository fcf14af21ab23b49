/* SPDX-License-Identifier: MIT */
/* Cells from PostgreSQL's binary forms. Lengths are checked: a server may lie. */
#include "base/datetime.h"
#include "dialects/postgres/driver_bytes.h"
#include "dialects/postgres/driver_int.h"
#include "dialects/postgres/driver_oid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UUID_BYTES = 16, UUID_TEXT = 36, JSONB_VERSION = 1, INTERVAL_BYTES = 16 };

bool pg_has_binary(Oid type)
{
    switch ((enum pg_oid)type) {
    case PG_BOOL:
    case PG_BYTEA:
    case PG_CHAR:
    case PG_NAME:
    case PG_INT8:
    case PG_INT2:
    case PG_INT4:
    case PG_TEXT:
    case PG_OID:
    case PG_JSON:
    case PG_XML:
    case PG_FLOAT4:
    case PG_FLOAT8:
    case PG_UNKNOWN:
    case PG_BPCHAR:
    case PG_VARCHAR:
    case PG_DATE:
    case PG_TIME:
    case PG_TIMESTAMP:
    case PG_TIMESTAMPTZ:
    case PG_INTERVAL:
    case PG_TIMETZ:
    case PG_NUMERIC:
    case PG_VOID:
    case PG_UUID:
    case PG_JSONB:
        return true;
    }
    return false;
}

enum pg_form pg_form_of(Oid type)
{
    switch ((enum pg_oid)type) {
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
        return PG_FORM_INTEGER;
    case PG_TEXT:
    case PG_VARCHAR:
    case PG_BPCHAR:
        return PG_FORM_TEXT;
    default:
        return PG_FORM_OTHER;
    }
}

bool pg_needs_room(Oid type)
{
    return type == PG_NUMERIC || type == PG_UUID;
}

size_t pg_decode_room(Oid type, const char *bytes, size_t len)
{
    if (type == PG_NUMERIC) {
        return pg_numeric_room(bytes, len);
    }
    return type == PG_UUID ? UUID_TEXT : 0;
}

static enum corm_rc malformed(const char *what, struct corm_error *err)
{
    return corm_fail(err, CORM_E_DATA, "a %s of the server is malformed", what);
}

static enum corm_rc out_of_range(const char *what, struct corm_error *err)
{
    return corm_fail(err, CORM_E_DATA, "the server's %s is outside the years 1 to 9999",
                     what);
}

static enum corm_rc decode_int(const char *bytes, size_t len, struct corm_value *cell,
                               struct corm_error *err)
{
    switch (len) {
    case 2:
        *cell = corm_value_int(pg_read_int16(bytes));
        return CORM_OK;
    case 4:
        *cell = corm_value_int(pg_read_int32(bytes));
        return CORM_OK;
    case 8:
        *cell = corm_value_int(pg_read_int64(bytes));
        return CORM_OK;
    default:
        return malformed("integer", err);
    }
}

/*
 * A float4 0.1 is told as 0.1, as its text form would have it, and not as
 * 0.10000000149011612. (One locale for writing and reading, whichever it is.)
 */
static double widen(float f)
{
    char text[64];
    for (int precision = 6; precision <= 9; precision++) {
        snprintf(text, sizeof(text), "%.*g", precision, (double)f);
        if (strtof(text, NULL) == f) {
            return strtod(text, NULL);
        }
    }
    return (double)f;
}

static enum corm_rc decode_float(const char *bytes, size_t len, struct corm_value *cell,
                                 struct corm_error *err)
{
    if (len == sizeof(float)) {
        int32_t i = pg_read_int32(bytes);
        float f;
        memcpy(&f, &i, sizeof(f));
        *cell = corm_value_float(widen(f));
        return CORM_OK;
    }
    if (len != sizeof(double)) {
        return malformed("float", err);
    }
    int64_t i = pg_read_int64(bytes);
    double f;
    memcpy(&f, &i, sizeof(f));
    *cell = corm_value_float(f);
    return CORM_OK;
}

static enum corm_rc decode_bool(const char *bytes, size_t len, struct corm_value *cell,
                                struct corm_error *err)
{
    if (len != 1) {
        return malformed("boolean", err);
    }
    *cell = corm_value_bool(*bytes != 0);
    return CORM_OK;
}

/* infinity has no place in a calendar and comes as text. */
static struct corm_value infinity_text(bool is_negative)
{
    const char *text = is_negative ? "-infinity" : "infinity";
    return corm_value_bytes(CORM_TAG_TEXT, text, strlen(text));
}

/* Add in the calendar, which knows the years 1 to 9999. */
static enum corm_rc moment(const struct corm_value *from_2000, int64_t us,
                           const char *what, struct corm_value *cell,
                           struct corm_error *err)
{
    return corm_datetime_add(from_2000, us, cell, NULL) == CORM_OK
               ? CORM_OK
               : out_of_range(what, err);
}

static enum corm_rc decode_date(const char *bytes, size_t len, struct corm_value *cell,
                                struct corm_error *err)
{
    static const struct corm_value START = { .tag = CORM_TAG_DATE,
                                             .as.i = PG_DAYS_TO_2000 };
    if (len != sizeof(int32_t)) {
        return malformed("date", err);
    }
    int32_t day = pg_read_int32(bytes);
    if (day == INT32_MAX || day == INT32_MIN) {
        *cell = infinity_text(day < 0);
        return CORM_OK;
    }
    if (day > 10000 * 366 || day < -10000 * 366) {
        return out_of_range("date", err);
    }
    return moment(&START, day * CORM_US_PER_DAY, "date", cell, err);
}

static enum corm_rc decode_timestamp(const char *bytes, size_t len, bool has_zone,
                                     struct corm_value *cell, struct corm_error *err)
{
    const struct corm_value start = { .tag = CORM_TAG_DATETIME,
                                      .aux = has_zone ? 0 : CORM_ZONE_NONE,
                                      .as.i = PG_US_TO_2000 };
    if (len != sizeof(int64_t)) {
        return malformed("timestamp", err);
    }
    int64_t us = pg_read_int64(bytes);
    if (us == INT64_MAX || us == INT64_MIN) {
        *cell = infinity_text(us < 0);
        return CORM_OK;
    }
    return moment(&start, us, "timestamp", cell, err);
}

/* Microseconds since midnight and, with a zone, seconds west of UTC. 24:00 is midnight. */
static enum corm_rc decode_time(const char *bytes, size_t len, bool has_zone,
                                struct corm_value *cell, struct corm_error *err)
{
    size_t want = sizeof(int64_t) + (has_zone ? sizeof(int32_t) : 0);
    if (len != want) {
        return malformed("time", err);
    }
    int64_t us = pg_read_int64(bytes);
    int32_t west_s = has_zone ? pg_read_int32(bytes + sizeof(int64_t)) : 0;
    if (us < 0 || us > CORM_US_PER_DAY || west_s / 60 > CORM_ZONE_MAX ||
        west_s / 60 < -CORM_ZONE_MAX) {
        return malformed("time", err);
    }
    int zone = has_zone ? -west_s / 60 : CORM_ZONE_NONE;
    *cell = (struct corm_value){ .tag = CORM_TAG_TIME,
                                 .aux = (int16_t)zone,
                                 .as.i = us % CORM_US_PER_DAY };
    return CORM_OK;
}

/* Microseconds, days and months, which count as base/interval.h says. */
static enum corm_rc decode_interval(const char *bytes, size_t len,
                                    struct corm_value *cell, struct corm_error *err)
{
    if (len != INTERVAL_BYTES) {
        return malformed("interval", err);
    }
    int64_t us = pg_read_int64(bytes);
    int64_t days = pg_read_int32(bytes + 8);
    int32_t months = pg_read_int32(bytes + 12);
    days += months / 12 * INT64_C(365) + months % 12 * INT64_C(30);
    int64_t days_us;
    if (__builtin_mul_overflow(days, CORM_US_PER_DAY, &days_us) ||
        __builtin_add_overflow(us, days_us, &us)) {
        return corm_fail(err, CORM_E_DATA, "the server's interval is too long");
    }
    *cell = (struct corm_value){ .tag = CORM_TAG_INTERVAL, .as.i = us };
    return CORM_OK;
}

static enum corm_rc decode_uuid(const char *bytes, size_t len, char **scratch,
                                struct corm_value *cell, struct corm_error *err)
{
    static const char DIGITS[] = "0123456789abcdef";
    char *to = *scratch;
    if (len != UUID_BYTES) {
        return malformed("uuid", err);
    }
    for (int i = 0; i < UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *to++ = '-';
        }
        *to++ = DIGITS[(unsigned char)bytes[i] >> 4];
        *to++ = DIGITS[(unsigned char)bytes[i] & 15];
    }
    *cell = corm_value_bytes(CORM_TAG_TEXT, *scratch, UUID_TEXT);
    *scratch = to;
    return CORM_OK;
}

static enum corm_rc decode_jsonb(const char *bytes, size_t len, struct corm_value *cell,
                                 struct corm_error *err)
{
    if (len < 1 || bytes[0] != JSONB_VERSION) {
        return malformed("jsonb", err);
    }
    *cell = corm_value_bytes(CORM_TAG_TEXT, bytes + 1, len - 1);
    return CORM_OK;
}

enum corm_rc pg_decode_binary(Oid type, const char *bytes, size_t len, char **scratch,
                              struct corm_value *cell, struct corm_error *err)
{
    switch ((enum pg_oid)type) {
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
        return decode_int(bytes, len, cell, err);
    case PG_OID: /* has no sign */
        if (len != sizeof(uint32_t)) {
            return malformed("oid", err);
        }
        *cell = corm_value_int((uint32_t)pg_read_int32(bytes));
        return CORM_OK;
    case PG_BOOL:
        return decode_bool(bytes, len, cell, err);
    case PG_FLOAT4:
    case PG_FLOAT8:
        return decode_float(bytes, len, cell, err);
    case PG_NUMERIC:
        return pg_decode_numeric(bytes, len, scratch, cell, err);
    case PG_DATE:
        return decode_date(bytes, len, cell, err);
    case PG_TIME:
    case PG_TIMETZ:
        return decode_time(bytes, len, type == PG_TIMETZ, cell, err);
    case PG_TIMESTAMP:
    case PG_TIMESTAMPTZ:
        return decode_timestamp(bytes, len, type == PG_TIMESTAMPTZ, cell, err);
    case PG_INTERVAL:
        return decode_interval(bytes, len, cell, err);
    case PG_UUID:
        return decode_uuid(bytes, len, scratch, cell, err);
    case PG_JSONB:
        return decode_jsonb(bytes, len, cell, err);
    case PG_BYTEA:
        *cell = corm_value_bytes(CORM_TAG_BLOB, bytes, len);
        return CORM_OK;
    case PG_CHAR:
    case PG_NAME:
    case PG_TEXT:
    case PG_JSON:
    case PG_XML:
    case PG_UNKNOWN:
    case PG_BPCHAR:
    case PG_VARCHAR:
    case PG_VOID:
        break;
    }
    *cell = corm_value_bytes(CORM_TAG_TEXT, bytes, len);
    return CORM_OK;
}

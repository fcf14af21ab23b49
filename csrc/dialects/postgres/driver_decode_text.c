/* SPDX-License-Identifier: MIT */
/*
 * Cells from PostgreSQL's text forms, for results that have a column whose binary form we
 * do not know (arrays, enumerations, extension types). libpq gives one format for all.
 */
#include "base/datetime.h"
#include "base/interval.h"
#include "base/number.h"
#include "dialects/postgres/driver_int.h"
#include "dialects/postgres/driver_oid.h"

#include <string.h>

/* Whatever a server sends has some value; only digits are expected. */
static unsigned digit(char c)
{
    return (unsigned char)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* \x00ff…: half as long, so it fits in place. */
static size_t unhex(char *text, size_t len)
{
    size_t nbytes = (len - 2) / 2;
    for (size_t i = 0; i < nbytes; i++) {
        text[i] = (char)(digit(text[2 + 2 * i]) << 4 | digit(text[3 + 2 * i]));
    }
    return nbytes;
}

/* The older form, bytea_output = escape: \\ and \ooo stand for a byte. */
static size_t unescape(char *text, size_t len)
{
    size_t to = 0;
    for (size_t at = 0; at < len; at++) {
        char c = text[at];
        if (c == '\\' && at + 1 < len && text[at + 1] == '\\') {
            at++;
        } else if (c == '\\' && at + 3 < len) {
            c = (char)(digit(text[at + 1]) << 6 | digit(text[at + 2]) << 3 |
                       digit(text[at + 3]));
            at += 3;
        }
        text[to++] = c;
    }
    return to;
}

static void decode_bytea(char *text, size_t len, struct corm_value *cell)
{
    bool is_hex = len >= 2 && text[0] == '\\' && text[1] == 'x';
    len = is_hex ? unhex(text, len) : unescape(text, len);
    *cell = corm_value_bytes(CORM_TAG_BLOB, text, len);
}

/* The zone in which the server shows a moment says nothing: it is told in UTC. */
static bool decode_timestamptz(const char *text, size_t len, struct corm_value *cell)
{
    struct corm_value local;
    return corm_datetime_parse(text, len, &local, NULL) == CORM_OK &&
           corm_datetime_move_zone(&local, 0, cell, NULL) == CORM_OK;
}

static bool decode_number(Oid type, const char *text, size_t len,
                          struct corm_value *cell)
{
    int64_t i;
    double f;
    if (type == PG_FLOAT4 || type == PG_FLOAT8) {
        if (!corm_number_parse_float(text, len, &f)) {
            return false;
        }
        *cell = corm_value_float(f);
        return true;
    }
    if (!corm_number_parse_int(text, len, &i)) {
        return false;
    }
    *cell = corm_value_int(i);
    return true;
}

/* True if the text was understood and the cell is filled. */
static bool decode(Oid type, char *text, size_t len, struct corm_value *cell)
{
    switch (type) {
    case PG_BOOL:
        *cell = corm_value_bool(text[0] == 't');
        return true;
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
    case PG_OID:
    case PG_FLOAT4:
    case PG_FLOAT8:
        return decode_number(type, text, len, cell);
    case PG_NUMERIC:
        *cell = corm_value_bytes(CORM_TAG_DECIMAL, text, len);
        return true;
    case PG_DATE:
        return corm_date_parse(text, len, cell, NULL) == CORM_OK;
    case PG_TIME:
    case PG_TIMETZ:
        return corm_time_parse(text, len, cell, NULL) == CORM_OK;
    case PG_TIMESTAMP:
        return corm_datetime_parse(text, len, cell, NULL) == CORM_OK;
    case PG_TIMESTAMPTZ:
        return decode_timestamptz(text, len, cell);
    case PG_INTERVAL:
        return corm_interval_parse(text, len, cell, NULL) == CORM_OK;
    case PG_BYTEA:
        decode_bytea(text, len, cell);
        return true;
    default:
        return false;
    }
}

void pg_decode_text(Oid type, char *text, size_t len, struct corm_value *cell)
{
    if (!decode(type, text, len, cell)) {
        *cell = corm_value_bytes(CORM_TAG_TEXT, text, len);
    }
}

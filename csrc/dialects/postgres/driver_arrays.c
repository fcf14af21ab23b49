/* SPDX-License-Identifier: MIT */
/*
 * Parameters of many rows as arrays, one for each column, whose items are the rows' values.
 * An array goes in binary form if each of its items has one, else as text.
 */
#include "dialects/postgres/composite_text.h"
#include "dialects/postgres/driver_bytes.h"
#include "dialects/postgres/driver_int.h"
#include "dialects/postgres/driver_oid.h"

#include <string.h>

enum {
    HEADER_BYTES = 20, /* dimensions, flags, type, length, lower bound: 32 bits each */
    BYTES_MAX = 8 << 20 /* rows so large gain nothing, and here they would be copied */
};

/* ---- types ---- */

struct array_type {
    Oid item;
    Oid array;
};

/* pg_type.dat; in the order of the items */
static const struct array_type ARRAY_TYPES[] = {
    { PG_BOOL, 1000 },        { PG_BYTEA, 1001 },    { PG_CHAR, 1002 },
    { PG_NAME, 1003 },        { PG_INT8, 1016 },     { PG_INT2, 1005 },
    { PG_INT4, 1007 },        { PG_TEXT, 1009 },     { PG_OID, 1028 },
    { PG_JSON, 199 },         { PG_XML, 143 },       { 650 /* cidr */, 651 },
    { PG_FLOAT4, 1021 },      { PG_FLOAT8, 1022 },   { 829 /* macaddr */, 1040 },
    { 869 /* inet */, 1041 }, { PG_BPCHAR, 1014 },   { PG_VARCHAR, 1015 },
    { PG_DATE, 1182 },        { PG_TIME, 1183 },     { PG_TIMESTAMP, 1115 },
    { PG_TIMESTAMPTZ, 1185 }, { PG_INTERVAL, 1187 }, { PG_TIMETZ, 1270 },
    { PG_NUMERIC, 1231 },     { PG_UUID, 2951 },     { PG_JSONB, 3807 },
};

Oid pg_array_of(Oid type)
{
    for (size_t i = 0; i < CORM_LENGTH(ARRAY_TYPES); i++) {
        if (ARRAY_TYPES[i].item == type) {
            return ARRAY_TYPES[i].array;
        }
    }
    return 0;
}

Oid pg_item_of(Oid array)
{
    for (size_t i = 0; i < CORM_LENGTH(ARRAY_TYPES); i++) {
        if (ARRAY_TYPES[i].array == array) {
            return ARRAY_TYPES[i].item;
        }
    }
    return 0;
}

/* ---- one array ---- */

/* A column of the parameters: every `stride`-th value from `first` on. */
struct column {
    const struct corm_value *first;
    uint32_t stride;
    uint32_t nrows;
    Oid type;
};

static const struct corm_value *item_at(const struct column *column, uint32_t row)
{
    return column->first + (size_t)row * column->stride;
}

static void put_int32(struct corm_strbuf *to, int32_t i)
{
    char bytes[sizeof i];
    pg_write_int32(bytes, i);
    corm_strbuf_add(to, bytes, sizeof bytes);
}

/* *is_fit false: the value has no binary form in this type. */
static enum corm_rc put_binary_item(struct corm_strbuf *to, Oid type,
                                    const struct corm_value *value, bool *is_fit,
                                    struct corm_error *err)
{
    char room[PG_FIXED_ROOM];
    struct pg_param param = { .scratch = room };
    if (value->tag == CORM_TAG_NULL) {
        put_int32(to, -1);
        return CORM_OK;
    }
    if (corm_value_has_bytes(value) && !pg_is_binary_bytes(type, value)) {
        *is_fit = false;
        return CORM_OK;
    }
    enum corm_rc rc = pg_encode_value(&param, type, value, err);
    if (rc != CORM_OK) {
        return rc;
    }
    *is_fit = param.format == PG_FORMAT_BINARY;
    put_int32(to, (int32_t)param.len);
    corm_strbuf_add(to, param.bytes, param.len);
    return CORM_OK;
}

static enum corm_rc put_binary_array(struct corm_strbuf *to,
                                     const struct column *column, bool *is_fit,
                                     struct corm_error *err)
{
    char header[HEADER_BYTES];
    char *end = pg_write_int32(header, 1); /* dimension */
    end = pg_write_int32(end, 0); /* the server looks for NULLs itself */
    end = pg_write_int32(end, (int32_t)column->type);
    end = pg_write_int32(end, (int32_t)column->nrows);
    end = pg_write_int32(end, 1); /* lower bound */
    corm_strbuf_add(to, header, (size_t)(end - header));
    for (uint32_t row = 0; *is_fit && row < column->nrows; row++) {
        enum corm_rc rc =
            put_binary_item(to, column->type, item_at(column, row), is_fit, err);
        if (rc != CORM_OK) {
            corm_error_prefix(err, "parameter set %u", (unsigned)row + 1);
            return rc;
        }
    }
    return CORM_OK;
}

/* *is_fit false: the value's text form is not the literal that the server would read. */
static void put_text_item(struct corm_strbuf *to, const struct corm_value *value,
                          bool *is_fit)
{
    char text[PG_FIXED_ROOM];
    if (value->tag == CORM_TAG_NULL) {
        corm_strbuf_puts(to, "NULL");
    } else if (!corm_value_has_bytes(value)) {
        corm_text_item_quote(to, text, pg_encode_fixed(value, text));
    } else if (value->len == 0 && value->tag != CORM_TAG_BLOB) {
        corm_strbuf_puts(to, "\"\""); /* there may be no address of nothing */
    } else if (value->tag == CORM_TAG_BLOB ||
               memchr(value->as.s, '\0', value->len) != NULL) {
        *is_fit = false;
    } else {
        corm_text_item_quote(to, value->as.s, value->len);
    }
}

static void put_text_array(struct corm_strbuf *to, const struct column *column,
                           bool *is_fit)
{
    corm_strbuf_putc(to, '{');
    for (uint32_t row = 0; *is_fit && row < column->nrows; row++) {
        corm_strbuf_puts(to, row > 0 ? "," : "");
        put_text_item(to, item_at(column, row), is_fit);
    }
    corm_strbuf_puts(to, "}");
    corm_strbuf_add(to, "", 1); /* libpq wants the NUL of text */
}

/* ---- all of them ---- */

/* Append the array. *format says in which form. */
static enum corm_rc put_array(struct corm_strbuf *to, const struct column *column,
                              int *format, bool *is_fit, struct corm_error *err)
{
    size_t start = to->len;
    bool is_binary = true;
    enum corm_rc rc = put_binary_array(to, column, &is_binary, err);
    *format = is_binary ? PG_FORMAT_BINARY : PG_FORMAT_TEXT;
    if (rc == CORM_OK && !is_binary) {
        corm_strbuf_truncate(to, start);
        put_text_array(to, column, is_fit);
    }
    return rc;
}

static bool are_too_large(const struct corm_value *params, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count && bytes <= BYTES_MAX; i++) {
        bytes += corm_value_has_bytes(&params[i]) ? params[i].len : 0;
    }
    return bytes > BYTES_MAX;
}

/* The bytes have stopped moving: they follow each other in the arrays' order. */
static void point_values(struct pg_encoder *encoder, uint32_t narrays)
{
    const char *at = encoder->arrays.data;
    for (uint32_t i = 0; i < narrays; i++) {
        encoder->values[i] = at;
        at += encoder->lengths[i];
    }
}

enum corm_rc pg_encode_arrays(struct pg_encoder *encoder,
                              const struct corm_value *params, uint32_t nrows,
                              uint32_t narrays, const Oid *array_types, bool *is_fit,
                              struct corm_error *err)
{
    struct corm_strbuf *to = &encoder->arrays;
    *is_fit = !are_too_large(params, (size_t)nrows * narrays);
    if (!pg_encoder_reserve(encoder, narrays)) {
        return corm_fail_memory(err);
    }
    corm_strbuf_truncate(to, 0);
    for (uint32_t i = 0; *is_fit && i < narrays; i++) {
        struct column column = { params + i, narrays, nrows,
                                 pg_item_of(array_types[i]) };
        size_t start = to->len;
        enum corm_rc rc = put_array(to, &column, &encoder->formats[i], is_fit, err);
        if (rc != CORM_OK) {
            return rc;
        }
        encoder->lengths[i] = (int)(to->len - start);
    }
    enum corm_rc rc = corm_strbuf_check(to, err);
    if (rc == CORM_OK) {
        point_values(encoder, narrays);
    } else {
        corm_strbuf_release(to);
    }
    return rc;
}

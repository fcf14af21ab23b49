/* SPDX-License-Identifier: MIT */
/*
 * Parameters. The server says which type it inferred for each; a value of that very kind
 * goes in binary form, which is exact, cheap and keeps NUL bytes visible to the server;
 * anything else goes as text, which the server reads as it would read a literal, so that an
 * integer finds its way into a varchar column and text into a numeric one.
 */
#include "base/alloc.h"
#include "base/datetime.h"
#include "base/interval.h"
#include "base/number.h"
#include "dialects/postgres/driver_bytes.h"
#include "dialects/postgres/driver_int.h"
#include "dialects/postgres/driver_oid.h"

#include <math.h>
#include <string.h>

static const size_t SET_BYTES_MAX =
    ((size_t)1 << 30) - 1; /* as PostgreSQL's messages */

static void put_binary(struct pg_param *param, const char *bytes, size_t len)
{
    param->bytes = bytes;
    param->len = len;
    param->format = PG_FORMAT_BINARY;
}

/* libpq wants text with a NUL, and would cut it at an earlier one. */
static enum corm_rc put_text(struct pg_param *param, const char *text, size_t len,
                             struct corm_error *err)
{
    if (len > 0 && memchr(text, '\0', len) != NULL) {
        return corm_fail(err, CORM_E_DATA, "PostgreSQL cannot store NUL bytes in text");
    }
    if (len > 0) {
        memcpy(param->scratch, text, len);
    }
    param->scratch[len] = '\0';
    param->bytes = param->scratch;
    param->len = len;
    param->format = PG_FORMAT_TEXT;
    return CORM_OK;
}

static void put_written(struct pg_param *param, size_t len)
{
    param->bytes = param->scratch;
    param->len = len;
    param->format = PG_FORMAT_TEXT;
}

static enum corm_rc out_of_range(int64_t i, const char *type, struct corm_error *err)
{
    return corm_fail(err, CORM_E_DATA, "%lld is out of range for type %s", (long long)i,
                     type);
}

static enum corm_rc encode_int(struct pg_param *param, Oid type, int64_t i,
                               struct corm_error *err)
{
    char *to = param->scratch;
    switch (type) {
    case PG_INT2:
        if (i < INT16_MIN || i > INT16_MAX) {
            return out_of_range(i, "smallint", err);
        }
        put_binary(param, to, (size_t)(pg_write_int16(to, (int16_t)i) - to));
        return CORM_OK;
    case PG_INT4:
        if (i < INT32_MIN || i > INT32_MAX) {
            return out_of_range(i, "integer", err);
        }
        put_binary(param, to, (size_t)(pg_write_int32(to, (int32_t)i) - to));
        return CORM_OK;
    case PG_INT8:
        put_binary(param, to, (size_t)(pg_write_int64(to, i) - to));
        return CORM_OK;
    default:
        put_written(param, corm_number_format_int(to, i));
        return CORM_OK;
    }
}

/* A float that is a whole number may go where an integer is wanted. */
static enum corm_rc encode_float(struct pg_param *param, Oid type, double f,
                                 struct corm_error *err)
{
    bool is_whole = f >= -0x1p63 && f < 0x1p63 && trunc(f) == f;
    if (type == PG_FLOAT8) {
        int64_t i;
        memcpy(&i, &f, sizeof(i));
        char *to = param->scratch;
        put_binary(param, to, (size_t)(pg_write_int64(to, i) - to));
        return CORM_OK;
    }
    if (is_whole && (type == PG_INT2 || type == PG_INT4 || type == PG_INT8)) {
        return encode_int(param, type, (int64_t)f, err);
    }
    put_written(param, corm_number_format_float(param->scratch, f));
    return CORM_OK;
}

static enum corm_rc encode_bool(struct pg_param *param, Oid type, int64_t is_true,
                                struct corm_error *err)
{
    switch (type) {
    case PG_BOOL:
        param->scratch[0] = is_true ? 1 : 0;
        put_binary(param, param->scratch, 1);
        return CORM_OK;
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
        return encode_int(param, type, is_true != 0, err);
    default:
        return put_text(param, is_true ? "true" : "false", is_true ? 4 : 5, err);
    }
}

static bool is_text_type(Oid type)
{
    return type == PG_TEXT || type == PG_VARCHAR || type == PG_BPCHAR ||
           type == PG_NAME || type == PG_JSON;
}

static enum corm_rc encode_text(struct pg_param *param, Oid type,
                                const struct corm_value *value, struct corm_error *err)
{
    if (is_text_type(type)) {
        put_binary(param, value->len == 0 ? "" : value->as.s, value->len);
        return CORM_OK;
    }
    return put_text(param, value->as.s, value->len, err);
}

static void encode_moment(struct pg_param *param, Oid type,
                          const struct corm_value *value)
{
    char *to = param->scratch;
    bool has_zone = value->aux != CORM_ZONE_NONE;
    if (value->tag == CORM_TAG_DATE && type == PG_DATE) {
        int32_t day = (int32_t)(value->as.i - PG_DAYS_TO_2000);
        put_binary(param, to, (size_t)(pg_write_int32(to, day) - to));
    } else if (value->tag == CORM_TAG_DATETIME &&
               type == (has_zone ? PG_TIMESTAMPTZ : PG_TIMESTAMP)) {
        to = pg_write_int64(to, value->as.i - PG_US_TO_2000);
        put_binary(param, param->scratch, (size_t)(to - param->scratch));
    } else {
        put_written(param, corm_datetime_format(value, ' ', to));
    }
}

bool pg_is_binary_bytes(Oid type, const struct corm_value *value)
{
    return value->tag == CORM_TAG_BLOB ||
           (value->tag == CORM_TAG_TEXT && is_text_type(type));
}

/* Whole days as days, as PostgreSQL itself reads "1 day 02:00". */
static void encode_interval(struct pg_param *param, Oid type, int64_t us)
{
    char *to = param->scratch;
    if (type != PG_INTERVAL) {
        put_written(param, corm_interval_format_pg(us, to));
        return;
    }
    to = pg_write_int64(to, us % CORM_US_PER_DAY);
    to = pg_write_int32(to, (int32_t)(us / CORM_US_PER_DAY));
    to = pg_write_int32(to, 0);
    put_binary(param, param->scratch, (size_t)(to - param->scratch));
}

enum corm_rc pg_encode_value(struct pg_param *param, Oid type,
                             const struct corm_value *value, struct corm_error *err)
{
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_NULL:
        param->bytes = NULL;
        param->len = 0;
        param->format = PG_FORMAT_TEXT;
        return CORM_OK;
    case CORM_TAG_BOOL:
        return encode_bool(param, type, value->as.i, err);
    case CORM_TAG_INT:
        return encode_int(param, type, value->as.i, err);
    case CORM_TAG_FLOAT:
        return encode_float(param, type, value->as.f, err);
    case CORM_TAG_TEXT:
        return encode_text(param, type, value, err);
    case CORM_TAG_BLOB:
        put_binary(param, value->len == 0 ? "" : value->as.s, value->len);
        return CORM_OK;
    case CORM_TAG_DECIMAL:
        return put_text(param, value->as.s, value->len, err);
    case CORM_TAG_DATE:
    case CORM_TAG_TIME:
    case CORM_TAG_DATETIME:
        encode_moment(param, type, value);
        return CORM_OK;
    case CORM_TAG_INTERVAL:
        encode_interval(param, type, value->as.i);
        return CORM_OK;
    case CORM_TAG_UNSET:
    case CORM_TAG_OBJECT:
    case CORM_TAG_FOREIGN:
        break;
    }
    return corm_fail(err, CORM_E_INTERFACE, "cannot bind a value of type %s",
                     corm_value_type_name(value));
}

static size_t room_for(const struct corm_value *value)
{
    return corm_value_has_bytes(value) ? (size_t)value->len + 1 : PG_FIXED_ROOM;
}

bool pg_encoder_reserve(struct pg_encoder *encoder, uint32_t nparams)
{
    if (nparams <= encoder->cap) {
        return true;
    }
    size_t each = sizeof(*encoder->values) + sizeof(*encoder->lengths) +
                  sizeof(*encoder->formats);
    const char **values = corm_alloc(nparams * each);
    if (values == NULL) {
        return false;
    }
    corm_free(encoder->values);
    encoder->values = values;
    encoder->lengths = (int *)(void *)(values + nparams);
    encoder->formats = encoder->lengths + nparams;
    encoder->cap = nparams;
    return true;
}

static bool reserve_scratch(struct pg_encoder *encoder, size_t room)
{
    if (room <= encoder->scratch_cap) {
        return true;
    }
    char *scratch = corm_alloc(room);
    if (scratch == NULL) {
        return false;
    }
    corm_free(encoder->scratch);
    encoder->scratch = scratch;
    encoder->scratch_cap = room;
    return true;
}

enum corm_rc pg_encode(struct pg_encoder *encoder, const struct corm_value *params,
                       uint32_t nparams, const Oid *types, struct corm_error *err)
{
    size_t room = 0;
    for (uint32_t i = 0; i < nparams; i++) {
        room += room_for(&params[i]);
        if (room > SET_BYTES_MAX) {
            return corm_fail(err, CORM_E_DATA, "the parameters exceed %zu bytes",
                             SET_BYTES_MAX);
        }
    }
    if (!pg_encoder_reserve(encoder, nparams) || !reserve_scratch(encoder, room)) {
        return corm_fail_memory(err);
    }
    char *scratch = encoder->scratch;
    for (uint32_t i = 0; i < nparams; i++) {
        struct pg_param param = { .scratch = scratch };
        enum corm_rc rc =
            pg_encode_value(&param, types == NULL ? 0 : types[i], &params[i], err);
        if (rc != CORM_OK) {
            corm_error_prefix(err, "parameter %u", i + 1);
            return rc;
        }
        encoder->values[i] = param.bytes;
        encoder->lengths[i] = (int)param.len;
        encoder->formats[i] = param.format;
        scratch += room_for(&params[i]);
    }
    return CORM_OK;
}

size_t pg_encode_fixed(const struct corm_value *value, char *text)
{
    PRE(!corm_value_has_bytes(value));
    struct pg_param param = { 0 };
    param.scratch = text;
    enum corm_rc rc = pg_encode_value(&param, 0, value, NULL);
    return rc == CORM_OK ? param.len : 0;
}

void pg_encoder_release(struct pg_encoder *encoder)
{
    corm_free(encoder->values);
    corm_free(encoder->scratch);
    corm_strbuf_release(&encoder->arrays);
    *encoder = (struct pg_encoder){ 0 };
}

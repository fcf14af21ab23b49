/* SPDX-License-Identifier: MIT */
/*
 * Arrays and JSON that nobody said a type for are read as such, as drivers everywhere do.
 */
#include "dialects/postgres/driver_int.h"
#include "dialects/postgres/driver_oid.h"
#include "sql/type.h"

static const struct corm_type moment_with_zone = { .kind = CORM_TYPE_DATETIME,
                                                   .flags = CORM_TYPE_TIMEZONE,
                                                   .length = -1,
                                                   .precision = -1,
                                                   .scale = -1 };

static const struct corm_type json = {
    .kind = CORM_TYPE_JSON, .length = -1, .precision = -1, .scale = -1
};

#define ARRAY_OF(item_type)                                                  \
    {                                                                        \
        .kind = CORM_TYPE_ARRAY, .length = -1, .precision = -1, .scale = -1, \
        .item = (item_type)                                                  \
    }

static const struct corm_type of_booleans = ARRAY_OF(&corm_type_boolean);
static const struct corm_type of_integers = ARRAY_OF(&corm_type_bigint);
static const struct corm_type of_floats = ARRAY_OF(&corm_type_float);
static const struct corm_type of_numerics = ARRAY_OF(&corm_type_numeric);
static const struct corm_type of_texts = ARRAY_OF(&corm_type_text);
static const struct corm_type of_dates = ARRAY_OF(&corm_type_date);
static const struct corm_type of_times = ARRAY_OF(&corm_type_time);
static const struct corm_type of_moments = ARRAY_OF(&corm_type_datetime);
static const struct corm_type of_zoned_moments = ARRAY_OF(&moment_with_zone);
static const struct corm_type of_intervals = ARRAY_OF(&corm_type_interval);
static const struct corm_type of_jsons = ARRAY_OF(&json);

static const struct corm_type *array_type(Oid item)
{
    switch ((enum pg_oid)item) {
    case PG_BOOL:
        return &of_booleans;
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
    case PG_OID:
        return &of_integers;
    case PG_FLOAT4:
    case PG_FLOAT8:
        return &of_floats;
    case PG_NUMERIC:
        return &of_numerics;
    case PG_CHAR:
    case PG_NAME:
    case PG_TEXT:
    case PG_BPCHAR:
    case PG_VARCHAR:
    case PG_UUID:
        return &of_texts;
    case PG_DATE:
        return &of_dates;
    case PG_TIME:
        return &of_times;
    case PG_TIMESTAMP:
        return &of_moments;
    case PG_TIMESTAMPTZ:
        return &of_zoned_moments;
    case PG_INTERVAL:
        return &of_intervals;
    case PG_JSON:
    case PG_JSONB:
        return &of_jsons;
    default:
        return NULL;
    }
}

const struct corm_type *pg_untyped(Oid type)
{
    return type == PG_JSON || type == PG_JSONB ? &json : array_type(pg_item_of(type));
}

/* SPDX-License-Identifier: MIT */
/*
 * A tagged cell of 16 bytes: the currency between database, core and Lua. Numbers, dates
 * and times are inline; text and bytes are (pointer, length) and belong to somebody else,
 * whom the function that hands out the cell names.
 */
#ifndef CORM_BASE_VALUE_H
#define CORM_BASE_VALUE_H

#include "base/compat.h"

enum corm_tag {
    CORM_TAG_UNSET = 0, /* nothing was ever put here */
    CORM_TAG_NULL, /* SQL NULL */
    CORM_TAG_BOOL, /* as.i is 0 or 1 */
    CORM_TAG_INT, /* as.i */
    CORM_TAG_FLOAT, /* as.f */
    CORM_TAG_TEXT, /* as.s, len: UTF-8 without NUL bytes */
    CORM_TAG_BLOB, /* as.s, len: any bytes */
    CORM_TAG_DECIMAL, /* as.s, len: canonical decimal text, see base/decimal.h */
    CORM_TAG_DATE, /* as.i: days since 1970-01-01, proleptic Gregorian */
    CORM_TAG_TIME, /* as.i: microseconds since midnight; zone as below */
    CORM_TAG_DATETIME, /* as.i: microseconds since 1970-01-01T00:00 (UTC if zoned) */
    CORM_TAG_INTERVAL, /* as.i: microseconds */
    CORM_TAG_OBJECT, /* as.p: something of a higher layer (instance, collection) */
    CORM_TAG_FOREIGN, /* the value lives in Lua; its owner knows where */
};

enum {
    CORM_ZONE_NONE = INT16_MIN /* aux of a time or datetime without a time zone */
};

struct corm_value {
    uint8_t tag; /* enum corm_tag */
    uint8_t flags; /* free for the layer that owns the cell */
    int16_t aux; /* minutes east of UTC for TIME and DATETIME, or CORM_ZONE_NONE */
    uint32_t len; /* bytes of as.s */
    union {
        int64_t i;
        double f;
        const char *s;
        void *p;
    } as;
};

static inline struct corm_value corm_value_unset(void)
{
    return (struct corm_value){ .tag = CORM_TAG_UNSET };
}

static inline struct corm_value corm_value_null(void)
{
    return (struct corm_value){ .tag = CORM_TAG_NULL };
}

static inline struct corm_value corm_value_bool(bool b)
{
    return (struct corm_value){ .tag = CORM_TAG_BOOL, .as.i = b };
}

static inline struct corm_value corm_value_int(int64_t i)
{
    return (struct corm_value){ .tag = CORM_TAG_INT, .as.i = i };
}

static inline struct corm_value corm_value_float(double f)
{
    return (struct corm_value){ .tag = CORM_TAG_FLOAT, .as.f = f };
}

static inline struct corm_value corm_value_bytes(enum corm_tag tag, const char *s,
                                                 size_t len)
{
    return (struct corm_value){ .tag = (uint8_t)tag, .len = (uint32_t)len, .as.s = s };
}

/** True if the cell's bytes live elsewhere (text, blob, decimal). */
static inline bool corm_value_has_bytes(const struct corm_value *v)
{
    return v->tag >= CORM_TAG_TEXT && v->tag <= CORM_TAG_DECIMAL;
}

/** Equal tag and equal content; 1 and 1.0 are equal as SQL sees them. */
bool corm_value_equal(const struct corm_value *a, const struct corm_value *b);

/** 64-bit hash, equal for equal values. */
uint64_t corm_value_hash(const struct corm_value *v);

/** Short name for messages: "integer", "text", "NULL", … Never NULL. */
const char *corm_value_type_name(const struct corm_value *v);

#endif

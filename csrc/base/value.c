/* SPDX-License-Identifier: MIT */
#include "base/value.h"

#include "base/hash.h"

#include <math.h>
#include <string.h>

/* True if f is an integer that an int64_t holds; *i_out is it. */
static bool float_as_int(double f, int64_t *i_out)
{
    if (!(f >= -0x1p63 && f < 0x1p63)) {
        return false;
    }
    *i_out = (int64_t)f;
    return (double)*i_out == f;
}

/*
 * The numeric content of a canonical decimal: without the zeros that end its fraction,
 * so that 1.5 and 1.50 are one key.
 */
static size_t decimal_significant_len(const char *text, size_t len)
{
    if (len == 0 || memchr(text, '.', len) == NULL) {
        return len;
    }
    while (text[len - 1] == '0') {
        len--;
    }
    return text[len - 1] == '.' ? len - 1 : len;
}

static size_t content_len(const struct corm_value *v)
{
    return v->tag == CORM_TAG_DECIMAL ? decimal_significant_len(v->as.s, v->len)
                                      : v->len;
}

static bool bytes_equal(const struct corm_value *a, const struct corm_value *b)
{
    size_t len = content_len(a);
    return len == content_len(b) && (len == 0 || memcmp(a->as.s, b->as.s, len) == 0);
}

static bool floats_equal(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool int_equals_float(const struct corm_value *i, const struct corm_value *f)
{
    int64_t whole;
    return i->tag == CORM_TAG_INT && f->tag == CORM_TAG_FLOAT &&
           float_as_int(f->as.f, &whole) && whole == i->as.i;
}

/* A zoned datetime is a moment, whatever the zone; a zoned time is more than its clock. */
static bool zones_equal(const struct corm_value *a, const struct corm_value *b)
{
    if (a->tag == CORM_TAG_DATETIME) {
        return (a->aux == CORM_ZONE_NONE) == (b->aux == CORM_ZONE_NONE);
    }
    return a->aux == b->aux;
}

bool corm_value_equal(const struct corm_value *a, const struct corm_value *b)
{
    if (a->tag != b->tag) {
        return int_equals_float(a, b) || int_equals_float(b, a);
    }
    if (corm_value_has_bytes(a)) {
        return bytes_equal(a, b);
    }
    switch ((enum corm_tag)a->tag) {
    case CORM_TAG_UNSET:
    case CORM_TAG_NULL:
        return true;
    case CORM_TAG_FLOAT:
        return floats_equal(a->as.f, b->as.f);
    case CORM_TAG_TIME:
    case CORM_TAG_DATETIME:
        return a->as.i == b->as.i && zones_equal(a, b);
    case CORM_TAG_OBJECT:
        return a->as.p == b->as.p;
    default:
        return a->as.i == b->as.i;
    }
}

static uint64_t hash_int(enum corm_tag tag, int64_t i)
{
    return corm_hash_mix(corm_hash_seed() + (uint64_t)tag, (uint64_t)i);
}

static uint64_t hash_float(double f)
{
    int64_t whole;
    if (float_as_int(f, &whole)) {
        return hash_int(CORM_TAG_INT, whole);
    }
    if (isnan(f)) {
        return hash_int(CORM_TAG_FLOAT, 0);
    }
    memcpy(&whole, &f, sizeof(whole));
    return hash_int(CORM_TAG_FLOAT, whole);
}

uint64_t corm_value_hash(const struct corm_value *v)
{
    enum corm_tag tag = (enum corm_tag)v->tag;
    if (corm_value_has_bytes(v)) {
        return corm_hash_mix(tag, corm_hash_bytes(v->as.s, content_len(v)));
    }
    switch (tag) {
    case CORM_TAG_UNSET:
    case CORM_TAG_NULL:
        return hash_int(tag, 0);
    case CORM_TAG_FLOAT:
        return hash_float(v->as.f);
    case CORM_TAG_OBJECT:
        return hash_int(tag, (int64_t)(intptr_t)v->as.p);
    default:
        return hash_int(tag, v->as.i);
    }
}

const char *corm_value_type_name(const struct corm_value *v)
{
    static const char *const names[] = {
        [CORM_TAG_UNSET] = "unset",       [CORM_TAG_NULL] = "NULL",
        [CORM_TAG_BOOL] = "boolean",      [CORM_TAG_INT] = "integer",
        [CORM_TAG_FLOAT] = "float",       [CORM_TAG_TEXT] = "text",
        [CORM_TAG_BLOB] = "bytes",        [CORM_TAG_DECIMAL] = "decimal",
        [CORM_TAG_DATE] = "date",         [CORM_TAG_TIME] = "time",
        [CORM_TAG_DATETIME] = "datetime", [CORM_TAG_INTERVAL] = "interval",
        [CORM_TAG_OBJECT] = "object",     [CORM_TAG_FOREIGN] = "table or value of Lua",
    };
    return v->tag < CORM_LENGTH(names) ? names[v->tag] : "unknown";
}

/* SPDX-License-Identifier: MIT */
/* Values on the way to the database: checked, and made what the type sends. */
#include "base/datetime.h"
#include "base/decimal.h"
#include "base/interval.h"
#include "base/number.h"
#include "base/utf8.h"
#include "sql/type.h"
#include "sql/type_path.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    SHOWN_MAX = 60 /* bytes of a text that a message quotes */
};

struct binding {
    const struct corm_type *type;
    const struct corm_value *value;
    struct corm_arena *scratch;
    struct corm_value *out;
    struct corm_error *err;
};

/* The value as a message shows it. */
static void show_value(const struct corm_value *value, char *buf, size_t size)
{
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_TEXT:
        (void)snprintf(buf, size, "'%.*s'%s",
                       (int)corm_utf8_truncate(value->as.s, value->len, SHOWN_MAX),
                       value->as.s, value->len > SHOWN_MAX ? "…" : "");
        break;
    case CORM_TAG_DECIMAL:
        (void)snprintf(buf, size, "%.*s", (int)value->len, value->as.s);
        break;
    case CORM_TAG_BOOL:
        (void)snprintf(buf, size, "%s", value->as.i ? "true" : "false");
        break;
    case CORM_TAG_INT:
        (void)snprintf(buf, size, "%lld", (long long)value->as.i);
        break;
    case CORM_TAG_FLOAT: {
        char text[CORM_FLOAT_TEXT_MAX];
        corm_number_format_float(text, value->as.f);
        (void)snprintf(buf, size, "%s", text);
        break;
    }
    case CORM_TAG_DATE:
    case CORM_TAG_TIME:
    case CORM_TAG_DATETIME: {
        char text[CORM_DATETIME_TEXT_MAX];
        corm_datetime_format(value, ' ', text);
        (void)snprintf(buf, size, "%s", text);
        break;
    }
    default:
        (void)snprintf(buf, size, "of %u bytes", (unsigned)value->len);
        break;
    }
}

static enum corm_rc fail_value(const struct binding *b, const char *why)
{
    char shown[SHOWN_MAX * 2 + 32];
    show_value(b->value, shown, sizeof(shown));
    return corm_fail(b->err, CORM_E_DATA, "value %s (%s) %s type %s", shown,
                     corm_value_type_name(b->value), why,
                     corm_type_class_name(b->type));
}

static enum corm_rc fail_kind(const struct binding *b)
{
    return fail_value(b, "does not fit");
}

static enum corm_rc check_text(const struct binding *b)
{
    if (memchr(b->value->as.s, '\0', b->value->len) != NULL) {
        return corm_fail(
            b->err, CORM_E_DATA,
            "value '%.*s…' (text) contains a NUL byte, which type %s cannot "
            "hold",
            SHOWN_MAX, b->value->as.s, corm_type_class_name(b->type));
    }
    if (!corm_utf8_is_valid(b->value->as.s, b->value->len)) {
        return fail_value(b, "is not valid UTF-8, as needed by");
    }
    return CORM_OK;
}

static enum corm_rc set_int(const struct binding *b, int64_t i)
{
    int64_t min = INT64_MIN;
    int64_t max = INT64_MAX;
    if (b->type->kind == CORM_TYPE_SMALLINT) {
        min = INT16_MIN;
        max = INT16_MAX;
    } else if (b->type->kind == CORM_TYPE_INTEGER) {
        min = INT32_MIN;
        max = INT32_MAX;
    }
    if (i < min || i > max) {
        return fail_value(b, "is out of range for");
    }
    *b->out = corm_value_int(i);
    return CORM_OK;
}

static enum corm_rc bind_integer(const struct binding *b)
{
    int64_t i;
    switch ((enum corm_tag)b->value->tag) {
    case CORM_TAG_INT:
    case CORM_TAG_BOOL:
        return set_int(b, b->value->as.i);
    case CORM_TAG_FLOAT:
        if (!(b->value->as.f >= -0x1p63 && b->value->as.f < 0x1p63) ||
            b->value->as.f != floor(b->value->as.f)) {
            return fail_kind(b);
        }
        return set_int(b, (int64_t)b->value->as.f);
    case CORM_TAG_TEXT:
    case CORM_TAG_DECIMAL:
        return corm_number_parse_int(b->value->as.s, b->value->len, &i) ? set_int(b, i)
                                                                        : fail_kind(b);
    default:
        return fail_kind(b);
    }
}

static enum corm_rc set_float(const struct binding *b, double f)
{
    if (isnan(f)) {
        return fail_value(b, "cannot be stored as");
    }
    *b->out = corm_value_float(f);
    return CORM_OK;
}

static enum corm_rc bind_float(const struct binding *b)
{
    double f;
    switch ((enum corm_tag)b->value->tag) {
    case CORM_TAG_FLOAT:
        return set_float(b, b->value->as.f);
    case CORM_TAG_INT:
    case CORM_TAG_BOOL:
        return set_float(b, (double)b->value->as.i);
    case CORM_TAG_TEXT:
    case CORM_TAG_DECIMAL:
        return corm_number_parse_float(b->value->as.s, b->value->len, &f)
                   ? set_float(b, f)
                   : fail_kind(b);
    default:
        return fail_kind(b);
    }
}

static enum corm_rc bind_decimal_text(const struct binding *b)
{
    enum corm_rc rc =
        corm_decimal_parse(b->value->as.s, b->value->len, b->scratch, b->out, b->err);
    return rc == CORM_E_DATA ? fail_kind(b) : rc;
}

static enum corm_rc bind_numeric(const struct binding *b)
{
    switch ((enum corm_tag)b->value->tag) {
    case CORM_TAG_DECIMAL:
        if (!corm_decimal_is_finite(b->value)) {
            return fail_value(b, "cannot be stored as");
        }
        *b->out = *b->value;
        return CORM_OK;
    case CORM_TAG_FLOAT:
        return isfinite(b->value->as.f) ? set_float(b, b->value->as.f)
                                        : fail_value(b, "cannot be stored as");
    case CORM_TAG_INT:
    case CORM_TAG_BOOL:
        *b->out = corm_value_int(b->value->as.i);
        return CORM_OK;
    case CORM_TAG_TEXT:
        return bind_decimal_text(b);
    default:
        return fail_kind(b);
    }
}

static bool is_label(const struct corm_type_labels *labels,
                     const struct corm_value *value)
{
    for (uint32_t i = 0; i < labels->count; i++) {
        if (strlen(labels->items[i]) == value->len &&
            memcmp(labels->items[i], value->as.s, value->len) == 0) {
            return true;
        }
    }
    return false;
}

static enum corm_rc bind_text(const struct binding *b)
{
    if (b->value->tag != CORM_TAG_TEXT) {
        return fail_kind(b);
    }
    enum corm_rc rc = check_text(b);
    if (rc != CORM_OK) {
        return rc;
    }
    bool is_checked =
        b->type->kind == CORM_TYPE_ENUM && !(b->type->flags & CORM_TYPE_UNCHECKED);
    if (is_checked && b->type->labels != NULL && !is_label(b->type->labels, b->value)) {
        return fail_value(b, "is not among the values of");
    }
    *b->out = *b->value;
    return CORM_OK;
}

static enum corm_rc bind_boolean(const struct binding *b)
{
    bool is_number = b->value->tag == CORM_TAG_INT && b->value->as.i >> 1 == 0;
    if (b->value->tag != CORM_TAG_BOOL && !is_number) {
        return fail_kind(b);
    }
    *b->out = corm_value_bool(b->value->as.i != 0);
    return CORM_OK;
}

/* What the clock and calendar of a moment show, as another tag. */
static enum corm_rc convert_moment(const struct binding *b)
{
    struct corm_civil civil;
    corm_civil_fill(&civil, b->value);
    if (b->type->kind == CORM_TYPE_DATE) {
        return corm_date_make(&civil, b->out, b->err);
    }
    if (!(b->type->flags & CORM_TYPE_TIMEZONE)) {
        civil.zone = CORM_ZONE_NONE; /* the type keeps the clock's reading only */
    }
    return b->type->kind == CORM_TYPE_TIME ? corm_time_make(&civil, b->out, b->err)
                                           : corm_datetime_make(&civil, b->out, b->err);
}

static enum corm_rc parse_moment(const struct binding *b)
{
    const char *text = b->value->as.s;
    size_t len = b->value->len;
    struct corm_value parsed;
    enum corm_rc rc;
    if (b->type->kind == CORM_TYPE_DATE) {
        rc = corm_date_parse(text, len, &parsed, b->err);
    } else if (b->type->kind == CORM_TYPE_TIME) {
        rc = corm_time_parse(text, len, &parsed, b->err);
    } else {
        rc = corm_datetime_parse(text, len, &parsed, b->err);
    }
    if (rc != CORM_OK) {
        return rc == CORM_E_DATA ? fail_kind(b) : rc;
    }
    struct binding again = *b;
    again.value = &parsed;
    return convert_moment(&again);
}

static enum corm_rc bind_moment(const struct binding *b)
{
    uint8_t tag = b->value->tag;
    bool is_date = b->type->kind == CORM_TYPE_DATE;
    bool is_time = b->type->kind == CORM_TYPE_TIME;
    if (tag == CORM_TAG_TEXT && corm_type_is_endless(b->type, b->value)) {
        *b->out = *b->value;
        return CORM_OK;
    }
    if (tag == CORM_TAG_TEXT) {
        return parse_moment(b);
    }
    bool is_fitting = is_time ? tag == CORM_TAG_TIME
                              : tag == CORM_TAG_DATE || tag == CORM_TAG_DATETIME;
    if (!is_fitting) {
        return fail_kind(b);
    }
    if (is_date && tag == CORM_TAG_DATE) {
        *b->out = *b->value;
        return CORM_OK;
    }
    return convert_moment(b);
}

/* Where the type is not native it is kept as the moment so long after 1970. */
static enum corm_rc set_interval(const struct binding *b, struct corm_value interval)
{
    static const struct corm_value START = { .tag = CORM_TAG_DATETIME,
                                             .aux = CORM_ZONE_NONE };
    if (!(b->type->flags & CORM_TYPE_EMULATED)) {
        *b->out = interval;
        return CORM_OK;
    }
    return corm_datetime_add(&START, interval.as.i, b->out, NULL) == CORM_OK
               ? CORM_OK
               : fail_value(b, "is too long for");
}

static enum corm_rc bind_interval(const struct binding *b)
{
    struct corm_value parsed;
    if (b->value->tag == CORM_TAG_INTERVAL) {
        return set_interval(b, *b->value);
    }
    if (b->value->tag != CORM_TAG_TEXT) {
        return fail_kind(b);
    }
    enum corm_rc rc =
        corm_interval_parse(b->value->as.s, b->value->len, &parsed, b->err);
    if (rc != CORM_OK) {
        return rc == CORM_E_DATA ? fail_kind(b) : rc;
    }
    return set_interval(b, parsed);
}

static enum corm_rc bind_binary(const struct binding *b)
{
    if (b->value->tag != CORM_TAG_BLOB && b->value->tag != CORM_TAG_TEXT) {
        return fail_kind(b);
    }
    *b->out = corm_value_bytes(CORM_TAG_BLOB, b->value->as.s, b->value->len);
    return CORM_OK;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* 32 hexadecimal digits without hyphens: PostgreSQL reads that, SQLite keeps it. */
static enum corm_rc bind_uuid(const struct binding *b)
{
    size_t ndigits = 0;
    if (b->value->tag != CORM_TAG_TEXT || b->value->len > 38) {
        return fail_kind(b);
    }
    char *digits = corm_arena_alloc(b->scratch, 33);
    if (digits == NULL) {
        return corm_fail_memory(b->err);
    }
    for (uint32_t i = 0; i < b->value->len; i++) {
        char c = b->value->as.s[i];
        if (c == '-') {
            continue;
        }
        if (!is_hex(c) || ndigits == 32) {
            return fail_kind(b);
        }
        digits[ndigits] = c;
        if (c >= 'A' && c <= 'F') {
            digits[ndigits] = (char)(c - 'A' + 'a');
        }
        ndigits++;
    }
    if (ndigits != 32) {
        return fail_kind(b);
    }
    *b->out = corm_value_bytes(CORM_TAG_TEXT, digits, 32);
    return CORM_OK;
}

static enum corm_rc set_formatted(const struct binding *b, const char *text, size_t len)
{
    const char *copy = corm_arena_strndup(b->scratch, text, len);
    if (copy == NULL) {
        return corm_fail_memory(b->err);
    }
    *b->out = corm_value_bytes(CORM_TAG_TEXT, copy, len);
    return CORM_OK;
}

/* Texts are JSON already (whoever has a structure encodes it), scalars become it. */
static enum corm_rc bind_json(const struct binding *b)
{
    char text[CORM_FLOAT_TEXT_MAX];
    switch ((enum corm_tag)b->value->tag) {
    case CORM_TAG_TEXT:
        return bind_text(b);
    case CORM_TAG_BOOL:
        return b->value->as.i ? set_formatted(b, "true", 4)
                              : set_formatted(b, "false", 5);
    case CORM_TAG_INT:
        return set_formatted(b, text, corm_number_format_int(text, b->value->as.i));
    case CORM_TAG_FLOAT:
        if (!isfinite(b->value->as.f)) {
            return fail_value(b, "cannot be stored as");
        }
        return set_formatted(b, text, corm_number_format_float(text, b->value->as.f));
    default:
        return fail_kind(b);
    }
}

/* Any value, as it is, but nothing that one of the databases would spoil silently. */
static enum corm_rc bind_any(const struct binding *b)
{
    if (b->value->tag == CORM_TAG_FLOAT) {
        return set_float(b, b->value->as.f);
    }
    if (b->value->tag == CORM_TAG_TEXT) {
        enum corm_rc rc = check_text(b);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    *b->out = *b->value;
    return CORM_OK;
}

static enum corm_rc bind_by_kind(const struct binding *b)
{
    switch ((enum corm_type_kind)b->type->kind) {
    case CORM_TYPE_SMALLINT:
    case CORM_TYPE_INTEGER:
    case CORM_TYPE_BIGINT:
        return bind_integer(b);
    case CORM_TYPE_FLOAT:
    case CORM_TYPE_DOUBLE:
        return bind_float(b);
    case CORM_TYPE_NUMERIC:
        return bind_numeric(b);
    case CORM_TYPE_STRING:
    case CORM_TYPE_TEXT:
    case CORM_TYPE_ENUM:
        return bind_text(b);
    case CORM_TYPE_BOOLEAN:
        return bind_boolean(b);
    case CORM_TYPE_DATE:
    case CORM_TYPE_TIME:
    case CORM_TYPE_DATETIME:
        return bind_moment(b);
    case CORM_TYPE_INTERVAL:
        return bind_interval(b);
    case CORM_TYPE_BINARY:
        return bind_binary(b);
    case CORM_TYPE_UUID:
        return bind_uuid(b);
    case CORM_TYPE_JSON:
        return bind_json(b);
    case CORM_TYPE_USER:
        return b->type->flags & CORM_TYPE_UNICODE ? bind_text(b) : bind_any(b);
    default:
        return bind_any(b);
    }
}

enum corm_rc corm_type_bind(const struct corm_type *type,
                            const struct corm_value *value, struct corm_arena *scratch,
                            struct corm_value *out, struct corm_error *err)
{
    struct binding b = { type, value, scratch, out, err };
    if (value->tag == CORM_TAG_NULL || value->tag == CORM_TAG_UNSET) {
        *out = corm_value_null();
        return CORM_OK;
    }
    if (type->kind == CORM_TYPE_JSON_PATH) {
        return corm_type_bind_path(type, value, scratch, out, err);
    }
    if (value->tag >= CORM_TAG_OBJECT) {
        return corm_fail(err, CORM_E_DATA, "a %s does not fit type %s",
                         corm_value_type_name(value), corm_type_class_name(type));
    }
    return bind_by_kind(&b);
}

/* SPDX-License-Identifier: MIT */
/*
 * Values on the way from the database. SQLite returns what was stored whatever the column
 * says, PostgreSQL a text for most types; both become what the type promises.
 */
#include "base/datetime.h"
#include "base/decimal.h"
#include "base/interval.h"
#include "base/number.h"
#include "base/utf8.h"
#include "sql/type.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    SHOWN_MAX = 60,
    /* decimals that a float gets where the type does not say: as many as it surely has */
    FLOAT_SCALE = 10,
    FLOAT_FIXED_MAX = 350 /* bytes of the largest double without exponent */
};

struct decoding {
    const struct corm_type *type;
    const struct corm_value *cell;
    struct corm_arena *scratch;
    struct corm_value *out;
    struct corm_error *err;
};

static enum corm_rc fail_cell(const struct decoding *d)
{
    if (d->cell->tag == CORM_TAG_TEXT || d->cell->tag == CORM_TAG_DECIMAL) {
        size_t len = corm_utf8_truncate(d->cell->as.s, d->cell->len, SHOWN_MAX);
        return corm_fail(d->err, CORM_E_DATA, "cannot read '%.*s' (%s) as type %s",
                         (int)len, d->cell->as.s, corm_value_type_name(d->cell),
                         corm_type_class_name(d->type));
    }
    return corm_fail(d->err, CORM_E_DATA, "cannot read a value of kind %s as type %s",
                     corm_value_type_name(d->cell), corm_type_class_name(d->type));
}

static enum corm_rc set_value(const struct decoding *d, struct corm_value value)
{
    *d->out = value;
    return CORM_OK;
}

/* A decimal that is no integer stays one: what it is of was only declared an integer. */
static enum corm_rc integer_of_decimal(const struct decoding *d)
{
    int64_t i;
    const struct corm_value *cell = d->cell;
    size_t len = cell->len;
    if (memchr(cell->as.s, '.', len) != NULL) {
        while (cell->as.s[len - 1] == '0') {
            len--;
        }
        len -= cell->as.s[len - 1] == '.' ? 1 : 0;
    }
    return set_value(d, corm_number_parse_int(cell->as.s, len, &i) ? corm_value_int(i)
                                                                   : *cell);
}

static enum corm_rc decode_integer(const struct decoding *d)
{
    int64_t i;
    const struct corm_value *cell = d->cell;
    switch ((enum corm_tag)cell->tag) {
    case CORM_TAG_INT:
    case CORM_TAG_BOOL:
        return set_value(d, corm_value_int(cell->as.i));
    case CORM_TAG_FLOAT:
        if (!(cell->as.f >= -0x1p63 && cell->as.f < 0x1p63) ||
            cell->as.f != floor(cell->as.f)) {
            return set_value(d, *cell); /* SUM and AVG of integers are declared so */
        }
        return set_value(d, corm_value_int((int64_t)cell->as.f));
    case CORM_TAG_DECIMAL:
        return integer_of_decimal(d);
    case CORM_TAG_TEXT:
        return corm_number_parse_int(cell->as.s, cell->len, &i)
                   ? set_value(d, corm_value_int(i))
                   : fail_cell(d);
    default:
        return fail_cell(d);
    }
}

static enum corm_rc decode_float(const struct decoding *d)
{
    double f;
    const struct corm_value *cell = d->cell;
    switch ((enum corm_tag)cell->tag) {
    case CORM_TAG_FLOAT:
        return set_value(d, *cell);
    case CORM_TAG_INT:
    case CORM_TAG_BOOL:
        return set_value(d, corm_value_float((double)cell->as.i));
    case CORM_TAG_TEXT:
    case CORM_TAG_DECIMAL:
        return corm_number_parse_float(cell->as.s, cell->len, &f)
                   ? set_value(d, corm_value_float(f))
                   : fail_cell(d);
    default:
        return fail_cell(d);
    }
}

static enum corm_rc parse_decimal(const struct decoding *d, const char *text,
                                  size_t len)
{
    enum corm_rc rc = corm_decimal_parse(text, len, d->scratch, d->out, d->err);
    return rc == CORM_E_DATA ? fail_cell(d) : rc;
}

static int decimal_scale(const struct corm_type *type)
{
    if (type->length >= 0) {
        return type->length;
    }
    return type->scale >= 0 ? type->scale : FLOAT_SCALE;
}

/* A number that SQLite keeps as a float gets the decimals that its type has. */
static enum corm_rc decimal_of_number(const struct decoding *d)
{
    char text[FLOAT_FIXED_MAX + FLOAT_SCALE];
    int scale = decimal_scale(d->type);
    double f = d->cell->tag == CORM_TAG_FLOAT ? d->cell->as.f : (double)d->cell->as.i;
    if (d->cell->tag == CORM_TAG_INT) {
        char digits[CORM_INT_TEXT_MAX];
        size_t len = corm_number_format_int(digits, d->cell->as.i);
        const char *copy = corm_arena_strndup(d->scratch, digits, len);
        if (copy == NULL) {
            return corm_fail_memory(d->err);
        }
        struct corm_value whole = corm_value_bytes(CORM_TAG_DECIMAL, copy, len);
        return corm_decimal_round(&whole, scale, d->scratch, d->out, d->err);
    }
    if (!isfinite(f) || scale > FLOAT_SCALE) {
        size_t len = corm_number_format_float(text, f);
        const char *shortest = corm_arena_strndup(d->scratch, text, len);
        return shortest == NULL ? corm_fail_memory(d->err)
                                : parse_decimal(d, shortest, len);
    }
    int len = snprintf(text, sizeof(text), "%.*f", scale, f);
    const char *copy = corm_arena_strndup(d->scratch, text, (size_t)len);
    return copy == NULL ? corm_fail_memory(d->err)
                        : parse_decimal(d, copy, (size_t)len);
}

static enum corm_rc decode_decimal(const struct decoding *d)
{
    switch ((enum corm_tag)d->cell->tag) {
    case CORM_TAG_DECIMAL:
        return set_value(d, *d->cell);
    case CORM_TAG_INT:
    case CORM_TAG_FLOAT:
        return decimal_of_number(d);
    case CORM_TAG_TEXT:
        return parse_decimal(d, d->cell->as.s, d->cell->len);
    default:
        return fail_cell(d);
    }
}

static enum corm_rc decode_text(const struct decoding *d)
{
    char text[CORM_FLOAT_TEXT_MAX];
    size_t len;
    switch ((enum corm_tag)d->cell->tag) {
    case CORM_TAG_TEXT:
    case CORM_TAG_DECIMAL:
        return set_value(d,
                         corm_value_bytes(CORM_TAG_TEXT, d->cell->as.s, d->cell->len));
    case CORM_TAG_BLOB:
        return corm_utf8_is_valid(d->cell->as.s, d->cell->len)
                   ? set_value(d, corm_value_bytes(CORM_TAG_TEXT, d->cell->as.s,
                                                   d->cell->len))
                   : fail_cell(d);
    case CORM_TAG_INT:
        len = corm_number_format_int(text, d->cell->as.i);
        break;
    case CORM_TAG_FLOAT:
        len = corm_number_format_float(text, d->cell->as.f);
        break;
    default:
        return fail_cell(d);
    }
    const char *copy = corm_arena_strndup(d->scratch, text, len);
    return copy == NULL ? corm_fail_memory(d->err)
                        : set_value(d, corm_value_bytes(CORM_TAG_TEXT, copy, len));
}

/* What somebody else wrote is refused if it is not among the values. */
static enum corm_rc decode_enum(const struct decoding *d)
{
    const struct corm_type_labels *labels = d->type->labels;
    enum corm_rc rc = decode_text(d);
    bool is_known = rc != CORM_OK || labels == NULL || labels->count == 0;
    for (uint32_t i = 0; !is_known && i < labels->count; i++) {
        is_known = strlen(labels->items[i]) == d->out->len &&
                   memcmp(labels->items[i], d->out->as.s, d->out->len) == 0;
    }
    return is_known ? rc : fail_cell(d);
}

static bool text_is(const struct corm_value *cell, const char *word)
{
    return cell->len == strlen(word) && memcmp(cell->as.s, word, cell->len) == 0;
}

bool corm_type_is_endless(const struct corm_type *type, const struct corm_value *text)
{
    bool has_end = type->kind != CORM_TYPE_DATE && type->kind != CORM_TYPE_DATETIME;
    return !has_end && (text_is(text, "infinity") || text_is(text, "-infinity"));
}

static enum corm_rc decode_boolean(const struct decoding *d)
{
    const struct corm_value *cell = d->cell;
    if (cell->tag == CORM_TAG_BOOL || cell->tag == CORM_TAG_INT) {
        return set_value(d, corm_value_bool(cell->as.i != 0));
    }
    if (cell->tag == CORM_TAG_TEXT) {
        if (text_is(cell, "t") || text_is(cell, "true") || text_is(cell, "1")) {
            return set_value(d, corm_value_bool(true));
        }
        if (text_is(cell, "f") || text_is(cell, "false") || text_is(cell, "0")) {
            return set_value(d, corm_value_bool(false));
        }
    }
    return fail_cell(d);
}

static uint8_t moment_tag(const struct corm_type *type)
{
    return type->kind == CORM_TYPE_DATE   ? CORM_TAG_DATE
           : type->kind == CORM_TYPE_TIME ? CORM_TAG_TIME
                                          : CORM_TAG_DATETIME;
}

/* A moment of a type with a time zone that has none is one in UTC. */
static enum corm_rc set_moment(const struct decoding *d, struct corm_value moment)
{
    bool lacks_zone = d->type->kind == CORM_TYPE_DATETIME &&
                      (d->type->flags & CORM_TYPE_TIMEZONE) &&
                      moment.aux == CORM_ZONE_NONE;
    if (lacks_zone) {
        moment.aux = 0;
    }
    return set_value(d, moment);
}

static enum corm_rc decode_moment(const struct decoding *d)
{
    const struct corm_value *cell = d->cell;
    enum corm_rc rc;
    if (cell->tag == moment_tag(d->type)) {
        return set_moment(d, *cell);
    }
    if (cell->tag != CORM_TAG_TEXT) {
        return fail_cell(d);
    }
    if (corm_type_is_endless(d->type, cell)) {
        return set_value(d, *cell);
    }
    if (d->type->kind == CORM_TYPE_DATE) {
        rc = corm_date_parse(cell->as.s, cell->len, d->out, d->err);
    } else if (d->type->kind == CORM_TYPE_TIME) {
        rc = corm_time_parse(cell->as.s, cell->len, d->out, d->err);
    } else {
        rc = corm_datetime_parse(cell->as.s, cell->len, d->out, d->err);
        rc = rc == CORM_OK ? set_moment(d, *d->out) : rc;
    }
    return rc == CORM_E_DATA ? fail_cell(d) : rc;
}

static bool looks_like_date(const struct corm_value *cell)
{
    return cell->len >= 10 && cell->as.s[4] == '-' && cell->as.s[7] == '-';
}

/* Where there are no intervals they are kept as the moment so long after 1970. */
static enum corm_rc decode_interval(const struct decoding *d)
{
    const struct corm_value *cell = d->cell;
    struct corm_value moment;
    enum corm_rc rc;
    if (cell->tag == CORM_TAG_INTERVAL) {
        return set_value(d, *cell);
    }
    if (cell->tag == CORM_TAG_DATETIME) {
        return set_value(
            d, (struct corm_value){ .tag = CORM_TAG_INTERVAL, .as.i = cell->as.i });
    }
    if (cell->tag != CORM_TAG_TEXT) {
        return fail_cell(d);
    }
    if (!looks_like_date(cell)) {
        rc = corm_interval_parse(cell->as.s, cell->len, d->out, d->err);
        return rc == CORM_E_DATA ? fail_cell(d) : rc;
    }
    rc = corm_datetime_parse(cell->as.s, cell->len, &moment, d->err);
    if (rc != CORM_OK) {
        return rc == CORM_E_DATA ? fail_cell(d) : rc;
    }
    return set_value(
        d, (struct corm_value){ .tag = CORM_TAG_INTERVAL, .as.i = moment.as.i });
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* \x0aff, as PostgreSQL writes bytes in text format */
static enum corm_rc decode_hex(const struct decoding *d)
{
    const char *text = d->cell->as.s + 2;
    size_t nbytes = (d->cell->len - 2) / 2;
    char *bytes = corm_arena_alloc(d->scratch, nbytes + 1);
    if (bytes == NULL) {
        return corm_fail_memory(d->err);
    }
    for (size_t i = 0; i < nbytes; i++) {
        int high = hex_value(text[2 * i]);
        int low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return fail_cell(d);
        }
        bytes[i] = (char)(high << 4 | low);
    }
    return set_value(d, corm_value_bytes(CORM_TAG_BLOB, bytes, nbytes));
}

static enum corm_rc decode_binary(const struct decoding *d)
{
    const struct corm_value *cell = d->cell;
    if (cell->tag == CORM_TAG_BLOB) {
        return set_value(d, *cell);
    }
    if (cell->tag != CORM_TAG_TEXT) {
        return fail_cell(d);
    }
    if (cell->len >= 2 && cell->len % 2 == 0 && memcmp(cell->as.s, "\\x", 2) == 0) {
        return decode_hex(d);
    }
    return set_value(d, corm_value_bytes(CORM_TAG_BLOB, cell->as.s, cell->len));
}

/* 8-4-4-4-12, whether the database keeps hyphens or not */
static enum corm_rc decode_uuid(const struct decoding *d)
{
    const struct corm_value *cell = d->cell;
    char text[37];
    size_t at = 0;
    for (uint32_t i = 0; cell->tag == CORM_TAG_TEXT && i < cell->len; i++) {
        if (cell->as.s[i] == '-') {
            continue;
        }
        if (at == 36 || hex_value(cell->as.s[i]) < 0) {
            return fail_cell(d);
        }
        if (at == 8 || at == 13 || at == 18 || at == 23) {
            text[at++] = '-';
        }
        text[at++] = "0123456789abcdef"[hex_value(cell->as.s[i])];
    }
    if (at != 36) {
        return fail_cell(d);
    }
    const char *copy = corm_arena_strndup(d->scratch, text, at);
    return copy == NULL ? corm_fail_memory(d->err)
                        : set_value(d, corm_value_bytes(CORM_TAG_TEXT, copy, at));
}

enum corm_rc corm_type_decode(const struct corm_type *type,
                              const struct corm_value *cell, struct corm_arena *scratch,
                              struct corm_value *out, struct corm_error *err)
{
    struct decoding d = { type, cell, scratch, out, err };
    bool is_swapped = (type->flags & CORM_TYPE_AS_FLOAT) != 0;
    if (cell->tag == CORM_TAG_NULL || cell->tag == CORM_TAG_UNSET) {
        *out = *cell;
        return CORM_OK;
    }
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_SMALLINT:
    case CORM_TYPE_INTEGER:
    case CORM_TYPE_BIGINT:
        return decode_integer(&d);
    case CORM_TYPE_FLOAT:
    case CORM_TYPE_DOUBLE:
        return is_swapped ? decode_decimal(&d) : decode_float(&d);
    case CORM_TYPE_NUMERIC:
        return is_swapped ? decode_float(&d) : decode_decimal(&d);
    case CORM_TYPE_ENUM:
        return decode_enum(&d);
    case CORM_TYPE_STRING:
    case CORM_TYPE_TEXT:
    case CORM_TYPE_JSON:
        return decode_text(&d);
    case CORM_TYPE_BOOLEAN:
        return decode_boolean(&d);
    case CORM_TYPE_DATE:
    case CORM_TYPE_TIME:
    case CORM_TYPE_DATETIME:
        return decode_moment(&d);
    case CORM_TYPE_INTERVAL:
        return decode_interval(&d);
    case CORM_TYPE_BINARY:
        return decode_binary(&d);
    case CORM_TYPE_UUID:
        return decode_uuid(&d);
    default:
        *out = *cell;
        return CORM_OK;
    }
}

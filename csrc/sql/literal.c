/* SPDX-License-Identifier: MIT */
#include "sql/literal.h"

#include "base/datetime.h"
#include "base/interval.h"
#include "base/number.h"

#include <math.h>
#include <string.h>

void corm_literal_put_text(struct corm_strbuf *out, const char *text, size_t len)
{
    const char *end = text + len;
    corm_strbuf_putc(out, '\'');
    while (text < end) {
        const char *quote = memchr(text, '\'', (size_t)(end - text));
        const char *stop = quote == NULL ? end : quote + 1;
        corm_strbuf_add(out, text, (size_t)(stop - text));
        if (quote != NULL) {
            corm_strbuf_putc(out, '\'');
        }
        text = stop;
    }
    corm_strbuf_putc(out, '\'');
}

/* X'0aff' */
static void put_blob(struct corm_strbuf *out, const struct corm_value *value)
{
    corm_strbuf_puts(out, "X'");
    corm_strbuf_put_hex(out, value->as.s, value->len);
    corm_strbuf_putc(out, '\'');
}

static void put_moment(struct corm_strbuf *out, const struct corm_value *value)
{
    char text[CORM_DATETIME_TEXT_MAX];
    size_t len = corm_datetime_format(value, ' ', text);
    corm_literal_put_text(out, text, len);
}

static void put_interval(struct corm_strbuf *out, const struct corm_value *value)
{
    char text[CORM_INTERVAL_TEXT_MAX];
    size_t len = corm_interval_format_pg(value->as.i, text);
    corm_strbuf_puts(out, "INTERVAL ");
    corm_literal_put_text(out, text, len);
}

static void put_float(struct corm_strbuf *out, const struct corm_value *value)
{
    char text[CORM_FLOAT_TEXT_MAX];
    size_t len = corm_number_format_float(text, value->as.f);
    if (isfinite(value->as.f)) {
        corm_strbuf_add(out, text, len);
    } else {
        corm_literal_put_text(out, text, len);
    }
}

/* The common text of a value that has one. */
static bool literal_put(const struct corm_dialect *dialect,
                        const struct corm_value *value, struct corm_strbuf *out)
{
    bool has_boolean = corm_dialect_has(dialect, CORM_DIALECT_BOOLEAN);
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_NULL:
        corm_strbuf_puts(out, "NULL");
        return true;
    case CORM_TAG_BOOL:
        corm_strbuf_puts(out, has_boolean ? (value->as.i ? "true" : "false")
                                          : (value->as.i ? "1" : "0"));
        return true;
    case CORM_TAG_INT:
        corm_strbuf_put_int(out, value->as.i);
        return true;
    case CORM_TAG_FLOAT:
        put_float(out, value);
        return true;
    case CORM_TAG_DECIMAL:
        corm_strbuf_add(out, value->as.s, value->len);
        return true;
    case CORM_TAG_TEXT:
        corm_literal_put_text(out, value->as.s, value->len);
        return true;
    case CORM_TAG_BLOB:
        put_blob(out, value);
        return true;
    case CORM_TAG_DATE:
    case CORM_TAG_TIME:
    case CORM_TAG_DATETIME:
        put_moment(out, value);
        return true;
    case CORM_TAG_INTERVAL:
        put_interval(out, value);
        return true;
    default:
        return false;
    }
}

/* What is written at start begins with no sign after a minus: that would be a comment. */
static void part_signs(struct corm_strbuf *out, size_t start)
{
    if (start > 0 && out->len > start && out->data[start - 1] == '-' &&
        out->data[start] == '-') {
        corm_strbuf_insert(out, start, " ", 1);
    }
}

enum corm_rc corm_literal_put(const struct corm_dialect *dialect,
                              const struct corm_type *type,
                              const struct corm_value *value, struct corm_strbuf *out,
                              struct corm_error *err)
{
    struct corm_arena scratch = { 0 };
    struct corm_value bound;
    size_t start = out->len;
    type = corm_dialect_type(dialect, type);
    enum corm_rc rc = corm_type_bind(type, value, &scratch, &bound, err);
    if (rc == CORM_OK &&
        !(dialect->literal != NULL && dialect->literal(type, &bound, out)) &&
        !literal_put(dialect, &bound, out)) {
        rc = corm_fail(err, CORM_E_COMPILE,
                       "don't know how to render a literal value of type %s (%s)",
                       corm_type_class_name(type), corm_value_type_name(&bound));
    }
    part_signs(out, start);
    corm_arena_release(&scratch);
    return rc;
}

/* SPDX-License-Identifier: MIT */
/* Types and literals as PostgreSQL spells them. */
#include "dialects/postgres/dialect.h"
#include "sql/ddl.h"
#include "sql/literal.h"
#include "sql/quote.h"

#include <math.h>
#include <string.h>

/* TIMESTAMP[(p)] WITH TIME ZONE */
static void put_moment(struct corm_strbuf *out, const char *word,
                       const struct corm_type *type)
{
    corm_strbuf_puts(out, word);
    if (type->precision >= 0) {
        corm_strbuf_putc(out, '(');
        corm_strbuf_put_int(out, type->precision);
        corm_strbuf_putc(out, ')');
    }
    corm_strbuf_puts(out, type->flags & CORM_TYPE_TIMEZONE ? " WITH TIME ZONE"
                                                           : " WITHOUT TIME ZONE");
}

/* item[] for each dimension; a collation comes behind them */
static bool put_array(struct corm_strbuf *out, const struct corm_type *type)
{
    struct corm_error err;
    if (type->item == NULL ||
        corm_ddl_bare_type(type->item, &corm_postgres_dialect, out, &err) != CORM_OK) {
        return false;
    }
    for (int32_t i = 0; i < (type->length > 0 ? type->length : 1); i++) {
        corm_strbuf_puts(out, "[]");
    }
    return true;
}

static bool put_enum(struct corm_strbuf *out, const struct corm_type *type)
{
    if (!(type->flags & CORM_TYPE_NATIVE) || type->name == NULL) {
        return false;
    }
    corm_qualified_name_put(out, &corm_postgres_dialect, type->schema, type->name);
    return true;
}

static bool is_called(const struct corm_type *type, const char *name)
{
    return type->name != NULL && strcmp(type->name, name) == 0;
}

static bool is_range(const struct corm_type *type)
{
    size_t len = type->name == NULL ? 0 : strlen(type->name);
    return type->kind == CORM_TYPE_USER && len > 5 &&
           strcmp(type->name + len - 5, "RANGE") == 0;
}

/* JSON, UUID and ranges: as SQLAlchemy shows them */
bool corm_postgres_shows_type(const struct corm_type *type)
{
    bool is_uuid =
        type->kind == CORM_TYPE_UUID && (type->flags & CORM_TYPE_EMULATED) == 0;
    return type->kind == CORM_TYPE_JSON || is_uuid || is_range(type);
}

static bool put_word(struct corm_strbuf *out, const char *word)
{
    corm_strbuf_puts(out, word);
    return true;
}

/* FLOAT(p) */
static bool put_float(struct corm_strbuf *out, const struct corm_type *type)
{
    if (type->precision < 0) {
        return false;
    }
    corm_strbuf_puts(out, "FLOAT(");
    corm_strbuf_put_int(out, type->precision);
    corm_strbuf_putc(out, ')');
    return true;
}

/* INTERVAL[(p)] */
static bool put_interval(struct corm_strbuf *out, const struct corm_type *type)
{
    corm_strbuf_puts(out, "INTERVAL");
    if (type->precision >= 0) {
        corm_strbuf_puts(out, " (");
        corm_strbuf_put_int(out, type->precision);
        corm_strbuf_putc(out, ')');
    }
    return true;
}

bool corm_postgres_type_name(const struct corm_type *type, struct corm_strbuf *out)
{
    bool is_exact = (type->flags & CORM_TYPE_EXACT) != 0;
    bool is_emulated = (type->flags & CORM_TYPE_EMULATED) != 0;
    if (type->kind == CORM_TYPE_ARRAY && !is_exact) {
        return put_array(out, type);
    }
    if (type->kind == CORM_TYPE_TIME && (!is_exact || is_called(type, "TIME"))) {
        put_moment(out, "TIME", type);
        return true;
    }
    if (type->kind == CORM_TYPE_DATETIME &&
        (!is_exact || is_called(type, "TIMESTAMP"))) {
        put_moment(out, "TIMESTAMP", type);
        return true;
    }
    if (is_exact) {
        return false;
    }
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_FLOAT:
        return put_float(out, type);
    case CORM_TYPE_DOUBLE:
        return put_word(out, "DOUBLE PRECISION");
    case CORM_TYPE_INTERVAL:
        return is_emulated ? put_word(out, "TIMESTAMP WITHOUT TIME ZONE")
                           : put_interval(out, type);
    case CORM_TYPE_BINARY:
        return put_word(out, "BYTEA");
    case CORM_TYPE_UUID:
        return !is_emulated && put_word(out, "UUID");
    case CORM_TYPE_ENUM:
        return put_enum(out, type);
    default:
        return false;
    }
}

/* '\x0aff' */
static void put_bytea(struct corm_strbuf *out, const struct corm_value *value)
{
    corm_strbuf_puts(out, "'\\x");
    corm_strbuf_put_hex(out, value->as.s, value->len);
    corm_strbuf_putc(out, '\'');
}

/* '12345678-1234-…', of 32 digits */
static void put_uuid(struct corm_strbuf *out, const struct corm_value *value)
{
    corm_strbuf_putc(out, '\'');
    for (uint32_t i = 0; i < value->len; i++) {
        bool is_group = i == 8 || i == 12 || i == 16 || i == 20;
        corm_strbuf_puts(out, is_group ? "-" : "");
        corm_strbuf_putc(out, value->as.s[i]);
    }
    corm_strbuf_putc(out, '\'');
}

bool corm_postgres_literal(const struct corm_type *type, const struct corm_value *value,
                           struct corm_strbuf *out)
{
    if (type->kind == CORM_TYPE_UUID && !(type->flags & CORM_TYPE_EMULATED) &&
        value->tag == CORM_TAG_TEXT && value->len == 32) {
        put_uuid(out, value);
        return true;
    }
    if (value->tag == CORM_TAG_FLOAT && !isfinite(value->as.f)) {
        corm_strbuf_puts(out, value->as.f > 0 ? "'Infinity'" : "'-Infinity'");
        corm_strbuf_puts(out, "::DOUBLE PRECISION");
        return true;
    }
    if (value->tag == CORM_TAG_BLOB) {
        put_bytea(out, value);
        return true;
    }
    return false;
}

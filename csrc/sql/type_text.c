/* SPDX-License-Identifier: MIT */
/* How types are spelled where the dialect has no word of its own. */
#include "sql/ddl.h"
#include "sql/dialect.h"
#include "sql/quote.h"

#include <string.h>

/* name(length) */
static void put_sized(struct corm_strbuf *out, const char *name, int32_t length)
{
    corm_strbuf_puts(out, name);
    if (length >= 0) {
        corm_strbuf_putc(out, '(');
        corm_strbuf_put_int(out, length);
        corm_strbuf_putc(out, ')');
    }
}

/* NUMERIC(10, 2) */
static void put_numeric(struct corm_strbuf *out, const char *name,
                        const struct corm_type *type)
{
    if (type->precision < 0 || type->scale < 0) {
        put_sized(out, name, type->precision);
        return;
    }
    corm_strbuf_puts(out, name);
    corm_strbuf_putc(out, '(');
    corm_strbuf_put_int(out, type->precision);
    corm_strbuf_puts(out, ", ");
    corm_strbuf_put_int(out, type->scale);
    corm_strbuf_putc(out, ')');
}

/* Types whose size, if any, is a length. */
static const char *plain_word(const struct corm_type *type)
{
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_SMALLINT:
        return "SMALLINT";
    case CORM_TYPE_INTEGER:
        return "INTEGER";
    case CORM_TYPE_BIGINT:
        return "BIGINT";
    case CORM_TYPE_FLOAT:
        return "FLOAT";
    case CORM_TYPE_DOUBLE:
        return "DOUBLE";
    case CORM_TYPE_STRING:
        return "VARCHAR";
    case CORM_TYPE_TEXT:
        return "TEXT";
    case CORM_TYPE_BOOLEAN:
        return "BOOLEAN";
    case CORM_TYPE_DATE:
        return "DATE";
    case CORM_TYPE_TIME:
        return "TIME";
    case CORM_TYPE_DATETIME:
    case CORM_TYPE_INTERVAL: /* kept as a moment after 1970 */
        return "DATETIME";
    case CORM_TYPE_BINARY:
        return "BLOB";
    case CORM_TYPE_UUID:
        return "CHAR(32)";
    case CORM_TYPE_JSON:
        return "JSON";
    default:
        return NULL;
    }
}

static bool takes_length(const struct corm_type *type)
{
    return type->kind == CORM_TYPE_STRING || type->kind == CORM_TYPE_TEXT ||
           (type->kind == CORM_TYPE_BINARY && (type->flags & CORM_TYPE_EXACT));
}

/* An upper-case type or a user's own: spelled as it is, with its numbers. */
static void put_exact(struct corm_strbuf *out, const struct corm_type *type,
                      const struct corm_dialect *dialect)
{
    if ((type->flags & CORM_TYPE_DOMAIN) && type->schema != NULL) {
        corm_name_put(out, dialect, type->schema, strlen(type->schema), 0);
        corm_strbuf_putc(out, '.');
    }
    if (type->kind == CORM_TYPE_NUMERIC || type->kind == CORM_TYPE_FLOAT ||
        type->kind == CORM_TYPE_DOUBLE) {
        put_numeric(out, type->name, type);
        return;
    }
    put_sized(out, type->name, takes_length(type) ? type->length : -1);
}

static enum corm_rc put_common(struct corm_strbuf *out, const struct corm_type *type,
                               const struct corm_dialect *dialect,
                               struct corm_error *err)
{
    bool is_lenient = corm_dialect_has(dialect, CORM_DIALECT_LENIENT);
    const char *word = plain_word(type);
    bool is_exact = (type->flags & CORM_TYPE_EXACT) || type->kind == CORM_TYPE_USER;
    if (is_exact && type->name != NULL) {
        put_exact(out, type, dialect);
    } else if (word != NULL) {
        put_sized(out, word, takes_length(type) ? type->length : -1);
    } else if (type->kind == CORM_TYPE_NUMERIC) {
        put_numeric(out, "NUMERIC", type);
    } else if (type->kind == CORM_TYPE_ENUM) {
        put_sized(out, "VARCHAR", type->length);
    } else if (type->kind == CORM_TYPE_NULL && is_lenient) {
        corm_strbuf_puts(out, "NULL");
    } else if (type->kind == CORM_TYPE_NULL) {
        return corm_fail(err, CORM_E_COMPILE,
                         "can't generate DDL for NullType; did you forget to specify a "
                         "type on this column?");
    } else {
        return corm_fail(err, CORM_E_UNSUPPORTED, "dialect '%s' has no type for %s",
                         dialect->name, corm_type_class_name(type));
    }
    return CORM_OK;
}

static enum corm_rc put_collation_name(struct corm_strbuf *out, const char *name,
                                       const struct corm_dialect *dialect,
                                       struct corm_error *err)
{
    size_t len = strlen(name);
    enum corm_rc rc = corm_name_check(dialect, name, len, "collation", err);
    if (rc == CORM_OK) {
        corm_name_put(out, dialect, name, len, 0);
    }
    return rc;
}

enum corm_rc corm_ddl_collation(const struct corm_type *type,
                                const struct corm_dialect *dialect,
                                struct corm_strbuf *out, struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;
    type = corm_dialect_type(dialect, type);
    while (type->kind == CORM_TYPE_ARRAY && type->item != NULL) {
        type = corm_dialect_type(dialect, type->item);
    }
    if (type->collation == NULL) {
        return CORM_OK;
    }
    corm_strbuf_puts(out, " COLLATE ");
    if (type->collation_schema != NULL) {
        rc = put_collation_name(out, type->collation_schema, dialect, err);
        corm_strbuf_putc(out, '.');
    }
    return rc == CORM_OK ? put_collation_name(out, type->collation, dialect, err) : rc;
}

enum corm_rc corm_ddl_bare_type(const struct corm_type *type,
                                const struct corm_dialect *dialect,
                                struct corm_strbuf *out, struct corm_error *err)
{
    type = corm_dialect_type(dialect, type);
    if (dialect->type_name != NULL && dialect->type_name(type, out)) {
        return CORM_OK;
    }
    return put_common(out, type, dialect, err);
}

enum corm_rc corm_ddl_type(const struct corm_type *type,
                           const struct corm_dialect *dialect, struct corm_strbuf *out,
                           struct corm_error *err)
{
    enum corm_rc rc = corm_ddl_bare_type(type, dialect, out, err);
    return rc == CORM_OK ? corm_ddl_collation(type, dialect, out, err) : rc;
}

/* SPDX-License-Identifier: MIT */
#include "dialects/sqlite/dialect.h"

#include <math.h>

static const char *const reserved[] = {
    "add",          "after",
    "all",          "alter",
    "analyze",      "and",
    "as",           "asc",
    "attach",       "autoincrement",
    "before",       "begin",
    "between",      "by",
    "cascade",      "case",
    "cast",         "check",
    "collate",      "column",
    "commit",       "conflict",
    "constraint",   "create",
    "cross",        "current_date",
    "current_time", "current_timestamp",
    "database",     "default",
    "deferrable",   "deferred",
    "delete",       "desc",
    "detach",       "distinct",
    "drop",         "each",
    "else",         "end",
    "escape",       "except",
    "exclusive",    "exists",
    "explain",      "fail",
    "false",        "for",
    "foreign",      "from",
    "full",         "glob",
    "group",        "having",
    "if",           "ignore",
    "immediate",    "in",
    "index",        "indexed",
    "initially",    "inner",
    "insert",       "instead",
    "intersect",    "into",
    "is",           "isnull",
    "join",         "key",
    "left",         "like",
    "limit",        "match",
    "natural",      "not",
    "notnull",      "null",
    "of",           "offset",
    "on",           "or",
    "order",        "outer",
    "plan",         "pragma",
    "primary",      "query",
    "raise",        "references",
    "reindex",      "rename",
    "replace",      "restrict",
    "right",        "rollback",
    "row",          "select",
    "set",          "table",
    "temp",         "temporary",
    "then",         "to",
    "transaction",  "trigger",
    "true",         "union",
    "unique",       "update",
    "using",        "vacuum",
    "values",       "view",
    "virtual",      "when",
    "where",
};

/* Infinity has no word of its own; what is too big for a float becomes it. */
static bool sqlite_literal(const struct corm_type *type, const struct corm_value *value,
                           struct corm_strbuf *out)
{
    (void)type;
    if (value->tag != CORM_TAG_FLOAT || !isinf(value->as.f)) {
        return false;
    }
    corm_strbuf_puts(out, value->as.f > 0 ? "9e999" : "-9e999");
    return true;
}

const struct corm_dialect corm_sqlite_dialect = {
    .name = "sqlite",
    .literal = sqlite_literal,
    .paramstyle = CORM_PARAM_QMARK,
    .features = CORM_DIALECT_RETURNING | CORM_DIALECT_MULTI_VALUES |
                CORM_DIALECT_DEFAULT_VALUES | CORM_DIALECT_UPDATE_FROM |
                CORM_DIALECT_DIV_IS_FLOOR | CORM_DIALECT_TUPLE_VALUES |
                CORM_DIALECT_INDEX_SCHEMA_FIRST | CORM_DIALECT_ON_CONFLICT |
                CORM_DIALECT_CONFLICT_CLAUSE,
    .max_identifier_len = 9999,
    .reserved = reserved,
    .nreserved = CORM_LENGTH(reserved),
    .binary = corm_sqlite_binary,
    .function = corm_sqlite_function,
    .extract = corm_sqlite_extract,
    .limit = corm_sqlite_limit,
    .empty_set = corm_sqlite_empty_set,
    .literal = corm_sqlite_literal,
    .column_type = corm_sqlite_column_type,
    .wants_constraint = corm_sqlite_wants_constraint,
};

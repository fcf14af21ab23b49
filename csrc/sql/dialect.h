/* SPDX-License-Identifier: MIT */
/*
 * What a database says differently: a table of facts and of functions. The functions get
 * the compiler (sql/compiler.h) and write into it; each may be NULL, then the common text
 * is written. A new database begins as a copy of corm_dialect_default.
 */
#ifndef CORM_SQL_DIALECT_H
#define CORM_SQL_DIALECT_H

#include "base/strbuf.h"
#include "sql/schema.h"

struct corm_compiler;
struct corm_ddl_writer;

enum corm_paramstyle {
    CORM_PARAM_NAMED = 0, /* :name; one that occurs twice is one parameter */
    CORM_PARAM_QMARK, /* ?; each is a parameter of its own */
    CORM_PARAM_DOLLAR /* $1; one that occurs twice is one parameter */
};

enum corm_dialect_feature {
    CORM_DIALECT_BOOLEAN = 1 << 0, /* true and false are values and conditions */
    CORM_DIALECT_RETURNING = 1 << 1,
    CORM_DIALECT_MULTI_VALUES = 1 << 2, /* VALUES (…), (…) */
    CORM_DIALECT_DEFAULT_VALUES = 1 << 3, /* INSERT INTO t DEFAULT VALUES */
    CORM_DIALECT_DEFAULT_KEYWORD = 1 << 4, /* DEFAULT as a value */
    CORM_DIALECT_ALTER = 1 << 5, /* ALTER TABLE ADD CONSTRAINT */
    CORM_DIALECT_SEQUENCE = 1 << 6,
    CORM_DIALECT_NATIVE_ENUM = 1 << 7,
    CORM_DIALECT_COMMENT = 1 << 8,
    CORM_DIALECT_ILIKE = 1 << 9,
    CORM_DIALECT_IS_DISTINCT = 1 << 10, /* IS DISTINCT FROM rather than IS NOT */
    CORM_DIALECT_UPDATE_FROM = 1 << 11,
    CORM_DIALECT_DELETE_USING = 1 << 12,
    CORM_DIALECT_DISTINCT_ON = 1 << 13,
    CORM_DIALECT_FOR_UPDATE = 1 << 14,
    CORM_DIALECT_QUALIFIED_RETURNING = 1 << 15, /* RETURNING tree.id rather than id */
    CORM_DIALECT_DIV_IS_FLOOR = 1 << 16, /* / of two integers cuts */
    CORM_DIALECT_TUPLE_VALUES = 1
                                << 17, /* IN (VALUES (1, 2)) rather than IN ((1, 2)) */
    CORM_DIALECT_LENIENT = 1 << 18, /* says what only some databases understand */
    CORM_DIALECT_COMPOUND_PARENS = 1 << 19, /* (SELECT … LIMIT 1) UNION … */
    CORM_DIALECT_INDEX_METHOD = 1
                                << 20, /* USING, INCLUDE and CONCURRENTLY of an index */
    CORM_DIALECT_INDEX_SCHEMA_FIRST = 1 << 21, /* CREATE INDEX schema.i ON t */
    CORM_DIALECT_ON_CONFLICT = 1 << 22,
    CORM_DIALECT_CONFLICT_NAME = 1 << 23, /* ON CONFLICT ON CONSTRAINT name */
    CORM_DIALECT_BIND_CAST = 1
                             << 24, /* $1::INTEGER where nothing else tells the type */
    CORM_DIALECT_EAGER_ARROWS = 1
                                << 25, /* (a -> b) in parentheses beside any operator */
    CORM_DIALECT_FETCH_PARENS = 1 << 26, /* FETCH FIRST (n) ROWS */
    CORM_DIALECT_IDENTITY = 1 << 27, /* GENERATED … AS IDENTITY */
    CORM_DIALECT_CONFLICT_CLAUSE = 1 << 28, /* ON CONFLICT … behind a constraint */
    CORM_DIALECT_ONLY = 1 << 29, /* FROM ONLY t, said by a hint */
    CORM_DIALECT_LAST_ROWID = 1 << 30, /* tells the number that a new row got */
};

struct corm_dialect {
    const char *name;
    const struct corm_dialect *base; /* what it derives from, or NULL */
    const char
        *tag; /* tells it from others of its name, for what makes values; or NULL */
    uint8_t
        number; /* of one that a program made; 0 for corm's own and those too many */
    enum corm_paramstyle paramstyle;
    uint32_t features; /* enum corm_dialect_feature */
    uint32_t max_identifier_len; /* longer made-up names are cut; bytes */
    const char *const *reserved; /* words to quote, sorted */
    size_t nreserved;

    /*
     * Write an expression in the dialect's own way and return true, or return false for
     * the common way.
     */
    bool (*binary)(struct corm_compiler *c, const struct corm_node *node);
    bool (*function)(struct corm_compiler *c, const struct corm_node *node);
    bool (*extract)(struct corm_compiler *c, const struct corm_node *node);
    /* "\n LIMIT … OFFSET …"; either may be NULL, not both. */
    void (*limit)(struct corm_compiler *c, const struct corm_node *limit,
                  const struct corm_node *offset);
    /* " FOR UPDATE …" of a FOR_UPDATE node. */
    void (*for_update)(struct corm_compiler *c, const struct corm_node *node);
    /* A query without rows and with `width` columns: what stands in IN (…) of nothing. */
    void (*empty_set)(struct corm_strbuf *out, uint32_t width);
    /* The spelling of a type; false for the common one. */
    bool (*type_name)(const struct corm_type *type, struct corm_strbuf *out);
    /* Whether text that is read shows the type of such a parameter; NULL: of none. */
    bool (*shows_type)(const struct corm_type *type);
    /* A value as text in SQL; false for the common one. */
    bool (*literal)(const struct corm_type *type, const struct corm_value *value,
                    struct corm_strbuf *out);
    /* What follows the name of a column in CREATE TABLE: type, default, NOT NULL, … */
    bool (*column_type)(struct corm_ddl_writer *w, const struct corm_column *column);
    /* False if this constraint is not written in CREATE TABLE here. */
    bool (*wants_constraint)(const struct corm_constraint *constraint);
};

/* What tostring(stmt) shows: named parameters, lenient about what databases can do. */
extern const struct corm_dialect corm_dialect_default;

static inline bool corm_dialect_has(const struct corm_dialect *dialect,
                                    enum corm_dialect_feature feature)
{
    return (dialect->features & feature) != 0;
}

/** What tells the dialect from all others: its tag, or else its name. */
static inline const char *corm_dialect_tag(const struct corm_dialect *dialect)
{
    return dialect->tag != NULL ? dialect->tag : dialect->name;
}

/**
 * The type that stands for `type` on the dialect: its variant for this one or for the
 * nearest one that this derives from, else itself.
 */
static inline const struct corm_type *
corm_dialect_type(const struct corm_dialect *dialect, const struct corm_type *type)
{
    const struct corm_type *found = type;
    while (dialect != NULL && found == type) {
        found = corm_type_for_dialect(type, dialect->name);
        dialect = dialect->base;
    }
    return found;
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * SQL types: plain immutable data. A type knows what it accepts (corm_type_bind) and what
 * it makes of a cell that a database returned (corm_type_decode); how it is spelled is
 * the dialect's business.
 */
#ifndef CORM_SQL_TYPE_H
#define CORM_SQL_TYPE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/value.h"

enum corm_type_kind {
    CORM_TYPE_NULL = 0, /* not known: values pass as they are */
    CORM_TYPE_SMALLINT,
    CORM_TYPE_INTEGER,
    CORM_TYPE_BIGINT,
    CORM_TYPE_FLOAT,
    CORM_TYPE_DOUBLE,
    CORM_TYPE_NUMERIC, /* decimal unless CORM_TYPE_AS_FLOAT */
    CORM_TYPE_STRING,
    CORM_TYPE_TEXT,
    CORM_TYPE_BOOLEAN,
    CORM_TYPE_DATE,
    CORM_TYPE_TIME,
    CORM_TYPE_DATETIME,
    CORM_TYPE_INTERVAL,
    CORM_TYPE_BINARY,
    CORM_TYPE_UUID,
    CORM_TYPE_JSON,
    CORM_TYPE_ENUM,
    CORM_TYPE_ARRAY, /* of item */
    CORM_TYPE_TUPLE, /* row value; only in expressions */
    CORM_TYPE_JSON_PATH, /* TEXT, INT or a list of them, as the dialect wants it: name is
                            "$" for $."a"[1], "{" for {a,1}; only of parameters */
    CORM_TYPE_USER, /* spelled by name; values pass as they are */
    CORM_TYPE_COUNT
};

enum corm_type_flag {
    CORM_TYPE_TIMEZONE = 1 << 0, /* TIME and DATETIME with a zone */
    CORM_TYPE_AS_FLOAT =
        1 << 1, /* NUMERIC read as float, FLOAT read as decimal: swapped */
    CORM_TYPE_EXACT = 1 << 2, /* an upper-case type: spelled `name` on every dialect */
    CORM_TYPE_UNICODE = 1 << 3, /* USER: values are texts and nothing else */
    CORM_TYPE_LUA_BIND = 1 << 4, /* Lua processes values on the way in */
    CORM_TYPE_LUA_RESULT = 1 << 5, /* Lua processes values on the way out */
    CORM_TYPE_NATIVE = 1 << 6, /* ENUM: a type of its own where the dialect has them */
    CORM_TYPE_CONSTRAINT =
        1 << 7, /* ENUM, BOOLEAN: CHECK where the dialect has no type */
    CORM_TYPE_NONE_AS_NULL = 1 << 8, /* JSON: nil is SQL NULL, not JSON null */
    CORM_TYPE_EMULATED =
        1 << 10, /* UUID, INTERVAL: as if the dialect had no such type */
    CORM_TYPE_LUA_OPERATORS = 1 << 9, /* its class has operators or types of operands */
    CORM_TYPE_UNCHECKED = 1 << 11, /* ENUM: texts that are no label are sent too */
    CORM_TYPE_DOMAIN = 1 << 12 /* the database's own: `name`, quoted, in `schema` */
};

/* What an ENUM may be; in the order in which the database sorts them. */
struct corm_type_labels {
    uint32_t count;
    const char *const *items; /* NUL-terminated */
};

/* Another type to use on one dialect: with_variant(). */
struct corm_type_variant {
    const char *dialect;
    const struct corm_type *type;
    const struct corm_type_variant *next; /* or NULL */
};

struct corm_node;

/*
 * SQL around each parameter or each selected column of a type: an expression in which the
 * BIND `mark` stands for it. Both are lent by whoever made the type; copies of a type,
 * which no statement is compiled from, are without.
 */
struct corm_type_template {
    const struct corm_node *expression; /* NULL: nothing around it */
    const struct corm_node *mark;
};

struct corm_type {
    uint8_t kind; /* enum corm_type_kind */
    uint16_t flags; /* enum corm_type_flag */
    int32_t length; /* of strings and binary, dimensions of ARRAY, decimals of numbers
                       made from floats; -1 none */
    int32_t precision; /* of numbers, times and intervals; -1 none */
    int32_t scale; /* of NUMERIC; -1 none */
    const struct corm_type *item; /* of ARRAY; lent */
    const char *name; /* SQL name of EXACT and USER types, of a native ENUM or
                                     its constraint, else NULL; lent */
    const char *schema; /* of a native ENUM or DOMAIN, or NULL; lent */
    const char *collation; /* or NULL; lent */
    const char *collation_schema; /* or NULL; lent */
    const struct corm_type_labels *labels; /* of ENUM; lent */
    const struct corm_type_variant *variants; /* or NULL; lent */
    struct corm_type_template around_bind;
    struct corm_type_template around_column;
    uint64_t lua_id; /* identity of the Lua side's type object; 0 none */
    uint64_t fp; /* fingerprint of all of the above */
};

/* Ready-made types for the core's own expressions. */
extern const struct corm_type corm_type_null;
extern const struct corm_type corm_type_integer;
extern const struct corm_type corm_type_bigint;
extern const struct corm_type corm_type_float;
extern const struct corm_type corm_type_numeric;
extern const struct corm_type corm_type_string;
extern const struct corm_type corm_type_text;
extern const struct corm_type corm_type_boolean;
extern const struct corm_type corm_type_date;
extern const struct corm_type corm_type_time;
extern const struct corm_type corm_type_datetime;
extern const struct corm_type corm_type_interval;
extern const struct corm_type corm_type_binary;

/** A type without length, precision and the like, not yet sealed. */
struct corm_type corm_type_make(enum corm_type_kind kind);

/** Compute type->fp from the other members; call it last when a type is made. */
void corm_type_seal(struct corm_type *type);

/**
 * True if the text is 'infinity' or '-infinity' and the type a DATE or DATETIME: later, or
 * earlier, than all others. There is no such day in the calendar, so it stays a text.
 */
bool corm_type_is_endless(const struct corm_type *type, const struct corm_value *text);

/** The type for a value whose type nobody said: INT → integer, TEXT → string, … */
const struct corm_type *corm_type_of_value(const struct corm_value *value);

/** The type to use on a dialect: a variant, or the type itself. */
const struct corm_type *corm_type_for_dialect(const struct corm_type *type,
                                              const char *dialect);

/** Copy a type and all it refers to into an arena. NULL when memory is short. */
struct corm_type *corm_type_dup(const struct corm_type *type,
                                struct corm_arena *arena) CORM_NODISCARD;

/** True for types whose values are texts: they concatenate. */
bool corm_type_is_text(const struct corm_type *type);

/** True for PostgreSQL's JSONB, also as a variant: it has operators that JSON lacks. */
bool corm_type_is_jsonb(const struct corm_type *type);

/** Class name as in SQLAlchemy: "Integer", "String", … Never NULL. */
const char *corm_type_class_name(const struct corm_type *type);

/**
 * Check value for the type and convert it to what the type sends: an integer in range,
 * UTF-8 without NUL, ISO text to a date, and so on. *out may point into value's bytes or
 * into scratch.
 * Errors: CORM_E_DATA, naming value and type; CORM_E_NO_MEMORY.
 */
enum corm_rc corm_type_bind(const struct corm_type *type,
                            const struct corm_value *value, struct corm_arena *scratch,
                            struct corm_value *out,
                            struct corm_error *err) CORM_NODISCARD;

/**
 * Make of a database's cell what the type says it is: INT 1 of a BOOLEAN becomes BOOL,
 * TEXT of a DATETIME becomes DATETIME. *out may point into the cell's bytes or into
 * scratch. A cell that already has the type's tag is copied.
 * Errors: CORM_E_DATA, naming text and type.
 */
enum corm_rc corm_type_decode(const struct corm_type *type,
                              const struct corm_value *cell, struct corm_arena *scratch,
                              struct corm_value *out,
                              struct corm_error *err) CORM_NODISCARD;

#endif

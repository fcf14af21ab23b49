/* SPDX-License-Identifier: MIT */
/*
 * From a statement to SQL text, bind slots and result columns. A compiled statement is
 * self-contained (one arena, reference counted): it keeps a copy of the statement's shape
 * without values as its cache key, so it never holds anything of Lua's.
 */
#ifndef CORM_SQL_COMPILE_H
#define CORM_SQL_COMPILE_H

#include "base/arena.h"
#include "sql/node.h"

struct corm_dialect;

enum corm_statement_kind {
    CORM_STATEMENT_OTHER = 0, /* text and DDL */
    CORM_STATEMENT_SELECT,
    CORM_STATEMENT_INSERT,
    CORM_STATEMENT_UPDATE,
    CORM_STATEMENT_DELETE,
};

enum {
    CORM_SOURCE_CONSTANT = -1, /* value known when compiled: slot->constant */
    CORM_SOURCE_PARAM = -2, /* must come with the execution, by name */
    CORM_SOURCE_DEFAULT = -3, /* default of column_id; the caller's to compute, unless
                                 the execution brings one by name */
    CORM_SOURCE_ONUPDATE = -4, /* the same for what an UPDATE gives the column */
    CORM_SOURCE_ROW_NUMBER = -5 /* which of the parameter sets it is, from 1 */
};

/*
 * One parameter to send, in the order of sending. Where the dialect can name or number
 * placeholders, one slot may occur several times in the text.
 */
struct corm_bind_slot {
    const char *name; /* "id_1", "name", …; unique unless the value is one */
    size_t name_len;
    const struct corm_type *type; /* owned by the compiled statement */
    uint64_t column_id; /* INSERT, UPDATE: of the column it is for, else 0 */
    int32_t source; /* index among the statement's binds, or CORM_SOURCE_* */
    uint32_t width; /* of an expanding one: values in a tuple, else 1 */
    const char *item_before; /* of an expanding one: SQL around each item, */
    const char *item_after; /* NULL for none */
    bool is_expanding;
    uint8_t in_op; /* of an expanding one: CORM_OP_IN or CORM_OP_NOT_IN */
    bool is_name_made; /* by the compiler: nobody else may use it */
    bool is_literal_execute; /* not sent: put into the text by corm_compiled_render */
    struct corm_value constant; /* of CORM_SOURCE_CONSTANT */
};

/* One placeholder in the text. */
struct corm_bind_mark {
    size_t pos; /* where it begins in sql */
    uint32_t len;
    uint32_t slot; /* index of its slot */
};

struct corm_result_column {
    const char *name; /* key of the row */
    size_t name_len;
    const char *key; /* another name: the column's key in place of its name; or NULL */
    size_t key_len;
    const struct corm_type *type; /* how to decode */
    uint64_t column_id; /* of the table column behind it, or 0 */
    uint64_t fp; /* fingerprint of the expression, without its label */
    uint32_t element; /* which element of the columns clause it comes from */
};

/* How the rows that an INSERT returned tell which parameter sets they are of. */
enum corm_sentinel_kind {
    CORM_SENTINEL_NONE = 0, /* they do not: a statement for each set */
    CORM_SENTINEL_NUMBERED, /* by a key that the database makes greater with every row */
    CORM_SENTINEL_MATCHED /* by columns whose values were sent */
};

struct corm_sentinel_column {
    uint64_t column_id;
    const struct corm_type *type; /* owned by the compiled statement */
    uint32_t
        cell; /* its place among a row's cells; among the hidden ones if there are */
    uint32_t slot; /* MATCHED: its place among the parameters */
    bool is_padded; /* blanks behind its texts do not count */
};

struct corm_sentinel {
    enum corm_sentinel_kind kind;
    uint32_t ncolumns;
    struct corm_sentinel_column *columns;
    uint32_t nhidden; /* cells at the end of a row that nobody has asked for */
};

struct corm_compiled {
    uint32_t refs;
    enum corm_statement_kind kind;
    struct corm_arena arena;
    uint64_t key; /* fingerprint with dialect and options: prepared-statement cache */
    const char *sql;
    size_t sql_len;
    struct corm_bind_slot *slots;
    uint32_t nslots;
    struct corm_bind_mark *marks; /* in the order of the text */
    uint32_t nmarks;
    struct corm_result_column *columns;
    uint32_t ncolumns;
    bool has_expanding; /* the text must be rendered per execution */
    bool has_lists_last; /* the values of lists are numbered after all others */
    bool is_positional; /* ? or $n rather than :name */
    bool
        is_by_name; /* text() or * among the columns: match columns by name, not place */
    bool
        has_cursor_names; /* text() with its columns by place: the database names them */
    bool has_returning; /* INSERT/UPDATE/DELETE that returns rows */
    bool has_key_returning; /* … by options->returning_keys */
    /* INSERT INTO t (…) VALUES (…) RETURNING of the key that the database counts, alone */
    bool returns_key;
    bool keeps_order; /* rows that come back have to be in the order of the sets */
    struct corm_sentinel sentinel; /* how that is seen to, if it is */
    const struct corm_dialect *dialect;
    const char *cartesian; /* what the FROM linter says, or NULL */
    uint64_t table_id; /* INSERT, UPDATE, DELETE: id of its table, else 0 */
    /* INSERT: the VALUES group, so that many rows fit in one statement; len 0: none */
    size_t values_pos;
    size_t values_len;
    /* INSERT of nothing but its slots, in their order: "t (a, b)" in sql; len 0: another */
    size_t target_pos;
    size_t target_len;
    const struct corm_node
        *shape; /* the key: the statement without values; NULL: never cached */
    int64_t compile_us; /* how long compiling took */
    int64_t compiled_at_us; /* when it was done, by the monotonic clock */
    bool was_used; /* an execution has taken it before */
    /* for the layer that asked: its plan for loading the rows, freed with the statement */
    void *plan;
    void (*plan_free)(void *plan);
};

struct corm_schema_pair {
    const char *from; /* NULL: tables without schema */
    const char *to; /* NULL: no schema */
};

/* schema_translate_map */
struct corm_schema_map {
    const struct corm_schema_pair *pairs;
    size_t npairs;
};

/* What changes the text besides the statement itself. Part of the cache key. */
struct corm_compile_options {
    const struct corm_dialect *dialect;
    const char *const
        *column_keys; /* INSERT/UPDATE: keys of the parameters that come */
    uint32_t ncolumn_keys;
    bool has_column_keys; /* false: not known, take all columns */
    bool literal_binds; /* values into the text (never cached) */
    bool render_postcompile; /* write the lists of IN out (never cached) */
    bool for_executemany;
    bool returning_keys; /* INSERT: RETURNING for the keys that the database makes */
    bool keeps_order; /* INSERT: RETURNING of many sets has its rows in their order */
    bool label_style_tablename; /* Query's table_column labels */
    /*
     * The text is shown, not executed, and is the one that SQLAlchemy shows: $1 rather than
     * $1::INTEGER, numbers as the parameters were met, those in lists of IN after all others.
     */
    bool is_for_reading;
    const struct corm_schema_map *schema_map; /* schema_translate_map, or NULL */
    /*
     * The statement whose binds the sources refer to and whose shape is the key, when
     * `statement` was made from it by rewriting; NULL: the statement itself. BINDs of
     * `statement` that are not in origin become constants.
     */
    const struct corm_node *origin;
};

/** True if nobody gives the slot a value: it has one by itself. */
static inline bool corm_bind_slot_is_filled(const struct corm_bind_slot *slot)
{
    return slot->source == CORM_SOURCE_CONSTANT ||
           slot->source == CORM_SOURCE_ROW_NUMBER;
}

/** True if the caller computes the value that the slot's column gets by itself. */
static inline bool corm_bind_slot_is_computed(const struct corm_bind_slot *slot)
{
    return slot->source == CORM_SOURCE_DEFAULT || slot->source == CORM_SOURCE_ONUPDATE;
}

/**
 * Compile a statement, an expression or a DDL-free fragment.
 * Ownership: *out has one reference; corm_compiled_unref().
 * Errors: CORM_E_COMPILE, CORM_E_UNSUPPORTED, CORM_E_ARGUMENT, CORM_E_NO_MEMORY.
 */
enum corm_rc corm_compile(const struct corm_node *statement,
                          const struct corm_compile_options *options,
                          struct corm_compiled **out,
                          struct corm_error *err) CORM_NODISCARD;

/** Take and give back a reference; unref accepts NULL. */
struct corm_compiled *corm_compiled_ref(struct corm_compiled *compiled);
void corm_compiled_unref(struct corm_compiled *compiled);

/* The binds of one statement, in the order in which its tree is walked. */
struct corm_binds {
    const struct corm_node **items;
    uint32_t count;
    uint32_t cap; /* items has room for this many */
};

/**
 * True if statement has the shape `shape` (corm_compiled.shape); fills binds with its BIND nodes in walk order
 * (binds->count may pass cap: then nothing more was stored, call again with room).
 * Anonymous aliases match by the order in which they appear.
 */
bool corm_node_match(const struct corm_node *shape, const struct corm_node *statement,
                     struct corm_binds *binds);

/* Compiled statements by fingerprint and options, least recently used go first. */
struct corm_compile_cache;

/** capacity: statements to keep. Ownership: corm_compile_cache_free(). */
struct corm_compile_cache *corm_compile_cache_new(size_t capacity) CORM_NODISCARD;
void corm_compile_cache_free(struct corm_compile_cache *cache);
/** Statements in the cache. */
size_t corm_compile_cache_count(const struct corm_compile_cache *cache);

/**
 * Find statement compiled, or compile and keep it; *hit says which. cache NULL: it is compiled
 * and not kept. The statement's binds go to `binds`. When binds->count > binds->cap afterwards, *out is NULL: the caller makes
 * room and calls again.
 * Ownership: *out is a reference of the caller's.
 * Errors: as corm_compile().
 */
enum corm_rc corm_compile_cache_get(struct corm_compile_cache *cache,
                                    const struct corm_node *statement,
                                    const struct corm_compile_options *options,
                                    struct corm_binds *binds,
                                    struct corm_compiled **out, bool *hit,
                                    struct corm_error *err) CORM_NODISCARD;

/**
 * The two halves of corm_compile_cache_get(), for callers that rewrite the statement in
 * between: look `statement` up, and keep what was compiled with options->origin.
 * find: *out is a reference of the caller's, or NULL; as above when binds are too many.
 * put: the cache takes one of its own; not finding memory for it is no error.
 * cache NULL: nothing is found and nothing kept.
 */
void corm_compile_cache_find(struct corm_compile_cache *cache,
                             const struct corm_node *statement,
                             const struct corm_compile_options *options,
                             struct corm_binds *binds, struct corm_compiled **out);
void corm_compile_cache_put(struct corm_compile_cache *cache,
                            const struct corm_compile_options *options,
                            struct corm_compiled *compiled);

#endif

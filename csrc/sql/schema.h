/* SPDX-License-Identifier: MIT */
/*
 * Tables, columns, keys and constraints. A column and a table are nodes, so they stand in
 * expressions as they are. They are built once, by Lua declarations, in memory that the
 * caller provides (userdata); what grows is on the heap and goes with *_release().
 * Text is lent: the maker pins it for the object's life.
 */
#ifndef CORM_SQL_SCHEMA_H
#define CORM_SQL_SCHEMA_H

#include "base/vec.h"
#include "sql/node.h"

struct corm_table;
struct corm_foreign_key;

enum corm_column_flag {
    CORM_COLUMN_PRIMARY_KEY = 1 << 0,
    CORM_COLUMN_NOT_NULL = 1 << 1,
    CORM_COLUMN_UNIQUE = 1 << 2,
    CORM_COLUMN_INDEX = 1 << 3,
    CORM_COLUMN_AUTOINCREMENT = 1 << 4, /* asked for: autoincrement = true */
    CORM_COLUMN_NO_AUTOINCREMENT = 1 << 5, /* refused: autoincrement = false */
    CORM_COLUMN_HAS_DEFAULT = 1 << 6, /* Lua or scalar default, computed per row */
    CORM_COLUMN_HAS_SQL_DEFAULT =
        1 << 7, /* default is an SQL expression (default_node) */
    CORM_COLUMN_HAS_ONUPDATE = 1 << 8,
    CORM_COLUMN_HAS_SERVER_DEFAULT = 1 << 9,
    CORM_COLUMN_HAS_SERVER_ONUPDATE = 1 << 10,
    CORM_COLUMN_SYSTEM = 1 << 11,
    CORM_COLUMN_COMPUTED = 1 << 12,
    CORM_COLUMN_IDENTITY = 1 << 13,
    CORM_COLUMN_QUOTED = 1 << 14, /* quote = true */
    CORM_COLUMN_PERSISTED = 1 << 15, /* COMPUTED: STORED rather than VIRTUAL */
    CORM_COLUMN_NOT_PERSISTED = 1 << 16, /* COMPUTED: said to be VIRTUAL */
    CORM_COLUMN_NULL_SAID =
        1 << 17, /* nullable = true was written: IDENTITY says NULL */
    CORM_COLUMN_KEY_INLINE = 1 << 18, /* SQLite: PRIMARY KEY AUTOINCREMENT */
    CORM_COLUMN_SENTINEL = 1 << 19, /* tells the rows of one INSERT apart */
    CORM_COLUMN_ROW_NUMBER = 1 << 20, /* default: the number of the parameter set */
    CORM_COLUMN_OMITTED = 1 << 21, /* an INSERT that names no columns leaves it out */
    CORM_COLUMN_IGNORE_FK = 1 << 22, /* autoincrement = "ignore_fk" */
};

/* A number generator: options of an IDENTITY column or a SEQUENCE of its own. */
struct corm_sequence {
    const char *name; /* NULL for IDENTITY */
    const char *schema; /* or NULL */
    bool is_always; /* IDENTITY: GENERATED ALWAYS */
    bool is_cycle, is_no_cycle;
    bool is_no_min, is_no_max; /* NO MINVALUE, NO MAXVALUE */
    bool has_start, has_increment, has_min, has_max, has_cache;
    const struct corm_type *type; /* AS type, or NULL */
    int64_t start, increment, min, max, cache;
};

struct corm_column {
    struct corm_node node; /* CORM_NODE_COLUMN; name = SQL name, type, id */
    struct corm_table *table; /* NULL until attached; lent */
    const char *key; /* name in table.c; equals the SQL name unless given */
    uint32_t position; /* from 0, in its table */
    uint32_t flags; /* enum corm_column_flag */
    struct corm_value default_value; /* scalar default; UNSET if none */
    const struct corm_node *default_node; /* SQL default, or NULL */
    const struct corm_node *server_default; /* TEXT or expression for DDL, or NULL */
    const struct corm_node *onupdate_node; /* SQL onupdate, or NULL */
    const struct corm_node *computed; /* of COMPUTED */
    const struct corm_sequence *sequence; /* of IDENTITY, or the default; or NULL */
    const char *comment; /* or NULL */
    const char *null_conflict; /* SQLite: NOT NULL ON CONFLICT this, or NULL */
    struct corm_vec(struct corm_foreign_key *)
        foreign_keys; /* lent; each points away */
};

/* One column of a foreign key. */
struct corm_foreign_key {
    struct corm_column *column; /* the referring one; NULL until attached */
    struct corm_column *referred; /* NULL until resolved */
    struct corm_constraint *constraint;
    const char *target; /* "schema.table.column" as written, or NULL */
};

enum corm_constraint_kind {
    CORM_CONSTRAINT_PRIMARY_KEY = 1,
    CORM_CONSTRAINT_FOREIGN_KEY,
    CORM_CONSTRAINT_UNIQUE,
    CORM_CONSTRAINT_CHECK,
    CORM_CONSTRAINT_EXCLUDE, /* PostgreSQL */
};

/* One element of an EXCLUDE constraint: expression [class] WITH operator */
struct corm_exclusion {
    const struct corm_node *expression;
    const char *op; /* "=", "&&" */
    const char *operator_class; /* or NULL */
};

struct corm_constraint {
    uint8_t kind; /* enum corm_constraint_kind */
    bool is_deferrable, is_not_deferrable; /* neither: not said */
    const char *initially; /* DEFERRED or IMMEDIATE as the user spelled it, or NULL */
    bool use_alter; /* foreign key added after all tables exist */
    bool is_left_out; /* CREATE TABLE does not say it */
    bool
        is_written; /* PRIMARY KEY: written as a constraint, so that its order counts */
    bool is_not_valid; /* PostgreSQL: NOT VALID */
    bool has_nulls_not_distinct; /* PostgreSQL: UNIQUE NULLS NOT DISTINCT */
    bool is_name_made; /* by convention: one that is too long is cut, not refused */
    const char *name; /* or NULL */
    struct corm_table *table;
    struct corm_vec(struct corm_column *) columns; /* lent */
    struct corm_vec(struct corm_foreign_key *) elements; /* of a foreign key */
    struct corm_table *referred; /* of a foreign key, NULL until resolved */
    const char *ondelete; /* "CASCADE", …; from a closed list */
    const char *onupdate;
    const char *match; /* of a foreign key: "FULL", …; from a closed list */
    const char *on_conflict; /* SQLite: what to do on conflict; from a closed list */
    const char *comment; /* or NULL */
    struct corm_vec(struct corm_column *) include; /* PostgreSQL: covering columns */
    struct corm_vec(struct corm_exclusion) exclusions; /* of EXCLUDE */
    const char *method; /* of EXCLUDE: USING */
    const struct corm_node *where; /* of EXCLUDE, or NULL */
    const struct corm_node *check; /* of CHECK */
    const struct corm_column *own_column; /* a CHECK written in it, or NULL */
    const struct corm_type
        *check_type; /* CHECK of an ENUM or BOOLEAN column 0, or NULL */
};

struct corm_index {
    const char *name;
    bool is_name_made; /* by convention: one that is too long is cut, not refused */
    struct corm_table *table;
    bool is_unique;
    bool is_concurrent; /* PostgreSQL: CONCURRENTLY */
    struct corm_vec(const struct corm_node *) expressions; /* columns and expressions */
    const struct corm_node *where; /* partial index, or NULL */
    const char *method; /* USING, or NULL */
    struct corm_vec(const char *) ops; /* operator class of each expression, or NULL */
    struct corm_vec(struct corm_column *) include; /* covering columns */
    const char *storage; /* PostgreSQL: WITH (this), or NULL */
    const char *tablespace; /* PostgreSQL, or NULL */
    bool has_nulls_not_distinct, has_nulls_distinct; /* PostgreSQL; neither: not said */
};

struct corm_table {
    struct corm_node node; /* CORM_NODE_TABLE; name = SQL name, id */
    const char *schema; /* or NULL */
    uint16_t schema_flags; /* of enum corm_node_flag: how the schema's name is quoted */
    const char *comment; /* or NULL */
    const char *ddl_prefix; /* CREATE prefix TABLE ("TEMPORARY"), or NULL */
    const char
        *ddl_suffix; /* after the closing parenthesis ("WITHOUT ROWID"), or NULL */
    struct corm_vec(struct corm_column *) columns; /* in order; lent */
    struct corm_vec(struct corm_column *) primary_key; /* in order; lent */
    struct corm_vec(struct corm_constraint *) constraints; /* in order; lent */
    struct corm_vec(struct corm_index *) indexes; /* in order; lent */
    struct corm_vec(const struct corm_table *) needed; /* made before it; lent */
    struct corm_column *autoincrement; /* the column the database numbers, or NULL */
};

static inline const struct corm_column *corm_node_column(const struct corm_node *node)
{
    PRE(node->kind == CORM_NODE_COLUMN);
    return (const struct corm_column *)(const void *)node;
}

static inline const struct corm_table *corm_node_table(const struct corm_node *node)
{
    PRE(node->kind == CORM_NODE_TABLE);
    return (const struct corm_table *)(const void *)node;
}

/** Make a free column in `column`; name and type are lent. */
void corm_column_init(struct corm_column *column, const char *name, size_t name_len,
                      const struct corm_type *type, uint32_t flags);
/** Free what grew. */
void corm_column_release(struct corm_column *column);

/** Make an empty table in `table`; name and schema (or NULL) are lent. */
void corm_table_init(struct corm_table *table, const char *name, size_t name_len,
                     const char *schema);
/** Free what grew; the columns are not touched. */
void corm_table_release(struct corm_table *table);

/**
 * Sort this table behind another one, as a foreign key would. Lifetime: the other one is lent
 * for as long as the table lives.
 * Errors: CORM_E_NO_MEMORY.
 */
enum corm_rc corm_table_need(struct corm_table *table, const struct corm_table *other,
                             struct corm_error *err) CORM_NODISCARD;

/**
 * Append a free column. A column without type takes the referred column's later.
 * Errors: CORM_E_ARGUMENT (name taken, column belongs to another table), NO_MEMORY.
 */
enum corm_rc corm_table_append_column(struct corm_table *table,
                                      struct corm_column *column,
                                      struct corm_error *err) CORM_NODISCARD;

/**
 * Put a free column in the place of one that the table has, which becomes free.
 * Errors: CORM_E_ARGUMENT (the column belongs to a table; another one has its key).
 */
enum corm_rc corm_table_replace_column(struct corm_table *table,
                                       struct corm_column *old,
                                       struct corm_column *column,
                                       struct corm_error *err) CORM_NODISCARD;

/** Move a column of the table to a position; those in between make room. */
void corm_table_move_column(struct corm_table *table, struct corm_column *column,
                            uint32_t position);

/** The column with this key, or NULL. */
struct corm_column *corm_table_find(const struct corm_table *table, const char *key,
                                    size_t len);

/**
 * Find primary key and the autoincrement column anew; call after columns or constraints
 * changed. Errors: CORM_E_ARGUMENT, NO_MEMORY.
 */
enum corm_rc corm_table_settle(struct corm_table *table,
                               struct corm_error *err) CORM_NODISCARD;

/**
 * Sort tables so that each stands after those its foreign keys refer to, otherwise by
 * their order here. Foreign keys that close a cycle are marked use_alter.
 */
enum corm_rc corm_tables_sort(struct corm_table **tables, size_t ntables,
                              struct corm_error *err) CORM_NODISCARD;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Data definition: each function appends the text of one statement, laid out as
 * SQLAlchemy does, without a final semicolon.
 * Errors of all: CORM_E_COMPILE (a part has no text here, such as a column without type),
 * CORM_E_UNSUPPORTED (the dialect has no such statement), CORM_E_ARGUMENT (a name that
 * cannot be one), CORM_E_NO_MEMORY.
 */
#ifndef CORM_SQL_DDL_H
#define CORM_SQL_DDL_H

#include "base/strbuf.h"
#include "sql/compile.h"
#include "sql/schema.h"

struct corm_ddl_options {
    const struct corm_dialect *dialect;
    const struct corm_schema_map *schema_map; /* or NULL */
    bool check_exists; /* IF NOT EXISTS, IF EXISTS */
    bool cascade; /* DROP … CASCADE */
    bool drops_comment; /* COMMENT … IS NULL, whatever the comment */
};

/** CREATE TABLE with its constraints, those added by ALTER left out where it can be. */
enum corm_rc corm_ddl_create_table(const struct corm_table *table,
                                   const struct corm_ddl_options *options,
                                   struct corm_strbuf *out,
                                   struct corm_error *err) CORM_NODISCARD;

/** DROP TABLE. */
enum corm_rc corm_ddl_drop_table(const struct corm_table *table,
                                 const struct corm_ddl_options *options,
                                 struct corm_strbuf *out,
                                 struct corm_error *err) CORM_NODISCARD;

/** The text of one column as CREATE TABLE has it: name, type, default, NOT NULL. */
enum corm_rc corm_ddl_column(const struct corm_column *column,
                             const struct corm_ddl_options *options,
                             struct corm_strbuf *out,
                             struct corm_error *err) CORM_NODISCARD;

/** CREATE [UNIQUE] INDEX. */
enum corm_rc corm_ddl_create_index(const struct corm_index *index,
                                   const struct corm_ddl_options *options,
                                   struct corm_strbuf *out,
                                   struct corm_error *err) CORM_NODISCARD;

/** DROP INDEX. */
enum corm_rc corm_ddl_drop_index(const struct corm_index *index,
                                 const struct corm_ddl_options *options,
                                 struct corm_strbuf *out,
                                 struct corm_error *err) CORM_NODISCARD;

/** ALTER TABLE … ADD CONSTRAINT. */
enum corm_rc corm_ddl_add_constraint(const struct corm_constraint *constraint,
                                     const struct corm_ddl_options *options,
                                     struct corm_strbuf *out,
                                     struct corm_error *err) CORM_NODISCARD;

/** ALTER TABLE … DROP CONSTRAINT; the constraint must have a name. */
enum corm_rc corm_ddl_drop_constraint(const struct corm_constraint *constraint,
                                      const struct corm_ddl_options *options,
                                      struct corm_strbuf *out,
                                      struct corm_error *err) CORM_NODISCARD;

/** True if the foreign key is left to ALTER TABLE on this dialect. */
bool corm_ddl_is_altered(const struct corm_constraint *constraint,
                         const struct corm_dialect *dialect);

/** CREATE TYPE … AS ENUM, for types with corm_ddl_has_type(). */
enum corm_rc corm_ddl_create_type(const struct corm_type *type,
                                  const struct corm_ddl_options *options,
                                  struct corm_strbuf *out,
                                  struct corm_error *err) CORM_NODISCARD;

/** DROP TYPE. */
enum corm_rc corm_ddl_drop_type(const struct corm_type *type,
                                const struct corm_ddl_options *options,
                                struct corm_strbuf *out,
                                struct corm_error *err) CORM_NODISCARD;

/** True if columns of this type need CREATE TYPE first on this dialect. */
bool corm_ddl_has_type(const struct corm_type *type,
                       const struct corm_dialect *dialect);

/** CREATE SEQUENCE and DROP SEQUENCE. */
enum corm_rc corm_ddl_create_sequence(const struct corm_sequence *sequence,
                                      const struct corm_ddl_options *options,
                                      struct corm_strbuf *out,
                                      struct corm_error *err) CORM_NODISCARD;
enum corm_rc corm_ddl_drop_sequence(const struct corm_sequence *sequence,
                                    const struct corm_ddl_options *options,
                                    struct corm_strbuf *out,
                                    struct corm_error *err) CORM_NODISCARD;

/** CREATE SCHEMA and DROP SCHEMA. */
enum corm_rc corm_ddl_create_schema(const char *name,
                                    const struct corm_ddl_options *options,
                                    struct corm_strbuf *out,
                                    struct corm_error *err) CORM_NODISCARD;
enum corm_rc corm_ddl_drop_schema(const char *name,
                                  const struct corm_ddl_options *options,
                                  struct corm_strbuf *out,
                                  struct corm_error *err) CORM_NODISCARD;

/** COMMENT ON TABLE, COLUMN and CONSTRAINT, where the dialect has them. */
enum corm_rc corm_ddl_comment_table(const struct corm_table *table,
                                    const struct corm_ddl_options *options,
                                    struct corm_strbuf *out,
                                    struct corm_error *err) CORM_NODISCARD;
enum corm_rc corm_ddl_comment_column(const struct corm_column *column,
                                     const struct corm_ddl_options *options,
                                     struct corm_strbuf *out,
                                     struct corm_error *err) CORM_NODISCARD;

/** COMMENT ON CONSTRAINT of a constraint that has a name and a table. */
enum corm_rc corm_ddl_comment_constraint(const struct corm_constraint *constraint,
                                         const struct corm_ddl_options *options,
                                         struct corm_strbuf *out,
                                         struct corm_error *err) CORM_NODISCARD;

/** The spelling of a type on a dialect, with its collation: "VARCHAR(30) COLLATE x". */
enum corm_rc corm_ddl_type(const struct corm_type *type,
                           const struct corm_dialect *dialect, struct corm_strbuf *out,
                           struct corm_error *err) CORM_NODISCARD;

/* Where a type is put together that is in another schema. */
struct corm_type_room {
    struct corm_type named;
    struct corm_type array; /* of it */
};

/**
 * The type on the dialect, of the schema that the map (or NULL) has for its own: the same type,
 * or one that lies in `room`.
 */
const struct corm_type *corm_type_in_schema(const struct corm_type *type,
                                            const struct corm_dialect *dialect,
                                            const struct corm_schema_map *map,
                                            struct corm_type_room *room);

/** The spelling of a type without its collation. */
enum corm_rc corm_ddl_bare_type(const struct corm_type *type,
                                const struct corm_dialect *dialect,
                                struct corm_strbuf *out,
                                struct corm_error *err) CORM_NODISCARD;

/** " COLLATE name" if the type, or that of an array's elements, has one; else nothing. */
enum corm_rc corm_ddl_collation(const struct corm_type *type,
                                const struct corm_dialect *dialect,
                                struct corm_strbuf *out,
                                struct corm_error *err) CORM_NODISCARD;

#endif

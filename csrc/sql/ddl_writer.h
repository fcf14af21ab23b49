/* SPDX-License-Identifier: MIT */
/*
 * One DDL statement being written: what the files ddl*.c share with the dialects. Failures
 * are sticky; on failure the text is taken back, so that `out` is as it was.
 */
#ifndef CORM_SQL_DDL_WRITER_H
#define CORM_SQL_DDL_WRITER_H

#include "sql/ddl.h"
#include "sql/dialect.h"

struct corm_ddl_writer {
    const struct corm_dialect *dialect;
    const struct corm_ddl_options *options;
    struct corm_strbuf *out;
    size_t start; /* length of out at the beginning */
    enum corm_rc rc;
    struct corm_error *err;
};

/** Begin a statement at the end of out. */
struct corm_ddl_writer corm_ddl_begin(const struct corm_ddl_options *options,
                                      struct corm_strbuf *out, struct corm_error *err);

/** End it: CORM_OK, or the first failure. */
enum corm_rc corm_ddl_end(struct corm_ddl_writer *w) CORM_NODISCARD;

/** Record the first failure. */
void corm_ddl_fail(struct corm_ddl_writer *w, enum corm_rc rc, const char *fmt, ...)
    CORM_PRINTF(3, 4);

/** Append the identifier of a `what`. */
void corm_ddl_name(struct corm_ddl_writer *w, const char *name, const char *what);

/**
 * Append the name of a `what` that was made by convention, if is_made: one that is too long
 * is cut and ends in a number that tells it from others.
 */
void corm_ddl_made_name(struct corm_ddl_writer *w, const char *name, bool is_made,
                        const char *what);

/** Append the name of a node that is a `what`, quoted as its flags say. */
void corm_ddl_node_name(struct corm_ddl_writer *w, const struct corm_node *node,
                        const char *what);

/** Append columns in parentheses: (a, b). */
void corm_ddl_columns(struct corm_ddl_writer *w, struct corm_column *const *columns,
                      size_t count);

/** Append a plain word of the user's, such as an index method, as it is. */
void corm_ddl_word(struct corm_ddl_writer *w, const char *word, const char *what);

/** Append [CONSTRAINT name] and what the constraint says. */
void corm_ddl_put_constraint(struct corm_ddl_writer *w,
                             const struct corm_constraint *constraint);

/** Append " GENERATED … AS IDENTITY [(…)]". */
void corm_ddl_identity(struct corm_ddl_writer *w, const struct corm_sequence *sequence);

/** Append a schema (as the schema map has it) and a dot; nothing if there is none. */
void corm_ddl_schema_prefix(struct corm_ddl_writer *w, const char *schema);

/** Append [schema.]table. */
void corm_ddl_table_name(struct corm_ddl_writer *w, const struct corm_table *table);

/** Append a type. */
void corm_ddl_put_type(struct corm_ddl_writer *w, const struct corm_type *type);

/** Append an expression with values as text and columns without tables. */
void corm_ddl_expr(struct corm_ddl_writer *w, const struct corm_node *node);

/** Append a server default: a value as a literal, else an expression. */
void corm_ddl_default(struct corm_ddl_writer *w, const struct corm_node *node);

/** Append " GENERATED ALWAYS AS (…)" of a COMPUTED column. */
void corm_ddl_computed(struct corm_ddl_writer *w, const struct corm_column *column);

/**
 * Append the options of a sequence or IDENTITY column, `before` in front of the first.
 * True if there are any.
 */
bool corm_ddl_sequence_options(struct corm_ddl_writer *w,
                               const struct corm_sequence *sequence,
                               const char *before);

#endif

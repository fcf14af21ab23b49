/* SPDX-License-Identifier: MIT */
/* What SQLite says differently. */
#ifndef CORM_DIALECTS_SQLITE_DIALECT_H
#define CORM_DIALECTS_SQLITE_DIALECT_H

#include "sql/dialect.h"

extern const struct corm_dialect corm_sqlite_dialect;

/* The slots of the dialect; see sql/dialect.h for what each has to do. */
bool corm_sqlite_binary(struct corm_compiler *c, const struct corm_node *node);
bool corm_sqlite_function(struct corm_compiler *c, const struct corm_node *node);
bool corm_sqlite_literal(const struct corm_type *type, const struct corm_value *value,
                         struct corm_strbuf *out);
bool corm_sqlite_extract(struct corm_compiler *c, const struct corm_node *node);
void corm_sqlite_limit(struct corm_compiler *c, const struct corm_node *limit,
                       const struct corm_node *offset);
void corm_sqlite_empty_set(struct corm_strbuf *out, uint32_t width);
bool corm_sqlite_column_type(struct corm_ddl_writer *w,
                             const struct corm_column *column);
bool corm_sqlite_wants_constraint(const struct corm_constraint *constraint);

#endif

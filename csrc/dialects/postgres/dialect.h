/* SPDX-License-Identifier: MIT */
/* What PostgreSQL says differently. */
#ifndef CORM_DIALECTS_POSTGRES_DIALECT_H
#define CORM_DIALECTS_POSTGRES_DIALECT_H

#include "sql/dialect.h"

extern const struct corm_dialect corm_postgres_dialect;

/* The slots of the dialect; see sql/dialect.h for what each has to do. */
bool corm_postgres_binary(struct corm_compiler *c, const struct corm_node *node);
bool corm_postgres_function(struct corm_compiler *c, const struct corm_node *node);
void corm_postgres_limit(struct corm_compiler *c, const struct corm_node *limit,
                         const struct corm_node *offset);
void corm_postgres_for_update(struct corm_compiler *c, const struct corm_node *node);
bool corm_postgres_type_name(const struct corm_type *type, struct corm_strbuf *out);
bool corm_postgres_shows_type(const struct corm_type *type);
bool corm_postgres_literal(const struct corm_type *type, const struct corm_value *value,
                           struct corm_strbuf *out);
bool corm_postgres_column_type(struct corm_ddl_writer *w,
                               const struct corm_column *column);

#endif

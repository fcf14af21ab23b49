/* SPDX-License-Identifier: MIT */
/* Identifiers in SQL text: when to quote them, and what can be none. */
#ifndef CORM_SQL_QUOTE_H
#define CORM_SQL_QUOTE_H

#include "base/strbuf.h"
#include "sql/dialect.h"

/**
 * Check that name can be an identifier of a `what` ("column", "table", …).
 * Errors: CORM_E_ARGUMENT (empty, a NUL byte, invalid UTF-8), CORM_E_IDENTIFIER (longer
 * than the database's names, which would be cut without a word).
 */
enum corm_rc corm_name_check(const struct corm_dialect *dialect, const char *name,
                             size_t len, const char *what,
                             struct corm_error *err) CORM_NODISCARD;

/** True if the identifier has to be in quotes: reserved, or not all a-z, 0-9, _, $. */
bool corm_name_needs_quotes(const struct corm_dialect *dialect, const char *name,
                            size_t len);

/**
 * Append an identifier that corm_name_check() accepts, quoted if it has to be.
 * flags: of its node; CORM_NODE_QUOTED and CORM_NODE_UNQUOTED decide instead.
 */
void corm_name_put(struct corm_strbuf *out, const struct corm_dialect *dialect,
                   const char *name, size_t len, unsigned flags);

/** Append schema.name, or name alone when schema is NULL. */
void corm_qualified_name_put(struct corm_strbuf *out,
                             const struct corm_dialect *dialect, const char *schema,
                             const char *name);

#endif

/* SPDX-License-Identifier: MIT */
/* Values as text in SQL: defaults of DDL, literal_binds, literal_execute. */
#ifndef CORM_SQL_LITERAL_H
#define CORM_SQL_LITERAL_H

#include "base/strbuf.h"
#include "sql/dialect.h"

/**
 * Append value as a literal of the dialect: 'it''s', 42, NULL, '2024-01-31'. It is checked
 * and converted as corm_type_bind() does.
 * Errors: CORM_E_COMPILE (no text for such a value), CORM_E_DATA, CORM_E_NO_MEMORY.
 */
enum corm_rc corm_literal_put(const struct corm_dialect *dialect,
                              const struct corm_type *type,
                              const struct corm_value *value, struct corm_strbuf *out,
                              struct corm_error *err) CORM_NODISCARD;

/** Append text in single quotes, quotes in it doubled. */
void corm_literal_put_text(struct corm_strbuf *out, const char *text, size_t len);

#endif

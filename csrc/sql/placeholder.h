/* SPDX-License-Identifier: MIT */
/* How parameters look in the text. */
#ifndef CORM_SQL_PLACEHOLDER_H
#define CORM_SQL_PLACEHOLDER_H

#include "base/strbuf.h"
#include "sql/compile.h"
#include "sql/dialect.h"

/**
 * Append the placeholder of a slot: :name, ?, $number, or __[POSTCOMPILE_name] for one that
 * is rendered per execution.
 */
void corm_placeholder_put(struct corm_strbuf *out, const struct corm_dialect *dialect,
                          const struct corm_bind_slot *slot, size_t number);

/** What stands in a parameter's name for a character that cannot: a letter or underscore. */
char corm_placeholder_char(char c);

/** Append a parameter's name as :name has it: what could be no name is replaced by letters. */
void corm_placeholder_name(struct corm_strbuf *out, const char *name, size_t len);

#endif

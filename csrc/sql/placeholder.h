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

#endif

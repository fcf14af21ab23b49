/* SPDX-License-Identifier: MIT */
/* The text of a compiled statement for one execution: lists of IN and literal binds. */
#ifndef CORM_SQL_EXPAND_H
#define CORM_SQL_EXPAND_H

#include "base/strbuf.h"
#include "sql/compile.h"

/**
 * Render the statement for given values: values[i] belongs to slots[i]; of an expanding
 * slot it is an OBJECT, the struct corm_bind_list; others count only if they are
 * is_literal_execute. A list of n values becomes n placeholders, an empty one a query
 * without rows; parameters are numbered anew in the order of the slots, each list flat.
 * Only for statements with has_expanding. The text is appended to out.
 * Errors: CORM_E_COMPILE (a literal without text), CORM_E_NO_MEMORY.
 */
enum corm_rc corm_compiled_render(const struct corm_compiled *compiled,
                                  const struct corm_value *values,
                                  struct corm_strbuf *out,
                                  struct corm_error *err) CORM_NODISCARD;

/** Parameters that the rendered text takes; is_literal_execute ones are not among them. */
size_t corm_compiled_param_count(const struct corm_compiled *compiled,
                                 const struct corm_value *values);

/**
 * Append the text with its VALUES group repeated nrows times, each with placeholders of
 * its own (INSERT with values_len > 0).
 * Errors: CORM_E_NO_MEMORY.
 */
enum corm_rc corm_compiled_render_rows(const struct corm_compiled *compiled,
                                       size_t nrows, struct corm_strbuf *out,
                                       struct corm_error *err) CORM_NODISCARD;

/**
 * Append the text with its VALUES group as rows of unnest(), which takes an array for each
 * parameter (INSERT with values_len > 0; PostgreSQL's words). Appends nothing if the
 * group has what is no expression: DEFAULT.
 * Errors: CORM_E_NO_MEMORY.
 */
enum corm_rc corm_compiled_render_arrays(const struct corm_compiled *compiled,
                                         struct corm_strbuf *out,
                                         struct corm_error *err) CORM_NODISCARD;

/**
 * Append what stands after IN (op) in place of a list of nothing, parentheses included:
 * (NULL) AND (1 != 1), or the dialect's empty set.
 */
void corm_empty_list_put(struct corm_strbuf *out, const struct corm_dialect *dialect,
                         enum corm_op op, uint32_t width);

#endif

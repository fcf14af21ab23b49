/* SPDX-License-Identifier: MIT */
/* Keys and paths into JSON values, as parameters. */
#ifndef CORM_SQL_TYPE_PATH_H
#define CORM_SQL_TYPE_PATH_H

#include "sql/type.h"

/* $."a"[1]: what SQLite's JSON functions take. */
extern const struct corm_type corm_type_path_dollar;
/* {a,1}: an array of text, as PostgreSQL's #> takes. */
extern const struct corm_type corm_type_path_braces;

/**
 * Write a TEXT, an INT or a list of them (OBJECT, struct corm_bind_list) in the form of the
 * type. Errors: CORM_E_DATA (another kind of value), CORM_E_NO_MEMORY.
 */
enum corm_rc corm_type_bind_path(const struct corm_type *type,
                                 const struct corm_value *value,
                                 struct corm_arena *scratch, struct corm_value *out,
                                 struct corm_error *err) CORM_NODISCARD;

#endif

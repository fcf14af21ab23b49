/* SPDX-License-Identifier: MIT */
/* The functions whose names mean something to corm: result type, aggregate, spelling. */
#ifndef CORM_SQL_FUNCTION_H
#define CORM_SQL_FUNCTION_H

#include "sql/type.h"

enum corm_function_flag {
    CORM_FUNCTION_AGGREGATE = 1 << 0,
    CORM_FUNCTION_BARE = 1 << 1, /* without parentheses when it has no arguments */
    CORM_FUNCTION_OF_ARG = 1 << 2, /* its type is that of the first argument */
    CORM_FUNCTION_OF_ARGS = 1 << 3, /* … of the first argument that has one */
};

struct corm_function_info {
    const char *name; /* lower case, as looked up */
    const char *text; /* as rendered */
    const struct corm_type *type; /* corm_type_null if not known */
    uint8_t flags; /* enum corm_function_flag */
};

/** What is known about a function (whatever the case of its name), or NULL. */
const struct corm_function_info *corm_function_find(const char *name, size_t len);

#endif

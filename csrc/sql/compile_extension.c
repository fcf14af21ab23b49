/* SPDX-License-Identifier: MIT */
/* What ext() adds to a statement: OPTIONs of one expression, named after their place. */
#include "sql/compiler.h"

#include <string.h>

void corm_compiler_extensions(struct corm_compiler *c,
                              const struct corm_node *statement, const char *point,
                              const char *before, const char *after)
{
    const struct corm_node *options = corm_statement_options(statement);
    size_t len = strlen(point);
    for (uint32_t i = 0; options != NULL && i < options->nkids; i++) {
        const struct corm_node *option = options->kid[i];
        if (option->nkids == 1 && option->name_len == len &&
            memcmp(option->name, point, len) == 0) {
            corm_compiler_puts(c, before);
            corm_compiler_expr(c, option->kid[0]);
            corm_compiler_puts(c, after);
        }
    }
}

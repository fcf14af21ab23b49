/* SPDX-License-Identifier: MIT */
/*
 * RETURNING. The list of return_defaults() is VARIANT and its value has a letter for each
 * element: whether it is returned depends on what the statement writes into the column.
 */
#include "sql/compiler.h"
#include "sql/schema.h"

void corm_compiler_returning(struct corm_compiler *c, const struct corm_node *list)
{
    struct corm_label_list labels = { 0 };
    if (list == NULL || list->nkids == 0) {
        return;
    }
    if (!corm_dialect_has(c->dialect, CORM_DIALECT_RETURNING)) {
        corm_compiler_fail(c, CORM_E_UNSUPPORTED,
                           "dialect '%s' does not support RETURNING", c->dialect->name);
        return;
    }
    c->compiled->has_returning |= c->collects_columns;
    c->hides_tables = !corm_dialect_has(c->dialect, CORM_DIALECT_QUALIFIED_RETURNING);
    corm_compiler_puts(c, " RETURNING ");
    /* The default dialect shows what was written, as there is no result to tell apart. */
    corm_labels_make(c, list,
                     c->dialect == &corm_dialect_default ? CORM_LABEL_NONE
                                                         : CORM_LABEL_DISAMBIGUATE,
                     &labels);
    corm_compiler_labels(c, &labels, false);
    corm_vec_release(&labels);
    c->hides_tables = false;
}

enum corm_written corm_written_by(const struct corm_node *value)
{
    return corm_node_unmarked(value)->kind == CORM_NODE_BIND ? CORM_WRITTEN_VALUE
                                                             : CORM_WRITTEN_SQL;
}

static bool is_wanted(char letter, enum corm_written written)
{
    switch (letter) {
    case CORM_RETURNING_UNLESS_VALUE:
        return written != CORM_WRITTEN_VALUE;
    case CORM_RETURNING_IF_SQL:
        return written == CORM_WRITTEN_SQL;
    default:
        return true;
    }
}

const struct corm_node *corm_returning_wanted(struct corm_compiler *c,
                                              const struct corm_node *list,
                                              corm_written_fn *written, const void *ctx)
{
    if (list == NULL || !(list->flags & CORM_NODE_VARIANT)) {
        return list;
    }
    const struct corm_node **kids =
        corm_arena_zero(&c->scratch, list->nkids, sizeof(*kids));
    uint32_t nkids = 0;
    if (kids == NULL) {
        corm_compiler_fail_memory(c);
        return NULL;
    }
    for (uint32_t i = 0; i < list->nkids; i++) {
        const struct corm_node *kid = corm_node_unmarked(list->kid[i]);
        bool is_column = kid->kind == CORM_NODE_COLUMN && i < list->value.len;
        if (!is_column ||
            is_wanted(list->value.as.s[i], written(c, ctx, corm_node_column(kid)))) {
            kids[nkids++] = list->kid[i];
        }
    }
    struct corm_node_spec spec = {
        .kind = CORM_NODE_LIST, .op = CORM_OP_COMMA, .nkids = nkids, .kid = kids
    };
    return nkids == 0 ? NULL : corm_compiler_node(c, &spec);
}

/* SPDX-License-Identifier: MIT */
/* Clauses as PostgreSQL has them. */
#include "dialects/postgres/dialect.h"
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/schema.h"

void corm_postgres_limit(struct corm_compiler *c, const struct corm_node *limit,
                         const struct corm_node *offset)
{
    if (limit != NULL) {
        corm_compiler_puts(c, " \n LIMIT ");
        corm_compiler_expr(c, limit);
    }
    if (offset != NULL) {
        corm_compiler_puts(c, limit == NULL ? "\n LIMIT ALL OFFSET " : " OFFSET ");
        corm_compiler_expr(c, offset);
    }
}

static const char *lock_strength(int64_t bits)
{
    if (bits & CORM_FOR_UPDATE_READ) {
        return bits & CORM_FOR_UPDATE_KEY_SHARE ? " FOR KEY SHARE" : " FOR SHARE";
    }
    return bits & CORM_FOR_UPDATE_KEY_SHARE ? " FOR NO KEY UPDATE" : " FOR UPDATE";
}

/* What is joined, from the last to the first */
static void collect_locked(struct corm_compiler *c, const struct corm_node *of,
                           struct corm_from_list *out)
{
    while (of->kind == CORM_NODE_JOIN) {
        collect_locked(c, corm_node_unmarked(of->kid[1]), out);
        of = corm_node_unmarked(of->kid[0]);
    }
    corm_froms_collect(c, of, out);
}

/* OF tables: their names without schema, each once */
static void put_locked(struct corm_compiler *c, const struct corm_node *node)
{
    struct corm_from_list froms = { 0 };
    const char *separator = " OF ";
    for (uint32_t i = 0; i < node->nkids; i++) {
        const struct corm_node *of = corm_node_unmarked(node->kid[i]);
        if (of->kind == CORM_NODE_TEXT || of->kind == CORM_NODE_LITERAL) {
            corm_compiler_puts(c, separator);
            corm_compiler_expr(c, of);
            separator = ", ";
        } else {
            collect_locked(c, of, &froms);
        }
    }
    for (size_t i = 0; i < froms.count; i++) {
        const struct corm_node *from = froms.items[i];
        corm_compiler_puts(c, separator);
        separator = ", ";
        if (from->kind != CORM_NODE_TABLE) {
            corm_compiler_alias(c, from);
        } else if (!corm_compiler_table_alias(c, corm_node_table(from))) {
            corm_compiler_node_name(c, from, "table");
        }
    }
    corm_vec_release(&froms);
}

/* FOR UPDATE [OF t] [NOWAIT] [SKIP LOCKED] */
void corm_postgres_for_update(struct corm_compiler *c, const struct corm_node *node)
{
    int64_t bits = node->value.tag == CORM_TAG_INT ? node->value.as.i : 0;
    corm_compiler_puts(c, lock_strength(bits));
    put_locked(c, node);
    corm_compiler_puts(c, bits & CORM_FOR_UPDATE_NOWAIT ? " NOWAIT" : "");
    corm_compiler_puts(c, bits & CORM_FOR_UPDATE_SKIP_LOCKED ? " SKIP LOCKED" : "");
}

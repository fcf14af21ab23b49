/* SPDX-License-Identifier: MIT */
/*
 * What stands for a construct of the user's own, whose text was made outside: pieces of SQL
 * and the nodes between them.
 */
#include "sql/columns.h"
#include "sql/compiler.h"

static void put_piece(struct corm_compiler *c, const struct corm_node *splice,
                      const struct corm_node *piece, enum corm_query_place place)
{
    const struct corm_node *bare = corm_node_unmarked(piece);
    bool is_in_from = (splice->flags & CORM_NODE_VARIANT) != 0;
    if (piece->kind == CORM_NODE_LITERAL) {
        corm_strbuf_add(&c->sink.text, piece->name, piece->name_len);
    } else if (corm_node_is_statement(piece)) {
        bool is_nested = !corm_node_is_spliced(splice) && c->scope != NULL;
        corm_compiler_query(c, piece, is_nested ? CORM_PLACE_SCALAR : place);
    } else if (is_in_from && corm_node_is_from(bare)) {
        corm_compiler_from(c, bare);
    } else {
        corm_compiler_expr(c, piece);
    }
}

void corm_compiler_splice(struct corm_compiler *c, const struct corm_node *node,
                          enum corm_query_place place)
{
    bool is_collected = c->collects_columns;
    c->collects_columns = is_collected && corm_node_is_spliced(node);
    for (uint32_t i = 0; i < node->nkids && c->rc == CORM_OK; i++) {
        put_piece(c, node, node->kid[i], place);
    }
    if (node->nkids > 1) {
        c->target_len = 0; /* more is said than an INSERT of its values */
    }
    c->collects_columns = is_collected;
}

/* SPDX-License-Identifier: MIT */
/* Join conditions from foreign keys: `referred = referring [AND …]`. */
#include "sql/compiler.h"
#include "sql/join_links.h"

static const struct corm_node *link_condition(struct corm_compiler *c,
                                              const struct corm_join_link *link)
{
    const struct corm_node *pair[2] = { link->referred, link->referring };
    struct corm_node_spec equals = {
        .kind = CORM_NODE_BINARY,
        .op = CORM_OP_EQ,
        .type = &corm_type_boolean,
        .nkids = 2,
        .kid = pair,
    };
    return corm_compiler_node(c, &equals);
}

static const struct corm_node *links_condition(struct corm_compiler *c,
                                               const struct corm_join_links *links)
{
    const struct corm_node **kids =
        corm_arena_zero(&c->scratch, links->items.count, sizeof(*kids));
    uint32_t nkids = 0;
    if (kids == NULL) {
        corm_compiler_fail_memory(c);
        return NULL;
    }
    corm_vec_foreach (&links->items, it) {
        kids[nkids] = link_condition(c, it);
        if (kids[nkids++] == NULL) {
            return NULL;
        }
    }
    struct corm_node_spec all = {
        .kind = CORM_NODE_LIST,
        .op = CORM_OP_AND,
        .type = &corm_type_boolean,
        .nkids = nkids,
        .kid = kids,
    };
    return nkids == 1 ? kids[0] : corm_compiler_node(c, &all);
}

const struct corm_node *corm_join_condition(struct corm_compiler *c,
                                            const struct corm_node *left,
                                            const struct corm_node *right,
                                            const struct corm_node *prefer)
{
    struct corm_join_links links = { 0 };
    struct corm_error err;
    const struct corm_node *condition = NULL;
    enum corm_rc rc =
        corm_join_links_settle(&links, left, right, prefer, &c->column_lists, &err);
    if (rc != CORM_OK) {
        corm_compiler_fail(c, rc, "%s", err.message);
    } else if (c->rc == CORM_OK) {
        condition = links_condition(c, &links);
    }
    corm_join_links_release(&links);
    return condition;
}

bool corm_join_is_possible(struct corm_compiler *c, const struct corm_node *left,
                           const struct corm_node *right)
{
    struct corm_join_links links = { 0 };
    if (corm_join_links_find(&links, left, right, NULL, &c->column_lists, NULL) !=
        CORM_OK) {
        corm_compiler_fail_memory(c);
    }
    bool is_possible = links.items.count > 0;
    corm_join_links_release(&links);
    return is_possible;
}

/* SPDX-License-Identifier: MIT */
/*
 * The FROM linter: which elements of a statement's FROM no condition connects with the others,
 * so that every row of one meets every row of the other. Elements are joined into groups: by a
 * JOIN, by a comparison between columns of both, by LATERAL. More than one group at the end
 * is a cartesian product.
 */
#include "sql/columns.h"
#include "sql/compiler.h"

struct linter {
    struct corm_compiler *c;
    struct corm_from_list nodes; /* what was met; those of FROM first */
    struct corm_vec(
        uint32_t) group; /* of each: index of another one in it, or its own */
};

static uint32_t find_group(const struct linter *l, uint32_t i)
{
    while (l->group.items[i] != i) {
        i = l->group.items[i];
    }
    return i;
}

/* The index of a node, which is added as a group of its own if it is new. */
static uint32_t add_node(struct linter *l, const struct corm_node *node)
{
    node = corm_node_unmarked(node);
    for (size_t i = 0; i < l->nodes.count; i++) {
        if (corm_from_is_same(l->nodes.items[i], node)) {
            return (uint32_t)i;
        }
    }
    uint32_t index = (uint32_t)l->nodes.count;
    if (!corm_vec_push(&l->nodes, node) || !corm_vec_push(&l->group, index)) {
        corm_compiler_fail_memory(l->c);
    }
    return index;
}

/* Make one group of all in the list but joins, which stand for what they join. */
static void connect(struct linter *l, const struct corm_from_list *list)
{
    uint32_t first = UINT32_MAX;
    for (size_t i = 0; i < list->count && l->c->rc == CORM_OK; i++) {
        if (list->items[i]->kind == CORM_NODE_JOIN) {
            continue;
        }
        uint32_t index = add_node(l, list->items[i]);
        if (l->c->rc == CORM_OK && first != UINT32_MAX) {
            l->group.items[find_group(l, index)] = find_group(l, first);
        }
        first = first == UINT32_MAX ? index : first;
    }
}

/* left op right connects what both sides mention. */
static void connect_sides(struct linter *l, const struct corm_node *left,
                          const struct corm_node *right)
{
    struct corm_from_list both = { 0 };
    corm_froms_collect(l->c, left, &both);
    size_t nleft = both.count;
    corm_froms_collect(l->c, right, &both);
    if (nleft > 0 && both.count > nleft) {
        connect(l, &both);
    }
    corm_vec_release(&both);
}

static bool is_comparison(const struct corm_node *node)
{
    bool is_custom = node->op == CORM_OP_CUSTOM && (node->flags & CORM_NODE_VARIANT);
    return node->kind == CORM_NODE_BINARY && node->nkids > 1 &&
           (is_custom || corm_op_has((enum corm_op)node->op, CORM_OP_COMPARISON));
}

static void look_at(struct linter *l, const struct corm_node *node)
{
    node = corm_node_unmarked(node);
    if (node->kind == CORM_NODE_SCALAR || node->kind == CORM_NODE_EXISTS ||
        corm_node_is_statement(node) || corm_node_is_from(node)) {
        return;
    }
    if (is_comparison(node)) {
        connect_sides(l, node->kid[0], node->kid[1]);
    } else if (node->kind == CORM_NODE_BETWEEN) {
        connect_sides(l, node->kid[0], node->kid[1]);
        connect_sides(l, node->kid[0], node->kid[2]);
    }
    for (uint32_t i = 0; i < node->nkids && l->c->rc == CORM_OK; i++) {
        if (node->kid[i] != NULL) {
            look_at(l, node->kid[i]);
        }
    }
}

/* True for what is of the other elements by itself: no condition is missed. */
static bool is_dependent(const struct corm_node *from)
{
    bool is_implicit = from->kind == CORM_NODE_TABLE_FUNCTION &&
                       from->value.tag == CORM_TAG_INT &&
                       (from->value.as.i & CORM_TABLE_FUNCTION_IMPLICIT);
    bool is_lateral =
        from->kind == CORM_NODE_LATERAL ||
        ((from->kind == CORM_NODE_VALUES || from->kind == CORM_NODE_ALIAS) &&
         (from->flags & CORM_NODE_VARIANT));
    return is_implicit || is_lateral;
}

static void look_at_from(struct linter *l, const struct corm_node *from)
{
    struct corm_from_list parts = { 0 };
    corm_froms_flatten(l->c, from, &parts);
    connect(l, &parts);
    for (size_t i = 0; i < parts.count; i++) {
        const struct corm_node *part = parts.items[i];
        if (part->kind == CORM_NODE_JOIN && part->kid[2] != NULL) {
            look_at(l, part->kid[2]);
        }
    }
    corm_vec_release(&parts);
}

static void put_title(struct corm_compiler *c, struct corm_strbuf *out,
                      const struct corm_node *from)
{
    bool is_named = from->kind == CORM_NODE_TABLE || from->name_len > 0;
    struct corm_text title = is_named && !(from->flags & CORM_NODE_ANONYMOUS)
                                 ? corm_from_title(from)
                                 : corm_compiler_alias_name(c, from);
    corm_strbuf_putc(out, '"');
    corm_strbuf_add(out, title.s, title.len);
    corm_strbuf_putc(out, '"');
}

/* Those of the first count elements that the first one does not reach. */
static void report(struct linter *l, const char *verb, size_t count)
{
    struct corm_compiled *compiled = l->c->compiled;
    struct corm_strbuf out;
    const char *separator =
        " statement has a cartesian product between FROM element(s) ";
    bool is_found = false;
    corm_strbuf_init(&out);
    corm_strbuf_puts(&out, verb);
    for (uint32_t i = 1; i < count && l->c->rc == CORM_OK; i++) {
        if (find_group(l, i) != find_group(l, 0)) {
            corm_strbuf_puts(&out, separator);
            put_title(l->c, &out, l->nodes.items[i]);
            separator = ", ";
            is_found = true;
        }
    }
    if (is_found) {
        corm_strbuf_puts(&out, " and FROM element ");
        put_title(l->c, &out, l->nodes.items[0]);
        corm_strbuf_puts(&out, ". Apply join condition(s) between each element to "
                               "resolve.");
        compiled->cartesian = corm_arena_strndup(&compiled->arena, out.data, out.len);
        if (out.is_broken || compiled->cartesian == NULL) {
            corm_compiler_fail_memory(l->c);
        }
    }
    corm_strbuf_release(&out);
}

void corm_from_lint(struct corm_compiler *c, const char *verb,
                    const struct corm_node *where, const struct corm_from_list *froms)
{
    struct linter l = { .c = c };
    if (froms->count < 2 || c->compiled->cartesian != NULL || c->rc != CORM_OK) {
        return;
    }
    for (size_t i = 0; i < froms->count; i++) {
        look_at_from(&l, froms->items[i]);
    }
    size_t count = l.nodes.count;
    for (uint32_t i = 0; i < count && c->rc == CORM_OK; i++) {
        if (is_dependent(l.nodes.items[i])) {
            l.group.items[find_group(&l, i)] = find_group(&l, i == 0 ? 1 : 0);
        }
    }
    if (where != NULL && c->rc == CORM_OK) {
        look_at(&l, where);
    }
    if (count > 1 && c->rc == CORM_OK) {
        report(&l, verb, count);
    }
    corm_vec_release(&l.nodes);
    corm_vec_release(&l.group);
}

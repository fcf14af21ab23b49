/* SPDX-License-Identifier: MIT */
/* What a SELECT selects from, and which side a select:join() starts from. */
#include "sql/columns.h"
#include "sql/compiler.h"

/* What the columns in a condition are of, those of its subqueries included. */
static void collect_deep(struct corm_compiler *c, const struct corm_node *node,
                         struct corm_from_list *out)
{
    node = corm_node_unmarked(node);
    if (node->kind == CORM_NODE_COLUMN || node->kind == CORM_NODE_COLREF) {
        corm_froms_collect(c, node, out);
        return;
    }
    for (uint32_t i = 0; i < node->nkids && c->rc == CORM_OK; i++) {
        if (node->kid[i] != NULL) {
            collect_deep(c, node->kid[i], out);
        }
    }
}

/* True if all that the condition mentions is part of one of the two. */
static bool condition_is_within(struct corm_compiler *c, const struct corm_node *on,
                                const struct corm_node *left,
                                const struct corm_node *right)
{
    struct corm_from_list mentioned = { 0 };
    struct corm_from_list parts = { 0 };
    collect_deep(c, on, &mentioned);
    corm_froms_flatten(c, left, &parts);
    corm_froms_flatten(c, right, &parts);
    bool is_within = true;
    for (size_t i = 0; i < mentioned.count && is_within; i++) {
        is_within = corm_from_list_has(&parts, mentioned.items[i]);
    }
    corm_vec_release(&mentioned);
    corm_vec_release(&parts);
    return is_within;
}

static bool can_start_from(struct corm_compiler *c, const struct corm_node *from,
                           const struct corm_node *target, const struct corm_node *on,
                           bool is_ambiguous)
{
    if (corm_from_is_same(from, target)) {
        return false;
    }
    if (on == NULL) {
        return corm_join_is_possible(c, from, target);
    }
    return !is_ambiguous || condition_is_within(c, on, from, target);
}

/* True if the FROM element is part of a join in the list. */
static bool is_joined(struct corm_compiler *c, const struct corm_from_list *list,
                      const struct corm_node *from)
{
    struct corm_from_list parts = { 0 };
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind == CORM_NODE_JOIN) {
            corm_froms_flatten(c, list->items[i]->kid[0], &parts);
            corm_froms_flatten(c, list->items[i]->kid[1], &parts);
        }
    }
    bool is_part = corm_from_list_has(&parts, from);
    corm_vec_release(&parts);
    return is_part;
}

enum { LEFT_NONE = -1, LEFT_SEVERAL = -2 };

/* Index of the element of list that the target can only be joined to, or LEFT_…. */
static int find_left(struct corm_compiler *c, const struct corm_from_list *list,
                     const struct corm_node *target, const struct corm_node *on)
{
    bool is_ambiguous = list->count > 1;
    int found = LEFT_NONE;
    for (size_t i = 0; i < list->count; i++) {
        const struct corm_node *from = list->items[i];
        if (!can_start_from(c, from, target, on, is_ambiguous) ||
            is_joined(c, list, from)) {
            continue;
        }
        found = found == LEFT_NONE ? (int)i : LEFT_SEVERAL;
    }
    if (found == LEFT_NONE && on != NULL && list->count > 0) {
        return list->count == 1 ? 0 : LEFT_SEVERAL;
    }
    return found;
}

static const struct corm_node *join_make(struct corm_compiler *c,
                                         const struct corm_node *left,
                                         const struct corm_node *spec_node,
                                         const struct corm_node *on)
{
    const struct corm_node *kids[3] = { left, corm_node_unmarked(spec_node->kid[0]),
                                        on };
    struct corm_node_spec spec = {
        .kind = CORM_NODE_JOIN,
        .op = spec_node->op == CORM_OP_NONE ? CORM_OP_JOIN : spec_node->op,
        .nkids = 3,
        .kid = kids,
    };
    return corm_compiler_node(c, &spec);
}

static void fail_left(struct corm_compiler *c, int left, const struct corm_node *target)
{
    struct corm_text name = corm_from_title(target);
    if (left == LEFT_SEVERAL) {
        corm_compiler_fail(
            c, CORM_E_INVALID_REQUEST,
            "can't determine which FROM clause to join from, there are "
            "multiple FROMS which can join to '%.*s'. Please use the "
            "select_from() method to establish an explicit left side, as "
            "well as an explicit ON clause if not present already",
            (int)name.len, name.s);
    } else {
        corm_compiler_fail(
            c, CORM_E_INVALID_REQUEST,
            "don't know how to join to '%.*s'. Please use the "
            "select_from() method to establish an explicit left side, as "
            "well as an explicit ON clause if not present already",
            (int)name.len, name.s);
    }
}

/* Everything the columns of a select select from. */
static void collect_columns(struct corm_compiler *c, const struct corm_node *select,
                            struct corm_from_list *out)
{
    const struct corm_node *columns = select->kid[CORM_SELECT_COLUMNS];
    if (columns != NULL) {
        corm_froms_collect(c, columns, out);
    }
}

/* Everything the columns and WHERE of a select select from. */
static void collect_mentioned(struct corm_compiler *c, const struct corm_node *select,
                              struct corm_from_list *out)
{
    const struct corm_node *where = select->kid[CORM_SELECT_WHERE];
    collect_columns(c, select, out);
    if (where != NULL) {
        corm_froms_collect(c, where, out);
    }
}

/* join(target, on): the left side is found, by what is joined already or the columns. */
static void join_implicit(struct corm_compiler *c, const struct corm_node *select,
                          struct corm_from_list *froms, const struct corm_node *spec)
{
    const struct corm_node *on = corm_node_slot(spec, 1);
    const struct corm_node *target = spec->kid[0];
    struct corm_from_list mentioned = { 0 };
    bool is_first = froms->count == 0;
    if (is_first && spec->flags & CORM_NODE_VARIANT) {
        collect_columns(c, select, &mentioned);
    }
    if (is_first && mentioned.count == 0) {
        collect_mentioned(c, select, &mentioned);
    }
    const struct corm_from_list *candidates = is_first ? &mentioned : froms;
    int left = find_left(c, candidates, target, on);
    if (left < 0 || candidates->items == NULL) {
        fail_left(c, left, target);
    } else {
        const struct corm_node *join = join_make(c, candidates->items[left], spec, on);
        if (is_first && join != NULL) {
            corm_from_list_add(c, froms, join);
        } else if (join != NULL) {
            froms->items[left] = join;
        }
    }
    corm_vec_release(&mentioned);
}

/* join_from(left, target, on): left is in FROM already, alone or joined, or it is new. */
static void join_explicit(struct corm_compiler *c, struct corm_from_list *froms,
                          const struct corm_node *spec)
{
    const struct corm_node *left = corm_node_unmarked(spec->kid[2]);
    const struct corm_node *on = corm_node_slot(spec, 1);
    size_t at = 0;
    for (; at < froms->count; at++) {
        struct corm_from_list parts = { 0 };
        corm_froms_flatten(c, froms->items[at], &parts);
        bool is_here = corm_from_list_has(&parts, left);
        corm_vec_release(&parts);
        if (is_here) {
            break;
        }
    }
    if (on == NULL) {
        on = corm_join_condition(c, left, corm_node_unmarked(spec->kid[0]), NULL);
    }
    bool is_new = at == froms->count;
    const struct corm_node *join =
        join_make(c, is_new ? left : froms->items[at], spec, on);
    if (join == NULL) {
        return;
    }
    if (is_new) {
        corm_from_list_add(c, froms, join);
    } else {
        froms->items[at] = join;
    }
}

void corm_select_froms(struct corm_compiler *c, const struct corm_node *select,
                       struct corm_from_list *out)
{
    const struct corm_node *from = select->kid[CORM_SELECT_FROM];
    const struct corm_node *joins = select->kid[CORM_SELECT_JOINS];
    for (uint32_t i = 0; from != NULL && i < from->nkids; i++) {
        corm_from_list_add(c, out, from->kid[i]);
    }
    for (uint32_t i = 0; joins != NULL && i < joins->nkids && c->rc == CORM_OK; i++) {
        const struct corm_node *spec = joins->kid[i];
        if (corm_node_slot(spec, 2) == NULL) {
            join_implicit(c, select, out, spec);
        } else {
            join_explicit(c, out, spec);
        }
    }
    collect_mentioned(c, select, out);
    corm_froms_hide_joined(c, out);
}

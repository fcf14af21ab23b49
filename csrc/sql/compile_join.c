/* SPDX-License-Identifier: MIT */
/*
 * Joins: conditions from foreign keys, and which side a select:join() starts from.
 *
 * The condition of left JOIN right is `referred = referring` for each column of the one
 * foreign key between them, whichever side it is on.
 */
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/schema.h"

#include <string.h>

/* One column pair of a foreign key that connects the two sides. */
struct link {
    const void *constraint;
    const struct corm_node *referred;
    const struct corm_node *referring;
};

struct linker {
    struct corm_compiler *c;
    struct corm_vec(struct link) links;
};

struct side {
    const struct corm_node **columns;
    uint32_t ncolumns;
};

static struct side side_of(struct corm_compiler *c, const struct corm_node *from)
{
    struct side side = { 0 };
    if (corm_from_columns(from, &c->scratch, &side.columns, &side.ncolumns, NULL) !=
        CORM_OK) {
        corm_compiler_fail_memory(c);
        side.ncolumns = 0;
    }
    return side;
}

/* The side's column that is `column` of a table, or NULL. */
static const struct corm_node *side_find(const struct side *side,
                                         const struct corm_column *column)
{
    for (uint32_t i = 0; i < side->ncolumns; i++) {
        if (corm_column_behind(side->columns[i]) == column) {
            return side->columns[i];
        }
    }
    return NULL;
}

/* Add the foreign keys of `from` that refer to `to`. */
static void linker_scan(struct linker *linker, const struct side *from,
                        const struct side *to)
{
    for (uint32_t i = 0; i < from->ncolumns; i++) {
        const struct corm_column *column = corm_column_behind(from->columns[i]);
        if (column == NULL) {
            continue;
        }
        corm_vec_foreach (&column->foreign_keys, it) {
            const struct corm_foreign_key *key = *it;
            const struct corm_node *referred =
                key->referred == NULL ? NULL : side_find(to, key->referred);
            if (referred == NULL) {
                continue;
            }
            struct link link = {
                .constraint =
                    key->constraint == NULL ? (const void *)key : key->constraint,
                .referred = referred,
                .referring = from->columns[i],
            };
            if (!corm_vec_push(&linker->links, link)) {
                corm_compiler_fail_memory(linker->c);
            }
        }
    }
}

/* The links between left and right; `prefer` is tried before the whole of left. */
static void linker_find(struct linker *linker, const struct corm_node *left,
                        const struct corm_node *right, const struct corm_node *prefer)
{
    struct side to = side_of(linker->c, right);
    const struct corm_node *candidates[2] = { prefer, left };
    for (size_t i = 0; i < 2 && linker->links.count == 0; i++) {
        if (candidates[i] == NULL) {
            continue;
        }
        struct side from = side_of(linker->c, candidates[i]);
        linker_scan(linker, &to, &from);
        if (!corm_from_is_same(candidates[i], right)) {
            linker_scan(linker, &from, &to);
        }
    }
}

static bool has_link(const struct linker *linker, const void *constraint,
                     const struct link *link)
{
    corm_vec_foreach (&linker->links, it) {
        if (it->constraint == constraint && it->referred == link->referred &&
            it->referring == link->referring) {
            return true;
        }
    }
    return false;
}

/* True if all links belong to one foreign key, or to several that say the same. */
static bool is_unambiguous(const struct linker *linker)
{
    const void *first = linker->links.items[0].constraint;
    corm_vec_foreach (&linker->links, it) {
        if (it->constraint != first && !has_link(linker, first, it)) {
            return false;
        }
    }
    corm_vec_foreach (&linker->links, it) {
        corm_vec_foreach (&linker->links, other) {
            if (it->constraint == first && other->constraint != first &&
                !has_link(linker, other->constraint, it)) {
                return false;
            }
        }
    }
    return true;
}

/* A name for messages. */
static struct corm_text from_name(const struct corm_node *from)
{
    from = corm_node_unmarked(from);
    if (from->kind == CORM_NODE_JOIN) {
        return (struct corm_text){ "join", 4 };
    }
    while (from->name_len == 0 && from->nkids > 0 && from->kid[0] != NULL) {
        from = corm_node_unmarked(from->kid[0]);
    }
    return from->name_len > 0 ? (struct corm_text){ from->name, from->name_len }
                              : (struct corm_text){ "subquery", 8 };
}

/* referred = referring [AND …] over the links of the first foreign key */
static const struct corm_node *links_condition(struct linker *linker)
{
    struct corm_compiler *c = linker->c;
    const void *first = linker->links.items[0].constraint;
    const struct corm_node **kids =
        corm_arena_zero(&c->scratch, linker->links.count, sizeof(*kids));
    uint32_t nkids = 0;
    if (kids == NULL) {
        corm_compiler_fail_memory(c);
        return NULL;
    }
    corm_vec_foreach (&linker->links, it) {
        if (it->constraint != first) {
            continue;
        }
        const struct corm_node *pair[2] = { it->referred, it->referring };
        struct corm_node_spec equals = {
            .kind = CORM_NODE_BINARY,
            .op = CORM_OP_EQ,
            .type = &corm_type_boolean,
            .nkids = 2,
            .kid = pair,
        };
        kids[nkids] = corm_compiler_node(c, &equals);
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
    struct linker linker = { .c = c };
    const struct corm_node *condition = NULL;
    struct corm_text from = from_name(left);
    struct corm_text to = from_name(right);
    linker_find(&linker, left, right, prefer);
    if (c->rc != CORM_OK) {
        goto out;
    }
    if (linker.links.count == 0) {
        corm_compiler_fail(
            c, CORM_E_ARGUMENT,
            "can't find any foreign key relationships between '%.*s' and "
            "'%.*s'",
            (int)from.len, from.s, (int)to.len, to.s);
    } else if (!is_unambiguous(&linker)) {
        corm_compiler_fail(
            c, CORM_E_ARGUMENT,
            "can't determine join between '%.*s' and '%.*s'; tables have "
            "more than one foreign key constraint relationship between "
            "them. Please specify the 'onclause' of this join explicitly",
            (int)from.len, from.s, (int)to.len, to.s);
    } else {
        condition = links_condition(&linker);
    }
out:
    corm_vec_release(&linker.links);
    return condition;
}

bool corm_join_is_possible(struct corm_compiler *c, const struct corm_node *left,
                           const struct corm_node *right)
{
    struct linker linker = { .c = c };
    linker_find(&linker, left, right, NULL);
    bool is_possible = linker.links.count > 0;
    corm_vec_release(&linker.links);
    return is_possible;
}

/* True if all that the condition mentions is part of one of the two. */
static bool condition_is_within(struct corm_compiler *c, const struct corm_node *on,
                                const struct corm_node *left,
                                const struct corm_node *right)
{
    struct corm_from_list mentioned = { 0 };
    struct corm_from_list parts = { 0 };
    corm_froms_collect(c, on, &mentioned);
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
    struct corm_text name = from_name(target);
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
    if (is_first) {
        collect_columns(c, select, &mentioned);
    }
    if (is_first && mentioned.count == 0) {
        collect_mentioned(c, select, &mentioned);
    }
    const struct corm_from_list *candidates = is_first ? &mentioned : froms;
    int left = find_left(c, candidates, target, on);
    if (left < 0) {
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

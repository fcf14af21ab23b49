/* SPDX-License-Identifier: MIT */
/*
 * Join conditions from foreign keys: for left JOIN right, `referred = referring` for each
 * column of the one foreign key between them, whichever side it is on.
 */
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/schema.h"

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
    if (corm_from_columns(from, &c->column_lists, &side.columns, &side.ncolumns,
                          NULL) != CORM_OK) {
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
    struct corm_text from = corm_from_title(left);
    struct corm_text to = corm_from_title(right);
    linker_find(&linker, left, right, prefer);
    if (c->rc != CORM_OK) {
        goto out;
    }
    if (linker.links.count == 0) {
        corm_compiler_fail(
            c, CORM_E_NO_FOREIGN_KEYS,
            "can't find any foreign key relationships between '%.*s' and "
            "'%.*s'",
            (int)from.len, from.s, (int)to.len, to.s);
    } else if (!is_unambiguous(&linker)) {
        corm_compiler_fail(
            c, CORM_E_AMBIGUOUS_KEYS,
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

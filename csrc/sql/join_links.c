/* SPDX-License-Identifier: MIT */
#include "sql/join_links.h"

#include "sql/compiler.h"
#include "sql/schema.h"

struct side {
    const struct corm_node **columns;
    uint32_t ncolumns;
};

void corm_join_links_release(struct corm_join_links *links)
{
    corm_vec_release(&links->items);
}

/* The position of `column` of a table among the side's, or ncolumns. */
static uint32_t side_find(const struct side *side, const struct corm_column *column)
{
    uint32_t idx = 0;
    while (idx < side->ncolumns && corm_column_behind(side->columns[idx]) != column) {
        idx++;
    }
    return idx;
}

/* Add the foreign keys of the column at `idx` of `from` that refer to `to`; false: memory. */
static bool scan_column(struct corm_join_links *links, const struct side *from,
                        const struct side *to, uint32_t idx, bool refers_right)
{
    const struct corm_column *column = corm_column_behind(from->columns[idx]);
    if (column == NULL) {
        return true;
    }
    corm_vec_foreach (&column->foreign_keys, it) {
        const struct corm_foreign_key *key = *it;
        uint32_t at =
            key->referred == NULL ? to->ncolumns : side_find(to, key->referred);
        if (at == to->ncolumns) {
            continue;
        }
        struct corm_join_link link = {
            .constraint = key->constraint == NULL ? (const void *)key : key->constraint,
            .referred = to->columns[at],
            .referring = from->columns[idx],
            .left_idx = refers_right ? idx : at,
            .right_idx = refers_right ? at : idx,
            .refers_right = refers_right,
        };
        if (!corm_vec_push(&links->items, link)) {
            return false;
        }
    }
    return true;
}

/* Add the foreign keys of `from` that refer to `to`; false: no memory. */
static bool scan(struct corm_join_links *links, const struct side *from,
                 const struct side *to, bool refers_right)
{
    for (uint32_t i = 0; i < from->ncolumns; i++) {
        if (!scan_column(links, from, to, i, refers_right)) {
            return false;
        }
    }
    return true;
}

enum corm_rc
corm_join_links_find(struct corm_join_links *links, const struct corm_node *left,
                     const struct corm_node *right, const struct corm_node *prefer,
                     struct corm_column_lists *lists, struct corm_error *err)
{
    const struct corm_node *candidates[2] = { prefer, left };
    struct side to;
    enum corm_rc rc = corm_from_columns(right, lists, &to.columns, &to.ncolumns, err);
    for (size_t i = 0; i < 2 && rc == CORM_OK && links->items.count == 0; i++) {
        struct side from;
        if (candidates[i] == NULL) {
            continue;
        }
        links->left = candidates[i];
        rc =
            corm_from_columns(candidates[i], lists, &from.columns, &from.ncolumns, err);
        bool is_itself = corm_from_is_same(candidates[i], right);
        if (rc == CORM_OK && (!scan(links, &to, &from, false) ||
                              (!is_itself && !scan(links, &from, &to, true)))) {
            rc = corm_fail_memory(err);
        }
    }
    return rc;
}

static bool has_link(const struct corm_join_links *links, const void *constraint,
                     const struct corm_join_link *link)
{
    corm_vec_foreach (&links->items, it) {
        if (it->constraint == constraint && it->referred == link->referred &&
            it->referring == link->referring) {
            return true;
        }
    }
    return false;
}

/* True if all links belong to one foreign key, or to several that say the same. */
static bool is_unambiguous(const struct corm_join_links *links)
{
    const void *first = links->items.items[0].constraint;
    corm_vec_foreach (&links->items, it) {
        if (it->constraint != first && !has_link(links, first, it)) {
            return false;
        }
    }
    corm_vec_foreach (&links->items, it) {
        corm_vec_foreach (&links->items, other) {
            if (it->constraint == first && other->constraint != first &&
                !has_link(links, other->constraint, it)) {
                return false;
            }
        }
    }
    return true;
}

/* Leave only those of the first foreign key. */
static void keep_first(struct corm_join_links *links)
{
    const void *first = links->items.items[0].constraint;
    size_t kept = 0;
    corm_vec_foreach (&links->items, it) {
        if (it->constraint == first) {
            links->items.items[kept++] = *it;
        }
    }
    links->items.count = kept;
}

enum corm_rc
corm_join_links_settle(struct corm_join_links *links, const struct corm_node *left,
                       const struct corm_node *right, const struct corm_node *prefer,
                       struct corm_column_lists *lists, struct corm_error *err)
{
    struct corm_text from = corm_from_title(left);
    struct corm_text to = corm_from_title(right);
    enum corm_rc rc = corm_join_links_find(links, left, right, prefer, lists, err);
    if (rc != CORM_OK) {
        return rc;
    }
    if (links->items.count == 0) {
        return corm_fail(err, CORM_E_NO_FOREIGN_KEYS,
                         "can't find any foreign key relationships between '%.*s' and "
                         "'%.*s'",
                         (int)from.len, from.s, (int)to.len, to.s);
    }
    if (!is_unambiguous(links)) {
        return corm_fail(err, CORM_E_AMBIGUOUS_KEYS,
                         "can't determine join between '%.*s' and '%.*s'; tables have "
                         "more than one foreign key constraint relationship between "
                         "them. Please specify the 'onclause' of this join explicitly",
                         (int)from.len, from.s, (int)to.len, to.s);
    }
    keep_first(links);
    return CORM_OK;
}

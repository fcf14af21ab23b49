/* SPDX-License-Identifier: MIT */
/*
 * Comparing a statement with the shape it was compiled from. Both trees are walked in
 * step. What has an identity of its own (aliases, subqueries, CTEs) is entered once, at
 * its first occurrence; later occurrences only have to be the same one on both sides,
 * whatever their ids. Nothing is allocated: the pairs seen stand on the stack, and a
 * statement with more of them than fit is compiled anew each time. The recursion ends at
 * CORM_NODE_DEPTH_MAX, which no compiled statement exceeds.
 */
#include "base/hash.h"
#include "sql/compile.h"
#include "sql/shape.h"
#include "sql/visit.h"

#include <string.h>

enum {
    PAIRS_MAX = 128,
    FILTER_WORDS = 64 /* of 64 bits each */
};

struct pair {
    const struct corm_node *shape;
    const struct corm_node *node;
};

struct matcher {
    struct corm_binds *binds;
    uint32_t npairs;
    uint64_t filter[FILTER_WORDS]; /* Bloom filter of the binds met so far */
    struct pair pairs[PAIRS_MAX];
};

enum pairing { PAIR_NEW, PAIR_SEEN, PAIR_WRONG };

/* Find the pair, or add it; ids have to correspond one to one with all pairs before. */
static enum pairing matcher_pair(struct matcher *m, const struct corm_node *shape,
                                 const struct corm_node *node)
{
    for (uint32_t i = 0; i < m->npairs; i++) {
        const struct pair *p = &m->pairs[i];
        if (p->shape == shape && p->node == node) {
            return PAIR_SEEN;
        }
        if ((p->shape->id == shape->id) != (p->node->id == node->id)) {
            return PAIR_WRONG;
        }
    }
    if (m->npairs == PAIRS_MAX) {
        return PAIR_WRONG;
    }
    m->pairs[m->npairs++] = (struct pair){ shape, node };
    return PAIR_NEW;
}

static bool names_equal(const struct corm_node *a, const struct corm_node *b)
{
    if (a->name == b->name && a->name_len == b->name_len) {
        return true;
    }
    return a->name != NULL && b->name != NULL && a->name_len == b->name_len &&
           memcmp(a->name, b->name, a->name_len) == 0;
}

/* Same value and same tag: 1 and 1.0 are different texts. */
static bool values_equal(const struct corm_node *a, const struct corm_node *b)
{
    if (a->kind == CORM_NODE_BIND) {
        return true;
    }
    return a->value.tag == b->value.tag &&
           (a->value.tag == CORM_TAG_UNSET || corm_value_equal(&a->value, &b->value));
}

static bool heads_equal(const struct corm_node *a, const struct corm_node *b)
{
    return a->fp == b->fp && a->kind == b->kind && a->op == b->op &&
           a->flags == b->flags && a->nkids == b->nkids && a->type->fp == b->type->fp &&
           (a->kind != CORM_NODE_ENTITY || a->id == b->id) && names_equal(a, b) &&
           values_equal(a, b);
}

/* True if the bind may have been met before; false is certain. Adds it. */
static bool filter_add(struct matcher *m, const struct corm_node *bind)
{
    uint64_t hash = corm_hash_mix((uint64_t)(uintptr_t)bind, 1);
    uint64_t *word = &m->filter[hash % FILTER_WORDS];
    uint64_t bit = 1ull << (hash >> 58);
    bool was_set = (*word & bit) != 0;
    *word |= bit;
    return was_set;
}

/*
 * A bind that occurs several times is one parameter, so the same occurrences have to be
 * the same bind on both sides. The shape's BIND knows where it occurred first.
 */
static bool matcher_bind(struct matcher *m, const struct corm_node *shape,
                         const struct corm_node *bind)
{
    struct corm_binds *binds = m->binds;
    uint32_t at = binds->count++;
    uint32_t first = (uint32_t)shape->value.as.i;
    if (at >= binds->cap) {
        return true; /* the caller comes again with room, then it is looked at */
    }
    binds->items[at] = bind;
    if (first != at) {
        return binds->items[first] == bind;
    }
    if (filter_add(m, bind)) {
        for (uint32_t i = 0; i < at; i++) {
            if (binds->items[i] == bind) {
                return false;
            }
        }
    }
    return true;
}

/* True of what is told by its id alone: tables and their columns. */
static bool is_identified(const struct corm_node *node)
{
    return (node->kind == CORM_NODE_COLUMN || node->kind == CORM_NODE_TABLE) &&
           node->id != 0;
}

static bool matcher_walk(struct matcher *m, const struct corm_node *shape,
                         const struct corm_node *node, unsigned depth);

/* Either may be absent. */
static inline bool matcher_kid(struct matcher *m, const struct corm_node *shape,
                               const struct corm_node *node, unsigned depth)
{
    if (shape == NULL || node == NULL) {
        return shape == node;
    }
    if (is_identified(shape)) {
        return shape->kind == node->kind && shape->id == node->id;
    }
    return matcher_walk(m, shape, node, depth);
}

static bool matcher_walk(struct matcher *m, const struct corm_node *shape,
                         const struct corm_node *node, unsigned depth)
{
    if (!heads_equal(shape, node) || depth > CORM_NODE_DEPTH_MAX) {
        return false;
    }
    if (shape->kind == CORM_NODE_BIND) {
        return matcher_bind(m, shape, node);
    }
    if (corm_node_is_source(shape)) {
        enum pairing pairing = matcher_pair(m, shape, node);
        if (pairing != PAIR_NEW) {
            return pairing == PAIR_SEEN;
        }
    }
    for (uint32_t i = 0; i < shape->nkids; i++) {
        if (!matcher_kid(m, shape->kid[i], node->kid[i], depth + 1)) {
            return false;
        }
    }
    return true;
}

bool corm_node_match(const struct corm_node *shape, const struct corm_node *statement,
                     struct corm_binds *binds)
{
    struct matcher m;
    m.binds = binds;
    m.npairs = 0;
    memset(m.filter, 0, sizeof(m.filter));
    binds->count = 0;
    return matcher_kid(&m, shape, statement, 0);
}

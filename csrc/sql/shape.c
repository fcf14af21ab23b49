/* SPDX-License-Identifier: MIT */
#include "sql/shape.h"

#include "base/hash.h"
#include "base/ptrset.h"
#include "sql/schema.h"
#include "sql/visit.h"

#include <string.h>

static uint64_t pointer_key(const void *ptr)
{
    return (uint64_t)(uintptr_t)ptr;
}

struct walk {
    struct corm_bind_order *order;
    struct corm_ptrset entered; /* sources */
    struct corm_ptrset silent; /* COLREFs: what is behind them shows nothing any more */
    uint32_t nvisited;
    struct corm_error *err;
};

static enum corm_rc order_add(struct corm_bind_order *order,
                              const struct corm_node *bind, struct corm_error *err)
{
    size_t index = order->items.count;
    if (!corm_vec_push(&order->items, bind)) {
        return corm_fail_memory(err);
    }
    if (corm_hmap_get(&order->first, pointer_key(bind)) != NULL) {
        return CORM_OK;
    }
    if (!corm_hmap_put(&order->first, pointer_key(bind),
                       (void *)(uintptr_t)(index + 1))) {
        return corm_fail_memory(err);
    }
    return CORM_OK;
}

static enum corm_rc walk_node(struct walk *walk, const struct corm_node *node,
                              unsigned depth);

static enum corm_rc walk_kid(struct walk *walk, const struct corm_node *node,
                             uint32_t slot, unsigned depth)
{
    const struct corm_node *kid = slot < node->nkids ? node->kid[slot] : NULL;
    return kid == NULL ? CORM_OK : walk_node(walk, kid, depth + 1);
}

/*
 * Subqueries inside of subqueries make long chains of columns behind columns. A chain that
 * showed neither a bind nor a source after its own source will not do so the next time.
 */
static enum corm_rc walk_colref(struct walk *walk, const struct corm_node *node,
                                unsigned depth)
{
    if (corm_ptrset_has(&walk->silent, node)) {
        return CORM_OK;
    }
    enum corm_rc rc = walk_kid(walk, node, 0, depth);
    size_t nshown = walk->order->items.count + walk->entered.count;
    if (rc == CORM_OK) {
        rc = walk_kid(walk, node, 1, depth);
    }
    if (rc == CORM_OK && nshown == walk->order->items.count + walk->entered.count &&
        !corm_ptrset_add(&walk->silent, node)) {
        rc = corm_fail_memory(walk->err);
    }
    return rc;
}

static enum corm_rc walk_node(struct walk *walk, const struct corm_node *node,
                              unsigned depth)
{
    if (node->kind == CORM_NODE_COLUMN || node->kind == CORM_NODE_TABLE) {
        return CORM_OK;
    }
    if (depth > CORM_NODE_DEPTH_MAX) {
        return corm_fail(walk->err, CORM_E_COMPILE,
                         "expression is nested deeper than %d levels",
                         CORM_NODE_DEPTH_MAX);
    }
    if (++walk->nvisited > CORM_NODE_VISIT_MAX) {
        return corm_fail(walk->err, CORM_E_COMPILE, "statement has more than %d nodes",
                         CORM_NODE_VISIT_MAX);
    }
    if (node->kind == CORM_NODE_BIND) {
        return order_add(walk->order, node, walk->err);
    }
    if (corm_node_is_source(node) && !corm_ptrset_add(&walk->entered, node)) {
        return walk->entered.is_broken ? corm_fail_memory(walk->err) : CORM_OK;
    }
    if (node->kind == CORM_NODE_COLREF) {
        return walk_colref(walk, node, depth);
    }
    enum corm_rc rc = CORM_OK;
    for (uint32_t i = 0; i < node->nkids && rc == CORM_OK; i++) {
        rc = walk_kid(walk, node, i, depth);
    }
    return rc;
}

enum corm_rc corm_bind_order_make(struct corm_bind_order *order,
                                  const struct corm_node *statement,
                                  struct corm_error *err)
{
    struct walk walk = { .order = order, .err = err };
    enum corm_rc rc = walk_node(&walk, statement, 0);
    corm_ptrset_release(&walk.entered);
    corm_ptrset_release(&walk.silent);
    return rc;
}

void corm_bind_order_release(struct corm_bind_order *order)
{
    corm_vec_release(&order->items);
    corm_hmap_release(&order->first);
}

int32_t corm_bind_order_index(const struct corm_bind_order *order,
                              const struct corm_node *bind)
{
    uintptr_t found = (uintptr_t)corm_hmap_get(&order->first, pointer_key(bind));
    return (int32_t)found - 1;
}

const struct corm_type *corm_type_pool_add(struct corm_type_pool *pool,
                                           const struct corm_type *type)
{
    void *found = corm_hmap_get(&pool->types, type->fp);
    if (found != NULL) {
        return found;
    }
    struct corm_type *copy = corm_type_dup(type, pool->arena);
    if (copy == NULL || !corm_hmap_put(&pool->types, type->fp, copy)) {
        return NULL;
    }
    return copy;
}

void corm_type_pool_release(struct corm_type_pool *pool)
{
    corm_hmap_release(&pool->types);
}

struct copier {
    const struct corm_bind_order *binds;
    struct corm_type_pool *pool;
    struct corm_hmap copies; /* by the original's address */
};

static const struct corm_node *copy_node(struct copier *c,
                                         const struct corm_node *node);

/* Lend the copy's own bytes to name and value; false when memory is short. */
static bool copy_texts(struct corm_arena *arena, struct corm_node *copy)
{
    if (copy->name != NULL) {
        copy->name = corm_arena_strndup(arena, copy->name, copy->name_len);
        if (copy->name == NULL) {
            return false;
        }
    }
    if (corm_value_has_bytes(&copy->value)) {
        copy->value.as.s = corm_arena_strndup(arena, copy->value.as.s, copy->value.len);
        return copy->value.as.s != NULL;
    }
    return true;
}

static bool copy_kids(struct copier *c, const struct corm_node *node,
                      const struct corm_node **kids)
{
    for (uint32_t i = 0; i < node->nkids; i++) {
        kids[i] = node->kid[i] == NULL ? NULL : copy_node(c, node->kid[i]);
        if (kids[i] == NULL && node->kid[i] != NULL) {
            return false;
        }
    }
    return true;
}

/* Fill a copy that is registered already: what it contains may refer to it again. */
static bool copy_fill(struct copier *c, const struct corm_node *node,
                      struct corm_node *copy)
{
    const struct corm_node **kids = (const struct corm_node **)(copy + 1);
    *copy = *node;
    copy->serial = 0;
    copy->kid = kids;
    if (node->kind == CORM_NODE_BIND) {
        copy->value = corm_value_int(corm_bind_order_index(c->binds, node));
    }
    copy->type = corm_type_pool_add(c->pool, node->type);
    return copy->type != NULL && copy_texts(c->pool->arena, copy) &&
           copy_kids(c, node, kids);
}

static const struct corm_node *copy_node(struct copier *c, const struct corm_node *node)
{
    struct corm_node *copy = corm_hmap_get(&c->copies, pointer_key(node));
    if (copy != NULL) {
        return copy;
    }
    copy = corm_arena_alloc(c->pool->arena, corm_node_size(node->nkids));
    if (copy == NULL || !corm_hmap_put(&c->copies, pointer_key(node), copy) ||
        !copy_fill(c, node, copy)) {
        return NULL;
    }
    return copy;
}

const struct corm_node *corm_node_shape(const struct corm_node *statement,
                                        const struct corm_bind_order *binds,
                                        struct corm_type_pool *pool)
{
    struct copier copier = { .binds = binds, .pool = pool };
    const struct corm_node *shape = copy_node(&copier, statement);
    corm_hmap_release(&copier.copies);
    return shape;
}

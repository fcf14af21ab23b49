/* SPDX-License-Identifier: MIT */
#include "sql/visit.h"

#include "base/hmap.h"

#include <string.h>

/* A stack in an arena: when it grows, the old block stays in the arena unused. */
struct frames {
    struct corm_arena *arena;
    struct frame *items;
    size_t count;
    size_t cap;
};

struct frame {
    const struct corm_node *node;
    uint32_t next; /* index of the child to look at */
};

static bool frames_push(struct frames *frames, const struct corm_node *node)
{
    if (frames->count == frames->cap) {
        size_t cap = frames->cap == 0 ? 32 : frames->cap * 2;
        struct frame *items = corm_arena_zero(frames->arena, cap, sizeof(*items));
        if (items == NULL) {
            return false;
        }
        if (frames->count > 0) {
            memcpy(items, frames->items, frames->count * sizeof(*items));
        }
        frames->items = items;
        frames->cap = cap;
    }
    frames->items[frames->count++] = (struct frame){ .node = node };
    return true;
}

/* The next child of the top frame, or NULL when there is none left. */
static const struct corm_node *frame_next(struct frame *frame)
{
    while (frame->next < frame->node->nkids) {
        const struct corm_node *kid = frame->node->kid[frame->next++];
        if (kid != NULL) {
            return kid;
        }
    }
    return NULL;
}

enum corm_rc corm_node_visit(const struct corm_node *root, corm_visit_fn fn, void *ctx,
                             struct corm_arena *scratch, struct corm_error *err)
{
    struct frames frames = { .arena = scratch };
    const struct corm_node *node = root;
    for (uint32_t nvisited = 1; node != NULL; nvisited++) {
        if (nvisited > CORM_NODE_VISIT_MAX) {
            return corm_fail(err, CORM_E_COMPILE, "tree has more than %d nodes",
                             CORM_NODE_VISIT_MAX);
        }
        enum corm_visit what = fn(ctx, node);
        if (what == CORM_VISIT_STOP) {
            return CORM_OK;
        }
        if (what == CORM_VISIT_DESCEND && node->nkids > 0) {
            if (!frames_push(&frames, node)) {
                return corm_fail_memory(err);
            }
            frames.items[frames.count - 1].next = node->kind == CORM_NODE_COLREF;
        }
        node = NULL;
        while (frames.count > 0 && node == NULL) {
            node = frame_next(&frames.items[frames.count - 1]);
            frames.count -= node == NULL;
        }
    }
    return CORM_OK;
}

/* Replacing goes from the leaves up: a frame is finished when all its children are. */
struct replacer {
    const struct corm_replace_ops *ops;
    struct frames frames;
    struct corm_arena *scratch;
    struct corm_hmap_slot *done; /* old node's address → new node; open addressing */
    size_t ndone;
    size_t cap;
};

static struct corm_hmap_slot *done_slot(struct corm_hmap_slot *slots, size_t cap,
                                        uint64_t key)
{
    size_t at = (size_t)((key >> 4) * 0x9E3779B97F4A7C15ull >> 20) & (cap - 1);
    while (slots[at].item != NULL && slots[at].hash != key) {
        at = (at + 1) & (cap - 1);
    }
    return &slots[at];
}

static bool done_grow(struct replacer *r)
{
    size_t cap = r->cap == 0 ? 64 : r->cap * 2;
    struct corm_hmap_slot *slots = corm_arena_zero(r->scratch, cap, sizeof(*slots));
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < r->cap; i++) {
        if (r->done[i].item != NULL) {
            *done_slot(slots, cap, r->done[i].hash) = r->done[i];
        }
    }
    r->done = slots;
    r->cap = cap;
    return true;
}

static const struct corm_node *done_get(const struct replacer *r,
                                        const struct corm_node *node)
{
    return r->cap == 0 ? NULL
                       : done_slot(r->done, r->cap, (uint64_t)(uintptr_t)node)->item;
}

static bool done_put(struct replacer *r, const struct corm_node *node,
                     const struct corm_node *made)
{
    if (r->ndone * 2 >= r->cap && !done_grow(r)) {
        return false;
    }
    struct corm_hmap_slot *slot = done_slot(r->done, r->cap, (uint64_t)(uintptr_t)node);
    slot->hash = (uint64_t)(uintptr_t)node;
    memcpy(&slot->item, &made, sizeof(made)); /* the map's items are not const */
    r->ndone++;
    return true;
}

/* True if the node is a leaf to the walk: columns and tables are built once. */
static bool is_atom(const struct corm_node *node)
{
    return node->nkids == 0 || node->kind == CORM_NODE_COLUMN ||
           node->kind == CORM_NODE_TABLE;
}

/* Look at a node for the first time: replace it, leave it, or enter it. */
static bool replacer_enter(struct replacer *r, const struct corm_node *node)
{
    const struct corm_node *made = r->ops->replace(r->ops->ctx, node);
    if (made == NULL && !is_atom(node)) {
        return frames_push(&r->frames, node);
    }
    return done_put(r, node, made == NULL ? node : made);
}

/* The new children say whether a mark is still in the tree; the marks themselves know. */
static uint16_t kept_flags(const struct corm_node *node)
{
    bool is_mark = node->kind >= CORM_NODE_ENTITY;
    return is_mark ? node->flags : (uint16_t)(node->flags & ~CORM_NODE_HAS_ENTITY);
}

/* All children are done: keep the node if none changed, else make it anew. */
static bool replacer_finish(struct replacer *r, const struct corm_node *node)
{
    const struct corm_node **kids =
        corm_arena_zero(r->scratch, node->nkids, sizeof(*kids));
    bool is_changed = false;
    if (kids == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < node->nkids; i++) {
        kids[i] = node->kid[i] == NULL ? NULL : done_get(r, node->kid[i]);
        is_changed |= kids[i] != node->kid[i];
    }
    if (!is_changed) {
        return done_put(r, node, node);
    }
    struct corm_node_spec spec = {
        .kind = node->kind,
        .op = node->op,
        .flags = kept_flags(node),
        .id = node->id,
        .type = node->type,
        .name = node->name,
        .name_len = node->name_len,
        .value = node->value,
        .nkids = node->nkids,
        .kid = kids,
    };
    const struct corm_node *made = r->ops->make(r->ops->ctx, &spec);
    return made != NULL && done_put(r, node, made);
}

enum corm_rc corm_node_replace(const struct corm_node *root,
                               const struct corm_replace_ops *ops,
                               struct corm_arena *scratch, const struct corm_node **out,
                               struct corm_error *err)
{
    struct replacer r = { .ops = ops,
                          .frames = { .arena = scratch },
                          .scratch = scratch };
    bool is_fine = replacer_enter(&r, root);
    while (is_fine && r.frames.count > 0) {
        struct frame *frame = &r.frames.items[r.frames.count - 1];
        const struct corm_node *node = frame->node;
        const struct corm_node *kid = frame_next(frame);
        if (kid == NULL) {
            r.frames.count--;
            is_fine = replacer_finish(&r, node);
        } else if (done_get(&r, kid) == NULL) {
            is_fine = replacer_enter(&r, kid);
        }
    }
    if (!is_fine) {
        return corm_fail_memory(err);
    }
    *out = done_get(&r, root);
    return CORM_OK;
}

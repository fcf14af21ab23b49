/* SPDX-License-Identifier: MIT */
/*
 * A chain of blocks, the newest at the head; only the head has room. Blocks double up to
 * a limit, so a small statement costs one small malloc and a large one few. A request
 * larger than the next block gets a block of its own behind the head, whose rest stays
 * in use.
 */
#include "base/arena.h"

#include "base/alloc.h"

#include <string.h>

enum {
    ARENA_ALIGN = _Alignof(max_align_t),
    ARENA_BLOCK_MIN = 1024,
    ARENA_BLOCK_MAX = 64 * 1024
};

struct corm_arena_block {
    struct corm_arena_block *next; /* the one filled before */
    size_t size; /* bytes of data */
    _Alignas(max_align_t) char data[];
};

static struct corm_arena_block *block_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct corm_arena_block)) {
        return NULL;
    }
    struct corm_arena_block *block = corm_alloc(sizeof(*block) + size);
    if (block != NULL) {
        block->size = size;
    }
    return block;
}

static size_t next_block_size(const struct corm_arena *arena)
{
    if (arena->head == NULL) {
        return ARENA_BLOCK_MIN;
    }
    size_t size = arena->head->size * 2;
    return size < ARENA_BLOCK_MAX ? size : ARENA_BLOCK_MAX;
}

/* Serve a request that is larger than the next block, without giving up the head. */
static void *arena_alloc_large(struct corm_arena *arena, size_t size)
{
    struct corm_arena_block *block = block_new(size);
    if (block == NULL) {
        return NULL;
    }
    if (arena->head == NULL) {
        block->next = NULL;
        arena->head = block;
        arena->used = size;
    } else {
        block->next = arena->head->next;
        arena->head->next = block;
    }
    return block->data;
}

static void *arena_alloc_new_head(struct corm_arena *arena, size_t size)
{
    struct corm_arena_block *block = block_new(next_block_size(arena));
    if (block == NULL) {
        return NULL;
    }
    block->next = arena->head;
    arena->head = block;
    arena->used = size;
    return block->data;
}

void *corm_arena_alloc(struct corm_arena *arena, size_t size)
{
    if (CORM_UNLIKELY(size > SIZE_MAX - ARENA_ALIGN)) {
        return NULL;
    }
    size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
    if (arena->head != NULL && arena->head->size - arena->used >= size) {
        void *ptr = arena->head->data + arena->used;
        arena->used += size;
        return ptr;
    }
    if (size > next_block_size(arena)) {
        return arena_alloc_large(arena, size);
    }
    return arena_alloc_new_head(arena, size);
}

void *corm_arena_zero(struct corm_arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        return NULL;
    }
    void *ptr = corm_arena_alloc(arena, total);
    return ptr == NULL ? NULL : memset(ptr, 0, total);
}

char *corm_arena_strndup(struct corm_arena *arena, const char *text, size_t len)
{
    char *copy = len == SIZE_MAX ? NULL : corm_arena_alloc(arena, len + 1);
    if (copy == NULL) {
        return NULL;
    }
    if (len > 0) {
        memcpy(copy, text, len);
    }
    copy[len] = '\0';
    return copy;
}

void corm_arena_release(struct corm_arena *arena)
{
    struct corm_arena_block *block = arena->head;
    while (block != NULL) {
        struct corm_arena_block *next = block->next;
        corm_free(block);
        block = next;
    }
    arena->head = NULL;
    arena->used = 0;
}

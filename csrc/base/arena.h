/* SPDX-License-Identifier: MIT */
/* Memory that is freed whole: compiled statements, one flush, scratch of a compile. */
#ifndef CORM_BASE_ARENA_H
#define CORM_BASE_ARENA_H

#include "base/compat.h"

struct corm_arena_block;

/* Zero-initialised is a valid empty arena. Embedded in its owner. */
struct corm_arena {
    struct corm_arena_block *head;
    size_t used; /* bytes taken from head */
};

/** Take size bytes aligned for any type. NULL when memory is short. */
void *corm_arena_alloc(struct corm_arena *arena, size_t size) CORM_NODISCARD;

/** Take count * size zeroed bytes, checked for overflow. NULL when memory is short. */
void *corm_arena_zero(struct corm_arena *arena, size_t count,
                      size_t size) CORM_NODISCARD;

/** Copy len bytes into the arena and add a NUL. NULL when memory is short. */
char *corm_arena_strndup(struct corm_arena *arena, const char *text,
                         size_t len) CORM_NODISCARD;

/** Free everything; the arena is empty and usable again. */
void corm_arena_release(struct corm_arena *arena);

#endif

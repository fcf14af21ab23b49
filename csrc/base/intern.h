/* SPDX-License-Identifier: MIT */
/*
 * Names interned to stable pointers: within one table equal names are the same pointer.
 * Zero-initialised is a valid empty table. Names live as long as their table.
 */
#ifndef CORM_BASE_INTERN_H
#define CORM_BASE_INTERN_H

#include "base/arena.h"
#include "base/hmap.h"

struct corm_name {
    uint64_t hash; /* of the text, as corm_hash_bytes() */
    size_t len;
    char text[]; /* len bytes and a NUL */
};

struct corm_intern {
    struct corm_hmap names;
    struct corm_arena arena;
};

/** The name for this text, made on first use. NULL when memory is short. */
const struct corm_name *corm_intern_add(struct corm_intern *table, const char *text,
                                        size_t len) CORM_NODISCARD;

/** The name for this text if it was interned before, else NULL. */
const struct corm_name *corm_intern_find(const struct corm_intern *table,
                                         const char *text, size_t len);

/** Free all names; the table is empty and usable again. */
void corm_intern_release(struct corm_intern *table);

#endif

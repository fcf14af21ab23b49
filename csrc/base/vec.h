/* SPDX-License-Identifier: MIT */
/*
 * A growing array of any element type:
 *     struct corm_vec(const struct corm_column *) columns = {0};
 *     if (!corm_vec_push(&columns, column)) …memory…
 *     corm_vec_foreach (&columns, it) use(*it);
 *     corm_vec_release(&columns);
 * Zero-initialised is a valid empty vector.
 */
#ifndef CORM_BASE_VEC_H
#define CORM_BASE_VEC_H

#include "base/compat.h"

#define corm_vec(type) \
    {                  \
        type *items;   \
        size_t count;  \
        size_t cap;    \
    }

/* Append one item; false when memory is short, and the vector stays as it was. */
#define corm_vec_push(vec, item)                         \
    (corm_vec_reserve((vec), (vec)->count + 1)           \
         ? ((vec)->items[(vec)->count++] = (item), true) \
         : false)

/* Make room for n items in all; false when memory is short. */
#define corm_vec_reserve(vec, n) \
    corm_vec_grow((void **)&(vec)->items, &(vec)->cap, (n), sizeof(*(vec)->items))

#define corm_vec_foreach(vec, it)                        \
    for (__typeof__((vec)->items + 0) it = (vec)->items; \
         it != NULL && it < (vec)->items + (vec)->count; it++)

/* Free the items' array and empty the vector. */
#define corm_vec_release(vec) \
    (corm_vec_free((vec)->items), (vec)->items = NULL, (vec)->count = (vec)->cap = 0)

/** Grow *items to hold at least `want` items of `size` bytes; false when memory is short. */
bool corm_vec_grow(void **items, size_t *cap, size_t want, size_t size);

/** Free an items' array. */
void corm_vec_free(void *items);

#endif

/* SPDX-License-Identifier: MIT */
#include "base/vec.h"

#include "base/alloc.h"

enum { VEC_CAP_MIN = 8 };

bool corm_vec_grow(void **items, size_t *cap, size_t want, size_t size)
{
    if (want <= *cap) {
        return true;
    }
    size_t new_cap = *cap < VEC_CAP_MIN ? VEC_CAP_MIN : *cap + *cap / 2;
    if (new_cap < want) {
        new_cap = want;
    }
    size_t bytes;
    if (__builtin_mul_overflow(new_cap, size, &bytes)) {
        return false;
    }
    void *grown = corm_realloc(*items, bytes);
    if (grown == NULL) {
        return false;
    }
    *items = grown;
    *cap = new_cap;
    return true;
}

void corm_vec_free(void *items)
{
    corm_free(items);
}

/* SPDX-License-Identifier: MIT */
#include "base/ptrset.h"

#include "base/alloc.h"

static size_t ptr_hash(const void *ptr)
{
    uint64_t x = (uint64_t)(uintptr_t)ptr;
    x ^= x >> 32;
    x *= 0x9E3779B97F4A7C15ull;
    return (size_t)(x >> 20);
}

/* The slot that holds ptr, or the free one where it belongs. */
static const void **ptrset_slot(const void **slots, size_t mask, const void *ptr)
{
    size_t at = ptr_hash(ptr);

    while (slots[at & mask] != NULL && slots[at & mask] != ptr) {
        at++;
    }
    return &slots[at & mask];
}

static bool ptrset_grow(struct corm_ptrset *set)
{
    size_t size = set->mask == 0 ? 16 : (set->mask + 1) * 2;
    const void **slots = corm_alloc_zero(size, sizeof *slots);

    if (slots == NULL) {
        set->is_broken = true;
        return false;
    }
    for (size_t i = 0; set->slots != NULL && i <= set->mask; i++) {
        if (set->slots[i] != NULL) {
            *ptrset_slot(slots, size - 1, set->slots[i]) = set->slots[i];
        }
    }
    corm_free(set->slots);
    set->slots = slots;
    set->mask = size - 1;
    return true;
}

bool corm_ptrset_add(struct corm_ptrset *set, const void *ptr)
{
    const void **slot;

    if (corm_ptrset_has(set, ptr)) {
        return false;
    }
    if ((set->mask == 0 || set->count * 2 > set->mask) && !ptrset_grow(set)) {
        return false;
    }
    slot = ptrset_slot(set->slots, set->mask, ptr);
    *slot = ptr;
    set->count++;
    return true;
}

bool corm_ptrset_has(const struct corm_ptrset *set, const void *ptr)
{
    return set->mask != 0 && *ptrset_slot(set->slots, set->mask, ptr) == ptr;
}

void corm_ptrset_release(struct corm_ptrset *set)
{
    corm_free(set->slots);
    *set = (struct corm_ptrset){ 0 };
}

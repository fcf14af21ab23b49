/* SPDX-License-Identifier: MIT */
/* A set of pointers, for walks over graphs: open addressing, grows, never shrinks. */
#ifndef CORM_BASE_PTRSET_H
#define CORM_BASE_PTRSET_H

#include "base/compat.h"

/* Zero-initialised is a valid empty set. */
struct corm_ptrset {
    const void **slots;
    size_t count;
    size_t mask; /* slots - 1; 0 while empty */
    bool is_broken; /* memory was short: an element could not be added */
};

/** Add ptr (not NULL); true if it was not there. */
bool corm_ptrset_add(struct corm_ptrset *set, const void *ptr);

/** True if ptr is there. */
bool corm_ptrset_has(const struct corm_ptrset *set, const void *ptr);

/** Free the slots; the set is empty and usable again. */
void corm_ptrset_release(struct corm_ptrset *set);

#endif

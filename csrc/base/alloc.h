/* SPDX-License-Identifier: MIT */
/*
 * The one door to the heap. It counts live bytes and blocks, and can be told to fail the
 * n-th request, which is how every allocation of the core is tested.
 */
#ifndef CORM_BASE_ALLOC_H
#define CORM_BASE_ALLOC_H

#include "base/compat.h"

/** Allocate size bytes (size 0 gives a unique pointer). NULL when memory is short. */
void *corm_alloc(size_t size) CORM_NODISCARD;

/** Allocate count * size zeroed bytes, checked for overflow. NULL when memory is short. */
void *corm_alloc_zero(size_t count, size_t size) CORM_NODISCARD;

/** Resize ptr (NULL allocates). On failure NULL, and ptr stays as it was. */
void *corm_realloc(void *ptr, size_t size) CORM_NODISCARD;

/** Release ptr; NULL is fine. */
void corm_free(void *ptr);

/** Copy len bytes and add a NUL. NULL when memory is short. */
char *corm_strndup(const char *text, size_t len) CORM_NODISCARD;

/** Live blocks and bytes of this process. */
size_t corm_alloc_live_blocks(void);
size_t corm_alloc_live_bytes(void);

/**
 * Make the n-th next allocation fail (1 is the next one; 0 switches off);
 * with `forever` all after it fail too. For tests.
 */
void corm_alloc_fail_after(unsigned long n, bool forever);

/** What is left of the countdown: 1 if the next allocation fails, 0 if none will. */
unsigned long corm_alloc_fail_left(void);

/** True if the countdown was reached since it was set. */
bool corm_alloc_did_fail(void);

#endif

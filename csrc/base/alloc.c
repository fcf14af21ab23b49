/* SPDX-License-Identifier: MIT */
/*
 * The counters are relaxed atomics: a host may run one Lua state per thread, and all of
 * them share this door. Sizes are what the C library really handed out, so no header is
 * needed in front of a block.
 */
#include "base/alloc.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_size_t live_blocks;
static atomic_size_t live_bytes;
static atomic_ulong fail_countdown; /* 0: nothing planned; 1: the next request fails */
static atomic_bool fail_forever;
static atomic_bool did_fail;

static void count_add(void *ptr)
{
    size_t bytes = malloc_usable_size(ptr);
    atomic_fetch_add_explicit(&live_blocks, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&live_bytes, bytes, memory_order_relaxed);
}

static void count_remove(size_t bytes)
{
    atomic_fetch_sub_explicit(&live_blocks, 1, memory_order_relaxed);
    atomic_fetch_sub_explicit(&live_bytes, bytes, memory_order_relaxed);
}

/* Count one request down; true if this is one that has to fail. */
static bool is_request_doomed(void)
{
    unsigned long left = atomic_load_explicit(&fail_countdown, memory_order_relaxed);
    if (CORM_LIKELY(left == 0)) {
        return false;
    }
    if (left > 1) {
        atomic_store_explicit(&fail_countdown, left - 1, memory_order_relaxed);
        return false;
    }
    if (!atomic_load_explicit(&fail_forever, memory_order_relaxed)) {
        atomic_store_explicit(&fail_countdown, 0, memory_order_relaxed);
    }
    atomic_store_explicit(&did_fail, true, memory_order_relaxed);
    return true;
}

void *corm_alloc(size_t size)
{
    if (is_request_doomed()) {
        return NULL;
    }
    void *ptr = malloc(size == 0 ? 1 : size);
    if (ptr != NULL) {
        count_add(ptr);
    }
    return ptr;
}

void *corm_alloc_zero(size_t count, size_t size)
{
    size_t total;
    if (is_request_doomed() || __builtin_mul_overflow(count, size, &total)) {
        return NULL;
    }
    void *ptr = calloc(total == 0 ? 1 : total, 1);
    if (ptr != NULL) {
        count_add(ptr);
    }
    return ptr;
}

void *corm_realloc(void *ptr, size_t size)
{
    if (ptr == NULL) {
        return corm_alloc(size);
    }
    if (is_request_doomed()) {
        return NULL;
    }
    size_t old_bytes = malloc_usable_size(ptr);
    void *moved = realloc(ptr, size == 0 ? 1 : size);
    if (moved != NULL) {
        count_remove(old_bytes);
        count_add(moved);
    }
    return moved;
}

void corm_free(void *ptr)
{
    if (ptr == NULL) {
        return;
    }
    count_remove(malloc_usable_size(ptr));
    free(ptr);
}

char *corm_strndup(const char *text, size_t len)
{
    char *copy = len == SIZE_MAX ? NULL : corm_alloc(len + 1);
    if (copy == NULL) {
        return NULL;
    }
    if (len > 0) {
        memcpy(copy, text, len);
    }
    copy[len] = '\0';
    return copy;
}

size_t corm_alloc_live_blocks(void)
{
    return atomic_load_explicit(&live_blocks, memory_order_relaxed);
}

size_t corm_alloc_live_bytes(void)
{
    return atomic_load_explicit(&live_bytes, memory_order_relaxed);
}

void corm_alloc_fail_after(unsigned long n, bool forever)
{
    atomic_store_explicit(&did_fail, false, memory_order_relaxed);
    atomic_store_explicit(&fail_forever, forever, memory_order_relaxed);
    atomic_store_explicit(&fail_countdown, n, memory_order_relaxed);
}

unsigned long corm_alloc_fail_left(void)
{
    return atomic_load_explicit(&fail_countdown, memory_order_relaxed);
}

bool corm_alloc_did_fail(void)
{
    return atomic_load_explicit(&did_fail, memory_order_relaxed);
}

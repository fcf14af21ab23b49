/* SPDX-License-Identifier: MIT */
#include "base/fork.h"

#include <pthread.h>
#include <stdatomic.h>

/* Of the process, as forking is: written by the only thread of a new child. */
static atomic_uint_least32_t nforks;

static void note_child(void)
{
    atomic_fetch_add_explicit(&nforks, 1, memory_order_relaxed);
}

/* Without the memory for a handler there is no count, and close() asks getpid() anyway. */
static void watch(void)
{
    (void)pthread_atfork(NULL, NULL, note_child);
}

void corm_fork_watch(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, watch);
}

uint32_t corm_fork_count(void)
{
    return atomic_load_explicit(&nforks, memory_order_relaxed);
}

/* SPDX-License-Identifier: MIT */
#include "base/counter.h"

#include <stdatomic.h>

static atomic_int_least64_t live[CORM_COUNTER_COUNT];

void corm_counter_inc(enum corm_counter counter)
{
    atomic_fetch_add_explicit(&live[counter], 1, memory_order_relaxed);
}

void corm_counter_dec(enum corm_counter counter)
{
    atomic_fetch_sub_explicit(&live[counter], 1, memory_order_relaxed);
}

int64_t corm_counter_get(enum corm_counter counter)
{
    return atomic_load_explicit(&live[counter], memory_order_relaxed);
}

const char *corm_counter_name(enum corm_counter counter)
{
    static const char *const names[] = {
#define COUNTER_NAME(constant, name) [CORM_COUNTER_##constant] = name,
        CORM_COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
    };
    return names[counter];
}

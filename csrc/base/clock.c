/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

static atomic_bool is_stopped;
static atomic_int_least64_t stopped_mono_us;
static atomic_int_least64_t stopped_wall_us;

static int64_t system_us(clockid_t clock)
{
    struct timespec now = { 0 };
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t corm_clock_mono_us(void)
{
    if (CORM_UNLIKELY(atomic_load_explicit(&is_stopped, memory_order_acquire))) {
        return atomic_load(&stopped_mono_us);
    }
    return system_us(CLOCK_MONOTONIC);
}

int64_t corm_clock_mono_ms(void)
{
    return corm_clock_mono_us() / 1000;
}

int64_t corm_clock_wall_us(void)
{
    if (CORM_UNLIKELY(atomic_load_explicit(&is_stopped, memory_order_acquire))) {
        return atomic_load(&stopped_wall_us);
    }
    return system_us(CLOCK_REALTIME);
}

void corm_clock_stop(int64_t mono_us, int64_t wall_us)
{
    atomic_store(&stopped_mono_us, mono_us);
    atomic_store(&stopped_wall_us, wall_us);
    atomic_store_explicit(&is_stopped, true, memory_order_release);
}

void corm_clock_advance(int64_t us)
{
    PRE(atomic_load(&is_stopped));
    atomic_fetch_add(&stopped_mono_us, us);
    atomic_fetch_add(&stopped_wall_us, us);
}

void corm_clock_run(void)
{
    atomic_store_explicit(&is_stopped, false, memory_order_release);
}

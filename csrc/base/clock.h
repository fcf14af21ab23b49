/* SPDX-License-Identifier: MIT */
/*
 * Time of day and monotonic time. Everything in the core that asks for the time asks
 * here, so a test can stop the clock and move it.
 */
#ifndef CORM_BASE_CLOCK_H
#define CORM_BASE_CLOCK_H

#include "base/compat.h"

/** Monotonic microseconds since some moment in the past: for timeouts and durations. */
int64_t corm_clock_mono_us(void);

/** Monotonic milliseconds. */
int64_t corm_clock_mono_ms(void);

/** Microseconds since 1970-01-01T00:00 UTC. */
int64_t corm_clock_wall_us(void);

/** Stop both clocks at these values. For tests. */
void corm_clock_stop(int64_t mono_us, int64_t wall_us);

/** Move both stopped clocks on. For tests. */
void corm_clock_advance(int64_t us);

/** Let the system's clocks run again. */
void corm_clock_run(void);

#endif

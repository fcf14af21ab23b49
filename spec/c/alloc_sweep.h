/* SPDX-License-Identifier: MIT */
/*
 * Run a piece of code once for every allocation it makes, with just that one failing.
 * Include after cmocka.h.
 */
#ifndef CORM_SPEC_ALLOC_SWEEP_H
#define CORM_SPEC_ALLOC_SWEEP_H

#include "base/alloc.h"

enum {
    ALLOC_SWEEP_MAX = 100000 /* a body that never succeeds must not hang the tests */
};

/*
 * Call body(state) with the 1st, 2nd, … allocation failing until it returns true, and
 * check that each run, failed or not, leaves as many live blocks as it found. body
 * returns false for "ran out of memory" and cleans up after itself. At least one run
 * has to fail, or the body does not test what it claims.
 */
static inline void alloc_sweep(bool (*body)(void *state), void *state)
{
    for (unsigned long n = 1; n < ALLOC_SWEEP_MAX; n++) {
        size_t blocks = corm_alloc_live_blocks();
        corm_alloc_fail_after(n, false);
        bool is_done = body(state);
        bool did_fail = corm_alloc_did_fail();
        corm_alloc_fail_after(0, false);
        assert_int_equal(corm_alloc_live_blocks(), blocks);
        if (!did_fail) {
            assert_true(is_done);
            assert_true(n > 1);
            return;
        }
    }
    fail_msg("the body still fails after %d allocations", ALLOC_SWEEP_MAX);
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * How many objects of each kind live in this process. Always compiled in: whoever makes
 * a scarce object counts it, and tests assert that the numbers return to where they were.
 */
#ifndef CORM_BASE_COUNTER_H
#define CORM_BASE_COUNTER_H

#include "base/compat.h"

/* X(constant, name as Lua shows it) */
#define CORM_COUNTERS(X)               \
    X(ENGINE, "engines")               \
    X(POOL, "pools")                   \
    X(CONNECTION, "connections")       \
    X(CHECKOUT, "checkouts")           \
    X(TRANSACTION, "transactions")     \
    X(STATEMENT, "statements")         \
    X(CURSOR, "cursors")               \
    X(NATIVE_RESULT, "native_results") \
    X(RESULT, "results")               \
    X(COMPILED, "compiled")            \
    X(SESSION, "sessions")             \
    X(FLUSH, "flushes")                \
    X(CACHE_REGION, "cache_regions")

enum corm_counter {
#define CORM_COUNTER_CONSTANT(constant, name) CORM_COUNTER_##constant,
    CORM_COUNTERS(CORM_COUNTER_CONSTANT)
#undef CORM_COUNTER_CONSTANT
        CORM_COUNTER_COUNT
};

/** One more object of this kind. */
void corm_counter_inc(enum corm_counter counter);

/** One less. */
void corm_counter_dec(enum corm_counter counter);

/** Objects of this kind that live now. */
int64_t corm_counter_get(enum corm_counter counter);

/** Name of the kind: "connections". Never NULL. */
const char *corm_counter_name(enum corm_counter counter);

#endif

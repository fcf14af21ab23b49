/* SPDX-License-Identifier: MIT */
/* Hashing and mixing of 64-bit fingerprints. Not for adversaries beyond the per-process seed. */
#ifndef CORM_BASE_HASH_H
#define CORM_BASE_HASH_H

#include "base/compat.h"

/** Mix b into a: order matters, and every bit of both reaches every bit of the result. */
static inline uint64_t corm_hash_mix(uint64_t a, uint64_t b)
{
    __uint128_t m =
        (__uint128_t)(a ^ 0x9E3779B97F4A7C15ull) * (b ^ 0xD6E8FEB86659FD93ull);
    uint64_t h = (uint64_t)m ^ (uint64_t)(m >> 64) ^ (a << 1);

    /* Without this last round neighbours may differ in their high bits only. */
    h ^= h >> 32;
    h *= 0x9E3779B97F4A7C15ull;
    return h ^ (h >> 32);
}

/**
 * Take the hash b, whose bits are mixed already, into the running a: order matters. What
 * comes of it is mixed once at the end.
 */
static inline uint64_t corm_hash_fold(uint64_t a, uint64_t b)
{
    return ((a << 5 | a >> 59) ^ b) * 0x9E3779B97F4A7C15ull;
}

/** Hash len bytes with the process's seed. */
uint64_t corm_hash_bytes(const void *bytes, size_t len);

/** The process's seed, taken from the system once. */
uint64_t corm_hash_seed(void);

#endif

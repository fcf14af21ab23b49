/* SPDX-License-Identifier: MIT */
#include "base/hash.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static atomic_uint_fast64_t process_seed; /* 0: not drawn yet */

static uint64_t seed_draw(void)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed)) {
        /* Early boot or a sandbox without the call: weaker, but it still differs. */
        struct timespec now = { 0 };
        (void)clock_gettime(CLOCK_REALTIME, &now);
        seed = corm_hash_mix((uint64_t)now.tv_nsec, (uint64_t)(uintptr_t)&seed);
    }
    return seed == 0 ? 1 : seed;
}

uint64_t corm_hash_seed(void)
{
    uint_fast64_t seed = atomic_load_explicit(&process_seed, memory_order_relaxed);
    if (CORM_LIKELY(seed != 0)) {
        return seed;
    }
    uint_fast64_t drawn = seed_draw();
    /* Of two threads that come first at once, the first one's seed stays. */
    if (atomic_compare_exchange_strong(&process_seed, &seed, drawn)) {
        return drawn;
    }
    return seed;
}

static uint64_t load64(const unsigned char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    return word;
}

static uint64_t load32(const unsigned char *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof(word));
    return word;
}

/* Up to 7 bytes as one word; the two loads overlap, which is fine as len is hashed too. */
static uint64_t load_short(const unsigned char *bytes, size_t len)
{
    if (len >= 4) {
        return load32(bytes) << 32 | load32(bytes + len - 4);
    }
    if (len == 0) {
        return 0;
    }
    return (uint64_t)bytes[0] << 16 | (uint64_t)bytes[len / 2] << 8 | bytes[len - 1];
}

uint64_t corm_hash_bytes(const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    uint64_t hash = corm_hash_mix(corm_hash_seed(), len);
    if (len < 8) {
        return corm_hash_mix(hash, load_short(at, len));
    }
    const unsigned char *last = at + len - 8;
    for (; at < last; at += 8) {
        hash = corm_hash_mix(hash, load64(at));
    }
    return corm_hash_mix(hash, load64(last));
}

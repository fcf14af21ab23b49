/* SPDX-License-Identifier: MIT */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void has_one_seed_per_process(void **state)
{
    (void)state;
    assert_true(corm_hash_seed() != 0);
    assert_true(corm_hash_seed() == corm_hash_seed());
}

static void is_equal_for_equal_bytes_wherever_they_are(void **state)
{
    (void)state;
    char shifted[80];
    const char text[] = "the same bytes, at another alignment, of every length";
    for (size_t len = 0; len < sizeof(text); len++) {
        for (size_t shift = 0; shift < 8; shift++) {
            memset(shifted, (int)shift, sizeof(shifted));
            memcpy(shifted + shift, text, len);
            assert_true(corm_hash_bytes(shifted + shift, len) ==
                        corm_hash_bytes(text, len));
        }
    }
}

static void differs_when_one_bit_differs(void **state)
{
    (void)state;
    unsigned char bytes[40] = { 0 };
    for (size_t len = 1; len <= sizeof(bytes); len++) {
        uint64_t base = corm_hash_bytes(bytes, len);
        assert_true(base != corm_hash_bytes(bytes, len - 1));
        for (size_t bit = 0; bit < len * 8; bit++) {
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
            assert_true(corm_hash_bytes(bytes, len) != base);
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
    }
}

/* The low bits choose the slot of a map, so consecutive keys must spread there. */
static void spreads_consecutive_numbers(void **state)
{
    (void)state;
    unsigned slots[256] = { 0 };
    for (uint64_t i = 0; i < 256 * 64; i++) {
        slots[corm_hash_mix(corm_hash_seed(), i) & 255]++;
    }
    for (size_t i = 0; i < CORM_LENGTH(slots); i++) {
        assert_in_range(slots[i], 16, 160);
    }
}

static void mixes_with_order(void **state)
{
    (void)state;
    assert_true(corm_hash_mix(1, 2) != corm_hash_mix(2, 1));
    assert_true(corm_hash_mix(corm_hash_mix(7, 1), 2) !=
                corm_hash_mix(corm_hash_mix(7, 2), 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_one_seed_per_process),
        cmocka_unit_test(is_equal_for_equal_bytes_wherever_they_are),
        cmocka_unit_test(differs_when_one_bit_differs),
        cmocka_unit_test(spreads_consecutive_numbers),
        cmocka_unit_test(mixes_with_order),
    };
    return cmocka_run_group_tests_name("base/hash", tests, NULL, NULL);
}

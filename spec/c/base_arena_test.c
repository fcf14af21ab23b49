/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"

static void aligns_for_any_type(void **state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    for (size_t size = 0; size < 300; size++) {
        void *ptr = corm_arena_alloc(&arena, size);
        assert_non_null(ptr);
        assert_int_equal((uintptr_t)ptr % _Alignof(max_align_t), 0);
        memset(ptr, 0xAA, size);
    }
    corm_arena_release(&arena);
}

static void keeps_what_it_gave(void **state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    char *texts[2000];
    for (int i = 0; i < 2000; i++) {
        char text[2] = { (char)('a' + i % 26), (char)('a' + i / 26 % 26) };
        texts[i] = corm_arena_strndup(&arena, text, 2);
    }
    for (int i = 0; i < 2000; i++) {
        assert_int_equal(texts[i][0], 'a' + i % 26);
        assert_int_equal(texts[i][1], 'a' + i / 26 % 26);
        assert_int_equal(texts[i][2], 0);
    }
    corm_arena_release(&arena);
}

static void serves_large_requests_without_giving_up_the_head(void **state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    char *small = corm_arena_alloc(&arena, 16);
    char *large = corm_arena_alloc(&arena, 1 << 20);
    memset(large, 1, 1 << 20);
    char *next = corm_arena_alloc(&arena, 16);
    assert_ptr_equal(next, small + 16);
    corm_arena_release(&arena);
}

static void begins_with_a_large_request(void **state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    size_t blocks = corm_alloc_live_blocks();
    memset(corm_arena_alloc(&arena, 100000), 1, 100000);
    memset(corm_arena_alloc(&arena, 16), 2, 16);
    corm_arena_release(&arena);
    assert_int_equal(corm_alloc_live_blocks(), blocks);
}

static void zeroes_and_checks_overflow(void **state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    memset(corm_arena_alloc(&arena, 512), 0xFF, 512);
    corm_arena_release(&arena);
    unsigned char *zeros = corm_arena_zero(&arena, 64, 8);
    for (int i = 0; i < 512; i++) {
        assert_int_equal(zeros[i], 0);
    }
    assert_null(corm_arena_zero(&arena, SIZE_MAX / 2, 3));
    assert_null(corm_arena_alloc(&arena, SIZE_MAX));
    assert_null(corm_arena_alloc(&arena, SIZE_MAX - 20));
    corm_arena_release(&arena);
}

static void is_usable_after_release(void **state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    corm_arena_release(&arena);
    assert_string_equal(corm_arena_strndup(&arena, "ab", 2), "ab");
    corm_arena_release(&arena);
    assert_null(arena.head);
    assert_string_equal(corm_arena_strndup(&arena, "cd", 2), "cd");
    corm_arena_release(&arena);
}

static bool fill_arena(void *state)
{
    (void)state;
    struct corm_arena arena = { 0 };
    bool is_done = true;
    for (size_t size = 100; size < 200000 && is_done; size *= 3) {
        is_done = corm_arena_zero(&arena, 1, size) != NULL;
    }
    corm_arena_release(&arena);
    return is_done;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(fill_arena, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligns_for_any_type),
        cmocka_unit_test(keeps_what_it_gave),
        cmocka_unit_test(serves_large_requests_without_giving_up_the_head),
        cmocka_unit_test(begins_with_a_large_request),
        cmocka_unit_test(zeroes_and_checks_overflow),
        cmocka_unit_test(is_usable_after_release),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}

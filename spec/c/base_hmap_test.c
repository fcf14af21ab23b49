/* SPDX-License-Identifier: MIT */
#include "base/hmap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"

enum { MODEL_SIZE = 512 };

static void is_empty_when_zeroed(void **state)
{
    (void)state;
    struct corm_hmap map = { 0 };
    assert_null(corm_hmap_get(&map, 1));
    assert_null(corm_hmap_remove(&map, 1));
    assert_false(corm_hmap_drop(&map, 1, &map));
    corm_hmap_foreach (it, &map) {
        fail_msg("an empty map has an item");
    }
    corm_hmap_release(&map);
}

static void replaces_the_item_of_a_key(void **state)
{
    (void)state;
    struct corm_hmap map = { 0 };
    int a;
    int b;
    assert_true(corm_hmap_put(&map, 0, &a));
    assert_true(corm_hmap_put(&map, 0, &b));
    assert_int_equal(map.count, 1);
    assert_ptr_equal(corm_hmap_get(&map, 0), &b);
    assert_ptr_equal(corm_hmap_remove(&map, 0), &b);
    assert_null(corm_hmap_get(&map, 0));
    corm_hmap_release(&map);
}

static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void assert_agrees(const struct corm_hmap *map, void *const *model,
                          uint64_t stride)
{
    size_t count = 0;
    for (uint64_t key = 0; key < MODEL_SIZE; key++) {
        assert_ptr_equal(corm_hmap_get(map, key * stride), model[key]);
        count += model[key] != NULL;
    }
    assert_int_equal(map->count, count);
    corm_hmap_foreach (it, map) {
        assert_ptr_equal(it->item, model[it->hash / stride]);
        count--;
    }
    assert_int_equal(count, 0);
}

/* Random puts and removes against an array; strides make keys collide in other ways. */
static void agrees_with_an_array(void **state)
{
    (void)state;
    const uint64_t strides[] = { 1, 8, 4096, 1ull << 40 };
    for (size_t i = 0; i < CORM_LENGTH(strides); i++) {
        struct corm_hmap map = { 0 };
        void *model[MODEL_SIZE] = { 0 };
        uint64_t seed = 88172645463325252ull + i;
        for (int step = 0; step < 20000; step++) {
            uint64_t key = random_next(&seed) % MODEL_SIZE;
            if (random_next(&seed) % 2 == 0) {
                void *item = &model[random_next(&seed) % MODEL_SIZE];
                assert_true(corm_hmap_put(&map, key * strides[i], item));
                model[key] = item;
            } else {
                assert_ptr_equal(corm_hmap_remove(&map, key * strides[i]), model[key]);
                model[key] = NULL;
            }
            if (step % 1000 == 0) {
                assert_agrees(&map, model, strides[i]);
            }
        }
        assert_agrees(&map, model, strides[i]);
        corm_hmap_release(&map);
    }
}

static bool has_text(const void *item, const void *key)
{
    return strcmp(item, key) == 0;
}

static void finds_items_of_one_hash_by_their_key(void **state)
{
    (void)state;
    struct corm_hmap map = { 0 };
    char items[][2] = { "a", "b", "c" };
    for (size_t i = 0; i < CORM_LENGTH(items); i++) {
        assert_true(corm_hmap_add(&map, 42, items[i]));
    }
    for (size_t i = 0; i < CORM_LENGTH(items); i++) {
        assert_ptr_equal(corm_hmap_find(&map, 42, has_text, items[i]), items[i]);
    }
    assert_null(corm_hmap_find(&map, 42, has_text, "d"));
    assert_null(corm_hmap_find(&map, 43, has_text, "a"));
    assert_true(corm_hmap_drop(&map, 42, items[1]));
    assert_false(corm_hmap_drop(&map, 42, items[1]));
    assert_null(corm_hmap_find(&map, 42, has_text, "b"));
    assert_ptr_equal(corm_hmap_find(&map, 42, has_text, "c"), items[2]);
    corm_hmap_release(&map);
}

static void allocates_once_when_room_was_reserved(void **state)
{
    (void)state;
    struct corm_hmap map = { 0 };
    assert_true(corm_hmap_reserve(&map, 1000));
    corm_alloc_fail_after(1, true);
    for (uint64_t key = 0; key < 1000; key++) {
        assert_true(corm_hmap_put(&map, key, &map));
    }
    corm_alloc_fail_after(0, false);
    assert_false(corm_hmap_reserve(&map, SIZE_MAX));
    corm_hmap_release(&map);
}

static bool fill_map(void *state)
{
    (void)state;
    struct corm_hmap map = { 0 };
    uint64_t key = 0;
    while (key < 100 && corm_hmap_put(&map, key, &map)) {
        key++;
    }
    assert_int_equal(map.count, key);
    for (uint64_t i = 0; i < key; i++) {
        assert_ptr_equal(corm_hmap_get(&map, i), &map);
    }
    corm_hmap_release(&map);
    return key == 100;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(fill_map, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_empty_when_zeroed),
        cmocka_unit_test(replaces_the_item_of_a_key),
        cmocka_unit_test(agrees_with_an_array),
        cmocka_unit_test(finds_items_of_one_hash_by_their_key),
        cmocka_unit_test(allocates_once_when_room_was_reserved),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("base/hmap", tests, NULL, NULL);
}

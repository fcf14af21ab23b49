/* SPDX-License-Identifier: MIT */
#include "base/smap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"

static void maps_bytes_to_pointers(void **state)
{
    (void)state;
    struct corm_smap map = { 0 };
    int a;
    int b;
    assert_null(corm_smap_get(&map, "x", 1));
    assert_true(corm_smap_put(&map, "x", 1, &a));
    assert_true(corm_smap_put(&map, "x\0y", 3, &b));
    assert_true(corm_smap_put(&map, NULL, 0, &map));
    assert_ptr_equal(corm_smap_get(&map, "x", 1), &a);
    assert_ptr_equal(corm_smap_get(&map, "x\0y", 3), &b);
    assert_ptr_equal(corm_smap_get(&map, "", 0), &map);
    assert_null(corm_smap_get(&map, "x\0z", 3));
    assert_true(corm_smap_put(&map, "x", 1, &b));
    assert_ptr_equal(corm_smap_get(&map, "x", 1), &b);
    assert_ptr_equal(corm_smap_remove(&map, "x", 1), &b);
    assert_null(corm_smap_remove(&map, "x", 1));
    assert_int_equal(map.entries.count, 2);
    corm_smap_release(&map);
    assert_null(corm_smap_get(&map, "", 0));
}

static void keeps_its_own_copy_of_a_key(void **state)
{
    (void)state;
    struct corm_smap map = { 0 };
    char key[] = "name";
    assert_true(corm_smap_put(&map, key, 4, &map));
    key[0] = 'N';
    assert_null(corm_smap_get(&map, key, 4));
    assert_ptr_equal(corm_smap_get(&map, "name", 4), &map);
    corm_hmap_foreach (it, &map.entries) {
        const struct corm_smap_entry *entry = it->item;
        assert_string_equal(entry->key, "name");
    }
    corm_smap_release(&map);
}

static bool fill_map(void *state)
{
    (void)state;
    struct corm_smap map = { 0 };
    char key[16];
    int count = 0;
    for (; count < 40; count++) {
        int len = snprintf(key, sizeof(key), "key%d", count);
        if (!corm_smap_put(&map, key, (size_t)len, &map)) {
            break;
        }
    }
    assert_int_equal(map.entries.count, count);
    corm_smap_release(&map);
    return count == 40;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(fill_map, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_bytes_to_pointers),
        cmocka_unit_test(keeps_its_own_copy_of_a_key),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("base/smap", tests, NULL, NULL);
}

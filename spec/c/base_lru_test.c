/* SPDX-License-Identifier: MIT */
#include "base/lru.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"

struct item {
    struct corm_lru_node node;
    const char *name;
};

/* Names of the evicted items in order, one letter each. */
struct evicted {
    char names[64];
};

static void note_evicted(void *ctx, struct corm_lru_node *node)
{
    struct evicted *evicted = ctx;
    strcat(evicted->names, CORM_CONTAINER(node, struct item, node)->name);
}

static bool has_name(const void *item, const void *key)
{
    const struct corm_lru_node *node = item;
    return strcmp(((const struct item *)(const void *)node)->name, key) == 0;
}

static void evicts_the_one_unused_for_longest(void **state)
{
    (void)state;
    struct corm_lru lru;
    struct evicted evicted = { 0 };
    struct item items[] = {
        { .name = "a" }, { .name = "b" }, { .name = "c" }, { .name = "d" }
    };
    corm_lru_init(&lru, 3, NULL, note_evicted, &evicted);
    for (size_t i = 0; i < 3; i++) {
        assert_true(corm_lru_add(&lru, &items[i].node, i));
    }
    assert_string_equal(evicted.names, "");
    assert_ptr_equal(corm_lru_find(&lru, 0, NULL), &items[0].node);
    assert_true(corm_lru_add(&lru, &items[3].node, 3));
    assert_string_equal(evicted.names, "b");
    assert_null(corm_lru_find(&lru, 1, NULL));
    assert_ptr_equal(corm_lru_find(&lru, 2, NULL), &items[2].node);
    corm_lru_release(&lru);
    assert_string_equal(evicted.names, "badc");
}

static void tells_items_of_one_hash_apart(void **state)
{
    (void)state;
    struct corm_lru lru;
    struct evicted evicted = { 0 };
    struct item a = { .name = "a" };
    struct item b = { .name = "b" };
    corm_lru_init(&lru, 2, has_name, note_evicted, &evicted);
    assert_true(corm_lru_add(&lru, &a.node, 7));
    assert_true(corm_lru_add(&lru, &b.node, 7));
    assert_ptr_equal(corm_lru_find(&lru, 7, "a"), &a.node);
    assert_ptr_equal(corm_lru_find(&lru, 7, "b"), &b.node);
    assert_null(corm_lru_find(&lru, 7, "c"));
    corm_lru_release(&lru);
}

static void removes_without_evicting(void **state)
{
    (void)state;
    struct corm_lru lru;
    struct evicted evicted = { 0 };
    struct item a = { .name = "a" };
    struct item b = { .name = "b" };
    corm_lru_init(&lru, 2, NULL, note_evicted, &evicted);
    assert_true(corm_lru_add(&lru, &a.node, 1));
    assert_true(corm_lru_add(&lru, &b.node, 2));
    corm_lru_remove(&lru, &a.node);
    assert_null(corm_lru_find(&lru, 1, NULL));
    assert_string_equal(evicted.names, "");
    corm_lru_evict_all(&lru);
    assert_string_equal(evicted.names, "b");
    assert_int_equal(lru.nodes.count, 0);
    corm_lru_release(&lru);
}

static bool fill_cache(void *state)
{
    (void)state;
    struct corm_lru lru;
    struct evicted evicted = { 0 };
    struct item items[20];
    corm_lru_init(&lru, 15, NULL, note_evicted, &evicted);
    size_t added = 0;
    for (; added < CORM_LENGTH(items); added++) {
        items[added].name = "x";
        if (!corm_lru_add(&lru, &items[added].node, added)) {
            break;
        }
    }
    corm_lru_release(&lru);
    assert_int_equal(strlen(evicted.names), added);
    return added == CORM_LENGTH(items);
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(fill_cache, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evicts_the_one_unused_for_longest),
        cmocka_unit_test(tells_items_of_one_hash_apart),
        cmocka_unit_test(removes_without_evicting),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("base/lru", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "base/list.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct item {
    int number;
    struct corm_list_link link;
};

static int item_number(struct corm_list_link *link)
{
    return CORM_CONTAINER(link, struct item, link)->number;
}

/* The numbers of the list as decimal digits: 1, 2, 3 gives 123. */
static int digits(struct corm_list_link *head)
{
    int all = 0;
    corm_list_foreach (it, head) {
        all = all * 10 + item_number(it);
    }
    return all;
}

static void keeps_order(void **state)
{
    (void)state;
    struct corm_list_link head;
    struct item items[] = { { .number = 1 }, { .number = 2 }, { .number = 3 } };
    corm_list_init(&head);
    assert_true(corm_list_is_empty(&head));
    assert_int_equal(digits(&head), 0);
    corm_list_push_back(&head, &items[1].link);
    corm_list_push_back(&head, &items[2].link);
    corm_list_push_front(&head, &items[0].link);
    assert_int_equal(digits(&head), 123);
    corm_list_remove(&items[0].link);
    corm_list_insert(&items[2].link, &items[0].link);
    assert_int_equal(digits(&head), 213);
    assert_false(corm_list_is_empty(&head));
}

static void removes_twice_without_harm(void **state)
{
    (void)state;
    struct corm_list_link head;
    struct item item = { .number = 1 };
    corm_list_init(&head);
    corm_list_push_back(&head, &item.link);
    corm_list_remove(&item.link);
    corm_list_remove(&item.link);
    assert_true(corm_list_is_empty(&head));
}

static void lets_the_body_remove_the_current_item(void **state)
{
    (void)state;
    struct corm_list_link head;
    struct item items[] = { { .number = 1 }, { .number = 2 }, { .number = 3 } };
    corm_list_init(&head);
    for (size_t i = 0; i < CORM_LENGTH(items); i++) {
        corm_list_push_back(&head, &items[i].link);
    }
    corm_list_foreach (it, &head) {
        if (item_number(it) != 2) {
            corm_list_remove(it);
        }
    }
    assert_int_equal(digits(&head), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order),
        cmocka_unit_test(removes_twice_without_harm),
        cmocka_unit_test(lets_the_body_remove_the_current_item),
    };
    return cmocka_run_group_tests_name("base/list", tests, NULL, NULL);
}

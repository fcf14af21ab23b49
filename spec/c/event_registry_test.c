/* SPDX-License-Identifier: MIT */
#include "event/registry.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void hears_as_long_as_somebody_listens(void **state)
{
    (void)state;
    struct corm_event_set set = { 0 };
    for (int i = 0; i < CORM_EVENT_COUNT; i++) {
        assert_false(corm_event_set_has(&set, (enum corm_event)i));
    }
    corm_event_set_add(&set, CORM_EVENT_INSTANCE_LOAD);
    corm_event_set_add(&set, CORM_EVENT_INSTANCE_LOAD);
    assert_true(corm_event_set_has(&set, CORM_EVENT_INSTANCE_LOAD));
    corm_event_set_remove(&set, CORM_EVENT_INSTANCE_LOAD);
    assert_true(corm_event_set_has(&set, CORM_EVENT_INSTANCE_LOAD));
    corm_event_set_remove(&set, CORM_EVENT_INSTANCE_LOAD);
    assert_false(corm_event_set_has(&set, CORM_EVENT_INSTANCE_LOAD));
}

static void keeps_events_apart(void **state)
{
    (void)state;
    for (int i = 0; i < CORM_EVENT_COUNT; i++) {
        struct corm_event_set set = { 0 };
        corm_event_set_add(&set, (enum corm_event)i);
        for (int j = 0; j < CORM_EVENT_COUNT; j++) {
            assert_int_equal(corm_event_set_has(&set, (enum corm_event)j), i == j);
        }
    }
}

static void inherits_what_others_hear(void **state)
{
    (void)state;
    struct corm_event_set parent = { 0 };
    struct corm_event_set child = { 0 };
    corm_event_set_add(&parent, CORM_EVENT_ATTRIBUTE_SET);
    corm_event_set_add(&child, CORM_EVENT_ATTRIBUTE_APPEND);
    corm_event_set_add_all(&child, &parent);
    assert_true(corm_event_set_has(&child, CORM_EVENT_ATTRIBUTE_SET));
    assert_true(corm_event_set_has(&child, CORM_EVENT_ATTRIBUTE_APPEND));
    assert_false(corm_event_set_has(&child, CORM_EVENT_ATTRIBUTE_REMOVE));
    corm_event_set_remove(&child, CORM_EVENT_ATTRIBUTE_SET);
    assert_false(corm_event_set_has(&child, CORM_EVENT_ATTRIBUTE_SET));
    assert_true(corm_event_set_has(&parent, CORM_EVENT_ATTRIBUTE_SET));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hears_as_long_as_somebody_listens),
        cmocka_unit_test(keeps_events_apart),
        cmocka_unit_test(inherits_what_others_hear),
    };
    return cmocka_run_group_tests_name("event/registry", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "event/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void knows_arguments_and_options(void **state)
{
    (void)state;
    const struct corm_event_info *info = corm_event_info(CORM_EVENT_ATTRIBUTE_SET);
    assert_string_equal(info->name, "set");
    assert_string_equal(info->args, "target value oldvalue initiator");
    assert_int_equal(info->family, CORM_EVENT_FAMILY_ATTRIBUTE);
    assert_int_equal(info->flags,
                     CORM_EVENT_RETVAL | CORM_EVENT_PROPAGATE | CORM_EVENT_RAW);
    info = corm_event_info(CORM_EVENT_SESSION_BEFORE_COMMIT);
    assert_string_equal(info->args, "session");
    assert_false(info->flags & CORM_EVENT_RETVAL);
    assert_string_equal(corm_event_family_name(CORM_EVENT_FAMILY_SESSION), "session");
}

static void has_no_name_twice_in_a_family(void **state)
{
    (void)state;
    for (int i = 0; i < CORM_EVENT_COUNT; i++) {
        const struct corm_event_info *a = corm_event_info((enum corm_event)i);
        assert_in_range(a->family, 0, CORM_EVENT_FAMILY_COUNT - 1);
        for (int j = 0; j < i; j++) {
            const struct corm_event_info *b = corm_event_info((enum corm_event)j);
            assert_true(a->family != b->family || strcmp(a->name, b->name) != 0);
        }
    }
}

static void finds_each_event_in_its_family(void **state)
{
    (void)state;
    for (int i = 0; i < CORM_EVENT_COUNT; i++) {
        const struct corm_event_info *info = corm_event_info((enum corm_event)i);
        enum corm_event found;
        assert_int_equal(corm_event_find(1u << info->family, info->name,
                                         strlen(info->name), &found, NULL),
                         CORM_OK);
        assert_int_equal(found, i);
    }
}

static void finds_only_in_the_families_asked_for(void **state)
{
    (void)state;
    unsigned engine = 1u << CORM_EVENT_FAMILY_CONNECTION | 1u << CORM_EVENT_FAMILY_POOL;
    enum corm_event found = CORM_EVENT_COUNT;
    struct corm_error err;
    assert_int_equal(corm_event_find(engine, "checkout", 8, &found, &err), CORM_OK);
    assert_int_equal(found, CORM_EVENT_POOL_CHECKOUT);
    assert_int_equal(corm_event_find(engine, "before_flush", 12, &found, &err),
                     CORM_E_INVALID_REQUEST);
    assert_string_equal(err.message, "no such event 'before_flush'");
    assert_int_equal(found, CORM_EVENT_POOL_CHECKOUT);
}

static void suggests_what_may_be_meant(void **state)
{
    (void)state;
    enum corm_event found;
    struct corm_error err;
    assert_int_equal(corm_event_find(1u << CORM_EVENT_FAMILY_SESSION, "before_comit",
                                     12, &found, &err),
                     CORM_E_INVALID_REQUEST);
    assert_string_equal(err.message,
                        "no such event 'before_comit'; did you mean 'before_commit'?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_arguments_and_options),
        cmocka_unit_test(has_no_name_twice_in_a_family),
        cmocka_unit_test(finds_each_event_in_its_family),
        cmocka_unit_test(finds_only_in_the_families_asked_for),
        cmocka_unit_test(suggests_what_may_be_meant),
    };
    return cmocka_run_group_tests_name("event/names", tests, NULL, NULL);
}

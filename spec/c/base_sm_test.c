/* SPDX-License-Identifier: MIT */
#include "base/sm.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum door_state { DOOR_OPEN, DOOR_SHUT, DOOR_LOCKED };

enum door_event { DOOR_CLOSE, DOOR_LOCK, DOOR_UNLOCK };

static const struct corm_sm door = {
    .name = "door",
    .states = (const char *const[]){ "open", "shut", "locked" },
    .events = (const char *const[]){ "close", "lock", "unlock" },
    .moves =
        (const struct corm_sm_move[]){
            { DOOR_OPEN, DOOR_CLOSE, DOOR_SHUT },
            { DOOR_SHUT, DOOR_LOCK, DOOR_LOCKED },
            { DOOR_LOCKED, DOOR_UNLOCK, DOOR_SHUT },
        },
    .nmoves = 3,
};

static void moves_along_the_table(void **state)
{
    (void)state;
    struct corm_error err;
    uint8_t now = DOOR_OPEN;
    assert_int_equal(corm_sm_move(&door, &now, DOOR_CLOSE, &err), CORM_OK);
    assert_int_equal(now, DOOR_SHUT);
    assert_true(corm_sm_can(&door, now, DOOR_LOCK));
    assert_int_equal(corm_sm_move(&door, &now, DOOR_LOCK, &err), CORM_OK);
    assert_int_equal(now, DOOR_LOCKED);
}

static void refuses_other_moves_and_stays(void **state)
{
    (void)state;
    struct corm_error err;
    uint8_t now = DOOR_OPEN;
    assert_false(corm_sm_can(&door, now, DOOR_LOCK));
    assert_int_equal(corm_sm_move(&door, &now, DOOR_LOCK, &err), CORM_E_ILLEGAL_STATE);
    assert_string_equal(err.message, "cannot lock: door is open");
    assert_int_equal(now, DOOR_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_along_the_table),
        cmocka_unit_test(refuses_other_moves_and_stays),
    };
    return cmocka_run_group_tests_name("base/sm", tests, NULL, NULL);
}

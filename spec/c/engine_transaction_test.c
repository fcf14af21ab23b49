/* SPDX-License-Identifier: MIT */
#include "engine/transaction.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum {
    COMMIT = CORM_TRANSACTION_COMMIT,
    ROLLBACK = CORM_TRANSACTION_ROLLBACK,
    PREPARE = CORM_TRANSACTION_PREPARE,
    DEACTIVATE = CORM_TRANSACTION_DEACTIVATE
};

static void assert_moves(enum corm_transaction_kind kind,
                         enum corm_transaction_state from, int event,
                         enum corm_transaction_state to)
{
    struct corm_transaction transaction = { .kind = (uint8_t)kind,
                                            .state = (uint8_t)from };
    struct corm_error err;
    assert_true(corm_transaction_can(&transaction, (enum corm_transaction_event)event));
    assert_int_equal(
        corm_transaction_move(&transaction, (enum corm_transaction_event)event, &err),
        CORM_OK);
    assert_int_equal(transaction.state, to);
}

static void assert_refuses(enum corm_transaction_kind kind,
                           enum corm_transaction_state from, int event,
                           const char *message)
{
    struct corm_transaction transaction = { .kind = (uint8_t)kind,
                                            .state = (uint8_t)from };
    struct corm_error err;
    assert_false(
        corm_transaction_can(&transaction, (enum corm_transaction_event)event));
    assert_int_equal(
        corm_transaction_move(&transaction, (enum corm_transaction_event)event, &err),
        CORM_E_ILLEGAL_STATE);
    assert_string_equal(err.message, message);
    assert_int_equal(transaction.state, from);
}

static void ends_once(void **state)
{
    (void)state;
    assert_moves(CORM_TRANSACTION_ROOT, CORM_TRANSACTION_ACTIVE, COMMIT,
                 CORM_TRANSACTION_COMMITTED);
    assert_moves(CORM_TRANSACTION_ROOT, CORM_TRANSACTION_ACTIVE, ROLLBACK,
                 CORM_TRANSACTION_ROLLED_BACK);
    assert_refuses(CORM_TRANSACTION_ROOT, CORM_TRANSACTION_COMMITTED, COMMIT,
                   "cannot commit: transaction is committed");
    assert_refuses(CORM_TRANSACTION_SAVEPOINT, CORM_TRANSACTION_ROLLED_BACK, COMMIT,
                   "cannot commit: nested transaction is rolled back");
}

static void takes_a_late_rollback_for_nothing(void **state)
{
    (void)state;
    assert_moves(CORM_TRANSACTION_ROOT, CORM_TRANSACTION_COMMITTED, ROLLBACK,
                 CORM_TRANSACTION_COMMITTED);
    assert_moves(CORM_TRANSACTION_ROOT, CORM_TRANSACTION_ROLLED_BACK, ROLLBACK,
                 CORM_TRANSACTION_ROLLED_BACK);
}

static void can_only_be_rolled_back_when_inactive(void **state)
{
    (void)state;
    assert_moves(CORM_TRANSACTION_ROOT, CORM_TRANSACTION_ACTIVE, DEACTIVATE,
                 CORM_TRANSACTION_INACTIVE);
    assert_refuses(CORM_TRANSACTION_ROOT, CORM_TRANSACTION_INACTIVE, COMMIT,
                   "cannot commit: transaction is inactive");
    assert_moves(CORM_TRANSACTION_ROOT, CORM_TRANSACTION_INACTIVE, ROLLBACK,
                 CORM_TRANSACTION_ROLLED_BACK);
}

static void prepares_in_two_phases_only(void **state)
{
    (void)state;
    assert_moves(CORM_TRANSACTION_TWOPHASE, CORM_TRANSACTION_ACTIVE, PREPARE,
                 CORM_TRANSACTION_PREPARED);
    assert_moves(CORM_TRANSACTION_TWOPHASE, CORM_TRANSACTION_PREPARED, COMMIT,
                 CORM_TRANSACTION_COMMITTED);
    assert_refuses(CORM_TRANSACTION_TWOPHASE, CORM_TRANSACTION_PREPARED, PREPARE,
                   "cannot prepare: two-phase transaction is prepared");
    assert_refuses(CORM_TRANSACTION_ROOT, CORM_TRANSACTION_ACTIVE, PREPARE,
                   "cannot prepare: transaction has one phase only");
}

static void finds_events_by_name(void **state)
{
    (void)state;
    assert_int_equal(corm_transaction_event_find("commit"), COMMIT);
    assert_int_equal(corm_transaction_event_find("deactivate"), DEACTIVATE);
    assert_int_equal(corm_transaction_event_find("begin"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_once),
        cmocka_unit_test(takes_a_late_rollback_for_nothing),
        cmocka_unit_test(can_only_be_rolled_back_when_inactive),
        cmocka_unit_test(prepares_in_two_phases_only),
        cmocka_unit_test(finds_events_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

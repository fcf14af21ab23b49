/* SPDX-License-Identifier: MIT */
#include "engine/connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "engine/execution.h"
#include "fake_driver.h"
#include "sql/dialect.h"

/* An open connection of an engine of its own. */
static struct corm_connection *open_connection(void)
{
    struct corm_error err;
    struct corm_connection *connection;
    struct corm_engine *engine = fake_engine(&corm_dialect_default);
    assert_int_equal(corm_connection_new(engine, NULL, &connection, &err), CORM_OK);
    corm_engine_unref(engine);
    while (corm_connection_open_step(connection, &err) == CORM_IO_WAIT) {
    }
    return connection;
}

static void opens_in_steps(void **state)
{
    (void)state;
    struct corm_error err;
    struct corm_connection *connection;
    struct corm_engine *engine = fake_engine(&corm_dialect_default);
    fake.nwaits = 2;
    assert_int_equal(corm_connection_new(engine, NULL, &connection, &err), CORM_OK);
    corm_engine_unref(engine);
    assert_string_equal(corm_connection_state_name(connection), "opening");
    assert_int_equal(corm_connection_open_step(connection, &err), CORM_IO_WAIT);
    assert_int_equal(corm_connection_control(connection, "BEGIN", &err), CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_ILLEGAL_STATE);
    assert_int_equal(corm_connection_open_step(connection, &err), CORM_IO_WAIT);
    assert_int_equal(corm_connection_open_step(connection, &err), CORM_IO_DONE);
    assert_string_equal(corm_connection_state_name(connection), "idle");
    corm_connection_unref(connection);
    assert_int_equal(fake.nopen, 0);
}

static void is_dead_when_it_cannot_open(void **state)
{
    (void)state;
    struct corm_error err;
    struct corm_connection *connection;
    struct corm_engine *engine = fake_engine(&corm_dialect_default);
    fake.nerrors = 1;
    assert_int_equal(corm_connection_new(engine, NULL, &connection, &err), CORM_OK);
    corm_engine_unref(engine);
    assert_int_equal(corm_connection_open_step(connection, &err), CORM_IO_ERROR);
    assert_string_equal(corm_connection_state_name(connection), "dead");
    assert_int_equal(corm_connection_ping(connection, &err), CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_OPERATIONAL);
    assert_true(err.is_disconnect);
    corm_connection_unref(connection);
}

static void refuses_others_while_one_waits(void **state)
{
    (void)state;
    struct corm_error err;
    struct corm_connection *connection = open_connection();
    static const char commit[] = "COMMIT";
    fake.nwaits = 1;
    assert_int_equal(corm_connection_control(connection, commit, &err), CORM_IO_WAIT);
    assert_string_equal(corm_connection_state_name(connection), "busy");
    assert_int_equal(corm_connection_ping(connection, &err), CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_ILLEGAL_STATE);
    assert_int_equal(corm_connection_control(connection, commit, &err), CORM_IO_DONE);
    assert_string_equal(corm_connection_state_name(connection), "idle");
    corm_connection_unref(connection);
}

static void cancels_what_nobody_carries_on(void **state)
{
    (void)state;
    struct corm_error err;
    struct corm_connection *connection = open_connection();
    corm_connection_cancel(connection);
    assert_int_equal(fake.ncancelled, 0);
    fake.nwaits = 1;
    assert_int_equal(corm_connection_ping(connection, &err), CORM_IO_WAIT);
    corm_connection_cancel(connection);
    assert_int_equal(fake.ncancelled, 1);
    assert_string_equal(corm_connection_state_name(connection), "idle");
    assert_int_equal(corm_connection_ping(connection, &err), CORM_IO_DONE);
    corm_connection_unref(connection);
}

static void is_dead_when_the_driver_says_so(void **state)
{
    (void)state;
    struct corm_error err;
    struct corm_connection *connection = open_connection();
    fake.nerrors = 1;
    fake.is_lost = true;
    assert_int_equal(corm_connection_ping(connection, &err), CORM_IO_ERROR);
    assert_string_equal(corm_connection_state_name(connection), "dead");
    corm_connection_close(connection);
    corm_connection_close(connection);
    assert_string_equal(corm_connection_state_name(connection), "closed");
    assert_int_equal(corm_connection_ping(connection, &err), CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_RESOURCE_CLOSED);
    corm_connection_unref(connection);
}

static void knows_when_its_transaction_has_gone(void **state)
{
    (void)state;
    struct corm_error err;
    struct corm_connection *connection = open_connection();
    assert_true(corm_connection_is_in_step(connection));
    connection->is_begun = true;
    assert_false(corm_connection_is_in_step(connection));
    assert_int_equal(corm_connection_control(connection, "BEGIN", &err), CORM_IO_DONE);
    assert_true(corm_connection_is_in_step(connection));
    corm_connection_unref(connection);
}

static void closes_its_executions_first(void **state)
{
    (void)state;
    struct corm_error err;
    struct corm_connection *connection = open_connection();
    struct corm_execution execution = { 0 };
    fake.nrows = 3;
    assert_int_equal(corm_execution_init(&execution, connection, &err), CORM_OK);
    assert_int_equal(corm_execution_prepare_text(&execution, "SELECT", 6, 0, 1, &err),
                     CORM_OK);
    assert_int_equal(corm_execution_run(&execution, &err), CORM_IO_DONE);
    assert_int_equal(corm_execution_fetch(&execution, &err), CORM_IO_ROW);
    corm_connection_unref(connection);
    assert_int_equal(fake.nopen, 0);
    assert_null(execution.connection);
    assert_int_equal(corm_execution_fetch(&execution, &err), CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_RESOURCE_CLOSED);
    corm_execution_release(&execution);
}

static bool open_and_close(void *state)
{
    struct corm_error err;
    struct corm_connection *connection;
    struct corm_engine *engine = fake_engine(&corm_dialect_default);
    (void)state;
    if (engine == NULL) {
        return false;
    }
    enum corm_rc rc = corm_connection_new(engine, NULL, &connection, &err);
    corm_engine_unref(engine);
    if (rc == CORM_OK) {
        corm_connection_unref(connection);
    }
    return rc == CORM_OK;
}

static void survives_short_memory(void **state)
{
    alloc_sweep(open_and_close, *state);
    assert_int_equal(fake.nopen, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(opens_in_steps, fake_reset),
        cmocka_unit_test_setup(is_dead_when_it_cannot_open, fake_reset),
        cmocka_unit_test_setup(refuses_others_while_one_waits, fake_reset),
        cmocka_unit_test_setup(cancels_what_nobody_carries_on, fake_reset),
        cmocka_unit_test_setup(is_dead_when_the_driver_says_so, fake_reset),
        cmocka_unit_test_setup(knows_when_its_transaction_has_gone, fake_reset),
        cmocka_unit_test_setup(closes_its_executions_first, fake_reset),
        cmocka_unit_test_setup(survives_short_memory, fake_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

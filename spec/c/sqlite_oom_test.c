/* SPDX-License-Identifier: MIT */
/* SQLite's own allocations fail, one after the other, under a whole session. */
#include "dialects/sqlite/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/alloc.h"
#include "driver_kit.h"

static sqlite3_mem_methods system_methods;
static unsigned long countdown; /* 0: nothing planned; 1: the next request fails */
static bool is_forever;
static bool did_fail;

static bool is_doomed(void)
{
    if (countdown == 0) {
        return false;
    }
    if (countdown > 1) {
        countdown--;
        return false;
    }
    countdown = is_forever ? 1 : 0;
    did_fail = true;
    return true;
}

static void *failing_malloc(int size)
{
    return is_doomed() ? NULL : system_methods.xMalloc(size);
}

static void *failing_realloc(void *ptr, int size)
{
    return is_doomed() ? NULL : system_methods.xRealloc(ptr, size);
}

static int install_faults(void **state)
{
    sqlite3_mem_methods methods;
    (void)state;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_methods) != SQLITE_OK) {
        return -1;
    }
    methods = system_methods;
    methods.xMalloc = failing_malloc;
    methods.xRealloc = failing_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

/* False if it failed, which must be for memory and nothing else. */
static bool run(struct corm_dbc *dbc, const char *sql, uint32_t nsets)
{
    const struct corm_value params[] = { kit_text("some text"),
                                         kit_text("another one") };
    struct corm_value cells[KIT_COLUMNS_MAX];
    struct corm_error err;
    struct corm_request request = kit_request(sql, params, nsets > 0 ? 1 : 0);
    request.nsets = nsets > 0 ? nsets : 1;
    struct corm_cursor *cursor = kit_try_execute(dbc, &request, &err);
    enum corm_io io = cursor == NULL ? CORM_IO_ERROR : CORM_IO_ROW;
    while (io == CORM_IO_ROW) {
        io = kit_try_fetch(cursor, cells, &err);
    }
    dbc->ops->cursor_close(cursor);
    if (io == CORM_IO_ERROR) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
    }
    return io == CORM_IO_DONE;
}

static bool run_session(void)
{
    struct corm_error err;
    struct corm_dbc *dbc = kit_try_connect(&corm_sqlite_driver, "sqlite://", &err);
    if (dbc == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
        return false;
    }
    bool is_done =
        run(dbc, "BEGIN", 0) && run(dbc, "CREATE TABLE t (x PRIMARY KEY, y)", 0) &&
        run(dbc, "INSERT INTO t (x) VALUES (?)", 2) && run(dbc, "SELECT * FROM t", 0) &&
        run(dbc, "SELECT * FROM t WHERE x = ?", 1) && run(dbc, "PRAGMA encoding", 0) &&
        run(dbc, "COMMIT", 0);
    kit_close(dbc);
    return is_done;
}

static void sweep(void)
{
    unsigned long nfailed = 0;
    for (unsigned long n = 1;; n++) {
        size_t blocks = corm_alloc_live_blocks();
        did_fail = false;
        countdown = n;
        bool is_done = run_session();
        bool is_over = !did_fail;
        countdown = 0;
        assert_int_equal(corm_alloc_live_blocks(), blocks);
        if (is_over) {
            assert_true(is_done);
            break;
        }
        nfailed += !is_done;
    }
    assert_true(nfailed > 100);
    sqlite3_shutdown();
    assert_int_equal(sqlite3_memory_used(), 0);
}

static void survives_each_allocation_that_fails_once(void **state)
{
    (void)state;
    is_forever = false;
    sweep();
}

static void survives_memory_that_stays_short(void **state)
{
    (void)state;
    is_forever = true;
    sweep();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survives_each_allocation_that_fails_once),
        cmocka_unit_test(survives_memory_that_stays_short),
    };
    return cmocka_run_group_tests_name("sqlite/oom", tests, install_faults, NULL);
}

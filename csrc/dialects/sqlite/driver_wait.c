/* SPDX-License-Identifier: MIT */
/*
 * Waiting for locks and limiting the time of a statement.
 *
 * SQLite asks the busy handler only where waiting can help: when two transactions wait for
 * each other it fails at once. So the handler notes that it was asked and refuses, and
 * whether to try again later is decided here.
 */
#include "base/clock.h"
#include "dialects/sqlite/driver_int.h"

enum {
    STEPS_PER_LOOK = 2000 /* virtual machine instructions between looks at the clock */
};

int sqlite_on_busy(void *dbc, int ntries)
{
    (void)ntries;
    ((struct sqlite_dbc *)dbc)->wait.was_asked = true;
    return 0;
}

bool sqlite_should_wait(struct sqlite_dbc *dbc,
                        const struct sqlite_statement *statement, int rc)
{
    struct sqlite_wait *wait = &dbc->wait;
    bool can_help =
        (rc & 0xff) == SQLITE_BUSY && rc != SQLITE_BUSY_SNAPSHOT && wait->was_asked;
    if (!can_help) {
        *wait = (struct sqlite_wait){ 0 };
        return false;
    }
    int64_t now_us = corm_clock_mono_us();
    if (wait->deadline_us == 0) {
        wait->deadline_us = now_us + dbc->busy_timeout_ms * 1000;
        if (statement->limit_us != 0 && statement->limit_us < wait->deadline_us) {
            wait->deadline_us = statement->limit_us;
        }
    }
    if (now_us >= wait->deadline_us) {
        *wait = (struct sqlite_wait){ 0 };
        return false;
    }
    wait->ntries++;
    return true;
}

void sqlite_limit_set(struct sqlite_statement *statement, int64_t timeout_ms)
{
    statement->limit_us = timeout_ms > 0 ? corm_clock_mono_us() + timeout_ms * 1000 : 0;
}

static int on_progress(void *ctx)
{
    struct sqlite_dbc *dbc = ctx;
    dbc->was_limited = corm_clock_mono_us() >= dbc->limit_us;
    return dbc->was_limited;
}

int sqlite_step(struct sqlite_dbc *dbc, struct sqlite_statement *statement)
{
    dbc->wait.was_asked = false;
    if (CORM_LIKELY(statement->limit_us == 0)) {
        return sqlite3_step(statement->handle);
    }
    dbc->limit_us = statement->limit_us;
    dbc->was_limited = false;
    sqlite3_progress_handler(dbc->db, STEPS_PER_LOOK, on_progress, dbc);
    int rc = sqlite3_step(statement->handle);
    sqlite3_progress_handler(dbc->db, 0, NULL, NULL);
    return rc;
}

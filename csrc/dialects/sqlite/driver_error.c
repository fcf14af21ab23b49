/* SPDX-License-Identifier: MIT */
/*
 * SQLite's codes as the classes that Python's sqlite3 module and so SQLAlchemy give them:
 * a missing table or bad syntax (SQLITE_ERROR) is operational there.
 */
#include "dialects/sqlite/driver_int.h"

static enum corm_rc class_of(int primary)
{
    switch (primary) {
    case SQLITE_NOMEM:
        return CORM_E_NO_MEMORY;
    case SQLITE_CONSTRAINT:
        return CORM_E_INTEGRITY;
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return CORM_E_DATA;
    case SQLITE_INTERNAL:
    case SQLITE_NOTFOUND:
        return CORM_E_INTERNAL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return CORM_E_DATABASE;
    case SQLITE_RANGE:
        return CORM_E_PROGRAMMING;
    default:
        return CORM_E_OPERATIONAL;
    }
}

/* The file is no longer what was opened: no statement can succeed here again. */
static bool is_lost(int rc)
{
    int primary = rc & 0xff;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ||
           rc == SQLITE_READONLY_DBMOVED;
}

enum corm_rc sqlite_fail(struct sqlite_dbc *dbc, int rc, struct corm_error *err)
{
    int primary = rc & 0xff;
    if (primary == SQLITE_NOMEM) {
        return corm_fail_memory(err);
    }
    if (primary == SQLITE_INTERRUPT && dbc->was_limited) {
        dbc->was_limited = false;
        corm_fail(err, CORM_E_OPERATIONAL,
                  "the statement took longer than its time limit");
        return CORM_E_OPERATIONAL;
    }
    /* sqlite3_errmsg() speaks of the last call, which may not be the one that failed. */
    const char *message = dbc->db != NULL && sqlite3_extended_errcode(dbc->db) == rc
                              ? sqlite3_errmsg(dbc->db)
                              : sqlite3_errstr(rc);
    corm_fail(err, class_of(primary), "%s", message);
    dbc->base.is_dead = dbc->base.is_dead || is_lost(rc);
    if (err != NULL) {
        err->native_code = rc;
        err->is_disconnect = rc == SQLITE_READONLY_DBMOVED;
        err->is_retryable = primary == SQLITE_BUSY || primary == SQLITE_LOCKED;
    }
    return class_of(primary);
}

void sqlite_refresh(struct sqlite_dbc *dbc)
{
    dbc->base.in_transaction = sqlite3_get_autocommit(dbc->db) == 0;
}

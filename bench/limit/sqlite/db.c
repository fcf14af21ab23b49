/* SPDX-License-Identifier: MIT */
#include "db.h"

void db_exec(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        limit_fail(sql, sqlite3_errmsg(db));
    }
}

sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;

    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        limit_fail(sql, sqlite3_errmsg(db));
    }
    return stmt;
}

void db_change(sqlite3 *db, sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE) {
        limit_fail("step", sqlite3_errmsg(db));
    }
    sqlite3_reset(stmt);
}

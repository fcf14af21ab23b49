/* SPDX-License-Identifier: MIT */
/* A prepared select by key: many in one transaction, or each in one of its own. */
#include "db.h"

static void get_one(sqlite3_stmt *stmt, int key)
{
    sqlite3_bind_int(stmt, 1, key);
    if (sqlite3_step(stmt) != SQLITE_ROW) {
        limit_fail("get", "row missing");
    }
    limit_use((unsigned long long)sqlite3_column_int64(stmt, 0));
    limit_use(sqlite3_column_text(stmt, 1)[0]);
    limit_use((unsigned long long)sqlite3_column_bytes(stmt, 1));
    limit_use(sqlite3_column_text(stmt, 2)[0]);
    limit_use((unsigned long long)sqlite3_column_bytes(stmt, 2));
    sqlite3_reset(stmt);
}

static void get_each(void *db, long n)
{
    sqlite3_stmt *stmt =
        db_prepare(db, "SELECT id, name, description FROM customer WHERE id = ?");

    for (long i = 0; i < n; i++) {
        get_one(stmt, limit_key(i));
    }
    sqlite3_finalize(stmt);
}

static void get_in_one(void *db, long n)
{
    db_exec(db, "BEGIN");
    get_each(db, n);
    db_exec(db, "COMMIT");
}

const struct limit_case get_cases[] = {
    { "get", 10000, NULL, get_in_one, NULL },
    { "get_each", 10000, NULL, get_each, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

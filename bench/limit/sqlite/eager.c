/* SPDX-License-Identifier: MIT */
/* 200 parents, then their 100 children each by one IN. */
#include "db.h"
#include <stdio.h>
#include <string.h>

enum { NPARENTS = 200 };

static void read_parents(sqlite3 *db, sqlite3_int64 *ids)
{
    sqlite3_stmt *stmt = db_prepare(db, "SELECT id FROM parent");
    int i = 0;

    for (; i < NPARENTS && sqlite3_step(stmt) == SQLITE_ROW; i++) {
        ids[i] = sqlite3_column_int64(stmt, 0);
    }
    sqlite3_finalize(stmt);
    if (i != NPARENTS) {
        limit_fail("eager", "parents missing");
    }
}

static sqlite3_stmt *prepare_children(sqlite3 *db, const sqlite3_int64 *ids)
{
    char sql[100 + 2 * NPARENTS] =
        "SELECT parent_id, id FROM child WHERE parent_id IN (?";
    char *end = sql + strlen(sql);
    sqlite3_stmt *stmt;

    for (int i = 1; i < NPARENTS; i++) {
        *end++ = ',';
        *end++ = '?';
    }
    *end = ')';
    stmt = db_prepare(db, sql);
    for (int i = 0; i < NPARENTS; i++) {
        sqlite3_bind_int64(stmt, i + 1, ids[i]);
    }
    return stmt;
}

static void eager(void *db, long n)
{
    sqlite3_int64 ids[NPARENTS];
    sqlite3_stmt *stmt;
    long nrows = 0;

    read_parents(db, ids);
    stmt = prepare_children(db, ids);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        limit_use((unsigned long long)sqlite3_column_int64(stmt, 0));
        limit_use((unsigned long long)sqlite3_column_int64(stmt, 1));
        nrows++;
    }
    sqlite3_finalize(stmt);
    if (nrows != n) {
        limit_fail("eager", "children missing");
    }
}

const struct limit_case eager_cases[] = {
    { "eager", 20000, NULL, eager, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

/* SPDX-License-Identifier: MIT */
/* Prepared inserts whose keys are fetched: in one transaction, or in one each. */
#include "db.h"

#define INSERT "INSERT INTO customer (name, description) VALUES (?, ?)"

static void insert_one(sqlite3 *db, sqlite3_stmt *stmt, long i)
{
    char name[64], description[64];
    int name_len = limit_name(name, i);
    int description_len = limit_description(description, i);

    sqlite3_bind_text(stmt, 1, name, name_len, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, description, description_len, SQLITE_STATIC);
    db_change(db, stmt);
    limit_use((unsigned long long)sqlite3_last_insert_rowid(db));
}

static void insert_all(void *db, long n)
{
    sqlite3_stmt *stmt = db_prepare(db, INSERT);

    db_exec(db, "BEGIN");
    for (long i = 0; i < n; i++) {
        insert_one(db, stmt, i);
    }
    db_exec(db, "COMMIT");
    sqlite3_finalize(stmt);
}

static void insert_commits(void *db, long n)
{
    sqlite3_stmt *stmt = db_prepare(db, INSERT);

    for (long i = 0; i < n; i++) {
        db_exec(db, "BEGIN");
        insert_one(db, stmt, i);
        db_exec(db, "COMMIT");
    }
    sqlite3_finalize(stmt);
}

const struct limit_case insert_cases[] = {
    { "insert", 100000, NULL, insert_all, NULL },
    { "commits", 1000, NULL, insert_commits, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

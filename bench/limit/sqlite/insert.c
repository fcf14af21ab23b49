/* SPDX-License-Identifier: MIT */
/*
 * Prepared inserts whose keys are fetched: in one transaction, or in one each; with texts
 * that are made in between, or were before.
 */
#include "db.h"

#define INSERT "INSERT INTO customer (name, description) VALUES (?, ?)"

static const struct limit_row *ready;

static void insert_row(sqlite3 *db, sqlite3_stmt *stmt, const struct limit_row *row)
{
    sqlite3_bind_text(stmt, 1, row->name, row->name_len, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, row->description, row->description_len, SQLITE_STATIC);
    db_change(db, stmt);
    limit_use((unsigned long long)sqlite3_last_insert_rowid(db));
}

static void insert_one(sqlite3 *db, sqlite3_stmt *stmt, long i)
{
    struct limit_row row;

    limit_row_make(&row, i);
    insert_row(db, stmt, &row);
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

static void make_ready(void *db)
{
    (void)db;
    ready = limit_rows_make(100000);
}

static void insert_ready(void *db, long n)
{
    sqlite3_stmt *stmt = db_prepare(db, INSERT);

    db_exec(db, "BEGIN");
    for (long i = 0; i < n; i++) {
        insert_row(db, stmt, &ready[i]);
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
    { "insert_ready", 100000, make_ready, insert_ready, limit_rows_free },
    { "commits", 1000, NULL, insert_commits, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

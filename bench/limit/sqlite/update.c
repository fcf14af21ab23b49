/* SPDX-License-Identifier: MIT */
/* Load 20,000 customers, change one column of each, save by key, in one transaction. */
#include "db.h"
#include <stdio.h>
#include <stdlib.h>

struct changed {
    sqlite3_int64 id;
    char description[64];
};

static void load(sqlite3 *db, struct changed *rows, long n)
{
    sqlite3_stmt *stmt = db_prepare(db, "SELECT id, name, description FROM customer");
    long i = 0;

    for (; i < n && sqlite3_step(stmt) == SQLITE_ROW; i++) {
        rows[i].id = sqlite3_column_int64(stmt, 0);
        limit_use(sqlite3_column_text(stmt, 1)[0]);
        snprintf(rows[i].description, sizeof rows[i].description, "%supdated",
                 (const char *)sqlite3_column_text(stmt, 2));
    }
    sqlite3_finalize(stmt);
    if (i != n) {
        limit_fail("update", "rows missing");
    }
}

static void save(sqlite3 *db, const struct changed *rows, long n)
{
    sqlite3_stmt *stmt =
        db_prepare(db, "UPDATE customer SET description = ? WHERE id = ?");

    for (long i = 0; i < n; i++) {
        sqlite3_bind_text(stmt, 1, rows[i].description, -1, SQLITE_STATIC);
        sqlite3_bind_int64(stmt, 2, rows[i].id);
        db_change(db, stmt);
    }
    sqlite3_finalize(stmt);
}

static void update_all(void *db, long n)
{
    struct changed *rows = malloc((size_t)n * sizeof *rows);

    if (!rows) {
        limit_fail("update", "not enough memory");
    }
    db_exec(db, "BEGIN");
    load(db, rows, n);
    save(db, rows, n);
    db_exec(db, "COMMIT");
    free(rows);
}

const struct limit_case update_cases[] = {
    { "update", 20000, NULL, update_all, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

/* SPDX-License-Identifier: MIT */
/* Step through all customers and read every column. */
#include "db.h"

static void read_row(sqlite3_stmt *stmt)
{
    sqlite3_int64 id = sqlite3_column_int64(stmt, 0);
    const unsigned char *name = sqlite3_column_text(stmt, 1);
    int name_len = sqlite3_column_bytes(stmt, 1);
    const unsigned char *description = sqlite3_column_text(stmt, 2);
    int description_len = sqlite3_column_bytes(stmt, 2);

    limit_use((unsigned long long)(id + name_len + name[0] + description_len +
                                   description[0]));
}

static void read_all(void *db, long n)
{
    sqlite3_stmt *stmt = db_prepare(db, "SELECT id, name, description FROM customer");
    long nrows = 0;

    while (sqlite3_step(stmt) == SQLITE_ROW) {
        read_row(stmt);
        nrows++;
    }
    sqlite3_finalize(stmt);
    if (nrows != n) {
        limit_fail("read", "rows missing");
    }
}

const struct limit_case read_cases[] = {
    { "read", 200000, NULL, read_all, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

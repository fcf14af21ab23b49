/* SPDX-License-Identifier: MIT */
/* limit_sqlite FILE CASE REPEAT: libsqlite3 called directly, opened as by default. */
#include "db.h"

static const struct limit_case *const lists[] = {
    read_cases, table_cases, insert_cases, get_cases, update_cases, eager_cases, NULL,
};

int main(int argc, char **argv)
{
    sqlite3 *db;
    int rc;

    if (argc != 4) {
        limit_fail(argv[0], "usage: FILE CASE REPEAT");
    }
    if (sqlite3_open(argv[1], &db) != SQLITE_OK) {
        limit_fail(argv[1], sqlite3_errmsg(db));
    }
    rc = limit_run(lists, db, argv);
    sqlite3_close(db);
    return rc;
}

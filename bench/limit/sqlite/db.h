/* SPDX-License-Identifier: MIT */
/* libsqlite3 with every failure ending the program; and the lists of cases. */
#ifndef CORM_BENCH_SQLITE_DB_H
#define CORM_BENCH_SQLITE_DB_H

#include "../limit.h"
#include <sqlite3.h>

/**
 * Run statements that give no rows.
 */
void db_exec(sqlite3 *db, const char *sql);

/**
 * Prepare one statement. Ownership: the caller's; sqlite3_finalize() frees it.
 */
sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql);

/**
 * Step a statement that changes data to its end and make it ready for the next values.
 */
void db_change(sqlite3 *db, sqlite3_stmt *stmt);

extern const struct limit_case read_cases[];
extern const struct limit_case table_cases[];
extern const struct limit_case insert_cases[];
extern const struct limit_case get_cases[];
extern const struct limit_case update_cases[];
extern const struct limit_case eager_cases[];

#endif

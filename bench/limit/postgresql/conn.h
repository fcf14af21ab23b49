/* SPDX-License-Identifier: MIT */
/* libpq with every failure ending the program; and the lists of cases. */
#ifndef CORM_BENCH_POSTGRESQL_CONN_H
#define CORM_BENCH_POSTGRESQL_CONN_H

#include "../limit.h"
#include <libpq-fe.h>

/**
 * Pass a result on if it is a success. Ownership: stays the caller's.
 */
PGresult *conn_check(PGconn *conn, PGresult *result, const char *what);

/**
 * Run statements whose results do not matter.
 */
void conn_exec(PGconn *conn, const char *sql);

/**
 * Run a query without parameters; format: 0 text, 1 binary.
 * Ownership: the result is the caller's; PQclear() frees it.
 */
PGresult *conn_query(PGconn *conn, const char *sql, int format);

/**
 * Prepare a statement under a name, instead of any prepared before.
 */
void conn_prepare(PGconn *conn, const char *name, const char *sql);

/**
 * The integer that a cell of a result in text format holds.
 */
long conn_integer(const PGresult *result, int row, int column);

extern const struct limit_case read_cases[];
extern const struct limit_case insert_cases[];
extern const struct limit_case copy_cases[];
extern const struct limit_case commit_cases[];
extern const struct limit_case get_cases[];
extern const struct limit_case update_cases[];
extern const struct limit_case eager_cases[];

#endif

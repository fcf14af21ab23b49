/* SPDX-License-Identifier: MIT */
/* Prepared inserts of one row, keys fetched, each in a transaction of its own. */
#include "conn.h"

static void insert_one(PGconn *conn, long i)
{
    char name[64], description[64];
    const char *values[2] = { name, description };
    PGresult *result;

    limit_name(name, i);
    limit_description(description, i);
    result = PQexecPrepared(conn, "insert", 2, values, NULL, NULL, 0);
    conn_check(conn, result, "insert");
    limit_use((unsigned long long)conn_integer(result, 0, 0));
    PQclear(result);
}

static void insert_commits(void *conn, long n)
{
    conn_prepare(
        conn, "insert",
        "INSERT INTO customer (name, description) VALUES ($1, $2) RETURNING id");
    for (long i = 0; i < n; i++) {
        conn_exec(conn, "BEGIN");
        insert_one(conn, i);
        conn_exec(conn, "COMMIT");
    }
}

const struct limit_case commit_cases[] = {
    { "commits", 1000, NULL, insert_commits, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

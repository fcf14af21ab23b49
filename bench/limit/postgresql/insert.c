/* SPDX-License-Identifier: MIT */
/* Prepared INSERT … VALUES of 1000 rows … RETURNING id, in one transaction. */
#include "conn.h"
#include <stdio.h>

enum { BATCH = 1000 };

static char texts[2 * BATCH][64];
static const char *values[2 * BATCH];

static void prepare_batch(PGconn *conn)
{
    static char sql[100 + 20L * BATCH];
    char *end = sql + sprintf(sql, "INSERT INTO customer (name, description) VALUES ");

    for (int i = 0; i < BATCH; i++) {
        end += sprintf(end, "%s($%d,$%d)", i ? "," : "", 2 * i + 1, 2 * i + 2);
    }
    sprintf(end, " RETURNING id");
    conn_prepare(conn, "insert", sql);
}

static void insert_batch(PGconn *conn, long first)
{
    PGresult *result;

    for (int i = 0; i < BATCH; i++) {
        limit_name(texts[2 * i], first + i);
        limit_description(texts[2 * i + 1], first + i);
    }
    result = PQexecPrepared(conn, "insert", 2 * BATCH, values, NULL, NULL, 0);
    conn_check(conn, result, "insert");
    for (int i = 0; i < BATCH; i++) {
        limit_use((unsigned long long)conn_integer(result, i, 0));
    }
    PQclear(result);
}

static void insert_all(void *conn, long n)
{
    for (int i = 0; i < 2 * BATCH; i++) {
        values[i] = texts[i];
    }
    conn_exec(conn, "BEGIN");
    prepare_batch(conn);
    for (long first = 0; first < n; first += BATCH) {
        insert_batch(conn, first);
    }
    conn_exec(conn, "COMMIT");
}

const struct limit_case insert_cases[] = {
    { "insert", 100000, NULL, insert_all, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

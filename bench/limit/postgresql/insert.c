/* SPDX-License-Identifier: MIT */
/*
 * Prepared INSERT … VALUES of 1000 rows … RETURNING id, in one transaction; with texts that
 * are made in between, or were before.
 */
#include "conn.h"
#include <stdio.h>

enum { BATCH = 1000 };

static struct limit_row made[BATCH];
static const struct limit_row *ready; /* all of them, or NULL */
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

static const struct limit_row *row_at(long first, int i)
{
    if (ready) {
        return &ready[first + i];
    }
    limit_row_make(&made[i], first + i);
    return &made[i];
}

static void insert_batch(PGconn *conn, long first)
{
    PGresult *result;

    for (int i = 0; i < BATCH; i++) {
        const struct limit_row *row = row_at(first, i);
        values[2 * i] = row->name;
        values[2 * i + 1] = row->description;
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
    conn_exec(conn, "BEGIN");
    prepare_batch(conn);
    for (long first = 0; first < n; first += BATCH) {
        insert_batch(conn, first);
    }
    conn_exec(conn, "COMMIT");
}

static void make_ready(void *conn)
{
    (void)conn;
    ready = limit_rows_make(100000);
}

const struct limit_case insert_cases[] = {
    { "insert", 100000, NULL, insert_all, NULL },
    { "insert_ready", 100000, make_ready, insert_all, limit_rows_free },
    { NULL, 0, NULL, NULL, NULL },
};

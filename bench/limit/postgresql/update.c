/* SPDX-License-Identifier: MIT */
/*
 * Load 20,000 customers, change one column of each, save them by key in one
 * transaction: a join with two arrays, 1000 rows a statement.
 */
#include "conn.h"
#include <stdio.h>

enum { BATCH = 1000 };

static void save_batch(PGconn *conn, PGresult *rows, int first)
{
    static char ids[BATCH * 12], descriptions[BATCH * 64];
    const char *values[2] = { ids, descriptions };
    char *id = ids, *text = descriptions;

    for (int i = first; i < first + BATCH; i++) {
        char before = i == first ? '{' : ',';

        id += sprintf(id, "%c%s", before, PQgetvalue(rows, i, 0));
        text += sprintf(text, "%c\"%supdated\"", before, PQgetvalue(rows, i, 2));
    }
    sprintf(id, "}");
    sprintf(text, "}");
    PQclear(conn_check(conn, PQexecPrepared(conn, "update", 2, values, NULL, NULL, 0),
                       "update"));
}

static void update_all(void *conn, long n)
{
    PGresult *rows;

    conn_exec(conn, "BEGIN");
    rows = conn_query(conn, "SELECT id, name, description FROM customer", 0);
    if (PQntuples(rows) != n) {
        limit_fail("update", "rows missing");
    }
    conn_prepare(conn, "update",
                 "UPDATE customer SET description = u.description"
                 " FROM unnest($1::int[], $2::text[]) u (id, description)"
                 " WHERE customer.id = u.id");
    for (int first = 0; first < n; first += BATCH) {
        save_batch(conn, rows, first);
    }
    PQclear(rows);
    conn_exec(conn, "COMMIT");
}

const struct limit_case update_cases[] = {
    { "update", 20000, NULL, update_all, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

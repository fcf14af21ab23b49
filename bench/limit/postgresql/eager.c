/* SPDX-License-Identifier: MIT */
/* 200 parents, then their 100 children each by one array of keys. */
#include "conn.h"
#include <stdio.h>

#define SELECT_CHILDREN \
    "SELECT parent_id, id FROM child WHERE parent_id = ANY($1::int[])"

static void read_parents(PGconn *conn, char *keys)
{
    PGresult *result = conn_query(conn, "SELECT id FROM parent", 0);

    for (int i = 0; i < PQntuples(result); i++) {
        keys += sprintf(keys, "%c%s", i ? ',' : '{', PQgetvalue(result, i, 0));
    }
    sprintf(keys, "}");
    PQclear(result);
}

static void eager(void *conn, long n)
{
    char keys[4096];
    const char *value = keys;
    PGresult *result;

    read_parents(conn, keys);
    result = PQexecParams(conn, SELECT_CHILDREN, 1, NULL, &value, NULL, NULL, 0);
    if (PQntuples(conn_check(conn, result, "eager")) != n) {
        limit_fail("eager", "children missing");
    }
    for (int i = 0; i < n; i++) {
        limit_use((unsigned long long)conn_integer(result, i, 0));
        limit_use((unsigned long long)conn_integer(result, i, 1));
    }
    PQclear(result);
}

const struct limit_case eager_cases[] = {
    { "eager", 20000, NULL, eager, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

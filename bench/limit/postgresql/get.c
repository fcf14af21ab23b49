/* SPDX-License-Identifier: MIT */
/* A prepared select by key: many in one transaction, or each in one of its own. */
#include "conn.h"
#include <arpa/inet.h>
#include <stdint.h>

static void get_one(PGconn *conn, int key)
{
    uint32_t bytes = htonl((uint32_t)key);
    const char *value = (const char *)&bytes;
    int len = sizeof bytes, format = 1;
    PGresult *result = PQexecPrepared(conn, "get", 1, &value, &len, &format, 0);

    if (PQntuples(conn_check(conn, result, "get")) != 1) {
        limit_fail("get", "row missing");
    }
    limit_use((unsigned long long)conn_integer(result, 0, 0));
    for (int i = 1; i <= 2; i++) {
        limit_use((unsigned char)PQgetvalue(result, 0, i)[0]);
        limit_use((unsigned long long)PQgetlength(result, 0, i));
    }
    PQclear(result);
}

static void get_each(void *conn, long n)
{
    conn_prepare(conn, "get",
                 "SELECT id, name, description FROM customer WHERE id = $1");
    for (long i = 0; i < n; i++) {
        get_one(conn, limit_key(i));
    }
}

static void get_in_one(void *conn, long n)
{
    conn_exec(conn, "BEGIN");
    get_each(conn, n);
    conn_exec(conn, "COMMIT");
}

const struct limit_case get_cases[] = {
    { "get", 10000, NULL, get_in_one, NULL },
    { "get_each", 10000, NULL, get_each, NULL },
    { NULL, 0, NULL, NULL, NULL },
};

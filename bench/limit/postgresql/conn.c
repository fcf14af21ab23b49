/* SPDX-License-Identifier: MIT */
#include "conn.h"
#include <stdlib.h>

PGresult *conn_check(PGconn *conn, PGresult *result, const char *what)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_COPY_IN:
    case PGRES_SINGLE_TUPLE:
        return result;
    default:
        limit_fail(what, PQerrorMessage(conn));
    }
}

void conn_exec(PGconn *conn, const char *sql)
{
    PQclear(conn_check(conn, PQexec(conn, sql), sql));
}

PGresult *conn_query(PGconn *conn, const char *sql, int format)
{
    PGresult *result = PQexecParams(conn, sql, 0, NULL, NULL, NULL, NULL, format);

    return conn_check(conn, result, sql);
}

void conn_prepare(PGconn *conn, const char *name, const char *sql)
{
    conn_exec(conn, "DEALLOCATE ALL");
    PQclear(conn_check(conn, PQprepare(conn, name, sql, 0, NULL), sql));
}

long conn_integer(const PGresult *result, int row, int column)
{
    return strtol(PQgetvalue(result, row, column), NULL, 10);
}

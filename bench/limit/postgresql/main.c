/* SPDX-License-Identifier: MIT */
/* limit_postgresql CONNINFO CASE REPEAT: libpq called directly. */
#include "conn.h"

static const struct limit_case *const lists[] = {
    read_cases, insert_cases, copy_cases,  commit_cases,
    get_cases,  update_cases, eager_cases, NULL,
};

int main(int argc, char **argv)
{
    PGconn *conn;
    int rc;

    if (argc != 4) {
        limit_fail(argv[0], "usage: CONNINFO CASE REPEAT");
    }
    conn = PQconnectdb(argv[1]);
    if (PQstatus(conn) != CONNECTION_OK) {
        limit_fail(argv[1], PQerrorMessage(conn));
    }
    rc = limit_run(lists, conn, argv);
    PQfinish(conn);
    return rc;
}

/* SPDX-License-Identifier: MIT */
/*
 * Fetch all customers as one result and read every column, in text or binary format;
 * or make a Lua table of each. The last case fetches five times as many, row by row.
 */
#include "../row_table.h"
#include "conn.h"
#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#define SELECT "SELECT id, name, description FROM customer"

static lua_State *lua;

static int32_t read_int(const char *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof value);
    return (int32_t)ntohl(value);
}

static struct row_text column(PGresult *result, int row, int i)
{
    return (struct row_text){ PQgetvalue(result, row, i),
                              (size_t)PQgetlength(result, row, i) };
}

static PGresult *fetch(PGconn *conn, long n, int format)
{
    PGresult *result = conn_query(conn, SELECT, format);

    if (PQntuples(result) != n) {
        limit_fail("read", "rows missing");
    }
    return result;
}

static void use_row(PGresult *result, int row, long id)
{
    struct row_text name = column(result, row, 1);
    struct row_text description = column(result, row, 2);

    limit_use((unsigned long long)id + name.len + (unsigned char)name.ptr[0] +
              description.len + (unsigned char)description.ptr[0]);
}

static void read_text(void *conn, long n)
{
    PGresult *result = fetch(conn, n, 0);

    for (int row = 0; row < n; row++) {
        use_row(result, row, conn_integer(result, row, 0));
    }
    PQclear(result);
}

static void read_binary(void *conn, long n)
{
    PGresult *result = fetch(conn, n, 1);

    for (int row = 0; row < n; row++) {
        use_row(result, row, read_int(PQgetvalue(result, row, 0)));
    }
    PQclear(result);
}

static void make_tables(void *conn, long n)
{
    PGresult *result = fetch(conn, n, 1);

    row_tables_begin(lua);
    for (int row = 0; row < n; row++) {
        row_tables_add(lua, row + 1, read_int(PQgetvalue(result, row, 0)),
                       column(result, row, 1), column(result, row, 2));
    }
    row_tables_end(lua);
    PQclear(result);
}

static void make_and_read(void *conn, long n)
{
    make_tables(conn, n);
    row_tables_read(lua);
}

static PGconn *streamed;

static int next_table(lua_State *L)
{
    PGresult *row = conn_check(streamed, PQgetResult(streamed), "stream");

    if (PQntuples(row) == 0) {
        PQclear(row);
        return 0;
    }
    row_table_push(L, lua_upvalueindex(1), read_int(PQgetvalue(row, 0, 0)),
                   column(row, 0, 1), column(row, 0, 2));
    PQclear(row);
    return 1;
}

static void stream(void *conn, long n)
{
    (void)n;
    streamed = conn;
    if (!PQsendQueryParams(conn, LIMIT_SELECT_STREAM, 0, NULL, NULL, NULL, NULL, 1)) {
        limit_fail("stream", PQerrorMessage(conn));
    }
    PQsetSingleRowMode(conn);
    row_tables_stream(lua, next_table);
    PQclear(PQgetResult(conn));
}

static void prepare(void *conn)
{
    (void)conn;
    lua = row_tables_open();
}

const struct limit_case read_cases[] = {
    { "read_text", 200000, NULL, read_text, NULL },
    { "read_binary", 200000, NULL, read_binary, NULL },
    { "tables", 200000, prepare, make_tables, row_tables_close },
    { "tables_read", 200000, prepare, make_and_read, row_tables_close },
    { "stream", 1000000, prepare, stream, row_tables_close },
    { NULL, 0, NULL, NULL, NULL },
};

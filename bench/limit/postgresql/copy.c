/* SPDX-License-Identifier: MIT */
/* COPY … FROM STDIN in binary format, of texts made beforehand, keys not fetched. */
#include "conn.h"
#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

static const struct limit_row *ready;

static char *put_text(char *out, const char *text, int len)
{
    uint32_t prefix = htonl((uint32_t)len);

    memcpy(out, &prefix, sizeof prefix);
    memcpy(out + sizeof prefix, text, (size_t)len);
    return out + sizeof prefix + len;
}

static void put(PGconn *conn, const char *bytes, long len)
{
    if (PQputCopyData(conn, bytes, (int)len) != 1) {
        limit_fail("copy", PQerrorMessage(conn));
    }
}

static void put_row(PGconn *conn, const struct limit_row *row)
{
    char bytes[2 + 2 * (4 + 64)] = { 0, 2 };
    char *end = put_text(bytes + 2, row->name, row->name_len);

    end = put_text(end, row->description, row->description_len);
    put(conn, bytes, end - bytes);
}

static void make_ready(void *conn)
{
    (void)conn;
    ready = limit_rows_make(100000);
}

static void copy_all(void *conn, long n)
{
    PGresult *result;

    conn_exec(conn, "BEGIN");
    conn_exec(conn, "COPY customer (name, description) FROM STDIN (FORMAT binary)");
    put(conn, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
    for (long i = 0; i < n; i++) {
        put_row(conn, &ready[i]);
    }
    put(conn, "\377\377", 2);
    PQputCopyEnd(conn, NULL);
    while ((result = PQgetResult(conn))) {
        PQclear(conn_check(conn, result, "copy"));
    }
    conn_exec(conn, "COMMIT");
}

const struct limit_case copy_cases[] = {
    { "copy", 100000, make_ready, copy_all, limit_rows_free },
    { NULL, 0, NULL, NULL, NULL },
};

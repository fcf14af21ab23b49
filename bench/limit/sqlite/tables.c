/* SPDX-License-Identifier: MIT */
/*
 * Make a Lua table of every customer; then, in the second case, read all of them. The third
 * case makes and reads them one by one, five times as many.
 */
#include "../row_table.h"
#include "db.h"

static lua_State *lua;

static struct row_text column(sqlite3_stmt *stmt, int i)
{
    const char *text = (const char *)sqlite3_column_text(stmt, i);

    return (struct row_text){ text, (size_t)sqlite3_column_bytes(stmt, i) };
}

static void make_tables(void *db, long n)
{
    sqlite3_stmt *stmt = db_prepare(db, "SELECT id, name, description FROM customer");
    long nrows = 0;

    row_tables_begin(lua);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        row_tables_add(lua, ++nrows, sqlite3_column_int64(stmt, 0), column(stmt, 1),
                       column(stmt, 2));
    }
    row_tables_end(lua);
    sqlite3_finalize(stmt);
    if (nrows != n) {
        limit_fail("tables", "rows missing");
    }
}

static void make_and_read(void *db, long n)
{
    make_tables(db, n);
    row_tables_read(lua);
}

static sqlite3_stmt *streamed;

static int next_table(lua_State *L)
{
    if (sqlite3_step(streamed) != SQLITE_ROW) {
        return 0;
    }
    row_table_push(L, lua_upvalueindex(1), sqlite3_column_int64(streamed, 0),
                   column(streamed, 1), column(streamed, 2));
    return 1;
}

static void stream(void *db, long n)
{
    (void)n;
    streamed = db_prepare(db, LIMIT_SELECT_STREAM);
    row_tables_stream(lua, next_table);
    sqlite3_finalize(streamed);
}

static void prepare(void *db)
{
    (void)db;
    lua = row_tables_open();
}

const struct limit_case table_cases[] = {
    { "tables", 200000, prepare, make_tables, row_tables_close },
    { "tables_read", 200000, prepare, make_and_read, row_tables_close },
    { "stream", 1000000, prepare, stream, row_tables_close },
    { NULL, 0, NULL, NULL, NULL },
};

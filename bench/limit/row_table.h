/* SPDX-License-Identifier: MIT */
/*
 * One Lua table with named fields for each row, made through Lua's C API: what a Lua
 * database driver does at best. The collector runs as it does by default.
 *
 * While rows are made the stack holds the list of tables, then the three field names; or
 * a loop in Lua takes them one by one.
 */
#ifndef CORM_BENCH_ROW_TABLE_H
#define CORM_BENCH_ROW_TABLE_H

#include <lua.h>
#include <stddef.h>

struct row_text {
    const char *ptr;
    size_t len;
};

/**
 * Open a Lua state; it is lent until row_tables_close().
 */
lua_State *row_tables_open(void);

/**
 * Push the list and the field names.
 */
void row_tables_begin(lua_State *L);

/**
 * Run a loop in Lua that reads id, name and description of one table after the other.
 * next: pushes the next table by row_table_push() with its upvalues as names and returns 1,
 * or returns 0 when there are no more.
 */
void row_tables_stream(lua_State *L, lua_CFunction next);

/**
 * Push the table of one row; names: stack index of the first of three field names.
 */
void row_table_push(lua_State *L, int names, long long id, struct row_text name,
                    struct row_text description);

/**
 * Append the table of one row to the list; nth counts from 1.
 */
void row_tables_add(lua_State *L, long nth, long long id, struct row_text name,
                    struct row_text description);

/**
 * Pop the field names, so that the list is on top.
 */
void row_tables_end(lua_State *L);

/**
 * Read id, name and description of every table of the list on top, in a loop in Lua.
 */
void row_tables_read(lua_State *L);

/**
 * Close the Lua state.
 */
void row_tables_close(void);

#endif

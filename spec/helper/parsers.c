/* SPDX-License-Identifier: MIT */
/*
 * The parsers of the databases, for specs: would this database read this statement? No
 * tables are needed. Of PostgreSQL the grammar alone is asked. SQLite has no such door: a
 * statement is prepared in an empty database, and what it then misses is no mistake of the
 * statement's.
 */
#include <lauxlib.h>
#include <lua.h>
#include <pg_query.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Not const: its address is the key of the database in Lua's registry. */
static char database_key;

/* Lua's copy of what a parser says, so that the parser's own can be freed. */
enum { MESSAGE_MAX = 1024 };

/* parsers.postgresql(sql) -> nil, or what is wrong with it */
static int parse_postgresql(lua_State *L)
{
    char message[MESSAGE_MAX] = "";
    PgQuerySplitResult result = pg_query_split_with_parser(luaL_checkstring(L, 1));
    if (result.error != NULL) {
        snprintf(message, sizeof message, "%s (at character %d)", result.error->message,
                 result.error->cursorpos);
    } else if (result.n_stmts != 1) {
        snprintf(message, sizeof message, "%d statements", result.n_stmts);
    }
    pg_query_free_split_result(result);
    if (message[0] == '\0') {
        return 0;
    }
    lua_pushstring(L, message);
    return 1;
}

/* Does the message only say that something is not there? */
static bool is_about_objects(const char *message)
{
    static const char *const beginnings[] = {
        "no such table",     "no such column", "no such function", "no such index",
        "no such collation", "no such view",   "no such trigger",
    };
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        if (strncmp(message, beginnings[i], strlen(beginnings[i])) == 0) {
            return true;
        }
    }
    return false;
}

static int database_gc(lua_State *L)
{
    sqlite3 **db = lua_touserdata(L, 1);
    sqlite3_close(*db);
    *db = NULL;
    return 0;
}

/* The empty database, opened when it is first needed; as strict as corm's own are. */
static sqlite3 *empty_database(lua_State *L)
{
    sqlite3 **db;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &database_key) == LUA_TUSERDATA) {
        return *(sqlite3 **)lua_touserdata(L, -1);
    }
    db = lua_newuserdatauv(L, sizeof *db, 0);
    *db = NULL;
    lua_newtable(L);
    lua_pushcfunction(L, database_gc);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    if (sqlite3_open(":memory:", db) != SQLITE_OK) {
        luaL_error(L, "no database in memory");
    }
    sqlite3_db_config(*db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &database_key);
    return *db;
}

/* Give the database the schema that the message misses; false if it misses none. */
static bool attach_schema(sqlite3 *db, const char *message)
{
    static const char beginning[] = "unknown database ";
    char *sql;
    bool is_attached;
    if (strncmp(message, beginning, sizeof beginning - 1) != 0) {
        return false;
    }
    sql = sqlite3_mprintf("ATTACH ':memory:' AS %Q", message + sizeof beginning - 1);
    is_attached = sql != NULL && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_free(sql);
    return is_attached;
}

/* parsers.sqlite(sql) -> nil, or what is wrong with it */
static int parse_sqlite(lua_State *L)
{
    size_t len;
    const char *sql = luaL_checklstring(L, 1, &len);
    sqlite3 *db = empty_database(L);
    sqlite3_stmt *stmt;
    const char *tail = "";
    int rc;
    do {
        rc = sqlite3_prepare_v2(db, sql, (int)len + 1, &stmt, &tail);
        sqlite3_finalize(stmt);
    } while (rc == SQLITE_ERROR && attach_schema(db, sqlite3_errmsg(db)));
    if (rc == SQLITE_OK && tail[strspn(tail, " ;\n")] == '\0') {
        return 0;
    } else if (rc == SQLITE_OK) {
        lua_pushfstring(L, "a second statement: %s", tail);
    } else if (is_about_objects(sqlite3_errmsg(db))) {
        return 0;
    } else {
        lua_pushstring(L, sqlite3_errmsg(db));
    }
    return 1;
}

static const luaL_Reg functions[] = {
    { "postgresql", parse_postgresql },
    { "sqlite", parse_sqlite },
    { NULL, NULL },
};

__attribute__((visibility("default"))) int luaopen_spec_parsers(lua_State *L);

int luaopen_spec_parsers(lua_State *L)
{
    luaL_newlib(L, functions);
    return 1;
}

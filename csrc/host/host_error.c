/* SPDX-License-Identifier: MIT */
/* Error objects of Lua as records. */
#include "host/host_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The code whose class has this name; CORM_E_OTHER if none. */
static enum corm_rc rc_of_kind(const char *kind)
{
    for (enum corm_rc rc = CORM_OK + 1; rc < CORM_E_COUNT; rc++) {
        if (strcmp(corm_rc_name(rc), kind) == 0) {
            return rc;
        }
    }
    return CORM_E_OTHER;
}

/*
 * The code of the error object at index 1: that of the nearest class upwards that has one.
 * The defaults of a class are the __index of its instances, and its parent's those of it.
 */
static enum corm_rc rc_of_object(lua_State *L)
{
    enum corm_rc rc = CORM_E_OTHER;
    lua_pushvalue(L, 1);
    while (rc == CORM_E_OTHER && luaL_getmetafield(L, -1, "__index") == LUA_TTABLE) {
        lua_remove(L, -2);
        lua_pushliteral(L, "kind");
        if (lua_rawget(L, -2) == LUA_TSTRING) {
            rc = rc_of_kind(lua_tostring(L, -1));
        }
        lua_pop(L, 1);
    }
    lua_settop(L, 1);
    return rc;
}

/* The string field of the error object at index 1, or fallback. Pushes it. */
static const char *push_field(lua_State *L, const char *name, const char *fallback)
{
    if (lua_getfield(L, 1, name) != LUA_TSTRING) {
        return fallback;
    }
    return lua_tostring(L, -1);
}

static void fill_from_object(lua_State *L, struct corm_error *error)
{
    enum corm_rc rc = rc_of_object(L);
    (void)corm_fail(error, rc, "%s", push_field(L, "message", "?"));
    const char *sqlstate = push_field(L, "sqlstate", "");
    (void)snprintf(error->sqlstate, sizeof(error->sqlstate), "%s", sqlstate);
    lua_getfield(L, 1, "native_code");
    error->native_code = (int)lua_tointeger(L, -1);
    lua_getfield(L, 1, "connection_invalidated");
    error->is_disconnect = (unsigned char)lua_toboolean(L, -1);
    lua_getfield(L, 1, "is_retryable");
    error->is_retryable = (unsigned char)lua_toboolean(L, -1);
    lua_settop(L, 1);
}

int host_fail(lua_State *L, corm_host *host, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    lua_pushvfstring(L, fmt, args);
    va_end(args);
    (void)corm_fail(&host->error, CORM_E_ARGUMENT, "%s", lua_tostring(L, -1));
    lua_pushlightuserdata(L, host);
    return lua_error(L);
}

/* (error object, host, status): fill the host's error record and text */
static int describe(lua_State *L)
{
    corm_host *host = lua_touserdata(L, 2);
    int status = (int)lua_tointeger(L, 3);
    lua_settop(L, 1);
    if (status == LUA_ERRMEM) {
        (void)corm_fail_memory(&host->error);
    } else if (lua_istable(L, 1) && luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL) {
        lua_settop(L, 1);
        fill_from_object(L, &host->error);
    } else {
        (void)corm_fail(&host->error, CORM_E_OTHER, "%s", luaL_tolstring(L, 1, NULL));
        lua_settop(L, 1);
    }
    luaL_tolstring(L, 1, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, host) == LUA_TTABLE) {
        if (lua_rawgeti(L, -1, HOST_TRACEBACK) == LUA_TSTRING) {
            lua_pushfstring(L, "%s\n%s", lua_tostring(L, 2), lua_tostring(L, -1));
            lua_replace(L, 2);
        }
        lua_settop(L, 3);
        host->error_text = lua_tostring(L, 2);
        lua_pushvalue(L, 2);
        lua_rawseti(L, 3, HOST_ERROR_TEXT);
    }
    return 0;
}

enum corm_rc host_take_error(corm_host *host, int status)
{
    lua_State *L = host->L;
    if (lua_touserdata(L, -1) == host) { /* from host_fail() */
        lua_pop(L, 1);
        host->error_text = host->error.message;
        return host->error.rc;
    }
    host->error_text = "error in an error's description";
    (void)corm_fail(&host->error, CORM_E_OTHER, "%s", host->error_text);
    lua_pushcfunction(L, describe);
    lua_insert(L, -2);
    lua_pushlightuserdata(L, host);
    lua_pushinteger(L, status);
    int described = lua_pcall(L, 3, 0, 0);
    if (described != LUA_OK) {
        lua_pop(L, 1);
    }
    if (described == LUA_ERRMEM) {
        host->error_text = "out of memory";
        (void)corm_fail_memory(&host->error);
    }
    return host->error.rc;
}

const struct corm_error *corm_host_error(const corm_host *host)
{
    return &host->error;
}

const char *corm_host_error_text(const corm_host *host)
{
    return host->error_text;
}

/* SPDX-License-Identifier: MIT */
/*
 * Error objects are plain tables whose metatable lua/corm/exc.lua registered by the name of
 * its class. Before that (the core loaded alone) an error is a string.
 */
#include "lua/kit_int.h"

#include <string.h>

enum {
    WHERE_LEVELS_MAX =
        200 /* a position this deep under corm's own calls helps nobody */
};

static const char classes_key =
    0; /* registry: class name -> metatable of its instances */
static const char refusal_key = 0; /* registry: function (caller, expected, value) */
static const char prefix_key =
    0; /* registry: "@…/corm/", how corm's own sources begin */

/* core.set_error_classes(metatables, source_prefix) */
int lcorm_set_error_classes(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lcorm_check_string(L, 2, NULL);
    for (enum corm_rc rc = CORM_OK + 1; rc < CORM_E_COUNT; rc++) {
        if (lua_getfield(L, 1, corm_rc_name(rc)) != LUA_TTABLE) {
            return luaL_error(L, "no class for %s", corm_rc_name(rc));
        }
        lua_pop(L, 1);
    }
    lua_settop(L, 2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &prefix_key);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &classes_key);
    return 0;
}

/* The frame is Lua code of somebody else than corm. */
static bool is_users_frame(const lua_Debug *ar, const char *prefix, size_t prefix_len)
{
    if (ar->currentline <= 0) {
        return false;
    }
    return prefix == NULL || ar->srclen < prefix_len ||
           memcmp(ar->source, prefix, prefix_len) != 0;
}

void lcorm_push_where(lua_State *L)
{
    size_t prefix_len;
    lua_Debug ar;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &prefix_key);
    const char *prefix = lua_tolstring(L, -1, &prefix_len);
    for (int level = 0; level < WHERE_LEVELS_MAX && lua_getstack(L, level, &ar);
         level++) {
        lua_getinfo(L, "Sl", &ar);
        if (is_users_frame(&ar, prefix, prefix_len)) {
            lua_pushfstring(L, "%s:%d", ar.short_src, ar.currentline);
            lua_remove(L, -2);
            return;
        }
    }
    lua_pop(L, 1);
    lua_pushnil(L);
}

/* core.where() -> "file:line" of the first caller outside corm, or nil */
int lcorm_where(lua_State *L)
{
    lcorm_push_where(L);
    return 1;
}

/* message -> an error of the named class, or a string when there are no classes yet */
static void message_to_error(lua_State *L, const char *kind)
{
    luaL_checkstack(L, 6, "error object");
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &classes_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        const char *message = lua_tostring(L, -1);
        lua_pushfstring(L, "%s: %s", kind, message);
        lua_remove(L, -2);
        return;
    }
    lua_createtable(L, 0, 4);
    lua_rotate(L, -3, -1);
    lua_setfield(L, -2, "message");
    lcorm_push_where(L);
    lua_setfield(L, -2, "where");
    lua_getfield(L, -2, kind);
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

/* table -> the same, with the driver's own codes */
static void add_codes(lua_State *L, const struct corm_error *err)
{
    if (err->sqlstate[0] != '\0') {
        lua_pushlstring(L, err->sqlstate,
                        strnlen(err->sqlstate, sizeof(err->sqlstate)));
        lua_setfield(L, -2, "sqlstate");
    }
    if (err->native_code != 0) {
        lua_pushinteger(L, err->native_code);
        lua_setfield(L, -2, "native_code");
    }
}

static void add_flag(lua_State *L, const char *name, bool flag)
{
    if (flag) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, name);
    }
}

/* error -> the same, with what the driver said, in `orig` once more as it was */
static void add_driver_fields(lua_State *L, const struct corm_error *err)
{
    lua_pushboolean(L, err->is_disconnect);
    lua_setfield(L, -2, "connection_invalidated");
    add_flag(L, "is_retryable", err->is_retryable);
    add_codes(L, err);
    lua_createtable(L, 0, 3);
    lua_getfield(L, -2, "message");
    lua_setfield(L, -2, "message");
    add_codes(L, err);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &classes_key);
    lua_getfield(L, -1, "orig");
    lua_setmetatable(L, -3);
    lua_pop(L, 1);
    lua_setfield(L, -2, "orig");
}

void lcorm_push_error(lua_State *L, const struct corm_error *err)
{
    lua_pushstring(L, err->message);
    message_to_error(L, corm_rc_name(err->rc));
    bool is_drivers = err->rc >= CORM_E_INTERFACE && err->rc <= CORM_E_NOT_SUPPORTED;
    if (is_drivers && lua_istable(L, -1)) {
        add_driver_fields(L, err);
    }
}

int lcorm_throw(lua_State *L, const struct corm_error *err)
{
    lcorm_push_error(L, err);
    return lua_error(L);
}

int lcorm_fail(lua_State *L, enum corm_rc rc, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    lua_pushvfstring(L, fmt, args);
    va_end(args);
    message_to_error(L, corm_rc_name(rc));
    return lua_error(L);
}

const char *lcorm_type_name(lua_State *L, int idx)
{
    if (lua_type(L, idx) == LUA_TNUMBER) {
        return lua_pushstring(L, lua_isinteger(L, idx) ? "integer" : "float");
    }
    idx = lua_absindex(L, idx);
    if (luaL_getmetafield(L, idx, "__name") == LUA_TSTRING) {
        return lua_tostring(L, -1);
    }
    return lua_pushstring(L, luaL_typename(L, idx));
}

int lcorm_set_refusal(lua_State *L)
{
    return lcorm_keep_function(L, &refusal_key);
}

int lcorm_refuse(lua_State *L, const char *caller, const char *expected, int idx)
{
    idx = lua_absindex(L, idx);
    luaL_checkstack(L, 4, "error object");
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &refusal_key) == LUA_TFUNCTION) {
        lua_pushstring(L, caller);
        lua_pushstring(L, expected);
        lua_pushvalue(L, idx);
        lua_call(L, 3, 0);
    }
    return lcorm_fail(L, CORM_E_ARGUMENT, "%s: %s expected, got %s", caller, expected,
                      lcorm_type_name(L, idx));
}

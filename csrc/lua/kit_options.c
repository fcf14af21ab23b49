/* SPDX-License-Identifier: MIT */
/*
 * Options are the one place where a misspelt word would otherwise be silently ignored, so
 * unknown names are refused and the likeliest known one is suggested.
 */
#include "base/nearest.h"
#include "lua/kit_int.h"

#include <string.h>

const char *lcorm_nearest(const char *name, const char *const *known)
{
    size_t nknown = 0;
    while (known[nknown] != NULL) {
        nknown++;
    }
    return corm_nearest(name, strlen(name), known, nknown);
}

/* core.nearest(name, list) -> string or nil */
int lcorm_nearest_name(lua_State *L)
{
    size_t len;
    const char *name = lcorm_check_string(L, 1, &len);
    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    size_t nknown = 0;
    size_t count = lua_rawlen(L, 2);
    const char **known = lcorm_scratch(L, (count + 1) * sizeof(*known));
    for (size_t i = 1; i <= count; i++) {
        if (lua_rawgeti(L, 2, (lua_Integer)i) == LUA_TSTRING) {
            known[nknown++] = lua_tostring(L, -1); /* the list keeps it */
        }
        lua_pop(L, 1);
    }
    lua_pushstring(L, corm_nearest(name, len, known, nknown));
    return 1;
}

/* Append the string keys of the table on top to the list; n of them are there already. */
static lua_Integer append_keys(lua_State *L, int list, lua_Integer n)
{
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING) {
            lua_pushvalue(L, -1);
            lua_rawseti(L, list, ++n);
        }
    }
    return n;
}

/* Put the table that the one on top inherits from in its place; false if there is none. */
static bool go_up(lua_State *L)
{
    if (luaL_getmetafield(L, -1, "__index") == LUA_TNIL) {
        return false;
    }
    lua_replace(L, -2);
    return lua_istable(L, -1);
}

int lcorm_fail_missing(lua_State *L, const char *owner, const char *name, int names,
                       int more)
{
    const int tables[] = { names, more };
    lua_Integer n = 0;

    if (name[0] == '_') { /* only methods ask for these */
        return lcorm_fail(L, CORM_E_ARGUMENT,
                          "a method that is not of %s was given one as self: "
                          "object:method() is written with a colon",
                          owner);
    }
    lcorm_reserve(L, 8, "names");
    lua_pushcfunction(L, lcorm_nearest_name);
    lua_pushstring(L, name);
    lua_newtable(L);
    for (size_t i = 0; i < CORM_LENGTH(tables) && tables[i] != 0; i++) {
        lua_pushvalue(L, tables[i]);
        do {
            n = append_keys(L, lua_gettop(L) - 1, n);
        } while (go_up(L));
        lua_pop(L, 1);
    }
    lua_call(L, 2, 1);
    if (lua_isnil(L, -1)) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "%s has no attribute '%s'", owner, name);
    }
    return lcorm_fail(L, CORM_E_ARGUMENT,
                      "%s has no attribute '%s'; did you mean '%s'?", owner, name,
                      lua_tostring(L, -1));
}

static bool is_known(const char *name, const char *const *known)
{
    while (*known != NULL && strcmp(name, *known) != 0) {
        known++;
    }
    return *known != NULL;
}

/* `before`: what the message begins with */
static void refuse_option(lua_State *L, const char *before, const char *name,
                          const char *const *known)
{
    const char *nearest = lcorm_nearest(name, known);
    if (nearest != NULL) {
        lcorm_fail(L, CORM_E_ARGUMENT, "%sunknown option '%s'; did you mean '%s'?",
                   before, name, nearest);
    }
    luaL_Buffer list;
    luaL_buffinit(L, &list);
    for (size_t i = 0; known[i] != NULL; i++) {
        luaL_addstring(&list, i == 0 ? "" : ", ");
        luaL_addstring(&list, known[i]);
    }
    luaL_pushresult(&list);
    lcorm_fail(L, CORM_E_ARGUMENT, "%sunknown option '%s'; known are: %s", before, name,
               known[0] == NULL ? "none" : lua_tostring(L, -1));
}

/* "like: ", the function that was called, where Lua knows its name; pushed */
static const char *push_caller(lua_State *L)
{
    lua_Debug caller;
    bool is_known = lua_getstack(L, 0, &caller) != 0 &&
                    lua_getinfo(L, "n", &caller) != 0 && caller.name != NULL;
    return is_known ? lua_pushfstring(L, "%s: ", caller.name) : lua_pushliteral(L, "");
}

void lcorm_check_options(lua_State *L, int idx, const char *const *known)
{
    if (lua_isnoneornil(L, idx)) {
        return;
    }
    if (!lua_istable(L, idx)) {
        lcorm_arg_error(L, idx, "table of options");
    }
    idx = lua_absindex(L, idx);
    lcorm_reserve(L, 6, "options");
    lua_pushnil(L);
    while (lua_next(L, idx)) {
        if (lua_type(L, -2) != LUA_TSTRING) {
            lcorm_fail(L, CORM_E_ARGUMENT, "an option's name is a string, got %s",
                       lcorm_type_name(L, -2));
        }
        if (!is_known(lua_tostring(L, -2), known)) {
            const char *name = lua_tostring(L, -2);
            refuse_option(L, push_caller(L), name, known);
        }
        lua_pop(L, 1);
    }
}

/* True for a table without metatable whose keys are all strings. */
static bool is_options(lua_State *L, int idx)
{
    if (lua_type(L, idx) != LUA_TTABLE) {
        return false;
    }
    if (lua_getmetatable(L, idx)) {
        lua_pop(L, 1);
        return false;
    }
    bool is_plain = true;
    lua_pushnil(L);
    while (is_plain && lua_next(L, idx)) {
        lua_pop(L, 1);
        is_plain = lua_type(L, -1) == LUA_TSTRING;
    }
    if (!is_plain) {
        lua_pop(L, 1);
    }
    return is_plain;
}

/* Raise an error unless each name of the options at idx is in the list. */
static void check_names(lua_State *L, int idx, const char *const *known,
                        const char *caller)
{
    lua_pushnil(L);
    while (lua_next(L, idx)) {
        lua_pop(L, 1);
        if (!is_known(lua_tostring(L, -1), known)) {
            lua_pushfstring(L, "%s: ", caller);
            refuse_option(L, lua_tostring(L, -1), lua_tostring(L, -2), known);
        }
    }
}

void lcorm_order_options(lua_State *L, int first, const char *const *known,
                         const char *caller)
{
    int nknown = 0;
    int ngiven = lua_gettop(L) - first + 1; /* by position */
    while (known[nknown] != NULL) {
        nknown++;
    }
    lcorm_reserve(L, nknown + 6, "options");
    bool has_table = ngiven > 0 && is_options(L, lua_gettop(L));
    if (has_table) {
        check_names(L, lua_gettop(L), known, caller);
        lua_insert(L, first);
        ngiven--;
    }
    if (ngiven > nknown) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "%s: at most %d optional arguments expected, got %d", caller, nknown,
                   ngiven);
    }
    lua_settop(L, first + nknown - !has_table);
    for (int i = 0; has_table && i < nknown; i++) {
        if (lua_getfield(L, first, known[i]) == LUA_TNIL) {
            lua_pop(L, 1);
        } else if (i < ngiven) {
            lcorm_fail(L, CORM_E_ARGUMENT, "%s: %s is given twice", caller, known[i]);
        } else {
            lua_replace(L, first + 1 + i);
        }
    }
    if (has_table) {
        lua_remove(L, first);
    }
}

void lcorm_named_argument(lua_State *L, int idx, const char *name, const char *caller)
{
    const char *const known[] = { name, NULL };
    if (lua_istable(L, idx)) {
        lcorm_order_options(L, idx, known, caller);
    }
}

/* Push the option and return its type; nil when there is no table. */
static int push_option(lua_State *L, int idx, const char *name)
{
    if (lua_isnoneornil(L, idx)) {
        lua_pushnil(L);
        return LUA_TNIL;
    }
    return lua_getfield(L, idx, name);
}

static void refuse_value(lua_State *L, const char *name, const char *expected)
{
    lcorm_fail(L, CORM_E_ARGUMENT, "option '%s': %s expected, got %s", name, expected,
               lcorm_type_name(L, -1));
}

bool lcorm_option_bool(lua_State *L, int idx, const char *name, bool fallback)
{
    int type = push_option(L, idx, name);
    if (type != LUA_TNIL && type != LUA_TBOOLEAN) {
        refuse_value(L, name, "boolean");
    }
    bool value = type == LUA_TNIL ? fallback : (bool)lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

lua_Integer lcorm_option_int(lua_State *L, int idx, const char *name,
                             lua_Integer fallback)
{
    int is_integer = 1;
    lua_Integer value = fallback;
    if (push_option(L, idx, name) != LUA_TNIL) {
        value = lua_tointegerx(L, -1, &is_integer);
    }
    if (!is_integer || lua_type(L, -1) == LUA_TSTRING) {
        refuse_value(L, name, "integer");
    }
    lua_pop(L, 1);
    return value;
}

const char *lcorm_option_string(lua_State *L, int idx, const char *name,
                                size_t *len_out)
{
    int type = push_option(L, idx, name);
    if (type != LUA_TNIL && type != LUA_TSTRING) {
        refuse_value(L, name, "string");
    }
    size_t len = 0;
    const char *text = lua_tolstring(L, -1, &len);
    if (len_out != NULL) {
        *len_out = len;
    } else if (text != NULL && strlen(text) != len) {
        lcorm_fail(L, CORM_E_ARGUMENT, "%s contains a NUL byte: '%s…'", name, text);
    }
    return text;
}

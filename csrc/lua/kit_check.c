/* SPDX-License-Identifier: MIT */
/*
 * Arguments. Lua's own checks raise strings; these raise an ArgumentError, which programs
 * can tell from others and which says the same.
 */
#include <string.h>

#include "lua/kit.h"

/* ---- what is raised ---- */

int lcorm_fail_arg(lua_State *L, int arg, const char *wrong)
{
    lua_Debug ar = { 0 };
    if (lua_getstack(L, 0, &ar)) {
        lua_getinfo(L, "n", &ar);
    }
    if (ar.namewhat != NULL && strcmp(ar.namewhat, "method") == 0) {
        arg--; /* self is not counted */
    }
    const char *name = ar.name == NULL ? "?" : ar.name;
    if (arg == 0) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "'%s' called on the wrong thing (%s)",
                          name, wrong);
    }
    return lcorm_fail(L, CORM_E_ARGUMENT, "bad argument #%d to '%s' (%s)", arg, name,
                      wrong);
}

int lcorm_arg_error(lua_State *L, int arg, const char *expected)
{
    const char *got = lua_isnone(L, arg) ? "nothing" : lcorm_type_name(L, arg);
    return lcorm_fail_arg(L, arg,
                          lua_pushfstring(L, "%s expected, got %s", expected, got));
}

/* ---- what is asked ---- */

lua_Integer lcorm_check_integer(lua_State *L, int arg)
{
    int is_integer;
    lua_Integer value = lua_tointegerx(L, arg, &is_integer);
    if (CORM_UNLIKELY(!is_integer)) {
        lcorm_arg_error(L, arg, "integer");
    }
    return value;
}

lua_Integer lcorm_opt_integer(lua_State *L, int arg, lua_Integer fallback)
{
    return lua_isnoneornil(L, arg) ? fallback : lcorm_check_integer(L, arg);
}

lua_Number lcorm_check_number(lua_State *L, int arg)
{
    int is_number;
    lua_Number value = lua_tonumberx(L, arg, &is_number);
    if (CORM_UNLIKELY(!is_number)) {
        lcorm_arg_error(L, arg, "number");
    }
    return value;
}

const char *lcorm_check_string(lua_State *L, int arg, size_t *len)
{
    const char *text = lua_tolstring(L, arg, len);
    if (CORM_UNLIKELY(text == NULL)) {
        lcorm_arg_error(L, arg, "string");
    }
    return text;
}

const char *lcorm_opt_string(lua_State *L, int arg, const char *fallback)
{
    return lua_isnoneornil(L, arg) ? fallback : lcorm_check_string(L, arg, NULL);
}

void lcorm_check_lua_type(lua_State *L, int arg, int type)
{
    if (CORM_UNLIKELY(lua_type(L, arg) != type)) {
        lcorm_arg_error(L, arg, lua_typename(L, type));
    }
}

int lcorm_keep_function(lua_State *L, const void *key)
{
    lcorm_check_lua_type(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
    return 0;
}

void lcorm_check_any(lua_State *L, int arg)
{
    if (CORM_UNLIKELY(lua_isnone(L, arg))) {
        lcorm_arg_error(L, arg, "value");
    }
}

/* Push "'a', 'b' or 'c'". */
static const char *push_words(lua_State *L, const char *const words[])
{
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    for (int i = 0; words[i] != NULL; i++) {
        if (i > 0) {
            luaL_addstring(&text, words[i + 1] == NULL ? " or " : ", ");
        }
        luaL_addchar(&text, '\'');
        luaL_addstring(&text, words[i]);
        luaL_addchar(&text, '\'');
    }
    luaL_pushresult(&text);
    return lua_tostring(L, -1);
}

int lcorm_check_word(lua_State *L, int arg, const char *fallback,
                     const char *const words[])
{
    const char *word = fallback != NULL ? lcorm_opt_string(L, arg, fallback)
                                        : lcorm_check_string(L, arg, NULL);
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    return lcorm_fail(L, CORM_E_ARGUMENT, "%s expected, got '%s'", push_words(L, words),
                      word);
}

/* SPDX-License-Identifier: MIT */
/*
 * Options are the one place where a misspelt word would otherwise be silently ignored, so
 * unknown names are refused and the likeliest known one is suggested.
 */
#include "lua/kit_int.h"

#include <string.h>

enum {
    NAME_MAX_LEN = 63, /* longer names get no suggestion */
    FAR = NAME_MAX_LEN + 1
};

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

/* Edits (insert, delete, replace, swap of neighbours) from a to b. */
static unsigned edit_distance(const char *a, const char *b)
{
    size_t na = strlen(a);
    size_t nb = strlen(b);
    unsigned rows[3][NAME_MAX_LEN + 1] = { { 0 } };
    if (na > NAME_MAX_LEN || nb > NAME_MAX_LEN) {
        return FAR;
    }
    for (size_t j = 0; j <= nb; j++) {
        rows[0][j] = (unsigned)j;
    }
    for (size_t i = 1; i <= na; i++) {
        unsigned *now = rows[i % 3];
        const unsigned *last = rows[(i + 2) % 3];
        const unsigned *before = rows[(i + 1) % 3];
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= nb; j++) {
            unsigned cost = a[i - 1] != b[j - 1];
            now[j] = min3(last[j] + 1, now[j - 1] + 1, last[j - 1] + cost);
            bool is_swap =
                i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap && before[j - 2] + 1 < now[j]) {
                now[j] = before[j - 2] + 1;
            }
        }
    }
    return rows[na % 3][nb];
}

/* How many edits still count as a slip of the fingers in a word of this length. */
static unsigned tolerance(const char *name)
{
    size_t len = strlen(name);
    return len < 3 ? 1 : 1 + (unsigned)len / 4;
}

const char *lcorm_nearest(const char *name, const char *const *known)
{
    const char *nearest = NULL;
    unsigned least = tolerance(name) + 1;
    for (; *known != NULL; known++) {
        unsigned distance = edit_distance(name, *known);
        if (distance < least) {
            least = distance;
            nearest = *known;
        }
    }
    return nearest;
}

/* core.nearest(name, list) -> string or nil */
int lcorm_nearest_name(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    unsigned least = tolerance(name) + 1;
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_pushnil(L);
    for (lua_Integer i = 1; lua_rawgeti(L, 2, i) == LUA_TSTRING; i++) {
        unsigned distance = edit_distance(name, lua_tostring(L, -1));
        if (distance < least) {
            least = distance;
            lua_copy(L, -1, 3);
        }
        lua_pop(L, 1);
    }
    lua_settop(L, 3);
    return 1;
}

static bool is_known(const char *name, const char *const *known)
{
    while (*known != NULL && strcmp(name, *known) != 0) {
        known++;
    }
    return *known != NULL;
}

static void refuse_option(lua_State *L, const char *name, const char *const *known)
{
    const char *nearest = lcorm_nearest(name, known);
    if (nearest != NULL) {
        lcorm_fail(L, CORM_E_ARGUMENT, "unknown option '%s'; did you mean '%s'?", name,
                   nearest);
    }
    luaL_Buffer list;
    luaL_buffinit(L, &list);
    for (size_t i = 0; known[i] != NULL; i++) {
        luaL_addstring(&list, i == 0 ? "" : ", ");
        luaL_addstring(&list, known[i]);
    }
    luaL_pushresult(&list);
    lcorm_fail(L, CORM_E_ARGUMENT, "unknown option '%s'; known are: %s", name,
               known[0] == NULL ? "none" : lua_tostring(L, -1));
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
    luaL_checkstack(L, 6, "options");
    lua_pushnil(L);
    while (lua_next(L, idx)) {
        if (lua_type(L, -2) != LUA_TSTRING) {
            lcorm_fail(L, CORM_E_ARGUMENT, "an option's name is a string, got %s",
                       lcorm_type_name(L, -2));
        }
        if (!is_known(lua_tostring(L, -2), known)) {
            refuse_option(L, lua_tostring(L, -2), known);
        }
        lua_pop(L, 1);
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
    return lua_tolstring(L, -1, len_out);
}

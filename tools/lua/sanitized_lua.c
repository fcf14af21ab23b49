/* SPDX-License-Identifier: MIT */
/*
 * A minimal interpreter: `lua FILE [ARG…]`. It is linked with the sanitizers, so that the
 * modules it loads are watched from the first allocation to the last, and it closes the
 * state before the leak check. No leak is suppressed: neither Lua nor the loader has one.
 */
#include <stdio.h>
#include <stdlib.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static int traceback(lua_State *L)
{
    luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

/* arg[0] is the script, arg[1] its first argument; arguments are passed as `...` too. */
static int run_script(lua_State *L)
{
    int argc = (int)lua_tointeger(L, 1);
    char **argv = lua_touserdata(L, 2);

    luaL_openlibs(L);
    lua_createtable(L, argc, 1);
    for (int i = 0; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i - 1);
    }
    lua_setglobal(L, "arg");

    lua_pushcfunction(L, traceback);
    if (luaL_loadfile(L, argv[1]) != LUA_OK) {
        return lua_error(L);
    }
    luaL_checkstack(L, argc, "too many arguments");
    for (int i = 2; i < argc; i++) {
        lua_pushstring(L, argv[i]);
    }
    if (lua_pcall(L, argc - 2, 0, 3) != LUA_OK) {
        return lua_error(L);
    }
    return 0;
}

int main(int argc, char **argv)
{
    lua_State *L = luaL_newstate();
    int status = EXIT_SUCCESS;

    if (L == NULL || argc < 2) {
        fprintf(stderr, "usage: %s FILE [ARG...]\n", argv[0]);
        return EXIT_FAILURE;
    }
    lua_pushcfunction(L, run_script);
    lua_pushinteger(L, argc);
    lua_pushlightuserdata(L, argv);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        fprintf(stderr, "%s: %s\n", argv[0], lua_tostring(L, -1));
        status = EXIT_FAILURE;
    }
    lua_close(L);
    return status;
}

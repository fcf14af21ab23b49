/* SPDX-License-Identifier: MIT */
/* bench_clock: Lua has no wall clock finer than a second. */
#include <lauxlib.h>
#include <time.h>

/* now() -> seconds since an arbitrary moment, never going back */
static int clock_now(lua_State *L)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    lua_pushnumber(L, (lua_Number)t.tv_sec + (lua_Number)t.tv_nsec / 1e9);
    return 1;
}

int luaopen_bench_clock(lua_State *L);

int luaopen_bench_clock(lua_State *L)
{
    lua_pushcfunction(L, clock_now);
    return 1;
}

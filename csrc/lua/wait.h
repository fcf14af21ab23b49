/* SPDX-License-Identifier: MIT */
/*
 * The one place where the binding waits: a C function that got CORM_IO_WAIT calls the
 * Lua function corm.engine.wait with whatever it waits for, in a way that lets a task
 * yield, and goes on in its continuation.
 */
#ifndef CORM_LUA_WAIT_H
#define CORM_LUA_WAIT_H

#include "lua/kit.h"

/**
 * Pop the object on top (it answers pollfd(), events(), timeout()), wait for it, then call
 * k with ctx. Use it as `return lcorm_wait(L, ctx, k);`. Yields.
 */
int lcorm_wait(lua_State *L, lua_KContext ctx, lua_KFunction k);

#endif

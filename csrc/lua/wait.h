/* SPDX-License-Identifier: MIT */
/*
 * The one place where the binding waits: a C function that got CORM_IO_WAIT calls the
 * Lua function corm.engine.wait with whatever it waits for, in a way that lets a task
 * yield, and goes on in its continuation. In the main thread, which is never a task, it
 * blocks at once:
 *
 *     do {
 *         io = corm_execution_run(execution, &err);
 *     } while (io == CORM_IO_WAIT && lcorm_block(L, execution->connection));
 *     if (io == CORM_IO_WAIT) {
 *         push the native connection
 *         return lcorm_wait(L, ctx, k);
 *     }
 */
#ifndef CORM_LUA_WAIT_H
#define CORM_LUA_WAIT_H

#include "engine/connection.h"
#include "lua/kit.h"

/**
 * Pop the object on top (it answers pollfd(), events(), timeout()) and wait for it, or call
 * it if it is a function that gets what is waited for; then call k with ctx. Use it in k
 * itself, as `return lcorm_wait(L, status, ctx, k);` with the status that k was called with,
 * so that waiting a million times, for a server that sends byte by byte, takes no more stack
 * than waiting once. Yields.
 */
int lcorm_wait(lua_State *L, int status, lua_KContext ctx, lua_KFunction k);

/**
 * Block until the connection may be worth another look, if this is the main thread. False:
 * lcorm_wait() has to do it; so it has after a signal, for Lua's hooks to see that.
 */
bool lcorm_block(lua_State *L, const struct corm_connection *connection);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Statements that Lua and the ORM's C code run on a connection. A Result owns the
 * execution; what makes it runs it to its first answer, waiting in between.
 *
 * For C code that has its values ready (a flush: thousands of rows without a Lua table):
 *
 *     static int batch_done(lua_State *L, int status, lua_KContext ctx);
 *
 *     struct corm_execution *execution =
 *         lcorm_execution_begin(L, connection, native, compiled, nrows);
 *     fill corm_execution_values(execution, row_idx)[slot] for each row
 *     execution->work->request.want_rowids = true;
 *     return lcorm_execution_run(L, ctx, batch_done);
 *
 * batch_done() finds the Result on top of the stack: rowids in execution->rowids, or rows
 * of RETURNING by corm_execution_fetch() (in the order of the sets).
 */
#ifndef CORM_LUA_EXECUTION_H
#define CORM_LUA_EXECUTION_H

#include "lua/result.h"

/**
 * Push a Result with an execution of compiled, prepared for nsets sets of values.
 * connection, native: stack indices of the Connection and of its native connection.
 * Raises ResourceClosedError if the native connection is closed, and MemoryError.
 */
struct corm_execution *lcorm_execution_begin(lua_State *L, int connection, int native,
                                             struct corm_compiled *compiled,
                                             uint32_t nsets);

/**
 * Bind the values of the Result on top, run its (first) statement, and call k with ctx; the
 * Result is still on top. Raises what the database says, with statement and parameters.
 * Use it as `return lcorm_execution_run(L, ctx, k);`. Yields.
 */
int lcorm_execution_run(lua_State *L, lua_KContext ctx, lua_KFunction k);

/**
 * Raise err as an error of the execution's statement, by way of the Connection at stack
 * index `connection` (nil is fine), which tells handle_error and gives up what is lost.
 */
int lcorm_fail_execution(lua_State *L, int connection, struct corm_execution *execution,
                         const struct corm_error *err);

#endif

/* SPDX-License-Identifier: MIT */
/* What the files execution*.c share. */
#ifndef CORM_LUA_EXECUTION_INT_H
#define CORM_LUA_EXECUTION_INT_H

#include "lua/execution.h"

/** The native connection in the box at idx, to run something; raises if it is closed. */
struct corm_connection *lcorm_check_runnable(lua_State *L, int idx);

/**
 * Push a Result with an execution on the native connection, which is `open`, not prepared
 * yet.
 */
struct corm_execution *lcorm_push_execution(lua_State *L, int connection, int native,
                                            struct corm_connection *open);

/** Check and convert the values of the Result at idx; raises with statement and values. */
void lcorm_bind_execution(lua_State *L, int idx);

/** As lcorm_execution_run(), for values that are bound. */
int lcorm_execution_step(lua_State *L, lua_KContext ctx, lua_KFunction k);

/** Raise the error on top, of Lua's own making, as lcorm_fail_result() raises the core's. */
int lcorm_raise_result(lua_State *L, int idx);

/** Raise err of the Result at idx, see lcorm_fail_execution(). */
int lcorm_fail_result(lua_State *L, int idx, const struct corm_error *err);

/** Give the Result at idx, whose statement has run, the metatable of its rows. */
void lcorm_settle_shape(lua_State *L, int idx);

/**
 * Tell core.on_warning()'s function what is questionable in a statement of the connection at this
 * index. May raise: the execution is the result's, which is collected.
 */
void lcorm_warn_statement(lua_State *L, int connection, const char *message,
                          bool is_of_linter);

/**
 * Warn of what the FROM linter says of a statement that was compiled for the connection at this
 * index, if it says anything. May raise.
 */
void lcorm_warn_cartesian(lua_State *L, int connection,
                          const struct corm_compiled *compiled);

/** Push the row that the Result at idx has fetched last, as a Row of its columns. */
void lcorm_push_key_row(lua_State *L, int idx);

#endif

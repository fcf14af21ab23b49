/* SPDX-License-Identifier: MIT */
/* What result.c and result_fetch.c share. */
#ifndef CORM_LUA_RESULT_INT_H
#define CORM_LUA_RESULT_INT_H

#include "lua/result.h"

/* The methods that fetch, of results and views alike; a for loop calls fetchone(). */
extern const luaL_Reg lcorm_result_fetchers[];

/* The userdata of a Result itself. */
struct lcorm_root {
    struct lcorm_result result;
    struct lcorm_rows rows;
};

/** The rows of the Result that the caller itself has put at idx. */
static inline struct lcorm_rows *lcorm_rows_at(lua_State *L, int idx)
{
    return &((struct lcorm_root *)lua_touserdata(L, idx))->rows;
}

/** True if the result is no view. */
static inline bool lcorm_result_is_root(const struct lcorm_result *result)
{
    return (const void *)result->rows == (const void *)(result + 1);
}

/**
 * Let the Result at idx, whose statements have all run, hand out the values of the
 * sequence at `values`: Rows, or the values of its only column.
 */
void lcorm_result_replay(lua_State *L, int idx, int values, bool is_scalar);

/**
 * Let the Result at idx hand out the values of a table in chunks: [1] the values at hand,
 * [2] the position of the next, [3] a function that puts other values there (nil: these are
 * the last).
 */
void lcorm_result_replay_chunks(lua_State *L, int idx, int chunks, bool is_scalar);

/** Push the sequence of Rows that the Result at idx hands out; false if it has none. */
bool lcorm_result_push_replayed(lua_State *L, int idx);

/** Raise unless rows can be fetched. */
void lcorm_result_must_fetch(lua_State *L, const struct lcorm_rows *rows);

#endif

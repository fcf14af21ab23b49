/* SPDX-License-Identifier: MIT */
/*
 * Plain sequences as values where no type says what to make of them: ARRAY[…] beside such an
 * expression, else a parameter that is an array of what the sequence holds.
 */
#ifndef CORM_LUA_NODE_SEQUENCE_H
#define CORM_LUA_NODE_SEQUENCE_H

#include "lua/kit.h"

/**
 * Push the type of the array that the plain sequence at idx is; false, with nothing pushed, if
 * what it holds has no one type. is_sent: the database knows the type of its place, so that an
 * empty one will do.
 */
bool lcorm_push_sequence_type(lua_State *L, int idx, bool is_sent);

/**
 * Put an expression in place of the sequence at idx, an absolute index, if it can be one beside
 * the expression at hint (0: beside nothing) and has values of one type; else leave it and
 * return false. A parameter is named by the string at `name`, or after the hint if that is 0.
 */
bool lcorm_coerce_sequence(lua_State *L, int idx, int hint, int name);

#endif

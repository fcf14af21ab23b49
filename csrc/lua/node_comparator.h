/* SPDX-License-Identifier: MIT */
/*
 * Types whose class, in Lua, has operators of its own (comparator_factory) or says as what
 * type an operand is sent (coerce_compared_value). They are marked
 * CORM_TYPE_LUA_OPERATORS; expressions of any other type never come here. The Lua side is
 * lua/corm/types/comparator.lua.
 */
#ifndef CORM_LUA_NODE_COMPARATOR_H
#define CORM_LUA_NODE_COMPARATOR_H

#include "lua/kit.h"
#include "sql/node.h"

/**
 * Push the method that the type of the expression at idx has under the name at name_idx
 * and return true; else push nothing. The method takes the expression first.
 */
bool lcorm_push_own_operator(lua_State *L, int idx, int name_idx);

/**
 * In a metamethod with the arguments at 1 and 2 and its name as upvalue 2: call the
 * metamethod of the same name that the type of the first argument has, or what the type of the
 * second one makes of a plain value on its left, push its result and return true; else push
 * nothing.
 */
bool lcorm_call_own_metamethod(lua_State *L);

/**
 * Make the value at idx, which lcorm_resolve_node() found to be `node` (NULL: a value), an
 * expression in place, as lcorm_coerce_resolved() does, as the other operand of op; the type
 * of the expression at hint may say as what it is sent.
 */
void lcorm_coerce_operand(lua_State *L, int idx, int hint, enum corm_op op,
                          const struct corm_node *node);

#endif

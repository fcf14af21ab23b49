/* SPDX-License-Identifier: MIT */
/* Building the nodes that operators stand for; operands are stack indices of nodes. */
#ifndef CORM_LUA_NODE_OPERATE_H
#define CORM_LUA_NODE_OPERATE_H

#include "lua/kit.h"
#include "sql/operator.h"

/** Push `op left` or, of a postfix, `left op`. */
void lcorm_push_unary(lua_State *L, enum corm_op op, int operand);

/** Push `left op right` with the operator and type that the operands' types make of it. */
void lcorm_push_binary(lua_State *L, enum corm_op op, int left, int right);

/** Push `left op right`; either of the two may be a plain value, and both if they are SQL. */
void lcorm_push_arithmetic(lua_State *L, enum corm_op op, int left, int right);

/**
 * Push a comparison; `right` is any value. NULL and booleans become IS NULL and constants
 * where SQL wants that; other operators refuse them with an ArgumentError.
 */
void lcorm_push_comparison(lua_State *L, enum corm_op op, int left, int right);

/**
 * Push `left [NOT] IN right`, where right is a sequence of values or expressions, a select
 * or a bindparam. Raises ArgumentError for anything else.
 */
void lcorm_push_in(lua_State *L, enum corm_op op, int left, int right);

/**
 * Push LIKE and its like; `right` is any value, `options` (table or nil) may hold escape,
 * autoescape and, of regular expressions, flags.
 */
void lcorm_push_pattern(lua_State *L, enum corm_op op, int left, int right,
                        int options);

/** Push a nameless node of the type of the i-th child of the node at idx: a hint. */
void lcorm_push_type_of_kid(lua_State *L, int idx, uint32_t i);

/** Push the opposite of the condition at operand. */
void lcorm_push_negation(lua_State *L, int operand);

/**
 * Push the conditions in [first, last] of the stack, which are nodes, joined by AND or OR:
 * nested ones of the same operator are made flat, constants are worked in, nothing gives the
 * neutral constant. flags: CORM_NODE_VARIANT for the conditions of a statement, among which an
 * and_() stays what it is, or 0.
 */
void lcorm_push_logic(lua_State *L, enum corm_op op, unsigned flags, int first,
                      int last);

/** True for what and_() and or_() without arguments are, which no list of conditions keeps. */
bool lcorm_is_no_condition(const struct corm_node *node);

/**
 * Push what and_() and or_() make of the values at [first, last], which are coerced in place:
 * as above, but a single value that is left is said to be a condition: flag = 1 where there are
 * no booleans.
 */
void lcorm_push_junction(lua_State *L, enum corm_op op, int first, int last);

/**
 * Push the call of an SQL function. The stack has its name, its package or nil, its type or
 * nil, and above them the arguments, and nothing else. Returns 1.
 */
int lcorm_call_function(lua_State *L);

/** Install the operators of expressions in the metatable at meta. */
void lcorm_add_operators(lua_State *L, int meta);

/** Push the SQL text of the node at idx in the default dialect. */
void lcorm_push_sql(lua_State *L, int idx);

#endif

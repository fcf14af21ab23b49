/* SPDX-License-Identifier: MIT */
/*
 * Comparisons that carry their parameter. Most conditions compare something with a number or
 * a text, so a third of the objects of a statement would be such parameters. Here the BIND
 * lies behind the comparison, in the same block; it becomes an object of its own when
 * somebody asks for it.
 */
#ifndef CORM_LUA_NODE_CARRY_H
#define CORM_LUA_NODE_CARRY_H

#include "lua/kit.h"
#include "sql/node.h"

/** True if a comparison of the node with the value at idx can carry it: a number or a text. */
bool lcorm_can_carry(lua_State *L, const struct corm_node *left, int idx);

/** Push `left op right`; lcorm_can_carry() is true of them, op gives a boolean. */
void lcorm_push_carrying(lua_State *L, enum corm_op op, int left, int right);

/** True if child i of the node lies in the node's own block. */
bool lcorm_carries(const struct corm_node *node, uint32_t i);

/** Push an object that takes the place of the child which the node at idx carries. */
void lcorm_push_carried(lua_State *L, int idx);

#endif

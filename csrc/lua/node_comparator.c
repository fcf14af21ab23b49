/* SPDX-License-Identifier: MIT */
#include "lua/node_comparator.h"

#include "lua/node.h"
#include "lua/open.h"
#include "lua/type.h"

static const char method_key =
    0; /* registry: function of (expression, name, is_reversed) */
static const char operand_key = 0; /* registry: function of (type, operator, value) */

static bool has_own_operators(const struct corm_node *node)
{
    return node != NULL &&
           CORM_UNLIKELY((node->type->flags & CORM_TYPE_LUA_OPERATORS) != 0);
}

bool lcorm_push_own_operator(lua_State *L, int idx, int name_idx)
{
    if (!has_own_operators(lcorm_test_node(L, idx)) ||
        lua_type(L, name_idx) != LUA_TSTRING) {
        return false;
    }
    luaL_checkstack(L, 4, "operator");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &method_key);
    lua_pushvalue(L, idx);
    lua_pushvalue(L, name_idx);
    lua_call(L, 2, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return false;
    }
    return true;
}

/* value + expression: push what the type of the right operand makes of it, or nothing. */
static bool push_reversed_operator(lua_State *L)
{
    if (!has_own_operators(lcorm_test_node(L, 2)) || lcorm_resolve_node(L, 1) != NULL) {
        return false;
    }
    luaL_checkstack(L, 6, "operator");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &method_key);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushboolean(L, 1);
    lua_call(L, 3, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return false;
    }
    return true;
}

bool lcorm_call_own_metamethod(lua_State *L)
{
    if (lcorm_push_own_operator(L, 1, lua_upvalueindex(2))) {
        lua_pushvalue(L, 1);
        lua_pushvalue(L, 2);
    } else if (push_reversed_operator(L)) {
        lua_pushvalue(L, 2);
        lua_pushvalue(L, 1);
    } else {
        return false;
    }
    lua_call(L, 2, 1);
    return true;
}

/* Push the type that the type of the node at hint wants for the value; false for none. */
static bool push_operand_type(lua_State *L, int idx, int hint, enum corm_op op)
{
    luaL_checkstack(L, 6, "operand");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &operand_key);
    lcorm_push_node_type(L, hint);
    lua_pushstring(L, corm_op_table[op].name);
    lua_pushvalue(L, idx);
    lua_call(L, 3, 1);
    if (lcorm_test_type(L, -1) == NULL) {
        lua_pop(L, 1);
        return false;
    }
    return true;
}

/* Put a BIND of the value at idx with the type on top in its place; pops the type. */
static void bind_as(lua_State *L, int idx, int hint)
{
    int top = lua_gettop(L);
    struct corm_node_spec spec = { .kind = CORM_NODE_BIND,
                                   .type = lcorm_check_type(L, top),
                                   .value = lcorm_to_value(L, idx) };
    lcorm_name_bind(L, &spec, lcorm_hint_at(L, hint));
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .type = top, .value = idx });
    lua_replace(L, idx);
    lua_settop(L, top - 1);
}

/* A pattern, or what is put behind an enumeration's value, need not be one of its labels. */
static bool is_part_of_label(enum corm_op op, const struct corm_node *node)
{
    bool is_whole = corm_op_has(op, CORM_OP_BOOLEAN) &&
                    !(op >= CORM_OP_LIKE && op <= CORM_OP_NOT_REGEXP_MATCH);
    return node->type->kind == CORM_TYPE_ENUM && !is_whole;
}

/* json - "key", json - 1: what is taken away is no JSON. */
static bool is_json_key(lua_State *L, int idx, enum corm_op op,
                        const struct corm_node *json)
{
    return op == CORM_OP_SUB && json->type->kind == CORM_TYPE_JSON &&
           (lua_type(L, idx) == LUA_TSTRING || lua_isinteger(L, idx));
}

void lcorm_coerce_operand(lua_State *L, int idx, int hint, enum corm_op op,
                          const struct corm_node *node)
{
    bool is_value = node == NULL && has_own_operators(lcorm_node_at(L, hint)) &&
                    !lua_isnoneornil(L, idx) && !lcorm_is_null(L, idx);
    if (is_value && push_operand_type(L, idx, hint, op)) {
        bind_as(L, idx, hint);
        return;
    }
    if (node == NULL && is_json_key(L, idx, op, lcorm_node_at(L, hint))) {
        luaL_checkstack(L, 4, "operand");
        lcorm_push_static_type(L, lua_isinteger(L, idx) ? &corm_type_integer
                                                        : &corm_type_string);
        bind_as(L, idx, hint);
        return;
    }
    bool is_part = is_part_of_label(op, lcorm_node_at(L, hint));
    if (is_part && node != NULL) {
        lcorm_coerce_resolved(L, idx, 0, node);
        return;
    }
    if (is_part && lua_type(L, idx) == LUA_TSTRING) {
        luaL_checkstack(L, 4, "operand");
        lcorm_push_static_type(L, &corm_type_string);
        bind_as(L, idx, hint);
        return;
    }
    lcorm_coerce_resolved(L, idx, hint, node);
}

/*
 * core.set_operators(method, operand): method(expression, name, is_reversed) -> function or nil,
 * operand(type, operator, value) -> type or nil
 */
static int core_set_operators(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TFUNCTION);
    lcorm_check_lua_type(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &operand_key);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &method_key);
    return 0;
}

void lcorm_open_comparator(lua_State *L)
{
    lua_pushcfunction(L, core_set_operators);
    lua_setfield(L, -2, "set_operators");
}

/* SPDX-License-Identifier: MIT */
/*
 * core.replace(): a tree with some of its nodes replaced, rebuilt only above them. It
 * walks the Lua objects, since new nodes pin their children.
 */
#include "lua/node.h"
#include "lua/open.h"
#include "sql/visit.h"

enum {
    REPLACEMENT = 2, /* table or function */
    DONE /* node -> what became of it */
};

/* Push what the caller wants in place of the node at idx; nil to look inside. */
static void push_wanted(lua_State *L, int idx)
{
    lua_pushvalue(L, idx);
    if (lua_istable(L, REPLACEMENT)) {
        lua_rawget(L, REPLACEMENT);
    } else {
        lua_pushvalue(L, REPLACEMENT);
        lua_insert(L, -2);
        lua_call(L, 1, 1);
    }
}

static void push_replaced(lua_State *L, int idx, unsigned depth);

/* Push the node at idx with its children replaced: itself if none of them changed. */
static void push_rebuilt(lua_State *L, int idx, const struct corm_node *node,
                         unsigned depth)
{
    struct corm_node_spec spec = lcorm_node_spec(node);
    int kids;
    bool is_changed = false;

    lua_createtable(L, (int)node->nkids, 0);
    kids = lua_gettop(L);
    for (uint32_t i = 0; i < node->nkids; i++) {
        lcorm_push_kid(L, idx, i);
        if (lua_isnil(L, -1)) {
            lua_pushboolean(L, 0);
        } else {
            push_replaced(L, kids + 1, depth + 1);
            is_changed =
                is_changed || lua_touserdata(L, -1) != (const void *)node->kid[i];
        }
        lua_rawseti(L, kids, (lua_Integer)i + 1);
        lua_settop(L, kids);
    }
    if (is_changed) {
        lcorm_push_copy(L, idx, &spec, kids);
    } else {
        lua_pushvalue(L, idx);
    }
    lua_replace(L, kids);
    lua_settop(L, kids);
}

/* Push what becomes of the node at idx. */
static void push_replaced(lua_State *L, int idx, unsigned depth)
{
    const struct corm_node *node = lcorm_node_at(L, idx);

    luaL_checkstack(L, 10, "expression");
    if (depth > CORM_NODE_DEPTH_MAX) {
        lcorm_fail(L, CORM_E_COMPILE, "expression is nested deeper than %d levels",
                   CORM_NODE_DEPTH_MAX);
    }
    lua_pushvalue(L, idx);
    if (lua_rawget(L, DONE) != LUA_TNIL) {
        return;
    }
    lua_pop(L, 1);
    push_wanted(L, idx);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        if (node->kind == CORM_NODE_COLUMN || node->kind == CORM_NODE_TABLE) {
            lua_pushvalue(L, idx);
        } else {
            push_rebuilt(L, idx, node, depth);
        }
    }
    lua_pushvalue(L, idx);
    lua_pushvalue(L, -2);
    lua_rawset(L, DONE);
}

/*
 * core.replace(node, {[node] = node, …} or function(node) -> node or nil) -> node
 * A node that is replaced is not looked into, nor is what stands for it.
 */
static int core_replace(lua_State *L)
{
    lcorm_check_node(L, 1);
    if (!lua_istable(L, REPLACEMENT) && !lua_isfunction(L, REPLACEMENT)) {
        lcorm_arg_error(L, REPLACEMENT, "table or function");
    }
    lua_settop(L, REPLACEMENT);
    lua_newtable(L);
    push_replaced(L, 1, 0);
    return 1;
}

/* core.with_kids(node, {child or false, …}) -> a node like it with these children */
static int core_with_kids(lua_State *L)
{
    struct corm_node_spec spec = lcorm_node_spec(lcorm_check_node(L, 1));

    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    if (lua_getfield(L, 2, "n") == LUA_TNIL) {
        spec.nkids = (uint32_t)lua_rawlen(L, 2);
    } else {
        spec.nkids = (uint32_t)lcorm_check_integer(L, -1);
    }
    lua_settop(L, 2);
    lcorm_push_copy(L, 1, &spec, 2);
    return 1;
}

/* core.has_entity(node) -> boolean: something of the mapper's is in the tree */
static int core_has_entity(lua_State *L)
{
    lua_pushboolean(L, lcorm_check_node(L, 1)->flags & CORM_NODE_HAS_ENTITY);
    return 1;
}

static const luaL_Reg functions[] = {
    { "has_entity", core_has_entity },
    { "replace", core_replace },
    { "with_kids", core_with_kids },
    { NULL, NULL },
};

void lcorm_open_node_replace(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}

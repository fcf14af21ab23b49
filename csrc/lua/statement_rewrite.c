/* SPDX-License-Identifier: MIT */
/*
 * What Lua makes of a statement before it is compiled: mapped classes become tables, and
 * constructs of the user's own become SQL.
 */
#include "lua/open.h"
#include "lua/statement.h"

#include <stdatomic.h>

static const char rewriter_key =
    0; /* registry: function(statement) -> plain statement */
static const char renderer_key =
    0; /* registry: function(statement, dialect name) -> what the compiler knows */
static const char renders_all_key = 0; /* registry: true if it wants every statement */
static atomic_bool may_render_all; /* that is so in some Lua state of the process */

/* core.set_rewriter(function(statement) -> statement without mapped classes) */
static int core_set_rewriter(lua_State *L)
{
    return lcorm_keep_function(L, &rewriter_key);
}

const struct corm_node *lcorm_push_rewritten(lua_State *L, int idx)
{
    const struct corm_node *node = lcorm_check_node(L, idx);
    bool has_marks = (node->flags & CORM_NODE_HAS_ENTITY) != 0;
    idx = lua_absindex(L, idx);
    if (has_marks &&
        lua_rawgetp(L, LUA_REGISTRYINDEX, &rewriter_key) == LUA_TFUNCTION) {
        lua_pushvalue(L, idx);
        lua_call(L, 1, 1);
        return lcorm_check_node(L, -1);
    }
    if (has_marks) {
        lua_pop(L, 1);
    }
    lua_pushvalue(L, idx);
    return node;
}

bool lcorm_has_custom(lua_State *L, const struct corm_node *node)
{
    if (node->flags & CORM_NODE_HAS_CUSTOM) {
        return true;
    }
    if (CORM_LIKELY(!atomic_load_explicit(&may_render_all, memory_order_relaxed))) {
        return false;
    }
    bool renders_all = lua_rawgetp(L, LUA_REGISTRYINDEX, &renders_all_key) != LUA_TNIL;
    lua_pop(L, 1);
    return renders_all;
}

/*
 * core.set_renderer(function(statement, dialect name) -> statement, all): who makes SQL of
 * constructs of the user's own; all: it wants to see every statement.
 */
static int core_set_renderer(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TFUNCTION);
    lua_settop(L, 2);
    if (lua_toboolean(L, 2)) {
        lua_pushboolean(L, 1);
        atomic_store_explicit(&may_render_all, true, memory_order_relaxed);
    } else {
        lua_pushnil(L);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &renders_all_key);
    lua_pushvalue(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &renderer_key);
    return 0;
}

const struct corm_node *lcorm_render(lua_State *L, const struct corm_dialect *dialect)
{
    const struct corm_node *node = lcorm_check_node(L, -1);
    if (!lcorm_has_custom(L, node) ||
        lua_rawgetp(L, LUA_REGISTRYINDEX, &renderer_key) != LUA_TFUNCTION) {
        return node;
    }
    lua_insert(L, -2);
    lua_pushstring(L, dialect->name);
    lua_call(L, 2, 1);
    return lcorm_check_node(L, -1);
}

/* core.render(statement, dialect) -> it without constructs of the user's own */
static int core_render(lua_State *L)
{
    const struct corm_dialect *dialect = lcorm_check_dialect(L, 2);
    lua_settop(L, 1);
    lcorm_render(L, dialect);
    return 1;
}

/* core.rewrite(statement) -> the same without mapped classes; itself if there are none */
static int core_rewrite(lua_State *L)
{
    lcorm_push_rewritten(L, 1);
    return 1;
}

void lcorm_open_statement_rewrite(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "render", core_render },
        { "rewrite", core_rewrite },
        { "set_renderer", core_set_renderer },
        { "set_rewriter", core_set_rewriter },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}

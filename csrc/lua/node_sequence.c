/* SPDX-License-Identifier: MIT */
#include "lua/node_sequence.h"

#include "lua/node.h"
#include "lua/open.h"
#include "lua/type.h"

static const char type_key =
    0; /* registry: function(sequence, is_sent) -> ARRAY or nil */

/* Put ARRAY[…] of its values in place of the sequence at idx, beside the ARRAY at hint. */
static void sequence_to_array(lua_State *L, int idx, int hint)
{
    int base = lua_gettop(L);
    lua_Integer n = luaL_len(L, idx);
    struct corm_node_spec spec = { .kind = CORM_NODE_ARRAY,
                                   .type = lcorm_node_at(L, hint)->type,
                                   .nkids = (uint32_t)n };
    luaL_checkstack(L, 8, "array");
    lua_createtable(L, (int)n, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_geti(L, idx, i);
        lcorm_coerce_expression(L, -1, 0);
        lua_rawseti(L, base + 1, i);
    }
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .list = base + 1, .typed = hint });
    lua_replace(L, idx);
    lua_settop(L, base);
}

static bool is_plain_table(lua_State *L, int idx)
{
    bool has_meta = lua_getmetatable(L, idx) != 0;
    lua_pop(L, has_meta ? 1 : 0);
    return lua_istable(L, idx) && !has_meta;
}

/* Put a parameter of the type on top in place of the sequence at idx; pops the type. */
static void sequence_to_bind(lua_State *L, int idx, int hint, int name)
{
    int type = lua_gettop(L);
    struct corm_node_spec spec = { .kind = CORM_NODE_BIND,
                                   .flags = CORM_NODE_ANONYMOUS,
                                   .type = lcorm_check_type(L, type),
                                   .value = lcorm_to_value(L, idx) };
    if (name != 0) {
        spec.name = lua_tolstring(L, name, &spec.name_len);
    } else {
        lcorm_name_bind(L, &spec, lcorm_hint_at(L, hint));
    }
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .type = type, .value = idx });
    lua_replace(L, idx);
    lua_settop(L, type - 1);
}

bool lcorm_push_sequence_type(lua_State *L, int idx, bool is_sent)
{
    idx = lua_absindex(L, idx);
    if (!is_plain_table(L, idx)) {
        return false;
    }
    luaL_checkstack(L, 6, "sequence");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &type_key);
    lua_pushvalue(L, idx);
    lua_pushboolean(L, is_sent);
    lua_call(L, 2, 1);
    if (lcorm_test_type(L, -1) == NULL) {
        lua_pop(L, 1);
        return false;
    }
    return true;
}

bool lcorm_coerce_sequence(lua_State *L, int idx, int hint, int name)
{
    const struct corm_node *beside = hint == 0 ? NULL : lcorm_node_at(L, hint);
    if (!is_plain_table(L, idx)) {
        return false;
    }
    if (beside != NULL && beside->kind == CORM_NODE_ARRAY) {
        sequence_to_array(L, idx, hint);
        return true;
    }
    if (beside != NULL && beside->type->kind != CORM_TYPE_NULL) {
        return false;
    }
    if (!lcorm_push_sequence_type(L, idx, false)) {
        return false;
    }
    sequence_to_bind(L, idx, hint, name);
    return true;
}

/* core.set_sequence_type(fn): fn(sequence, is_sent) -> the type that it is sent as, or nil */
static int core_set_sequence_type(lua_State *L)
{
    return lcorm_keep_function(L, &type_key);
}

void lcorm_open_node_sequence(lua_State *L)
{
    lua_pushcfunction(L, core_set_sequence_type);
    lua_setfield(L, -2, "set_sequence_type");
}

/* SPDX-License-Identifier: MIT */
#include "lua/open.h"
#include "lua/schema.h"

struct corm_index *lcorm_check_index(lua_State *L, int idx)
{
    return lcorm_check(L, idx, &lcorm_index_family.cls);
}

/* Fill what is indexed anew from the sequence detail.expressions. */
static bool update_expressions(lua_State *L, struct corm_index *index, int detail)
{
    bool has_room = true;
    index->expressions.count = 0;
    lua_getfield(L, detail, "expressions");
    size_t n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
    for (size_t i = 1; i <= n && has_room; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        has_room = corm_vec_push(&index->expressions, lcorm_check_node(L, -1));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return has_room;
}

/* Operator classes: detail.ops has one string or false for each expression. */
static bool update_ops(lua_State *L, struct corm_index *index, int detail)
{
    bool has_room = true;
    index->ops.count = 0;
    lua_getfield(L, detail, "ops");
    size_t n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
    for (size_t i = 1; i <= n && has_room; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        has_room = corm_vec_push(&index->ops, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return has_room;
}

static bool update_include(lua_State *L, struct corm_index *index, int detail)
{
    bool has_room = true;
    index->include.count = 0;
    lua_getfield(L, detail, "include");
    size_t n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
    for (size_t i = 1; i <= n && has_room; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        has_room = corm_vec_push(&index->include, lcorm_check_column(L, -1));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return has_room;
}

static void index_update(lua_State *L, int idx)
{
    struct corm_index *index = lcorm_check_index(L, idx);
    lua_getiuservalue(L, idx, 1);
    int detail = lua_gettop(L);
    index->name = lcorm_detail_string(L, detail, "name");
    index->is_name_made = lcorm_option_bool(L, detail, "is_name_made", false);
    index->method = lcorm_detail_string(L, detail, "method");
    index->is_unique = lcorm_option_bool(L, detail, "unique", false);
    index->storage = lcorm_detail_string(L, detail, "storage");
    index->tablespace = lcorm_detail_string(L, detail, "tablespace");
    index->has_nulls_distinct = lcorm_option_bool(L, detail, "nulls_distinct", false);
    index->has_nulls_not_distinct =
        lcorm_option_bool(L, detail, "nulls_not_distinct", false);
    index->is_concurrent = lcorm_option_bool(L, detail, "concurrently", false);
    bool has_room = update_expressions(L, index, detail) &&
                    update_ops(L, index, detail) && update_include(L, index, detail);
    lua_pop(L, 1);
    if (!has_room) {
        lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
}

/* core.index(detail) -> Index */
static int core_index(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lcorm_push_detailed(L, &lcorm_index_family, sizeof(struct corm_index), 1);
    index_update(L, 2);
    return 1;
}

/* core.index_update(index): its detail table has changed */
static int core_index_update(lua_State *L)
{
    lcorm_check_index(L, 1);
    lua_settop(L, 1);
    index_update(L, 1);
    return 0;
}

static int index_gc(lua_State *L)
{
    struct corm_index *index = lcorm_test(L, 1, &lcorm_index_family.cls);
    if (index != NULL) {
        corm_vec_release(&index->expressions);
        corm_vec_release(&index->ops);
        corm_vec_release(&index->include);
    }
    return 0;
}

static const luaL_Reg index_meta[] = {
    { "__gc", index_gc },
    { NULL, NULL },
};

const struct lcorm_family lcorm_index_family = {
    .cls = { .name = "corm.Index",
             .meta = index_meta,
             .size = sizeof(struct corm_index) },
    .has_detail = true,
};

static const luaL_Reg functions[] = {
    { "index", core_index },
    { "index_update", core_index_update },
    { NULL, NULL },
};

void lcorm_open_index(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    lcorm_family_open(L, &lcorm_index_family);
}

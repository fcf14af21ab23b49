/* SPDX-License-Identifier: MIT */
/* The caches of compiled statements, as Lua holds them: the engine's, and those of options. */
#include "lua/open.h"
#include "lua/statement.h"
#include "sql/shape.h"

static void cache_destroy(void *obj)
{
    corm_compile_cache_free(obj);
}

/* #cache -> statements in it */
static int cache_len(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)corm_compile_cache_count(
                           lcorm_check_box(L, 1, &lcorm_compile_cache_class)));
    return 1;
}

static const luaL_Reg cache_meta[] = {
    { "__len", cache_len },
    { NULL, NULL },
};

const struct lcorm_class lcorm_compile_cache_class = { .name = "corm.CompileCache",
                                                       .meta = cache_meta,
                                                       .destroy = cache_destroy };

struct corm_compile_cache *lcorm_option_cache(lua_State *L, int options,
                                              struct corm_compile_cache *own)
{
    struct corm_compile_cache *cache = own;
    if (lua_isnoneornil(L, options)) {
        return own;
    }
    int type = lua_getfield(L, options, "compiled_cache");
    if (type == LUA_TBOOLEAN) {
        cache = NULL;
    } else if (type != LUA_TNIL) {
        cache = lcorm_check_box(L, -1, &lcorm_compile_cache_class);
    }
    lua_pop(L, 1);
    return cache;
}

/* core.compile_cache(capacity) -> CompileCache */
static int core_compile_cache(lua_State *L)
{
    lua_Integer capacity = lcorm_check_integer(L, 1);
    if (capacity < 1 || capacity > INT32_MAX) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "capacity of a cache: %I is out of range",
                          (long long)capacity);
    }
    struct lcorm_box *box = lcorm_box_new(L, &lcorm_compile_cache_class, 0);
    box->obj = corm_compile_cache_new((size_t)capacity);
    if (box->obj == NULL) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    return 1;
}

void lcorm_open_compile_cache(lua_State *L)
{
    lua_pushcfunction(L, core_compile_cache);
    lua_setfield(L, -2, "compile_cache");
    lcorm_class_push(L, &lcorm_compile_cache_class);
    lua_pop(L, 1);
}

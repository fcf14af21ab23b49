/* SPDX-License-Identifier: MIT */
/*
 * Many objects of one class into a list: the way of `session:scalars(select(User)):all()`.
 * What each row needs stays at hand on the stack.
 */
#include "lua/instance.h"
#include "lua/loader_int.h"

/* Stack indices relative to what was there before: what each row needs, at hand. */
enum { FILL_IDENTITY = 1, FILL_METATABLE, FILL_KEY, FILL_OBJECT };

/* Push the new object of a row; it is in the identity map. */
static void fill_new(lua_State *L, const struct lcorm_loader *loader,
                     const struct corm_value *cells, int base)
{
    const struct corm_load_entity *entity = loader->plan->entities;

    lcorm_load_instance(L, loader, entity, cells);
    lua_pushvalue(L, base + FILL_METATABLE);
    lua_setmetatable(L, -2);
    lua_pushvalue(L, base + FILL_KEY);
    lua_pushvalue(L, base + FILL_OBJECT);
    lua_rawset(L, base + FILL_IDENTITY);
}

/* Put the object of a row into the list. */
static void fill_one(lua_State *L, int owner, const struct corm_value *cells, int base,
                     int list, lua_Integer at)
{
    const struct lcorm_loader *loader = lua_touserdata(L, owner);
    const struct corm_load_entity *entity = loader->plan->entities;

    if (!lcorm_push_load_key(L, entity, cells)) {
        lcorm_push_null(L);
        lua_rawseti(L, list, at);
        return;
    }
    lua_pushvalue(L, base + FILL_KEY);
    if (lua_rawget(L, base + FILL_IDENTITY) == LUA_TNIL) {
        lua_pop(L, 1);
        fill_new(L, loader, cells, base);
    } else {
        struct corm_instance *instance = lua_touserdata(L, -1);
        if (instance->load_run != loader->run) {
            instance->load_run = loader->run;
            lcorm_load_refresh(L, owner, entity, instance, cells);
        }
    }
    lua_rawseti(L, list, at);
    lua_pop(L, 1);
}

enum corm_io lcorm_loader_fill(lua_State *L, int owner, struct lcorm_rows *rows,
                               int list, lua_Integer *n, lua_Integer max,
                               struct corm_error *err)
{
    int base = lua_gettop(L);
    enum corm_io io = CORM_IO_ROW;

    luaL_checkstack(L, 12, "objects");
    lua_getiuservalue(L, owner,
                      lcorm_loader_uservalue(0, LCORM_LOADER_ENTITY_IDENTITY));
    lua_getiuservalue(L, owner,
                      lcorm_loader_uservalue(0, LCORM_LOADER_ENTITY_METATABLE));
    while (*n < max) {
        io = corm_execution_fetch(&rows->execution, err);
        if (io != CORM_IO_ROW) {
            break;
        }
        fill_one(L, owner, rows->execution.cells, base, list, ++*n);
    }
    lua_settop(L, base);
    return io;
}

/* SPDX-License-Identifier: MIT */
/*
 * A new object from keyword arguments. Columns nobody listens to are set here;
 * relationships, collections and computed attributes go through Lua, in the order in which
 * they were declared.
 */
#include "lua/instance_construct.h"
#include "lua/attribute.h"
#include "lua/instance.h"
#include "lua/mapper.h"

enum {
    PINS_MAX = 24 /* wider classes pin in a table instead of user values */
};

static struct corm_instance *push_new(lua_State *L, const struct corm_mapper *mapper,
                                      int metatable_idx)
{
    int npins =
        mapper->attributes.count <= PINS_MAX ? (int)mapper->attributes.count : 0;

    return lcorm_instance_new(L, mapper, metatable_idx, npins);
}

struct corm_instance *lcorm_instance_push_new(lua_State *L, int mapper_idx)
{
    const struct corm_mapper *mapper = lcorm_check_mapper(L, mapper_idx);
    struct corm_instance *instance;

    lua_getiuservalue(L, mapper_idx, LCORM_MAPPER_METATABLE);
    instance = push_new(L, mapper, lua_gettop(L));
    lua_remove(L, -2);
    return instance;
}

/* mapper:new() -> a transient instance; nothing is set, no constructor runs */
int lcorm_mapper_new_instance(lua_State *L)
{
    lcorm_instance_push_new(L, 1);
    return 1;
}

/* Position of the plain column that the key at `idx` names, or -1. */
static int plain_column(lua_State *L, const struct corm_mapper *mapper, int idx)
{
    size_t len;
    const char *key;
    int at;

    if (lua_type(L, idx) != LUA_TSTRING) {
        return -1;
    }
    key = lua_tolstring(L, idx, &len);
    at = len <= 40 ? corm_mapper_find_interned(mapper, key)
                   : corm_mapper_find(mapper, key, len);
    if (at < 0 || mapper->attributes.items[at].kind != CORM_ATTRIBUTE_COLUMN ||
        (mapper->attributes.items[at].flags & CORM_ATTRIBUTE_LISTENED)) {
        return -1;
    }
    return at;
}

/* A column of an object that was made just now: there is nothing to compare it with. */
static void fill_column(lua_State *L, struct corm_instance *instance, uint16_t at)
{
    struct corm_value cell = lcorm_to_value(L, 5);

    if (CORM_UNLIKELY(cell.tag >= CORM_TAG_OBJECT || at >= instance->npins)) {
        lcorm_attribute_set_column(L, 3, instance, at, 5);
        return;
    }
    if (corm_value_has_bytes(&cell)) {
        cell.flags = CORM_CELL_PINNED;
        lua_pushvalue(L, 5);
        lua_setiuservalue(L, 3, 2 + at);
    }
    instance->cell[at] = cell;
    instance->flags |= CORM_INSTANCE_MODIFIED;
}

/* Columns nobody listens to, from the table at index 2; true if there is more in it. */
static bool fill_columns(lua_State *L, const struct corm_mapper *mapper,
                         struct corm_instance *instance, bool is_new)
{
    bool has_rest = false;

    for (lua_pushnil(L); lua_next(L, 2) != 0; lua_pop(L, 1)) {
        int at = plain_column(L, mapper, 4);
        if (CORM_UNLIKELY(at < 0 || at >= instance->ncells)) {
            has_rest = true;
        } else if (is_new) {
            fill_column(L, instance, (uint16_t)at);
        } else {
            lcorm_attribute_set_column(L, 3, instance, (uint16_t)at, 5);
        }
    }
    return has_rest;
}

static int construct_done(lua_State *L, int status, lua_KContext object)
{
    (void)status;
    lua_settop(L, (int)object);
    return 1;
}

/* Fill the object at index 3 from the table at index 2, and return it. */
static int construct(lua_State *L, const struct corm_mapper *mapper,
                     struct corm_instance *instance, bool is_new)
{
    if (!fill_columns(L, mapper, instance, is_new)) {
        return 1;
    }
    lcorm_push_hook(L, LCORM_HOOK_CONSTRUCT);
    lua_pushvalue(L, 3);
    lua_pushvalue(L, 2);
    lua_callk(L, 2, 0, 3, construct_done);
    return construct_done(L, LUA_OK, 3);
}

/* mapper:construct(args, [object]) -> object; may yield in listeners */
int lcorm_mapper_construct(lua_State *L)
{
    const struct corm_mapper *mapper = lcorm_check_mapper(L, 1);

    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    lua_settop(L, 3);
    if (!lua_isnil(L, 3)) {
        return construct(L, mapper, lcorm_check_instance(L, 3), false);
    }
    lua_pop(L, 1);
    return construct(L, mapper, lcorm_instance_push_new(L, 1), true);
}

static int otherwise_done(lua_State *L, int status, lua_KContext base)
{
    (void)status;
    return lua_gettop(L) - (int)base;
}

/* Class{...}: upvalues are the mapper, the instances' metatable, what to call otherwise. */
static int class_construct(lua_State *L)
{
    const struct lcorm_box *mapper = lua_touserdata(L, lua_upvalueindex(1));

    if (CORM_UNLIKELY(!lua_istable(L, 2))) {
        lua_pushvalue(L, lua_upvalueindex(3));
        lua_insert(L, 1);
        lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, otherwise_done);
        return otherwise_done(L, LUA_OK, 0);
    }
    lua_settop(L, 2);
    return construct(L, mapper->obj, push_new(L, mapper->obj, lua_upvalueindex(2)),
                     true);
}

int lcorm_mapper_constructor(lua_State *L)
{
    lcorm_check_mapper(L, 1);
    lcorm_check_lua_type(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_getiuservalue(L, 1, LCORM_MAPPER_METATABLE);
    lua_insert(L, 2);
    lua_pushcclosure(L, class_construct, 3);
    return 1;
}

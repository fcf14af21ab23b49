/* SPDX-License-Identifier: MIT */
/*
 * mapper:construct(args): a new object from keyword arguments. Columns nobody listens to
 * are set here; relationships, collections and computed attributes go through Lua, in the
 * order in which they were declared.
 */
#include "lua/instance_construct.h"
#include "lua/attribute.h"
#include "lua/instance.h"
#include "lua/mapper.h"

enum {
    PINS_MAX = 24 /* wider classes pin in a table instead of user values */
};

static struct corm_instance *push_new(lua_State *L, int mapper_idx,
                                      const struct corm_mapper *mapper)
{
    struct corm_instance *instance;
    int npins =
        mapper->attributes.count <= PINS_MAX ? (int)mapper->attributes.count : 0;

    lua_getiuservalue(L, mapper_idx, LCORM_MAPPER_METATABLE);
    instance = lcorm_instance_new(L, mapper, lua_gettop(L), npins);
    lua_remove(L, -2);
    return instance;
}

struct corm_instance *lcorm_instance_push_new(lua_State *L, int mapper_idx)
{
    return push_new(L, mapper_idx, lcorm_check_mapper(L, mapper_idx));
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

/* mapper:construct(args, [object]) -> object; may yield in listeners */
int lcorm_mapper_construct(lua_State *L)
{
    struct corm_mapper *mapper = lcorm_check_mapper(L, 1);
    struct corm_instance *instance;
    bool is_new;

    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 3);
    is_new = lua_isnil(L, 3);
    if (is_new) {
        lua_pop(L, 1);
        instance = push_new(L, 1, mapper);
    } else {
        instance = lcorm_check_instance(L, 3);
    }
    if (!fill_columns(L, mapper, instance, is_new)) {
        return 1;
    }
    lcorm_push_hook(L, LCORM_HOOK_CONSTRUCT);
    lua_pushvalue(L, 3);
    lua_pushvalue(L, 2);
    lua_callk(L, 2, 0, 3, construct_done);
    return construct_done(L, LUA_OK, 3);
}

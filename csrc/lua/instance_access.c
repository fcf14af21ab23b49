/* SPDX-License-Identifier: MIT */
/*
 * obj.name and obj.name = value. The metatable's closures carry: upvalue 1 the metatable
 * itself (which proves that the object is an instance of this class), 2 the class's
 * members (methods and plain values, with inheritance), 3 getters and 4 setters of
 * attributes that Lua computes (hybrids, proxies, synonyms), 5 the mapper.
 *
 * What must call Lua does so last, with a continuation, so that a load may yield.
 */
#include <string.h>

#include "lua/attribute.h"
#include "lua/collection.h"
#include "lua/instance.h"
#include "lua/instance_access.h"

enum { UP_METATABLE = 1, UP_MEMBERS, UP_GETTERS, UP_SETTERS, UP_MAPPER };

static struct corm_instance *access_check(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TUSERDATA && lua_getmetatable(L, 1)) {
        bool is_ours = lua_rawequal(L, -1, lua_upvalueindex(UP_METATABLE));
        lua_pop(L, 1);
        if (CORM_LIKELY(is_ours)) {
            return lua_touserdata(L, 1);
        }
    }
    return lcorm_check_instance(L, 1);
}

/* Position of the attribute that the key at index 2 names, or -1. */
static int access_find(lua_State *L, const struct corm_mapper *mapper)
{
    size_t len;
    const char *key;

    if (lua_type(L, 2) != LUA_TSTRING) {
        return -1;
    }
    key = lua_tolstring(L, 2, &len);
    /* Lua interns strings up to 40 bytes: their address is their identity. */
    return len <= 40 ? corm_mapper_find_interned(mapper, key)
                     : corm_mapper_find(mapper, key, len);
}

static int access_fail_unknown(lua_State *L, const struct corm_mapper *mapper)
{
    const char *key = luaL_tolstring(L, 2, NULL);
    const char **known =
        lcorm_scratch(L, (mapper->attributes.count + 1) * sizeof *known);
    const char *nearest;
    size_t n = 0;

    corm_vec_foreach (&mapper->attributes, it) {
        known[n++] = it->key;
    }
    known[n] = NULL;
    nearest = lcorm_nearest(key, known);
    if (nearest != NULL) {
        return lcorm_fail(L, CORM_E_ARGUMENT,
                          "class '%s' has no attribute '%s' (did you mean '%s'?)",
                          mapper->name, key, nearest);
    }
    return lcorm_fail(L, CORM_E_ARGUMENT, "class '%s' has no attribute '%s'",
                      mapper->name, key);
}

/* The class got the attribute after this object was made. */
static int access_fail_late(lua_State *L, const struct corm_instance *instance)
{
    return lcorm_fail(
        L, CORM_E_INVALID_REQUEST,
        "attribute '%s' was added to class '%s' after this object was made",
        lua_tostring(L, 2), instance->mapper->name);
}

/* ---- reading ---- */

static int index_got(lua_State *L, int status, lua_KContext ctx)
{
    (void)L, (void)status, (void)ctx;
    return 1;
}

/* Have Lua tell those who listen to the first look; nothing or a collection is on top. */
static int index_init(lua_State *L)
{
    lua_pushvalue(L, 1);
    lua_insert(L, -2);
    lua_pushvalue(L, 2);
    lua_insert(L, -2);
    lcorm_push_hook(L, LCORM_HOOK_INIT);
    lua_insert(L, -4);
    lua_callk(L, 3, 1, 0, index_got);
    return 1;
}

static int index_unset(lua_State *L, const struct corm_attribute *attribute)
{
    lua_pushnil(L);
    if (CORM_LIKELY(!(attribute->flags & CORM_ATTRIBUTE_LISTENED_INIT))) {
        return 1;
    }
    return index_init(L);
}

/* The collection that is there by now, or an empty one. */
static int index_collection(lua_State *L, struct corm_instance *instance, uint16_t at)
{
    const struct corm_attribute *attribute = &instance->mapper->attributes.items[at];
    struct corm_collection *collection = corm_cell_collection(&instance->cell[at]);

    if (collection == NULL) {
        collection = lcorm_collection_push_empty(L, 1, instance, at, true);
    } else {
        lcorm_instance_push_pin(L, 1, instance, at);
    }
    if (CORM_LIKELY(!(attribute->flags & CORM_ATTRIBUTE_LISTENED_INIT)) ||
        collection->is_seen) {
        return 1;
    }
    collection->is_seen = true;
    return index_init(L);
}

/* What is there after the load; nothing means nil. */
static int index_loaded(lua_State *L, int status, lua_KContext at)
{
    struct corm_instance *instance = lua_touserdata(L, 1);
    const struct corm_attribute *attribute = &instance->mapper->attributes.items[at];

    (void)status;
    if (attribute->kind == CORM_ATTRIBUTE_COLLECTION) {
        return index_collection(L, instance, (uint16_t)at);
    }
    if (lcorm_instance_push_cell(L, 1, instance, (uint16_t)at)) {
        return 1;
    }
    return index_unset(L, attribute);
}

static int index_load(lua_State *L, uint16_t at)
{
    lua_settop(L, 2);
    lcorm_push_hook(L, LCORM_HOOK_LOAD);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    lua_callk(L, 2, 0, at, index_loaded);
    return index_loaded(L, LUA_OK, at);
}

/* True if an unset cell of this instance is worth a look into the database. */
static bool can_load(const struct corm_instance *instance)
{
    return (instance->flags & CORM_INSTANCE_HAS_KEY) &&
           instance->state != CORM_INSTANCE_TRANSIENT;
}

static int index_attribute(lua_State *L, struct corm_instance *instance, uint16_t at)
{
    const struct corm_attribute *attribute = &instance->mapper->attributes.items[at];
    const struct corm_value *cell = &instance->cell[at];

    if (attribute->kind == CORM_ATTRIBUTE_COLLECTION) {
        const struct corm_collection *collection = corm_cell_collection(cell);
        if (collection == NULL ? can_load(instance) : !collection->is_loaded) {
            return index_load(L, at);
        }
        return index_collection(L, instance, at);
    }
    if (CORM_LIKELY(lcorm_instance_push_cell(L, 1, instance, at))) {
        return 1;
    }
    if (can_load(instance)) {
        return index_load(L, at);
    }
    return index_unset(L, attribute);
}

/* A computed attribute, an ad-hoc field, a method; in this order. */
static int index_member(lua_State *L, struct corm_instance *instance)
{
    const char *key;

    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(UP_GETTERS)) != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_callk(L, 1, 1, 0, index_got);
        return 1;
    }
    if (lua_type(L, 2) == LUA_TSTRING && (instance->flags & CORM_INSTANCE_HAS_PINS)) {
        lua_getiuservalue(L, 1, 1);
        lua_pushvalue(L, 2);
        if (lua_rawget(L, -2) != LUA_TNIL) {
            return 1;
        }
    }
    lua_pushvalue(L, 2);
    if (lua_gettable(L, lua_upvalueindex(UP_MEMBERS)) != LUA_TNIL) {
        return 1;
    }
    key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    if (strncmp(key, "__", 2) == 0) {
        return 1; /* nil: libraries probe for metafields */
    }
    return access_fail_unknown(L, instance->mapper);
}

/* obj.name */
static int instance_index(lua_State *L)
{
    struct corm_instance *instance = access_check(L);
    int at = access_find(L, instance->mapper);

    if (CORM_UNLIKELY(at >= (int)instance->ncells)) {
        return access_fail_late(L, instance);
    }
    return at >= 0 ? index_attribute(L, instance, (uint16_t)at)
                   : index_member(L, instance);
}

/* ---- writing ---- */

static int newindex_done(lua_State *L, int status, lua_KContext ctx)
{
    (void)L, (void)status, (void)ctx;
    return 0;
}

static int newindex_hook(lua_State *L, enum lcorm_orm_hook hook)
{
    lua_settop(L, 3);
    lcorm_push_hook(L, hook);
    lua_insert(L, 1);
    lua_callk(L, 3, 0, 0, newindex_done);
    return 0;
}

/* True if history must know the old value and it is not loaded. */
static bool must_load_old(const struct corm_instance *instance,
                          const struct corm_attribute *attribute)
{
    return (attribute->flags & CORM_ATTRIBUTE_ACTIVE_HISTORY) &&
           !corm_cell_is_there(&instance->cell[attribute->index]) && can_load(instance);
}

static int newindex_attribute(lua_State *L, struct corm_instance *instance, uint16_t at)
{
    const struct corm_attribute *attribute = &instance->mapper->attributes.items[at];

    if (attribute->kind == CORM_ATTRIBUTE_COLLECTION) {
        return newindex_hook(L, LCORM_HOOK_REPLACE);
    }
    if (lcorm_attribute_is_listened(attribute) || must_load_old(instance, attribute)) {
        return newindex_hook(L, LCORM_HOOK_SET);
    }
    if (attribute->kind == CORM_ATTRIBUTE_OBJECT) {
        lcorm_attribute_set_object(L, 1, instance, at, 3);
    } else {
        lcorm_attribute_set_column(L, 1, instance, at, 3);
    }
    return 0;
}

/* obj.name = value */
static int instance_newindex(lua_State *L)
{
    struct corm_instance *instance = access_check(L);
    int at = access_find(L, instance->mapper);

    if (CORM_UNLIKELY(at >= (int)instance->ncells)) {
        return access_fail_late(L, instance);
    }
    if (at >= 0) {
        return newindex_attribute(L, instance, (uint16_t)at);
    }
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(UP_SETTERS)) != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_pushvalue(L, 3);
        lua_callk(L, 2, 0, 0, newindex_done);
        return 0;
    }
    if (lua_type(L, 2) != LUA_TSTRING) {
        return lcorm_fail(L, CORM_E_ARGUMENT,
                          "attribute names of class '%s' are strings",
                          instance->mapper->name);
    }
    lcorm_instance_push_fields(L, 1, instance);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_rawset(L, -3);
    return 0;
}

/* ---- the rest of an object's face ---- */

/* pairs(obj): mapped attributes that are there, in order */
static int instance_next(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    const struct corm_mapper *mapper = instance->mapper;
    int at = lua_isnil(L, 2) ? 0 : access_find(L, mapper) + 1;

    for (; at < (int)instance->ncells; at++) {
        const struct corm_attribute *attribute = &mapper->attributes.items[at];
        if (instance->cell[at].tag > CORM_TAG_NULL &&
            corm_cell_is_there(&instance->cell[at])) {
            lua_pushlstring(L, attribute->key, attribute->key_len);
            lcorm_instance_push_cell(L, 1, instance, (uint16_t)at);
            return 2;
        }
    }
    return 0;
}

static int instance_pairs(lua_State *L)
{
    lua_pushcfunction(L, instance_next);
    lua_pushvalue(L, 1);
    return 2;
}

/* Adds the value at index 2; the buffer wants what is added on top of the stack. */
static void add_readable(lua_State *L, luaL_Buffer *buffer)
{
    bool is_text = lua_type(L, 2) == LUA_TSTRING;

    luaL_addstring(buffer, is_text ? "'" : "");
    luaL_tolstring(L, 2, NULL);
    luaL_addvalue(buffer);
    luaL_addstring(buffer, is_text ? "'" : "");
}

/* tostring(obj): the class's name and what is loaded of its columns */
static int instance_tostring(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    const char *separator = "";
    luaL_Buffer buffer;

    lua_settop(L, 1);
    lua_pushnil(L); /* index 2: the value at hand */
    luaL_buffinit(L, &buffer);
    luaL_addstring(&buffer, instance->mapper->name);
    luaL_addchar(&buffer, '(');
    corm_instance_foreach(instance, it)
    {
        if (it->kind != CORM_ATTRIBUTE_COLUMN ||
            !lcorm_instance_push_cell(L, 1, instance, it->index)) {
            continue;
        }
        lua_replace(L, 2);
        luaL_addstring(&buffer, separator);
        luaL_addlstring(&buffer, it->key, it->key_len);
        luaL_addchar(&buffer, '=');
        add_readable(L, &buffer);
        separator = ", ";
    }
    luaL_addchar(&buffer, ')');
    luaL_pushresult(&buffer);
    return 1;
}

static const luaL_Reg instance_meta[] = {
    { "__index", instance_index },
    { "__newindex", instance_newindex },
    { "__pairs", instance_pairs },
    { "__tostring", instance_tostring },
    { NULL, NULL },
};

void lcorm_instance_metatable(lua_State *L, int mapper, int members, int getters,
                              int setters)
{
    lua_createtable(L, 0, 12);
    lcorm_class_mark(L, -1, &lcorm_instance_class);
    for (const luaL_Reg *reg = instance_meta; reg->name != NULL; reg++) {
        lua_pushvalue(L, -1);
        lua_pushvalue(L, members);
        lua_pushvalue(L, getters);
        lua_pushvalue(L, setters);
        lua_pushvalue(L, mapper);
        lua_pushcclosure(L, reg->func, UP_MAPPER);
        lua_setfield(L, -2, reg->name);
    }
}

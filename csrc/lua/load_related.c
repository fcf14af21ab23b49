/* SPDX-License-Identifier: MIT */
/*
 * What loading strategies do to many objects at once: find those whose relationship is not
 * loaded, put loaded objects into it, say that a load is complete. None of it is history.
 */
#include "lua/load_related.h"
#include "lua/collection.h"
#include "lua/instance.h"
#include "lua/load_plan.h"
#include "lua/mapper.h"
#include "lua/open.h"
#include "lua/session.h"

void lcorm_load_object(lua_State *L, int idx, struct corm_instance *instance,
                       uint16_t at, int related)
{
    struct corm_value cell = { .tag = CORM_TAG_NULL };

    if (!lua_isnil(L, related)) {
        cell = (struct corm_value){ .tag = CORM_TAG_OBJECT,
                                    .as.p = lua_touserdata(L, related) };
    }
    lcorm_instance_load(L, idx, instance, at, &cell, related);
}

static bool is_collection(const struct corm_instance *instance, uint16_t at)
{
    return instance->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_COLLECTION;
}

static bool is_loaded(const struct corm_instance *instance, uint16_t at)
{
    const struct corm_collection *collection;

    if (instance->cell[at].tag == CORM_TAG_UNSET || !is_collection(instance, at)) {
        return instance->cell[at].tag != CORM_TAG_UNSET;
    }
    collection = corm_cell_collection(&instance->cell[at]);
    return collection != NULL && collection->is_loaded;
}

/* core.not_loaded(objects, position) -> sequence of those that lack the attribute */
static int core_not_loaded(lua_State *L)
{
    lua_Integer n;
    lua_Integer nfound = 0;

    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, 1);
    lua_newtable(L);
    for (lua_Integer i = 1; i <= n; i++) {
        const struct corm_instance *instance;
        lua_rawgeti(L, 1, i);
        instance = lcorm_check_instance(L, -1);
        if (is_loaded(instance, lcorm_check_position(L, instance, 2))) {
            lua_pop(L, 1);
        } else {
            lua_rawseti(L, -2, ++nfound);
        }
    }
    return 1;
}

static void complete(lua_State *L, int idx, struct corm_instance *instance, uint16_t at)
{
    if (is_collection(instance, at)) {
        if (corm_cell_collection(&instance->cell[at]) != NULL) {
            lcorm_instance_push_pin(L, idx, instance, at);
            lcorm_collection_end_load(L, -1);
            lua_pop(L, 1);
        }
    } else if (instance->cell[at].tag == CORM_TAG_UNSET) {
        lua_pushnil(L);
        lcorm_load_object(L, idx, instance, at, lua_gettop(L));
        lua_pop(L, 1);
    }
}

/*
 * core.end_load(parents, position): what a run filled is complete; a scalar relationship
 * that got nothing is NULL
 */
static int core_end_load(lua_State *L)
{
    lua_Integer n;

    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_instance *parent;
        lua_rawgeti(L, 1, i);
        parent = lcorm_check_instance(L, -1);
        complete(L, lua_gettop(L), parent, lcorm_check_position(L, parent, 2));
        lua_pop(L, 1);
    }
    return 0;
}

/* core.load_object(object, position, related or nil): a scalar relationship, as loaded */
static int core_load_object(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = lcorm_check_position(L, instance, 2);

    lua_settop(L, 3);
    lcorm_arg_check(L, !is_collection(instance, at), 2, "scalar relationship expected");
    if (!lua_isnil(L, 3)) {
        lcorm_check_instance(L, 3);
    }
    lcorm_load_object(L, 1, instance, at, 3);
    return 0;
}

/* core.load_members(object, position, members): a collection, as loaded */
static int core_load_members(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = lcorm_check_position(L, instance, 2);
    const struct corm_collection *collection;
    lua_Integer n;

    lcorm_check_lua_type(L, 3, LUA_TTABLE);
    lcorm_arg_check(L, is_collection(instance, at), 2, "collection expected");
    lua_settop(L, 3);
    collection = lcorm_collection_begin_load(L, 1, instance, at, 0);
    n = (lua_Integer)lua_rawlen(L, 3);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, 3, i);
        lcorm_collection_check_member(L, collection, lua_gettop(L));
        lcorm_collection_load(L, 4, -1);
        lua_pop(L, 1);
    }
    lcorm_collection_end_load(L, 4);
    return 0;
}

/* ---- many-to-one ---- */

enum {
    ARG_OBJECTS = 1,
    ARG_POSITION,
    ARG_CORE,
    ARG_MAPPER,
    ARG_KEY, /* positions of the attributes that refer, in the order of the target's key */
    KEY_ARGS = ARG_KEY
};

static uint16_t read_key(lua_State *L, int arg, uint16_t *positions)
{
    uint16_t n = (uint16_t)lua_rawlen(L, arg);

    lcorm_arg_check(L, n > 0 && n <= LCORM_KEY_MAX, arg, "number of columns");
    for (uint16_t i = 0; i < n; i++) {
        lua_rawgeti(L, arg, i + 1);
        positions[i] = (uint16_t)(lcorm_check_integer(L, -1) - 1);
        lua_pop(L, 1);
    }
    return n;
}

/* Push the key that the instance refers by; false if it refers to nothing. */
static bool push_foreign_key(lua_State *L, const struct corm_instance *instance,
                             const uint16_t *positions, uint16_t n)
{
    struct lcorm_key key = { .n = 0 };

    for (uint16_t i = 0; i < n; i++) {
        lcorm_arg_check(L, positions[i] < instance->ncells, 2, "no such attribute");
        lcorm_key_add_cell(L, &key, &instance->mapper->attributes.items[positions[i]],
                           &instance->cell[positions[i]]);
    }
    return lcorm_push_key(L, &key);
}

/*
 * core.link_many_to_one(objects, position, session core, target mapper, key positions):
 * give each object the one it refers to, as the identity map has it; or nil
 */
static int core_link_many_to_one(lua_State *L)
{
    uint16_t positions[LCORM_KEY_MAX];
    uint16_t nkey;
    lua_Integer n;

    lcorm_check_lua_type(L, ARG_OBJECTS, LUA_TTABLE);
    lcorm_check_lua_type(L, ARG_KEY, LUA_TTABLE);
    lcorm_check_session(L, ARG_CORE);
    lua_settop(L, KEY_ARGS);
    nkey = read_key(L, ARG_KEY, positions);
    lcorm_push_identity_table(L, ARG_CORE, lcorm_check_mapper(L, ARG_MAPPER));
    n = (lua_Integer)lua_rawlen(L, ARG_OBJECTS);
    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_instance *instance;
        lua_rawgeti(L, ARG_OBJECTS, i);
        instance = lcorm_check_instance(L, -1);
        if (push_foreign_key(L, instance, positions, nkey)) {
            lua_rawget(L, KEY_ARGS + 1);
        } else {
            lua_pushnil(L);
        }
        lcorm_load_object(L, KEY_ARGS + 2, instance,
                          lcorm_check_position(L, instance, ARG_POSITION), -1);
        lua_settop(L, KEY_ARGS + 1);
    }
    return 0;
}

static void push_value(lua_State *L, int idx, struct corm_instance *instance,
                       uint16_t at)
{
    if (!lcorm_instance_push_cell(L, idx, instance, at)) {
        lua_pushnil(L);
    }
}

/* Push the values of the instance at idx, a tuple if they are several. */
static void push_key_values(lua_State *L, int idx, const uint16_t *positions,
                            uint16_t n)
{
    struct corm_instance *instance = lua_touserdata(L, idx);

    if (n == 1) {
        push_value(L, idx, instance, positions[0]);
        return;
    }
    lua_createtable(L, n, 0);
    for (uint16_t i = 0; i < n; i++) {
        push_value(L, idx, instance, positions[i]);
        lua_rawseti(L, -2, i + 1);
    }
}

/*
 * core.key_values(objects, positions) -> sequence of the distinct values (tuples, if there
 * are several positions) that the objects have there; objects with NULL are left out
 */
static int core_key_values(lua_State *L)
{
    uint16_t positions[LCORM_KEY_MAX];
    uint16_t nkey;
    lua_Integer n;
    lua_Integer nfound = 0;

    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    nkey = read_key(L, 2, positions);
    n = (lua_Integer)lua_rawlen(L, 1);
    lua_newtable(L); /* 3: the values */
    lua_newtable(L); /* 4: keys that were seen */
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, 1, i); /* 5 */
        if (push_foreign_key(L, lcorm_check_instance(L, -1), positions, nkey)) {
            lua_pushvalue(L, 6);
            if (lua_rawget(L, 4) == LUA_TNIL) {
                push_key_values(L, 5, positions, nkey);
                lua_rawseti(L, 3, ++nfound);
                lua_pushvalue(L, 6);
                lua_pushboolean(L, 1);
                lua_rawset(L, 4);
            }
        }
        lua_settop(L, 4);
    }
    lua_settop(L, 3);
    return 1;
}

void lcorm_open_load_related(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "end_load", core_end_load },
        { "key_values", core_key_values },
        { "link_many_to_one", core_link_many_to_one },
        { "load_members", core_load_members },
        { "load_object", core_load_object },
        { "not_loaded", core_not_loaded },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}

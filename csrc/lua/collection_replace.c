/* SPDX-License-Identifier: MIT */
/*
 * owner.children = objects: a new collection in the order given. Objects that were in the old
 * one stay as they are; the others join, and those that are not among the new ones leave.
 */
#include <stdlib.h>

#include "lua/attribute.h"
#include "lua/collection.h"
#include "lua/instance.h"
#include "lua/open.h"

/* Instances by address, to be searched. */
struct sorted {
    const struct corm_instance **items;
    size_t count;
};

static int compare_addresses(const void *a, const void *b)
{
    const char *left = *(const char *const *)a;
    const char *right = *(const char *const *)b;

    return (left > right) - (left < right);
}

static bool sorted_has(const struct sorted *sorted,
                       const struct corm_instance *instance)
{
    return bsearch(&instance, sorted->items, sorted->count, sizeof(*sorted->items),
                   compare_addresses) != NULL;
}

/* The instances in the sequence at idx; their memory is left on the stack. */
static struct sorted push_sorted(lua_State *L, int idx)
{
    struct sorted sorted = { .count = lua_rawlen(L, idx) };

    sorted.items = lcorm_scratch(L, (sorted.count + 1) * sizeof(*sorted.items));
    for (size_t i = 0; i < sorted.count; i++) {
        lua_rawgeti(L, idx, (lua_Integer)i + 1);
        sorted.items[i] = lua_touserdata(L, -1);
        lua_pop(L, 1);
    }
    qsort(sorted.items, sorted.count, sizeof(*sorted.items), compare_addresses);
    return sorted;
}

/* Put the objects of the sequence in; those that were not there before join. */
static void put_all(lua_State *L, int collection, int objects,
                    const struct sorted *before)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, objects);
    int top = lua_gettop(L);

    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, objects, i);
        lcorm_collection_put(L, collection, top + 1, -1);
        if (!lua_isnil(L, top + 2)) { /* who had the same key in a dict */
            lcorm_attribute_left(L, collection, top + 2);
        }
        if (!sorted_has(before, lua_touserdata(L, top + 1))) {
            lcorm_attribute_joined(L, collection, top + 1);
        }
        lua_settop(L, top);
    }
}

/* The objects of the sequence at `before` that are not wanted leave. */
static void let_go(lua_State *L, int collection, int before,
                   const struct sorted *wanted)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, before);

    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, before, i);
        if (!sorted_has(wanted, lua_touserdata(L, -1))) {
            lcorm_attribute_left(L, collection, lua_gettop(L));
        }
        lua_pop(L, 1);
    }
}

/* core.collection_renew(owner, position) -> the new, empty collection; no events */
static int collection_renew(lua_State *L)
{
    struct corm_instance *owner = lcorm_check_instance(L, 1);
    uint16_t at = lcorm_check_position_of(L, owner, 2, CORM_ATTRIBUTE_COLLECTION);

    lcorm_collection_push_renewed(L, 1, owner, at);
    lcorm_instance_modified(L, 1, owner);
    return 1;
}

/* core.collection_replace(owner, position, objects): both sides, if nobody listens */
static int collection_replace(lua_State *L)
{
    enum { OBJECTS = 3, OLD, BEFORE, NEW };
    struct corm_instance *owner = lcorm_check_instance(L, 1);
    uint16_t at = lcorm_check_position_of(L, owner, 2, CORM_ATTRIBUTE_COLLECTION);
    const struct corm_collection *old;
    struct sorted before, wanted;

    lcorm_check_lua_type(L, OBJECTS, LUA_TTABLE);
    lua_settop(L, OBJECTS);
    old = lcorm_collection_push_of(L, 1, owner, at);
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, OBJECTS); i++) {
        lua_rawgeti(L, OBJECTS, i);
        lcorm_collection_check_member(L, old, lua_gettop(L));
        lua_pop(L, 1);
    }
    lua_getiuservalue(L, OLD, LCORM_COLLECTION_MEMBERS);
    lcorm_collection_push_renewed(L, 1, owner, at);
    lcorm_instance_modified(L, 1, owner);
    before = push_sorted(L, BEFORE);
    wanted = push_sorted(L, OBJECTS);
    put_all(L, NEW, OBJECTS, &before);
    let_go(L, NEW, BEFORE, &wanted);
    return 0;
}

void lcorm_open_collection_replace(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "collection_renew", collection_renew },
        { "collection_replace", collection_replace },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}

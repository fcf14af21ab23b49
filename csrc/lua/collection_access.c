/* SPDX-License-Identifier: MIT */
/*
 * Collections as users meet them. Methods shared by all kinds: append (add), remove,
 * contains, clear, and iteration; a list also insert and pop, a dict get and keys. Data
 * wins over methods: c["append"] of a dict is the member with that key.
 *
 * Where somebody listens to the relationship, changes go through corm.orm.attributes.
 */
#include "lua/attribute.h"
#include "lua/collection.h"
#include "lua/instance.h"
#include "lua/open.h"

static const struct corm_attribute *
collection_attribute(const struct corm_collection *collection)
{
    return &collection->owner->mapper->attributes.items[collection->attribute];
}

/* A collection that was replaced or expired is only a list of objects. */
static bool is_live(const struct corm_collection *collection)
{
    return collection->owner != NULL;
}

void lcorm_collection_check_member(lua_State *L,
                                   const struct corm_collection *collection, int member)
{
    const struct corm_instance *instance = lcorm_test_instance(L, member);
    const struct corm_relationship *relationship;

    if (!is_live(collection)) {
        lcorm_check_instance(L, member);
        return;
    }
    relationship = collection_attribute(collection)->relationship;
    if (instance == NULL || !corm_mapper_isa(instance->mapper, relationship->target)) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "collection '%s' of class '%s' holds '%s' objects, got %s",
                   collection_attribute(collection)->key, relationship->parent->name,
                   relationship->target->name,
                   instance != NULL ? instance->mapper->name
                                    : lcorm_type_name(L, member));
    }
}

/* ---- changes that users make ---- */

static int change_done(lua_State *L, int status, lua_KContext ctx)
{
    (void)L, (void)status, (void)ctx;
    return 0;
}

/* Put the object at `member` in at position `to` (from 0, -1 the end). */
static int collection_add(lua_State *L, int member, lua_Integer to)
{
    struct corm_collection *collection = lcorm_check_collection(L, 1);

    lcorm_collection_check_member(L, collection, member);
    if (is_live(collection) &&
        lcorm_attribute_is_listened(collection_attribute(collection))) {
        lcorm_push_hook(L, LCORM_HOOK_APPEND);
        lua_pushvalue(L, 1);
        lua_pushvalue(L, member);
        lua_pushinteger(L, to);
        lua_callk(L, 3, 0, 0, change_done);
        return 0;
    }
    lcorm_collection_put(L, 1, member, to);
    if (is_live(collection)) {
        if (!lua_isnil(L, -1)) {
            lcorm_attribute_left(L, 1, -1);
        }
        lcorm_attribute_joined(L, 1, member);
    }
    return 0;
}

/* Take the object at `member` out, then go on with k. */
static int collection_drop(lua_State *L, int member, lua_KContext ctx, lua_KFunction k)
{
    struct corm_collection *collection = lcorm_check_collection(L, 1);

    if (is_live(collection) &&
        lcorm_attribute_is_listened(collection_attribute(collection))) {
        lcorm_push_hook(L, LCORM_HOOK_REMOVE);
        lua_pushvalue(L, 1);
        lua_pushvalue(L, member);
        lua_callk(L, 2, 0, ctx, k);
    } else if (lcorm_collection_take(L, 1, lua_touserdata(L, member)) &&
               is_live(collection)) {
        lcorm_attribute_left(L, 1, member);
    }
    return k(L, LUA_OK, ctx);
}

static bool collection_has(lua_State *L, int idx, int member)
{
    const struct corm_collection *collection = lcorm_check_collection(L, idx);
    const struct corm_instance *instance = lcorm_test_instance(L, member);

    return instance != NULL && corm_members_find(&collection->now, instance) >= 0;
}

/* collection:append(object), :add(object) */
static int collection_append(lua_State *L)
{
    return collection_add(L, 2, -1);
}

/* collection:remove(object): an object that is not in it is an error */
static int collection_remove(lua_State *L)
{
    const struct corm_collection *collection = lcorm_check_collection(L, 1);

    lcorm_collection_check_member(L, collection, 2);
    if (!collection_has(L, 1, 2)) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "object is not in the collection");
    }
    return collection_drop(L, 2, 0, change_done);
}

/* set:discard(object): as remove, but one that is not in it is no error */
static int collection_discard(lua_State *L)
{
    lcorm_check_collection(L, 1);
    return collection_has(L, 1, 2) ? collection_drop(L, 2, 0, change_done) : 0;
}

/* Push member i (from 1), nil beyond. */
static void push_member(lua_State *L, int idx, lua_Integer i)
{
    lua_getiuservalue(L, idx, LCORM_COLLECTION_MEMBERS);
    lua_rawgeti(L, -1, i);
    lua_remove(L, -2);
}

/* list:insert(position, object): from 1 */
static int collection_insert(lua_State *L)
{
    const struct corm_collection *collection = lcorm_check_collection(L, 1);
    lua_Integer at = lcorm_check_integer(L, 2);

    lcorm_arg_check(L, at >= 1 && at <= (lua_Integer)collection->now.count + 1, 2,
                    "position out of range");
    return collection_add(L, 3, at - 1);
}

static int pop_done(lua_State *L, int status, lua_KContext at)
{
    (void)status;
    lua_settop(L, (int)at);
    return 1;
}

/* list:pop([position]) -> object: the last one unless told */
static int collection_pop(lua_State *L)
{
    const struct corm_collection *collection = lcorm_check_collection(L, 1);
    lua_Integer at = lcorm_opt_integer(L, 2, collection->now.count);

    lcorm_arg_check(L, at >= 1 && at <= (lua_Integer)collection->now.count, 2,
                    "position out of range");
    lua_settop(L, 1);
    push_member(L, 1, at);
    return collection_drop(L, 2, 2, pop_done);
}

/* collection:contains(object); of a dict: contains(key) */
static int collection_contains(lua_State *L)
{
    const struct corm_collection *collection = lcorm_check_collection(L, 1);

    if (collection->kind == CORM_COLLECTION_DICT && lcorm_test_instance(L, 2) == NULL) {
        lua_getiuservalue(L, 1, LCORM_COLLECTION_INDEX);
        lua_pushvalue(L, 2);
        lua_pushboolean(L, !lua_isnil(L, 2) && lua_rawget(L, -2) != LUA_TNIL);
    } else {
        lua_pushboolean(L, collection_has(L, 1, 2));
    }
    return 1;
}

/* collection:members() -> sequence of the members in order, a copy */
static int collection_members(lua_State *L)
{
    const struct corm_collection *collection = lcorm_check_collection(L, 1);

    lua_createtable(L, (int)collection->now.count, 0);
    lua_getiuservalue(L, 1, LCORM_COLLECTION_MEMBERS);
    for (uint32_t i = 1; i <= collection->now.count; i++) {
        lua_rawgeti(L, -1, i);
        lua_rawseti(L, -3, i);
    }
    lua_pop(L, 1);
    return 1;
}

/* dict:keys() -> sequence of the keys in order */
static int collection_keys(lua_State *L)
{
    const struct corm_collection *collection = lcorm_check_collection(L, 1);

    lcorm_arg_check(L, collection->kind == CORM_COLLECTION_DICT, 1, "dict expected");
    lua_createtable(L, (int)collection->now.count, 0);
    lua_getiuservalue(L, 1, LCORM_COLLECTION_KEYS);
    for (uint32_t i = 1; i <= collection->now.count; i++) {
        push_member(L, 1, i);
        lua_rawget(L, -2);
        lua_rawseti(L, -3, i);
    }
    lua_pop(L, 1);
    return 1;
}

/* collection:owner() -> object it belongs to, name of its attribute; nil if it was replaced */
static int collection_owner(lua_State *L)
{
    const struct corm_collection *collection = lcorm_check_collection(L, 1);

    if (!is_live(collection)) {
        return 0;
    }
    lua_getiuservalue(L, 1, LCORM_COLLECTION_OWNER);
    lua_pushstring(L, collection_attribute(collection)->key);
    return 2;
}

/* ---- primitives for corm.orm.attributes: no events, one side only ---- */

/* core.collection_put(collection, object, position from 0 or -1) -> displaced or nil */
static int primitive_put(lua_State *L)
{
    lcorm_collection_check_member(L, lcorm_check_collection(L, 1), 2);
    lcorm_collection_put(L, 1, 2, lcorm_check_integer(L, 3));
    return 1;
}

/* core.collection_take(collection, object) -> boolean */
static int primitive_take(lua_State *L)
{
    lcorm_check_collection(L, 1);
    lcorm_check_instance(L, 2);
    lcorm_collection_take_unseen(L, 1, 2);
    return 0;
}

/* ---- reading ---- */

static int index_number(lua_State *L, const struct corm_collection *collection)
{
    lua_Integer at = lua_tointeger(L, 2);

    if (at >= 1 && at <= (lua_Integer)collection->now.count) {
        push_member(L, 1, at);
    } else {
        lua_pushnil(L);
    }
    return 1;
}

/* A dict whose class has __missing asks it for what is not there. */
static int index_missing(lua_State *L)
{
    if (luaL_getmetafield(L, 1, "__missing") == LUA_TNIL) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    lua_callk(L, 2, 1, 3, pop_done);
    return 1;
}

/* collection[i], dict[key], collection.method */
static int collection_index(lua_State *L)
{
    const struct corm_collection *collection = lcorm_check_collection(L, 1);

    if (collection->kind == CORM_COLLECTION_DICT) {
        lua_getiuservalue(L, 1, LCORM_COLLECTION_INDEX);
        lua_pushvalue(L, 2);
        if (lua_rawget(L, -2) != LUA_TNIL) {
            return 1;
        }
        lua_settop(L, 2);
    } else if (lua_isinteger(L, 2)) {
        return index_number(L, collection);
    }
    luaL_getmetafield(L, 1, "__methods");
    lua_pushvalue(L, 2);
    if (lua_gettable(L, -2) != LUA_TNIL) {
        return 1;
    }
    lua_settop(L, 2);
    return index_missing(L);
}

/* ---- writing by index ---- */

static int newindex_dict(lua_State *L)
{
    if (lua_isnil(L, 3)) {
        lua_settop(L, 2);
        lua_getiuservalue(L, 1, LCORM_COLLECTION_INDEX);
        lua_pushvalue(L, 2);
        if (lua_rawget(L, -2) == LUA_TNIL) {
            return 0;
        }
        return collection_drop(L, lua_gettop(L), 0, change_done);
    }
    return collection_add(L, 3, -1);
}

/*
 * True if position `at` is not the only one that holds the object. table.insert and
 * table.remove shift members, so that neighbours are the same for a moment.
 */
static bool is_elsewhere(const struct corm_members *members, uint32_t at,
                         const struct corm_instance *instance)
{
    if ((at > 0 && members->items[at - 1] == instance) ||
        (at + 1 < members->count && members->items[at + 1] == instance)) {
        return true;
    }
    for (uint32_t i = 0; i < members->count; i++) {
        if (i != at && members->items[i] == instance) {
            return true;
        }
    }
    return false;
}

/* list[#list + 1] = object; the last one again is only moved about */
static int append_at_end(lua_State *L, const struct corm_collection *collection)
{
    uint32_t count = collection->now.count;

    if (count > 0 && collection->now.items[count - 1] == lua_touserdata(L, 3)) {
        lcorm_collection_put(L, 1, 3, -1);
        return 0;
    }
    return collection_add(L, 3, -1);
}

/* Position `at` is free: put the value there, if it is none that only moves. */
static int replace_k(lua_State *L, int status, lua_KContext at)
{
    (void)status;
    if (lua_isnil(L, 3)) {
        return 0;
    }
    if (collection_has(L, 1, 3)) {
        lcorm_collection_put(L, 1, 3, at);
        return 0;
    }
    return collection_add(L, 3, at);
}

/* An object leaves when its last place goes, and joins when it gets its first. */
static int replace_at(lua_State *L, const struct corm_collection *collection,
                      uint32_t at)
{
    const struct corm_instance *before = collection->now.items[at];

    if (before == lua_touserdata(L, 3)) {
        return 0;
    }
    if (is_elsewhere(&collection->now, at, before)) {
        lcorm_collection_take_at(L, 1, at);
        return replace_k(L, LUA_OK, at);
    }
    push_member(L, 1, (lua_Integer)at + 1);
    return collection_drop(L, lua_gettop(L), at, replace_k);
}

static int newindex_list(lua_State *L, const struct corm_collection *collection)
{
    lua_Integer at = lcorm_check_integer(L, 2);
    lua_Integer count = collection->now.count;

    if (!lua_isnil(L, 3)) {
        lcorm_collection_check_member(L, collection, 3);
    }
    if (at == count + 1) {
        return lua_isnil(L, 3) ? 0 : append_at_end(L, collection);
    }
    if (at < 1 || at > count) {
        return lcorm_fail(L, CORM_E_ARGUMENT,
                          "position %I is outside the collection of %I objects", at,
                          count);
    }
    return replace_at(L, collection, (uint32_t)at - 1);
}

/* list[i] = object or nil, list[#list + 1] = object, dict[key] = object or nil */
static int collection_newindex(lua_State *L)
{
    const struct corm_collection *collection = lcorm_check_collection(L, 1);

    switch (collection->kind) {
    case CORM_COLLECTION_DICT:
        return newindex_dict(L);
    case CORM_COLLECTION_LIST:
        return newindex_list(L, collection);
    default:
        return lcorm_fail(L, CORM_E_ARGUMENT,
                          "a set has no positions; use add or remove");
    }
}

/* ---- iteration ---- */

/* Position (from 1) after the member or key at index 2; the iteration's control value. */
static lua_Integer position_after(lua_State *L, struct corm_collection *collection)
{
    const struct corm_instance *last;
    int64_t at;

    if (lua_isnil(L, 2)) {
        return 1;
    }
    if (collection->kind == CORM_COLLECTION_DICT) {
        lua_getiuservalue(L, 1, LCORM_COLLECTION_INDEX);
        lua_pushvalue(L, 2);
        lua_rawget(L, -2);
    } else {
        lua_pushvalue(L, 2);
    }
    last = lcorm_test_instance(L, -1);
    if (collection->cursor < collection->now.count &&
        collection->now.items[collection->cursor] == last) {
        return (lua_Integer)collection->cursor + 2;
    }
    at = last == NULL ? -1 : corm_members_find(&collection->now, last);
    if (at < 0) {
        return lcorm_fail(L, CORM_E_INVALID_REQUEST,
                          "collection changed while it was iterated over");
    }
    return at + 2;
}

/* for x in collection do; of a dict: for key, x in collection do */
static int collection_call(lua_State *L)
{
    struct corm_collection *collection = lcorm_check_collection(L, 1);
    lua_Integer at;

    lua_remove(L, 2); /* the generic for passes a state nobody needs */
    lua_settop(L, 2);
    at = position_after(L, collection);
    if (at > (lua_Integer)collection->now.count) {
        return 0;
    }
    collection->cursor = (uint32_t)at - 1;
    push_member(L, 1, at);
    if (collection->kind != CORM_COLLECTION_DICT) {
        return 1;
    }
    lua_getiuservalue(L, 1, LCORM_COLLECTION_KEYS);
    lua_pushvalue(L, -2);
    lua_rawget(L, -2);
    lua_pushvalue(L, -3);
    return 2;
}

static int next_key(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushnil(L);
    lua_insert(L, 2);
    return collection_call(L);
}

static int next_index(lua_State *L)
{
    const struct corm_collection *collection = lcorm_check_collection(L, 1);
    lua_Integer at = lcorm_check_integer(L, 2) + 1;

    if (at > (lua_Integer)collection->now.count) {
        return 0;
    }
    lua_pushinteger(L, at);
    push_member(L, 1, at);
    return 2;
}

/* pairs(collection): position and member, or key and member of a dict */
static int collection_pairs(lua_State *L)
{
    bool is_dict = lcorm_check_collection(L, 1)->kind == CORM_COLLECTION_DICT;

    lua_pushcfunction(L, is_dict ? next_key : next_index);
    lua_pushvalue(L, 1);
    if (is_dict) {
        return 2;
    }
    lua_pushinteger(L, 0);
    return 3;
}

static int collection_len(lua_State *L)
{
    lua_pushinteger(L, lcorm_check_collection(L, 1)->now.count);
    return 1;
}

/* ---- classes ---- */

static const luaL_Reg collection_methods[] = {
    { "add", collection_append },
    { "append", collection_append },
    { "contains", collection_contains },
    { "discard", collection_discard },
    { "insert", collection_insert },
    { "keys", collection_keys },
    { "members", collection_members },
    { "owner", collection_owner },
    { "pop", collection_pop },
    { "remove", collection_remove },
    { NULL, NULL },
};

static const luaL_Reg collection_meta[] = {
    { "__call", collection_call },   { "__index", collection_index },
    { "__len", collection_len },     { "__newindex", collection_newindex },
    { "__pairs", collection_pairs }, { NULL, NULL },
};

/*
 * core.collection_metatable(methods, [missing]) -> metatable of collections; methods is the
 * table (with inheritance) in which names are looked up, missing(self, key) a dict's
 * answer for a key that it does not have.
 */
static int collection_metatable(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    lua_createtable(L, 0, 10);
    lcorm_class_mark(L, 3, &lcorm_collection_class);
    luaL_setfuncs(L, collection_meta, 0);
    lua_pushvalue(L, 1);
    lua_setfield(L, 3, "__methods");
    lua_pushvalue(L, 2);
    lua_setfield(L, 3, "__missing");
    return 1;
}

void lcorm_open_collection(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "collection_metatable", collection_metatable },
        { "collection_put", primitive_put },
        { "collection_take", primitive_take },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
    luaL_newlib(L, collection_methods);
    lua_setfield(L, -2, "collection_methods");
}

/* SPDX-License-Identifier: MIT */
/*
 * Members and their history. The pointer arrays that the core reads and the tables that
 * keep the members alive and indexed change together, here and nowhere else.
 */
#include "lua/collection.h"

#include "lua/instance.h"
#include "lua/mapper.h"

const struct lcorm_class lcorm_collection_class = {
    .name = "corm.Collection",
    .size = sizeof(struct corm_collection),
};

struct corm_collection *lcorm_check_collection(lua_State *L, int idx)
{
    struct corm_collection *collection = lcorm_test(L, idx, &lcorm_collection_class);

    if (collection == NULL) {
        lcorm_arg_error(L, idx, "collection");
    }
    return collection;
}

/* ---- making one ---- */

static enum corm_collection_kind spec_kind(lua_State *L, int spec)
{
    static const char *const kinds[] = { "list", "set", "dict" };
    const char *name;

    lua_getfield(L, spec, "kind");
    name = lua_tostring(L, -1);
    lua_pop(L, 1);
    for (size_t i = 0; i < CORM_LENGTH(kinds); i++) {
        if (name != NULL && __builtin_strcmp(name, kinds[i]) == 0) {
            return (enum corm_collection_kind)i;
        }
    }
    return CORM_COLLECTION_LIST;
}

static void push_spec(lua_State *L, const struct corm_instance *owner, uint16_t at)
{
    lcorm_push_mapper(L, owner->mapper);
    lua_getiuservalue(L, -1, LCORM_MAPPER_COLLECTIONS);
    lua_rawgeti(L, -1, at + 1);
    lua_replace(L, -3);
    lua_pop(L, 1);
}

static void set_new_table(lua_State *L, int idx, enum lcorm_collection_uservalue which)
{
    lua_createtable(L, 0, 0);
    lua_setiuservalue(L, idx, which);
}

static struct corm_collection *collection_new(lua_State *L, int owner_idx, int spec)
{
    struct corm_collection *collection =
        lua_newuserdatauv(L, sizeof *collection, LCORM_COLLECTION_USERVALUES);
    int idx = lua_gettop(L);

    *collection = (struct corm_collection){ .kind = (uint8_t)spec_kind(L, spec) };
    lua_getfield(L, spec, "metatable");
    lua_setmetatable(L, idx);
    lua_pushvalue(L, spec);
    lua_setiuservalue(L, idx, LCORM_COLLECTION_SPEC);
    lua_pushvalue(L, owner_idx);
    lua_setiuservalue(L, idx, LCORM_COLLECTION_OWNER);
    set_new_table(L, idx, LCORM_COLLECTION_MEMBERS);
    if (collection->kind != CORM_COLLECTION_LIST) {
        set_new_table(L, idx, LCORM_COLLECTION_INDEX);
    }
    if (collection->kind == CORM_COLLECTION_DICT) {
        set_new_table(L, idx, LCORM_COLLECTION_KEYS);
    }
    return collection;
}

struct corm_collection *lcorm_collection_push_empty(lua_State *L, int idx,
                                                    struct corm_instance *owner,
                                                    uint16_t at, bool is_loaded)
{
    struct corm_collection *collection;
    struct corm_value cell = { .tag = CORM_TAG_OBJECT, .flags = CORM_CELL_PINNED };

    idx = lua_absindex(L, idx);
    push_spec(L, owner, at);
    collection = collection_new(L, idx, lua_gettop(L));
    lua_remove(L, -2);
    collection->is_loaded = is_loaded;
    lcorm_instance_pin(L, idx, owner, at, -1);
    collection->owner = owner;
    collection->attribute = at;
    cell.as.p = collection;
    corm_instance_load(owner, at, &cell);
    return collection;
}

struct corm_collection *lcorm_collection_push_of(lua_State *L, int idx,
                                                 struct corm_instance *owner,
                                                 uint16_t at)
{
    struct corm_collection *collection = corm_cell_collection(&owner->cell[at]);

    if (collection == NULL) {
        return lcorm_collection_push_empty(L, idx, owner, at,
                                           !(owner->flags & CORM_INSTANCE_HAS_KEY));
    }
    lcorm_instance_push_pin(L, idx, owner, at);
    return collection;
}

/* ---- memory ---- */

/* Make room for one more; the array lives in a userdata that user value `which` holds. */
static void members_reserve(lua_State *L, int idx, struct corm_members *members,
                            uint32_t want, enum lcorm_collection_uservalue which)
{
    uint32_t cap = members->cap == 0 ? 4 : members->cap;
    struct corm_instance **items;

    if (want <= members->cap) {
        return;
    }
    while (cap < want) {
        cap *= 2;
    }
    items = lua_newuserdatauv(L, cap * sizeof(struct corm_instance *), 0);
    if (members->count > 0) {
        __builtin_memcpy(items, members->items, members->count * sizeof *items);
    }
    members->items = items;
    members->cap = cap;
    lua_setiuservalue(L, idx, which);
}

/* ---- history ---- */

static bool keeps_history(const struct corm_collection *collection)
{
    return collection->owner != NULL && collection->is_loaded &&
           !collection->is_changed &&
           (collection->owner->flags & CORM_INSTANCE_HAS_KEY);
}

/* The members before the first change: their pointers, and a table that holds them. */
static void collection_keep_before(lua_State *L, int idx,
                                   struct corm_collection *collection)
{
    uint32_t count = collection->now.count;

    if (!keeps_history(collection)) {
        return;
    }
    members_reserve(L, idx, &collection->committed, count, LCORM_COLLECTION_COMMITTED);
    lua_createtable(L, (int)count, 0);
    lua_getiuservalue(L, idx, LCORM_COLLECTION_MEMBERS);
    for (uint32_t i = 0; i < count; i++) {
        collection->committed.items[i] = collection->now.items[i];
        lua_rawgeti(L, -1, i + 1);
        lua_rawseti(L, -3, i + 1);
    }
    lua_pop(L, 1);
    lua_setiuservalue(L, idx, LCORM_COLLECTION_BEFORE);
    collection->committed.count = count;
    collection->is_changed = true;
}

static void collection_modified(lua_State *L, int idx,
                                struct corm_collection *collection)
{
    if (collection->owner == NULL) {
        return;
    }
    lua_getiuservalue(L, idx, LCORM_COLLECTION_OWNER);
    lcorm_instance_modified(L, lua_gettop(L), collection->owner);
    lua_pop(L, 1);
}

/* Give what the collection at `from` knows of its members before to the one at `to`. */
static void hand_over_history(lua_State *L, int from, int to)
{
    struct corm_collection *before = lua_touserdata(L, from);
    struct corm_collection *after = lua_touserdata(L, to);

    after->committed = before->committed;
    after->is_changed = before->is_changed;
    lua_getiuservalue(L, from, LCORM_COLLECTION_BEFORE);
    lua_setiuservalue(L, to, LCORM_COLLECTION_BEFORE);
    lua_getiuservalue(L, from, LCORM_COLLECTION_COMMITTED);
    lua_setiuservalue(L, to, LCORM_COLLECTION_COMMITTED);
    before->committed = (struct corm_members){ 0 };
    before->is_changed = false;
}

struct corm_collection *lcorm_collection_push_renewed(lua_State *L, int idx,
                                                      struct corm_instance *owner,
                                                      uint16_t at)
{
    struct corm_collection *before = lcorm_collection_push_of(L, idx, owner, at);
    int from = lua_gettop(L);
    struct corm_collection *after;

    collection_keep_before(L, from, before);
    before->owner = NULL;
    after = lcorm_collection_push_empty(L, idx, owner, at, true);
    hand_over_history(L, from, from + 1);
    lua_remove(L, from);
    return after;
}

/* ---- the index of sets and dicts ---- */

/* Push the key of the member at `member` for a dict. */
static void push_member_key(lua_State *L, int idx, int member)
{
    lua_getiuservalue(L, idx, LCORM_COLLECTION_SPEC);
    lua_getfield(L, -1, "attribute");
    if (lua_isstring(L, -1)) {
        lua_gettable(L, member);
        lua_remove(L, -2);
    } else {
        lua_pop(L, 1);
        lcorm_push_hook(L, LCORM_HOOK_KEY);
        lua_insert(L, -2);
        lua_pushvalue(L, member);
        lua_call(L, 2, 1);
    }
    lcorm_nil_to_null(L); /* nil cannot be a key: such a member stands under NULL */
}

static void set_index(lua_State *L, int idx, int member)
{
    lua_getiuservalue(L, idx, LCORM_COLLECTION_INDEX);
    lua_pushvalue(L, member);
    lua_pushboolean(L, true);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

/* Index a dict's member; the key is on top and is popped. */
static void dict_index(lua_State *L, int idx, int member)
{
    int key = lua_gettop(L);

    lua_getiuservalue(L, idx, LCORM_COLLECTION_INDEX);
    lua_pushvalue(L, key);
    lua_pushvalue(L, member);
    lua_rawset(L, -3);
    lua_getiuservalue(L, idx, LCORM_COLLECTION_KEYS);
    lua_pushvalue(L, member);
    lua_pushvalue(L, key);
    lua_rawset(L, -3);
    lua_settop(L, key - 1);
}

static void index_drop(lua_State *L, int idx, const struct corm_collection *collection,
                       int member)
{
    if (collection->kind == CORM_COLLECTION_LIST) {
        return;
    }
    lua_getiuservalue(L, idx, LCORM_COLLECTION_INDEX);
    if (collection->kind == CORM_COLLECTION_SET) {
        lua_pushvalue(L, member);
    } else {
        lua_getiuservalue(L, idx, LCORM_COLLECTION_KEYS);
        lua_pushvalue(L, member);
        lua_rawget(L, -2);
        lua_pushvalue(L, member);
        lua_pushnil(L);
        lua_rawset(L, -4);
        lua_remove(L, -2);
    }
    if (!lua_isnil(L, -1)) {
        lua_pushnil(L);
        lua_rawset(L, -3);
    } else {
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* ---- putting and taking ---- */

/* Insert the member at position `to` into array and table alike. */
static void members_insert(lua_State *L, int idx, struct corm_collection *collection,
                           int member, uint32_t to)
{
    uint32_t count = collection->now.count;

    members_reserve(L, idx, &collection->now, count + 1, LCORM_COLLECTION_NOW);
    lua_getiuservalue(L, idx, LCORM_COLLECTION_MEMBERS);
    for (uint32_t i = count; i > to; i--) {
        lua_rawgeti(L, -1, i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_pushvalue(L, member);
    lua_rawseti(L, -2, to + 1);
    lua_pop(L, 1);
    corm_members_insert(&collection->now, to, lua_touserdata(L, member));
}

static void members_remove(lua_State *L, int idx, struct corm_collection *collection,
                           uint32_t at)
{
    uint32_t count = collection->now.count;

    lua_getiuservalue(L, idx, LCORM_COLLECTION_MEMBERS);
    for (uint32_t i = at + 1; i < count; i++) {
        lua_rawgeti(L, -1, i + 1);
        lua_rawseti(L, -2, i);
    }
    lua_pushnil(L);
    lua_rawseti(L, -2, count);
    lua_pop(L, 1);
    corm_members_remove(&collection->now, at);
}

/* Push the member that a dict already has under the key on top; nil if none. */
static void dict_push_other(lua_State *L, int idx)
{
    lua_getiuservalue(L, idx, LCORM_COLLECTION_INDEX);
    lua_pushvalue(L, -2);
    lua_rawget(L, -2);
    lua_remove(L, -2);
}

static bool set_has(lua_State *L, int idx, int member)
{
    bool has;

    lua_getiuservalue(L, idx, LCORM_COLLECTION_INDEX);
    lua_pushvalue(L, member);
    has = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    return has;
}

/* Index the member; false if it is there already. Pushes whom it displaces, or nil. */
static bool collection_index(lua_State *L, int idx, struct corm_collection *collection,
                             int member)
{
    bool is_same;

    if (collection->kind != CORM_COLLECTION_DICT) {
        bool has = collection->kind == CORM_COLLECTION_SET && set_has(L, idx, member);
        if (collection->kind == CORM_COLLECTION_SET && !has) {
            set_index(L, idx, member);
        }
        lua_pushnil(L);
        return !has;
    }
    push_member_key(L, idx, member);
    dict_push_other(L, idx);
    is_same = lua_rawequal(L, -1, member);
    if (is_same) {
        lua_pop(L, 2);
        lua_pushnil(L);
        return false;
    }
    if (!lua_isnil(L, -1)) {
        lcorm_collection_take(L, idx, lua_touserdata(L, -1));
    }
    lua_insert(L, -2); /* displaced, key */
    dict_index(L, idx, member);
    return true;
}

void lcorm_collection_put(lua_State *L, int idx, int member, int64_t to)
{
    struct corm_collection *collection = lcorm_check_collection(L, idx);

    idx = lua_absindex(L, idx);
    member = lua_absindex(L, member);
    collection_keep_before(L, idx, collection);
    if (!collection_index(L, idx, collection, member)) {
        return;
    }
    if (to < 0 || to > collection->now.count) {
        to = collection->now.count;
    }
    members_insert(L, idx, collection, member, (uint32_t)to);
    collection_modified(L, idx, collection);
}

/* Not loaded: remember who was taken out, so that the flush and the load know. */
static void collection_queue_removal(lua_State *L, int idx,
                                     struct corm_collection *collection, int member)
{
    if (lua_getiuservalue(L, idx, LCORM_COLLECTION_REMOVED_MEMBERS) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_createtable(L, 1, 0);
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, idx, LCORM_COLLECTION_REMOVED_MEMBERS);
    }
    lua_pushvalue(L, member);
    lua_rawseti(L, -2, collection->removed.count + 1);
    lua_pop(L, 1);
    members_reserve(L, idx, &collection->removed, collection->removed.count + 1,
                    LCORM_COLLECTION_REMOVED);
    corm_members_insert(&collection->removed, collection->removed.count,
                        lua_touserdata(L, member));
    collection_modified(L, idx, collection);
}

void lcorm_collection_take_at(lua_State *L, int idx, uint32_t at)
{
    struct corm_collection *collection = lcorm_check_collection(L, idx);

    idx = lua_absindex(L, idx);
    collection_keep_before(L, idx, collection);
    lua_getiuservalue(L, idx, LCORM_COLLECTION_MEMBERS);
    lua_rawgeti(L, -1, at + 1);
    lua_remove(L, -2);
    index_drop(L, idx, collection, lua_gettop(L));
    members_remove(L, idx, collection, at);
    collection_modified(L, idx, collection);
    lua_pop(L, 1);
}

bool lcorm_collection_take(lua_State *L, int idx, struct corm_instance *member)
{
    int64_t at = corm_members_find(&lcorm_check_collection(L, idx)->now, member);

    if (at >= 0) {
        lcorm_collection_take_at(L, idx, (uint32_t)at);
    }
    return at >= 0;
}

void lcorm_collection_take_unseen(lua_State *L, int idx, int member)
{
    struct corm_collection *collection = lcorm_check_collection(L, idx);

    idx = lua_absindex(L, idx);
    member = lua_absindex(L, member);
    if (!lcorm_collection_take(L, idx, lua_touserdata(L, member)) &&
        !collection->is_loaded) {
        collection_queue_removal(L, idx, collection, member);
    }
}

/* ---- loading ---- */

void lcorm_collection_load(lua_State *L, int idx, int member)
{
    struct corm_collection *collection = lcorm_check_collection(L, idx);

    idx = lua_absindex(L, idx);
    member = lua_absindex(L, member);
    if (!collection_index(L, idx, collection, member)) {
        lua_pop(L, 1);
        return;
    }
    lua_pop(L, 1);
    members_insert(L, idx, collection, member, collection->now.count);
}

struct corm_collection *lcorm_collection_begin_load(lua_State *L, int idx,
                                                    struct corm_instance *owner,
                                                    uint16_t at, uint32_t run)
{
    struct corm_collection *before = corm_cell_collection(&owner->cell[at]);
    struct corm_collection *collection;

    idx = lua_absindex(L, idx);
    if (before != NULL && !before->is_loaded) {
        lcorm_instance_push_pin(L, idx, owner, at);
    } else {
        lua_pushnil(L);
    }
    if (before != NULL) {
        before->owner = NULL;
    }
    collection = lcorm_collection_push_empty(L, idx, owner, at, true);
    collection->load_run = run;
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, LCORM_COLLECTION_QUEUED);
    return collection;
}

/* Do again, with history, what was done before anybody had looked. */
static void replay_queue(lua_State *L, int idx, int queued)
{
    struct corm_collection *queue = lua_touserdata(L, queued);
    lua_Integer n = queue->now.count;

    for (uint32_t i = 0; i < queue->removed.count; i++) {
        lcorm_collection_take(L, idx, queue->removed.items[i]);
    }
    lua_getiuservalue(L, queued, LCORM_COLLECTION_MEMBERS);
    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_collection *collection = lua_touserdata(L, idx);
        lua_rawgeti(L, -1, i);
        if (corm_members_find(&collection->now, lua_touserdata(L, -1)) < 0) {
            lcorm_collection_put(L, idx, -1, -1);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void lcorm_collection_end_load(lua_State *L, int idx)
{
    idx = lua_absindex(L, idx);
    if (lua_getiuservalue(L, idx, LCORM_COLLECTION_QUEUED) != LUA_TNIL) {
        replay_queue(L, idx, lua_gettop(L));
        lua_pushnil(L);
        lua_setiuservalue(L, idx, LCORM_COLLECTION_QUEUED);
    }
    lua_pop(L, 1);
}

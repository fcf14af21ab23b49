/* SPDX-License-Identifier: MIT */
/* The past of an instance's attributes, and changes of its state, for corm.orm.state. */
#include "lua/attribute.h"
#include "lua/collection.h"
#include "lua/decode.h"
#include "lua/instance.h"
#include "lua/open.h"
#include "lua/session.h"
#include "orm/history.h"

/* Push what attribute `at` was before it changed; corm.NULL for NULL, nil for nothing. */
static void push_committed(lua_State *L, struct corm_instance *instance, uint16_t at)
{
    const struct corm_value *cell = corm_instance_committed(instance, at);

    if (cell->tag == CORM_TAG_UNSET) {
        lua_pushnil(L);
    } else if (cell->tag == CORM_TAG_NULL) {
        lcorm_push_null(L);
    } else if (cell->flags & CORM_CELL_RAW) {
        lcorm_instance_push_raw(L, instance, at, cell);
    } else if (!(cell->flags & CORM_CELL_PINNED)) {
        lcorm_push_value(L, cell);
    } else if (!(instance->cell[at].flags & CORM_CELL_CHANGED)) {
        lcorm_instance_push_pin(L, 1, instance, at);
    } else {
        lcorm_instance_push_fields(L, 1, instance);
        lua_rawgeti(L, -1, -(lua_Integer)at - 1);
        lua_remove(L, -2);
    }
}

/* core.committed(object, position) -> the value before the change; nil for none and NULL */
static int core_committed(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = lcorm_check_position(L, instance, 2);

    lua_settop(L, 2);
    push_committed(L, instance, at);
    if (lcorm_is_null(L, -1)) {
        lua_pushnil(L);
    }
    return 1;
}

/* ---- history ---- */

/* Push a sequence of the value at that index; an empty one for 0. */
static void push_sequence_of(lua_State *L, int value)
{
    lua_newtable(L);
    if (value != 0) {
        lua_pushvalue(L, value);
        lua_rawseti(L, -2, 1);
    }
}

/* A column or a scalar relationship: its value now, and the one before. */
static int scalar_history(lua_State *L, struct corm_instance *instance, uint16_t at)
{
    const struct corm_value *cell = &instance->cell[at];
    bool is_column =
        instance->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_COLUMN;
    bool is_changed = is_column ? corm_history_has_change(instance, at)
                                : (cell->flags & CORM_CELL_CHANGED) != 0;
    bool is_new = !(instance->flags & CORM_INSTANCE_HAS_KEY);
    bool is_there = corm_cell_is_there(cell);
    int now;
    int before;

    lua_settop(L, 2);
    if (cell->tag == CORM_TAG_NULL || !is_there) {
        lcorm_push_null(L);
    } else {
        lcorm_instance_push_cell(L, 1, instance, at);
    }
    now = lua_gettop(L);
    push_committed(L, instance, at);
    before = lua_isnil(L, -1) ? 0 : lua_gettop(L);
    push_sequence_of(L, is_there && (is_changed || is_new) ? now : 0);
    push_sequence_of(L, is_there && !is_changed && !is_new ? now : 0);
    push_sequence_of(L, is_changed && !is_new ? before : 0);
    return 3;
}

/* Objects of one of the collection's sequences into the table, by address. */
static void add_members(lua_State *L, int table, int collection, int which)
{
    if (lua_getiuservalue(L, collection, which) == LUA_TTABLE) {
        lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, -1, i);
            if (lua_touserdata(L, -1) != NULL) {
                lua_rawsetp(L, table, lua_touserdata(L, -1));
            } else {
                lua_pop(L, 1);
            }
        }
    }
    lua_pop(L, 1);
}

static void push_members(lua_State *L, int objects, struct corm_instance *const *items,
                         size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgetp(L, objects, items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static int history_gc(lua_State *L)
{
    corm_history_release(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg history_meta[] = {
    { "__gc", history_gc },
    { NULL, NULL },
};

static const struct lcorm_class history_class = {
    .name = "corm.HistoryScratch",
    .meta = history_meta,
    .size = sizeof(struct corm_history),
};

static int collection_history(lua_State *L, struct corm_instance *instance, uint16_t at)
{
    struct corm_history *history;
    struct corm_error err;
    int objects = 3;

    lua_settop(L, 2);
    lua_newtable(L);
    lcorm_instance_push_pin(L, 1, instance, at);
    if (instance->cell[at].tag == CORM_TAG_OBJECT) {
        add_members(L, objects, 4, LCORM_COLLECTION_MEMBERS);
        add_members(L, objects, 4, LCORM_COLLECTION_BEFORE);
        add_members(L, objects, 4, LCORM_COLLECTION_REMOVED_MEMBERS);
    }
    history = lcorm_object_new(L, &history_class, sizeof(*history), 0);
    if (corm_history_of(instance, at, history, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    push_members(L, objects, history->added.items, history->added.count);
    push_members(L, objects, history->unchanged.items, history->unchanged.count);
    push_members(L, objects, history->deleted.items, history->deleted.count);
    return 3;
}

/* core.history(object, position) -> added, unchanged, deleted: sequences; loads nothing */
static int core_history(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = lcorm_check_position(L, instance, 2);

    return instance->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_COLLECTION
               ? collection_history(L, instance, at)
               : scalar_history(L, instance, at);
}

/* ---- changes ---- */

static bool collection_is_modified(const struct corm_collection *collection)
{
    return collection != NULL &&
           (collection->is_changed ||
            (!collection->is_loaded &&
             collection->now.count + collection->removed.count > 0));
}

static bool attribute_is_modified(const struct corm_instance *instance, uint16_t at,
                                  bool with_collections)
{
    const struct corm_value *cell = &instance->cell[at];

    switch (instance->mapper->attributes.items[at].kind) {
    case CORM_ATTRIBUTE_COLUMN:
        return corm_history_has_change(instance, at);
    case CORM_ATTRIBUTE_OBJECT:
        return (cell->flags & CORM_CELL_CHANGED) &&
               corm_cell_instance(cell) != corm_cell_instance(&instance->committed[at]);
    default:
        return with_collections && collection_is_modified(corm_cell_collection(cell));
    }
}

/* core.is_modified(object, with collections) -> boolean: a flush would save something */
static int core_is_modified(lua_State *L)
{
    const struct corm_instance *instance = lcorm_check_instance(L, 1);
    bool with_collections = lua_toboolean(L, 2);
    bool is_modified = false;

    for (uint16_t at = 0; at < instance->ncells && !is_modified; at++) {
        if (instance->flags & CORM_INSTANCE_HAS_KEY) {
            is_modified = attribute_is_modified(instance, at, with_collections);
        } else {
            is_modified = instance->cell[at].tag != CORM_TAG_UNSET;
        }
    }
    lua_pushboolean(L, is_modified);
    return 1;
}

/* core.is_marked(object) -> boolean: it is marked as changed, net changes or not */
static int core_is_marked(lua_State *L)
{
    lua_pushboolean(L, lcorm_check_instance(L, 1)->flags & CORM_INSTANCE_MODIFIED);
    return 1;
}

/* core.is_loaded(object, position) -> boolean: reading the attribute loads nothing */
static int core_is_loaded(lua_State *L)
{
    const struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = lcorm_check_position(L, instance, 2);
    const struct corm_value *cell = &instance->cell[at];
    bool is_loaded = corm_cell_is_there(cell);

    if (is_loaded &&
        instance->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_COLLECTION) {
        is_loaded = corm_cell_collection(cell)->is_loaded;
    }
    lua_pushboolean(L, is_loaded);
    return 1;
}

/* core.is_sql_value(object, position) -> boolean: the value is an SQL expression */
static int core_is_sql_value(lua_State *L)
{
    const struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = lcorm_check_position(L, instance, 2);

    lua_pushboolean(L, instance->cell[at].flags & CORM_CELL_SQL);
    return 1;
}

/*
 * core.flag_modified(object, [position]): the attribute is saved by the next flush though
 * it has the same value; without a position the instance alone is marked.
 */
static int core_flag_modified(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);

    lua_settop(L, 2);
    if (!lua_isnil(L, 2)) {
        uint16_t at = lcorm_check_position(L, instance, 2);
        const struct corm_attribute *attribute =
            &instance->mapper->attributes.items[at];
        if (!corm_cell_is_there(&instance->cell[at])) {
            return lcorm_fail(L, CORM_E_INVALID_REQUEST,
                              "flag_modified: attribute '%s' of class '%s' is not "
                              "loaded, so it cannot have been changed",
                              attribute->key, instance->mapper->name);
        }
        lcorm_instance_track(L, 1, instance);
        if (instance->committed != NULL &&
            attribute->kind != CORM_ATTRIBUTE_COLLECTION) {
            corm_instance_flag(instance, at);
        }
    }
    lcorm_instance_modified(L, 1, instance);
    return 0;
}

/* core.set_committed(object, position, value): as if it had been loaded */
static int core_set_committed(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = lcorm_check_position(L, instance, 2);

    lua_settop(L, 3);
    lcorm_arg_check(
        L, instance->mapper->attributes.items[at].kind != CORM_ATTRIBUTE_COLLECTION, 2,
        "no collection expected");
    lcorm_attribute_load(L, 1, instance, at, 3);
    return 0;
}

/* ---- states ---- */

/* core.attach(session core, object): one object joins, without its cascades */
static int core_attach(lua_State *L)
{
    lcorm_check_session(L, 1);
    lcorm_check_instance(L, 2);
    lcorm_session_attach(L, 1, 2);
    return 0;
}

/* core.make_transient(object): no identity any more; attributes as they are */
static int core_make_transient(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);

    instance->flags &= (uint8_t) ~(CORM_INSTANCE_HAS_KEY | CORM_INSTANCE_EXPIRED);
    instance->state = CORM_INSTANCE_TRANSIENT;
    for (uint16_t at = 0; at < instance->ncells; at++) {
        instance->cell[at].flags &= (uint8_t)~CORM_CELL_STALE;
    }
    corm_instance_commit(instance);
    return 0;
}

/* core.make_detached(object): it stands for the row of its primary key, expired */
static int core_make_detached(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);

    if (!corm_instance_has_primary_key(instance)) {
        return lcorm_fail(L, CORM_E_INVALID_REQUEST,
                          "object of class '%s' has no primary key",
                          instance->mapper->name);
    }
    instance->flags |= CORM_INSTANCE_HAS_KEY | CORM_INSTANCE_EXPIRED;
    instance->state = CORM_INSTANCE_DETACHED;
    corm_instance_commit(instance);
    return 0;
}

/* core.was_deleted(object) -> boolean */
static int core_was_deleted(lua_State *L)
{
    const struct corm_instance *instance = lcorm_check_instance(L, 1);

    lua_pushboolean(L, instance->flags & CORM_INSTANCE_WAS_DELETED);
    return 1;
}

void lcorm_open_instance_history(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "attach", core_attach },
        { "committed", core_committed },
        { "flag_modified", core_flag_modified },
        { "history", core_history },
        { "is_loaded", core_is_loaded },
        { "is_marked", core_is_marked },
        { "is_modified", core_is_modified },
        { "is_sql_value", core_is_sql_value },
        { "make_detached", core_make_detached },
        { "make_transient", core_make_transient },
        { "set_committed", core_set_committed },
        { "was_deleted", core_was_deleted },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}

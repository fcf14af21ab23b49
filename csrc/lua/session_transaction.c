/* SPDX-License-Identifier: MIT */
/*
 * What the end of a transaction makes of the session's instances. Each (nested)
 * transaction has a number, and an instance knows the numbers of the ones that inserted it
 * and saved it last; so nothing is noted per instance until something is rolled back.
 */
#include "lua/decode.h"
#include "lua/instance.h"
#include "lua/session.h"

/* core:begin() -> number of the transaction that begins */
int lcorm_session_begin(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);

    lua_pushinteger(L, ++session->transaction);
    return 1;
}

/* ---- expiring ---- */

static void drop_pin(lua_State *L, int idx, struct corm_instance *instance, uint16_t at)
{
    lua_pushnil(L);
    lcorm_instance_pin(L, idx, instance, at, -1);
    lua_pop(L, 1);
}

/* The committed value's pin is under -(at + 1); it takes the place of the other one. */
static void pin_committed(lua_State *L, int idx, struct corm_instance *instance,
                          uint16_t at)
{
    if (!(instance->cell[at].flags & CORM_CELL_CHANGED) ||
        !(instance->committed[at].flags & CORM_CELL_PINNED)) {
        return;
    }
    lcorm_instance_push_fields(L, idx, instance);
    lua_rawgeti(L, -1, -(lua_Integer)at - 1);
    lcorm_instance_pin(L, idx, instance, at, -1);
    lua_pop(L, 2);
}

static void expire_attribute(lua_State *L, int idx, struct corm_instance *instance,
                             const struct corm_attribute *attribute)
{
    bool is_pinned = instance->cell[attribute->index].flags & CORM_CELL_PINNED;

    if (attribute->flags & CORM_ATTRIBUTE_PRIMARY_KEY) {
        pin_committed(L, idx, instance, attribute->index);
    } else if (is_pinned || attribute->kind != CORM_ATTRIBUTE_COLUMN) {
        drop_pin(L, idx, instance, attribute->index);
    }
    corm_instance_expire_attribute(instance, attribute->index);
}

/* Without changes there is nothing committed to remember. */
static void drop_committed(lua_State *L, int idx, struct corm_instance *instance)
{
    if (instance->committed == NULL || instance->nchanged > 0 ||
        !(instance->flags & CORM_INSTANCE_HAS_PINS)) {
        return;
    }
    lcorm_instance_push_fields(L, idx, instance);
    for (int i = 0; i <= instance->ncells; i++) { /* 0: the memory itself */
        lua_pushnil(L);
        lua_rawseti(L, -2, -i);
    }
    lua_pop(L, 1);
    instance->committed = NULL;
}

void lcorm_instance_expire(lua_State *L, int idx, struct corm_instance *instance)
{
    idx = lua_absindex(L, idx);
    corm_instance_foreach(instance, it)
    {
        expire_attribute(L, idx, instance, it);
    }
    if (instance->unit_slot == 0) {
        drop_committed(L, idx, instance);
    }
    instance->flags &= (uint8_t)~CORM_INSTANCE_MODIFIED;
    instance->flags |= CORM_INSTANCE_EXPIRED;
    if (instance->listed == CORM_LISTED_DIRTY) {
        corm_session_unlist(instance->session, instance);
    }
}

static void expire_visit(lua_State *L, int core, struct corm_instance *instance)
{
    (void)core;
    lcorm_instance_expire(L, -1, instance);
}

/* core:expire_all(): every persistent instance loads again when it is read */
int lcorm_session_expire_all(lua_State *L)
{
    lcorm_check_session(L, 1);
    lua_settop(L, 1);
    lcorm_identity_each(L, 1, expire_visit);
    lcorm_session_drop_unlisted(L, 1);
    return 0;
}

/* core:expire(object, [positions]): an instance, or some of its attributes */
int lcorm_session_expire(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 2);
    lua_Integer n;

    lcorm_check_session(L, 1);
    lua_settop(L, 3);
    if (lua_isnil(L, 3)) {
        lcorm_instance_expire(L, 2, instance);
        return 0;
    }
    n = (lua_Integer)lua_rawlen(L, 3);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_Integer position;
        lua_rawgeti(L, 3, i);
        position = lcorm_check_integer(L, -1);
        lcorm_arg_check(L, position >= 1 && position <= instance->ncells, 3,
                        "no such attribute");
        expire_attribute(L, 2, instance,
                         &instance->mapper->attributes.items[position - 1]);
        lua_pop(L, 1);
    }
    return 0;
}

/* ---- deleted ones and changed keys, for a rollback ---- */

void lcorm_session_note_deleted(lua_State *L, int core, int idx)
{
    idx = lua_absindex(L, idx);
    lua_getiuservalue(L, core, LCORM_SESSION_DELETED);
    lua_pushvalue(L, idx);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

bool lcorm_instance_key_is_changed(const struct corm_instance *instance)
{
    corm_vec_foreach (&instance->mapper->primary_key, it) {
        if (instance->cell[*it].flags & CORM_CELL_CHANGED) {
            return true;
        }
    }
    return false;
}

/* Push {object, number of the transaction, values of the key as they were …}. */
static void push_switch(lua_State *L, int idx, const struct corm_instance *instance)
{
    const struct corm_mapper *mapper = instance->mapper;
    lua_Integer n = 2;

    lua_createtable(L, (int)mapper->primary_key.count + 2, 0);
    lua_pushvalue(L, idx);
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, instance->session->transaction);
    lua_rawseti(L, -2, 2);
    corm_vec_foreach (&mapper->primary_key, it) {
        lcorm_instance_push_raw(L, instance, *it,
                                corm_instance_committed(instance, *it));
        lua_rawseti(L, -2, ++n);
    }
}

void lcorm_session_switch_key(lua_State *L, int core, int idx,
                              struct corm_instance *instance)
{
    idx = lua_absindex(L, idx);
    lua_getiuservalue(L, core, LCORM_SESSION_SWITCHES);
    push_switch(L, idx, instance);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
    lcorm_identity_drop(L, core, instance);
    corm_instance_commit(instance);
    lcorm_identity_put(L, core, idx, instance);
}

/* ---- the end of a transaction ---- */

/* Append the object at idx to the sequence `name` of the table at index 4, if it is one. */
static void note(lua_State *L, const char *name, int idx)
{
    if (!lua_istable(L, 4)) {
        return;
    }
    idx = lua_absindex(L, idx);
    lua_getfield(L, 4, name);
    lua_pushvalue(L, idx);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

/* Detach what was deleted; all that a rollback would have needed goes. */
static void forget_deleted(lua_State *L)
{
    lua_getiuservalue(L, 1, LCORM_SESSION_DELETED);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        lcorm_instance_detach(lua_touserdata(L, -2));
        note(L, "detached", -2);
    }
    for (lua_pushnil(L); lua_next(L, -2) != 0;) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, -4);
    }
    lua_pop(L, 1);
    lua_newtable(L);
    lua_setiuservalue(L, 1, LCORM_SESSION_SWITCHES);
}

/*
 * core:commit(expires, nil, {detached = {}}): the outermost transaction was committed. The
 * sequences, if given, get the instances whose state changed.
 */
int lcorm_session_commit(lua_State *L)
{
    lcorm_check_session(L, 1);
    lua_settop(L, 4);
    if (lua_toboolean(L, 2)) {
        lcorm_identity_each(L, 1, expire_visit);
        lcorm_session_drop_unlisted(L, 1);
    }
    forget_deleted(L);
    return 0;
}

/* ---- rollback ---- */

/* The index 2 has the number of the transaction that is rolled back. */
static bool is_inside(lua_State *L, uint32_t number)
{
    return (lua_Integer)number >= lua_tointeger(L, 2);
}

/* What was added becomes transient, with its attributes as they are. */
static void drop_pending(lua_State *L)
{
    struct corm_session *session = lua_touserdata(L, 1);

    corm_list_foreach (it, &session->new_instances) {
        struct corm_instance *instance = CORM_CONTAINER(it, struct corm_instance, link);
        lcorm_session_push_held(L, 1, instance);
        note(L, "pending", -1);
        lua_pop(L, 1);
        lcorm_instance_detach(instance);
    }
}

static void make_transient(struct corm_instance *instance)
{
    instance->flags &= (uint8_t) ~(CORM_INSTANCE_HAS_KEY | CORM_INSTANCE_EXPIRED);
    lcorm_instance_detach(instance);
}

/* What was inserted becomes transient as well. */
static void drop_born(lua_State *L, int core, struct corm_instance *instance)
{
    if (is_inside(L, instance->born_in)) {
        note(L, "born", -1);
        lcorm_identity_drop(L, core, instance);
        make_transient(instance);
    }
}

static void restore_key(lua_State *L, int entry, int idx,
                        struct corm_instance *instance)
{
    lua_Integer n = 2;

    lcorm_identity_drop(L, 1, instance);
    corm_vec_foreach (&instance->mapper->primary_key, it) {
        struct corm_value value;
        lua_rawgeti(L, entry, ++n);
        value = lcorm_to_value(L, -1);
        lcorm_instance_load(L, idx, instance, *it, &value, -1);
        lua_pop(L, 1);
    }
    lcorm_identity_put(L, 1, idx, instance);
}

/* Keys that changed are what they were, the last change first. */
static void restore_keys(lua_State *L)
{
    int switches;

    lua_getiuservalue(L, 1, LCORM_SESSION_SWITCHES);
    switches = lua_gettop(L);
    for (lua_Integer i = (lua_Integer)lua_rawlen(L, switches); i > 0; i--) {
        struct corm_instance *instance;
        lua_rawgeti(L, switches, i);
        lua_rawgeti(L, -1, 2);
        if (!is_inside(L, (uint32_t)lua_tointeger(L, -1))) {
            break;
        }
        lua_rawgeti(L, switches + 1, 1);
        instance = lua_touserdata(L, -1);
        if (instance->session == lua_touserdata(L, 1) &&
            (instance->flags & CORM_INSTANCE_HAS_KEY)) {
            restore_key(L, switches + 1, lua_gettop(L), instance);
        }
        lua_pushnil(L);
        lua_rawseti(L, switches, i);
        lua_settop(L, switches);
    }
    lua_settop(L, switches - 1);
}

/* The instance on top was deleted; its row is back, or was never there. */
static void restore_one(lua_State *L, struct corm_instance *instance)
{
    if (is_inside(L, instance->born_in)) {
        make_transient(instance);
        return;
    }
    instance->state = CORM_INSTANCE_PERSISTENT;
    instance->flags &= (uint8_t)~CORM_INSTANCE_WAS_DELETED;
    lcorm_identity_put(L, 1, lua_gettop(L), instance);
    note(L, "restored", -1);
}

static void restore_deleted(lua_State *L)
{
    lua_getiuservalue(L, 1, LCORM_SESSION_DELETED);
    for (lua_pushnil(L); lua_next(L, -2) != 0;) {
        struct corm_instance *instance;
        lua_pop(L, 1);
        instance = lua_touserdata(L, -1);
        if (!is_inside(L, instance->flushed_in)) {
            continue;
        }
        restore_one(L, instance);
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, -4);
    }
    lua_pop(L, 1);
}

/* What was going to be deleted stays. */
static void keep_deleted(struct corm_session *session)
{
    corm_list_foreach (it, &session->deleted) {
        struct corm_instance *instance = CORM_CONTAINER(it, struct corm_instance, link);
        instance->flags &= (uint8_t)~CORM_INSTANCE_TO_DELETE;
        corm_session_unlist(session, instance);
    }
}

static void expire_touched(lua_State *L, int core, struct corm_instance *instance)
{
    bool only_touched = lua_toboolean(L, 3);

    (void)core;
    if (!only_touched || (instance->flags & CORM_INSTANCE_MODIFIED) ||
        is_inside(L, instance->flushed_in)) {
        lcorm_instance_expire(L, -1, instance);
    }
}

/*
 * core:rollback(number, only_touched, {pending = {}, born = {}, restored = {}}): the
 * transaction of that number was rolled back. What it inserted is transient, what it
 * deleted persistent, and all (or all that it touched) loads again. The sequences, if
 * given, get the instances whose state changed.
 */
int lcorm_session_rollback(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);

    lcorm_check_integer(L, 2);
    lua_settop(L, 4);
    drop_pending(L);
    lcorm_identity_each(L, 1, drop_born);
    restore_keys(L);
    restore_deleted(L);
    keep_deleted(session);
    lcorm_identity_each(L, 1, expire_touched);
    lcorm_session_drop_unlisted(L, 1);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* How instances come into a session and leave it. */
#include "lua/cascade.h"
#include "lua/instance.h"
#include "lua/session.h"

static void check_may_join(lua_State *L, const struct corm_session *session,
                           const struct corm_instance *instance)
{
    char name[80];

    if (instance->session != NULL && instance->session != session) {
        lcorm_fail(L, CORM_E_INVALID_REQUEST,
                   "object %s is already attached to session %d (this is %d)",
                   corm_instance_describe(instance, name, sizeof(name)),
                   (int)instance->session->id, (int)session->id);
    }
}

/* The key may have gone to another object, which is not replaced silently. */
static void check_identity_free(lua_State *L, int core, int idx,
                                const struct corm_instance *instance)
{
    char name[80];

    lcorm_push_identity_table(L, core, instance->mapper);
    if (lcorm_push_instance_key(L, instance)) {
        lua_rawget(L, -2);
        if (!lua_isnil(L, -1) && !lua_rawequal(L, -1, idx)) {
            lcorm_fail(L, CORM_E_INVALID_REQUEST,
                       "cannot attach %s: another object with this key is already "
                       "present in this session",
                       corm_instance_describe(instance, name, sizeof(name)));
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void take_in_known(lua_State *L, int core, int idx,
                          struct corm_instance *instance)
{
    check_identity_free(L, core, idx, instance);
    lcorm_identity_put(L, core, idx, instance);
    instance->session = lua_touserdata(L, core);
    instance->state = CORM_INSTANCE_PERSISTENT;
    if (instance->flags & CORM_INSTANCE_MODIFIED) {
        lcorm_instance_modified(L, idx, instance);
    }
}

static void take_in_new(lua_State *L, int core, int idx, struct corm_instance *instance)
{
    struct corm_session *session = lua_touserdata(L, core);

    lcorm_session_hold_at(L, core, idx, instance);
    instance->session = session;
    instance->state = CORM_INSTANCE_PENDING;
    instance->insert_order = ++session->insert_order;
    corm_session_list(session, instance, CORM_LISTED_NEW);
}

/* An object of this session that was to be deleted stays. */
static void keep_in(struct corm_session *session, struct corm_instance *instance)
{
    if (instance->flags & CORM_INSTANCE_TO_DELETE) {
        instance->flags &= (uint8_t)~CORM_INSTANCE_TO_DELETE;
        corm_session_list(session, instance, CORM_LISTED_DIRTY);
    }
}

/* One instance joins: a new one becomes pending, a detached one persistent again. */
static void take_in(lua_State *L, int core, int idx)
{
    struct corm_session *session = lua_touserdata(L, core);
    struct corm_instance *instance = lua_touserdata(L, idx);
    char name[80];

    check_may_join(L, session, instance);
    if (instance->session == session && instance->state == CORM_INSTANCE_DELETED) {
        lcorm_fail(L, CORM_E_INVALID_REQUEST,
                   "instance %s has been deleted; use make_transient() to send it back "
                   "to the transient state",
                   corm_instance_describe(instance, name, sizeof(name)));
    }
    if (instance->session == session) {
        keep_in(session, instance);
    } else if (instance->flags & CORM_INSTANCE_HAS_KEY) {
        take_in_known(L, core, idx, instance);
    } else {
        take_in_new(L, core, idx, instance);
    }
}

void lcorm_session_attach(lua_State *L, int core, int idx)
{
    take_in(L, lua_absindex(L, core), lua_absindex(L, idx));
}

/* A new object alone needs no walk, which is most of what bulk loading adds. */
static bool has_related(const struct corm_instance *instance)
{
    corm_vec_foreach (&instance->mapper->relationships, it) {
        if (((*it)->cascade & CORM_CASCADE_SAVE_UPDATE) &&
            (*it)->attribute < instance->ncells &&
            instance->cell[(*it)->attribute].tag == CORM_TAG_OBJECT) {
            return true;
        }
    }
    return false;
}

void lcorm_session_add(lua_State *L, int core, int idx)
{
    struct corm_session *session = lua_touserdata(L, core);
    struct corm_instance *root = lua_touserdata(L, idx);
    struct corm_cascade_walk *walk;
    int base = lua_gettop(L);

    idx = lua_absindex(L, idx);
    core = lua_absindex(L, core);
    take_in(L, core, idx);
    if (!has_related(root)) {
        return;
    }
    walk = lcorm_walk_begin(L, idx, CORM_CASCADE_SAVE_UPDATE, session);
    lua_toclose(L, base + 1);
    while (lcorm_walk_next(L, base + 1, walk) == CORM_CASCADE_OBJECT) {
        take_in(L, core, lua_gettop(L));
        lua_pop(L, 1);
    }
    lua_closeslot(L, base + 1);
    lua_settop(L, base);
}

void lcorm_session_mark_delete(lua_State *L, int idx)
{
    struct corm_instance *instance = lua_touserdata(L, idx);

    if (instance->session == NULL || instance->state != CORM_INSTANCE_PERSISTENT) {
        return;
    }
    lcorm_session_hold(L, instance->session, idx, instance);
    instance->flags |= CORM_INSTANCE_TO_DELETE;
    corm_session_list(instance->session, instance, CORM_LISTED_DELETED);
}

/* ---- leaving ---- */

void lcorm_instance_detach(struct corm_instance *instance)
{
    if (instance->session != NULL) {
        corm_session_unlist(instance->session, instance);
    }
    instance->session = NULL;
    instance->held_slot = 0;
    instance->flags &= (uint8_t)~CORM_INSTANCE_TO_DELETE;
    instance->state = instance->flags & CORM_INSTANCE_HAS_KEY ? CORM_INSTANCE_DETACHED
                                                              : CORM_INSTANCE_TRANSIENT;
}

/* While a unit runs it may still look at the instance, so the session goes on holding it. */
static void let_go(lua_State *L, int core, const struct corm_instance *instance)
{
    const struct corm_session *session = lua_touserdata(L, core);

    if (instance->held_slot != 0 && !session->is_flushing) {
        lua_getiuservalue(L, core, LCORM_SESSION_HELD);
        lua_pushboolean(L, 0);
        lua_rawseti(L, -2, instance->held_slot);
        lua_pop(L, 1);
    }
}

void lcorm_session_expunge(lua_State *L, struct corm_instance *instance)
{
    int core;

    lcorm_push_session(L, instance->session);
    core = lua_gettop(L);
    if (instance->flags & CORM_INSTANCE_HAS_KEY) {
        lcorm_identity_drop(L, core, instance);
    }
    let_go(L, core, instance);
    lcorm_instance_detach(instance);
    lua_settop(L, core - 1);
}

/* SPDX-License-Identifier: MIT */
/* The session's core: which instances are listed, and holding them. */
#include "lua/session.h"

#include "base/counter.h"
#include "lua/instance.h"
#include "lua/mapper.h"
#include "lua/open.h"

/* ---- the core and its way back from an instance ---- */

static const char sessions_key; /* registry: weak table of cores by address */

static void push_sessions(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &sessions_key) != LUA_TNIL) {
        return;
    }
    lua_pop(L, 1);
    lcorm_push_weak_table(L, "v");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &sessions_key);
}

void lcorm_push_session(lua_State *L, const struct corm_session *session)
{
    push_sessions(L);
    lua_rawgetp(L, -1, session);
    lua_remove(L, -2);
}

struct corm_session *lcorm_check_session(lua_State *L, int idx)
{
    return lcorm_check(L, idx, &lcorm_session_class);
}

static void set_tables(lua_State *L, int core)
{
    lua_newtable(L);
    lua_setiuservalue(L, core, LCORM_SESSION_HELD);
    lua_newtable(L);
    lua_setiuservalue(L, core, LCORM_SESSION_IDENTITY);
    lcorm_push_weak_table(L, "k");
    lua_setiuservalue(L, core, LCORM_SESSION_DELETED);
    lua_newtable(L);
    lua_setiuservalue(L, core, LCORM_SESSION_SWITCHES);
}

/* core.session(owner) -> SessionCore */
static int session_new(lua_State *L)
{
    struct corm_session *session;

    lua_settop(L, 1);
    session = lcorm_object_new(L, &lcorm_session_class, sizeof(*session),
                               LCORM_SESSION_USERVALUES);
    corm_session_init(session);
    set_tables(L, 2);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 2, LCORM_SESSION_OWNER);
    push_sessions(L);
    lua_pushvalue(L, 2);
    lua_rawsetp(L, -2, session);
    lua_pop(L, 1);
    return 1;
}

/* ---- instances that are held ---- */

void lcorm_session_hold_at(lua_State *L, int core, int idx,
                           struct corm_instance *instance)
{
    struct corm_session *session = lua_touserdata(L, core);

    if (instance->held_slot != 0) {
        return;
    }
    idx = lua_absindex(L, idx);
    lua_getiuservalue(L, core, LCORM_SESSION_HELD);
    lua_pushvalue(L, idx);
    lua_rawseti(L, -2, session->nheld + 1);
    lua_pop(L, 1);
    instance->held_slot = ++session->nheld;
}

void lcorm_session_hold(lua_State *L, const struct corm_session *session, int idx,
                        struct corm_instance *instance)
{
    idx = lua_absindex(L, idx);
    lcorm_push_session(L, session);
    lcorm_session_hold_at(L, lua_gettop(L), idx, instance);
    lua_pop(L, 1);
}

/* Copy what the list holds into the table at fresh, behind its n values; how many then. */
static uint32_t copy_list(lua_State *L, int held, int fresh, uint32_t n,
                          struct corm_list_link *list)
{
    corm_list_foreach (it, list) {
        lua_rawgeti(L, held, CORM_CONTAINER(it, struct corm_instance, link)->held_slot);
        lua_rawseti(L, fresh, ++n);
    }
    return n;
}

/* Number the list's instances as copy_list() has placed them. */
static void number_list(struct corm_session *session, struct corm_list_link *list)
{
    corm_list_foreach (it, list) {
        CORM_CONTAINER(it, struct corm_instance, link)->held_slot = ++session->nheld;
    }
}

/* What is held but not listed forgets its place. */
static void forget_slots(lua_State *L, int held, uint32_t count)
{
    for (uint32_t i = 1; i <= count; i++) {
        struct corm_instance *instance;
        lua_rawgeti(L, held, i);
        instance = lua_touserdata(L, -1);
        if (instance != NULL && instance->held_slot == i &&
            instance->listed == CORM_LISTED_NOWHERE) {
            instance->held_slot = 0;
        }
        lua_pop(L, 1);
    }
}

void lcorm_session_drop_unlisted(lua_State *L, int core)
{
    struct corm_session *session = lua_touserdata(L, core);
    uint32_t n = 0;
    int held;

    lua_getiuservalue(L, core, LCORM_SESSION_HELD);
    held = lua_gettop(L);
    lua_newtable(L);
    n = copy_list(L, held, held + 1, n, &session->new_instances);
    n = copy_list(L, held, held + 1, n, &session->dirty);
    copy_list(L, held, held + 1, n, &session->deleted);
    lua_setiuservalue(L, core, LCORM_SESSION_HELD);

    /* From here on nothing can fail: slots and table change together. */
    forget_slots(L, held, session->nheld);
    session->nheld = 0;
    number_list(session, &session->new_instances);
    number_list(session, &session->dirty);
    number_list(session, &session->deleted);
    lua_settop(L, held - 1);
}

void lcorm_session_push_held(lua_State *L, int core,
                             const struct corm_instance *instance)
{
    if (instance->held_slot == 0) {
        lua_pushnil(L);
        return;
    }
    lua_getiuservalue(L, core, LCORM_SESSION_HELD);
    lua_rawgeti(L, -1, instance->held_slot);
    lua_remove(L, -2);
}

void lcorm_session_push_instance(lua_State *L, int core,
                                 const struct corm_instance *instance)
{
    lcorm_session_push_held(L, core, instance);
    if (!lua_isnil(L, -1)) {
        return;
    }
    lua_pop(L, 1);
    lcorm_push_identity_table(L, core, instance->mapper);
    if (lcorm_push_instance_key(L, instance)) {
        lua_rawget(L, -2);
    } else {
        lua_pushnil(L);
    }
    lua_remove(L, -2);
}

/* ---- lists ---- */

static struct corm_list_link *check_list(lua_State *L, struct corm_session *session)
{
    static const char *const names[] = { "new", "dirty", "deleted", NULL };

    switch (lcorm_check_word(L, 2, NULL, names)) {
    case 0:
        return &session->new_instances;
    case 1:
        return &session->dirty;
    default:
        return &session->deleted;
    }
}

/* core:listed("new"|"dirty"|"deleted") -> sequence in order */
static int session_listed(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);
    struct corm_list_link *list = check_list(L, session);
    lua_Integer n = 0;

    lua_settop(L, 2);
    lua_newtable(L);
    corm_list_foreach (it, list) {
        lcorm_session_push_held(L, 1, CORM_CONTAINER(it, struct corm_instance, link));
        lua_rawseti(L, 3, ++n);
    }
    return 1;
}

/* core:has_changes() -> boolean: something is listed */
static int session_has_changes(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);

    lua_pushboolean(L, !corm_list_is_empty(&session->new_instances) ||
                           !corm_list_is_empty(&session->dirty) ||
                           !corm_list_is_empty(&session->deleted));
    return 1;
}

/* core:is_listed(object, "new"|"dirty"|"deleted") -> boolean */
static int session_is_listed(lua_State *L)
{
    static const char *const names[] = { "new", "dirty", "deleted", NULL };
    const struct corm_session *session = lcorm_check_session(L, 1);
    const struct corm_instance *instance = lcorm_test_instance(L, 2);
    int list = lcorm_check_word(L, 3, NULL, names) + CORM_LISTED_NEW;

    lua_pushboolean(L, instance != NULL && instance->session == session &&
                           instance->listed == list);
    return 1;
}

/* core:contains(object) -> boolean */
static int session_contains(lua_State *L)
{
    const struct corm_session *session = lcorm_check_session(L, 1);
    const struct corm_instance *instance = lcorm_test_instance(L, 2);

    lua_pushboolean(L, instance != NULL && instance->session == session &&
                           instance->state != CORM_INSTANCE_DELETED);
    return 1;
}

/* ---- coming and going ---- */

/* core:add(object) -> true; false if it is no mapped object */
static int session_add(lua_State *L)
{
    bool is_mapped;

    lcorm_check_session(L, 1);
    lua_settop(L, 2);
    is_mapped = lcorm_test_instance(L, 2) != NULL;
    if (CORM_LIKELY(is_mapped)) {
        lcorm_session_add(L, 1, 2);
    }
    lua_pushboolean(L, is_mapped);
    return 1;
}

/* core:expunge(object) */
static int session_expunge(lua_State *L)
{
    const struct corm_session *session = lcorm_check_session(L, 1);
    struct corm_instance *instance = lcorm_check_instance(L, 2);

    if (instance->session != session) {
        return lcorm_fail(L, CORM_E_INVALID_REQUEST,
                          "object of class '%s' is not in this session",
                          instance->mapper->name);
    }
    lcorm_session_expunge(L, instance);
    return 0;
}

/* core:mark_delete(object): plan its deletion */
static int session_mark_delete(lua_State *L)
{
    lcorm_check_session(L, 1);
    lcorm_check_instance(L, 2);
    lcorm_session_mark_delete(L, 2);
    return 0;
}

/* core:set_flushing(boolean): what is expunged meanwhile goes on being held */
static int session_set_flushing(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);

    session->is_flushing = lua_toboolean(L, 2);
    if (!session->is_flushing) {
        lcorm_session_drop_unlisted(L, 1);
    }
    return 0;
}

/* core:get(mapper, key…) -> instance of the identity map, or nil */
static int session_get(lua_State *L)
{
    const struct corm_mapper *mapper = lcorm_check_mapper(L, 2);
    struct lcorm_key key = { .n = 0 };
    int nkey = lua_gettop(L) - 2;

    lcorm_check_session(L, 1);
    if (nkey != (int)mapper->primary_key.count || nkey > LCORM_KEY_MAX) {
        return 0;
    }
    for (int i = 0; i < nkey; i++) {
        struct corm_value value = lcorm_to_value(L, i + 3);
        lcorm_key_add(L, &key,
                      mapper->attributes.items[mapper->primary_key.items[i]].type,
                      &value, false);
    }
    lcorm_push_identity_table(L, 1, mapper);
    if (!lcorm_push_key(L, &key)) {
        return 0;
    }
    lua_rawget(L, -2);
    return 1;
}

/* ---- the end ---- */

static void list_detach(struct corm_list_link *list)
{
    corm_list_foreach (it, list) {
        lcorm_instance_detach(CORM_CONTAINER(it, struct corm_instance, link));
    }
}

static void detach_visit(lua_State *L, int core, struct corm_instance *instance)
{
    (void)L, (void)core;
    lcorm_instance_detach(instance);
}

static void detach_deleted(lua_State *L, int core)
{
    if (lua_getiuservalue(L, core, LCORM_SESSION_DELETED) == LUA_TTABLE) {
        for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
            lcorm_instance_detach(lua_touserdata(L, -2));
        }
    }
    lua_pop(L, 1);
}

/* Detach everything; what is left of the session is empty. */
static int session_close(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);

    list_detach(&session->new_instances);
    list_detach(&session->dirty);
    list_detach(&session->deleted);
    lcorm_identity_each(L, 1, detach_visit);
    detach_deleted(L, 1);
    return 0;
}

/* core:clear(): detach everything and forget it */
static int session_clear(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);

    session_close(L);
    set_tables(L, 1);
    session->nheld = 0;
    return 0;
}

static const luaL_Reg session_methods[] = {
    { "add", session_add },
    { "begin", lcorm_session_begin },
    { "clear", session_clear },
    { "commit", lcorm_session_commit },
    { "contains", session_contains },
    { "expire", lcorm_session_expire },
    { "expire_all", lcorm_session_expire_all },
    { "expunge", session_expunge },
    { "get", session_get },
    { "has_changes", session_has_changes },
    { "instances", lcorm_session_instances },
    { "is_listed", session_is_listed },
    { "listed", session_listed },
    { "mark_delete", session_mark_delete },
    { "rollback", lcorm_session_rollback },
    { "set_flushing", session_set_flushing },
    { NULL, NULL },
};

static const luaL_Reg session_meta[] = {
    { "__gc", session_close },
    { NULL, NULL },
};

const struct lcorm_class lcorm_session_class = {
    .name = "corm.SessionCore",
    .methods = session_methods,
    .meta = session_meta,
    .size = sizeof(struct corm_session),
};

void lcorm_open_session(lua_State *L)
{
    lua_pushcfunction(L, session_new);
    lua_setfield(L, -2, "session");
    lcorm_open_instance_history(L);
    lcorm_open_session_statement(L);
}

/* SPDX-License-Identifier: MIT */
/* The session's core: its lists' instances held, its identity map, its end. */
#include "lua/session.h"

#include "lua/cascade.h"
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
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "v");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
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

/* core.session(owner) -> SessionCore */
static int session_new(lua_State *L)
{
    struct corm_session *session;

    lua_settop(L, 1);
    session = lcorm_object_new(L, &lcorm_session_class, sizeof *session,
                               LCORM_SESSION_USERVALUES);
    corm_session_init(session);
    lua_newtable(L);
    lua_setiuservalue(L, 2, LCORM_SESSION_HELD);
    lua_newtable(L);
    lua_setiuservalue(L, 2, LCORM_SESSION_IDENTITY);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 2, LCORM_SESSION_OWNER);
    push_sessions(L);
    lua_pushvalue(L, 2);
    lua_rawsetp(L, -2, session);
    lua_pop(L, 1);
    return 1;
}

/* ---- instances that are held ---- */

void lcorm_session_hold(lua_State *L, const struct corm_session *session, int idx,
                        const struct corm_instance *instance)
{
    idx = lua_absindex(L, idx);
    lcorm_push_session(L, session);
    lua_getiuservalue(L, -1, LCORM_SESSION_HELD);
    lua_pushvalue(L, idx);
    lua_rawsetp(L, -2, instance);
    lua_pop(L, 2);
}

static void hold_list(lua_State *L, int held, int fresh, struct corm_list_link *list)
{
    corm_list_foreach (it, list) {
        const void *instance = CORM_CONTAINER(it, struct corm_instance, link);
        lua_rawgetp(L, held, instance);
        lua_rawsetp(L, fresh, instance);
    }
}

void lcorm_session_drop_unlisted(lua_State *L, int core)
{
    struct corm_session *session = lua_touserdata(L, core);
    int held;

    lua_getiuservalue(L, core, LCORM_SESSION_HELD);
    held = lua_gettop(L);
    lua_newtable(L);
    hold_list(L, held, held + 1, &session->new_instances);
    hold_list(L, held, held + 1, &session->dirty);
    hold_list(L, held, held + 1, &session->deleted);
    lua_setiuservalue(L, core, LCORM_SESSION_HELD);
    lua_settop(L, held - 1);
}

void lcorm_session_push_held(lua_State *L, int core,
                             const struct corm_instance *instance)
{
    lua_getiuservalue(L, core, LCORM_SESSION_HELD);
    lua_rawgetp(L, -1, instance);
    lua_remove(L, -2);
}

/* ---- identity ---- */

void lcorm_push_identity_table(lua_State *L, int core, const struct corm_mapper *mapper)
{
    core = lua_absindex(L, core);
    lua_getiuservalue(L, core, LCORM_SESSION_IDENTITY);
    if (lua_rawgetp(L, -1, mapper->base) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_createtable(L, 0, 1);
        lua_pushliteral(L, "v");
        lua_setfield(L, -2, "__mode");
        lua_setmetatable(L, -2);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, mapper->base);
    }
    lua_remove(L, -2);
}

static void add_key_cell(luaL_Buffer *buffer, const struct corm_value *cell)
{
    luaL_addchar(buffer, (char)('0' + cell->tag));
    if (corm_value_has_bytes(cell)) {
        luaL_addlstring(buffer, (const char *)&cell->len, sizeof cell->len);
        luaL_addlstring(buffer, cell->as.s, cell->len);
    } else {
        luaL_addlstring(buffer, (const char *)&cell->as.i, sizeof cell->as.i);
    }
}

bool lcorm_push_identity_key(lua_State *L, const struct corm_value *key, uint32_t nkey,
                             int token)
{
    luaL_Buffer buffer;

    for (uint32_t i = 0; i < nkey; i++) {
        if (key[i].tag <= CORM_TAG_NULL) {
            return false;
        }
    }
    if (CORM_LIKELY(nkey == 1 && key->tag == CORM_TAG_INT && token == 0)) {
        lua_pushinteger(L, key->as.i);
        return true;
    }
    luaL_buffinit(L, &buffer);
    if (token != 0) {
        lua_pushvalue(L, token);
        luaL_addvalue(&buffer);
    }
    luaL_addchar(&buffer, '\0');
    for (uint32_t i = 0; i < nkey; i++) {
        add_key_cell(&buffer, &key[i]);
    }
    luaL_pushresult(&buffer);
    return true;
}

enum { KEY_COLUMNS_MAX = 32 };

bool lcorm_push_instance_key(lua_State *L, const struct corm_instance *instance)
{
    struct corm_value key[KEY_COLUMNS_MAX];
    uint32_t n = 0;

    corm_vec_foreach (&instance->mapper->primary_key, it) {
        if (n == KEY_COLUMNS_MAX) {
            lcorm_fail(L, CORM_E_ARGUMENT, "class '%s' has more than %d key columns",
                       instance->mapper->name, KEY_COLUMNS_MAX);
        }
        key[n++] = *corm_instance_committed(instance, *it);
    }
    return lcorm_push_identity_key(L, key, n, 0);
}

void lcorm_identity_put(lua_State *L, int core, int idx,
                        const struct corm_instance *instance)
{
    lcorm_push_identity_table(L, core, instance->mapper);
    if (lcorm_push_instance_key(L, instance)) {
        lua_pushvalue(L, idx);
        lua_rawset(L, -3);
    }
    lua_pop(L, 1);
}

void lcorm_identity_drop(lua_State *L, int core, const struct corm_instance *instance)
{
    lcorm_push_identity_table(L, core, instance->mapper);
    if (lcorm_push_instance_key(L, instance)) {
        lua_pushnil(L);
        lua_rawset(L, -3);
    }
    lua_pop(L, 1);
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
        lua_remove(L, -2);
    }
}

/* ---- add ---- */

static void check_may_join(lua_State *L, const struct corm_session *session,
                           const struct corm_instance *instance)
{
    char name[80];

    if (instance->session != NULL && instance->session != session) {
        lcorm_fail(L, CORM_E_INVALID_REQUEST,
                   "object %s is already attached to session %d (this is %d)",
                   corm_instance_describe(instance, name, sizeof name),
                   (int)instance->session->id, (int)session->id);
    }
}

/* One instance joins: a new one becomes pending, a detached one persistent again. */
static void session_take_in(lua_State *L, int core, int idx)
{
    struct corm_session *session = lua_touserdata(L, core);
    struct corm_instance *instance = lua_touserdata(L, idx);

    check_may_join(L, session, instance);
    if (instance->session == session) {
        if (instance->flags & CORM_INSTANCE_TO_DELETE) {
            instance->flags &= (uint8_t)~CORM_INSTANCE_TO_DELETE;
            corm_session_list(session, instance, CORM_LISTED_DIRTY);
        }
        return;
    }
    instance->session = session;
    if (instance->flags & CORM_INSTANCE_HAS_KEY) {
        instance->state = CORM_INSTANCE_PERSISTENT;
        lcorm_identity_put(L, core, idx, instance);
        if (instance->flags & CORM_INSTANCE_MODIFIED) {
            lcorm_instance_modified(L, idx, instance);
        }
        return;
    }
    instance->state = CORM_INSTANCE_PENDING;
    instance->insert_order = ++session->insert_order;
    corm_session_list(session, instance, CORM_LISTED_NEW);
    lcorm_session_hold(L, session, idx, instance);
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

    session_take_in(L, core, idx);
    if (!has_related(root)) {
        return;
    }
    walk = lcorm_walk_begin(L, idx, CORM_CASCADE_SAVE_UPDATE, session);
    lua_toclose(L, base + 1);
    while (lcorm_walk_next(L, base + 1, walk) == CORM_CASCADE_OBJECT) {
        session_take_in(L, core, lua_gettop(L));
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
    instance->flags |= CORM_INSTANCE_TO_DELETE;
    corm_session_list(instance->session, instance, CORM_LISTED_DELETED);
    lcorm_session_hold(L, instance->session, idx, instance);
}

/* ---- leaving ---- */

static void instance_detach(struct corm_instance *instance)
{
    if (instance->session != NULL) {
        corm_session_unlist(instance->session, instance);
    }
    instance->session = NULL;
    instance->flags &= (uint8_t)~CORM_INSTANCE_TO_DELETE;
    instance->state = instance->flags & CORM_INSTANCE_HAS_KEY ? CORM_INSTANCE_DETACHED
                                                              : CORM_INSTANCE_TRANSIENT;
}

void lcorm_session_expunge(lua_State *L, struct corm_instance *instance)
{
    struct corm_session *session = instance->session;
    int core;

    lcorm_push_session(L, session);
    core = lua_gettop(L);
    if (instance->flags & CORM_INSTANCE_HAS_KEY) {
        lcorm_identity_drop(L, core, instance);
    }
    instance_detach(instance);
    lua_getiuservalue(L, core, LCORM_SESSION_HELD);
    lua_pushnil(L);
    lua_rawsetp(L, -2, instance);
    lua_settop(L, core - 1);
}

static void list_detach(struct corm_list_link *list)
{
    corm_list_foreach (it, list) {
        instance_detach(CORM_CONTAINER(it, struct corm_instance, link));
    }
}

/* Call visit for every instance of the identity map of the core at index 1. */
static void identity_each(lua_State *L, int core,
                          void (*visit)(struct corm_instance *instance))
{
    lua_getiuservalue(L, core, LCORM_SESSION_IDENTITY);
    if (!lua_istable(L, -1)) {
        lua_pop(L, 1);
        return;
    }
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
            visit(lua_touserdata(L, -1));
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
    identity_each(L, 1, instance_detach);
    return 0;
}

/* core:clear(): detach everything and forget it */
static int session_clear(lua_State *L)
{
    session_close(L);
    lua_newtable(L);
    lua_setiuservalue(L, 1, LCORM_SESSION_HELD);
    lua_newtable(L);
    lua_setiuservalue(L, 1, LCORM_SESSION_IDENTITY);
    return 0;
}

/* core:expire_all(): every persistent instance loads again when it is read */
static int session_expire_all(lua_State *L)
{
    lcorm_check_session(L, 1);
    identity_each(L, 1, corm_instance_expire);
    return 0;
}

/* core:add(object) */
static int session_add(lua_State *L)
{
    lcorm_check_session(L, 1);
    lcorm_check_instance(L, 2);
    lua_settop(L, 2);
    lcorm_session_add(L, 1, 2);
    return 0;
}

/* core:expunge(object) */
static int session_expunge(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);
    struct corm_instance *instance = lcorm_check_instance(L, 2);

    if (instance->session != session) {
        return lcorm_fail(L, CORM_E_INVALID_REQUEST,
                          "object of class '%s' is not in this session",
                          instance->mapper->name);
    }
    lcorm_session_expunge(L, instance);
    return 0;
}

/* core:get(mapper, key…) -> instance of the identity map, or nil */
static int session_get(lua_State *L)
{
    struct corm_mapper *mapper = lcorm_check_mapper(L, 2);
    struct corm_value key[KEY_COLUMNS_MAX];
    int nkey = lua_gettop(L) - 2;

    lcorm_check_session(L, 1);
    for (int i = 0; i < nkey && i < KEY_COLUMNS_MAX; i++) {
        key[i] = lcorm_to_value(L, i + 3);
    }
    lcorm_push_identity_table(L, 1, mapper);
    if (!lcorm_push_identity_key(L, key, (uint32_t)nkey, 0)) {
        lua_pushnil(L);
        return 1;
    }
    lua_rawget(L, -2);
    return 1;
}

static struct corm_list_link *check_list(lua_State *L, struct corm_session *session)
{
    static const char *const names[] = { "new", "dirty", "deleted", NULL };

    switch (luaL_checkoption(L, 2, NULL, names)) {
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

/* core:contains(object) -> boolean */
static int session_contains(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);
    struct corm_instance *instance = lcorm_test_instance(L, 2);

    lua_pushboolean(L, instance != NULL && instance->session == session &&
                           instance->state != CORM_INSTANCE_DELETED);
    return 1;
}

static const luaL_Reg session_methods[] = {
    { "add", session_add },
    { "clear", session_clear },
    { "contains", session_contains },
    { "expire_all", session_expire_all },
    { "expunge", session_expunge },
    { "get", session_get },
    { "has_changes", session_has_changes },
    { "listed", session_listed },
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
}

/* SPDX-License-Identifier: MIT */
/* What Lua asks about an instance without loading anything. */
#include "lua/decode.h"
#include "lua/instance.h"
#include "lua/open.h"
#include "lua/session.h"

/* core.session_of(object) -> the Session in Lua, or nil */
static int core_session_of(lua_State *L)
{
    const struct corm_instance *instance = lcorm_check_instance(L, 1);

    if (instance->session == NULL) {
        return 0;
    }
    lcorm_push_session(L, instance->session);
    if (lua_isnil(L, -1)) {
        return 1;
    }
    lua_getiuservalue(L, -1, LCORM_SESSION_OWNER);
    return 1;
}

/* core.state_of(object) -> "transient", "pending", "persistent", "deleted", "detached" */
static int core_state_of(lua_State *L)
{
    static const char *const names[] = {
        [CORM_INSTANCE_TRANSIENT] = "transient",   [CORM_INSTANCE_PENDING] = "pending",
        [CORM_INSTANCE_PERSISTENT] = "persistent", [CORM_INSTANCE_DELETED] = "deleted",
        [CORM_INSTANCE_DETACHED] = "detached",
    };
    lua_pushstring(L, names[lcorm_check_instance(L, 1)->state]);
    return 1;
}

/* core.is_expired(object) -> boolean: what it lacks was expired */
static int core_is_expired(lua_State *L)
{
    lua_pushboolean(L, lcorm_check_instance(L, 1)->flags & CORM_INSTANCE_EXPIRED);
    return 1;
}

/* core.missing_columns(object) -> positions of the columns that are not there, in order */
static int core_missing_columns(lua_State *L)
{
    const struct corm_instance *instance = lcorm_check_instance(L, 1);
    lua_Integer n = 0;

    lua_newtable(L);
    corm_instance_foreach(instance, it)
    {
        if (it->kind == CORM_ATTRIBUTE_COLUMN &&
            !corm_cell_is_there(&instance->cell[it->index])) {
            lua_pushinteger(L, it->index + 1);
            lua_rawseti(L, -2, ++n);
        }
    }
    return 1;
}

/* core.identity(object) -> sequence of the values by which its row is found, or nil */
static int core_identity(lua_State *L)
{
    const struct corm_instance *instance = lcorm_check_instance(L, 1);
    lua_Integer n = 0;

    if (!(instance->flags & CORM_INSTANCE_HAS_KEY)) {
        return 0;
    }
    lua_createtable(L, (int)instance->mapper->primary_key.count, 0);
    corm_vec_foreach (&instance->mapper->primary_key, it) {
        const struct corm_value *cell = corm_instance_committed(instance, *it);
        if (cell->flags & CORM_CELL_RAW) {
            lcorm_instance_push_raw(L, instance, *it, cell);
        } else {
            lcorm_push_value(L, cell);
        }
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

/* core.later_options(object) -> options that it carries for what it loads later, or nil */
static int core_later_options(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);

    if (!(instance->flags & CORM_INSTANCE_HAS_PINS)) {
        return 0;
    }
    lcorm_instance_push_fields(L, 1, instance);
    lua_rawgeti(L, -1, LCORM_FIELD_OPTIONS);
    return 1;
}

void lcorm_open_instance_state(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "identity", core_identity },
        { "is_expired", core_is_expired },
        { "later_options", core_later_options },
        { "missing_columns", core_missing_columns },
        { "session_of", core_session_of },
        { "state_of", core_state_of },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}

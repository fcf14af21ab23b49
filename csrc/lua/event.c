/* SPDX-License-Identifier: MIT */
/* The list of events, as Lua's dispatchers need it. */
#include "event/names.h"

#include "lua/kit.h"
#include "lua/open.h"

static void set_flag(lua_State *L, const char *name, bool flag)
{
    lua_pushboolean(L, flag);
    lua_setfield(L, -2, name);
}

/* Push what a dispatcher has to know of the event. */
static void push_info(lua_State *L, const struct corm_event_info *info)
{
    unsigned flags = info->flags;
    lua_createtable(L, 0, 5);
    lua_pushstring(L, info->args);
    lua_setfield(L, -2, "args");
    set_flag(L, "retval", (flags & (CORM_EVENT_RETVAL | CORM_EVENT_RETURNS)) != 0);
    set_flag(L, "propagate", (flags & CORM_EVENT_PROPAGATE) != 0);
    set_flag(L, "raw", (flags & CORM_EVENT_RAW) != 0);
    set_flag(L, "inherited", (flags & CORM_EVENT_INHERITED) != 0);
}

/* core.events: { family = { name = { args, retval, propagate, raw, inherited } } } */
void lcorm_open_event(lua_State *L)
{
    lua_createtable(L, 0, CORM_EVENT_FAMILY_COUNT);
    for (int i = 0; i < CORM_EVENT_COUNT; i++) {
        const struct corm_event_info *info = corm_event_info((enum corm_event)i);
        luaL_getsubtable(L, -1, corm_event_family_name(info->family));
        push_info(L, info);
        lua_setfield(L, -2, info->name);
        lua_pop(L, 1);
    }
    lua_setfield(L, -2, "events");
}

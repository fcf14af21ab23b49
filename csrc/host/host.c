/* SPDX-License-Identifier: MIT */
/* Opening and closing, and the one way in which everything else calls Lua. */
#include "host/host_int.h"

#include "base/alloc.h"

#include <dlfcn.h>
#include <lualib.h>
#include <string.h>

/*
 * Push package.path templates for where corm's Lua files are installed, CORM_LUADIR seen
 * from the folder of this library; nothing if that folder cannot be told.
 */
static bool push_installed_path(lua_State *L)
{
    static const char here = 0; /* an address in this library */
    Dl_info info;
    if (dladdr(&here, &info) == 0 || info.dli_fname == NULL) {
        return false;
    }
    const char *slash = strrchr(info.dli_fname, '/');
    if (slash == NULL) {
        return false;
    }
    lua_pushlstring(L, info.dli_fname, (size_t)(slash - info.dli_fname));
    lua_pushfstring(L, "%s/" CORM_LUADIR, lua_tostring(L, -1));
    const char *folder = lua_tostring(L, -1);
    lua_pushfstring(L, "%s/?.lua;%s/?/init.lua", folder, folder);
    lua_insert(L, -3);
    lua_pop(L, 2);
    return true;
}

/* Append the string on top of the stack to package.path, or put it in front; pop it. */
static void add_path(lua_State *L, bool is_first)
{
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "path");
    lua_pushvalue(L, -3);
    const char *added = lua_tostring(L, -1);
    const char *path = lua_isstring(L, -2) ? lua_tostring(L, -2) : "";
    if (is_first) {
        lua_pushfstring(L, "%s;%s", added, path);
    } else {
        lua_pushfstring(L, "%s;%s", path, added);
    }
    lua_setfield(L, -4, "path");
    lua_pop(L, 4);
}

void corm_open(lua_State *L)
{
    luaL_checkversion(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, luaopen_corm_core);
    lua_setfield(L, -2, "corm.core");
    lua_pop(L, 1);
    if (push_installed_path(L)) {
        add_path(L, false);
    }
}

struct open_request {
    corm_host *host;
    const struct corm_host_options *options;
};

/* Set up the state: libraries if it is ours, corm, the host's own table. */
static int open_perform(lua_State *L)
{
    const struct open_request *request = host_request(L);
    if (request->host->is_owner) {
        luaL_openlibs(L);
    }
    corm_open(L);
    if (request->options != NULL && request->options->path != NULL) {
        lua_pushstring(L, request->options->path);
        add_path(L, true);
    }
    lua_createtable(L, HOST_ERROR_TEXT, 0);
    lua_newtable(L);
    lua_rawseti(L, -2, HOST_REFS);
    lua_newtable(L);
    lua_rawseti(L, -2, HOST_KEPT);
    lua_rawsetp(L, LUA_REGISTRYINDEX, request->host);
    return 0;
}

/* Take over L, which may be NULL; closes it on failure if it is ours. */
static corm_host *host_new(lua_State *L, bool is_owner,
                           const struct corm_host_options *options)
{
    corm_host *host = L == NULL ? NULL : corm_alloc_zero(1, sizeof(*host));
    if (host == NULL) {
        if (is_owner && L != NULL) {
            lua_close(L);
        }
        return NULL;
    }
    *host = (corm_host){ .L = L, .is_owner = is_owner, .error_text = "" };
    struct open_request request = { host, options };
    if (host_protect(host, open_perform, &request) != CORM_OK) {
        corm_host_close(host);
        return NULL;
    }
    return host;
}

corm_host *corm_host_open(const struct corm_host_options *options)
{
    return host_new(luaL_newstate(), true, options);
}

corm_host *corm_host_wrap(lua_State *L)
{
    return host_new(L, false, NULL);
}

static int forget_perform(lua_State *L)
{
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, host_request(L));
    return 0;
}

void corm_host_close(corm_host *host)
{
    if (host == NULL) {
        return;
    }
    if (host->is_owner) {
        lua_close(host->L);
    } else {
        (void)host_protect(host, forget_perform, host);
    }
    corm_free(host);
}

lua_State *corm_host_state(corm_host *host)
{
    return host->L;
}

void *host_request(lua_State *L)
{
    return lua_touserdata(L, 1);
}

void host_push_slot(lua_State *L, const corm_host *host, enum host_slot slot)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, host);
    lua_rawgeti(L, -1, slot);
    lua_remove(L, -2);
}

/* Message handler: keep the stack of calls; the host is upvalue 1. */
static int keep_traceback(lua_State *L)
{
    const corm_host *host = lua_touserdata(L, lua_upvalueindex(1));
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, host) == LUA_TTABLE) {
        luaL_traceback(L, L, NULL, 1);
        lua_rawseti(L, -2, HOST_TRACEBACK);
    }
    lua_settop(L, 1);
    return 1;
}

/* The request and what performs it, for the protected call that prepares the real one. */
struct protected_call {
    corm_host *host;
    lua_CFunction perform;
    void *request;
};

/* Runs protected itself, since even making the message handler takes memory. */
static int protect_perform(lua_State *L)
{
    const struct protected_call *call = host_request(L);
    lua_pushlightuserdata(L, call->host);
    lua_pushcclosure(L, keep_traceback, 1);
    lua_pushcfunction(L, call->perform);
    lua_pushlightuserdata(L, call->request);
    int status = lua_pcall(L, 1, 0, -3);
    lua_pushinteger(L, status);
    lua_insert(L, -2);
    return status == LUA_OK ? 0 : 2;
}

enum corm_rc host_protect(corm_host *host, lua_CFunction perform, void *request)
{
    lua_State *L = host->L;
    struct protected_call call = { host, perform, request };
    if (!lua_checkstack(L, LUA_MINSTACK)) {
        return corm_fail_memory(&host->error);
    }
    int top = lua_gettop(L);
    lua_pushcfunction(L, protect_perform);
    lua_pushlightuserdata(L, &call);
    int status = lua_pcall(L, 1, LUA_MULTRET, 0);
    if (status == LUA_OK && lua_gettop(L) == top) {
        return CORM_OK;
    }
    if (status == LUA_OK) {
        status = (int)lua_tointeger(L, -2);
        lua_remove(L, -2);
    }
    return host_take_error(host, status);
}

/* SPDX-License-Identifier: MIT */
/* C functions as listeners. */
#include "host/host_int.h"

enum {
    ARGS_MAX = 16 /* no event has more than six */
};

/* In a userdata, upvalue 1 of the closure that listens. */
struct listener {
    corm_host *host;
    corm_listener_fn fn;
    void *data;
};

struct listen_request {
    corm_host *host;
    corm_object target;
    const char *event;
    corm_listener_fn fn;
    void *data;
};

/* Let the objects go that were made for the arguments. */
static void release_args(lua_State *L, const corm_host *host,
                         const struct corm_host_value *args, int nargs)
{
    for (int i = 0; i < nargs; i++) {
        if (args[i].kind == CORM_HOST_OBJECT) {
            host_let_go(L, host, args[i].as.object);
        }
    }
}

/* What Lua calls. The host may be gone by now: then nobody listens any more. */
static int listener_call(lua_State *L)
{
    const struct listener *listener = lua_touserdata(L, lua_upvalueindex(1));
    corm_host *host = listener->host;
    struct corm_host_value args[ARGS_MAX];
    struct corm_error err = { .rc = CORM_OK };
    int nargs = lua_gettop(L) < ARGS_MAX ? lua_gettop(L) : ARGS_MAX;

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, host) != LUA_TTABLE) {
        return 0;
    }
    lua_pop(L, 1);
    for (int i = 0; i < nargs; i++) {
        host_to_value(L, host, i + 1, &args[i]);
    }
    lua_State *outer = host->L;
    host->L = L;
    enum corm_rc rc = listener->fn(host, args, nargs, listener->data, &err);
    host->L = outer;
    release_args(L, host, args, nargs);
    if (rc != CORM_OK) {
        err.rc = rc;
        return lcorm_throw(L, &err);
    }
    return 0;
}

static int listen_perform(lua_State *L)
{
    const struct listen_request *request = host_request(L);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "corm.event");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "listen");
    host_push_object(L, request->host, request->target);
    lua_pushstring(L, request->event);
    struct listener *listener = lua_newuserdatauv(L, sizeof(*listener), 0);
    *listener = (struct listener){ request->host, request->fn, request->data };
    lua_pushcclosure(L, listener_call, 1);
    lua_call(L, 3, 0);
    return 0;
}

enum corm_rc corm_host_listen(corm_host *host, corm_object target, const char *event,
                              corm_listener_fn fn, void *data)
{
    struct listen_request request = { host, target, event, fn, data };
    return host_protect(host, listen_perform, &request);
}

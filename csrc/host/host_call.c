/* SPDX-License-Identifier: MIT */
/* Running files and code, and calling functions and methods. */
#include "host/host_int.h"

#include <string.h>

struct run_request {
    const char *path; /* of a file; or NULL */
    int argc;
    char **argv;
    const char *code;
    const char *name; /* of the code */
};

/* Set the global `arg` as the stand-alone interpreter does; argv[0] is not an argument. */
static void set_arg(lua_State *L, const struct run_request *request)
{
    lua_createtable(L, request->argc, 1);
    lua_pushstring(L, request->path);
    lua_rawseti(L, -2, 0);
    for (int i = 1; i < request->argc; i++) {
        lua_pushstring(L, request->argv[i]);
        lua_rawseti(L, -2, i);
    }
    lua_setglobal(L, "arg");
}

static int file_perform(lua_State *L)
{
    const struct run_request *request = host_request(L);
    set_arg(L, request);
    const char *path = strcmp(request->path, "-") == 0 ? NULL : request->path;
    if (luaL_loadfile(L, path) != LUA_OK) {
        return lua_error(L);
    }
    int nargs = request->argc > 1 ? request->argc - 1 : 0;
    luaL_checkstack(L, nargs, "too many arguments");
    for (int i = 1; i <= nargs; i++) {
        lua_pushstring(L, request->argv[i]);
    }
    lua_call(L, nargs, 0);
    return 0;
}

enum corm_rc corm_host_run_file(corm_host *host, const char *path, int argc,
                                char **argv)
{
    struct run_request request = { .path = path, .argc = argc, .argv = argv };
    return host_protect(host, file_perform, &request);
}

static int string_perform(lua_State *L)
{
    const struct run_request *request = host_request(L);
    const char *chunk_name = lua_pushfstring(L, "=%s", request->name);
    size_t len = strlen(request->code);
    if (luaL_loadbufferx(L, request->code, len, chunk_name, "t") != LUA_OK) {
        return lua_error(L);
    }
    lua_call(L, 0, 0);
    return 0;
}

enum corm_rc corm_host_run_string(corm_host *host, const char *code, const char *name)
{
    struct run_request request = { .code = code, .name = name };
    return host_protect(host, string_perform, &request);
}

/* Push a global, or the module of that name if there is no such global. */
static void push_root(lua_State *L, const char *name)
{
    if (lua_getglobal(L, name) == LUA_TNIL) {
        lua_pop(L, 1);
        luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
        lua_getfield(L, -1, name);
        lua_remove(L, -2);
    }
}

/* Push what a dotted path names; raises ArgumentError naming what is missing. */
static void push_path(lua_State *L, corm_host *host, const char *path)
{
    const char *part = path;
    bool is_root = true;
    while (part != NULL) {
        const char *dot = strchr(part, '.');
        size_t len = dot == NULL ? strlen(part) : (size_t)(dot - part);
        const char *name = lua_pushlstring(L, part, len);
        if (is_root) {
            push_root(L, name);
        } else {
            lua_getfield(L, -2, name);
            lua_remove(L, -3);
        }
        lua_remove(L, -2);
        size_t end = (size_t)(part - path) + len;
        if (lua_isnil(L, -1)) {
            lua_pushlstring(L, path, end);
            host_fail(L, host, "there is no '%s'", lua_tostring(L, -1));
        }
        is_root = false;
        part = dot == NULL ? NULL : dot + 1;
    }
}

struct call_request {
    corm_host *host;
    const char *path;
    corm_object object;
    const char *method;
    const struct corm_host_value *args;
    int nargs;
    struct corm_host_value *results;
    int nresults;
};

static int find_perform(lua_State *L)
{
    const struct call_request *request = host_request(L);
    push_path(L, request->host, request->path);
    host_take_results(L, request->host, request->results, 1);
    return 0;
}

enum corm_rc corm_host_find(corm_host *host, const char *path,
                            struct corm_host_value *out)
{
    struct call_request request = { .host = host, .path = path, .results = out };
    return host_protect(host, find_perform, &request);
}

/* function, self arguments pushed before -> results */
static void call_pushed(lua_State *L, const struct call_request *request, int nself)
{
    luaL_checkstack(L, request->nargs + request->nresults, "too many arguments");
    for (int i = 0; i < request->nargs; i++) {
        host_push_value(L, request->host, &request->args[i]);
    }
    lua_call(L, nself + request->nargs, request->nresults);
    host_take_results(L, request->host, request->results, request->nresults);
}

static int call_perform(lua_State *L)
{
    const struct call_request *request = host_request(L);
    push_path(L, request->host, request->path);
    call_pushed(L, request, 0);
    return 0;
}

enum corm_rc corm_host_call(corm_host *host, const char *path,
                            const struct corm_host_value *args, int nargs,
                            struct corm_host_value *results, int nresults)
{
    struct call_request request = { .host = host,
                                    .path = path,
                                    .args = args,
                                    .nargs = nargs,
                                    .results = results,
                                    .nresults = nresults };
    return host_protect(host, call_perform, &request);
}

static int method_perform(lua_State *L)
{
    const struct call_request *request = host_request(L);
    host_push_object(L, request->host, request->object);
    lua_getfield(L, -1, request->method);
    lua_insert(L, -2);
    call_pushed(L, request, 1);
    return 0;
}

enum corm_rc corm_host_call_method(corm_host *host, corm_object object,
                                   const char *name, const struct corm_host_value *args,
                                   int nargs, struct corm_host_value *results,
                                   int nresults)
{
    struct call_request request = { .host = host,
                                    .object = object,
                                    .method = name,
                                    .args = args,
                                    .nargs = nargs,
                                    .results = results,
                                    .nresults = nresults };
    return host_protect(host, method_perform, &request);
}

/* SPDX-License-Identifier: MIT */
/* Values between C and Lua, and the objects that C holds. */
#include "host/host_int.h"

void host_push_object(lua_State *L, corm_host *host, corm_object object)
{
    host_push_slot(L, host, HOST_REFS);
    int type = object > 0 ? lua_rawgeti(L, -1, object) : LUA_TNIL;
    /* Numbers stand in free slots, see hold(); a held object is never one. */
    if (type == LUA_TNIL || type == LUA_TNUMBER) {
        host_fail(L, host, "object %d is not held", object);
    }
    lua_remove(L, -2);
}

void host_push_value(lua_State *L, corm_host *host, const struct corm_host_value *value)
{
    switch (value->kind) {
    case CORM_HOST_NIL:
        lua_pushnil(L);
        break;
    case CORM_HOST_NULL:
        lcorm_push_null(L);
        break;
    case CORM_HOST_BOOLEAN:
        lua_pushboolean(L, value->as.boolean);
        break;
    case CORM_HOST_INTEGER:
        lua_pushinteger(L, value->as.integer);
        break;
    case CORM_HOST_NUMBER:
        lua_pushnumber(L, value->as.number);
        break;
    case CORM_HOST_TEXT:
        lua_pushlstring(L, value->as.text.data, value->as.text.len);
        break;
    case CORM_HOST_OBJECT:
        host_push_object(L, host, value->as.object);
        break;
    default:
        host_fail(L, host, "%d is no kind of value", (int)value->kind);
    }
}

/*
 * Objects stand in the array at their handle. A slot that is free holds the number of the
 * next free one, and [0] the first.
 */
static corm_object hold(lua_State *L, const corm_host *host, int idx)
{
    idx = lua_absindex(L, idx);
    host_push_slot(L, host, HOST_REFS);
    lua_rawgeti(L, -1, 0);
    lua_Integer object = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (object == 0) {
        object = (lua_Integer)lua_rawlen(L, -1) + 1;
    } else {
        lua_rawgeti(L, -1, object);
        lua_rawseti(L, -2, 0);
    }
    lua_pushvalue(L, idx);
    lua_rawseti(L, -2, object);
    lua_pop(L, 1);
    return (corm_object)object;
}

void host_let_go(lua_State *L, const corm_host *host, corm_object object)
{
    host_push_slot(L, host, HOST_REFS);
    lua_rawgeti(L, -1, 0);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushinteger(L, 0);
    }
    lua_rawseti(L, -2, object);
    lua_pushinteger(L, object);
    lua_rawseti(L, -2, 0);
    lua_pop(L, 1);
}

void host_to_value(lua_State *L, const corm_host *host, int idx,
                   struct corm_host_value *out)
{
    switch (lua_type(L, idx)) {
    case LUA_TNIL:
        *out = corm_host_nil();
        break;
    case LUA_TBOOLEAN:
        *out = corm_host_boolean(lua_toboolean(L, idx));
        break;
    case LUA_TNUMBER:
        *out = lua_isinteger(L, idx) ? corm_host_integer(lua_tointeger(L, idx))
                                     : corm_host_number(lua_tonumber(L, idx));
        break;
    case LUA_TSTRING: {
        size_t len;
        const char *data = lua_tolstring(L, idx, &len);
        *out = corm_host_text(data, len);
        break;
    }
    default:
        *out = lcorm_is_null(L, idx) ? corm_host_null()
                                     : corm_host_object(hold(L, host, idx));
    }
}

void host_take_results(lua_State *L, const corm_host *host, struct corm_host_value *out,
                       int n)
{
    int first = lua_gettop(L) - n + 1;
    lua_createtable(L, n, 0);
    for (int i = 0; i < n; i++) {
        lua_pushvalue(L, first + i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, host);
    lua_insert(L, -2);
    lua_rawseti(L, -2, HOST_KEPT);
    for (int i = 0; i < n; i++) {
        host_to_value(L, host, first + i, &out[i]);
    }
    lua_settop(L, first - 1);
}

struct object_request {
    corm_host *host;
    corm_object object; /* what the request is about; of table_perform, the result */
    const char *name;
    long long index;
    long long length; /* result of length_perform */
    const struct corm_host_value *value;
    struct corm_host_value *out;
};

static int table_perform(lua_State *L)
{
    struct object_request *request = host_request(L);
    lua_newtable(L);
    request->object = hold(L, request->host, -1);
    return 0;
}

enum corm_rc corm_host_table(corm_host *host, corm_object *out)
{
    struct object_request request = { .host = host };
    enum corm_rc rc = host_protect(host, table_perform, &request);
    if (rc == CORM_OK) {
        *out = request.object;
    }
    return rc;
}

static int get_perform(lua_State *L)
{
    const struct object_request *request = host_request(L);
    host_push_object(L, request->host, request->object);
    lua_getfield(L, -1, request->name);
    host_take_results(L, request->host, request->out, 1);
    return 0;
}

enum corm_rc corm_host_get(corm_host *host, corm_object object, const char *name,
                           struct corm_host_value *out)
{
    struct object_request request = {
        .host = host, .object = object, .name = name, .out = out
    };
    return host_protect(host, get_perform, &request);
}

static int set_perform(lua_State *L)
{
    const struct object_request *request = host_request(L);
    host_push_object(L, request->host, request->object);
    host_push_value(L, request->host, request->value);
    lua_setfield(L, -2, request->name);
    return 0;
}

enum corm_rc corm_host_set(corm_host *host, corm_object object, const char *name,
                           const struct corm_host_value *value)
{
    struct object_request request = {
        .host = host, .object = object, .name = name, .value = value
    };
    return host_protect(host, set_perform, &request);
}

static int length_perform(lua_State *L)
{
    struct object_request *request = host_request(L);
    host_push_object(L, request->host, request->object);
    request->length = luaL_len(L, -1);
    return 0;
}

enum corm_rc corm_host_length(corm_host *host, corm_object object, long long *out)
{
    struct object_request request = { .host = host, .object = object };
    enum corm_rc rc = host_protect(host, length_perform, &request);
    if (rc == CORM_OK) {
        *out = request.length;
    }
    return rc;
}

static int at_perform(lua_State *L)
{
    const struct object_request *request = host_request(L);
    host_push_object(L, request->host, request->object);
    lua_geti(L, -1, request->index);
    host_take_results(L, request->host, request->out, 1);
    return 0;
}

enum corm_rc corm_host_at(corm_host *host, corm_object object, long long index,
                          struct corm_host_value *out)
{
    struct object_request request = {
        .host = host, .object = object, .index = index, .out = out
    };
    return host_protect(host, at_perform, &request);
}

static int tostring_perform(lua_State *L)
{
    const struct object_request *request = host_request(L);
    host_push_object(L, request->host, request->object);
    luaL_tolstring(L, -1, NULL);
    host_take_results(L, request->host, request->out, 1);
    return 0;
}

enum corm_rc corm_host_tostring(corm_host *host, corm_object object,
                                struct corm_host_value *out)
{
    struct object_request request = { .host = host, .object = object, .out = out };
    return host_protect(host, tostring_perform, &request);
}

static int release_perform(lua_State *L)
{
    const struct object_request *request = host_request(L);
    host_push_object(L, request->host, request->object); /* refuses what is not held */
    host_let_go(L, request->host, request->object);
    return 0;
}

void corm_host_release(corm_host *host, corm_object object)
{
    struct object_request request = { .host = host, .object = object };
    if (object != 0) {
        (void)host_protect(host, release_perform, &request);
    }
}

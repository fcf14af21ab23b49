/* SPDX-License-Identifier: MIT */
/*
 * Objects by primary key, in one call of the core: look into the identity map; else run
 * the prepared SELECT of the class and load its row. A getter belongs to a class, a session
 * and an engine; what must be seen by Lua on the way (listeners, a log, options) makes the
 * caller take the long way instead.
 */
#include "lua/database.h"
#include "lua/decode.h"
#include "lua/execution.h"
#include "lua/instance.h"
#include "lua/loader.h"
#include "lua/mapper.h"
#include "lua/native.h"
#include "lua/open.h"
#include "lua/params.h"
#include "lua/session.h"
#include "lua/statement.h"
#include "lua/wait.h"

enum { GETTER_LOADER = 1, GETTER_COMPILED, GETTER_USERVALUES = GETTER_COMPILED };

/* Stack of a call. */
enum { GETTER = 1, CONNECTION, NATIVE, FIRST_KEY };

struct getter {
    struct corm_execution execution; /* zeroed between two calls */
    struct corm_compiled *compiled; /* pinned in Lua */
    bool is_busy; /* a call is under way, or has failed */
    bool is_waiting; /* it waits for the database */
};

static void getter_rest(struct getter *getter)
{
    if (getter->is_busy) {
        corm_execution_release(&getter->execution);
        getter->is_busy = false;
    }
}

static int getter_gc(lua_State *L)
{
    getter_rest(lua_touserdata(L, 1));
    return 0;
}

static const struct lcorm_class getter_class;

/* ---- the identity map ---- */

/* Push the key that a scalar is in the identity map; false if no row has it. */
static bool push_scalar_key(lua_State *L, const struct corm_mapper *mapper, int idx)
{
    const struct corm_type *type =
        mapper->attributes.items[mapper->primary_key.items[0]].type;
    struct corm_value value;
    struct lcorm_key key = { .n = 0 };

    if (lua_isinteger(L, idx) && type->kind != CORM_TYPE_BOOLEAN) {
        lua_pushvalue(L, idx);
        return true;
    }
    value = lcorm_to_value(L, idx);
    lcorm_key_add(L, &key, type, &value, false);
    return lcorm_push_key(L, &key);
}

/*
 * find(session core, key) -> object, is_expired; nil if the identity map has none of the
 * class, or the key is a table. Upvalues: the mapper, and its address.
 */
static int find_loaded(lua_State *L)
{
    const struct corm_mapper *mapper = lua_touserdata(L, lua_upvalueindex(2));
    const struct corm_instance *instance;

    lcorm_check_session(L, 1);
    if (CORM_UNLIKELY(mapper->primary_key.count != 1 || lua_istable(L, 2))) {
        return 0;
    }
    lcorm_push_identity_table(L, 1, mapper);
    if (!push_scalar_key(L, mapper, 2) || lua_rawget(L, -2) == LUA_TNIL) {
        return 0;
    }
    instance = lua_touserdata(L, -1);
    if (CORM_UNLIKELY(!corm_mapper_isa(instance->mapper, mapper))) {
        return 0;
    }
    lua_pushboolean(L, instance->flags & CORM_INSTANCE_EXPIRED);
    return 2;
}

/* core.finder(mapper) -> function: see find_loaded() */
static int core_finder(lua_State *L)
{
    struct corm_mapper *mapper = lcorm_check_mapper(L, 1);

    lua_settop(L, 1);
    lua_pushlightuserdata(L, mapper);
    lua_pushcclosure(L, find_loaded, 2);
    return 1;
}

/* ---- the database ---- */

/* The object that the row is, and no more rows. */
static int finish(lua_State *L, struct getter *getter)
{
    lua_getiuservalue(L, GETTER, GETTER_LOADER);
    struct lcorm_loader *loader = lua_touserdata(L, -1);
    loader->run = ++loader->session->load_run;
    loader->dialect = lcorm_dialect_number(getter->execution.compiled->dialect);
    lcorm_loader_push_object(L, lua_gettop(L), getter->execution.cells);
    getter_rest(getter);
    return 1;
}

static int fail(lua_State *L, struct getter *getter, const struct corm_error *err)
{
    /* It stays busy until the next call, as the error needs its statement and values. */
    return lcorm_fail_execution(L, CONNECTION, &getter->execution, err);
}

static int get_k(lua_State *L, int status, lua_KContext has_run)
{
    struct getter *getter = lcorm_check(L, GETTER, &getter_class);
    struct corm_error err;
    enum corm_io io = CORM_IO_DONE;
    getter->is_waiting = false;
    if (!has_run) {
        io = corm_execution_run(&getter->execution, &err);
    }
    if (io == CORM_IO_DONE) {
        has_run = true;
        io = corm_execution_fetch(&getter->execution, &err);
    }
    switch (io) {
    case CORM_IO_ROW:
        return finish(L, getter);
    case CORM_IO_WAIT:
        getter->is_waiting = true;
        lua_pushvalue(L, NATIVE);
        return lcorm_wait(L, status, has_run, get_k);
    case CORM_IO_ERROR:
        return fail(L, getter, &err);
    default:
        getter_rest(getter);
        lua_pushnil(L);
        return 1;
    }
}

/* Values of the key into the execution; those of Lua are on the stack. */
static void fill_key(lua_State *L, struct getter *getter)
{
    for (uint32_t i = 0; i < getter->execution.nslots; i++) {
        lcorm_set_param(L, &getter->execution, 0, i, FIRST_KEY + (int)i);
    }
}

/*
 * getter:get(connection, native, key…) -> object or nil
 *     -> false: the long way is needed (another call is under way, or BEGIN is)
 */
static int getter_get(lua_State *L)
{
    struct getter *getter = lcorm_check(L, GETTER, &getter_class);
    struct corm_connection *native = lcorm_check_connection(L, NATIVE);
    struct corm_error err;

    if (getter->is_waiting || native->dbc == NULL ||
        !corm_connection_is_in_step(native)) {
        lua_pushboolean(L, 0);
        return 1;
    }
    getter_rest(getter);
    lua_settop(L, FIRST_KEY + (int)getter->compiled->nslots - 1);
    __builtin_memset(&getter->execution, 0, sizeof getter->execution);
    getter->is_busy = true;
    if (corm_execution_init(&getter->execution, native, &err) != CORM_OK ||
        corm_execution_prepare(&getter->execution, getter->compiled, 1, &err) !=
            CORM_OK) {
        getter_rest(getter);
        return lcorm_throw(L, &err);
    }
    fill_key(L, getter);
    if (corm_execution_bind(&getter->execution, &err) != CORM_OK) {
        return fail(L, getter, &err);
    }
    return get_k(L, LUA_OK, false);
}

/* core.getter(loader, compiled) -> Getter; nil if the parameters are not just the key */
static int core_getter(lua_State *L)
{
    const struct lcorm_loader *loader = lcorm_check(L, 1, &lcorm_loader_class);
    struct corm_compiled *compiled = lcorm_check_box(L, 2, &lcorm_compiled_class);
    struct getter *getter;

    lua_settop(L, 2);
    if (compiled->nslots != loader->plan->entities[0].nkey || compiled->has_expanding) {
        return 0;
    }
    getter = lcorm_object_new(L, &getter_class, sizeof *getter, GETTER_USERVALUES);
    getter->compiled = compiled;
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 3, GETTER_LOADER);
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, 3, GETTER_COMPILED);
    return 1;
}

static const luaL_Reg getter_methods[] = {
    { "get", getter_get },
    { NULL, NULL },
};

static const luaL_Reg getter_meta[] = {
    { "__gc", getter_gc },
    { NULL, NULL },
};

static const struct lcorm_class getter_class = { .name = "corm.Getter",
                                                 .methods = getter_methods,
                                                 .meta = getter_meta,
                                                 .size = sizeof(struct getter) };

void lcorm_open_getter(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "finder", core_finder },
        { "getter", core_getter },
        { NULL, NULL },
    };
    luaL_setfuncs(L, functions, 0);
}

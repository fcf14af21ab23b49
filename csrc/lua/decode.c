/* SPDX-License-Identifier: MIT */
#include "lua/decode.h"

#include "base/arena.h"
#include "lua/open.h"
#include "lua/type.h"
#include "sql/dialect.h"

/*
 * Scratch of a decode lives in one arena per Lua state: what a raised error leaves there is
 * freed by the next decode that needs it.
 */
static const char scratch_key = 0; /* registry: userdata with the arena */
static const char processor_key = 0; /* registry: function of (type, value, dialect) */

static int scratch_gc(lua_State *L)
{
    corm_arena_release(lua_touserdata(L, 1));
    return 0;
}

static struct corm_arena *scratch_arena(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &scratch_key);
    struct corm_arena *arena = lua_touserdata(L, -1);
    lua_pop(L, 1); /* the registry pins it */
    return arena;
}

static void push_by_type(lua_State *L, const struct corm_type *type,
                         const struct corm_value *cell)
{
    struct corm_error err;
    struct corm_value value;
    struct corm_arena *scratch = scratch_arena(L);
    if (scratch->head != NULL) {
        corm_arena_release(scratch);
    }
    if (corm_type_decode(type, cell, scratch, &value, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    lcorm_push_value(L, &value);
    if (scratch->head != NULL) {
        corm_arena_release(scratch);
    }
}

/* Let Lua make of the cell what its type object says. */
static void push_processed(lua_State *L, const struct corm_type *type,
                           const struct corm_value *cell,
                           const struct corm_dialect *dialect)
{
    luaL_checkstack(L, 6, "value");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &processor_key);
    if (type->kind == CORM_TYPE_JSON && type->lua_id == 0) {
        lcorm_push_static_type(L, type); /* a driver's own */
    } else {
        lcorm_push_type_by_id(L, type->lua_id);
    }
    if (lua_isnil(L, -1)) {
        lua_pop(L, 2);
        push_by_type(L, type, cell);
        return;
    }
    push_by_type(L, type, cell);
    lua_pushstring(L, dialect == NULL ? "default" : corm_dialect_tag(dialect));
    lua_call(L, 3, 1);
}

uint8_t lcorm_plain_tag(const struct corm_type *type)
{
    if ((type->flags & CORM_TYPE_LUA_RESULT) != 0) {
        return LCORM_PLAIN_NONE;
    }
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_SMALLINT:
    case CORM_TYPE_INTEGER:
    case CORM_TYPE_BIGINT:
        return CORM_TAG_INT;
    case CORM_TYPE_STRING:
    case CORM_TYPE_TEXT:
        return CORM_TAG_TEXT;
    default:
        return LCORM_PLAIN_NONE;
    }
}

void lcorm_push_decoded(lua_State *L, const struct corm_type *type,
                        const struct corm_value *cell)
{
    lcorm_push_decoded_for(L, type, cell, NULL);
}

void lcorm_push_decoded_for(lua_State *L, const struct corm_type *type,
                            const struct corm_value *cell,
                            const struct corm_dialect *dialect)
{
    if (CORM_UNLIKELY((type->flags & CORM_TYPE_LUA_RESULT) != 0 ||
                      type->kind == CORM_TYPE_JSON)) {
        push_processed(L, type, cell, dialect);
    } else if (CORM_LIKELY(cell->tag == lcorm_plain_tag(type))) {
        lcorm_push_plain(L, cell);
    } else if (type->kind == CORM_TYPE_NULL || type->kind == CORM_TYPE_USER) {
        lcorm_push_value(L, cell);
    } else if (cell->tag <= CORM_TAG_NULL) {
        lua_pushnil(L);
    } else if (type->kind == CORM_TYPE_ARRAY && cell->tag == CORM_TAG_TEXT) {
        lcorm_push_array(L, type, cell, dialect);
    } else {
        push_by_type(L, type, cell);
    }
}

/* core.set_result_processor(fn): fn(type, value, dialect name) of types with a processor of their own */
static int core_set_result_processor(lua_State *L)
{
    return lcorm_keep_function(L, &processor_key);
}

void lcorm_open_decode(lua_State *L)
{
    struct corm_arena *arena = lua_newuserdatauv(L, sizeof *arena, 0);
    *arena = (struct corm_arena){ 0 };
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, scratch_gc);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &scratch_key);
    lua_pushcfunction(L, core_set_result_processor);
    lua_setfield(L, -2, "set_result_processor");
}
